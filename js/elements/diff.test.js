import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences, knownChange } from './diff.js';

const bytes = (text) => new TextEncoder().encode(text);
const diff = (a, b) => differences(bytes(a), bytes(b)).map((d) => [...d.a, ...d.b].join());

// What a becomes when every difference is put in from b: it must be b.
function patched(a, b) {
  const out = [];
  let at = 0;
  for (const d of differences(a, b)) {
    out.push(...a.subarray(at, d.a[0]), ...b.subarray(...d.b));
    at = d.a[1];
  }
  return [...out, ...a.subarray(at)];
}

test('runs that are the same have no difference', () => {
  assert.deepEqual(diff('', ''), []);
  assert.deepEqual(diff('a\r\nb\r\n', 'a\r\nb\r\n'), []);
});

test('a difference is from the first byte that differs to the last', () => {
  assert.deepEqual(diff('one two three', 'one 2 three'), ['4,7,4,5']);
  assert.deepEqual(diff('', 'new'), ['0,0,0,3']);
  assert.deepEqual(diff('old', ''), ['0,3,0,0']);
});

test('lines that were put in or taken out do not shift those after them', () => {
  assert.deepEqual(diff('a\nb\nc\n', 'a\nc\n'), ['2,4,2,2']);
  assert.deepEqual(diff('a\nc\n', 'a\nb\nc\n'), ['2,2,2,4']);
});

test('changed lines beside each other are told apart', () => {
  assert.deepEqual(diff('x: 1\ny: 2\nend', 'x: 7\ny: 8\nend'), ['3,4,3,4', '8,9,8,9']);
});

test('what the differences say makes one of the other', () => {
  let seed = 1;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let i = 0; i < 300; i++) {
    const make = () => Uint8Array.from({ length: random(60) }, () => [0x61, 0x62, 0x0a][random(3)]);
    const [a, b] = [make(), make()];
    assert.deepEqual(patched(a, b), [...b], `${a} and ${b}`);
  }
});

test('above the limit of changes it is one difference, and still right', () => {
  const many = (letter) => bytes(Array.from({ length: 3000 }, (_, i) => letter + i + '\n').join(''));
  assert.deepEqual(patched(many('a'), many('b')), [...many('b')]);
});

test('changes that happen on the way are known', () => {
  assert.equal(knownChange(bytes('a\r\nb'), bytes('a\nb')), 'line-ends');
  assert.equal(knownChange(bytes('a \tb'), bytes('ab')), 'spaces');
  assert.equal(knownChange(bytes('a\r\nb '), bytes('a\nb')), 'spaces');
  assert.equal(knownChange(bytes('ab'), bytes('ac')), '');
  assert.equal(knownChange(bytes('ab'), bytes('abc')), '');
});
