// @ts-check
// The texts in German.

/** @type {Record<string, string>} */
export const de = {};
