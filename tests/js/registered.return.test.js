// A seeker with an account comes back to a live chat, or to a place in the queue.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { EntryState } from '../../web/js/crypto/entry.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { openPast } from '../../web/js/features/live/past.js';
import { settle } from '../../web/js/features/live/settling.js';
import { NoticeKind, Verdict } from '../../web/js/crypto/verdict.js';
import { settled } from './helpers/clock.js';
import { RETENTION_HOURS } from './helpers/house.js';
import { NAME, again, boxOf, newAccount, texts } from './helpers/seeker.js';
import { VisitedHouse, chatOf, intoChat, seeker } from './helpers/visiting.js';

const HOUR_MS = 3_600_000;

before(ready);
// Faults are looked for in what comes of them.
console.error = () => {};

/** @type {VisitedHouse} */
let house;
beforeEach(() => { house = new VisitedHouse(); });

test('after a new sign-in the place in the queue is found again', async () => {
  const first = seeker(house, await newAccount(house));
  await first.start();
  const model = seeker(house, await again(house));
  assert.equal(model.canResume, true);
  await model.resume();
  assert.deepEqual([model.stage.value, model.number.value], ['waiting', 1]);
  house.accept();
  await settled();
  await model.confirm();
  assert.equal(model.stage.value, 'chat');
});

test('after a new sign-in a running chat is read on, with its draft, and nobody is introduced twice', async () => {
  const account = await newAccount(house);
  const first = seeker(house, account);
  await intoChat(house, first);
  chatOf(first).say('Guten Abend.');
  await settled();
  chatOf(first).draft.value = 'noch nicht gesen';
  first.rememberNow();
  await settled();
  first.dispose();
  account.wipe();
  const posts = boxOf(house).rows.length;
  const model = seeker(house, await again(house));
  await model.resume();
  assert.equal(model.stage.value, 'chat');
  assert.deepEqual(texts(chatOf(model)), [['Sie', 'Guten Abend.']]);
  assert.deepEqual([chatOf(model).draft.value, boxOf(house).rows.length], ['noch nicht gesen', posts]);
});

/** A chat in which two texts were written, read here and kept with the sign-out. */
async function readAndSignedOut() {
  const account = await newAccount(house);
  const model = seeker(house, account);
  await intoChat(house, model);
  chatOf(model).say('eins');
  chatOf(model).say('zwei');
  await settled();
  const saves = account.keyring.entries[0].pinN;
  model.dispose();
  await account.signOut();
  assert.equal(saves, 0);
}

test('at the sign-out the place in a chat is kept, in one save', async () => {
  await readAndSignedOut();
  assert.equal(house.sent.filter((name) => name === 'page_save').length, 3);
  const account = await again(house);
  assert.equal(account.keyring.entries[0].pinN, boxOf(house).rows.length);
  assert.ok(account.keyring.entries[0].pinN >= 4);
});

test('a service that shows less of a chat than was read before is told off, and sending pauses', async () => {
  await readAndSignedOut();
  boxOf(house).rows.pop();
  const model = seeker(house, await again(house));
  await model.resume();
  assert.deepEqual([model.stage.value, chatOf(model).paused.value?.code], ['chat', Verdict.WITHHELD]);
});

test('a service that shows another history than was read before is told off', async () => {
  await readAndSignedOut();
  const account = await again(house);
  const [entry] = account.keyring.entries;
  await account.keyring.remember({ ...entry, pinN: entry.pinN, pinChain: new Uint8Array(32).fill(255) });
  const model = seeker(house, account);
  await model.resume();
  assert.equal(chatOf(model).paused.value?.code, NoticeKind.OTHER_HISTORY);
});

test('a closed chat is compared with what was read as well', async () => {
  await readAndSignedOut();
  house.endBox();
  boxOf(house).rows.pop();
  const account = await again(house);
  const past = await openPast(house.line, account, account.keyring.entries[0], 'Sie');
  assert.equal(past?.paused.value?.code, Verdict.WITHHELD);
});

test('of two secrets that two devices drew at once, the one whose commit stands opens the chat', async () => {
  const account = await newAccount(house);
  const first = seeker(house, account);
  await intoChat(house, first);
  chatOf(first).say('Guten Abend.');
  await settled();
  const [entry] = account.keyring.entries;
  const lost = { epoch: 0, es: keyOf('EpochSecret', new Uint8Array(32).fill(7)) };
  const other = { epoch: 0, es: keyOf('EpochSecret', new Uint8Array(32).fill(8)) };
  await account.keyring.remember({ ...entry, secrets: [...entry.secrets, lost, other] });
  first.dispose();
  const model = seeker(house, await again(house));
  await model.resume();
  assert.deepEqual(texts(chatOf(model)), [['Sie', 'Guten Abend.']]);
  house.endBox();
  await settled();
  const past = await openPast(house.line, account, account.keyring.entries[0], 'Sie');
  assert.deepEqual(past && texts(past), [['Sie', 'Guten Abend.']]);
});

test('a beginning that stopped after the first commit is gone on with, and then introduced', async () => {
  const account = await newAccount(house);
  const first = seeker(house, account);
  await first.start();
  house.accept();
  await settled();
  house.refused = { read: 'disconnected', post: 'disconnected' };
  await first.confirm();
  house.refused = {};
  assert.equal(boxOf(house).rows.length, 0);
  const model = seeker(house, await again(house));
  await model.resume();
  const { chat } = await house.counsellor();
  assert.deepEqual([model.stage.value, chat.pseudonym.value], ['chat', NAME]);
});

test('a lost answer to the save stops the beginning before anything is used; the new line goes on', async () => {
  const model = seeker(house, await newAccount(house));
  await model.start();
  house.accept();
  await settled();
  house.lost = ['page_save'];
  await model.confirm();
  assert.deepEqual([model.stage.value, house.boxes.size], ['starting', 0]);
  await house.line.again();
  await settled();
  await settled();
  assert.equal(model.stage.value, 'chat');
});

test('a place that is gone settles, and the page before the chat stays', async () => {
  const account = await newAccount(house);
  await seeker(house, account).start();
  house.tickets = [];
  const other = await again(house);
  const model = seeker(house, other);
  await model.resume();
  assert.deepEqual([model.stage.value, other.keyring.entries[0].state], ['before', EntryState.GONE]);
  assert.equal(house.line.closes, 0);
});

test('who leaves the queue leaves nothing in the keyring, and what was typed stays on the page', async () => {
  const account = await newAccount(house);
  const model = seeker(house, account);
  await model.start();
  model.draft.value = 'doch nicht heute';
  await model.withdraw();
  await settled();
  assert.deepEqual([model.stage.value, model.draft.value], ['gone', 'doch nicht heute']);
  const [entry] = account.keyring.entries;
  assert.deepEqual([entry.state, account.keyring.draft(entry.box16)], [EntryState.GONE, '']);
});

test('a chat that ended meanwhile is not gone on with', async () => {
  const account = await newAccount(house);
  await intoChat(house, seeker(house, account));
  house.endBox();
  const model = seeker(house, await again(house));
  await model.resume();
  assert.equal(model.stage.value, 'before');
});

test('a relay that knows no such box is believed once the purge must be past', async () => {
  const account = await newAccount(house);
  await intoChat(house, seeker(house, account));
  house.purge();
  const [entry] = account.keyring.entries;
  assert.equal(await openPast(house.line, account, entry, 'Sie'), null);
  await settle(house.line, account);
  assert.equal(account.keyring.entries[0].state, EntryState.OPEN);
  await house.clock.elapse((RETENTION_HOURS + 25) * HOUR_MS);
  await settle(house.line, account);
  assert.deepEqual([account.keyring.entries[0].state, account.keyring.entries[0].secrets], [EntryState.GONE, []]);
});

test('the sign-in may end while somebody waits: the page says nothing wrong', async () => {
  const account = await newAccount(house);
  const model = seeker(house, account);
  house.bound = null;
  await model.start();
  assert.deepEqual([model.stage.value, account.ended.value, house.tickets.length], ['before', true, 0]);
});
