// @ts-check
// What the pages of text share: the visitor's colours, and live inspectors.

import './element.js';
import { h } from './h.js';
import { preferences } from './preferences.js';
import { translator } from './texts.js';

const { controls } = preferences(document);
const [, themes] = controls(translator('en'), () => {});
document.querySelector('header')?.append(h('nav', { 'aria-label': 'Colours' }, themes));
