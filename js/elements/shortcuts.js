// @ts-check
// The keyboard shortcuts, in one list that the page shows and obeys. Single keys can be
// switched off, for those who dictate or type by accident (WCAG 2.1.4).

import { h } from './h.js';
import { dialog } from './dialog.js';
import { recall, remember } from './preferences.js';

/**
 * @typedef {object} Shortcut
 * @property {string} key as KeyboardEvent.key
 * @property {string} text key of what it does in the catalogue
 * @property {() => void} act
 */

let on = recall('shortcuts') !== 'off';

/**
 * Obeys shortcuts until the page goes.
 * @param {Document} document
 * @param {() => Shortcut[]} list
 */
export function obey(document, list) {
  document.addEventListener('keydown', (event) => {
    if (!on || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.composedPath()[0];
    if (
      target instanceof HTMLInputElement ||
      target instanceof HTMLTextAreaElement ||
      target instanceof HTMLSelectElement
    )
      return;
    if (document.querySelector('dialog[open]')) return;
    const found = list().find((s) => s.key === event.key);
    if (!found) return;
    event.preventDefault();
    found.act();
  });
}

/**
 * @param {import('./texts.js').Translate} t
 * @param {Shortcut[]} list
 */
export function shortcutsDialog(t, list) {
  const box = h('input', {
    type: 'checkbox',
    checked: on,
    onchange: () => {
      on = box.checked;
      remember('shortcuts', on ? 'on' : 'off');
    },
  });
  const row = (/** @type {string[]} */ keys, /** @type {string} */ text) =>
    h(
      'div',
      null,
      h(
        'dt',
        null,
        keys.map((k) => h('kbd', null, k)),
      ),
      h('dd', null, text),
    );
  dialog(
    t,
    t('keys.list'),
    h(
      'div',
      { class: 'dialog-content' },
      h(
        'dl',
        { class: 'shortcuts' },
        list.map((s) => row([s.key], t(s.text))),
        row(['Ctrl', 'Enter'], t('shortcut.submit')),
        row(['←', '→'], t('shortcut.tabs')),
        row(['←', '↑', '→', '↓'], t('shortcut.bytes')),
        row(['Enter'], t('shortcut.claim')),
        row(['Esc'], t('shortcut.close')),
      ),
      h('label', { class: 'anchor' }, box, t('shortcut.on')),
    ),
  );
}
