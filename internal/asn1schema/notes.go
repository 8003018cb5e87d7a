package asn1schema

// Departures from DER that only a type can tell.

import (
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
)

// Notes lists, in document order, the values that DER leaves out because they are
// the DEFAULT of their field (X.690 section 11.5), and the lists of named bits that
// end in zeros (section 11.2.2): limit.BERNotes of them, and when there are more, one that
// says so.
func (n *Names) Notes() []ber.Note {
	var notes []ber.Note
	critical, ca, version := n.index["critical"], n.index["cA"], n.index["version"]
	for i := range n.types {
		node := &n.tree.Nodes[i]
		if node.Flags&(ber.Constructed|ber.Damaged) != 0 || len(notes) > limit.BERNotes {
			continue
		}
		b := n.tree.Src[node.Content:node.End]
		note := func(rule, detail string) {
			switch n := len(notes); {
			case n > limit.BERNotes:
				return
			case n == limit.BERNotes:
				rule, detail = "", limit.More("values that DER writes otherwise", n, -1)+": the rest is not listed"
			}
			notes = append(notes, ber.Note{Node: i, Offset: int(node.Offset), Rule: rule, Detail: detail})
		}
		switch field := n.fields[i]; {
		case field == 0:
			// Inside the tag [0] of a version: v1 is 0 (RFC 5280 section 4.1.2.1).
			if p := node.Parent; p > 0 && version != 0 && n.fields[p] == version && n.Type(int(p)) == "Version" && len(b) == 1 && b[0] == 0 {
				note("X.690 11.5", "version 1 is the default, which is left out in DER")
			}
		case (field == critical || field == ca) && len(b) == 1 && b[0] == 0:
			note("X.690 11.5", "FALSE is the default, which is left out in DER")
		}
		if named := n.Type(i); (named == "KeyUsage" || named == "ReasonFlags" || named == "NetscapeCertType") && len(b) > 1 && b[0] < 8 {
			if last := b[len(b)-1] >> b[0]; last&1 == 0 {
				note("X.690 11.2.2", "the last bit of a list of named bits is not one")
			}
		}
	}
	return notes
}
