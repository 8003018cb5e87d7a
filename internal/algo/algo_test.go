package algo

// What the tests share: identifiers from Go values, and the openssl binary.

import (
	"bytes"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

func hexBytes(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tlv writes one value for tests by the standard library.
func tlv(t testing.TB, class, tag int, constructed bool, parts ...[]byte) []byte {
	t.Helper()
	b, err := asn1.Marshal(asn1.RawValue{Class: class, Tag: tag, IsCompound: constructed, Bytes: bytes.Join(parts, nil)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sequence(t testing.TB, parts ...[]byte) []byte { return tlv(t, 0, 16, true, parts...) }

func octets(t testing.TB, b []byte) []byte { return tlv(t, 0, 4, false, b) }

func integer(t testing.TB, n int64) []byte {
	t.Helper()
	b, err := asn1.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func oidTLV(t testing.TB, o oid.OID) []byte { return tlv(t, 0, 6, false, []byte(o)) }

// identifier makes an algorithm identifier with parameters in DER, or none.
func identifier(t testing.TB, o oid.OID, params ...[]byte) Identifier {
	t.Helper()
	id, err := ReadIdentifier(ber.ParseOne(identifierDER(t, o, params...)).Root())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func identifierDER(t testing.TB, o oid.OID, params ...[]byte) []byte {
	t.Helper()
	return sequence(t, append([][]byte{oidTLV(t, o)}, params...)...)
}

var null = []byte{5, 0}

// openssl runs the openssl binary in a folder.
func openssl(t testing.TB, dir string, stdin []byte, args ...string) []byte {
	t.Helper()
	if testing.Short() {
		t.Skip("in short what other programs say is not asked")
	}
	path, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("the openssl binary is absent")
		}
		t.Skip("the openssl binary is absent")
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	cmd.Stdin = bytes.NewReader(stdin)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out.Bytes()
}

// pemBody is the content of the first PEM block that is not parameters.
func pemBody(t testing.TB, b []byte) []byte {
	t.Helper()
	for {
		block, rest := pem.Decode(b)
		if block == nil {
			t.Fatal("no PEM block")
		}
		if !strings.Contains(block.Type, "PARAMETERS") {
			return block.Bytes
		}
		b = rest
	}
}

func publicKey(t testing.TB, der []byte) *PublicKey {
	t.Helper()
	pub, err := ReadPublicKey(ber.ParseOne(der).Root())
	if err != nil {
		t.Fatal(err)
	}
	return pub
}

func TestReadIdentifier(t *testing.T) {
	absent := identifier(t, oid.SHA1)
	withNull := identifier(t, oid.SHA1, null)
	if absent.Params.Ok() || absent.NullParams() {
		t.Error("absent parameters are taken for something")
	}
	if !withNull.Params.Ok() || !withNull.NullParams() {
		t.Error("NULL parameters are not seen")
	}
	for name, bad := range map[string]string{
		"nothing":           "",
		"not constructed":   "0401 00",
		"empty":             "3000",
		"no OID":            "3003 020101",
		"empty OID":         "3002 0600",
		"more than two":     "300b 06052b0e03021a 0500 0500",
		"an OID by itself":  "06052b0e03021a",
		"a cut-off element": "30",
	} {
		if _, err := ReadIdentifier(ber.ParseOne(hexBytes(t, bad)).Root()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestUnsupportedError(t *testing.T) {
	o, _ := oid.Parse("1.2.3.4.5")
	_, err := DecryptContent(Identifier{OID: o}, nil, nil)
	var u *UnsupportedError
	if !errors.As(err, &u) || u.OID != o || !strings.Contains(err.Error(), "1.2.3.4.5") {
		t.Errorf("got %v", err)
	}
}
