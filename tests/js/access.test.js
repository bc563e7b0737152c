// The ways into an access, and what can be changed about it: the models over the real entrance.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { WrongKey } from '../../web/js/crypto/errors.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { newCode, readCode, written } from '../../web/js/crypto/recovery.js';
import { CreateModel } from '../../web/js/features/accounts/create.js';
import { WireError } from '../../web/js/wire/errors.js';
import { AccessHouse, NAME, NEXT, PHRASE, WORDS } from './helpers/accessroom.js';
import { settled } from './helpers/clock.js';

before(ready);
// What nobody foresaw is reported there; here it is looked for in what comes of it.
console.error = () => {};

/** @type {AccessHouse} */
let house;
beforeEach(() => {
  house = new AccessHouse();
});

// --- creating ---------------------------------------------------------------------------------------

test('three steps make an account that opens with what they showed', async () => {
  const { model, code, account } = await house.signedIn();
  assert.equal(model.stage.value, 'home');
  assert.equal(account.keyring.settings.sheetNoted, true);
  assert.equal((await house.elsewhere(PHRASE)).account.value?.pseudonym, NAME);
  const entrance = house.entrance();
  assert.equal((await entrance.signInByCode(code.replaceAll('-', '').slice(0, 26))).pseudonym, NAME);
});

test('a name that is taken leads back to the first step, and nothing is lost', async () => {
  await house.signedIn();
  const model = house.room();
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
  const model = house.room();
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
  await house.signedIn();
  const model = house.room();
  for (const [name, phrase] of [[NAME, 'kurz'], [NAME, NEXT], ['niemand-1', PHRASE], ['x', PHRASE]]) {
    await model.signIn.submit(name, phrase);
    assert.deepEqual([model.signIn.problem.value, model.stage.value, model.signIn.busy.value], ['wrong', 'signIn', false]);
  }
  await model.signIn.submit(NAME, PHRASE);
  assert.deepEqual([model.signIn.problem.value, model.stage.value], ['', 'home']);
});

test('a sheet makes both doors anew, and the old ones open nothing', async () => {
  const { code } = await house.signedIn();
  const model = house.room();
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
  assert.equal((await house.elsewhere(PHRASE)).signIn.problem.value, 'wrong');
  assert.equal((await house.elsewhere(NEXT)).stage.value, 'home');
  await assert.rejects(house.entrance().signInByCode(code.replaceAll('-', '').slice(0, 26)), WrongKey);
});

test('who gives the way by sheet up half-way is signed out, and the old sheet still counts', async () => {
  const { code } = await house.signedIn();
  const model = house.room();
  model.toRecover();
  model.recover.value?.type(code);
  await model.recover.value?.takeCode();
  const account = /** @type {any} */ (model.account.value);
  await model.cancelRecover();
  assert.deepEqual([model.stage.value, model.account.value, model.recover.value], ['signIn', null, null]);
  assert.ok(account.ams.every((/** @type {number} */ byte) => byte === 0));
  assert.equal((await house.entrance().signInByCode(code.replaceAll('-', '').slice(0, 26))).pseudonym, NAME);
});

// --- a line that breaks before the answer -----------------------------------------------------------

test('who comes by sheet has the sheet that counts, however often the line breaks', async () => {
  const { code } = await house.signedIn();
  const model = house.room();
  model.toRecover();
  const recover = /** @type {any} */ (model.recover.value);
  recover.type(code);
  await recover.takeCode();
  recover.phrase.value.choose('own');
  recover.phrase.value.type(NEXT);
  house.relay.lost = ['door_change', 'door_change'];
  await recover.takePhrase();
  assert.deepEqual([recover.step.value, recover.problem.value], ['sheet', '']);
  assert.equal((await house.entrance().signInByCode(readCode(recover.sheet.value.written))).pseudonym, NAME);
  assert.equal((await house.elsewhere(NEXT)).stage.value, 'home');
});

test('a passphrase whose change got no answer is changed, and no old one is asked for again', async () => {
  const { model } = await house.signedIn();
  model.toSettings('change');
  await settled();
  const settings = /** @type {any} */ (model.settings.value);
  settings.phrase.value.choose('own');
  settings.phrase.value.type(NEXT);
  house.relay.lost = ['door_change'];
  await settings.changePassphrase(PHRASE);
  assert.deepEqual([settings.problem.value, settings.done.value], ['', 'change_done']);
  assert.equal((await house.elsewhere(NEXT)).stage.value, 'home');
});

test('a new sheet whose making got no answer is the one that is shown', async () => {
  const { model } = await house.signedIn();
  model.toSettings('newSheet');
  const settings = /** @type {any} */ (model.settings.value);
  house.relay.lost = ['door_change'];
  await settings.makeSheet(PHRASE);
  assert.deepEqual([settings.problem.value, settings.panel.value], ['', 'sheet']);
  assert.equal((await house.entrance().signInByCode(readCode(settings.sheet.value.written))).pseudonym, NAME);
});

test('nobody meets the own name as taken: an access whose making got no answer is there, with its sheet', async () => {
  house.relay.lost = ['account_finish', 'sign_in_finish'];
  const { model, code } = await house.signedIn();
  assert.deepEqual([model.stage.value, house.relay.accounts.length], ['home', 1]);
  assert.equal((await house.entrance().signInByCode(readCode(code))).pseudonym, NAME);
});

// --- settings ---------------------------------------------------------------------------------------

test('a new passphrase needs the present one', async () => {
  const { model } = await house.signedIn();
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
  assert.equal((await house.elsewhere(NEXT)).stage.value, 'home');
});

test('a new sheet takes the place of the old one', async () => {
  const { model, code } = await house.signedIn();
  model.toSettings('newSheet');
  const settings = /** @type {any} */ (model.settings.value);
  await settings.makeSheet(NEXT);
  assert.deepEqual([settings.problem.value, settings.sheet.value], ['wrong_passphrase', null]);
  await settings.makeSheet(PHRASE);
  assert.equal(settings.panel.value, 'sheet');
  assert.notEqual(settings.sheet.value.written, code);
  await settings.noteSheet(false);
  assert.deepEqual([settings.isSheetNoted, settings.sheet.value, settings.panel.value], [false, null, '']);
  await assert.rejects(house.entrance().signInByCode(code.replaceAll('-', '').slice(0, 26)), WrongKey);
});

test('deleting needs the passphrase, and leaves nothing on this page', async () => {
  const { model, account } = await house.signedIn();
  model.toSettings('delete');
  await settled();
  const settings = /** @type {any} */ (model.settings.value);
  assert.equal(settings.stock.value.doors, 2);
  await settings.delete(NEXT);
  assert.deepEqual([settings.problem.value, model.stage.value], ['wrong_passphrase', 'settings']);
  await settings.delete(PHRASE);
  assert.deepEqual([model.stage.value, model.account.value, model.home.value], ['deleted', null, null]);
  assert.ok(account.ams.every((/** @type {number} */ byte) => byte === 0));
  assert.equal((await house.elsewhere(PHRASE)).signIn.problem.value, 'wrong');
});
