// @ts-check
// The tabs of a view, as the ARIA pattern for tabs has them, and their panels, each made
// when it is first wanted. The bytes are a tab only where there is no room beside.

import { asn1Panel } from './asn1.js';
import { certificatesPanel } from './certificates.js';
import { notesPanel } from './findings.js';
import { fill, h } from './h.js';
import { messagePanel } from './message.js';
import { walk } from './model.js';
import { sealsPanel } from './seals.js';

/** @typedef {import('./context.js').Context} Context */

/** The panels beside the bytes. @type {Record<string, (ctx: Context) => import('./h.js').Child>} */
const PANELS = {
  seals: sealsPanel,
  message: messagePanel,
  asn1: asn1Panel,
  certs: certificatesPanel,
  notes: notesPanel,
};

/** Which tabs a report has something for. @type {Record<string, (report: import('../types.d.ts').Report) => boolean>} */
const AVAILABLE = {
  seals: (r) => r.messages.length > 0,
  message: (r) => r.messages.length > 0,
  asn1: (r) => (r.objects?.length ?? 0) > 0 || r.certificates.length > 0 || walk(r).some((s) => s.part?.cms),
  certs: (r) => r.certificates.length > 0 || r.keys.length > 0,
  notes: () => true,
  bytes: (r) => r.input.size > 0,
};

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

/** @param {string | undefined} name */
export function tabNamed(name) {
  return NAMED[name ?? ''] ?? '';
}

/**
 * The tab that a claim is in.
 * @param {string} key
 */
export function tabOf(key) {
  return { c: 'certs', f: 'notes', o: 'asn1' }[key[0]] ?? 'message';
}

export class Tabs {
  /**
   * @param {Context} ctx
   * @param {HTMLElement} bytes the panel of the bytes
   * @param {(tab: string) => void} onselect
   */
  constructor(ctx, bytes, onselect) {
    this.ctx = ctx;
    this.onselect = onselect;
    this.available = Object.keys(AVAILABLE).filter((tab) => AVAILABLE[tab](ctx.report));
    this.current = '';
    /** @type {Map<string, HTMLElement>} */
    this.panels = new Map([['bytes', bytes]]);
    bytes.id = ctx.id('panel-bytes');
    bytes.dataset.panel = 'bytes';
    /** Where the panel of the tab at hand is. */
    this.host = h('div', { class: 'claims' });
    this.element = h(
      'div',
      {
        class: 'tabs',
        role: 'tablist',
        'aria-label': ctx.t('tabs.label'),
        part: 'tabs',
        onkeydown: (/** @type {KeyboardEvent} */ e) => this.key(e),
      },
      this.available.map((tab) => this.button(tab)),
    );
  }

  /** @param {string} tab */
  button(tab) {
    const { ctx } = this;
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

  /** @returns {HTMLButtonElement[]} */
  visible() {
    const all = /** @type {HTMLButtonElement[]} */ ([...this.element.children]);
    return all.filter((b) => getComputedStyle(b).display !== 'none');
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const buttons = this.visible();
    const at = buttons.findIndex((b) => b.dataset.tab === this.current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const button = buttons[(to + buttons.length) % buttons.length];
    this.select(button.dataset.tab ?? '');
    button.focus();
  }

  /** @param {string} tab */
  select(tab) {
    this.current = tab;
    for (const button of /** @type {HTMLElement[]} */ ([...this.element.children])) {
      const on = button.dataset.tab === tab;
      button.setAttribute('aria-selected', String(on));
      button.setAttribute('tabindex', on ? '0' : '-1');
      if (on) this.bringNear(button);
    }
    // Beside the bytes there is always something.
    if (tab !== 'bytes') fill(this.host, this.panel(tab));
    else if (!this.host.firstChild) fill(this.host, this.panel(this.available[0]));
    this.onselect(tab);
  }

  /**
   * Scrolls the row of tabs, and nothing else, so that a tab is seen.
   * @param {HTMLElement} button
   */
  bringNear(button) {
    const { left, right } = this.element.getBoundingClientRect();
    const at = button.getBoundingClientRect();
    this.element.scrollLeft += Math.min(0, at.left - left) + Math.max(0, at.right - right);
  }

  /**
   * The panel of a tab.
   * @param {string} tab
   */
  panel(tab) {
    const { ctx } = this;
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
}
