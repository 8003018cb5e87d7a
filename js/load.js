// @ts-check
// Fetches and compiles the WASM, in browsers and in Node.

import { SipsealError, messageOf } from './errors.js';
import { isNode, nodeModule } from './platform.js';

/**
 * @param {URL|string|BufferSource|WebAssembly.Module|Promise<WebAssembly.Module>|undefined} wasm
 * @param {URL|(() => Promise<BufferSource>)} otherwise where it is when none is given
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(wasm, otherwise) {
  try {
    if (wasm instanceof Promise) return wasm; // it is on its way already
    wasm ??= otherwise instanceof URL ? otherwise : await otherwise();
    if (wasm instanceof WebAssembly.Module) return wasm;
    if (typeof wasm !== 'string' && !(wasm instanceof URL)) return await WebAssembly.compile(wasm);
    if (isNode) {
      const url = await nodeURL(wasm);
      if (url.protocol === 'file:') {
        const { readFile } = await nodeModule('node:fs/promises');
        return await WebAssembly.compile(await readFile(url));
      }
      wasm = url;
    }
    const response = await fetch(/** @type {URL|string} */ (wasm));
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    if (response.headers.get('content-type')?.startsWith('application/wasm')) {
      return await WebAssembly.compileStreaming(response);
    }
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (e) {
    const where = typeof wasm === 'string' || wasm instanceof URL ? ' ' + wasm : '';
    throw new SipsealError('LoadError', `loading the inspector's WASM${where}: ${messageOf(e)}`, e);
  }
}

/**
 * A path is taken as a file's, as everywhere in Node.
 * @param {URL|string} wasm
 * @returns {Promise<URL>}
 */
async function nodeURL(wasm) {
  if (wasm instanceof URL) return wasm;
  if (/^[a-z][a-z0-9+.-]+:/i.test(wasm)) return new URL(wasm);
  const { pathToFileURL } = await nodeModule('node:url');
  return pathToFileURL(wasm);
}
