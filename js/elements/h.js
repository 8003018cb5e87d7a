// @ts-check
// Builds DOM from calls, never from markup: text can only become text nodes, so
// that nothing in a hostile message is ever parsed as HTML. And it can only become
// text that is seen: a character that would act, as a bidirectional override does,
// is written out wherever the text came from. marks.js does it more handsomely.

import { visibleText } from './acting.js';

/** @typedef {import('./child.d.ts').Child} Child */

// Properties that are set as such, because their attribute is not the same thing.
const PROPERTIES = new Set([
  'checked',
  'disabled',
  'hidden',
  'multiple',
  'selected',
  'value',
  'indeterminate',
  'open',
  'readOnly',
]);

/** Attributes that are read to a person. */
const SPOKEN = new Set(['title', 'aria-label', 'placeholder']);

/**
 * Makes an element. Keys of props that begin with "on" and hold a function are event
 * listeners; "dataset" is an object; "class" may be a list; other keys are attributes,
 * left out when null, undefined or false.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any> | null} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  set(element, props);
  append(element, children);
  return element;
}

/**
 * Makes an SVG element.
 * @param {string} tag
 * @param {Record<string, any> | null} [props]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function svg(tag, props, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  set(element, props);
  append(element, children);
  return element;
}

/**
 * @param {Element} element
 * @param {Record<string, any> | null | undefined} props
 */
function set(element, props) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on') && typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (name === 'dataset') Object.assign(/** @type {HTMLElement} */ (element).dataset, value);
    else if (name === 'class' && Array.isArray(value)) element.setAttribute('class', value.filter(Boolean).join(' '));
    else if (PROPERTIES.has(name)) /** @type {any} */ (element)[name] = value;
    else if (SPOKEN.has(name)) element.setAttribute(name, visibleText(String(value), true));
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

/**
 * Appends children; lists are flattened, nothing is shown for null, undefined and false.
 * @param {Node} parent
 * @param {Child[]} children
 */
export function append(parent, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(parent, child);
    else parent.appendChild(child instanceof Node ? child : document.createTextNode(visibleText(String(child), true)));
  }
}

/**
 * Replaces what an element holds.
 * @param {Element | ShadowRoot} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  parent.textContent = '';
  append(parent, children);
}

let counter = 0;

/**
 * A fresh id for aria-controls and the like: unique in the document, and so in any shadow root.
 * @param {string} stem
 */
export function freshID(stem) {
  counter += 1;
  return `sipseal-${stem}-${counter}`;
}
