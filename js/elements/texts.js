// @ts-check
// The catalogue of texts: every word that the page and the element show of their own is
// looked up here by key. English comes with the page; other languages are loaded.

import { en } from './texts-en.js';

/** @typedef {(key: string, args?: Record<string, string | number>) => string} Translate */

/**
 * A language: its texts, and what the core says in it (said.js).
 * @typedef {object} Language
 * @property {Record<string, string>} texts
 * @property {Record<string, string>} [titles] of findings, by code
 * @property {Record<string, string>} [families] what stands before the titles of the readers' findings
 * @property {[string, string][]} [phrases] sentences by what they are in English
 */

/** The languages there are, each by its own name. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' };

/** @type {Record<string, () => Promise<Language>>} */
const LOAD = { de: () => import('./german.js') };

/** Those that were loaded. @type {Record<string, Language>} */
const loaded = { en: { texts: en } };

/**
 * Loads the texts of a language. Where that fails its texts are the English ones.
 * @param {string} language
 */
export async function loadLanguage(language) {
  if (Object.hasOwn(loaded, language) || !Object.hasOwn(LOAD, language)) return;
  try {
    loaded[language] = await LOAD[language]();
  } catch {
    // Without the texts there are those in English.
  }
}

/**
 * What was loaded of a language.
 * @param {string} language
 */
export function languageOf(language) {
  return Object.hasOwn(loaded, language) ? loaded[language] : loaded.en;
}

/**
 * The language to use for a wish such as "de-AT": the nearest that there is.
 * @param {string | null | undefined} wish
 */
export function nearestLanguage(wish) {
  const base = (wish ?? '').toLowerCase().split('-')[0];
  return Object.hasOwn(LANGUAGES, base) ? base : 'en';
}

/**
 * A function that gives the text of a key, with {name} replaced by args.name. A key of the form
 * "stem.one" is taken when args.n is 1. A text that is missing in the language is given in English.
 * @param {string} language
 * @returns {Translate}
 */
export function translator(language) {
  const { texts } = languageOf(language);
  return (key, args) => {
    const one = args?.n === 1 ? (texts[key + '.one'] ?? en[key + '.one']) : undefined;
    const text = one ?? texts[key] ?? en[key] ?? key;
    return args ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in args ? String(args[name]) : whole)) : text;
  };
}

/**
 * Whether there is a text for key in any language.
 * @param {string} key
 */
export function hasText(key) {
  return key in en;
}
