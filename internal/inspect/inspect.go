// Package inspect ties the readers together: input, keys and choices in, one
// report out.
//
// An inspection has three passes. First everything is read: the input is
// recognised, messages and their parts are parsed, and the certificates, keys and
// CRLs that turn up join what was given (ring.go). Then each message is mapped
// into the report part by part (message.go, part.go), and what is sealed is
// verified (signature.go) or opened (envelope.go); content that was sealed goes
// through the same pass again. Where one message brought what another lacks, all are
// read again (shared.go). Last come the findings (finding*.go) and the answer in a
// sentence (summary.go).
package inspect

import (
	"github.com/sipseal/sipseal/internal/ingest"
	"github.com/sipseal/sipseal/internal/ingest/mend"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/verdict"
	"github.com/sipseal/sipseal/internal/version"
)

// Policies of Options.
const (
	// PolicyRFC6216 accepts the algorithms that the RFC's messages use, SHA-1 with
	// RSA 1024 among them, and says in findings that they are weak.
	PolicyRFC6216 = "rfc6216"
	// PolicyModern refuses SHA-1, MD5, 3DES, RC2 and RSA under 2048 bits.
	PolicyModern = "modern"
)

// Forms of Options.CertificateText.
const (
	TextRFC6216 = "rfc6216" // RFC 6216 section 2.1
	TextOpenSSL = "openssl" // as OpenSSL prints certificates today
)

// NamedBytes is a file that was given beside the input.
type NamedBytes struct {
	Name string
	Data []byte
}

// SecretKey is a symmetric key for KEK recipients (RFC 5652 section 6.2.3).
type SecretKey struct {
	ID, Key []byte
}

// Options are the choices of one inspection.
type Options struct {
	Name         string // file name of the input, or ""
	Keys         []NamedBytes
	Passwords    []string
	SecretKeys   []SecretKey
	Certificates []NamedBytes
	CRLs         []NamedBytes
	Trust        []NamedBytes // trust anchors
	TrustBundled bool         // the bundled test CA is a trust anchor as well
	At           int64        // the time to judge at, Unix seconds
	Policy       string       // PolicyRFC6216 (also when empty) or PolicyModern
	NoRepair     bool         // leave damaged bytes as they are
	// Work is how many seconds of one core the call may take, about; 0 is 20. One message,
	// file of keys or object may take a tenth of that. What does not fit is not decided.
	Work float64
	// TLSHost asks whether each certificate is good for a TLS connection to that host,
	// or from it when TLSClient is set.
	TLSHost   string
	TLSClient bool
	// CertificateText asks for each certificate as text: TextRFC6216 or TextOpenSSL.
	CertificateText string

	// Workers is how many can share the work when there are many messages. Share is told
	// into how many slices they are cut, and this inspection takes the first; or Slice
	// says which one it takes. (Several are not asked about a TLS host together.)
	Workers int
	Share   func(slices int)
	Slice   Slice

	// shared is what messages of this input brought when they were read before.
	shared []brought
}

// Result is a report and the bytes that its ranges count in.
type Result struct {
	Report  *report.Report
	Sources [][]byte     // as Report.Sources
	Slice   *SliceResult // of an inspection that is shared, otherwise nil
}

// Inspect reads input and reports all that it finds. It never fails: what is wrong
// is in the report.
func Inspect(input []byte, o Options) *Result {
	if !o.helped() {
		return &Result{Slice: &SliceResult{Unhelped: true}}
	}
	x := inspect(input, o)
	if x.slice != nil {
		x.slice.Brought, x.slice.Wants = x.shared.write()
		return x.result()
	}
	for range limit.Rounds {
		helpful := x.shared.helpful(o.shared, x.units > 1)
		if len(helpful) == 0 {
			break
		}
		o.shared = append(o.shared, helpful...)
		x = inspect(input, o)
	}
	return x.result()
}

func (x *inspection) result() *Result {
	return &Result{Report: x.report, Sources: x.sources, Slice: x.slice}
}

func inspect(input []byte, o Options) *inspection {
	x := &inspection{
		options: o,
		report: &report.Report{
			Schema:       report.Schema,
			Messages:     []report.Message{},
			Certificates: []report.Certificate{},
			Keys:         []report.Key{},
			Findings:     []report.Finding{},
		},
	}
	x.work = limit.NewWork(x.scaled(limit.CallWork))
	x.loadRing()
	given := ingest.Read(input, o.Name, ingest.Options{NoRepair: o.NoRepair, Certificates: x.ring.pool.All(), Work: x.anew()})
	x.report.Input = report.Input{Kind: given.Kind, Size: len(input), Steps: given.Steps}
	for _, s := range given.Sources {
		x.addSource(s.Bytes, s.Origin, s.Parent, s.Name)
	}
	units := x.read(given)
	x.units, x.inMessage = len(units), true
	units = x.share(units)
	mark := x.mark()
	for _, u := range units {
		x.inspectUnit(u)
		x.layAside(mark)
	}
	if x.slice != nil {
		x.slice.Inspected = x.counts()
	}
	x.one = x.work
	x.finishRing()
	x.answerAboutCertificates()
	if x.work.Over() {
		x.find(where{message: -1, source: -1}, reached, report.SeverityWarning,
			"Too much work for one call: what says so was not decided. The option work raises the bound.", "")
	}
	x.report.Judged = x.judged()
	x.report.Summary = x.answer(given)
	return x
}

// judged says by what the verdicts were reached.
func (x *inspection) judged() report.Judged {
	j := report.Judged{
		Version: version.Version, At: isoTime(x.options.At), Policy: PolicyRFC6216, Anchors: []string{}, Repair: !x.options.NoRepair,
	}
	if x.policy() == pkix.PolicyModern {
		j.Policy = PolicyModern
	}
	for _, c := range x.ring.anchors() {
		j.Anchors = append(j.Anchors, c.Fingerprint())
	}
	return j
}

// scaled is one of the usual budgets of work, as much larger or smaller as the caller asks.
func (x *inspection) scaled(usual float64) int64 {
	if x.options.Work > 0 {
		usual *= x.options.Work / limit.CallSeconds
	}
	return int64(usual)
}

// anew gives the next message or file a budget of its own out of the call's.
func (x *inspection) anew() *limit.Work {
	x.one = x.work.Part(x.scaled(limit.ObjectWork))
	return x.one
}

// budget is that of the message at hand, or where none is, one for what is read.
func (x *inspection) budget() *limit.Work {
	if x.inMessage {
		return x.one
	}
	return x.anew()
}

// inspection is the state of one call.
type inspection struct {
	options Options
	report  *report.Report
	sources [][]byte
	ring    ring
	// inputKeys are how many private keys the input itself holds, inputLocked how many
	// of them no password opened.
	inputKeys, inputLocked int

	mender       *mend.Mender    // of what was encrypted, once there is some
	units        int             // how many messages there are
	brief        bool            // there are so many that plain ones are reported in brief
	decompressed int             // bytes that compressed objects became so far
	inMessage    bool            // what is met now comes with a message
	found        int             // findings, as they count for limit.Findings
	doubts       []verdict.Doubt // about the message at hand
	// work is what the call may compute, and one of it what the message at hand may.
	work, one *limit.Work
	shared    shared
	slice     *SliceResult // nil when all is inspected here
}

// addSource adds bytes that ranges will count in and gives their index. parent is
// -1 for bytes that come from no other source.
func (x *inspection) addSource(b []byte, origin string, parent int, name string) int {
	s := report.Source{Origin: origin, Size: len(b), Name: name}
	if parent >= 0 {
		s.Parent = &parent
	}
	x.report.Sources = append(x.report.Sources, s)
	x.sources = append(x.sources, b)
	return len(x.sources) - 1
}
