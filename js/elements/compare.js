// @ts-check
// Two messages beside each other, as the signed and the received one: where their bytes
// differ, whether that lies in what was signed, and what it did to the digest.

import { fill, h } from './h.js';
import { dialog } from './dialog.js';
import { differences, knownChange } from './diff.js';
import { stateMark } from './icons.js';
import { visibleText } from './marks.js';
import { claims, claimsAt, walk } from './model.js';
import { spoken, summaryPieces } from './said.js';

/** Differences that are shown, and bytes of each. */
const MAX_SHOWN = 200;
const MAX_BYTES = 160;
/** Larger inputs are not compared. */
const MAX_SIZE = 4 << 20;

/** @typedef {import('./state.js').Input} Input */
/** @typedef {import('./texts.js').Translate} Translate */

/**
 * Opens the comparison of the page's message with another one, which is asked for when it is not given.
 * @param {Translate} t
 * @param {string} language
 * @param {import('./state.js').PageState} state
 * @param {Input} [other]
 */
export function compareDialog(t, language, state, other) {
  const first = state.input;
  if (!first) return;
  const result = h('div', { class: 'compared', 'aria-live': 'polite' });
  const files = h('input', {
    type: 'file',
    hidden: true,
    onchange: async () => {
      const file = files.files?.[0];
      if (file) show({ name: file.name, data: new Uint8Array(await file.arrayBuffer()) });
    },
  });
  const text = h('textarea', {
    rows: 4,
    id: 'compare-text',
    autofocus: !other,
    autocomplete: 'off', // a browser keeps what is in fields, for when one comes back
    spellcheck: 'false',
    'aria-label': t('compare.other'),
    placeholder: t('compare.placeholder'),
  });
  /** @param {Input} input */
  const show = async (input) => {
    fill(result, h('p', null, t('page.running')));
    try {
      fill(result, await comparison(t, language, state, /** @type {Input} */ (first), input));
    } catch (error) {
      fill(
        result,
        h('p', { class: 'bad' }, t('page.failed', { reason: error instanceof Error ? error.message : String(error) })),
      );
    }
  };
  dialog(
    t,
    t('compare.title'),
    h(
      'div',
      { class: 'dialog-content' },
      h('p', null, t('compare.lead', { name: visibleText(first.name) || t('page.pasted') })),
      h(
        'form',
        {
          class: 'compare-form',
          onsubmit: (/** @type {Event} */ e) => {
            e.preventDefault();
            show({ name: '', data: new TextEncoder().encode(text.value) });
          },
        },
        text,
        files,
        h(
          'div',
          { class: 'acts' },
          h('button', { type: 'submit', class: 'primary', 'data-act': 'compare' }, t('compare.go')),
          h('button', { type: 'button', onclick: () => files.click() }, t('compare.open')),
        ),
      ),
      result,
    ),
    { wide: true },
  );
  if (other) show(other);
}

/**
 * @param {Translate} t
 * @param {string} language
 * @param {import('./state.js').PageState} state
 * @param {Input} a
 * @param {Input} b
 */
async function comparison(t, language, state, a, b) {
  if (a.data.length > MAX_SIZE || b.data.length > MAX_SIZE) return h('p', null, t('compare.too-large'));
  const at = state.choices.time === 'chosen' ? state.choices.chosen || undefined : undefined;
  const [left, right] = await Promise.all(
    [a, b].map(async (input) =>
      state.inspector.inspect(input.data, { ...(await state.options(at)), name: input.name }),
    ),
  );
  const found = differences(a.data, b.data);
  const kind = found.length > 0 ? knownChange(a.data, b.data) : '';
  const all = [claims(left, t, language), claims(right, t, language)];
  const names = [visibleText(a.name) || t('compare.a'), visibleText(b.name) || t('compare.b')];
  const sealed = found.filter((d) => inSigned(left, d.a) || inSigned(right, d.b)).length;
  return [
    h(
      'p',
      { class: 'compare-answer' },
      found.length === 0
        ? t('compare.same')
        : [
            t('compare.count', { n: found.length }),
            ' ',
            found.length === 1
              ? t(sealed > 0 ? 'compare.it-is-signed' : 'compare.it-is-not-signed')
              : t(sealed > 0 ? 'compare.in-signed' : 'compare.not-in-signed', { n: sealed }),
            kind && ' ' + t('compare.kind.' + kind),
          ],
    ),
    h(
      'div',
      { class: 'compare-sides' },
      [left, right].map((report, i) =>
        h(
          'section',
          { 'data-side': i, 'data-state': report.summary.state },
          h('h3', null, stateMark(report.summary.state), names[i]),
          h('p', null, spoken(language, summaryPieces(language, report.summary))),
          digests(t, report),
        ),
      ),
    ),
    found.length > 0 &&
      h(
        'table',
        { class: 'differences' },
        h('caption', null, t('compare.differences')),
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            h('th', { scope: 'col' }, t('compare.where')),
            names.map((n) => h('th', { scope: 'col' }, n)),
          ),
        ),
        h(
          'tbody',
          null,
          found
            .slice(0, MAX_SHOWN)
            .map((d) =>
              h(
                'tr',
                { 'data-signed': String(inSigned(left, d.a) || inSigned(right, d.b)) },
                h(
                  'th',
                  { scope: 'row' },
                  place(all[0], d.a) || place(all[1], d.b) || '–',
                  (inSigned(left, d.a) || inSigned(right, d.b)) && h('span', { class: 'tag bad' }, t('compare.signed')),
                ),
                h('td', null, excerpt(a.data, d.a)),
                h('td', null, excerpt(b.data, d.b)),
              ),
            ),
        ),
      ),
    found.length > MAX_SHOWN && h('p', null, t('compare.more', { n: found.length - MAX_SHOWN })),
  ];
}

/**
 * Whether a range touches bytes that a signature is over.
 * @param {import('./model.js').Report} report
 * @param {[number, number]} range
 */
function inSigned(report, [start, end]) {
  return walk(report).some(({ part }) => {
    const s = part?.signature;
    return !!s && s.signedSource === 0 && start < s.signedRange[1] && Math.max(end, start + 1) > s.signedRange[0];
  });
}

/**
 * @param {import('./model.js').Claim[]} all
 * @param {[number, number]} range
 */
function place(all, range) {
  const found = claimsAt(all, 0, range[0]);
  const innermost = found[found.length - 1];
  return innermost ? `${innermost.label}, ${range[0]}` : '';
}

/**
 * Bytes as text with everything visible.
 * @param {Uint8Array} bytes
 * @param {[number, number]} range
 */
function excerpt(bytes, [start, end]) {
  let out = '';
  for (const b of bytes.subarray(start, Math.min(end, start + MAX_BYTES))) {
    out +=
      b === 0x0d
        ? '\\r'
        : b === 0x0a
          ? '\\n'
          : b === 0x5c
            ? '\\\\'
            : b >= 0x20 && b < 0x7f
              ? String.fromCharCode(b)
              : '\\x' + (b < 16 ? '0' : '') + b.toString(16);
  }
  return h('code', null, out || '∅', end - start > MAX_BYTES && '…');
}

/**
 * @param {Translate} t
 * @param {import('./model.js').Report} report
 */
function digests(t, report) {
  const signers = walk(report).flatMap(({ part }) => part?.signature?.signers ?? []);
  return h(
    'dl',
    null,
    signers.map((s) => [
      s.computedDigest &&
        h(
          'div',
          null,
          h('dt', null, `${s.digest} ${t('digests.computed')}`),
          h('dd', null, h('code', null, s.computedDigest)),
        ),
      s.signedDigest &&
        h(
          'div',
          null,
          h('dt', null, `${s.digest} ${t('digests.signed')}`),
          h('dd', null, h('code', null, s.signedDigest)),
        ),
    ]),
  );
}
