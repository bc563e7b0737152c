// Every flow around a door against a relay in memory: what is sent, in which order, and what never is.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import * as accounts from '../../web/js/core/accounts.js';
import { newAccountSecret } from '../../web/js/crypto/account.js';
import { LocalError, WrongKey } from '../../web/js/crypto/errors.js';
import { EMPTY_PAGE, openPage } from '../../web/js/crypto/keyring.js';
import * as oprf from '../../web/js/crypto/oprf.js';
import { BadCharacter, TooLong, TooShort, TooWeak } from '../../web/js/crypto/passphrase.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { newCode } from '../../web/js/crypto/recovery.js';
import { encodeCommand } from '../../web/js/wire/codec.js';
import { WireError } from '../../web/js/wire/errors.js';
import { AccountRelay, DEPLOYMENT, quick } from './helpers/accounts.js';

const NAME = 'Kiesel-407';
const PHRASE = 'lampe wiese sieben kanal moos turm';
const NEXT = 'apfel leiter hafen sonne brücke stein';
const PLACE = { deploymentId: DEPLOYMENT, argon2id: quick, nextLine: () => nextLine() };

before(ready);

/** @type {AccountRelay} */
let relay;
/** @type {Uint8Array} */
let ams;
let code = '';
/** How often somebody waited for a line. */
let lines = 0;
let nextLine = async () => {};
beforeEach(() => {
  lines = 0;
  nextLine = async () => { lines += 1; };
  relay = new AccountRelay();
  ams = newAccountSecret();
  code = newCode();
});

/** @param {any} [more] */
const create = (more = {}) => accounts.createAccount(relay.request, { name: NAME, phrase: PHRASE, code, ams, ...PLACE, ...more });
/** @param {any} [more] */
const signIn = (more = {}) => accounts.signIn(relay.request, { name: NAME, phrase: PHRASE, ...PLACE, ...more });
const signInByCode = (/** @type {string} */ typed = code) => accounts.signInByCode(relay.request, { code: typed, ...PLACE });

/** What was asked since the last look. */
const asked = () => relay.sent.splice(0).filter((name) => name !== 'challenge');

const WAYS = {
  createAccount: () => create(),
  signIn: () => signIn(),
  signInByCode: () => signInByCode(),
  changePassphrase: () => accounts.changePassphrase(relay.request, { name: NAME, old: PHRASE, next: NEXT, ...PLACE }),
  changeCode: () => accounts.changeCode(relay.request, { name: NAME, phrase: PHRASE, code: newCode(), ...PLACE }),
  renew: () => accounts.renew(relay.request, { name: NAME, code, nextPhrase: NEXT, nextCode: newCode(), ...PLACE }),
  deleteAccount: () => accounts.deleteAccount(relay.request, { name: NAME, phrase: PHRASE, ...PLACE }),
};
const PROVING = /** @type {(keyof typeof WAYS)[]} */ (Object.keys(WAYS).filter((name) => name !== 'createAccount'));

// --- making and signing in ------------------------------------------------------------------------

test('an account has both doors, and each opens to the same secret and page', async () => {
  const content = { ...EMPTY_PAGE, drafts: [{ box16: new Uint8Array(16), counter: 1, text: Uint8Array.of(65), generation: 0 }] };
  await create({ content });
  assert.deepEqual(asked(), ['account_begin', 'account_begin', 'account_finish']);
  const [byPhrase, byCode] = [await signIn({ name: 'kIESEL-407' }), await signInByCode()];
  assert.deepEqual(asked(), ['sign_in_start', 'sign_in_finish', 'sign_in_start', 'sign_in_finish']);
  assert.deepEqual([byPhrase.ams, byCode.ams], [ams, ams]);
  const page = openPage(ams, 0, byCode.pages[0].sealed, 1);
  assert.deepEqual([page.content.pseudonym, page.content.drafts], ['kiesel-407', content.drafts]);
});

test('without a sheet there is one door, and a first sheet may follow', async () => {
  await create({ code: null });
  await assert.rejects(signInByCode(), WrongKey);
  await signIn();
  await accounts.changeCode(relay.request, { name: NAME, phrase: PHRASE, code, ...PLACE });
  assert.deepEqual((await signInByCode()).ams, ams);
});

test('what cannot be a name, passphrase or code is refused before anything is sent', async () => {
  for (const [more, error] of /** @type {[any, any][]} */ ([
    [{ name: 'ab' }, TooShort], [{ name: 'x'.repeat(33) }, TooLong], [{ name: 'kiesel 407' }, BadCharacter],
    [{ phrase: 'kurz' }, TooShort], [{ phrase: 'x'.repeat(257) }, TooLong], [{ phrase: 'aaaaaaaaaaaaaaaa' }, TooWeak],
    [{ phrase: 'kiesel-407 kiesel-407' }, TooWeak], [{ code: 'A' }, LocalError], [{ code: code.toLowerCase().replace(/^./, 'I') }, LocalError],
  ])) await assert.rejects(create(more), error);
  await assert.rejects(accounts.changePassphrase(relay.request, { name: NAME, old: PHRASE, next: 'abcdefghijklmnopq', ...PLACE }), TooWeak);
  await assert.rejects(accounts.renew(relay.request, { name: NAME, code, nextPhrase: '12345678901234567', nextCode: newCode(), ...PLACE }), TooWeak);
  assert.deepEqual(relay.sent, []);
});

test('a passphrase that exists already is not judged: it may be older than the rules', async () => {
  await create();
  await assert.rejects(signIn({ phrase: 'aaaaaaaaaaaaaaaa' }), WrongKey);
});

test('a taken name is told, and only at the end of making one', async () => {
  await create();
  await assert.rejects(create({ ams: newAccountSecret() }), { code: 'name_taken' });
});

test('a stamp is made when the relay wants one, for the same start', async () => {
  await create();
  relay.sent = [];
  let needed = true;
  const request = async (/** @type {string} */ name, /** @type {any} */ fields) => {
    if (name === 'sign_in_start' && needed) {
      needed = false;
      throw new WireError('stamp_needed');
    }
    if (name === 'sign_in_start') assert.equal(fields.stamp.length, 40);
    return relay.request(name, fields);
  };
  await accounts.signIn(/** @type {any} */ (request), { name: NAME, phrase: PHRASE, ...PLACE });
  assert.deepEqual(relay.sent, ['challenge', 'sign_in_start', 'sign_in_finish']);
});

// --- a proof that fails sends nothing more --------------------------------------------------------

/** What a lying relay answers to a start. @type {Record<string, (reply: any, fields: any) => any>} */
const LIES = {
  'a scalar of its own': (reply, { alpha }) => ({ ...reply, beta: oprf.evaluate(oprf.randomScalar(), alpha) }),
  'another account\'s slot': (reply) => ({ ...reply, slot: otherSlot }),
};
let otherSlot = new Uint8Array(0);

for (const way of PROVING) {
  for (const [name, lie] of Object.entries(LIES)) {
    test(`${way}: ${name} gets one start and nothing else`, async () => {
      await create();
      await create({ name: 'andere-100', code: newCode(), ams: newAccountSecret() });
      otherSlot = [...relay.doors.values()][2].slot;
      await signIn();
      asked();
      relay.lies.sign_in_start = lie;
      await assert.rejects(WAYS[way](), WrongKey);
      assert.deepEqual(asked(), ['sign_in_start']);
    });
  }
}

test('a wrong passphrase, an unknown name and an unknown code look alike and send nothing more', async () => {
  await create();
  asked();
  for (const attempt of [() => signIn({ phrase: NEXT }), () => signIn({ name: 'niemand-1' }), () => signInByCode(newCode())]) {
    await assert.rejects(attempt(), (error) => error instanceof WrongKey && error.message === 'wrong_key: slot');
    assert.deepEqual(asked(), ['sign_in_start']);
  }
});

/** What stores doors, and with which command. @type {[keyof typeof WAYS, string][]} */
const STORING = [['createAccount', 'account_finish'], ['changePassphrase', 'door_change'], ['changeCode', 'door_change'], ['renew', 'door_change']];

/** Everything that is sent under a name, in bytes; the first is lost, before the relay has it or after. @param {string} last @param {boolean} isApplied */
function loses(last, isApplied) {
  /** @type {Uint8Array[]} */
  const sent = [];
  const { request } = relay;
  relay.request = async (name, fields, credential) => {
    if (name === last) sent.push(encodeCommand(1, name, fields ?? {}, credential ?? new Uint8Array(0)));
    const isLost = name === last && sent.length === 1;
    if (isLost && !isApplied) throw new WireError('no_answer');
    const reply = await request(name, fields, credential);
    if (isLost) throw new WireError('disconnected');
    return reply;
  };
  return sent;
}

for (const [way, last] of STORING) {
  for (const isApplied of [true, false]) {
    test(`${way}: what got no answer is sent again on the next line, the same bytes, ${isApplied ? 'done' : 'undone'}`, async () => {
      if (way !== 'createAccount') await create().then(() => signIn());
      const sent = loses(last, isApplied);
      await WAYS[way]();
      assert.deepEqual([sent.length, lines, sent[1]], [2, 1, sent[0]]);
    });
  }

  test(`${way}: a second answer that is no is told, and so is that there is no next line`, async () => {
    if (way !== 'createAccount') await create().then(() => signIn());
    nextLine = async () => { relay.refused[last] = 'expired'; };
    loses(last, false);
    await assert.rejects(WAYS[way](), { code: 'expired' });
    nextLine = async () => { throw new WireError('unsupported_version'); };
    relay.refused[last] = 'no_answer';
    await assert.rejects(WAYS[way](), { code: 'unsupported_version' });
  });
}

for (const way of PROVING) {
  test(`${way}: nothing else repeats itself after a lost answer`, async () => {
    await create();
    await signIn();
    asked();
    for (const name of ['sign_in_start', 'account_begin', 'sign_in_finish', 'account_delete']) {
      relay.lost = [name];
      const outcome = await WAYS[way]().then(() => 'done', (error) => error.code);
      assert.ok(['done', 'disconnected'].includes(outcome), outcome);
      const sent = asked();
      assert.ok(sent.filter((one) => one === name).length <= (name === 'account_begin' ? 2 : 1), sent.join());
      if (outcome === 'disconnected') assert.equal(sent.at(-1), name);
      if (way === 'deleteAccount' && name === 'account_delete') return;
      relay = new AccountRelay();
      await create();
      await signIn();
      asked();
    }
  });
}

// --- changing -------------------------------------------------------------------------------------

test('a changed passphrase opens, the old one does not, the sheet still does', async () => {
  await create();
  await signIn();
  asked();
  await WAYS.changePassphrase();
  assert.deepEqual(asked(), ['sign_in_start', 'account_begin', 'door_change']);
  assert.deepEqual((await signIn({ phrase: NEXT })).ams, ams);
  await assert.rejects(signIn(), WrongKey);
  assert.deepEqual((await signInByCode()).ams, ams);
});

test('a new sheet ends the old one', async () => {
  await create();
  await signIn();
  const next = newCode();
  await accounts.changeCode(relay.request, { name: NAME, phrase: PHRASE, code: next, ...PLACE });
  await assert.rejects(signInByCode(), WrongKey);
  assert.deepEqual((await signInByCode(next)).ams, ams);
});

test('after a sheet was used both doors are new in one step', async () => {
  await create();
  await signInByCode();
  asked();
  const nextCode = newCode();
  await accounts.renew(relay.request, { name: NAME, code, nextPhrase: NEXT, nextCode, ...PLACE });
  assert.deepEqual(asked(), ['sign_in_start', 'account_begin', 'account_begin', 'door_change']);
  await assert.rejects(signIn(), WrongKey);
  await assert.rejects(signInByCode(), WrongKey);
  assert.deepEqual([(await signIn({ phrase: NEXT })).ams, (await signInByCode(nextCode)).ams], [ams, ams]);
});

test('a change needs a sign-in', async () => {
  await create();
  await assert.rejects(WAYS.changePassphrase(), { code: 'unauthorised' });
});

// --- the end --------------------------------------------------------------------------------------

test('deleting proves the passphrase first, then lets go of the boxes, then ends', async () => {
  await create();
  await signIn();
  asked();
  /** @type {string[][]} */
  const before = [];
  await accounts.deleteAccount(relay.request, {
    name: NAME, phrase: PHRASE, ...PLACE, before: async () => { before.push([...relay.sent]); },
  });
  assert.deepEqual([before, asked()], [[['sign_in_start']], ['sign_in_start', 'account_delete']]);
  assert.deepEqual([relay.accounts.length, relay.doors.size], [0, 0]);
});

test('who cannot prove the passphrase deletes nothing', async () => {
  await create();
  let wasAsked = false;
  const before = async () => { wasAsked = true; };
  await assert.rejects(accounts.deleteAccount(relay.request, { name: NAME, phrase: NEXT, ...PLACE, before }), WrongKey);
  assert.deepEqual([wasAsked, relay.accounts.length], [false, 1]);
});
