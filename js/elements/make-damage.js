// @ts-check
// The fourth step: a message, the one that was made or any other, with what is wrong
// with it.

import { h } from './h.js';
import { button, check, choice, files, grid, group, line, values } from './make-fields.js';
import { saveButtons } from './make-message.js';

/**
 * @param {import('./make.js').Context} ctx
 * @returns {HTMLElement}
 */
export function damageStep(ctx) {
  const { state, choices, act, inspect, t, told } = ctx;
  const title = (/** @type {import('../sipseal-make.d.ts').Damage} */ d) => told('damage.' + d.id, d.title);
  /** @type {File | undefined} */
  let file;
  const form = grid(
    choice(
      'source',
      t('break.source'),
      ['made', 'file'].map((s) => [s, t('break.source.' + s)]),
    ),
    files('source-file', t('break.file'), ([chosen]) => {
      file = chosen;
      values(form).set('source', chosen ? 'file' : 'made');
    }),
    line('at', t('break.at'), {
      hint: t('break.at.hint', {
        titles: choices.damages
          .filter((d) => d.placed)
          .map(title)
          .join(', '),
      }),
    }),
    group(
      t('break.damages'),
      '',
      h(
        'div',
        { class: 'make-fields' },
        choices.damages.map((d) =>
          h(
            'div',
            null,
            check('damage', title(d), false, d.id),
            h('p', { class: 'hint' }, told(`damage.${d.id}.about`, d.description)),
          ),
        ),
      ),
    ),
  );
  const v = values(form);
  const broken = async () => {
    const ids = v.list('damage');
    if (ids.length === 0) throw new Error(t('break.none'));
    const place = v.text('at').trim();
    if (place && !Number.isInteger(Number(place))) throw new Error(t('break.bad-at', { text: place.slice(0, 40) }));
    let bytes;
    if (v.text('source') === 'file') {
      if (!file) throw new Error(t('break.no-file'));
      bytes = new Uint8Array(await file.arrayBuffer());
    } else {
      bytes = await ctx.message();
    }
    for (const id of ids) bytes = await state.maker.damage(bytes, id, place ? Number(place) : undefined);
    return bytes;
  };
  return h(
    'section',
    { class: 'make-step', 'aria-labelledby': 'make-damage' },
    h('h2', { id: 'make-damage' }, t('break.heading')),
    h('p', null, t('break.about')),
    form,
    h(
      'div',
      { class: 'acts' },
      button(t('break.open'), (b) => act(b, async () => inspect(await broken(), 'broken.sip')), {
        primary: true,
        name: 'open-broken',
      }),
      saveButtons(ctx, 'broken', broken),
    ),
  );
}
