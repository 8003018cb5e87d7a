// @ts-check
// A modal dialog with a heading, closed by its button, by Escape or by a click beside it.

import { freshID, h } from './h.js';

/**
 * Opens a dialog. It is removed when it closes, and focus goes back to where it was.
 * @param {import('./texts.js').Translate} t
 * @param {string} title
 * @param {import('./h.js').Child} content
 * @param {{wide?: boolean}} [options]
 * @returns {HTMLDialogElement}
 */
export function dialog(t, title, content, { wide = false } = {}) {
  const id = freshID('dialog');
  const element = h(
    'dialog',
    {
      'aria-labelledby': id,
      class: wide ? 'wide' : null,
      onclick: (/** @type {MouseEvent} */ e) => {
        if (e.target === element) element.close();
      },
      onclose: () => element.remove(),
    },
    h(
      'div',
      { class: 'dialog-body' },
      h(
        'header',
        null,
        h('h2', { id }, title),
        h(
          'button',
          { type: 'button', class: 'quiet', 'aria-label': t('act.close'), onclick: () => element.close() },
          '✕',
        ),
      ),
      content,
    ),
  );
  document.body.append(element);
  element.showModal();
  return element;
}
