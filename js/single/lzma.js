// @ts-check
// Unpacks a .lzma file (LZMA specification, Igor Pavlov, 2015). It is here because no
// browser unpacks by itself anything that is as small: gzip is larger by two fifths.

const PROBABILITY_BITS = 11;
const EVEN = 1 << (PROBABILITY_BITS - 1);
const HEADER = 13;
/** A file that says it is larger is not unpacked. */
const LIMIT = 1 << 28;

// Where each kind of probability begins in the list of them all. Of those that depend on
// the position as well there are sixteen for each state.
const IS_MATCH = 0;
const IS_REP = IS_MATCH + (12 << 4);
const IS_REP0 = IS_REP + 12;
const IS_REP1 = IS_REP0 + 12;
const IS_REP2 = IS_REP1 + 12;
const IS_REP0_LONG = IS_REP2 + 12;
const SLOT = IS_REP0_LONG + (12 << 4);
const SPECIAL = SLOT + (4 << 6);
const ALIGN = SPECIAL + 128;
const MATCH_LENGTH = ALIGN + 16;
const REP_LENGTH = MATCH_LENGTH + 2 + (32 << 3) + 256;
const LITERAL = REP_LENGTH + 2 + (32 << 3) + 256;

/**
 * @param {Uint8Array} packed a whole .lzma file, with its size in the header
 * @returns {Uint8Array}
 * @throws {RangeError} when it is not that, or damaged, or cut off
 */
export function unpackLZMA(packed) {
  const fail = (/** @type {string} */ what) => {
    throw new RangeError(`unpacking LZMA: ${what}`);
  };
  if (packed.length < HEADER + 5) fail('it is cut off in its header');
  const header = new DataView(packed.buffer, packed.byteOffset, HEADER);
  const properties = packed[0];
  if (properties >= 9 * 5 * 5) fail(`its properties cannot be ${properties}`);
  const lc = properties % 9;
  const lp = Math.floor(properties / 9) % 5;
  const pb = Math.floor(properties / 45);
  const size = header.getUint32(5, true) + header.getUint32(9, true) * 2 ** 32;
  if (size > LIMIT) fail('it does not say its size, or is too large');
  if (packed[HEADER] !== 0) fail('its first byte is not 0');

  const out = new Uint8Array(size);
  const probs = new Uint16Array(LITERAL + (0x300 << (lc + lp))).fill(EVEN);
  // The range coder: span and code. In an array because they are 32 bits without a sign.
  const coder = new Uint32Array(2);
  coder[0] = 0xffffffff;
  let at = HEADER + 1;
  for (; at < HEADER + 5; at++) coder[1] = (coder[1] << 8) | packed[at];

  const normalise = () => {
    if (coder[0] >= 1 << 24) return;
    if (at >= packed.length) fail('it is cut off');
    coder[0] <<= 8;
    coder[1] = (coder[1] << 8) | packed[at++];
  };
  /** Reads a bit, and its probability learns. */
  const bit = (/** @type {number} */ i) => {
    normalise();
    const p = probs[i];
    const bound = Math.imul(coder[0] >>> PROBABILITY_BITS, p) >>> 0;
    if (coder[1] < bound) {
      coder[0] = bound;
      probs[i] = p + (((1 << PROBABILITY_BITS) - p) >> 5);
      return 0;
    }
    coder[0] -= bound;
    coder[1] -= bound;
    probs[i] = p - (p >> 5);
    return 1;
  };
  /** A number of so many bits, each in the light of those before it, the highest first. */
  const tree = (/** @type {number} */ base, /** @type {number} */ bits) => {
    let node = 1;
    for (let i = 0; i < bits; i++) node = (node << 1) | bit(base + node);
    return node - (1 << bits);
  };
  /** The same, the lowest first. */
  const reverseTree = (/** @type {number} */ base, /** @type {number} */ bits) => {
    let node = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const b = bit(base + node);
      node = (node << 1) | b;
      value |= b << i;
    }
    return value;
  };
  const length = (/** @type {number} */ base, /** @type {number} */ position) => {
    if (!bit(base)) return 2 + tree(base + 2 + (position << 3), 3);
    if (!bit(base + 1)) return 10 + tree(base + 2 + (16 << 3) + (position << 3), 3);
    return 18 + tree(base + 2 + (32 << 3), 8);
  };
  /** How far back a copy begins. */
  const distance = (/** @type {number} */ count) => {
    const slot = tree(SLOT + (Math.min(count - 2, 3) << 6), 6);
    if (slot < 4) return slot + 1;
    const bits = (slot >> 1) - 1;
    let value = ((2 | (slot & 1)) << bits) >>> 0;
    if (slot < 14) return value + reverseTree(SPECIAL + value - slot, bits) + 1;
    let direct = 0;
    for (let i = 4; i < bits; i++) {
      normalise();
      coder[0] >>>= 1;
      const b = coder[1] >= coder[0] ? 1 : 0;
      if (b) coder[1] -= coder[0];
      direct = (direct << 1) | b;
    }
    return value + (direct * 16) + reverseTree(ALIGN, 4) + 1;
  };

  const positions = (1 << pb) - 1;
  let done = 0;
  let state = 0;
  let rep0 = 1;
  let rep1 = 1;
  let rep2 = 1;
  let rep3 = 1;
  while (done < size) {
    const position = done & positions;
    if (!bit(IS_MATCH + (state << 4) + position)) {
      const before = done > 0 ? out[done - 1] : 0;
      const base = LITERAL + 0x300 * (((done & ((1 << lp) - 1)) << lc) + (before >> (8 - lc)));
      let symbol = 1;
      if (state >= 7) {
        // What the last distance gives is a hint, as long as it holds.
        let hint = out[done - rep0];
        while (symbol < 0x100) {
          hint <<= 1;
          const expected = hint & 0x100;
          const b = bit(base + 0x100 + expected + symbol);
          symbol = (symbol << 1) | b;
          if (expected >> 8 !== b) break;
        }
      }
      while (symbol < 0x100) symbol = (symbol << 1) | bit(base + symbol);
      out[done++] = symbol;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let count = 1;
    const copied = state >= 7;
    if (!bit(IS_REP + state)) {
      rep3 = rep2;
      rep2 = rep1;
      rep1 = rep0;
      count = length(MATCH_LENGTH, position);
      rep0 = distance(count);
      state = copied ? 10 : 7;
    } else {
      if (!bit(IS_REP0 + state)) {
        if (!bit(IS_REP0_LONG + (state << 4) + position)) count = 0;
      } else {
        let chosen = rep1;
        if (bit(IS_REP1 + state)) {
          if (bit(IS_REP2 + state)) {
            chosen = rep3;
            rep3 = rep2;
          } else chosen = rep2;
          rep2 = rep1;
        }
        rep1 = rep0;
        rep0 = chosen;
      }
      if (count === 0) {
        count = 1;
        state = copied ? 11 : 9;
      } else {
        count = length(REP_LENGTH, position);
        state = copied ? 11 : 8;
      }
    }
    if (rep0 > done) fail(`at byte ${done} it copies from before the beginning`);
    if (count > size - done) fail('it is longer than it says');
    for (const end = done + count; done < end; done++) out[done] = out[done - rep0];
  }
  normalise();
  if (coder[1] !== 0 || at !== packed.length) fail('it does not end as it should');
  return out;
}
