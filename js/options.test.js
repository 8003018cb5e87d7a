import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_INPUT } from './limits.js';
import { abortSignal, timeLimit, toBytes, toCrossing } from './options.js';

const refuses = (options, why) => assert.rejects(toCrossing('', options), why);

test('bytes are taken from all that holds some, and copied', async () => {
  assert.deepEqual([...(await toBytes('ü', 'input'))], [0xc3, 0xbc]);
  const own = Uint8Array.of(1, 2, 3, 4);
  const copy = await toBytes(own, 'input');
  own[0] = 9;
  assert.deepEqual([...copy], [1, 2, 3, 4]);
  assert.deepEqual([...(await toBytes(new DataView(own.buffer, 1, 2), 'input'))], [2, 3]);
  assert.deepEqual([...(await toBytes(own.buffer, 'input'))], [9, 2, 3, 4]);
  assert.deepEqual([...(await toBytes(new Blob([own]), 'input'))], [9, 2, 3, 4]);
  for (const other of [null, undefined, 7, {}, [1, 2]])
    await assert.rejects(toBytes(other, 'the thing'), /^TypeError: the thing must be/);
});

test('what is too large is refused before it is read', async () => {
  const large = { byteLength: MAX_INPUT + 1 };
  await assert.rejects(toBytes(large, 'input'), /has more than \d+ bytes/);
});

test('without options there are the ones of the documentation', async () => {
  const before = Math.floor(Date.now() / 1000);
  const { at, ...rest } = await toCrossing('');
  assert.ok(at >= before && at <= Date.now() / 1000);
  assert.equal(rest.policy, 'rfc6216');
  assert.equal(rest.trustBundled, true);
  assert.equal(rest.noRepair, false);
  for (const name of ['keys', 'passwords', 'secretKeys', 'certificates', 'crls', 'trust'])
    assert.deepEqual(rest[name], []);
  assert.equal((await toCrossing('', { trust: [] })).trustBundled, false);
});

test('a time is UTC unless it says otherwise', async () => {
  const at = async (value) => (await toCrossing('', { at: value })).at;
  // By date -u -d … +%s.
  assert.equal(await at('2010-01-01'), 1262304000);
  assert.equal(await at('2010-01-01T12:00'), 1262347200);
  assert.equal(await at('2010-01-01T12:00:00Z'), 1262347200);
  assert.equal(await at('2010-01-01T12:00:00+02:00'), 1262340000);
  assert.equal(await at(new Date(1262347200999)), 1262347200);
  assert.equal(await at(new Date(-1)), -1);
  for (const odd of ['', 'yesterday', '2010-13-01', '1 January 2010', new Date(NaN), 5, null])
    await refuses({ at: odd }, /^TypeError: at must be/);
});

test('a complaint names the option and what it takes', async () => {
  await refuses({ polcy: 'x' }, /there is no option "polcy"; there are name, keys/);
  await refuses({ policy: 'strict' }, /policy must be 'rfc6216' or 'modern', not "strict"/);
  await refuses({ keys: 'x' }, /keys must be an array, not string/);
  await refuses({ keys: [1] }, /keys\[0\] must be/);
  await refuses({ passwords: ['a', 7] }, /passwords\[1\] must be a string, not number/);
  await refuses({ trust: null }, /trust must be an array, not null/);
  await refuses({ repair: 'no' }, /repair must be true or false/);
  await refuses(null, /options must be an object, not null/);
});

test('secret keys are hex or bytes, and no complaint repeats one', async () => {
  const { secretKeys } = await toCrossing('', {
    secretKeys: [
      { id: '01 02', key: 'AA:bb' },
      { id: Uint8Array.of(3), key: '' },
    ],
  });
  assert.deepEqual(
    secretKeys.map(({ id, key }) => [[...id], [...key]]),
    [
      [
        [1, 2],
        [0xaa, 0xbb],
      ],
      [[3], []],
    ],
  );
  for (const key of ['abc', 'secret!!'])
    await assert.rejects(toCrossing('', { secretKeys: [{ id: '01', key }] }), (e) => {
      assert.match(e.message, /secretKeys\[0\]\.key is not hex/);
      return !e.message.includes(key);
    });
});

test('files may have names', async () => {
  const { certificates } = await toCrossing('', {
    certificates: ['x', { name: 'a.pem', data: 'y' }, new File(['z'], 'b.pem')],
  });
  assert.deepEqual(
    certificates.map(({ name, data }) => name + '=' + new TextDecoder().decode(data)),
    ['=x', 'a.pem=y', 'b.pem=z'],
  );
});

test('limits and signals', () => {
  assert.equal(timeLimit(undefined, 5), 5);
  assert.equal(timeLimit(Infinity, 5), Infinity);
  for (const odd of [0, -1, NaN, '5', null]) assert.throws(() => timeLimit(odd, 5), /timeout must be/);
  const { signal } = new AbortController();
  assert.equal(abortSignal(signal), signal);
  assert.equal(abortSignal(undefined), undefined);
  for (const odd of [null, 1, {}]) assert.throws(() => abortSignal(odd), /signal must be an AbortSignal/);
});
