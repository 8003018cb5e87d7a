// @ts-check
// A link with the message in its fragment, which no server ever sees: deflated, in base64url.
// Certificates that are needed to judge it go along; keys and trust never do.

import { fill, h } from './h.js';
import { dialog } from './dialog.js';
import { copyWith, download, toBase64 } from './files.js';
import { sameBytes } from './state.js';

/** Longer links are cut by mail programs, chats and browsers. */
const MAX_LINK = 32_000;
/** What a link may unfold to: a small link could hold a very large message. */
const MAX_UNFOLDED = 16 << 20;

/**
 * @param {Uint8Array} bytes
 * @param {CompressionStream | DecompressionStream} through
 * @param {number} limit
 */
async function pipe(bytes, through, limit) {
  const reader = new Blob([/** @type {BlobPart} */ (bytes)])
    .stream()
    .pipeThrough(/** @type {any} */ (through))
    .getReader();
  /** @type {Uint8Array[]} */
  const chunks = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      reader.cancel().catch(() => {});
      throw new RangeError(`more than ${limit} bytes`);
    }
    chunks.push(value);
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

/** @param {Uint8Array} bytes */
async function fold(bytes) {
  const folded = await pipe(bytes, new CompressionStream('deflate-raw'), Infinity);
  return toBase64(folded).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** @param {string} text */
export async function unfold(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return pipe(
    Uint8Array.from(binary, (c) => c.charCodeAt(0)),
    new DecompressionStream('deflate-raw'),
    MAX_UNFOLDED,
  );
}

/**
 * The link to a page's message.
 * @param {import('./state.js').PageState} state
 * @param {string} base the page's address without a fragment
 */
export async function makeLink(state, base) {
  const { input, choices } = state;
  if (!input) return base;
  const fragment = ['m=' + (await fold(input.data))];
  for (const r of state.ring) if (r.report.keys.length === 0 && !r.anchor) fragment.push('c=' + (await fold(r.data)));
  if (input.name) fragment.push('n=' + encodeURIComponent(input.name));
  if (choices.time === 'chosen' && choices.chosen) fragment.push('at=' + encodeURIComponent(choices.chosen));
  else if (choices.time !== 'now') fragment.push('at=' + choices.time);
  if (choices.policy !== 'rfc6216') fragment.push('policy=' + choices.policy);
  return `${base}#${fragment.join('&')}`;
}

/** The end of an address that a page gives itself to take along what is open. */
export const CARRIED = '&carried';
/** Chromium takes addresses of 2 MB. */
const MAX_ADDRESS = 1 << 20;

/**
 * An address by which the page, loaded again, opens what it has open: all but keys.
 * @param {import('./state.js').PageState} state
 * @param {string} base
 * @returns {Promise<string | undefined>} undefined where it cannot be taken along
 */
export async function carry(state, base) {
  if (!state.input) return base;
  if (holdsKey(state)) return undefined;
  const link = (await makeLink(state, base)) + CARRIED;
  return link.length < MAX_ADDRESS ? link : undefined;
}

/**
 * Whether a private key is, or may be, in the input itself.
 * @param {import('./state.js').PageState} state
 */
function holdsKey({ input, report, ring }) {
  if (!input || !report) return true;
  return (
    report.keys.some((k) => k.origin === 'input') ||
    ring.some((r) => r.report.keys.length > 0 && sameBytes(r.data, input.data))
  );
}

/**
 * Takes what a link's fragment holds.
 * @param {import('./state.js').PageState} state
 * @param {string} fragment location.hash
 * @returns {Promise<boolean>} whether it held a message
 */
export async function openLink(state, fragment) {
  const values = new URLSearchParams(fragment.replace(/^#/, ''));
  const message = values.get('m');
  if (!message) return false;
  const data = await unfold(message);
  for (const folded of values.getAll('c').slice(0, 32)) {
    const file = { name: 'certificate', data: await unfold(folded) };
    const report = await state.probe(file);
    if (report && report.keys.length === 0 && report.certificates.length > 0) state.add(file, 'link', report);
  }
  const at = values.get('at') ?? '';
  if (at === 'date' || at === 'signing') state.choices.time = at;
  else if (/^\d{4}-\d\d-\d\d/.test(at)) Object.assign(state.choices, { time: 'chosen', chosen: at.slice(0, 32) });
  if (values.get('policy') === 'modern') state.choices.policy = 'modern';
  state.input = { name: values.get('n') ?? '', data };
  await state.run();
  return true;
}

/**
 * The dialog that offers the link.
 * @param {import('./texts.js').Translate} t
 * @param {import('./state.js').PageState} state
 */
export async function shareDialog(t, state) {
  const { input, report } = state;
  if (!input || !report) return;
  const file = () => download(input.name || 'message.sip', 'application/octet-stream', input.data);
  const asFile = h('button', { type: 'button', 'data-act': 'share-file', onclick: file }, t('share.file'));
  if (holdsKey(state)) {
    dialog(t, t('share.title'), [h('p', null, t('share.has-key'))]);
    return;
  }
  const body = h('div', { class: 'dialog-content' }, h('p', null, t('page.running')));
  dialog(t, t('share.title'), body);
  const link = await makeLink(state, location.href.split('#')[0]);
  if (link.length > MAX_LINK) {
    fill(
      body,
      h('p', null, t('share.too-long', { n: link.length, max: MAX_LINK })),
      h('div', { class: 'acts' }, asFile),
    );
    return;
  }
  const field = h('textarea', {
    readOnly: true,
    rows: 4,
    id: 'share-link',
    'aria-label': t('share.link'),
    value: link,
    onfocus: () => field.select(),
  });
  const copy = h(
    'button',
    {
      type: 'button',
      class: 'primary',
      'data-act': 'copy-link',
      onclick: () => copyWith(copy, t('act.copied'), () => link),
    },
    t('share.copy'),
  );
  const certificates = state.ring.filter((r) => r.report.keys.length === 0 && !r.anchor).length;
  fill(
    body,
    h('p', null, t('share.what'), certificates > 0 && ' ' + t('share.certificates', { n: certificates })),
    field,
    h('div', { class: 'acts' }, copy, asFile),
  );
  copy.focus();
}
