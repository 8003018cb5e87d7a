package growth

// Text: messages, entities, logs, documents, dumps.

import (
	"encoding/base64"
	"fmt"
	"strings"
)

const head = "MESSAGE sip:b@example.net SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\r\nMax-Forwards: 70\r\nFrom: <sip:a@example.com>;tag=1\r\n" +
	"To: <sip:b@example.net>\r\nCall-ID: c\r\nCSeq: 1 MESSAGE\r\n"

// times is a piece n times, with its number where it asks for it, between a start and an
// end.
func times(start, piece, end string) func(n int) []byte {
	return func(n int) []byte {
		var b strings.Builder
		b.WriteString(start)
		for i := range n {
			if strings.Contains(piece, "%") {
				fmt.Fprintf(&b, piece, i)
			} else {
				b.WriteString(piece)
			}
		}
		b.WriteString(end)
		return []byte(b.String())
	}
}

// field is a message with a header field that has a piece n times in its value.
func field(start, piece, end string) func(n int) []byte {
	return times(head+start, piece, end+"\r\nContent-Length: 0\r\n\r\n")
}

// body is a message whose body has a piece n times.
func body(contentType, start, piece, end string) func(n int) []byte {
	return func(n int) []byte {
		b := times(start, piece, end)(n)
		return fmt.Appendf(nil, "%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", head, contentType, len(b), b)
	}
}

// wrong is the same with a Content-Length that is not that of the body.
func wrong(make func(n int) []byte) func(n int) []byte {
	return func(n int) []byte {
		return []byte(strings.Replace(string(make(n)), "Content-Length: ", "Content-Length: 1", 1))
	}
}

const certificateLine = "MIICcTCCAdqgAwIBAgIIAQIDBAUGBwgwDQYJKoZIhvcNAQEFBQAwcDELMAkGA1UE\n"

var texts = []Case{
	// Header fields.
	{Name: "fields", Make: field("", "X: y\r\n", "Subject: x")},
	{Name: "fields with names of their own", Make: field("", "X%d: y\r\n", "Subject: x")},
	{Name: "Via fields", Make: field("", "Via: SIP/2.0/UDP h%d;branch=z9hG4bK%[1]d\r\n", "Subject: x")},
	{Name: "values of one Via", Make: field("Via: SIP/2.0/UDP h;branch=z9hG4bK0", ",SIP/2.0/UDP h%d;branch=z9hG4bK%[1]d", "")},
	{Name: "Route", Make: field("Route: <sip:x>", ",<sip:h%d;lr>", "")},
	{Name: "Contact", Make: field("Contact: <sip:x>", ",\"N\" <sip:h%d;lr>;q=0.1", "")},
	{Name: "parameters of From", Make: times("MESSAGE sip:b SIP/2.0\r\nFrom: <sip:a@b>", ";p%d=x", "\r\nContent-Length: 0\r\n\r\n")},
	{Name: "equal parameters of From", Make: times("MESSAGE sip:b SIP/2.0\r\nFrom: <sip:a@b>", ";p=x", "\r\nContent-Length: 0\r\n\r\n")},
	{Name: "parameters of a URI", Make: times("MESSAGE sip:b", ";p%d=x", " SIP/2.0\r\nFrom: <sip:a@b>\r\nContent-Length: 0\r\n\r\n")},
	{Name: "headers of a URI", Make: field("Contact: <sip:a@b?x=y", "&h%d=x", ">")},
	{Name: "percents of a URI", Make: field("Contact: <sip:", "%%41%%", "@b>")},
	{Name: "open brackets", Make: field("Contact: ", "<", "")},
	{Name: "open quotes", Make: field("Contact: ", "\"", "")},
	{Name: "escapes in quotes", Make: field("Contact: \"", "\\\\", "\" <sip:a@b>")},
	{Name: "open comments", Make: field("Server: ", "(", "")},
	{Name: "comments", Make: field("Server: ", "(a) ", "")},
	{Name: "commas", Make: field("Contact: ", ",", "")},
	{Name: "semicolons", Make: field("Contact: ", ";", "")},
	{Name: "colons", Make: field("Contact: ", ":", "")},
	{Name: "backslashes", Make: field("Contact: \"", "\\", "")},
	{Name: "blanks", Make: field("Contact: <sip:a@b>", " ", "x")},
	{Name: "folds", Make: field("Subject: x", "\r\n y", "")},
	{Name: "empty folds", Make: field("Subject: x", "\r\n ", "y")},
	{Name: "encoded words", Make: field("Subject: ", "=?utf-8?q?a=20?= ", "")},
	{Name: "Identity fields", Make: field("", "Identity: eyJhbGciOiJFUzI1NiJ9.e30.AAAA;info=<https://a/c%d>\r\n", "Subject: x")},
	{Name: "dots of an Identity", Make: field("Identity: eyJ", ".e30", "")},
	{Name: "lines without a colon", Make: field("", "x\r\n", "Subject: x")},
	{Name: "Content-Length fields", Make: field("", "Content-Length: 0\r\n", "Subject: x")},
	{Name: "Content-Type fields", Make: field("", "Content-Type: text/plain\r\n", "Subject: x")},
	{Name: "Warning", Make: field("Warning: 301 a \"b\"", ",301 a%d \"b\"", "")},
	{Name: "Accept", Make: field("Accept: a/b", ",a/b%d;q=0.1", "")},
	{Name: "Authorization", Make: field("Authorization: Digest x=y", ",x%d=\"y\"", "")},
	{Name: "a start line", Make: times("MESSAGE sip:", "b", " SIP/2.0\r\nFrom: <sip:a@b>\r\nContent-Length: 0\r\n\r\n")},
	{Name: "fields of a fragment", Make: body("message/sipfrag", "", "X%d: y\r\n", "")},

	// Entities.
	{Name: "parts", Make: body("multipart/mixed;boundary=b", "", "--b\r\n\r\nx\r\n", "--b--\r\n")},
	{Name: "parts with a type", Make: body("multipart/mixed;boundary=b", "", "--b\r\nContent-Type: application/sdp\r\nContent-ID: <%d>\r\n\r\nv=0\r\n", "--b--\r\n")},
	{Name: "parts without an end", Make: body("multipart/mixed;boundary=b", "", "--b\r\n\r\nx\r\n", "")},
	{Name: "parts, wrong length", Make: wrong(body("multipart/mixed;boundary=b", "", "--b\r\n\r\nx\r\n", "--b--\r\n"))},
	{Name: "multiparts", Make: body("multipart/mixed;boundary=b", "", "--b\r\nContent-Type: multipart/mixed;boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n", "--b--\r\n")},
	{Name: "multiparts with no end", Make: body("multipart/mixed;boundary=b", "", "--b\r\nContent-Type: multipart/mixed;boundary=c%d\r\n\r\nx\r\n", "--b--\r\n")},
	{Name: "nested multiparts", Make: body("multipart/mixed;boundary=b", "--b\r\n", "Content-Type: multipart/mixed;boundary=b%d\r\n\r\n--b%[1]d\r\n", "")},
	{Name: "nested multiparts of one boundary", Make: body("multipart/mixed;boundary=b", "--b\r\n", "Content-Type: multipart/mixed;boundary=b\r\n\r\n--b\r\n", "")},
	{Name: "nearly delimiters", Make: body("multipart/mixed;boundary=bbbb", "--bbbb\r\n\r\n", "--bbb\r\n", "--bbbb--\r\n")},
	{Name: "dashes", Make: body("multipart/mixed;boundary=-", "", "-", "")},
	{Name: "fields of a part", Make: body("multipart/mixed;boundary=b", "--b\r\n", "X%d: y\r\n", "\r\nx\r\n--b--\r\n")},
	{Name: "messages in a message", Make: body("multipart/mixed;boundary=b", "", "--b\r\nContent-Type: message/sip\r\n\r\nMESSAGE sip:b SIP/2.0\r\nCall-ID: %d\r\n\r\n\r\n", "--b--\r\n")},
	{Name: "fragments in a message", Make: body("multipart/mixed;boundary=b", "", "--b\r\nContent-Type: message/sipfrag\r\n\r\nFrom: <sip:a@b>\r\nTo: <sip:b%d>\r\n\r\n", "--b--\r\n")},
	{Name: "nested messages", Make: times(head, "Content-Type: message/sip\r\n\r\nMESSAGE sip:b SIP/2.0\r\n", "\r\n")},
	{Name: "parameters of a type", Make: field("Content-Type: text/plain", ";p%d=x", "")},
	{Name: "equal parameters of a type", Make: field("Content-Type: text/plain", ";p=x", "")},
	{Name: "continued parameters", Make: field("Content-Type: text/plain", ";p*%d=x", "")},
	{Name: "continued parameters, encoded", Make: field("Content-Type: text/plain", ";p*%d*=%%41", "")},
	{Name: "base64 in a part", Make: body("multipart/mixed;boundary=b", "--b\r\nContent-Transfer-Encoding: base64\r\n\r\n", "SGVsbG8gV29ybGQ=\r\n", "--b--\r\n")},
	{Name: "quoted-printable in a part", Make: body("multipart/mixed;boundary=b", "--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", "a=3Db =\r\n", "--b--\r\n")},
	{Name: "blanks in quoted-printable", Make: body("multipart/mixed;boundary=b", "--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nx", " ", "y\r\n--b--\r\n")},
	{Name: "equals signs in quoted-printable", Make: body("multipart/mixed;boundary=b", "--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nx", "=", "y\r\n--b--\r\n")},
	{Name: "lines of text", Make: body("text/plain", "", "Hello, World\r\n", "")},
	{Name: "lines of text with LF", Make: body("text/plain", "", "Hello, World\n", "")},
	{Name: "lines of text with LF, wrong length", Make: wrong(body("text/plain", "", "Hello, World\n", ""))},
	{Name: "text that is not ASCII", Make: wrong(body("text/plain", "", "Grüße “x”\r\n", ""))},
	{Name: "replacement characters", Make: wrong(body("text/plain", "", "\ufffd", ""))},
	{Name: "lines of SDP", Make: body("application/sdp", "v=0\r\n", "a=x%d:y\r\n", "")},
	{Name: "media of SDP", Make: body("application/sdp", "v=0\r\n", "m=audio %d RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\n", "")},
	{Name: "formats of SDP", Make: body("application/sdp", "v=0\r\nm=audio 1 RTP/AVP", " %d", "\r\n")},

	// Several messages.
	{Name: "messages", Make: times("", "OPTIONS sip:a SIP/2.0\r\nCall-ID: %d\r\nContent-Length: 0\r\n\r\n", "")},
	{Name: "messages with LF", Make: times("", "OPTIONS sip:a SIP/2.0\nCall-ID: %d\nContent-Length: 2\n\nab", "")},
	{Name: "messages without a length", Make: times("", "OPTIONS sip:a SIP/2.0\r\nCall-ID: %d\r\n\r\nbody\r\n", "")},
	{Name: "messages with too long a length", Make: times("", "OPTIONS sip:a SIP/2.0\r\nCall-ID: %d\r\nContent-Length: 999999999\r\n\r\nbody\r\n", "")},
	{Name: "messages with too short a length", Make: times("", "OPTIONS sip:a SIP/2.0\r\nCall-ID: %d\r\nContent-Length: 1\r\n\r\nbody\r\n", "")},
	{Name: "messages of multiparts without an end", Make: times("", "OPTIONS sip:a SIP/2.0\r\nContent-Type: multipart/mixed;boundary=b\r\nContent-Length: 1\r\n\r\nbody\r\n", "")},
	{Name: "messages of one multipart", Make: times("", "OPTIONS sip:a SIP/2.0\r\nContent-Type: multipart/mixed;boundary=b\r\nContent-Length: 0\r\n\r\n", "--b--\r\n")},
	{Name: "start lines alone", Make: times("", "OPTIONS sip:a SIP/2.0\r\n", "")},
	{Name: "status lines alone", Make: times("", "SIP/2.0 200 OK\r\n", "")},
	{Name: "empty lines", Make: times("", "\r\n", "OPTIONS sip:a SIP/2.0\r\nCall-ID: x\r\n\r\n")},
	{Name: "line feeds after", Make: times("OPTIONS sip:a SIP/2.0\r\nCall-ID: x\r\n\r\n", "\n", "")},

	// Logs.
	{Name: "log", Make: times("Log\n", "12:00:01 OPTIONS sip:a SIP/2.0\n12:00:01 Call-ID: %d\n12:00:01 \n", "")},
	{Name: "log with text between", Make: times("Log\n", "sent:\nOPTIONS sip:a SIP/2.0\nCall-ID: %d\n\nreceived nothing\n", "")},
	{Name: "log of starts and folds", Make: times("Log\n", " ] OPTIONS sip:a SIP/2.0\n z\n", "")},
	{Name: "log of indented starts", Make: times("Log\n", "  OPTIONS sip:a SIP/2.0\n   x\n", "")},
	{Name: "log of starts with a field", Make: times("Log\n", "] OPTIONS sip:a SIP/2.0\n] x: y\n", "")},
	{Name: "log of starts, each quoted once more", Make: func(n int) []byte {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.Repeat(">", i%60) + " OPTIONS sip:a SIP/2.0\n" + strings.Repeat(">", i%60) + " x: y\n")
		}
		return []byte(b.String())
	}},
	{Name: "quoted mail", Make: times("Hi\n", "> OPTIONS sip:a SIP/2.0\n> Call-ID: %d\n> \n> x\n", "")},
	{Name: "the protocol's name", Make: times("x ", "SIP/2.0 ", "")},
	{Name: "the protocol's name on lines", Make: times("x\n", "x SIP/2.0\n", "")},
	{Name: "a field of a mail", Make: times("Content-Type: text/plain\n", "X%d: y\n", "\nx\n")},
	{Name: "backslashed lines", Make: times("OPTIONS sip:a SIP/2.0\nSubject: x", "\\\n y", "\nCall-ID: x\n\n")},

	// Markup and encodings.
	{Name: "<allOneLine>", Make: times(head, "<allOneLine>\r\nX: y\r\nz\r\n</allOneLine>\r\n", "\r\n")},
	{Name: "<allOneLine> left open", Make: times(head, "<allOneLine>\r\nX: y\r\n", "</allOneLine>\r\n")},
	{Name: "<hex>", Make: times(head+"Subject: ", "<hex>41</hex>", "\r\n\r\n")},
	{Name: "<hex> left open", Make: times(head+"Subject: ", "<hex>41", "</hex>\r\n\r\n")},
	{Name: "<hex> with blanks", Make: times(head+"Subject: <hex>", "41 ", "</hex>\r\n\r\n")},
	{Name: "<repeat>", Make: times(head+"Subject: ", "<repeat count=2>a</repeat>", "\r\n\r\n")},
	{Name: "<repeat> left open", Make: times(head+"Subject: ", "<repeat count=2>a", "</repeat>\r\n\r\n")},
	{Name: "entities", Make: times("&lt;sip", "&lt;&amp;&#65;", "")},
	{Name: "ANSI escapes", Make: times("\x1b[0m"+head, "\x1b[1mX: y\x1b[0m\r\n", "\r\n")},
	{Name: "hex", Make: times("", "4f5054494f4e53\n", "")},
	{Name: "hex dump", Make: func(n int) []byte {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "%08x  4f 50 54 49 4f 4e 53 20  4f 50 54 49 4f 4e 53 20  |OPTIONS OPTIONS |\n", 16*i)
		}
		return []byte(b.String())
	}},
	{Name: "hex dumps", Make: times("", "00000000  4f 50 54 49 4f 4e 53 20  4f 50 54 49 4f 4e 53 20  |OPTIONS OPTIONS |\n00000010\nand then\n", "")},
	{Name: "hex dumps cut short", Make: times("", "00000000  4f 50\n", "")},
	{Name: "hex dump with a star", Make: times("00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n", "*\n", "00001000\n")},
	{Name: "percent", Make: times("OPTIONS", "%%20", "")},
	{Name: "literal", Make: times("\"OPTIONS sip:a SIP/2.0\\r\\n", "X: y\\r\\n", "\"")},
	{Name: "literals", Make: times("", "\"OPTIONS sip:a SIP/2.0\\r\\n\"\n", "")},
	{Name: "array", Make: times("{ ", "0x4f, ", "}")},
	{Name: "base64 lines", Make: times("", "T1BUSU9OUyBzaXA6YSBTSVAvMi4wDQpDYWxsLUlEOiB4DQoN\n", "")},
	{Name: "base64 lines of an object", Make: times("", certificateLine, "")},
	{Name: "base64 of text, words between", Make: times("", certificateLine+"and then\n\n", "")},
	{Name: "quoted-printable lines", Make: times("OPTIONS sip:a SIP/2.0=0D=0A", "X: y=0D=0A=\n", "")},

	// Documents.
	{Name: "PEM blocks", Make: times("", "-----BEGIN PUBLIC KEY-----\nMAAA\n-----END PUBLIC KEY-----\n", "")},
	{Name: "PEM blocks left open", Make: times("", "-----BEGIN PUBLIC KEY-----\nMAAA\n", "-----END PUBLIC KEY-----\n")},
	{Name: "PEM blocks with another end", Make: times("", "-----BEGIN X%d-----\nMAAA\n-----END Y-----\n", "")},
	{Name: "PEM blocks within a line", Make: times("", "-----BEGIN X-----", "")},
	{Name: "PEM ends", Make: times("", "-----END X-----\n", "")},
	{Name: "fields of a PEM block", Make: times("-----BEGIN X-----\n", "A: b\n", "\nMAAA\n-----END X-----\n")},
	{Name: "messages and PEM blocks", Make: times("", "OPTIONS sip:a SIP/2.0\r\nCall-ID: %d\r\nContent-Length: 0\r\n\r\n-----BEGIN X-----\nMAAA\n-----END X-----\n", "")},
	{Name: "archives left open", Make: times("", "-- BEGIN X%d --\nAAAA\n", "-- END X --\n")},
	{Name: "archives", Make: times("", "-- BEGIN X%d --\nMAAA\n-- END X%[1]d --\n", "")},
	{Name: "captions", Make: times("", "a caption\n\n-- BEGIN X --\nMAAA\n-- END X --\n", "")},
	{Name: "pages", Make: times("", "text\n\nA. Author   Standards Track   [Page %d]\n\f\nRFC 1   Title   2011\n\n", "-----BEGIN X-----\nMAAA\n-----END X-----\n")},
	{Name: "dump of dumpasn1", Make: func(n int) []byte {
		var b strings.Builder
		fmt.Fprintf(&b, "   0 %d: SEQUENCE {\n", 3*n)
		for range n {
			b.WriteString("   1   1:   INTEGER 5\n")
		}
		b.WriteString("         :   }\n")
		return []byte(b.String())
	}},
	{Name: "dumps of dumpasn1", Make: times("", "   0   3: SEQUENCE {\n   2   1:   INTEGER 5\n         :   }\n\nand\n\n", "")},
	{Name: "dumps of dumpasn1 left open", Make: times("", "   0   3: SEQUENCE {\n   2   1:   INTEGER 5\n", "")},
	{Name: "dump of asn1parse", Make: times("    0:d=0  hl=2 l=inf  cons: SEQUENCE          \n", "    2:d=1  hl=2 l=   1 prim:  INTEGER           :05\n", "")},
	{Name: "dumps of asn1parse", Make: times("", "    0:d=0  hl=2 l=   3 cons: SEQUENCE          \n    2:d=1  hl=2 l=   1 prim:  INTEGER           :05\n\nand\n\n", "")},
	{Name: "a token", Make: times("eyJhbGciOiJFUzI1NiJ9.", "e30", ".AAAA")},
	{Name: "values of a token", Make: func(n int) []byte {
		return []byte("eyJhbGciOiJFUzI1NiJ9." + base64.RawURLEncoding.EncodeToString(times(`{"a":[1`, ",1", "]}")(n)) + ".AAAAAAAAAAAAAAAAAAAAAAA")
	}},
	{Name: "members of a token", Make: func(n int) []byte {
		return []byte("eyJhbGciOiJFUzI1NiJ9." + base64.RawURLEncoding.EncodeToString(times(`{"a":1`, `,"a%d":1`, "}")(n)) + ".AAAAAAAAAAAAAAAAAAAAAAA")
	}},
	{Name: "nested values of a token", Make: func(n int) []byte {
		return []byte("eyJhbGciOiJFUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat(`{"a":`, n)+"1"+strings.Repeat("}", n))) + ".AAAAAAAAAAAAAAAAAAAAAAA")
	}},
	{Name: "fields with an Identity", Make: times("Identity: eyJhbGciOiJFUzI1NiJ9.e30.AAAA\r\n", "X%d: y\r\n", "\r\n")},
}
