// @ts-check
// The texts of the page that makes things: a catalogue of their own, so that the
// inspector's page does not carry them. German is fetched when it is chosen.

import { en } from './make-texts-en.js';
import { loadLanguage, translator } from './texts.js';

/** @type {Record<string, () => Promise<Record<string, string>>>} */
const OTHERS = { de: async () => (await import('./make-texts-de.js')).de };

/**
 * Texts of the page by key, with {name} replaced by args.name.
 * @typedef {object} MakeTexts
 * @property {string} language
 * @property {import('./texts.js').Translate} t
 * @property {(key: string, english: string) => string} told what the core says of something, where
 *   there is a text for it in the language
 */

/**
 * @param {string} language
 * @returns {Promise<MakeTexts>}
 */
export async function makeTexts(language) {
  const [other] = await Promise.all([OTHERS[language]?.(), loadLanguage(language)]);
  const general = translator(language);
  /** @type {Record<string, string>} */
  const catalogue = { ...en, ...other };
  return {
    language,
    t: (key, args = {}) =>
      key in catalogue
        ? catalogue[key].replace(/\{(\w+)\}/g, (whole, name) => String(args[name] ?? whole))
        : general(key, args),
    told: (key, english) => catalogue[key] ?? english,
  };
}
