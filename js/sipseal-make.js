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
// Certificates, keys and requests are PEM strings, files and messages Uint8Arrays. The
// declarations that ship with it are in sipseal-make.d.ts.

import { craftURL } from './assets.js';
import { callerFor } from './caller.js';
import { SipsealError } from './errors.js';
import { abortSignal, checkNames, timeLimit } from './options.js';

export { SipsealError };

/** Making RSA keys takes seconds. */
const defaultTimeout = 120_000;

/** @typedef {import('./sipseal-make.d.ts').CallOptions} CallOptions */

/**
 * Loads the maker.
 * @param {import('./sipseal-make.d.ts').MakerOptions} [options]
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
      abortSignal(options.signal),
    );
    return JSON.parse(result.json);
  }

  /**
   * What there is to choose from.
   * @returns {Promise<import('./sipseal-make.d.ts').Choices>}
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
   * @param {import('./sipseal-make.d.ts').GivenKey} key
   * @returns {Promise<{type: string, key: string}>}
   */
  readKey(key) {
    return this.#ask('key', { key });
  }

  /**
   * Describes a certificate as the scripts of RFC 6216 appendix A make it; change it
   * and give it to authority() or certificate().
   * @param {import('./sipseal-make.d.ts').ProfileRequest} wanted
   * @returns {Promise<import('./sipseal-make.d.ts').CertificateDescription>}
   */
  profile({ kind, address = '', eku = true, days = 36500, pathLen = 0, fault = '' }) {
    return this.#ask('profile', { kind, address, eku, days, pathLen, fault });
  }

  /**
   * Makes a CA that signs itself, or takes one that is given.
   * @param {import('./sipseal-make.d.ts').AuthorityRequest} [wanted]
   * @param {CallOptions} [options]
   * @returns {Promise<import('./sipseal-make.d.ts').MadeIdentity>}
   */
  async authority({ certificate, keyType, key, given } = {}, options) {
    if (given) return this.#ask('authority', { given, key }, options);
    certificate ??= await this.profile({ kind: 'ca' });
    key ??= (await this.key(keyType, options)).key;
    return this.#ask('authority', { certificate, key }, options);
  }

  /**
   * Issues a certificate: for a key that is given, a fresh one, or that of a request.
   * @param {import('./sipseal-make.d.ts').CertificateRequest} wanted
   * @param {CallOptions} [options]
   * @returns {Promise<import('./sipseal-make.d.ts').MadeIdentity>}
   */
  async certificate({ ca, certificate, keyType, key, request }, options) {
    if (request) return this.#ask('certificate', { ca, certificate, request }, options);
    key ??= (await this.key(keyType, options)).key;
    return this.#ask('certificate', { ca, certificate, key }, options);
  }

  /**
   * Makes a certification request (CSR).
   * @param {{certificate: import('./sipseal-make.d.ts').CertificateDescription, key: import('./sipseal-make.d.ts').GivenKey}} wanted
   * @returns {Promise<{request: string, key: string}>}
   */
  request({ certificate, key }) {
    return this.#ask('request', { certificate, key });
  }

  /**
   * What a certification request asks for.
   * @param {string} request
   * @returns {Promise<import('./sipseal-make.d.ts').CertificateDescription>}
   */
  readRequest(request) {
    return this.#ask('readRequest', { request });
  }

  /**
   * Makes a revocation list.
   * @param {import('./sipseal-make.d.ts').CRLDescription & {ca: import('./sipseal-make.d.ts').Identity}} wanted
   * @returns {Promise<{crl: string, der: Uint8Array}>}
   */
  async crl({ ca, ...crl }) {
    const { crl: pem, der } = await this.#ask('crl', { ca, crl });
    return { crl: pem, der: fromBase64(der) };
  }

  /**
   * All files of a certificate, under the names that the scripts of RFC 6216 give.
   * @param {import('./sipseal-make.d.ts').FilesRequest} what
   * @returns {Promise<import('./sipseal-make.d.ts').NamedFile[]>}
   */
  async files(what) {
    return namedFiles(await this.#ask('files', what));
  }

  /**
   * The files of a CA under the names that the scripts give; its key under the password, if any.
   * @param {{ca: import('./sipseal-make.d.ts').Identity, password?: string}} what
   * @returns {Promise<import('./sipseal-make.d.ts').NamedFile[]>}
   */
  async authorityFiles(what) {
    return namedFiles(await this.#ask('authorityFiles', what));
  }

  /**
   * Packs files into one.
   * @param {import('./sipseal-make.d.ts').NamedFile[]} files
   * @returns {Promise<Uint8Array>}
   */
  async zip(files) {
    return fromBase64((await this.#ask('zip', { files })).bytes);
  }

  /**
   * Makes the test scenarios of RFC 6216 section 6 and of "The use of TLS in SIP".
   * @param {{keyType?: string}} [wanted]
   * @param {CallOptions} [options]
   * @returns {Promise<{scenarios: import('./sipseal-make.d.ts').Scenario[], files: import('./sipseal-make.d.ts').NamedFile[]}>}
   */
  async scenarios({ keyType = 'RSA 2048' } = {}, options) {
    const { kitKeys } = await this.choices();
    const keys = (await Promise.all(Array.from({ length: kitKeys }, () => browserKey(keyType)))).filter((k) => k);
    const { scenarios, files } = await this.#ask('scenarios', { keyType, keys }, options);
    return { scenarios, files: namedFiles(files) };
  }

  /**
   * Makes a message.
   * @param {import('./sipseal-make.d.ts').MessageDescription} message
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
   * @param {number} [at] which byte, where that can be chosen
   * @returns {Promise<Uint8Array>}
   */
  async damage(message, id, at) {
    return fromBase64((await this.#ask('damage', { message, id, at })).bytes);
  }

  /**
   * Writes any message in another form.
   * @param {Uint8Array} message
   * @param {import('./sipseal-make.d.ts').Form} form
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
      true,
      ['sign', 'verify'],
    );
    return { der: new Uint8Array(await subtle.exportKey('pkcs8', /** @type {CryptoKeyPair} */ (pair).privateKey)) };
  } catch {
    return undefined;
  }
}

/** @param {{name: string, data: string}[]} files @returns {import('./sipseal-make.d.ts').NamedFile[]} */
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
