// @ts-check
// The one place to paste, drop or open, and the examples.

import { fill, freshID, h } from './h.js';
import { visibleText } from './marks.js';
import { kindName } from './findings.js';
import { MAX_INPUT } from '../limits.js';

/** A set of more examples is folded. */
const LONG = 12;

export class InputPanel {
  /**
   * @param {import('./texts.js').Translate} t
   * @param {{examples: Promise<typeof import('./examples.js')>, state: import('./state.js').PageState, language: string}} options
   */
  constructor(t, { examples, state, language }) {
    this.t = t;
    this.examples = examples;
    this.language = language;
    this.state = state;
    this.depth = 0;
    this.typed = '';
    this.text = h('textarea', {
      id: 'input',
      rows: 7,
      spellcheck: 'false',
      autocapitalize: 'off',
      autocomplete: 'off',
      placeholder: t('page.placeholder'),
      'aria-label': t('page.input'),
      onkeydown: (/** @type {KeyboardEvent} */ e) => {
        if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) this.submit();
      },
    });
    this.files = h('input', {
      type: 'file',
      multiple: true,
      hidden: true,
      onchange: () => {
        this.take([...(this.files.files ?? [])]);
        this.files.value = '';
      },
    });
    this.exampleButton = h(
      'button',
      {
        type: 'button',
        id: 'examples-button',
        'aria-expanded': 'true',
        'aria-controls': 'examples',
        onclick: () => this.toggleExamples(),
      },
      t('page.examples'),
    );
    this.exampleList = h('div', { id: 'examples', class: 'examples' });
    this.bar = h('div', { class: 'input-bar', hidden: true });
    this.binary = h('p', { class: 'hint', hidden: true }, t('page.binary'));
    this.form = h(
      'form',
      {
        class: 'input-form',
        onsubmit: (/** @type {Event} */ e) => {
          e.preventDefault();
          this.submit();
        },
      },
      this.binary,
      this.text,
      h(
        'div',
        { class: 'acts' },
        h('button', { type: 'submit', class: 'primary', 'data-act': 'inspect' }, t('page.inspect')),
        h('button', { type: 'button', 'data-act': 'open', onclick: () => this.files.click() }, t('page.open')),
      ),
    );
    this.heading = h('div', { class: 'lead' }, h('h1', null, t('page.heading')), h('p', null, t('page.lead')));
    this.cover = h('div', { class: 'drop-cover', hidden: true, 'aria-hidden': 'true' }, t('page.drop'));
    this.element = h(
      'section',
      { class: 'input', 'aria-label': t('page.input') },
      this.heading,
      this.form,
      this.files,
      this.bar,
      this.exampleList,
      this.cover,
    );
    this.fillExamples();
    this.update();
  }

  async fillExamples() {
    const { groups } = await this.examples;
    fill(
      this.exampleList,
      groups.map((group) =>
        h(
          // Long sets are folded, so that what comes after them is not far.
          group.examples.length > LONG ? 'details' : 'section',
          null,
          group.examples.length > LONG
            ? h('summary', null, `${this.t('page.examples.' + group.id)} (${group.examples.length})`)
            : h('h2', null, this.t('page.examples.' + group.id)),
          h(
            'ul',
            null,
            group.examples.map((example) =>
              h(
                'li',
                null,
                h(
                  'button',
                  // Their titles and descriptions are in English.
                  { type: 'button', lang: 'en', 'data-example': example.id, onclick: () => this.open(example) },
                  h('b', null, example.title),
                  h('span', null, example.description),
                ),
              ),
            ),
          ),
        ),
      ),
    );
  }

  /** @param {import('./examples.js').Example} example */
  async open(example) {
    const { state } = this;
    const { exampleFile } = await this.examples;
    state.ring = [];
    for (const name of new Set([...example.keys, ...example.certificates, ...example.trust])) {
      const file = exampleFile(name);
      const report = await state.probe(file);
      if (report) state.add(file, 'example', report, example.trust.includes(name));
    }
    Object.assign(state.choices, {
      trust: 'bundled',
      time: example.at ? 'chosen' : 'now',
      chosen: example.at ?? '',
      policy: 'rfc6216',
    });
    state.input = exampleFile(example.message);
    state.tlsHost = example.host ?? '';
    this.showExamples(false);
    await state.run();
  }

  submit() {
    const text = this.text.value;
    this.state.take([{ name: '', data: new TextEncoder().encode(text) }], 'paste');
  }

  /** @param {File[]} files */
  async take(files) {
    if (files.length === 0) return;
    try {
      const n = files.reduce((sum, f) => sum + f.size, 0);
      if (n > MAX_INPUT) throw new RangeError(this.t('page.too-large', { n, max: MAX_INPUT }));
      const read = await Promise.all(
        files.map(async (f) => ({ name: f.name, data: new Uint8Array(await f.arrayBuffer()) })),
      );
      this.state.take(read, 'file');
    } catch (error) {
      this.state.tell('failed', error);
    }
  }

  /**
   * What is pasted anywhere on the page but into a field is input; pasted into the empty
   * message field it is inspected at once.
   * @param {ClipboardEvent} event
   */
  paste(event) {
    const target = event.composedPath()[0];
    const inField =
      target instanceof HTMLInputElement ||
      target instanceof HTMLTextAreaElement ||
      target instanceof HTMLSelectElement;
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0 && (!inField || target === this.text)) {
      event.preventDefault();
      this.take(files);
      return;
    }
    if (inField && target !== this.text) return;
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!text) return;
    if (target === this.text) {
      if (this.text.value !== '') return;
      // The field would change line ends; the clipboard's own are kept.
      event.preventDefault();
      this.text.value = text;
    }
    this.state.take([{ name: '', data: new TextEncoder().encode(text) }], 'paste');
  }

  /** @param {DragEvent} event */
  drag(event) {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    if (event.type === 'dragenter') this.depth++;
    if (event.type === 'dragleave') this.depth = Math.max(0, this.depth - 1);
    if (event.type === 'drop') {
      this.depth = 0;
      this.take([...event.dataTransfer.files]);
    }
    this.cover.hidden = this.depth === 0;
  }

  toggleExamples() {
    this.showExamples(!!this.exampleList.hidden);
  }

  /** @param {boolean} on */
  showExamples(on) {
    this.exampleList.hidden = !on;
    this.bar.querySelector('[aria-controls=examples]')?.setAttribute('aria-expanded', String(on));
  }

  /** Shows what the state is: a field to fill, or a bar that says what was given. */
  update() {
    const { t, state } = this;
    const { input, report } = state;
    const full = !!input && !!report;
    document.documentElement.dataset.input = full ? 'full' : 'empty';
    this.heading.hidden = full;
    this.form.hidden = full && !this.editing;
    this.bar.hidden = !full;
    if (!full) {
      this.editing = false;
      this.showExamples(true);
      return;
    }
    const name = visibleText(input.name) || t('page.pasted');
    fill(
      this.bar,
      h(
        'h1',
        { class: 'given' },
        h('b', null, name),
        ' ',
        h(
          'span',
          null,
          `${report.messages.length > 1 ? t('messages.label', { n: report.messages.length }) : kindName(t, report.input.kind)}, ${t('bytes.count', { n: new Intl.NumberFormat(this.language).format(input.data.length) })}`,
        ),
      ),
      h(
        'div',
        { class: 'acts' },
        h(
          'button',
          { type: 'button', 'data-act': 'edit', 'aria-expanded': String(!!this.editing), onclick: () => this.edit() },
          t('page.edit'),
        ),
        h('button', { type: 'button', 'data-act': 'open', onclick: () => this.files.click() }, t('page.open')),
        h(
          'button',
          {
            type: 'button',
            'data-act': 'examples',
            'aria-expanded': String(!this.exampleList.hidden),
            'aria-controls': 'examples',
            onclick: () => this.toggleExamples(),
          },
          t('page.examples'),
        ),
        h('button', { type: 'button', 'data-act': 'compare', onclick: () => this.tell('compare') }, t('page.compare')),
        h('button', { type: 'button', 'data-act': 'share', onclick: () => this.tell('share') }, t('page.share')),
        saveMenu(t, (kind) => this.tell('save', kind)),
        h('button', { type: 'button', 'data-act': 'clear', onclick: () => this.clear() }, t('page.clear')),
      ),
    );
    if (!this.editing) this.showExamples(false);
  }

  edit() {
    this.editing = !this.editing;
    if (this.editing && this.state.input) {
      const text = asText(this.state.input.data);
      this.text.value = text ?? '';
      this.binary.hidden = text !== null;
    }
    this.update();
    if (this.editing) this.text.focus();
  }

  clear() {
    const { state } = this;
    const undo = state.clear();
    this.text.value = '';
    this.update();
    this.text.focus();
    this.tell('undo', undo);
  }

  /**
   * @param {string} name
   * @param {any} [detail]
   */
  tell(name, detail) {
    this.element.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/**
 * Bytes as text, or null when a text field could not give the same bytes back.
 * @param {Uint8Array} bytes
 */
function asText(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * The ways to save a report.
 * @param {import('./texts.js').Translate} t
 * @param {(kind: string) => void} save
 */
function saveMenu(t, save) {
  const menu = h(
    'div',
    { class: 'menu', popover: 'auto', id: freshID('save'), role: 'group', 'aria-label': t('page.save') },
    ['json', 'html'].map((kind, i) =>
      h(
        'button',
        {
          type: 'button',
          class: 'quiet',
          'data-save': kind,
          autofocus: i === 0,
          onclick: () => {
            menu.hidePopover();
            save(kind);
          },
        },
        t('save.' + kind),
      ),
    ),
  );
  return [h('button', { type: 'button', 'data-act': 'save', popovertarget: menu.id }, t('page.save')), menu];
}
