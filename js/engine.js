// @ts-check
// The Go program in this thread: starts it, calls it, and notices when it has
// died. Used by the worker, and by the inspector where there is no worker.

import { loadGo } from './wasm_exec.js';
import { SipsealError, messageOf } from './errors.js';

/**
 * What crosses from Go.
 * @typedef {{json: string, sources: (Uint8Array|null)[]}} InspectResult
 * @typedef {{code: string, message: string}} Failure
 */

export class Engine {
  /**
   * @param {any} exports
   * @param {WebAssembly.Memory} memory
   * @param {{exited: boolean}} program
   * @param {() => string} output
   */
  constructor(exports, memory, program, output) {
    this.exports = exports;
    this.memory = memory;
    this.program = program;
    this.output = output;
    /** The call before, over: the program takes one at a time. */
    this.turn = Promise.resolve();
    /** Ends the call that is waited for without a result. */
    this.abandon = () => {};
  }

  /** Whether the program can take another call. */
  get alive() {
    return !this.program.exited;
  }

  /**
   * Calls one of the program's functions.
   * @param {string} name
   * @param {unknown[]} args
   * @returns {Promise<any>} what it gave
   * @throws {SipsealError}
   */
  call(name, args) {
    const result = this.turn.then(() => this.run(name, args));
    this.turn = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  /**
   * @param {string} name
   * @param {unknown[]} args
   */
  async run(name, args) {
    let result;
    try {
      result = await new Promise((resolve) => {
        this.abandon = () => resolve(undefined);
        this.exports[name](...args, resolve);
        if (!this.alive) resolve(undefined);
      });
    } catch (e) {
      // A trap, or the stack of JavaScript ran out: the program's memory is not to
      // be relied on any more.
      this.program.exited = true;
      throw new SipsealError('EngineError', 'the inspector stopped: ' + messageOf(e), e);
    }
    if (result === undefined) {
      this.program.exited = true;
      throw new SipsealError('EngineError', 'the inspector stopped: ' + (this.output() || 'it gave no reason'));
    }
    if (result.error) {
      const { code, message } = /** @type {Failure} */ (result.error);
      throw new SipsealError(code === 'input' ? 'InputError' : 'EngineError', message);
    }
    return result;
  }
}

/**
 * Work for the program, by WebCrypto: wasm/inspect/platform.go calls it. What is
 * given lies in the program's memory, and done is told the answer, or null where
 * there is none for any reason.
 * @param {SubtleCrypto} subtle
 * @param {() => WebAssembly.Memory} memory
 * @param {(error: unknown) => void} failed called when the program stops on an answer
 */
function bulkWork(subtle, memory, failed) {
  /** @type {(work: () => Promise<ArrayBuffer|null>, done: (answer: Uint8Array|null) => void) => Promise<void>} */
  const answer = async (work, done) => {
    const bytes = await work().then(
      (b) => b && new Uint8Array(b),
      () => null,
    );
    try {
      done(bytes);
    } catch (e) {
      failed(e);
    }
  };
  const bytes = (/** @type {number} */ place, /** @type {number} */ length) =>
    new Uint8Array(memory().buffer, place, length);
  return {
    /** @type {(done: (answer: Uint8Array|null) => void, place: number, length: number, name: string) => void} */
    digest(done, place, length, name) {
      answer(async () => subtle.digest(name, bytes(place, length)), done);
    },
    /** @type {(done: (answer: Uint8Array|null) => void, place: number, length: number, key: Uint8Array<ArrayBuffer>, iv: Uint8Array<ArrayBuffer>) => void} */
    decrypt(done, place, length, key, iv) {
      answer(async () => {
        const k = await subtle.importKey('raw', key, 'AES-CBC', false, ['decrypt']);
        return subtle.decrypt({ name: 'AES-CBC', iv }, k, bytes(place, length));
      }, done);
    },
    /** @type {(done: (answer: Uint8Array|null) => void, place: number, length: number, namedCurve: string, hash: string, point: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>) => void} */
    verify(done, place, length, namedCurve, hash, point, signature) {
      answer(async () => {
        const k = await subtle.importKey('raw', point, { name: 'ECDSA', namedCurve }, false, ['verify']);
        return (await subtle.verify({ name: 'ECDSA', hash }, k, signature, bytes(place, length)))
          ? new ArrayBuffer(0)
          : null;
      }, done);
    },
  };
}

/**
 * Starts the program.
 * @param {WebAssembly.Module} module
 * @returns {Promise<Engine>}
 */
export async function startEngine(module) {
  // Go's runtime writes to a file system when it dies. What it writes goes into a
  // short text here, not to the console, where it might show what was inspected.
  let output = '';
  const fs = {
    constants: { O_WRONLY: -1, O_RDWR: -1, O_CREAT: -1, O_TRUNC: -1, O_APPEND: -1, O_EXCL: -1, O_DIRECTORY: -1 },
    writeSync(/** @type {number} */ _fd, /** @type {Uint8Array} */ bytes) {
      if (output.length < 200) output = (output + new TextDecoder().decode(bytes)).slice(0, 200);
      return bytes.length;
    },
  };
  /** @type {WebAssembly.Memory} */
  let memory;
  /** @type {Engine} */
  let engine;
  const subtle = globalThis.crypto?.subtle; // not in a page that came over plain HTTP
  // The program sees this object as its global one, so that nothing has to be put
  // into the real one.
  const host = {
    Object,
    Array,
    Uint8Array,
    Date,
    Error,
    TextEncoder,
    TextDecoder,
    crypto: globalThis.crypto,
    performance: globalThis.performance,
    fs,
    exports: /** @type {any} */ ({}),
    bulk:
      subtle &&
      bulkWork(
        subtle,
        () => memory,
        (e) => {
          output ||= messageOf(e);
          go.exited = true;
          engine.abandon();
        },
      ),
    Go: undefined,
  };
  const go = new (loadGo(host))();
  go.exit = () => {};
  const instance = await WebAssembly.instantiate(module, go.importObject);
  memory = /** @type {WebAssembly.Memory} */ (instance.exports.mem);
  engine = new Engine(host.exports, memory, go, () => output.split('\n', 1)[0]);
  // run returns at the first moment that the program waits, and that is after it
  // has set its exports; its promise is settled when the program ends.
  go.run(instance)
    .catch((e) => {
      output ||= messageOf(e);
      go.exited = true;
    })
    .then(() => engine.abandon());
  if (go.exited || Object.keys(host.exports).length === 0) {
    throw new SipsealError('LoadError', 'the inspector did not start' + (output && ': ' + output));
  }
  return engine;
}
