// @ts-check
// The page's inspector. A script of its own, because it begins to load before the rest
// of the page's scripts are there: the WASM is compiled while they arrive.

import { createInspector } from '../sipseal.js';

export const inspector = createInspector();
inspector.catch(() => {}); // the page says so, when it is there
