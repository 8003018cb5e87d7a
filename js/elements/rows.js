// @ts-check
// Bytes as rows: as hex, so many a row, or as text with everything visible, broken at line
// feeds and at the width of the pane. Offsets only: nothing is copied.

import { glyph } from './marks.js';

/**
 * One visible thing in a row: a byte in hex, or a character, for the bytes [start, end).
 * @typedef {{start: number, end: number, text: string, kind: '' | 'ctl' | 'raw'}} Cell
 */

/**
 * Rows of a source.
 * @typedef {object} Rows
 * @property {number} count
 * @property {(row: number) => [number, number]} range the bytes of a row
 * @property {(offset: number) => number} rowOf
 * @property {(row: number) => Cell[]} cells
 */

/**
 * @param {Uint8Array} bytes
 * @param {number} width bytes in a row
 * @returns {Rows}
 */
export function hexRows(bytes, width) {
  return {
    count: Math.max(1, Math.ceil(bytes.length / width)),
    range: (row) => [row * width, Math.min(bytes.length, (row + 1) * width)],
    rowOf: (offset) => Math.floor(offset / width),
    cells: (row) => {
      /** @type {Cell[]} */
      const cells = [];
      for (let i = row * width; i < Math.min(bytes.length, (row + 1) * width); i++) {
        cells.push({ start: i, end: i + 1, text: hex(bytes[i]), kind: '' });
      }
      return cells;
    },
  };
}

/**
 * The printable character of a byte in the right-hand column of a hex view.
 * @param {number} b
 */
export function asciiOf(b) {
  return b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '·';
}

/** Control characters that text is made of, as two characters each. @type {Record<number, string>} */
const ESCAPES = { 0x09: '\\t', 0x0a: '\\n', 0x0d: '\\r' };

/** @param {number} b */
function hex(b) {
  return (b < 16 ? '0' : '') + b.toString(16);
}

/**
 * @param {Uint8Array} bytes
 * @param {number} columns
 * @returns {Rows}
 */
export function textRows(bytes, columns) {
  let starts = new Int32Array(Math.ceil(bytes.length / 32) + 16);
  let count = 0;
  let at = 0;
  let column = 0;
  const begin = (/** @type {number} */ offset) => {
    if (count === starts.length) {
      const more = new Int32Array(starts.length * 2);
      more.set(starts);
      starts = more;
    }
    starts[count++] = offset;
  };
  begin(0);
  while (at < bytes.length) {
    const b = bytes[at];
    const length = b < 0x80 ? 1 : sequence(bytes, at);
    const wide = length > 1 ? width(character(bytes, at, length)) : b < 0x20 || b >= 0x7f ? 2 : 1;
    // A line end stays on its line.
    const lineEnd = b === 0x0a || (b === 0x0d && bytes[at + 1] === 0x0a);
    if (column + wide > columns && !lineEnd) {
      begin(at);
      column = 0;
    }
    column += wide;
    at += length;
    if (b === 0x0a && at < bytes.length) {
      begin(at);
      column = 0;
    }
  }
  return {
    count,
    range: (row) => [starts[row], row + 1 < count ? starts[row + 1] : bytes.length],
    rowOf: (offset) => {
      let low = 0;
      let high = count - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (starts[middle] <= offset) low = middle;
        else high = middle - 1;
      }
      return low;
    },
    cells: (row) => textCells(bytes, starts[row], row + 1 < count ? starts[row + 1] : bytes.length),
  };
}

/**
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {number} end
 */
function textCells(bytes, start, end) {
  /** @type {Cell[]} */
  const cells = [];
  for (let i = start; i < end;) {
    const b = bytes[i];
    if (b >= 0x20 && b < 0x7f) {
      cells.push({ start: i, end: ++i, text: String.fromCharCode(b), kind: '' });
    } else if (b < 0x80) {
      cells.push({ start: i, end: ++i, text: ESCAPES[b] ?? hex(b), kind: ESCAPES[b] ? 'ctl' : 'raw' });
    } else {
      const length = sequence(bytes, i);
      if (length === 1) cells.push({ start: i, end: i + 1, text: hex(b), kind: 'raw' });
      else {
        const text = character(bytes, i, length);
        const acting = ACTING.test(text);
        cells.push({
          start: i,
          end: i + length,
          text: acting ? glyph(text.codePointAt(0) ?? 0) : text,
          kind: acting ? 'ctl' : '',
        });
      }
      i += length;
    }
  }
  return cells;
}

/** What is not seen where it stands alone: written as its number. */
const ACTING = /^[\p{C}\p{Z}\p{M}]/u;

/**
 * The character of a UTF-8 sequence of more than one byte.
 * @param {Uint8Array} bytes
 * @param {number} i
 * @param {number} length
 */
function character(bytes, i, length) {
  let code = bytes[i] & (0xff >> (length + 1));
  for (let k = 1; k < length; k++) code = (code << 6) | (bytes[i + k] & 0x3f);
  return String.fromCodePoint(code);
}

/**
 * How many columns a character beyond ASCII takes, about: beyond the alphabets two.
 * @param {string} text
 */
function width(text) {
  const code = text.codePointAt(0) ?? 0;
  return ACTING.test(text) ? glyph(code).length : code >= 0x1100 ? 2 : 1;
}

/**
 * The length of the UTF-8 sequence at an offset; 1 when there is none (RFC 3629 section 4).
 * @param {Uint8Array} bytes
 * @param {number} i
 */
function sequence(bytes, i) {
  const b = bytes[i];
  const length = b >= 0xc2 && b <= 0xdf ? 2 : b >= 0xe0 && b <= 0xef ? 3 : b >= 0xf0 && b <= 0xf4 ? 4 : 1;
  if (i + length > bytes.length) return 1;
  for (let k = 1; k < length; k++) if ((bytes[i + k] & 0xc0) !== 0x80) return 1;
  const second = bytes[i + 1];
  if (
    (b === 0xe0 && second < 0xa0) ||
    (b === 0xed && second > 0x9f) ||
    (b === 0xf0 && second < 0x90) ||
    (b === 0xf4 && second > 0x8f)
  )
    return 1;
  return length;
}
