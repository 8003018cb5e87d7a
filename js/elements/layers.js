// @ts-check
// The picture of the layers: boxes within boxes, the message outermost, each with its
// size, its algorithm and whether it is sealed, opened, intact or broken.

import { h } from './h.js';
import { stateMark } from './icons.js';
import { visible, visibleText } from './marks.js';
import { inside, messageTitle, uncovered, walk } from './model.js';
import { layersSVG } from './layers-svg.js';
import { download } from './files.js';

/**
 * One box of the picture.
 * @typedef {object} Box
 * @property {string} key the claim that it stands for
 * @property {string} title
 * @property {string} detail algorithm, or what else there is to say; may be empty
 * @property {number} size in bytes
 * @property {string} state a state for the mark, or "" for a box without a seal
 * @property {string} word the state as a word
 * @property {string} [text] the beginning of the text in it
 * @property {Box[]} inner
 */

/** The most boxes that a picture shows beside each other, and the deepest nesting. */
const MAX_BESIDE = 12;
const MAX_DEEP = 24;
const TEXT_SHOWN = 280;

/**
 * The boxes of a message.
 * @param {import('./context.js').Context} ctx
 * @param {number} index
 * @returns {Box}
 */
export function boxes(ctx, index) {
  return box(ctx, walk(ctx.report, index)[0], 0);
}

/**
 * @param {import('./context.js').Context} ctx
 * @param {import('./model.js').Stop} stop
 * @param {number} deep
 * @returns {Box}
 */
function box(ctx, stop, deep) {
  const { t } = ctx;
  const inner =
    deep < MAX_DEEP
      ? inside(stop)
          .slice(0, MAX_BESIDE)
          .map((s) => box(ctx, s, deep + 1))
      : [];
  if (stop.message) {
    const m = stop.message;
    return {
      key: stop.key,
      title: messageTitle(m, t),
      detail: m.kind === 'entity' ? '' : [m.from, m.to].filter(Boolean).join(' → '),
      size: m.range[1] - m.range[0],
      state: '',
      word: '',
      inner,
    };
  }
  const part = /** @type {import('./model.js').Part} */ (stop.part);
  const common = { key: stop.key, title: part.type || t('layers.unknown'), size: part.range[1] - part.range[0], inner };
  if (part.signature) {
    const s = part.signature;
    return {
      ...common,
      key: stop.key + '.sig',
      ...signatureState(s, t),
      detail: [...new Set(s.signers.map((x) => algorithmText(x)))].join(', '),
    };
  }
  if (part.envelope) {
    const e = part.envelope;
    const state =
      { decrypted: 'opened', 'no-key': 'sealed', failed: 'error', unsupported: 'unverifiable' }[e.verdict] ?? 'sealed';
    return { ...common, key: stop.key + '.r0', state, word: t('layers.' + e.verdict), detail: e.algorithm };
  }
  const text = part.text ?? undefined;
  const unsigned = !part.error && !part.cms && inner.length === 0 && uncovered(ctx.report.messages[stop.index], part);
  return {
    ...common,
    detail: part.error ? t('layers.unreadable') : '',
    state: part.error ? 'error' : unsigned ? 'none' : '',
    word: part.error ? t('layers.unreadable') : unsigned ? t('layers.unsigned') : '',
    text: text === undefined ? undefined : text.slice(0, TEXT_SHOWN) + (text.length > TEXT_SHOWN ? '…' : ''),
  };
}

/** @param {import('../types.d.ts').Signer} signer */
export function algorithmText(signer) {
  if (
    !signer.digest ||
    signer.algorithm
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '')
      .includes(signer.digest.toLowerCase().replace(/[^a-z0-9]/g, ''))
  )
    return signer.algorithm;
  return `${signer.algorithm}, ${signer.digest}`;
}

/**
 * @param {import('../types.d.ts').Signature} s
 * @param {import('./texts.js').Translate} t
 */
function signatureState(s, t) {
  if (s.verdict === 'valid') return { state: 'valid', word: t('layers.intact') };
  if (s.verdict === 'invalid') {
    const held = (/** @type {string} */ code) =>
      s.signers.every((signer) => signer.checks.some((c) => c.code === code && c.ok === true));
    const broken = s.reason === 'digest' || s.reason === 'signature';
    const word = broken ? 'layers.broken' : held('digest') && held('signature') ? 'layers.refused' : 'layers.unchecked';
    return { state: 'invalid', word: t(word) };
  }
  return { state: 'unverifiable', word: t('layers.undecided') };
}

/**
 * The picture as part of the page.
 * @param {import('./context.js').Context} ctx
 * @param {number} index
 */
export function layersPicture(ctx, index) {
  const { t } = ctx;
  const root = boxes(ctx, index);
  return h(
    'section',
    { class: 'layers', part: 'layers', role: 'group', 'aria-labelledby': ctx.id('layers') },
    h(
      'header',
      { class: 'section-head' },
      h('h3', { id: ctx.id('layers') }, t('layers.title')),
      h(
        'button',
        {
          type: 'button',
          class: 'quiet',
          'data-act': 'save-svg',
          onclick: () => download('layers.svg', 'image/svg+xml', layersSVG(ctx, root)),
        },
        t('layers.save'),
      ),
    ),
    h('ul', { class: 'boxes' }, boxElement(ctx, root)),
  );
}

/**
 * @param {import('./context.js').Context} ctx
 * @param {Box} b
 * @returns {HTMLElement}
 */
function boxElement(ctx, b) {
  return h(
    'li',
    { class: 'box', 'data-state': b.state },
    h(
      'button',
      {
        type: 'button',
        class: 'box-head',
        'data-layer': b.key,
        onclick: () => ctx.reveal(b.key) || ctx.reveal(b.key.replace(/\.(sig|r0)$/, '')),
      },
      b.state && stateMark(b.state),
      h('span', { class: 'box-title' }, visibleText(b.title)),
      b.word && h('span', { class: 'box-word' }, b.word),
      h(
        'span',
        { class: 'box-detail' },
        visibleText([b.detail, ctx.t('bytes.count', { n: ctx.number(b.size) })].filter(Boolean).join(' · ')),
      ),
    ),
    b.text !== undefined && h('p', { class: 'box-text', dir: 'auto' }, visible(b.text, { lines: true })),
    b.inner.length > 0 &&
      h(
        'ul',
        { class: 'boxes' },
        b.inner.map((x) => boxElement(ctx, x)),
      ),
  );
}
