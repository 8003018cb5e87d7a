// What about an entity two recipients may take for two different things.

package mime

// Doubts lists the problems of an entity's header and delimiters by which recipients
// may disagree what its type is, where its parts begin and end, or whether it is to be
// decoded first. Of a leaf that is text or data only its header counts.
func (e *Entity) Doubts() []Problem {
	var list []Problem
	for _, p := range e.Problems {
		if doubtful(e, p.Code) {
			list = append(list, p)
		}
	}
	return list
}

func doubtful(e *Entity, code string) bool {
	switch code {
	case "duplicate-header", "content-type", "content-encoding", "no-blank-line", FaultBareCR, FaultName, FaultLeadingFold, FaultSpaceLine,
		FaultTooMany, FaultTooLong, "mime-parts", "mime-depth":
		return true
	case "boundary", "no-boundary", "no-delimiter", "no-close-delimiter", "close-delimiter", "near-delimiter", "same-boundary",
		"no-parts", "empty-part", "composite-encoding", "parameter", FaultBareLF:
		return e.IsMultipart()
	}
	return false
}
