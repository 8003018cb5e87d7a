// @ts-check
// Which bytes of a source were signed, and which line end after them was not.

import { h } from './h.js';
import { walk } from './model.js';

/** What was signed, and the line end after it that is not. @typedef {{start: number, end: number, crlf: [number, number] | null}} Signed */

/** Signed ranges that the legend names. */
const MAX_NAMED = 4;

/**
 * The signed ranges in a source, each with the CRLF after it that belongs to the delimiter and
 * is not signed (RFC 2046 section 5.1.1).
 * @param {import('./model.js').Report} report
 * @param {number} source
 * @returns {Signed[]}
 */
export function signedIn(report, source) {
  /** @type {Signed[]} */
  const out = [];
  for (const { part } of walk(report)) {
    const s = part?.signature;
    if (!part || !s || s.signedSource !== source || s.signedRange[1] <= s.signedRange[0]) continue;
    const [start, end] = s.signedRange;
    const delimiter = part.source === source ? part.delimiters?.find((d) => d[0] === end) : undefined;
    const bytes = /** @type {any} */ (report.sources[source]).bytes;
    const length =
      delimiter && bytes ? (bytes[end] === 0x0d && bytes[end + 1] === 0x0a ? 2 : bytes[end] === 0x0a ? 1 : 0) : 0;
    out.push({ start, end, crlf: length > 0 ? [end, end + length] : null });
  }
  return out;
}

/**
 * What the brackets and marks mean; each of them leads to its bytes.
 * @param {import('./context.js').Context} ctx
 * @param {Signed[]} signed
 * @param {(range: [number, number]) => void} show
 */
export function signedLegend({ t, number }, signed, show) {
  /** @type {(kind: string, range: [number, number], caption: string) => HTMLElement} */
  const button = (kind, range, caption) =>
    h('button', { type: 'button', class: ['key', kind], onclick: () => show(range) }, caption);
  return signed
    .slice(0, MAX_NAMED)
    .map(({ start, end, crlf }) => [
      button('signed-key', [start, end], t('bytes.signed', { from: number(start), to: number(end) })),
      crlf && button('unsigned-key', crlf, t('bytes.unsigned')),
    ]);
}
