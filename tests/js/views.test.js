import assert from 'node:assert/strict';
import test from 'node:test';

import { insert, toggleLines, toggleMark } from '../../web/js/ui/editing.js';
import {
  answerOwedSince, dayName, hoursLeft, initials, minutesAndSeconds, minutesLeft, minutesSince,
} from '../../web/js/ui/format.js';

const MINUTE_MS = 60_000;

test('a mark goes around the chosen words, and the spaces stay outside', () => {
  assert.deepEqual(toggleMark('das ist gut so', 7, 12, '**'), { text: 'das ist **gut** so', start: 10, end: 13 });
});

test('a mark that is there is taken away', () => {
  assert.deepEqual(toggleMark('das **ist** so', 6, 9, '**'), { text: 'das ist so', start: 4, end: 7 });
});

test('with nothing chosen the cursor stands between the marks', () => {
  assert.deepEqual(toggleMark('ab', 2, 2, '_'), { text: 'ab__', start: 3, end: 3 });
});

test('a sign goes before each line of the choice and comes off again', () => {
  const listed = toggleLines('eins\nzwei\ndrei', 2, 7, '- ');
  assert.equal(listed.text, '- eins\n- zwei\ndrei');
  assert.equal(toggleLines(listed.text, listed.start, listed.end, '- ').text, 'eins\nzwei\ndrei');
});

test('a piece replaces the choice', () => {
  assert.deepEqual(insert('ab', 1, 1, '🙂'), { text: 'a🙂b', start: 3, end: 3 });
});

test('a fresh chat has 180 minutes, never 181', () => {
  assert.equal(minutesLeft(180 * MINUTE_MS + 400), 180);
  assert.equal(minutesLeft(-5), 0);
});

test('seconds are counted down to 00:00 and stay there', () => {
  assert.equal(minutesAndSeconds(272_000), '04:32');
  assert.equal(minutesAndSeconds(600_000), '10:00');
  assert.equal(minutesAndSeconds(-1), '00:00');
});

test('waiting counts whole minutes', () => {
  assert.equal(minutesSince(0, 59_999), 0);
  assert.equal(minutesSince(0, 16 * MINUTE_MS), 16);
});

test('the last hour is one hour', () => {
  assert.equal(hoursLeft(48 * 60 * MINUTE_MS), 48);
  assert.equal(hoursLeft(1), 1);
  assert.equal(hoursLeft(0), 0);
});

test('today and yesterday have names', () => {
  const words = { today: 'Heute', yesterday: 'Gestern' };
  const noonMs = 1_700_000_000_000;
  const dayMs = 86_400_000;
  assert.equal(dayName(noonMs, noonMs, 'de', words), 'Heute');
  assert.equal(dayName(noonMs - dayMs, noonMs, 'de', words), 'Gestern');
  assert.match(dayName(noonMs - 3 * dayMs, noonMs, 'de', words), /November/);
});

test('an answer is owed since the first message after our last', () => {
  const of = (/** @type {string} */ who, /** @type {number} */ sentMs) => ({ kind: who === 's' ? 'system' : 'text', mine: who === 'm', sentMs });
  assert.equal(answerOwedSince([of('t', 1), of('m', 2), of('t', 3), of('s', 4), of('t', 5)]), 3);
  assert.equal(answerOwedSince([of('t', 1), of('m', 2), of('s', 3)]), 0);
  assert.equal(answerOwedSince([]), 0);
});

test('letters of a name leave numbers out', () => {
  assert.equal(initials('Maria B.'), 'MB');
  assert.equal(initials('Ratsuchende_r 3'), 'R');
  assert.equal(initials(''), '');
});
