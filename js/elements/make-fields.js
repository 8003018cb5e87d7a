// @ts-check
// Fields of a form: each a control with its label, made from one call.

import { freshID, h } from './h.js';

/**
 * @param {string} label
 * @param {HTMLElement} control
 * @param {string} [hint]
 * @param {string} [extra] class
 */
function field(label, control, hint, extra = '') {
  control.id ||= freshID('make');
  const said = hint ? h('p', { class: 'hint', id: control.id + '-hint' }, hint) : null;
  if (said) control.setAttribute('aria-describedby', said.id);
  return h('div', { class: ['field', extra] }, h('label', { for: control.id }, label), control, said);
}

/**
 * A field of one line.
 * @param {string} name
 * @param {string} label
 * @param {{value?: string, type?: string, hint?: string}} [o]
 */
export function line(name, label, { value = '', type = 'text', hint } = {}) {
  return field(label, h('input', { name, type, value, autocomplete: 'off', spellcheck: 'false' }), hint);
}

/**
 * A field of several lines.
 * @param {string} name
 * @param {string} label
 * @param {{value?: string, hint?: string, rows?: number}} [o]
 */
export function lines(name, label, { value = '', hint, rows = 4 } = {}) {
  return field(label, h('textarea', { name, rows, value, spellcheck: 'false', autocomplete: 'off' }), hint, 'wide');
}

/**
 * A choice of one.
 * @param {string} name
 * @param {string} label
 * @param {(string | [string, string])[]} options value, or value and text
 * @param {{value?: string, hint?: string}} [o]
 */
export function choice(name, label, options, { value, hint } = {}) {
  const select = h(
    'select',
    { name },
    options.map((o) => (typeof o === 'string' ? h('option', { value: o }, o) : h('option', { value: o[0] }, o[1]))),
  );
  if (value !== undefined) select.value = value;
  return field(label, select, hint);
}

/**
 * A choice of files. What they hold stays with who is told of them.
 * @param {string} name
 * @param {string} label
 * @param {(files: File[]) => void} chosen
 */
export function files(name, label, chosen) {
  const input = h('input', { name, type: 'file', multiple: true });
  input.addEventListener('change', () => chosen([...(input.files ?? [])]));
  return field(label, input);
}

/**
 * A field for a password in a row of buttons.
 * @param {string} label
 * @param {string} placeholder
 */
export function secret(label, placeholder) {
  return h('input', { type: 'password', 'aria-label': label, placeholder, autocomplete: 'off' });
}

/**
 * Several controls under one title.
 * @param {string} title
 * @param {string} hint
 * @param {...import('./h.js').Child} children
 */
export function group(title, hint, ...children) {
  return h(
    'fieldset',
    { class: 'wide' },
    h('legend', null, title),
    hint ? h('p', { class: 'hint' }, hint) : null,
    children,
  );
}

/**
 * @param {string} name
 * @param {string} label
 * @param {boolean} [checked]
 * @param {string} [value]
 */
export function check(name, label, checked = false, value = 'on') {
  return h('label', { class: 'make-check' }, h('input', { type: 'checkbox', name, value, checked }), label);
}

/**
 * @param {string} label
 * @param {(button: HTMLButtonElement) => void} act
 * @param {{primary?: boolean, name?: string, of?: string}} [o] of: what it acts on, for those who do not see it
 */
export function button(label, act, { primary = false, name, of } = {}) {
  const b = h(
    'button',
    {
      type: 'button',
      class: primary ? 'primary' : null,
      'data-act': name,
      'aria-label': of ? `${label}: ${of}` : null,
    },
    label,
  );
  b.addEventListener('click', () => act(b));
  return b;
}

/**
 * @typedef {object} Values
 * @property {(name: string) => string} text
 * @property {(name: string) => boolean} on
 * @property {(name: string) => string[]} list the values of the boxes that are checked
 * @property {(name: string) => string[]} rows the lines that are not empty
 * @property {(name: string, value: string) => void} set
 */

/**
 * What the controls of a form hold, by name. Check boxes of one name and a value are lists.
 * @param {Element} root
 * @returns {Values}
 */
export function values(root) {
  const all = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement[]} */ ([...root.querySelectorAll(`[name="${name}"]`)]);
  const text = (/** @type {string} */ name) => all(name)[0]?.value ?? '';
  return {
    text,
    on: (name) => all(name)[0]?.checked ?? false,
    list: (name) =>
      all(name)
        .filter((c) => c.checked)
        .map((c) => c.value),
    rows: (name) =>
      text(name)
        .split('\n')
        .map((l) => l.trim())
        .filter(Boolean),
    set: (name, value) => {
      const [control] = all(name);
      if (control?.type === 'checkbox') control.checked = value === 'true';
      else if (control) control.value = value;
    },
  };
}

/**
 * Fields in columns.
 * @param {...import('./h.js').Child} children
 */
export function grid(...children) {
  return h('div', { class: 'make-fields' }, children);
}
