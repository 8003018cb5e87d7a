// @ts-check
// Where the program's other files lie. These are the names in the npm package; in
// the site and in the single file the bundler puts its own in place of this file.

/** @type {URL | (() => Promise<BufferSource>)} */
export const wasmURL = new URL('./sipseal.wasm', import.meta.url);
export const craftURL = new URL('./sipseal-make.wasm', import.meta.url);
export const workerURL = new URL('./worker.js', import.meta.url);

/**
 * The worker's script, where it is at hand as text.
 * @type {string | undefined}
 */
export const workerText = undefined;

/**
 * The service worker, where there is one.
 * @type {URL | undefined}
 */
export const serviceWorkerURL = undefined;
