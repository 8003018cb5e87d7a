// @ts-check
// <sipseal-maker>: the page that makes certificates and messages for testing. It loads
// the second WASM program when it is shown, and opens what it makes in the inspector
// below it.

import './element.js';
import { createMaker, SipsealError } from '../sipseal-make.js';
import { fill, h } from './h.js';
import { authorityStep } from './make-authority.js';
import { certificateStep } from './make-certificate.js';
import { damageStep } from './make-damage.js';
import { messageStep } from './make-message.js';
import { scenariosStep } from './make-scenarios.js';
import { MakeState } from './make-state.js';
import { makeTexts } from './make-texts.js';
import { preferences } from './preferences.js';
import { summaryPieces } from './said.js';
import { LANGUAGES } from './texts.js';

/**
 * What the steps share.
 * @typedef {object} Context
 * @property {MakeState} state
 * @property {import('../sipseal-make.d.ts').Choices} choices
 * @property {{ca: import('../sipseal-make.d.ts').CertificateDescription,
 *   intermediate: import('../sipseal-make.d.ts').CertificateDescription}} profiles
 * @property {[string, string][]} faults id and title
 * @property {string} language
 * @property {import('./texts.js').Translate} t
 * @property {(key: string, english: string) => string} told
 * @property {AbortSignal} signal ends what the steps listen to
 * @property {(button: HTMLButtonElement, what: () => Promise<string>) => Promise<void>} act does
 *   something that takes time, and says what came of it
 * @property {(what: () => Promise<void>) => Promise<void>} attempt says only what goes wrong
 * @property {() => Promise<Uint8Array>} message the one that was made, made when there is none
 * @property {(input: Uint8Array, name: string) => Promise<string>} inspect with all that the page holds
 * @property {(input: Uint8Array, options: import('../sipseal.d.ts').InspectOptions) => Promise<string>} inspectWith
 */

/** What stays when the language changes. @typedef {Pick<Context, 'state' | 'choices' | 'profiles'>} Things */

class SipsealMaker extends HTMLElement {
  #preferences = preferences(document);
  #language = this.#preferences.language;
  #status = h('p', { class: 'status', role: 'status' });
  /** @type {AbortController | undefined} */ #listening;
  /** @type {import('./make-texts.js').MakeTexts | undefined} */ #texts;
  /** @type {Things | undefined} */ #things;
  /** @type {HTMLButtonElement | undefined} */ #pressed;
  /** What the inspector shows. @type {Parameters<Context['inspectWith']> | undefined} */ #shown;

  connectedCallback() {
    if (this.#texts) return;
    this.#start().catch((error) => this.#say(this.#t('make.load-failed', { reason: messageOf(error) }), true));
  }

  /** @type {import('./texts.js').Translate} */
  #t(key, args) {
    return this.#texts?.t(key, args) ?? key;
  }

  async #start() {
    this.#texts = await makeTexts(this.#language);
    this.#frame();
    const maker = await createMaker();
    const [choices, ca, intermediate] = await Promise.all([
      maker.choices(),
      maker.profile({ kind: 'ca' }),
      maker.profile({ kind: 'intermediate', pathLen: 3 }),
    ]);
    this.#things = { state: new MakeState(maker), choices, profiles: { ca, intermediate } };
    this.#build();
    this.dataset.ready = 'true';
    // What comes next asks for nothing more.
    this.#inspector.prepare().catch(() => {}); // it says so where it is opened
    for (const language of Object.keys(LANGUAGES)) makeTexts(language).catch(() => {});
  }

  get #inspector() {
    return /** @type {import('./element.js').SipsealInspector} */ (document.querySelector('.opened sipseal-inspector'));
  }

  /** @param {string} language */
  async #setLanguage(language) {
    this.#language = language;
    this.#texts = await makeTexts(language);
    this.#frame();
    document.getElementById('language')?.focus(); // it is another one now
    if (!this.#things) return; // still loading: what is built then is in this language
    const kept = controls(this);
    this.#build();
    restore(controls(this), kept);
    if (this.#shown) await this.#inspect(...this.#shown, true);
  }

  /** What stands around the steps. */
  #frame() {
    const { t } = /** @type {import('./make-texts.js').MakeTexts} */ (this.#texts);
    document.documentElement.lang = this.#language;
    document.title = t('make.title');
    for (const e of document.querySelectorAll('[data-text]')) {
      fill(e, t(/** @type {HTMLElement} */ (e).dataset.text ?? ''));
    }
    this.#inspector.lang = this.#language;
    const header = /** @type {HTMLElement} */ (document.querySelector('body > header'));
    header.querySelector('nav')?.remove();
    header.append(
      h(
        'nav',
        { 'aria-label': t('page.language') + ', ' + t('page.theme') },
        this.#preferences.controls(t, (language) => this.#setLanguage(language)),
      ),
    );
  }

  #build() {
    const { state, choices, profiles } = /** @type {Things} */ (this.#things);
    const texts = /** @type {import('./make-texts.js').MakeTexts} */ (this.#texts);
    this.#listening?.abort();
    this.#listening = new AbortController();
    /** @type {Context} */
    const ctx = {
      ...texts,
      state,
      choices,
      profiles,
      faults: choices.faults.map((f) => [f.id, texts.told('fault.' + f.id, f.title)]),
      signal: this.#listening.signal,
      act: (button, what) => this.#act(button, what),
      attempt: (what) =>
        what().catch((error) => this.#say(texts.t('make.files-failed', { reason: messageOf(error) }), true)),
      message: () => Promise.reject(new Error('there is no message')), // set by the step that makes it
      inspect: (input, name) => this.#inspect(input, { name, ...state.options() }),
      inspectWith: (input, options) => this.#inspect(input, options),
    };
    fill(this.#status);
    const steps = [authorityStep(ctx), certificateStep(ctx), messageStep(ctx), damageStep(ctx), scenariosStep(ctx)];
    const links = steps.map((step) => {
      const title = /** @type {HTMLElement} */ (step.querySelector('h2'));
      return h('a', { href: '#' + title.id }, title.textContent);
    });
    fill(this, h('nav', { class: 'make-steps', 'aria-label': texts.t('make.steps') }, links), steps, this.#status);
  }

  /**
   * @param {string} text
   * @param {boolean} [failed]
   */
  #say(text, failed = false) {
    if (!this.#status.isConnected) fill(this, this.#status);
    this.#status.toggleAttribute('data-failed', failed);
    this.#status.removeAttribute('lang');
    fill(this.#status, text);
  }

  /** @param {unknown} error */
  #complain(error) {
    this.#say(messageOf(error), true);
    if (error instanceof SipsealError) this.#status.lang = 'en'; // the core speaks English
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {() => Promise<string>} what
   */
  async #act(button, what) {
    this.#pressed = button;
    button.disabled = true;
    this.dataset.busy = 'true';
    this.#say(this.#t('make.working'));
    try {
      this.#say(await what());
    } catch (error) {
      this.#complain(error);
    } finally {
      button.disabled = false;
      delete this.dataset.busy;
    }
  }

  /**
   * Lets a button go back to the one that led to the inspector.
   * @param {HTMLElement} button
   */
  #back(button) {
    const act = this.#pressed?.dataset.act;
    const place = [...this.querySelectorAll(`[data-act="${act}"]`)].indexOf(/** @type {HTMLElement} */ (this.#pressed));
    button.onclick = () => {
      // By then the form may have been built anew, in another language.
      const from = /** @type {HTMLElement | undefined} */ ([...this.querySelectorAll(`[data-act="${act}"]`)][place]);
      from?.scrollIntoView({ block: 'center' });
      from?.focus({ preventScroll: true });
    };
  }

  /**
   * @param {Uint8Array} input
   * @param {import('../sipseal.d.ts').InspectOptions} options
   * @param {boolean} [inPlace] without going there
   */
  async #inspect(input, options, inPlace = false) {
    const place = /** @type {HTMLElement} */ (document.querySelector('.opened'));
    place.hidden = false;
    const report = await this.#inspector.inspect(input, options);
    if (!inPlace) {
      this.#back(/** @type {HTMLElement} */ (place.querySelector('[data-act=back]')));
      const title = /** @type {HTMLElement} */ (place.querySelector('h2'));
      title.focus({ preventScroll: true });
      place.scrollIntoView({ block: 'start' });
    }
    this.#shown = [input, options];
    const tls = options.tlsHost && report.certificates.find((c) => c.origin === 'input')?.tls;
    if (tls) {
      const verdict = this.#t('state.' + tls.verdict);
      return this.#t(tls.reason ? 'make.tls-reason' : 'make.tls', {
        host: tls.host,
        verdict,
        reason: tls.reason ?? '',
      });
    }
    return summaryPieces(this.#language, report.summary)
      .map((p) => p.text)
      .join('');
  }
}

/**
 * The controls and folds of the form, in their order.
 * @param {Element} root
 */
function controls(root) {
  return /** @type {(HTMLInputElement | HTMLDetailsElement)[]} */ ([
    ...root.querySelectorAll('[name], details'),
  ]).filter((c) => !(c instanceof HTMLInputElement && c.type === 'file'));
}

/**
 * Gives controls the values of those that were in their places.
 * @param {ReturnType<typeof controls>} now
 * @param {ReturnType<typeof controls>} before
 */
function restore(now, before) {
  now.forEach((c, i) => {
    const b = before[i];
    if (c instanceof HTMLDetailsElement) c.open = /** @type {HTMLDetailsElement} */ (b).open;
    else if (c.type === 'checkbox') c.checked = /** @type {HTMLInputElement} */ (b).checked;
    else c.value = /** @type {HTMLInputElement} */ (b).value;
  });
}

/** @param {unknown} e */
function messageOf(e) {
  const text = e instanceof Error ? e.message : String(e);
  return text.charAt(0).toUpperCase() + text.slice(1) + (text.endsWith('.') ? '' : '.');
}

if (!customElements.get('sipseal-maker')) customElements.define('sipseal-maker', SipsealMaker);
