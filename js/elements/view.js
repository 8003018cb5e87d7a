// @ts-check
// The view of one report: the answer, the picture of the layers, and beneath them the
// claims in tabs beside the bytes they are about. Each view stands alone: it knows its own
// root and nothing of other views on the page.

import { append, fill, freshID, h } from './h.js';
import { answer } from './answer.js';
import { asn1Panel } from './asn1.js';
import { BytesPane } from './bytes.js';
import { certificatesPanel } from './certificates.js';
import { notesPanel } from './findings.js';
import { firstToShow, isLong } from './glance.js';
import { layersPicture } from './layers.js';
import { claims, messageTitle, walk } from './model.js';
import { messagePanel } from './message.js';
import { sealsPanel } from './seals.js';
import { stateMark } from './icons.js';
import { sheets } from './style.js';
import { summaryText, translator } from './texts.js';
import { visibleText } from './marks.js';

// Loaded with the page and not on demand, but in parallel with the WASM.
const many = import('./messages.js');
many.catch(() => {});

/** Where the octets of an ASN.1 node lie. @typedef {{start: number, content: number, end: number, close: number}} TLV */

/**
 * What the pieces of a view have in common.
 * @typedef {object} Context
 * @property {import('./texts.js').Translate} t
 * @property {string} language
 * @property {import('../types.d.ts').Report} report
 * @property {number} message index of the message at hand, -1 when there is none
 * @property {import('../sipseal.d.ts').Inspector} inspector
 * @property {(name: string) => string} id an id of this view's own
 * @property {(n: number) => string} number
 * @property {import('./model.js').Claim[]} claims
 * @property {(source: number) => Uint8Array} bytes
 * @property {(source: number) => string} sourceName
 * @property {(source: number, range: [number, number], key?: string) => void} showBytes
 * @property {(key: string, focus?: boolean) => boolean} reveal
 * @property {(source: number, node: TLV, focus: boolean) => void} showNode lights up the octets of an ASN.1 node
 * @property {(source: number, range: [number, number] | null) => void} hover
 * @property {(object: {source: number, range: [number, number]}) => void} openASN1
 * @property {(bytes: Uint8Array, options: import('../sipseal.d.ts').InspectOptions) => Promise<import('../types.d.ts').Report>} inspectAlso
 *   inspects bytes with the keys, trust and time of the report
 * @property {(bytes: Uint8Array, name: string) => void} [openDocument] inspects bytes as an input of their own
 */

const TABS = ['seals', 'message', 'asn1', 'certs', 'notes', 'bytes'];

/** The tab that a name of the element's view attribute stands for. */
const NAMED = /** @type {Record<string, string>} */ ({
  summary: 'seals',
  message: 'message',
  asn1: 'asn1',
  signature: 'seals',
  certificates: 'certs',
  findings: 'notes',
  bytes: 'bytes',
});

export class View {
  /**
   * @param {ShadowRoot} root
   * @param {{language: string, inspector: import('../sipseal.d.ts').Inspector, view?: string,
   *   openDocument?: (bytes: Uint8Array, name: string) => void,
   *   inspectAlso?: (bytes: Uint8Array, options: import('../sipseal.d.ts').InspectOptions) => Promise<import('../types.d.ts').Report>}} options
   *   inspectAlso inspects bytes with the keys, trust and time of what is shown
   */
  constructor(root, options) {
    this.root = root;
    this.options = options;
    this.prefix = freshID('view');
    this.tab = NAMED[options.view ?? ''] ?? '';
    /** @type {Context | undefined} */
    this.context = undefined;
    /** @type {BytesPane | undefined} */
    this.bytesPane = undefined;
    /** The list of the messages, where they are many. @type {import('./messages.js').MessageList | undefined} */
    this.list = undefined;
    /** Counts what is chosen, so that only the last choice is shown. */
    this.turn = 0;
    /** @type {Map<string, HTMLElement>} */
    this.panels = new Map();
    root.adoptedStyleSheets = sheets();
    this.element = h('div', { class: 'view', part: 'view', lang: options.language });
    // The pointer on a link to bytes, or on a node, shows where they are.
    this.element.addEventListener('pointerover', (event) => {
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('.bytes')) return;
      const link =
        target?.closest('[data-bytes]') ?? target?.closest('[data-claim], [data-node]')?.querySelector('[data-bytes]');
      const [, source, start, end] = /^(\d+):(\d+)-(\d+)$/.exec(link?.getAttribute('data-bytes') ?? '') ?? [];
      if (!target?.closest('[data-node]'))
        this.bytesPane?.hover(
          source === undefined ? this.bytesPane.source : Number(source),
          source === undefined ? null : [Number(start), Number(end)],
        );
    });
    fill(root, this.element);
  }

  /** @param {string} language */
  setLanguage(language) {
    this.options.language = language;
    this.element.lang = language;
    if (this.list) this.showMany(this.list.report, this.list.current);
    else if (this.context) this.show(this.context.report, this.context.message);
  }

  /** Shows nothing. */
  clear() {
    this.list?.close();
    this.list = undefined;
    this.empty();
  }

  /** Leaves nothing but the list of messages. */
  empty() {
    this.turn += 1;
    this.bytesPane?.close();
    this.bytesPane = undefined;
    this.context = undefined;
    this.panels.clear();
    // The list is not taken out and put back: it would lose the focus and where it was scrolled to.
    for (const child of [...this.element.childNodes]) if (child !== this.list?.element) child.remove();
  }

  /**
   * Shows a report.
   * @param {import('../types.d.ts').Report} report
   * @param {number} [first] the message to begin with
   * @param {import('./messages.js').MessageList} [among] the list that the message was chosen from
   */
  show(report, first, among) {
    if (!among && isLong(report)) {
      this.showMany(report, first);
      return;
    }
    if (this.list !== among) this.list?.close();
    this.list = among;
    this.empty();
    const message = first ?? (report.messages.length > 0 ? 0 : -1);
    // Of one among many, what was found in others is not shown.
    if (among)
      report = { ...report, findings: report.findings.filter((f) => (f.message ?? message) === message) };
    const t = translator(this.options.language);
    const format = new Intl.NumberFormat(this.options.language);
    /** @type {Context} */
    const ctx = {
      t,
      report,
      message,
      language: this.options.language,
      inspector: this.options.inspector,
      openDocument: this.options.openDocument,
      inspectAlso: (bytes, also) => this.inspectAlso(bytes, also),
      id: (name) => `${this.prefix}-${name}`,
      number: (n) => format.format(n),
      claims: claims(report, t, this.list ? message : undefined),
      bytes: (source) => /** @type {any} */ (report.sources[source])?.bytes ?? new Uint8Array(),
      sourceName: (source) => sourceName(report, source, t),
      showBytes: (source, range, key) => this.showBytes(source, range, key),
      reveal: (key, focus) => this.reveal(key, focus),
      showNode: (source, node) => this.bytesPane?.showNode(source, node),
      hover: (source, range) => this.bytesPane?.hover(source, range),
      openASN1: (object) => this.openASN1(object),
    };
    this.context = ctx;
    const available = TABS.filter((tab) => available_[tab](report));
    if (!available.includes(this.tab)) this.tab = available[0];
    const pane = new BytesPane(ctx);
    this.bytesPane = pane;
    this.panels.set('bytes', pane.element);
    pane.element.id = ctx.id('panel-bytes');
    pane.element.dataset.panel = 'bytes';
    pane.element.addEventListener('pick', (event) => {
      const { detail } = /** @type {CustomEvent} */ (event);
      if (this.tab === 'asn1')
        this.panels.get('asn1')?.firstElementChild?.dispatchEvent(new CustomEvent('pick-byte', { detail }));
    });
    const tabs = h(
      'div',
      {
        class: 'tabs',
        role: 'tablist',
        'aria-label': t('tabs.label'),
        part: 'tabs',
        onkeydown: (/** @type {KeyboardEvent} */ e) => this.moveTab(e),
      },
      available.map((tab) => this.tabButton(tab, ctx)),
    );
    this.claimsElement = h('div', { class: 'claims' });
    append(this.element, [
      this.list
        ? this.list.element.parentNode !== this.element && this.list.element
        : report.messages.length > 1 && this.messageChooser(ctx),
      answer(ctx, message),
      message >= 0 && layersPicture(ctx, message),
      this.frame(ctx, h('div', { class: 'body' }, tabs, this.claimsElement, report.input.size > 0 && pane.element)),
    ]);
    this.select(this.tab);
    const at = this.list && report.messages[message];
    if (at) pane.show(at.source, at.range[0], at.range[1]);
  }

  /**
   * Shows a report of many messages: their list, and one of them.
   * @param {import('../types.d.ts').Report} report
   * @param {number} [given]
   */
  async showMany(report, given) {
    const first = given ?? firstToShow(report);
    this.clear();
    const { turn } = this;
    const { MessageList, listSheet } = await many;
    if (turn !== this.turn) return;
    this.root.adoptedStyleSheets = [...sheets(), listSheet()];
    const list = new MessageList(report, {
      t: translator(this.options.language),
      language: this.options.language,
      current: first,
      choose: (index) => this.choose(list, index),
    });
    // Of one in brief all is known only once it is inspected.
    if (report.messages[first].brief) this.show(report, -1, list);
    this.choose(list, first);
  }

  /**
   * Shows a message of a list.
   * @param {import('./messages.js').MessageList} list
   * @param {number} index
   */
  async choose(list, index) {
    const message = list.report.messages[index];
    list.setCurrent(index);
    if (!message.brief) {
      this.show(list.report, index, list);
      return;
    }
    this.turn += 1;
    const { turn } = this;
    try {
      const source = /** @type {any} */ (list.report.sources[message.source]);
      const bytes = source.bytes.slice(message.range[0], message.range[1]);
      const report = await this.inspectAlso(bytes, { name: message.name, repair: !message.capture });
      if (turn !== this.turn) return;
      if (report.messages.length > 0) report.messages[0].capture = message.capture;
      this.show(report, report.messages.length > 0 ? 0 : -1, list);
    } catch (error) {
      const t = translator(this.options.language);
      if (turn === this.turn)
        list.complain(t('page.failed', { reason: error instanceof Error ? error.message : String(error) }));
    }
  }

  /**
   * @param {Uint8Array} bytes
   * @param {import('../sipseal.d.ts').InspectOptions} options
   */
  inspectAlso(bytes, options) {
    return (this.options.inspectAlso ?? ((b, o) => this.options.inspector.inspect(b, o)))(bytes, options);
  }

  /**
   * In a summary, the details are folded away.
   * @param {Context} ctx
   * @param {HTMLElement} body
   */
  frame(ctx, body) {
    if (this.options.view !== 'summary') return body;
    return h(
      'details',
      { class: 'more', ontoggle: () => this.bytesPane?.shown() },
      h('summary', null, ctx.t('view.details')),
      body,
    );
  }

  /** Opens the details where they are folded away. */
  unfold() {
    const more = this.element.querySelector('details.more');
    if (more instanceof HTMLDetailsElement) more.open = true;
  }

  /**
   * @param {string} tab
   * @param {Context} ctx
   */
  tabButton(tab, ctx) {
    const count = tab === 'notes' ? ctx.report.findings.filter((f) => f.severity !== 'note').length : 0;
    return h(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: ctx.id('tab-' + tab),
        'data-tab': tab,
        'aria-controls': tab === 'bytes' ? ctx.id('panel-bytes') : ctx.id('panel'),
        part: 'tab',
        onclick: () => this.select(tab),
      },
      ctx.t('tab.' + tab),
      count > 0 && h('span', { class: 'count' }, String(count)),
    );
  }

  /** @param {Context} ctx */
  messageChooser(ctx) {
    const { t, report } = ctx;
    return h(
      'nav',
      { class: 'messages', 'aria-label': t('messages.label', { n: report.messages.length }) },
      h(
        'ol',
        null,
        report.messages.map((m, i) =>
          h(
            'li',
            null,
            h(
              'button',
              {
                type: 'button',
                'aria-current': i === ctx.message ? 'true' : false,
                onclick: () => this.show(report, i),
                'data-message': i,
              },
              stateMark(m.summary?.state ?? 'plain'),
              h(
                'span',
                null,
                h('b', null, visibleText(m.name || messageTitle(m, t))),
                h('small', null, visibleText(m.summary ? summaryText(t, ctx.language, m.summary) : '')),
              ),
            ),
          ),
        ),
      ),
    );
  }

  /** @param {KeyboardEvent} event */
  moveTab(event) {
    const buttons = this.visibleTabs();
    const at = buttons.findIndex((b) => b.dataset.tab === this.tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const button = buttons[(to + buttons.length) % buttons.length];
    this.select(button.dataset.tab ?? '');
    button.focus();
  }

  /** @returns {HTMLButtonElement[]} */
  visibleTabs() {
    const all = /** @type {HTMLButtonElement[]} */ ([...this.element.querySelectorAll('.tabs > [role=tab]')]);
    return all.filter((b) => getComputedStyle(b).display !== 'none');
  }

  /**
   * Selects a tab.
   * @param {string} tab
   */
  select(tab) {
    const ctx = this.context;
    if (!ctx || !this.claimsElement) return;
    this.tab = tab;
    this.element.dataset.tab = tab;
    for (const button of this.element.querySelectorAll('.tabs > [role=tab]')) {
      const on = /** @type {HTMLElement} */ (button).dataset.tab === tab;
      button.setAttribute('aria-selected', String(on));
      button.setAttribute('tabindex', on ? '0' : '-1');
    }
    if (tab === 'bytes') {
      if (!this.claimsElement.firstChild)
        fill(this.claimsElement, this.panel(TABS.find((x) => available_[x](ctx.report)) ?? 'notes', ctx));
      this.bytesPane?.shown();
      return;
    }
    fill(this.claimsElement, this.panel(tab, ctx));
  }

  /**
   * The panel of a tab, made when it is first wanted.
   * @param {string} tab
   * @param {Context} ctx
   */
  panel(tab, ctx) {
    let panel = this.panels.get(tab);
    if (!panel) {
      panel = h(
        'div',
        {
          role: 'tabpanel',
          id: ctx.id('panel'),
          'aria-labelledby': ctx.id('tab-' + tab),
          class: 'panel',
          part: 'panel',
          'data-panel': tab,
          tabindex: '-1',
        },
        PANELS[tab](ctx),
      );
      this.panels.set(tab, panel);
    }
    return panel;
  }

  /**
   * Lights up bytes, and the claim they belong to.
   * @param {number} source
   * @param {[number, number]} range
   * @param {string} [key]
   */
  showBytes(source, range, key) {
    this.unfold();
    const tabShown = this.element.querySelector('.tabs > [data-tab=bytes]');
    if (tabShown && getComputedStyle(tabShown).display !== 'none') this.select('bytes');
    this.bytesPane?.show(source, range[0], range[1]);
    this.light(key);
  }

  /**
   * Marks one claim as the one whose bytes are lit.
   * @param {string | undefined} key
   */
  light(key) {
    for (const panel of [this.element, ...this.panels.values()]) {
      for (const lit of panel.querySelectorAll('.lit')) lit.classList.remove('lit');
    }
    if (key) for (const panel of [this.element, ...this.panels.values()]) find(panel, key)?.classList.add('lit');
  }

  /**
   * Brings a claim into view.
   * @param {string} key
   * @param {boolean} [focus]
   * @returns {boolean} whether there is one
   */
  reveal(key, focus = true) {
    const ctx = this.context;
    if (!ctx) return false;
    const claim = ctx.claims.find((c) => c.key === key);
    const tab = claim?.tab ?? tabOf(key);
    if (!available_[tab](ctx.report)) return false;
    this.unfold();
    if (tab === 'asn1' && claim) {
      this.openASN1({ source: claim.source, range: [claim.start, claim.end] });
      return true;
    }
    this.select(tab);
    const target = find(this.panel(tab, ctx), key);
    if (!target) return false;
    for (let up = target.parentElement; up; up = up.parentElement) if (up instanceof HTMLDetailsElement) up.open = true;
    if (target instanceof HTMLDetailsElement) target.open = true;
    this.light(key);
    if (focus) {
      if (target.tabIndex < 0 && !target.hasAttribute('tabindex')) target.setAttribute('tabindex', '-1');
      target.focus({ preventScroll: true });
    }
    target.scrollIntoView({
      block: 'center',
      behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth',
    });
    return true;
  }

  /** Puts the cursor into the bytes. */
  focusBytes() {
    const tab = this.visibleTabs().find((b) => b.dataset.tab === 'bytes');
    if (tab) this.select('bytes');
    this.bytesPane?.list.element.focus();
  }

  /** @param {{source: number, range: [number, number]}} object */
  openASN1(object) {
    const ctx = this.context;
    if (!ctx) return;
    this.select('asn1');
    this.panel('asn1', ctx).firstElementChild?.dispatchEvent(new CustomEvent('open-object', { detail: object }));
  }
}

/** @type {Record<string, (ctx: Context) => import('./h.js').Child>} */
const PANELS = {
  seals: sealsPanel,
  message: messagePanel,
  asn1: asn1Panel,
  certs: certificatesPanel,
  notes: notesPanel,
};

/** Which tabs a report has something for. @type {Record<string, (report: import('../types.d.ts').Report) => boolean>} */
const available_ = {
  seals: (r) => r.messages.length > 0,
  message: (r) => r.messages.length > 0,
  asn1: (r) => (r.objects?.length ?? 0) > 0 || r.certificates.length > 0 || walk(r).some((s) => s.part?.cms),
  certs: (r) => r.certificates.length > 0 || r.keys.length > 0,
  notes: () => true,
  bytes: (r) => r.input.size > 0,
};

/** @param {string} key */
function tabOf(key) {
  return key[0] === 'c' ? 'certs' : key[0] === 'f' ? 'notes' : key[0] === 'o' ? 'asn1' : 'message';
}

/**
 * @param {Element} panel
 * @param {string} key
 * @returns {HTMLElement | null}
 */
function find(panel, key) {
  return panel.querySelector(`[data-claim="${CSS.escape(key)}"]`);
}

/**
 * What a source is called.
 * @param {import('../types.d.ts').Report} report
 * @param {number} index
 * @param {import('./texts.js').Translate} t
 */
function sourceName(report, index, t) {
  const source = report.sources[index];
  if (!source) return '?';
  const name = visibleText(source.name ?? '');
  const origin = t('origin.' + source.origin);
  return name ? `${origin}: ${name}` : origin;
}
