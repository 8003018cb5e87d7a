// Package report holds the types of the result of an inspection: the public
// contract between the Go core, the JavaScript module and its callers.
//
// The types are the single source of three things: the JSON encoder
// (encode_gen.go) and the TypeScript declarations that ship with the module are
// both generated from this file by internal/tools/typegen. Names that exist here
// are relied upon by callers and stay; new fields may be added.
//
// Every Range counts bytes in one Source: the input itself for what was
// received, and a source of its own for everything that was produced on the way
// (unpacked, repaired, decoded from base64, decrypted). A structure that carries
// ranges says which source they count in.
package report

// Schema is the version of the contract.
const Schema = 1

// Range is a half-open byte range [start, end) in a Source.
type Range [2]int

// Report is everything that one inspection found.
type Report struct {
	Schema       int           `json:"schema"`
	Summary      Summary       `json:"summary"`
	Input        Input         `json:"input"`
	Messages     []Message     `json:"messages"`
	Certificates []Certificate `json:"certificates"`
	Keys         []Key         `json:"keys"`
	Objects      []Object      `json:"objects,omitempty"`
	Findings     []Finding     `json:"findings"`
	Sources      []Source      `json:"sources"`
	Judged       Judged        `json:"judged"`
}

// Judged says by what the verdicts were reached: the same input, judged by the same,
// gives the same report.
type Judged struct {
	Version string   `json:"version"` // of this program
	At      string   `json:"at"`      // the time that was judged at, ISO 8601
	Policy  string   `json:"policy"`
	Anchors []string `json:"anchors"` // SHA-256 of each trust anchor, hex
	Repair  bool     `json:"repair"`  // false where damaged bytes were to be left as they are
}

// Summary is the answer in a sentence or two: Text in English, and the same in
// clauses with a code and arguments each, for translation.
type Summary struct {
	// State is the mark to show: one of the State constants.
	State   string   `json:"state"`
	Text    string   `json:"text"`
	Clauses []Clause `json:"clauses"`
}

// Clause is one statement of a Summary.
type Clause struct {
	Code string            `json:"code"`
	Args map[string]string `json:"args,omitempty"`
	Text string            `json:"text"`
}

// States of a Summary.
const (
	StateValid        = "valid"  // all that a recipient takes is covered by a seal of the sender that holds
	StatePartly       = "partly" // something is, and not all
	StateInvalid      = "invalid"
	StateUnverifiable = "unverifiable"
	StateOpened       = "opened" // decrypted, and nothing inside was signed
	StateSealed       = "sealed" // encrypted, and no key opened it
	StatePlain        = "plain"  // neither signed nor encrypted
	StateError        = "error"  // nothing could be read
)

// Input says what was given and what was done to it before it was read.
type Input struct {
	// Kind is what the input was recognised as, for example "sip", "mime",
	// "pem", "cms", "certificate", "key", "archive", "capture", "asn1", "empty", "unknown".
	Kind  string `json:"kind"`
	Size  int    `json:"size"`
	Steps []Step `json:"steps"`
}

// Step is one thing that ingest did to the input.
type Step struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	// Source is what Offset counts in.
	Source *int `json:"source,omitempty"`
	Offset *int `json:"offset,omitempty"`
	Count  *int `json:"count,omitempty"`
	// Repair is true when the step changed bytes to undo damage: a verdict that
	// rests on such bytes says so.
	Repair bool `json:"repair,omitempty"`
}

// Source is a run of bytes that ranges count in. Source 0 is the input as given.
// The bytes themselves cross to JavaScript beside the JSON, not in it.
type Source struct {
	// Origin is one of the Origin constants.
	Origin string `json:"origin"`
	Size   int    `json:"size"`
	// Parent is the source that this one was made from; absent for source 0 and
	// for bytes that are not from the input (bundled or supplied certificates).
	Parent *int `json:"parent,omitempty"`
	// Name is a file name or caption, when there was one.
	Name string `json:"name,omitempty"`
}

// Origins of a Source.
const (
	OriginInput        = "input"
	OriginUnpacked     = "unpacked" // ingest took it out of something or repaired it
	OriginDecoded      = "decoded"  // a transfer encoding was undone
	OriginDecrypted    = "decrypted"
	OriginEContent     = "econtent" // the eContent of SignedData, in one piece
	OriginDecompressed = "decompressed"
	OriginBundled      = "bundled"  // ships with the program
	OriginSupplied     = "supplied" // given by the user beside the input
)

// Kinds of a Message.
const (
	KindRequest  = "request"
	KindResponse = "response"
	// KindEntity is a MIME entity, mail or CMS object that was given without a SIP
	// message around it. Its start line fields are empty.
	KindEntity = "entity"
)

// Message is one SIP message (RFC 3261 section 7), or a bare MIME entity.
type Message struct {
	Name       string   `json:"name,omitempty"`
	Kind       string   `json:"kind"`
	Method     string   `json:"method,omitempty"`
	RequestURI string   `json:"requestURI,omitempty"`
	Status     int      `json:"status,omitempty"`
	Reason     string   `json:"reason,omitempty"`
	Version    string   `json:"version,omitempty"`
	Headers    []Header `json:"headers"`
	// From and To are the addresses-of-record of these headers, for example
	// "sip:fluffy@example.com": the URI without its parameters and headers.
	From    string   `json:"from,omitempty"`
	To      string   `json:"to,omitempty"`
	Date    string   `json:"date,omitempty"` // the Date header as ISO 8601, when it can be read
	Body    *Part    `json:"body,omitempty"`
	Source  int      `json:"source"`
	Range   Range    `json:"range"`
	Summary *Summary `json:"summary,omitempty"`
	// Identity is what the message says of who sent it, or of whose certificates it
	// carries, by other means than a signature over its body alone.
	Identity []Identity `json:"identity,omitempty"`
	// Comparison sets the header fields of a message that was sealed inside another
	// (message/sip, message/sipfrag) against those outside.
	Comparison []Comparison `json:"comparison,omitempty"`
	// Capture is where the message was captured, when it comes out of a capture.
	Capture *Capture `json:"capture,omitempty"`
	// Brief is true for one of very many messages that is not sealed: only what a list
	// shows is here.
	Brief bool `json:"brief,omitempty"`
}

// Mechanisms of an Identity.
const (
	IdentityRFC4474     = "identity"                // Identity and Identity-Info (RFC 4474)
	IdentityPASSporT    = "passport"                // Identity with a PASSporT (RFC 8224)
	IdentityBody        = "aib"                     // Authenticated Identity Body (RFC 3893)
	IdentityResponse    = "response-identity"       // Responder, of a draft of 2005
	IdentityCertificate = "certificate"             // the event package (RFC 6072)
	IdentityCredential  = "credential"              // the event package (RFC 6072)
	IdentityMiddle      = "end-to-middle"           // Proxy-Required-Body, of a draft of 2005
	IdentityAnswer      = "response-authorization"  // Response-Authorization, of a draft of 2005
	IdentityChallenge   = "response-authentication" // Response-Authentication, of a draft of 2005
)

// Identity is what one mechanism beside S/MIME says of a message, and whether that
// holds.
type Identity struct {
	Mechanism string `json:"mechanism"` // one of the Identity constants
	Title     string `json:"title"`     // the mechanism as people call it
	// Claimed is who is said to have sent the message: an address-of-record, a
	// telephone number.
	Claimed string `json:"claimed,omitempty"`
	// SignedString is the text that the signature is over, as it was built from the
	// message.
	SignedString string  `json:"signedString,omitempty"`
	Algorithm    string  `json:"algorithm,omitempty"`
	Fields       []Field `json:"fields,omitempty"` // what it says, decoded
	// Covers names what its signature covers: header fields by their canonical names, and
	// CoversBody for the bytes of the whole body.
	Covers  []string `json:"covers,omitempty"`
	Verdict string   `json:"verdict"`          // Valid, Invalid or Unverifiable
	Reason  string   `json:"reason,omitempty"` // as of a Signer
	Checks  []Check  `json:"checks"`
	// Certificate is the index into Report.Certificates of the signer's, or of the one
	// that is carried.
	Certificate     *int     `json:"certificate,omitempty"`
	Chain           []Link   `json:"chain,omitempty"`
	Identities      []string `json:"identities,omitempty"` // for whom the certificate speaks
	PublicTestChain bool     `json:"publicTestChain,omitempty"`
	Part            string   `json:"part,omitempty"` // Part.Path, when it is in the body
	Source          int      `json:"source"`
	Range           Range    `json:"range"` // the header field or part
}

// CoversBody stands for the whole body in Identity.Covers.
const CoversBody = "body"

// Field is a name and a value of what a mechanism says.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	About string `json:"about,omitempty"`
}

// Comparison is one header field inside and outside a seal (RFC 3261 section 23.4).
type Comparison struct {
	Header       string `json:"header"`
	Outer        string `json:"outer"`
	Inner        string `json:"inner"`
	OuterMissing bool   `json:"outerMissing,omitempty"`
	InnerMissing bool   `json:"innerMissing,omitempty"`
	// Class is "integrity" (has to be the same), "confidential" (may be hidden outside)
	// or "may-change" (servers on the way change it).
	Class     string `json:"class"`
	Same      bool   `json:"same"`
	OK        bool   `json:"ok"` // false for a difference that should not be
	Detail    string `json:"detail"`
	Reference string `json:"reference"`
	// OuterSource and InnerSource are what the ranges count in.
	OuterSource int   `json:"outerSource"`
	OuterRange  Range `json:"outerRange"`
	InnerSource int   `json:"innerSource"`
	InnerRange  Range `json:"innerRange"`
}

// Capture says when and where a message was captured.
type Capture struct {
	Time        string `json:"time,omitempty"` // ISO 8601 with microseconds
	Source      string `json:"source"`         // address and port: "192.0.2.1:5060", "[2001:db8::1]:5060"
	Destination string `json:"destination"`
	Transport   string `json:"transport"` // "UDP", "TCP", "WS"
	Packet      int    `json:"packet"`    // counted from 1
	// Cut is true when not all of the message was captured.
	Cut bool `json:"cut,omitempty"`
}

// Header is one header field, with the ranges of the whole field (with its line
// end), its name and its value.
type Header struct {
	Name       string `json:"name"`
	Value      string `json:"value"` // unfolded
	Range      Range  `json:"range"`
	NameRange  Range  `json:"nameRange"`
	ValueRange Range  `json:"valueRange"`
	// Canonical is the full name in its usual case, when Name is a compact form or
	// written otherwise.
	Canonical string `json:"canonical,omitempty"`
	// About says in a clause what the field is for, where that is not common knowledge.
	About string `json:"about,omitempty"`
	// Covered lists the seals that hold and vouch for this field of a message: an Identity
	// that covers it, or a signed message inside that repeats it.
	Covered []Covered `json:"covered,omitempty"`
}

// Covered says that a seal covers a run of bytes. Whether it holds says its verdict.
type Covered struct {
	// By is the Path of the part whose signature covers it, or the index of an identity
	// in Message.Identity; Identity is that index as a number, and says that it is one.
	By       string `json:"by"`
	Identity *int   `json:"identity,omitempty"`
	Source   int    `json:"source"`
	Range    Range  `json:"range"`
}

// Part is a MIME entity: a body, or a part of a multipart.
type Part struct {
	// Path names the part: "1" is the body, "1.2" its second part; what was sealed
	// inside "1.2" is "1.2.1".
	Path        string            `json:"path"`
	Type        string            `json:"type"` // lower case, without parameters
	Params      map[string]string `json:"params"`
	Encoding    string            `json:"encoding"`
	Disposition string            `json:"disposition,omitempty"`
	DispParams  map[string]string `json:"dispositionParams,omitempty"`
	ContentID   string            `json:"contentID,omitempty"`
	Headers     []Header          `json:"headers"`
	Source      int               `json:"source"`
	Range       Range             `json:"range"`     // headers and body
	BodyRange   Range             `json:"bodyRange"` // body alone
	// Delimiters are the ranges of a multipart's delimiter lines, each with the
	// CRLF before it that belongs to it (RFC 2046 section 5.1.1).
	Delimiters []Range    `json:"delimiters,omitempty"`
	Children   []Part     `json:"children"`
	Text       *string    `json:"text,omitempty"`
	SDP        []SDPLine  `json:"sdp,omitempty"` // of application/sdp, explained
	Signature  *Signature `json:"signature,omitempty"`
	Envelope   *Envelope  `json:"envelope,omitempty"`
	// CMS is where the part's CMS object lies, transfer encoding undone.
	CMS     *Object  `json:"cms,omitempty"`
	Content *Part    `json:"content,omitempty"`
	Message *Message `json:"message,omitempty"`
	// Covered lists what covers the bytes of this part: of a multipart/signed only the
	// first part is covered (RFC 1847 section 2.1), of an opaque SignedData its eContent,
	// and of an envelope nothing. Ranges count in the part's own source.
	Covered []Covered `json:"covered,omitempty"`
	// Digest is the check of a DigestedData (RFC 5652 section 7).
	Digest *Check `json:"digest,omitempty"`
	Error  string `json:"error,omitempty"`
}

// SDPLine is one line of a session description (RFC 8866).
type SDPLine struct {
	Type    string `json:"type"`
	Value   string `json:"value"`
	Meaning string `json:"meaning"`
	// Media is the number of the media description that the line belongs to, 0 for the
	// session.
	Media  int   `json:"media"`
	Source int   `json:"source"`
	Range  Range `json:"range"`
}

// Object is a run of BER: a CMS object, or anything else in ASN.1 that was given.
type Object struct {
	Kind   string `json:"kind"` // "signedData", "envelopedData", "certificate", "crl", "asn1", …
	Name   string `json:"name,omitempty"`
	Source int    `json:"source"`
	Range  Range  `json:"range"`
}

// Verdicts of a Signature or Signer.
const (
	Valid        = "valid"
	Invalid      = "invalid"
	Unverifiable = "unverifiable"
)

// Signature is a SignedData (RFC 5652 section 5), with its verdict: the worst of
// its signers'.
type Signature struct {
	Detached bool `json:"detached"`
	// SignedSource and SignedRange are the bytes that the digest runs over.
	SignedSource int   `json:"signedSource"`
	SignedRange  Range `json:"signedRange"`
	// Sender is the address-of-record that the signers are held to as the message's
	// sender; empty where there is no SIP message, and where it is somebody else's.
	Sender      string   `json:"sender,omitempty"`
	ContentType string   `json:"contentType,omitempty"` // eContentType by name
	Verdict     string   `json:"verdict"`
	Reason      string   `json:"reason,omitempty"`
	Signers     []Signer `json:"signers"`
	// Certificates are indices into Report.Certificates of those attached.
	Certificates []int `json:"certificates"`
	// Repaired is true when the verdict rests on bytes that ingest repaired.
	Repaired bool `json:"repaired,omitempty"`
}

// Signer is one SignerInfo (RFC 5652 section 5.3) and what came of verifying it.
type Signer struct {
	Issuer       string `json:"issuer,omitempty"`
	Serial       string `json:"serial,omitempty"` // hex
	SubjectKeyID string `json:"subjectKeyID,omitempty"`
	// Certificate is the index into Report.Certificates of the signer's, when found.
	Certificate     *int        `json:"certificate,omitempty"`
	Digest          string      `json:"digest"`
	Algorithm       string      `json:"algorithm"`
	SigningTime     string      `json:"signingTime,omitempty"` // ISO 8601
	SignedAttrs     []Attribute `json:"signedAttrs,omitempty"`
	UnsignedAttrs   []Attribute `json:"unsignedAttrs,omitempty"`
	Countersigners  []Signer    `json:"countersigners,omitempty"`
	Verdict         string      `json:"verdict"`
	Reason          string      `json:"reason,omitempty"` // the code of the first check that fails or cannot be made
	Checks          []Check     `json:"checks"`
	Chain           []Link      `json:"chain,omitempty"` // the signer's certificate first
	Identities      []string    `json:"identities,omitempty"`
	Source          int         `json:"source"`
	Range           Range       `json:"range"` // the SignerInfo
	SignatureRange  Range       `json:"signatureRange"`
	ComputedDigest  string      `json:"computedDigest,omitempty"`  // hex, over the received content
	SignedDigest    string      `json:"signedDigest,omitempty"`    // hex, what the signer signed, where it can be known
	PublicTestChain bool        `json:"publicTestChain,omitempty"` // valid only by the bundled CA, whose key is public
}

// Link is one certificate of a chain.
type Link struct {
	Certificate int    `json:"certificate"` // index into Report.Certificates
	OK          *bool  `json:"ok"`
	Detail      string `json:"detail,omitempty"`
	Anchor      bool   `json:"anchor,omitempty"`
}

// Attribute is a CMS attribute, shown.
type Attribute struct {
	OID   string `json:"oid"`
	Name  string `json:"name"`
	Value string `json:"value"`
	Range Range  `json:"range"`
}

// Codes of a Check, in the order in which they are made.
const (
	CheckDigest      = "digest"
	CheckSignature   = "signature"
	CheckCertificate = "certificate"
	CheckChain       = "chain"
	CheckValidity    = "validity"
	CheckRevocation  = "revocation"
	CheckKeyUsage    = "key-usage"
	CheckEKU         = "extended-key-usage"
	CheckIdentity    = "identity"
)

// Check is one step of verifying a signer. OK is nil when it could not be made or
// does not apply; Detail says why.
type Check struct {
	Code      string `json:"code"`
	OK        *bool  `json:"ok"`
	Detail    string `json:"detail"`
	Reference string `json:"reference"`
	// Required is true when the verdict cannot be valid unless OK is true.
	Required bool   `json:"required,omitempty"`
	Source   *int   `json:"source,omitempty"`
	Range    *Range `json:"range,omitempty"`
}

// Verdicts of an Envelope.
const (
	Decrypted   = "decrypted"
	NoKey       = "no-key"
	Failed      = "failed"
	Unsupported = "unsupported"
)

// Envelope is an EnvelopedData, AuthEnvelopedData or EncryptedData.
type Envelope struct {
	Kind       string      `json:"kind"` // "envelopedData", "authEnvelopedData", "encryptedData", …
	Recipients []Recipient `json:"recipients"`
	Algorithm  string      `json:"algorithm"`
	Verdict    string      `json:"verdict"`
	Reason     string      `json:"reason,omitempty"`
}

// Recipient is one RecipientInfo (RFC 5652 section 6.2).
type Recipient struct {
	Type         string `json:"type"` // "ktri", "kari", "kekri", "pwri", "ori"
	Issuer       string `json:"issuer,omitempty"`
	Serial       string `json:"serial,omitempty"`
	SubjectKeyID string `json:"subjectKeyID,omitempty"`
	KeyID        string `json:"keyID,omitempty"` // of a KEK, hex
	Algorithm    string `json:"algorithm"`
	Certificate  *int   `json:"certificate,omitempty"` // the recipient's, when known
	// Key says which given key fits: a label, never key material.
	Key    string `json:"key,omitempty"`
	Error  string `json:"error,omitempty"`
	Source int    `json:"source"`
	Range  Range  `json:"range"`
}

// Certificate is an X.509 certificate, shown.
type Certificate struct {
	Subject            string    `json:"subject"`
	Issuer             string    `json:"issuer"`
	Serial             string    `json:"serial"` // hex
	NotBefore          string    `json:"notBefore"`
	NotAfter           string    `json:"notAfter"`
	PublicKey          string    `json:"publicKey"` // "RSA 2048", "ECDSA P-256", …
	SignatureAlgorithm string    `json:"signatureAlgorithm"`
	SubjectAltNames    []AltName `json:"subjectAltNames,omitempty"`
	KeyUsage           []string  `json:"keyUsage,omitempty"`
	ExtendedKeyUsage   []string  `json:"extendedKeyUsage,omitempty"`
	CA                 bool      `json:"ca"`
	SelfSigned         bool      `json:"selfSigned,omitempty"`
	SubjectKeyID       string    `json:"subjectKeyID,omitempty"`
	AuthorityKeyID     string    `json:"authorityKeyID,omitempty"`
	SHA256             string    `json:"sha256"`
	// Origin is one of the Origin constants; Trusted marks a trust anchor.
	Origin  string `json:"origin"`
	Name    string `json:"name,omitempty"` // file name or caption
	Trusted bool   `json:"trusted,omitempty"`
	// PublicTestCA is true for the bundled CA and what it issued: its private key
	// is published (RFC 6216 appendix A).
	PublicTestCA bool `json:"publicTestCA,omitempty"`
	// TLS is there when a host to check for was named.
	TLS *TLSVerdict `json:"tls,omitempty"`
	// Text is the certificate in OpenSSL's or the RFC's text form, when asked for.
	Text   string `json:"text,omitempty"`
	Source int    `json:"source"`
	Range  Range  `json:"range"`
	Error  string `json:"error,omitempty"`
}

// TLSVerdict says whether a certificate is good for a TLS connection in SIP to a
// host (RFC 5922 section 7, RFC 6216 section 6).
type TLSVerdict struct {
	Host    string `json:"host"`
	Verdict string `json:"verdict"` // Valid, Invalid or Unverifiable
	Reason  string `json:"reason,omitempty"`
	// Identities are the SIP domain identities of the certificate.
	Identities []string `json:"identities"`
	Checks     []Check  `json:"checks"`
	Chain      []Link   `json:"chain,omitempty"`
}

// AltName is one GeneralName of a subjectAltName (RFC 5280 section 4.2.1.6).
type AltName struct {
	Type  string `json:"type"` // "URI", "DNS", "email", "IP", "dirName", "RID", "other"
	Value string `json:"value"`
}

// Key is a private or secret key that was given. It never carries key material.
type Key struct {
	Type        string `json:"type"` // "RSA 2048", "EC P-256", "X25519", "secret 128", …
	Name        string `json:"name,omitempty"`
	Certificate *int   `json:"certificate,omitempty"` // of the same public key, when known
	Origin      string `json:"origin"`
	// Locked is true when the key is encrypted and no given password opened it.
	Locked bool   `json:"locked,omitempty"`
	Error  string `json:"error,omitempty"`
}

// Severities of a Finding.
const (
	SeverityError   = "error"
	SeverityWarning = "warning"
	SeverityNote    = "note"
)

// Finding is something that a reader should know, with its place and its source
// in the standards.
type Finding struct {
	Code        string `json:"code"`
	Severity    string `json:"severity"`
	Title       string `json:"title"`
	Detail      string `json:"detail"`
	Reference   string `json:"reference"`
	Message     *int   `json:"message,omitempty"` // index into Report.Messages
	Part        string `json:"part,omitempty"`    // Part.Path
	Certificate *int   `json:"certificate,omitempty"`
	Source      *int   `json:"source,omitempty"`
	Range       *Range `json:"range,omitempty"`
}
