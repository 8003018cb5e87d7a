// @ts-check
// Where the module's other two files lie. The bundler puts the names that it gave
// them in place of this file; these are the names in the npm package.

export const wasmURL = new URL('./sipseal.wasm', import.meta.url);
export const workerURL = new URL('./worker.js', import.meta.url);
