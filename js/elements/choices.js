// @ts-check
// The choices: the key ring, whom to trust, when to judge, by which policy.

import { h } from './h.js';
import { visible, visibleText } from './marks.js';
import { shortName } from './model.js';
import { dateOf, signingTimeOf } from './state.js';

/** @typedef {import('./texts.js').Translate} Translate */

/** Whether the panel was opened, by state: it is made anew when something changes. @type {WeakMap<object, boolean>} */
const opened = new WeakMap();

/**
 * @param {Translate} t
 * @param {import('./state.js').PageState} state
 */
export function choicesPanel(t, state) {
  const details = h(
    'details',
    {
      class: 'choices',
      open: (opened.get(state) ?? false) || state.locked.length > 0,
      ontoggle: () => opened.set(state, details.open),
    },
    h(
      'summary',
      null,
      h('span', null, t('choices.title')),
      h(
        'span',
        { class: 'chosen' },
        summary(t, state).map((x) => h('span', { class: 'chip' }, x)),
      ),
    ),
    h('div', { class: 'choices-body' }, ring(t, state), judgement(t, state)),
  );
  return details;
}

/**
 * @param {Translate} t
 * @param {import('./state.js').PageState} state
 */
function summary(t, state) {
  const { trust, time, chosen, policy } = state.choices;
  return [
    time === 'chosen' ? t('choices.summary.chosen', { at: chosen || '…' }) : t('choices.summary.' + time),
    t('choices.summary.' + trust),
    state.ring.length > 0 ? t('choices.summary.ring', { n: state.ring.length }) : '',
    policy === 'modern' ? t('choices.summary.modern') : '',
  ].filter(Boolean);
}

/**
 * @param {Translate} t
 * @param {import('./state.js').PageState} state
 */
function ring(t, state) {
  const files = h('input', {
    type: 'file',
    multiple: true,
    hidden: true,
    onchange: async () => {
      const read = await Promise.all(
        [...(files.files ?? [])].map(async (f) => ({ name: f.name, data: new Uint8Array(await f.arrayBuffer()) })),
      );
      state.take(read, 'file');
    },
  });
  return h(
    'section',
    { class: 'ring', 'aria-labelledby': 'ring-title' },
    h('h2', { id: 'ring-title' }, t('ring.title')),
    h('p', { class: 'hint' }, state.ring.length > 0 ? t('ring.lead') : t('ring.empty')),
    state.ring.length > 0 &&
      h(
        'ul',
        null,
        state.ring.map((r) =>
          h(
            'li',
            { 'data-ring': r.name },
            h(
              'div',
              null,
              h('b', null, visible(r.name || t('page.pasted'))),
              h('span', { class: 'hint' }, t('ring.from.' + r.from)),
              holds(t, r, state.report).map((x) => h('span', { class: 'holds' }, visible(x))),
            ),
            r.report.certificates.length > 0 &&
              h(
                'label',
                { class: 'anchor' },
                h('input', {
                  type: 'checkbox',
                  checked: r.anchor,
                  'aria-label': t('ring.anchor.label', { name: visibleText(r.name) }),
                  onchange: (/** @type {Event} */ e) => {
                    r.anchor = /** @type {HTMLInputElement} */ (e.target).checked;
                    state.tell('ring');
                    state.run();
                  },
                }),
                t('ring.anchor'),
              ),
            h(
              'button',
              {
                type: 'button',
                class: 'quiet',
                'aria-label': t('ring.remove', { name: visibleText(r.name) }),
                onclick: () => state.remove(r.id),
              },
              '✕',
            ),
          ),
        ),
      ),
    state.locked.length > 0 && unlock(t, state),
    h(
      'div',
      { class: 'acts' },
      files,
      h('button', { type: 'button', onclick: () => files.click() }, t('ring.add')),
      state.secretive &&
        h('button', { type: 'button', 'data-act': 'forget', onclick: () => state.forget() }, t('ring.forget')),
    ),
  );
}

/**
 * What a file of the key ring holds, and what that is for.
 * @param {Translate} t
 * @param {import('./state.js').RingFile} r
 * @param {import('../types.d.ts').Report | null} now the report of the page's message
 */
function holds(t, r, now) {
  const { keys, certificates, objects } = r.report;
  const opens = (now?.keys ?? [])
    .filter((k) => k.name === r.name && k.certificate !== undefined && k.certificate !== null)
    .map((k) => t('ring.opens', { name: shortName(now?.certificates[k.certificate ?? 0]?.subject ?? '?') }));
  return [
    ...keys
      .filter((k) => k.origin === 'input')
      .map((k) => t('ring.key', { type: k.type || '?' }) + (k.locked ? ' · ' + t('keys.locked') : '')),
    ...new Set(opens),
    ...certificates
      .filter((c) => c.origin === 'input')
      .map((c) => t('ring.certificate', { name: shortName(c.subject) || '?' })),
    ...(objects ?? []).filter((o) => o.kind === 'crl').map(() => t('ring.crl')),
  ];
}

/**
 * @param {Translate} t
 * @param {import('./state.js').PageState} state
 */
function unlock(t, state) {
  const field = h('input', { type: 'password', autocomplete: 'off', id: 'ring-password' });
  return h(
    'form',
    {
      class: 'unlock',
      onsubmit: (/** @type {Event} */ e) => {
        e.preventDefault();
        const password = field.value;
        field.value = ''; // a wrong one is not tried again
        state.unlock(password);
      },
    },
    h(
      'p',
      null,
      t('ring.locked', { name: state.locked.map((r) => visibleText(r.name) || t('page.pasted')).join(', ') }),
      ' ',
      state.passwords.length > 0 && h('span', { class: 'bad', role: 'alert' }, t('ring.wrong')),
    ),
    h('label', { for: 'ring-password' }, t('ring.password')),
    field,
    h('button', { type: 'submit' }, t('ring.unlock')),
  );
}

/**
 * @param {Translate} t
 * @param {import('./state.js').PageState} state
 */
function judgement(t, state) {
  const { trust, time, chosen, policy } = state.choices;
  /** @type {(id: string, names: string[], value: string, change: (value: any) => void) => HTMLElement} */
  const choice = (id, names, value, change) => {
    const select = h(
      'select',
      { id: 'choice-' + id, onchange: () => change(select.value) },
      names.map((n) => h('option', { value: n }, t(`choices.${id}.${n}`))),
    );
    select.value = value;
    return h('div', { class: 'field' }, h('label', { for: 'choice-' + id }, t('choices.' + id)), select);
  };
  const missing =
    state.report &&
    ((time === 'date' && !dateOf(state.report)) || (time === 'signing' && !signingTimeOf(state.report)));
  const at = h('input', {
    type: 'datetime-local',
    id: 'choice-at',
    step: 1,
    onchange: () => at.value && state.choose({ chosen: at.value + 'Z' }),
  });
  at.value = chosen ? (chosen.length === 10 ? chosen + 'T00:00' : chosen.replace(/Z$/, '').slice(0, 19)) : '';
  return h(
    'section',
    { class: 'judgement' },
    choice('trust', ['bundled', 'own', 'none'], trust, (v) => state.choose({ trust: v })),
    choice('time', ['now', 'date', 'signing', 'chosen'], time, (v) =>
      state.choose({
        time: v,
        chosen: v === 'chosen' && !chosen ? new Date().toISOString().slice(0, 16) + ':00Z' : chosen,
      }),
    ),
    time === 'chosen' && h('div', { class: 'field' }, h('label', { for: 'choice-at' }, t('choices.at')), at),
    missing && h('p', { class: 'hint' }, t('choices.time.missing')),
    h(
      'label',
      { class: 'anchor' },
      h('input', {
        type: 'checkbox',
        id: 'choice-repair',
        checked: state.choices.repair,
        onchange: (/** @type {Event} */ e) =>
          state.choose({ repair: /** @type {HTMLInputElement} */ (e.target).checked }),
      }),
      t('choices.repair'),
    ),
    choice('policy', ['rfc6216', 'modern'], policy, (v) => state.choose({ policy: v })),
  );
}
