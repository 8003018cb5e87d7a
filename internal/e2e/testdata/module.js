// What the ES module promises, checked in any environment: the browser tests and
// the Node tests both run this. check() gives the list of what does not hold.

/**
 * @param {any} module the ES module
 * @param {Record<string, Uint8Array>} files the files of testdata/seeds
 * @param {{worker?: boolean, wasm?: any}} how
 */
export async function check(module, files, how) {
  const { createInspector, SipsealError } = module;
  const wrong = [];
  const equal = (what, got, want) => {
    if (JSON.stringify(got) !== JSON.stringify(want))
      wrong.push(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
  };
  const rejects = async (what, promise, name, text = '') => {
    try {
      await promise;
      wrong.push(`${what}: not rejected`);
    } catch (e) {
      if (e.name !== name || !e.message.includes(text))
        wrong.push(`${what}: rejected with ${e.name}: ${e.message}, want ${name}: …${text}…`);
      if (e.name !== 'TypeError' && e.name !== 'AbortError' && !(e instanceof SipsealError))
        wrong.push(`${what}: not a SipsealError`);
    }
  };

  const inspector = await createInspector(how);
  const message = files['draft01_signed.sip'];
  const fluffy = files['draft01_user_fluffy.pem'];
  const ca = files['draft01_ca.pem'];
  const given = { certificates: [fluffy], trust: [ca], at: '2010-01-01' };
  const verdict = (report) => {
    const s = report.messages[0]?.body?.signature;
    return [s?.verdict, s?.reason ?? ''];
  };

  // The verdicts.
  const report = await inspector.inspect(message, given);
  equal('draft-01 message in 2010', verdict(report), ['valid', '']);
  equal('schema', report.schema, 1);
  equal('from', report.messages[0].from, 'sip:fluffy@example.com');
  equal('today', verdict(await inspector.inspect(message, { ...given, at: undefined })), ['invalid', 'validity']);
  const changed = message.slice();
  changed[report.messages[0].body.children[0].bodyRange[0]] ^= 1;
  const [v, r] = verdict(await inspector.inspect(changed, given));
  if (v !== 'invalid' || (r !== 'digest' && r !== 'signature')) wrong.push(`one changed byte: ${v} (${r})`);
  equal(
    'without the certificate',
    verdict(await inspector.inspect(message, { ...given, certificates: [] }))[0],
    'unverifiable',
  );
  equal('nothing trusted', verdict(await inspector.inspect(message, { ...given, trust: [] }))[0] === 'valid', false);

  // What an input may be.
  const json = JSON.stringify(report);
  const text = new TextDecoder('latin1').decode(fluffy);
  const padded = new Uint8Array(message.length + 2);
  padded.set(message, 1);
  for (const [what, input] of Object.entries({
    ArrayBuffer: message.slice().buffer,
    'a view': padded.subarray(1, -1),
    DataView: new DataView(message.slice().buffer),
    Blob: new Blob([message]),
  }))
    equal(what, JSON.stringify(await inspector.inspect(input, given)), json);
  equal(
    'names and texts',
    JSON.stringify((await inspector.inspect(message, { ...given, certificates: [text] })).messages),
    JSON.stringify(report.messages),
  );
  equal(
    'a named certificate',
    JSON.stringify(
      (await inspector.inspect(message, { ...given, certificates: [{ name: 'fluffy.pem', data: fluffy }] }))
        .certificates,
    ).includes('fluffy.pem'),
    true,
  );
  for (const at of [
    new Date('2010-01-01T00:00:00Z'),
    '2010-01-01T00:00',
    '2010-01-01T01:00:00.5+01:00',
    '2010-01-01T00:00:00Z',
    '2010',
  ]) {
    equal(`at ${at}`, verdict(await inspector.inspect(message, { ...given, at })), ['valid', '']);
  }
  const before = message.slice();
  const pending = inspector.inspect(message, given);
  message.fill(0);
  equal('input changed meanwhile', JSON.stringify(await pending), json);
  message.set(before);

  // The bytes that ranges count in.
  equal('the input as source 0', [...report.sources[0].bytes], [...message]);
  equal(
    'sources have bytes',
    report.sources.every((s) => s.bytes instanceof Uint8Array && s.bytes.length === s.size),
    true,
  );
  equal('bytes are not enumerable', json.includes('"bytes"'), false);

  // Calls at the same time do not mix.
  const both = await Promise.all(
    [given, { ...given, at: '2020-01-01' }, given].map((o) => inspector.inspect(message, o)),
  );
  equal(
    'at the same time',
    both.map((b) => verdict(b)[0]),
    ['valid', 'invalid', 'valid'],
  );

  // Odd input is a report, not an error.
  for (const odd of ['', ' ', '\0', '\ud800', 'INVITE', new Uint8Array(3), new Uint8Array(0)]) {
    const r = await inspector.inspect(odd);
    if (!r.summary.text || !Array.isArray(r.messages)) wrong.push(`odd input ${JSON.stringify(odd)}: no answer`);
  }

  // Bad arguments.
  for (const [what, call, part] of [
    ['input', [5], 'input must be'],
    ['input', [null], 'not null'],
    ['options', ['', 5], 'options must be an object'],
    ['keys', ['', { keys: text }], 'keys must be an array'],
    ['keys[0]', ['', { keys: [5] }], 'keys[0]'],
    ['certificates', ['', { certificates: [{ name: 1, data: '' }] }], 'certificates[0].name'],
    ['trust', ['', { trust: null }], 'undefined the bundled'],
    ['passwords', ['', { passwords: [1] }], 'passwords[0]'],
    ['secretKeys', ['', { secretKeys: [{ id: 'xy', key: '00' }] }], 'secretKeys[0].id'],
    ['secretKeys', ['', { secretKeys: [{ id: '00', key: '0' }] }], 'secretKeys[0].key'],
    ['at', ['', { at: 'yesterday' }], 'ISO 8601'],
    ['at', ['', { at: new Date(NaN) }], 'ISO 8601'],
    ['at', ['', { at: 5 }], 'ISO 8601'],
    ['policy', ['', { policy: 'lax' }], "'modern'"],
    ['timeout', ['', { timeout: 0 }], 'timeout'],
    ['a misspelt option', ['', { certs: [] }], 'there is no option "certs"'],
  ])
    await rejects(what, inspector.inspect(...call), 'TypeError', part);
  await rejects('style', inspector.dump(new Uint8Array(2), { style: 'pretty' }), 'TypeError', 'dumpasn1');
  await rejects('undump', inspector.undump(5), 'TypeError', 'string');
  await rejects('worker', createInspector({ worker: 5 }), 'TypeError', 'worker');
  await rejects(
    'no WASM there',
    createInspector({ ...how, wasm: new Uint8Array([0, 97, 115, 109, 9]) }),
    'LoadError',
    'WASM',
  );

  // Dumps.
  const der = Uint8Array.from([0x30, 0x06, 0x02, 0x01, 0x05, 0x06, 0x01, 0x2a]);
  for (const style of ['asn1parse', 'dumpasn1']) {
    const dump = await inspector.dump(der, { style });
    if (!dump.includes('SEQUENCE')) wrong.push(`dump: ${dump}`);
    equal(`${style} and back`, [...(await inspector.undump(dump))], [...der]);
  }
  await rejects('undump of nonsense', inspector.undump('no dump at all'), 'InputError');

  // Giving up, and after it.
  const gone = new AbortController();
  gone.abort();
  await rejects('an aborted signal', inspector.inspect(message, { signal: gone.signal }), 'AbortError');
  if (how.worker !== false) {
    const large = new Uint8Array(30_000_000).fill(0x30);
    await rejects('too long', inspector.dump(large, { timeout: 1 }), 'TimeoutError', '1 ms');
    equal('after that', verdict(await inspector.inspect(message, given)), ['valid', '']);
    const c = new AbortController();
    const p = inspector.dump(large, { signal: c.signal });
    setTimeout(() => c.abort(), 20);
    await rejects('aborted on the way', p, 'AbortError');
    equal('after that too', verdict(await inspector.inspect(message, given)), ['valid', '']);
  }
  if (!((await inspector.memory()) > 1_000_000)) wrong.push('memory');
  inspector.close();
  await rejects('closed', inspector.inspect(message), 'ClosedError');
  return wrong;
}
