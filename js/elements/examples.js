// @ts-check
// The examples that come with the page. They are part of this module, which is loaded with
// the page, so that opening one makes no request.

import demo from '../../testdata/demo/index.json';
import drafts from '../../site/examples.json';

import { examples as identities, files as identityFiles } from './identity-examples.js';
import { examples as scenarios, files as scenarioFiles } from './scenarios.js';

import signed from '../../testdata/demo/signed.sip';
import opaque from '../../testdata/demo/opaque.sip';
import encrypted from '../../testdata/demo/encrypted.sip';
import encryptedSigned from '../../testdata/demo/encrypted_signed.sip';
import signedEncrypted from '../../testdata/demo/signed_encrypted.sip';
import sealed from '../../testdata/demo/sealed.sip';
import tampered from '../../testdata/demo/tampered.sip';
import impostor from '../../testdata/demo/impostor.sip';
import expired from '../../testdata/demo/expired.sip';
import bobKey from '../../testdata/demo/bob_key.pem';
import bob from '../../testdata/demo/bob.pem';
import demoCA from '../../testdata/demo/ca.pem';

import draftSigned from '../../testdata/seeds/draft01_signed.sip';
import draftNoNull from '../../testdata/seeds/draft01_signed_no_null.sip';
import draftEncrypted from '../../testdata/seeds/draft01_encrypted.sip';
import draftSignedEncrypted from '../../testdata/seeds/draft01_signed_encrypted.sip';
import draftFluffy from '../../testdata/seeds/draft01_user_fluffy.pem';
import draftCA from '../../testdata/seeds/draft01_ca.pem';
import bundledCA from '../../testdata/seeds/rfc6216_ca.pem';

/**
 * An example: a message with what it takes to judge it.
 * @typedef {object} Example
 * @property {string} id
 * @property {string} title
 * @property {string} description
 * @property {string} message file name
 * @property {string[]} keys file names
 * @property {string[]} certificates
 * @property {string[]} trust
 * @property {string} [at] ISO 8601
 * @property {string} [host] to which a certificate is to be good for TLS
 * @property {string} expect the state of its summary
 */

/** @type {Record<string, Uint8Array | string>} */
const FILES = {
  'signed.sip': signed,
  'opaque.sip': opaque,
  'encrypted.sip': encrypted,
  'encrypted_signed.sip': encryptedSigned,
  'signed_encrypted.sip': signedEncrypted,
  'sealed.sip': sealed,
  'tampered.sip': tampered,
  'impostor.sip': impostor,
  'expired.sip': expired,
  'bob_key.pem': bobKey,
  'bob.pem': bob,
  'ca.pem': demoCA,
  'draft01_signed.sip': draftSigned,
  'draft01_signed_no_null.sip': draftNoNull,
  'draft01_encrypted.sip': draftEncrypted,
  'draft01_signed_encrypted.sip': draftSignedEncrypted,
  'draft01_user_fluffy.pem': draftFluffy,
  'draft01_ca.pem': draftCA,
  ...identityFiles,
  ...scenarioFiles,
};

/** The bundled test CA, for those who trust it beside others. */
export const bundledAnchor = { name: 'rfc6216_ca.pem', data: bundledCA };

/** @type {{id: string, examples: Example[]}[]} */
export const groups = [
  { id: 'demo', examples: demo },
  { id: 'drafts', examples: drafts },
  { id: 'identity', examples: identities },
  { id: 'scenarios', examples: scenarios },
];

/**
 * A file of an example.
 * @param {string} name
 * @returns {{name: string, data: Uint8Array}}
 */
export function exampleFile(name) {
  const data = FILES[name];
  if (data === undefined) throw new Error('there is no example file ' + name);
  return { name, data: typeof data === 'string' ? new TextEncoder().encode(data) : data };
}
