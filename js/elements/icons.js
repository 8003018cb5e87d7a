// @ts-check
// The few pictures of the view, drawn as SVG. The marks of the states differ in shape as
// well as in colour, and a word always stands beside them.

import { svg } from './h.js';

/** Outlines on a 24 by 24 grid: what is filled, and what is drawn over it. */
const SHAPES = {
  // A seal with a tick, an octagon with a cross, a diamond with a question mark.
  valid: {
    fill: 'M12 1.5l2.6 2 3.3-.2 1 3.1 2.7 1.9-1 3.1 1 3.1-2.7 1.9-1 3.1-3.3-.2-2.6 2-2.6-2-3.3.2-1-3.1-2.7-1.9 1-3.1-1-3.1 2.7-1.9 1-3.1 3.3.2z',
    line: 'M7.6 11.6l3 3 5.6-6',
  },
  // A disc of which one half is filled and ticked.
  partly: { fill: 'M12 1.5a10.5 10.5 0 0 0 0 21z', line: 'M4.6 12.4l2.2 2.2 3-4.2', extra: 'M12 2a10 10 0 0 1 0 20' },
  invalid: { fill: 'M7.5 1.5h9l6 6v9l-6 6h-9l-6-6v-9z', line: 'M8 8l8 8M16 8l-8 8' },
  unverifiable: {
    fill: 'M12 .8L23.2 12 12 23.2.8 12z',
    line: 'M9.4 9.6c0-3.6 5.3-3.4 5.2-.3-.1 1.9-2.6 2.1-2.6 4.3M12 16.6v.3',
  },
  opened: { fill: 'M4 10.5h16v11.5H4z', line: 'M12 15v3', extra: 'M8 10V6.5a4 4 0 0 1 7.6-1.7' },
  sealed: { fill: 'M4 10.5h16v11.5H4z', line: 'M12 15v3', extra: 'M8 10V6.5a4 4 0 0 1 8 0V10' },
  plain: { fill: 'M4 1.5h10.5L20 7v15.5H4z', line: 'M8 11h8M8 15h8M8 19h5' },
  none: { fill: 'M12 2a10 10 0 1 1 0 20a10 10 0 1 1 0-20z', line: 'M8 12h8' },
  error: { fill: 'M12 1.8L23.2 21.8H.8z', line: 'M12 9v6M12 18.2v.3' },
};

/**
 * The mark of a state.
 * @param {string} state valid, partly, invalid, unverifiable, opened, sealed, plain or error
 */
export function stateMark(state) {
  const shape =
    /** @type {Record<string, {fill: string, line: string, extra?: string}>} */ (SHAPES)[state] ?? SHAPES.plain;
  return svg(
    'svg',
    { class: 'mark', viewBox: '0 0 24 24', 'aria-hidden': 'true', 'data-state': state },
    shape.extra && svg('path', { class: 'mark-extra', d: shape.extra }),
    svg('path', { class: 'mark-fill', d: shape.fill }),
    svg('path', { class: 'mark-line', d: shape.line }),
  );
}

/**
 * The mark of a check: done and good, done and bad, needed but not decided, or not made.
 * @param {boolean | null | undefined} ok
 * @param {boolean} [required]
 */
export function checkMark(ok, required = false) {
  return stateMark(ok === true ? 'valid' : ok === false ? 'invalid' : required ? 'unverifiable' : 'none');
}

/** The sign of the project: a seal with an S. */
export function brandMark() {
  return svg(
    'svg',
    { class: 'brand-mark', viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    svg('path', { class: 'brand-seal', d: SHAPES.valid.fill }),
    svg('path', {
      class: 'brand-letter',
      d: 'M15.2 8.3c-.6-1.1-1.8-1.6-3.2-1.6-1.9 0-3.2.9-3.2 2.4 0 3.4 6.6 1.5 6.6 4.9 0 1.6-1.5 2.5-3.4 2.5-1.6 0-2.9-.6-3.5-1.9',
    }),
  );
}
