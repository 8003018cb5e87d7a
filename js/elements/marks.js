// @ts-check
// Untrusted text as it is: control characters, bidirectional overrides and
// characters without width are shown as marks, so that no text can look like other text.

import { h } from './h.js';

/** Characters that would act instead of being seen. */
const ACTING =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udfff]/g;

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

/** The abbreviations of the control characters below 0x20 (ISO 646). */
const CONTROLS =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  );

/**
 * What is written for a character that cannot be seen. Not the pictures of U+2400: many fonts lack them.
 * @param {number} code a code point
 */
export function glyph(code) {
  if (code < 0x20) return CONTROLS[code];
  if (code === 0x7f) return 'DEL';
  return 'U+' + code.toString(16).toUpperCase().padStart(4, '0');
}

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

/**
 * The same as a plain string, for attributes, titles and saved text.
 * @param {string} text
 */
export function visibleText(text) {
  return text.replace(ACTING, (c) => `<${glyph(c.codePointAt(0) ?? 0)}>`);
}
