// @ts-check
// The page's inspector. A script of its own, because it begins to load before the rest
// of the page's scripts are there: they arrive while the worker compiles the WASM.

import { wasmURL } from '../assets.js';
import { callerFor, callerOf } from '../caller.js';
import { Inspector, defaultTimeout } from '../inspector.js';

/** @type {() => void} */
let begin;
/** Settled when the worker's thread runs, or there is none: a thread cannot start while this one is busy. */
export const begun = /** @type {Promise<void>} */ (
  new Promise((resolve) => {
    begin = resolve;
  })
);

/** Settled when the first call can be made. */
export const loaded = callerFor(wasmURL, { begun: () => begin() });
loaded.catch(() => {}).then(() => begin()); // what went wrong is for the page to say

/** What is asked of it before it is loaded waits. */
export const inspector = new Inspector(callerOf(loaded), defaultTimeout);
