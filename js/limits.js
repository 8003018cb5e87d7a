// @ts-check
// Limits of the core that are kept outside of it too.

/** The largest input, in bytes: that of the core, which would have to be given it first. */
export const MAX_INPUT = 256 * 2 ** 20;

/** How many nodes a search in ASN.1 finds. The core gives one more where there are more. */
export const MAX_FOUND = 10_000;

/** How many findings a report lists. */
export const MAX_FINDINGS = 500;
