// @ts-check
// Where two runs of bytes differ: by lines first (Myers, An O(ND) Difference Algorithm,
// 1986), and within changed lines from the first byte that differs to the last.

/** A difference: bytes [aStart, aEnd) of a stand where b has [bStart, bEnd). @typedef {{a: [number, number], b: [number, number]}} Difference */

/** Above so many changed lines the search is given up and the middle is one difference. */
const MAX_CHANGES = 2000;

/**
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 * @returns {Difference[]}
 */
export function differences(a, b) {
  const aLines = lines(a);
  const bLines = lines(b);
  return changes(a, b, aLines, bLines).flatMap((block) => narrow(a, b, block));
}

/**
 * The offsets at which lines begin, and the end.
 * @param {Uint8Array} bytes
 */
function lines(bytes) {
  const starts = [0];
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0x0a && i + 1 < bytes.length) starts.push(i + 1);
  starts.push(bytes.length);
  return starts;
}

/**
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 * @param {number[]} aLines
 * @param {number[]} bLines
 * @returns {Difference[]}
 */
function changes(a, b, aLines, bLines) {
  const aCount = aLines.length - 1;
  const bCount = bLines.length - 1;
  const same = (/** @type {number} */ i, /** @type {number} */ j) => {
    const length = aLines[i + 1] - aLines[i];
    if (length !== bLines[j + 1] - bLines[j]) return false;
    for (let k = 0; k < length; k++) if (a[aLines[i] + k] !== b[bLines[j] + k]) return false;
    return true;
  };
  let head = 0;
  while (head < aCount && head < bCount && same(head, head)) head++;
  let tail = 0;
  while (tail < aCount - head && tail < bCount - head && same(aCount - 1 - tail, bCount - 1 - tail)) tail++;
  const n = aCount - head - tail;
  const m = bCount - head - tail;
  const at = (
    /** @type {number} */ i0,
    /** @type {number} */ i1,
    /** @type {number} */ j0,
    /** @type {number} */ j1,
  ) => ({
    a: /** @type {[number, number]} */ ([aLines[head + i0], aLines[head + i1]]),
    b: /** @type {[number, number]} */ ([bLines[head + j0], bLines[head + j1]]),
  });
  if (n === 0 && m === 0) return [];
  const path = script(n, m, (i, j) => same(head + i, head + j));
  if (!path) return [at(0, n, 0, m)];
  /** @type {Difference[]} */
  const out = [];
  let i = 0;
  let j = 0;
  for (const [x, y, length] of [...path, [n, m, 0]]) {
    if (x > i || y > j) out.push(at(i, x, j, y));
    i = x + length;
    j = y + length;
  }
  return out;
}

/**
 * The common runs of two sequences as [i, j, length], or null when they differ in too much.
 * @param {number} n
 * @param {number} m
 * @param {(i: number, j: number) => boolean} same
 * @returns {number[][] | null}
 */
function script(n, m, same) {
  /** @type {Int32Array[]} */
  const history = [];
  const most = Math.min(n + m, MAX_CHANGES);
  const v = new Int32Array(2 * most + 3);
  const mid = most + 1;
  for (let d = 0; d <= most; d++) {
    history.push(v.slice(mid - d - 1, mid + d + 2));
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && v[mid + k - 1] < v[mid + k + 1]) ? v[mid + k + 1] : v[mid + k - 1] + 1;
      while (x < n && x - k < m && same(x, x - k)) x++;
      v[mid + k] = x;
      if (x >= n && x - k >= m) return back(history, d, n, m);
    }
  }
  return null;
}

/**
 * @param {Int32Array[]} history of the furthest x by diagonal, before each step d: index k + d + 1
 * @param {number} d
 * @param {number} n
 * @param {number} m
 */
function back(history, d, n, m) {
  /** @type {number[][]} */
  const runs = [];
  let x = n;
  let y = m;
  for (; d >= 0; d--) {
    const v = history[d];
    const k = x - y;
    const of = (/** @type {number} */ diagonal) => v[diagonal + d + 1];
    const down = k === -d || (k !== d && of(k - 1) < of(k + 1));
    const fromK = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : of(fromK);
    const startX = d === 0 ? 0 : down ? fromX : fromX + 1;
    if (x > startX) runs.push([startX, startX - k, x - startX]);
    x = fromX;
    y = fromX - fromK;
  }
  return runs.reverse();
}

/**
 * A changed block without the bytes at its edges that are the same. Where it has as many lines on
 * both sides, line by line.
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 * @param {Difference} block
 * @returns {Difference[]}
 */
function narrow(a, b, block) {
  const aLines = lines(a.subarray(...block.a));
  const bLines = lines(b.subarray(...block.b));
  if (aLines.length === bLines.length && aLines.length > 2) {
    return aLines.slice(1).flatMap((_, i) =>
      narrow(a, b, {
        a: [block.a[0] + aLines[i], block.a[0] + aLines[i + 1]],
        b: [block.b[0] + bLines[i], block.b[0] + bLines[i + 1]],
      }),
    );
  }
  let [aStart, aEnd] = block.a;
  let [bStart, bEnd] = block.b;
  while (aStart < aEnd && bStart < bEnd && a[aStart] === b[bStart]) {
    aStart++;
    bStart++;
  }
  while (aEnd > aStart && bEnd > bStart && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd--;
    bEnd--;
  }
  return aStart === aEnd && bStart === bEnd ? [] : [{ a: [aStart, aEnd], b: [bStart, bEnd] }];
}

/**
 * What kind of change made b of a, when it is one that happens on the way: "line-ends", "spaces",
 * or "" when it is something else.
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
export function knownChange(a, b) {
  if (equalBut(a, b, (x) => x !== 0x0d)) return 'line-ends';
  if (equalBut(a, b, (x) => x !== 0x0d && x !== 0x20 && x !== 0x09)) return 'spaces';
  return '';
}

/**
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 * @param {(x: number) => boolean} counts
 */
function equalBut(a, b, counts) {
  let i = 0;
  let j = 0;
  for (;;) {
    while (i < a.length && !counts(a[i])) i++;
    while (j < b.length && !counts(b[j])) j++;
    if (i >= a.length || j >= b.length) return i >= a.length && j >= b.length;
    if (a[i++] !== b[j++]) return false;
  }
}
