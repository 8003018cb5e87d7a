// @ts-check
// Untrusted text as it is: control characters, bidirectional overrides and
// characters without width are shown as marks, so that no text can look like other text.

import { ACTING, glyph } from './acting.js';
import { h } from './h.js';

export { glyph, visibleText } from './acting.js';

/** @type {Record<number, string>} */
const NAMES = {
  0x00: 'NUL',
  0x09: 'tab',
  0x0a: 'line feed',
  0x0d: 'carriage return',
  0x1b: 'escape',
  0x7f: 'delete',
  0xad: 'soft hyphen',
  0x061c: 'Arabic letter mark',
  0x200b: 'zero width space',
  0x200c: 'zero width non-joiner',
  0x200d: 'zero width joiner',
  0x200e: 'left-to-right mark',
  0x200f: 'right-to-left mark',
  0x2028: 'line separator',
  0x2029: 'paragraph separator',
  0x202a: 'left-to-right embedding',
  0x202b: 'right-to-left embedding',
  0x202c: 'pop directional formatting',
  0x202d: 'left-to-right override',
  0x202e: 'right-to-left override',
  0x2060: 'word joiner',
  0x2066: 'left-to-right isolate',
  0x2067: 'right-to-left isolate',
  0x2068: 'first strong isolate',
  0x2069: 'pop directional isolate',
  0xfeff: 'byte order mark',
};

/**
 * A visible mark for a character.
 * @param {number} code a code point
 * @returns {HTMLElement}
 */
export function mark(code) {
  const name = NAMES[code] ?? 'control character';
  return h(
    'span',
    { class: 'ctl', title: `${name} (U+${code.toString(16).toUpperCase().padStart(4, '0')})` },
    glyph(code),
  );
}

/**
 * Text with everything visible, as nodes. With lines, a line end stays one, after its marks.
 * @param {string} text
 * @param {{lines?: boolean}} [options]
 * @returns {(string | Node)[]}
 */
export function visible(text, options = {}) {
  /** @type {(string | Node)[]} */
  const out = [];
  let done = 0;
  for (const match of text.matchAll(ACTING)) {
    if (match.index > done) out.push(text.slice(done, match.index));
    done = match.index + match[0].length;
    const code = match[0].codePointAt(0) ?? 0;
    if (options.lines && code === 0x0d && text[done] === '\n') continue;
    if (options.lines && code === 0x0a) out.push('\n');
    else if (options.lines && code === 0x09) out.push('\t');
    else out.push(mark(code));
  }
  if (done < text.length) out.push(text.slice(done));
  return out;
}
