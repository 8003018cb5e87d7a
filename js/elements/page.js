// @ts-check
// The page: one place for input, the choices beside it, and the view of what was found.

import { createInspector } from '../sipseal.js';
import { fill, h } from './h.js';
import { choicesPanel } from './choices.js';
import { InputPanel } from './input.js';
import { PageState } from './state.js';
import { preferences } from './preferences.js';
import { visibleText } from './marks.js';
import { summaryText, translator } from './texts.js';
import { View } from './view.js';

// Loaded with the page and not on demand, but in parallel with the WASM.
const examples = import('./examples.js');

export class Page {
  /** @param {Document} document */
  constructor(document) {
    this.document = document;
    this.preferences = preferences(document);
    this.language = this.preferences.language;
    this.t = translator(this.language);
    this.main = /** @type {HTMLElement} */ (document.querySelector('main'));
    this.header = /** @type {HTMLElement} */ (document.querySelector('header'));
    this.status = h('p', { class: 'status', role: 'status' });
    this.resultHost = h('div', { class: 'result-host' });
    this.ready = this.start();
  }

  async start() {
    this.build();
    try {
      this.inspector = await createInspector();
    } catch (error) {
      fill(this.status, this.t('page.load-failed', { reason: error instanceof Error ? error.message : String(error) }));
      this.status.setAttribute('role', 'alert');
      return;
    }
    const state = new PageState(this.inspector, async () => (await examples).bundledAnchor);
    this.state = state;
    this.view = new View(this.resultHost.attachShadow({ mode: 'open' }), {
      language: this.language,
      inspector: this.inspector,
      openDocument: (data, name) => {
        state.input = { name, data };
        state.run();
      },
    });
    this.listen(state);
    this.input?.connect(state);
    this.rebuildChoices();
    this.document.documentElement.dataset.ready = 'true';
  }

  /** Makes what stands on the page, in the language of the page. */
  build() {
    const { t, document } = this;
    document.documentElement.lang = this.language;
    document.title = t('page.title');
    this.input = new InputPanel(t, { examples, state: this.state, language: this.language });
    this.choicesHost = h('div', { class: 'choices-host' });
    this.result = h('section', { class: 'result', 'aria-label': t('page.result'), hidden: true }, this.resultHost);
    fill(this.main, this.input.element, this.choicesHost, this.status, this.result);
    fill(
      this.header,
      this.brand(),
      h(
        'nav',
        { 'aria-label': t('page.language') + ', ' + t('page.theme') },
        this.preferences.controls(t, (language) => this.setLanguage(language)),
      ),
    );
    fill(/** @type {HTMLElement} */ (document.querySelector('footer')), h('p', null, t('page.private')));
  }

  brand() {
    return h(
      'a',
      { class: 'brand', href: './' },
      h('img', { src: 'icon.svg', width: 28, height: 28, alt: '' }),
      h('b', null, 'Sipseal'),
      h('span', null, this.t('page.tagline')),
    );
  }

  /** @param {string} language */
  setLanguage(language) {
    this.language = language;
    this.t = translator(language);
    const { report } = this.state ?? {};
    this.build();
    this.rebuildChoices();
    if (this.state) this.input?.connect(this.state);
    if (this.result) this.result.hidden = !report;
    this.view?.setLanguage(language);
    this.input?.update();
  }

  rebuildChoices() {
    if (this.choicesHost && this.state) fill(this.choicesHost, choicesPanel(this.t, this.state));
  }

  /** @param {PageState} state */
  listen(state) {
    const { document } = this;
    let late = 0;
    state.addEventListener('running', () => {
      clearTimeout(late);
      // Most inspections are over before anybody could read that they run.
      late = window.setTimeout(
        () =>
          fill(
            this.status,
            h('span', { class: 'spinner', 'aria-hidden': 'true' }),
            this.t('page.running'),
            ' ',
            h('button', { type: 'button', onclick: () => state.cancel() }, this.t('page.cancel')),
          ),
        150,
      );
    });
    state.addEventListener('report', (event) => {
      clearTimeout(late);
      const report = /** @type {CustomEvent} */ (event).detail;
      this.view?.show(report);
      if (this.result) this.result.hidden = false;
      document.documentElement.dataset.state = report.summary.state;
      this.say(
        visibleText(
          this.t('state.' + report.summary.state) + ': ' + summaryText(this.t, this.language, report.summary),
        ),
        true,
      );
      this.input?.update();
      this.rebuildChoices();
    });
    state.addEventListener('failed', (event) => {
      clearTimeout(late);
      const error = /** @type {CustomEvent} */ (event).detail;
      if (error instanceof Error && error.name === 'AbortError') this.say(this.t('page.cancelled'));
      else this.say(this.t('page.failed', { reason: error instanceof Error ? error.message : String(error) }));
    });
    state.addEventListener('cleared', () => {
      clearTimeout(late);
      this.view?.clear();
      if (this.result) this.result.hidden = true;
      delete document.documentElement.dataset.state;
      this.input?.update();
      this.rebuildChoices();
    });
    state.addEventListener('ring', (event) => {
      const { added } = /** @type {CustomEvent} */ (event).detail ?? {};
      this.rebuildChoices();
      if (added) this.say(this.t('ring.added', { names: added.map(visibleText).join(', ') }));
    });
    state.addEventListener('choices', () => this.rebuildChoices());
    document.addEventListener('paste', (event) => this.input?.paste(event));
    for (const name of ['dragenter', 'dragover', 'dragleave', 'drop'])
      document.addEventListener(name, (event) => this.input?.drag(/** @type {DragEvent} */ (event)));
  }

  /**
   * Says something in the status line.
   * @param {string} text
   * @param {boolean} [unseen] for screen readers only
   */
  say(text, unseen = false) {
    fill(this.status, h('span', { class: unseen ? 'visually-hidden' : null }, text));
  }
}

new Page(document);
