// @ts-check
// The style sheets of a view. They are constructed, because a strict
// Content-Security-Policy allows no style elements, and shared by all views.

import tokens from './tokens.css' with { type: 'text' };
import view from './view.css' with { type: 'text' };
import bytes from './bytes.css' with { type: 'text' };
import asn1 from './asn1.css' with { type: 'text' };

const TEXTS = [tokens, view, bytes, asn1];

/** The same as text, for a page that is saved. */
export function css() {
  return TEXTS.join('\n');
}

/** @type {CSSStyleSheet[] | undefined} */
let made;

/** @returns {CSSStyleSheet[]} */
export function sheets() {
  made ??= TEXTS.map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  return made;
}
