import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasText, languageOf, LANGUAGES, loadLanguage, nearestLanguage, translator } from './texts.js';

test('the nearest language to a wish', () => {
  assert.equal(nearestLanguage('de-AT'), 'de');
  assert.equal(nearestLanguage('DE'), 'de');
  assert.equal(nearestLanguage('en-GB'), 'en');
  for (const wish of ['fr', '', undefined, null, 'constructor', 'x-de']) assert.equal(nearestLanguage(wish), 'en');
});

test('English is there at once, and German once it is loaded', async () => {
  assert.equal(translator('en')('state.valid'), 'Valid');
  await loadLanguage('de');
  assert.equal(translator('de')('state.valid'), 'Gültig');
  await loadLanguage('fr');
  for (const other of ['fr', 'constructor']) assert.equal(languageOf(other), languageOf('en'));
});

test('a key without a text is given as it is', () => {
  assert.equal(translator('en')('no.such-key'), 'no.such-key');
  assert.equal(hasText('no.such-key'), false);
  assert.equal(hasText('state.valid'), true);
});

test('what stands in braces is replaced once, and only by what is given', () => {
  const t = translator('en');
  assert.match(t('message.response', { status: 200, reason: '{status}' }), /200.*\{status\}/);
  assert.match(t('message.response', { reason: 'OK' }), /\{status\}/);
  assert.match(t('message.response', { status: 1, reason: 'a', toString: 'x' }), /^[^{}]*$/);
});

test('in every language a text has the places that it has in English', async () => {
  const places = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
  const en = languageOf('en').texts;
  for (const language of Object.keys(LANGUAGES)) {
    await loadLanguage(language);
    for (const [key, text] of Object.entries(languageOf(language).texts)) {
      if (key in en) assert.deepEqual(places(text), places(en[key]), `${language} ${key}`);
    }
  }
});

test('one is told apart from many', async () => {
  const { texts } = languageOf('en');
  const ones = Object.keys(texts).filter((key) => key.endsWith('.one'));
  assert.ok(ones.length > 0);
  for (const one of ones) {
    const key = one.slice(0, -'.one'.length);
    assert.ok(key in texts, key);
    assert.equal(translator('en')(key, { n: 1 }), texts[one].replaceAll('{n}', '1'));
    assert.equal(translator('en')(key, { n: 2 }), texts[key].replaceAll('{n}', '2'));
  }
});
