// @ts-check
// Stands in place of ../assets.js in the single file. Nothing can be fetched there: the
// scripts of workers are texts in the page, and so are the packed files, among them the
// WASM.

import { scriptURL } from '../trusted.js';

const text = (/** @type {string} */ id) => document.getElementById(id)?.textContent ?? '';
const script = (/** @type {string} */ id) => new URL(URL.createObjectURL(new Blob([text(id)], { type: 'text/javascript' })));

export const workerURL = script('sipseal-worker');
export const workerText = undefined; // the URL is of a blob already
export const serviceWorkerURL = undefined;

/** @type {Promise<Map<string, Uint8Array>> | undefined} */
let files;

/** Unpacks the files, once. */
function unpacked() {
  files ??= new Promise((resolve, reject) => {
    const url = script('sipseal-unpack');
    const worker = new Worker(scriptURL(url));
    const done = (/** @type {() => void} */ then) => {
      worker.terminate();
      URL.revokeObjectURL(url.href);
      then();
    };
    worker.onmessage = ({ data }) => done(() => (data.files ? resolve(data.files) : reject(new Error(data.error))));
    worker.onerror = (e) => {
      e.preventDefault();
      done(() => reject(new Error(e.message || 'the worker could not be started')));
    };
    worker.postMessage(text('sipseal-packed'));
  });
  return files;
}

/**
 * One of the packed files.
 * @param {string} name
 * @returns {Promise<Uint8Array>}
 */
export async function packedFile(name) {
  const file = (await unpacked()).get(name);
  if (!file) throw new Error(`there is no ${name} in this file`);
  return file;
}

/** One of the packed files, as text. @param {string} name */
export const packedText = async (name) => new TextDecoder().decode(await packedFile(name));

export const wasmURL = () => packedFile('sipseal.wasm');
