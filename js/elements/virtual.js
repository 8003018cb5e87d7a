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

  /** How many rows are seen at a time. */
  seen() {
    return this.element.clientHeight / this.rowHeight || 20;
  }

  /** How many pixels of scrolling one row is: less than its height where there are very many. */
  step() {
    const view = this.element.clientHeight;
    const more = this.count - view / this.rowHeight;
    return this.count * this.rowHeight <= MAX_HEIGHT || more <= 0 ? this.rowHeight : (this.height() - view) / more;
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
    const seen = Math.ceil(this.seen());
    const { scrollTop } = this.element;
    const top = scrollTop / this.step();
    const first = Math.max(0, Math.min(Math.floor(top), this.count - seen) - MARGIN);
    const last = Math.min(this.count, Math.floor(top) + seen + 1 + MARGIN);
    // The row at the top is where the scroll bar is, and the others around it have their height.
    const y = scrollTop + (first - top) * this.rowHeight;
    const most = Math.max(0, this.height() - (last - first) * this.rowHeight);
    this.rows.style.transform = `translateY(${Math.max(0, Math.min(Math.round(y), most))}px)`;
    if (!anew && first === this.first && last === this.last) return;
    this.first = first;
    this.last = last;
    const rows = [];
    for (let i = first; i < last; i++) rows.push(this.render(i));
    this.rows.replaceChildren(...rows);
  }

  /**
   * Scrolls so that a row is seen.
   * @param {number} index
   * @param {'nearest' | 'center'} [where]
   */
  scrollTo(index, where = 'nearest') {
    const step = this.step();
    const seen = this.seen();
    const top = this.element.scrollTop / step;
    let to = top;
    if (where === 'nearest') {
      if (index < top) to = index;
      else if (index + 1 > top + seen) to = index + 1 - seen;
    } else if (index < top + 2 || index + 3 > top + seen) {
      to = Math.max(0, index - seen / 3);
    }
    if (to !== top) this.element.scrollTop = to * step;
    this.draw(false);
  }
}
