// @ts-check
// The answer: one sentence with its mark, and what a reader must know beside it.

import { h } from './h.js';
import { kindName } from './findings.js';
import { stateMark } from './icons.js';
import { saying, spoken, summaryPieces } from './said.js';
import { walk } from './model.js';

/** @typedef {import('./context.js').Context} Context */

/**
 * @param {Context} ctx
 * @param {number} index of the message it is about, or -1 for all
 * @returns {HTMLElement}
 */
export function answer(ctx, index) {
  const { t, report } = ctx;
  const summary = (index >= 0 && report.messages.length > 1 && report.messages[index].summary) || report.summary;
  return h(
    'section',
    {
      class: 'answer',
      part: 'answer',
      'data-state': summary.state,
      role: 'group',
      'aria-labelledby': ctx.id('answer'),
    },
    stateMark(summary.state),
    h(
      'div',
      { class: 'answer-text' },
      h(
        'p',
        { class: 'state-word' },
        summary.state === 'plain' && report.messages.length === 0
          ? kindName(t, report.input.kind)
          : t('state.' + summary.state),
      ),
      h(
        'h2',
        { id: ctx.id('answer'), class: 'sentence', part: 'sentence' },
        spoken(ctx.language, summaryPieces(ctx.language, summary)),
      ),
      notices(ctx, index),
    ),
  );
}

/**
 * @param {Context} ctx
 * @param {number} index
 */
function notices(ctx, index) {
  const { t, report } = ctx;
  const stops = walk(report, index >= 0 ? index : undefined);
  const signatures = stops.flatMap((s) => (s.part?.signature ? [s.part.signature] : []));
  const way = index >= 0 ? ancestry(report, report.messages[index].source) : undefined;
  const repairs = report.input.steps.filter((s) => s.repair && (!way || s.source === undefined || way.has(s.source)));
  const out = [];
  if (signatures.some((s) => s.signers.some((x) => x.publicTestChain))) {
    out.push(
      h(
        'p',
        { class: 'notice', 'data-kind': 'public-ca' },
        h('strong', null, t('notice.public-ca.title')),
        ' ',
        t('notice.public-ca'),
      ),
    );
  }
  if (repairs.length > 0) {
    const rests = signatures.some((s) => s.repaired);
    out.push(
      h(
        'p',
        { class: 'notice', 'data-kind': 'repair' },
        h('strong', null, t('notice.repair.title')),
        ' ',
        repairs.map((s, i) => [i > 0 && '; ', saying(ctx.language, s.detail)]),
        '. ',
        rests && t('notice.repair.rests'),
      ),
    );
  }
  return out;
}

/**
 * The sources that a source was made from, and itself: of an archive's repairs,
 * only those on the way to a message are its own.
 * @param {import('../types.d.ts').Report} report
 * @param {number} source
 */
function ancestry(report, source) {
  const way = new Set();
  for (
    let at = /** @type {number|undefined} */ (source);
    at !== undefined && !way.has(at);
    at = report.sources[at]?.parent
  ) {
    way.add(at);
  }
  return way;
}
