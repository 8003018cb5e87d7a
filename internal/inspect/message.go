package inspect

// Messages in the report: what ingest recognised is read first, so that every
// certificate and key in it is at hand, and then mapped part by part.

import (
	"strings"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/identity"
	"github.com/sipseal/sipseal/internal/ingest"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/say"
	"github.com/sipseal/sipseal/internal/sip"
	"github.com/sipseal/sipseal/internal/verdict"
)

// unit is one thing to inspect, read and not yet judged.
type unit struct {
	item   ingest.Item
	sip    *sip.Message // nil for a bare entity or object
	entity *mime.Entity // nil for a bare CMS object
}

// read parses all that ingest recognised. Certificates, keys and CRLs go into the
// ring and the report; messages become units.
func (x *inspection) read(given *ingest.Result) []unit {
	var units []unit
	for _, item := range given.Items {
		src := x.sources[item.Source]
		switch item.Kind {
		case ingest.KindSIP:
			m := sip.Skim(src, item.Range) // of many, not all are inspected here, nor in full
			units = append(units, unit{item, m, m.Entity()})
		case ingest.KindFields:
			m := sip.ParseFragment(src, item.Range)
			units = append(units, unit{item, m, m.Entity()})
		case ingest.KindToken:
			m := token(src, item.Range)
			units = append(units, unit{item, m, m.Entity()})
		case ingest.KindMIME:
			units = append(units, unit{item, nil, mime.Parse(src, item.Range)})
		case ingest.KindPEM:
			units = append(units, x.readPEM(item)...)
		case ingest.KindASN1:
			if u, ok := x.readObject(item); ok {
				units = append(units, u)
			}
		}
	}
	for _, u := range units {
		if u.entity != nil {
			x.gather(u.entity, u.item.Source)
		}
	}
	x.brief = len(units) > limit.FullMessages
	return units
}

// token is a PASSporT that came alone, as the value of an Identity field.
func token(src []byte, span [2]int) *sip.Message {
	field := mime.Header{Name: "Identity", Canonical: "Identity", Value: strings.TrimSpace(string(src[span[0]:span[1]])), Range: span, ValueRange: span}
	return &sip.Message{
		Source: src, Kind: sip.Fragment, Headers: []mime.Header{field}, ContentLength: -1,
		Body: [2]int{span[1], span[1]}, Range: span, Rest: span[1],
	}
}

// readPEM takes the blocks of a PEM text: keys and certificates for the ring, CMS
// objects as units, and where there are none, what there is as objects: a request,
// a public key.
func (x *inspection) readPEM(item ingest.Item) []unit {
	src := x.sources[item.Source][item.Range[0]:item.Range[1]]
	var units []unit
	var rest []pkix.PEMBlock
	object := func(b pkix.PEMBlock) {
		block := ingest.Item{Kind: ingest.KindASN1, Name: item.Name, Range: [2]int{0, len(b.Bytes)}, Repaired: item.Repaired}
		block.Source = x.addSource(b.Bytes, report.OriginDecoded, item.Source, b.Type)
		if u, ok := x.readObject(block); ok {
			units = append(units, u)
		}
	}
	blocks, _ := pkix.FindPEM(src)
	for _, b := range blocks {
		if looksLikeCMS(b.Bytes) {
			object(b)
		} else {
			rest = append(rest, b)
		}
	}
	if len(rest) > 0 {
		src := NamedBytes{Name: item.Name, Data: src}
		keys := pkix.ReadKeys(x.anew(), src.Data, src.Name, x.options.Passwords)
		x.takeKeys(keys, src)
		if len(keys.Certificates)+len(keys.Private)+len(keys.Locked)+len(keys.CRLs) == 0 {
			for _, b := range rest {
				if len(b.Bytes) > 0 {
					object(b)
				}
			}
		}
	}
	return units
}

// takeKeys puts the keys and certificates of a file that is part of the input into
// the ring and lists the certificates among the objects.
func (x *inspection) takeKeys(keys pkix.Keys, file NamedBytes) {
	certs := x.addKeys(keys, file, report.OriginInput, "")
	for _, c := range certs {
		index := x.reportCertificate(c)
		x.report.Objects = append(x.report.Objects, report.Object{
			Kind: "certificate", Name: file.Name,
			Source: x.report.Certificates[index].Source, Range: x.report.Certificates[index].Range,
		})
	}
}

// readObject takes a run of BER: a CMS object becomes a unit, certificates and keys
// go into the ring, and anything else is an object to be looked at.
func (x *inspection) readObject(item ingest.Item) (unit, bool) {
	src := x.sources[item.Source][item.Range[0]:item.Range[1]]
	tree := item.Tree
	if tree == nil {
		tree = ber.ParseOne(src)
	}
	if m, err := cms.ParseTree(tree); err == nil && m.Kind != cms.KindUnknown && !m.Bare {
		return unit{item: item}, true
	}
	tree = tree.All()
	keys := pkix.ReadKeysTree(x.anew(), tree, item.Name, x.options.Passwords)
	if len(keys.Private)+len(keys.Certificates)+len(keys.CRLs)+len(keys.Locked) > 0 {
		x.takeKeys(keys, NamedBytes{Name: item.Name, Data: src})
		if len(keys.CRLs) == 0 {
			return unit{}, false
		}
	}
	kind := "asn1"
	if len(keys.CRLs) > 0 {
		kind = "crl"
	}
	x.report.Objects = append(x.report.Objects, report.Object{Kind: kind, Name: item.Name, Source: item.Source, Range: item.Range})
	for _, f := range tree.Faults {
		at := item.Range[0] + f.Offset
		x.find(where{message: -1, source: item.Source, span: report.Range{at, min(at+1, item.Range[1])}},
			"ber", report.SeverityError, sentence(f.Reason), "X.690 section 8.1")
	}
	return unit{}, false
}

// gather puts the certificates and keys among an entity's parts into the ring.
func (x *inspection) gather(e *mime.Entity, source int) {
	e.Walk(func(e *mime.Entity) {
		switch e.Type {
		case "application/pkix-cert", "application/x-x509-ca-cert", "application/x-x509-user-cert",
			"application/pkix-crl", "application/pkcs8", "application/x-pkcs12", "application/pkcs12", "application/pem-certificate-chain":
			file := NamedBytes{Name: e.Params["name"], Data: e.Decode(x.sources[source]).Bytes}
			keys := pkix.ReadKeys(x.budget(), file.Data, file.Name, x.options.Passwords)
			x.carry(e.Type, file, &keys)
			x.addKeys(keys, file, report.OriginInput, "")
		}
	})
}

// inspectUnit maps one unit into the report.
func (x *inspection) inspectUnit(u unit) {
	index := len(x.report.Messages)
	x.report.Messages = append(x.report.Messages, report.Message{})
	x.anew()
	s := scope{source: u.item.Source, repaired: u.item.Repaired}
	var m report.Message
	switch {
	case u.sip != nil && x.brief && !sealedAnywhere(u.entity):
		m = briefMessage(u.sip)
	case u.sip != nil:
		if u.item.Kind == ingest.KindSIP {
			u.sip.Check()
		}
		u.sip.References(u.entity)
		m, s.claim = x.sipMessage(u.sip, u.item.Source, index, "")
		s.outer, s.outerSource, s.compared = u.sip, u.item.Source, new(int)
		if u.sip.Kind != sip.Fragment || u.entity.BodyRange[0] < u.entity.BodyRange[1] {
			body := x.part(u.entity, "1", s)
			m.Body = &body
		}
	case u.entity != nil:
		m = report.Message{Kind: report.KindEntity, Headers: headers(u.entity.Headers)}
		s.claim = claim{message: index, absent: "there is no SIP message around it, so nobody claims to have sent it"}
		body := x.part(u.entity, "1", s)
		m.Body = &body
	default:
		m = report.Message{Kind: report.KindEntity, Headers: []report.Header{}}
		s.claim = claim{message: index, absent: "there is no SIP message around it, so nobody claims to have sent it"}
		at := place{source: u.item.Source, span: u.item.Range, repaired: u.item.Repaired}
		body := report.Part{
			Path: "1", Type: "application/pkcs7-mime", Params: map[string]string{}, Headers: []report.Header{},
			Source: at.source, Range: at.span, BodyRange: at.span, Children: []report.Part{},
		}
		x.sealedPart(&body, nil, bodyOf(x.sources[at.source], at), s)
		m.Body = &body
	}
	m.Name = u.item.Name
	m.Source, m.Range = u.item.Source, u.item.Range
	if u.sip != nil {
		m.Range = u.sip.Range
	}
	if c := u.item.Capture; c != nil {
		m.Capture = &report.Capture{
			Source: c.Source, Destination: c.Destination, Transport: c.Transport, Packet: c.Packet, Cut: c.Cut,
		}
		if c.Time != 0 {
			m.Capture.Time = isoMicros(c.Time)
		}
	}
	if u.sip != nil && !m.Brief {
		m.Identity = x.identities(u.sip, u.entity, &m, u.item.Range[1])
		x.identityFindings(m.Identity, index)
		at := where{message: index, source: m.Source, span: m.Range}
		apply(x, messageRules, u.sip, at)
		apply(x, transportRules, u.sip, at)
	}
	decision := verdict.Decide(&m, x.doubts)
	x.doubts = x.doubts[:0]
	m.Summary = summarise(&m, decision, x.report.Certificates, cutOff(u.sip), u.item.Repaired)
	x.report.Messages[index] = m
	x.verdictFindings(decision, index)
}

// briefMessage maps the little of a message that a long list shows. Many captured
// messages are not worth a report each; one of them can be inspected for itself.
func briefMessage(m *sip.Message) report.Message {
	out := report.Message{
		Kind: m.Kind, Method: m.Method, RequestURI: m.RequestURI, Status: m.Status, Reason: m.Reason, Version: m.Version,
		From: m.From(), To: m.To(), Range: m.Range, Brief: true,
	}
	var few []mime.Header
	for _, name := range []string{"Call-ID", "CSeq"} {
		if h := m.Field(name); h != nil {
			few = append(few, *h)
		}
	}
	out.Headers = headers(few)
	return out
}

// sealedAnywhere reports whether an entity has a part that is sealed by its type.
func sealedAnywhere(e *mime.Entity) bool {
	sealed := false
	e.Walk(func(e *mime.Entity) {
		sealed = sealed || e.Type == "multipart/signed" || bodyKind(e, nil) == bodyCMS
	})
	return sealed
}

func bodyOf(src []byte, at place) body { return body{bytes: src[at.span[0]:at.span[1]], place: at} }

// sipMessage maps what is not the body of a SIP message, and says who it claims to
// be from.
// path is the part that it lies in, "" for the outermost.
func (x *inspection) sipMessage(m *sip.Message, source, index int, path string) (report.Message, claim) {
	out := report.Message{
		Kind:       m.Kind,
		Method:     m.Method,
		RequestURI: m.RequestURI,
		Status:     m.Status,
		Reason:     m.Reason,
		Version:    m.Version,
		Headers:    headers(m.Headers),
		From:       m.From(),
		To:         m.To(),
		Source:     source,
		Range:      m.Range,
	}
	for i := range m.Headers {
		out.Headers[i].About = identity.About(&m.Headers[i])
	}
	c := claim{message: index, aor: m.Sender(), field: "From", required: true}
	if m.Kind == sip.Response {
		c.field = "To"
	}
	if c.aor == "" {
		c.absent = "the message has no " + c.field + " header field with an address, so it is not known who claims to have sent it"
	}
	if t, ok := m.Date(); ok {
		out.Date = isoTime(t)
		c.date = t
	}
	for _, v := range m.Violations {
		x.find(where{message: index, source: source, span: v.Range},
			"sip-"+v.Code, string(v.Severity), sentence(v.Detail), v.Reference)
	}
	x.doubt(path, source, m.Doubts())
	return out, c
}

// doubt notes what two recipients may take for two things, in a message or part.
func (x *inspection) doubt(path string, source int, list []mime.Problem) {
	for _, p := range list {
		x.doubts = append(x.doubts, verdict.Doubt{
			Path: path, Code: p.Code, Detail: p.Detail, Source: source, Range: p.Range, Reference: p.Reference,
		})
	}
}

// verdictFindings says what keeps a message that has a seal that holds from being valid.
func (x *inspection) verdictFindings(d *verdict.Decision, message int) {
	if !d.Holds() {
		return
	}
	for _, p := range d.Uncovered {
		x.find(where{message: message, path: p.Path, source: p.Source, span: p.Range},
			"unsigned-part", report.SeverityWarning, sentence("part "+p.Path+" ("+say.Quoted(p.Type)+") is signed by nobody: only what stands beside it is"), "RFC 1847 section 2.1")
	}
	for _, doubt := range d.Doubts {
		x.find(where{message: message, path: doubt.Path, source: doubt.Source, span: doubt.Range},
			"ambiguous", report.SeverityError, sentence(doubt.Detail), doubt.Reference)
	}
}

// tunnelled maps a SIP message inside a part (RFC 3261 section 23.4). It may be
// signed for itself, so it has a claim of its own.
func (x *inspection) tunnelled(e *mime.Entity, b body, fragment bool, s scope) *report.Message {
	src := x.sources[b.source]
	var inner *sip.Message
	if fragment {
		inner = sip.ParseFragment(src, b.span)
	} else {
		inner = sip.ParseRange(src, b.span)
	}
	inner.References(inner.Entity())
	out, c := x.sipMessage(inner, b.source, s.claim.message, s.claim.path)
	c.path = s.claim.path
	if s.outer != nil && (s.tunnel || e.Disposition == "aib") {
		out.Comparison = x.compare(inner, e, b, s)
	}
	if e := inner.Entity(); e.BodyRange[0] < e.BodyRange[1] {
		in := s.inside(b.source)
		in.claim, in.outer, in.outerSource, in.tunnel = c, inner, b.source, false
		x.gather(e, b.source)
		if in.sealed <= limit.Tunnels {
			body := x.part(e, s.claim.path+".1", in)
			out.Body = &body
		} else {
			at := where{message: s.claim.message, path: s.claim.path, source: b.source, span: e.BodyRange}
			x.over(at, "messages, each in the one before", limit.Tunnels, "its body is not taken apart")
		}
	}
	if !fragment {
		out.Identity = x.identities(inner, inner.Entity(), &out, b.span[1])
		x.identityFindings(out.Identity, s.claim.message)
	}
	return &out
}
