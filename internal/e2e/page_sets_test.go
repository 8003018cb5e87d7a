package e2e

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Every test scenario and every example of identity ends as its index says, and no request is made for it.
func TestPageSets(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.settle()
	for _, set := range []string{"identity", "scenarios"} {
		var all []struct{ ID, Message, Expect, Host, Mechanism, Verdict, Reason, Finding string }
		if err := json.Unmarshal(read(t, "testdata/"+set+"/index.json"), &all); err != nil {
			t.Fatal(err)
		}
		if least := map[string]int{"identity": 37, "scenarios": 19}[set]; len(all) < least {
			t.Errorf("only %d in %s", len(all), set)
		}
		for _, e := range all {
			p.example(e.ID)
			p.wait(`document.documentElement.dataset.state && document.querySelector('.given b').textContent === '` + set + `/` + e.Message + `'`)
			got := look[map[string]string](p, `
await until(() => q('.answer'));
const out = { state: q('.answer').dataset.state };
view().querySelector('.tabs [data-tab=seals]')?.click();
const said = (c) => c.dataset.state + ':' + [...c.querySelectorAll('.check[data-ok=false], .check[data-ok=null]')].map((x) => x.dataset.code).join(',');
out.cards = all('.card[data-claim]').map(said).join(' ');
view().querySelector('.tabs [data-tab=notes]')?.click();
await until(() => q('.steps'));
out.findings = all('.findings [data-code]').map((f) => f.dataset.code).join(' ');
view().querySelector('.tabs [data-tab=certs]')?.click();
await until(() => !q('.tabs [data-tab=certs]') || q('.certificate, .key'));
const tls = q('.tls');
out.host = q('.tls-check[open] [name=host]')?.value ?? '';
if (tls && '`+set+`' === 'scenarios') out.state = tls.dataset.verdict;
return out`)
			if got["state"] != e.Expect || got["host"] != e.Host {
				t.Errorf("%s is %v, not %s for host %q", e.ID, got, e.Expect, e.Host)
			}
			if set != "identity" {
				continue
			}
			if e.Mechanism != "" && !slices.ContainsFunc(strings.Fields(got["cards"]), func(card string) bool {
				verdict, codes, _ := strings.Cut(card, ":")
				return verdict == e.Verdict && (e.Reason == "" || slices.Contains(strings.Split(codes, ","), e.Reason))
			}) {
				t.Errorf("%s: no card is %s by %q: %s", e.ID, e.Verdict, e.Reason, got["cards"])
			}
			if e.Finding != "" && !slices.Contains(strings.Fields(got["findings"]), e.Finding) {
				t.Errorf("%s: no finding %s: %s", e.ID, e.Finding, got["findings"])
			}
		}
	}
	if got := p.requestsAfterLoad(); len(got) > 0 {
		t.Errorf("examples were asked for after the page had loaded: %q", got)
	}
}

// An identity that does not hold shows the text that is signed, and a message inside a message is set against the one outside.
func TestPageIdentityAndComparison(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.example("identity_changed")
	p.answered("invalid")
	got := look[map[string]string](p, `
const card = await until(() => q('.card[data-state=invalid]'));
for (const d of card.querySelectorAll('details')) d.open = true;
return { claimed: card.querySelector('.over').textContent, failed: card.querySelector('[data-ok=false]').dataset.code, signed: card.querySelector('.dump').textContent }`)
	if !strings.Contains(got["claimed"], "sip:alice@atlanta.example") || got["failed"] != "signature" || !strings.HasPrefix(got["signed"], "sip:alice@atlanta.example|sip:bob@biloxi.example|") {
		t.Errorf("the identity: %q", got)
	}
	p.example("tunnel_changed")
	p.answered("valid")
	for _, width := range []int64{320, 1440} {
		p.viewport(width, 900)
		rows := look[[]string](p, `
q('.tabs [data-tab=message]').click();
await until(() => q('.sealed-headers tbody tr'));
const wide = document.documentElement.scrollWidth - innerWidth;
return [String(wide > 0), ...all('.sealed-headers tr[data-ok=false]').map((r) => r.textContent)]`)
		if len(rows) != 2 || rows[0] != "false" || !strings.Contains(rows[1], "Subject") || !strings.Contains(rows[1], "Dinner?") || !strings.Contains(rows[1], "Lunch?") {
			t.Errorf("at %d pixels, too wide and what differs: %q", width, rows)
		}
		for _, problem := range look[[]string](p, audit) {
			t.Errorf("at %d pixels: %s", width, problem)
		}
		p.screenshot("comparison-" + strconv.FormatInt(width, 10))
	}
	p.do(chromedp.EmulateReset())
}
