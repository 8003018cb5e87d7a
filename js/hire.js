// @ts-check
// Starts workers. In a browser from memory: for one more, or for one in the place of
// another that was ended, nobody is asked for anything.

import { workerText, workerURL } from './assets.js';
import { browserPort, nodePort } from './crew.js';
import { isNode } from './platform.js';
import { scriptURL } from './trusted.js';

/** Scripts in memory, by where they come from. @type {Map<string, Promise<URL>>} */
const kept = new Map();

/**
 * The ways to start workers with a script, the best first.
 * @param {URL} script
 * @returns {(() => Promise<import('./crew.js').Port>)[]}
 */
export function waysToHire(script) {
  if (isNode) return [() => nodePort(script)];
  return [
    // A classic script, because a page from a disk may have no others.
    async () => browserPort(new Worker(scriptURL(await inMemory(script)))),
    // A host may allow no workers from memory. Only from the page's own origin may they
    // be from a URL.
    async () => browserPort(new Worker(scriptURL(script), { type: 'module' })),
  ];
}

/**
 * @param {URL} script
 * @returns {Promise<URL>} of a blob
 */
async function inMemory(script) {
  if (script.protocol === 'blob:') return script;
  const { href } = script;
  let url = kept.get(href);
  if (!url) {
    url = textOf(script).then((text) => new URL(URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))));
    kept.set(href, url);
    url.catch(() => kept.delete(href));
  }
  return url;
}

/** @param {URL} script */
async function textOf(script) {
  if (workerText !== undefined && script.href === workerURL.href) return workerText;
  const response = await fetch(script);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.text();
}
