// @ts-check
// The message as it reads: start line, header fields, and its parts with what each says.

import { h } from './h.js';
import { comparisonTable, sdpTable } from './identity.js';
import { visible } from './marks.js';
import { inside, messageTitle, walk } from './model.js';
import { bytesLink, fact, facts } from './pieces.js';
import { saying } from './said.js';
import { download } from './files.js';

/** @typedef {import('./context.js').Context} Context */

/** @param {Context} ctx */
export function messagePanel(ctx) {
  const stop = walk(ctx.report, ctx.message)[0];
  return stop ? messageView(ctx, stop) : h('p', { class: 'empty' }, ctx.t('message.none'));
}

/**
 * @param {Context} ctx
 * @param {import('./model.js').Stop} stop
 * @returns {HTMLElement}
 */
function messageView(ctx, stop) {
  const m = /** @type {import('../types.d.ts').Message} */ (stop.message);
  const { t } = ctx;
  const startLine =
    m.kind === 'request'
      ? `${m.method} ${m.requestURI} ${m.version ?? ''}`
      : m.kind === 'response'
        ? `${m.version ?? ''} ${m.status} ${m.reason ?? ''}`
        : '';
  return h(
    'section',
    { class: 'message', 'data-claim': stop.key },
    h('h3', null, messageTitle(m, t), ' ', bytesLink(ctx, m.source, m.range, stop.key)),
    startLine && h('p', { class: 'start-line' }, h('code', null, visible(startLine.trim()))),
    facts(
      fact(t('message.from'), m.from),
      fact(t('message.to'), m.to),
      fact(t('message.date'), m.date),
      m.capture
        ? [
            t('message.capture'),
            visible(
              `${m.capture.source} → ${m.capture.destination}, ${m.capture.transport}${m.capture.time ? ', ' + m.capture.time : ''}`,
            ),
          ]
        : null,
    ),
    headerTable(ctx, stop.key, m.source, m.headers, t('message.headers', { n: m.headers.length })),
    comparisonTable(ctx, m.comparison),
    inside(stop).map((s) => partView(ctx, s)),
  );
}

/**
 * @param {Context} ctx
 * @param {string} key
 * @param {number} source
 * @param {import('../types.d.ts').Header[] | null | undefined} headers
 * @param {string} caption
 */
function headerTable(ctx, key, source, headers, caption) {
  if (!headers || headers.length === 0) return null;
  return h(
    'table',
    { class: 'headers fields' },
    h('caption', null, caption),
    h(
      'thead',
      { class: 'visually-hidden' },
      h(
        'tr',
        null,
        ['message.name', 'message.value', 'message.bytes'].map((k) => h('th', { scope: 'col' }, ctx.t(k))),
      ),
    ),
    h(
      'tbody',
      null,
      headers.map((header, i) =>
        h(
          'tr',
          { 'data-claim': `${key}.h${i}` },
          h(
            'th',
            { scope: 'row' },
            visible(header.name),
            header.canonical && header.canonical !== header.name && h('small', null, ' ', header.canonical),
            header.covered && h('small', { class: 'covered' }, ' ', ctx.t('message.covered')),
          ),
          h('td', null, visible(header.value), header.about && h('small', { class: 'about' }, header.about)),
          h('td', { class: 'at' }, bytesLink(ctx, source, header.range, `${key}.h${i}`)),
        ),
      ),
    ),
  );
}

/**
 * @param {Context} ctx
 * @param {import('./model.js').Stop} stop
 * @returns {HTMLElement}
 */
function partView(ctx, stop) {
  if (stop.message) return messageView(ctx, stop);
  const part = /** @type {import('../types.d.ts').Part} */ (stop.part);
  const { t, number } = ctx;
  const cms = part.cms;
  return h(
    'section',
    { class: 'part', 'data-claim': stop.key, 'data-role': stop.role },
    h(
      'h4',
      null,
      h('span', { class: 'path' }, part.path),
      ' ',
      visible(part.type || t('layers.unknown')),
      stop.role === 'content' && h('span', { class: 'tag' }, t('part.sealed-inside')),
      bytesLink(ctx, part.source, part.range, stop.key),
    ),
    part.error && h('p', { class: 'bad' }, saying(ctx.language, part.error)),
    facts(
      [t('part.size'), t('bytes.count', { n: number(part.bodyRange[1] - part.bodyRange[0]) })],
      part.covered
        ? [
            t('part.covered'),
            part.covered
              .map(({ by, identity }) =>
                t(identity === undefined ? 'part.covered.seal' : 'part.covered.identity', { by }),
              )
              .join(', '),
          ]
        : null,
      part.encoding ? [t('part.encoding'), visible(part.encoding)] : null,
      fact(t('part.disposition'), part.disposition),
      fact(t('part.content-id'), part.contentID),
      part.source > 0 ? [t('part.source'), ctx.sourceName(part.source)] : null,
      h && [
        t('part.body'),
        h(
          'span',
          { 'data-claim': stop.key + '.body' },
          bytesLink(ctx, part.source, part.bodyRange, stop.key + '.body'),
        ),
      ],
      cms
        ? ['ASN.1', h('button', { type: 'button', class: 'quiet', onclick: () => ctx.openASN1(cms) }, cms.kind)]
        : null,
    ),
    part.delimiters &&
      part.delimiters.length > 0 &&
      h(
        'p',
        { class: 'delimiters' },
        t('part.delimiters'),
        ' ',
        part.delimiters.map((r, i) =>
          h('span', { 'data-claim': `${stop.key}.d${i}` }, bytesLink(ctx, part.source, r, `${stop.key}.d${i}`)),
        ),
      ),
    headerTable(ctx, stop.key, part.source, part.headers, t('part.headers')),
    part.text !== undefined && part.text !== null && textView(ctx, part),
    sdpTable(ctx, part.sdp),
    inside(stop).map((s) => partView(ctx, s)),
  );
}

/**
 * @param {Context} ctx
 * @param {import('../types.d.ts').Part} part
 */
function textView(ctx, part) {
  const { t } = ctx;
  const text = part.text ?? '';
  const decrypted = ctx.report.sources[part.source]?.origin === 'decrypted';
  return h(
    'figure',
    { class: 'text' },
    h(
      'figcaption',
      null,
      t(decrypted ? 'part.text.decrypted' : 'part.text'),
      h(
        'button',
        { type: 'button', class: 'quiet', onclick: () => download(`part-${part.path}.txt`, 'text/plain', text) },
        t('act.download'),
      ),
    ),
    h(
      'pre',
      { dir: 'auto', tabindex: '0', role: 'group', 'aria-label': t('part.text') },
      text === '' ? h('i', null, t('part.text.empty')) : visible(text, { lines: true }),
    ),
  );
}
