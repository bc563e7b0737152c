// The access room without a page: its models over the real entrance, before a relay in memory.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { EntryState } from '../../web/js/crypto/entry.js';
import { BadTag, WrongKey } from '../../web/js/crypto/errors.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { newCode, written } from '../../web/js/crypto/recovery.js';
import { CreateModel } from '../../web/js/features/accounts/create.js';
import { Entrance } from '../../web/js/features/accounts/entrance.js';
import { HomeModel } from '../../web/js/features/accounts/home.js';
import { AccessModel } from '../../web/js/features/accounts/model.js';
import { shownName } from '../../web/js/core/pseudonym.js';
import { NameChoice } from '../../web/js/features/accounts/names.js';
import { PhraseChoice } from '../../web/js/features/accounts/phrases.js';
import { problemOf } from '../../web/js/features/accounts/problems.js';
import { Sheet } from '../../web/js/features/accounts/sheet.js';
import { BoxState } from '../../web/js/wire/catalogue.js';
import { WireError } from '../../web/js/wire/errors.js';
import { AccountRelay, FakeLine, quick } from './helpers/accounts.js';
import { settled } from './helpers/clock.js';

const NAME = 'kiesel-407';
const PHRASE = 'lampe wiese sieben kanal moos turm';
const NEXT = 'ein boot auf dem see im regen';
const WORDS = ['kiesel', 'lampe', 'wiese', 'moos'].flatMap((word) => Array.from({ length: 512 }, (_, i) => `${word}${i}`));
const BOX = new Uint8Array(16).fill(7);

before(ready);
// What nobody foresaw is reported there; here it is looked for in what comes of it.
console.error = () => {};

/** @type {AccountRelay} */
let relay;
/** @type {any} */
let line;
beforeEach(() => {
  relay = new AccountRelay();
  line = new FakeLine(relay);
});

/** Stands for the live room: what is opened and disposed of. */
function livePort() {
  /** @type {string[]} */
  const told = [];
  const thing = (/** @type {string} */ name) => ({
    isBusy: { value: true }, rememberNow: () => told.push(`${name} remembers`), leaveFast: () => told.push(`${name} leaves`),
    dispose: () => told.push(`${name} disposed`),
  });
  return /** @type {any} */ ({
    told, isGone: false, startOf: () => 0,
    begin: async () => thing('live'),
    async openPast() { return this.isGone ? null : thing('past'); },
  });
}

/** @param {any} [port] */
function room(port = livePort()) {
  const entrance = new Entrance(line, quick);
  return new AccessModel({ entrance, language: 'de', livePort: port });
}

/** A room in which an access was just made. @param {any} [port] */
async function signedIn(port) {
  const model = room(port);
  await model.toCreate();
  const create = /** @type {CreateModel} */ (model.create.value);
  create.name.type(NAME);
  create.takeName();
  create.phrase.choose('own');
  create.phrase.type(PHRASE);
  await create.takePhrase();
  const code = /** @type {Sheet} */ (create.sheet.value).written;
  await model.finishSheet(true);
  await settled();
  return { model, code, account: /** @type {any} */ (model.account.value) };
}

/** Signs in on another device. @param {string} phrase */
async function elsewhere(phrase) {
  const model = room();
  await model.signIn.submit(NAME, phrase);
  await settled();
  return model;
}

// --- names, passphrases, codes ----------------------------------------------------------------------

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
    [new WireError('name_taken'), 'name_taken'], [new WireError('expired'), 'expired'], [new WireError('storage'), 'other'],
    [Object.assign(new Error(), { code: 'self_test_failed' }), 'self_test_failed'], [new Error('a bug'), 'other'],
  ])) assert.equal(problemOf(error), code);
});

// --- creating ---------------------------------------------------------------------------------------

test('three steps make an account that opens with what they showed', async () => {
  const { model, code, account } = await signedIn();
  assert.equal(model.stage.value, 'home');
  assert.equal(account.keyring.settings.sheetNoted, true);
  assert.equal((await elsewhere(PHRASE)).account.value?.pseudonym, NAME);
  const entrance = new Entrance(line, quick);
  assert.equal((await entrance.signInByCode(code.replaceAll('-', '').slice(0, 26))).pseudonym, NAME);
});

test('a name that is taken leads back to the first step, and nothing is lost', async () => {
  await signedIn();
  const model = room();
  await model.toCreate();
  const create = /** @type {CreateModel} */ (model.create.value);
  create.name.type('Kiesel-407');
  create.takeName();
  create.phrase.choose('own');
  create.phrase.type(NEXT);
  await create.takePhrase();
  assert.deepEqual([create.step.value, create.name.problem.value, create.problem.value], ['name', 'taken', '']);
  assert.deepEqual([create.name.typed.value, create.phrase.own.value, create.phrase.way.value], ['Kiesel-407', NEXT, 'own']);
  create.name.type('Anders-1');
  create.takeName();
  await create.takePhrase();
  assert.equal(create.step.value, 'sheet');
  assert.equal(create.phrase.own.value, '');
});

test('a failure keeps the step and everything in it', async () => {
  let tries = 0;
  const create = new CreateModel({ words: WORDS, create: async () => {
    tries += 1;
    if (tries === 1) throw new WireError('disconnected');
  } });
  create.takeName();
  const words = create.phrase.suggestion.value;
  await create.takePhrase();
  assert.deepEqual([create.step.value, create.problem.value, create.phrase.suggestion.value, create.busy.value], ['passphrase', 'unreachable', words, false]);
  await create.takePhrase();
  assert.deepEqual([create.step.value, create.problem.value, tries], ['sheet', '', 2]);
});

test('while the account is made nothing is made twice', async () => {
  /** @type {(value?: unknown) => void} */
  let finish = () => {};
  let tries = 0;
  const create = new CreateModel({ words: WORDS, create: () => {
    tries += 1;
    return new Promise((resolve) => { finish = resolve; });
  } });
  create.takeName();
  const making = create.takePhrase();
  await create.takePhrase();
  create.changeName();
  assert.deepEqual([tries, create.step.value], [1, 'passphrase']);
  finish();
  await making;
  assert.equal(create.step.value, 'sheet');
});

test('a sheet for later is on record as not noted', async () => {
  const model = room();
  await model.toCreate();
  const create = /** @type {CreateModel} */ (model.create.value);
  create.takeName();
  await create.takePhrase();
  await model.finishSheet(false);
  assert.equal(model.home.value?.isSheetNoted.value, false);
  await model.home.value?.noteSheet();
  assert.equal(model.account.value?.keyring.settings.sheetNoted, true);
});

// --- signing in, with the passphrase and with the sheet ---------------------------------------------

test('a passphrase that cannot be one is as wrong as any other', async () => {
  await signedIn();
  const model = room();
  for (const [name, phrase] of [[NAME, 'kurz'], [NAME, NEXT], ['niemand-1', PHRASE], ['x', PHRASE]]) {
    await model.signIn.submit(name, phrase);
    assert.deepEqual([model.signIn.problem.value, model.stage.value, model.signIn.busy.value], ['wrong', 'signIn', false]);
  }
  await model.signIn.submit(NAME, PHRASE);
  assert.deepEqual([model.signIn.problem.value, model.stage.value], ['', 'home']);
});

test('a sheet makes both doors anew, and the old ones open nothing', async () => {
  const { code } = await signedIn();
  const model = room();
  model.toRecover();
  const recover = /** @type {any} */ (model.recover.value);
  recover.type(written(newCode()));
  await recover.takeCode();
  assert.deepEqual([recover.problem.value, recover.step.value], ['wrong_code', 'code']);
  recover.type(code.slice(0, -1));
  await recover.takeCode();
  assert.deepEqual([recover.codeProblem.value, recover.missing.value, recover.typed.value], ['too_short', 1, code.slice(0, -1)]);
  recover.type(code);
  await recover.takeCode();
  assert.deepEqual([recover.step.value, recover.pseudonym.value], ['passphrase', NAME]);
  recover.phrase.value.choose('own');
  recover.phrase.value.type(NEXT);
  await recover.takePhrase();
  assert.equal(recover.step.value, 'sheet');
  await model.finishSheet(true);
  assert.equal(model.stage.value, 'home');
  assert.equal((await elsewhere(PHRASE)).signIn.problem.value, 'wrong');
  assert.equal((await elsewhere(NEXT)).stage.value, 'home');
  await assert.rejects(new Entrance(line, quick).signInByCode(code.replaceAll('-', '').slice(0, 26)), WrongKey);
});

test('who gives the way by sheet up half-way is signed out, and the old sheet still counts', async () => {
  const { code } = await signedIn();
  const model = room();
  model.toRecover();
  model.recover.value?.type(code);
  await model.recover.value?.takeCode();
  const account = /** @type {any} */ (model.account.value);
  await model.cancelRecover();
  assert.deepEqual([model.stage.value, model.account.value, model.recover.value], ['signIn', null, null]);
  assert.ok(account.ams.every((/** @type {number} */ byte) => byte === 0));
  assert.equal((await new Entrance(line, quick).signInByCode(code.replaceAll('-', '').slice(0, 26))).pseudonym, NAME);
});

// --- settings ---------------------------------------------------------------------------------------

test('a new passphrase needs the present one', async () => {
  const { model } = await signedIn();
  model.toSettings('change');
  await settled();
  const settings = /** @type {any} */ (model.settings.value);
  settings.phrase.value.choose('own');
  settings.phrase.value.type(NEXT);
  await settings.changePassphrase(NEXT);
  assert.deepEqual([settings.problem.value, settings.panel.value, settings.phrase.value.own.value], ['wrong_passphrase', 'change', NEXT]);
  await settings.changePassphrase('kurz');
  assert.equal(settings.problem.value, 'wrong_passphrase');
  await settings.changePassphrase(PHRASE);
  assert.deepEqual([settings.problem.value, settings.panel.value, settings.done.value], ['', '', 'change_done']);
  assert.equal((await elsewhere(NEXT)).stage.value, 'home');
});

test('a new sheet takes the place of the old one', async () => {
  const { model, code } = await signedIn();
  model.toSettings('newSheet');
  const settings = /** @type {any} */ (model.settings.value);
  await settings.makeSheet(NEXT);
  assert.deepEqual([settings.problem.value, settings.sheet.value], ['wrong_passphrase', null]);
  await settings.makeSheet(PHRASE);
  assert.equal(settings.panel.value, 'sheet');
  assert.notEqual(settings.sheet.value.written, code);
  await settings.noteSheet(false);
  assert.deepEqual([settings.isSheetNoted, settings.sheet.value, settings.panel.value], [false, null, '']);
  await assert.rejects(new Entrance(line, quick).signInByCode(code.replaceAll('-', '').slice(0, 26)), WrongKey);
});

test('deleting needs the passphrase, and leaves nothing on this page', async () => {
  const { model, account } = await signedIn();
  model.toSettings('delete');
  await settled();
  const settings = /** @type {any} */ (model.settings.value);
  assert.equal(settings.stock.value.doors, 2);
  await settings.delete(NEXT);
  assert.deepEqual([settings.problem.value, model.stage.value], ['wrong_passphrase', 'settings']);
  await settings.delete(PHRASE);
  assert.deepEqual([model.stage.value, model.account.value, model.home.value], ['deleted', null, null]);
  assert.ok(account.ams.every((/** @type {number} */ byte) => byte === 0));
  assert.equal((await elsewhere(PHRASE)).signIn.problem.value, 'wrong');
});

// --- the list ---------------------------------------------------------------------------------------

test('the list shows what waits, runs and can be read, newest first, and nothing that is gone', async () => {
  const box = (/** @type {number} */ n, /** @type {any} */ more = {}) => ({ box16: new Uint8Array(16).fill(n), state: EntryState.OPEN, secrets: [{}], startedMs: n, ...more });
  const entries = [box(1), box(2), box(3, { secrets: [] }), box(4), box(5, { state: EntryState.GONE })];
  const held = (/** @type {number} */ n, /** @type {number} */ state, /** @type {number} */ purgeMinute) => ({ box16: new Uint8Array(16).fill(n), state, purgeMinute });
  const keyring = { entries, settings: { sheetNoted: true } };
  const entrance = /** @type {any} */ ({ stock: async () => ({ conversations: [held(1, BoxState.CLOSED, 29_000_000), held(2, BoxState.OPEN, 0)] }) });
  const home = new HomeModel({ entrance, account: /** @type {any} */ ({ keyring }), startOf: (/** @type {any} */ { startedMs }) => startedMs });
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
  const { model } = await signedIn(port);
  assert.equal(model.isResting, false);
  await model.toLive();
  assert.deepEqual([model.stage.value, model.isResting], ['live', true]);
  model.toHome();
  assert.deepEqual([model.stage.value, model.live.value, port.told], ['home', null, ['live disposed']]);
});

test('a chat that the server has no more is said to be gone', async () => {
  const port = livePort();
  const { model } = await signedIn(port);
  port.isGone = true;
  await model.toPast(/** @type {any} */ ({ box16: BOX }));
  assert.deepEqual([model.stage.value, model.problem.value], ['home', 'gone']);
});

test('what is fetched too late is shown to nobody', async () => {
  const port = livePort();
  const { model } = await signedIn(port);
  const opening = model.toLive();
  await model.lock('idle');
  await opening;
  assert.deepEqual([model.stage.value, model.live.value, port.told], ['locked', null, ['live disposed']]);
});

test('a lock wipes the keys and ends the sign-in; the same account is back in its place', async () => {
  const { model, account } = await signedIn();
  model.toSettings('stock');
  await settled();
  await model.lock('idle');
  assert.deepEqual([model.stage.value, model.lockedBy.value, model.account.value, model.settings.value], ['locked', 'idle', null, null]);
  assert.ok([...account.ams, ...account.token].every((byte) => byte === 0));
  assert.equal(relay.sent.includes('sign_out'), true);
  await model.signIn.submit(NAME, PHRASE);
  assert.deepEqual([model.stage.value, model.lockedBy.value], ['settings', '']);
});

test('another account does not come to the place of the first', async () => {
  const { model } = await signedIn();
  model.toSettings();
  await model.lock('idle');
  const other = new Entrance(line, quick);
  await (await other.create({ name: 'anders-1', phrase: NEXT, code: newCode() })).signOut();
  await model.signIn.submit('anders-1', NEXT);
  assert.deepEqual([model.stage.value, model.account.value?.pseudonym], ['home', 'anders-1']);
});

test('a draft that the relay would not take any more is back with the next sign-in', async () => {
  const { model, account } = await signedIn();
  const entry = { box16: BOX, kind: 1, state: EntryState.OPEN, keyContext: BOX, secrets: [], pinN: 0, pinChain: new Uint8Array(32), counter: 1, settings: new Uint8Array(0) };
  await account.keyring.remember(entry);
  account.keyring.keepDraft(BOX, 'Noch eins');
  relay.refused.page_save = 'unauthorised';
  await model.lock('ended');
  assert.equal(model.lockedBy.value, 'ended');
  relay.refused = {};
  await model.signIn.submit(NAME, PHRASE);
  assert.equal(model.account.value?.keyring.draft(BOX), 'Noch eins');
});

test('a sign-in that was ended elsewhere locks the page at once', async () => {
  const { model } = await signedIn();
  relay.sent = [];
  line.tell('signed_out', {});
  await settled();
  assert.deepEqual([model.stage.value, model.lockedBy.value, line.clock.waiting], ['locked', 'ended', 0]);
});

test('signing out asks nothing more', async () => {
  const { model, account } = await signedIn();
  await model.signOut();
  assert.deepEqual([model.stage.value, model.notice.value, line.clock.waiting, line.closes], ['signIn', 'signed_out', 0, 1]);
  assert.ok(account.ams.every((/** @type {number} */ byte) => byte === 0));
});

test('the quick exit leaves nothing on the page, in whatever room', async () => {
  const port = livePort();
  const { model, account } = await signedIn(port);
  await model.toLive();
  model.leaveFast();
  assert.deepEqual(port.told, ['live leaves', 'live disposed']);
  assert.deepEqual([model.account.value, model.home.value, model.live.value, line.clock.waiting], [null, null, null, 0]);
  assert.ok([...account.ams, ...account.token].every((byte) => byte === 0));
  const other = room();
  await other.toCreate();
  const { phrase } = /** @type {CreateModel} */ (other.create.value);
  other.leaveFast();
  assert.deepEqual([phrase.suggestion.value, other.create.value], ['', null]);
});
