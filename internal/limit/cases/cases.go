// Package cases has, for the limits that input can reach, input that goes just below one
// and just over it: for tests in Go, and for those that give the same to the browser.
package cases

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/sipseal/sipseal/internal/limit"
)

// Piece is bytes that stand there so often, one after the other.
type Piece struct {
	Bytes []byte `json:"bytes"`
	Times int    `json:"times"`
}

// Input is pieces one after the other: large input, told in few words.
type Input []Piece

// Bytes writes the input out.
func (in Input) Bytes() []byte {
	size := 0
	for _, p := range in {
		size += len(p.Bytes) * p.Times
	}
	b := make([]byte, 0, size)
	for _, p := range in {
		for range p.Times {
			b = append(b, p.Bytes...)
		}
	}
	return b
}

// Case is one limit of what can be in an input.
type Case struct {
	Limit string // its name
	// Most is how much may be there.
	Most int
	// Make gives input with n of what is counted.
	Make func(n int) Input
	// Says is in the report of an input with more, and of no other, in letters of
	// either case.
	Says string
	// Still is in the report all the same: what else there was.
	Still string
	// Large says that it is too much for a test in a browser.
	Large bool
	// Password is tried on keys.
	Password string
}

func piece(s string, times int) Piece { return Piece{[]byte(s), times} }

// zeros are in pieces of which there are few, and none of which is large.
func zeros(n int) Input {
	const size = 1 << 20
	return Input{{make([]byte, size), n / size}, {make([]byte, n%size), 1}}
}

func text(format string, args ...any) Piece { return Piece{fmt.Appendf(nil, format, args...), 1} }

// more is what an error says of a limit that was reached.
func more(n int, what string) string {
	return limit.More(what, n, -1)
}

const head = "MESSAGE sip:b@example.net SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\r\nMax-Forwards: 70\r\nFrom: <sip:a@example.com>;tag=1\r\n" +
	"To: <sip:b@example.net>\r\nCall-ID: still-there\r\nCSeq: 1 MESSAGE\r\n"

const still = "still-there"

// sipFields is how many fields head has, and the two that follow it.
const sipFields = 8

func message(contentType string, body ...Piece) Input {
	size := 0
	for _, p := range body {
		size += len(p.Bytes) * p.Times
	}
	return append(Input{text("%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n", head, contentType, size)}, body...)
}

// der is a tag and a length in four octets for what follows.
func der(tag byte, size int) Piece {
	return Piece{binary.BigEndian.AppendUint32([]byte{tag, 0x84}, uint32(size)), 1}
}

func tlv(tag byte, parts ...[]byte) []byte {
	content := bytes.Join(parts, nil)
	return append(binary.BigEndian.AppendUint32([]byte{tag, 0x84}, uint32(len(content))), content...)
}

// All are the cases, in the order of the constants.
var All = []Case{
	{Limit: "InputSize", Most: limit.InputSize, Large: true, Says: more(limit.InputSize, "bytes of input"),
		Make: func(n int) Input { return zeros(n) }},
	{Limit: "BERSize", Most: limit.BERSize, Says: more(limit.BERSize, "bytes of BER"),
		Make: func(n int) Input {
			return append(Input{der(0x30, n-6), piece("\x02\x01\x05", 1), der(4, n-15)}, zeros(n-15)...)
		}},
	{Limit: "BERDepth", Most: limit.BERDepth, Says: more(limit.BERDepth, "nested values"),
		// The innermost may be constructed as well, but is not opened.
		Make: func(n int) Input { return Input{piece("\x30\x80", n), piece("\x00\x00", n)} }},
	{Limit: "BERNodes", Most: limit.BERNodes, Says: more(limit.BERNodes, "values"), Large: true,
		Make: func(n int) Input { return Input{der(0x30, 3*(n-1)), piece("\x02\x01\x05", n-1)} }},
	{Limit: "MIMEParts", Most: limit.MIMEParts, Says: more(limit.MIMEParts, "parts"), Still: still,
		// The multipart is one of them.
		Make: func(n int) Input {
			return message("multipart/mixed;boundary=b", piece("--b\r\n\r\nx\r\n", n-1), piece("--b--\r\n", 1))
		}},
	{Limit: "MIMEDepth", Most: limit.MIMEDepth, Says: more(limit.MIMEDepth, "nested multiparts"), Still: still,
		Make: func(n int) Input {
			body := []Piece{}
			for i := range n - 1 {
				body = append(body, text("--b%d\r\nContent-Type: multipart/mixed;boundary=b%d\r\n\r\n", i, i+1))
			}
			return message("multipart/mixed;boundary=b0", body...)
		}},
	{Limit: "Headers", Most: limit.Headers, Says: more(limit.Headers, "header fields"), Still: still,
		Make: func(n int) Input {
			m := message("text/plain", piece("x", 1))
			return append(Input{text("%s", head), piece("X: y\r\n", n-sipFields), text("Content-Type: text/plain\r\nContent-Length: 1\r\n\r\n")}, m[1:]...)
		}},
	{Limit: "HeaderSize", Most: limit.HeaderSize, Says: more(limit.HeaderSize, "bytes in a header field"), Still: still,
		Make: func(n int) Input {
			// Of the value.
			return Input{text("%sContent-Length: 0\r\n", head), text("Subject: "), piece("x", n), text("\r\n\r\n")}
		}},
	{Limit: "SDPLines", Most: limit.SDPLines, Says: more(limit.SDPLines, "lines of SDP"), Still: still,
		Make: func(n int) Input { return message("application/sdp", piece("v=0\r\n", 1), piece("a=x\r\n", n-1)) }},
	{Limit: "Dumps", Most: limit.Dumps, Says: more(limit.Dumps, "dumps"), Still: "dump of 2 values",
		Make: func(n int) Input {
			return Input{piece("    0:d=0  hl=2 l=   3 cons: SEQUENCE          \n    2:d=1  hl=2 l=   1 prim:  INTEGER           :05\n\nand then\n\n", n)}
		}},
	{Limit: "DecodeProblems", Most: limit.DecodeProblems, Says: more(limit.DecodeProblems, "problems of decoding"), Still: still,
		// The padding is wrong in each group, and that data goes on after some is one more.
		Make: func(n int) Input {
			return append(Input{text("%sContent-Transfer-Encoding: base64\r\nContent-Length: %d\r\n\r\n", head, 5*(n-1))}, piece("QQ=\r\n", n-1))
		}},
	{Limit: "FieldFaults", Most: limit.FieldFaults, Says: more(limit.FieldFaults, "faults"), Still: still,
		Make: func(n int) Input { return message("text/plain"+strings.Repeat(";=", n), piece("x", 1)) }},
	{Limit: "Violations", Most: limit.Violations, Says: more(limit.Violations, "breaches of the rules"), Still: still,
		Make: func(n int) Input {
			return Input{text("%s", head), piece("Contact: <sip:a\r\n", n), text("Content-Length: 0\r\n\r\n")}
		}},
	{Limit: "ShownText", Most: limit.ShownText, Says: more(limit.ShownText, "bytes of text"), Still: still,
		Make: func(n int) Input { return message("text/plain", piece("x", n)) }},
	{Limit: "Identities", Most: limit.Identities, Says: more(limit.Identities, "identities"), Still: still,
		Make: func(n int) Input {
			return Input{text("%s", head), piece("Identity: e30.e30.AAAA;info=<https://a.example/c>\r\n", n), text("Content-Length: 0\r\n\r\n")}
		}},
	{Limit: "Comparisons", Most: limit.Comparisons, Says: more(limit.Comparisons, "messages inside one message"), Still: still,
		Make: func(n int) Input {
			return message("multipart/mixed;boundary=b", piece("--b\r\nContent-Type: message/sip\r\nContent-Disposition: aib\r\n\r\n"+head+"\r\n\r\n", n), piece("--b--\r\n", 1))
		}},
	{Limit: "Tunnels", Most: limit.Tunnels, Says: more(limit.Tunnels, "messages, each in the one before"), Still: still,
		Make: func(n int) Input {
			m := message("text/plain", piece("x", 1))
			for range n {
				m = message("message/sip", m...)
			}
			return m
		}},
	{Limit: "JSONSize", Most: limit.JSONSize, Says: more(limit.JSONSize, "bytes of JSON"), Make: func(n int) Input {
		// In a message it would be too long for a field.
		header := `{"alg":"ES256","typ":"passport","x":"`
		return Input{text("%s.e30.AAAA", base64.RawURLEncoding.EncodeToString([]byte(header+strings.Repeat("x", n-len(header)-2)+`"}`)))}
	}},
	{Limit: "JSONDepth", Most: limit.JSONDepth, Says: more(limit.JSONDepth, "nested values of JSON"), Still: still,
		Make: func(n int) Input { return passport(strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n)) }},
	{Limit: "JSONValues", Most: limit.JSONValues, Says: more(limit.JSONValues, "values of JSON"), Still: still,
		// The object and its array are two of them.
		Make: func(n int) Input { return passport(`{"a":[1` + strings.Repeat(",1", n-3) + `]}`) }},
	{Limit: "Messages", Most: limit.Messages, Large: true, Says: more(limit.Messages, "messages"), Still: still,
		Make: func(n int) Input {
			return Input{piece("OPTIONS sip:a SIP/2.0\r\nCall-ID: still-there\r\nContent-Length: 0\r\n\r\n", n)}
		}},
	{Limit: "Sealed", Most: limit.Sealed, Says: more(limit.Sealed, "seals around one another"), Still: still,
		Make: func(n int) Input {
			content := []byte("Content-Type: text/plain\r\n\r\nx")
			for i := range n {
				content = tlv(0x30, []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), tlv(0xa0, tlv(0x30, []byte{2, 1, 1}, tlv(0x31),
					tlv(0x30, []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"), tlv(0xa0, tlv(4, content))), tlv(0x31))))
				if i < n-1 {
					content = append([]byte("Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n"), content...)
				}
			}
			return message("application/pkcs7-mime", Piece{content, 1})
		}},
	{Limit: "ArchiveFiles", Most: limit.ArchiveFiles, Says: more(limit.ArchiveFiles, "files"),
		Make: func(n int) Input {
			h := make([]byte, 512)
			copy(h, "a")
			copy(h[100:], "0000644\x000000000\x000000000\x0000000000000\x0000000000000\x00        0")
			copy(h[257:], "ustar\x0000")
			sum := 0
			for _, c := range h {
				sum += int(c)
			}
			copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
			return Input{{h, n}, piece("\x00", 1024)}
		}},
	{Limit: "CompressionRatio", Most: limit.CompressionRatio * limit.CompressionFloor, Says: more(limit.CompressionRatio*limit.CompressionFloor, "bytes out of"), Still: still,
		Make: func(n int) Input {
			m := message("application/octet-stream").Bytes()
			var b bytes.Buffer
			w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
			_, _ = w.Write(append(m, make([]byte, n-len(m))...))
			_ = w.Close()
			return Input{{b.Bytes(), 1}}
		}},
	{Limit: "Wrappings", Most: limit.Wrappings, Says: more(limit.Wrappings, "wrappings around one another"),
		Make: func(n int) Input {
			b := []byte(head + "Content-Length: 0\r\n\r\n")
			for range n {
				b = []byte(base64.StdEncoding.EncodeToString(b))
			}
			return Input{{b, 1}}
		}},
	{Limit: "PEMBlocks", Most: limit.PEMBlocks, Says: more(limit.PEMBlocks, "PEM blocks"), Still: fmt.Sprintf("found %d PEM blocks", limit.PEMBlocks),
		Make: func(n int) Input {
			return Input{piece("-----BEGIN PUBLIC KEY-----\nMAAA\n-----END PUBLIC KEY-----\n", n)}
		}},
	{Limit: "Signers", Most: limit.Signers, Says: more(limit.Signers, "signers"), Still: still,
		Make: func(n int) Input {
			info := tlv(0x30, []byte{2, 1, 3}, tlv(0x80, []byte("nobody")), tlv(0x30, []byte("\x06\x05\x2b\x0e\x03\x02\x1a")), tlv(0x30, []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")), tlv(4, make([]byte, 128)))
			return message("application/pkcs7-mime", Piece{tlv(0x30, []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), tlv(0xa0, tlv(0x30, []byte{2, 1, 3},
				tlv(0x31), tlv(0x30, []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"), tlv(0xa0, tlv(4, []byte("\r\nx")))), tlv(0x31, bytes.Repeat(info, n))))), 1})
		}},
	{Limit: "KDFIterations", Most: limit.KDFIterations, Says: more(limit.KDFIterations, "iterations of a key derivation"), Password: "x",
		Make: func(n int) Input {
			if n <= limit.KDFIterations {
				n /= 1000 // what may be done takes its time: package algo goes to the limit
			}
			return lockedKey(tlv(0x30, []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c"), tlv(0x30, tlv(4, []byte("saltsalt")), integer(n))))
		}},
	{Limit: "ScryptMemory", Most: limit.ScryptMemory, Says: more(limit.ScryptMemory, "bytes of memory for scrypt"), Password: "x", Make: func(n int) Input {
		if n <= limit.ScryptMemory {
			return lockedKey(scrypt(1<<10, 8, 1))
		}
		return lockedKey(scrypt(1<<21, 2, 1))
	}},
	{Limit: "ScryptWork", Most: limit.ScryptWork, Says: more(limit.ScryptWork, "steps of scrypt"), Password: "x", Make: func(n int) Input {
		if n <= limit.ScryptWork {
			return lockedKey(scrypt(1<<10, 8, 2))
		}
		return lockedKey(scrypt(1<<10, 8, n/(8<<10)+1))
	}},
}

// passport is a message with a PASSporT of this header.
func passport(header string) Input {
	return Input{text("%sIdentity: %s.e30.AAAA;info=<https://a.example/c>\r\nContent-Length: 0\r\n\r\n", head, base64.RawURLEncoding.EncodeToString([]byte(header)))}
}

func integer(n int) []byte {
	return append([]byte{2, 5, 0}, binary.BigEndian.AppendUint32(nil, uint32(n))...)
}

func scrypt(n, r, p int) []byte {
	return tlv(0x30, []byte("\x06\x09\x2b\x06\x01\x04\x01\xda\x47\x04\x0b"), tlv(0x30, tlv(4, []byte("saltsalt")), integer(n), integer(r), integer(p)))
}

// lockedKey is a private key under a password, by PBES2 with this derivation and AES-128-CBC.
func lockedKey(derivation []byte) Input {
	aes := tlv(0x30, []byte("\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x02"), tlv(4, make([]byte, 16)))
	der := tlv(0x30, tlv(0x30, []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d"), tlv(0x30, derivation, aes)), tlv(4, make([]byte, 32)))
	return Input{text("-----BEGIN ENCRYPTED PRIVATE KEY-----\n%s\n-----END ENCRYPTED PRIVATE KEY-----\n", base64.StdEncoding.EncodeToString(der))}
}
