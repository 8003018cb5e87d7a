// @ts-check
// The picture of who can open what: those that something is encrypted for, or that are to
// look into it, on one side, what is sealed on the other, and lines between. Most messages
// are for one recipient: this module is not waited for to make the page ready.

import { accessSVG, stroke } from './access-svg.js';
import { download } from './files.js';
import { append, h, svg } from './h.js';
import { stateMark } from './icons.js';
import { visibleText } from './marks.js';
import { shortName, walk } from './model.js';

/** @typedef {import('./context.js').Context} Context */

/**
 * Somebody, or something that is sealed.
 * @typedef {object} End
 * @property {string} key the claim that it stands for; may be empty
 * @property {string} state for the mark and the colours
 * @property {string} title
 * @property {string[]} words what there is to say of it
 */

/**
 * What somebody has to do with a part.
 * @typedef {{from: number, to: number, can: boolean, opened: boolean, required: boolean}} Line
 */

/** @typedef {{parties: End[], parts: End[], lines: Line[]}} Access */

/** The most lines that are drawn. */
const MAX_LINES = 200;

/**
 * @param {Context} ctx
 * @returns {Access | null} null where there is nothing that a list would not say as well
 */
export function accessOf(ctx) {
  const { t, report } = ctx;
  /** @type {(End & {hosts: string[]})[]} */
  const parties = [];
  /** @type {(End & {path: string, cid: string})[]} */
  const parts = [];
  /** @type {Line[]} */
  const lines = [];
  /** @type {(key: string, title: string, hosts: string[], known: boolean) => number} */
  const party = (key, title, hosts, known) => {
    const at = parties.findIndex((p) => p.title === title || p.hosts.some((x) => hosts.includes(x)));
    if (at >= 0) return at;
    return parties.push({ key, title, hosts, state: known ? '' : 'unverifiable', words: known ? [] : [t('access.unknown')] }) - 1;
  };
  const line = (/** @type {number} */ from, /** @type {number} */ to) => {
    let found = lines.find((l) => l.from === from && l.to === to);
    if (!found && lines.length < MAX_LINES) lines.push((found = { from, to, can: false, opened: false, required: false }));
    return found;
  };
  const stops = walk(report, ctx.message);
  for (const { key, part } of stops) {
    if (!part?.envelope && !part?.signature) continue;
    const { envelope } = part;
    const opened = envelope?.verdict === 'decrypted';
    const at =
      parts.push({
        key: envelope ? key + '.r0' : key + '.sig',
        path: part.path,
        // The Content-ID of a multipart/signed may stand on its signature.
        cid: part.contentID || (part.signature && part.children?.[1]?.contentID) || '',
        state: envelope ? (opened ? 'opened' : 'sealed') : (part.signature?.verdict ?? ''),
        title: t('access.part', { path: part.path }),
        words: [envelope ? t('layers.' + envelope.verdict) : part.type],
      }) - 1;
    envelope?.recipients.forEach((r, i) => {
      const c = r.certificate === undefined || r.certificate === null ? undefined : report.certificates[r.certificate];
      const title = c
        ? (c.subjectAltNames?.[0]?.value ?? shortName(c.subject))
        : r.serial
          ? t('recipients.serial', { serial: r.serial })
          : r.subjectKeyID || r.keyID || t('recipient.' + r.type);
      const hosts = c ? [shortName(c.subject), ...(c.subjectAltNames ?? []).map((n) => n.value)] : [];
      const from = party(c ? 'c' + r.certificate : `${key}.r${i}`, title, hosts.map((x) => x.toLowerCase()), !!c || !!r.key);
      const l = line(from, at);
      if (l) Object.assign(l, { can: true, opened: l.opened || (opened && !!r.key) });
    });
  }
  let required = 0;
  for (const { key, message } of stops) {
    message?.identity?.forEach((identity, i) => {
      if (identity.mechanism !== 'end-to-middle' || !identity.claimed) return;
      required += 1;
      const from = party(`${key}.i${i}`, identity.claimed, [identity.claimed.toLowerCase()], true);
      for (const field of identity.fields ?? []) {
        const to = parts.findIndex((p) => p.cid && p.cid.replace(/[<>]/g, '') === field.name.replace(/[<>]/g, ''));
        const l = to >= 0 && line(from, to);
        if (l) l.required = true;
      }
      if (!lines.some((l) => l.from === from && l.required)) parties[from].words.push(t('access.nowhere'));
    });
  }
  // What is only signed is in the picture where somebody is to look into it.
  const kept = parts.map((p, i) => lines.some((l) => l.to === i));
  if (required === 0 && lines.length < 2) return null;
  const index = kept.map((k, i) => (k ? kept.slice(0, i).filter(Boolean).length : -1));
  const drawn = lines.map((l) => ({ ...l, to: index[l.to] }));
  const shown = parts.filter((_, i) => kept[i]);
  parties.forEach((p, from) => {
    const of = (/** @type {(l: Line) => boolean} */ which) =>
      drawn.filter((l) => l.from === from && which(l)).map((l) => shown[l.to].path);
    /** @type {[string, string[]][]} */
    const said = [
      ['access.opened', of((l) => l.opened)],
      ['access.can', of((l) => l.can && !l.opened)],
      ['access.required', of((l) => l.required)],
    ];
    for (const [text, paths] of said) if (paths.length > 0) p.words.push(t(text, { parts: paths.join(', ') }));
    if (drawn.some((l) => l.from === from && l.opened)) p.state = 'opened';
    if (drawn.some((l) => l.from === from && l.required && !l.can && shown[l.to].key.endsWith('.r0'))) {
      p.state = 'unverifiable';
      p.words.push(t('access.cannot'));
    }
  });
  return { parties, parts: shown, lines: drawn };
}

/**
 * The picture, or null where there is none.
 * @param {Context} ctx
 * @returns {HTMLElement | null}
 */
export function accessPicture(ctx) {
  const { t } = ctx;
  const access = accessOf(ctx);
  if (!access) return null;
  const box = (/** @type {End} */ end) =>
    h(
      'li',
      { class: 'box', 'data-state': end.state },
      h(
        'button',
        { type: 'button', class: 'box-head', 'data-access': end.key, onclick: () => ctx.reveal(end.key) || ctx.reveal(end.key.replace(/\.(sig|r0)$/, '')) },
        end.state && stateMark(end.state),
        h('span', { class: 'box-title' }, visibleText(end.title)),
        end.words.map((w) => h('span', { class: 'box-detail' }, visibleText(w))),
      ),
    );
  const left = access.parties.map(box);
  const right = access.parts.map(box);
  for (const detail of [...left, ...right].flatMap((b) => [...b.querySelectorAll('.box-detail')]))
    // Each on a line of its own. Style attributes are not allowed, styles are.
    Object.assign(/** @type {HTMLElement} */ (detail).style, { flexBasis: '100%', margin: '0' });
  const picture = svg('svg', { 'aria-hidden': 'true' });
  Object.assign(picture.style, { position: 'absolute', inset: '0', width: '100%', height: '100%', pointerEvents: 'none' });
  const sides = h(
    'div',
    { class: 'access-sides' },
    h('ul', { class: 'boxes', 'aria-label': t('access.parties') }, left),
    h('ul', { class: 'boxes', 'aria-label': t('access.parts') }, right),
    picture,
  );
  Object.assign(sides.style, {
    position: 'relative',
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)',
    columnGap: 'clamp(2rem, 15%, 9rem)',
    alignItems: 'center',
  });
  new ResizeObserver(() => {
    picture.textContent = '';
    const frame = sides.getBoundingClientRect();
    append(
      picture,
      access.lines.map((l) => {
        const from = left[l.from].getBoundingClientRect();
        const to = right[l.to].getBoundingClientRect();
        const [colour, width, dashes] = stroke(l);
        const [x1, y1] = [from.right - frame.left, from.top + from.height / 2 - frame.top];
        const [x2, y2] = [to.left - frame.left, to.top + to.height / 2 - frame.top];
        const line = svg('path', { d: `M${x1} ${y1}L${x2} ${y2}`, fill: 'none', 'stroke-width': width, 'stroke-dasharray': dashes });
        line.style.stroke = `var(--${colour})`;
        // The eye of who is to look into it.
        const eye = l.required && svg('circle', { cx: (x1 + x2) / 2, cy: (y1 + y2) / 2, r: 5, 'stroke-width': 2 });
        if (eye) Object.assign(eye.style, { fill: 'var(--surface)', stroke: `var(--${colour})` });
        return [line, eye];
      }),
    );
  }).observe(sides);
  return h(
    'section',
    { class: 'layers access', 'aria-labelledby': ctx.id('access') },
    h(
      'header',
      { class: 'section-head' },
      h('h3', { id: ctx.id('access') }, t('access.title')),
      h(
        'button',
        { type: 'button', class: 'quiet', 'data-act': 'save-access', onclick: () => download('access.svg', 'image/svg+xml', accessSVG(ctx, access)) },
        t('layers.save'),
      ),
    ),
    sides,
  );
}
