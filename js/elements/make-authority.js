// @ts-check
// The first step: a CA, fresh or given, and CAs below it.

import { h, fill } from './h.js';
import { download, toPEM } from './files.js';
import { button, check, choice, files, grid, line, lines, secret, values } from './make-fields.js';
import { nameOf } from './make-state.js';

/**
 * @param {import('./make.js').Context} ctx
 * @returns {HTMLElement}
 */
export function authorityStep(ctx) {
  const { state, choices, act, t } = ctx;
  const { maker } = state;
  const signing = choices.keyTypes.filter((k) => k !== 'X25519');
  const current = h('div', { 'aria-live': 'polite' });
  /** @param {string} stem @param {import('../sipseal-make.d.ts').CertificateDescription} profile @param {string} key */
  const form = (stem, profile, key) =>
    grid(
      choice(stem + '-key', t('ca.key'), signing, { value: key }),
      choice(stem + '-digest', t('ca.digest'), choices.digests, { value: 'SHA-256' }),
      lines(stem + '-subject', t('ca.subject'), {
        value: profile.subject.join('\n'),
        hint: t('ca.subject.hint'),
        rows: 5,
      }),
      lines(stem + '-extensions', t('ca.extensions'), { value: (profile.extensions ?? []).join('\n'), rows: 4 }),
      line(stem + '-serial', t('cert.serial'), { hint: t('cert.serial.hint') }),
      line(stem + '-from', t('cert.not-before'), { hint: t('cert.not-before.hint') }),
      line(stem + '-until', t('cert.not-after'), { hint: t('ca.until.hint') }),
    );
  /** @param {ReturnType<typeof values>} v @param {string} stem */
  const described = (v, stem) => ({
    subject: v.rows(stem + '-subject'),
    extensions: v.rows(stem + '-extensions'),
    digest: v.text(stem + '-digest'),
    serial: v.text(stem + '-serial'),
    notBefore: v.text(stem + '-from'),
    notAfter: v.text(stem + '-until'),
  });
  const fresh = form('ca', ctx.profiles.ca, 'RSA 2048');
  const below = form('below', ctx.profiles.intermediate, 'ECDSA P-256');
  const given = grid(
    lines('ca-given', t('ca.file'), { hint: t('ca.file.hint'), rows: 6 }),
    files('ca-files', t('ca.open'), (chosen) =>
      ctx.attempt(async () => {
        const texts = await Promise.all(chosen.map(pemOf));
        values(given).set('ca-given', texts.join('\n'));
      }),
    ),
    line('ca-password', t('ca.password'), { type: 'password', hint: t('ca.password.hint') }),
  );
  const freshValues = values(fresh);
  const belowValues = values(below);
  const makeFresh = async () => {
    const certificate = described(freshValues, 'ca');
    state.trust(await maker.authority({ keyType: freshValues.text('ca-key'), certificate }), nameOf(certificate));
    return t('ca.made');
  };
  const takeGiven = async () => {
    const v = values(given);
    const pem = v.text('ca-given');
    state.trust(await maker.authority({ given: pem, key: { pem, password: v.text('ca-password') } }), '');
    return t('ca.taken');
  };
  const makeBelow = async () => {
    const certificate = described(belowValues, 'below');
    const ca = await state.authority();
    state.below(
      await maker.certificate({ ca, certificate, keyType: belowValues.text('below-key') }),
      nameOf(certificate),
    );
    return t('ca.below.made');
  };
  const list = grid(
    lines('crl-revoked', t('crl.revoked'), { hint: t('crl.revoked.hint'), rows: 3 }),
    line('crl-this', t('crl.this'), { hint: t('cert.not-before.hint') }),
    line('crl-next', t('crl.next'), { hint: t('crl.next.hint') }),
    line('crl-revoked-at', t('crl.revoked-at')),
    line('crl-number', t('crl.number'), { value: '1', type: 'number' }),
    choice('crl-digest', t('ca.digest'), choices.digests, { value: 'SHA-256' }),
    check('crl-bad-signature', t('cert.bad-signature')),
  );
  const saveList = async () => {
    const v = values(list);
    const ca = await state.authority();
    const { crl } = await maker.crl({
      ca,
      revoked: v.text('crl-revoked').trim() ? v.rows('crl-revoked') : state.revokedBy(ca),
      revokedAt: v.text('crl-revoked-at'),
      thisUpdate: v.text('crl-this'),
      nextUpdate: v.text('crl-next'),
      number: Number(v.text('crl-number')),
      digest: v.text('crl-digest'),
      badSignature: v.on('crl-bad-signature'),
    });
    download('crl.pem', 'application/x-pem-file', crl);
    return t('make.saved', { name: 'crl.pem' });
  };
  /**
   * @param {string} title
   * @param {HTMLElement} body
   * @param {string} label
   * @param {() => Promise<string>} what
   * @param {string} name
   */
  const way = (title, body, label, what, name) => {
    const acts = h(
      'div',
      { class: 'acts' },
      button(label, (b) => act(b, what), { name }),
    );
    return h('details', null, h('summary', null, title), body, acts);
  };
  const step = h(
    'section',
    { class: 'make-step', 'aria-labelledby': 'make-ca' },
    h('h2', { id: 'make-ca' }, t('ca.heading')),
    h('p', null, t('ca.about')),
    current,
    way(t('ca.fresh'), fresh, t('ca.make'), makeFresh, 'make-ca'),
    way(t('ca.given'), given, t('ca.take'), takeGiven, 'take-ca'),
    way(t('ca.below'), below, t('ca.below.make'), makeBelow, 'make-intermediate'),
    way(t('crl.heading'), list, t('crl.save'), saveList, 'save-crl'),
  );
  const password = secret(t('ca.save-password'), t('cert.password.hint'));
  const show = () => {
    const { ca, caName } = state;
    if (!ca) return fill(current);
    const n = state.between.length;
    const name = caName || t('ca.given');
    const save = async () => {
      const all = await maker.authorityFiles({ ca, password: password.value });
      // The root is not who issues where there are CAs between.
      const root = { name: 'root_cert_fluffyCA.pem', data: new TextEncoder().encode(state.anchor) };
      const files = all.map((f) => (f.name === root.name ? root : f));
      download('demoCA.zip', 'application/zip', await maker.zip(files));
      return t('make.saved', { name: 'demoCA.zip' });
    };
    fill(
      current,
      h(
        'ul',
        { class: 'make-list' },
        h(
          'li',
          null,
          h('span', null, n > 0 ? t('ca.below-issues', { n, name }) : t('ca.anchor-issues', { name })),
          password,
          button(t('ca.save'), (b) => act(b, save), { name: 'save-ca' }),
        ),
      ),
    );
  };
  state.addEventListener('change', show, { signal: ctx.signal });
  show();
  return step;
}

/**
 * A file as text: as it is where it holds PEM, otherwise as a PEM block, whose content
 * says what it is.
 * @param {File} file
 */
async function pemOf(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  return text.includes('-----BEGIN') ? text : toPEM(bytes, 'CERTIFICATE');
}
