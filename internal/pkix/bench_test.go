package pkix

// What reading a certificate and building a chain of two cost.

import "testing"

func BenchmarkParseCertificate(b *testing.B) {
	der := Bundled()[2].Raw
	for b.Loop() {
		if _, err := ParseCertificate(der); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBuildChain(b *testing.B) {
	certs := Bundled()
	for b.Loop() {
		r := BuildChain(certs[2], ChainInput{Known: NewPool(certs...), Anchors: certs[:1], At: noon.Unix()})
		if r.Anchor == nil {
			b.Fatal(r.Chain.Detail)
		}
	}
}
