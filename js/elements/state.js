// @ts-check
// What a page holds: the input, the key ring and the choices, and the report that
// comes of them. Nothing of it is ever stored; in an address it stands when a link is asked
// for, or for the moment in which a newer page takes over, and then without keys.

import { patience, walk } from './model.js';

/**
 * A file of the key ring.
 * @typedef {object} RingFile
 * @property {number} id
 * @property {string} name
 * @property {Uint8Array} data
 * @property {string} from file, paste or example
 * @property {boolean} anchor whether its certificates are trust anchors
 * @property {import('../types.d.ts').Report} report what is in it
 */

/** @typedef {{trust: 'bundled' | 'own' | 'none', time: 'now' | 'date' | 'signing' | 'chosen', chosen: string, policy: 'rfc6216' | 'modern', repair: boolean}} Choices */
/** @typedef {{name: string, data: Uint8Array}} Input */

/** What is taken to fit a key ring: more than this is a message. */
const MAX_PROBE = 1 << 20;

export class PageState extends EventTarget {
  /**
   * @param {import('../sipseal.d.ts').Inspector} inspector
   * @param {() => Promise<{name: string, data: string}>} bundledAnchor
   */
  constructor(inspector, bundledAnchor) {
    super();
    this.inspector = inspector;
    this.bundledAnchor = bundledAnchor;
    /** @type {Input | null} */
    this.input = null;
    /** @type {RingFile[]} */
    this.ring = [];
    /** @type {string[]} */
    this.passwords = [];
    /** @type {Choices} */
    this.choices = { trust: 'bundled', time: 'now', chosen: '', policy: 'rfc6216', repair: true };
    /** The host for which certificates are asked whether they are good for TLS, or "". */
    this.tlsHost = '';
    /** @type {import('../types.d.ts').Report | null} */
    this.report = null;
    /** @type {AbortController | null} */
    this.running = null;
    this.nextID = 1;
  }

  /** @param {string} name @param {any} [detail] */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /**
   * Takes files: certificates, keys and CRLs go into the key ring, a message becomes the input.
   * @param {Input[]} files
   * @param {string} from file, paste or example
   */
  async take(files, from) {
    this.tlsHost = '';
    /** @type {Input[]} */
    const messages = [];
    /** @type {string[]} */
    const added = [];
    /** @type {Input | null} */
    let first = null;
    for (const file of files) {
      const report = await this.probe(file);
      if (
        report &&
        report.messages.length === 0 &&
        (report.certificates.some((c) => c.origin === 'input') ||
          report.keys.some((k) => k.origin === 'input') ||
          report.objects?.some((o) => o.kind === 'crl'))
      ) {
        this.add(file, from, report);
        added.push(file.name);
        first ??= file;
      } else messages.push(file);
    }
    if (added.length > 0) this.tell('ring', { added });
    if (messages.length > 0) this.input = messages[0];
    else if (!this.input) this.input = first;
    await this.run();
    if (messages.length > 1 && this.input === messages[0] && this.report) this.tell('several', messages);
  }

  /**
   * What a file holds, if it can be part of a key ring.
   * @param {Input} file
   */
  async probe(file) {
    if (file.data.length === 0 || file.data.length > MAX_PROBE) return null;
    try {
      return await this.inspector.inspect(file.data, { name: file.name, passwords: this.passwords });
    } catch {
      return null;
    }
  }

  /**
   * @param {Input} file
   * @param {string} from
   * @param {import('../types.d.ts').Report} report
   * @param {boolean} [anchor]
   */
  add(file, from, report, anchor = false) {
    const same = this.ring.find((r) => sameBytes(r.data, file.data));
    if (same) same.anchor ||= anchor;
    else this.ring.push({ id: this.nextID++, name: file.name, data: file.data, from, anchor, report });
  }

  /** @param {number} id */
  remove(id) {
    this.ring = this.ring.filter((r) => r.id !== id);
    this.tell('ring');
    return this.run();
  }

  /** Whether there is something to forget. */
  get secretive() {
    return this.ring.length > 0 || this.passwords.length > 0 || !!this.report?.keys.some((k) => k.origin === 'input');
  }

  /** Forgets every key, certificate and password, and the input where it holds a key. */
  forget() {
    const { input } = this;
    const keys = (/** @type {import('../types.d.ts').Report | null} */ r) => r?.keys.some((k) => k.origin === 'input');
    if (input && (keys(this.report) || this.ring.some((r) => keys(r.report) && sameBytes(r.data, input.data))))
      this.input = null;
    this.ring = [];
    this.passwords = [];
    this.running?.abort();
    this.inspector.forget();
    this.tell('forgotten');
    this.tell('ring');
    return this.run();
  }

  /** Opens what a password locks. @param {string} password */
  async unlock(password) {
    if (!this.passwords.includes(password)) this.passwords.push(password);
    for (const r of this.ring) r.report = (await this.probe(r)) ?? r.report;
    this.tell('ring');
    await this.run();
  }

  /** What a password is asked for: files of the key ring, and a message that carries a key (RFC 6072). */
  get locked() {
    const { input, report } = this;
    /** @type {{name: string, data: Uint8Array}[]} */
    const locked = this.ring.filter((r) => r.report.keys.some((k) => k.locked));
    if (
      input &&
      report?.keys.some((k) => k.locked && k.origin === 'input') &&
      !locked.some((r) => sameBytes(r.data, input.data))
    )
      locked.push(input);
    return locked;
  }

  /** @param {Partial<Choices>} choices */
  choose(choices) {
    Object.assign(this.choices, choices);
    this.tell('choices');
    return this.run();
  }

  /**
   * The options of an inspection.
   * @param {string | undefined} at
   */
  async options(at) {
    const { trust, policy } = this.choices;
    const files = (/** @type {(r: RingFile) => boolean} */ which) =>
      this.ring.filter(which).map((r) => ({ name: r.name, data: r.data }));
    const anchors = files((r) => r.anchor);
    if (trust === 'bundled' && anchors.length > 0) {
      const { name, data } = await this.bundledAnchor();
      anchors.push({ name, data: new TextEncoder().encode(data) });
    }
    return {
      name: this.input?.name ?? '',
      keys: files((r) => r.report.keys.length > 0),
      certificates: files((r) => r.report.keys.length === 0),
      passwords: this.passwords,
      trust: trust === 'none' ? [] : trust === 'own' || anchors.length > 0 ? anchors : undefined,
      at,
      policy,
      tlsHost: this.tlsHost,
      repair: this.choices.repair,
    };
  }

  /** Inspects the input; an inspection under way is given up. */
  async run() {
    this.running?.abort();
    if (!this.input) {
      this.report = null;
      this.running = null;
      this.tell('cleared');
      return;
    }
    const running = (this.running = new AbortController());
    const { signal } = running;
    this.tell('running');
    try {
      const report = await this.inspect(this.input.data, { signal });
      if (signal.aborted) return;
      this.report = report;
      this.running = null;
      this.tell('report', report);
    } catch (error) {
      if (running !== this.running) return;
      this.running = null;
      this.report = null;
      this.tell('failed', error);
    }
  }

  /**
   * Inspects bytes with the key ring and the choices.
   * @param {Uint8Array} data
   * @param {import('../sipseal.d.ts').InspectOptions} more options beside them
   */
  async inspect(data, more) {
    const { time, chosen } = this.choices;
    const inspect = async (/** @type {string | undefined} */ at) =>
      this.inspector.inspect(data, {
        timeout: patience(data),
        ...(await this.options(at)),
        ...more,
      });
    const report = await inspect(time === 'chosen' && chosen ? chosen : undefined);
    const own = time === 'date' ? dateOf(report) : time === 'signing' ? signingTimeOf(report) : undefined;
    return own ? inspect(own) : report;
  }

  cancel() {
    this.running?.abort(new DOMException('cancelled', 'AbortError'));
  }

  clear() {
    const undo = { input: this.input, ring: this.ring, passwords: this.passwords, choices: { ...this.choices } };
    this.input = null;
    this.run();
    return undo;
  }
}

/**
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
export function sameBytes(a, b) {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}

/** @param {import('../types.d.ts').Report} report */
export function dateOf(report) {
  return report.messages.find((m) => m.date)?.date;
}

/**
 * The first signing time in a report.
 * @param {import('../types.d.ts').Report} report
 */
export function signingTimeOf(report) {
  for (const { part } of walk(report)) {
    const signer = part?.signature?.signers.find((x) => x.signingTime);
    if (signer) return signer.signingTime;
  }
  return undefined;
}
