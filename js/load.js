// @ts-check
// Fetches and compiles the WASM, in browsers and in Node.

import { SipsealError, messageOf } from './errors.js';
import { isNode, nodeModule } from './platform.js';

/** @typedef {URL|string|BufferSource|WebAssembly.Module} Wasm a program: where it is, its bytes, or compiled */

/**
 * A program in the form that a worker is given: where it is, so that the worker compiles
 * it while it arrives, or compiled.
 * @param {Wasm|Promise<WebAssembly.Module>|(() => Promise<BufferSource>)} wasm
 * @returns {Promise<string|WebAssembly.Module>}
 */
export async function portable(wasm) {
  if (wasm instanceof Promise) return wasm; // it is on its way already
  try {
    if (typeof wasm === 'function') wasm = await wasm();
    if (wasm instanceof URL) return wasm.href;
    // From here: to a worker it may mean something else.
    if (typeof wasm === 'string')
      return isNode ? wasm : new URL(wasm, globalThis.document?.baseURI ?? location.href).href;
  } catch (e) {
    throw failure(wasm, e);
  }
  return compile(wasm);
}

/**
 * @param {Wasm} wasm
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(wasm) {
  try {
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
    throw failure(wasm, e);
  }
}

/**
 * @param {unknown} wasm
 * @param {unknown} e
 */
function failure(wasm, e) {
  const where = typeof wasm === 'string' || wasm instanceof URL ? ' ' + wasm : '';
  return new SipsealError('LoadError', `loading the inspector's WASM${where}: ${messageOf(e)}`, e);
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
