package oid

import (
	"bytes"
	"encoding/asn1"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// row is one line of names.txt, read here again so that the packing and the
// reader of the packed table are judged by the source.
type row struct {
	dotted, short, long, dumpasn1, module, constant string
}

func source(t testing.TB) []row {
	t.Helper()
	text, err := os.ReadFile("names.txt")
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		for i := range f {
			if f[i] == "-" {
				f[i] = ""
			}
		}
		rows = append(rows, row{f[0], f[1], f[2], f[3], f[4], f[5]})
	}
	return rows
}

func TestEveryRow(t *testing.T) {
	rows := source(t)
	if len(rows) < 600 {
		t.Errorf("%d rows, want 600", len(rows))
	}
	for _, r := range rows {
		o, ok := Parse(r.dotted)
		if !ok {
			t.Fatalf("%s does not read", r.dotted)
		}
		if !o.Known() {
			t.Errorf("%s is not known", r.dotted)
		}
		got := row{o.String(), o.Short(), o.OpenSSL(), o.Dumpasn1(), o.Module(), r.constant}
		if got != r {
			t.Errorf("the table has %q, the packed one %q", r, got)
		}
		if name := o.Name(); name == "" || name == r.dotted {
			t.Errorf("%s has no name for people", r.dotted)
		}
		der, err := asn1.Marshal(standard(r.dotted))
		if err != nil || string(der[2:]) != string(o) {
			t.Errorf("%s is %x, by encoding/asn1 %x %v", r.dotted, string(o), der, err)
		}
		// What is beside it is not it.
		for _, near := range []OID{o + "\x00", o[:len(o)-1] + OID([]byte{o[len(o)-1] ^ 0x40})} {
			if !slices.ContainsFunc(rows, func(r row) bool { return r.dotted == near.String() }) && near.Known() {
				t.Errorf("%s is known as %s", near, near.Name())
			}
		}
	}
	seen := 0
	each(func(OID, names) { seen++ })
	if seen != len(rows) {
		t.Errorf("%d rows packed, want %d", seen, len(rows))
	}
}

func TestUnknown(t *testing.T) {
	for _, o := range []OID{"", "\x00", "\xff", "\x88\x37\x03", OID(strings.Repeat("\xff", 300)), RSAEncryption[:5] + "\x80"} {
		if o.Known() || o.OpenSSL() != "" || o.Short() != "" || o.Dumpasn1() != "" || o.Module() != "" {
			t.Errorf("%x has names", string(o))
		}
		if o.Name() != o.String() {
			t.Errorf("%x is called %s", string(o), o.Name())
		}
	}
}

// TestConstants holds those that the code leans on most against the numbers in
// the standards that assign them.
func TestConstants(t *testing.T) {
	for _, c := range []struct {
		o              OID
		dotted, module string
		reference      string
	}{
		{SIPDomain, "1.3.6.1.5.5.7.3.20", "id-kp-sipDomain", "RFC 5924 section 4"},
		{AnyExtendedKeyUsage, "2.5.29.37.0", "anyExtendedKeyUsage", "RFC 5280 section 4.2.1.12"},
		{SubjectAltName, "2.5.29.17", "id-ce-subjectAltName", "RFC 5280 section 4.2.1.6"},
		{CRLDistributionPoints, "2.5.29.31", "id-ce-cRLDistributionPoints", "RFC 5280 section 4.2.1.13"},
		{Data, "1.2.840.113549.1.7.1", "id-data", "RFC 5652 section 4"},
		{SignedData, "1.2.840.113549.1.7.2", "id-signedData", "RFC 5652 section 5.1"},
		{EnvelopedData, "1.2.840.113549.1.7.3", "id-envelopedData", "RFC 5652 section 6.1"},
		{DigestedData, "1.2.840.113549.1.7.5", "id-digestedData", "RFC 5652 section 7"},
		{EncryptedData, "1.2.840.113549.1.7.6", "id-encryptedData", "RFC 5652 section 8"},
		{AuthData, "1.2.840.113549.1.9.16.1.2", "id-ct-authData", "RFC 5652 section 9.1"},
		{AuthEnvelopedData, "1.2.840.113549.1.9.16.1.23", "id-ct-authEnvelopedData", "RFC 5083 section 2.1"},
		{CompressedData, "1.2.840.113549.1.9.16.1.9", "id-ct-compressedData", "RFC 3274 section 1.1"},
		{ZlibCompress, "1.2.840.113549.1.9.16.3.8", "id-alg-zlibCompress", "RFC 3274 section 2"},
		{PWRIKEK, "1.2.840.113549.1.9.16.3.9", "id-alg-PWRI-KEK", "RFC 3211 section 3"},
		{CMS3DESWrap, "1.2.840.113549.1.9.16.3.6", "id-alg-CMS3DESwrap", "RFC 3370 section 4.3.1"},
		{CMSRC2Wrap, "1.2.840.113549.1.9.16.3.7", "id-alg-CMSRC2wrap", "RFC 3370 section 4.3.2"},
		{ContentType, "1.2.840.113549.1.9.3", "id-contentType", "RFC 5652 section 11.1"},
		{MessageDigest, "1.2.840.113549.1.9.4", "id-messageDigest", "RFC 5652 section 11.2"},
		{SigningTime, "1.2.840.113549.1.9.5", "id-signingTime", "RFC 5652 section 11.3"},
		{Countersignature, "1.2.840.113549.1.9.6", "id-countersignature", "RFC 5652 section 11.4"},
		{CEKReference, "1.2.840.113549.1.9.16.2.30", "id-aa-CEKReference", "RFC 3185 section 3"},
		{CEKMaxDecrypts, "1.2.840.113549.1.9.16.2.31", "id-aa-CEKMaxDecrypts", "RFC 3185 section 3"},
		{KEKDerivationAlg, "1.2.840.113549.1.9.16.2.32", "id-aa-KEKDerivationAlg", "RFC 3185 section 3"},
		{SigningCertificateV2, "1.2.840.113549.1.9.16.2.47", "id-aa-signingCertificateV2", "RFC 5035 section 3"},
		{RSASSAPSS, "1.2.840.113549.1.1.10", "id-RSASSA-PSS", "RFC 4055 section 3.1"},
		{RSAESOAEP, "1.2.840.113549.1.1.7", "id-RSAES-OAEP", "RFC 4055 section 4.1"},
		{AES128GCM, "2.16.840.1.101.3.4.1.6", "id-aes128-GCM", "RFC 5084 section 3.2"},
		{DHSinglePassStdDHSHA1KDF, "1.3.133.16.840.63.0.2", "dhSinglePass-stdDH-sha1kdf-scheme", "RFC 5753 section 7.1.4"},
		{DHSinglePassStdDHSHA256KDF, "1.3.132.1.11.1", "dhSinglePass-stdDH-sha256kdf-scheme", "RFC 5753 section 7.1.4"},
		{X25519, "1.3.101.110", "id-X25519", "RFC 8410 section 3"},
		{Ed25519, "1.3.101.112", "id-Ed25519", "RFC 8410 section 3"},
		{PKCS8ShroudedKeyBag, "1.2.840.113549.1.12.10.1.2", "pkcs8ShroudedKeyBag", "RFC 7292 appendix D"},
		{TNAuthorizationList, "1.3.6.1.5.5.7.1.26", "id-pe-TNAuthList", "RFC 8226 section 9"},
		{JWTClaimConstraints, "1.3.6.1.5.5.7.1.27", "id-pe-JWTClaimConstraints", "RFC 8226 appendix A"},
		{EnhancedJWTClaimConstraints, "1.3.6.1.5.5.7.1.33", "id-pe-eJWTClaimConstraints", "RFC 9118 appendix A"},
	} {
		if c.o.String() != c.dotted || c.o.Module() != c.module {
			t.Errorf("%s: %s %s, want %s %s", c.reference, c.o, c.o.Module(), c.dotted, c.module)
		}
	}
}

func TestName(t *testing.T) {
	for _, c := range []struct {
		o    OID
		name string
	}{
		{SIPDomain, "sipDomain"},
		{CommonName, "commonName"},
		{SubjectAltName, "subjectAltName"},
		{AuthEnvelopedData, "authEnvelopedData"},
		{RSASSAPSS, "RSASSA-PSS"},
		{PWRIKEK, "PWRI-KEK"},
		{SHA256, "sha256"},
		{P256, "secp256r1"},
		{"\x88\x37\x03", "2.999.3"},
	} {
		if got := c.o.Name(); got != c.name {
			t.Errorf("%s is called %s, want %s", c.o, got, c.name)
		}
	}
}

func TestSearch(t *testing.T) {
	for _, c := range []struct {
		text  string
		first OID
		also  OID
	}{
		{"sipDomain", SIPDomain, ""},
		{" ID-KP-SIPDOMAIN ", SIPDomain, ""},
		{"2.5.29.17", SubjectAltName, ""},
		{"X509v3 Subject Alternative Name", SubjectAltName, ""},
		{"CN", CommonName, ""},
		{"1.2.840.113549.1.7.", Data, EncryptedData},
		{"aes128-gcm", AES128GCM, ""},
		{"aes", "\x60\x86\x48\x01\x65\x03\x04\x01", AES256GCM},
	} {
		got := Search(c.text)
		if len(got) == 0 || got[0] != c.first {
			t.Errorf("%q finds %v, want %s first", c.text, got, c.first)
		}
		if c.also != "" && !slices.Contains(got, c.also) {
			t.Errorf("%q finds %v, and not %s", c.text, got, c.also)
		}
	}
	for _, text := range []string{"", "  ", "no such name", "9.9"} {
		if got := Search(text); got != nil {
			t.Errorf("%q finds %v", text, got)
		}
	}
}

func TestLookupAllocatesNothing(t *testing.T) {
	o := OID(bytes.Clone([]byte(SIPDomain)))
	if n := testing.AllocsPerRun(100, func() { o.OpenSSL(); o.Dumpasn1() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkLookup(b *testing.B) {
	var all []OID
	each(func(o OID, _ names) { all = append(all, o) })
	b.ResetTimer()
	for i := range b.N {
		all[i%len(all)].OpenSSL()
	}
}

// sequence writes the object identifiers as one DER SEQUENCE into a file.
func sequence(t *testing.T, all []OID) string {
	t.Helper()
	var body []byte
	for _, o := range all {
		body = append(append(body, 6, byte(len(o))), o...)
	}
	der, err := asn1.Marshal(asn1.RawValue{Tag: 16, IsCompound: true, Bytes: body})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "all.der")
	if err := os.WriteFile(file, der, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func everyOID(t *testing.T) []OID {
	var all []OID
	for _, r := range source(t) {
		o, _ := Parse(r.dotted)
		all = append(all, o)
	}
	return all
}

// tool runs a judge that may be absent, and gives what it writes.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}

// TestOpenSSL compares with the openssl that is installed. The columns are those
// of the 3.0 series; a later one may name more.
func TestOpenSSL(t *testing.T) {
	version := tool(t, "openssl", "version")
	exact := strings.HasPrefix(version, "OpenSSL 3.0.")
	all := everyOID(t)
	lines := regexp.MustCompile(`(?m)prim: OBJECT +:(.*)$`).FindAllStringSubmatch(
		tool(t, "openssl", "asn1parse", "-inform", "DER", "-in", sequence(t, all)), -1)
	if len(lines) != len(all) {
		t.Fatalf("openssl shows %d object identifiers of %d", len(lines), len(all))
	}
	for i, o := range all {
		want := o.OpenSSL()
		if want == "" {
			if !exact {
				continue
			}
			want = o.String()
		}
		if lines[i][1] != want {
			t.Errorf("%s: openssl prints %q, the table has %q", o, lines[i][1], want)
		}
	}
}

// TestOpenSSLShort compares the short names, and that every object that OpenSSL
// knows is in the table.
func TestOpenSSLShort(t *testing.T) {
	exact := strings.HasPrefix(tool(t, "openssl", "version"), "OpenSSL 3.0.")
	known := 0
	for line := range strings.Lines(tool(t, "openssl", "list", "-objects")) {
		short, rest, ok := strings.Cut(strings.TrimSpace(line), " = ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		dotted := rest[strings.LastIndexByte(rest, ' ')+1:]
		o, ok := Parse(dotted)
		if !ok {
			continue // openssl cuts off a number over 28 characters
		}
		if o.Short() == "" && !exact {
			continue
		}
		if dotted == "1.3" {
			continue // two objects of openssl have this number
		}
		if o.Short() != short {
			t.Errorf("%s: openssl's short name is %q, the table has %q", dotted, short, o.Short())
		}
		known++
	}
	if known < 1000 {
		t.Errorf("%d objects of openssl are in the table, want 1000", known)
	}
}

// TestDumpasn1 compares with the dumpasn1 that is installed, which names no object
// identifier of less than three octets: it takes these for errors.
func TestDumpasn1(t *testing.T) {
	all := slices.DeleteFunc(everyOID(t), func(o OID) bool {
		if len(o) < 3 && o.Dumpasn1() != "" {
			t.Errorf("%s has a name that dumpasn1 cannot print: %q", o, o.Dumpasn1())
		}
		return len(o) < 3
	})
	out := tool(t, "dumpasn1", "-a", "-w250", sequence(t, all))
	found := regexp.MustCompile(`OBJECT IDENTIFIER\s+(?:'([0-9 ]+)'|([^\n]*?)(?:\n\s*:)?\s+\(([0-9 ]+)\))\n`).FindAllStringSubmatch(out, -1)
	if len(found) != len(all) {
		t.Fatalf("dumpasn1 shows %d object identifiers of %d", len(found), len(all))
	}
	for i, o := range all {
		if found[i][1]+found[i][3] != o.Spaced() {
			t.Fatalf("number %d is %s to dumpasn1, want %s", i, found[i][1]+found[i][3], o.Spaced())
		}
		if found[i][2] != o.Dumpasn1() {
			t.Errorf("%s: dumpasn1 prints %q, the table has %q", o, found[i][2], o.Dumpasn1())
		}
	}
}
