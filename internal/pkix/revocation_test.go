package pkix

import (
	"bytes"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// crlEdit is an edit of a CRL, and scoped one that gives it an extension.
type crlEdit = func(*x509.RevocationList)

func scoped(critical bool, id asn1.ObjectIdentifier, value []byte) crlEdit {
	return func(l *x509.RevocationList) {
		l.ExtraExtensions = append(l.ExtraExtensions, pkix.Extension{Id: id, Critical: critical, Value: value})
	}
}

func both(edits ...crlEdit) crlEdit {
	return func(l *x509.RevocationList) {
		for _, e := range edits {
			e(l)
		}
	}
}

// idp gives a CRL an issuing distribution point with these fields.
func idp(fields ...[]byte) crlEdit {
	return scoped(true, asn1.ObjectIdentifier{2, 5, 29, 28}, tlv(0x30, fields...))
}

func number(n int64) crlEdit { return func(l *x509.RevocationList) { l.Number.SetInt64(n) } }

// delta makes a CRL one that updates that with the number base.
func delta(base byte) crlEdit {
	return scoped(true, asn1.ObjectIdentifier{2, 5, 29, 27}, []byte{2, 1, base})
}

func reason(n int) crlEdit {
	return func(l *x509.RevocationList) {
		for i := range l.RevokedCertificateEntries {
			l.RevokedCertificateEntries[i].ReasonCode = n
		}
	}
}

func issued(daysAgo, days int) crlEdit {
	return func(l *x509.RevocationList) {
		l.ThisUpdate = noon.AddDate(0, 0, -daysAgo)
		l.NextUpdate = l.ThisUpdate.AddDate(0, 0, days)
	}
}

// certificateIssuer says of the first entry of a CRL by whom the certificate is.
func certificateIssuer(p *person) crlEdit {
	return func(l *x509.RevocationList) {
		l.RevokedCertificateEntries[0].ExtraExtensions = append(l.RevokedCertificateEntries[0].ExtraExtensions, pkix.Extension{
			Id: asn1.ObjectIdentifier{2, 5, 29, 29}, Critical: true, Value: tlv(0x30, directoryName(p)),
		})
	}
}

func directoryName(p *person) []byte { return tlv(0xa4, p.cert.RawSubject) }

// point is a distribution point of a certificate, as the extension has it.
func point(fields ...[]byte) func(*x509.Certificate) {
	return extension(false, "2.5.29.31", tlv(0x30, tlv(0x30, fields...)))
}

// TestRevocation: what lists say together (RFC 5280 section 6.3.3). NIST PKITS has more.
func TestRevocation(t *testing.T) {
	root := issue(t, "root", nil, ca)
	other := issue(t, "other root", nil, ca)
	sub := issue(t, "sub", root, ca)
	leaf := issue(t, "leaf", sub, nil)
	rootList := revoke(t, root, nil)

	second := func(key string, issuer *person) *person {
		return issue(t, key, issuer, func(c *x509.Certificate) {
			c.Subject.CommonName, c.KeyUsage = "sub", x509.KeyUsageCRLSign
		})
	}
	key2 := second("sub's key for CRLs", root)
	stranger := second("somebody else's key for CRLs", other)

	uri := tlv(0x86, []byte("http://example.com/a.crl"))
	fullName := tlv(0xa0, tlv(0xa0, uri))
	rdn := func(value string) []byte {
		return tlv(0x30, []byte{6, 3, 0x55, 4, 3}, tlv(0x0c, []byte(value)))
	}
	relative := func(value string) []byte { return tlv(0xa0, tlv(0xa1, rdn(value))) }
	below := func(p *person, value string) []byte { // the same name in full
		var names asn1.RawValue
		if _, err := asn1.Unmarshal(p.cert.RawSubject, &names); err != nil {
			t.Fatal(err)
		}
		return tlv(0xa0, tlv(0xa0, tlv(0xa4, tlv(0x30, names.Bytes, tlv(0x31, rdn(value))))))
	}
	compromise, others := tlv(0x83, []byte{6, 0x40}), tlv(0x83, []byte{7, 0x3f, 0x80}) // keyCompromise; all others

	lists := issue(t, "list keeper", root, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign })
	indirect := tlv(0x84, []byte{0xff})
	elsewhere := issue(t, "listed elsewhere", sub, point(tlv(0xa2, directoryName(lists))))
	named := issue(t, "relative", sub, point(relative("lists")))
	web := issue(t, "web", sub, point(fullName))
	alike := issue(t, "alike", root, func(c *x509.Certificate) { c.SerialNumber = elsewhere.cert.SerialNumber })

	tests := []struct {
		name  string
		leaf  *person
		known []*person
		crls  []*CRL
		want  string
		// contradicted: that it is open must count against the signature.
		contradicted bool
	}{
		{"another certified key of the CA, on its list", leaf, []*person{key2}, []*CRL{revoke(t, key2, nil, leaf)}, "no", false},
		{"another certified key of the CA, not on its list", leaf, []*person{key2}, []*CRL{revoke(t, key2, nil)}, "yes", false},
		{"a key of that name under another root, on its list", leaf, []*person{stranger}, []*CRL{revoke(t, stranger, nil, leaf)}, "?", true},
		{"a key of that name under another root, not on its list", leaf, []*person{stranger}, []*CRL{revoke(t, stranger, nil)}, "?", false},
		{"the other key's certificate is revoked", leaf, []*person{key2}, []*CRL{revoke(t, key2, nil), revoke(t, root, nil, key2)}, "?", false},
		{"the other key's list revokes itself", leaf, []*person{key2}, []*CRL{revoke(t, key2, nil), revoke(t, root, issued(9, 1), key2)}, "?", false},
		{"good list first, then one that cannot be verified and lists it", leaf, nil, []*CRL{revoke(t, sub, nil), revoke(t, stranger, nil, leaf)}, "?", true},

		{"a delta lists it", leaf, nil, []*CRL{revoke(t, sub, number(5)), revoke(t, sub, both(number(6), delta(5)), leaf)}, "no", false},
		{"a delta without a list to update lists it", leaf, nil, []*CRL{revoke(t, sub, both(number(6), delta(5)), leaf)}, "no", false},
		{"a delta without a list to update", leaf, nil, []*CRL{revoke(t, sub, both(number(6), delta(5)))}, "?", false},
		{"a delta that updates a list that has ended", leaf, nil, []*CRL{revoke(t, sub, both(number(5), issued(9, 3))), revoke(t, sub, both(number(6), delta(5)))}, "yes", false},
		{"a delta for a later list than the one that has ended", leaf, nil, []*CRL{revoke(t, sub, both(number(5), issued(9, 3))), revoke(t, sub, both(number(7), delta(6)))}, "?", false},
		{"a hold that a delta lifts", leaf, nil, []*CRL{revoke(t, sub, both(number(5), issued(3, 30), reason(6)), leaf), revoke(t, sub, both(number(6), delta(5), reason(8)), leaf)}, "yes", false},
		{"a compromise that a delta lifts", leaf, nil, []*CRL{revoke(t, sub, both(number(5), issued(3, 30), reason(1)), leaf), revoke(t, sub, both(number(6), delta(5), reason(8)), leaf)}, "no", false},
		{"a hold that an old delta lifts", leaf, nil, []*CRL{revoke(t, sub, both(number(5), reason(6)), leaf), revoke(t, sub, both(number(4), issued(9, 30), delta(3), reason(8)), leaf)}, "no", false},
		{"a hold that a newer list does not have", leaf, nil, []*CRL{revoke(t, sub, both(number(5), issued(9, 3), reason(6)), leaf), revoke(t, sub, number(6))}, "yes", false},
		{"a hold that the newer list has", leaf, nil, []*CRL{revoke(t, sub, both(number(6), reason(6)), leaf), revoke(t, sub, both(number(5), issued(9, 30)))}, "no", false},

		{"some reasons", leaf, nil, []*CRL{revoke(t, sub, idp(compromise))}, "?", false},
		{"all reasons on two lists", leaf, nil, []*CRL{revoke(t, sub, idp(compromise)), revoke(t, sub, idp(others))}, "yes", false},
		{"all reasons, and listed for one", leaf, nil, []*CRL{revoke(t, sub, idp(compromise), leaf), revoke(t, sub, idp(others))}, "no", false},
		{"a set of no reasons", leaf, nil, []*CRL{revoke(t, sub, idp(tlv(0x83, []byte{0})))}, "?", false},

		{"the same relative names", named, nil, []*CRL{revoke(t, sub, idp(relative("lists")))}, "yes", false},
		{"a relative name and the same in full", named, nil, []*CRL{revoke(t, sub, idp(below(sub, "lists")))}, "yes", false},
		{"another relative name", named, nil, []*CRL{revoke(t, sub, idp(relative("others")))}, "?", false},
		{"another point, and listed there", named, nil, []*CRL{revoke(t, sub, idp(relative("others")), named)}, "no", false},
		{"the same URI", web, nil, []*CRL{revoke(t, sub, idp(fullName))}, "yes", false},
		{"only CAs", leaf, nil, []*CRL{revoke(t, sub, idp(tlv(0x82, []byte{0xff})))}, "?", false},
		{"only attribute certificates, of that number too", leaf, nil, []*CRL{revoke(t, sub, idp(tlv(0x85, []byte{0xff})), leaf)}, "?", false},

		{"an indirect list lists it", elsewhere, []*person{lists}, []*CRL{revoke(t, lists, both(idp(indirect), certificateIssuer(sub)), elsewhere)}, "no", false},
		{"an indirect list lists another's certificate of that number", elsewhere, []*person{lists}, []*CRL{revoke(t, lists, both(idp(indirect), certificateIssuer(root)), alike)}, "yes", false},
		{"an indirect list lists its keeper's certificate of that number", elsewhere, []*person{lists}, []*CRL{revoke(t, lists, idp(indirect), alike)}, "yes", false},
		{"an indirect list that is not one by what it says", elsewhere, []*person{lists}, []*CRL{revoke(t, lists, nil)}, "?", false},
		{"an indirect list without its keeper's certificate lists it", elsewhere, nil, []*CRL{revoke(t, lists, both(idp(indirect), certificateIssuer(sub)), elsewhere)}, "?", true},
		{"an indirect list that the certificate does not name lists it", leaf, []*person{lists}, []*CRL{revoke(t, lists, both(idp(indirect), certificateIssuer(sub)), leaf)}, "?", true},
		{"an indirect list that the certificate does not name", leaf, []*person{lists}, []*CRL{revoke(t, lists, idp(indirect))}, "?", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := hierarchy{leaf: test.leaf, intermediates: append([]*person{sub}, test.known...), anchors: []*person{root}, crls: append(test.crls, rootList)}
			r := h.build()
			if got := answer(r); got != "yes yes "+test.want || r.Revocation.Contradicted != test.contradicted {
				t.Errorf("%s, contradicted %v: %s; %s", got, r.Revocation.Contradicted, r.Chain.Detail, r.Revocation.Detail)
			}
		})
	}
}

// ocspResponse makes an OCSPResponse about a certificate, which nobody signed.
func ocspResponse(of, issuer *person, status []byte) []byte {
	name, key := sha1.Sum(issuer.cert.RawSubject), sha1.Sum(nil)
	id := tlv(0x30, tlv(0x30, []byte{6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0}), tlv(4, name[:]), tlv(4, key[:]), tlv(2, of.ours.Serial))
	now := tlv(0x18, []byte("20260531120000Z"))
	data := tlv(0x30, tlv(0xa2, tlv(4, key[:])), now, tlv(0x30, tlv(0x30, id, status, now)))
	basic := tlv(0x30, data, tlv(0x30, []byte{6, 3, 0x2a, 3, 4}), []byte{3, 1, 0})
	return tlv(0x30, []byte{0x0a, 1, 0}, tlv(0xa0, tlv(0x30, tlv(6, []byte(oid.OCSPBasic)), tlv(4, basic))))
}

// TestOCSP: a response that says "revoked" is never passed over, and no other helps.
func TestOCSP(t *testing.T) {
	root := issue(t, "root", nil, ca)
	leaf := issue(t, "leaf", root, nil)
	revoked := tlv(0xa1, tlv(0x18, []byte("20260530120000Z")))
	good := revoke(t, root, nil)
	for _, test := range []struct {
		name         string
		response     []byte
		crls         []*CRL
		want         string
		contradicted bool
	}{
		{"revoked", ocspResponse(leaf, root, revoked), nil, "?", true},
		{"revoked, and not on the CRL", ocspResponse(leaf, root, revoked), []*CRL{good}, "?", true},
		{"revoked, and on the CRL", ocspResponse(leaf, root, revoked), []*CRL{revoke(t, root, nil, leaf)}, "no", false},
		{"good", ocspResponse(leaf, root, []byte{0x80, 0}), nil, "?", false},
		{"another's of that number", ocspResponse(leaf, leaf, revoked), []*CRL{good}, "yes", false},
		{"another's of that issuer", ocspResponse(root, root, revoked), []*CRL{good}, "yes", false},
	} {
		answers := ReadOCSP(ber.ParseOne(test.response).Root())
		if len(answers) != 1 || answers[0].ThisUpdate != time.Date(2026, 5, 31, 12, 0, 0, 0, time.UTC).Unix() {
			t.Errorf("%s: %d answers", test.name, len(answers))
			continue
		}
		r := BuildChain(leaf.ours, ChainInput{Anchors: ours(root), CRLs: test.crls, OCSP: answers, At: noon.Unix()})
		if got := answer(r); got != "yes yes "+test.want || r.Revocation.Contradicted != test.contradicted {
			t.Errorf("%s: %s, contradicted %v (%s)", test.name, got, r.Revocation.Contradicted, r.Revocation.Detail)
		}
	}
}

func TestLimitOCSPAnswers(t *testing.T) {
	root := issue(t, "root", nil, ca)
	one := ber.ParseOne(ocspResponse(root, root, []byte{0x80, 0})).Root()
	basic := ber.ParseOne(one.First().Next().First().First().Next().Octets()).Root()
	single := basic.First().First().Next().Next().First().Raw()
	for _, n := range []int{limit.OCSPAnswers, limit.OCSPAnswers + 1} {
		long := func(tag byte, contents ...[]byte) []byte {
			b := bytes.Join(contents, nil)
			return append([]byte{tag, 0x83, byte(len(b) >> 16), byte(len(b) >> 8), byte(len(b))}, b...)
		}
		data := long(0x30, tlv(0xa2, tlv(4, nil)), tlv(0x18, []byte("20260531120000Z")), long(0x30, bytes.Repeat(single, n)))
		response := long(0x30, []byte{0x0a, 1, 0}, long(0xa0, long(0x30, tlv(6, []byte(oid.OCSPBasic)), long(4, long(0x30, data)))))
		if got := len(ReadOCSP(ber.ParseOne(response).Root())); got != limit.OCSPAnswers {
			t.Errorf("of %d, %d are read", n, got)
		}
	}
}

// TestLimitCRLSigners: the right one is the last of so many, or one more.
func TestLimitCRLSigners(t *testing.T) {
	root := issue(t, "root", nil, ca)
	sub := issue(t, "sub", root, ca)
	leaf := issue(t, "leaf", sub, nil)
	for _, n := range []int{limit.CRLSigners, limit.CRLSigners + 1} {
		known := []*person{sub}
		for i := range n {
			known = append(known, issue(t, "crl key "+strconv.Itoa(i), root, func(c *x509.Certificate) {
				c.Subject.CommonName, c.KeyUsage = "sub", x509.KeyUsageCRLSign
			}))
		}
		h := hierarchy{leaf: leaf, intermediates: known, anchors: []*person{root}, crls: []*CRL{revoke(t, known[n], nil), revoke(t, root, nil)}}
		r := h.build()
		if over := n > limit.CRLSigners; (answer(r) == "yes yes yes") == over || over && !strings.Contains(r.Revocation.Detail, "certificates that may have signed it") {
			t.Errorf("%d: %s (%s)", n, answer(r), r.Revocation.Detail)
		}
	}
}

// TestLimitCRLSignerDepth: who is asked for that deep in asking for others, or deeper.
func TestLimitCRLSignerDepth(t *testing.T) {
	root := issue(t, "root", nil, ca)
	keeper := issue(t, "keeper", root, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign })
	for _, depth := range []int{limit.CRLSignerDepth - 1, limit.CRLSignerDepth} {
		b := &builder{in: ChainInput{At: noon.Unix()}, pool: &Pool{}, signed: map[[2]*Certificate]error{},
			checkedCRLs: map[crlSigner]error{}, signers: map[[2]*Certificate]string{}, depth: depth}
		why := b.certified(keeper.ours, root.ours)
		if over := depth == limit.CRLSignerDepth; (why != "") != over || over && !strings.Contains(why, "too many") {
			t.Errorf("at %d: %q", depth, why)
		}
	}
}

// TestUnusableIssuerKey: with a key that cannot be used nothing is decided.
func TestUnusableIssuerKey(t *testing.T) {
	root := issue(t, "root", nil, ca)
	leaf := issue(t, "leaf", root, hosts("example.com"))
	broken, err := ParseCertificate(root.ours.Raw)
	if err != nil {
		t.Fatal(err)
	}
	key := *broken.PublicKey
	key.Key, key.Err = nil, errors.New("a key of another world")
	broken.PublicKey = &key
	broken.Raw = append([]byte{}, append(broken.Raw, 0)...)
	if r := BuildChain(leaf.ours, ChainInput{Anchors: []*Certificate{broken}, At: noon.Unix()}); r.Chain.OK != nil || !strings.Contains(r.Chain.Detail, "may or may not be signed") {
		t.Errorf("%s: %s", answer(r), r.Chain.Detail)
	}
	chain := BuildChain(leaf.ours, ChainInput{Anchors: []*Certificate{broken}, At: noon.Unix()})
	if r := CheckTLS(leaf.ours, "example.com", TLSOptions{Chain: &chain}); r.OK || !r.Open || r.Reason != "chain" {
		t.Errorf("for TLS: %+v", r)
	}
	if r := CheckTLS(leaf.ours, "example.net", TLSOptions{Chain: &chain}); r.OK || r.Open || r.Reason != "identity" {
		t.Errorf("for TLS with another: %+v", r)
	}
}
