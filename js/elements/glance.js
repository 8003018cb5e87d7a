// @ts-check
// What a list says of a message at a glance.

/**
 * @typedef {import('../types.d.ts').Report} Report
 * @typedef {import('../types.d.ts').Message} Message
 */

/** Up to so many messages that were not captured are shown as cards, side by side. */
const CARDS = 12;
/**
 * Whether the messages of a report are shown as a list.
 * @param {Report} report
 */
export function isLong(report) {
  return report.messages.length > CARDS || (report.messages.length > 1 && report.messages.some((m) => m.capture));
}

/**
 * The message to begin with: the first that is sealed, or the first.
 * @param {Report} report
 */
export function firstToShow(report) {
  return Math.max(
    0,
    report.messages.findIndex((m) => isSealed(m)),
  );
}

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
