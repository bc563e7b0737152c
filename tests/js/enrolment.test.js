// Enrolling with an invitation: the models over a relay in memory, refusals, and every place where it can
// break off.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { createAccount } from '../../web/js/core/accounts.js';
import * as account from '../../web/js/crypto/account.js';
import { checkJoin } from '../../web/js/crypto/invitation.js';
import { read } from '../../web/js/crypto/invitelink.js';
import { BadProof, WrongKey } from '../../web/js/crypto/errors.js';
import { STAFF_PAGES } from '../../web/js/crypto/keyring.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { AccountKind } from '../../web/js/wire/catalogue-account.js';
import { settled } from './helpers/clock.js';
import { DEPLOYMENT, quick } from './helpers/accounts.js';
import { MARIA } from './helpers/house.js';
import { Office, linkAgain } from './helpers/newcomer.js';
import { vectors } from './helpers/vectors.js';

before(ready);
// What nobody foresaw is reported there; here it is looked for in what comes of it.
console.error = () => {};

const NAME = 'maria.b';
const PHRASE = 'lampe wiese sieben kanal moos turm';
const OTHER = 'ein boot auf dem see im regen';
const CHOSEN = { name: NAME, phrase: PHRASE };
const HOUR_MS = 3_600_000;
/** A link that reads, drawn by the other client. */
const FRAGMENT = `#${vectors('invitation', 'read').find((one) => one.name === 'written: as drawn')?.in.text}`;

/** @type {Office} */
let office;
beforeEach(() => {
  office = new Office(read(FRAGMENT));
});

/** A page on which the link was opened. @param {Office} [at] @param {string} [fragment] */
async function opened(at = office, fragment = FRAGMENT) {
  const model = at.page();
  await model.open(fragment);
  return model;
}

/** Chooses name and passphrase. @param {import('../../web/js/features/enrolment/model.js').EnrolModel} model @param {{ name: string, phrase: string }} [chosen] */
async function takesTheSteps(model, { name, phrase } = CHOSEN) {
  model.toName();
  model.name.type(name);
  model.takeName();
  model.phrase.choose('own');
  model.phrase.type(phrase);
  await model.takePhrase();
  await settled();
}

/** @param {import('../../web/js/features/enrolment/model.js').EnrolModel} model */
const told = (model) => [model.stage.value, model.problem.value, model.busy.value];

// --- the way --------------------------------------------------------------------------------------

test('link, name, passphrase, wait, confirmed', async () => {
  const model = await opened();
  assert.deepEqual([model.stage.value, model.organisation.value.length], ['invited', 8]);
  await takesTheSteps(model);
  assert.deepEqual(told(model), ['waiting', '', false]);
  assert.equal(model.keyWords.value.length, 8);
  const { mac, ...keys } = office.answer;
  checkJoin(office.secret, mac, keys);
  office.approve();
  await settled();
  assert.equal(model.stage.value, 'certified');
  assert.deepEqual(model.teams.value.map((one) => one.isMember), [false, false]);
  office.admit();
  await settled();
  assert.deepEqual(model.teams.value.map((one) => one.isMember), [false, true]);
});

test('the account is a member of staff\'s: sixteen pages, one door, no sign-in left behind', async () => {
  await takesTheSteps(await opened());
  const [made] = office.relay.accounts;
  assert.deepEqual([made.kind, made.pages.length, office.relay.doors.size], [AccountKind.STAFF, STAFF_PAGES, 1]);
  assert.equal(made.tokens.size, 0);
  assert.equal(office.relay.bound, null);
});

test('the keys that are left are those of the account, and the words are theirs', async () => {
  const model = await opened();
  await takesTheSteps(model);
  const again = await opened();
  again.toAgain();
  await again.goOn(NAME, PHRASE);
  assert.deepEqual(again.keyWords.value, model.keyWords.value);
  assert.deepEqual([office.relay.accounts[0].tokens.size, office.relay.bound], [0, null]);
  assert.notDeepEqual(model.keyWords.value, model.organisation.value);
});

test('nothing of the link and nothing that was typed stays once the invitation is answered', async () => {
  const enrolment = office.enrolment();
  /** @type {import('../../web/js/crypto/invitelink.js').Invitation | null} */
  let given = null;
  const create = enrolment.create.bind(enrolment);
  enrolment.create = (invitation, chosen) => {
    given = invitation;
    return create(invitation, chosen);
  };
  const model = office.page(enrolment);
  await model.open(FRAGMENT);
  await takesTheSteps(model);
  assert.deepEqual(/** @type {any} */ (given).secret, new Uint8Array(16));
  assert.deepEqual([model.name.typed.value, model.phrase.own.value, model.phrase.suggestion.value], ['', '', '']);
  await model.takePhrase();
  await model.goOn(NAME, PHRASE);
  assert.equal(office.relay.sent.filter((name) => name === 'invitation_answer').length, 1);
});

test('a new line asks the log again: what was signed meanwhile is not missed', async () => {
  const model = await opened();
  await takesTheSteps(model);
  office.line.state.value = 'lost';
  office.isDeaf = true;
  office.approve();
  await settled();
  assert.equal(model.stage.value, 'waiting');
  office.line.state.value = 'open';
  await settled();
  assert.equal(model.stage.value, 'certified');
});

test('a certificate for other keys confirms nobody', async () => {
  const model = await opened();
  await takesTheSteps(model);
  const other = account.newAccountSecret();
  office.approve(office.keysOf(other));
  await settled();
  assert.equal(model.stage.value, 'waiting');
});

test('nor does one for the own signing key beside another one to open letters with', async () => {
  const model = await opened();
  await takesTheSteps(model);
  const { kemPk } = office.keysOf(account.newAccountSecret());
  office.approve({ ...office.answer, kemPk });
  await settled();
  assert.equal(model.stage.value, 'waiting');
});

test('a certificate that has ended confirms nobody', async () => {
  const model = await opened();
  await takesTheSteps(model);
  office.isDeaf = true;
  office.approve();
  office.line.clock.set(21 * 24 * HOUR_MS);
  office.line.tell('log_grown', { size: 6 });
  await settled();
  assert.equal(model.stage.value, 'waiting');
});

test('a certificate that was taken back confirms nobody', async () => {
  const model = await opened();
  await takesTheSteps(model);
  office.isDeaf = true;
  office.approve();
  office.isDeaf = false;
  office.revoke();
  await settled();
  assert.equal(model.stage.value, 'waiting');
});

test('a log that does not fit what was read is said, and nothing is confirmed', async () => {
  const model = await opened();
  await takesTheSteps(model);
  office.line.log.update = async () => { throw new BadProof('fork'); };
  office.line.tell('log_grown', { size: 99 });
  await settled();
  assert.deepEqual(told(model), ['waiting', 'log', false]);
});

// --- links that lead nowhere ----------------------------------------------------------------------

test('without a fragment nothing is asked, and the page says so', async () => {
  for (const fragment of ['', '#']) assert.equal((await opened(office, fragment)).stage.value, 'noLink');
  assert.deepEqual(office.relay.sent, []);
});

test('a link that is not whole is not used', async () => {
  for (const fragment of [FRAGMENT.slice(0, -1), `${FRAGMENT}0`, `#0${FRAGMENT.slice(2)}`, `#U${FRAGMENT.slice(2)}`, '#neu', `${FRAGMENT}.`]) {
    const model = await opened(office, fragment);
    model.toName();
    assert.equal(model.stage.value, 'badLink', fragment);
  }
  assert.deepEqual(office.relay.sent, []);
});

test('an invitation that is over makes no account', async () => {
  office.line.clock.set((read(FRAGMENT).expiresHour - 500_000) * HOUR_MS);
  const model = await opened();
  // Not even a line is opened for it.
  assert.deepEqual([model.stage.value, model.organisation.value], ['over', []]);
});

test('an invitation that runs out on the way makes no account', async () => {
  const model = await opened();
  office.line.clock.set(7 * 24 * HOUR_MS);
  await takesTheSteps(model);
  assert.deepEqual([...told(model), office.relay.accounts.length], ['over', '', false, 0]);
});

test('the time of the relay counts where the device is late', async () => {
  const { clock } = office.line;
  office.line.connect = async () => clock.learn(clock.now() + 7 * 24 * HOUR_MS, 0);
  assert.equal((await opened()).stage.value, 'over');
});

test('an invitation that runs out between account and answer is not answered', async () => {
  const model = await opened();
  office.line.log.update = async () => {
    office.line.clock.set(7 * 24 * HOUR_MS);
    return office.line.log.view;
  };
  await takesTheSteps(model);
  assert.deepEqual([model.stage.value, office.answer], ['over', undefined]);
});

test('a log that is not this organisation\'s lets nobody begin', async () => {
  office.line.log.update = async () => { throw new BadProof('another root'); };
  const model = await opened();
  model.toName();
  model.toAgain();
  assert.deepEqual(told(model), ['invited', 'damaged', false]);
  office.line.log.update = async () => office.line.log.view;
  await model.readOrganisation();
  model.toName();
  assert.equal(model.stage.value, 'name');
});

// --- somebody who comes back ------------------------------------------------------------------------

/** A page with a link that names whom it replaces. @param {Uint8Array} [replaces] */
async function comesBack(replaces = MARIA) {
  const link = linkAgain(read(FRAGMENT), replaces);
  const at = new Office(read(link));
  return { at, link, model: await opened(at, link) };
}

test('a new invitation says that it is one, and whether the old key still counts', async () => {
  const { at, model } = await comesBack();
  assert.deepEqual([...told(model), model.isAgain.value, model.isOldInForce.value], ['invited', '', false, true, true]);
  at.revoke(MARIA);
  await model.readOrganisation();
  assert.equal(model.isOldInForce.value, false);
  await takesTheSteps(model);
  assert.deepEqual([...told(model), model.isAgain.value], ['waiting', '', false, true]);
  at.approve(at.answer, MARIA);
  await settled();
  assert.deepEqual([model.stage.value, model.isAgain.value], ['certified', true]);
});

test('an ordinary one says nothing of it', async () => {
  const model = await opened();
  assert.deepEqual([model.isAgain.value, model.isOldInForce.value], [false, false]);
});

test('one in the place of somebody who never was here is no invitation', async () => {
  const { at, model } = await comesBack(new Uint8Array(16).fill(99));
  assert.deepEqual([...told(model), at.relay.sent.includes('invitation_answer')], ['stranger', '', false, false]);
});

test('of two invitations for one person the second leads nowhere once the first was confirmed', async () => {
  const { at, link, model } = await comesBack();
  at.revoke(MARIA);
  at.approve(at.keysOf(account.newAccountSecret()), MARIA);
  await takesTheSteps(model);
  assert.deepEqual([...told(model), at.answer], ['back', '', false, undefined]);
  assert.equal((await opened(at, link)).stage.value, 'back');
});

test('it runs out like any other', async () => {
  const { at, link } = await comesBack();
  at.line.clock.set(7 * 24 * HOUR_MS);
  assert.equal((await opened(at, link)).stage.value, 'over');
});

// --- once more ------------------------------------------------------------------------------------

for (const lost of ['account_begin', 'challenge', 'account_finish', 'invitation_answer']) {
  test(`the line breaks before the answer to ${lost}: the same button goes on`, async () => {
    const model = await opened();
    office.relay.lost.push(lost);
    await takesTheSteps(model);
    if (model.stage.value !== 'waiting') {
      assert.deepEqual(told(model), ['passphrase', 'unreachable', false]);
      assert.equal(model.phrase.own.value, PHRASE);
      await model.takePhrase();
    }
    assert.deepEqual([...told(model), office.relay.accounts.length], ['waiting', '', false, 1]);
  });

  test(`the page is gone before the answer to ${lost}: the same link, name and passphrase go on`, async () => {
    const broken = await opened();
    office.relay.lost.push(lost);
    await takesTheSteps(broken);
    broken.dispose();
    const model = await opened();
    await takesTheSteps(model);
    assert.deepEqual([...told(model), office.relay.accounts.length, office.relay.answers.size], ['waiting', '', false, 1, 1]);
    assert.deepEqual(model.keyWords.value.length, 8);
  });
}

test('an account without an answer goes on by "began already"', async () => {
  const broken = await opened();
  office.relay.refused.invitation_answer = 'disconnected';
  await takesTheSteps(broken);
  assert.deepEqual(told(broken), ['passphrase', 'unreachable', false]);
  office.relay.refused = {};
  const model = await opened();
  model.toAgain();
  await model.goOn(NAME, OTHER);
  assert.deepEqual(told(model), ['again', 'wrong', false]);
  await model.goOn('niemand', PHRASE);
  assert.deepEqual(told(model), ['again', 'wrong', false]);
  assert.equal(office.answer, undefined);
  await model.goOn(NAME.toUpperCase(), PHRASE);
  assert.deepEqual(told(model), ['waiting', '', false]);
});

test('who is confirmed already comes through without another answer, also with a used link', async () => {
  await takesTheSteps(await opened());
  office.approve();
  office.relay.answers.clear();
  const model = await opened();
  await takesTheSteps(model);
  assert.deepEqual([model.stage.value, office.relay.answers.size], ['certified', 0]);
});

test('whose certificate was taken back needs another access', async () => {
  await takesTheSteps(await opened());
  office.approve();
  office.revoke();
  const model = await opened();
  model.toAgain();
  await model.goOn(NAME, PHRASE);
  assert.deepEqual(told(model), ['again', 'revoked', false]);
});

// --- refusals -------------------------------------------------------------------------------------

test('a name that somebody else has leads back to it, and the passphrase stays', async () => {
  await takesTheSteps(await opened());
  const model = await opened();
  await takesTheSteps(model, { name: NAME, phrase: OTHER });
  assert.deepEqual([...told(model), model.name.problem.value, model.phrase.own.value], ['name', '', false, 'taken', OTHER]);
  model.name.type('jonas.k');
  model.takeName();
  await model.takePhrase();
  assert.equal(model.stage.value, 'used');
});

test('a seeker\'s access is not taken for one of the team', async () => {
  const ams = account.newAccountSecret();
  const place = { deploymentId: DEPLOYMENT, argon2id: quick, nextLine: async () => {} };
  await createAccount(office.relay.request, { ...CHOSEN, ...place, ams });
  const model = await opened();
  await takesTheSteps(model);
  assert.deepEqual([...told(model), office.answer], ['passphrase', 'seeker', false, undefined]);
  model.back();
  assert.deepEqual(told(model), ['name', '', false]);
});

test('an invitation that others have answered is told as used, and the account opens another one', async () => {
  await takesTheSteps(await opened());
  const first = office.answer;
  const model = await opened();
  await takesTheSteps(model, { name: 'jonas.k', phrase: OTHER });
  assert.deepEqual([...told(model), office.answer], ['used', '', false, first]);
  assert.deepEqual([model.name.typed.value, model.phrase.own.value], ['', '']);
  office.relay.answers.clear();
  const next = await opened();
  next.toAgain();
  await next.goOn('jonas.k', OTHER);
  assert.equal(next.stage.value, 'waiting');
});

test('what cannot be a name or a passphrase is refused before anything is sent', async () => {
  const model = await opened();
  for (const [name, code] of [['ma', 'too_short'], ['m'.repeat(33), 'too_long'], ['maria b', 'bad_character']]) {
    model.toName();
    model.name.type(name);
    model.takeName();
    assert.deepEqual([model.stage.value, model.name.problem.value], ['name', code]);
  }
  for (const phrase of ['neun Zeich', 'aaaaaaaaaaaaaaaaaaa', 'w'.repeat(257), `${NAME}${NAME}`]) {
    await takesTheSteps(model, { name: NAME, phrase });
    assert.deepEqual([model.stage.value, model.phrase.isRefused.value], ['passphrase', true], phrase);
  }
  assert.deepEqual(office.relay.sent, []);
});

test('a busy relay says so, and nothing is lost', async () => {
  const model = await opened();
  office.relay.refused.account_begin = 'rate_limited';
  await takesTheSteps(model);
  assert.deepEqual([...told(model), model.phrase.own.value], ['passphrase', 'rate_limited', false, PHRASE]);
});

test('while it is under way nothing is made twice and nobody goes back', async () => {
  const model = await opened();
  model.toName();
  model.name.type(NAME);
  model.takeName();
  const making = model.takePhrase();
  await model.takePhrase();
  model.back();
  assert.equal(model.stage.value, 'passphrase');
  await making;
  assert.equal(office.relay.accounts.length, 1);
});

test('nothing more is sent after a slot that does not open', async () => {
  await takesTheSteps(await opened());
  office.relay.sent.length = 0;
  await assert.rejects(office.enrolment().resume(office.invitation, { name: NAME, phrase: OTHER }), WrongKey);
  assert.deepEqual(office.relay.sent, ['sign_in_start']);
});
