package mend

func (j *job) lineEnds(d *document) *document { return d }
