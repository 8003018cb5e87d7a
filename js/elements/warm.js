// @ts-check
// While nobody does anything, an example is inspected that nobody sees: a browser
// compiles the program's functions when they are first called, and the first message
// would take ten times as long as the second.

const LATER = 200;

/**
 * @param {import('../sipseal.d.ts').Inspector} inspector
 * @param {Promise<typeof import('./examples.js')>} examples
 * @param {() => boolean} wanted whether nothing has been inspected by then
 */
export async function warm(inspector, examples, wanted) {
  const { exampleFile } = await examples;
  await new Promise((resolve) => setTimeout(resolve, LATER));
  if ('requestIdleCallback' in window) await new Promise((resolve) => requestIdleCallback(resolve));
  if (!wanted()) return;
  // It is encrypted and signed, so that little is left to compile.
  await inspector.inspect(exampleFile('encrypted_signed.sip').data, { keys: [exampleFile('bob_key.pem')] });
  document.documentElement.dataset.warm = 'true';
}
