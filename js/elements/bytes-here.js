// @ts-check
// What is at the cursor in the bytes: the byte, and all that is said about it.

import { h } from './h.js';
import { glyph } from './marks.js';
import { claimsAt } from './model.js';

/**
 * @param {import('./context.js').Context} ctx
 * @param {number} source
 * @param {import('./bytes-row.js').Look} look
 * @param {(claim: import('./model.js').Claim) => void} onclaim
 */
export function here({ t, number, claims }, source, { bytes, cursor, selection }, onclaim) {
  if (cursor < 0 || bytes.length === 0) return h('p', null, t('bytes.hint'));
  const b = bytes[cursor];
  const found = claimsAt(claims, source, cursor);
  const [from, to] = selection ?? [0, 0];
  return [
    h(
      'p',
      null,
      t('bytes.at', { n: number(cursor) }),
      ' ',
      h('code', null, '0x' + (b < 16 ? '0' : '') + b.toString(16)),
      ' ',
      h(
        'code',
        null,
        b > 0x20 && b < 0x7f ? String.fromCharCode(b) : b === 0x20 ? t('bytes.space') : b < 0x80 ? glyph(b) : '',
      ),
      to - from > 1 && ' · ' + t('bytes.selected', { from: number(from), to: number(to), n: number(to - from) }),
    ),
    found.length > 0 &&
      h(
        'ol',
        { class: 'crumbs', 'aria-label': t('bytes.claims') },
        found.map((c) =>
          h(
            'li',
            null,
            h(
              'button',
              {
                type: 'button',
                class: 'quiet',
                'aria-current': c.start === from && c.end === to ? 'true' : false,
                'data-claim-link': c.key,
                onclick: () => onclaim(c),
              },
              c.label,
            ),
          ),
        ),
      ),
  ];
}
