// @ts-check
// What a list says of a message at a glance.

/** @typedef {import('../types.d.ts').Message} Message */

/** @param {Message} m */
export function isSealed(m) {
  return stateOf(m) !== 'plain' && stateOf(m) !== 'error';
}

/** @param {Message} m */
export function stateOf(m) {
  return m.summary?.state ?? 'plain';
}

/** @param {Message} m */
export function callID(m) {
  return m.headers.find((x) => /^(call-id|i)$/i.test(x.canonical ?? x.name))?.value ?? '';
}

/**
 * The time of day of a capture, and the day.
 * @param {string | undefined} iso
 * @returns {[string, string]}
 */
export function timeOfDay(iso) {
  const [, day = '', time = ''] = /^(\d+-\d\d-\d\d)T([\d:.]+)/.exec(iso ?? '') ?? [];
  return [time, day];
}
