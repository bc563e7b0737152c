// Written enquiries in the access room: the way there, the lock and the way back, and from the waiting room.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { computed, signal } from '../../web/js/core/signals.js';
import { stockOf } from '../../web/js/core/stock.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { AccessModel } from '../../web/js/features/accounts/model.js';
import { Enquiries } from '../../web/js/features/enquiries/enquiries.js';
import { noteOf } from '../../web/js/features/enquiries/note.js';
import { TeamPeople } from '../../web/js/features/enquiries/people.js';
import { settled } from './helpers/clock.js';
import { PORTAL, TEAMS } from './helpers/house.js';
import { NAME, PHRASE, again, newAccount } from './helpers/seeker.js';
import { WritingHouse } from './helpers/writing.js';

/** @typedef {import('../../web/js/core/account.js').SeekerAccount} SeekerAccount */

const TEXT = 'Seit einem Jahr schlafe ich schlecht.';

before(ready);
console.error = () => {};

/** @type {WritingHouse} */
let house;
/** What was done to the live room. @type {string[]} */
let done;
beforeEach(async () => {
  house = new WritingHouse();
  done = [];
  const account = await newAccount(house);
  await account.signOut();
  house.sent = [];
});

/** Somebody who waits, as far as this room asks. */
function fakeLive() {
  return {
    topic: signal(''), draft: signal(TEXT), isBusy: computed(() => true),
    withdraw: async () => { done.push(`withdrawn after ${house.sent.filter((name) => name === 'page_save').length}`); },
    rememberNow() {},
    dispose() { done.push('disposed'); },
  };
}

function room() {
  const { line } = house;
  const entrance = /** @type {any} */ ({
    line, connection: line.connection.state,
    signIn: () => again(house),
    stock: (/** @type {SeekerAccount} */ account) => stockOf(house.request, account),
    close() {},
    end: (/** @type {() => Promise<void>} */ work) => work(),
  });
  const enquiryPort = /** @type {any} */ ({
    isOf: (/** @type {any} */ entry) => noteOf(entry) !== null,
    open: async (/** @type {SeekerAccount} */ account) => new Enquiries({
      line, account, people: new TeamPeople(line, TEAMS, PORTAL), portal16: PORTAL, language: 'de', teamName: 'Team Leben', myName: 'Sie', unacceptedDays: 30,
    }),
  });
  const livePort = /** @type {any} */ ({ startOf: () => 0, begin: async () => fakeLive() });
  return new AccessModel({ entrance, language: 'de', livePort, enquiryPort });
}

/** Up to "Meine Gespräche". @param {AccessModel} model */
async function signedIn(model) {
  await model.signIn.submit(NAME, PHRASE);
  await quiet();
  house.sent = [];
}

/** Everything under way has come to rest. */
async function quiet() {
  for (let i = 0; i < 30; i += 1) await settled();
}

/** @param {AccessModel} model */
const shown = (model) => model.enquiries.value?.shown.value;

test('who has never written fetches nothing for it', async () => {
  const model = room();
  await signedIn(model);
  assert.deepEqual([model.stage.value, model.enquiries.value, model.home.value?.hasWritten.value], ['home', null, false]);
});

test('a form, the lock, and back with every word', async () => {
  const model = room();
  await signedIn(model);
  await model.toEnquiry();
  shown(model)?.type({ text: TEXT, subject: 'Schlaf' });
  await model.lock('idle');
  assert.deepEqual([model.stage.value, model.enquiries.value, model.account.value], ['locked', null, null]);
  await model.signIn.submit(NAME, PHRASE);
  await quiet();
  assert.equal(model.stage.value, 'enquiry');
  assert.deepEqual([shown(model)?.typed.value.text, shown(model)?.typed.value.subject], [TEXT, 'Schlaf']);
});

test('the sign-in is over before anything was saved: the words wait sealed, and come back', async () => {
  const model = room();
  await signedIn(model);
  await model.toEnquiry();
  shown(model)?.type({ text: TEXT, subject: 'Schlaf' });
  house.refused.page_save = 'unauthorised';
  await model.lock('ended');
  house.refused = {};
  await model.signIn.submit(NAME, PHRASE);
  await quiet();
  assert.deepEqual([model.stage.value, shown(model)?.typed.value.subject], ['enquiry', 'Schlaf']);
});

test('a form in which nothing was typed is not come back to', async () => {
  const model = room();
  await signedIn(model);
  await model.toEnquiry();
  await model.lock('idle');
  await model.signIn.submit(NAME, PHRASE);
  await quiet();
  assert.equal(model.stage.value, 'home');
});

test('a draft that is kept is saved at once, and the list says so', async () => {
  const model = room();
  await signedIn(model);
  await model.toEnquiry();
  shown(model)?.type({ text: TEXT });
  await model.keepDraft();
  await quiet();
  assert.deepEqual([model.stage.value, model.notice.value, house.sent.includes('page_save')], ['home', 'draft_kept', true]);
  assert.equal(model.enquiries.value?.all.value.length, 1);
  model.toSettings();
  model.toHome();
  assert.equal(model.notice.value, '');
});

test('what is written is open behind the list, and is no place in a queue', async () => {
  const model = room();
  await signedIn(model);
  await model.toEnquiry();
  shown(model)?.type({ text: TEXT, subject: 'Schlaf' });
  await shown(model)?.send();
  await model.signOut();
  await signedIn(model);
  const [one] = model.enquiries.value?.all.value ?? [];
  assert.deepEqual([one.stage.value, one.subject.value, one.thread.value?.standing.value], ['sent', 'Schlaf', 'open']);
  assert.deepEqual([model.home.value?.conversations.value, model.home.value?.hasWritten.value], [[], true]);
  const maria = await house.take();
  maria.say('Guten Tag.');
  await quiet();
  assert.equal(one.unread.value, 1);
});

test('a box that nobody remembers is gone', async () => {
  const model = room();
  await signedIn(model);
  await model.toEnquiry(new Uint8Array(16).fill(9));
  assert.deepEqual([model.stage.value, model.problem.value], ['home', 'gone']);
});

test('from the waiting room into writing: the words are kept before the place is given back', async () => {
  const model = room();
  await signedIn(model);
  await model.toLive();
  await model.writeInstead();
  await quiet();
  assert.deepEqual(done, ['withdrawn after 1', 'disposed']);
  assert.deepEqual([model.stage.value, shown(model)?.typed.value.text, model.live.value], ['enquiry', TEXT, null]);
});

test('the words cannot be saved: they are in the form all the same', async () => {
  const model = room();
  await signedIn(model);
  await model.toLive();
  house.refused.page_save = 'storage';
  await model.writeInstead();
  await quiet();
  assert.deepEqual([model.stage.value, shown(model)?.typed.value.text], ['enquiry', TEXT]);
});

test('who came to write is at an empty form after the sign-in, once', async () => {
  const model = room();
  await model.toWrite(null);
  assert.equal(model.stage.value, 'create');
  model.toSignIn();
  for (const stage of ['enquiry', 'home']) {
    await model.signIn.submit(NAME, PHRASE);
    await quiet();
    assert.equal(model.stage.value, stage);
    await model.signOut();
  }
});

test('who came from the waiting room without an access writes on after the sign-in', async () => {
  const model = room();
  const waiting = /** @type {any} */ ({ text: TEXT, giveBack: async () => { done.push('given back'); }, wipe() { done.push('wiped'); } });
  model.waiting.value = waiting;
  await model.signIn.submit(NAME, PHRASE);
  await quiet();
  assert.deepEqual([model.stage.value, shown(model)?.typed.value.text, done, model.waiting.value], ['enquiry', TEXT, ['given back'], null]);
});

test('the quick exit leaves nothing of it', async () => {
  const model = room();
  const waiting = /** @type {any} */ ({ text: TEXT, wipe() { done.push('wiped'); } });
  model.waiting.value = waiting;
  model.leaveFast();
  assert.deepEqual([done, model.waiting.value], [['wiped'], null]);
});
