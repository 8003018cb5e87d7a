// @ts-check
// The ladder of a dialog: a line for each address, an arrow for each message of one
// Call-ID, from above to below as they went; and the same as a list.

import { callID, isSealed, stateOf, timeOfDay } from './glance.js';
import { h, svg } from './h.js';
import { stateMark } from './icons.js';
import { visible, visibleText } from './marks.js';
import { messageTitle } from './model.js';

/**
 * @typedef {import('../types.d.ts').Report} Report
 * @typedef {import('../types.d.ts').Message} Message
 * @typedef {{t: import('./texts.js').Translate, width: number, choose: (index: number) => void}} Options
 */

/** Of more messages those around the chosen one are drawn. */
const MAX_ARROWS = 60;
const ROW = 40;
const HEAD = 44;
const GUTTER = 66;
const EDGE = 58;
const MIN_SPACING = 130;
const MAX_SPACING = 300;
/** The width of a character of the labels, near enough to cut them by. */
const CHARACTER = 6.9;
const MARK = 16;

/**
 * The messages of a Call-ID, by time.
 * @param {Report} report
 * @param {string} id
 */
function dialog(report, id) {
  const time = (/** @type {number} */ i) => report.messages[i].capture?.time ?? '';
  return report.messages
    .map((_, i) => i)
    .filter((i) => report.messages[i].capture && callID(report.messages[i]) === id)
    .sort((a, b) => (time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : a - b));
}

/**
 * Draws the dialog that a message belongs to; null where there is none to draw.
 * @param {Report} report
 * @param {number} current
 * @param {Options} options
 * @returns {HTMLElement | null}
 */
export function ladder(report, current, options) {
  const message = report.messages[current];
  const id = message ? callID(message) : '';
  if (!message?.capture || !id) return null;
  const all = dialog(report, id);
  const at = all.indexOf(current);
  const from = Math.max(0, Math.min(at - MAX_ARROWS / 2, all.length - MAX_ARROWS));
  const shown = all.slice(from, from + MAX_ARROWS);
  const { t, choose } = options;
  const label = t('ladder.label', { id: visibleText(id) });
  return h(
    'figure',
    { class: 'ladder' },
    h('figcaption', null, h('b', null, t('ladder.title')), ' ', h('span', { class: 'call-id' }, visible(id))),
    shown.length < all.length &&
      h('p', { class: 'found' }, t('ladder.part', { from: from + 1, to: from + shown.length, n: all.length })),
    h('div', { class: 'ladder-scroll' }, picture(report, shown, current, label, options)),
    h(
      'details',
      { class: 'attributes' },
      h('summary', null, t('ladder.list')),
      h(
        'ol',
        { class: 'ladder-list' },
        shown.map((i) => {
          const m = report.messages[i];
          return h(
            'li',
            null,
            h(
              'button',
              { type: 'button', class: 'quiet', 'aria-current': i === current && 'true', onclick: () => choose(i) },
              h('bdi', null, spoken(m, t)),
            ),
          );
        }),
      ),
    ),
  );
}

/**
 * A message in a sentence. It begins with what the picture shows of it, so that who speaks to the
 * page can say what is read there.
 * @param {Message} m
 * @param {import('./texts.js').Translate} t
 */
function spoken(m, t) {
  const c = /** @type {import('../types.d.ts').Capture} */ (m.capture);
  return visibleText(
    t('ladder.message', {
      time: seconds(c.time),
      title: shortTitle(m, t),
      from: c.source,
      to: c.destination,
      transport: c.transport,
    }) + (isSealed(m) ? ', ' + t('state.' + stateOf(m)) : ''),
  );
}

/** @param {string | undefined} iso */
function seconds(iso) {
  return timeOfDay(iso)[0].slice(0, 8);
}

/**
 * @param {Message} m
 * @param {import('./texts.js').Translate} t
 */
function shortTitle(m, t) {
  return messageTitle(m, t).replace(/^SIP /, '');
}

/**
 * @param {Report} report
 * @param {number[]} shown
 * @param {number} current
 * @param {string} label
 * @param {Options} options
 */
function picture(report, shown, current, label, { t, width, choose }) {
  const capture = (/** @type {number} */ i) =>
    /** @type {import('../types.d.ts').Capture} */ (report.messages[i].capture);
  const ends = [...new Set(shown.flatMap((i) => [capture(i).source, capture(i).destination]))];
  const gaps = Math.max(1, ends.length - 1);
  const spacing = Math.max(MIN_SPACING, Math.min(MAX_SPACING, (width - GUTTER - 2 * EDGE - 4) / gaps));
  const x = (/** @type {string} */ end) => GUTTER + EDGE + ends.indexOf(end) * spacing;
  const wide = GUTTER + 2 * EDGE + gaps * spacing;
  const high = HEAD + shown.length * ROW + 12;
  const element = svg(
    'svg',
    {
      class: 'ladder-picture',
      viewBox: `0 0 ${wide} ${high}`,
      width: wide,
      height: high,
      role: 'group',
      'aria-label': label,
      onkeydown: (/** @type {KeyboardEvent} */ e) => move(element, e),
    },
    ends.map((end) => [
      svg('line', { class: 'life', x1: x(end), x2: x(end), y1: HEAD - 4, y2: high }),
      address(end, x(end), Math.floor((spacing - 8) / CHARACTER)),
    ]),
    shown.map((i, row) => {
      const m = report.messages[i];
      const c = capture(i);
      return arrow(m, {
        y: HEAD + row * ROW,
        from: x(c.source),
        to: x(c.destination),
        wide,
        spacing,
        time: seconds(c.time),
        title: shortTitle(m, t),
        spoken: spoken(m, t),
        chosen: i === current,
        index: i,
        choose: () => choose(i),
      });
    }),
  );
  return element;
}

/**
 * An address above its line: the host, and beneath it the port.
 * @param {string} end
 * @param {number} x
 * @param {number} room in characters
 */
function address(end, x, room) {
  const split = end.lastIndexOf(':');
  const lines = split > 0 ? [end.slice(0, split), end.slice(split)] : [end, ''];
  return svg(
    'text',
    { class: 'end', x, y: 14, 'text-anchor': 'middle' },
    svg('title', null, visibleText(end)),
    lines.map((line, i) => svg('tspan', { x, dy: i === 0 ? 0 : 15 }, cut(visibleText(line), room))),
  );
}

/**
 * @param {Message} m
 * @param {{y: number, from: number, to: number, wide: number, spacing: number, time: string, title: string, spoken: string,
 *   chosen: boolean, index: number, choose: () => void}} place
 */
function arrow(m, { y, from, to, wide, spacing, time, title, spoken, chosen, index, choose }) {
  const line = y + 28;
  const sealed = isSealed(m);
  const toItself = from === to;
  const way = to > from ? 1 : -1;
  const middle = toItself ? from + 30 : (from + to) / 2;
  const room = Math.floor(((toItself ? spacing : Math.abs(to - from)) - 24 - (sealed ? MARK + 4 : 0)) / CHARACTER);
  const words = cut(visibleText(title), Math.max(4, room));
  const half = (words.length * CHARACTER) / 2;
  const mark = sealed ? stateMark(stateOf(m)) : null;
  if (mark) {
    for (const [name, value] of Object.entries({ x: middle - half - MARK - 4, y: y + 7, width: MARK, height: MARK }))
      mark.setAttribute(name, String(value));
  }
  return svg(
    'g',
    {
      class: 'arrow',
      role: 'button',
      tabindex: chosen ? '0' : '-1',
      'aria-current': chosen && 'true',
      'data-state': sealed ? stateOf(m) : null,
      'data-message': index,
      'data-y': y,
      onclick: choose,
      onkeydown: (/** @type {KeyboardEvent} */ e) => {
        if (e.key !== 'Enter' && e.key !== ' ') return;
        e.preventDefault();
        choose();
      },
    },
    // Its name, by which it is spoken to as well.
    svg('title', null, spoken),
    svg('rect', { class: 'ground', x: 1, y: y + 2, width: wide - 2, height: ROW - 4, rx: 6 }),
    svg('text', { class: 'time', x: 6, y: line + 4 }, time),
    ' ',
    mark,
    svg('text', { class: 'label', x: middle, y: y + 20, 'text-anchor': 'middle' }, words),
    toItself
      ? svg('path', { class: 'shaft', d: `M${from} ${line - 4}h24v8h-18` })
      : svg('path', { class: 'shaft', d: `M${from} ${line}H${to - way * 7}` }),
    toItself
      ? svg('path', { class: 'head', d: `M${from + 1} ${line + 4}l8 -4v8z` })
      : svg('path', { class: 'head', d: `M${to} ${line}l${-way * 9} -4.5v9z` }),
  );
}

/**
 * Arrow keys go from message to message.
 * @param {SVGElement} element
 * @param {KeyboardEvent} event
 */
function move(element, event) {
  const arrows = /** @type {SVGElement[]} */ ([...element.querySelectorAll('.arrow')]);
  const at = arrows.findIndex((a) => a === event.target);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: arrows.length - 1 }[event.key];
  if (at < 0 || to === undefined || !arrows[to]) return;
  event.preventDefault();
  arrows[at].setAttribute('tabindex', '-1');
  arrows[to].setAttribute('tabindex', '0');
  arrows[to].focus();
}

/**
 * @param {string} text
 * @param {number} room
 */
function cut(text, room) {
  return text.length > room ? text.slice(0, Math.max(1, room - 1)) + '…' : text;
}
