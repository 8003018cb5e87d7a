// @ts-check
// The catalogue of texts: every word that the page and the element show of their own
// is looked up here by key. What the core says about a message comes with a code and
// arguments where it can be translated (the clauses of the summary).

import { en } from './texts-en.js';
import { de } from './texts-de.js';

/** @typedef {(key: string, args?: Record<string, string | number>) => string} Translate */

/** @type {Record<string, Record<string, string>>} */
const CATALOGUES = { en, de };

/** The languages there are, each by its own name. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' };

/**
 * The language to use for a wish such as "de-AT": the nearest that there is.
 * @param {string | null | undefined} wish
 */
export function nearestLanguage(wish) {
  const base = (wish ?? '').toLowerCase().split('-')[0];
  return base in CATALOGUES ? base : 'en';
}

/**
 * A function that gives the text of a key, with {name} replaced by args.name. A key of the form
 * "stem.one" is taken when args.n is 1. A text that is missing in the language is given in English.
 * @param {string} language
 * @returns {Translate}
 */
export function translator(language) {
  const catalogue = CATALOGUES[language] ?? en;
  return (key, args) => {
    const one = args?.n === 1 ? (catalogue[key + '.one'] ?? en[key + '.one']) : undefined;
    const text = one ?? catalogue[key] ?? en[key] ?? key;
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

/**
 * The answer in the language of t: clause by clause, and in the core's own words where a
 * clause has no text in the catalogue.
 * @param {Translate} t
 * @param {string} language
 * @param {import('../types.d.ts').Summary} summary
 */
export function summaryText(t, language, summary) {
  const catalogue = CATALOGUES[language] ?? {};
  if (language === 'en' || !summary.clauses?.length) return summary.text;
  return summary.clauses
    .map((clause) => ('clause.' + clause.code in catalogue ? t('clause.' + clause.code, clause.args) : clause.text))
    .join(' ');
}
