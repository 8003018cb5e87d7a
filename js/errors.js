// @ts-check
// The errors of the module, apart from the TypeErrors that bad arguments get.

/**
 * Names of a SipsealError:
 * - LoadError: the WASM could not be fetched, compiled or started;
 * - InputError: dump or undump could not read what it was given, or it is larger than what is read;
 * - TimeoutError: the call took longer than its time limit and was cancelled;
 * - ClosedError: the inspector was closed;
 * - EngineError: a fault of the program. The next call gets a fresh one.
 * @typedef {'LoadError'|'InputError'|'TimeoutError'|'ClosedError'|'EngineError'} ErrorName
 */

export class SipsealError extends Error {
  /**
   * @param {ErrorName} name
   * @param {string} message
   * @param {unknown} [cause]
   */
  constructor(name, message, cause) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = name;
  }
}

/**
 * What is said of anything that was thrown.
 * @param {unknown} e
 */
export function messageOf(e) {
  return e instanceof Error ? e.message : String(e);
}
