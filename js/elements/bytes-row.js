// @ts-check
// One row of the bytes, as text or as hex: each byte with what it is part of, so that what
// was signed is in brackets, and what a claim is about is lit up.

import { h } from './h.js';
import { asciiOf } from './rows.js';

/**
 * What there is to see in the bytes.
 * @typedef {object} Look
 * @property {Uint8Array} bytes
 * @property {import('./bytes-signed.js').Signed[]} signed
 * @property {import('./context.js').TLV | null} node the ASN.1 node that is lit
 * @property {[number, number] | null} hovered what the pointer is on elsewhere
 * @property {[number, number] | null} selection what is lit
 * @property {number} cursor the byte at hand, or -1
 */

/** @typedef {import('./rows.js').Cell} Cell */

/**
 * A row of hex, and of the characters beside it.
 * @param {Look} look
 * @param {Cell[]} cells
 * @param {number} width how many bytes a full row has
 * @returns {HTMLElement[]}
 */
export function hexRow(look, cells, width) {
  return [
    h(
      'span',
      { class: 'hex' },
      cells.map((c, i) =>
        h('span', { class: [...classes(look, c), i === width / 2 && 'half'], 'data-o': c.start }, c.text),
      ),
    ),
    h(
      'span',
      { class: 'ascii' },
      cells.map((c) => h('span', { class: classes(look, c), 'data-o': c.start }, asciiOf(look.bytes[c.start]))),
    ),
  ];
}

/**
 * A row of text. Neighbours that look the same share an element; a control character has its own.
 * @param {Look} look
 * @param {Cell[]} cells
 * @returns {HTMLElement}
 */
export function textRow(look, cells) {
  const line = h('span', { class: 'line' });
  let run = '';
  let runStart = 0;
  let runClass = '';
  const flush = () => {
    if (run) line.append(h('span', { class: runClass || null, 'data-o': runStart }, run));
    run = '';
  };
  for (const cell of cells) {
    const own = cell.kind || cell.end - cell.start > 1;
    const list = classes(look, cell).join(' ');
    if (own || list !== runClass) flush();
    if (own) {
      line.append(h('span', { class: [cell.kind, list], 'data-o': cell.start }, cell.text));
      runClass = '\0';
      continue;
    }
    if (!run) {
      runStart = cell.start;
      runClass = list;
    }
    run += cell.text;
  }
  flush();
  return line;
}

/**
 * @param {Look} look
 * @param {Cell} cell
 * @returns {string[]}
 */
function classes({ bytes, signed, node, hovered, selection, cursor }, { start, end }) {
  const out = [];
  for (const s of signed) {
    if (within([s.start, s.end], start)) {
      out.push('signed');
      if (start === s.start) out.push('signed-begin');
      if (end === s.end) out.push('signed-end');
    }
    if (within(s.crlf, start)) out.push('unsigned');
  }
  if (node && within([node.start, node.close], start)) {
    out.push(
      start >= node.end
        ? 'tlv-end'
        : start >= node.content
          ? 'tlv-val'
          : start < node.start + tagLength(bytes, node)
            ? 'tlv-tag'
            : 'tlv-len',
    );
  } else if (within(hovered, start)) out.push('hov');
  else if (within(selection, start)) out.push('sel');
  if (start === cursor) out.push('cursor');
  return out;
}

/**
 * @param {[number, number] | null} range
 * @param {number} offset
 */
function within(range, offset) {
  return !!range && offset >= range[0] && offset < range[1];
}

/**
 * How many octets the tag of a node has (X.690 section 8.1.2).
 * @param {Uint8Array} bytes
 * @param {import('./context.js').TLV} node
 */
function tagLength(bytes, node) {
  if ((bytes[node.start] & 0x1f) !== 0x1f) return 1;
  let at = node.start + 1;
  while (at < node.content - 1 && bytes[at] & 0x80) at++;
  return at + 1 - node.start;
}
