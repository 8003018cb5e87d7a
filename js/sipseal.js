// @ts-check
// Sipseal as an ES module: createInspector() loads the WASM and gives an inspector,
// whose inspect() turns a message and keys into a report. The same module serves a
// browser's page, a worker and Node. The declarations that ship with it are in
// sipseal.d.ts.

import { ASN1Document } from './asn1.js';
import { wasmURL } from './assets.js';
import { callerFor } from './caller.js';
import { SipsealError } from './errors.js';
import { abortSignal, checkNames, timeLimit, toBytes, toCrossing } from './options.js';

export { SipsealError };

/** The time limit of a call where none is given, in milliseconds. */
const defaultTimeout = 10_000;
const defaultWidth = 72;
const styles = ['asn1parse', 'dumpasn1', 'openssl3'];

/**
 * @typedef {import('./sipseal.d.ts').InspectorOptions} InspectorOptions
 * @typedef {import('./sipseal.d.ts').InspectOptions} InspectOptions
 * @typedef {import('./sipseal.d.ts').Report} Report
 */

/**
 * Loads the inspector.
 * @param {InspectorOptions} [options]
 * @returns {Promise<import('./sipseal.d.ts').Inspector>}
 */
export async function createInspector(options = {}) {
  checkNames(options, ['wasm', 'worker', 'workers', 'timeout']);
  const timeout = timeLimit(options.timeout, defaultTimeout);
  return new Inspector(await callerFor(wasmURL, options), timeout);
}

/** @implements {import('./sipseal.d.ts').Inspector} */
class Inspector {
  #caller;
  #timeout;

  /**
   * @param {import('./caller.js').Caller} caller
   * @param {number} timeout
   */
  constructor(caller, timeout) {
    this.#caller = caller;
    this.#timeout = timeout;
  }

  /**
   * @param {Uint8Array|ArrayBuffer|ArrayBufferView|Blob|string} input
   * @param {InspectOptions} [options]
   * @returns {Promise<Report>}
   */
  async inspect(input, options = {}) {
    const [bytes, crossing] = await Promise.all([toBytes(input, 'input'), toCrossing(input, options)]);
    const timeout = timeLimit(options.timeout, this.#timeout);
    const signal = abortSignal(options.signal);
    const done = await this.#caller.call(
      { name: 'inspect', args: [bytes, crossing], transfer: [bytes.buffer], timeout }, signal);
    /** @type {import('./engine.js').InspectResult} */
    const { json, sources } = done.result;
    /** @type {Report} */
    const report = JSON.parse(json);
    report.sources.forEach((source, i) => {
      Object.defineProperty(source, 'bytes', { value: sources[i] ?? done.input });
    });
    return report;
  }

  /**
   * @param {Uint8Array|ArrayBuffer|ArrayBufferView|Blob|string} der
   * @param {import('./sipseal.d.ts').DumpOptions} [options]
   * @returns {Promise<string>}
   */
  async dump(der, options) {
    return new TextDecoder().decode(await this.dumpBytes(der, options));
  }

  /**
   * @param {Uint8Array|ArrayBuffer|ArrayBufferView|Blob|string} der
   * @param {import('./sipseal.d.ts').DumpOptions} [options]
   * @returns {Promise<Uint8Array>}
   */
  async dumpBytes(der, options = {}) {
    checkNames(options, ['style', 'width', 'timeout', 'signal']);
    const { style = 'asn1parse', width = defaultWidth } = options;
    if (!styles.includes(style)) throw new TypeError(`style must be one of ${styles.join(', ')}`);
    if (!Number.isInteger(width) || width < 40 || width > 500) throw new TypeError('width must be a whole number from 40 to 500');
    const bytes = await toBytes(der, 'the input');
    const { result } = await this.#caller.call(
      { name: 'dump', args: [bytes, style, width], transfer: [bytes.buffer], timeout: timeLimit(options.timeout, this.#timeout) },
      abortSignal(options.signal));
    return result.bytes;
  }

  /**
   * @param {string} text
   * @param {import('./sipseal.d.ts').CallOptions} [options]
   * @returns {Promise<Uint8Array>}
   */
  async undump(text, options = {}) {
    checkNames(options, ['timeout', 'signal']);
    if (typeof text !== 'string') throw new TypeError('undump takes a string');
    const { result } = await this.#caller.call(
      { name: 'undump', args: [text], transfer: [], timeout: timeLimit(options.timeout, this.#timeout) },
      abortSignal(options.signal));
    return result.bytes;
  }

  /**
   * @param {Uint8Array|ArrayBuffer|ArrayBufferView|Blob|string} der
   * @param {import('./sipseal.d.ts').ASN1Options} [options]
   * @returns {Promise<ASN1Document>}
   */
  async asn1(der, options = {}) {
    checkNames(options, ['open', 'closed', 'timeout', 'signal']);
    const { open = [], closed = [] } = options;
    for (const [name, list] of Object.entries({ open, closed })) {
      if (!Array.isArray(list) || !list.every(Number.isInteger)) throw new TypeError(`${name} must be an array of offsets`);
    }
    const timeout = timeLimit(options.timeout, this.#timeout);
    const bytes = await toBytes(der, 'the input');
    const ask = async (/** @type {object} */ request, /** @type {AbortSignal|undefined} */ signal) =>
      (await this.#caller.call({ name: 'asn1', args: [request], transfer: [], timeout }, signal)).result;
    return new ASN1Document(ask, bytes, { open, closed }).open(abortSignal(options.signal));
  }

  /** @returns {Promise<number>} */
  async memory() {
    const { result } = await this.#caller.call({ name: 'memory', args: [], transfer: [], timeout: this.#timeout });
    return result;
  }

  forget() {
    this.#caller.forget();
  }

  close() {
    this.#caller.close();
  }
}
