// @ts-check
// The ASN.1 objects of a report: what is CMS in its parts, what stood alone, the certificates.

import { visibleText } from './marks.js';
import { shortName, walk } from './model.js';

/** @typedef {{label: string, source: number, range: [number, number]}} Shown */

/**
 * The ASN.1 objects of a report.
 * @param {import('./context.js').Context} ctx
 * @returns {Shown[]}
 */
export function objects(ctx) {
  const { t, report } = ctx;
  /** @type {Shown[]} */
  const all = [];
  for (const { part } of walk(report)) {
    if (part?.cms)
      all.push({
        label: t('asn1.of-part', { kind: part.cms.kind, path: part.path }),
        source: part.cms.source,
        range: part.cms.range,
      });
  }
  for (const o of report.objects ?? [])
    all.push({ label: visibleText(o.name || o.kind), source: o.source, range: o.range });
  for (const c of report.certificates)
    all.push({
      label: t('claim.certificate', { name: visibleText(shortName(c.subject)) }),
      source: c.source,
      range: c.range,
    });
  const seen = new Set();
  return all.filter((o) => {
    const key = `${o.source}:${o.range}`;
    return !seen.has(key) && seen.add(key) && ctx.bytes(o.source).length > 0 && o.range[1] > o.range[0];
  });
}
