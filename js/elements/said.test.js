import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingTitle, said, summaryPieces } from './said.js';
import { languageOf, loadLanguage } from './texts.js';

await loadLanguage('de');

test('a sentence is said in the language, with the values that stand in it', () => {
  assert.deepEqual(said('de', 'no key was given'), { text: 'kein Schlüssel gegeben', lang: 'de' });
  assert.deepEqual(said('de', 'the URI “sip:a” is “sip:b”'), { text: 'die URI “sip:a” ist “sip:b”', lang: 'de' });
  assert.deepEqual(said('en', 'no key was given'), { text: 'no key was given', lang: 'en' });
});

test('what is not known stays English, and is marked so', () => {
  for (const english of ['no key was ever given', 'no key was given.', 'xno key was given', ''])
    assert.deepEqual(said('de', english), { text: english, lang: 'en' });
});

test('values are put in as they are, whatever they hold', () => {
  assert.equal(said('de', 'the URI {1} is $&').text, 'die URI {1} ist $&');
});

test('every phrase says its own sentence in the language', () => {
  for (const [english, german] of languageOf('de').phrases) {
    const fill = (text) => text.replace(/\{(\d)\}/g, (_, i) => `<${i}>`);
    const piece = said('de', fill(english));
    assert.equal(piece.lang, 'de', english);
    // An earlier phrase may say it more generally, but not leave a value out.
    for (const value of new Set(fill(german).match(/<\d>/g))) assert.ok(piece.text.includes(value), english);
  }
});

test('a finding is titled by its code, with the family of what was read before it', () => {
  const { titles, families } = languageOf('de');
  assert.deepEqual(findingTitle('de', { code: 'ambiguous', title: 'x' }), { text: titles.ambiguous, lang: 'de' });
  assert.equal(findingTitle('de', { code: 'cms-ambiguous', title: 'x' }).text, families.cms + titles.ambiguous);
  assert.deepEqual(findingTitle('de', { code: 'no-such', title: 'No such' }), { text: 'No such', lang: 'en' });
  assert.deepEqual(findingTitle('en', { code: 'ambiguous', title: 'x' }), { text: 'x', lang: 'en' });
});

test('a summary is said clause by clause', () => {
  const summary = {
    text: 'Plain (a MESSAGE request). Odd.',
    clauses: [
      { code: 'opened', text: 'Encrypted.', args: { algorithm: 'AES-128-CBC' } },
      { code: 'no-such-clause', text: 'Odd.' },
    ],
  };
  const pieces = summaryPieces('de', summary);
  assert.equal(pieces.map((p) => p.text).join(''), 'Mit AES-128-CBC verschlüsselt und geöffnet. Odd.');
  assert.equal(pieces.at(-1).lang, 'en');
  assert.ok(pieces.slice(0, -1).every((p) => p.lang === 'de'));
  assert.deepEqual(summaryPieces('en', summary), [{ text: summary.text, lang: 'en' }]);
  assert.deepEqual(summaryPieces('de', { text: 'Nothing.' }), [{ text: 'Nothing.', lang: 'en' }]);
});

test('an argument that is a sentence of the core is said in the language, a name never', () => {
  const say = (code, args) =>
    summaryPieces('de', { text: '', clauses: [{ code, text: '', args }] })
      .map((p) => p.text)
      .join('');
  assert.ok(
    say('sealed', { algorithm: 'no key was given', count: '1', reason: 'no key was given' }).includes(
      '(kein Schlüssel gegeben)',
    ),
  );
  assert.ok(
    say('sealed', { algorithm: 'no key was given', count: '1', reason: '' }).startsWith('Mit no key was given'),
  );
});
