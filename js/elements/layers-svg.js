// @ts-check
// The picture of the layers as an SVG file: the same boxes, laid out here, with colours and
// type of its own so that it looks the same anywhere.

import { svg } from './h.js';
import { visibleText } from './marks.js';

const WIDTH = 720;
const PAD = 14;
const HEAD = 48;
const LINE = 18;

/** @type {Record<string, [string, string]>} edge and ground by state */
const COLOURS = {
  valid: ['#1a6b3c', '#e8f4ec'],
  invalid: ['#a8261c', '#fbeae8'],
  unverifiable: ['#7a4b00', '#fdf3df'],
  opened: ['#1f5f8b', '#e7f1f8'],
  sealed: ['#5b3d8f', '#f0ebf8'],
  error: ['#a8261c', '#fbeae8'],
  '': ['#8a857b', '#ffffff'],
};

/**
 * @param {import('./context.js').Context} ctx
 * @param {import('./layers.js').Box} root
 * @returns {string} the file
 */
export function layersSVG(ctx, root) {
  const drawn = draw(ctx, root, 1, 1, WIDTH - 2);
  const picture = svg(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${drawn.height + 2}`,
      width: WIDTH,
      height: drawn.height + 2,
      'font-family': 'system-ui, sans-serif',
      'font-size': 14,
      role: 'img',
    },
    svg('title', null, ctx.t('layers.title')),
    drawn.node,
  );
  return '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(picture) + '\n';
}

/**
 * @param {import('./context.js').Context} ctx
 * @param {import('./layers.js').Box} box
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @returns {{node: SVGElement, height: number}}
 */
function draw(ctx, box, x, y, width) {
  const [edge, ground] = COLOURS[box.state] ?? COLOURS[''];
  const inner = [];
  let height = HEAD;
  for (const line of textLines(box.text, Math.max(12, Math.floor((width - 2 * PAD) / 8)))) {
    inner.push(
      svg(
        'text',
        {
          x: x + PAD,
          y: y + height + 10,
          fill: '#1d1f23',
          'font-family': 'ui-monospace, monospace',
          'xml:space': 'preserve',
        },
        line,
      ),
    );
    height += LINE;
  }
  if (inner.length > 0) height += PAD / 2;
  for (const child of box.inner) {
    const drawn = draw(ctx, child, x + PAD, y + height, width - 2 * PAD);
    inner.push(drawn.node);
    height += drawn.height + PAD;
  }
  const detail = visibleText(
    [box.detail, ctx.t('bytes.count', { n: ctx.number(box.size) })].filter(Boolean).join(' · '),
  );
  const node = svg(
    'g',
    null,
    svg('rect', { x, y, width, height, rx: 8, fill: ground, stroke: edge, 'stroke-width': box.state ? 2 : 1 }),
    svg('text', { x: x + PAD, y: y + 21, fill: '#1d1f23', 'font-weight': 600 }, visibleText(box.title)),
    box.word &&
      svg('text', { x: x + width - PAD, y: y + 21, fill: edge, 'font-weight': 600, 'text-anchor': 'end' }, box.word),
    svg('text', { x: x + PAD, y: y + 39, fill: '#5d6068', 'font-size': 12 }, detail),
    inner,
  );
  return { node, height };
}

/**
 * @param {string | undefined} text
 * @param {number} columns
 */
function textLines(text, columns) {
  if (text === undefined) return [];
  const lines = [];
  for (const line of text.trimEnd().split(/\r?\n/).slice(0, 6)) {
    const shown = visibleText(line);
    lines.push(shown.length > columns ? shown.slice(0, columns - 1) + '…' : shown);
  }
  return lines;
}
