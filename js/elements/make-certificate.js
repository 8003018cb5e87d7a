// @ts-check
// The second step: certificates as RFC 6216's makeCert makes them, with every field
// open to change, and the list of those that there are.

import { fill, h } from './h.js';
import { download } from './files.js';
import { button, check, choice, grid, line, lines, secret, values } from './make-fields.js';
import { able } from './make-state.js';

/**
 * @param {import('./make.js').Context} ctx
 * @returns {HTMLElement}
 */
export function certificateStep(ctx) {
  const { state, choices, act, t } = ctx;
  const { maker } = state;
  const list = h('ul', { class: 'make-list', 'aria-label': t('cert.list') });
  const simple = grid(
    line('address', t('cert.address'), { value: 'alice@atlanta.example', hint: t('cert.address.hint') }),
    choice('kind', t('cert.kind'), [
      ['user', t('cert.kind.user')],
      ['domain', t('cert.kind.domain')],
    ]),
    line('days', t('cert.days'), { value: '365', type: 'number', hint: t('cert.days.hint') }),
    choice('key-type', t('cert.key'), choices.keyTypes, { value: 'RSA 2048', hint: t('cert.key.hint') }),
    choice('fault', t('cert.fault'), [['', t('cert.fault.none')], ...ctx.faults]),
    check('eku', t('cert.eku'), true),
  );
  const fields = grid(
    lines('subject', t('cert.subject'), { rows: 5 }),
    lines('extensions', t('cert.extensions'), { rows: 7, hint: t('cert.extensions.hint') }),
    lines('issuer', t('cert.issuer'), { rows: 2, hint: t('cert.issuer.hint') }),
    line('serial', t('cert.serial'), { hint: t('cert.serial.hint') }),
    line('not-before', t('cert.not-before'), { hint: t('cert.not-before.hint') }),
    line('not-after', t('cert.not-after')),
    choice('cert-digest', t('cert.digest'), choices.digests, { value: 'SHA-256' }),
    line('version', t('cert.version'), { value: '3', type: 'number' }),
    check('cert-pss', t('cert.pss')),
    check('cert-bad-signature', t('cert.bad-signature')),
    lines('csr', t('cert.csr'), { rows: 3, hint: t('cert.csr.hint') }),
  );
  const v = values(simple);
  const f = values(fields);
  let filled = false;
  const put = (/** @type {import('../sipseal-make.d.ts').CertificateDescription} */ c) => {
    filled = true;
    f.set('subject', c.subject.join('\n'));
    f.set('extensions', (c.extensions ?? []).join('\n'));
    f.set('issuer', (c.issuer ?? []).join('\n'));
    f.set('serial', c.serial ?? '');
    f.set('not-before', c.notBefore ?? '');
    f.set('not-after', c.notAfter ?? '');
    f.set('cert-bad-signature', String(!!c.badSignature));
  };
  const described = () =>
    maker.profile({
      kind: /** @type {any} */ (v.text('kind')),
      address: v.text('address'),
      eku: v.on('eku'),
      days: Number(v.text('days')),
      fault: v.text('fault'),
    });
  const details = h(
    'details',
    null,
    h('summary', null, t('cert.fields')),
    h(
      'div',
      { class: 'acts' },
      button(
        t('cert.fill'),
        (b) =>
          act(b, async () => {
            put(await described());
            return t('cert.filled');
          }),
        { name: 'fill' },
      ),
      button(
        t('cert.read'),
        (b) =>
          act(b, async () => {
            put(await maker.readRequest(f.text('csr')));
            return t('cert.asked');
          }),
        { name: 'read-request' },
      ),
    ),
    fields,
  );
  // The fields are never empty when they are looked at.
  details.addEventListener('toggle', () => {
    if (details.open && !f.text('subject')) described().then(put, () => {});
  });
  simple.addEventListener('change', () => {
    if (details.open) described().then(put, () => {});
  });
  const make = async () => {
    // Pressed before they were filled, they are filled now.
    if (details.open && !filled) put(await described());
    const certificate = details.open
      ? {
          subject: f.rows('subject'),
          extensions: f.rows('extensions'),
          issuer: f.rows('issuer').length ? f.rows('issuer') : undefined,
          serial: f.text('serial'),
          notBefore: f.text('not-before'),
          notAfter: f.text('not-after'),
          digest: f.text('cert-digest'),
          version: Number(f.text('version')),
          pss: f.on('cert-pss'),
          badSignature: f.on('cert-bad-signature'),
        }
      : await described();
    await state.issue(v.text('address'), certificate, {
      keyType: v.text('key-type'),
      request: details.open && f.text('csr').trim() ? f.text('csr') : undefined,
      kind: v.text('kind'),
      fault: v.text('fault'),
    });
    return t('cert.made', { address: v.text('address') });
  };
  const step = h(
    'section',
    { class: 'make-step', 'aria-labelledby': 'make-certificate' },
    h('h2', { id: 'make-certificate' }, t('cert.heading')),
    h('p', null, t('cert.about')),
    simple,
    details,
    h(
      'div',
      { class: 'acts' },
      button(t('cert.make'), (b) => act(b, make), { primary: true, name: 'make-certificate' }),
    ),
    list,
  );
  const show = () =>
    fill(
      list,
      state.made.map((m) => entry(ctx, m)),
    );
  state.addEventListener('change', show, { signal: ctx.signal });
  show();
  return step;
}

/** What can be saved of a certificate: a key of the texts, how its file is called, its type. */
const SAVES = /** @type {const} */ ([
  ['pem', /_cert_.*\.pem$/, 'application/x-pem-file'],
  ['der', /_cert_.*\.der$/, 'application/pkix-cert'],
  ['p7c', /_cert_.*\.p7c$/, 'application/pkcs7-mime'],
  ['key', /_key_.*\.pem$/, 'application/x-pem-file'],
  ['p8c', /_key_.*\.p8c$/, 'application/pkcs8'],
  ['p12', /\.p12$/, 'application/x-pkcs12'],
  ['old', /\.p12$/, 'application/x-pkcs12'],
  ['csr', /\.csr$/, 'application/pkcs10'],
]);

/**
 * The files of a certificate, with a request for one like it. Those of the key take
 * time, and are there only where they are needed.
 * @param {import('./make-state.js').MakeState} state
 * @param {import('./make-state.js').Made} m
 * @param {string} what
 * @param {string} password
 */
async function filesOf({ maker }, m, what, password) {
  const secret = ['zip', 'key', 'p8c', 'p12', 'old'].includes(what);
  let request;
  if (able(m, 'sign') && ['zip', 'csr'].includes(what)) {
    const certificate = await maker.profile({ kind: /** @type {any} */ (m.kind), address: m.address });
    ({ request } = await maker.request({ certificate, key: m.key }));
  }
  return maker.files({
    address: m.address,
    certificate: m.certificate,
    key: (secret && m.key) || undefined,
    ca: m.anchor,
    between: m.between,
    password,
    request,
    legacy: what === 'old',
  });
}

/**
 * @param {import('./make.js').Context} ctx
 * @param {import('./make-state.js').Made} m
 */
function entry({ state, act, inspect, faults, t }, m) {
  const password = secret(`${t('cert.password')}: ${m.address}`, t('cert.password.hint'));
  const what = h(
    'select',
    { 'aria-label': `${t('cert.what')}: ${m.address}` },
    ['zip', ...SAVES.map(([id]) => id)].map((id) => h('option', { value: id }, t('cert.what.' + id))),
  );
  const save = async () => {
    const all = await filesOf(state, m, what.value, password.value);
    if (what.value === 'zip') {
      const name = m.address.replace(/[^\w.@-]/g, '_') + '.zip';
      download(name, 'application/zip', await state.maker.zip(all));
      return t('make.saved', { name });
    }
    const [id, pattern, type] = SAVES.find(([id]) => id === what.value) ?? SAVES[0];
    const file = all.find((f) => pattern.test(f.name));
    if (!file) throw new Error(t('cert.no-file'));
    download(file.name, type, file.data);
    return t((id === 'p12' || id === 'old') && !password.value ? 'cert.saved-p12' : 'make.saved', { name: file.name });
  };
  const about = [
    m.kind === 'domain' ? t('cert.kind.domain') : t('cert.kind.user'),
    m.type || t('cert.requested'),
    faults.find(([id]) => id === m.fault)?.[1],
    t('cert.serial-of', { serial: m.serial }),
    m.revoked && t('cert.revoked'),
  ];
  return h(
    'li',
    null,
    h('span', null, m.address, h('small', null, about.filter(Boolean).join(' · '))),
    what,
    password,
    button(t('make.save'), (b) => act(b, save), { name: 'save-certificate', of: m.address }),
    button(t('make.open'), (b) => act(b, () => inspect(new TextEncoder().encode(m.certificate), m.address + '.pem')), {
      name: 'open-certificate',
      of: m.address,
    }),
    able(m, 'sign') &&
      button(
        t('cert.issue'),
        (b) =>
          act(b, async () => {
            state.promote(m);
            return t('cert.issue.done', { address: m.address });
          }),
        { name: 'promote', of: m.address },
      ),
    !m.revoked &&
      button(
        t('cert.revoke'),
        (b) =>
          act(b, async () => {
            await state.revoke(m);
            return t('cert.revoke.done', { address: m.address });
          }),
        { name: 'revoke', of: m.address },
      ),
  );
}
