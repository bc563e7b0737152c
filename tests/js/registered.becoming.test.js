// A seeker without an account comes to have one during the live chat.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { SeekerAccount } from '../../web/js/core/account.js';
import { signIn } from '../../web/js/core/accounts.js';
import { newAccountSecret } from '../../web/js/crypto/account.js';
import { LocalError } from '../../web/js/crypto/errors.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { newCode } from '../../web/js/crypto/recovery.js';
import { openPast } from '../../web/js/features/live/past.js';
import { Right } from '../../web/js/wire/catalogue.js';
import { DEPLOYMENT, quick } from './helpers/accounts.js';
import { settled } from './helpers/clock.js';
import { PHRASE, boxOf, newAccount, texts } from './helpers/seeker.js';
import { VisitedHouse, asked, chatOf, intoChat, seeker } from './helpers/visiting.js';

before(ready);
// Faults are looked for in what comes of them.
console.error = () => {};

/** @type {VisitedHouse} */
let house;
beforeEach(() => { house = new VisitedHouse(); });

const WANTED = () => ({ name: 'Ahorn-100', phrase: PHRASE, code: newCode() });

test('in the waiting room the visit gets doors, the slot goes, and the place stays', async () => {
  const model = seeker(house);
  await model.start();
  model.draft.value = 'schon aufgeschrieben';
  await model.register(WANTED());
  const account = /** @type {SeekerAccount} */ (model.account.value);
  assert.deepEqual([model.stage.value, account.pseudonym, house.tab.hex, house.kept.length], ['waiting', 'ahorn-100', null, 1]);
  const [entry] = account.keyring.entries;
  assert.deepEqual([account.keyring.draft(entry.box16), house.sent.includes('keep')], ['schon aufgeschrieben', false]);
  house.accept();
  await settled();
  await model.confirm();
  const { chat } = await house.counsellor();
  assert.deepEqual([model.stage.value, chat.pseudonym.value, boxOf(house).rights & Right.KEEP], ['chat', 'ahorn-100', Right.KEEP]);
});

test('in a chat it goes on as it is: kept, named, and nothing told again', async () => {
  const model = seeker(house);
  await intoChat(house, model);
  chatOf(model).say('Das habe ich schon erzählt.');
  await settled();
  const { chat } = await house.counsellor();
  assert.deepEqual([model.accountOffered.value, texts(chat)], [false, [['Ratsuchende_r 1', 'Das habe ich schon erzählt.']]]);
  chat.offerAccount();
  chat.offerAccount();
  await settled();
  assert.equal(model.accountOffered.value, true);
  asked(house);
  house.lost = ['keep'];
  await model.register(WANTED());
  await settled();
  assert.deepEqual(asked(house).slice(-4), ['resume_drop', 'keep', 'post', 'keep']);
  assert.deepEqual([model.stage.value, model.accountOffered.value, chatOf(model).staysReadable.value], ['chat', false, true]);
  assert.deepEqual(texts(chat), [['ahorn-100', 'Das habe ich schon erzählt.']]);
  assert.equal(boxOf(house).rights & Right.KEEP, Right.KEEP);
  await chatOf(model).close();
  await settled();
  const account = /** @type {SeekerAccount} */ (model.account.value);
  const past = await openPast(house.line, account, account.keyring.entries[0], 'Sie');
  assert.deepEqual(past && texts(past), [['Sie', 'Das habe ich schon erzählt.']]);
});

test('what stands against an account changes nothing of the visit', async () => {
  await SeekerAccount.create(house.line, { name: 'ahorn-100', phrase: PHRASE, ams: newAccountSecret(), argon2id: quick });
  const { argon2id } = await import('../../web/js/core/argon2.js');
  await SeekerAccount.create(house.line, { name: 'ahorn-200', phrase: PHRASE, ams: newAccountSecret(), argon2id });
  const model = seeker(house);
  await intoChat(house, model);
  house.sent = [];
  await assert.rejects(model.register({ ...WANTED(), phrase: 'aaaaaaaaaaaaaaaaaaa' }), { code: 'too_weak' });
  assert.deepEqual(house.sent, []);
  await assert.rejects(model.register({ ...WANTED(), name: 'ahorn-200' }), { code: 'name_taken' });
  assert.deepEqual([model.stage.value, model.account.value, house.tab.hex === null], ['chat', null, false]);
  chatOf(model).say('weiter');
  await settled();
  assert.deepEqual(texts(chatOf(model)), [['Sie', 'weiter']]);
});

test('a chat that ends while the account is made stays gone', async () => {
  const model = seeker(house);
  await intoChat(house, model);
  const wanted = WANTED();
  house.lies.account_begin = (reply) => {
    delete house.lies.account_begin;
    house.endBox();
    return reply;
  };
  await model.register(wanted);
  const account = /** @type {SeekerAccount} */ (model.account.value);
  const [{ secrets }] = account.keyring.entries;
  const { argon2id } = await import('../../web/js/core/argon2.js');
  const { ams } = await signIn(house.request, { ...wanted, deploymentId: DEPLOYMENT, argon2id });
  // Nothing of the account is made of what the visit wiped when it ended.
  for (const secret of [ams, account.ams, ...secrets.map(({ es }) => es)]) assert.ok(secret.some((byte) => byte !== 0));
  assert.equal(secrets.length, 1);
  assert.deepEqual([model.stage.value, model.ended.value?.purgeMs, house.sent.includes('keep')], ['ended', 0, false]);
  assert.equal(await openPast(house.line, account, account.keyring.entries[0], 'Sie'), null);
});

test('a chat that is over before the account is begun makes none', async () => {
  const model = seeker(house);
  await intoChat(house, model);
  const registering = model.register(WANTED());
  house.endBox();
  await assert.rejects(registering, { code: 'wrong_state' });
  assert.deepEqual([model.account.value, house.accounts.length], [null, 0]);
});

test('nobody registers twice, or from nothing', async () => {
  await assert.rejects(seeker(house).register(WANTED()), LocalError);
  const model = seeker(house, await newAccount(house));
  await model.start();
  await assert.rejects(model.register(WANTED()), LocalError);
});
