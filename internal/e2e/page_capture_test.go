package e2e

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// packet is a SIP message on its way from one IPv4 address to another, by UDP.
type packet struct {
	from, to string // "192.0.2.1:5060"
	data     string
}

// capture writes packets as a file of libpcap, without link layer (LINKTYPE_RAW), one a quarter of a
// second after the other.
func capture(t *testing.T, packets ...packet) []byte {
	t.Helper()
	le, be := binary.LittleEndian, binary.BigEndian
	address := func(s string) (ip []byte, port uint16) {
		var a, b, c, d byte
		if _, err := fmt.Sscanf(s, "%d.%d.%d.%d:%d", &a, &b, &c, &d, &port); err != nil {
			t.Fatalf("address %s: %v", s, err)
		}
		return []byte{a, b, c, d}, port
	}
	out := le.AppendUint32(nil, 0xa1b2c3d4)
	out = le.AppendUint16(le.AppendUint16(out, 2), 4)
	out = append(out, make([]byte, 8)...)
	out = le.AppendUint32(le.AppendUint32(out, 65535), 101)
	for i, p := range packets {
		src, srcPort := address(p.from)
		dst, dstPort := address(p.to)
		size := 20 + 8 + len(p.data)
		ip := be.AppendUint16([]byte{0x45, 0}, uint16(size))
		ip = append(ip, 0, byte(i), 0x40, 0, 64, 17, 0, 0)
		ip = append(append(ip, src...), dst...)
		sum := 0
		for i := 0; i < len(ip); i += 2 {
			sum += int(be.Uint16(ip[i:]))
		}
		for sum > 0xffff {
			sum = sum&0xffff + sum>>16
		}
		be.PutUint16(ip[10:], ^uint16(sum))
		ip = be.AppendUint16(be.AppendUint16(ip, srcPort), dstPort)
		ip = append(be.AppendUint16(ip, uint16(8+len(p.data))), 0, 0)
		out = le.AppendUint32(le.AppendUint32(out, uint32(1_300_000_000+i/4)), uint32(i%4*250_000))
		out = le.AppendUint32(le.AppendUint32(out, uint32(size)), uint32(size))
		out = append(append(out, ip...), p.data...)
	}
	return out
}

// sipText is a message without a body.
func sipText(start, callID, cseq string) string {
	return start + "\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK" + callID + "\r\nMax-Forwards: 70\r\nFrom: <sip:alice@atlanta.example>;tag=1\r\n" +
		"To: <sip:bob@biloxi.example>\r\nCall-ID: " + callID + "\r\nCSeq: " + cseq + "\r\nContent-Length: 0\r\n\r\n"
}

// dialog is a capture of a call through a proxy, with a signed message in between.
func dialog(t *testing.T) []byte {
	const alice, proxy, bob = "192.0.2.1:5060", "198.51.100.7:5060", "203.0.113.9:5062"
	call := func(from, to, start, cseq string) packet {
		return packet{from, to, sipText(start, "call-1@a.example", cseq)}
	}
	return capture(t,
		packet{alice, proxy, sipText("REGISTER sip:atlanta.example SIP/2.0", "register-1@a.example", "1 REGISTER")},
		call(alice, proxy, "INVITE sip:bob@biloxi.example SIP/2.0", "7 INVITE"),
		call(proxy, alice, "SIP/2.0 100 Trying", "7 INVITE"),
		call(proxy, bob, "INVITE sip:bob@biloxi.example SIP/2.0", "7 INVITE"),
		packet{alice, proxy, string(read(t, "testdata/demo/signed.sip"))},
		call(bob, proxy, "SIP/2.0 180 Ringing", "7 INVITE"),
		call(proxy, alice, "SIP/2.0 180 Ringing", "7 INVITE"),
		call(bob, proxy, "SIP/2.0 200 OK", "7 INVITE"),
		call(proxy, alice, "SIP/2.0 200 OK", "7 INVITE"),
		call(alice, bob, "ACK sip:bob@203.0.113.9 SIP/2.0", "7 ACK"),
		call(bob, alice, "BYE sip:alice@192.0.2.1 SIP/2.0", "8 BYE"),
		call(alice, bob, "SIP/2.0 200 OK", "8 BYE"),
		packet{proxy, alice, sipText("SIP/2.0 200 OK", "register-1@a.example", "1 REGISTER")},
	)
}

// The messages of a capture as a list, which a filter makes shorter, and the dialog of the chosen one as a ladder.
func TestPageCapture(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.drop(file("call.pcap", dialog(t)), file("ca.pem", read(t, "testdata/demo/ca.pem")))
	p.wait(`document.documentElement.dataset.state`)
	type state struct {
		Rows                     []string
		Selected, Message, Found string
		Arrows                   []string
		Current                  string
	}
	const gather = `
const now = () => ({ rows: all('.message-row').map((r) => r.querySelector('.what').textContent), selected: text('.message-row[aria-selected=true] .what'),
  message: text('.message > h3'), found: text('.message-list > .found'), arrows: all('.arrow').map((a) => a.querySelector('.label').textContent),
  current: text('.arrow[aria-current] .label') });
`
	got := look[state](p, gather+`await until(() => q('.message-row[aria-selected=true]')); view().querySelector('.tabs [data-tab=message]').click(); return now()`)
	if len(got.Rows) != 13 || !strings.HasPrefix(got.Selected, "MESSAGE") || !strings.HasPrefix(got.Message, "SIP MESSAGE") || len(got.Arrows) != 1 {
		t.Errorf("at first: %+v", got)
	}
	got = look[state](p, gather+`
const filter = q('.filter'); filter.value = 'call-1 invite'; filter.dispatchEvent(new Event('input'));
await until(() => all('.message-row').length < 13);
const rows = now();
all('.message-row')[0].click();
await until(() => text('.message > h3').startsWith('SIP INVITE'));
return { ...now(), found: rows.found }`)
	if len(got.Rows) != 7 || !strings.Contains(got.Found, "7 of 13") {
		t.Errorf("filtered: %+v", got)
	}
	if len(got.Arrows) != 10 || got.Arrows[0] != "INVITE" || got.Arrows[1] != "100 Trying" || got.Current != "INVITE" {
		t.Errorf("the ladder: %+v", got)
	}
	// By an arrow, then on by the keyboard.
	got = look[state](p, gather+`
all('.arrow')[8].dispatchEvent(new MouseEvent('click', { bubbles: true }));
await until(() => text('.message > h3').startsWith('SIP BYE'));
q('.arrow[aria-current]').focus(); return now()`)
	if got.Current != "BYE" {
		t.Errorf("after a click on an arrow: %+v", got)
	}
	p.key(kb.ArrowDown, kb.Enter)
	got = look[state](p, gather+`await until(() => text('.message > h3').startsWith('SIP 200')); return { ...now(), found: String(view().activeElement?.classList.contains('arrow')) }`)
	if got.Current != "200 OK" || got.Found != "true" {
		t.Errorf("after arrow down and Enter: %+v", got)
	}
	// The list by the keyboard: it keeps the focus.
	look[bool](p, `const filter = q('.filter'); filter.value = ''; filter.dispatchEvent(new Event('input')); await until(() => all('.message-row').length === 13); q('.message-rows').focus(); return true`)
	p.key(kb.Home, kb.ArrowDown, kb.ArrowDown, kb.ArrowDown, kb.ArrowDown, enterKey)
	got = look[state](p, gather+`await until(() => text('.message-row[aria-selected=true] .what').startsWith('MESSAGE') && text('.sentence')); return { ...now(), found: String(view().activeElement?.classList.contains('message-rows')), current: q('.answer').dataset.state }`)
	if got.Found != "true" || got.Current == "plain" {
		t.Errorf("by the keyboard: %+v", got)
	}
	// Only the sealed, and the dialog as a list.
	got = look[state](p, gather+`q('.only-sealed input').click(); await until(() => all('.message-row').length === 1); return { ...now(), arrows: all('.ladder-list button').map((b) => b.textContent) }`)
	if len(got.Arrows) != 1 || !strings.Contains(got.Arrows[0], "MESSAGE from 192.0.2.1:5060 to 198.51.100.7:5060 over UDP") {
		t.Errorf("the ladder as a list: %q", got.Arrows)
	}
}

// Nothing of a capture is wider than the page, in any width and colour; and pictures for a person to look at.
func TestPageCaptureWidths(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.drop(file("call.pcap", dialog(t)))
	p.wait(`document.documentElement.dataset.state`)
	look[bool](p, `(await until(() => all('.message-row')[1])).click(); await until(() => all('.arrow').length === 10); return true`)
	for _, scheme := range []string{"light", "dark"} {
		run[bool](p, `const s = document.querySelector('#theme'); s.value = '`+scheme+`'; s.dispatchEvent(new Event('change')); return true`)
		for _, width := range []int64{320, 768, 1440} {
			p.viewport(width, 900)
			wide := look[string](p, `await new Promise((r) => requestAnimationFrame(() => setTimeout(r, 100)));
const list = q('.message-rows');
return [document.documentElement.scrollWidth - innerWidth, list.scrollWidth - list.clientWidth].filter((n) => n > 0).join()`)
			if wide != "" {
				t.Errorf("at %d pixels it is too wide by %s", width, wide)
			}
			for _, problem := range look[[]string](p, audit) {
				t.Errorf("%s, at %d pixels: %s", scheme, width, problem)
			}
			p.screenshot("capture-" + scheme + "-" + strconv.FormatInt(width, 10))
		}
	}
	p.do(chromedp.EmulateReset())
}

// Of very many messages those in sight exist, and each is inspected when it is chosen.
func TestPageManyMessages(t *testing.T) {
	t.Parallel()
	const count = 5000
	template := capture(t, packet{"192.0.2.1:5060", "192.0.2.2:5060", sipText("OPTIONS sip:bob@biloxi.example SIP/2.0", "n000000@a.example", "1 OPTIONS")})
	// Made in the page, so that it does not have to get there.
	numbers, err := json.Marshal(func() (out []int) {
		for _, b := range template {
			out = append(out, int(b))
		}
		return
	}())
	if err != nil {
		t.Fatal(err)
	}
	p := openPage(t)
	run[bool](p, `const template = new Uint8Array(`+string(numbers)+`), head = 24, size = template.length - head, count = `+strconv.Itoa(count)+`;
const all = new Uint8Array(head + count * size);
all.set(template.subarray(0, head));
const at = new TextDecoder('latin1').decode(template).indexOf('Call-ID: n') + 10 - head;
for (let i = 0; i < count; i++) {
  all.set(template.subarray(head), head + i * size);
  all.set(new TextEncoder().encode(String(i).padStart(6, '0')), head + i * size + at);
}
const dataTransfer = new DataTransfer();
dataTransfer.items.add(new File([all], 'many.pcap'));
document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
return true`)
	p.wait(`document.documentElement.dataset.state`)
	got := look[map[string]string](p, `
view().querySelector('.tabs [data-tab=message]').click();
await until(() => text('.headers').includes('n000000@'));
const out = { rows: String(all('.message-row').length), size: q('.message-row').getAttribute('aria-setsize') };
const filter = q('.filter'); filter.value = 'n004321@'; filter.dispatchEvent(new Event('input'));
await until(() => all('.message-row').length === 1);
q('.message-row').click();
await until(() => text('.headers').includes('n004321@'));
out.headers = String(all('.headers tbody tr').length);
out.ladder = String(all('.arrow').length);
return out`)
	if rows, _ := strconv.Atoi(got["rows"]); rows < 8 || rows > 60 || got["size"] != strconv.Itoa(count) {
		t.Errorf("the list: %v", got)
	}
	if got["headers"] != "7" || got["ladder"] != "1" {
		t.Errorf("a message in brief that was chosen: %v", got)
	}
}
