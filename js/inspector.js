// @ts-check
// The inspector's calls: what is given is checked and brought into the form that crosses
// to the program, and what comes back is made a report, text or a document.

import { ASN1Document } from './asn1.js';
import { abortSignal, checkNames, timeLimit, toBytes, toCrossing } from './options.js';
import { exchange, join } from './slices.js';

/** The time limit of a call where none is given, in milliseconds. */
export const defaultTimeout = 10_000;
const defaultWidth = 72;
const styles = ['asn1parse', 'dumpasn1', 'openssl3'];

/**
 * @typedef {import('./sipseal.d.ts').Inspector} Declared
 * @typedef {import('./sipseal.d.ts').InspectOptions} InspectOptions
 * @typedef {import('./sipseal.d.ts').Report} Report
 */

/** @implements {Declared} */
export class Inspector {
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
    const { results, input: back } = await this.#inspectAll(bytes, crossing, timeout, abortSignal(options.signal));
    const { report, sources } =
      results.length > 1 ? join(results) : { report: JSON.parse(results[0].json), sources: results[0].sources };
    if (results.length > 1) {
      const states = report.messages.map((/** @type {import('./sipseal.d.ts').Message} */ m) => m.summary?.state);
      const { result } = await this.#caller.call({ name: 'answer', args: [states], transfer: [], timeout });
      report.summary = JSON.parse(result.json);
    }
    report.sources.forEach((/** @type {object} */ source, /** @type {number} */ i) => {
      Object.defineProperty(source, 'bytes', { value: sources[i] ?? back });
    });
    return report;
  }

  /**
   * One worker reads the input. Where it finds many messages in it, it asks for the
   * others, and each takes a slice of them.
   * @param {Uint8Array} bytes
   * @param {import('./options.js').Crossing} crossing
   * @param {number} timeout
   * @param {AbortSignal|undefined} signal
   */
  async #inspectAll(bytes, crossing, timeout, signal) {
    let until = Infinity; // the limit is one for all that follows
    const giveUp = new AbortController();
    const abort = () => giveUp.abort(/** @type {AbortSignal} */ (signal).reason);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', abort);
    const alone = { workers: this.#caller.workers, of: 0 };
    const call = (/** @type {object} */ how, input = bytes, /** @type {any} */ share = undefined) => {
      const made = this.#caller.call(
        {
          name: 'inspect',
          args: [input, { ...crossing, ...how }],
          transfer: share ? [input.buffer] : [],
          timeout,
          until,
          share,
        },
        giveUp.signal,
      );
      made.catch((e) => giveUp.abort(e)); // of a slice without the others nothing comes
      return made;
    };
    try {
      /** @type {ReturnType<typeof call>[]} */
      let others = [];
      const first = await call(alone, bytes, (/** @type {number} */ of, /** @type {Uint8Array} */ input) => {
        until = Date.now() + timeout;
        others = Array.from({ length: of - 1 }, (_, i) => call({ workers: 1, of, slice: i + 1, rounds: [] }, input));
      });
      const input = /** @type {Uint8Array} */ (first.input);
      let results = [first, ...(await Promise.all(others))].map((done) => done.result);
      /** @type {Uint8Array[]} */
      const rounds = [];
      for (let round; results.length > 1 && (round = exchange(results));) {
        rounds.push(round);
        const next = await Promise.all(
          results.map((_, i) => call({ workers: 1, of: results.length, slice: i, rounds }, input)),
        );
        if (next[0].result.slice.unhelped) break;
        results = next.map((done) => done.result);
      }
      return { results, input };
    } finally {
      signal?.removeEventListener('abort', abort);
    }
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
    if (!Number.isInteger(width) || width < 40 || width > 500)
      throw new TypeError('width must be a whole number from 40 to 500');
    const bytes = await toBytes(der, 'the input');
    const { result } = await this.#caller.call(
      {
        name: 'dump',
        args: [bytes, style, width],
        transfer: [bytes.buffer],
        timeout: timeLimit(options.timeout, this.#timeout),
      },
      abortSignal(options.signal),
    );
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
      abortSignal(options.signal),
    );
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
      if (!Array.isArray(list) || !list.every(Number.isInteger))
        throw new TypeError(`${name} must be an array of offsets`);
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
