package asn1view

// Finding nodes.

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

// queryLength is how much of a query is looked at.
const queryLength = 256

// Search finds the nodes that query means, in document order, up to most of them.
// A query is an offset ("@123", "0x7b"), an object identifier by number or name,
// octets in hex ("2a 86 48"), a field or type name, or text; a node is found that
// is or has any of these. Case of letters does not matter.
func (v *View) Search(query string, most int) []int {
	query = strings.TrimSpace(query)
	if len(query) > queryLength {
		query = query[:queryLength]
	}
	if query == "" || most <= 0 {
		return nil
	}
	if at, ok := offsetQuery(query); ok {
		if node := v.At(at); node >= 0 {
			return []int{node}
		}
		return nil
	}
	q := prepare(query)
	var found []int
	for i := range v.tree.Nodes {
		if v.matches(i, q) {
			if found = append(found, i); len(found) >= most {
				break
			}
		}
	}
	return found
}

// offsetQuery reads "@123" and "0x7b".
func offsetQuery(s string) (int, bool) {
	base := 10
	if rest, ok := strings.CutPrefix(s, "@"); ok {
		s = rest
	} else if rest, ok := strings.CutPrefix(strings.ToLower(s), "0x"); ok {
		s, base = rest, 16
	} else {
		return 0, false
	}
	n, err := strconv.ParseInt(s, base, 32)
	return int(n), err == nil && n >= 0
}

type query struct {
	lower   string
	text    []byte
	octets  []byte // nil when the query is not hex
	objects map[oid.OID]bool
	// named caches for each field and type name whether it has the query in it.
	named map[string]bool
}

func prepare(s string) *query {
	q := &query{lower: strings.ToLower(s), objects: map[oid.OID]bool{}, named: map[string]bool{}}
	q.text = []byte(q.lower)
	q.octets = hexQuery(s)
	for _, o := range oid.Search(s) {
		q.objects[o] = true
	}
	if o, ok := oid.Parse(s); ok {
		q.objects[o] = true
	}
	return q
}

// hexQuery reads at least two octets in hex, with blanks, colons or nothing between
// them.
func hexQuery(s string) []byte {
	s = strings.ReplaceAll(strings.ReplaceAll(s, " ", ""), ":", "")
	if len(s) < 4 || len(s)%2 != 0 {
		return nil
	}
	b := make([]byte, 0, len(s)/2)
	for i := 0; i < len(s); i += 2 {
		n, err := strconv.ParseUint(s[i:i+2], 16, 8)
		if err != nil || s[i] == '+' {
			return nil
		}
		b = append(b, byte(n))
	}
	return b
}

func (q *query) name(s string) bool {
	found, ok := q.named[s]
	if !ok {
		found = s != "" && strings.Contains(strings.ToLower(s), q.lower)
		q.named[s] = found
	}
	return found
}

func (v *View) matches(i int, q *query) bool {
	if q.name(v.names.Field(i)) || q.name(v.names.Type(i)) {
		return true
	}
	n := &v.tree.Nodes[i]
	if n.Flags&(ber.Constructed|ber.Encapsulating) != 0 {
		return false
	}
	b := v.tree.Src[n.Content:n.End]
	if n.Class == ber.Universal && n.Tag == ber.TagOID {
		return q.objects[oid.OID(b)] || q.octets != nil && bytes.Contains(b, q.octets)
	}
	if q.octets != nil && bytes.Contains(b, q.octets) {
		return true
	}
	if n.Class == ber.Universal && n.Tag == ber.TagBMPString {
		narrow := make([]byte, 0, len(b)/2)
		for at := 1; at < len(b); at += 2 {
			narrow = append(narrow, b[at])
		}
		b = narrow
	}
	return containsFold(b, q.text)
}

// containsFold reports whether b has the lower-case text in it, in either case of
// ASCII letters.
func containsFold(b, text []byte) bool {
	first := text[0]
	upper := first
	if first >= 'a' && first <= 'z' {
		upper -= 'a' - 'A'
	}
	for i := 0; i+len(text) <= len(b); i++ {
		if c := b[i]; (c == first || c == upper) && equalFold(b[i:i+len(text)], text) {
			return true
		}
	}
	return false
}

func equalFold(b, lower []byte) bool {
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
