// As much of node:assert/strict as the tests of the scripts use.

const show = (value) => JSON.stringify(value) ?? String(value);

function fail(what, message) {
  throw new Error(message ? `${message}: ${what}` : what);
}

function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const [ours, theirs] = [Object.keys(a), Object.keys(b)];
  return ours.length === theirs.length && ours.every((k) => Object.hasOwn(b, k) && same(a[k], b[k]));
}

// What was thrown is as it should be, by a pattern for its text or a function.
function fits(error, want) {
  if (want instanceof RegExp) return want.test(String(error));
  return want === undefined || want(error) === true;
}

const assert = {
  ok(value, message) {
    if (!value) fail(`${show(value)} is not true`, message);
  },
  equal(got, want, message) {
    if (!Object.is(got, want)) fail(`${show(got)}, not ${show(want)}`, message);
  },
  deepEqual(got, want, message) {
    if (!same(got, want)) fail(`${show(got)}, not ${show(want)}`, message);
  },
  match(text, pattern, message) {
    if (!pattern.test(text)) fail(`${show(text)} does not match ${pattern}`, message);
  },
  throws(body, want, message) {
    try {
      body();
    } catch (e) {
      if (!fits(e, want)) fail(`it threw ${e}`, message);
      return;
    }
    fail('nothing was thrown', message);
  },
  async rejects(promise, want, message) {
    try {
      await promise;
    } catch (e) {
      if (!fits(e, want)) fail(`it was rejected with ${e}`, message);
      return;
    }
    fail('it was not rejected', message);
  },
};

export default assert;
