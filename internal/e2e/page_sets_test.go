package e2e

import (
	"encoding/json"
	"testing"
)

// Every test scenario and every example of identity ends as its index says, and no request is made for it.
func TestPageSets(t *testing.T) {
	p := openPage(t)
	p.settle()
	for _, set := range []string{"identity", "scenarios"} {
		var all []struct{ ID, Message, Expect, Host, Verdict string }
		if err := json.Unmarshal(read(t, "testdata/"+set+"/index.json"), &all); err != nil {
			t.Fatal(err)
		}
		if len(all) < 19 {
			t.Errorf("only %d in %s", len(all), set)
		}
		for _, e := range all {
			p.example(e.ID)
			p.wait(`document.documentElement.dataset.state && document.querySelector('.given b').textContent === '` + set + `/` + e.Message + `'`)
			got := look[map[string]string](p, `
await until(() => q('.answer'));
const out = { state: q('.answer').dataset.state };
view().querySelector('.tabs [data-tab=certs]')?.click();
await until(() => !q('.tabs [data-tab=certs]') || q('.certificate, .key'));
const tls = q('.tls');
out.host = q('.tls-check[open] [name=host]')?.value ?? '';
if (tls) out.state = tls.dataset.verdict;
return out`)
			if got["state"] != e.Expect || got["host"] != e.Host {
				t.Errorf("%s is %v, not %s for host %q", e.ID, got, e.Expect, e.Host)
			}
		}
	}
	if got := p.requestsAfterLoad(); len(got) > 0 {
		t.Errorf("examples were asked for after the page had loaded: %q", got)
	}
}
