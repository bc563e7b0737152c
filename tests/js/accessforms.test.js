// What people type in the access room, judged: names, passphrases, codes; and the words for what went wrong.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { shownName } from '../../web/js/core/pseudonym.js';
import { BadTag, WrongKey } from '../../web/js/crypto/errors.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { newCode, written } from '../../web/js/crypto/recovery.js';
import { NameChoice } from '../../web/js/features/accounts/names.js';
import { PhraseChoice } from '../../web/js/features/accounts/phrases.js';
import { problemOf } from '../../web/js/features/accounts/problems.js';
import { Sheet } from '../../web/js/features/accounts/sheet.js';
import { WireError } from '../../web/js/wire/errors.js';
import { NAME, PHRASE, WORDS } from './helpers/accessroom.js';

before(ready);
// What nobody foresaw is reported there; here it is looked for in what comes of it.
console.error = () => {};

test('a suggested name is a word with a capital and a number, and is one', () => {
  const name = new NameChoice(WORDS);
  assert.match(name.typed.value, /^[A-Z][a-z]+\d+-[1-9]\d\d$/);
  assert.equal(name.check(), true);
  const before = name.typed.value;
  for (let i = 0; i < 5 && name.typed.value === before; i += 1) name.suggest();
  assert.notEqual(name.typed.value, before);
  assert.equal(shownName('äpfel-1'), 'Äpfel-1');
});

test('a name that cannot be one says why, until it is changed', () => {
  const name = new NameChoice(WORDS);
  for (const [typed, code] of [['Ki', 'too_short'], ['k'.repeat(33), 'too_long'], ['Kie sel', 'bad_character'], ['Kiesel-407', '']]) {
    name.type(typed);
    assert.equal(name.problem.value, '');
    assert.deepEqual([name.check(), name.problem.value], [code === '', code]);
  }
  assert.equal(name.pseudonym, NAME);
});

test('an own passphrase is judged while it is typed', () => {
  const phrase = new PhraseChoice(WORDS, () => NAME);
  phrase.choose('own');
  for (const [typed, code, missing] of /** @type {[string, string, number][]} */ ([
    ['', 'empty', 14], ['neun Zeich', 'too_short', 4], ['dreizehn Zeic', 'too_short', 1], ['vierzehn Zeich', 'good', 0],
    [PHRASE, 'very_good', 0], ['a'.repeat(20), 'too_weak', 0], ['kiesel-407 abc', 'too_weak', 0], ['\u{ffff}'.repeat(20), 'bad_character', 0],
    ['ab '.repeat(200), 'too_long', 0],
  ])) {
    phrase.type(typed);
    assert.deepEqual(phrase.verdict.value, { code, missing }, typed);
    assert.equal(phrase.chosen() !== null, ['good', 'very_good'].includes(code), typed);
    assert.equal(phrase.isRefused.value, !['good', 'very_good'].includes(code));
  }
});

test('the suggested passphrase has six words and needs no judgement', () => {
  const phrase = new PhraseChoice(WORDS, () => NAME);
  assert.equal(phrase.chosen()?.split(' ').length, 6);
  const before = phrase.chosen();
  phrase.suggest();
  assert.notEqual(phrase.chosen(), before);
  phrase.wipe();
  assert.equal(phrase.suggestion.value, '');
});

test('a sheet knows its own code, and says what is wrong with another', () => {
  const code = newCode();
  const sheet = new Sheet(NAME, code);
  assert.equal(sheet.name, 'Kiesel-407');
  const first = sheet.written[0] === '7' ? '8' : '7';
  for (const [typed, problem] of [
    ['', 'missing'], [sheet.written.slice(0, -3), 'too_short'], [`${sheet.written}0`, 'too_long'], [first + sheet.written.slice(1), 'mistyped'],
    [`ä${sheet.written.slice(1)}`, 'bad_character'], [written(newCode()), 'other'], [sheet.written.toLowerCase().replaceAll('-', ' '), ''],
  ]) {
    sheet.type(typed);
    assert.deepEqual([sheet.check(), sheet.problem.value], [problem === '', problem], typed);
    if (problem === 'too_short') assert.equal(sheet.missing.value, 3);
  }
});

test('wrong, unknown, blocked and a lie are one word; the rest has its own', () => {
  for (const [error, code] of /** @type {[Error, string][]} */ ([
    [new WrongKey('slot'), 'wrong'], [new WireError('unauthorised'), 'wrong'], [new BadTag('slot'), 'damaged'],
    [new WireError('disconnected'), 'unreachable'], [new WireError('no_answer'), 'unreachable'], [new WireError('rate_limited'), 'rate_limited'],
    [new WireError('rate_limited', 60_000), 'slow_down'], [new WireError('rate_limited', 3_600_000), 'rate_limited'],
    [new WireError('expired'), 'expired'], [new WireError('storage'), 'other'],
    [Object.assign(new Error(), { code: 'self_test_failed' }), 'self_test_failed'], [new Error('a bug'), 'other'],
  ])) assert.equal(problemOf(error), code);
});
