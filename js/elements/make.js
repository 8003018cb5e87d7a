// @ts-check
// <sipseal-maker>: the page that makes certificates and messages for testing. It loads
// the second WASM program when it is shown, and opens what it makes in the inspector
// below it.

import './element.js';
import { createMaker } from '../sipseal-make.js';
import { fill, h } from './h.js';
import { authorityStep } from './make-authority.js';
import { certificateStep } from './make-certificate.js';
import { messageStep } from './make-message.js';
import { scenariosStep } from './make-scenarios.js';
import { MakeState } from './make-state.js';
import { recall } from './preferences.js';

/**
 * What the steps share.
 * @typedef {object} Context
 * @property {MakeState} state
 * @property {Awaited<ReturnType<import('../sipseal-make.js').Maker['choices']>>} choices
 * @property {import('../sipseal-make.js').CertificateDescription} caProfile
 * @property {(id: string) => string} faultTitle
 * @property {(button: HTMLButtonElement, what: () => Promise<string>) => Promise<void>} act does
 *   something that takes time, and says what came of it
 * @property {(input: Uint8Array, name: string) => Promise<string>} inspect with all that the page holds
 * @property {(input: Uint8Array, options: import('../sipseal.d.ts').InspectOptions) => Promise<string>} inspectWith
 */

class SipsealMaker extends HTMLElement {
  #started = false;

  connectedCallback() {
    if (this.#started) return;
    this.#started = true;
    this.#start().catch((error) => this.#say('The maker could not be loaded: ' + messageOf(error), true));
  }

  #status = h('p', { class: 'status', role: 'status' });

  async #start() {
    const maker = await createMaker();
    const state = new MakeState(maker);
    const choices = await maker.choices();
    /** @type {Context} */
    const ctx = {
      state,
      choices,
      caProfile: await maker.profile({ kind: 'ca' }),
      faultTitle: (id) => choices.faults.find((f) => f.id === id)?.title ?? '',
      act: (button, what) => this.#act(button, what),
      inspect: (input, name) => this.#inspect(input, { name, ...state.options() }),
      inspectWith: (input, options) => this.#inspect(input, options),
    };
    fill(this, authorityStep(ctx), certificateStep(ctx), messageStep(ctx), scenariosStep(ctx), this.#status);
    this.dataset.ready = 'true';
  }

  /**
   * @param {string} text
   * @param {boolean} [failed]
   */
  #say(text, failed = false) {
    if (!this.#status.isConnected) fill(this, this.#status);
    this.#status.toggleAttribute('data-failed', failed);
    fill(this.#status, text);
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {() => Promise<string>} what
   */
  async #act(button, what) {
    button.disabled = true;
    this.#say('Working…');
    try {
      this.#say(await what());
    } catch (error) {
      this.#say(messageOf(error), true);
    } finally {
      button.disabled = false;
    }
  }

  /**
   * @param {Uint8Array} input
   * @param {import('../sipseal.d.ts').InspectOptions} options
   */
  async #inspect(input, options) {
    const place = /** @type {HTMLElement} */ (document.querySelector('.opened'));
    const inspector = /** @type {import('./element.js').SipsealInspector} */ (place.querySelector('sipseal-inspector'));
    place.hidden = false;
    const report = await inspector.inspect(input, options);
    const title = /** @type {HTMLElement} */ (place.querySelector('h2'));
    title.focus({ preventScroll: true });
    place.scrollIntoView({ block: 'start' });
    const tls = options.tlsHost && report.certificates.find((c) => c.origin === 'input')?.tls;
    if (tls) return `For a TLS connection to ${tls.host}: ${tls.verdict}${tls.reason ? ` (${tls.reason})` : ''}.`;
    return report.summary.text;
  }
}

/** @param {unknown} e */
function messageOf(e) {
  const text = e instanceof Error ? e.message : String(e);
  return text.charAt(0).toUpperCase() + text.slice(1) + (text.endsWith('.') ? '' : '.');
}

document.documentElement.dataset.theme = recall('theme') || 'auto';
if (!customElements.get('sipseal-maker')) customElements.define('sipseal-maker', SipsealMaker);
