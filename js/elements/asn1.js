// @ts-check
// The ASN.1 of a report: any of its objects, as a tree or as a dump in one of three styles.

import { fill, h } from './h.js';
import { objects } from './asn1-objects.js';
import { TreeView } from './asn1-tree.js';
import { dumpView } from './dump.js';
import { copyWith, download } from './files.js';
import { patience } from './model.js';

/** @typedef {import('./context.js').Context} Context */

const MODES = ['tree', 'asn1parse', 'dumpasn1', 'openssl3'];

/** @param {Context} ctx */
export function asn1Panel(ctx) {
  const all = objects(ctx);
  if (all.length === 0) return h('p', { class: 'empty' }, ctx.t('asn1.none'));
  return new Panel(ctx, all).element;
}

class Panel {
  /**
   * @param {Context} ctx
   * @param {import('./asn1-objects.js').Shown[]} all
   */
  constructor(ctx, all) {
    const { t } = ctx;
    this.ctx = ctx;
    this.all = all;
    this.current = 0;
    this.mode = 'tree';
    this.turn = 0;
    /** Which strings are opened and closed against what they seem to be, by object. @type {Map<number, {open: number[], closed: number[]}>} */
    this.choices = new Map();
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
    this.tree = new TreeView(ctx, (offset, open) => this.treat(offset, open));
    this.dump = h('div', { class: 'dump-view', hidden: true });
    /** @type {(caption: string, act: string | false, onclick: () => void) => HTMLButtonElement} */
    const button = (caption, act, onclick) =>
      h('button', { type: 'button', class: 'quiet', 'data-act': act, onclick }, caption);
    const copy = button(t('asn1.copy.dump'), 'copy', () =>
      copyWith(copy, t('act.copied'), async () => new TextDecoder().decode(await this.dumped())),
    );
    this.element = h(
      'div',
      { class: 'asn1' },
      h('div', { class: 'section-head' }, this.select, this.modes),
      h(
        'div',
        { class: 'acts' },
        copy,
        button(t('asn1.save.dump'), 'download', async () =>
          download(`${this.style()}.txt`, 'text/plain', await this.dumped()),
        ),
        button(t('act.der'), 'der', () => download('object.der', 'application/octet-stream', this.bytes())),
        button(t('bytes.show'), false, () => ctx.showBytes(this.object().source, this.object().range)),
      ),
      this.tree.element,
      this.dump,
    );
    this.element.addEventListener('open-object', (event) => this.openAt(/** @type {CustomEvent} */ (event).detail));
    this.element.addEventListener('pick-byte', (event) => {
      if (this.mode === 'tree') this.tree.pick(/** @type {CustomEvent} */ (event).detail);
    });
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
    const bytes = this.bytes();
    return this.ctx.inspector.dumpBytes(bytes, { style: this.style(), width: 72, timeout: patience(bytes) });
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

  /** @param {number} [offset] of the node to begin with */
  async show(offset = 0) {
    const mine = ++this.turn;
    const tree = this.mode === 'tree';
    this.select.value = String(this.current);
    for (const b of this.modes.querySelectorAll('button'))
      b.setAttribute('aria-pressed', String(b.dataset.style === this.mode));
    this.tree.element.hidden = !tree;
    this.dump.hidden = tree;
    this.element.setAttribute('aria-busy', 'true');
    try {
      if (tree) {
        const bytes = this.bytes();
        const doc = await this.ctx.inspector.asn1(bytes, {
          ...this.choices.get(this.current),
          timeout: patience(bytes),
        });
        if (mine !== this.turn) return doc.close();
        await this.tree.open(doc, this.object(), offset);
      } else {
        const text = await this.dumped();
        if (mine !== this.turn) return;
        fill(this.dump, dumpView(this.ctx, text));
      }
    } catch (error) {
      if (mine !== this.turn) return;
      fill(
        tree ? this.tree.detail : this.dump,
        h(
          'p',
          { class: 'bad' },
          this.ctx.t('asn1.failed', { reason: error instanceof Error ? error.message : String(error) }),
        ),
      );
    }
    this.element.setAttribute('aria-busy', 'false');
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
}
