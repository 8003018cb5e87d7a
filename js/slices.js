// @ts-check
// An input with many messages, inspected by several workers. Each of them reads it
// whole and inspects a slice of the messages; here their reports become one, the same
// that one worker would have made. What a slice tells beside its report is said in
// internal/inspect/slice.go.

import { MAX_FINDINGS } from './limits.js';

/**
 * How many sources, certificates, keys and findings a report had at some time.
 * @typedef {[sources: number, certificates: number, keys: number, findings: number]} Counts
 *
 * @typedef {object} Slice
 * @property {boolean} unhelped
 * @property {number} first
 * @property {Counts} read
 * @property {Counts} inspected
 * @property {Uint8Array} brought
 * @property {Uint8Array} wants
 *
 * @typedef {object} Result what a call of inspect gives
 * @property {string} json
 * @property {(Uint8Array|null)[]} sources
 * @property {Slice|null} slice
 *
 * @typedef {import('./sipseal.d.ts').Report} Report
 */

/**
 * What stands for the findings that are too many (internal/inspect/finding.go).
 * @type {Report['findings'][number]}
 */
const more = {
  code: 'limit-reached',
  severity: 'warning',
  title: 'A limit was reached',
  detail: `More than ${MAX_FINDINGS} findings: the rest is not listed.`,
  reference: '',
};

/**
 * What all slices had for one another in a round, for the next one.
 * @param {Result[]} results
 * @returns {Uint8Array|undefined} undefined where no other round is needed
 */
export function exchange(results) {
  const brought = results.map((r) => /** @type {Slice} */ (r.slice).brought);
  const wants = results.map((r) => /** @type {Slice} */ (r.slice).wants);
  if (![brought, wants].every((list) => list.some((b) => b.length))) return undefined;
  const all = [...brought, ...wants];
  const round = new Uint8Array(all.reduce((n, b) => n + b.length, 0));
  let at = 0;
  for (const b of all) {
    round.set(b, at);
    at += b.length;
  }
  return round;
}

/**
 * Puts the reports of slices together.
 * @param {Result[]} results in their order
 * @returns {{report: Report, sources: (Uint8Array|null)[]}} with the summary of the first
 */
export function join(results) {
  const parts = results.map((r) => new Part(r));
  const { report, sources, slice } = parts[0];
  const [sourceCount, certificateCount, keyCount, findingCount] = slice.read;
  /** @type {Joined} */
  const all = {
    report: {
      ...report,
      messages: [],
      certificates: report.certificates.slice(0, certificateCount),
      keys: [],
      findings: report.findings.slice(0, findingCount),
      sources: report.sources.slice(0, sourceCount),
    },
    bytes: sources.slice(0, sourceCount),
    known: new Map(),
    keys: report.keys.slice(0, keyCount).map((key, i) => ({ key, index: i, of: parts })),
  };
  all.report.certificates.forEach((c, i) => all.known.set(c.sha256, i));
  for (const part of parts) part.add(all, part.slice.read, part.slice.inspected);
  // Last what was not spoken of in any message.
  for (const part of parts) part.add(all, part.slice.inspected);
  all.report.keys = all.keys.map(({ key, index, of }) => {
    const certificate = of.map((part) => part.certificateOf(index)).find((i) => i !== undefined);
    return certificate === undefined ? key : { ...key, certificate };
  });
  if (all.report.findings.length > MAX_FINDINGS) all.report.findings.splice(MAX_FINDINGS, Infinity, more);
  return { report: all.report, sources: all.bytes };
}

/**
 * @typedef {object} Joined
 * @property {Report} report
 * @property {(Uint8Array|null)[]} bytes of its sources
 * @property {Map<string, number>} known the index of each certificate by its SHA-256
 * @property {{key: import('./sipseal.d.ts').Key, index: number, of: Part[]}[]} keys each with
 *   its index in the slices that tell of it
 */

/** One slice's report, and where what it has stands among all. */
class Part {
  /** @param {Result} result */
  constructor(result) {
    /** @type {Report} */
    this.report = JSON.parse(result.json);
    this.sources = result.sources;
    this.slice = /** @type {Slice} */ (result.slice);
    const [sources, certificates] = this.slice.read;
    /** Indices among all, by those here. */
    this.source = Array.from({ length: sources }, (_, i) => i);
    this.certificate = Array.from({ length: certificates }, (_, i) => i);
    /** Certificates here that another slice has told of before. @type {Set<number>} */
    this.told = new Set();
  }

  /**
   * Adds what was reported from one time to another, and the messages at first.
   * @param {Joined} all
   * @param {Counts} from
   * @param {Counts} [to]
   */
  add(all, [source, certificate, key, finding], to) {
    const { report } = this;
    const [sources, certificates, keys, findings] = to ?? [
      report.sources.length,
      report.certificates.length,
      report.keys.length,
      report.findings.length,
    ];
    // A certificate that did not come in the input's own bytes has a source to itself.
    for (let i = certificate; i < certificates; i++) {
      const { sha256, source: own } = report.certificates[i];
      const known = all.known.get(sha256);
      if (known === undefined) continue;
      this.told.add(i);
      this.certificate[i] = known;
      if (own >= source && report.sources[own].parent === undefined)
        this.source[own] = all.report.certificates[known].source;
    }
    for (let i = source; i < sources; i++) {
      if (this.source[i] !== undefined) continue;
      this.source[i] = all.report.sources.length;
      const s = report.sources[i];
      all.report.sources.push(s.parent === undefined ? s : { ...s, parent: this.source[s.parent] });
      all.bytes.push(this.sources[i]);
    }
    for (let i = certificate; i < certificates; i++) {
      if (this.told.has(i)) continue;
      const c = report.certificates[i];
      this.certificate[i] = all.report.certificates.length;
      all.known.set(c.sha256, this.certificate[i]);
      all.report.certificates.push(this.renumber(c));
    }
    for (let i = key; i < keys; i++) all.keys.push({ key: report.keys[i], index: i, of: [this] });
    for (const f of report.findings.slice(finding, findings)) {
      if (f.certificate !== undefined && this.told.has(f.certificate)) continue;
      all.report.findings.push(
        this.renumber(f.message === undefined ? f : { ...f, message: f.message + this.slice.first }),
      );
    }
    if (to) for (const m of report.messages) all.report.messages.push(this.renumber(m));
  }

  /**
   * Makes indices of sources and certificates those among all.
   * @template {object} T
   * @param {T} value
   * @returns {T} the same object
   */
  renumber(value) {
    const at = /** @type {Record<string, any>} */ (value);
    for (const name in at) {
      const v = at[name];
      if (typeof v === 'number') {
        if (name === 'certificate') at[name] = this.certificate[v];
        else if (name === 'source' || name === 'signedSource' || name === 'outerSource' || name === 'innerSource')
          at[name] = this.source[v];
      } else if (name === 'certificates') {
        at[name] = v.map((/** @type {number} */ i) => this.certificate[i]);
      } else if (typeof v === 'object' && v !== null && typeof v[0] !== 'number') {
        this.renumber(v);
      }
    }
    return value;
  }

  /** @param {number} key an index */
  certificateOf(key) {
    const here = this.report.keys[key]?.certificate;
    return here === undefined ? undefined : this.certificate[here];
  }
}
