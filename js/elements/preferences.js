// @ts-check
// What a visitor prefers: language and colours. Both are kept in the browser's storage
// when there is one; nothing else ever is.

import { h } from './h.js';
import { LANGUAGES, nearestLanguage } from './texts.js';

const THEMES = ['auto', 'light', 'dark'];

/** @param {string} name */
export function recall(name) {
  try {
    return localStorage.getItem('sipseal-' + name) ?? '';
  } catch {
    return '';
  }
}

/** @param {string} name @param {string} value */
export function remember(name, value) {
  try {
    localStorage.setItem('sipseal-' + name, value);
  } catch {
    // Without storage the choice holds for this visit.
  }
}

/**
 * The preferences in force, and the controls that change them.
 * @param {Document} document
 */
export function preferences(document) {
  const root = document.documentElement;
  let theme = THEMES.includes(recall('theme')) ? recall('theme') : 'auto';
  const language = nearestLanguage(recall('language') || navigator.language);
  const apply = () => {
    root.dataset.theme = theme;
  };
  apply();
  return {
    language,
    /**
     * @param {import('./texts.js').Translate} t
     * @param {(language: string) => void} onlanguage
     */
    controls(t, onlanguage) {
      const languages = h(
        'select',
        {
          'aria-label': t('page.language'),
          id: 'language',
          onchange: () => {
            remember('language', languages.value);
            onlanguage(languages.value);
          },
        },
        Object.entries(LANGUAGES).map(([code, name]) => h('option', { value: code, lang: code }, name)),
      );
      languages.value = root.lang;
      const themes = h(
        'select',
        {
          'aria-label': t('page.theme'),
          id: 'theme',
          onchange: () => {
            theme = themes.value;
            remember('theme', theme);
            apply();
          },
        },
        THEMES.map((name) => h('option', { value: name }, t('page.theme.' + name))),
      );
      themes.value = theme;
      return [languages, themes];
    },
  };
}
