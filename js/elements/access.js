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

/** The most that are drawn of anything. */
const MOST = 200;

/** The ends and lines, as they are found. */
class Sketch {
  /** @type {(End & {names: string[]})[]} what somebody is known by tells whether it is somebody else */
  parties = [];
  /** @type {(End & {path: string, cid: string})[]} */
  parts = [];
  /** @type {Line[]} */
  lines = [];

  /**
   * The party of that name, which is added where it is new.
   * @param {string[]} names in lower case
   * @param {() => End} make
   */
  party(names, make) {
    const at = this.parties.findIndex((p) => p.names.some((x) => names.includes(x)));
    return at >= 0 ? at : this.parties.push({ ...make(), names }) - 1;
  }

  /**
   * @param {number} from
   * @param {number} to
   * @param {Partial<Line>} what
   */
  line(from, to, what) {
    let found = this.lines.find((l) => l.from === from && l.to === to);
    if (!found) {
      if (this.lines.length >= MOST) return;
      this.lines.push((found = { from, to, can: false, opened: false, required: false }));
    }
    Object.assign(found, what, { opened: found.opened || !!what.opened });
  }
}

/**
 * @param {Context} ctx
 * @returns {Access | null} null where there is nothing that a list would not say as well
 */
export function accessOf(ctx) {
  const sketch = new Sketch();
  const stops = walk(ctx.report, ctx.message);
  for (const { key, part } of stops) if (part && sketch.parts.length < MOST) addPart(ctx, sketch, key, part);
  let asked = false;
  for (const { key, message } of stops)
    message?.identity?.forEach((identity, i) => {
      if (identity.mechanism !== 'end-to-middle' || !identity.claimed) return;
      asked = true;
      addAsked(ctx, sketch, `${key}.i${i}`, identity);
    });
  if (!asked && sketch.lines.length < 2) return null;
  // What is only signed is in the picture where somebody is to look into it.
  const kept = sketch.parts.filter((_, i) => sketch.lines.some((l) => l.to === i));
  const lines = sketch.lines.map((l) => ({ ...l, to: kept.indexOf(sketch.parts[l.to]) }));
  sketch.parties.forEach((p, i) =>
    describe(
      ctx,
      p,
      lines.filter((l) => l.from === i),
      kept,
    ),
  );
  return { parties: sketch.parties, parts: kept, lines };
}

/**
 * Adds a sealed part, and those that it is encrypted for.
 * @param {Context} ctx
 * @param {Sketch} sketch
 * @param {string} key
 * @param {import('./model.js').Part} part
 */
function addPart({ t, report }, sketch, key, part) {
  const { envelope, signature } = part;
  if (!envelope && !signature) return;
  const opened = envelope?.verdict === 'decrypted';
  const to =
    sketch.parts.push({
      key: envelope ? key + '.r0' : key + '.sig',
      path: part.path,
      // The Content-ID of a multipart/signed may stand on its signature.
      cid: bare(part.contentID || (signature && part.children?.[1]?.contentID) || ''),
      state: envelope ? (opened ? 'opened' : 'sealed') : (signature?.verdict ?? ''),
      title: t('access.part', { path: part.path }),
      words: [envelope ? t('layers.' + envelope.verdict) : part.type],
    }) - 1;
  envelope?.recipients.slice(0, MOST).forEach((r, i) => {
    const c = r.certificate === undefined || r.certificate === null ? undefined : report.certificates[r.certificate];
    const names = c
      ? [shortName(c.subject), ...(c.subjectAltNames ?? []).map((n) => n.value)]
      : [[r.issuer, r.serial, r.subjectKeyID, r.keyID, r.type].join(' ')];
    const from = sketch.party(
      names.map((x) => x.toLowerCase()),
      () => ({
        key: c ? 'c' + r.certificate : `${key}.r${i}`,
        state: c || r.key ? '' : 'unverifiable',
        title: c
          ? (c.subjectAltNames?.[0]?.value ?? names[0])
          : r.serial
            ? t('recipients.serial', { serial: r.serial })
            : r.subjectKeyID || r.keyID || t('recipient.' + r.type),
        words: c || r.key ? [] : [t('access.unknown')],
      }),
    );
    sketch.line(from, to, { can: true, opened: opened && !!r.key });
  });
}

/**
 * Adds a proxy that is to look into parts.
 * @param {Context} ctx
 * @param {Sketch} sketch
 * @param {string} key
 * @param {import('../types.d.ts').Identity} identity
 */
function addAsked({ t }, sketch, key, identity) {
  const title = identity.claimed ?? '';
  const from = sketch.party([title.toLowerCase()], () => ({ key, title, state: '', words: [] }));
  for (const field of identity.fields ?? []) {
    const to = sketch.parts.findIndex((p) => p.cid && p.cid === bare(field.name));
    if (to >= 0) sketch.line(from, to, { required: true });
  }
  if (!sketch.lines.some((l) => l.from === from && l.required)) sketch.parties[from].words.push(t('access.nowhere'));
}

/** A Content-ID without its brackets. @param {string} id */
function bare(id) {
  return id.replace(/[<>]/g, '');
}

/**
 * Says of a party in words what its lines say.
 * @param {Context} ctx
 * @param {End} party
 * @param {Line[]} lines
 * @param {(End & {path: string})[]} parts
 */
function describe({ t }, party, lines, parts) {
  /** @type {[string, (l: Line) => boolean][]} */
  const kinds = [
    ['access.opened', (l) => l.opened],
    ['access.can', (l) => l.can && !l.opened],
    ['access.required', (l) => l.required],
  ];
  for (const [text, which] of kinds) {
    const paths = lines.filter(which).map((l) => parts[l.to].path);
    if (paths.length > 0) party.words.push(t(text, { parts: paths.join(', ') }));
  }
  if (lines.some((l) => l.opened)) party.state = 'opened';
  if (lines.some((l) => l.required && !l.can && parts[l.to].key.endsWith('.r0'))) {
    party.state = 'unverifiable';
    party.words.push(t('access.cannot'));
  }
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
  const left = access.parties.map((end) => box(ctx, end));
  const right = access.parts.map((end) => box(ctx, end));
  const picture = svg('svg', { 'aria-hidden': 'true' });
  // Style attributes are not allowed, styles are.
  Object.assign(picture.style, {
    position: 'absolute',
    inset: '0',
    width: '100%',
    height: '100%',
    pointerEvents: 'none',
  });
  const sides = h(
    'div',
    null,
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
      access.lines.map((l) => lineBetween(l, frame, left[l.from], right[l.to])),
    );
  }).observe(sides);
  const save = () => download('access.svg', 'image/svg+xml', accessSVG(ctx, access));
  return h(
    'section',
    { class: 'layers access', 'aria-labelledby': ctx.id('access') },
    h(
      'header',
      { class: 'section-head' },
      h('h3', { id: ctx.id('access') }, t('access.title')),
      h('button', { type: 'button', class: 'quiet', 'data-act': 'save-access', onclick: save }, t('layers.save')),
    ),
    sides,
  );
}

/**
 * @param {Context} ctx
 * @param {End} end
 */
function box(ctx, end) {
  const details = end.words.map((w) => h('span', { class: 'box-detail' }, visibleText(w)));
  for (const detail of details) Object.assign(detail.style, { flexBasis: '100%', margin: '0' });
  return h(
    'li',
    { class: 'box', 'data-state': end.state },
    h(
      'button',
      {
        type: 'button',
        class: 'box-head',
        'data-access': end.key,
        onclick: () => ctx.reveal(end.key) || ctx.reveal(end.key.replace(/\.(sig|r0)$/, '')),
      },
      end.state && stateMark(end.state),
      h('span', { class: 'box-title' }, visibleText(end.title)),
      details,
    ),
  );
}

/**
 * A line from the edge of one box to that of another, with an eye for who is to look.
 * @param {Line} l
 * @param {DOMRect} frame
 * @param {Element} left
 * @param {Element} right
 */
function lineBetween(l, frame, left, right) {
  const [from, to] = [left.getBoundingClientRect(), right.getBoundingClientRect()];
  const [colour, width, dashes] = stroke(l);
  const [x1, y1] = [from.right - frame.left, from.top + from.height / 2 - frame.top];
  const [x2, y2] = [to.left - frame.left, to.top + to.height / 2 - frame.top];
  const path = svg('path', { d: `M${x1} ${y1}L${x2} ${y2}`, 'stroke-width': width, 'stroke-dasharray': dashes });
  path.style.stroke = `var(--${colour})`;
  const eye = l.required && svg('circle', { cx: (x1 + x2) / 2, cy: (y1 + y2) / 2, r: 5, 'stroke-width': 2 });
  if (eye) Object.assign(eye.style, { fill: 'var(--surface)', stroke: `var(--${colour})` });
  return [path, eye];
}
