// @ts-check
// The inspector's worker: one engine, one call at a time. Keys that it is given
// live in its memory and nowhere else. The messages it takes and sends are those
// of crew.js. It imports nothing at run time, so that it is one file.

import { startEngine } from './engine.js';
import { messageOf } from './errors.js';
import { compile } from './load.js';
import { isNode, nodeModule } from './platform.js';

/** @type {import('./engine.js').Engine|undefined} */
let engine;

/**
 * @param {any} data
 * @param {(message: any, transfer?: Transferable[]) => void} send
 */
async function handle(data, send) {
  if (data.type === 'start') {
    try {
      const compiled = compile(data.program);
      send({ type: 'begun' });
      const module = await compiled;
      engine = await startEngine(module);
      send({ type: 'ready', module });
    } catch (e) {
      send({ type: 'unready', message: messageOf(e) });
    }
    return;
  }
  const { id, name, args } = data;
  try {
    if (!engine) throw new Error('the worker has not started');
    if (name === 'memory') {
      send({ type: 'done', id, result: engine.memory.buffer.byteLength });
      return;
    }
    if (name === 'inspect' && args[1].workers > 1) {
      args[1].share = (/** @type {number} */ slices) => send({ type: 'share', id, slices, input: args[0] });
    }
    const result = await engine.call(name, args);
    /** @type {Transferable[]} */
    const transfer = [];
    for (const s of result.sources ?? []) if (s) transfer.push(s.buffer);
    if (result.bytes) transfer.push(result.bytes.buffer);
    // The input goes back to where it came from, without a copy.
    const input = name === 'inspect' && !args[1].of ? args[0] : undefined;
    if (input) transfer.push(input.buffer);
    send({ type: 'done', id, result, input }, transfer);
  } catch (e) {
    const error = /** @type {Error} */ (e);
    send({ type: 'failed', id, name: error.name, message: messageOf(error), alive: engine?.alive ?? false });
  }
}

if (isNode) {
  nodeModule('node:worker_threads').then(({ parentPort }) => {
    parentPort.on('message', (/** @type {any} */ data) => handle(data, (m, t) => parentPort.postMessage(m, t)));
  });
} else {
  const scope = /** @type {any} */ (globalThis);
  scope.onmessage = (/** @type {MessageEvent} */ e) => handle(e.data, (m, t) => scope.postMessage(m, t ?? []));
}
