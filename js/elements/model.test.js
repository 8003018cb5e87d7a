import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkName, claims, claimsAt, messageTitle, patience, shortName, uncovered, walk } from './model.js';
import { translator } from './texts.js';

const t = translator('en');
const part = (path, more = {}) => ({ path, type: 'text/plain', children: [], ...more });
const message = (body, more = {}) => ({ kind: 'request', method: 'MESSAGE', headers: [], body, ...more });
const report = (...messages) => ({ messages, certificates: [], keys: [], findings: [], sources: [] });

test('a report is walked outer before inner, each stop with a key of its own', () => {
  const sealed = part('1.2', { content: part('1.2', { children: [part('1.2.1'), part('1.2.2')] }) });
  const r = report(message(part('1', { children: [part('1.1'), sealed] })), message(part('1')));
  const stops = walk(r);
  assert.deepEqual(
    stops.map((s) => `${s.depth} ${s.key} ${s.role}`),
    [
      '0 m0 ',
      '1 m0.p1 body',
      '2 m0.p1.1 child',
      '2 m0.p1.2 child',
      '3 m0.p1.2! content',
      '4 m0.p1.2.1 child',
      '4 m0.p1.2.2 child',
      '0 m1 ',
      '1 m1.p1 body',
    ],
  );
  assert.equal(new Set(stops.map((s) => s.key)).size, stops.length);
  assert.deepEqual(
    walk(r, 1).map((s) => s.key),
    ['m1', 'm1.p1'],
  );
  assert.deepEqual(walk(r, 2), []);
});

test('a message within a message is walked too', () => {
  const r = report(message(part('1', { message: message(part('1')) })));
  assert.deepEqual(
    walk(r).map((s) => [s.key, s.role, s.depth].join()),
    ['m0,,0', 'm0.p1,body,1', 'm0.p1.m,message,2', 'm0.p1.m.p1,body,3'],
  );
});

test('10,000 parts within each other are no matter of the stack', () => {
  let inner = part('1');
  for (let i = 0; i < 10_000; i++) inner = part('1', { content: inner });
  assert.equal(walk(report(message(inner))).length, 10_002);
});

test('only what stands beside something signed is uncovered', () => {
  const signed = part('1.1', { signature: { signers: [{}] } });
  const beside = part('1.2');
  const within = (state, body = part('1', { children: [signed, beside] })) => message(body, { summary: { state } });
  assert.equal(uncovered(within('partly'), beside), true);
  assert.equal(uncovered(within('partly'), part('1.1', { covered: [{ by: 'signature' }] })), false);
  assert.equal(uncovered(within('plain'), beside), false);
  assert.equal(uncovered(within('partly', part('1')), part('1')), false);
  const vouched = { ...within('partly', part('1')), identity: [{}] };
  assert.equal(uncovered(vouched, vouched.body), true);
});

test('claims have the bytes that they are about, and those on one byte come widest first', () => {
  const body = part('1', { source: 0, range: [20, 40], bodyRange: [30, 40] });
  const r = report(
    message(body, { source: 0, range: [0, 40], headers: [{ name: 'f', canonical: 'From', range: [5, 15] }] }),
  );
  r.findings.push({ code: 'x', title: 'A finding', range: [32, 34] }, { code: 'y', title: 'Nowhere' });
  const all = claims(r, t, 'en');
  assert.deepEqual(
    all.map((c) => [c.key, c.tab, c.start, c.end].join()),
    ['m0,message,0,40', 'm0.h0,message,5,15', 'm0.p1,message,20,40', 'm0.p1.body,message,30,40', 'f0,notes,32,34'],
  );
  assert.deepEqual(
    claimsAt(all, 0, 33).map((c) => c.key),
    ['m0', 'm0.p1', 'm0.p1.body', 'f0'],
  );
  assert.deepEqual(claimsAt(all, 0, 40), []);
  assert.deepEqual(claimsAt(all, 1, 33), []);
});

test('a name is called by its CN, else by what is left of it', () => {
  assert.equal(shortName('C=US, O=sipit, CN=alice'), 'alice');
  assert.equal(shortName('/C=US/O=sipit/CN=alice'), 'alice');
  assert.equal(shortName('CN=Doe\\, Jane,O=x'), 'Doe, Jane');
  assert.equal(shortName('O=sipit, C=US'), 'sipit');
  assert.equal(shortName('emailAddress=XCN=no'), 'emailAddress=XCN=no');
  assert.equal(shortName(''), '');
});

test('messages are titled by what they are', () => {
  assert.match(messageTitle(message(part('1')), t), /MESSAGE/);
  assert.match(messageTitle({ kind: 'response', status: 603, reason: 'Decline' }, t), /603.*Decline/);
  assert.equal(messageTitle({ kind: 'entity' }, t), t('message.entity'));
});

test('a check that the catalogue does not know is called by its code', () => {
  assert.equal(checkName(t, 'digest'), t('check.digest'));
  assert.equal(checkName(t, 'never-heard-of'), 'Never heard of');
});

test('large inputs are given more time', () => {
  assert.equal(patience(new Uint8Array()), 10_000);
  assert.equal(patience(new Uint8Array(1_000_000)), 13_000);
});
