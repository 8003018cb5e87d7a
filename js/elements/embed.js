// @ts-check
// The page for an iframe: one inspector that fills it. What it shows is named in the
// address: after "?" the attributes of the element (src, keys, certificates, trust, at,
// policy, view, lang; the files must be of this page's own origin), or after "#" a message
// as a shared link has it. It tells the page around how high it is.

import './element.js';
import { unfold } from './share.js';

const NAMES = ['src', 'keys', 'certificates', 'crls', 'trust', 'at', 'policy', 'view', 'lang'];

const asked = new URLSearchParams(location.search);
const theme = asked.get('theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;

const inspector = /** @type {import('./element.js').SipsealInspector} */ (document.createElement('sipseal-inspector'));
for (const name of NAMES) {
  const value = asked.get(name);
  if (value !== null) inspector.setAttribute(name, value);
}
const message = new URLSearchParams(location.hash.slice(1)).get('m');
if (message) inspector.toggleAttribute('manual', true);
document.querySelector('main')?.append(inspector);
if (message) {
  unfold(message)
    .then((data) => inspector.inspect(data))
    .catch((error) => inspector.replaceChildren(String(error instanceof Error ? error.message : error)));
}

// Only a number goes out, to whoever frames the page.
new ResizeObserver(() => {
  if (parent !== window)
    parent.postMessage(
      { sipseal: { height: Math.ceil(document.documentElement.getBoundingClientRect().height) } },
      '*',
    );
}).observe(document.body);
