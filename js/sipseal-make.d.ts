// The declarations of the module that makes certificates and messages for testing.
// Certificates, keys, requests and lists are PEM text; files and messages are bytes.

/** One of the kinds of key in Choices.keyTypes, for example "ECDSA P-256". */
export type KeyType = string;

/** PEM, or a key that may be under a password; DER, PKCS #1, SEC 1 and PKCS #12 as well. */
export type GivenKey = string | { pem?: string; der?: Uint8Array; password?: string };

/** A certificate, with its private key where that is at hand. */
export interface Identity {
  certificate: string;
  key?: GivenKey;
}

/** What is made together: a certificate and its key. */
export interface MadeIdentity {
  certificate: string;
  key: string;
}

export interface NamedFile {
  name: string;
  data: Uint8Array;
}

/** A certificate as it is to be made. Every field may be wrong on purpose. */
export interface CertificateDescription {
  /** Lines such as "CN=alice", the type by its short name or in dots. */
  subject: string[];
  /** Where it is not to be the CA's name. */
  issuer?: string[];
  /** Hex, with "-" before it for a negative one. Default: 8 random octets. */
  serial?: string;
  /** ISO 8601, UTC where it has no zone. Default: now. */
  notBefore?: string;
  /** Default: 36,500 days later. */
  notAfter?: string;
  /** Lines as in openssl's configuration: "keyUsage = critical, digitalSignature"; any other as "1.2.3 = DER:0500". */
  extensions?: string[];
  /** One of Choices.digests. Default: SHA-256. */
  digest?: string;
  /** Signed with RSASSA-PSS. */
  pss?: boolean;
  /** What it says of itself. Default: 3. */
  version?: number;
  /** Flips a bit of the signature. */
  badSignature?: boolean;
}

export interface ProfileRequest {
  kind: 'ca' | 'intermediate' | 'user' | 'domain';
  /** As makeCert takes it: "alice@example.org", "example.org", or with a scheme. */
  address?: string;
  /** With an extended key usage. Default: true. */
  eku?: boolean;
  /** 0 makes an expired one. Default: 36,500. */
  days?: number;
  /** The path length of an intermediate CA. Default: 0. */
  pathLen?: number;
  /** The id of one of Choices.faults. */
  fault?: string;
}

export interface AuthorityRequest {
  /** Default: that of the makeCA script. */
  certificate?: CertificateDescription;
  /** Of a fresh key. Default: "RSA 2048". */
  keyType?: KeyType;
  key?: GivenKey;
  /** The certificate of a CA that there is already; its key is in key. */
  given?: string;
}

export interface CertificateRequest {
  ca: Identity;
  certificate: CertificateDescription;
  keyType?: KeyType;
  key?: GivenKey;
  /** A certification request, whose key is certified. */
  request?: string;
}

/** A certificate revocation list as it is to be made. Times are ISO 8601. */
export interface CRLDescription {
  /** Serial numbers in hex. */
  revoked: string[];
  revokedAt?: string;
  thisUpdate?: string;
  /** Default: 30 days after thisUpdate. */
  nextUpdate?: string;
  number?: number;
  digest?: string;
  badSignature?: boolean;
}

export interface FilesRequest {
  address: string;
  certificate: string;
  /** The trust anchor. */
  ca: string;
  /** The CAs between, the lowest first. */
  between?: string[];
  key?: GivenKey;
  /** Of the key, and of the PKCS #12 file, where "password" stands in for none. */
  password?: string;
  request?: string;
  /** The PKCS #12 file for programs from before 2016: triple DES and SHA-1. */
  legacy?: boolean;
}

/** One signer. By default SHA-256 with signed attributes, named by issuer and serial number. */
export interface SignerDescription {
  certificate: string;
  key?: GivenKey;
  digest?: string;
  pss?: boolean;
  /** NULL as parameters of the digest algorithm. Default: absent. */
  nullParams?: boolean;
  /** sha256WithRSAEncryption and its like instead of rsaEncryption. */
  combinedOID?: boolean;
  noAttributes?: boolean;
  /** ISO 8601, or "none". Default: now. */
  signingTime?: string;
  /** Adds the attribute sMIMECapabilities. */
  capabilities?: boolean;
  /** Named by subject key identifier. */
  byKeyID?: boolean;
  badSignature?: boolean;
  badDigest?: boolean;
}

/** Who can open an envelope: by a certificate's key, a key that is shared, or a password. */
export interface RecipientDescription {
  /** RSA keys by key transport; ECDSA and X25519 keys by key agreement. */
  certificate?: string;
  /** RSAES-OAEP with SHA-256 instead of RSAES-PKCS1-v1_5. */
  oaep?: boolean;
  byKeyID?: boolean;
  /** A key of 16, 24 or 32 octets, and what it is known by; both in hex. */
  secretKey?: { id: string; key: string };
  password?: string;
}

/** A seal around the body; the first is the innermost. */
export interface LayerDescription {
  kind: 'sign' | 'encrypt';
  /** The content inside the SignedData. Default: multipart/signed. */
  opaque?: boolean;
  /** Default: binary. */
  base64?: boolean;
  signers?: SignerDescription[];
  /** Certificates that go along. */
  attach?: string[];
  recipients?: RecipientDescription[];
  /** One of Choices.ciphers. Default: "AES-128-CBC". */
  cipher?: string;
  /** In place of the right one; so with the next two. */
  micalg?: string;
  boundary?: string;
  protocol?: string;
}

export interface MessageDescription {
  /** SIP URIs. */
  from: string;
  to: string;
  /** Default: "MESSAGE". */
  method?: string;
  /** Default: that of to. */
  requestURI?: string;
  /** Makes it a response. */
  status?: number;
  reason?: string;
  /** "Name: value" a line. One that is there already is replaced; without a value it is left out. */
  headers?: string[];
  /** Default: "text/plain", and "application/sdp" in an INVITE. */
  contentType?: string;
  body?: string;
  /** Leaves the line ends of the body as they are. Default: they become CR LF. */
  binary?: boolean;
  /** Signs an authenticated identity body (RFC 3893) beside the body. */
  aib?: boolean;
  layers?: LayerDescription[];
  /** In place of the right one. */
  contentLength?: number;
  /** Done in their order. */
  damages?: { id: string; at?: number }[];
  /** Default: "bytes". */
  form?: Form;
}

/** The bytes themselves, text as RFCs print it, a hex dump, or a capture of one packet. */
export type Form = 'bytes' | 'text' | 'hex' | 'pcap';

export interface Fault {
  id: string;
  title: string;
}

export interface Damage {
  id: string;
  title: string;
  description: string;
  /** Where it is done can be chosen. */
  placed: boolean;
}

/** A test scenario: its files, and what a correct implementation does. */
export interface Scenario {
  id: string;
  title: string;
  description: string;
  kind: 'smime' | 'tls';
  /** File names: the message, or for TLS the server's certificate. */
  message: string;
  keys: string[];
  certificates: string[];
  crls?: string[];
  trust: string[];
  /** The name that the TLS client wanted to reach. */
  host?: string;
  expect: 'valid' | 'invalid';
  /** The code of the check that fails. */
  reason?: string;
  outcome: string;
  reference: string;
}

/** What there is to choose from. */
export interface Choices {
  /** All of them sign but X25519. */
  keyTypes: KeyType[];
  digests: string[];
  ciphers: string[];
  forms: Form[];
  faults: Fault[];
  damages: Damage[];
  /** Without the names of their files, which are known once they are made. */
  scenarios: Scenario[];
  /** A session description for an INVITE. */
  sdp: string;
  /** How many keys the scenarios take. */
  kitKeys: number;
}

export interface CallOptions {
  /** The time limit in milliseconds. */
  timeout?: number;
  /** Gives the call up: it is rejected with the signal's reason. */
  signal?: AbortSignal;
}

export interface MakerOptions {
  /** The WASM, where it is not beside the module: its URL, its bytes, or compiled. In Node also a path. */
  wasm?: URL | string | BufferSource | WebAssembly.Module;
  /** Whether to work in a worker, or the URL of its script. Default: true in a browser's page, false elsewhere. */
  worker?: boolean | URL | string;
  /** The time limit of a call in milliseconds, where it has none of its own. Default: 120,000. */
  timeout?: number;
}

export class Maker {
  private constructor();
  /** What there is to choose from. */
  choices(): Promise<Choices>;
  /** Makes a key. RSA keys are made by the browser where it can, which is faster. */
  key(type?: KeyType, options?: CallOptions): Promise<{ type: KeyType; key: string }>;
  /** Reads a key that is given. */
  readKey(key: GivenKey): Promise<{ type: KeyType; key: string }>;
  /**
   * Describes a certificate as the scripts of RFC 6216 appendix A make it; change it and give it to
   * authority() or certificate().
   */
  profile(wanted: ProfileRequest): Promise<CertificateDescription>;
  /** Makes a CA that signs itself, or takes one that is given. */
  authority(wanted?: AuthorityRequest, options?: CallOptions): Promise<MadeIdentity>;
  /** Issues a certificate: for the key of a request, one that is given, or a fresh one. */
  certificate(
    wanted: CertificateRequest & { request: string },
    options?: CallOptions,
  ): Promise<{ certificate: string }>;
  certificate(wanted: CertificateRequest, options?: CallOptions): Promise<MadeIdentity>;
  /** Makes a certification request (CSR). */
  request(wanted: { certificate: CertificateDescription; key: GivenKey }): Promise<{ request: string; key: string }>;
  /** What a certification request asks for. */
  readRequest(request: string): Promise<CertificateDescription>;
  /** Makes a revocation list. */
  crl(wanted: CRLDescription & { ca: Identity }): Promise<{ crl: string; der: Uint8Array }>;
  /** All files of a certificate, under the names that the scripts of RFC 6216 give. */
  files(what: FilesRequest): Promise<NamedFile[]>;
  /** The files of a CA, so named; the key under the password, if any. */
  authorityFiles(what: { ca: Identity; password?: string }): Promise<NamedFile[]>;
  /** Packs files into one. */
  zip(files: NamedFile[]): Promise<Uint8Array>;
  /** Makes the test scenarios of RFC 6216 section 6 and of "The use of TLS in SIP", with a manifest. */
  scenarios(
    wanted?: { keyType?: KeyType },
    options?: CallOptions,
  ): Promise<{ scenarios: Scenario[]; files: NamedFile[] }>;
  /** Makes a message. */
  message(message: MessageDescription, options?: CallOptions): Promise<Uint8Array>;
  /** Damages any message. at is the byte where one that is placed is done. */
  damage(message: Uint8Array, id: string, at?: number): Promise<Uint8Array>;
  /** Writes any message in another form. */
  form(message: Uint8Array, form: Form): Promise<Uint8Array>;
  /** Ends the worker; calls that are under way are rejected with a ClosedError. */
  close(): void;
}

/** Loads the maker. */
export function createMaker(options?: MakerOptions): Promise<Maker>;

export { SipsealError } from './sipseal.js';
