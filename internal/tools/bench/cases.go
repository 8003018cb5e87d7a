// What is measured, and the inputs for it. The RFC's own messages come from beside
// the checkout, where they are; messages for the rest are made here, with OpenSSL
// where cryptography is needed.

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// benchCase is one call that is measured.
type benchCase struct {
	name   string
	input  string   // of b.data
	keys   []string // of b.data
	call   string   // JavaScript: of inspector, input and keys
	runs   int
	budget float64
}

// Calls.
const (
	inspectCall  = "inspector.inspect(input, { keys })"
	asn1Call     = "inspector.dump(input, { style: 'asn1parse' })"
	dumpasn1Call = "inspector.dump(input, { style: 'dumpasn1' })"
)

const mega = 1_000_000

func (b *bench) cases(quick bool) ([]benchCase, error) {
	cases := b.rfcCases()
	made, err := b.opensslCases(quick)
	if err != nil {
		return nil, err
	}
	cases = append(cases, made...)
	der := func(n int) string {
		name := fmt.Sprintf("der-%d", n)
		if b.data[name] == nil {
			b.data[name] = someDER(n)
		}
		return name
	}
	b.data["demo"] = b.file("testdata/demo/signed.sip")
	cases = append(cases, benchCase{name: "inspect signed.sip of the demo", input: "demo", call: inspectCall, runs: 50})
	cases = append(cases,
		benchCase{name: "inspect 1 MB of DER", input: der(mega), call: inspectCall, runs: 20, budget: 1000.0 / 70},
		benchCase{name: "dump 1 MB of DER, asn1parse", input: der(mega), call: asn1Call, runs: 20, budget: 1000.0 / 25},
		benchCase{name: "dump 1 MB of DER, dumpasn1", input: der(mega), call: dumpasn1Call, runs: 20, budget: 1000.0 / 25},
	)
	if quick {
		return cases, nil
	}
	for _, n := range []int{4, 16, 60} {
		cases = append(cases, benchCase{name: fmt.Sprintf("inspect %d MB of DER", n), input: der(n * mega), call: inspectCall, runs: 10})
	}
	for _, n := range []int{4, 16, 20} {
		cases = append(cases, benchCase{name: fmt.Sprintf("dump %d MB of DER, asn1parse", n), input: der(n * mega), call: asn1Call, runs: 10})
	}
	b.data["multipart"] = multipart(20*mega, 500)
	b.data["pcap"] = pcap(10*mega, b.data["demo"])
	return append(cases,
		benchCase{name: "split a multipart of 20 MB, 500 parts", input: "multipart", call: inspectCall, runs: 10},
		benchCase{name: "read a capture of 10 MB", input: "pcap", call: inspectCall, runs: 10},
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
	key, err := os.ReadFile(filepath.Join(dir, "certs", "eku_user_key_kumiko@example.net.pem"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: the messages of RFC 6216 are not at hand:", err)
		return nil
	}
	b.data["kumiko"] = key
	var cases []benchCase
	for _, m := range []struct {
		name   string
		budget float64
	}{
		{"smime-msg", 2}, {"cms-smime-msg", 2}, {"smime-encrypted", 10}, {"smime-sign-encrypt", 12}, {"message-tls", 2},
	} {
		data, err := os.ReadFile(filepath.Join(dir, "repaired", m.name+".sip"))
		if err != nil {
			continue
		}
		b.data[m.name] = data
		c := benchCase{name: "inspect " + m.name + " of RFC 6216", input: m.name, call: inspectCall, runs: 100, budget: m.budget}
		if strings.Contains(m.name, "encrypt") {
			c.keys = []string{"kumiko"}
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
	}{{"1 KB", 1000}, {"1 MB", mega}, {"20 MB", 20 * mega}} {
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
		if err := add("decrypt RSA 2048, AES-128-CBC, "+s.label, file+".p7m", benchCase{keys: []string{"rsa.key"}, runs: runs}); err != nil {
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
	const head = 6
	count := (n - head) / len(record)
	out := append([]byte{0x30, 0x84}, binary.BigEndian.AppendUint32(nil, uint32(count*len(record)))...)
	return append(out, bytes.Repeat(record, count)...)
}

// multipart is a SIP message of n bytes in so many parts.
func multipart(n, parts int) []byte {
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

// pcap is a capture of n bytes: plain requests over UDP, and one that is signed.
func pcap(n int, signed []byte) []byte {
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
	packet(5060, signed)
	// What is no SIP is passed over; most of a capture is.
	noise := bytes.Repeat([]byte{0x80, 0x08, 0x12, 0x34}, 43)
	for len(out) < n {
		packet(40000, noise)
	}
	return out
}
