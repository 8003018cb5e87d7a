// @ts-check
// All that is German, which is loaded beside the front.

export { de as texts } from './texts-de.js';
export { families, phrases, titles } from './said-de.js';
