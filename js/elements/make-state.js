// @ts-check
// What the page that makes things holds: the CA, the certificates made with it, the
// revocation lists, the message. Nothing of it is ever written anywhere.

/** @typedef {{certificate: string, key: string}} Authority */

/**
 * @typedef {object} Made
 * @property {string} address
 * @property {string} certificate PEM
 * @property {string} key PEM, "" for the certificate of a request
 * @property {string} type of the key, "" for that of a request
 * @property {string} serial hex
 * @property {string} kind "user" or "domain"
 * @property {string} fault its id, or ""
 * @property {boolean} revoked
 * @property {Authority} ca who issued it
 * @property {string} anchor PEM of the CA at the end of its chain
 * @property {string[]} between PEM of the CAs between, the lowest first
 */

/**
 * A message that was made, and what else opens it.
 * @typedef {object} MadeMessage
 * @property {Uint8Array} bytes
 * @property {Date} when
 * @property {string[]} passwords
 * @property {{id: string, key: string}[]} secretKeys
 */

/** What a key of a type cannot do. @type {Record<string, 'sign' | 'open'>} */
const CANNOT = { X25519: 'sign', Ed25519: 'open' };

/**
 * Whether the key of a certificate can sign, or open what is encrypted for it.
 * @param {Made} made
 * @param {'sign' | 'open'} what
 */
export function able(made, what) {
  return (what === 'open' || made.key !== '') && CANNOT[made.type] !== what;
}

export class MakeState extends EventTarget {
  /** @param {import('../sipseal-make.js').Maker} maker */
  constructor(maker) {
    super();
    this.maker = maker;
    /** The CA that issues: the trusted one, or one below it. @type {Authority | undefined} */
    this.ca = undefined;
    /** What it is called. */
    this.caName = '';
    /** The trust anchor. */
    this.anchor = '';
    /** The CAs between, the lowest first. @type {string[]} */
    this.between = [];
    /** @type {Made[]} */
    this.made = [];
    /** PEM of revocation lists. @type {string[]} */
    this.crls = [];
    /** Stays the same until the form changes. @type {MadeMessage | undefined} */
    this.message = undefined;
  }

  changed() {
    this.dispatchEvent(new Event('change'));
  }

  /** @param {Authority} ca @param {string} name */
  trust(ca, name) {
    this.ca = ca;
    this.caName = name;
    this.anchor = ca.certificate;
    this.between = [];
    this.crls = [];
    this.message = undefined;
    this.changed();
  }

  /** @param {Authority} ca @param {string} name */
  below(ca, name) {
    this.ca = ca;
    this.caName = name;
    this.between = [ca.certificate, ...this.between];
    this.changed();
  }

  /**
   * Lets a certificate that was made issue others.
   * @param {Made} made
   */
  promote(made) {
    this.anchor = made.anchor;
    this.between = made.between;
    this.below({ certificate: made.certificate, key: made.key }, made.address);
  }

  /** The CA; a fresh one where there is none yet. */
  async authority() {
    if (!this.ca) {
      const certificate = await this.maker.profile({ kind: 'ca' });
      this.trust(await this.maker.authority({ certificate, keyType: 'ECDSA P-256' }), nameOf(certificate));
    }
    return /** @type {Authority} */ (this.ca);
  }

  /**
   * Issues a certificate and keeps it.
   * @param {string} address
   * @param {import('../sipseal-make.d.ts').CertificateDescription} certificate
   * @param {{keyType?: string, request?: string, kind?: string, fault?: string}} how
   */
  async issue(address, certificate, { keyType = 'RSA 2048', request, kind = 'user', fault = '' }) {
    const ca = await this.authority();
    // The serial number is chosen here, so that it is known when it is to be revoked.
    const serial = certificate.serial || randomHex(8, 0x40);
    const issued = await this.maker.certificate({ ca, certificate: { ...certificate, serial }, keyType, request });
    /** @type {Made} */
    const made = {
      address,
      certificate: issued.certificate,
      key: issued.key ?? '',
      type: request ? '' : keyType,
      serial,
      kind,
      fault,
      revoked: false,
      ca,
      anchor: this.anchor,
      between: this.between,
    };
    this.made.push(made);
    this.changed();
    return made;
  }

  /**
   * The certificate of an address that can sign or open, made when there is none.
   * @param {string} uri
   * @param {'sign' | 'open'} what
   * @param {string} [fault]
   */
  async user(uri, what, fault = '') {
    const address = uri.replace(/^sips?:/, '').replace(/[;?].*$/, '');
    const known = this.made.find(
      (m) => m.address === address && m.fault === fault && m.key && able(m, what) && m.anchor === this.anchor,
    );
    return known ?? this.issue(address, await this.maker.profile({ kind: 'user', address, fault }), { fault });
  }

  /**
   * Revokes a certificate: the list of its CA is made anew.
   * @param {Made} made
   */
  async revoke(made) {
    made.revoked = true;
    const cas = new Set(this.made.filter((m) => m.revoked).map((m) => m.ca));
    const lists = await Promise.all([...cas].map((ca) => this.maker.crl({ ca, revoked: this.revokedBy(ca) })));
    this.crls = lists.map(({ crl }) => crl);
    this.changed();
  }

  /**
   * The serial numbers that a CA has revoked.
   * @param {Authority} ca
   */
  revokedBy(ca) {
    return this.made.filter((m) => m.revoked && m.ca === ca).map((m) => m.serial);
  }

  /** What the inspector is given beside a message. */
  options() {
    return {
      keys: this.made.filter((m) => m.key).map((m) => ({ name: m.address, data: m.key })),
      certificates: [...new Set(this.made.flatMap((m) => [m.certificate, ...m.between]))],
      crls: this.crls,
      trust: this.anchor ? [{ name: 'the CA of this page', data: this.anchor }] : [],
      passwords: this.message?.passwords ?? [],
      secretKeys: this.message?.secretKeys ?? [],
    };
  }
}

/**
 * What a certificate is called: the last part of its subject.
 * @param {import('../sipseal-make.d.ts').CertificateDescription} certificate
 */
export function nameOf({ subject }) {
  return (subject.at(-1) ?? '').replace(/^[^=]*=\s*/, '');
}

/**
 * Random octets in hex.
 * @param {number} n
 * @param {number} [first] bits that the first octet has, which is otherwise below 0x80
 */
export function randomHex(n, first = 0) {
  const bytes = crypto.getRandomValues(new Uint8Array(n));
  if (first) bytes[0] = (bytes[0] & 0x7f) | first;
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}
