// Inside the access room: the list, the chat, the lock, and leaving.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { EntryState } from '../../web/js/crypto/entry.js';
import { RemoteError } from '../../web/js/crypto/errors.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { newCode } from '../../web/js/crypto/recovery.js';
import { HomeModel } from '../../web/js/features/accounts/home.js';
import { BoxState } from '../../web/js/wire/catalogue.js';
import { WireError } from '../../web/js/wire/errors.js';
import { AccessHouse, NAME, NEXT, PHRASE, livePort } from './helpers/accessroom.js';
import { settled } from './helpers/clock.js';

/** @typedef {import('../../web/js/features/accounts/create.js').CreateModel} CreateModel */
/** @typedef {import('../../web/js/features/accounts/model.js').AccessModel} AccessModel */

const BOX = new Uint8Array(16).fill(7);

before(ready);
// What nobody foresaw is reported there; here it is looked for in what comes of it.
console.error = () => {};

/** @type {AccessHouse} */
let house;
beforeEach(() => {
  house = new AccessHouse();
});

// --- the list ---------------------------------------------------------------------------------------

test('the list shows what waits, runs and can be read, newest first, and nothing that is gone', async () => {
  const box = (/** @type {number} */ n, /** @type {any} */ more = {}) => ({ box16: new Uint8Array(16).fill(n), state: EntryState.OPEN, secrets: [{}], startedMs: n, ...more });
  const entries = [box(1), box(2), box(3, { secrets: [] }), box(4), box(5, { state: EntryState.GONE })];
  const held = (/** @type {number} */ n, /** @type {number} */ state, /** @type {number} */ purgeMinute) => ({ box16: new Uint8Array(16).fill(n), state, purgeMinute });
  const keyring = { entries, settings: { sheetNoted: true }, refresh: async () => {} };
  const entrance = /** @type {any} */ ({ stock: async () => ({ conversations: [held(1, BoxState.CLOSED, 29_000_000), held(2, BoxState.OPEN, 0)] }) });
  const home = new HomeModel({ entrance, account: /** @type {any} */ ({ keyring }), startOf: (/** @type {any} */ { startedMs }) => startedMs, isWritten: () => false });
  await home.load();
  const seen = home.conversations.value?.map(({ state, startedMs, untilMs }) => [state, startedMs, untilMs]);
  assert.deepEqual(seen, [['waiting', 3, 0], ['running', 2, 0], ['closed', 1, 29_000_000 * 60_000]]);
  entrance.stock = async () => { throw new WireError('disconnected'); };
  await home.load();
  assert.deepEqual([home.problem.value, home.conversations.value?.length], ['unreachable', 3]);
});

// --- the chat, locking, leaving ---------------------------------------------------------------------

test('a chat rests the lock while somebody waits or talks, and is disposed of on the way home', async () => {
  const port = livePort();
  const { model } = await house.signedIn(port);
  assert.equal(model.isResting, false);
  await model.toLive();
  assert.deepEqual([model.stage.value, model.isResting], ['live', true]);
  model.toHome();
  assert.deepEqual([model.stage.value, model.live.value, port.told], ['home', null, ['live disposed']]);
});

test('a chat that the server has no more is said to be gone', async () => {
  const port = livePort();
  const { model } = await house.signedIn(port);
  port.isGone = true;
  await model.toPast(/** @type {any} */ ({ box16: BOX }));
  assert.deepEqual([model.stage.value, model.problem.value], ['home', 'gone']);
});

test('what is fetched too late is shown to nobody', async () => {
  const port = livePort();
  const { model } = await house.signedIn(port);
  const opening = model.toLive();
  await model.lock('idle');
  await opening;
  assert.deepEqual([model.stage.value, model.live.value, port.told], ['locked', null, ['live disposed']]);
});

test('a lock wipes the keys and ends the sign-in; the same account is back in its place', async () => {
  const { model, account } = await house.signedIn();
  model.toSettings('stock');
  await settled();
  await model.lock('idle');
  assert.deepEqual([model.stage.value, model.lockedBy.value, model.account.value, model.settings.value], ['locked', 'idle', null, null]);
  assert.ok([...account.ams, ...account.token].every((byte) => byte === 0));
  assert.equal(house.relay.sent.includes('sign_out'), true);
  await model.signIn.submit(NAME, PHRASE);
  assert.deepEqual([model.stage.value, model.lockedBy.value], ['settings', '']);
});

for (const [name, leave] of /** @type {[string, (model: AccessModel) => Promise<void>][]} */ ([
  ['a lock', (model) => model.lock('idle')], ['a sign-out', (model) => model.signOut()],
])) {
  test(`${name} wipes and hangs up, even where the relay shows pages that cannot be`, async () => {
    const { account, model } = await house.signedIn();
    account.keyring.keepDraft(BOX, 'Noch eins');
    house.relay.refused.page_save = 'conflict';
    house.relay.lies.page_read = () => ({ version: 1, sealed: new Uint8Array(9) });
    await assert.rejects(leave(model), RemoteError);
    assert.ok([...account.ams, ...account.token].every((byte) => byte === 0));
    assert.deepEqual([house.relay.sent.at(-1), house.line.closes], ['sign_out', 1]);
  });
}

test('another account does not come to the place of the first', async () => {
  const { model } = await house.signedIn();
  model.toSettings();
  await model.lock('idle');
  const other = house.entrance();
  await (await other.create({ name: 'anders-1', phrase: NEXT, code: newCode() })).signOut();
  await model.signIn.submit('anders-1', NEXT);
  assert.deepEqual([model.stage.value, model.account.value?.pseudonym], ['home', 'anders-1']);
});

test('a draft that the relay would not take any more is back with the next sign-in', async () => {
  const { model, account } = await house.signedIn();
  const entry = { box16: BOX, kind: 1, state: EntryState.OPEN, keyContext: BOX, secrets: [], pinN: 0, pinChain: new Uint8Array(32), counter: 1, settings: new Uint8Array(0), generation: 0, closeMinute: 0 };
  await account.keyring.remember(entry);
  account.keyring.keepDraft(BOX, 'Noch eins');
  house.relay.refused.page_save = 'unauthorised';
  await model.lock('ended');
  assert.equal(model.lockedBy.value, 'ended');
  house.relay.refused = {};
  await model.signIn.submit(NAME, PHRASE);
  assert.equal(model.account.value?.keyring.draft(BOX), 'Noch eins');
});

test('a sign-in that was ended elsewhere locks the page at once', async () => {
  const { model } = await house.signedIn();
  house.relay.sent = [];
  house.line.tell('signed_out', {});
  await settled();
  assert.deepEqual([model.stage.value, model.lockedBy.value, house.line.clock.waiting], ['locked', 'ended', 0]);
});

test('signing out asks nothing more', async () => {
  const { model, account } = await house.signedIn();
  await model.signOut();
  assert.deepEqual([model.stage.value, model.notice.value, house.line.clock.waiting, house.line.closes], ['signIn', 'signed_out', 0, 1]);
  assert.ok(account.ams.every((/** @type {number} */ byte) => byte === 0));
});

for (const [name, leave] of /** @type {[string, (model: AccessModel) => Promise<void>][]} */ ([
  ['a lock', (model) => model.lock('idle')], ['a sign-out', (model) => model.signOut()],
])) {
  test(`${name} that is still under way takes the next sign-in neither its line nor its sign-in`, async () => {
    const { model } = await house.signedIn();
    let arrives = () => {};
    house.relay.holds.sign_out = new Promise((resolve) => { arrives = resolve; });
    const leaving = leave(model);
    await settled();
    house.relay.sent = [];
    const coming = model.signIn.submit(NAME, PHRASE);
    await settled();
    assert.deepEqual([house.relay.sent, house.line.closes], [[], 0]);
    arrives();
    await Promise.all([leaving, coming]);
    assert.deepEqual([model.stage.value, house.line.closes, house.relay.bound !== null], ['home', 1, true]);
  });
}

test('a list that is read while a sign-out is under way opens no line after it', async () => {
  const { model } = await house.signedIn();
  let [reads, ends] = [() => {}, () => {}];
  house.relay.holds.page_read = new Promise((resolve) => { reads = resolve; });
  house.relay.holds.sign_out = new Promise((resolve) => { ends = resolve; });
  model.toHome();
  const leaving = model.signOut();
  await settled();
  reads();
  await settled();
  ends();
  await leaving;
  await settled();
  assert.deepEqual([house.line.isOpen, house.line.closes], [false, 1]);
});

test('the quick exit leaves nothing on the page, in whatever room', async () => {
  const port = livePort();
  const { model, account } = await house.signedIn(port);
  await model.toLive();
  model.leaveFast();
  assert.deepEqual(port.told, ['live leaves', 'live disposed']);
  assert.deepEqual([model.account.value, model.home.value, model.live.value, house.line.clock.waiting], [null, null, null, 0]);
  assert.ok([...account.ams, ...account.token].every((byte) => byte === 0));
  const other = house.room();
  await other.toCreate();
  const { phrase } = /** @type {CreateModel} */ (other.create.value);
  other.leaveFast();
  assert.deepEqual([phrase.suggestion.value, other.create.value], ['', null]);
});
