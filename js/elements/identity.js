// @ts-check
// Who a message says it is from by other means than S/MIME over its body, and how its
// sealed header fields compare with those outside.

import { h } from './h.js';
import { checkMark, stateMark } from './icons.js';
import { visible } from './marks.js';
import { bytesLink, fact, facts, referenceText } from './pieces.js';
import { saying } from './said.js';
import { chainPicture, checkItem } from './seals.js';

/** @typedef {import('./context.js').Context} Context */

/**
 * What one mechanism says, and whether it holds.
 * @param {Context} ctx
 * @param {string} key
 * @param {import('../types.d.ts').Identity} identity
 */
export function identityCard(ctx, key, identity) {
  const { t } = ctx;
  return h(
    'article',
    { class: 'card', 'data-state': identity.verdict, 'data-claim': key },
    h(
      'h3',
      { class: 'card-title' },
      stateMark(identity.verdict),
      saying(ctx.language, identity.title),
      bytesLink(ctx, identity.source, identity.range, key),
      h('span', { class: 'verdict' }, t('state.' + identity.verdict)),
    ),
    identity.claimed &&
      h(
        'p',
        { class: 'over' },
        t(identity.mechanism === 'end-to-middle' ? 'identity.asked' : 'identity.claimed'),
        ' ',
        visible(identity.claimed),
      ),
    h(
      'ol',
      { class: 'checks', 'aria-label': t('checks.label') },
      identity.checks.map((c) => checkItem(ctx, `${key}.${c.code}`, c, identity.source)),
    ),
    chainPicture(ctx, identity.chain),
    facts(
      fact(t('signer.algorithm'), identity.algorithm),
      identity.identities && identity.identities.length > 0
        ? [t('signer.identities'), identity.identities.map((x) => h('span', { class: 'tag' }, visible(x)))]
        : null,
      ...(identity.fields ?? []).map(
        (f) =>
          /** @type {[string, import('./h.js').Child]} */ ([
            f.name,
            [visible(f.value), f.about ? h('small', { class: 'about' }, saying(ctx.language, f.about)) : null],
          ]),
      ),
    ),
    identity.signedString &&
      h(
        'details',
        { class: 'attributes' },
        h('summary', null, t('identity.string')),
        h(
          'pre',
          { class: 'dump wrapped', tabindex: '0', role: 'group', 'aria-label': t('identity.string') },
          visible(identity.signedString, { lines: true }),
        ),
      ),
  );
}

/**
 * The header fields inside a seal beside those outside (RFC 3261 section 23.4).
 * @param {Context} ctx
 * @param {import('../types.d.ts').Comparison[] | null | undefined} list
 */
export function comparisonTable(ctx, list) {
  if (!list || list.length === 0) return null;
  const { t } = ctx;
  return h(
    'table',
    { class: 'headers sealed-headers' },
    h('caption', null, t('comparison.title')),
    h(
      'thead',
      null,
      h(
        'tr',
        null,
        ['message.name', 'comparison.outer', 'comparison.inner'].map((k) => h('th', { scope: 'col' }, t(k))),
      ),
    ),
    h(
      'tbody',
      null,
      list.map((c) =>
        h(
          'tr',
          { 'data-ok': String(c.ok) },
          h(
            'th',
            { scope: 'row' },
            checkMark(c.ok ? (c.same ? true : null) : false),
            ' ',
            visible(c.header),
            c.detail && h('small', null, ' ', saying(ctx.language, c.detail)),
          ),
          h(
            'td',
            { 'data-label': t('comparison.outer') },
            c.outerMissing ? '–' : visible(c.outer),
            ' ',
            !c.outerMissing && bytesLink(ctx, c.outerSource, c.outerRange),
          ),
          h(
            'td',
            { 'data-label': t('comparison.inner') },
            c.innerMissing ? '–' : visible(c.inner),
            ' ',
            !c.innerMissing && bytesLink(ctx, c.innerSource, c.innerRange),
            c.ok ? null : referenceText(c.reference),
          ),
        ),
      ),
    ),
  );
}

/**
 * A session description, line by line, each with what it means.
 * @param {Context} ctx
 * @param {import('../types.d.ts').SDPLine[] | null | undefined} list
 */
export function sdpTable(ctx, list) {
  if (!list || list.length === 0) return null;
  const { t } = ctx;
  return h(
    'table',
    { class: 'headers' },
    h('caption', null, t('sdp.title')),
    h(
      'thead',
      { class: 'visually-hidden' },
      h(
        'tr',
        null,
        ['sdp.line', 'sdp.meaning', 'message.bytes'].map((k) => h('th', { scope: 'col' }, t(k))),
      ),
    ),
    h(
      'tbody',
      null,
      list.map((line) =>
        h(
          'tr',
          null,
          h('td', null, visible(`${line.type}=${line.value}`)),
          h('td', { class: 'meaning' }, saying(ctx.language, line.meaning)),
          h('td', { class: 'at' }, bytesLink(ctx, line.source, line.range)),
        ),
      ),
    ),
  );
}
