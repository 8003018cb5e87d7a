// @ts-check
// Who makes the calls of a WASM program: a crew of workers, or the engine in this
// thread. The inspector and the maker share it.

import { workerURL } from './assets.js';
import { Crew } from './crew.js';
import { startEngine } from './engine.js';
import { SipsealError } from './errors.js';
import { waysToHire } from './hire.js';
import { compile, portable } from './load.js';
import { isNode } from './platform.js';

/** How many workers there may be where nobody says: more share little more than memory. */
const mostWorkers = 4;

/**
 * Something that makes calls: a crew of workers, or the engine in this thread.
 * @typedef {object} Caller
 * @property {number} workers how many of them can share a call
 * @property {(call: Omit<import('./crew.js').Job, 'resolve'|'reject'>, signal?: AbortSignal) =>
 *   Promise<{result: any, input?: Uint8Array}>} call
 * @property {() => void} forget begins anew, without anything that was given before
 * @property {() => void} close
 */

/**
 * Loads a program and gives what makes its calls.
 * @param {URL | (() => Promise<BufferSource>)} url of its WASM, where none is given
 * @param {{wasm?: import('./load.js').Wasm | Promise<WebAssembly.Module>, worker?: boolean | URL | string, workers?: number, begun?: () => void}} options
 *   begun is called when a worker's thread runs
 * @returns {Promise<Caller>}
 */
export async function callerFor(url, options) {
  const {
    wasm = url,
    worker,
    workers = Math.min(mostWorkers, globalThis.navigator?.hardwareConcurrency ?? 1),
    begun,
  } = options;
  if (worker !== undefined && typeof worker !== 'boolean' && typeof worker !== 'string' && !(worker instanceof URL)) {
    throw new TypeError('worker must be true, false, or the URL of worker.js');
  }
  if (!Number.isInteger(workers) || workers < 1) throw new TypeError('workers must be a whole number, 1 or more');
  const program = portable(wasm);
  program.catch(() => {}); // it is awaited below, but perhaps not at once

  const canWork = isNode || typeof Worker === 'function';
  const wanted = worker ?? (!isNode && typeof document !== 'undefined' && canWork);
  if (wanted) {
    if (!canWork) throw new SipsealError('LoadError', 'there are no workers here');
    const script =
      typeof worker === 'string'
        ? new URL(worker, globalThis.document?.baseURI ?? import.meta.url)
        : worker instanceof URL
          ? worker
          : workerURL;
    let failed;
    for (const hire of waysToHire(script)) {
      const crew = new Crew(program, hire, workers, begun);
      try {
        await crew.grow();
        return crew;
      } catch (e) {
        failed = e;
        crew.close();
      }
    }
    // Where a worker was not asked for, this thread can do its work.
    if (worker !== undefined) throw failed;
  }
  return here(await compile(await program));
}

/**
 * A caller that stands for one that is being loaded: calls wait for it.
 * @param {Promise<Caller>} loaded
 * @returns {Caller}
 */
export function callerOf(loaded) {
  /** @type {Caller | undefined} */
  let there;
  loaded.then(
    (caller) => {
      there = caller;
    },
    () => {},
  );
  const tell = (/** @type {(caller: Caller) => void} */ what) => {
    loaded.then(what, () => {});
  };
  return {
    get workers() {
      return there?.workers ?? 1;
    },
    call: (call, signal) =>
      there
        ? there.call(call, signal)
        : new Promise((resolve, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
            loaded.then((caller) => caller.call(call, signal)).then(resolve, reject);
          }),
    forget: () => tell((caller) => caller.forget()),
    close: () => tell((caller) => caller.close()),
  };
}

/**
 * The engine in this thread. A call cannot be interrupted here: a time limit has
 * no effect, and a signal only before the call begins.
 * @param {WebAssembly.Module} module
 * @returns {Promise<Caller>}
 */
async function here(module) {
  /** @type {import('./engine.js').Engine | undefined} */
  let engine = await startEngine(module);
  let closed = false;
  let forgotten = 0; // how often
  return {
    workers: 1,
    async call({ name, args }, signal) {
      if (closed) throw new SipsealError('ClosedError', 'the inspector is closed');
      signal?.throwIfAborted();
      const before = forgotten;
      let mine = engine;
      if (!mine?.alive) {
        mine = await startEngine(module);
        // What was forgotten meanwhile, it is given.
        if (forgotten === before) engine = mine;
      }
      if (name === 'memory') return { result: mine.memory.buffer.byteLength };
      return { result: await mine.call(name, args), input: args[0] };
    },
    // Nothing but a call that it is in the middle of holds its memory then.
    forget() {
      forgotten++;
      engine = undefined;
    },
    close() {
      closed = true;
      engine = undefined;
    },
  };
}
