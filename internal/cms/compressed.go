package cms

// CompressedData (RFC 3274) and DigestedData (RFC 5652 section 7).

import (
	"bytes"
	"compress/flate"
	"errors"
	"hash/adler32"
	"io"
	"strconv"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// CompressedData is RFC 3274 section 1.1.
type CompressedData struct {
	Value     ber.Value
	Version   int
	Algorithm algo.Identifier
	Content   EncapContent // compressed
}

// DigestedData is RFC 5652 section 7.
type DigestedData struct {
	Value     ber.Value
	Version   int
	Algorithm algo.Identifier
	Content   EncapContent
	Digest    ber.Value
}

func (m *Message) readCompressedData(v ber.Value) *CompressedData {
	const ref = "RFC 3274 section 1.1"
	c := &CompressedData{Value: v, Version: -1}
	if !v.Is(ber.TagSequence) {
		m.missing("a CompressedData", v, m.Value, ref)
		return c
	}
	c.Version, c.Algorithm, c.Content, _ = m.readPlain(v, "the compression algorithm", ref)
	return c
}

func (m *Message) readDigestedData(v ber.Value) *DigestedData {
	const ref = "RFC 5652 section 7"
	d := &DigestedData{Value: v, Version: -1}
	if !v.Is(ber.TagSequence) {
		m.missing("a DigestedData", v, m.Value, ref)
		return d
	}
	d.Version, d.Algorithm, d.Content, d.Digest = m.readPlain(v, "the digest algorithm", ref)
	if !d.Digest.Is(ber.TagOctetString) {
		m.missing("the digest", d.Digest, v, ref)
		d.Digest = ber.Value{}
	}
	return d
}

// readPlain reads a version, an algorithm and content, and gives what follows.
func (m *Message) readPlain(v ber.Value, what, ref string) (int, algo.Identifier, EncapContent, ber.Value) {
	var version int
	f := m.version(v, &version, ref)
	var id algo.Identifier
	if f.Is(ber.TagSequence) {
		id = m.identifier(f, what, ref)
		f = f.Next()
	} else {
		m.missing(what, f, v, ref)
	}
	content := EncapContent{Detached: true}
	if f.Is(ber.TagSequence) {
		content = m.readEncapContent(f)
		f = f.Next()
	} else {
		m.missing("the encapsulated content", f, v, ref)
	}
	return version, id, content, f
}

// errNoContent says that content travels elsewhere.
var errNoContent = errors.New("the content is not here")

// Decompress gives the content. It fails on an algorithm other than zlib, on
// damaged data, and on data that grows beyond limit.CompressionRatio or
// limit.Decompressed; what was decompressed until then is given with the error.
func (c *CompressedData) Decompress() ([]byte, error) {
	if c.Algorithm.OID != oid.ZlibCompress {
		return nil, errors.New("the compression algorithm " + nameOf(c.Algorithm.OID) + " is not known")
	}
	if c.Content.Detached {
		return nil, errNoContent
	}
	return inflate(c.Content.Content)
}

// inflate reads the zlib format (RFC 1950). The wrapper is read here, so that the
// reason for a refusal can be given.
func inflate(src []byte) ([]byte, error) {
	if len(src) < 2 {
		return nil, errors.New("the compressed content is cut off")
	}
	if src[0]&0x0f != 8 || src[0]>>4 > 7 || (int(src[0])<<8|int(src[1]))%31 != 0 {
		return nil, errors.New("the compressed content does not begin as zlib does (RFC 1950 section 2.2)")
	}
	if src[1]&0x20 != 0 {
		return nil, errors.New("the compressed content asks for a preset dictionary")
	}
	bound := limit.Decompressed
	what := "bytes of decompressed content"
	// Small content may well be very regular: the ratio counts from a page on.
	if r := max(len(src), limit.CompressionFloor) * limit.CompressionRatio; r < bound {
		bound = r
		what = "bytes decompressed out of " + strconv.Itoa(len(src))
	}
	in := bytes.NewReader(src[2:])
	reader := flate.NewReader(in)
	out, err := io.ReadAll(io.LimitReader(reader, int64(bound)+1))
	switch {
	case len(out) > bound:
		return out[:bound], limit.Over(what, bound, -1)
	case err == io.ErrUnexpectedEOF:
		return out, errors.New("the compressed content is cut off")
	case err != nil:
		if corrupt, ok := err.(flate.CorruptInputError); ok {
			return out, errors.New("the compressed content is damaged near its byte " + strconv.FormatInt(int64(corrupt)+2, 10))
		}
		return out, err
	}
	rest := src[len(src)-in.Len():]
	if len(rest) < 4 {
		return out, errors.New("the checksum of the compressed content is missing")
	}
	if want := uint32(rest[0])<<24 | uint32(rest[1])<<16 | uint32(rest[2])<<8 | uint32(rest[3]); want != adler32.Checksum(out) {
		return out, errors.New("the checksum of the compressed content does not fit what it decompresses to (RFC 1950 section 2.2)")
	}
	return out, nil
}

// Verify compares the digest with the content's, which may be given from elsewhere
// when it is not here.
func (d *DigestedData) Verify(detached []byte) Outcome {
	o := Outcome{Reference: "RFC 5652 section 7", Range: d.Value.Range()}
	content := d.Content.Content
	if d.Content.Detached {
		content = detached
	}
	hash, known := algo.HashFor(d.Algorithm.OID)
	switch {
	case !known:
		o.unknown("the digest algorithm " + nameOf(d.Algorithm.OID) + " is not known")
	case content == nil:
		o.unknown("the content is not here")
	case !d.Digest.Ok():
		o.set(false, "the digest is missing")
	default:
		o.Range = d.Digest.Range()
		if bytes.Equal(hash.Sum(content), d.Digest.Octets()) {
			o.set(true, "the "+hash.Name+" digest is the content's")
		} else {
			o.set(false, "the "+hash.Name+" digest is not the content's")
		}
	}
	return o
}
