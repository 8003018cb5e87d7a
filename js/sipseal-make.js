// @ts-check
// Making certificates and messages for testing, as an ES module: createMaker() loads
// the second WASM program and gives a maker. What it makes is for testing: anybody who
// has the page can make the same.
//
//   import { createMaker } from './sipseal-make.js'
//   const maker = await createMaker()
//   const ca = await maker.authority({ keyType: 'ECDSA P-256' })
//   const alice = await maker.certificate({ ca, certificate: await maker.profile({ kind: 'user', address: 'alice@example.org' }) })
//   const message = await maker.message({ from: 'sip:alice@example.org', to: 'sip:bob@example.net', body: 'Hello!',
//     layers: [{ kind: 'sign', signers: [alice], attach: [alice.certificate] }] })
//
// Certificates, keys and requests are PEM strings, files and messages Uint8Arrays.

import { craftURL } from './assets.js';
import { callerFor } from './caller.js';
import { SipsealError } from './errors.js';
import { abortSignal, checkNames, timeLimit } from './options.js';

export { SipsealError };

/** Making RSA keys takes seconds. */
const defaultTimeout = 120_000;

/**
 * A certificate as it is to be made. Every field may be wrong on purpose.
 * @typedef {object} CertificateDescription
 * @property {string[]} subject lines such as "CN=alice"
 * @property {string[]} [issuer] where it is not to be the CA's name
 * @property {string} [serial] hex; a random one by default
 * @property {string} [notBefore] ISO 8601
 * @property {string} [notAfter] ISO 8601
 * @property {string[]} [extensions] lines as in openssl's configuration: "keyUsage = digitalSignature"
 * @property {string} [digest] "SHA-1" to "SHA-512"
 * @property {boolean} [pss]
 * @property {number} [version]
 * @property {boolean} [badSignature]
 */

/** @typedef {string | {pem?: string, der?: Uint8Array, password?: string}} GivenKey */
/** @typedef {{certificate: string, key?: GivenKey}} Identity */
/** @typedef {{name: string, data: Uint8Array}} NamedFile */

/**
 * One signer. By default SHA-256 with signed attributes, named by issuer and serial.
 * @typedef {object} SignerDescription
 * @property {string} certificate
 * @property {GivenKey} [key]
 * @property {string} [digest]
 * @property {boolean} [pss]
 * @property {boolean} [nullParams] NULL digest parameters; otherwise absent
 * @property {boolean} [combinedOID] sha256WithRSAEncryption instead of rsaEncryption
 * @property {boolean} [noAttributes]
 * @property {string} [signingTime] ISO 8601, or "none"
 * @property {boolean} [capabilities]
 * @property {boolean} [byKeyID]
 * @property {boolean} [badSignature]
 * @property {boolean} [badDigest]
 */

/**
 * A seal around the body; the first is the innermost.
 * @typedef {object} LayerDescription
 * @property {'sign' | 'encrypt'} kind
 * @property {boolean} [opaque] the content inside the SignedData
 * @property {boolean} [base64] otherwise binary
 * @property {SignerDescription[]} [signers]
 * @property {string[]} [attach] certificates that go along
 * @property {{certificate: string, oaep?: boolean, byKeyID?: boolean}[]} [recipients]
 * @property {string} [cipher] "AES-128-CBC" by default
 * @property {string} [micalg] a wrong one
 * @property {string} [boundary]
 * @property {string} [protocol]
 */

/**
 * @typedef {object} MessageDescription
 * @property {string} from SIP URI
 * @property {string} to SIP URI
 * @property {string} [method] "MESSAGE" by default
 * @property {string} [requestURI]
 * @property {number} [status] makes it a response
 * @property {string} [reason]
 * @property {string[]} [headers] lines "Name: value"; without a value the field is left out
 * @property {string} [contentType]
 * @property {string} [body]
 * @property {boolean} [aib] signs an authenticated identity body (RFC 3893) beside the body
 * @property {LayerDescription[]} [layers]
 * @property {number} [contentLength] a wrong one
 * @property {{id: string, at?: number}[]} [damages]
 * @property {'bytes' | 'text' | 'hex' | 'pcap'} [form]
 */

/** @typedef {{timeout?: number, signal?: AbortSignal}} CallOptions */

/**
 * Loads the maker.
 * @param {{wasm?: URL | string | BufferSource | WebAssembly.Module, worker?: boolean | URL | string, timeout?: number}} [options]
 */
export async function createMaker(options = {}) {
  checkNames(options, ['wasm', 'worker', 'timeout']);
  const timeout = timeLimit(options.timeout, defaultTimeout);
  return new Maker(await callerFor(craftURL, options), timeout);
}

export class Maker {
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
   * @param {string} name
   * @param {object} request
   * @param {CallOptions} [options]
   * @returns {Promise<any>}
   */
  async #ask(name, request, options = {}) {
    checkNames(options, ['timeout', 'signal']);
    const json = JSON.stringify(request, (_, v) => (v instanceof Uint8Array ? toBase64(v) : v));
    const { result } = await this.#caller.call(
      { name: 'make', args: [name, json], transfer: [], timeout: timeLimit(options.timeout, this.#timeout) },
      abortSignal(options.signal));
    return JSON.parse(result.json);
  }

  /**
   * What there is to choose from.
   * @returns {Promise<{keyTypes: string[], digests: string[], ciphers: string[], forms: string[], sdp: string, kitKeys: number,
   *   faults: {id: string, title: string}[], damages: {id: string, title: string, description: string}[]}>}
   */
  choices() {
    return this.#ask('choices', {});
  }

  /**
   * Makes a key. RSA keys are made by the browser where it can, which is faster.
   * @param {string} [type] one of choices().keyTypes
   * @param {CallOptions} [options]
   * @returns {Promise<{type: string, key: string}>}
   */
  async key(type = 'RSA 2048', options) {
    const made = await browserKey(type);
    return this.#ask('key', made ? { key: made } : { type }, options);
  }

  /**
   * Reads a key that is given: PEM or DER, PKCS #8, PKCS #1, SEC 1, PKCS #12.
   * @param {GivenKey} key
   * @returns {Promise<{type: string, key: string}>}
   */
  readKey(key) {
    return this.#ask('key', { key });
  }

  /**
   * Describes a certificate as the scripts of RFC 6216 appendix A make it; change it
   * and give it to authority() or certificate().
   * @param {{kind: 'ca' | 'intermediate' | 'user' | 'domain', address?: string, eku?: boolean, days?: number, pathLen?: number, fault?: string}} wanted
   *   days: 0 makes an expired one; fault: one of choices().faults
   * @returns {Promise<CertificateDescription>}
   */
  profile({ kind, address = '', eku = true, days = 36500, pathLen = 0, fault = '' }) {
    return this.#ask('profile', { kind, address, eku, days, pathLen, fault });
  }

  /**
   * Makes a CA that signs itself, or takes one that is given.
   * @param {{certificate?: CertificateDescription, keyType?: string, key?: GivenKey, given?: string}} [wanted]
   * @param {CallOptions} [options]
   * @returns {Promise<{certificate: string, key: string}>}
   */
  async authority({ certificate, keyType, key, given } = {}, options) {
    if (given) return this.#ask('authority', { given, key }, options);
    certificate ??= await this.profile({ kind: 'ca' });
    key ??= (await this.key(keyType, options)).key;
    return this.#ask('authority', { certificate, key }, options);
  }

  /**
   * Issues a certificate: for a key that is given, a fresh one, or that of a request.
   * @param {{ca: Identity, certificate: CertificateDescription, keyType?: string, key?: GivenKey, request?: string}} wanted
   * @param {CallOptions} [options]
   * @returns {Promise<{certificate: string, key: string}>} no key with a request
   */
  async certificate({ ca, certificate, keyType, key, request }, options) {
    if (request) return this.#ask('certificate', { ca, certificate, request }, options);
    key ??= (await this.key(keyType, options)).key;
    return this.#ask('certificate', { ca, certificate, key }, options);
  }

  /**
   * Makes a certification request (CSR).
   * @param {{certificate: CertificateDescription, key: GivenKey}} wanted
   * @returns {Promise<{request: string, key: string}>}
   */
  request({ certificate, key }) {
    return this.#ask('request', { certificate, key });
  }

  /**
   * What a certification request asks for.
   * @param {string} request
   * @returns {Promise<CertificateDescription>}
   */
  readRequest(request) {
    return this.#ask('readRequest', { request });
  }

  /**
   * Makes a revocation list.
   * @param {{ca: Identity, revoked: string[], revokedAt?: string, thisUpdate?: string, nextUpdate?: string, number?: number, digest?: string}} wanted
   * @returns {Promise<{crl: string, der: Uint8Array}>}
   */
  async crl({ ca, ...crl }) {
    const { crl: pem, der } = await this.#ask('crl', { ca, crl });
    return { crl: pem, der: fromBase64(der) };
  }

  /**
   * All files of a certificate, under the names that the scripts of RFC 6216 give.
   * @param {{address: string, certificate: string, ca: string, key?: GivenKey, password?: string, request?: string}} what
   * @returns {Promise<NamedFile[]>}
   */
  async files(what) {
    return namedFiles(await this.#ask('files', what));
  }

  /**
   * Packs files into one.
   * @param {NamedFile[]} files
   * @returns {Promise<Uint8Array>}
   */
  async zip(files) {
    return fromBase64((await this.#ask('zip', { files })).bytes);
  }

  /**
   * Makes the test scenarios of RFC 6216 section 6 and of "The use of TLS in SIP".
   * @param {{keyType?: string}} [wanted]
   * @param {CallOptions} [options]
   * @returns {Promise<{scenarios: object[], files: NamedFile[]}>}
   */
  async scenarios({ keyType = 'RSA 2048' } = {}, options) {
    const { kitKeys } = await this.choices();
    const keys = (await Promise.all(Array.from({ length: kitKeys }, () => browserKey(keyType)))).filter((k) => k);
    const { scenarios, files } = await this.#ask('scenarios', { keyType, keys }, options);
    return { scenarios, files: namedFiles(files) };
  }

  /**
   * Makes a message.
   * @param {MessageDescription} message
   * @param {CallOptions} [options]
   * @returns {Promise<Uint8Array>}
   */
  async message(message, options) {
    return fromBase64((await this.#ask('message', message, options)).bytes);
  }

  /**
   * Damages any message.
   * @param {Uint8Array} message
   * @param {string} id one of choices().damages
   * @param {number} [at] which byte, for "flip"
   * @returns {Promise<Uint8Array>}
   */
  async damage(message, id, at) {
    return fromBase64((await this.#ask('damage', { message, id, at })).bytes);
  }

  /**
   * Writes any message in another form.
   * @param {Uint8Array} message
   * @param {'bytes' | 'text' | 'hex' | 'pcap'} form
   * @returns {Promise<Uint8Array>}
   */
  async form(message, form) {
    return fromBase64((await this.#ask('form', { message, form })).bytes);
  }

  close() {
    this.#caller.close();
  }
}

/**
 * An RSA key made by the platform's own cryptography, where there is any: in WASM it
 * takes many times as long.
 * @param {string} type
 * @returns {Promise<{der: Uint8Array} | undefined>}
 */
async function browserKey(type) {
  const bits = Number(/^RSA (\d+)$/.exec(type)?.[1]);
  const { subtle } = globalThis.crypto ?? {};
  if (!bits || !subtle) return undefined;
  try {
    const pair = await subtle.generateKey(
      { name: 'RSASSA-PKCS1-v1_5', modulusLength: bits, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
      true, ['sign', 'verify']);
    return { der: new Uint8Array(await subtle.exportKey('pkcs8', /** @type {CryptoKeyPair} */ (pair).privateKey)) };
  } catch {
    return undefined;
  }
}

/** @param {{name: string, data: string}[]} files @returns {NamedFile[]} */
function namedFiles(files) {
  return files.map(({ name, data }) => ({ name, data: fromBase64(data) }));
}

/** @param {Uint8Array} bytes */
function toBase64(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** @param {string} text */
function fromBase64(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
