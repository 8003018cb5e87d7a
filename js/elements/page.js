// @ts-check
// The page: one place for input, the choices beside it, and the view of what was found.

import { begun, inspector, loaded } from './early.js';
import { fill, h } from './h.js';
import { compareDialog } from './compare.js';
import { choicesPanel } from './choices.js';
import { InputPanel } from './input.js';
import { brandMark } from './icons.js';
import { PageState } from './state.js';
import { preferences } from './preferences.js';
import { visibleText } from './marks.js';
import { spoken, summaryPieces } from './said.js';
import { LANGUAGES, loadLanguage, translator } from './texts.js';
import { View, loadRest } from './view.js';
import { download } from './files.js';
import { obey, shortcutsDialog } from './shortcuts.js';
import { CARRIED, carry, openLink, shareDialog } from './share.js';
import { reportHTML, reportJSON } from './save.js';
import { warm } from './warm.js';
import { program, version } from '../build.js';
import { workOffline } from '../offline.js';

// Loaded with the page and not on demand, but after what the first inspection needs.
const settled = loaded.catch(() => {});
const examples = settled.then(() => import('./examples.js'));
settled.then(loadRest);
settled.then(() => Object.keys(LANGUAGES).forEach(loadLanguage));

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
    this.news = h('p', { class: 'status', role: 'status' });
    this.resultHost = h('div', { class: 'result-host' });
    this.state = new PageState(inspector, async () => (await examples).bundledAnchor);
    this.ready = this.start();
  }

  async start() {
    await Promise.all([begun, loadLanguage(this.language)]);
    this.t = translator(this.language);
    const { state } = this;
    this.view = new View(this.resultHost.attachShadow({ mode: 'open' }), {
      language: this.language,
      inspector,
      openDocument: (data, name) => {
        const before = {
          input: state.input,
          ring: state.ring,
          passwords: state.passwords,
          choices: { ...state.choices },
        };
        state.input = { name, data };
        state.run().then(() => this.offerUndo(before, 'page.opened'));
      },
      inspectAlso: (data, options) => state.inspect(data, options),
    });
    this.listen();
    this.build();
    obey(this.document, () => this.shortcuts());
    try {
      await loaded;
    } catch (error) {
      fill(this.status, this.t('page.load-failed', { reason: error instanceof Error ? error.message : String(error) }));
      this.status.setAttribute('role', 'alert');
      return;
    }
    this.document.documentElement.dataset.ready = 'true';
    await this.openFragment();
    addEventListener('hashchange', () => this.openFragment());
    workOffline((apply) => this.offerUpdate(state, apply));
    warm(inspector, examples, () => !state.input && state.ring.length === 0).catch(() => {});
  }

  /**
   * Says that a newer version of the site is ready. It is loaded when that is wanted, and takes
   * along what is open.
   * @param {PageState} state
   * @param {() => void} apply
   */
  offerUpdate(state, apply) {
    const { t } = this;
    const offer = (/** @type {string} */ text, /** @type {() => void} */ onclick) =>
      fill(
        this.news,
        t(text),
        ' ',
        h('button', { type: 'button', 'data-act': 'update', onclick }, t('page.update.load')),
      );
    offer('page.update', async () => {
      const address = await carry(state, location.href.split('#')[0]);
      if (!address) return offer('page.update.closes', apply);
      history.replaceState(null, '', address);
      apply();
    });
  }

  /** Makes what stands on the page, in the language of the page. */
  build() {
    const { t, document } = this;
    document.documentElement.lang = this.language;
    document.title = t('page.title');
    this.input = new InputPanel(t, { examples, state: this.state, language: this.language });
    const { element } = this.input;
    element.addEventListener('undo', (event) => this.offerUndo(/** @type {CustomEvent} */ (event).detail));
    element.addEventListener('share', () => shareDialog(this.t, this.state));
    element.addEventListener('compare', () => compareDialog(this.t, this.language, this.state));
    element.addEventListener('save', (event) => this.save(/** @type {CustomEvent} */ (event).detail));
    this.choicesHost = h('div', { class: 'choices-host' });
    this.rebuildChoices();
    this.result = h('section', { class: 'result', 'aria-label': t('page.result'), hidden: true }, this.resultHost);
    fill(this.main, this.input.element, this.choicesHost, this.status, this.news, this.result);
    fill(
      this.header,
      this.brand(),
      h(
        'nav',
        { 'aria-label': t('page.language') + ', ' + t('page.theme') },
        this.preferences.controls(t, (language) => this.setLanguage(language)),
        h(
          'button',
          {
            type: 'button',
            class: 'quiet help',
            'aria-label': t('page.help'),
            'aria-keyshortcuts': '?',
            onclick: () => shortcutsDialog(this.t, this.shortcuts()),
          },
          '?',
        ),
      ),
    );
    fill(
      /** @type {HTMLElement} */ (document.querySelector('footer')),
      h(
        'p',
        null,
        t('page.private'),
        ' ',
        h('a', { class: 'elsewhere', href: 'tour.html' }, t('page.tour')),
        ' ',
        h('a', { class: 'elsewhere', href: 'make.html' }, t('page.make')),
      ),
      h(
        'p',
        { class: 'build', title: 'SHA-256 ' + program },
        t('page.build', { version, program: program.slice(0, 16) }),
      ),
    );
  }

  /** Opens the message that the address holds, if it does. */
  async openFragment() {
    try {
      const carried = location.hash.endsWith(CARRIED);
      await openLink(this.state, location.hash);
      if (carried) history.replaceState(null, '', location.pathname + location.search);
    } catch (error) {
      this.say(this.t('share.failed', { reason: error instanceof Error ? error.message : String(error) }));
    }
  }

  /** @returns {import('./shortcuts.js').Shortcut[]} */
  shortcuts() {
    const { input, state, view } = this;
    const full = !!state.report;
    const tab = (/** @type {string} */ name) => () => view?.select(name, true);
    /** @type {[string, string, () => void, boolean][]} */
    const all = [
      ['/', 'shortcut.input', () => (full ? input?.edit() : input?.text.focus()), true],
      ['o', 'shortcut.open', () => input?.files.click(), true],
      ['e', 'shortcut.examples', () => input?.toggleExamples(), full],
      ['k', 'shortcut.choices', () => this.choicesHost?.querySelector('summary')?.click(), true],
      ['1', 'shortcut.seals', tab('seals'), full],
      ['2', 'shortcut.message', tab('message'), full],
      ['3', 'shortcut.asn1', tab('asn1'), full],
      ['4', 'shortcut.certs', tab('certs'), full],
      ['5', 'shortcut.notes', tab('notes'), full],
      ['b', 'shortcut.bytes-view', () => view?.focusBytes(), full],
      ['c', 'shortcut.compare', () => compareDialog(this.t, this.language, state), full],
      ['s', 'shortcut.share', () => shareDialog(this.t, state), full],
      ['x', 'shortcut.clear', () => input?.clear(), full],
      ['z', 'shortcut.undo', () => this.undo?.(), true],
      ['?', 'shortcut.help', () => shortcutsDialog(this.t, this.shortcuts()), true],
    ];
    return all.filter((s) => s[3]).map(([key, text, act]) => ({ key, text, act }));
  }

  /**
   * @param {ReturnType<PageState['clear']>} before
   * @param {string} [said] what was done, in the catalogue
   */
  offerUndo(before, said = 'page.cleared') {
    this.leaveLink();
    this.undo = () => {
      this.undo = undefined;
      Object.assign(this.state, before);
      this.say('');
      this.state.run();
    };
    fill(
      this.status,
      this.t(said),
      ' ',
      h('button', { type: 'button', 'data-act': 'undo', onclick: () => this.undo?.() }, this.t('page.undo')),
    );
  }

  /** Takes a message out of the address. */
  leaveLink() {
    if (location.hash) history.replaceState(null, '', location.pathname + location.search);
  }

  /** @param {string} kind */
  async save(kind) {
    const { report, input } = this.state;
    if (!report || !this.view?.context) return;
    const stem = (input?.name || 'report').replace(/\.\w+$/, '');
    if (kind === 'json') download(`${stem}.report.json`, 'application/json', reportJSON(report));
    else download(`${stem}.report.html`, 'text/html', await reportHTML(this.view.context, input?.name ?? ''));
  }

  brand() {
    return h(
      'a',
      { class: 'brand', href: './' },
      brandMark(),
      h('b', null, 'Sipseal'),
      h('span', null, this.t('page.tagline')),
    );
  }

  /** @param {string} language */
  async setLanguage(language) {
    await loadLanguage(language);
    this.language = language;
    this.t = translator(language);
    const { report } = this.state;
    this.build();
    if (this.result) this.result.hidden = !report;
    this.view?.setLanguage(language);
    if (report) this.sayAnswer(report);
  }

  /** Draws the choices anew; who is about to make one, or types a password, goes on. */
  rebuildChoices() {
    const { choicesHost: host, document } = this;
    if (!host) return;
    const active = host.contains(document.activeElement) ? document.activeElement?.id : '';
    /** @type {() => HTMLInputElement|null} */
    const password = () => host.querySelector('input[type=password]');
    const typed = password()?.value;
    fill(host, choicesPanel(this.t, this.state));
    const field = password();
    if (field && typed) field.value = typed;
    if (active) document.getElementById(active)?.focus();
  }

  listen() {
    const { document, state } = this;
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
      this.sayAnswer(report);
      this.input?.update();
      this.rebuildChoices();
    });
    state.addEventListener('failed', (event) => {
      clearTimeout(late);
      // What is shown belongs to another input now.
      this.view?.clear();
      if (this.result) this.result.hidden = true;
      delete document.documentElement.dataset.state;
      this.input?.update();
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
    state.addEventListener('forgotten', () => {
      // What could be undone, the field that a key was pasted into, and an address with
      // a message may hold one.
      this.undo = undefined;
      this.leaveLink();
      this.say('');
      if (this.input) this.input.text.value = '';
    });
    state.addEventListener('several', (event) => {
      const [, second] = /** @type {CustomEvent} */ (event).detail;
      compareDialog(this.t, this.language, state, second);
    });
    state.addEventListener('choices', () => this.rebuildChoices());
    document.addEventListener('paste', (event) => this.input?.paste(event));
    for (const name of ['dragenter', 'dragover', 'dragleave', 'drop'])
      document.addEventListener(name, (event) => this.input?.drag(/** @type {DragEvent} */ (event)));
  }

  /** @param {import('../types.d.ts').Report} report */
  sayAnswer({ summary }) {
    this.say(
      [this.t('state.' + summary.state), ': ', spoken(this.language, summaryPieces(this.language, summary))],
      true,
    );
  }

  /**
   * Says something in the status line.
   * @param {import('./h.js').Child} text
   * @param {boolean} [unseen] for screen readers only
   */
  say(text, unseen = false) {
    fill(this.status, h('span', { class: unseen ? 'visually-hidden' : null }, text));
  }
}

new Page(document);
