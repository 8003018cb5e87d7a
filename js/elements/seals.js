// @ts-check
// What is sealed and how: each signature check by check with its chain, each envelope
// with its recipients.

import { h } from './h.js';
import { checkMark, stateMark } from './icons.js';
import { visible } from './marks.js';
import { identityCard } from './identity.js';
import { checkName, shortName, walk } from './model.js';
import { bytesLink, fact, facts, referenceText, time } from './pieces.js';
import { saying } from './said.js';
import { algorithmText } from './layers.js';

/** @typedef {import('./context.js').Context} Context */

/** @type {Promise<typeof import('./access.js')> | undefined} */
let access;
/** The picture of who can open what, which few messages have. Loaded already, it is drawn with the rest. */
export const loadAccess = () => (access ??= import('./access.js'));

/** @param {Context} ctx */
export function sealsPanel(ctx) {
  const { t } = ctx;
  /** @type {HTMLElement[]} */
  const cards = [];
  for (const stop of walk(ctx.report, ctx.message)) {
    stop.message?.identity?.forEach((identity, i) => cards.push(identityCard(ctx, `${stop.key}.i${i}`, identity)));
    if (stop.part?.signature) cards.push(signatureCard(ctx, stop.key, stop.part));
    if (stop.part?.envelope) cards.push(envelopeCard(ctx, stop.key, stop.part));
  }
  loadAccess().then(
    ({ accessPicture }) => {
      const picture = accessPicture(ctx);
      if (picture) cards[0]?.before(picture);
    },
    () => {},
  );
  return cards.length > 0 ? cards : h('p', { class: 'empty' }, t('seals.none'));
}

/**
 * @param {Context} ctx
 * @param {string} key
 * @param {import('../types.d.ts').Part} part
 */
function signatureCard(ctx, key, part) {
  const { t } = ctx;
  const s = /** @type {import('../types.d.ts').Signature} */ (part.signature);
  return h(
    'article',
    { class: 'card', 'data-state': s.verdict },
    h(
      'h3',
      { class: 'card-title' },
      stateMark(s.verdict),
      t('seals.signature', { path: part.path }),
      h('span', { class: 'verdict' }, t('state.' + s.verdict)),
    ),
    h(
      'p',
      { 'data-claim': key + '.sig', class: 'over' },
      t(s.detached ? 'seals.detached' : 'seals.opaque'),
      ' ',
      t('seals.over', { n: ctx.number(s.signedRange[1] - s.signedRange[0]), source: ctx.sourceName(s.signedSource) }),
      ' ',
      bytesLink(ctx, s.signedSource, s.signedRange, key + '.sig'),
    ),
    s.signers.length === 0 && h('p', { class: 'empty' }, t('seals.no-signers')),
    s.signers.map((signer, i) => signerView(ctx, `${key}.s${i}`, signer, s.signers.length > 1 ? i + 1 : 0)),
  );
}

/**
 * @param {Context} ctx
 * @param {string} key
 * @param {import('../types.d.ts').Signer} s
 * @param {number} n which one, 0 when it is the only one
 * @returns {HTMLElement}
 */
function signerView(ctx, key, s, n) {
  const { t, report } = ctx;
  const certificate =
    s.certificate === undefined || s.certificate === null ? undefined : report.certificates[s.certificate];
  const who = s.identities?.[0] ?? (certificate && shortName(certificate.subject)) ?? '';
  return h(
    'section',
    { class: 'signer', 'data-claim': key, 'data-verdict': s.verdict },
    h('h4', null, n > 0 && t('seals.signer', { n }) + ' ', visible(who), bytesLink(ctx, s.source, s.range, key)),
    h(
      'ol',
      { class: 'checks', 'aria-label': t('checks.label') },
      s.checks.map((c) => checkItem(ctx, `${key}.${c.code}`, c, s.source)),
    ),
    s.computedDigest && s.signedDigest && s.computedDigest !== s.signedDigest && digests(ctx, s),
    chainPicture(ctx, s.chain),
    facts(
      [t('signer.algorithm'), visible(algorithmText(s))],
      fact(t('signer.digest'), s.digest),
      s.signingTime ? [t('signer.time'), time(ctx, s.signingTime)] : null,
      fact(t('signer.issuer'), s.issuer),
      fact(t('signer.serial'), s.serial),
      fact(t('signer.key-id'), s.subjectKeyID),
      s.identities && s.identities.length > 0
        ? [t('signer.identities'), s.identities.map((x) => h('span', { class: 'tag' }, visible(x)))]
        : null,
      [t('signer.value'), bytesLink(ctx, s.source, s.signatureRange, key + '.value')],
    ),
    attributes(ctx, key + '.a', s.source, s.signedAttrs, t('signer.signed-attributes')),
    attributes(ctx, key + '.u', s.source, s.unsignedAttrs, t('signer.unsigned-attributes')),
    s.countersigners &&
      s.countersigners.length > 0 &&
      h(
        'section',
        { class: 'countersigners' },
        h('h5', null, t('signer.countersigners')),
        s.countersigners.map((c, i) => signerView(ctx, `${key}.c${i}`, c, i + 1)),
      ),
  );
}

/**
 * @param {Context} ctx
 * @param {string} key
 * @param {import('../types.d.ts').Check} c
 * @param {number} source
 */
export function checkItem(ctx, key, c, source) {
  const { t } = ctx;
  const word = t(c.ok === true ? 'check.ok' : c.ok === false ? 'check.failed' : 'check.not-made');
  return h(
    'li',
    { class: 'check', 'data-claim': key, 'data-ok': String(c.ok ?? null), 'data-code': c.code },
    checkMark(c.ok, c.required),
    h(
      'div',
      null,
      h(
        'p',
        { class: 'check-head' },
        h('b', null, checkName(ctx.t, c.code)),
        h('span', { class: 'check-word' }, word),
        bytesLink(ctx, c.source ?? source, c.range, key),
        referenceText(c.reference),
      ),
      h('p', { class: 'check-detail' }, saying(ctx.language, c.detail)),
    ),
  );
}

/**
 * @param {Context} ctx
 * @param {import('../types.d.ts').Signer} s
 */
function digests(ctx, s) {
  return h(
    'table',
    { class: 'digests' },
    h('caption', null, ctx.t('digests.caption')),
    h(
      'tbody',
      null,
      h(
        'tr',
        null,
        h('th', { scope: 'row' }, ctx.t('digests.computed')),
        h('td', null, h('code', null, s.computedDigest)),
      ),
      h('tr', null, h('th', { scope: 'row' }, ctx.t('digests.signed')), h('td', null, h('code', null, s.signedDigest))),
    ),
  );
}

/**
 * @param {Context} ctx
 * @param {import('../types.d.ts').Link[] | null | undefined} chain
 */
export function chainPicture(ctx, chain) {
  const { t, report } = ctx;
  if (!chain || chain.length === 0) return null;
  return h(
    'figure',
    { class: 'chain' },
    h('figcaption', null, t('chain.title')),
    h(
      'ol',
      null,
      chain.map((link, i) => {
        const c = report.certificates[link.certificate];
        return h(
          'li',
          { 'data-ok': String(link.ok ?? null) },
          h(
            'button',
            { type: 'button', onclick: () => ctx.reveal('c' + link.certificate) },
            checkMark(link.ok),
            h(
              'span',
              null,
              h('b', null, visible(shortName(c?.subject ?? '?'))),
              h(
                'small',
                null,
                t(link.anchor ? 'chain.anchor' : i === 0 ? 'chain.signer' : 'chain.ca'),
                c?.publicTestCA ? ' · ' + t('chain.public') : '',
              ),
              link.detail && !(link.anchor && link.ok) && h('small', null, saying(ctx.language, link.detail)),
            ),
          ),
        );
      }),
    ),
  );
}

/**
 * @param {Context} ctx
 * @param {string} stem
 * @param {number} source
 * @param {import('../types.d.ts').Attribute[] | null | undefined} list
 * @param {string} title
 */
function attributes(ctx, stem, source, list, title) {
  if (!list || list.length === 0) return null;
  return h(
    'details',
    { class: 'attributes' },
    h('summary', null, `${title} (${list.length})`),
    h(
      'dl',
      { class: 'facts' },
      list.map((a, i) =>
        h(
          'div',
          { 'data-claim': stem + i },
          h('dt', { title: a.oid }, visible(a.name)),
          h('dd', null, visible(a.value), ' ', bytesLink(ctx, source, a.range, stem + i)),
        ),
      ),
    ),
  );
}

/**
 * @param {Context} ctx
 * @param {string} key
 * @param {import('../types.d.ts').Part} part
 */
function envelopeCard(ctx, key, part) {
  const { t } = ctx;
  const e = /** @type {import('../types.d.ts').Envelope} */ (part.envelope);
  const state =
    { decrypted: 'opened', 'no-key': 'sealed', failed: 'error', unsupported: 'unverifiable' }[e.verdict] ?? 'sealed';
  return h(
    'article',
    { class: 'card', 'data-state': state },
    h(
      'h3',
      { class: 'card-title' },
      stateMark(state),
      t('seals.envelope', { path: part.path }),
      h('span', { class: 'verdict' }, t('layers.' + e.verdict)),
    ),
    h('p', { class: 'over' }, visible(e.algorithm), e.reason ? [' · ', saying(ctx.language, e.reason)] : null),
    h('h4', null, t('recipients.title', { n: e.recipients.length })),
    h(
      'ol',
      { class: 'recipients' },
      e.recipients.map((r, i) =>
        h(
          'li',
          { 'data-claim': `${key}.r${i}`, 'data-fits': String(!!r.key) },
          h(
            'p',
            { class: 'check-head' },
            h('b', null, recipientName(ctx, r)),
            r.key && h('span', { class: 'tag', 'data-kind': 'good' }, t('recipients.fits', { key: r.key })),
            bytesLink(ctx, r.source, r.range, `${key}.r${i}`),
          ),
          h('p', { class: 'check-detail' }, t('recipient.' + r.type), ' · ', visible(r.algorithm)),
          r.error && h('p', { class: 'check-detail bad' }, saying(ctx.language, r.error)),
          facts(
            fact(t('signer.issuer'), r.issuer),
            fact(t('signer.serial'), r.serial),
            fact(t('signer.key-id'), r.subjectKeyID),
            fact(t('recipients.kek'), r.keyID),
          ),
        ),
      ),
    ),
  );
}

/**
 * @param {Context} ctx
 * @param {import('../types.d.ts').Recipient} r
 */
function recipientName(ctx, r) {
  const c = r.certificate === undefined || r.certificate === null ? undefined : ctx.report.certificates[r.certificate];
  if (c) return visible(c.subjectAltNames?.[0]?.value ?? shortName(c.subject));
  if (r.serial) return visible(ctx.t('recipients.serial', { serial: r.serial }));
  return visible(r.subjectKeyID || r.keyID || ctx.t('recipient.' + r.type));
}
