// The live chat of a seeker with an account, against a small house in memory. The same journey without one stands beside
// it, so that the difference is seen.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { EntryState } from '../../web/js/crypto/entry.js';
import { BadCharacter } from '../../web/js/crypto/passphrase.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { decodeNote } from '../../web/js/features/live/note.js';
import { openPast } from '../../web/js/features/live/past.js';
import { Right } from '../../web/js/wire/catalogue.js';
import { settled } from './helpers/clock.js';
import { PORTAL, RETENTION_HOURS } from './helpers/house.js';
import { NAME, again, boxOf, newAccount, texts } from './helpers/seeker.js';
import { VisitedHouse, asked, chatOf, intoChat, seeker } from './helpers/visiting.js';

const HOUR_MS = 3_600_000;

before(ready);
// Faults are looked for in what comes of them.
console.error = () => {};

/** @type {VisitedHouse} */
let house;
beforeEach(() => { house = new VisitedHouse(); });

test('without an account nothing is signed in, nothing kept but the slot, and the end forgets', async () => {
  const model = seeker(house);
  await intoChat(house, model);
  assert.deepEqual(asked(house), ['wait', 'resume_put', 'confirm', 'resume_put', 'create', 'commit']);
  const { chat, welcome } = await house.counsellor();
  assert.deepEqual([welcome.handle.length, boxOf(house).rights & Right.KEEP], [0, 0]);
  assert.deepEqual([chat.peerName.value, chatOf(model).staysReadable.value], ['Ratsuchende_r 1', false]);
  await chatOf(model).close();
  await settled();
  assert.deepEqual([model.stage.value, model.ended.value?.purgeMs, house.tab.hex, house.line.closes], ['ended', 0, null, 1]);
  assert.equal(house.kept.length, 1);
});

test('the quick exit of a chat without an account ends it', async () => {
  const model = seeker(house);
  await intoChat(house, model);
  model.leaveFast();
  assert.deepEqual(house.tab.frames, ['leave', 'resume_drop']);
});

test('the keyring knows of the visit before the relay does, and of its secret before that is used', async () => {
  const account = await newAccount(house);
  const model = seeker(house, account);
  await model.start();
  assert.deepEqual(asked(house), ['page_save', 'wait']);
  const [waiting] = account.keyring.entries;
  assert.deepEqual([waiting.secrets.length, waiting.state], [0, EntryState.OPEN]);
  house.accept();
  await settled();
  await model.confirm();
  const names = asked(house);
  assert.deepEqual(names, ['confirm', 'page_save', 'create', 'commit', 'keep', 'post']);
  const [running] = account.keyring.entries;
  assert.deepEqual([running.secrets.length, decodeNote(running.settings).number], [1, 1]);
  assert.deepEqual(decodeNote(running.settings).portal16, PORTAL);
});

test('the counsellor sees the pseudonym, which comes first after the commit, and the handle', async () => {
  const account = await newAccount(house);
  const model = seeker(house, account);
  await intoChat(house, model);
  chatOf(model).say('Guten Abend.');
  await settled();
  const { chat, welcome } = await house.counsellor();
  assert.deepEqual([chat.pseudonym.value, chat.peerName.value], [NAME, NAME]);
  assert.deepEqual(texts(chat), [[NAME, 'Guten Abend.']]);
  assert.deepEqual(welcome.handle, account.handle);
  assert.equal(boxOf(house).rights & Right.KEEP, Right.KEEP);
  assert.equal(chat.messages.value[0].code, 'introduced');
});

test('who is signed in has no resume slot', async () => {
  const model = seeker(house, await newAccount(house));
  model.draft.value = 'schon etwas';
  await intoChat(house, model);
  chatOf(model).draft.value = 'mehr';
  model.rememberNow();
  await house.clock.elapse(300_000);
  assert.deepEqual([house.sent.includes('resume_put'), house.tab.hex, house.tab.frames], [false, null, []]);
});

test('after the end the chat stays readable, and only the chat is over', async () => {
  const account = await newAccount(house);
  const model = seeker(house, account);
  await intoChat(house, model);
  chatOf(model).say('Bis bald.');
  await settled();
  assert.equal(chatOf(model).staysReadable.value, true);
  await chatOf(model).close();
  await settled();
  assert.equal(model.stage.value, 'ended');
  assert.ok((model.ended.value?.purgeMs ?? 0) >= house.clock.now() + RETENTION_HOURS * HOUR_MS);
  assert.deepEqual([house.line.closes, account.ended.value, account.pseudonym], [0, false, NAME]);
  const past = await openPast(house.line, account, account.keyring.entries[0], 'Sie');
  assert.ok(past);
  assert.deepEqual([texts(past), past.peerName.value], [[['Sie', 'Bis bald.']], 'Maria B.']);
  assert.equal(past.closed.value?.purgeMs, model.ended.value?.purgeMs);
  const before = house.sent.length;
  past.say('zu spät');
  past.markSeen();
  await house.clock.elapse(60_000);
  assert.equal(house.sent.length, before);
});

test('the secrets of the account outlive the visit', async () => {
  const account = await newAccount(house);
  const model = seeker(house, account);
  await intoChat(house, model);
  await chatOf(model).close();
  await settled();
  model.dispose();
  assert.ok(account.ams.some((byte) => byte !== 0));
  assert.ok(account.keyring.entries[0].secrets[0].es.some((byte) => byte !== 0));
});

test('the quick exit leaves the queue, but not a running chat: it can be come back to', async () => {
  const waiting = seeker(house, await newAccount(house));
  await waiting.start();
  waiting.leaveFast();
  assert.deepEqual(house.tab.frames.splice(0), ['withdraw']);
  const account = await again(house);
  const model = seeker(house, account);
  await intoChat(house, model);
  model.leaveFast();
  assert.deepEqual(house.tab.frames, []);
  assert.ok(account.ams.every((byte) => byte === 0));
});

test('what must not be believed gives the place back, for the line stays', async () => {
  const model = seeker(house, await newAccount(house));
  await model.start();
  house.lies.profiles = () => { throw new BadCharacter('x'); };
  house.accept();
  await settled();
  assert.deepEqual([model.stage.value, house.tickets.length], ['refused', 0]);
});
