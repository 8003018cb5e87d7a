// @ts-check
// The fourth step: the test scenarios of RFC 6216 section 6 and of "The use of TLS in
// SIP", all in one archive and each to open.

import { fill, h } from './h.js';
import { download } from './files.js';
import { button, choice, grid, values } from './make-fields.js';

/**
 * @typedef {object} Scenario
 * @property {string} id
 * @property {string} title
 * @property {string} description
 * @property {'smime' | 'tls'} kind
 * @property {string} message file name
 * @property {string[]} keys
 * @property {string[]} certificates
 * @property {string[]} [crls]
 * @property {string[]} trust
 * @property {string} [host]
 * @property {string} expect
 * @property {string} [reason]
 * @property {string} outcome
 * @property {string} reference
 */

/**
 * @param {import('./make.js').Context} ctx
 * @returns {HTMLElement}
 */
export function scenariosStep(ctx) {
  const { state, choices, act, inspectWith } = ctx;
  /** @type {import('../sipseal-make.js').NamedFile[]} */
  let files = [];
  const list = h('ul', { class: 'make-list', 'aria-label': 'Test scenarios' });
  const form = grid(choice('kit-key', 'Keys', choices.keyTypes, { value: 'RSA 2048' }));
  const ready = async () => {
    if (files.length > 0) return;
    const kit = await state.maker.scenarios({ keyType: values(form).text('kit-key') });
    files = kit.files;
    show(/** @type {Scenario[]} */ (kit.scenarios));
  };
  form.addEventListener('change', () => {
    files = [];
    fill(list);
  });
  const pick = (/** @type {string[] | undefined} */ names) =>
    (names ?? []).map((n) => {
      const found = files.find((f) => f.name === n);
      if (!found) throw new Error('there is no file ' + n);
      return found;
    });
  const show = (/** @type {Scenario[]} */ all) =>
    fill(list, all.map((s) => h('li', null,
      h('span', null, s.title, h('small', null, `${s.reference}. ${s.description} Expected: ${s.outcome}${s.reason ? ` (${s.reason})` : ''}`)),
      button('Open in the inspector', (b) => act(b, async () => {
        const [input] = pick([s.message]);
        const said = await inspectWith(input.data, {
          name: input.name, certificates: pick(s.certificates), crls: pick(s.crls), trust: pick(s.trust), tlsHost: s.host ?? '',
        });
        return `Expected: ${s.expect}${s.reason ? ` (${s.reason})` : ''}. ${said}`;
      }), { of: s.title, name: 'open-' + s.id }))));
  return h('section', { class: 'make-step', 'aria-labelledby': 'make-scenarios' },
    h('h2', { id: 'make-scenarios' }, '4. Test scenarios'),
    h('p', null, 'The 17 of RFC 6216 section 6 and the 8 of “The use of TLS in SIP” appendix A, with a manifest that says what a correct implementation does: a test kit to carry to an interoperability event.'),
    form,
    h('div', { class: 'acts' },
      button('Make them and show them', (b) => act(b, async () => { await ready(); return 'All scenarios are below.'; }), { name: 'make-scenarios' }),
      button('Save all as one archive', (b) => act(b, async () => {
        await ready();
        download('sip-test-scenarios.zip', 'application/zip', await state.maker.zip(files));
        return 'Saved.';
      }), { name: 'save-scenarios' })),
    list);
}
