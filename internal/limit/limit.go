// Package limit names every bound that keeps hostile input from costing more
// than it should: one place to read them, one place to change them.
package limit

import "strconv"

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

	// MIMEParts is how many entities one message may hold, all levels together.
	MIMEParts = 1_000
	// MIMEDepth is how deep multiparts may nest.
	MIMEDepth = 50
	// Headers is how many header fields one message or part may have.
	Headers = 1_000
	// HeaderSize is the longest header field, folds included.
	HeaderSize = 64 << 10

	// Sealed is how often content may be sealed inside content: signed in encrypted
	// in compressed and so on.
	Sealed = 16
	// Wrappings is how many wrappings may lie around one another: base64 in gzip in
	// tar and so on.
	Wrappings = 8
	// CompressionRatio is how much larger than its input compressed data may become.
	CompressionRatio = 200
	// Decompressed is the most that one compressed object may become.
	Decompressed = 64 << 20

	// ChainLength is how many certificates one chain may have.
	ChainLength = 10
	// ChainSteps is how many issuers are tried in all while a chain is sought.
	ChainSteps = 1_000
	// KDFIterations bounds password-based key derivation.
	KDFIterations = 10_000_000
)

// Error says that a bound was reached.
type Error struct {
	What   string // what was being counted, for example "nested values"
	Limit  int
	Offset int // where, or -1
}

func (e *Error) Error() string {
	s := "more than " + strconv.Itoa(e.Limit) + " " + e.What
	if e.Offset >= 0 {
		s += " at byte " + strconv.Itoa(e.Offset)
	}
	return s
}
