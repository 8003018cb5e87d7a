// @ts-check
// Stands in place of ../assets.js in the single file. Nothing can be fetched there: the
// scripts of workers are texts in the page, and so are the packed files, among them the
// WASM.

import { messageOf } from '../errors.js';

const text = (/** @type {string} */ id) => document.getElementById(id)?.textContent ?? '';
const script = (/** @type {string} */ id) =>
  new URL(URL.createObjectURL(new Blob([text(id)], { type: 'text/javascript' })));

export const workerURL = script('sipseal-worker');
export const workerText = undefined; // the URL is of a blob already
export const serviceWorkerURL = undefined;

/** @type {Promise<Map<string, Uint8Array>> | undefined} */
let files;

/**
 * Unpacks the files: gzip in base64; unpacked it is a line of JSON, a list of names and
 * sizes, and the files behind it, one after the other.
 * @returns {Promise<Map<string, Uint8Array>>}
 */
async function unpack() {
  try {
    const packed = Uint8Array.from(atob(text('sipseal-packed')), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    let at = bytes.indexOf(10) + 1;
    /** @type {[string, number][]} */
    const list = JSON.parse(new TextDecoder().decode(bytes.subarray(0, at)));
    return new Map(list.map(([name, size]) => [name, bytes.slice(at, (at += size))]));
  } catch (e) {
    throw new Error('unpacking this file: ' + messageOf(e) + '; it was cut off or changed', { cause: e });
  }
}

/**
 * One of the packed files.
 * @param {string} name
 * @returns {Promise<Uint8Array>}
 */
export async function packedFile(name) {
  const file = (await (files ??= unpack())).get(name);
  if (!file) throw new Error(`there is no ${name} in this file`);
  return file;
}

/** One of the packed files, as text. @param {string} name */
export const packedText = async (name) => new TextDecoder().decode(await packedFile(name));

export const wasmURL = () => packedFile('sipseal.wasm');
