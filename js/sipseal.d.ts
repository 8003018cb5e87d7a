// The declarations of the module. Those of the report are generated from the Go
// types: types.d.ts.

import type { Report } from './types.js';

export type * from './types.js';

/** What can be inspected. A string stands for its UTF-8 bytes. */
export type Bytes = Uint8Array | ArrayBuffer | ArrayBufferView | Blob | string;

/** Bytes with a name, which the report repeats. */
export interface NamedBytes {
  name?: string;
  data: Bytes;
}

export interface InspectorOptions {
  /** The WASM, where it is not beside the module: its URL, its bytes, or compiled (a promise will do). In Node also a path. */
  wasm?: URL | string | BufferSource | WebAssembly.Module | Promise<WebAssembly.Module>;
  /**
   * Whether to work in a worker, or the URL of its script, where that is not beside
   * the module. Default: true in a browser's page, false elsewhere. Without a worker
   * a call cannot be interrupted, and its time limit has no effect.
   */
  worker?: boolean | URL | string;
  /**
   * How many workers there may be. They are started when there is something for them:
   * calls made at the same time, and an input with many messages, which they share.
   * Default: one for each processor, 4 at most.
   */
  workers?: number;
  /** The time limit of a call in milliseconds, where it has none of its own. Default: 10,000. */
  timeout?: number;
}

export interface CallOptions {
  /** The time limit in milliseconds. A call that takes longer is rejected with a TimeoutError. */
  timeout?: number;
  /** Gives the call up: it is rejected with the signal's reason. */
  signal?: AbortSignal;
}

export interface InspectOptions extends CallOptions {
  /** A file name for the report. Default: that of a File. */
  name?: string;
  /** Private keys: PEM, DER, PKCS#8 (encrypted too), PKCS#12. */
  keys?: (Bytes | NamedBytes)[];
  /** Tried on encrypted keys, on PKCS#12 and on password recipients. */
  passwords?: string[];
  /** For recipients who hold a key-encryption key: hex, or bytes. */
  secretKeys?: { id: string | Uint8Array; key: string | Uint8Array }[];
  /** Certificates of signers and intermediates that are not in the message. */
  certificates?: (Bytes | NamedBytes)[];
  /** Certificate revocation lists. */
  crls?: (Bytes | NamedBytes)[];
  /** Trust anchors. Default: the bundled test CA, whose key is public. []: none. */
  trust?: (Bytes | NamedBytes)[];
  /** The time to judge at. A string without a zone is UTC. Default: now. */
  at?: Date | string;
  /** 'modern' refuses SHA-1, MD5, 3DES, RC2 and RSA under 2048 bits. Default: 'rfc6216'. */
  policy?: 'rfc6216' | 'modern';
  /**
   * Asks of every certificate whether it is good for a TLS connection to this host
   * name or address by the rules of SIP: the answer is in its `tls`.
   */
  tlsHost?: string;
  /** The certificate is the client's and not the server's. */
  tlsClient?: boolean;
  /** Adds every certificate as text, in OpenSSL's form or in that of RFC 6216. */
  certificateText?: 'openssl' | 'rfc6216';
  /** Whether known damage is undone before reading. The report says where it was. Default: true. */
  repair?: boolean;
  /**
   * How many seconds of one core the call may take, about; one message, file of keys or
   * object may take a tenth of that. What does not fit is not decided, and says so. It is
   * counted and not timed, so that the same input gives the same report. Default: 20.
   */
  work?: number;
}

export interface DumpOptions extends CallOptions {
  /**
   * 'asn1parse' and 'dumpasn1' are those of RFC 6216, 'openssl3' is what OpenSSL
   * prints today. Default: 'asn1parse'.
   */
  style?: 'asn1parse' | 'dumpasn1' | 'openssl3';
  /** Columns of 'dumpasn1', 40 to 500. Default: 72. */
  width?: number;
}

export interface ASN1Options extends CallOptions {
  /** Offsets of strings that are shown as holding values, and of those that are not, whatever they are. */
  open?: number[];
  closed?: number[];
}

/** A node of an ASN.1 document. Offsets count in its bytes. */
export interface ASN1Node {
  index: number;
  /** Of the first identifier octet, the first content octet, behind the last one, and behind the end-of-contents octets. */
  offset: number;
  content: number;
  end: number;
  close: number;
  /** Index of the first node that is not inside this one. */
  next: number;
  /** Index, or -1. */
  parent: number;
  depth: number;
  tag: number;
  /** 0 universal, 1 application, 2 context-specific, 3 private. */
  class: number;
  constructed: boolean;
  indefinite: boolean;
  damaged: boolean;
  encapsulating: boolean;
  truncated: boolean;
  /** There are notes on it. */
  noted: boolean;
}

/** What is wrong with a node, or how it departs from DER. */
export interface ASN1Note {
  node: number;
  offset: number;
  rule: string;
  detail: string;
}

/** What there is to say of a node. */
export interface ASN1Row {
  node: number;
  /** The tag: "SEQUENCE", "[0]". */
  label: string;
  /** A line at most, "" where the content is values. */
  value: string;
  /** The name of its field, its place in a list (-1: none), its path and its type, where the schema is known. */
  field: string;
  place: number;
  path: string;
  type: string;
  notes: ASN1Note[];
}

/** An ASN.1 document that is open. */
export interface ASN1Document {
  readonly bytes: Uint8Array;
  readonly count: number;
  /**
   * Eight numbers for each node: offset, content, end, next and parent of ASN1Node, its depth, its
   * tag and flags. For those to whom node() is too slow.
   */
  readonly structure: Int32Array;
  readonly notes: ASN1Note[];
  node(index: number): ASN1Node;
  rows(nodes: number[]): Promise<ASN1Row[]>;
  /** Nodes by offset ("@123"), object identifier, hex, field or type name, or text: 10,000, and one more where there are more. */
  search(query: string, signal?: AbortSignal): Promise<Int32Array>;
  close(): void;
}

export interface Inspector {
  /**
   * Inspects a message, or whatever else is given. What is wrong with it is in the
   * report; the promise is rejected only when the call itself fails: a TypeError for
   * bad arguments, a SipsealError, or the signal's reason.
   */
  inspect(input: Bytes, options?: InspectOptions): Promise<Report>;
  /** Writes DER or BER as text. */
  dump(der: Bytes, options?: DumpOptions): Promise<string>;
  /** The same in UTF-8, for dumps that are larger than a string should be. */
  dumpBytes(der: Bytes, options?: DumpOptions): Promise<Uint8Array>;
  /** Reads such text back into bytes. */
  undump(text: string, options?: CallOptions): Promise<Uint8Array>;
  /** Reads DER or BER as a tree, to be shown row by row. */
  asn1(der: Bytes, options?: ASN1Options): Promise<ASN1Document>;
  /** How many bytes of memory the WASM holds (with several workers: one of them). */
  memory(): Promise<number>;
  /**
   * Replaces the workers, so that nothing of what they were given is left in memory:
   * keys above all. Calls that are under way are finished first.
   */
  forget(): void;
  /** Ends the workers; calls that are under way are rejected with a ClosedError. */
  close(): void;
}

/** Loads the inspector. */
export function createInspector(options?: InspectorOptions): Promise<Inspector>;

/** The name is one of LoadError, InputError, TimeoutError, ClosedError, EngineError. */
export class SipsealError extends Error {
  name: 'LoadError' | 'InputError' | 'TimeoutError' | 'ClosedError' | 'EngineError';
}
