// @ts-check
// The page's inspector. A script of its own, because it begins to load before the rest
// of the page's scripts are there: the WASM is compiled while they arrive.

import { wasmURL, workerText, workerURL } from '../assets.js';
import { compile } from '../load.js';
import { createInspector } from '../sipseal.js';

export const inspector = start();
inspector.catch(() => {}); // the page says so, when it is there

async function start() {
  const wasm = compile(undefined, wasmURL);
  wasm.catch(() => {});
  // In memory: it need not wait for the WASM to come before it, and to replace a worker
  // nothing needs to be asked for.
  const worker = workerText === undefined ? workerURL
    : new URL(URL.createObjectURL(new Blob([workerText], { type: 'text/javascript' })));
  // A host with a stricter policy than ours allows no blobs.
  return createInspector({ wasm, worker }).catch(() => createInspector({ wasm }));
}
