// @ts-check
// What the pieces of a view have in common: the report at hand, how to say things, and how
// to get from a claim to its bytes and back.

import { claims } from './model.js';
import { translator } from './texts.js';
import { visibleText } from './marks.js';

/** Where the octets of an ASN.1 node lie. @typedef {{start: number, content: number, end: number, close: number}} TLV */

/**
 * What the pieces of a view have in common.
 * @typedef {object} Context
 * @property {import('./texts.js').Translate} t
 * @property {string} language
 * @property {import('../types.d.ts').Report} report
 * @property {number} message index of the message at hand, -1 when there is none
 * @property {import('../sipseal.d.ts').Inspector} inspector
 * @property {(name: string) => string} id an id of this view's own
 * @property {(n: number) => string} number
 * @property {import('./model.js').Claim[]} claims
 * @property {(source: number) => Uint8Array} bytes
 * @property {(source: number) => string} sourceName
 * @property {(source: number, range: [number, number], key?: string) => void} showBytes
 * @property {(key: string, focus?: boolean) => boolean} reveal
 * @property {(source: number, node: TLV, focus: boolean) => void} showNode lights up the octets of an ASN.1 node
 * @property {(source: number, range: [number, number] | null) => void} hover
 * @property {(object: {source: number, range: [number, number]}) => void} openASN1
 * @property {(bytes: Uint8Array, options: import('../sipseal.d.ts').InspectOptions) => Promise<import('../types.d.ts').Report>} inspectAlso
 *   inspects bytes with the keys, trust and time of the report
 * @property {(bytes: Uint8Array, name: string) => void} [openDocument] inspects bytes as an input of their own
 */

/**
 * What a view does for its pieces.
 * @typedef {Pick<Context, 'inspector' | 'openDocument' | 'inspectAlso' | 'showBytes' | 'reveal' | 'showNode' | 'hover' | 'openASN1'>} Acts
 */

/**
 * @param {import('../types.d.ts').Report} report
 * @param {number} message index of the message at hand, -1 when there is none
 * @param {{language: string, prefix: string, among: boolean, acts: Acts}} options
 *   among: whether the message is one of many, of which only its own claims count
 * @returns {Context}
 */
export function contextOf(report, message, { language, prefix, among, acts }) {
  const t = translator(language);
  const format = new Intl.NumberFormat(language);
  return {
    ...acts,
    t,
    report,
    message,
    language,
    id: (name) => `${prefix}-${name}`,
    number: (n) => format.format(n),
    claims: claims(report, t, language, among ? message : undefined),
    bytes: (source) => /** @type {any} */ (report.sources[source])?.bytes ?? new Uint8Array(),
    sourceName: (source) => sourceName(report, source, t),
  };
}

/**
 * What a source is called.
 * @param {import('../types.d.ts').Report} report
 * @param {number} index
 * @param {import('./texts.js').Translate} t
 */
function sourceName(report, index, t) {
  const source = report.sources[index];
  if (!source) return '?';
  const name = visibleText(source.name ?? '');
  const origin = t('origin.' + source.origin);
  return name ? `${origin}: ${name}` : origin;
}
