// @ts-check
// The messages of an input that holds a few, as cards side by side to choose from.

import { h } from './h.js';
import { stateMark } from './icons.js';
import { visibleText } from './marks.js';
import { messageTitle } from './model.js';
import { spoken, summaryPieces } from './said.js';

/**
 * @param {import('./context.js').Context} ctx
 * @param {(message: number) => void} choose
 */
export function messageCards({ t, language, report, message }, choose) {
  return h(
    'nav',
    { class: 'messages', 'aria-label': t('messages.label', { n: report.messages.length }) },
    h(
      'ol',
      null,
      report.messages.map((m, i) =>
        h(
          'li',
          null,
          h(
            'button',
            {
              type: 'button',
              'aria-current': i === message ? 'true' : false,
              onclick: () => choose(i),
              'data-message': i,
            },
            stateMark(m.summary?.state ?? 'plain'),
            h(
              'span',
              null,
              h('b', null, visibleText(m.name || messageTitle(m, t))),
              h('small', null, m.summary && spoken(language, summaryPieces(language, m.summary))),
            ),
          ),
        ),
      ),
    ),
  );
}
