// @ts-check
// Characters that act on text instead of being seen, and what is written in their place.

/**
 * Controls, bidirectional overrides and all that is drawn as nothing (Unicode's
 * Default_Ignorable_Code_Point), line separators, and halves of surrogate pairs.
 */
export const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/gu;

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
 * Text with everything visible, as plain text. With lines, line feeds and tabs stay what they are.
 * @param {string} text
 * @param {boolean} [lines]
 */
export function visibleText(text, lines = false) {
  return text.replace(ACTING, (c) => (lines && (c === '\n' || c === '\t') ? c : `<${glyph(c.codePointAt(0) ?? 0)}>`));
}
