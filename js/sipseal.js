// @ts-check
// Sipseal as an ES module: createInspector() loads the WASM and gives an inspector,
// whose inspect() turns a message and keys into a report. The same module serves a
// browser's page, a worker and Node. The declarations that ship with it are in
// sipseal.d.ts.

import { wasmURL } from './assets.js';
import { callerFor } from './caller.js';
import { SipsealError } from './errors.js';
import { Inspector, defaultTimeout } from './inspector.js';
import { checkNames, timeLimit } from './options.js';

export { SipsealError };

/**
 * Loads the inspector.
 * @param {import('./sipseal.d.ts').InspectorOptions} [options]
 * @returns {Promise<import('./sipseal.d.ts').Inspector>}
 */
export async function createInspector(options = {}) {
  checkNames(options, ['wasm', 'worker', 'workers', 'timeout']);
  const timeout = timeLimit(options.timeout, defaultTimeout);
  return new Inspector(await callerFor(wasmURL, options), timeout);
}
