// @ts-check
// An ASN.1 document that is open: its structure is here as flat numbers, and what a
// row says is asked of the program when it is to be shown.

/** How many numbers there are for each node, and which (internal/asn1view). */
const stride = 8;

/**
 * @typedef {import('./sipseal.d.ts').ASN1Row} ASN1Row
 * @typedef {import('./sipseal.d.ts').ASN1Note} ASN1Note
 * @typedef {(request: object, signal?: AbortSignal) => Promise<any>} Ask
 */

let lastID = 0;

/** The declarations are those of ASN1Document in sipseal.d.ts. */
export class ASN1Document {
  /**
   * @param {Ask} ask
   * @param {Uint8Array} bytes its own copy
   * @param {{open?: number[], closed?: number[]}} choices
   */
  constructor(ask, bytes, { open = [], closed = [] }) {
    this.id = ++lastID;
    this.ask = ask;
    this.bytes = bytes;
    this.choices = { open, closed };
    /** @type {Int32Array} */
    this.structure = new Int32Array(0);
    /** @type {ASN1Note[]} */
    this.notes = [];
  }

  /** How many nodes there are. */
  get count() {
    return this.structure.length / stride;
  }

  /** @param {AbortSignal} [signal] */
  async open(signal) {
    const { bytes, json } = await this.call({ act: 'open', source: this.bytes }, signal);
    this.structure = numbers(bytes);
    this.notes = JSON.parse(json);
    return this;
  }

  /**
   * @param {object} request
   * @param {AbortSignal} [signal]
   */
  async call(request, signal) {
    const whole = { id: this.id, source: null, nodes: [], query: '', ...this.choices, ...request };
    const result = await this.ask(whole, signal);
    // Another worker, or one that was started anew, has not read the document yet.
    return result.missing ? this.ask({ ...whole, source: this.bytes }, signal) : result;
  }

  /** @param {number} index @returns {import('./sipseal.d.ts').ASN1Node} */
  node(index) {
    const s = this.structure;
    const at = index * stride;
    const flags = s[at + 7];
    return {
      index,
      offset: s[at],
      content: s[at + 1],
      end: s[at + 2],
      next: s[at + 3],
      parent: s[at + 4],
      depth: s[at + 5],
      tag: s[at + 6] >>> 0,
      class: flags & 3,
      constructed: (flags & 4) !== 0,
      indefinite: (flags & 8) !== 0,
      damaged: (flags & 16) !== 0,
      encapsulating: (flags & 32) !== 0,
      truncated: (flags & 128) !== 0,
      noted: (flags & 256) !== 0,
      // The end-of-contents octets of an indefinite length, where they are there.
      close: s[at + 2] + ((flags & 8) !== 0 && (flags & 64) === 0 ? 2 : 0),
    };
  }

  /**
   * @param {number[]} nodes
   * @returns {Promise<ASN1Row[]>}
   */
  async rows(nodes) {
    return JSON.parse((await this.call({ act: 'rows', nodes })).json);
  }

  /**
   * @param {string} query
   * @param {AbortSignal} [signal]
   * @returns {Promise<Int32Array>}
   */
  async search(query, signal) {
    return numbers((await this.call({ act: 'search', query }, signal)).bytes);
  }

  close() {
    this.ask({ id: this.id, source: null, act: 'close' }).catch(() => {});
  }
}

/** @param {Uint8Array} bytes little-endian, at the start of its buffer */
function numbers(bytes) {
  return new Int32Array(bytes.buffer, 0, bytes.byteLength / 4);
}
