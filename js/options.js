// @ts-check
// The caller's arguments, checked and brought into the one form that crosses to
// Go. Every complaint is a TypeError that names the option and says what it takes, but for
// the one about what is too large.

import { SipsealError } from './errors.js';
import { MAX_INPUT } from './limits.js';

/**
 * A file as it crosses to Go.
 * @typedef {{name: string, data: Uint8Array}} File_
 *
 * The options as they cross to Go (wasm/inspect/border.go reads them).
 * @typedef {object} Crossing
 * @property {string} name
 * @property {File_[]} keys
 * @property {string[]} passwords
 * @property {{id: Uint8Array, key: Uint8Array}[]} secretKeys
 * @property {File_[]} certificates
 * @property {File_[]} crls
 * @property {File_[]} trust
 * @property {boolean} trustBundled
 * @property {number} at Unix seconds
 * @property {string} policy
 * @property {boolean} noRepair
 * @property {number} work in seconds, 0 for the usual
 * @property {string} tlsHost
 * @property {boolean} tlsClient
 * @property {string} certificateText
 */

/** @typedef {import('./sipseal.d.ts').InspectOptions} InspectOptions */

/** The most work that a call may be given, in seconds of one core, about. */
const MAX_WORK = 3600;

const inspectNames = [
  'name',
  'keys',
  'passwords',
  'secretKeys',
  'certificates',
  'crls',
  'trust',
  'at',
  'policy',
  'repair',
  'work',
  'tlsHost',
  'tlsClient',
  'certificateText',
  'timeout',
  'signal',
];

/**
 * A copy of the bytes of input, so that the caller may change his own meanwhile.
 * @param {unknown} input Uint8Array | ArrayBuffer | other view | Blob | string
 * @param {string} what its name in complaints
 * @returns {Promise<Uint8Array>}
 */
export async function toBytes(input, what) {
  // Before it is copied: what is larger may not even have room in this program.
  const { byteLength, size, length } = /** @type {any} */ (input ?? {});
  if ((byteLength ?? size ?? length) > MAX_INPUT)
    throw new SipsealError('InputError', `${what} has more than ${MAX_INPUT} bytes`);
  if (typeof input === 'string') return new TextEncoder().encode(input);
  if (ArrayBuffer.isView(input)) {
    return new Uint8Array(input.buffer, input.byteOffset, input.byteLength).slice();
  }
  const tag = Object.prototype.toString.call(input);
  if (tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]') {
    return new Uint8Array(/** @type {ArrayBuffer} */ (input)).slice();
  }
  if (isBlob(input)) return new Uint8Array(await input.arrayBuffer());
  throw new TypeError(`${what} must be a string, a Uint8Array, an ArrayBuffer or a Blob, not ${kindOf(input)}`);
}

/**
 * @param {unknown} input what is to be inspected
 * @param {InspectOptions|undefined} given
 * @returns {Promise<Crossing>}
 */
export async function toCrossing(input, given = {}) {
  checkNames(given, inspectNames);
  const { name, policy = 'rfc6216', repair = true, work = 0 } = given;
  const { tlsHost = '', tlsClient = false, certificateText = '' } = given;
  if (policy !== 'rfc6216' && policy !== 'modern') {
    throw new TypeError(`policy must be 'rfc6216' or 'modern', not ${show(policy)}`);
  }
  if (name !== undefined && typeof name !== 'string') throw new TypeError(`name must be a string, not ${kindOf(name)}`);
  if (typeof tlsHost !== 'string')
    throw new TypeError(`tlsHost must be a host name or an address, not ${kindOf(tlsHost)}`);
  if (typeof tlsClient !== 'boolean') throw new TypeError(`tlsClient must be true or false, not ${kindOf(tlsClient)}`);
  if (!['', 'openssl', 'rfc6216'].includes(certificateText)) {
    throw new TypeError(`certificateText must be 'openssl' or 'rfc6216', not ${show(certificateText)}`);
  }
  if (given.work !== undefined && !(Number.isInteger(work) && work >= 1 && work <= MAX_WORK))
    throw new TypeError(`work must be a whole number of seconds from 1 to ${MAX_WORK}, not ${show(work)}`);
  if (typeof repair !== 'boolean') throw new TypeError(`repair must be true or false, not ${kindOf(repair)}`);
  const rest = {
    name: name ?? nameOf(input),
    passwords: list(given.passwords, 'passwords').map((p, i) => {
      if (typeof p !== 'string') throw new TypeError(`passwords[${i}] must be a string, not ${kindOf(p)}`);
      return p;
    }),
    secretKeys: list(given.secretKeys, 'secretKeys').map(secretKey),
    trustBundled: given.trust === undefined,
    at: seconds(given.at),
    policy,
    noRepair: !repair,
    work,
    tlsHost,
    tlsClient,
    certificateText,
  };
  // All are read before anything is waited for: the caller may change them after.
  const [keys, certificates, crls, trust] = await Promise.all([
    files(given.keys, 'keys'),
    files(given.certificates, 'certificates'),
    files(given.crls, 'crls'),
    files(given.trust, 'trust'),
  ]);
  return { ...rest, keys, certificates, crls, trust };
}

/**
 * @param {unknown} given
 * @param {string[]} names those that there are
 */
export function checkNames(given, names) {
  if (given === null || typeof given !== 'object')
    throw new TypeError(`options must be an object, not ${kindOf(given)}`);
  for (const n of Object.keys(given)) {
    if (!names.includes(n)) throw new TypeError(`there is no option ${show(n)}; there are ${names.join(', ')}`);
  }
}

/**
 * @param {unknown} v
 * @param {number} otherwise what an absent limit is
 * @returns {number} milliseconds
 */
export function timeLimit(v, otherwise) {
  if (v === undefined) return otherwise;
  if (typeof v !== 'number' || !(v > 0))
    throw new TypeError(`timeout must be a number of milliseconds above 0, not ${show(v)}`);
  return v;
}

/**
 * @param {unknown} v
 * @returns {AbortSignal|undefined}
 */
export function abortSignal(v) {
  if (v === undefined) return undefined;
  if (v === null || typeof v !== 'object' || typeof (/** @type {any} */ (v).addEventListener) !== 'function') {
    throw new TypeError(`signal must be an AbortSignal, not ${kindOf(v)}`);
  }
  return /** @type {AbortSignal} */ (v);
}

/**
 * @param {unknown} v
 * @param {string} what
 * @returns {unknown[]}
 */
function list(v, what) {
  if (v === undefined) return [];
  if (Array.isArray(v)) return v;
  const hint = what === 'trust' ? ' ([] trusts none, undefined the bundled test CA)' : '';
  throw new TypeError(`${what} must be an array, not ${kindOf(v)}${hint}`);
}

/**
 * @param {unknown} v
 * @param {string} what
 * @returns {Promise<File_[]>}
 */
async function files(v, what) {
  return Promise.all(
    list(v, what).map(async (item, i) => {
      const where = `${what}[${i}]`;
      if (item !== null && typeof item === 'object' && 'data' in item && !ArrayBuffer.isView(item) && !isBlob(item)) {
        const name = 'name' in item && item.name !== undefined ? item.name : '';
        if (typeof name !== 'string') throw new TypeError(`${where}.name must be a string, not ${kindOf(name)}`);
        return { name, data: await toBytes(item.data, where + '.data') };
      }
      return { name: nameOf(item), data: await toBytes(item, where) };
    }),
  );
}

/**
 * @param {unknown} v
 * @param {number} i
 */
function secretKey(v, i) {
  const where = `secretKeys[${i}]`;
  if (v === null || typeof v !== 'object') throw new TypeError(`${where} must be {id, key}, not ${kindOf(v)}`);
  const { id, key } = /** @type {any} */ (v);
  return { id: hex(id, where + '.id'), key: hex(key, where + '.key') };
}

/**
 * @param {unknown} v hex, or bytes
 * @param {string} what
 * @returns {Uint8Array}
 */
function hex(v, what) {
  if (v instanceof Uint8Array) return v.slice();
  if (typeof v !== 'string') throw new TypeError(`${what} must be hex or a Uint8Array, not ${kindOf(v)}`);
  const digits = v.replace(/[\s:]/g, '');
  // The value itself is not repeated: it may be a key.
  if (digits.length % 2 || /[^0-9a-f]/i.test(digits)) throw new TypeError(`${what} is not hex, two digits a byte`);
  return Uint8Array.from(digits.match(/../g) ?? [], (d) => parseInt(d, 16));
}

/**
 * @param {unknown} at
 * @returns {number} Unix seconds
 */
function seconds(at) {
  let ms = NaN;
  if (at === undefined) ms = Date.now();
  else if (Object.prototype.toString.call(at) === '[object Date]') ms = Number(at);
  else if (typeof at === 'string') {
    const m = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?)?)?(Z|[+-]\d\d:\d\d)?$/i.exec(at.trim());
    // Without a zone, a time is UTC: a report must not depend on where it is made.
    if (m) ms = Date.parse(m[3] && !m[6] ? at.trim() + 'Z' : at.trim());
  }
  if (Number.isNaN(ms))
    throw new TypeError(
      `at must be a valid Date or an ISO 8601 string such as '2010-01-01' or '2010-01-01T12:00:00Z', not ${show(at)}`,
    );
  return Math.floor(ms / 1000);
}

/** @param {unknown} v @returns {v is Blob} */
function isBlob(v) {
  return typeof Blob === 'function' && v instanceof Blob;
}

/** @param {unknown} v */
function nameOf(v) {
  return isBlob(v) && 'name' in v && typeof v.name === 'string' ? v.name : '';
}

/** @param {unknown} v */
function kindOf(v) {
  if (v === null) return 'null';
  if (typeof v !== 'object') return typeof v;
  return Object.prototype.toString.call(v).slice(8, -1);
}

/** @param {unknown} v */
function show(v) {
  return typeof v === 'string'
    ? JSON.stringify(v.length > 40 ? v.slice(0, 40) + '…' : v)
    : typeof v === 'number'
      ? String(v)
      : kindOf(v);
}
