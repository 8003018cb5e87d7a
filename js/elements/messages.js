// @ts-check
// The messages of a capture or of another long input: a list that is filtered by words,
// of which only the rows in sight exist, and beside it the ladder of the dialog at hand.
// Most inputs are one message: this module is not waited for to make the page ready.

import { callID, isSealed, stateOf, timeOfDay } from './glance.js';
import { fill, freshID, h } from './h.js';
import { stateMark } from './icons.js';
import { ladder } from './ladder.js';
import { visible, visibleText } from './marks.js';
import { messageTitle } from './model.js';
import { VirtualRows } from './virtual.js';
import css from './messages.css' with { type: 'text' };

/**
 * @typedef {import('../types.d.ts').Report} Report
 * @typedef {import('../types.d.ts').Message} Message
 */

/** Rows have one line where there is room, and two where there is not. */
const ROW_HEIGHT = 34;
const TALL_ROW_HEIGHT = 62;
const WIDE = 620;
/** Half a row says that there are more. */
const ROWS_SEEN = 8.5;
const TALL_ROWS_SEEN = 5.5;

/** @type {CSSStyleSheet | undefined} */
let made;

/** The style sheet of the list, for the root that it is put into. */
export function listSheet() {
  if (!made) {
    made = new CSSStyleSheet();
    made.replaceSync(css);
  }
  return made;
}

export class MessageList {
  /**
   * @param {Report} report
   * @param {{t: import('./texts.js').Translate, language: string, current: number,
   *   choose: (index: number) => void}} options
   */
  constructor(report, { t, language, current, choose }) {
    this.report = report;
    this.t = t;
    this.language = language;
    this.current = current;
    this.choose = choose;
    this.captured = report.messages.some((m) => m.capture);
    this.severalDays = new Set(report.messages.map((m) => timeOfDay(m.capture?.time)[1])).size > 1;
    this.order = inOrder(report.messages);
    this.shown = this.order;
    /** The row that the keyboard is on. */
    this.active = Math.max(0, this.shown.indexOf(current));
    this.stem = freshID('messages');
    /** What the filter looks at, by message, made when it is first wanted. @type {string[]} */
    this.haystacks = [];
    const n = new Intl.NumberFormat(language);
    this.number = (/** @type {number} */ x) => n.format(x);

    this.filter = h('input', {
      type: 'search',
      class: 'filter',
      placeholder: t('list.filter'),
      'aria-label': t('list.filter'),
      autocomplete: 'off',
      spellcheck: 'false',
      oninput: () => this.narrow(),
      onkeydown: (/** @type {KeyboardEvent} */ e) => {
        if (e.key === 'ArrowDown') {
          e.preventDefault();
          this.list.element.focus();
        }
      },
    });
    this.sealedOnly = h('input', { type: 'checkbox', onchange: () => this.narrow() });
    this.count = h('p', { class: 'found', role: 'status' });
    this.list = new VirtualRows({
      rowHeight: ROW_HEIGHT,
      render: (row) => this.row(row),
      props: {
        class: 'virtual message-rows',
        role: 'listbox',
        'aria-label': t('messages.label', { n: this.number(report.messages.length) }),
        onkeydown: (/** @type {KeyboardEvent} */ e) => this.key(e),
        onclick: (/** @type {MouseEvent} */ e) => this.click(e),
      },
      rowsProps: { role: 'presentation' },
    });
    this.list.spacer.setAttribute('role', 'presentation');
    this.ladderHost = h('div', { class: 'ladder-host' });
    this.anySealed = report.messages.some(isSealed);
    this.element = h(
      'section',
      { class: 'message-list', part: 'messages', 'data-captured': String(this.captured) },
      h(
        'header',
        { class: 'section-head' },
        h('h2', null, t('messages.label', { n: this.number(report.messages.length) })),
        this.filter,
        this.anySealed && h('label', { class: 'only-sealed' }, this.sealedOnly, t('list.sealed')),
      ),
      this.list.element,
      this.count,
      this.ladderHost,
    );
    this.observer = new ResizeObserver(() => this.layout());
    this.observer.observe(this.element);
    this.layout();
    this.say();
  }

  close() {
    this.observer.disconnect();
    this.list.close();
  }

  /** Rows as high as the width asks for. */
  layout() {
    const width = this.list.element.clientWidth;
    const wide = width === 0 || width >= WIDE;
    this.element.dataset.wide = String(wide);
    this.list.rowHeight = wide ? ROW_HEIGHT : TALL_ROW_HEIGHT;
    this.list.element.style.setProperty('--row', this.list.rowHeight + 'px');
    const rows = Math.min(wide ? ROWS_SEEN : TALL_ROWS_SEEN, Math.max(1, this.shown.length));
    this.list.element.style.height = rows * this.list.rowHeight + 2 + 'px';
    this.list.setCount(this.shown.length);
    if (this.ladderHost.clientWidth !== this.ladderWidth) this.drawLadder();
  }

  /** @param {number} index of the message that is shown now */
  setCurrent(index) {
    this.current = index;
    const row = this.shown.indexOf(index);
    if (row >= 0) this.active = row;
    this.list.refresh();
    this.drawLadder();
  }

  drawLadder() {
    const host = this.ladderHost;
    this.ladderWidth = host.clientWidth;
    const root = host.getRootNode();
    const focused = root instanceof ShadowRoot && host.contains(root.activeElement) ? root.activeElement : null;
    const inList = !!focused?.closest('details');
    const unfolded = !!host.querySelector('details')?.open;
    const scrolled = host.querySelector('.ladder-scroll')?.scrollTop ?? 0;
    const picture = this.captured
      ? ladder(this.report, this.current, { t: this.t, width: this.ladderWidth, choose: this.choose })
      : null;
    fill(host, picture);
    const scroller = host.querySelector('.ladder-scroll');
    const lit = /** @type {SVGElement | null} */ (host.querySelector('.arrow[aria-current]'));
    if (!picture || !scroller || !lit) return;
    const list = picture.querySelector('details');
    if (list) list.open = unfolded;
    const y = Number(lit.getAttribute('data-y'));
    const seen = y >= scrolled && y + 40 <= scrolled + scroller.clientHeight;
    scroller.scrollTop = seen ? scrolled : Math.max(0, y - scroller.clientHeight / 2);
    if (inList) /** @type {HTMLElement | null} */ (picture.querySelector('li [aria-current]'))?.focus();
    else if (focused) lit.focus({ preventScroll: true });
  }

  /** Shows the messages that have all the words of the filter. */
  narrow() {
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const { messages } = this.report;
    const only = this.sealedOnly.checked;
    const before = this.shown[this.active];
    this.shown =
      words.length === 0 && !only
        ? this.order
        : this.order.filter((i) => {
            if (only && !isSealed(messages[i])) return false;
            const hay = words.length > 0 ? (this.haystacks[i] ??= haystack(messages[i], this.t)) : '';
            return words.every((w) => hay.includes(w));
          });
    this.active = Math.max(0, this.shown.indexOf(before));
    this.list.element.scrollTop = 0;
    this.layout();
    this.list.scrollTo(this.active);
    this.say();
  }

  say() {
    const all = this.report.messages.length;
    const n = this.shown.length;
    fill(this.count, n === all ? '' : this.t('list.found', { n: this.number(n), all: this.number(all) }));
    this.follow();
  }

  /**
   * Says that something went wrong with a message.
   * @param {string} text
   */
  complain(text) {
    fill(this.count, h('span', { class: 'bad' }, visible(text)));
  }

  follow() {
    if (this.shown.length > 0) this.list.element.setAttribute('aria-activedescendant', `${this.stem}-${this.active}`);
    else this.list.element.removeAttribute('aria-activedescendant');
  }

  /** @param {number} row */
  row(row) {
    const index = this.shown[row];
    const m = this.report.messages[index];
    const c = m.capture;
    const title = visibleText(messageTitle(m, this.t).replace(/^SIP /, ''));
    const id = visibleText(callID(m));
    const state = stateOf(m);
    const parties = c ? [c.source, c.destination] : [m.from ?? '', m.to ?? ''];
    return h(
      'div',
      {
        role: 'option',
        id: `${this.stem}-${row}`,
        class: ['message-row', row === this.active && 'active'],
        'aria-selected': String(index === this.current),
        'aria-posinset': row + 1,
        'aria-setsize': this.shown.length,
        'data-message': index,
        'data-row': row,
        'data-state': state,
      },
      state === 'plain' ? h('span', { class: 'mark' }) : stateMark(state),
      c && h('span', { class: 'when', title: c.time }, this.when(c)),
      h(
        'span',
        { class: 'what', title },
        h('b', null, title),
        state !== 'plain' && h('small', { class: 'word' }, ' ', this.t('state.' + state)),
      ),
      h(
        'span',
        { class: 'way', title: `${visibleText(parties[0])} → ${visibleText(parties[1])}` },
        visible(parties[0]),
        (parties[0] || parties[1]) && h('span', { class: 'to' }, ' → '),
        visible(parties[1]),
        c && h('small', null, ' ', visible(c.transport)),
        c?.cut && h('small', { class: 'bad' }, ' ', this.t('list.cut')),
      ),
      h('span', { class: 'id', title: id }, m.name ? visible(m.name) : id),
    );
  }

  /** @param {import('../types.d.ts').Capture} c */
  when(c) {
    const [time, day] = timeOfDay(c.time);
    return (this.severalDays && day ? day + ' ' : '') + time.slice(0, 12);
  }

  /** @param {MouseEvent} event */
  click(event) {
    const row = event.target instanceof Element ? event.target.closest('[data-row]') : null;
    if (!(row instanceof HTMLElement)) return;
    this.active = Number(row.dataset.row);
    this.follow();
    this.choose(Number(row.dataset.message));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const last = this.shown.length - 1;
    if (last < 0) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.choose(this.shown[this.active]);
      return;
    }
    const page = Math.max(1, Math.floor(this.list.element.clientHeight / this.list.rowHeight) - 1);
    const to = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + page,
      PageUp: this.active - page,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.active = Math.max(0, Math.min(last, to));
    this.list.scrollTo(this.active);
    this.list.refresh();
    this.follow();
  }
}

/**
 * The messages by time; those without one stay where they are.
 * @param {Message[]} messages
 */
function inOrder(messages) {
  const order = messages.map((_, i) => i);
  const time = (/** @type {number} */ i) => messages[i].capture?.time ?? '';
  if (order.some((i) => i > 0 && time(i) && time(i - 1) && time(i) < time(i - 1)))
    order.sort((a, b) => (time(a) && time(b) && time(a) !== time(b) ? (time(a) < time(b) ? -1 : 1) : a - b));
  return order;
}

/**
 * All that the filter looks at.
 * @param {Message} m
 * @param {import('./texts.js').Translate} t
 */
function haystack(m, t) {
  const c = m.capture;
  return [
    m.name,
    messageTitle(m, t),
    m.requestURI,
    m.headers.map((x) => x.value).join(' '),
    m.from,
    m.to,
    stateOf(m) === 'plain' ? '' : t('state.' + stateOf(m)),
    c && `${c.time} ${c.source} ${c.destination} ${c.transport} #${c.packet}`,
  ]
    .join(' ')
    .toLowerCase();
}
