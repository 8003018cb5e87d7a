// @ts-check
// The view of one report: the answer, the picture of the layers, and beneath them the
// claims in tabs beside the bytes they are about. Each view stands alone: it knows its own
// root and nothing of other views on the page.

import { append, fill, freshID, h } from './h.js';
import { answer } from './answer.js';
import { BytesPane } from './bytes.js';
import { messageCards } from './cards.js';
import { contextOf } from './context.js';
import { firstToShow, isLong } from './glance.js';
import { layersPicture } from './layers.js';
import { loadAccess } from './seals.js';
import { sheets } from './style.js';
import { Tabs, tabNamed, tabOf } from './tabs.js';
import { translator } from './texts.js';

/** @typedef {import('./context.js').Context} Context */

const loadMany = () => import('./messages.js');

/** Loads what not every report needs, so that later nothing has to be asked for. */
export function loadRest() {
  for (const load of [loadMany, loadAccess]) load().catch(() => {}); // whoever needs it says so
}

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
    /** The tab at hand, which outlives the report. */
    this.tab = tabNamed(options.view);
    /** @type {Context | undefined} */
    this.context = undefined;
    /** @type {BytesPane | undefined} */
    this.bytesPane = undefined;
    /** @type {Tabs | undefined} */
    this.tabs = undefined;
    /** The list of the messages, where they are many. @type {import('./messages.js').MessageList | undefined} */
    this.list = undefined;
    /** Counts what is chosen, so that only the last choice is shown. */
    this.turn = 0;
    root.adoptedStyleSheets = sheets();
    this.element = h('div', { class: 'view', part: 'view', lang: options.language });
    this.element.addEventListener('pointerover', (event) => this.hoverLink(event));
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
    this.tabs = undefined;
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
    if (among) report = { ...report, findings: report.findings.filter((f) => (f.message ?? message) === message) };
    const ctx = contextOf(report, message, {
      language: this.options.language,
      prefix: this.prefix,
      among: !!among,
      acts: {
        inspector: this.options.inspector,
        openDocument: this.options.openDocument,
        inspectAlso: (bytes, also) => this.inspectAlso(bytes, also),
        showBytes: (source, range, key) => this.showBytes(source, range, key),
        reveal: (key, focus) => this.reveal(key, focus),
        showNode: (source, node) => this.bytesPane?.showNode(source, node),
        hover: (source, range) => this.bytesPane?.hover(source, range),
        openASN1: (object) => this.openASN1(object),
      },
    });
    this.context = ctx;
    const pane = new BytesPane(ctx);
    this.bytesPane = pane;
    pane.element.addEventListener('pick', (event) => {
      const { detail } = /** @type {CustomEvent} */ (event);
      if (this.tab === 'asn1') this.tell('pick-byte', detail);
    });
    const tabs = new Tabs(ctx, pane.element, (tab) => {
      this.tab = tab;
      this.element.dataset.tab = tab;
      if (tab === 'bytes') pane.shown();
    });
    this.tabs = tabs;
    append(this.element, [
      among
        ? among.element.parentNode !== this.element && among.element
        : report.messages.length > 1 && messageCards(ctx, (i) => this.show(report, i)),
      answer(ctx, message),
      message >= 0 && layersPicture(ctx, message),
      this.frame(ctx, h('div', { class: 'body' }, tabs.element, tabs.host, report.input.size > 0 && pane.element)),
    ]);
    tabs.select(tabs.available.includes(this.tab) ? this.tab : tabs.available[0]);
    const at = report.messages[message];
    if (among && at) pane.show(at.source, at.range[0], at.range[1]);
    else if (at && at.source !== pane.source) pane.open(at.source);
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
    const { MessageList, listSheet } = await loadMany();
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
   * Selects a tab.
   * @param {string} tab
   * @param {boolean} [focus]
   */
  select(tab, focus = false) {
    this.tabs?.select(tab);
    if (focus)
      this.tabs
        ?.visible()
        .find((b) => b.dataset.tab === tab)
        ?.focus();
  }

  /** Selects the tab of the bytes, where it is one. */
  selectBytes() {
    if (this.tabs?.visible().some((b) => b.dataset.tab === 'bytes')) this.select('bytes');
  }

  /** Puts the cursor into the bytes. */
  focusBytes() {
    this.selectBytes();
    this.bytesPane?.list.element.focus();
  }

  /**
   * The pointer on a link to bytes, or on a node, shows where they are.
   * @param {PointerEvent} event
   */
  hoverLink(event) {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('.bytes, [data-node]')) return;
    const link = target?.closest('[data-bytes]') ?? target?.closest('[data-claim]')?.querySelector('[data-bytes]');
    const [, source, start, end] = /^(\d+):(\d+)-(\d+)$/.exec(link?.getAttribute('data-bytes') ?? '') ?? [];
    if (source) this.bytesPane?.hover(Number(source), [Number(start), Number(end)]);
    else this.bytesPane?.hover(this.bytesPane.source, null);
  }

  /**
   * Lights up bytes, and the claim they belong to.
   * @param {number} source
   * @param {[number, number]} range
   * @param {string} [key]
   */
  showBytes(source, range, key) {
    this.unfold();
    this.selectBytes();
    this.bytesPane?.show(source, range[0], range[1]);
    // In place of a long panel they may be out of sight.
    if (this.tab === 'bytes') this.bytesPane?.element.scrollIntoView({ block: 'nearest' });
    this.light(key);
  }

  /**
   * Marks one claim as the one whose bytes are lit.
   * @param {string | undefined} key
   */
  light(key) {
    for (const panel of [this.element, ...(this.tabs?.panels.values() ?? [])]) {
      for (const lit of panel.querySelectorAll('.lit')) lit.classList.remove('lit');
      if (key) find(panel, key)?.classList.add('lit');
    }
  }

  /**
   * Brings a claim into view.
   * @param {string} key
   * @param {boolean} [focus]
   * @returns {boolean} whether there is one
   */
  reveal(key, focus = true) {
    const { context, tabs } = this;
    const claim = context?.claims.find((c) => c.key === key);
    const tab = claim?.tab ?? tabOf(key);
    if (!tabs?.available.includes(tab)) return false;
    this.unfold();
    if (tab === 'asn1' && claim) {
      this.openASN1({ source: claim.source, range: [claim.start, claim.end] });
      return true;
    }
    this.select(tab);
    const target = find(tabs.panel(tab), key);
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

  /** @param {{source: number, range: [number, number]}} object */
  openASN1(object) {
    this.select('asn1');
    this.tell('open-object', object);
  }

  /**
   * Tells the panel of the ASN.1 something.
   * @param {string} event
   * @param {any} detail
   */
  tell(event, detail) {
    this.tabs?.panel('asn1').firstElementChild?.dispatchEvent(new CustomEvent(event, { detail }));
  }
}

/**
 * @param {Element} panel
 * @param {string} key
 * @returns {HTMLElement | null}
 */
function find(panel, key) {
  return panel.querySelector(`[data-claim="${CSS.escape(key)}"]`);
}
