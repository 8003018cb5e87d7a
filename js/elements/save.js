// @ts-check
// A report to keep: as JSON, or as one HTML page that needs nothing else and prints well.

import { h } from './h.js';
import { answer } from './answer.js';
import { certificatesPanel } from './certificates.js';
import { notesPanel } from './findings.js';
import { layersPicture } from './layers.js';
import { messagePanel } from './message.js';
import { objects } from './asn1-objects.js';
import { sealsPanel } from './seals.js';
import { css } from './style.js';
import { ACTING, visibleText } from './acting.js';
import { visible } from './marks.js';

/** Longer dumps are left out of the printable page. */
const MAX_DUMP = 1 << 18;

/** @param {import('../types.d.ts').Report} report */
export function reportJSON(report) {
  // The same strings, in a file that looks the same in every editor.
  const escaped = (/** @type {string} */ c) =>
    c === '\n'
      ? c
      : c
          .split('')
          .map((unit) => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'))
          .join('');
  return JSON.stringify(report, null, 2).replace(ACTING, escaped) + '\n';
}

/**
 * The printable page.
 * @param {import('./context.js').Context} ctx
 * @param {string} name of the input
 * @returns {Promise<string>}
 */
export async function reportHTML(ctx, name) {
  const { t, report } = ctx;
  const chapters = [];
  const messages = report.messages.length > 0 ? report.messages.map((_, i) => i) : [-1];
  for (const index of messages) {
    const own = { ...ctx, message: index };
    chapters.push(answer(own, index));
    if (index < 0) continue;
    chapters.push(
      layersPicture(own, index),
      chapter(t('tab.seals'), sealsPanel(own)),
      chapter(t('tab.message'), messagePanel(own)),
    );
  }
  chapters.push(chapter(t('tab.notes'), notesPanel(ctx)));
  if (report.certificates.length + report.keys.length > 0)
    chapters.push(chapter(t('tab.certs'), certificatesPanel(ctx)));
  for (const object of objects(ctx)) {
    const bytes = ctx.bytes(object.source).subarray(object.range[0], object.range[1]);
    if (bytes.length > MAX_DUMP) continue;
    const text = await ctx.inspector.dump(bytes, { style: 'asn1parse' }).catch(() => '');
    if (text) chapters.push(chapter(object.label, h('pre', { class: 'dump' }, visible(text, { lines: true }))));
  }
  const view = h(
    'main',
    { class: 'view' },
    h('h1', null, visible(name || t('page.result'))),
    h('p', { class: 'over' }, t('save.made', { at: new Date().toISOString().slice(0, 19) + 'Z' })),
    chapters,
  );
  still(view);
  const page = h(
    'html',
    { lang: ctx.language },
    h(
      'head',
      null,
      h('meta', { charset: 'utf-8' }),
      h('meta', { 'http-equiv': 'Content-Security-Policy', content: "default-src 'none'; style-src 'unsafe-inline'" }),
      h('meta', { name: 'viewport', content: 'width=device-width' }),
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      h('title', null, visibleText(name) || t('page.result')),
      h('style', null, css().replaceAll(':host', ':root') + STYLE),
    ),
    h('body', null, view),
  );
  return '<!doctype html>\n' + page.outerHTML + '\n';
}

/**
 * @param {string} title
 * @param {import('./h.js').Child} content
 */
function chapter(title, content) {
  return h('section', { class: 'panel' }, h('h2', null, title), content);
}

/**
 * Turns what only works in the page into text.
 * @param {HTMLElement} root
 */
function still(root) {
  // What is asked of a certificate there, and what is written only then.
  for (const e of root.querySelectorAll('form, .tls-check:not(:has(.tls)), .certificate-text')) e.remove();
  for (const details of root.querySelectorAll('details')) details.open = true;
  for (const button of root.querySelectorAll('button')) {
    if (button.matches('.quiet') && !button.closest('dd')) {
      button.remove();
      continue;
    }
    const span = h('span', { class: button.className });
    span.append(...button.childNodes);
    button.replaceWith(span);
  }
  for (const gone of root.querySelectorAll('.visually-hidden, .acts')) gone.remove();
}

const STYLE = `
body { margin: 0; background: var(--bg); }
main.view { max-width: 60rem; margin: auto; padding: 1.5rem; container-type: inline-size; }
h1 { font-size: 1.25rem; margin: 0; } h2:not(.sentence) { font-size: 1.125rem; border-bottom: 1px solid var(--line); }
.bytes-link { text-decoration: none; } .dump, .text pre { max-height: none; white-space: pre-wrap; }
.box-head { display: flex; }
@media print { :root { color-scheme: light; } .card, .box, .check, li { break-inside: avoid; } }
`;
