// @ts-check
// What the page that makes things holds: the CA, the certificates made with it, the
// revocation list. Nothing of it is ever written anywhere.

/**
 * @typedef {object} Made
 * @property {string} address
 * @property {string} certificate PEM
 * @property {string} key PEM, "" for the certificate of a request
 * @property {string} serial hex
 * @property {string} note
 * @property {boolean} revoked
 * @property {{certificate: string, key: string}} ca who issued it
 */

export class MakeState extends EventTarget {
  /** @param {import('../sipseal-make.js').Maker} maker */
  constructor(maker) {
    super();
    this.maker = maker;
    /** The CA that issues: the trusted one, or one below it. @type {{certificate: string, key: string} | undefined} */
    this.ca = undefined;
    /** The trust anchor. */
    this.anchor = '';
    /** The CAs between, the lowest first. @type {string[]} */
    this.between = [];
    /** @type {Made[]} */
    this.made = [];
    /** PEM of revocation lists. @type {string[]} */
    this.crls = [];
  }

  changed() {
    this.dispatchEvent(new Event('change'));
  }

  /** @param {{certificate: string, key: string}} ca */
  trust(ca) {
    this.ca = ca;
    this.anchor = ca.certificate;
    this.between = [];
    this.crls = [];
    this.changed();
  }

  /** @param {{certificate: string, key: string}} ca */
  below(ca) {
    this.ca = ca;
    this.between = [ca.certificate, ...this.between];
    this.changed();
  }

  /** The CA; a fresh one where there is none yet. */
  async authority() {
    if (!this.ca) this.trust(await this.maker.authority({ keyType: 'ECDSA P-256' }));
    return /** @type {{certificate: string, key: string}} */ (this.ca);
  }

  /**
   * Issues a certificate and keeps it.
   * @param {string} address
   * @param {import('../sipseal-make.js').CertificateDescription} certificate
   * @param {{keyType?: string, request?: string, note?: string}} how
   */
  async issue(address, certificate, { keyType = 'RSA 2048', request, note = '' }) {
    const ca = await this.authority();
    // The serial number is chosen here, so that it is known when it is to be revoked.
    const serial = certificate.serial || randomSerial();
    const issued = await this.maker.certificate({ ca, certificate: { ...certificate, serial }, keyType, request });
    const made = { address, certificate: issued.certificate, key: issued.key ?? '', serial, note, revoked: false, ca };
    this.made.push(made);
    this.changed();
    return made;
  }

  /**
   * The certificate of an address, made when there is none.
   * @param {string} uri
   */
  async user(uri) {
    const address = uri.replace(/^sips?:/, '').replace(/[;?].*$/, '');
    const known = this.made.find((m) => m.address === address && m.key);
    return known ?? this.issue(address, await this.maker.profile({ kind: 'user', address }), {});
  }

  /**
   * Revokes a certificate: the list of its CA is made anew.
   * @param {Made} made
   */
  async revoke(made) {
    made.revoked = true;
    const cas = new Set(this.made.filter((m) => m.revoked).map((m) => m.ca));
    this.crls = await Promise.all([...cas].map(async (ca) =>
      (await this.maker.crl({ ca, revoked: this.made.filter((m) => m.revoked && m.ca === ca).map((m) => m.serial) })).crl));
    this.changed();
  }

  /** What the inspector is given beside a message. */
  options() {
    return {
      keys: this.made.filter((m) => m.key).map((m) => ({ name: m.address, data: m.key })),
      certificates: [...this.made.map((m) => m.certificate), ...this.between],
      crls: this.crls,
      trust: this.anchor ? [{ name: 'the CA of this page', data: this.anchor }] : [],
    };
  }
}

function randomSerial() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  bytes[0] = (bytes[0] & 0x7f) | 0x40;
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}
