// @ts-check
// The picture of who can open what as an SVG file, laid out here, with colours of its own.

import { svg } from './h.js';
import { visibleText } from './marks.js';

const WIDTH = 720;
const BOX = 270;
const LINE = 17;
/** How many characters a line of a box has room for. */
const COLUMNS = 36;

/** @type {Record<string, string>} */
const COLOURS = { accent: '#1f5f8b', sealed: '#5b3d8f', warn: '#7a4b00' };

/**
 * How a line is drawn.
 * @param {import('./access.js').Line} l
 * @returns {[string, number, string]} colour, width and dashes
 */
export function stroke(l) {
  if (l.opened) return ['accent', 3, 'none'];
  if (l.can) return ['sealed', 2, 'none'];
  return ['warn', 2, '5 4'];
}

/**
 * @param {import('./context.js').Context} ctx
 * @param {import('./access.js').Access} access
 * @returns {string} the file
 */
export function accessSVG(ctx, access) {
  const left = column(access.parties, 1);
  const right = column(access.parts, WIDTH - BOX - 1);
  const height = Math.max(left.height, right.height) + 1;
  const picture = svg(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      'font-family': 'system-ui, sans-serif',
      'font-size': 13,
      role: 'img',
    },
    svg('title', null, ctx.t('access.title')),
    access.lines.map((l) => {
      const [colour, width, dashes] = stroke(l);
      const [y1, y2] = [left.middles[l.from], right.middles[l.to]];
      const line = { stroke: COLOURS[colour], 'stroke-width': width };
      return [
        svg('line', { ...line, x1: BOX + 1, y1, x2: WIDTH - BOX - 1, y2, 'stroke-dasharray': dashes }),
        l.required &&
          svg('circle', { ...line, 'stroke-width': 2, fill: '#ffffff', cx: WIDTH / 2, cy: (y1 + y2) / 2, r: 5 }),
      ];
    }),
    left.nodes,
    right.nodes,
  );
  return '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(picture) + '\n';
}

/**
 * @param {import('./access.js').End[]} ends
 * @param {number} x
 */
function column(ends, x) {
  /** @type {number[]} */
  const middles = [];
  let y = 1;
  const nodes = ends.map((end) => {
    const lines = [end.title, ...end.words].map((text) => {
      const shown = visibleText(text);
      return shown.length > COLUMNS ? shown.slice(0, COLUMNS - 1) + '…' : shown;
    });
    const height = lines.length * LINE + 18;
    const top = y;
    middles.push(top + height / 2);
    y += height + 14;
    return svg(
      'g',
      null,
      svg('rect', { x, y: top, width: BOX, height, rx: 8, fill: '#ffffff', stroke: '#8a857b' }),
      lines.map((text, i) =>
        svg(
          'text',
          {
            x: x + 12,
            y: top + 22 + i * LINE,
            fill: i > 0 ? '#5d6068' : '#1d1f23',
            'font-weight': i > 0 ? 400 : 600,
          },
          text,
        ),
      ),
    );
  });
  return { nodes, middles, height: y - 13 };
}
