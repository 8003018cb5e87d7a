// @ts-check
// Bytes as text, for a page that holds them: five characters of 85 for every four bytes,
// where base64 takes five and a third. The characters are those from "*" to "~", "!" in
// place of "<", so that nothing in it can be read as markup.

const FIRST = 42;
const BASE = 85;

/**
 * @param {string} text
 * @returns {Uint8Array}
 * @throws {RangeError} where there is something else in it
 */
export function fromBase85(text) {
  const rest = text.length % 5;
  if (rest === 1) throw new RangeError('base85: it is cut off');
  const out = new Uint8Array((text.length - rest) * 0.8 + Math.max(rest - 1, 0));
  for (let i = 0, to = 0; i < text.length; i += 5) {
    let group = 0;
    for (let k = i; k < i + 5; k++) {
      const char = text.charCodeAt(k);
      // What is missing at the end counts as the highest digit.
      const digit = k >= text.length ? BASE - 1 : char === 33 ? 60 - FIRST : char === 60 ? -1 : char - FIRST;
      if (digit < 0 || digit >= BASE) throw new RangeError(`base85: character ${k} is none of it`);
      group = group * BASE + digit;
    }
    if (group >= 2 ** 32) throw new RangeError(`base85: the group at character ${i} is too large`);
    for (let shift = 24; shift >= 0 && to < out.length; shift -= 8) out[to++] = group >>> shift;
  }
  return out;
}
