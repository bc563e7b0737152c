// Search, filters and bookmarks of the workspace: what is found, what is hidden, what stays.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { signal } from '../../web/js/core/signals.js';
import { fromHex } from '../../web/js/core/resumeslot.js';
import { EntryState } from '../../web/js/crypto/entry.js';
import { mergeEntry } from '../../web/js/crypto/entry.js';
import { BOOKMARK, Bookmarks } from '../../web/js/features/workspace/bookmarks.js';
import { EVERYTHING, filtered, lateAt, underSameName } from '../../web/js/features/workspace/filters.js';
import { Finding } from '../../web/js/features/workspace/finding.js';
import { noteOf } from '../../web/js/features/workspace/note.js';
import { SearchIndex, folded } from '../../web/js/features/workspace/search.js';
import { WireError } from '../../web/js/wire/errors.js';
import { settled } from './helpers/clock.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ONE = '01'.repeat(16);
const OTHER = '02'.repeat(16);

/** @param {string} text @param {any} [more] */
const message = (text, more = {}) => ({ text, ...more });

/** A slice ends after each conversation: its clock runs on whenever it is looked at. */
function search() {
  /** @type {(() => void)[]} */
  const later = [];
  let nowMs = 0;
  const cases = signal(/** @type {any[]} */ ([]));
  const found = new Finding({ sources: () => cases.value, later: (work) => later.push(work), nowMs: () => (nowMs += 10) });
  found.begin();
  const idle = () => { while (later.length > 0) later.shift()?.(); };
  return { found, cases, later, idle };
}

/** @param {string} id @param {any} [more] */
function conversation(id, { name = '', nickname = '', subject = '', texts = [] } = {}) {
  return { id, name, nickname, model: { messages: signal(texts.map((/** @type {string} */ text) => message(text))), subject: signal(subject), topic: signal('') } };
}

test('case, accents and the double s make no difference, and every word must occur', () => {
  const index = new SearchIndex();
  index.put('a', ['Streit mit der Chefin', 'Auf der Straße']);
  index.put('b', ['Café am Morgen']);
  assert.deepEqual(['CHEFIN', 'strasse', 'STRASSE streit', 'cafe', 'chefin cafe', '', '  '].map((query) => index.find(query)),
    [['a'], ['a'], ['a'], ['b'], [], [], []]);
  assert.equal(folded('MÜßIG'), 'mussig');
});

test('no word begins in one text and ends in another', () => {
  const index = new SearchIndex();
  index.put('a', ['Haus', 'tier']);
  assert.deepEqual([index.find('haustier'), index.find('haus tier')], [[], ['a']]);
});

test('pseudonym, own name, subject, words and file names are found, once the page was idle', () => {
  const { found, cases, later, idle } = search();
  cases.value = [conversation('a', { name: 'Kiesel-47', nickname: 'Die mit dem Hund', subject: 'Streit', texts: ['Ich schlafe schlecht.'] })];
  assert.deepEqual([found.find('kiesel'), later.length], [[], 1]);
  idle();
  for (const query of ['kiesel', 'hund', 'streit', 'schlafe']) assert.deepEqual(found.find(query), ['a'], query);
  cases.value[0].model.messages.value = [...cases.value[0].model.messages.value, message('', { file: { name: 'Wochenplan.pdf' } })];
  idle();
  assert.deepEqual(found.find('wochenplan'), ['a']);
});

test('many conversations are taken in a slice at a time', () => {
  const { found, cases, later } = search();
  cases.value = Array.from({ length: 5 }, (_, n) => conversation(`c${n}`, { texts: ['wort'] }));
  assert.equal(later.length, 1);
  later.shift()?.();
  assert.deepEqual([found.find('wort').length, later.length], [1, 1]);
  while (later.length > 0) later.shift()?.();
  assert.equal(found.find('wort').length, 5);
});

test('a request that was read is found until it is over; taken on, it stays an own conversation', () => {
  const { found, cases, idle } = search();
  const read = { pseudonym: 'Farn-12', topic: 'Arbeit', subject: 'Nachtschicht', parts: [{ text: 'Guten Tag', fileName: '' }, { text: '', fileName: 'Plan.pdf' }] };
  found.take('a', /** @type {any} */ (read));
  found.take('b', /** @type {any} */ (read));
  idle();
  assert.deepEqual([found.find('nachtschicht plan.pdf'), found.read.value.size], [['a', 'b'], 2]);
  cases.value = [conversation('a', { subject: 'Nachtschicht' })];
  idle();
  found.take('a', null);
  found.take('b', null);
  assert.deepEqual([found.find('nachtschicht'), found.read.value.size], [['a'], 0]);
});

test('nothing of it stays when nobody is signed in, nor comes after it', () => {
  const { found, cases, idle } = search();
  cases.value = [conversation('a', { texts: ['wort'] })];
  found.take('b', /** @type {any} */ ({ pseudonym: '', topic: '', subject: 'wort', parts: [] }));
  found.clear();
  cases.value = [...cases.value, conversation('c', { texts: ['wort'] })];
  idle();
  assert.deepEqual([found.find('wort'), found.read.value.size], [[], 0]);
});

test('a conversation that is gone is found no more', () => {
  const { found, cases, idle } = search();
  cases.value = [conversation('a', { texts: ['wort'] })];
  idle();
  cases.value = [];
  assert.deepEqual(found.find('wort'), []);
});

// --- filters ---------------------------------------------------------------------------------------------

/** @param {string} id @param {any} [more] @returns {any} */
const row = (id, more = {}) => ({ id, state: 'open', language: 'de', sinceMs: 0, isAddressed: false, hasRegular: true, ...more });
const ROWS = [
  row('new', { sinceMs: 10 * DAY_MS }), row('old'), row('en', { language: 'en', sinceMs: 10 * DAY_MS }), row('mine', { isAddressed: true, sinceMs: 10 * DAY_MS }),
  row('busy', { state: 'reserved', hasRegular: false }), row('handed', { state: 'handed', sinceMs: 10 * DAY_MS }), row('taking', { state: 'mine', sinceMs: 10 * DAY_MS }),
];
/** @param {any} change */
function left(change) {
  const isLate = lateAt(11 * DAY_MS, { answerDays: 2, holidays: [] });
  return filtered(ROWS, { ...EVERYTHING, ...change }, { marked: new Set(['old', 'gone']), read: new Map([['old', { topic: 'Arbeit' }]]), isLate }).map(({ id }) => id);
}

test('each filter leaves what it names, and without one nothing is copied', () => {
  assert.deepEqual(left({ whose: 'me' }), ['mine', 'handed', 'taking']);
  assert.deepEqual(left({ whose: 'newcomers' }), ['busy']);
  assert.deepEqual(left({ whose: 'marked' }), ['old']);
  assert.deepEqual(left({ state: 'overdue' }), ['old']);
  assert.deepEqual(left({ state: 'reserved' }), ['busy']);
  assert.deepEqual(left({ language: 'en' }), ['en']);
  assert.deepEqual(left({ topic: 'Arbeit' }), ['old']);
  assert.deepEqual(left({ language: 'en', whose: 'marked' }), []);
  const known = { marked: new Set(/** @type {string[]} */ ([])), read: new Map(), isLate: () => false };
  assert.equal(filtered(ROWS, EVERYTHING, known), ROWS);
});

test('the same name is told, an unknown one is nobody\'s', () => {
  const all = [{ id: 'a', pseudonym: 'Farn-12' }, { id: 'b', pseudonym: 'Farn-12' }, { id: 'c', pseudonym: 'farn-12' }, { id: 'd', pseudonym: '' }];
  assert.deepEqual(underSameName(all[0], all).map(({ id }) => id), ['b']);
  assert.deepEqual(underSameName(all[3], all), []);
});

// --- bookmarks -------------------------------------------------------------------------------------------

function marks() {
  /** @type {Map<string, any>} */
  const entries = new Map();
  const clock = { nowMs: 1_000 * DAY_MS, isLost: false };
  const keyring = {
    get entries() { return [...entries.values()]; },
    /** @param {Uint8Array} box16 */
    entry: (box16) => entries.get(box16.join()) ?? null,
    /** @param {any[]} some */
    remember: async (...some) => {
      if (clock.isLost) throw new WireError('offline');
      for (const one of some) entries.set(one.box16.join(), entries.has(one.box16.join()) ? mergeEntry(entries.get(one.box16.join()), one) : one);
    },
  };
  const bookmarks = new Bookmarks(() => /** @type {any} */ (keyring), /** @type {any} */ ({ now: () => clock.nowMs }));
  return { bookmarks, entries, clock, keyring };
}

test('a bookmark is an entry of its own, changed back and forth', async () => {
  const { bookmarks, entries } = marks();
  assert.equal(await bookmarks.set(ONE, true), true);
  await bookmarks.set(OTHER, true);
  await bookmarks.set(ONE, false);
  assert.deepEqual([[...bookmarks.marked.value], bookmarks.has(ONE), bookmarks.has(OTHER)], [[OTHER], false, true]);
  await bookmarks.set(ONE, true);
  assert.equal(bookmarks.has(ONE), true);
  const entry = entries.get(fromHex(ONE).join());
  assert.deepEqual([entry.kind, entry.counter, noteOf(entry)], [BOOKMARK, 3, null]);
});

test('what could not be saved is not shown as marked', async () => {
  const { bookmarks, clock } = marks();
  clock.isLost = true;
  assert.deepEqual([await bookmarks.set(ONE, true), bookmarks.has(ONE)], [false, false]);
});

test('the end of a conversation takes the mark, and so does a long time', async () => {
  const { bookmarks, entries, clock } = marks();
  await bookmarks.set(ONE, true);
  await bookmarks.set(OTHER, false);
  await bookmarks.forget(fromHex(ONE));
  assert.deepEqual([entries.get(fromHex(ONE).join()).state, bookmarks.has(ONE)], [EntryState.GONE, false]);
  clock.nowMs += 400 * DAY_MS;
  await bookmarks.tidy();
  assert.equal(entries.get(fromHex(OTHER).join()).state, EntryState.OPEN);
  clock.nowMs += DAY_MS;
  await bookmarks.tidy();
  await settled();
  assert.equal(entries.get(fromHex(OTHER).join()).state, EntryState.GONE);
});
