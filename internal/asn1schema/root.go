package asn1schema

// Finding out what a whole input is.

import "github.com/sipseal/sipseal/internal/ber"

const (
	// rootDepth is how many levels of a tree are compared with a type.
	rootDepth = 5
	// rootChildren is how many children of a node are.
	rootChildren = 24
	// rootValues is how many values of one input are.
	rootValues = 256
)

// root finds the type of a value that stands on its own, nil when it is none that is
// known.
func (s *schema) root(t *ber.Tree, i int) *typ {
	for _, r := range s.roots {
		if fits(r, t.At(i), rootDepth) {
			if r.name == "RSAPublicKey" && t.At(i).First().ContentRange()[1]-t.At(i).First().ContentRange()[0] < 60 {
				return s.types["ECDSA-Sig-Value"]
			}
			return r
		}
	}
	return nil
}

// fits reports whether a value has the structure of a type, down to some levels.
func fits(t *typ, v ber.Value, depth int) bool {
	node := v.Node()
	if !t.accepts(&node) {
		return false
	}
	if t = t.resolve(); t.kind == choice {
		for i := range t.parts {
			if fits(t.parts[i].typ, v, depth) {
				return true
			}
		}
		return false
	}
	if depth == 0 {
		return true
	}
	switch t.kind {
	case implicit:
		of := t.of.resolve()
		switch of.kind {
		case sequence:
			return v.Constructed() && fitsParts(of.parts, v, depth)
		case sequenceOf, setOf:
			return v.Constructed() && fitsElements(of.of, v, depth)
		}
	case explicit:
		return fits(t.of, v.First(), depth-1)
	case sequence:
		return v.Constructed() && fitsParts(t.parts, v, depth)
	case set:
		return v.Constructed()
	case sequenceOf, setOf:
		return v.Constructed() && fitsElements(t.of, v, depth)
	}
	return true
}

func fitsElements(of *typ, v ber.Value, depth int) bool {
	count := 0
	for c := range v.Children() {
		if count++; count > rootChildren {
			break
		}
		if !fits(of, c, depth-1) {
			return false
		}
	}
	return true
}

func fitsParts(parts []part, v ber.Value, depth int) bool {
	at := 0
	for c := range v.Children() {
		for at < len(parts) && !fits(parts[at].typ, c, depth-1) {
			if !parts[at].optional {
				return false
			}
			at++
		}
		if at == len(parts) {
			return false
		}
		at++
	}
	for ; at < len(parts); at++ {
		if !parts[at].optional {
			return false
		}
	}
	return true
}
