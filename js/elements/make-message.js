// @ts-check
// The third step: a message, its seals, and who signs and opens them.

import { fill, h } from './h.js';
import { download } from './files.js';
import { button, check, choice, grid, group, line, lines, values } from './make-fields.js';
import { able, randomHex } from './make-state.js';

/** The orders of seals, from the inside out. @type {Record<string, ('sign' | 'encrypt')[]>} */
const SEALS = {
  sign: ['sign'],
  encrypt: ['encrypt'],
  'sign-encrypt': ['sign', 'encrypt'],
  'encrypt-sign': ['encrypt', 'sign'],
  triple: ['sign', 'encrypt', 'sign'],
  none: [],
};

const METHODS = ['MESSAGE', 'INVITE', 'REGISTER', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH', 'INFO', 'OPTIONS', 'BYE'];

/** How messages are saved: form, end of the file name, type. */
const SAVES = /** @type {const} */ ([
  ['bytes', '.sip', 'application/octet-stream'],
  ['text', '.txt', 'text/plain'],
  ['hex', '.hex', 'text/plain'],
  ['pcap', '.pcap', 'application/vnd.tcpdump.pcap'],
]);

/**
 * Buttons that save a message in every form.
 * @param {import('./make.js').Context} ctx
 * @param {string} stem of the file's name, and of the buttons'
 * @param {() => Promise<Uint8Array>} message
 */
export function saveButtons({ act, state, t }, stem, message) {
  return SAVES.map(([form, suffix, type]) =>
    button(
      t('msg.save.' + form),
      (b) =>
        act(b, async () => {
          download(stem + suffix, type, await state.maker.form(await message(), form));
          return t('make.saved', { name: stem + suffix });
        }),
      { name: `save-${stem}-${form}` },
    ),
  );
}

/**
 * @param {import('./make.js').Context} ctx
 * @returns {HTMLElement}
 */
export function messageStep(ctx) {
  const { state, choices, act, inspect, t } = ctx;
  const signers = h('div', { class: 'make-fields' });
  const recipients = h('div', { class: 'make-fields' });
  const form = h(
    'div',
    { class: 'make-step-body' },
    grid(
      choice('method', t('msg.method'), METHODS),
      line('from', t('msg.from'), { value: 'sip:alice@atlanta.example' }),
      line('to', t('msg.to'), { value: 'sip:bob@biloxi.example' }),
      choice(
        'seals',
        t('msg.seals'),
        Object.keys(SEALS).map((s) => [s, t('msg.seals.' + s)]),
      ),
      choice(
        'form',
        t('msg.form'),
        ['detached', 'opaque'].map((f) => [f, t('msg.form.' + f)]),
      ),
      choice('encoding', t('msg.encoding'), ['binary', 'base64']),
      choice('digest', t('msg.digest'), [['', t('msg.digest.usual')], ...choices.digests]),
      choice('cipher', t('msg.cipher'), choices.ciphers, { value: 'AES-128-CBC' }),
      choice('signer-fault', t('msg.fault'), [['', t('msg.fault.none')], ...ctx.faults]),
      lines('body', t('msg.body'), { value: 'Watson, come here.\n', rows: 3 }),
    ),
    h(
      'details',
      null,
      h('summary', null, t('msg.more')),
      grid(
        line('request-uri', t('msg.request-uri'), { hint: t('msg.request-uri.hint') }),
        line('status', t('msg.status'), { type: 'number', hint: t('msg.status.hint') }),
        line('reason', t('msg.reason')),
        line('content-type', t('msg.content-type'), { hint: t('msg.content-type.hint') }),
        line('content-length', t('msg.content-length'), { type: 'number', hint: t('msg.content-length.hint') }),
        lines('headers', t('msg.headers'), { rows: 3, hint: t('msg.headers.hint') }),
        check('aib', t('msg.aib')),
        check('binary', t('msg.binary')),
      ),
    ),
    h(
      'details',
      null,
      h('summary', null, t('msg.signing')),
      grid(
        check('null', t('msg.null')),
        check('no-attributes', t('msg.no-attributes')),
        check('attach', t('msg.attach'), true),
        check('combined', t('msg.combined')),
        check('pss', t('msg.pss')),
        check('capabilities', t('msg.capabilities')),
        check('sign-by-key', t('msg.sign-by-key')),
        check('bad-digest', t('msg.bad-digest')),
        check('bad-signature', t('msg.bad-signature')),
        line('micalg', t('msg.micalg'), { hint: t('msg.micalg.hint') }),
        line('boundary', t('msg.boundary'), { hint: t('msg.boundary.hint') }),
        line('protocol', t('msg.protocol'), { hint: t('msg.micalg.hint') }),
        line('signing-time', t('msg.signing-time'), { hint: t('msg.signing-time.hint') }),
        group(t('msg.signers'), t('msg.signers.hint'), signers),
      ),
    ),
    h(
      'details',
      null,
      h('summary', null, t('msg.encrypting')),
      grid(
        check('oaep', t('msg.oaep')),
        check('by-key', t('msg.by-key')),
        line('open-password', t('msg.open-password'), { hint: t('msg.open-password.hint') }),
        line('secret-key', t('msg.secret-key'), { hint: t('msg.secret-key.hint') }),
        line('secret-id', t('msg.secret-id'), { hint: t('msg.secret-id.hint') }),
        h(
          'div',
          null,
          button(
            t('msg.fresh-secret'),
            (b) =>
              act(b, async () => {
                v.set('secret-key', randomHex(16));
                v.set('secret-id', randomHex(4));
                change();
                return t('msg.fresh-secret.done');
              }),
            { name: 'fresh-secret' },
          ),
        ),
        group(
          t('msg.recipients'),
          t('msg.recipients.hint'),
          check('no-certificates', t('msg.no-certificates')),
          recipients,
        ),
      ),
    ),
  );
  const v = values(form);
  const current = h('p', { class: 'hint', 'data-message': '' }, t('msg.none'));
  const tell = () => fill(current, state.message ? describe(ctx, state.message) : current.textContent);
  // Any change of the form makes another message of it.
  const change = () => {
    if (!state.message) return;
    state.message = undefined;
    fill(current, t('msg.changed'));
  };
  form.addEventListener('input', change);
  form.addEventListener('change', (event) => {
    change();
    if (/** @type {HTMLInputElement} */ (event.target).name !== 'method') return;
    if (v.text('method') === 'INVITE' && !v.text('body').startsWith('v=0')) {
      v.set('body', choices.sdp.replaceAll('\r\n', '\n'));
    }
  });
  /** @param {Element} host @param {string} name @param {'sign' | 'open'} what */
  const people = (host, name, what) => {
    const kept = v.list(name);
    fill(
      host,
      state.made.map((m, i) => {
        const title = `${m.address} (${m.type || m.serial})`;
        return able(m, what) && check(name, title, kept.includes(String(i)), String(i));
      }),
    );
  };
  const show = () => {
    people(signers, 'signer', 'sign');
    people(recipients, 'recipient', 'open');
    if (!state.message && current.textContent !== t('msg.none')) fill(current, t('msg.changed'));
  };
  state.addEventListener('change', show, { signal: ctx.signal });
  show();
  tell();
  const make = async () => {
    state.message = await message(ctx, v);
    tell();
    return state.message.bytes;
  };
  ctx.message = async () => state.message?.bytes ?? make();
  const { message: ready } = ctx;
  return h(
    'section',
    { class: 'make-step', 'aria-labelledby': 'make-message' },
    h('h2', { id: 'make-message' }, t('msg.heading')),
    h('p', null, t('msg.about')),
    form,
    current,
    h(
      'div',
      { class: 'acts' },
      button(t('msg.open'), (b) => act(b, async () => inspect(await ready(), 'message.sip')), {
        primary: true,
        name: 'open-message',
      }),
      button(
        t('msg.again'),
        (b) =>
          act(b, async () => {
            await make();
            return t('msg.made');
          }),
        { name: 'make-message' },
      ),
      saveButtons(ctx, 'message', ready),
    ),
  );
}

/**
 * @param {import('./make.js').Context} ctx
 * @param {import('./make-state.js').MadeMessage} made
 */
function describe({ t, language }, { bytes, when }) {
  const [start] = new TextDecoder().decode(bytes.subarray(0, 200)).split('\r\n');
  return t('msg.is', {
    start,
    n: new Intl.NumberFormat(language).format(bytes.length),
    time: new Intl.DateTimeFormat(language, { timeStyle: 'medium' }).format(when),
  });
}

/**
 * Makes the message that the form describes.
 * @param {import('./make.js').Context} ctx
 * @param {ReturnType<typeof values>} v
 * @returns {Promise<import('./make-state.js').MadeMessage>}
 */
async function message({ state }, v) {
  const wanted = SEALS[v.text('seals')];
  const chosen = (/** @type {string} */ name) => v.list(name).map((i) => state.made[Number(i)]);
  let signers = chosen('signer');
  let recipients = chosen('recipient');
  if (wanted.includes('sign') && signers.length === 0) {
    signers = [
      await state.user(Number(v.text('status')) ? v.text('to') : v.text('from'), 'sign', v.text('signer-fault')),
    ];
  }
  if (v.on('no-certificates')) {
    recipients = [];
  } else if (wanted.includes('encrypt') && recipients.length === 0) {
    recipients = [await state.user(v.text('from'), 'open'), await state.user(v.text('to'), 'open')];
  }
  const passwords = v.text('open-password') ? [v.text('open-password')] : [];
  const secretKeys = v.text('secret-key') ? [{ id: v.text('secret-id'), key: v.text('secret-key') }] : [];
  const encrypt = {
    cipher: v.text('cipher'),
    recipients: [
      ...recipients.map((r) => ({ certificate: r.certificate, oaep: v.on('oaep'), byKeyID: v.on('by-key') })),
      ...passwords.map((password) => ({ password })),
      ...secretKeys.map((secretKey) => ({ secretKey })),
    ],
  };
  const sign = {
    micalg: v.text('micalg'),
    boundary: v.text('boundary'),
    protocol: v.text('protocol'),
    attach: v.on('attach') ? [...new Set(signers.flatMap((s) => [s.certificate, ...s.between]))] : [],
    signers: signers.map((s) => ({
      certificate: s.certificate,
      key: s.key,
      digest: v.text('digest'),
      pss: v.on('pss'),
      nullParams: v.on('null'),
      combinedOID: v.on('combined'),
      noAttributes: v.on('no-attributes'),
      signingTime: v.text('signing-time'),
      capabilities: v.on('capabilities'),
      byKeyID: v.on('sign-by-key'),
      badSignature: v.on('bad-signature'),
      badDigest: v.on('bad-digest'),
    })),
  };
  const bytes = await state.maker.message({
    method: v.text('method'),
    from: v.text('from'),
    to: v.text('to'),
    requestURI: v.text('request-uri'),
    status: Number(v.text('status')) || undefined,
    reason: v.text('reason'),
    headers: v.rows('headers'),
    contentType: v.text('content-type'),
    body: v.text('body'),
    aib: v.on('aib'),
    binary: v.on('binary'),
    contentLength: v.text('content-length') ? Number(v.text('content-length')) : undefined,
    layers: wanted.map((kind) => ({
      kind,
      opaque: v.text('form') === 'opaque',
      base64: v.text('encoding') === 'base64',
      ...(kind === 'encrypt' ? encrypt : sign),
    })),
  });
  const sealed = wanted.includes('encrypt');
  return { bytes, when: new Date(), passwords: sealed ? passwords : [], secretKeys: sealed ? secretKeys : [] };
}
