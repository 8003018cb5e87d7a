// @ts-check
// Findings, gravest first, and the steps by which the input was read.

import { h } from './h.js';
import { stateMark } from './icons.js';
import { findingTitle, saying, spoken } from './said.js';
import { bytesLink, referenceText } from './pieces.js';

const ORDER = ['error', 'warning', 'note'];
const MARKS = /** @type {Record<string, string>} */ ({ error: 'error', warning: 'unverifiable', note: 'plain' });

/** @param {import('./context.js').Context} ctx */
export function notesPanel(ctx) {
  const { t, report, language } = ctx;
  const findings = report.findings
    .map((f, i) => ({ f, i }))
    .sort((a, b) => ORDER.indexOf(a.f.severity) - ORDER.indexOf(b.f.severity) || a.i - b.i);
  return [
    h('h3', null, findings.length === 0 ? t('findings.none') : t('findings.title', { n: findings.length })),
    findings.length > 0 &&
      h(
        'ol',
        { class: 'findings' },
        findings.map(({ f, i }) =>
          h(
            'li',
            { 'data-claim': 'f' + i, 'data-severity': f.severity, 'data-code': f.code },
            stateMark(MARKS[f.severity] ?? 'plain'),
            h(
              'div',
              null,
              h(
                'p',
                { class: 'check-head' },
                h('b', null, spoken(language, [findingTitle(language, f)])),
                h('span', { class: 'check-word' }, t('severity.' + f.severity)),
                f.part && h('span', { class: 'tag' }, t('findings.part', { path: f.part })),
                bytesLink(ctx, f.source ?? (f.range ? 0 : undefined), f.range, 'f' + i),
                f.certificate !== undefined &&
                  f.certificate !== null &&
                  h(
                    'button',
                    { type: 'button', class: 'quiet', onclick: () => ctx.reveal('c' + f.certificate) },
                    t('findings.certificate'),
                  ),
              ),
              h('p', { class: 'check-detail' }, saying(language, f.detail)),
              referenceText(f.reference) && h('p', { class: 'check-head' }, referenceText(f.reference)),
            ),
          ),
        ),
      ),
    h('h3', null, t('steps.title')),
    h(
      'ol',
      { class: 'steps' },
      h('li', null, t('steps.given', { kind: kindName(t, report.input.kind), n: ctx.number(report.input.size) })),
      report.input.steps.map((s) =>
        h(
          'li',
          { 'data-repair': String(!!s.repair), 'data-code': s.code },
          saying(language, s.detail),
          s.repair && h('span', { class: 'tag', 'data-kind': 'warn' }, t('steps.repair')),
          s.offset !== undefined && s.offset !== null && [' ', bytesLink(ctx, s.source ?? 0, [s.offset, s.offset + 1])],
          s.count !== undefined && s.count !== null && h('small', null, ' × ' + ctx.number(s.count)),
        ),
      ),
    ),
  ];
}

/**
 * What a kind of input is called.
 * @param {import('./texts.js').Translate} t
 * @param {string} kind
 */
export function kindName(t, kind) {
  const name = t('kind.' + kind);
  return name === 'kind.' + kind ? kind : name;
}
