// @ts-check
// What <sipseal-inspector> does once it is near: it fetches what its attributes name,
// inspects, and shows. Everything belongs to the one element.

import { createInspector } from '../sipseal.js';
import { visibleText } from './acting.js';
import { loadLanguage, nearestLanguage, translator } from './texts.js';
import { View, loadRest } from './view.js';

export class ElementSession {
  /** @param {import('./element.js').SipsealInspector} element */
  constructor(element) {
    this.element = element;
    /** @type {AbortController | undefined} */
    this.running = undefined;
    this.given = false;
    /** The view attribute that the view was made for. */
    this.shown = '';
    /** @type {import('../sipseal.d.ts').Inspector | undefined} */
    this.inspector = undefined;
    /** @type {View | undefined} */
    this.view = undefined;
  }

  async start() {
    [this.inspector] = await Promise.all([createInspector(), loadLanguage(this.language)]);
    loadRest();
  }

  close() {
    this.running?.abort();
    this.inspector?.close();
    // Whoever keeps the element does not keep what it was given.
    this.view?.clear();
    delete this.view?.options.inspectAlso;
  }

  get language() {
    const wish = this.element.closest('[lang]')?.getAttribute('lang');
    return nearestLanguage(wish || navigator.language);
  }

  /** Inspects what the attributes say. */
  async run() {
    if (this.given) return;
    const { element } = this;
    this.running?.abort();
    const { signal } = (this.running = new AbortController());
    const list = (/** @type {string} */ name) =>
      Promise.all(
        (element.getAttribute(name) ?? '')
          .split(/\s+/)
          .filter(Boolean)
          .map((url) => this.fetch(url, signal)),
      );
    try {
      const trust = element.getAttribute('trust');
      const src = element.getAttribute('src');
      const [message, keys, certificates, crls, anchors] = await Promise.all([
        src ? this.fetch(src, signal) : { name: '', data: new TextEncoder().encode(inner(element)) },
        list('keys'),
        list('certificates'),
        list('crls'),
        trust && trust !== 'none' ? list('trust') : [],
      ]);
      const at = element.getAttribute('at');
      await this.show(message.data, {
        name: message.name,
        keys,
        certificates,
        crls,
        signal,
        trust: trust === null ? undefined : anchors,
        at: at || undefined,
        policy: element.getAttribute('policy') === 'modern' ? 'modern' : 'rfc6216',
      });
    } catch (error) {
      if (signal.aborted) return;
      this.failed(error);
    }
  }

  /**
   * @param {Uint8Array | ArrayBuffer | Blob | string} input
   * @param {import('../sipseal.d.ts').InspectOptions} [options]
   */
  async inspect(input, options) {
    this.given = true;
    this.running?.abort();
    return this.show(input, options);
  }

  /**
   * @param {any} input
   * @param {import('../sipseal.d.ts').InspectOptions} [options]
   */
  async show(input, options) {
    const { element } = this;
    if (!this.inspector) throw new Error('the inspector is not there');
    const [report] = await Promise.all([this.inspector.inspect(input, options), loadLanguage(this.language)]);
    if (options?.signal?.aborted) return report;
    const view = element.getAttribute('view') ?? '';
    if (!this.view || this.shown !== view) {
      this.view?.clear();
      this.view = new View(/** @type {ShadowRoot} */ (element.shadowRoot), {
        language: this.language,
        inspector: this.inspector,
        view,
      });
      this.shown = view;
    }
    const { inspector } = this;
    this.view.options.inspectAlso = (data, more) => inspector.inspect(data, { ...options, ...more });
    this.view.options.language = this.language;
    this.view.element.lang = this.language;
    this.view.show(report);
    element.report = report;
    element.dispatchEvent(new CustomEvent('report', { detail: report, bubbles: true, composed: true }));
    return report;
  }

  /** @param {unknown} error */
  failed(error) {
    const reason = error instanceof Error ? error.message : String(error);
    const { shadowRoot } = this.element;
    const said = document.createElement('p');
    said.setAttribute('role', 'alert');
    said.textContent = visibleText(translator(this.language)('element.source-failed', { reason }));
    shadowRoot?.querySelector('[role=alert]')?.remove();
    shadowRoot?.append(said);
    this.element.dispatchEvent(new CustomEvent('error', { detail: error }));
  }

  /**
   * @param {string} url
   * @param {AbortSignal} signal
   */
  async fetch(url, signal) {
    const full = new URL(url, document.baseURI);
    const response = await fetch(full, { signal });
    if (!response.ok) throw new Error(`${full.pathname}: ${response.status} ${response.statusText}`);
    return {
      name: decodeURIComponent(full.pathname.split('/').pop() ?? ''),
      data: new Uint8Array(await response.arrayBuffer()),
    };
  }
}

/**
 * The message inside the tag: its text without the first line end and the indent that all its
 * lines share, as it is written in a page.
 * @param {Element} element
 */
function inner(element) {
  const text = (element.textContent ?? '').replace(/^[ \t]*\r?\n/, '').replace(/\r?\n[ \t]*$/, '\n');
  const indents = text
    .split('\n')
    .filter((l) => l.trim())
    .map((l) => /^[ \t]*/.exec(l)?.[0].length ?? 0);
  const shared = indents.length > 0 ? Math.min(...indents) : 0;
  return shared > 0
    ? text
        .split('\n')
        .map((l) => l.slice(shared))
        .join('\n')
    : text;
}
