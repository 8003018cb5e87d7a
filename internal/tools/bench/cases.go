// What is measured, and the inputs for it. The RFC's own messages come from beside
// the checkout, where they are; messages for the rest are made here, with OpenSSL
// where cryptography is needed.

package main

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/sipseal/sipseal/internal/limit"
)

// benchCase is one call that is measured.
type benchCase struct {
	name   string
	input  string   // of b.data
	keys   []string // of b.data
	call   string   // JavaScript: of inspector, input and keys
	runs   int
	budget float64
	// series and mega place the case in the table of time for each megabyte.
	series string
	mega   int
}

// Calls.
const (
	inspectCall  = "inspector.inspect(input, { keys })"
	aloneCall    = "alone.inspect(input, { keys })"
	asn1Call     = "inspector.dump(input, { style: 'asn1parse' })"
	dumpasn1Call = "inspector.dump(input, { style: 'dumpasn1' })"
	// parseCall reads DER into a tree with every node's place, field name and notes,
	// and hands the structure over.
	parseCall = "inspector.asn1(input).then((document) => { document.close(); return document })"
)

const mega = 1_000_000

// linear are the sizes, in millions of bytes, that show whether the cost of a series
// is in proportion to its input.
var linear = []int{1, 4, 16, 64}

// Budgets of speed, in milliseconds for each megabyte: 70 MB/s, 25 MB/s. A megabyte of
// certificates, which are some 60,000 values, is read into a tree in 15.
const (
	readMega  = 1000.0 / 70
	dumpMega  = 1000.0 / 25
	parseMega = 15
)

func (b *bench) cases(quick bool) ([]benchCase, error) {
	cases := b.rfcCases()
	b.data["demo"] = b.file("testdata/demo/signed.sip")
	cases = append(cases, benchCase{name: "inspect signed.sip of the demo", input: "demo", call: inspectCall, runs: 50})
	for _, n := range []int{50, 200, 800} {
		input := fmt.Sprintf("tar-%d", n)
		b.data[input] = archiveOf(b.data["demo"], n)
		cases = append(cases, benchCase{name: fmt.Sprintf("inspect an archive of %d signed messages", n), input: input, call: inspectCall, runs: 10})
	}
	cases = append(cases, benchCase{name: "the same of 800, by one worker", input: "tar-800", call: aloneCall, runs: 10})
	b.data["tar-sealed"] = archiveOf(b.file("testdata/demo/encrypted.sip"), 200)
	b.data["bob"] = b.file("testdata/demo/bob_key.pem")
	for _, how := range []struct{ name, call string }{{"inspect an archive of 200 encrypted messages", inspectCall}, {"the same, by one worker", aloneCall}} {
		cases = append(cases, benchCase{name: how.name, input: "tar-sealed", keys: []string{"bob"}, call: how.call, runs: 10})
	}
	made, err := b.opensslCases(quick)
	if err != nil {
		return nil, err
	}
	cases = append(cases, made...)
	for _, k := range []struct {
		name, series string
		input        string // the name of what make makes
		make         func(n int) []byte
		call         string
		budget       float64 // for each megabyte
		megas        []int
	}{
		{"parse certificates", "parse", "certificates", b.certificates, parseCall, parseMega, []int{1, 4, 16, 20, 64}},
		{"dump certificates, asn1parse", "", "certificates", b.certificates, asn1Call, dumpMega, []int{1}},
		{"dump certificates, dumpasn1", "", "certificates", b.certificates, dumpasn1Call, dumpMega, []int{1, 20}},
		{"parse DER", "", "der", someDER, parseCall, 0, []int{1, 20}},
		{"inspect DER", "read", "der", someDER, inspectCall, readMega, []int{1, 4, 16, 20, 64}},
		{"dump DER, asn1parse", "dump", "der", someDER, asn1Call, dumpMega, []int{1, 4, 16, 20, 64}},
		{"dump DER, dumpasn1", "", "der", someDER, dumpasn1Call, dumpMega, []int{1, 20}},
		{"split a multipart, 500 parts", "split", "multipart", multipart, inspectCall, 0, []int{1, 4, 16, 20, 64}},
		{"read a capture", "capture", "pcap", b.pcap, inspectCall, 0, []int{1, 4, 10, 16, 64}},
	} {
		for _, n := range k.megas {
			if quick && n > 1 {
				continue
			}
			input := fmt.Sprintf("%s-%d", k.input, n)
			if b.data[input] == nil {
				b.data[input] = k.make(n * mega)
			}
			call := k.call
			if n > 20 {
				// The text is longer than a string can be.
				call = strings.Replace(call, "inspector.dump(", "inspector.dumpBytes(", 1)
			}
			cases = append(cases, benchCase{
				name: fmt.Sprintf("%s, %d MB", k.name, n), input: input, call: call, runs: 10,
				budget: float64(n) * k.budget, series: k.series, mega: n,
			})
		}
	}
	if quick {
		return cases, nil
	}
	b.data["octets20"] = sequence(wrap(4, make([]byte, 20*mega)))
	b.data["nulls16"] = sequence(bytes.Repeat([]byte{5, 0}, limit.BERNodes-1))
	return append(cases,
		benchCase{name: "parse 20 MB in one OCTET STRING", input: "octets20", call: parseCall, runs: 5},
		benchCase{name: "parse 16 MB of 8 million NULLs", input: "nulls16", call: parseCall, runs: 5},
	), nil
}

func (b *bench) file(name string) []byte {
	data, err := os.ReadFile(filepath.Join(b.root, filepath.FromSlash(name)))
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: left out:", err)
	}
	return data
}

// rfcCases are the messages of RFC 6216, if they lie beside the checkout.
func (b *bench) rfcCases() []benchCase {
	dir := filepath.Join(b.root, "..", "shared", "vectors", "rfc6216")
	files, err := filepath.Glob(filepath.Join(dir, "repaired", "*.sip"))
	if err != nil || len(files) == 0 {
		fmt.Fprintln(os.Stderr, "bench: the messages of RFC 6216 are not at hand in", dir)
		return nil
	}
	var cases []benchCase
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".sip")
		if b.data[name], err = os.ReadFile(file); err != nil {
			continue
		}
		c := benchCase{name: "inspect " + name + " of RFC 6216", input: name, call: inspectCall, runs: 100, budget: 2}
		if strings.Contains(name, "encrypt") {
			kind := "eku"
			if strings.HasPrefix(name, "noeku") {
				kind = "noeku"
			}
			key := kind + "_user_key_kumiko@example.net.pem"
			if b.data[key], err = os.ReadFile(filepath.Join(dir, "certs", key)); err != nil {
				continue
			}
			c.keys, c.budget = []string{key}, 10
		}
		cases = append(cases, c)
	}
	return cases
}

// opensslCases sign and encrypt with OpenSSL, if there is one.
func (b *bench) opensslCases(quick bool) ([]benchCase, error) {
	dir, err := os.MkdirTemp("", "sipseal-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	openssl := func(args ...string) error {
		cmd := exec.Command("openssl", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("openssl %s: %w\n%s", strings.Join(args, " "), err, out)
		}
		return nil
	}
	if _, err := exec.LookPath("openssl"); errors.Is(err, exec.ErrNotFound) {
		fmt.Fprintln(os.Stderr, "bench: left out what needs OpenSSL:", err)
		return nil, nil
	}
	if err := os.WriteFile(filepath.Join(dir, "text"), bytes.Repeat([]byte("Hello!\r\n"), 16), 0o644); err != nil {
		return nil, err
	}
	var cases []benchCase
	add := func(name, file string, c benchCase) error {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			return err
		}
		b.data[file] = data
		c.name, c.input, c.call = name, file, inspectCall
		cases = append(cases, c)
		return nil
	}
	for _, k := range []struct{ id, label, alg string }{{"rsa", "RSA 2048", "rsa:2048"}, {"ec", "ECDSA P-256", "ec"}} {
		req := []string{"req", "-x509", "-nodes", "-subj", "/CN=bench", "-days", "30", "-newkey", k.alg, "-keyout", k.id + ".key", "-out", k.id + ".crt"}
		if k.id == "ec" {
			req = append(req, "-pkeyopt", "ec_paramgen_curve:P-256")
		}
		if err := openssl(req...); err != nil {
			return nil, err
		}
		if err := openssl("cms", "-sign", "-binary", "-nodetach", "-md", "sha256", "-in", "text", "-signer", k.id+".crt",
			"-inkey", k.id+".key", "-outform", "DER", "-out", k.id+".p7m"); err != nil {
			return nil, err
		}
		if err := add("verify CMS, "+k.label, k.id+".p7m", benchCase{runs: 50}); err != nil {
			return nil, err
		}
	}
	if err := openssl("x509", "-in", "rsa.crt", "-out", "rsa.pem"); err != nil {
		return nil, err
	}
	key, err := os.ReadFile(filepath.Join(dir, "rsa.key"))
	if err != nil {
		return nil, err
	}
	b.data["rsa.key"] = key
	for _, s := range []struct {
		label string
		n     int
	}{{"1 KB", 1000}, {"1 MB", mega}, {"4 MB", 4 * mega}, {"16 MB", 16 * mega}, {"20 MB", 20 * mega}, {"64 MB", 64 * mega}} {
		if quick && s.n > mega {
			continue
		}
		file := strings.ReplaceAll(s.label, " ", "")
		if err := os.WriteFile(filepath.Join(dir, file), bytes.Repeat([]byte("0123456789abcde\n"), s.n/16), 0o644); err != nil {
			return nil, err
		}
		if err := openssl("cms", "-encrypt", "-binary", "-aes-128-cbc", "-in", file, "-outform", "DER", "-out", file+".p7m", "rsa.crt"); err != nil {
			return nil, err
		}
		runs := 50
		if s.n >= mega {
			runs = 10
		}
		if err := add("decrypt RSA 2048, AES-128-CBC, "+s.label, file+".p7m", benchCase{keys: []string{"rsa.key"}, runs: runs, series: "decrypt", mega: s.n / mega}); err != nil {
			return nil, err
		}
	}
	return cases, nil
}

// someDER is a SEQUENCE of records such as certificates are made of, n bytes long
// or a little less.
func someDER(n int) []byte {
	record := []byte{
		0x30, 0x34, // SEQUENCE
		0x02, 0x02, 0x01, 0x2c, // INTEGER 300
		0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, // sha256WithRSAEncryption
		0x05, 0x00, // NULL
		0x0c, 0x06, 's', 'i', 'p', ':', 'a', 'b', // UTF8String
		0x17, 0x0d, '2', '6', '0', '1', '0', '1', '0', '0', '0', '0', '0', '0', 'Z', // UTCTime
		0x04, 0x06, 1, 2, 3, 4, 5, 6, // OCTET STRING
		0x03, 0x02, 0x07, 0x80, // BIT STRING
	}
	record[1] = byte(len(record) - 2)
	return sequence(bytes.Repeat(record, n/len(record)))
}

// certificates is a SEQUENCE of the certificates of the demo, n bytes long or a little
// more: some 60,000 values to a megabyte.
func (b *bench) certificates(n int) []byte {
	var some []byte
	for _, name := range []string{"alice", "bob", "ca"} {
		if block, _ := pem.Decode(b.file("testdata/demo/" + name + ".pem")); block != nil {
			some = append(some, block.Bytes...)
		}
	}
	return sequence(bytes.Repeat(some, n/max(len(some), 1)+1))
}

func sequence(content []byte) []byte { return wrap(0x30, content) }

// wrap puts an identifier and a length before content.
func wrap(id byte, content []byte) []byte {
	return append(append([]byte{id, 0x84}, binary.BigEndian.AppendUint32(nil, uint32(len(content)))...), content...)
}

// archiveOf is a tar archive that holds a message so many times, each with a Call-ID of
// its own.
func archiveOf(message []byte, n int) []byte {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for i := range n {
		m := bytes.Replace(message, []byte("Call-ID: "), fmt.Appendf(nil, "Call-ID: %d.", i), 1)
		// Writing to memory cannot fail.
		w.WriteHeader(&tar.Header{Name: fmt.Sprintf("%d.sip", i), Mode: 0o644, Size: int64(len(m))})
		w.Write(m)
	}
	w.Close()
	return out.Bytes()
}

// multipart is a SIP message of n bytes in 500 parts.
func multipart(n int) []byte {
	const parts = 500
	var body bytes.Buffer
	text := bytes.Repeat([]byte("A line of text that is neither long nor short.\r\n"), n/parts/48)
	for range parts {
		body.WriteString("--limit\r\nContent-Type: text/plain\r\n\r\n")
		body.Write(text)
		body.WriteString("\r\n")
	}
	body.WriteString("--limit--\r\n")
	head := "MESSAGE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/TCP a.example.com;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n" +
		"From: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\nCall-ID: 1@a.example.com\r\nCSeq: 1 MESSAGE\r\n" +
		"Content-Type: multipart/mixed;boundary=limit\r\nContent-Length: " + fmt.Sprint(body.Len()) + "\r\n\r\n"
	return append([]byte(head), body.Bytes()...)
}

// pcap is a capture of n bytes: one signed request over UDP among other traffic.
func (b *bench) pcap(n int) []byte {
	out := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	out = binary.LittleEndian.AppendUint16(out, 2)
	out = binary.LittleEndian.AppendUint16(out, 4)
	out = append(out, make([]byte, 8)...)
	out = binary.LittleEndian.AppendUint32(out, 65535)
	out = binary.LittleEndian.AppendUint32(out, 101) // raw IP
	packet := func(port uint16, payload []byte) {
		udp := binary.BigEndian.AppendUint16(nil, 5060)
		udp = binary.BigEndian.AppendUint16(udp, port)
		udp = binary.BigEndian.AppendUint16(udp, uint16(8+len(payload)))
		udp = append(append(udp, 0, 0), payload...)
		ip := []byte{0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2}
		binary.BigEndian.PutUint16(ip[2:], uint16(20+len(udp)))
		out = append(out, make([]byte, 8)...) // time
		out = binary.LittleEndian.AppendUint32(out, uint32(20+len(udp)))
		out = binary.LittleEndian.AppendUint32(out, uint32(20+len(udp)))
		out = append(append(out, ip...), udp...)
	}
	packet(5060, b.data["demo"])
	// What is no SIP is passed over; most of a capture is.
	noise := bytes.Repeat([]byte{0x80, 0x08, 0x12, 0x34}, 43)
	for len(out) < n {
		packet(40000, noise)
	}
	return out
}
