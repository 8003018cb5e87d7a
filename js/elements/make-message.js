// @ts-check
// The third step: a message, its seals, and what is wrong with it.

import { fill, h } from './h.js';
import { download } from './files.js';
import { button, check, choice, grid, line, lines, values } from './make-fields.js';

/** The orders of seals, from the inside out. @type {Record<string, ('sign' | 'encrypt')[]>} */
const SEALS = {
  sign: ['sign'],
  encrypt: ['encrypt'],
  'sign-encrypt': ['sign', 'encrypt'],
  'encrypt-sign': ['encrypt', 'sign'],
  triple: ['sign', 'encrypt', 'sign'],
  none: [],
};

/** @type {[string, string][]} */
const SEAL_NAMES = [
  ['sign', 'signed'],
  ['encrypt', 'encrypted'],
  ['sign-encrypt', 'signed, then encrypted'],
  ['encrypt-sign', 'encrypted, then signed'],
  ['triple', 'triple-wrapped: signed, encrypted, signed'],
  ['none', 'not sealed'],
];

/** How forms are saved: name of the button, end of the file name, type. */
const SAVES = /** @type {const} */ ([
  ['bytes', 'Save as bytes', '.sip', 'application/octet-stream'],
  ['text', 'Save as RFC text', '.txt', 'text/plain'],
  ['hex', 'Save as hex', '.hex', 'text/plain'],
  ['pcap', 'Save as pcap', '.pcap', 'application/vnd.tcpdump.pcap'],
]);

/**
 * @param {import('./make.js').Context} ctx
 * @returns {HTMLElement}
 */
export function messageStep(ctx) {
  const { state, choices, act, inspect } = ctx;
  const people = h('div', { class: 'make-fields' });
  const form = h('div', { class: 'make-step-body' },
    grid(
      choice('method', 'Method', ['MESSAGE', 'INVITE', 'REGISTER', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH', 'INFO', 'OPTIONS', 'BYE']),
      line('from', 'From', { value: 'sip:alice@atlanta.example' }),
      line('to', 'To', { value: 'sip:bob@biloxi.example' }),
      line('request-uri', 'Request-URI', { hint: 'Empty: that of To.' }),
      choice('seals', 'Seals', SEAL_NAMES),
      choice('form', 'Signature', [['detached', 'detached: multipart/signed'], ['opaque', 'opaque: inside the object']]),
      choice('encoding', 'Transfer encoding', ['binary', 'base64']),
      choice('digest', 'Digest', [['', 'the usual one'], ...choices.digests]),
      choice('cipher', 'Cipher', choices.ciphers, { value: 'AES-128-CBC' }),
      lines('body', 'Body', { value: 'Watson, come here.\n', rows: 3 }),
    ),
    h('details', null, h('summary', null, 'More of the message and its seals'), grid(
      line('status', 'Status', { type: 'number', hint: 'Makes it a response, for example 200.' }),
      line('content-type', 'Content-Type of the body', { hint: 'Empty: text/plain, or application/sdp for an INVITE.' }),
      lines('headers', 'More header fields', { rows: 3, hint: 'Name: value, one a line. One that is there already is replaced; without a value it is left out.' }),
      check('aib', 'Sign an authenticated identity body (RFC 3893) beside the body'),
      check('null', 'NULL as parameters of the digest', false),
      check('no-attributes', 'No signed attributes'),
      check('attach', 'Attach the signers’ certificates', true),
      check('combined', 'Signature algorithm with its digest (sha256WithRSAEncryption)'),
      check('pss', 'RSASSA-PSS'),
      check('oaep', 'RSAES-OAEP'),
      check('by-key', 'Name certificates by key identifier'),
      check('bad-digest', 'A digest attribute that is wrong'),
      check('bad-signature', 'A signature that does not hold'),
      line('micalg', 'micalg', { hint: 'Empty: the right one.' }),
      line('signing-time', 'Signing time', { hint: 'ISO 8601; “none” leaves it out; empty: now.' }),
    ), h('p', { class: 'hint' }, 'Who signs and who can open it: by default the sender, and sender and recipient. Chosen here:'), people),
    h('details', null, h('summary', null, 'Damage it on the way'), grid(
      h('fieldset', { class: 'wide' }, h('legend', null, 'Damages, in this order'),
        choices.damages.map((d) => h('div', null, check('damage', d.title, false, d.id), h('p', { class: 'hint' }, d.description)))),
      line('at', 'Byte to flip', { type: 'number', hint: 'Counted from 0; empty: the middle of the body.' }),
    )),
  );
  const v = values(form);
  form.addEventListener('change', (event) => {
    const target = /** @type {HTMLInputElement} */ (event.target);
    if (target.name !== 'method') return;
    if (target.value === 'INVITE' && !v.text('body').startsWith('v=0')) v.set('body', choices.sdp.replaceAll('\r\n', '\n'));
  });
  const show = () => fill(people, state.made.filter((m) => m.key).map((m, i) => h('fieldset', null, h('legend', null, m.address),
    check('signer', 'signs', false, String(i)), check('recipient', 'can open it', false, String(i)))));
  state.addEventListener('change', () => {
    const kept = { signer: v.list('signer'), recipient: v.list('recipient') };
    show();
    for (const [name, list] of Object.entries(kept)) {
      for (const c of people.querySelectorAll(`[name=${name}]`)) {
        const box = /** @type {HTMLInputElement} */ (c);
        box.checked = list.includes(box.value);
      }
    }
  });
  const make = () => message(ctx, v);
  return h('section', { class: 'make-step', 'aria-labelledby': 'make-message' },
    h('h2', { id: 'make-message' }, '3. A message'),
    h('p', null, 'Certificates for sender and recipient are made when there are none yet.'),
    form,
    h('div', { class: 'acts' },
      button('Make it and open it in the inspector', (b) => act(b, async () => inspect(await make(), 'message.sip')), { primary: true, name: 'open-message' }),
      SAVES.map(([name, label, suffix, type]) => button(label, (b) => act(b, async () => {
        download('message' + suffix, type, await state.maker.form(await make(), name));
        return 'Saved.';
      }), { name: 'save-' + name }))));
}

/**
 * @param {import('./make.js').Context} ctx
 * @param {ReturnType<typeof values>} v
 * @returns {Promise<Uint8Array>}
 */
async function message({ state }, v) {
  const wanted = SEALS[v.text('seals')];
  const able = state.made.filter((m) => m.key);
  let signers = v.list('signer').map((i) => able[Number(i)]);
  let recipients = v.list('recipient').map((i) => able[Number(i)]);
  if (wanted.includes('sign') && signers.length === 0) {
    signers = [await state.user(Number(v.text('status')) ? v.text('to') : v.text('from'))];
  }
  if (wanted.includes('encrypt') && recipients.length === 0) {
    recipients = [await state.user(v.text('from')), await state.user(v.text('to'))];
  }
  /** @param {'sign' | 'encrypt'} kind @returns {import('../sipseal-make.js').LayerDescription} */
  const layer = (kind) => ({
    kind,
    opaque: v.text('form') === 'opaque',
    base64: v.text('encoding') === 'base64',
    ...(kind === 'encrypt'
      ? {
          cipher: v.text('cipher'),
          recipients: recipients.map((r) => ({ certificate: r.certificate, oaep: v.on('oaep'), byKeyID: v.on('by-key') })),
        }
      : {
          micalg: v.text('micalg'),
          attach: v.on('attach') ? [...signers.map((s) => s.certificate), ...state.between] : [],
          signers: signers.map((s) => ({
            certificate: s.certificate, key: s.key, digest: v.text('digest'), pss: v.on('pss'), nullParams: v.on('null'),
            combinedOID: v.on('combined'), noAttributes: v.on('no-attributes'), signingTime: v.text('signing-time'),
            byKeyID: v.on('by-key'), badSignature: v.on('bad-signature'), badDigest: v.on('bad-digest'),
          })),
        }),
  });
  const at = v.text('at') === '' ? undefined : Number(v.text('at'));
  return state.maker.message({
    method: v.text('method'), from: v.text('from'), to: v.text('to'), requestURI: v.text('request-uri'),
    status: Number(v.text('status')) || undefined, headers: v.rows('headers'), contentType: v.text('content-type'),
    body: v.text('body'), aib: v.on('aib'), layers: wanted.map(layer),
    damages: v.list('damage').map((id) => ({ id, at })),
  });
}
