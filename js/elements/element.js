// @ts-check
// <sipseal-inspector>: an inspector in any page. This is the stub: it keeps the place and
// shows the text inside the tag; the rest is loaded when the element comes near what is seen.
//
//   <sipseal-inspector src="message.sip" keys="key.pem" certificates="a.pem b.pem" trust="ca.pem"
//     at="2010-01-01" view="summary" height="480">A signed MESSAGE…</sipseal-inspector>
//
// Attributes: src, keys, certificates, crls, trust (URLs, separated by spaces; trust="none" trusts
// nothing, no trust the bundled test CA), at (ISO 8601), policy, view, height (in pixels: what is
// higher is scrolled inside, so that the page around never jumps), lang. Without src, the message is the text inside. Properties: report; prepare(); load(); inspect(input, options).
// Events: "report" (detail: the report), "error" (detail: the Error). Parts: view, answer,
// sentence, layers, tabs, tab, panel, bytes.

const NEAR = '600px';
const WATCHED = ['src', 'keys', 'certificates', 'crls', 'trust', 'at', 'policy', 'view', 'height', 'lang'];

// Where there is no DOM (a server), the class is made but never used.
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

export class SipsealInspector extends Base {
  static observedAttributes = WATCHED;

  /** @type {IntersectionObserver | undefined} */ #near;
  /** @type {Promise<import('./session.js').ElementSession> | undefined} */ #session;
  #again = false;

  /** The report that is shown. @type {import('../types.d.ts').Report | undefined} */
  report = undefined;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.append(document.createElement('slot'));
  }

  connectedCallback() {
    this.#keepPlace();
    if (this.#session || this.hasAttribute('manual')) return;
    this.#near = new IntersectionObserver(
      (entries) => {
        if (!entries.some((e) => e.isIntersecting)) return;
        this.#near?.disconnect();
        this.load().catch(() => {});
      },
      { rootMargin: NEAR },
    );
    this.#near.observe(this);
  }

  disconnectedCallback() {
    this.#near?.disconnect();
    // An element that is only moved is connected again by then.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#session?.then(
        (s) => s.close(),
        () => {},
      );
      this.#session = undefined;
    });
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (name === 'height') this.#keepPlace();
    if (!this.#session || this.#again) return;
    this.#again = true;
    queueMicrotask(() => {
      this.#again = false;
      this.#session?.then(
        (s) => s.run(),
        () => {},
      );
    });
  }

  /** Loads what is needed, so that nothing is asked for later. Nothing is inspected. */
  async prepare() {
    await this.#begin();
  }

  /** Loads what is needed and inspects. Called when the element comes near. */
  async load() {
    return (await this.#begin()).run();
  }

  #begin() {
    this.#session ??= import('./session.js')
      .then(async ({ ElementSession }) => {
        const session = new ElementSession(this);
        await session.start();
        return session;
      })
      .catch((error) => {
        this.#session = undefined;
        this.dispatchEvent(new CustomEvent('error', { detail: error }));
        throw error;
      });
    return this.#session;
  }

  /**
   * Inspects something else than what the attributes say.
   * @param {Uint8Array | ArrayBuffer | Blob | string} input
   * @param {import('../sipseal.d.ts').InspectOptions} [options]
   */
  async inspect(input, options) {
    return (await this.#begin()).inspect(input, options);
  }

  #keepPlace() {
    const height = Number(this.getAttribute('height'));
    const fixed = height > 0;
    Object.assign(this.style, {
      display: 'block',
      minHeight: fixed ? '' : '12rem',
      height: fixed ? `${height}px` : '',
      overflow: fixed ? 'auto' : '',
      resize: fixed ? 'vertical' : '',
    });
  }
}

if (globalThis.customElements && !customElements.get('sipseal-inspector'))
  customElements.define('sipseal-inspector', SipsealInspector);
