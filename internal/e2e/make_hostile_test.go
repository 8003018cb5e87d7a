package e2e

// Hostile input on the page that makes things: what is typed into its fields, the files
// that it is given, and what the core says of them.

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/craft"
)

// The page takes bait in every field and in its files: what it can make of it, it lists,
// opens and saves; of the rest it complains. None of it is more than text.
func TestMakeHostileContent(t *testing.T) {
	t.Parallel()
	v := newVillain(t)
	key := v.craftKey(t)
	request, err := craft.Request(craft.Certificate{Subject: []string{"CN=" + oneLine(bait)}}, key)
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, "/", nil)
	p := openURL(t, s.url+"make.html")
	p.wait(`document.querySelector('sipseal-maker').dataset.ready`)
	run[bool](p, `await document.querySelector('sipseal-inspector').prepare(); return true`)
	p.watch()
	before := p.quiet(s)
	line, _ := json.Marshal(oneLine(bait))
	csr, _ := json.Marshal(string(craft.RequestPEM(request)))
	got := patiently[visited](p, makeLookups+handed(t, []given{
		file(bait+".pem", append(v.pem(), v.keyPEM(t)...)), file(acting+".sip", hostileMessage(t, v)),
	})+`
const LINE = `+string(line)+`, CSR = `+string(csr)+`, BAIT = `+quote(bait)+`;
const pause = (ms = 15) => new Promise((r) => setTimeout(r, ms));
const wrong = [], said = [];
const note = (where) => { for (const x of scan()) wrong.push(where + ': ' + x); };
const root = () => document.querySelector('.opened sipseal-inspector').shadowRoot;
const pressed = async (b, where) => {
  b.click();
  while (b.disabled && b.isConnected || make.dataset.busy) await pause();
  said.push(status());
  note(where + ' ' + b.dataset.act);
};
const every = async (where, acts) => {
  for (const act of acts) for (const b of [...make.querySelectorAll('[data-act="' + act + '"]')].slice(-2)) if (b.isConnected) await pressed(b, where);
};
const opened = async (where) => {
  for (const tab of root().querySelectorAll('.tabs > [role=tab]')) {
    tab.click();
    await pause(60);
    for (const d of root().querySelectorAll('details')) d.open = true;
    note(where + ', ' + tab.dataset.tab);
  }
};
const acts = ['make-ca', 'take-ca', 'make-intermediate', 'save-crl', 'save-ca', 'fill', 'read-request', 'make-certificate', 'save-certificate', 'open-certificate',
  'promote', 'revoke', 'make-message', 'open-message', 'save-message-bytes', 'save-message-text', 'open-broken', 'save-broken-hex'];
for (const d of make.querySelectorAll('details')) d.open = true;
for (const name of ['ca-key', 'below-key', 'key-type', 'kit-key']) set(name, 'ECDSA P-256');
// Nothing but bait: what cannot be made is complained of.
const fields = [...make.querySelectorAll('textarea, input:not([type=checkbox], [type=file], [type=number])')];
const usual = fields.map((f) => f.value);
for (const f of fields) { f.value = LINE; f.dispatchEvent(new Event('input', { bubbles: true })); }
await every('bait alone', acts);
const complaints = said.splice(0);
// What was there, with bait in its names and texts.
fields.forEach((f, i) => { f.value = usual[i]; });
for (const [name, value] of Object.entries({ 'ca-subject': 'O=' + LINE + '\nCN=' + LINE, 'below-subject': 'CN=' + LINE, address: 'mallory' + LINE.replace(/@/g, '') + '@example.com',
  from: 'sip:mallory' + LINE + '@example.com', headers: 'Subject: ' + LINE + '\nX-' + LINE + ': ' + LINE, reason: LINE, boundary: LINE, body: BAIT, csr: CSR, micalg: LINE })) set(name, value);
await every('bait within', acts);
await opened('bait within');
set('subject', 'CN=' + LINE + '\nO=' + LINE); set('csr', '');
await every('a name of bait', ['make-certificate', 'open-certificate', 'save-certificate', 'promote']);
await opened('a name of bait');
// Files.
for (const name of ['ca-files', 'source-file']) {
  const input = make.querySelector('[name=' + name + ']');
  const files = new DataTransfer();
  files.items.add(dataTransfer.files[name === 'ca-files' ? 0 : 1]);
  input.files = files.files;
  input.dispatchEvent(new Event('change'));
}
await pause(200);
set('ca-password', ''); set('at', '');
make.querySelector('[name=damage]').click();
await every('files', ['take-ca', 'save-ca', 'open-broken', 'save-broken-text']);
await opened('files');
set('at', LINE);
await every('a place of bait', ['open-broken']);
for (const language of ['de', 'en']) {
  const s = document.querySelector('#language');
  s.value = language; s.dispatchEvent(new Event('change'));
  await pause(400);
  note('in ' + language);
}
const files = {};
for (const s of saved.splice(0)) files[s.name] = '';
return { wrong: [...new Set(wrong)].slice(0, 30), files, copied: [complaints.length + ' complaints', ...new Set(complaints), '--', ...new Set(said)] };`)
	for _, w := range got.Wrong {
		t.Error(w)
	}
	if len(got.Files) < 4 {
		t.Errorf("only %d files were saved", len(got.Files))
	}
	heard := strings.Join(got.Copied, "\n")
	for _, want := range []string{"onerror=baited()", "<U+202E>"} {
		if !strings.Contains(heard, want) {
			t.Errorf("nothing that the page says has %s, only %s", want, heard)
		}
	}
	checkSaved(t, visited{Files: got.Files})
	p.stillQuiet(s, before)
}
