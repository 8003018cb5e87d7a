// @ts-check
// A certificate asked two more things: whether it is good for a TLS connection to a host,
// and what it says as text.

import { fill, h } from './h.js';
import { checkMark, stateMark } from './icons.js';
import { copyWith } from './files.js';
import { visible, visibleText } from './marks.js';
import { checkName } from './model.js';
import { referenceText } from './pieces.js';
import { chainPicture } from './seals.js';
import { saying } from './said.js';

/**
 * @typedef {import('./context.js').Context} Context
 * @typedef {import('../types.d.ts').Certificate} Certificate
 */

/**
 * A form that asks for a host, and the verdict on it. It is unfolded where a host was asked for already.
 * @param {Context} ctx
 * @param {Certificate} c
 */
export function tlsCheck(ctx, c) {
  const { t } = ctx;
  const asked = c.tls && !c.ca ? c.tls : undefined;
  const out = h('div', { class: 'tls-answer', role: 'status' }, asked && tlsVerdict(ctx, asked));
  const host = h('input', {
    class: 'filter',
    name: 'host',
    required: true,
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    placeholder: 'proxy.example.com',
    'aria-label': t('tls.host'),
    value: asked?.host ?? '',
  });
  const client = h('input', { type: 'checkbox', name: 'client' });
  let turn = 0;
  const check = async () => {
    const name = host.value.trim();
    if (!name) return;
    turn += 1;
    const mine = turn;
    fill(out, t('page.running'));
    try {
      // The same input with the same keys: what else is in it belongs to the chain.
      const report = await ctx.inspectAlso(ctx.bytes(0), { tlsHost: name, tlsClient: client.checked });
      if (mine !== turn) return;
      const verdict = report.certificates.find((x) => x.sha256 === c.sha256)?.tls;
      fill(out, verdict ? tlsVerdict({ ...ctx, report }, verdict) : t('tls.none'));
    } catch (error) {
      if (mine === turn)
        fill(out, visible(t('page.failed', { reason: error instanceof Error ? error.message : String(error) })));
    }
  };
  return h(
    'details',
    { class: 'attributes tls-check', open: !!asked },
    h('summary', null, t('tls.title')),
    h(
      'form',
      {
        class: 'section-head',
        onsubmit: (/** @type {Event} */ e) => {
          e.preventDefault();
          check();
        },
      },
      host,
      h('button', { type: 'submit', class: 'boxed' }, t('tls.check')),
      h('label', { class: 'only-sealed' }, client, t('tls.client')),
    ),
    out,
  );
}

/**
 * Whether a certificate is good for a TLS connection, check by check.
 * @param {Context} ctx
 * @param {import('../types.d.ts').TLSVerdict} tls
 */
function tlsVerdict(ctx, tls) {
  const { t } = ctx;
  return h(
    'section',
    { class: 'tls', 'data-verdict': tls.verdict, 'data-state': tls.verdict },
    h(
      'p',
      { class: 'tls-word' },
      stateMark(tls.verdict),
      h('span', null, h('b', null, t('certs.tls'), ' ', visible(tls.host), ': '), t('state.' + tls.verdict)),
    ),
    tls.identities.length > 0 &&
      h(
        'p',
        { class: 'check-detail' },
        t('tls.identities'),
        ' ',
        [...new Set(tls.identities)].map((x) => h('span', { class: 'tag' }, visible(x))),
      ),
    h(
      'ul',
      { class: 'checks', 'aria-label': t('checks.label') },
      tls.checks.map((c) =>
        h(
          'li',
          { class: 'check', 'data-ok': String(c.ok ?? null), 'data-code': c.code },
          checkMark(c.ok, c.required),
          h(
            'div',
            null,
            h(
              'p',
              { class: 'check-head' },
              h('b', null, checkName(t, c.code)),
              h(
                'span',
                { class: 'check-word' },
                t(c.ok === true ? 'check.ok' : c.ok === false ? 'check.failed' : 'check.not-made'),
              ),
              referenceText(c.reference),
            ),
            h('p', { class: 'check-detail' }, saying(ctx.language, c.detail)),
          ),
        ),
      ),
    ),
    chainPicture(ctx, tls.chain),
  );
}

const FORMS = /** @type {const} */ (['openssl', 'rfc6216']);

/**
 * A certificate as text, in the form of today's OpenSSL or in that of the RFC.
 * @param {Context} ctx
 * @param {Certificate} c
 */
export function certificateText(ctx, c) {
  const { t } = ctx;
  /** @type {typeof FORMS[number]} */
  let form = FORMS[0];
  let text = '';
  const pre = h('pre', { class: 'dump', tabindex: '0', role: 'group', 'aria-label': t('certs.text') });
  const forms = h(
    'div',
    { class: 'switch', role: 'group', 'aria-label': t('certs.text') },
    FORMS.map((name) =>
      h(
        'button',
        {
          type: 'button',
          'data-form': name,
          'aria-pressed': String(name === form),
          onclick: () => {
            form = name;
            for (const b of forms.children)
              b.setAttribute('aria-pressed', String(/** @type {HTMLElement} */ (b).dataset.form === form));
            write();
          },
        },
        t('certs.text.' + name),
      ),
    ),
  );
  const copy = h(
    'button',
    {
      type: 'button',
      class: 'quiet',
      'data-act': 'copy-text',
      onclick: () => copyWith(copy, t('act.copied'), () => text),
    },
    t('certs.text.copy'),
  );
  const write = async () => {
    const wanted = form;
    pre.setAttribute('aria-busy', 'true');
    try {
      const der = ctx.bytes(c.source).slice(c.range[0], c.range[1]);
      const report = await ctx.inspector.inspect(der, { certificateText: wanted, trust: [] });
      if (wanted !== form) return;
      text = (report.certificates.find((x) => x.sha256 === c.sha256) ?? report.certificates[0])?.text ?? '';
      fill(pre, text ? visible(text, { lines: true }) : t('certs.text.none'));
    } catch (error) {
      if (wanted !== form) return;
      fill(pre, visibleText(t('page.failed', { reason: error instanceof Error ? error.message : String(error) })));
    }
    pre.setAttribute('aria-busy', 'false');
  };
  return h(
    'details',
    {
      class: 'attributes certificate-text',
      ontoggle: (/** @type {Event} */ e) => {
        if (/** @type {HTMLDetailsElement} */ (e.target).open && !text) write();
      },
    },
    h('summary', null, t('certs.text')),
    h('div', { class: 'section-head' }, forms, copy),
    pre,
  );
}
