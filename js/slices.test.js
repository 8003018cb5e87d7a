import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_FINDINGS } from './limits.js';
import { exchange, join } from './slices.js';

const slice = (more) => ({
  unhelped: false,
  first: 0,
  read: [0, 0, 0, 0],
  inspected: [0, 0, 0, 0],
  brought: new Uint8Array(),
  wants: new Uint8Array(),
  ...more,
});
const result = (report, sliceOf) => ({
  json: JSON.stringify({ messages: [], certificates: [], keys: [], findings: [], sources: [], ...report }),
  sources: (report.sources ?? []).map(() => null),
  slice: slice(sliceOf),
});

test('another round is needed only where something was brought and something is wanted', () => {
  const [brought, wants] = [Uint8Array.of(1, 2), Uint8Array.of(3)];
  const of = (...slices) => exchange(slices.map((s) => ({ slice: slice(s) })));
  assert.equal(of({}, {}), undefined);
  assert.equal(of({ brought }, {}), undefined);
  assert.equal(of({ wants }, {}), undefined);
  assert.deepEqual([...of({ brought }, { wants })], [1, 2, 3]);
  assert.deepEqual([...of({ brought, wants }, { brought, wants })], [1, 2, 1, 2, 3, 3]);
});

test('messages follow each other, and their indices are those of all', () => {
  // Both slices have read the input, source 0; each has opened a source and found a certificate.
  const one = (name, sha256) =>
    result(
      {
        sources: [{ kind: 'input' }, { kind: 'opened', parent: 0, name }],
        certificates: [{ subject: name, sha256, source: 1 }],
        messages: [{ name, body: { source: 1, signature: { signers: [{ certificate: 0 }] } } }],
        findings: [{ code: name, message: 0, certificate: 0, source: 1 }],
      },
      { read: [1, 0, 0, 0], inspected: [2, 1, 0, 1], first: name === 'a' ? 0 : 7 },
    );
  const { report } = join([one('a', 'aa'), one('b', 'bb')]);
  assert.deepEqual(
    report.sources.map((s) => s.name),
    [undefined, 'a', 'b'],
  );
  assert.deepEqual(
    report.messages.map((m) => [m.name, m.body.source, m.body.signature.signers[0].certificate].join()),
    ['a,1,0', 'b,2,1'],
  );
  assert.deepEqual(
    report.certificates.map((c) => [c.subject, c.source].join()),
    ['a,1', 'b,2'],
  );
  assert.deepEqual(
    report.findings.map((f) => [f.code, f.message, f.certificate, f.source].join()),
    ['a,0,0,1', 'b,7,1,2'],
  );
});

test('a certificate that two slices tell of is there once, and so are its findings', () => {
  const one = (name) =>
    result(
      {
        sources: [{ kind: 'input' }],
        certificates: [{ subject: 'same', sha256: 'aa', source: 0 }],
        messages: [{ name, certificates: [0] }],
        findings: [
          { code: 'of the certificate', certificate: 0 },
          { code: 'of ' + name, message: 0 },
        ],
      },
      { read: [1, 0, 0, 0], inspected: [1, 1, 0, 2] },
    );
  const { report } = join([one('a'), one('b')]);
  assert.equal(report.certificates.length, 1);
  assert.deepEqual(
    report.messages.map((m) => m.certificates),
    [[0], [0]],
  );
  assert.deepEqual(
    report.findings.map((f) => f.code),
    ['of the certificate', 'of a', 'of b'],
  );
});

test('a range is no index', () => {
  const { report } = join([
    result(
      { messages: [{ source: 0, certificates: [], range: [0, 9] }], sources: [{}] },
      { read: [1, 0, 0, 0], inspected: [1, 0, 0, 0] },
    ),
  ]);
  assert.deepEqual(report.messages, [{ source: 0, certificates: [], range: [0, 9] }]);
});

test('findings above the limit are not listed, and that is said', () => {
  const findings = Array.from({ length: MAX_FINDINGS }, (_, i) => ({ code: 'f' + i, message: 0 }));
  const one = () => result({ findings }, { inspected: [0, 0, 0, findings.length] });
  const { report } = join([one(), one()]);
  assert.equal(report.findings.length, MAX_FINDINGS + 1);
  assert.equal(report.findings.at(-1).code, 'limit-reached');
  assert.equal(join([one()]).report.findings.length, MAX_FINDINGS);
});

test('a key has the certificate that some slice found for it', () => {
  const one = (certificate) =>
    result(
      {
        keys: [{ name: 'k', certificate }],
        certificates: certificate === undefined ? [] : [{ sha256: 'aa', source: 0 }],
        sources: [{}],
      },
      { read: [1, 0, 1, 0], inspected: [1, certificate === undefined ? 0 : 1, 1, 0] },
    );
  const { report } = join([one(undefined), one(0)]);
  assert.deepEqual(report.keys, [{ name: 'k', certificate: 0 }]);
});
