// @ts-check
// The first step: a CA, fresh or given, and CAs below it.

import { h, fill } from './h.js';
import { download } from './files.js';
import { button, choice, grid, line, lines, values } from './make-fields.js';

/**
 * @param {import('./make.js').Context} ctx
 * @returns {HTMLElement}
 */
export function authorityStep(ctx) {
  const { state, choices, act } = ctx;
  const { maker } = state;
  const current = h('div', { 'aria-live': 'polite' });
  const fresh = grid(
    choice('ca-key', 'Key', choices.keyTypes, { value: 'RSA 2048' }),
    choice('ca-digest', 'Signed over', choices.digests, { value: 'SHA-256' }),
    lines('ca-subject', 'Name', { value: ctx.caProfile.subject.join('\n'), hint: 'One part a line.' }),
    lines('ca-extensions', 'Extensions', { value: (ctx.caProfile.extensions ?? []).join('\n'), rows: 3 }),
  );
  const given = grid(
    lines('ca-certificate', 'Certificate of the CA', {
      hint: 'PEM. For the CA of RFC 6216: root_cert_fluffyCA.pem of its appendix A.',
    }),
    lines('ca-private', 'Private key', { hint: 'PEM: PKCS #8, PKCS #1 or SEC 1, also encrypted.' }),
    line('ca-password', 'Password of the key', { type: 'password', hint: 'That of RFC 6216’s key is “password”.' }),
  );
  const step = h(
    'section',
    { class: 'make-step', 'aria-labelledby': 'make-ca' },
    h('h2', { id: 'make-ca' }, '1. A CA'),
    h('p', null, 'Who issues the certificates. Without one, a fresh one is made when it is needed.'),
    current,
    h(
      'details',
      null,
      h('summary', null, 'Make a fresh CA'),
      fresh,
      h(
        'div',
        { class: 'acts' },
        button(
          'Make this CA',
          (b) =>
            act(b, async () => {
              const v = values(fresh);
              state.trust(
                await maker.authority({
                  keyType: v.text('ca-key'),
                  certificate: {
                    subject: v.rows('ca-subject'),
                    extensions: v.rows('ca-extensions'),
                    digest: v.text('ca-digest'),
                  },
                }),
              );
              return 'There is a fresh CA.';
            }),
          { name: 'make-ca' },
        ),
      ),
    ),
    h(
      'details',
      null,
      h('summary', null, 'Take a CA that I have'),
      given,
      h(
        'div',
        { class: 'acts' },
        button(
          'Take this CA',
          (b) =>
            act(b, async () => {
              const v = values(given);
              state.trust(
                await maker.authority({
                  given: v.text('ca-certificate'),
                  key: { pem: v.text('ca-private'), password: v.text('ca-password') },
                }),
              );
              return 'The CA that was given issues from now on.';
            }),
          { name: 'take-ca' },
        ),
      ),
    ),
  );
  const show = () => {
    const { ca } = state;
    if (!ca) return fill(current);
    const between = state.between.length;
    fill(
      current,
      h(
        'ul',
        { class: 'make-list' },
        h(
          'li',
          null,
          h(
            'span',
            null,
            between ? `An intermediate CA issues, ${between} below the trust anchor.` : 'The trust anchor issues.',
          ),
          button('Save certificate', () => download('cacert.pem', 'application/x-pem-file', ca.certificate)),
          button('Save private key', () => download('cakey.pem', 'application/x-pem-file', ca.key)),
          button(
            'Make a CA below it',
            (b) =>
              act(b, async () => {
                const certificate = await maker.profile({ kind: 'intermediate', pathLen: 3 });
                certificate.subject = certificate.subject.map((s) =>
                  s.startsWith('OU=') ? `OU=Intermediate ${between + 1}` : s,
                );
                state.below(await maker.certificate({ ca, certificate, keyType: 'ECDSA P-256' }));
                return 'The new intermediate CA issues from now on.';
              }),
            { name: 'make-intermediate' },
          ),
        ),
      ),
    );
  };
  state.addEventListener('change', show);
  show();
  return step;
}
