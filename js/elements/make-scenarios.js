// @ts-check
// The last step: the test scenarios of RFC 6216 section 6 and of "The use of TLS in
// SIP", all in one archive and each to open.

import { h } from './h.js';
import { download } from './files.js';
import { button, choice, grid, values } from './make-fields.js';

/**
 * @param {import('./make.js').Context} ctx
 * @returns {HTMLElement}
 */
export function scenariosStep(ctx) {
  const { state, choices, act, inspectWith, t, told } = ctx;
  const form = grid(
    choice(
      'kit-key',
      t('kit.keys'),
      choices.keyTypes.filter((k) => k !== 'X25519'),
      { value: 'RSA 2048' },
    ),
  );
  /** @typedef {Awaited<ReturnType<typeof state.maker.scenarios>>} Kit */
  /** Made when it is first needed. @type {Promise<Kit> | undefined} */
  let kit;
  const ready = () => {
    kit ??= state.maker.scenarios({ keyType: values(form).text('kit-key') });
    kit.catch(() => (kit = undefined));
    return kit;
  };
  form.addEventListener('change', () => (kit = undefined));
  const open = async (/** @type {string} */ id) => {
    const { scenarios, files } = await ready();
    const pick = (/** @type {string[] | undefined} */ names) => files.filter((f) => names?.includes(f.name));
    const s = /** @type {import('../sipseal-make.d.ts').Scenario} */ (scenarios.find((one) => one.id === id));
    const [input] = pick([s.message]);
    const said = await inspectWith(input.data, {
      name: input.name,
      certificates: pick(s.certificates),
      crls: pick(s.crls),
      trust: pick(s.trust),
      tlsHost: s.host ?? '',
    });
    return t('kit.said', { expect: t('state.' + s.expect) + (s.reason ? ` (${s.reason})` : ''), said });
  };
  const entry = (/** @type {import('../sipseal-make.d.ts').Scenario} */ s) => {
    const title = told('scenario.' + s.id, s.title);
    const outcome = told(`outcome.${s.kind}.${s.expect}`, s.outcome);
    const expected = t(s.reason ? 'kit.expected-reason' : 'kit.expected', { outcome, reason: s.reason ?? '' });
    return h(
      'li',
      null,
      h(
        'span',
        null,
        title,
        h('small', null, `${s.reference}. ${told(`scenario.${s.id}.about`, s.description)} ${expected}`),
      ),
      button(t('make.open'), (b) => act(b, () => open(s.id)), { of: title, name: 'open-' + s.id }),
    );
  };
  return h(
    'section',
    { class: 'make-step', 'aria-labelledby': 'make-scenarios' },
    h('h2', { id: 'make-scenarios' }, t('kit.heading')),
    h('p', null, t('kit.about')),
    form,
    h(
      'div',
      { class: 'acts' },
      button(
        t('kit.save'),
        (b) =>
          act(b, async () => {
            const name = 'sip-test-scenarios.zip';
            download(name, 'application/zip', await state.maker.zip((await ready()).files));
            return t('make.saved', { name });
          }),
        { name: 'save-scenarios' },
      ),
    ),
    h('ul', { class: 'make-list', 'aria-label': t('kit.list') }, choices.scenarios.map(entry)),
  );
}
