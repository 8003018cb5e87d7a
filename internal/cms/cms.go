// Package cms reads the Cryptographic Message Syntax (RFC 5652, with RFC 2630,
// RFC 3369, PKCS#7, RFC 5083 and RFC 3274), verifies its signatures and opens its
// envelopes.
//
// Reading is lenient: a message that departs from the standard is read as far as
// it goes, and each departure is a Problem with its place. Every structure keeps
// the ber.Value that it came from, so that each range counts in the bytes that
// were given, and everything that is verified is verified over those bytes.
//
// What a verdict says about certificates (chain, validity, identity) is not this
// package's business: it answers whether the mathematics hold, and for which
// certificate.
package cms

import (
	"errors"
	"strconv"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/table"
)

// Kinds of a Message, as the report names them.
const (
	KindData              = "data"
	KindSignedData        = "signedData"
	KindEnvelopedData     = "envelopedData"
	KindDigestedData      = "digestedData"
	KindEncryptedData     = "encryptedData"
	KindAuthenticatedData = "authenticatedData"
	KindCompressedData    = "compressedData"
	KindAuthEnvelopedData = "authEnvelopedData"
	KindUnknown           = "unknown"
)

// kinds are the content types of RFC 5652 section 14, RFC 5083 section 4 and
// RFC 3274 section 3.
var kinds = table.Of[oid.OID, string]{
	{oid.Data, KindData},
	{oid.SignedData, KindSignedData},
	{oid.EnvelopedData, KindEnvelopedData},
	{oid.DigestedData, KindDigestedData},
	{oid.EncryptedData, KindEncryptedData},
	{oid.AuthData, KindAuthenticatedData},
	{oid.CompressedData, KindCompressedData},
	{oid.AuthEnvelopedData, KindAuthEnvelopedData},
}

// Severities of a Problem, as those of a finding in the report.
const (
	SeverityError   = "error"
	SeverityWarning = "warning"
	SeverityNote    = "note"
)

// Problem is a place where a message departs from its standard, or something
// about it that a reader should know.
type Problem struct {
	Code      string
	Severity  string
	Range     [2]int // in the bytes that were given to Parse
	Detail    string
	Reference string
}

// Offset is where the problem is, in the bytes that were given to Parse.
func (p Problem) Offset() int { return p.Range[0] }

func (p Problem) Error() string {
	return p.Detail + " at byte " + strconv.Itoa(p.Range[0])
}

// Message is a ContentInfo (RFC 5652 section 3) and what it holds. At most one of
// the pointers is set, by Kind; EnvelopedData, AuthEnvelopedData and EncryptedData
// are all Enveloped, and AuthenticatedData too, whose recipients are the same.
type Message struct {
	Tree  *ber.Tree
	Value ber.Value // the ContentInfo, or the bare content
	// Bare is true when the content stood there without a ContentInfo around it.
	Bare        bool
	ContentType oid.OID
	Kind        string
	Content     ber.Value // what is in the [0]; absent when there is nothing
	// Trailing is the range of the bytes after the message, empty when there are none.
	Trailing [2]int

	Signed     *SignedData
	Enveloped  *EnvelopedData
	Compressed *CompressedData
	Digested   *DigestedData
	Data       []byte // of Kind "data"

	Problems []Problem
	cut      bool // there are more
}

// ErrNotCMS says that the bytes are no CMS object at all.
var ErrNotCMS = errors.New("not a CMS object")

// Parse reads a ContentInfo from the start of src. The Message is never nil: its
// Problems say what is wrong, and its Tree shows what is there. The error is
// ErrNotCMS when nothing of a CMS object was recognised.
func Parse(src []byte) (*Message, error) { return ParseTree(ber.ParseOne(src)) }

// ParseTree is Parse for bytes that were read by ber.ParseOne already.
func ParseTree(tree *ber.Tree) (*Message, error) {
	m := newMessage(tree, "RFC 5652 section 3")
	root := m.Value
	if !root.Is(ber.TagSequence) || !root.Constructed() {
		return m, ErrNotCMS
	}
	first := root.First()
	switch {
	case first.Is(ber.TagOID):
		m.ContentType = first.OID()
		wrapper := first.Next()
		switch {
		case !wrapper.Ok():
			m.problem("content-missing", SeverityNote, root.Range(),
				"the ContentInfo holds no content", "RFC 5652 section 3")
		case wrapper.IsContext(0) && wrapper.Constructed():
			m.Content = wrapper.First()
		default:
			m.problem("structure", SeverityError, wrapper.Range(),
				"the content of a ContentInfo is not tagged [0]", "RFC 5652 section 3")
			m.Content = wrapper
		}
		if extra := wrapper.Next(); extra.Ok() {
			m.problem("structure", SeverityError, extra.Range(),
				"a ContentInfo has more than two values", "RFC 5652 section 3")
		}
		if _, known := kinds.Find(m.ContentType); !known && !wrapper.Ok() {
			// An AlgorithmIdentifier looks the same: say that it is no CMS object.
			return m, ErrNotCMS
		}
	case first.Is(ber.TagInteger):
		m.ContentType = guessBare(root)
		if m.ContentType == "" {
			return m, ErrNotCMS
		}
		m.Bare = true
		m.Content = root
		m.problem("no-content-info", SeverityWarning, root.Range(),
			"the content stands alone, without the ContentInfo that says its type", "RFC 5652 section 3")
	default:
		return m, ErrNotCMS
	}
	m.read()
	m.checkValues()
	return m, nil
}

// newMessage says what is odd about the bytes as such. reference is about what follows
// the object.
func newMessage(tree *ber.Tree, reference string) *Message {
	size := len(tree.Src)
	m := &Message{Tree: tree, Value: tree.Root(), Kind: KindUnknown}
	m.Trailing = [2]int{min(tree.End, size), size}
	if m.Trailing[0] < m.Trailing[1] {
		m.problem("trailing-bytes", SeverityWarning, m.Trailing, strconv.Itoa(size-tree.End)+" bytes follow the CMS object", reference)
	}
	for _, f := range tree.Faults {
		m.problem("ber", SeverityError, [2]int{f.Offset, min(f.Offset+1, size)}, f.Reason, "X.690 section 8.1")
	}
	return m
}

// ParseContent reads content whose type is known from elsewhere, as the eContent
// of another message is: src is then a SignedData and not a ContentInfo (RFC 5652
// section 5.2). A ContentInfo is read as well. Content of type data is anything.
func ParseContent(contentType oid.OID, src []byte) (*Message, error) {
	if contentType == oid.Data {
		return &Message{Tree: &ber.Tree{Src: src}, ContentType: contentType, Kind: KindData, Data: src}, nil
	}
	tree := ber.ParseOne(src)
	if tree.Root().First().Is(ber.TagOID) {
		return ParseTree(tree)
	}
	m := newMessage(tree, "RFC 5652 section 5.2")
	m.Content, m.ContentType = m.Value, contentType
	m.read()
	m.checkValues()
	if m.Kind == KindUnknown || !m.Value.Is(ber.TagSequence) {
		return m, ErrNotCMS
	}
	return m, nil
}

// read dispatches on the content type.
func (m *Message) read() {
	m.Kind = kinds.Get(m.ContentType)
	switch m.Kind {
	case KindData:
		m.Data = m.Content.Octets()
	case KindSignedData:
		m.Signed = m.readSignedData(m.Content)
	case KindEnvelopedData, KindAuthEnvelopedData, KindEncryptedData, KindAuthenticatedData:
		m.Enveloped = m.readEnvelopedData(m.Kind, m.Content)
	case KindCompressedData:
		m.Compressed = m.readCompressedData(m.Content)
	case KindDigestedData:
		m.Digested = m.readDigestedData(m.Content)
	default:
		m.Kind = KindUnknown
		m.problem("content-type-unknown", SeverityWarning, m.Value.First().Range(),
			"the content type "+m.ContentType.String()+" is not known", "RFC 5652 section 3")
	}
}

// Malformed reports whether the message departs from its standard in a way that
// other readers may refuse, or read otherwise.
func (m *Message) Malformed() bool {
	for _, p := range m.Problems {
		if p.Severity == SeverityError {
			return true
		}
	}
	return false
}

// checkValues finds values that have no meaning in any encoding: readers that look
// closely refuse a message for them. Certificates and CRLs are left to pkix.
func (m *Message) checkValues() {
	skip := map[int32]bool{}
	if s := m.Signed; s != nil {
		for _, list := range [][]ber.Value{s.Certificates, s.Others, s.CRLs, s.OtherCRLs} {
			for _, v := range list {
				skip[v.Node().Offset] = true
			}
		}
	}
	if e := m.Enveloped; e != nil {
		for _, list := range [][]ber.Value{e.OriginatorCertificates, e.OriginatorCRLs} {
			for _, v := range list {
				skip[v.Node().Offset] = true
			}
		}
	}
	for i := 0; i < len(m.Tree.Nodes); i++ {
		n := m.Tree.Nodes[i]
		if len(skip) > 0 && skip[n.Offset] {
			i = int(n.Next) - 1
			continue
		}
		if n.Class != ber.Universal || n.Flags&(ber.Constructed|ber.Damaged) != 0 {
			continue
		}
		content := m.Tree.Src[n.Content:n.End]
		why := ""
		switch n.Tag {
		case ber.TagBoolean:
			if len(content) != 1 {
				why = "a BOOLEAN of " + strconv.Itoa(len(content)) + " bytes"
			}
		case ber.TagNull:
			if len(content) != 0 {
				why = "a NULL with content"
			}
		case ber.TagInteger, ber.TagEnumerated:
			if len(content) == 0 {
				why = "an INTEGER without content"
			} else if len(pkix.TrimInteger(content)) < len(content) {
				why = "an INTEGER with a needless first byte"
			}
		case ber.TagOID:
			if len(content) == 0 || content[len(content)-1]&0x80 != 0 {
				why = "an OBJECT IDENTIFIER that is cut off"
			}
		}
		if why != "" {
			m.problem("value", SeverityError, m.Tree.At(i).Range(), why, "X.690 section 8")
		}
	}
}

// guessBare says which content a SEQUENCE that begins with a version number is,
// by its shape, or "".
func guessBare(root ber.Value) oid.OID {
	second := root.First().Next()
	third := second.Next()
	algorithms := func(v ber.Value) bool { // SET OF AlgorithmIdentifier
		for c := range v.Children() {
			if !c.Is(ber.TagSequence) || !c.First().Is(ber.TagOID) {
				return false
			}
		}
		return v.Is(ber.TagSet)
	}
	content := func(v ber.Value) bool { // EncapsulatedContentInfo, EncryptedContentInfo
		return v.Is(ber.TagSequence) && v.First().Is(ber.TagOID)
	}
	switch {
	case algorithms(second) && content(third):
		return oid.SignedData
	case second.IsContext(0) && third.Is(ber.TagSet) && content(third.Next()),
		second.Is(ber.TagSet) && content(third):
		return oid.EnvelopedData
	case content(second) && content(third) && third.Next().Is(ber.TagOctetString):
		return oid.DigestedData
	case content(second) && content(third):
		return oid.CompressedData
	case content(second) && second.First().Next().Is(ber.TagSequence):
		return oid.EncryptedData
	}
	return ""
}

func (m *Message) problem(code, severity string, r [2]int, detail, reference string) {
	n := len(m.Problems)
	if m.cut {
		n--
	}
	if n > limit.CMSProblems || n == limit.CMSProblems && severity != SeverityError {
		if m.cut {
			return
		}
		m.cut = true
		code, severity, detail, reference = "limit", SeverityWarning, limit.More("problems", limit.CMSProblems, r[0])+": the rest is not listed", ""
	}
	m.Problems = append(m.Problems, Problem{Code: code, Severity: severity, Range: r, Detail: detail, Reference: reference})
}

// missing notes that a field which the standard requires is not there, at the
// value that was found instead or at the end of its parent.
func (m *Message) missing(what string, found, parent ber.Value, reference string) {
	if found.Ok() {
		m.problem("structure", SeverityError, found.Range(), what+" was expected", reference)
		return
	}
	end := parent.ContentRange()[1]
	m.problem("structure", SeverityError, [2]int{end, end}, what+" is missing", reference)
}

// identifier reads an AlgorithmIdentifier and notes what is wrong with it.
func (m *Message) identifier(v ber.Value, what, reference string) algo.Identifier {
	id, err := algo.ReadIdentifier(v)
	if err != nil {
		m.problem("structure", SeverityError, v.Range(), "reading "+what+": "+err.Error(), reference)
	}
	return id
}

// version reads the version number that a structure begins with, -1 where there is
// none, and gives what follows.
func (m *Message) version(parent ber.Value, to *int, reference string) ber.Value {
	v := parent.First()
	n, ok := v.Int()
	*to = int(n)
	if !v.Is(ber.TagInteger) || !ok || n < 0 || n > 1000 {
		*to = -1
		m.problem("structure", SeverityError, v.Range(), "a version number was expected", reference)
	}
	if v.Is(ber.TagInteger) {
		return v.Next()
	}
	return v
}

// nameOf gives an object identifier's name and number, as far as known.
func nameOf(o oid.OID) string {
	if o == "" {
		return "(none)"
	}
	name, dotted := o.Name(), o.String()
	if name == dotted {
		return dotted
	}
	return name + " (" + dotted + ")"
}
