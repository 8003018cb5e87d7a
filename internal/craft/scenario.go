package craft

// The test scenarios of RFC 6216 section 6 and of "The use of TLS in SIP" appendix A
// (draft-gurbani-sip-tls-use), as a kit: certificates, messages and a manifest that
// says what a correct implementation does.

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kinds of a Scenario.
const (
	ScenarioSMIME = "smime" // a signed message is judged
	ScenarioTLS   = "tls"   // a server's certificate is judged for a host
)

// Scenario is one entry of the kit's manifest. The names of its first fields are
// those of the page's examples.
type Scenario struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Kind        string `json:"kind"`
	// Message is the file to judge: a SIP message, or for TLS the server's certificate.
	Message string `json:"message"`
	// Keys are private keys that the scenario needs from whoever plays the peer.
	Keys         []string `json:"keys"`
	Certificates []string `json:"certificates"` // what the peer sends along
	CRLs         []string `json:"crls,omitempty"`
	Trust        []string `json:"trust"`
	// Host is the name that the client wanted to reach, for TLS.
	Host string `json:"host,omitempty"`
	// Expect is "valid" or "invalid", Reason the code of the check that fails, and
	// Outcome what a correct implementation does.
	Expect    string `json:"expect"`
	Reason    string `json:"reason,omitempty"`
	Outcome   string `json:"outcome"`
	Reference string `json:"reference"`

	issuer string // "", "other", "missing", "below", "deep", "revoked-ca"
	alter  func(Certificate, time.Time) Certificate
	revoke bool
}

// The people and hosts of the scenarios.
const (
	scenarioUser = "alice@example.com"
	scenarioHost = "proxy.example.com"
	scenarioAddr = "192.0.2.5"
)

func fault(id string) func(Certificate, time.Time) Certificate {
	return func(c Certificate, born time.Time) Certificate {
		c, _ = WithFault(c, id, born) // the ids below are in the table
		return c
	}
}

// subject replaces the common name.
func subject(commonName string, lines ...string) func(Certificate, time.Time) Certificate {
	return func(c Certificate, _ time.Time) Certificate {
		out := []string{}
		for _, s := range c.Subject {
			if !strings.HasPrefix(s, "CN=") {
				out = append(out, s)
			}
		}
		if commonName != "" {
			out = append(out, "CN="+commonName)
		}
		c.Subject = out
		return c.with(lines...)
	}
}

// Scenarios are the 17 of RFC 6216 section 6, then the 8 of the draft.
var Scenarios = []Scenario{
	{ID: "rfc6216_01", Kind: ScenarioSMIME, Title: "S/MIME: good certificate",
		Description: "alice signs, and her address is a URI in the subjectAltName."},
	{ID: "rfc6216_02", Kind: ScenarioSMIME, Title: "S/MIME: another address in the certificate", Reason: "identity",
		Description: "The subjectAltName has URIs of somebody else.", alter: fault("wrong-san")},
	{ID: "rfc6216_03", Kind: ScenarioSMIME, Title: "S/MIME: a CA that is not trusted", Reason: "chain",
		Description: "The chain is complete, and ends at a CA that nobody knows.", issuer: "other"},
	{ID: "rfc6216_04", Kind: ScenarioSMIME, Title: "S/MIME: incomplete chain", Reason: "chain",
		Description: "An intermediate CA issued the certificate, and its own certificate is missing.", issuer: "missing"},
	{ID: "rfc6216_05", Kind: ScenarioSMIME, Title: "S/MIME: out of its time", Reason: "validity",
		Description: "The certificate has expired.", alter: fault("expired")},
	{ID: "rfc6216_06", Kind: ScenarioSMIME, Title: "S/MIME: revoked", Reason: "revocation",
		Description: "The CA's CRL lists the certificate.", revoke: true},
	{ID: "rfc6216_07", Kind: ScenarioSMIME, Title: "S/MIME: key usage without Digital Signature", Reason: "key-usage",
		Description: "The key usage is Key Encipherment alone.", alter: fault("key-usage")},
	{ID: "rfc6216_08", Kind: ScenarioTLS, Title: "TLS: the host is a dNSName",
		Description: "The subjectAltName has the host as dNSName; the common name is something else.", alter: subject("SIP server")},
	{ID: "rfc6216_09", Kind: ScenarioTLS, Title: "TLS: the host is the common name",
		Description: "There is no dNSName, and the common name is the host.", alter: subject(scenarioHost, "subjectAltName =")},
	{ID: "rfc6216_10", Kind: ScenarioTLS, Title: "TLS: the host is an iPAddress", Host: scenarioAddr,
		Description: "There is no common name, and the subjectAltName has the address of the host in four octets.",
		alter:       subject("", "subjectAltName = IP:"+scenarioAddr)},
	{ID: "rfc6216_11", Kind: ScenarioTLS, Title: "TLS: another host", Reason: "identity",
		Description: "Neither the dNSName nor the common name is the host.",
		alter:       subject("other.example.com", "subjectAltName = DNS:other.example.com,URI:sip:other.example.com")},
	{ID: "rfc6216_12", Kind: ScenarioTLS, Title: "TLS: a CA that is not trusted", Reason: "chain",
		Description: "The chain is complete, and ends at a CA that nobody knows.", issuer: "other"},
	{ID: "rfc6216_13", Kind: ScenarioTLS, Title: "TLS: incomplete chain", Reason: "chain",
		Description: "An intermediate CA issued the certificate, and its own certificate is missing.", issuer: "missing"},
	{ID: "rfc6216_14", Kind: ScenarioTLS, Title: "TLS: out of its time", Reason: "validity",
		Description: "The certificate has expired.", alter: fault("expired")},
	{ID: "rfc6216_15", Kind: ScenarioTLS, Title: "TLS: revoked CA", Reason: "revocation",
		Description: "The root's CRL lists the certificate of the intermediate CA.", issuer: "revoked-ca"},
	{ID: "rfc6216_16", Kind: ScenarioTLS, Title: "TLS: not for servers", Reason: "extended-key-usage",
		Description: "The extended key usage has no TLS Web Server Authentication.",
		alter: func(c Certificate, _ time.Time) Certificate {
			return c.with("extendedKeyUsage = clientAuth,1.3.6.1.5.5.7.3.20")
		}},
	{ID: "rfc6216_17", Kind: ScenarioTLS, Title: "TLS: not for SIP", Reason: "extended-key-usage",
		Description: "There is an extended key usage, with neither SIP Domain nor Any Extended Key Usage.",
		alter:       func(c Certificate, _ time.Time) Certificate { return c.with("extendedKeyUsage = serverAuth") }},

	{ID: "tls_a_1_1", Kind: ScenarioTLS, Title: "TLS in SIP A.1.1: the host is the common name",
		Description: "The subject has the host's canonical name, and the subjectAltName is empty.", alter: subject(scenarioHost, "subjectAltName =")},
	{ID: "tls_a_1_2", Kind: ScenarioTLS, Title: "TLS in SIP A.1.2: the host is in the subjectAltName",
		Description: "The subject says something else.", alter: subject("Proxy of the sales department")},
	{ID: "tls_a_2_1", Kind: ScenarioTLS, Title: "TLS in SIP A.2.1: expired", Reason: "validity",
		Description: "The server presents a certificate that has expired.", alter: fault("expired")},
	{ID: "tls_a_2_2", Kind: ScenarioTLS, Title: "TLS in SIP A.2.2: no host at all", Reason: "identity",
		Description: "Neither the subject nor the subjectAltName has a canonical name. The draft leaves it to the implementation; the strict answer is the one here.",
		alter:       subject("Proxy of the sales department", "subjectAltName =")},
	{ID: "tls_a_2_3", Kind: ScenarioTLS, Title: "TLS in SIP A.2.3: another host in the subject", Reason: "identity",
		Description: "The subject has the name of another host, and the subjectAltName is empty.", alter: subject("other.example.com", "subjectAltName =")},
	{ID: "tls_a_2_4", Kind: ScenarioTLS, Title: "TLS in SIP A.2.4: another host in the subjectAltName", Reason: "identity",
		Description: "The subject has no canonical name.", alter: subject("Proxy of the sales department", "subjectAltName = DNS:other.example.com")},
	{ID: "tls_a_2_5", Kind: ScenarioTLS, Title: "TLS in SIP A.2.5: an unknown CA", Reason: "chain",
		Description: "The server presents a certificate that is signed by a CA that nobody knows.", issuer: "other"},
	{ID: "tls_a_3", Kind: ScenarioTLS, Title: "TLS in SIP A.3: a deep chain",
		Description: "Four CAs stand between the certificate and the one that is trusted. How deep a chain may be the draft leaves open; RFC 5280 sets no bound.", issuer: "deep"},
}

// kit is what the scenarios share while they are made.
type kit struct {
	born, dies time.Time
	keys       map[string]*Key
	newKey     func() (*Key, error)
	files      []File
	ca         map[string]kitCA
}

type kitCA struct {
	*Issuer
	name  string   // of its file
	above []string // files of the CAs above it that go along, its own first
}

// KitOptions are the choices of MakeKit.
type KitOptions struct {
	// Born is from when certificates and lists are valid; they are so for fifty years.
	Born time.Time
	// KeyType is the kind of all keys, as in KeyTypes.
	KeyType string
	// Keys are used before fresh ones are made; KitKeys are needed.
	Keys []*Key
}

// KitKeys is how many keys the scenarios take.
const KitKeys = 5

// MakeKit makes all scenarios: their files, and the manifest as index.json and as a
// table to read, README.txt.
func MakeKit(o KitOptions) ([]Scenario, []File, error) {
	born := o.Born.UTC().Truncate(time.Second)
	k := &kit{born: born, dies: born.AddDate(50, 0, 0), keys: map[string]*Key{}, ca: map[string]kitCA{}}
	spare := o.Keys
	k.newKey = func() (*Key, error) {
		if len(spare) > 0 {
			key := spare[0]
			spare = spare[1:]
			return key, nil
		}
		return GenerateKey(o.KeyType)
	}
	if err := k.authorities(); err != nil {
		return nil, nil, fmt.Errorf("making the CAs: %w", err)
	}
	all := make([]Scenario, len(Scenarios))
	for i, s := range Scenarios {
		if err := k.make(&s); err != nil {
			return nil, nil, fmt.Errorf("making %s: %w", s.ID, err)
		}
		all[i] = s
	}
	index, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return nil, nil, err
	}
	k.add("index.json", append(index, '\n'))
	k.add("README.txt", readme(all))
	return all, k.files, nil
}

func (k *kit) add(name string, data []byte) { k.files = append(k.files, File{name, data}) }

// key is the key of this name; users share one, and hosts, so that few are made.
func (k *kit) key(name string) (*Key, error) {
	if k.keys[name] == nil {
		key, err := k.newKey()
		if err != nil {
			return nil, err
		}
		pem, err := key.PEM("")
		if err != nil {
			return nil, err
		}
		k.keys[name] = key
		k.add(name+"_key.pem", pem)
	}
	return k.keys[name], nil
}

// period sets when a certificate is valid.
func (k *kit) period(c Certificate) Certificate {
	c.NotBefore, c.NotAfter = k.born.Format(time.RFC3339), k.dies.Format(time.RFC3339)
	return c
}

// authorities makes the CAs: the trusted one, another, one below the trusted that is
// fine, one that is revoked, and a line of four.
func (k *kit) authorities() error {
	for _, name := range []string{"ca", "other_ca"} {
		key, err := k.key(name)
		if err != nil {
			return err
		}
		c := k.period(DefaultCA())
		c.Subject = []string{"O=Sipseal test scenarios", "CN=" + strings.ReplaceAll(name, "_", " ")}
		c = c.with("basicConstraints = critical, CA:TRUE", "keyUsage = critical, keyCertSign, cRLSign")
		der, err := SelfSign(c, key)
		if err != nil {
			return err
		}
		if err := k.authority(name, der, key, nil); err != nil {
			return err
		}
	}
	// The keys of the CAs below are shared: who they are is what matters.
	above := "ca"
	for _, name := range []string{"missing_ca", "revoked_ca", "deep_ca_1", "deep_ca_2", "deep_ca_3", "deep_ca_4"} {
		if !strings.HasPrefix(name, "deep_ca") || name == "deep_ca_1" {
			above = "ca"
		}
		key, err := k.key("intermediate_ca")
		if err != nil {
			return err
		}
		c := k.period(IntermediateCA("", 4))
		c.Subject = []string{"O=Sipseal test scenarios", "CN=" + strings.ReplaceAll(name, "_", " ")}
		spki, err := key.PublicKey()
		if err != nil {
			return err
		}
		der, err := k.ca[above].Issue(c, spki)
		if err != nil {
			return err
		}
		if err := k.authority(name, der, key, k.ca[above].above); err != nil {
			return err
		}
		above = name
	}
	return nil
}

func (k *kit) authority(name string, der []byte, key *Key, above []string) error {
	i, err := NewIssuer(der, key)
	if err != nil {
		return err
	}
	file := name + ".pem"
	sent := append([]string{file}, above...)
	if name == "ca" {
		sent = nil // the trusted one is at hand already
	}
	k.ca[name] = kitCA{i, file, sent}
	if name != "missing_ca" {
		k.add(file, CertificatePEM(der))
	}
	return nil
}

// ListScenarios describes all scenarios, without what is only known once they are made.
func ListScenarios() []Scenario {
	all := slices.Clone(Scenarios)
	for i := range all {
		all[i].describe()
	}
	return all
}

// describe fills in what follows from the rest.
func (s *Scenario) describe() {
	s.Keys, s.Certificates, s.Trust, s.Expect = []string{}, []string{}, []string{"ca.pem"}, "valid"
	if s.Reason != "" {
		s.Expect = "invalid"
	}
	number, isRFC := strings.CutPrefix(s.ID, "rfc6216_")
	s.Reference = "The use of TLS in SIP, appendix " + strings.ToUpper(strings.ReplaceAll(strings.TrimPrefix(s.ID, "tls_"), "_", "."))
	if isRFC {
		s.Reference = "RFC 6216 section 6 scenario " + strings.TrimPrefix(number, "0")
	}
	if s.Kind == ScenarioTLS && s.Host == "" {
		s.Host = scenarioHost
	}
	s.Outcome = outcome(s)
}

// make makes one scenario.
func (k *kit) make(s *Scenario) error {
	s.describe()
	who, kind := scenarioUser, KindUser
	if s.Kind == ScenarioTLS {
		who, kind = scenarioHost, KindDomain
	}
	c, err := MakeCert(who, kind, true, 1, k.born)
	if err != nil {
		return err
	}
	c = k.period(c)
	if s.alter != nil {
		c = s.alter(c, k.born)
	}
	issuer := k.ca[map[string]string{"": "ca", "other": "other_ca", "missing": "missing_ca", "deep": "deep_ca_4", "revoked-ca": "revoked_ca"}[s.issuer]]
	if s.issuer != "missing" {
		s.Certificates = append(s.Certificates, issuer.above...)
	}
	key, err := k.key(kind)
	if err != nil {
		return err
	}
	if s.Kind == ScenarioTLS {
		s.Keys = append(s.Keys, kind+"_key.pem")
	}
	spki, err := key.PublicKey()
	if err != nil {
		return err
	}
	der, err := issuer.Issue(c, spki)
	if err != nil {
		return err
	}
	certificate := s.ID + "_cert.pem"
	k.add(certificate, CertificatePEM(der))
	if err := k.revocation(s, der, issuer); err != nil {
		return err
	}
	if s.Kind == ScenarioTLS {
		s.Message = certificate
		return nil
	}
	s.Message = s.ID + ".sip"
	message, err := Message{
		From: "sip:" + who, To: "sip:bob@example.net", Body: "Scenario " + s.ID + ": " + s.Title + ".\n",
		Layers: []Layer{{Kind: LayerSign, Attach: []Cert{der}, Signers: []Signer{
			{Certificate: der, Key: key, Digest: "SHA-256", SigningTime: k.born.Format(time.RFC3339)}}}},
	}.Bytes()
	if err != nil {
		return err
	}
	k.add(s.Message, message)
	return nil
}

// revocation makes the CRLs that the scenario needs.
func (k *kit) revocation(s *Scenario, der []byte, issuer kitCA) error {
	switch {
	case s.issuer == "revoked-ca":
		// The revoked CA's own list, of nothing, and the root's with the CA.
		if err := k.list(s, issuer, "_below.crl.pem"); err != nil {
			return err
		}
		return k.list(s, k.ca["ca"], ".crl.pem", fmt.Sprintf("%x", issuer.certificate.Serial))
	case s.revoke:
		c, err := firstCertificate(der)
		if err != nil {
			return err
		}
		return k.list(s, issuer, ".crl.pem", fmt.Sprintf("%x", c.Serial))
	}
	return nil
}

func (k *kit) list(s *Scenario, issuer kitCA, suffix string, revoked ...string) error {
	crl, err := issuer.Revoke(CRL{
		Revoked: revoked, ThisUpdate: k.born.Format(time.RFC3339), NextUpdate: k.dies.Format(time.RFC3339),
	})
	if err != nil {
		return err
	}
	s.CRLs = append(s.CRLs, s.ID+suffix)
	k.add(s.ID+suffix, CRLPEM(crl))
	return nil
}

// outcome says what a correct implementation does (RFC 6216 section 6).
func outcome(s *Scenario) string {
	switch {
	case s.Kind == ScenarioSMIME && s.Reason == "":
		return "The message is accepted."
	case s.Kind == ScenarioSMIME:
		return "The request is rejected; a response like it is ignored."
	case s.Reason == "":
		return "The TLS connection is made."
	}
	return "The TLS connection is not completed."
}

// readme is the manifest as text.
func readme(all []Scenario) []byte {
	var b strings.Builder
	b.WriteString("Test scenarios for S/MIME and TLS in SIP\n========================================\n\n" +
		"For testing only: the private keys are in this archive. ca.pem is the CA to\n" +
		"trust. For S/MIME, send the .sip file (from " + scenarioUser + "); for TLS, let the\n" +
		"server present the certificate with domain_key.pem and what else is listed.\n" +
		"index.json is the same as data.\n")
	for _, s := range all {
		fmt.Fprintf(&b, "\n%s  %s\n  %s\n  %s\n  file: %s\n", s.ID, s.Title, s.Reference, s.Description, s.Message)
		for _, l := range []struct {
			what  string
			names []string
		}{{"sent along", s.Certificates}, {"CRL", s.CRLs}} {
			if len(l.names) > 0 {
				fmt.Fprintf(&b, "  %s: %s\n", l.what, strings.Join(l.names, ", "))
			}
		}
		if s.Host != "" {
			fmt.Fprintf(&b, "  host: %s\n", s.Host)
		}
		fmt.Fprintf(&b, "  expected: %s", s.Outcome)
		if s.Reason != "" {
			fmt.Fprintf(&b, " (%s)", s.Reason)
		}
		b.WriteString("\n")
	}
	return []byte(b.String())
}
