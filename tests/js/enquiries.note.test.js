// What is kept of an enquiry, and what was promised.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EntryState } from '../../web/js/crypto/entry.js';
import { closed, decodeNote, encodeNote, missed, noteOf } from '../../web/js/features/enquiries/note.js';
import { dueDay, isOverdue } from '../../web/js/features/enquiries/standing.js';
import { MARIA, PORTAL } from './helpers/house.js';

const HOUR_MS = 3_600_000;

test('a note comes back as it was kept; another shape is none', () => {
  const note = {
    portal16: PORTAL, ticket16: new Uint8Array(16).fill(3), addressee: MARIA, sinceMs: 5, isOpen: true, topic: 'Familie', subject: 'Schlaf', admitted: 3, contact: new Uint8Array([1, 2]),
  };
  assert.deepEqual(decodeNote(encodeNote(note)), note);
  const entry = /** @type {any} */ ({ state: EntryState.OPEN, settings: new Uint8Array([0x93, 1, 2, 3]) });
  assert.equal(noteOf(entry), null);
});

test('the end is noted once, and what is missed goes only after its purge', () => {
  const settings = encodeNote({ portal16: PORTAL, ticket16: PORTAL, addressee: MARIA, sinceMs: 5, isOpen: true, topic: '', subject: '', admitted: 0 });
  const entry = /** @type {any} */ ({ state: EntryState.OPEN, settings, counter: 3, secrets: [1], pinN: 4, pinChain: new Uint8Array(32) });
  const ended = closed(entry, 1_000);
  assert.deepEqual([ended.state, ended.counter, decodeNote(ended.settings).sinceMs], [EntryState.CLOSED, 4, 1_000]);
  assert.equal(closed(ended, 2_000), ended);
  assert.equal(missed(entry, 1_000, 48).state, EntryState.CLOSED);
  assert.equal(missed(ended, 1_000 + 72 * HOUR_MS, 48), ended);
  assert.deepEqual([missed(ended, 1_001 + 72 * HOUR_MS, 48).state, missed(ended, 1_001 + 72 * HOUR_MS, 48).pinN], [EntryState.GONE, 4]);
});

test('the promised day is passed only by who still owes an answer', () => {
  const promised = { answerDays: 2, holidays: [] };
  const monday = Date.UTC(2026, 10, 23, 9);
  const due = dueDay(monday, promised);
  assert.deepEqual([due, dueDay(0, promised)], ['2026-11-25', '']);
  const [same, later] = [Date.UTC(2026, 10, 25, 20), Date.UTC(2026, 10, 26, 5)];
  assert.deepEqual([isOverdue('open', due, same), isOverdue('open', due, later), isOverdue('taken', due, later)], [false, true, true]);
  assert.deepEqual([isOverdue('answered', due, later), isOverdue('done', due, later), isOverdue('open', '', later)], [false, false, false]);
});
