// @ts-check
// Examples of identity by other means than S/MIME over the body, each mechanism intact and
// with one thing changed.

import list from '../../testdata/identity/index.json';
import aib from '../../testdata/identity/aib.sip';
import aibAnonymous from '../../testdata/identity/aib_anonymous.sip';
import aibReplayed from '../../testdata/identity/aib_replayed.sip';
import atlantaPEM from '../../testdata/identity/atlanta.pem';
import bobPEM from '../../testdata/identity/bob.pem';
import caPEM from '../../testdata/identity/ca.pem';
import certificate from '../../testdata/identity/certificate.sip';
import certificateChanged from '../../testdata/identity/certificate_changed.sip';
import certificateRevoked from '../../testdata/identity/certificate_revoked.sip';
import credential from '../../testdata/identity/credential.sip';
import identity from '../../testdata/identity/identity.sip';
import identityChanged from '../../testdata/identity/identity_changed.sip';
import middle from '../../testdata/identity/middle.sip';
import middleChanged from '../../testdata/identity/middle_changed.sip';
import passportCompact from '../../testdata/identity/passport_compact.sip';
import passportCompactChanged from '../../testdata/identity/passport_compact_changed.sip';
import providerPEM from '../../testdata/identity/provider.pem';
import proxyPEM from '../../testdata/identity/proxy.pem';
import proxyKeyPEM from '../../testdata/identity/proxy_key.pem';
import response from '../../testdata/identity/response.sip';
import responseChanged from '../../testdata/identity/response_changed.sip';
import shaken from '../../testdata/identity/shaken.sip';
import shakenChanged from '../../testdata/identity/shaken_changed.sip';
import tunnel from '../../testdata/identity/tunnel.sip';
import tunnelChanged from '../../testdata/identity/tunnel_changed.sip';

/** @type {Record<string, Uint8Array | string>} */
export const files = {
  'identity/aib.sip': aib,
  'identity/aib_anonymous.sip': aibAnonymous,
  'identity/aib_replayed.sip': aibReplayed,
  'identity/atlanta.pem': atlantaPEM,
  'identity/bob.pem': bobPEM,
  'identity/ca.pem': caPEM,
  'identity/certificate.sip': certificate,
  'identity/certificate_changed.sip': certificateChanged,
  'identity/certificate_revoked.sip': certificateRevoked,
  'identity/credential.sip': credential,
  'identity/identity.sip': identity,
  'identity/identity_changed.sip': identityChanged,
  'identity/middle.sip': middle,
  'identity/middle_changed.sip': middleChanged,
  'identity/passport_compact.sip': passportCompact,
  'identity/passport_compact_changed.sip': passportCompactChanged,
  'identity/provider.pem': providerPEM,
  'identity/proxy.pem': proxyPEM,
  'identity/proxy_key.pem': proxyKeyPEM,
  'identity/response.sip': response,
  'identity/response_changed.sip': responseChanged,
  'identity/shaken.sip': shaken,
  'identity/shaken_changed.sip': shakenChanged,
  'identity/tunnel.sip': tunnel,
  'identity/tunnel_changed.sip': tunnelChanged,
};

const named = (/** @type {string[]} */ names) => names.map((n) => 'identity/' + n);

/** @type {import('./examples.js').Example[]} */
export const examples = list.map((e) => ({
  ...e,
  message: 'identity/' + e.message,
  keys: named(e.keys),
  certificates: named(e.certificates),
  trust: named(e.trust),
}));
