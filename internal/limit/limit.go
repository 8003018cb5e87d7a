// Package limit names every bound that keeps hostile input from costing more
// than it should: one place to read them, one place to change them.
package limit

import (
	"errors"
	"strconv"
)

// Bounds. Sizes are in bytes.
const (
	// InputSize is the largest input that is read at all.
	InputSize = 256 << 20
	// BERSize is the largest run of BER that is read into a tree.
	BERSize = 64 << 20
	// BERDepth is how deep values may nest.
	BERDepth = 200_000
	// BERNodes is how many values one tree may hold.
	BERNodes = 8_000_000
	// BERNotes is how many departures from DER are kept for one tree.
	BERNotes = 1_000
	// DumpIndent is how many levels a dump indents: deeper values stand at that
	// level, so that a dump's size stays in proportion to its input's.
	DumpIndent = 128
	// DumpText is how much text of one dump is read back.
	DumpText = 64 << 20
	// Dumps is how many dumps are looked for in one text.
	Dumps = 1_000
	// Found is how many values a search in one tree finds.
	Found = 10_000
	// OIDArc is how many octets one number within an object identifier may have to
	// be written in decimal.
	OIDArc = 64

	// MIMEParts is how many entities one message may hold, all levels together.
	MIMEParts = 1_000
	// MIMEDepth is how deep multiparts may nest.
	MIMEDepth = 50
	// Headers is how many header fields one message or part may have.
	Headers = 1_000
	// Violations is how many breaches of the rules of SIP are kept for the fields of one
	// message, and as many for the message as a whole.
	Violations = 100
	// DecodeProblems is how many problems of decoding one body are kept, and FieldFaults
	// how many faults of the parameters of one header field.
	DecodeProblems = 50
	FieldFaults    = 20
	// SDPLines is how many lines of one session description are read.
	SDPLines = 2_000
	// StreamMessages is how many SIP messages are read from one stream.
	StreamMessages = 10_000
	// HeaderSize is the longest header field, folds included.
	HeaderSize = 64 << 10

	// Identities is how many Identity fields of one message are verified,
	// IdentityChecks how many signatures are computed for them in all, and
	// IdentityHashed how many bytes are hashed. IdentityText is how much of a string
	// that was signed is shown.
	Identities     = 20
	IdentityChecks = 300
	IdentityHashed = 64 << 20
	IdentityText   = 64 << 10
	// TelephoneNumbers is how many entries of the TNAuthorizationList of one certificate
	// are read.
	TelephoneNumbers = 1_000
	// Comparisons is how many messages inside one message are compared with it, and
	// Tunnels how many, each in the one before, are taken apart.
	Comparisons = 20
	Tunnels     = 8
	// JSONSize, JSONDepth and JSONValues bound the JSON that is read.
	JSONSize   = 64 << 10
	JSONDepth  = 20
	JSONValues = 2_000

	// LineEndWork is how many values are read in search of the original of one object
	// whose line ends were converted, and LineEndWorkTotal for all of one input.
	LineEndWork      = 300_000
	LineEndWorkTotal = 3_000_000
	// LineEndSolutions is how many readings of such an object are kept.
	LineEndSolutions = 64
	// LineEndChoices is how many ways to place the changes within one reading are
	// tried.
	LineEndChoices = 1_024
	// RepairSize is the largest message that is repaired.
	RepairSize = 8 << 20
	// RepairBytes is how many bytes of objects and messages are put together in all while
	// the right ones are sought, and hashed to prove them beyond the digest of content.
	RepairBytes = 64 << 20
	// RepairProofs is how many signatures are verified in all to prove repairs.
	RepairProofs = 2_000

	// FullMessages is up to how many messages of one input are all reported in full;
	// of more, those that are not sealed are reported in brief.
	FullMessages = 500

	// Rounds is how often the messages of one input are read again because one brought
	// what another lacks.
	Rounds = 4

	// Findings is how many findings a report lists.
	Findings = 500
	// ShownText is how much of the text of one part is in the report.
	ShownText = 256 << 10

	// Sealed is how often content may be sealed inside content: signed in encrypted
	// in compressed and so on.
	Sealed = 16
	// CapturePackets is how many packets of a capture are read.
	CapturePackets = 4_000_000
	// CaptureFragments is how many datagrams wait for fragments at a time, and
	// FragmentsOfOne how many fragments one may have.
	CaptureFragments = 4_096
	FragmentsOfOne   = 1_024
	// CaptureHeld is how many bytes, and CaptureHeldSegments how many segments of one
	// TCP connection wait for those before them.
	CaptureHeld         = 1 << 20
	CaptureHeldSegments = 256
	// EndSearch is how often an input, and TextSize more, is looked through for where
	// messages end whose Content-Length does not say it.
	EndSearch = 4
	// TextSize is the largest text that is searched for messages, dumps and the like.
	TextSize = 16 << 20
	// ArchiveFiles is how many files one archive may hold.
	ArchiveFiles = 10_000
	// Unended is how many archives without an end there may be in one text: for the end of
	// each, all the rest was looked through.
	Unended = 20
	// Unpacked is how much everything that is taken out of one input may be in all.
	Unpacked = 512 << 20
	// Sources is how many pieces one input may be taken apart into.
	Sources = 200_000
	// Messages is how many SIP messages one input may hold.
	Messages = 100_000
	// Wrappings is how many wrappings may lie around one another: base64 in gzip in
	// tar and so on.
	Wrappings = 8
	// CompressionRatio is how much larger than its input compressed data may become.
	CompressionRatio = 200
	// Decompressed is the most that one compressed object may become, and
	// DecompressedTotal all those together that lie in the messages of one input.
	Decompressed      = 64 << 20
	DecompressedTotal = 128 << 20

	// ObjectProblems is how many problems are kept for one certificate, CRL or file of keys.
	ObjectProblems = 100
	// CMSProblems is how many problems are kept for one CMS object, and one error more: a
	// message must not hide that it is malformed behind a thousand notes.
	CMSProblems = 1_000
	// Signers is how many signers of one message are verified.
	Signers = 200
	// SignatureChecks is how many signatures of one message are computed, candidates
	// and countersigners included.
	SignatureChecks = 2_000
	// SignerCandidates is how many certificates with the name that a signer gives are
	// tried for it.
	SignerCandidates = 32
	// Countersignatures is how deep signatures over signatures may nest.
	Countersignatures = 4
	// AttributeDepth is how deep the values in signed attributes may nest for them to
	// be encoded again.
	AttributeDepth = 64
	// AttributeText is how many bytes of an attribute's value are shown, about.
	AttributeText = 1_000
	// Hashed is how many bytes are hashed for the signatures of one message, beyond
	// the digest of its content.
	Hashed = 256 << 20
	// Explained is how many bytes are hashed to find out what content a signer of one
	// message may have meant whose digest is of another.
	Explained = 16 << 20
	// KeyTrials is how often a key is tried on a recipient of one envelope.
	KeyTrials = 500
	// CompressionFloor is the size below which compressed data is taken to be that
	// long for CompressionRatio: little text may well be very regular.
	CompressionFloor = 4 << 10

	// ChainLength is how many certificates one chain may have.
	ChainLength = 10
	// ChainSteps is how many issuers are tried in all while a chain is sought.
	ChainSteps = 1_000
	// ChainNameChecks is how many comparisons of names with name constraints one chain
	// may take.
	ChainNameChecks = 100_000
	// ChainCandidates is how many certificates with an issuer's name are considered.
	ChainCandidates = 2_000
	// PointNames is how many names of distribution points, and how many points, are
	// compared on either side to tell what a CRL is about.
	PointNames = 100
	// ChainCRLChecks is how many signatures of CRLs are verified for one chain.
	ChainCRLChecks = 500
	// OCSPAnswers is how many answers of one OCSP response are read.
	OCSPAnswers = 1_000
	// CRLSigners is how many certificates are tried that may have signed one CRL beside that
	// of the issuer, and CRLSignerDepth how far revocation is looked up of those that sign
	// the CRLs of those that sign CRLs.
	CRLSigners     = 8
	CRLSignerDepth = 3
	// PolicyNodes is how many policies are followed along one chain.
	PolicyNodes = 1_000
	// PasswordTrials is how often passwords are tried on one file of keys.
	PasswordTrials = 100
	// SafeBags is how many bags one PKCS #12 file may hold.
	SafeBags = 10_000
	// PEMBlocks is how many PEM blocks one text may hold.
	PEMBlocks = 10_000
	// KDFIterations bounds password-based key derivation.
	KDFIterations = 10_000_000
	// ScryptMemory is the most memory that deriving a key with scrypt may take.
	ScryptMemory = 256 << 20
	// ScryptWork bounds the time of scrypt: its N·r·p, of which a million take about a
	// second in a browser.
	ScryptWork = 4 << 20
	// DerivedKey is the longest key that is derived from a password, in bytes.
	DerivedKey = 1024
	// RSABits is the largest RSA modulus that is computed with.
	RSABits = 16384
)

// Error says that a bound was reached.
type Error struct {
	What   string // what was being counted, for example "nested values"
	Limit  int
	Offset int // where, or -1
}

// Over makes an Error. (It and More are called in so many places that copies of them would
// be a good part of the WASM.)
//
//go:noinline
func Over(what string, most, offset int) *Error { return &Error{what, most, offset} }

// More is what an Error says: more than so many of what, from the byte at offset on, or
// without an offset when that is -1.
//
//go:noinline
func More(what string, most, offset int) string { return Over(what, most, offset).Error() }

// Reached reports whether there is an *Error in an error's chain.
func Reached(err error) bool {
	_, ok := errors.AsType[*Error](err)
	return ok
}

func (e *Error) Error() string {
	if e == ErrWork {
		return "too much work"
	}
	s := "more than " + strconv.Itoa(e.Limit) + " " + e.What
	if e.Offset >= 0 {
		s += " at byte " + strconv.Itoa(e.Offset)
	}
	return s
}
