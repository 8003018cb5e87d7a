package mime

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// OpenSSL signs a text; the signature that is then cut out of the multipart, and the
// bytes between the delimiters, satisfy OpenSSL again. So both agree on where parts
// begin and end.
func TestSignedBytesAgainstOpenSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command("openssl", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("openssl %v: %v\n%s", args, err, out)
		}
	}
	file := func(name string, data []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=x", "-days", "2")
	for _, content := range []string{
		"Content-Type: text/plain\r\n\r\nHello!",
		"Content-Type: text/plain\r\n\r\nends in line ends\r\n\r\n\r\n",
		"Content-Type: text/plain\r\n\r\n",
		"Content-Type: multipart/mixed; boundary=\"----\"\r\n\r\npre\r\n------\r\n\r\n1\r\n--------\r\npost",
		"Content-Type: application/octet-stream\r\n\r\n\x00\xff--\r\n--x\n\r\r\n",
	} {
		file("content", []byte(content))
		run("cms", "-sign", "-binary", "-in", "content", "-signer", "cert.pem", "-inkey", "key.pem", "-out", "signed", "-outform", "SMIME", "-crlfeol")
		src, err := os.ReadFile(filepath.Join(dir, "signed"))
		if err != nil {
			t.Fatal(err)
		}
		e := Parse(src, [2]int{0, len(src)})
		if e.Type != "multipart/signed" || len(e.Children) != 2 {
			t.Fatalf("%q: %s with %d parts", content, e.Type, len(e.Children))
		}
		part, signature := e.Children[0], e.Children[1].Decode(src)
		file("part", src[part.Range[0]:part.Range[1]])
		file("signature", signature.Bytes)
		run("cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "part", "-noverify", "-out", "out")
	}
}
