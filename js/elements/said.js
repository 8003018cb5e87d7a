// @ts-check
// What the core says, in the language of the page: the clauses of its summary and the titles
// of its findings by their codes, its sentences by their English. What is not known in the
// language stays English and is marked as such, so that it is spoken and broken as English.

import { h } from './h.js';
import { visible } from './marks.js';
import { languageOf, translator } from './texts.js';

/** A piece of text, and its language. @typedef {{text: string, lang: string}} Piece */

/** The arguments of clauses that are sentences of the core's own; others are names and numbers. */
const PROSE = ['detail', 'reason', 'title', 'what'];

/**
 * A sentence of the core.
 * @param {string} language
 * @param {string} english
 * @returns {Piece}
 */
export function said(language, english) {
  for (const [phrase, text] of languageOf(language).phrases ?? []) {
    const values = match(phrase, english);
    if (values) return { text: text.replace(/\{(\d)\}/g, (_, i) => values[i]), lang: language };
  }
  return { text: english, lang: 'en' };
}

/**
 * What stands in a sentence where a phrase has {0}, {1}…, or null where it is another sentence.
 * @param {string} phrase
 * @param {string} sentence
 * @returns {string[] | null}
 */
function match(phrase, sentence) {
  const fixed = phrase.split(/\{\d\}/);
  if (!sentence.startsWith(fixed[0])) return null;
  const values = [];
  let at = fixed[0].length;
  for (const next of fixed.slice(1)) {
    const end = next === '' ? sentence.length : sentence.indexOf(next, at);
    if (end < 0) return null;
    values.push(sentence.slice(at, end));
    at = end + next.length;
  }
  return at === sentence.length ? values : null;
}

/**
 * The title of a finding. The readers' own codes have the name of what was read before them.
 * @param {string} language
 * @param {{code: string, title: string}} finding
 * @returns {Piece}
 */
export function findingTitle(language, { code, title }) {
  const { titles = {}, families = {} } = languageOf(language);
  const [, family, rest] = /^([^-]*)-?(.*)$/.exec(code) ?? [];
  const text = titles[code] ?? (rest in titles ? (families[family] ?? '') + titles[rest] : undefined);
  return text === undefined ? { text: title, lang: 'en' } : { text, lang: language };
}

/**
 * The answer, clause by clause.
 * @param {string} language
 * @param {import('../types.d.ts').Summary} summary
 * @returns {Piece[]}
 */
export function summaryPieces(language, { clauses, text }) {
  const { texts } = languageOf(language);
  if (language === 'en' || !clauses?.length) return [{ text, lang: 'en' }];
  return clauses.flatMap((clause, i) => {
    const space = i > 0 ? [{ text: ' ', lang: language }] : [];
    const { args = {}, code } = clause;
    const template = texts[`clause.${code}${args.claimed === '' ? '.unclaimed' : ''}`];
    if (template === undefined) return [...space, { text: clause.text, lang: 'en' }];
    // Every other one is the name of an argument.
    const pieces = template
      .split(/\{(\w+)\}/)
      .map((piece, j) =>
        j % 2 === 0 ? { text: piece, lang: language } : argument(language, piece, args[piece] ?? ''),
      );
    return [...space, ...pieces];
  });
}

/**
 * @param {string} language
 * @param {string} name
 * @param {string} value
 * @returns {Piece}
 */
function argument(language, name, value) {
  const t = translator(language);
  const words = (/** @type {string} */ text) => ({ text, lang: language });
  if (name === 'states') return words(value.replace(/[a-z]+/g, (state) => t('state.' + state).toLowerCase()));
  if (name === 'what') {
    const [, subject, kind] = /^(?:(\S+) )?(request|response|message)$/.exec(value) ?? [];
    if (kind) return words(t('clause.what.' + kind, { subject }));
    const held = value.split(' and ').map((x) => /^(\d+) (certificate|key|other ASN\.1 object)s?$/.exec(x));
    if (held.every(Boolean))
      return words(held.map((x) => t('clause.what.' + x?.[2].split(' ')[0], { n: Number(x?.[1]) })).join(', '));
  }
  return PROSE.includes(name) ? said(language, value) : words(value);
}

/**
 * Pieces as nodes, those of another language marked.
 * @param {string} language
 * @param {Piece[]} pieces
 * @returns {import('./h.js').Child[]}
 */
export function spoken(language, pieces) {
  return pieces.map(({ text, lang }) =>
    lang === language || !text.trim() ? visible(text) : h('span', { lang }, visible(text)),
  );
}

/**
 * A sentence of the core as nodes.
 * @param {string} language
 * @param {string} english
 */
export function saying(language, english) {
  return spoken(language, [said(language, english)]);
}
