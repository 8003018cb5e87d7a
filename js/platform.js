// @ts-check
// What this program runs on.

const { process, document } = /** @type {any} */ (globalThis);

/** Whether this is Node (or something that passes for it). */
export const isNode = !!process?.versions?.node && !document;

/**
 * Imports one of Node's own modules, in a way that no bundler follows.
 * @param {string} name
 */
export const nodeModule = (name) => import(/* webpackIgnore: true */ /* @vite-ignore */ name);
