// As much of node:test as the tests of the scripts use.

/** @type {{name: string, body: () => unknown}[]} */
const all = [];

export function test(name, body) {
  all.push({ name, body });
}

/** Runs them one after the other, and gives what failed and how many there were. */
export async function runAll() {
  const failed = [];
  for (const { name, body } of all) {
    try {
      await body();
    } catch (e) {
      failed.push(`${name}: ${e?.stack ?? e}`);
    }
  }
  return { ran: all.length, failed };
}
