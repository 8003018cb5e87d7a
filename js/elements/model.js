// @ts-check
// Ways through a report: every message and part in order, each with the key that
// names it everywhere in the view, and every claim that has bytes.

import { findingTitle } from './said.js';

/**
 * @typedef {import('../types.d.ts').Report} Report
 * @typedef {import('../types.d.ts').Message} Message
 * @typedef {import('../types.d.ts').Part} Part
 * @typedef {[number, number]} Range
 */

/**
 * A message or part on the way through a report.
 * @typedef {object} Stop
 * @property {string} key
 * @property {number} depth how many stops it lies within
 * @property {Message} [message]
 * @property {Part} [part]
 * @property {number} index of the top message it belongs to
 * @property {'' | 'child' | 'content' | 'message' | 'body'} role what it is to the stop it lies within
 */

/**
 * All messages and parts, outer before inner. With only, those of one top message.
 * @param {Report} report
 * @param {number} [only]
 * @returns {Stop[]}
 */
export function walk(report, only) {
  /** @type {Stop[]} */
  const stops = [];
  /** @type {Stop[]} */
  const todo = [];
  // Of 100,000 messages one is not searched for.
  const [from, to] =
    only === undefined ? [0, report.messages.length] : [only, Math.min(only + 1, report.messages.length)];
  for (let index = to - 1; index >= Math.max(0, from); index--)
    todo.push({ key: 'm' + index, depth: 0, message: report.messages[index], index, role: /** @type {const} */ ('') });
  while (todo.length > 0) {
    const stop = /** @type {Stop} */ (todo.pop());
    stops.push(stop);
    const inner = inside(stop);
    for (let i = inner.length - 1; i >= 0; i--) todo.push(inner[i]);
  }
  return stops;
}

/**
 * What lies directly within a stop.
 * @param {Stop} stop
 * @returns {Stop[]}
 */
export function inside(stop) {
  const { key, index } = stop;
  const depth = stop.depth + 1;
  if (stop.message) {
    const part = stop.message.body;
    return part ? [{ key: `${key}.p${part.path}`, depth, part, index, role: 'body' }] : [];
  }
  const part = /** @type {Part} */ (stop.part);
  const base = key.replace(/!+$/, '').slice(0, -part.path.length);
  /** @type {Stop[]} */
  const inner = (part.children ?? []).map((child) => ({
    key: base + child.path,
    depth,
    part: child,
    index,
    role: 'child',
  }));
  if (part.content)
    inner.push({
      key: part.content.path === part.path ? key + '!' : base + part.content.path,
      depth,
      part: part.content,
      index,
      role: 'content',
    });
  if (part.message) inner.push({ key: key + '.m', depth, message: part.message, index, role: 'message' });
  return inner;
}

/**
 * Whether a leaf stands beside what is signed or vouched for, and nothing covers it.
 * @param {Message} message the top message
 * @param {Part} part
 */
export function uncovered(message, part) {
  if (part.covered?.length) return false;
  const { state } = message.summary ?? { state: 'plain' };
  if (state === 'plain' || state === 'opened' || state === 'sealed') return false;
  return !!message.identity?.length || signs(message.body);
}

/**
 * Whether something in a part is signed. Parts are nested as deep as the core lets them be.
 * @param {Part | undefined} part
 * @returns {boolean}
 */
function signs(part) {
  if (!part) return false;
  return (
    !!part.signature?.signers.length || part.children.some(signs) || signs(part.content) || signs(part.message?.body)
  );
}

/**
 * Something that is said about bytes.
 * @typedef {object} Claim
 * @property {string} key
 * @property {string} tab where it is shown
 * @property {number} source
 * @property {number} start
 * @property {number} end
 * @property {string} label
 */

/**
 * Every claim of a report that has bytes. With only, of its messages no others than that one's.
 * @param {Report} report
 * @param {import('./texts.js').Translate} t
 * @param {string} language
 * @param {number} [only]
 * @returns {Claim[]}
 */
export function claims(report, t, language, only) {
  /** @type {Claim[]} */
  const all = [];
  /** @type {(key: string, tab: string, source: number | null | undefined, range: Range | null | undefined, label: string) => void} */
  const add = (key, tab, source, range, label) => {
    if (range && source !== undefined && source !== null && range[1] >= range[0])
      all.push({ key, tab, source, start: range[0], end: range[1], label });
  };
  for (const { key, message, part } of walk(report, only)) {
    if (message) {
      add(key, 'message', message.source, message.range, messageTitle(message, t));
      message.identity?.forEach((identity, i) => {
        add(`${key}.i${i}`, 'seals', identity.source, identity.range, identity.title);
        for (const c of identity.checks)
          add(`${key}.i${i}.${c.code}`, 'seals', c.source ?? identity.source, c.range, checkName(t, c.code));
      });
      message.headers.forEach((header, i) =>
        add(`${key}.h${i}`, 'message', message.source, header.range, header.canonical ?? header.name),
      );
      continue;
    }
    const p = /** @type {Part} */ (part);
    add(key, 'message', p.source, p.range, t('claim.part', { path: p.path, type: p.type }));
    add(key + '.body', 'message', p.source, p.bodyRange, t('claim.body', { path: p.path }));
    p.headers?.forEach((header, i) =>
      add(`${key}.h${i}`, 'message', p.source, header.range, header.canonical ?? header.name),
    );
    p.delimiters?.forEach((range, i) => add(`${key}.d${i}`, 'message', p.source, range, t('claim.delimiter')));
    if (p.cms) add(key + '.cms', 'asn1', p.cms.source, p.cms.range, p.cms.kind);
    if (p.signature) {
      add(key + '.sig', 'seals', p.signature.signedSource, p.signature.signedRange, t('claim.signed'));
      p.signature.signers.forEach((signer, i) => addSigner(add, `${key}.s${i}`, signer, t));
    }
    p.envelope?.recipients.forEach((recipient, i) =>
      add(`${key}.r${i}`, 'seals', recipient.source, recipient.range, t('claim.recipient', { n: i + 1 })),
    );
  }
  report.certificates.forEach((c, i) =>
    add('c' + i, 'certs', c.source, c.range, t('claim.certificate', { name: shortName(c.subject) })),
  );
  report.objects?.forEach((o, i) => add('o' + i, 'asn1', o.source, o.range, o.name || o.kind));
  report.findings.forEach((f, i) =>
    add('f' + i, 'notes', f.source ?? (f.range ? 0 : undefined), f.range, findingTitle(language, f).text),
  );
  return all;
}

/**
 * @param {(key: string, tab: string, source: number | null | undefined, range: Range | null | undefined, label: string) => void} add
 * @param {string} key
 * @param {import('../types.d.ts').Signer} signer
 * @param {import('./texts.js').Translate} t
 */
function addSigner(add, key, signer, t) {
  add(key, 'seals', signer.source, signer.range, 'SignerInfo');
  add(key + '.value', 'seals', signer.source, signer.signatureRange, t('claim.signature-value'));
  for (const check of signer.checks)
    add(`${key}.${check.code}`, 'seals', check.source ?? signer.source, check.range, checkName(t, check.code));
  signer.signedAttrs?.forEach((a, i) => add(`${key}.a${i}`, 'seals', signer.source, a.range, a.name));
  signer.unsignedAttrs?.forEach((a, i) => add(`${key}.u${i}`, 'seals', signer.source, a.range, a.name));
  signer.countersigners?.forEach((c, i) => addSigner(add, `${key}.c${i}`, c, t));
}

/**
 * The claims on one byte, the widest first.
 * @param {Claim[]} all
 * @param {number} source
 * @param {number} offset
 */
export function claimsAt(all, source, offset) {
  return all
    .filter((c) => c.source === source && c.start <= offset && offset < c.end)
    .sort((a, b) => b.end - b.start - (a.end - a.start))
    .filter(
      (c, i, list) => !list.slice(0, i).some((o) => o.label === c.label && o.start === c.start && o.end === c.end),
    );
}

/**
 * @param {Message} message
 * @param {import('./texts.js').Translate} t
 */
export function messageTitle(message, t) {
  if (message.kind === 'request') return t('message.request', { method: message.method ?? '' });
  if (message.kind === 'response')
    return t('message.response', { status: message.status ?? 0, reason: message.reason ?? '' });
  return t('message.entity');
}

/**
 * The part of a distinguished name that a person would call it by.
 * @param {string} name as RFC 4514 or OpenSSL's one line
 */
export function shortName(name) {
  const match =
    /(?:^|[,/+]\s*)CN\s*=\s*((?:\\.|[^,+/\\])*)/i.exec(name) ??
    /(?:^|[,/+]\s*)(?:OU|O)\s*=\s*((?:\\.|[^,+/\\])*)/i.exec(name);
  return match ? match[1].replace(/\\(.)/g, '$1').trim() : name;
}

/**
 * What a check is called; by its code where the catalogue does not know it.
 * @param {import('./texts.js').Translate} t
 * @param {string} code
 */
export function checkName(t, code) {
  const name = t('check.' + code);
  return name === 'check.' + code ? code.charAt(0).toUpperCase() + code.slice(1).replaceAll('-', ' ') : name;
}

/**
 * How long a call may take, in milliseconds: so much, and more for every byte.
 * @param {Uint8Array} data
 */
export const patience = (data) => Math.round(10_000 + data.length * 0.003);
