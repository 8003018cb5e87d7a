// @ts-check
// The ASN.1 objects of a report, each as a dump in either style.

import { fill, h } from './h.js';
import { visible, visibleText } from './marks.js';
import { shortName, walk } from './model.js';
import { copyWith, download } from './files.js';

/** @typedef {import('./view.js').Context} Context */

const STYLES = ['asn1parse', 'dumpasn1'];

/**
 * The ASN.1 objects of a report.
 * @param {Context} ctx
 * @returns {{label: string, source: number, range: [number, number]}[]}
 */
export function objects(ctx) {
  const { t, report } = ctx;
  /** @type {{label: string, source: number, range: [number, number]}[]} */
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
    return !seen.has(key) && seen.add(key) && ctx.bytes(o.source).length > 0;
  });
}

/** @param {Context} ctx */
export function asn1Panel(ctx) {
  const { t } = ctx;
  const all = objects(ctx);
  if (all.length === 0) return h('p', { class: 'empty' }, t('asn1.none'));
  let current = 0;
  let style = STYLES[0];
  let text = '';
  let turn = 0;
  const select = h(
    'select',
    {
      'aria-label': t('asn1.object'),
      onchange: () => {
        current = Number(select.value);
        show();
      },
    },
    all.map((o, i) =>
      h('option', { value: i }, `${o.label} (${t('bytes.count', { n: ctx.number(o.range[1] - o.range[0]) })})`),
    ),
  );
  const styles = h(
    'div',
    { class: 'switch', role: 'group', 'aria-label': t('asn1.style') },
    STYLES.map((s) =>
      h(
        'button',
        {
          type: 'button',
          'data-style': s,
          'aria-pressed': String(s === style),
          onclick: () => {
            style = s;
            show();
          },
        },
        s,
      ),
    ),
  );
  const dump = h('pre', { class: 'dump', tabindex: '0', 'aria-label': t('asn1.dump') });
  const bytes = () => ctx.bytes(all[current].source).subarray(all[current].range[0], all[current].range[1]);
  const copyButton = h(
    'button',
    {
      type: 'button',
      class: 'quiet',
      'data-act': 'copy',
      onclick: () => copyWith(copyButton, t('act.copied'), () => text),
    },
    t('act.copy'),
  );
  const root = h(
    'div',
    { class: 'asn1' },
    h(
      'div',
      { class: 'section-head' },
      select,
      styles,
      copyButton,
      h(
        'button',
        {
          type: 'button',
          class: 'quiet',
          'data-act': 'download',
          onclick: () => download(`${style}.txt`, 'text/plain', text),
        },
        t('act.download'),
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'quiet',
          'data-act': 'der',
          onclick: () => download('object.der', 'application/octet-stream', bytes()),
        },
        t('act.der'),
      ),
      h(
        'button',
        { type: 'button', class: 'quiet', onclick: () => ctx.showBytes(all[current].source, all[current].range) },
        t('bytes.show'),
      ),
    ),
    dump,
  );

  async function show() {
    const mine = ++turn;
    for (const b of styles.querySelectorAll('button'))
      b.setAttribute('aria-pressed', String(b.dataset.style === style));
    select.value = String(current);
    dump.setAttribute('aria-busy', 'true');
    try {
      const made = await ctx.inspector.dump(bytes(), {
        style: /** @type {'asn1parse' | 'dumpasn1'} */ (style),
        width: 72,
      });
      if (mine !== turn) return;
      text = made;
      fill(dump, visible(made, { lines: true }));
    } catch (error) {
      if (mine !== turn) return;
      text = '';
      fill(dump, t('asn1.failed', { reason: error instanceof Error ? error.message : String(error) }));
    }
    dump.setAttribute('aria-busy', 'false');
  }
  root.addEventListener('open-object', (event) => {
    const wanted = /** @type {CustomEvent} */ (event).detail;
    const at = all.findIndex(
      (o) => o.source === wanted.source && o.range[0] <= wanted.range[0] && wanted.range[1] <= o.range[1],
    );
    if (at >= 0) {
      current = at;
      show();
    }
  });
  show();
  return root;
}
