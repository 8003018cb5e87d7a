// @ts-check
// A dump as it is read: a short one whole, a long one by its lines in sight.

import { h } from './h.js';
import { visible } from './marks.js';
import { VirtualRows } from './virtual.js';

/** A dump of more bytes is shown line by line. */
const MAX_PLAIN = 200_000;
/** How much of one line is shown. */
const MAX_LINE = 4000;
/** How long the page is kept from anything else, in milliseconds. */
const AT_A_TIME = 12;

/**
 * @param {import('./view.js').Context} ctx
 * @param {Uint8Array} text in UTF-8
 */
export function dumpView(ctx, text) {
  const decoder = new TextDecoder();
  const label = ctx.t('asn1.dump');
  if (text.length <= MAX_PLAIN)
    return h(
      'pre',
      { class: 'dump', tabindex: '0', role: 'group', 'aria-label': label },
      visible(decoder.decode(text), { lines: true }),
    );
  /** Where lines begin, and where the last one ends. */
  let starts = new Uint32Array(1 << 12);
  const list = new VirtualRows({
    rowHeight: 20,
    render: (i) => {
      const line = text.subarray(starts[i], starts[i + 1] - 1);
      const rest = line.length > MAX_LINE && ' …';
      return h('div', { class: 'dump-line' }, visible(decoder.decode(line.subarray(0, MAX_LINE))), rest);
    },
    props: { class: 'virtual dump', role: 'group', 'aria-label': label },
  });
  let count = 0;
  const find = () => {
    const until = performance.now() + AT_A_TIME;
    for (let i = 1; starts[count] < text.length; i++) {
      if (i % 1024 === 0 && performance.now() > until) {
        // The rest in its turn, if the dump is still there to be seen.
        setTimeout(() => list.element.isConnected && find());
        break;
      }
      const end = text.indexOf(10, starts[count]);
      if (++count === starts.length) {
        const more = new Uint32Array(2 * count);
        more.set(starts);
        starts = more;
      }
      starts[count] = end < 0 ? text.length + 1 : end + 1;
    }
    list.setCount(count);
  };
  setTimeout(find);
  return list.element;
}
