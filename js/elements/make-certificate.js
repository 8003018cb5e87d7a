// @ts-check
// The second step: certificates as RFC 6216's makeCert makes them, with every field
// open to change, and the list of those that there are.

import { fill, h } from './h.js';
import { download } from './files.js';
import { button, check, choice, grid, line, lines, values } from './make-fields.js';

/**
 * @param {import('./make.js').Context} ctx
 * @returns {HTMLElement}
 */
export function certificateStep(ctx) {
  const { state, choices, act } = ctx;
  const { maker } = state;
  const list = h('ul', { class: 'make-list', 'aria-label': 'Certificates' });
  const simple = grid(
    line('address', 'Address', { value: 'alice@atlanta.example', hint: 'user@host for a user, a host for a server.' }),
    choice('kind', 'Kind', [
      ['user', 'user'],
      ['domain', 'domain'],
    ]),
    line('days', 'Days', { value: '365', type: 'number', hint: '0 makes an expired one.' }),
    choice('key-type', 'Key', choices.keyTypes, { value: 'RSA 2048' }),
    choice('fault', 'Wrong on purpose', [
      ['', 'nothing'],
      ...choices.faults.map((f) => /** @type {[string, string]} */ ([f.id, f.title])),
    ]),
    check('eku', 'Extended key usage', true),
  );
  const fields = grid(
    lines('subject', 'Subject', { rows: 5 }),
    lines('extensions', 'Extensions', {
      rows: 7,
      hint: 'As in openssl’s configuration: name = critical, value; any other as 1.2.3 = DER:hex.',
    }),
    lines('issuer', 'Issuer', { rows: 2, hint: 'Empty: the CA’s name.' }),
    line('serial', 'Serial number', { hint: 'Hex; empty: a random one.' }),
    line('not-before', 'Not before', { hint: 'ISO 8601, UTC.' }),
    line('not-after', 'Not after'),
    choice('digest', 'Signed over', choices.digests, { value: 'SHA-256' }),
    line('version', 'Version', { value: '3', type: 'number' }),
    check('pss', 'RSASSA-PSS'),
    check('bad-signature', 'A signature that does not hold'),
    lines('csr', 'Certification request (CSR)', {
      rows: 3,
      hint: 'PEM. Its key is certified instead of a fresh one; “Read” fills in what it asks for.',
    }),
  );
  const v = values(simple);
  const f = values(fields);
  const put = (/** @type {import('../sipseal-make.js').CertificateDescription} */ c) => {
    f.set('subject', c.subject.join('\n'));
    f.set('extensions', (c.extensions ?? []).join('\n'));
    f.set('issuer', (c.issuer ?? []).join('\n'));
    f.set('serial', c.serial ?? '');
    f.set('not-before', c.notBefore ?? '');
    f.set('not-after', c.notAfter ?? '');
    f.set('bad-signature', String(!!c.badSignature));
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
    h('summary', null, 'Every field'),
    h(
      'div',
      { class: 'acts' },
      button(
        'Fill in from above',
        (b) =>
          act(b, async () => {
            put(await described());
            return 'The fields are filled in.';
          }),
        { name: 'fill' },
      ),
      button('Read the request', (b) =>
        act(b, async () => {
          put(await maker.readRequest(f.text('csr')));
          return 'This is what the request asks for.';
        }),
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
    const note = [v.text('kind'), ctx.faultTitle(v.text('fault'))].filter(Boolean).join(', ');
    const certificate = details.open
      ? {
          subject: f.rows('subject'),
          extensions: f.rows('extensions'),
          issuer: f.rows('issuer').length ? f.rows('issuer') : undefined,
          serial: f.text('serial'),
          notBefore: f.text('not-before'),
          notAfter: f.text('not-after'),
          digest: f.text('digest'),
          version: Number(f.text('version')),
          pss: f.on('pss'),
          badSignature: f.on('bad-signature'),
        }
      : await described();
    await state.issue(v.text('address'), certificate, {
      keyType: v.text('key-type'),
      request: details.open && f.text('csr').trim() ? f.text('csr') : undefined,
      note,
    });
    return `The certificate of ${v.text('address')} is in the list.`;
  };
  const step = h(
    'section',
    { class: 'make-step', 'aria-labelledby': 'make-certificate' },
    h('h2', { id: 'make-certificate' }, '2. Certificates'),
    h(
      'p',
      null,
      'As the script makeCert of RFC 6216 appendix A makes them. The messages below make those they need by themselves.',
    ),
    simple,
    details,
    h(
      'div',
      { class: 'acts' },
      button('Make this certificate', (b) => act(b, make), { primary: true, name: 'make-certificate' }),
    ),
    list,
  );
  const show = () =>
    fill(
      list,
      state.made.map((m) => entry(ctx, m)),
      state.made.some((m) => m.revoked)
        ? h(
            'li',
            null,
            h('span', null, 'Revocation list'),
            button('Save CRL', () => download('crl.pem', 'application/x-pem-file', state.crls.join(''))),
          )
        : null,
    );
  state.addEventListener('change', show);
  return step;
}

/**
 * @param {import('./make.js').Context} ctx
 * @param {import('./make-state.js').Made} m
 */
function entry({ state, act, inspect }, m) {
  const { maker } = state;
  const password = h('input', {
    type: 'password',
    'aria-label': `Password for the key of ${m.address}`,
    placeholder: 'password (optional)',
    autocomplete: 'off',
  });
  const files = async () => {
    const request = m.key
      ? (
          await maker.request({
            certificate: await maker.profile({ kind: m.address.includes('@') ? 'user' : 'domain', address: m.address }),
            key: m.key,
          })
        ).request
      : undefined;
    return maker.files({
      address: m.address,
      certificate: m.certificate,
      key: m.key || undefined,
      ca: state.anchor,
      password: password.value,
      request,
    });
  };
  return h(
    'li',
    null,
    h(
      'span',
      null,
      m.address,
      h('small', null, [m.note, 'serial ' + m.serial, m.revoked && 'revoked'].filter(Boolean).join(' · ')),
    ),
    password,
    button(
      'Save all',
      (b) =>
        act(b, async () => {
          download(m.address.replace(/[^\w.@-]/g, '_') + '.zip', 'application/zip', await maker.zip(await files()));
          return 'Saved: certificate, key, PKCS #12, request and the CA’s certificate.';
        }),
      { name: 'save-all', of: m.address },
    ),
    button(
      'Save PKCS #12',
      (b) =>
        act(b, async () => {
          const p12 = (await files()).find((f) => f.name.endsWith('.p12'));
          if (!p12) throw new Error('there is no private key for this certificate');
          download(p12.name, 'application/x-pkcs12', p12.data);
          return password.value
            ? 'Saved under the password.'
            : 'Saved under the password “password”, as the scripts do.';
        }),
      { of: m.address },
    ),
    button(
      'Open in the inspector',
      (b) => act(b, () => inspect(new TextEncoder().encode(m.certificate), m.address + '.pem')),
      { name: 'open-certificate', of: m.address },
    ),
    m.revoked
      ? null
      : button(
          'Revoke',
          (b) =>
            act(b, async () => {
              await state.revoke(m);
      return `${m.address} is on the revocation list.`;
            }),
          { of: m.address },
        ),
  );
}
