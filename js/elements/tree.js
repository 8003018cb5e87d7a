// @ts-check
// An ASN.1 document as a tree (the ARIA tree pattern) of which only the rows in sight
// exist. The tree holds the focus and names its active row by aria-activedescendant.

import { freshID, h } from './h.js';
import { visible, visibleText } from './marks.js';
import { VirtualRows } from './virtual.js';

/** @typedef {import('../sipseal.d.ts').ASN1Document} ASN1Document */
/** @typedef {import('../sipseal.d.ts').ASN1Row} ASN1Row */

// Where the numbers of a node lie in the document's structure.
const STRIDE = 8;
const NEXT = 3;
const DEPTH = 5;

const ROW_HEIGHT = 28;
/** Larger trees begin with their outer levels open only. */
const ALL_OPEN = 3000;
const OUTER_LEVELS = 4;
/** Descriptions that are kept. */
const MAX_KEPT = 4000;

export class Tree {
  /**
   * @param {import('./context.js').Context} ctx
   * @param {(index: number) => void} onselect
   */
  constructor(ctx, onselect) {
    this.ctx = ctx;
    this.onselect = onselect;
    this.prefix = freshID('node');
    /** @type {ASN1Document | undefined} */
    this.doc = undefined;
    /** Whether a node is shown with what is in it, by index. */
    this.opened = new Uint8Array(0);
    /** Indices of the nodes that are shown, in memory that has room for all. */
    this.shown = new Int32Array(0);
    this.room = this.shown;
    /** @type {Map<number, ASN1Row>} */
    this.known = new Map();
    /** @type {Set<number>} */
    this.found = new Set();
    /** @type {Map<number, Int32Array>} */
    this.siblings = new Map();
    this.active = -1;
    this.asking = false;
    this.list = new VirtualRows({
      rowHeight: ROW_HEIGHT,
      render: (row) => this.row(row),
      props: {
        class: 'virtual tree',
        role: 'tree',
        'aria-label': ctx.t('asn1.tree'),
        onkeydown: (/** @type {KeyboardEvent} */ e) => this.key(e),
        onclick: (/** @type {MouseEvent} */ e) => this.click(e),
      },
      rowsProps: { role: 'none' },
    });
    this.list.spacer.setAttribute('role', 'none');
    this.element = this.list.element;
  }

  /**
   * Shows a document.
   * @param {ASN1Document} doc
   * @param {number} [select] offset of the node to begin with
   */
  async open(doc, select = 0) {
    this.doc = doc;
    this.known.clear();
    this.siblings.clear();
    this.found.clear();
    this.opened = new Uint8Array(doc.count).fill(1);
    if (doc.count > ALL_OPEN)
      for (let i = 0; i < doc.count; i++) if (doc.structure[i * STRIDE + DEPTH] >= OUTER_LEVELS) this.opened[i] = 0;
    this.room = new Int32Array(doc.count);
    this.arrange();
    this.element.style.height = `min(${this.shown.length * ROW_HEIGHT + 2}px, 28rem, 60vh)`;
    this.active = Math.max(0, this.at(select));
    const first = [...this.shown.subarray(0, 60)];
    for (const row of await doc.rows(first)) this.known.set(row.node, row);
    if (this.doc !== doc) return;
    this.select(this.active, false);
    this.list.setCount(this.shown.length);
  }

  /** Works out which nodes are shown. */
  arrange() {
    const { doc } = this;
    if (!doc) return;
    const { room, opened } = this;
    const { structure, count } = doc;
    let n = 0;
    for (let i = 0; i < count; i = opened[i] ? i + 1 : structure[i * STRIDE + NEXT]) room[n++] = i;
    this.shown = room.subarray(0, n);
    this.list.setCount(n);
  }

  /**
   * The innermost node with the byte at offset, or -1.
   * @param {number} offset
   */
  at(offset) {
    const { doc } = this;
    if (!doc) return -1;
    // The last node that begins there or before, or one around it.
    let low = 0;
    let high = doc.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (doc.structure[middle * STRIDE] > offset) high = middle;
      else low = middle + 1;
    }
    let found = low - 1;
    while (found >= 0 && offset >= doc.node(found).close) found = doc.node(found).parent;
    return found;
  }

  /** @param {number} index of a node */
  rowOf(index) {
    let low = 0;
    let high = this.shown.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.shown[middle] < index) low = middle + 1;
      else high = middle;
    }
    return this.shown[low] === index ? low : -1;
  }

  /**
   * Makes a node the active one and brings it into sight.
   * @param {number} index
   * @param {boolean} [tell]
   */
  select(index, tell = true) {
    const { doc } = this;
    if (!doc || index < 0 || index >= doc.count) return;
    let hidden = false;
    for (let up = doc.node(index).parent; up >= 0; up = doc.node(up).parent) {
      if (!this.opened[up]) hidden = true;
      this.opened[up] = 1;
    }
    if (hidden) this.arrange();
    this.active = index;
    this.element.setAttribute('aria-activedescendant', `${this.prefix}-${index}`);
    this.list.scrollTo(this.rowOf(index), tell ? 'nearest' : 'center');
    this.list.refresh();
    if (tell) this.onselect(index);
  }

  /**
   * Marks what a search found.
   * @param {Iterable<number>} found
   */
  mark(found) {
    this.found = new Set(found);
    this.list.refresh();
  }

  /** @param {number} index */
  hasInner(index) {
    return (this.doc?.node(index).next ?? 0) > index + 1;
  }

  /** @param {number} index */
  family(index) {
    const { doc } = this;
    if (!doc) return new Int32Array(0);
    const parent = doc.node(index).parent;
    let list = this.siblings.get(parent);
    if (!list) {
      const end = parent < 0 ? doc.count : doc.node(parent).next;
      const next = (/** @type {number} */ i) => doc.structure[i * STRIDE + NEXT];
      let n = 0;
      for (let i = parent + 1; i < end; i = next(i)) n++;
      list = new Int32Array(n);
      n = 0;
      for (let i = parent + 1; i < end; i = next(i)) list[n++] = i;
      this.siblings.set(parent, list);
    }
    return list;
  }

  /**
   * @param {number} rowIndex
   * @returns {HTMLElement}
   */
  row(rowIndex) {
    const { doc, ctx } = this;
    const index = this.shown[rowIndex];
    if (!doc || index === undefined) return h('div', { class: 'tree-row', role: 'none' });
    const node = doc.node(index);
    const said = this.known.get(index);
    if (!said) this.ask();
    const family = this.family(index);
    const inner = this.hasInner(index);
    const size = node.end - node.content;
    const name = said ? said.field + (said.place >= 0 ? `[${said.place}]` : '') : '';
    const bad = node.damaged || node.truncated;
    const row = h(
      'div',
      {
        class: ['tree-row', index === this.active && 'active', this.found.has(index) && 'found', bad && 'damaged'],
        role: 'treeitem',
        id: `${this.prefix}-${index}`,
        'data-node': index,
        'aria-level': node.depth + 1,
        'aria-setsize': family.length,
        'aria-posinset': lowerBound(family, index) + 1,
        'aria-selected': String(index === this.active),
        'aria-expanded': inner ? String(!!this.opened[index]) : null,
        // What is seen comes first and in the same order, then what only its place says.
        'aria-label': visibleText(
          [
            [name, said?.label, said?.value, said?.type !== said?.label && said?.type].filter(Boolean).join(' '),
            ctx.t('bytes.count', { n: size }),
            ...(said?.notes.map((n) => n.detail) ?? []),
          ].join(', '),
        ),
      },
      h('span', { class: 'twist', 'data-open': inner ? String(!!this.opened[index]) : null }),
      name && h('span', { class: 'field' }, visible(name)),
      ' ',
      h('span', { class: 'label' }, said?.label ?? '…'),
      ' ',
      said?.value && h('span', { class: 'value' }, visible(said.value)),
      ' ',
      said?.type && said.type !== said.label && h('span', { class: 'type' }, said.type),
      said &&
        said.notes.length > 0 &&
        h('span', {
          class: bad ? 'note bad' : 'note',
          'aria-hidden': 'true',
          title: said.notes.map((n) => visibleText(n.detail)).join('\n'),
        }),
      h('span', { class: 'size', 'data-size': `${node.offset}+${size}` }),
    );
    row.style.setProperty('--level', String(Math.min(node.depth, 40)));
    return row;
  }

  /** Asks for what the rows in sight say; once at a time. */
  ask() {
    if (this.asking) return;
    this.asking = true;
    setTimeout(async () => {
      const { doc } = this;
      try {
        if (!doc) return;
        const wanted = [...this.shown.subarray(this.list.first, this.list.last)].filter((i) => !this.known.has(i));
        if (wanted.length === 0) return;
        const rows = await doc.rows(wanted);
        if (this.doc !== doc) return;
        if (this.known.size > MAX_KEPT) this.known.clear();
        for (const row of rows) this.known.set(row.node, row);
      } catch {
        // The inspector was closed, or the call was given up: the rows stay as they are.
        return;
      } finally {
        this.asking = false;
      }
      this.list.refresh();
    });
  }

  /**
   * @param {number} index
   * @param {boolean} open
   */
  toggle(index, open) {
    if (!this.hasInner(index) || !!this.opened[index] === open) return;
    this.opened[index] = open ? 1 : 0;
    this.arrange();
    this.list.refresh();
  }

  /** @param {MouseEvent} event */
  click(event) {
    const target = event.target instanceof Element ? event.target : null;
    const row = target?.closest('[data-node]');
    if (!(row instanceof HTMLElement)) return;
    const index = Number(row.dataset.node);
    if (target?.closest('.twist')) this.toggle(index, !this.opened[index]);
    this.select(index);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { doc, active } = this;
    if (!doc || active < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const row = this.rowOf(active);
    const page = Math.max(1, Math.floor(this.element.clientHeight / ROW_HEIGHT) - 1);
    const go = (/** @type {number} */ to) => this.select(this.shown[Math.max(0, Math.min(this.shown.length - 1, to))]);
    /** @type {Record<string, () => void>} */
    const moves = {
      ArrowDown: () => go(row + 1),
      ArrowUp: () => go(row - 1),
      PageDown: () => go(row + page),
      PageUp: () => go(row - page),
      Home: () => go(0),
      End: () => go(this.shown.length - 1),
      ArrowRight: () => {
        if (!this.hasInner(active)) return;
        if (this.opened[active]) go(row + 1);
        else this.toggle(active, true);
      },
      ArrowLeft: () => {
        if (this.hasInner(active) && this.opened[active]) this.toggle(active, false);
        else if (doc.node(active).parent >= 0) this.select(doc.node(active).parent);
      },
      '*': () => {
        for (const i of this.family(active)) this.opened[i] = 1;
        this.arrange();
        this.list.refresh();
      },
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  }
}

/**
 * @param {Int32Array} list ascending
 * @param {number} value
 */
function lowerBound(list, value) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
