// @ts-check
// A list of rows of equal height of which only those in sight exist, so that a million
// rows scroll as ten do.

import { h } from './h.js';

/** Browsers clip elements that are higher than about 16 to 33 million pixels. */
const MAX_HEIGHT = 8_000_000;
/** Rows that are made beyond the edges of what is seen. */
const MARGIN = 8;

export class VirtualRows {
  /**
   * @param {{rowHeight: number, render: (index: number) => HTMLElement, props?: Record<string, any>, rowsProps?: Record<string, any>}} options
   */
  constructor({ rowHeight, render, props, rowsProps }) {
    this.rowHeight = rowHeight;
    this.render = render;
    this.count = 0;
    this.first = 0;
    this.last = 0;
    this.rows = h('div', { class: 'rows', ...rowsProps });
    this.spacer = h('div', { class: 'spacer' }, this.rows);
    this.element = h('div', { class: 'virtual', tabindex: '0', ...props }, this.spacer);
    this.pending = false;
    this.element.addEventListener('scroll', () => this.schedule(), { passive: true });
    this.observer = new ResizeObserver(() => this.schedule());
    this.observer.observe(this.element);
  }

  close() {
    this.observer.disconnect();
  }

  /** @param {number} count */
  setCount(count) {
    this.count = count;
    this.spacer.style.height = this.height() + 'px';
    this.refresh();
  }

  height() {
    return Math.min(MAX_HEIGHT, this.count * this.rowHeight);
  }

  /** How many pixels of scrolling one row is. */
  step() {
    return this.count === 0 ? this.rowHeight : this.height() / this.count;
  }

  schedule() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.draw(false);
    });
  }

  /** Makes the rows in sight anew. */
  refresh() {
    this.draw(true);
  }

  /** @param {boolean} anew */
  draw(anew) {
    const seen = Math.ceil(this.element.clientHeight / this.rowHeight) || 20;
    const top = Math.floor(this.element.scrollTop / this.step());
    const first = Math.max(0, Math.min(top, this.count - seen) - MARGIN);
    const last = Math.min(this.count, top + seen + MARGIN);
    if (!anew && first === this.first && last === this.last) return;
    this.first = first;
    this.last = last;
    const rows = [];
    for (let i = first; i < last; i++) rows.push(this.render(i));
    this.rows.replaceChildren(...rows);
    // Where rows are scaled, those in sight keep their height: they are placed from the row at the top.
    const y =
      this.step() === this.rowHeight ? first * this.rowHeight : this.element.scrollTop - (top - first) * this.rowHeight;
    this.rows.style.transform = `translateY(${Math.max(0, Math.min(y, this.height() - rows.length * this.rowHeight))}px)`;
  }

  /**
   * Scrolls so that a row is seen.
   * @param {number} index
   * @param {'nearest' | 'center'} [where]
   */
  scrollTo(index, where = 'nearest') {
    const view = this.element.clientHeight;
    const step = this.step();
    const y = index * step;
    const top = this.element.scrollTop;
    if (where === 'nearest') {
      if (y < top) this.element.scrollTop = y;
      else if (y + this.rowHeight > top + view) this.element.scrollTop = y + this.rowHeight - view;
    } else if (y < top + step * 2 || y + this.rowHeight > top + view - step * 2) {
      this.element.scrollTop = Math.max(0, y - view / 3);
    }
    this.draw(false);
  }
}
