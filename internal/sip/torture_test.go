package sip

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/mime"
)

// compose makes a message of a start line and fields. The fields that every message
// needs are added where none of that name is given; a field "-Name" leaves it out.
func compose(start, body string, fields ...string) []byte {
	method, _, _ := strings.Cut(start, " ")
	if strings.HasPrefix(start, "SIP/") {
		method = "OPTIONS"
	}
	given := map[string]bool{}
	var kept []string
	for _, f := range fields {
		if strings.HasPrefix(f, "-") {
			given[f[1:]] = true
			continue
		}
		name, _, _ := strings.Cut(f, ":")
		given[CanonicalName(strings.TrimSpace(name))] = true
		kept = append(kept, f)
	}
	for _, f := range []string{
		"Via: SIP/2.0/UDP t1.example.org;branch=z9hG4bKtorture",
		"To: <sip:kumiko@example.net>",
		"From: <sip:fluffy@example.com>;tag=4711",
		"Call-ID: torture@t1.example.org",
		"CSeq: 8 " + method,
		"Max-Forwards: 70",
		"Contact: <sip:fluffy@192.0.2.9>",
		fmt.Sprintf("Content-Length: %d", len(body)),
	} {
		name, _, _ := strings.Cut(f, ":")
		if strings.HasPrefix(start, "SIP/") && name == "To" {
			f += ";tag=1"
		}
		if !given[name] {
			kept = append(kept, f)
		}
	}
	return []byte(start + "\r\n" + strings.Join(kept, "\r\n") + "\r\n\r\n" + body)
}

// found lists the codes of what is reported at or above a severity, those of the
// body's MIME included.
func found(m *Message, severities ...mime.Severity) []string {
	var codes []string
	keep := func(list []mime.Problem) {
		for _, v := range list {
			if slices.Contains(severities, v.Severity) && !slices.Contains(codes, v.Code) {
				codes = append(codes, v.Code)
			}
		}
	}
	keep(m.Violations)
	m.Entity().Walk(func(e *mime.Entity) { keep(e.Problems) })
	slices.Sort(codes)
	return codes
}

// What RFC 4475 section 3.1.1 and RFC 5118 call valid, by what makes each hard to
// read: nothing in it is an error.
func TestTortureValid(t *testing.T) {
	long := strings.Repeat("unknownparam", 40) + "=" + strings.Repeat("value", 100)
	for name, src := range map[string][]byte{
		"wsinv": []byte(strings.ReplaceAll(`INVITE sip:kumiko@example.net;unknownparam SIP/2.0
TO :
 sip:kumiko@example.net ;   tag    = 1918181833n
from   : "F \\\""       <sip:fluffy@example.com>
  ;
  tag = 98asjd8
MaX-fOrWaRdS: 0068
Call-ID: wsinv.x@192.0.2.1
Content-Length   : 5
cseq: 0009
  INVITE
Via  : SIP  /   2.0
 /UDP
    192.0.2.2;branch=390skdjuw
s :
NewFangledHeader:   newfangled value
 continued newfangled value
UnknownHeaderWithUnusualValue: ;;,,;;,;
Content-Type: text/plain
Route:
 <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
v:  SIP  / 2.0  / TCP     spindle.example.com   ;
  branch  =   z9hG4bK9ikj8  ,
 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
 z9hG4bK30239
m:"Quoted string \"\"" <sip:jdrosen@example.com> ; newparam =
      newvalue ;
  secondparam ; q = 0.33

hello`, "\n", "\r\n")),
		"intmeth": compose("!odd-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0", "",
			"Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~",
			"To: \"BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f\" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com>",
			"From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%=\"работающий\";tag=_token~1'+`*%!-.",
			"Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{",
			"CSeq: 139122385 !odd-Method0123456789_*+`.%indeed'~",
			"extensionHeader-!.%*+_`'~: 大停電"),
		"esc01": compose("INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0", "",
			"To: sip:%75se%72@example.com", "From: <sip:I%20have%20spaces@example.net>;tag=938",
			"Contact: <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>"),
		"escnull": compose("REGISTER sip:example.com SIP/2.0", "",
			"To: sip:null-%00-null@example.com", "From: sip:null-%00-null@example.com;tag=839923423",
			"Contact: <sip:%00@host5.example.com>, <sip:%00%00@host5.example.com>"),
		"esc02": compose("RE%47IST%45R sip:registrar.example.com SIP/2.0", "",
			"To: \"%Z%45\" <sip:resource@example.com>", "From: \"%Z%45\" <sip:resource@example.com>;tag=f232jadfj23",
			"Contact: <sip:alias1@host1.example.com>, <sip:alias2@host2.example.com>"),
		"lwsdisp": compose("OPTIONS sip:user@example.com SIP/2.0", "", "From: caller<sip:caller@example.com>;tag=323"),
		"longreq": compose("INVITE sip:user@example.com SIP/2.0", "",
			"To: \""+strings.Repeat("I have a user name of extreme proportion ", 30)+"\"<sip:user@example.com:6000;"+long+";shortparam>",
			"F: sip:"+strings.Repeat("amazinglylongcallername", 50)+"@example.net;tag=12982"+strings.Repeat("982424", 100)+";unknown"+strings.Repeat("header", 50)+"=x",
			"Unknown-"+strings.Repeat("Long", 100)+"-Name: unknown-"+strings.Repeat("long", 100)+"-value; "+long,
			strings.TrimSuffix(strings.Repeat("Via: SIP/2.0/TCP sip33.example.com;branch=z9hG4bKlong\r\n", 34), "\r\n")),
		"semiuri":    compose("OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0", "", "To: sip:j_user@example.com", "Accept: application/sdp, application/pkcs7-mime,\r\n multipart/mixed, multipart/signed,\r\n message/sip, message/sipfrag"),
		"transports": compose("OPTIONS sip:user@example.com SIP/2.0", "", "Via: SIP/2.0/UDP t1.example.com;branch=z9hG4bKkdjuw\r\nVia: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf\r\nVia: SIP/2.0/TLS t3.example.com;branch=z9hG4bK2980unddj\r\nVia: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en"),
		"mpart01": compose("MESSAGE sip:kumiko@example.org SIP/2.0", "--7a9cbec02ceef655\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\nHello\r\n--7a9cbec02ceef655\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n0\x82\x01R\x06\x09*\n\x86\r\x0a--7a9cbec02cee\x00\r\n--7a9cbec02ceef655--",
			"Content-Type: multipart/mixed;boundary=7a9cbec02ceef655"),
		"unreason":   compose("SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое", ""),
		"noreason":   compose("SIP/2.0 100 ", ""),
		"unkscm":     compose("OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0", ""),
		"novelsc":    compose("OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0", ""),
		"unksm2":     compose("REGISTER sip:example.com SIP/2.0", "", "To: isbn:2983792873", "From: <http://www.example.com>;tag=3234233", "Contact: <name:John_Smith>"),
		"bext01":     compose("OPTIONS sip:user@example.com SIP/2.0", "", "Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis", "Require: nothingSupportsThis, nothingSupportsThisEither"),
		"invut":      compose("INVITE sip:user@example.com SIP/2.0", "<audio>\r\n <pcmu port=\"443\"/>\r\n</audio>", "Content-Type: application/unknownformat"),
		"regaut01":   compose("REGISTER sip:example.com SIP/2.0", "", "Authorization: NoOneKnowsThisScheme opaque-data=here"),
		"bcast":      compose("SIP/2.0 200 OK", "", "Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923\r\nVia: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23"),
		"zeromf":     compose("OPTIONS sip:user@example.com SIP/2.0", "", "Max-Forwards: 0"),
		"cparam01":   compose("REGISTER sip:example.com SIP/2.0", "", "Contact: sip:+19725552222@gw1.example.net;unknownparam"),
		"cparam02":   compose("REGISTER sip:example.com SIP/2.0", "", "Contact: <sip:+19725552222@gw1.example.net;unknownparam>"),
		"regescrt":   compose("REGISTER sip:example.com SIP/2.0", "", "Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>"),
		"sdp01":      compose("INVITE sip:user@example.com SIP/2.0", "v=0\r\n", "Content-Type: application/sdp", "Accept: text/nobodyKnowsThis"),
		"inv2543":    compose("INVITE sip:UserB@example.com SIP/2.0", "v=0\r\n", "Via: SIP/2.0/UDP iftgw.example.com", "From: <sip:+13035551111@ift.client.example.net;user=phone>", "Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>", "To: sip:+16505552222@ss1.example.net;user=phone", "Content-Type: application/sdp", "-Max-Forwards", "-Contact", "-Content-Length"),
		"tel":        compose("INVITE tel:+1-201-555-0123;phone-context=example.com SIP/2.0", ""),
		"wildcard":   compose("REGISTER sip:example.com SIP/2.0", "", "Contact: *", "Expires: 0"),
		"utf8":       compose("MESSAGE sip:user@example.com SIP/2.0", "", "From: \"Jürgen\" <sip:j@example.com>;tag=1", "Subject: naïve"),
		"outbound":   compose("REGISTER sip:example.com SIP/2.0", "", "Contact: <sip:line1@192.0.2.2;transport=tcp>;reg-id=1;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\"", "Supported: path, outbound"),
		"digest":     compose("REGISTER sip:example.com SIP/2.0", "", "Authorization: Digest username=\"bob\", realm=\"a, b\",\r\n nonce=\"84a4\\\"cc\", uri=\"sip:ss2.biloxi.example.com\", response=\"dfe5\""),
		"warning":    compose("SIP/2.0 488 Not Acceptable Here", "", "Warning: 307 isi.edu \"Session parameter 'foo' not understood\", 301 isi.edu \"Incompatible, \\\"E.164\\\"\"", "Retry-After: 18000 (I'm \\) in a (long) meeting);duration=3600"),
		"Identity":   compose("INVITE sip:user@example.com SIP/2.0", "", "Identity: \"ZYNBbHC00VMZr2kZt6VmCvPonWJMGvQTBDqghoWeLxJfzB2a1pxAr3VgrB0SsSAa\r\n ifsRdiOPoQZYOy2wrVghuhcsMbHWUSFxI6p6q5TOQXHMmz6uEo3svJsSH49thyGn\r\n FVcnyaZ++yRlBYYQTLqWzJ+KVhPKbfU/pryhVn9Yc6U=\"", "Identity-Info: <https://atlanta.example.com/atlanta.cer>;alg=rsa-sha1"),
		"PASSporT":   compose("INVITE sip:user@example.com SIP/2.0", "", "Identity: eyJh.eyJk.sv7C;info=<https://cert.example.org/passport.cer>;alg=ES256;ppt=shaken"),
		"keep-alive": append([]byte("\r\n\r\n\r\n"), compose("OPTIONS sip:user@example.com SIP/2.0", "")...),
		// RFC 5118 section 4.
		"ipv6-good":        compose("REGISTER sip:[2001:db8::10] SIP/2.0", "", "Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111", "Call-ID: SSG9559905523997077@hlau_4100", "Contact: \"Caller\" <sip:caller@[2001:db8::1]>"),
		"port-ambiguous":   compose("REGISTER sip:[2001:db8::10:5070] SIP/2.0", ""),
		"port-unambiguous": compose("REGISTER sip:[2001:db8::10]:5070 SIP/2.0", ""),
		"received-delim":   compose("BYE sip:[2001:db8::10] SIP/2.0", "", "Via: SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111"),
		"received-nodelim": compose("OPTIONS sip:[2001:db8::10] SIP/2.0", "", "Via: SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3"),
		"mult-ip":          compose("BYE sip:user@host.example.net SIP/2.0", "", "Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144\r\nVia: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200"),
		"ipv4-mapped":      compose("INVITE sip:user@example.com SIP/2.0", "", "Contact: \"T. desk phone\" <sip:ted@[::ffff:192.0.2.2]>", "Via: SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19"),
		"3-colons":         compose("OPTIONS sip:user@[2001:db8:::192.0.2.1] SIP/2.0", "", "To: sip:user@[2001:db8:::192.0.2.1]"),
	} {
		m := Parse(src)
		if codes := found(m, Error); len(codes) > 0 {
			t.Errorf("%s: %v", name, codes)
			for _, v := range m.Violations {
				if v.Severity == Error {
					t.Logf("  %+v at %q", v, src[v.Range[0]:v.Range[1]])
				}
			}
		}
		if m.Rest != len(src) {
			t.Errorf("%s: ends at %d of %d", name, m.Rest, len(src))
		}
	}
}

// What RFC 4475 sections 3.1.2 to 3.3 call invalid: the errors are these, and no
// others, and the place is where the text says.
func TestTortureInvalid(t *testing.T) {
	options := "OPTIONS sip:user@example.com SIP/2.0"
	for _, test := range []struct {
		name  string
		src   []byte
		codes string // of errors, sorted
		place string // what the first of these is about, when it is not the empty text
	}{
		{"badinv01", compose("INVITE sip:user@example.com SIP/2.0", "", "To: sip:j.user@example.com;", "Contact: \"Joe\" <sip:joe@example.org>;;;;", "Via: SIP/2.0/UDP 192.0.2.15;;,;,,"), "empty-element empty-parameter via", ";"},
		{"clerr", compose(options, "v=0\r\n", "Content-Type: application/sdp", "Content-Length: 9999"), "content-length", "9999"},
		{"ncl", compose(options, "", "Content-Length: -999"), "content-length", "-999"},
		{"scalar02", compose("REGISTER sip:example.com SIP/2.0", "", "CSeq: 36893488147419103232 REGISTER", "Max-Forwards: 300", "Expires: 10000000000000000000000000000000", "Contact: <sip:user@host129.example.com>;expires=280297596632815"), "number-range", "36893488147419103232"},
		{"scalarlg", compose("SIP/2.0 503 Service Unavailable", "", "CSeq: 9292394834772304023312 OPTIONS", "Retry-After: 949302838503028349304023988", "Warning: 1812 overture \"In Progress\""), "number-range warning", ""},
		{"quotbal", compose("INVITE sip:user@example.com SIP/2.0", "", "To: \"Mr. J. User <sip:j.user@example.com>"), "quoted-string", "\"Mr. J. User <sip:j.user@example.com>"},
		{"ltgtruri", compose("INVITE <sip:user@example.com> SIP/2.0", ""), "request-uri-brackets", "<sip:user@example.com>"},
		{"lwsruri", compose("INVITE sip:user@example.com; lr SIP/2.0", ""), "uri-space", " "},
		{"lwsstart", compose("INVITE  sip:user@example.com  SIP/2.0", ""), "start-line-space", "  sip:user@example.com  "},
		{"trws", compose("OPTIONS sip:remote-target@example.com SIP/2.0  ", ""), "start-line-space", "  "},
		{"escruri", compose("INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0", ""), "request-uri-headers", "sip:user@example.com?Route=%3Csip:example.com%3E"},
		{"baddate", compose("INVITE sip:user@example.com SIP/2.0", "", "Date: Fri, 01 Jan 2010 16:00:00 EST"), "date", "Fri, 01 Jan 2010 16:00:00 EST"},
		{"regbadct", compose("REGISTER sip:example.com SIP/2.0", "", "Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E"), "unbracketed-uri", "?Route=%3Csip:sip.example.com%3E"},
		{"badaspec", compose(options, "", "To: \"Watson, Thomas\" < sip:t.watson@example.org >"), "addr-spec-space", "< sip:t.watson@example.org >"},
		{"baddn", compose(options, "", "From: Bell, Alexander <sip:a.g.bell@example.com>;tag=433423"), "display-name", ","},
		{"badvers", compose("OPTIONS sip:t.watson@example.org SIP/7.0", "", "Via: SIP/7.0/UDP c.example.com;branch=z9hG4bKkdjuw"), "version via-version", "SIP/7.0"},
		{"mismatch01", compose(options, "", "CSeq: 8 INVITE"), "cseq-method", "8 INVITE"},
		{"mismatch02", compose("NEWMETHOD sip:user@example.com SIP/2.0", "", "CSeq: 8 INVITE"), "cseq-method", "8 INVITE"},
		{"bigcode", compose("SIP/2.0 4294967301 better not break the receiver", ""), "status-code", "4294967301"},
		{"badbranch", compose(options, "", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK"), "branch", "branch=z9hG4bK"},
		{"insuf", compose("INVITE sip:user@example.com SIP/2.0", "", "-To", "-From", "-Call-ID"), "missing-header", "INVITE sip:user@example.com SIP/2.0"},
		{"multi01", compose("INVITE sip:user@company.com SIP/2.0", "", "CSeq: 5 INVITE\r\nCSeq: 59 INVITE", "Call-ID: a\r\nCall-ID: b", "To: sip:a@example.com\r\nTo: sip:b@example.com", "Max-Forwards: 70\r\nMax-Forwards: 5"), "duplicate-header", "CSeq: 59 INVITE\r\n"},
		{"mcl01", compose(options, "", "Content-Length: 13\r\nContent-Length: 5"), "content-length duplicate-header", "13"},
		{"ipv6-bad", compose("REGISTER sip:2001:db8::10 SIP/2.0", ""), "host port", "2001"},
		{"no colon", compose(options, "", "This line is no field"), "no-colon", "This line is no field"},
		{"bad name", compose(options, "", "Bad(name): x"), "field-name", "Bad(name)"},
		{"control", compose(options, "", "Subject: a\x01b"), "control-character", "\x01"},
		{"latin-1", compose(options, "", "Subject: na\xefve"), "utf-8", "\xef"},
		{"%zz", compose("OPTIONS sip:us%zzer@example.com SIP/2.0", ""), "uri-escape", "%zz"},
		{"no angle", compose(options, "", "Route: sip:p.example.com;lr"), "unbracketed-uri", "sip:p.example.com"},
		{"wildcard", compose("REGISTER sip:example.com SIP/2.0", "", "Contact: *"), "contact-wildcard", "*"},
		{"q", compose("REGISTER sip:example.com SIP/2.0", "", "Contact: <sip:a@b>;q=1.5"), "q-value", "q=1.5"},
		{"call-id", compose(options, "", "Call-ID: a b"), "call-id", "a b"},
		{"no type", compose("MESSAGE sip:user@example.com SIP/2.0", "hello"), "missing-content-type", "hello"},
		{"reg user", compose("REGISTER sip:user@example.com SIP/2.0", ""), "register-uri", "sip:user@example.com"},
		{"fold first", compose(options+"\r\n x: y", ""), "fold-without-field", " x: y"},
		{"no version", compose("OPTIONS sip:user@example.com", ""), "start-line", "OPTIONS sip:user@example.com"},
		{"no start line", compose("My header: x", ""), "field-name no-start-line", "My header: x"},
		{"nonsense", compose("nonsense", ""), "no-start-line", "nonsense"},
		{"no end", []byte("OPTIONS sip:user@example.com SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nTo: <sip:a@b>\r\nFrom: <sip:a@b>;tag=1\r\nCall-ID: a\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 7\r\n"), "no-blank-line", ""},
		{"Identity", compose(options, "", "Identity: abcd"), "identity", "abcd"},
	} {
		m := Parse(test.src)
		if got := strings.Join(found(m, Error), " "); got != test.codes {
			t.Errorf("%s: errors %q, want %q: %+v", test.name, got, test.codes, m.Violations)
			continue
		}
		for _, v := range m.Violations {
			if v.Range[0] < 0 || v.Range[0] > v.Range[1] || v.Range[1] > len(test.src) || v.Offset != v.Range[0] {
				t.Errorf("%s: range %v", test.name, v)
			}
			if !strings.HasPrefix(v.Reference, "RFC ") {
				t.Errorf("%s: reference %q of %s", test.name, v.Reference, v.Code)
			}
		}
		for _, v := range m.Violations {
			if v.Severity == Error {
				if got := string(test.src[v.Range[0]:v.Range[1]]); test.place != "" && got != test.place {
					t.Errorf("%s: %s is about %q, want %q", test.name, v.Code, got, test.place)
				}
				break
			}
		}
	}
}

// What is tolerated is said all the same.
func TestWarnings(t *testing.T) {
	const start = "OPTIONS sip:user@example.com SIP/2.0"
	for _, test := range []struct {
		name, codes string
		src         []byte
	}{
		{"parameter", "parameter-value", compose(start, "", "From: <sip:a@b>;tag=x;y=a/b;z=\"a/b\";i=[::1]:5060")},
		{"method", "method-case", compose("options sip:user@example.com SIP/2.0", "", "CSeq: 1 options")},
		{"3 colons", "host", compose("OPTIONS sip:user@[2001:db8:::192.0.2.1] SIP/2.0", "")},
		{"broadcast", "via-broadcast", compose(start, "", "Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1")},
		{"first SIP", "missing-branch missing-max-forwards missing-tag", compose(start, "", "Via: SIP/2.0/UDP a", "From: sip:a@b", "-Max-Forwards")},
		{"space line", "space-only-line", compose(start, "", "Subject: a\r\n ")},
		{"basic", "auth-basic", compose(start, "", "Authorization: Basic QWxhZGRpbg==")},
		{"bearer", "", compose(start, "", "Authorization: Bearer QWxhZGRpbg==")},
		{"reason", "start-line-space", compose("SIP/2.0 200", "")},
		{"duplicate type", "", compose("MESSAGE sip:a@example.com SIP/2.0", "x", "Content-Type: text/plain\r\nc: text/html")},
	} {
		if got := strings.Join(found(Parse(test.src), Warning), " "); got != test.codes {
			t.Errorf("%s: %q, want %q", test.name, got, test.codes)
		}
	}
}

// Two requests in one datagram, of which the second is a message in a stream
// (RFC 4475 section 3.1.1.8), and empty lines between messages.
func TestParseAll(t *testing.T) {
	first := compose("REGISTER sip:example.com SIP/2.0", "")
	second := compose("MESSAGE sip:joe@example.com SIP/2.0", "hello\r\n", "Content-Type: text/plain")
	third := compose("SIP/2.0 200 OK", "")
	src := slices.Concat(first, second, []byte("\r\n\r\n"), third, []byte("\r\n"))
	all := ParseAll(src)
	if len(all) != 3 {
		t.Fatalf("%d messages", len(all))
	}
	if a, b, c := all[0], all[1], all[2]; a.Method != "REGISTER" || b.Method != "MESSAGE" || c.Status != 200 ||
		string(src[b.Body[0]:b.Body[1]]) != "hello\r\n" || b.Range[0] != len(first) || c.Range[0] != len(first)+len(second)+4 {
		t.Errorf("%+v %+v %+v", a.Range, b.Range, c.Range)
	}
	for i, m := range all {
		if codes := found(m, Error, Warning); len(codes) > 0 {
			t.Errorf("message %d: %v", i, codes)
		}
	}
	if all := ParseAll(append(first, "junk"...)); len(all) != 1 || !slices.Contains(found(all[0], Warning), "trailing-bytes") {
		t.Errorf("junk after a message: %+v", all[0].Violations)
	}
}

func TestLooksLikeSIP(t *testing.T) {
	for in, want := range map[string]bool{
		"INVITE sip:a@b SIP/2.0\r\n":      true,
		"\r\n\r\nSIP/2.0 200 OK\r\n":      true,
		"SIP/2.0 404\n":                   true,
		"invite sip:a@b sip/2.0  \n":      true,
		"GET / HTTP/1.1\r\n":              false,
		"From: <sip:a@b>\r\n":             false,
		"SIP/2.0\r\n":                     false,
		"":                                false,
		"Content-Type: x SIP/2.0":         false,
		"-----BEGIN CERTIFICATE-----\r\n": false,
	} {
		if got := LooksLikeSIP([]byte(in)); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
}

func TestLineFeedsAlone(t *testing.T) {
	src := []byte(strings.ReplaceAll(string(compose("MESSAGE sip:a@example.com SIP/2.0", "hi", "Content-Type: text/plain")), "\r\n", "\n"))
	m := Parse(src)
	if string(src[m.Body[0]:m.Body[1]]) != "hi" {
		t.Errorf("body %q", src[m.Body[0]:m.Body[1]])
	}
	if got := found(m, Error, Warning); !slices.Equal(got, []string{"bare-lf"}) {
		t.Errorf("%v", got)
	}
}
