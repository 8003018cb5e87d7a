// Runs module.js on the package in the folder given first, with the seeds in the
// folder given second; the third argument says whether in a worker.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { check } from './module.js';

const [folder, seeds, worker] = process.argv.slice(2);
const before = Object.getOwnPropertyNames(globalThis).join();
const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const module = await import(pathToFileURL(join(folder, exports['.'].default)));
const files = Object.fromEntries(readdirSync(seeds).map((n) => [n, new Uint8Array(readFileSync(join(seeds, n)))]));
const wrong = await check(module, files, { worker: worker === 'worker' });
if (Object.getOwnPropertyNames(globalThis).join() !== before) wrong.push('the global object was changed');
console.log(JSON.stringify(wrong));
