// @ts-check
// An ASN.1 object as a tree that is linked with its bytes, with a search above it and what
// there is to say of the node at hand beneath it.

import { fill, h } from './h.js';
import { nodeView } from './asn1-node.js';
import { Tree } from './tree.js';
import { MAX_FOUND } from '../limits.js';

/** @typedef {{source: number, range: [number, number]}} Place */

export class TreeView {
  /**
   * @param {import('./context.js').Context} ctx
   * @param {(offset: number, open: boolean) => void} treat shows the string there as holding values, or as octets
   */
  constructor(ctx, treat) {
    const { t } = ctx;
    this.ctx = ctx;
    this.treat = treat;
    /** @type {import('../sipseal.d.ts').ASN1Document | undefined} */
    this.doc = undefined;
    /** What is shown. @type {Place} */
    this.place = { source: 0, range: [0, 0] };
    /** @type {Int32Array} */
    this.found = new Int32Array(0);
    /** '+' when there are more than are found. */
    this.many = '';
    this.finding = 0;
    this.tree = new Tree(ctx, (index) => {
      this.describe(index);
      this.light(index, true);
    });
    this.detail = h('div', { class: 'node', 'aria-live': 'off' });
    this.search = h('input', {
      type: 'search',
      placeholder: t('asn1.search.hint'),
      'aria-label': t('asn1.search'),
      autocomplete: 'off',
      spellcheck: 'false',
      oninput: () => this.find(),
      onkeydown: (/** @type {KeyboardEvent} */ e) => {
        if (e.key === 'Enter') {
          e.preventDefault();
          this.next(e.shiftKey ? -1 : 1);
        }
      },
    });
    this.count = h('span', { class: 'count-found', role: 'status' });
    this.element = h(
      'div',
      { class: 'tree-view' },
      h(
        'div',
        { class: 'search' },
        this.search,
        this.count,
        h(
          'button',
          { type: 'button', class: 'quiet', 'aria-label': t('asn1.previous'), onclick: () => this.next(-1) },
          '↑',
        ),
        h('button', { type: 'button', class: 'quiet', 'aria-label': t('asn1.next'), onclick: () => this.next(1) }, '↓'),
      ),
      this.tree.element,
      this.detail,
    );
    this.tree.element.addEventListener('pointerover', (event) => {
      const row = event.target instanceof Element ? event.target.closest('[data-node]') : null;
      const lies = row && this.octets(Number(row.getAttribute('data-node')));
      ctx.hover(this.place.source, lies ? [lies.start, lies.close] : null);
    });
    this.tree.element.addEventListener('pointerleave', () => ctx.hover(this.place.source, null));
  }

  /**
   * Shows a document in place of the one before.
   * @param {import('../sipseal.d.ts').ASN1Document} doc
   * @param {Place} place where it lies
   * @param {number} offset of the node to begin with
   */
  async open(doc, place, offset) {
    this.doc?.close();
    this.doc = doc;
    this.place = place;
    await this.tree.open(doc, offset);
    if (doc.count > 0) this.describe(Math.max(0, this.tree.at(offset)));
    this.find();
  }

  /**
   * A byte was picked: the node there becomes the active one.
   * @param {{source: number, offset: number}} picked
   */
  pick({ source, offset }) {
    const { range } = this.place;
    if (!this.doc || source !== this.place.source || offset < range[0] || offset >= range[1]) return;
    const index = this.tree.at(offset - range[0]);
    if (index < 0) return;
    this.tree.select(index, false);
    this.tree.list.scrollTo(this.tree.rowOf(index));
    this.describe(index);
    this.light(index);
  }

  /**
   * Where the octets of a node lie in the source.
   * @param {number} index
   */
  octets(index) {
    const node = this.doc?.node(index);
    const from = this.place.range[0];
    return (
      node && {
        start: node.offset + from,
        content: node.content + from,
        end: node.end + from,
        close: node.close + from,
      }
    );
  }

  /**
   * Lights up a node in the bytes, its tag, length and value each in its colour.
   * @param {number} index
   * @param {boolean} [show]
   */
  light(index, show = false) {
    const octets = this.octets(index);
    if (octets) this.ctx.showNode(this.place.source, octets, show);
  }

  /** @param {number} index */
  async describe(index) {
    const { doc } = this;
    if (!doc) return;
    const content = await nodeView(this.ctx, doc, index, {
      select: (i) => this.tree.select(i),
      treat: this.treat,
      bytes: () => {
        const octets = this.octets(index);
        if (octets) this.ctx.showBytes(this.place.source, [octets.start, octets.close]);
        this.light(index);
      },
    }).catch(() => null);
    if (content && this.doc === doc && (this.tree.active === index || this.tree.active < 0)) fill(this.detail, content);
  }

  /** Looks for what is in the search field. */
  async find() {
    const { doc } = this;
    const query = this.search.value.trim();
    const mine = ++this.finding;
    const found = doc && query.length > 0 ? await doc.search(query).catch(() => new Int32Array(0)) : new Int32Array(0);
    if (mine !== this.finding || doc !== this.doc) return;
    this.found = found.subarray(0, MAX_FOUND);
    this.tree.mark(this.found);
    this.many = found.length > MAX_FOUND ? '+' : '';
    this.count.textContent = query ? this.ctx.t('asn1.found', { n: this.found.length + this.many }) : '';
  }

  /**
   * Goes to the next thing found, or back.
   * @param {number} way
   */
  next(way) {
    const list = [...this.found];
    if (list.length === 0) return;
    const { active } = this.tree;
    const to =
      way > 0 ? (list.find((i) => i > active) ?? list[0]) : (list.findLast((i) => i < active) ?? list[list.length - 1]);
    this.tree.select(to);
    this.count.textContent = this.ctx.t('asn1.found.at', { i: list.indexOf(to) + 1, n: list.length + this.many });
  }
}
