// @ts-check
// Trusted Types: a page may demand that the URL of a script is vouched for by a
// policy. This one vouches for the program's own scripts and nothing else.

import { workerURL } from './assets.js';

/** @type {{createScriptURL(url: string): any} | undefined} */
let policy;
/** @type {Set<string>} */
const known = new Set();

/**
 * The URL in the form that Worker and serviceWorker.register take.
 * @param {URL} url one of the program's own scripts
 * @returns {any} a TrustedScriptURL where there are Trusted Types, otherwise the URL
 */
export function scriptURL(url) {
  const factory = /** @type {any} */ (globalThis).trustedTypes;
  if (!factory) return url;
  known.add(url.href);
  try {
    policy ??= factory.createPolicy('sipseal', {
      createScriptURL(/** @type {string} */ href) {
        const { origin, protocol } = new URL(href);
        if (known.has(href) && (protocol === 'blob:' || origin === workerURL.origin)) return href;
        throw new TypeError('not a script of this program: ' + href);
      },
    });
  } catch {
    // The page allows no policy of this name: where it demands one, what uses the
    // URL fails and says so; where it does not, the plain URL will do.
    return url;
  }
  return /** @type {{createScriptURL(url: string): any}} */ (policy).createScriptURL(url.href);
}
