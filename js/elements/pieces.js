// @ts-check
// Pieces that several panels are made of: a link to bytes, a list of facts.

import { h } from './h.js';
import { visible } from './marks.js';

/** @typedef {import('./context.js').Context} Context */

/**
 * A button that lights up bytes.
 * @param {Context} ctx
 * @param {number | null | undefined} source
 * @param {[number, number] | null | undefined} range
 * @param {string} [key] the claim that it belongs to
 * @param {string} [caption] what to say instead of the offsets
 */
export function bytesLink(ctx, source, range, key, caption) {
  if (!range || source === undefined || source === null) return null;
  const { t } = ctx;
  const span = range[1] - range[0] === 1 ? ctx.number(range[0]) : `${ctx.number(range[0])}–${ctx.number(range[1])}`;
  return h(
    'button',
    {
      type: 'button',
      class: 'bytes-link',
      'data-bytes': `${source}:${range[0]}-${range[1]}`,
      title: `${ctx.sourceName(source)}, ${t('bytes.range', { from: range[0], to: range[1] })}`,
      onclick: () => ctx.showBytes(source, range, key),
    },
    h('span', { class: 'visually-hidden' }, t('bytes.show'), ' '),
    caption ?? span,
  );
}

/**
 * A list of names and values; those without a value are left out.
 * @param {...([string, import('./h.js').Child] | false | null | undefined)} rows
 */
export function facts(...rows) {
  return h(
    'dl',
    { class: 'facts' },
    rows.map(
      (row) =>
        row &&
        row[1] !== undefined &&
        row[1] !== null &&
        row[1] !== '' &&
        row[1] !== false &&
        h('div', null, h('dt', null, row[0]), h('dd', null, row[1])),
    ),
  );
}

/**
 * A fact whose value comes from the message.
 * @param {string} name
 * @param {string | null | undefined} value
 * @returns {[string, import('./h.js').Child] | null}
 */
export function fact(name, value) {
  return value ? [name, visible(value)] : null;
}

/**
 * A time as a person reads it, with the exact one in its title.
 * @param {Context} ctx
 * @param {string | null | undefined} iso
 */
export function time(ctx, iso) {
  if (!iso) return null;
  return h('time', { datetime: iso }, iso.replace('T', ' ').replace(/:00Z$/, 'Z').replace(/Z$/, ' UTC'));
}

/**
 * Where a rule is written; RFCs are links for those who print or read on.
 * @param {string} reference
 */
export function referenceText(reference) {
  return reference ? h('cite', { class: 'reference' }, visible(reference)) : null;
}
