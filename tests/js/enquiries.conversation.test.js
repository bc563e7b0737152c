// A written conversation from what was sent to its end, as its seeker sees it.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { EntryState } from '../../web/js/crypto/entry.js';
import { Kind } from '../../web/js/crypto/envelope.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { Role } from '../../web/js/crypto/roster.js';
import { WrittenLearned } from '../../web/js/features/enquiries/learned.js';
import * as codec from '../../web/js/wire/codec.js';
import { settled } from './helpers/clock.js';
import { SUBJECT, TEXT, onlyEnquiry, room, sent, threadOf } from './helpers/enquiring.js';
import { RETENTION_HOURS } from './helpers/house.js';
import { again, boxOf, texts } from './helpers/seeker.js';
import { WritingHouse, markDone } from './helpers/writing.js';

const HOUR_MS = 3_600_000;

before(ready);
// Faults are looked for in what comes of them.
console.error = () => {};

/** @type {WritingHouse} */
let house;
beforeEach(() => { house = new WritingHouse(); });

/** @param {import('../../web/js/features/live/thread.js').Thread} thread */
const told = (thread) => thread.messages.value.filter((line) => line.kind === 'system').map(({ code, author }) => [code, author]);

test('taken, answered, done, taken up again: names, states and who can read follow', async () => {
  const { thread, enquiry } = await sent(house);
  const maria = await house.take();
  await settled();
  assert.deepEqual(thread.readers.value, [{ isTeam: false, isLeads: false, sidx: 2, name: 'Maria B.' }]);
  assert.deepEqual([thread.peerName.value, thread.standing.value], ['Maria B.', 'taken']);
  assert.deepEqual(told(thread).at(-1), ['taken', 'Maria B.']);
  maria.say('Danke, dass Sie schreiben.');
  await settled();
  assert.deepEqual([thread.standing.value, thread.waitsSinceMs.value, enquiry.unread.value], ['answered', 0, 1]);
  assert.deepEqual(texts(thread).at(-1), ['Maria B.', 'Danke, dass Sie schreiben.']);
  markDone(maria);
  await settled();
  assert.deepEqual([thread.standing.value, told(thread).at(-1)], ['done', ['done', 'Maria B.']]);
  thread.say('Noch eine Frage.');
  await settled();
  assert.deepEqual([thread.standing.value, thread.waitsSinceMs.value > 0, onlyEnquiry(house).again], ['taken', true, 1]);
  assert.equal(thread.subject.value, SUBJECT);
});

test('stale with nothing newer to show is not asked for ever, and what is not hidden any more takes along what waited', async () => {
  const { thread } = await sent(house);
  house.sent = [];
  house.refused.post = 'stale';
  thread.say('Ist jemand da?');
  await settled();
  assert.deepEqual(house.sent, ['post', 'read']);
  assert.equal(thread.messages.value.at(-1)?.state, 'pending');
  house.refused = {};
  await house.take();
  await settled();
  assert.deepEqual(texts(thread).at(-1), ['Sie', 'Ist jemand da?']);
  assert.equal(thread.messages.value.findLast(({ text }) => text === 'Ist jemand da?')?.state, 'stored');
});

test('the subject stays as first written, whoever names another one later', async () => {
  const { thread } = await sent(house);
  const maria = await house.take();
  const other = (/** @type {string} */ text) => codec.encode('Enquiry', { topic: 'Anderes', subject: 'Anderes', text });
  maria.sayAs(Kind.ENQUIRY, other('von ihr'), 'von ihr');
  thread.begin({ topic: 'Anderes', subject: 'Anderes', text: 'noch einmal' });
  await settled();
  for (const one of [thread.learned, maria.learned]) assert.deepEqual([one.enquiry.value?.subject, one.enquiry.value?.topic], [SUBJECT, 'Gesundheit']);
  assert.deepEqual(texts(thread).slice(1).sort(), [['Maria B.', 'von ihr'], ['Sie', 'noch einmal']]);
});

test('an ENQUIRY of who counsels is no beginning', () => {
  const learned = new WrittenLearned((given) => given);
  const payload = codec.encode('Enquiry', { topic: '', subject: 'Fremd', text: 'x' });
  const message = /** @type {any} */ ({ n: 2, author: { role: Role.COUNSELLOR }, opened: { body: { kind: Kind.ENQUIRY, payload, sentMs: 5 } } });
  learned.take(message, false);
  assert.equal(learned.enquiry.value, null);
  learned.take({ ...message, n: 3, author: { role: Role.SEEKER } }, false);
  assert.deepEqual(learned.enquiry.value, { n: 3, topic: '', subject: 'Fremd' });
});

test('only who counsels says that it is done', async () => {
  const { thread } = await sent(house);
  const maria = await house.take();
  maria.say('Guten Tag.');
  await settled();
  markDone(thread);
  await settled();
  assert.deepEqual([thread.learned.isDone.value, thread.standing.value], [false, 'answered']);
});

test('a conversation is read again on another device, and what waits is told again', async () => {
  const first = await sent(house);
  const maria = await house.take();
  maria.say('Guten Tag.');
  first.thread.say('Und jetzt?');
  first.thread.draft.value = 'noch et';
  await settled();
  first.enquiries.dispose();
  await first.account.signOut();
  onlyEnquiry(house).again = 0;
  const enquiries = room(house, await again(house));
  await enquiries.load();
  const [enquiry] = enquiries.all.value;
  await settled();
  const thread = threadOf(enquiry);
  assert.deepEqual(texts(thread), [['Sie', TEXT], ['Maria B.', 'Guten Tag.'], ['Sie', 'Und jetzt?']]);
  assert.deepEqual([thread.draft.value, onlyEnquiry(house).again, thread.paused.value], ['noch et', 1, null]);
});

test('lines say when something happened, not when it was read', async () => {
  const first = await sent(house);
  await house.clock.elapse(3 * 24 * HOUR_MS);
  const takenMs = house.clock.now();
  await house.take();
  await house.clock.elapse(2 * 24 * HOUR_MS);
  first.enquiries.dispose();
  const enquiries = room(house, await again(house));
  await enquiries.load();
  const line = threadOf(enquiries.all.value[0]).messages.value.find(({ code }) => code === 'taken');
  assert.equal(line?.sentMs, takenMs);
});

test('a relay that refuses to hear that it waits keeps no message back', async () => {
  const { thread } = await sent(house);
  house.refused.enquiry_again = 'internal';
  thread.say('Noch etwas.');
  await settled();
  assert.deepEqual([thread.messages.value.at(-1)?.state, onlyEnquiry(house).again], ['stored', 0]);
  house.refused = {};
  await house.line.again();
  await settled();
  assert.equal(onlyEnquiry(house).again, 1);
});

test('closed: the ticket goes, it is read only until the purge, then nothing is left', async () => {
  const { thread, enquiry, account } = await sent(house);
  await enquiry.close();
  await settled();
  assert.deepEqual([thread.standing.value, house.enquiries.size, account.keyring.entries[0].state], ['closed', 0, EntryState.CLOSED]);
  assert.ok((thread.closed.value?.purgeMs ?? 0) >= house.clock.now() + RETENTION_HOURS * HOUR_MS);
  thread.say('zu spät');
  assert.equal(texts(thread).length, 1);
  const next = room(house, await again(house));
  await next.load();
  assert.deepEqual([threadOf(next.all.value[0]).standing.value, texts(threadOf(next.all.value[0]))], ['closed', [['Sie', TEXT]]]);
  const { box16 } = enquiry;
  house.purge();
  house.line.tell('purged', { box16 });
  await settled();
  assert.deepEqual([enquiry.stage.value, account.keyring.entries[0].secrets.length], ['gone', 0]);
});

test('the other side closes: the same, and who it was is said', async () => {
  const { thread, account } = await sent(house);
  const maria = await house.take();
  await maria.close();
  await settled();
  assert.deepEqual([thread.closed.value?.reason, house.enquiries.size, account.keyring.entries[0].state], ['theirs', 0, EntryState.CLOSED]);
});

test('a box that the relay has no more keeps its secrets until its purge must be past', async () => {
  const { enquiries, account } = await sent(house);
  enquiries.dispose();
  house.purge();
  const first = room(house, account);
  await first.load();
  // Deleted, or locked anew for another access of the same person: nobody can tell.
  assert.deepEqual([first.all.value.map(({ stage }) => stage.value), account.keyring.entries[0].secrets.length], [['lost'], 1]);
  await house.clock.elapse((RETENTION_HOURS + 25) * HOUR_MS);
  const second = room(house, account);
  await second.load();
  assert.deepEqual([account.keyring.entries[0].state, account.keyring.entries[0].secrets.length], [EntryState.GONE, 0]);
});

test('a relay that shows less than this account has read is found out', async () => {
  const first = await sent(house);
  const maria = await house.take();
  maria.say('Guten Tag.');
  await settled();
  await first.account.signOut();
  boxOf(house).rows.splice(3);
  const enquiries = room(house, await again(house));
  await enquiries.load();
  assert.equal(threadOf(enquiries.all.value[0]).paused.value?.code, 'WITHHELD');
});
