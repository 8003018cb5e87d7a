// The declarations of the element <sipseal-inspector>, which its module defines.

import type { Bytes, InspectOptions, Report } from './sipseal.js';

/**
 * Attributes: src, keys, certificates, crls, trust (URLs, separated by spaces; trust="none"
 * trusts nothing, no trust the bundled test CA), at (ISO 8601), policy, view ("summary",
 * "message", "asn1" or "signature"), height (in pixels), lang, manual (nothing is inspected
 * before it is told to). Without src, the message is the text inside. Parts: view, answer,
 * sentence, layers, tabs, tab, panel, bytes.
 */
export class SipsealInspector extends HTMLElement {
  /** What is shown. */
  report: Report | undefined;
  /** Loads what is needed and inspects nothing: what comes after asks for nothing more. */
  prepare(): Promise<void>;
  /** Loads what is needed and inspects what the attributes say, wherever the element is. */
  load(): Promise<void>;
  /** Inspects something else than what the attributes say. */
  inspect(input: Bytes, options?: InspectOptions): Promise<Report>;

  addEventListener<K extends keyof SipsealInspectorEventMap>(
    type: K,
    listener: (this: SipsealInspector, event: SipsealInspectorEventMap[K]) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

export interface SipsealInspectorEventMap extends Omit<HTMLElementEventMap, 'error'> {
  /** It has inspected: the report. */
  report: CustomEvent<Report>;
  /** Something could not be loaded. */
  error: CustomEvent<unknown>;
}

declare global {
  interface HTMLElementTagNameMap {
    'sipseal-inspector': SipsealInspector;
  }
}
