// @ts-check
// The bytes beside the claims: any source as text or as hex, with a cursor that the pointer
// and the keyboard move, and that says what is said about the byte at hand.

import { fill, h } from './h.js';
import { here } from './bytes-here.js';
import { hexRow, textRow } from './bytes-row.js';
import { signedIn, signedLegend } from './bytes-signed.js';
import { claimsAt } from './model.js';
import { hexRows, textRows } from './rows.js';
import { VirtualRows } from './virtual.js';
import { download } from './files.js';

const ROW_HEIGHT = 22;
/** Above this size the text view is not the first choice: its rows must be counted out. */
const TEXT_FIRST = 4 << 20;

/** Columns that are kept for the marks of a line end, which stays on its line; one is in the edge. */
const LINE_END = 3;

/** @typedef {import('./context.js').Context} Context */

export class BytesPane {
  /** @param {Context} ctx */
  constructor(ctx) {
    const { t } = ctx;
    this.ctx = ctx;
    this.source = 0;
    /** @type {[number, number] | null} */
    this.selection = null;
    this.cursor = -1;
    /** @type {import('./context.js').TLV | null} */
    this.node = null;
    /** What the pointer is on elsewhere. @type {[number, number] | null} */
    this.hovered = null;
    this.chosen = false;
    this.bytes = ctx.bytes(0);
    this.mode = this.bytes.length > TEXT_FIRST || binary(this.bytes) ? 'hex' : 'text';
    this.columns = 0;
    this.width = 16;
    /** @type {import('./bytes-signed.js').Signed[]} */
    this.signed = [];
    this.list = new VirtualRows({
      rowHeight: ROW_HEIGHT,
      render: (row) => this.row(row),
      props: {
        class: 'virtual bytes-rows',
        role: 'group',
        'aria-roledescription': t('bytes.role'),
        'aria-label': t('bytes.label'),
        'aria-describedby': ctx.id('here'),
        onkeydown: (/** @type {KeyboardEvent} */ e) => this.key(e),
        onclick: (/** @type {MouseEvent} */ e) => this.click(e),
      },
      rowsProps: { 'aria-hidden': 'true' },
    });
    this.rows = hexRows(this.bytes, 16);
    this.select = h(
      'select',
      { 'aria-label': t('bytes.source'), onchange: () => this.open(Number(this.select.value)) },
      ctx.report.sources.map((s, i) =>
        h('option', { value: i }, `${ctx.sourceName(i)} (${t('bytes.count', { n: ctx.number(s.size) })})`),
      ),
    );
    this.modes = h(
      'div',
      { class: 'switch', role: 'group', 'aria-label': t('bytes.mode') },
      ['text', 'hex'].map((m) =>
        h(
          'button',
          {
            type: 'button',
            'data-mode': m,
            'aria-pressed': 'false',
            onclick: () => {
              this.chosen = true;
              this.setMode(m);
            },
          },
          t('bytes.' + m),
        ),
      ),
    );
    this.legend = h('p', { class: 'legend' });
    this.here = h('div', { class: 'here', id: ctx.id('here'), 'aria-live': 'polite' });
    this.element = h(
      'section',
      { class: 'bytes', part: 'bytes', role: 'group', 'aria-labelledby': ctx.id('bytes-title') },
      h(
        'header',
        { class: 'section-head' },
        h('h3', { id: ctx.id('bytes-title') }, t('bytes.title')),
        this.select,
        this.modes,
        h(
          'button',
          {
            type: 'button',
            class: 'quiet',
            onclick: () => download('source.bin', 'application/octet-stream', this.bytes),
          },
          t('act.save'),
        ),
      ),
      this.legend,
      this.list.element,
      this.here,
    );
    this.observer = new ResizeObserver(() => this.layout());
    this.observer.observe(this.list.element);
    this.open(0);
  }

  close() {
    this.observer.disconnect();
    this.list.close();
  }

  /** The pane came into sight. */
  shown() {
    this.layout();
    this.list.refresh();
  }

  /** @param {number} source */
  open(source) {
    this.source = source;
    this.bytes = this.ctx.bytes(source);
    this.select.value = String(source);
    this.selection = null;
    this.node = null;
    this.cursor = -1;
    this.signed = signedIn(this.ctx.report, source);
    fill(
      this.legend,
      signedLegend(this.ctx, this.signed, ([start, end]) => this.show(source, start, end)),
    );
    this.setMode(this.bytes.length > TEXT_FIRST || binary(this.bytes) ? 'hex' : 'text');
    this.list.element.scrollTop = 0;
    this.describe();
  }

  /** @param {string} mode */
  setMode(mode) {
    this.mode = mode;
    for (const b of this.modes.querySelectorAll('button'))
      b.setAttribute('aria-pressed', String(b.dataset.mode === mode));
    this.list.element.dataset.mode = mode;
    this.columns = 0;
    this.layout();
    if (this.selection) this.list.scrollTo(this.rows.rowOf(this.selection[0]), 'center');
  }

  /** Breaks the rows to the width there is. */
  layout() {
    const style = getComputedStyle(this.list.element);
    const space = this.list.element.clientWidth - 20;
    if (space <= 0) return;
    const character = (parseFloat(style.fontSize) || 13) * 0.602;
    const offsetWidth = String(Math.max(9999, this.bytes.length)).length + 2;
    const columns = Math.max(16, Math.min(160, Math.floor(space / character) - offsetWidth));
    if (columns === this.columns) return;
    this.columns = columns;
    this.width = columns >= 61 ? 16 : columns >= 33 ? 8 : 4;
    this.offsetWidth = offsetWidth;
    this.rows = this.mode === 'hex' ? hexRows(this.bytes, this.width) : textRows(this.bytes, columns - LINE_END);
    this.list.element.style.height = `min(${Math.max(4, this.rows.count) * ROW_HEIGHT + 2}px, 30rem, 62vh)`;
    this.list.setCount(this.rows.count);
  }

  /**
   * @param {number} index
   * @returns {HTMLElement}
   */
  row(index) {
    const [start] = this.rows.range(index);
    const cells = this.rows.cells(index);
    return h(
      'div',
      { class: 'row' },
      h('span', { class: 'offset' }, String(start).padStart((this.offsetWidth ?? 6) - 2)),
      this.mode === 'hex' ? hexRow(this, cells, this.width) : textRow(this, cells),
    );
  }

  /**
   * Lights up bytes and brings them into sight.
   * @param {number} source
   * @param {number} start
   * @param {number} end
   */
  show(source, start, end) {
    if (source !== this.source) this.open(source);
    this.node = null;
    this.selection = [start, end];
    this.cursor = Math.min(start, this.bytes.length - 1);
    this.layout();
    this.list.scrollTo(this.rows.rowOf(start), 'center');
    this.list.refresh();
    this.describe();
  }

  /**
   * Lights up the octets of an ASN.1 node: its tag, its length and its value.
   * @param {number} source
   * @param {import('./context.js').TLV} node
   */
  showNode(source, node) {
    if (source !== this.source) this.open(source);
    // Hex is how to read octets, unless the reader has chosen otherwise.
    if (this.mode === 'text' && !this.chosen) this.setMode('hex');
    this.show(source, node.start, node.close);
    this.node = node;
    this.list.refresh();
  }

  /**
   * Shows what the pointer is on elsewhere, where it is in sight.
   * @param {number} source
   * @param {[number, number] | null} range
   */
  hover(source, range) {
    if (source !== this.source || this.hovered?.join() === range?.join()) return;
    this.hovered = range;
    this.list.refresh();
  }

  /** @param {MouseEvent} event */
  click(event) {
    const cell = event.target instanceof Element ? event.target.closest('[data-o]') : null;
    if (!(cell instanceof HTMLElement)) return;
    const from = Number(cell.dataset.o);
    const rect = cell.getBoundingClientRect();
    const n = cell.textContent?.length ?? 1;
    const plain = this.mode === 'text' && !cell.classList.contains('ctl') && !cell.classList.contains('raw');
    const within =
      plain && n > 1 ? Math.max(0, Math.min(n - 1, Math.floor(((event.clientX - rect.left) / rect.width) * n))) : 0;
    this.pick(from + within);
  }

  /**
   * Puts the cursor on a byte and lights up the narrowest claim about it; again, the next wider.
   * @param {number} offset
   */
  pick(offset) {
    const found = claimsAt(this.ctx.claims, this.source, offset);
    const again = offset === this.cursor && this.selection;
    this.node = null;
    this.cursor = offset;
    let chosen = found[found.length - 1];
    if (again && this.selection) {
      const [from, to] = this.selection;
      const at = found.findLastIndex((c) => c.end - c.start > to - from);
      if (at >= 0) chosen = found[at];
    }
    this.selection = chosen ? [chosen.start, chosen.end] : [offset, offset + 1];
    this.list.scrollTo(this.rows.rowOf(offset));
    this.list.refresh();
    this.describe();
    this.element.dispatchEvent(new CustomEvent('pick', { detail: { source: this.source, offset }, bubbles: true }));
  }

  /** Says what is at the cursor. */
  describe() {
    fill(
      this.here,
      here(this.ctx, this.source, this, (claim) => {
        this.show(claim.source, claim.start, claim.end);
        this.ctx.reveal(claim.key);
      }),
    );
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const last = this.bytes.length - 1;
    if (last < 0) return;
    const at = Math.max(0, this.cursor);
    const row = this.rows.rowOf(at);
    const [rowStart, rowEnd] = this.rows.range(row);
    const page = Math.max(1, Math.floor(this.list.element.clientHeight / ROW_HEIGHT) - 1);
    const onRow = (/** @type {number} */ r) => {
      const [from, to] = this.rows.range(Math.max(0, Math.min(this.rows.count - 1, r)));
      return Math.min(Math.max(from, to - 1), from + (at - rowStart));
    };
    /** @type {Record<string, () => number>} */
    const moves = {
      ArrowRight: () => (this.cursor < 0 ? 0 : at + 1),
      ArrowLeft: () => at - 1,
      ArrowDown: () => onRow(row + 1),
      ArrowUp: () => onRow(row - 1),
      PageDown: () => onRow(row + page),
      PageUp: () => onRow(row - page),
      Home: () => (event.ctrlKey ? 0 : rowStart),
      End: () => (event.ctrlKey ? last : rowEnd - 1),
    };
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.pick(at);
      const found = claimsAt(this.ctx.claims, this.source, at);
      if (event.key === 'Enter' && found.length > 0) this.ctx.reveal(found[found.length - 1].key);
      return;
    }
    const move = moves[event.key];
    if (!move || event.altKey || event.metaKey) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(last, move()));
    this.cursor = -1;
    this.pick(to);
  }
}

/**
 * Whether bytes are better read as hex: more than a tenth of their beginning is no text.
 * @param {Uint8Array} bytes
 */
function binary(bytes) {
  const head = bytes.subarray(0, 256);
  let odd = 0;
  for (const b of head) if (b === 0 || (b < 0x20 && b !== 9 && b !== 10 && b !== 13) || b >= 0xf5) odd++;
  return odd > head.length * 0.1;
}
