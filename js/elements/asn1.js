// @ts-check
// The ASN.1 of a report: any of its objects, as a tree that is linked with the bytes, or as
// a dump in one of three styles.

import { fill, h } from './h.js';
import { visible, visibleText } from './marks.js';
import { shortName, walk } from './model.js';
import { copyWith, download } from './files.js';
import { nodeView } from './asn1-node.js';
import { Tree } from './tree.js';
import { VirtualRows } from './virtual.js';

/** @typedef {import('./view.js').Context} Context */
/** @typedef {{label: string, source: number, range: [number, number]}} Shown */

const MODES = ['tree', 'asn1parse', 'dumpasn1', 'openssl3'];
/** A dump of more lines is shown as rows of which only those in sight exist. */
const MAX_PLAIN = 3000;

/**
 * The ASN.1 objects of a report.
 * @param {Context} ctx
 * @returns {Shown[]}
 */
export function objects(ctx) {
  const { t, report } = ctx;
  /** @type {Shown[]} */
  const all = [];
  for (const { part } of walk(report)) {
    if (part?.cms)
      all.push({
        label: t('asn1.of-part', { kind: part.cms.kind, path: part.path }),
        source: part.cms.source,
        range: part.cms.range,
      });
  }
  for (const o of report.objects ?? [])
    all.push({ label: visibleText(o.name || o.kind), source: o.source, range: o.range });
  for (const c of report.certificates)
    all.push({
      label: t('claim.certificate', { name: visibleText(shortName(c.subject)) }),
      source: c.source,
      range: c.range,
    });
  const seen = new Set();
  return all.filter((o) => {
    const key = `${o.source}:${o.range}`;
    return !seen.has(key) && seen.add(key) && ctx.bytes(o.source).length > 0 && o.range[1] > o.range[0];
  });
}

/** @param {Context} ctx */
export function asn1Panel(ctx) {
  const all = objects(ctx);
  if (all.length === 0) return h('p', { class: 'empty' }, ctx.t('asn1.none'));
  return new Panel(ctx, all).element;
}

class Panel {
  /**
   * @param {Context} ctx
   * @param {Shown[]} all
   */
  constructor(ctx, all) {
    const { t } = ctx;
    this.ctx = ctx;
    this.all = all;
    this.current = 0;
    this.mode = 'tree';
    this.text = '';
    this.turn = 0;
    /** @type {Map<number, {open: number[], closed: number[]}>} */
    this.choices = new Map();
    /** @type {import('../sipseal.d.ts').ASN1Document | undefined} */
    this.doc = undefined;
    /** @type {Int32Array} */
    this.found = new Int32Array(0);
    this.select = h(
      'select',
      {
        'aria-label': t('asn1.object'),
        onchange: () => {
          this.current = Number(this.select.value);
          this.show();
        },
      },
      all.map((o, i) =>
        h('option', { value: i }, `${o.label} (${t('bytes.count', { n: ctx.number(o.range[1] - o.range[0]) })})`),
      ),
    );
    this.modes = h(
      'div',
      { class: 'switch', role: 'group', 'aria-label': t('asn1.style') },
      MODES.map((m) =>
        h(
          'button',
          {
            type: 'button',
            'data-style': m,
            'aria-pressed': 'false',
            onclick: () => {
              this.mode = m;
              this.show();
            },
          },
          m === 'tree' ? t('asn1.mode.tree') : m,
        ),
      ),
    );
    this.tree = new Tree(ctx, (index) => this.selected(index));
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
    this.treeView = h(
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
    this.dump = h('div', { class: 'dump-view', hidden: true });
    const copy = h(
      'button',
      {
        type: 'button',
        class: 'quiet',
        'data-act': 'copy',
        onclick: () => copyWith(copy, t('act.copied'), () => this.dumped()),
      },
      t('asn1.copy.dump'),
    );
    this.element = h(
      'div',
      { class: 'asn1' },
      h('div', { class: 'section-head' }, this.select, this.modes),
      h(
        'div',
        { class: 'acts' },
        copy,
        h(
          'button',
          {
            type: 'button',
            class: 'quiet',
            'data-act': 'download',
            onclick: async () => download(`${this.style()}.txt`, 'text/plain', await this.dumped()),
          },
          t('asn1.save.dump'),
        ),
        h(
          'button',
          {
            type: 'button',
            class: 'quiet',
            'data-act': 'der',
            onclick: () => download('object.der', 'application/octet-stream', this.bytes()),
          },
          t('act.der'),
        ),
        h(
          'button',
          { type: 'button', class: 'quiet', onclick: () => ctx.showBytes(this.object().source, this.object().range) },
          t('bytes.show'),
        ),
      ),
      this.treeView,
      this.dump,
    );
    this.element.addEventListener('open-object', (event) => this.openAt(/** @type {CustomEvent} */ (event).detail));
    this.element.addEventListener('pick-byte', (event) => this.pick(/** @type {CustomEvent} */ (event).detail));
    this.tree.element.addEventListener('pointerover', (event) => {
      const row = event.target instanceof Element ? event.target.closest('[data-node]') : null;
      const node = row && this.doc?.node(Number(row.getAttribute('data-node')));
      const { source, range } = this.object();
      ctx.hover(source, node ? [node.offset + range[0], node.close + range[0]] : null);
    });
    this.tree.element.addEventListener('pointerleave', () => ctx.hover(this.object().source, null));
    this.show();
  }

  object() {
    return this.all[this.current];
  }

  bytes() {
    const { source, range } = this.object();
    return this.ctx.bytes(source).subarray(range[0], range[1]);
  }

  style() {
    return /** @type {'asn1parse' | 'dumpasn1' | 'openssl3'} */ (this.mode === 'tree' ? 'dumpasn1' : this.mode);
  }

  dumped() {
    return this.ctx.inspector.dump(this.bytes(), { style: this.style(), width: 72 });
  }

  /**
   * Opens the object that holds a range, at the node there.
   * @param {{source: number, range: [number, number]}} wanted
   */
  openAt({ source, range }) {
    const at = this.all.findIndex((o) => o.source === source && o.range[0] <= range[0] && range[1] <= o.range[1]);
    if (at < 0) return;
    this.mode = 'tree';
    this.current = at;
    this.show(range[0] - this.all[at].range[0]);
  }

  /**
   * A byte was picked: the node there becomes the active one.
   * @param {{source: number, offset: number}} picked
   */
  pick({ source, offset }) {
    const { range } = this.object();
    if (this.mode !== 'tree' || !this.doc || source !== this.object().source || offset < range[0] || offset >= range[1])
      return;
    const index = this.tree.at(offset - range[0]);
    if (index < 0) return;
    this.tree.select(index, false);
    this.tree.list.scrollTo(this.tree.rowOf(index));
    this.describe(index);
    this.lightNode(index);
  }

  /** @param {number} [offset] of the node to begin with */
  async show(offset = 0) {
    const mine = ++this.turn;
    const tree = this.mode === 'tree';
    this.select.value = String(this.current);
    for (const b of this.modes.querySelectorAll('button'))
      b.setAttribute('aria-pressed', String(b.dataset.style === this.mode));
    this.treeView.hidden = !tree;
    this.dump.hidden = tree;
    this.element.setAttribute('aria-busy', 'true');
    try {
      if (tree) {
        const doc = await this.ctx.inspector.asn1(this.bytes(), this.choices.get(this.current));
        if (mine !== this.turn) return doc.close();
        this.doc?.close();
        this.doc = doc;
        await this.tree.open(doc, offset);
        if (doc.count > 0) this.describe(Math.max(0, this.tree.at(offset)));
        this.find();
      } else {
        const text = await this.dumped();
        if (mine !== this.turn) return;
        fill(this.dump, dumpElement(this.ctx, text));
      }
    } catch (error) {
      if (mine !== this.turn) return;
      fill(
        tree ? this.detail : this.dump,
        h(
          'p',
          { class: 'bad' },
          this.ctx.t('asn1.failed', { reason: error instanceof Error ? error.message : String(error) }),
        ),
      );
    }
    this.element.setAttribute('aria-busy', 'false');
  }

  /** @param {number} index */
  selected(index) {
    this.describe(index);
    this.lightNode(index, true);
  }

  /**
   * Lights up a node in the bytes, its tag, length and value each in its colour.
   * @param {number} index
   * @param {boolean} [show]
   */
  lightNode(index, show = false) {
    const node = this.doc?.node(index);
    if (!node) return;
    const { source, range } = this.object();
    this.ctx.showNode(
      source,
      {
        start: node.offset + range[0],
        content: node.content + range[0],
        end: node.end + range[0],
        close: node.close + range[0],
      },
      show,
    );
  }

  /** @param {number} index */
  async describe(index) {
    const { doc } = this;
    if (!doc) return;
    const content = await nodeView(this.ctx, doc, index, {
      select: (i) => this.tree.select(i),
      treat: (offset, open) => this.treat(offset, open),
      bytes: () => {
        const node = doc.node(index);
        const { source, range } = this.object();
        this.ctx.showBytes(source, [node.offset + range[0], node.close + range[0]]);
        this.lightNode(index);
      },
    }).catch(() => null);
    if (content && this.doc === doc && (this.tree.active === index || this.tree.active < 0)) fill(this.detail, content);
  }

  /**
   * Shows a string as holding values, or as octets.
   * @param {number} offset
   * @param {boolean} open
   */
  treat(offset, open) {
    const { open: opened = [], closed = [] } = this.choices.get(this.current) ?? {};
    const others = (/** @type {number[]} */ list) => list.filter((o) => o !== offset);
    this.choices.set(
      this.current,
      open
        ? { open: [...opened, offset], closed: others(closed) }
        : { open: others(opened), closed: [...closed, offset] },
    );
    this.show(offset);
  }

  async find() {
    const { doc } = this;
    const query = this.search.value.trim();
    const mine = (this.finding = (this.finding ?? 0) + 1);
    const found = doc && query.length > 0 ? await doc.search(query).catch(() => new Int32Array(0)) : new Int32Array(0);
    if (mine !== this.finding || doc !== this.doc) return;
    this.found = found;
    this.tree.mark(found);
    this.count.textContent = query ? this.ctx.t('asn1.found', { n: found.length }) : '';
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
    this.count.textContent = this.ctx.t('asn1.found.at', { i: list.indexOf(to) + 1, n: list.length });
  }
}

/**
 * @param {Context} ctx
 * @param {string} text
 */
function dumpElement(ctx, text) {
  const lines = text.split('\n');
  if (lines.length <= MAX_PLAIN)
    return h('pre', { class: 'dump', tabindex: '0', 'aria-label': ctx.t('asn1.dump') }, visible(text, { lines: true }));
  if (lines[lines.length - 1] === '') lines.pop();
  const list = new VirtualRows({
    rowHeight: 20,
    render: (i) => h('div', { class: 'dump-line' }, visible(lines[i])),
    props: { class: 'virtual dump', role: 'group', 'aria-label': ctx.t('asn1.dump') },
  });
  queueMicrotask(() => list.setCount(lines.length));
  return list.element;
}
