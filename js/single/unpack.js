// @ts-check
// The single file's second worker, which lives for a moment: it takes the text that the
// packed files are and sends the files. So the page can be seen and used meanwhile.
//
// Unpacked it is a line of JSON, a list of names and sizes, and the files behind it, one
// after the other.

import { messageOf } from '../errors.js';
import { fromBase85 } from './base85.js';
import { unpackLZMA } from './lzma.js';

/** @param {string} text */
function unpack(text) {
  const bytes = unpackLZMA(fromBase85(text));
  let at = bytes.indexOf(10) + 1;
  /** @type {[string, number][]} */
  const list = JSON.parse(new TextDecoder().decode(bytes.subarray(0, at)));
  return new Map(list.map(([name, size]) => [name, bytes.slice(at, (at += size))]));
}

const scope = /** @type {any} */ (globalThis);
scope.onmessage = (/** @type {MessageEvent} */ { data }) => {
  try {
    const files = unpack(data);
    scope.postMessage({ files }, [...files.values()].map((f) => f.buffer));
  } catch (e) {
    scope.postMessage({ error: messageOf(e) });
  }
};
