// The live chat of a seeker with an account, and how one without comes to have one, against a small house
// in memory. The same journey without an account stands beside it, so that the difference is seen.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { SeekerAccount } from '../../web/js/core/account.js';
import { signIn } from '../../web/js/core/accounts.js';
import { newAccountSecret } from '../../web/js/crypto/account.js';
import * as chain from '../../web/js/crypto/chain.js';
import { decode } from '../../web/js/crypto/encoding.js';
import { EntryState } from '../../web/js/crypto/entry.js';
import { Kind } from '../../web/js/crypto/envelope.js';
import { LocalError } from '../../web/js/crypto/errors.js';
import { BadCharacter } from '../../web/js/crypto/passphrase.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { newCode } from '../../web/js/crypto/recovery.js';
import { SeekerModel } from '../../web/js/features/live/model.js';
import { decodeNote } from '../../web/js/features/live/note.js';
import { openPast } from '../../web/js/features/live/past.js';
import { settle } from '../../web/js/features/live/settling.js';
import { NoticeKind, Verdict } from '../../web/js/crypto/verdict.js';
import { Right } from '../../web/js/wire/catalogue.js';
import * as codec from '../../web/js/wire/codec.js';
import { DEPLOYMENT, quick } from './helpers/accounts.js';
import { settled } from './helpers/clock.js';
import { House, PORTAL, RETENTION_HOURS, TEAM } from './helpers/house.js';

const NAME = 'kiesel-407';
const PHRASE = 'lampe wiese sieben kanal moos turm';
const HOUR_MS = 3_600_000;

before(ready);
// Faults are looked for in what comes of them.
console.error = () => {};

/** @type {House} */
let house;
/** `frames`: the names of what was sent while the page vanished. @type {{ hex: string | null, frames: string[] }} */
let tab;
beforeEach(() => {
  house = new House();
  tab = { hex: null, frames: [] };
});

/** @param {SeekerAccount | null} [account] */
function seeker(account = null) {
  const config = {
    portal16: PORTAL, team16: TEAM, language: 'de', myName: 'Sie',
    store: { read: () => tab.hex, write: (/** @type {string | null} */ hex) => { tab.hex = hex; } },
    sendLast: (/** @type {Uint8Array} */ frame) => { tab.frames.push(/** @type {any[]} */ (decode(frame))[2]); },
  };
  return new SeekerModel(config, { line: house.line, account });
}

async function newAccount() {
  const account = await SeekerAccount.create(house.line, { name: NAME, phrase: PHRASE, ams: newAccountSecret(), argon2id: quick });
  house.sent = [];
  return account;
}

/** Another device, or this one after a reload. */
async function again() {
  const signedIn = await signIn(house.request, { name: NAME, phrase: PHRASE, deploymentId: DEPLOYMENT, argon2id: quick });
  return SeekerAccount.open(house.line, signedIn);
}

/** From the page before the chat into it. @param {SeekerModel} model */
async function intoChat(model) {
  await model.start();
  house.accept();
  await settled();
  assert.equal(model.stage.value, 'offered');
  await model.confirm();
  assert.equal(model.stage.value, 'chat', model.problem.value);
}

/** What was asked, without what says nothing here. */
const asked = () => house.sent.splice(0).filter((name) => !['challenge', 'portal_state', 'profiles', 'read'].includes(name));
/** @param {import('../../web/js/features/live/chat.js').ChatModel} chat */
const texts = (chat) => chat.messages.value.filter((line) => line.kind === 'text').map(({ author, text }) => [author, text]);
/** @param {SeekerModel} model */
const chatOf = (model) => /** @type {import('../../web/js/features/live/chat.js').ChatModel} */ (model.chat.value);
const boxOf = () => [...house.boxes.values()].at(-1);

// --- without an account, all is as ever -----------------------------------------------------------

test('without an account nothing is signed in, nothing kept but the slot, and the end forgets', async () => {
  const model = seeker();
  await intoChat(model);
  assert.deepEqual(asked(), ['wait', 'resume_put', 'confirm', 'resume_put', 'create', 'commit']);
  const { chat, welcome } = await house.counsellor();
  assert.deepEqual([welcome.handle.length, boxOf().rights & Right.KEEP], [0, 0]);
  assert.deepEqual([chat.peerName.value, chatOf(model).staysReadable.value], ['Ratsuchende_r 1', false]);
  await chatOf(model).close();
  await settled();
  assert.deepEqual([model.stage.value, model.ended.value?.purgeMs, tab.hex, house.line.closes], ['ended', 0, null, 1]);
  assert.equal(house.kept.length, 1);
});

/** The head over all that lies in the newest box, as the relay has it. */
const finalHead = () => boxOf().rows.reduce((/** @type {Uint8Array} */ head, /** @type {Uint8Array} */ e1) => chain.extend(head, chain.envId(e1)), chain.start(boxOf().box16));

for (const who of ['seeker', 'counsellor']) {
  test(`what finds the tomb is in the keyring once it was ended by the ${who}`, async () => {
    const account = await newAccount();
    const model = seeker(account);
    await intoChat(model);
    await settled();
    const { chat } = await house.counsellor();
    chat.say('Guten Abend.');
    await settled();
    const { box16 } = boxOf();
    assert.equal(account.keyring.entry(box16)?.closeMinute, 0);
    await (who === 'seeker' ? chatOf(model) : chat).close();
    await settled();
    const { closeMinute, pinN, pinChain } = /** @type {any} */ (account.keyring.entry(box16));
    assert.deepEqual([closeMinute, pinN, pinChain], [boxOf().closeMinute, boxOf().rows.length, finalHead()]);
    assert.equal((await again()).keyring.entry(box16)?.closeMinute, closeMinute);
  });
}

test('the quick exit of a chat without an account ends it', async () => {
  const model = seeker();
  await intoChat(model);
  model.leaveFast();
  assert.deepEqual(tab.frames, ['leave', 'resume_drop']);
});

// --- S2.70: signed in -----------------------------------------------------------------------------

test('the keyring knows of the visit before the relay does, and of its secret before that is used', async () => {
  const account = await newAccount();
  const model = seeker(account);
  await model.start();
  assert.deepEqual(asked(), ['page_save', 'wait']);
  const [waiting] = account.keyring.entries;
  assert.deepEqual([waiting.secrets.length, waiting.state], [0, EntryState.OPEN]);
  house.accept();
  await settled();
  await model.confirm();
  const names = asked();
  assert.deepEqual(names, ['confirm', 'page_save', 'create', 'commit', 'keep', 'post']);
  const [running] = account.keyring.entries;
  assert.deepEqual([running.secrets.length, decodeNote(running.settings).number], [1, 1]);
  assert.deepEqual(decodeNote(running.settings).portal16, PORTAL);
});

test('the counsellor sees the pseudonym, which comes first after the commit, and the handle', async () => {
  const account = await newAccount();
  const model = seeker(account);
  await intoChat(model);
  chatOf(model).say('Guten Abend.');
  await settled();
  const { chat, welcome } = await house.counsellor();
  assert.deepEqual([chat.pseudonym.value, chat.peerName.value], [NAME, NAME]);
  assert.deepEqual(texts(chat), [[NAME, 'Guten Abend.']]);
  assert.deepEqual(welcome.handle, account.handle);
  assert.equal(boxOf().rights & Right.KEEP, Right.KEEP);
  assert.equal(chat.messages.value[0].code, 'introduced');
});

test('who is signed in has no resume slot', async () => {
  const model = seeker(await newAccount());
  model.draft.value = 'schon etwas';
  await intoChat(model);
  chatOf(model).draft.value = 'mehr';
  model.rememberNow();
  await house.clock.elapse(300_000);
  assert.deepEqual([house.sent.includes('resume_put'), tab.hex, tab.frames], [false, null, []]);
});

test('after the end the chat stays readable, and only the chat is over', async () => {
  const account = await newAccount();
  const model = seeker(account);
  await intoChat(model);
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
  const account = await newAccount();
  const model = seeker(account);
  await intoChat(model);
  await chatOf(model).close();
  await settled();
  model.dispose();
  assert.ok(account.ams.some((byte) => byte !== 0));
  assert.ok(account.keyring.entries[0].secrets[0].es.some((byte) => byte !== 0));
});

test('the quick exit leaves the queue, but not a running chat: it can be come back to', async () => {
  const waiting = seeker(await newAccount());
  await waiting.start();
  waiting.leaveFast();
  assert.deepEqual(tab.frames.splice(0), ['withdraw']);
  const account = await again();
  const model = seeker(account);
  await intoChat(model);
  model.leaveFast();
  assert.deepEqual(tab.frames, []);
  assert.ok(account.ams.every((byte) => byte === 0));
});

test('what must not be believed gives the place back, for the line stays', async () => {
  const model = seeker(await newAccount());
  await model.start();
  house.lies.profiles = () => { throw new BadCharacter('x'); };
  house.accept();
  await settled();
  assert.deepEqual([model.stage.value, house.tickets.length], ['refused', 0]);
});

// --- coming back ----------------------------------------------------------------------------------

test('after a new sign-in the place in the queue is found again', async () => {
  const first = seeker(await newAccount());
  await first.start();
  const model = seeker(await again());
  assert.equal(model.canResume, true);
  await model.resume();
  assert.deepEqual([model.stage.value, model.number.value], ['waiting', 1]);
  house.accept();
  await settled();
  await model.confirm();
  assert.equal(model.stage.value, 'chat');
});

test('after a new sign-in a running chat is read on, with its draft, and nobody is introduced twice', async () => {
  const account = await newAccount();
  const first = seeker(account);
  await intoChat(first);
  chatOf(first).say('Guten Abend.');
  await settled();
  chatOf(first).draft.value = 'noch nicht gesen';
  first.rememberNow();
  await settled();
  first.dispose();
  account.wipe();
  const posts = boxOf().rows.length;
  const model = seeker(await again());
  await model.resume();
  assert.equal(model.stage.value, 'chat');
  assert.deepEqual(texts(chatOf(model)), [['Sie', 'Guten Abend.']]);
  assert.deepEqual([chatOf(model).draft.value, boxOf().rows.length], ['noch nicht gesen', posts]);
});

/** A chat in which two texts were written, read here and kept with the sign-out. */
async function readAndSignedOut() {
  const account = await newAccount();
  const model = seeker(account);
  await intoChat(model);
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
  const account = await again();
  assert.equal(account.keyring.entries[0].pinN, boxOf().rows.length);
  assert.ok(account.keyring.entries[0].pinN >= 4);
});

test('a service that shows less of a chat than was read before is told off, and sending pauses', async () => {
  await readAndSignedOut();
  boxOf().rows.pop();
  const model = seeker(await again());
  await model.resume();
  assert.deepEqual([model.stage.value, chatOf(model).paused.value?.code], ['chat', Verdict.WITHHELD]);
});

test('a service that shows another history than was read before is told off', async () => {
  await readAndSignedOut();
  const account = await again();
  const [entry] = account.keyring.entries;
  await account.keyring.remember({ ...entry, pinN: entry.pinN, pinChain: new Uint8Array(32).fill(255) });
  const model = seeker(account);
  await model.resume();
  assert.equal(chatOf(model).paused.value?.code, NoticeKind.OTHER_HISTORY);
});

test('a closed chat is compared with what was read as well', async () => {
  await readAndSignedOut();
  house.endBox();
  boxOf().rows.pop();
  const account = await again();
  const past = await openPast(house.line, account, account.keyring.entries[0], 'Sie');
  assert.equal(past?.paused.value?.code, Verdict.WITHHELD);
});

test('of two secrets that two devices drew at once, the one whose commit stands opens the chat', async () => {
  const account = await newAccount();
  const first = seeker(account);
  await intoChat(first);
  chatOf(first).say('Guten Abend.');
  await settled();
  const [entry] = account.keyring.entries;
  const lost = { epoch: 0, es: keyOf('EpochSecret', new Uint8Array(32).fill(7)) };
  const other = { epoch: 0, es: keyOf('EpochSecret', new Uint8Array(32).fill(8)) };
  await account.keyring.remember({ ...entry, secrets: [...entry.secrets, lost, other] });
  first.dispose();
  const model = seeker(await again());
  await model.resume();
  assert.deepEqual(texts(chatOf(model)), [['Sie', 'Guten Abend.']]);
  house.endBox();
  await settled();
  const past = await openPast(house.line, account, account.keyring.entries[0], 'Sie');
  assert.deepEqual(past && texts(past), [['Sie', 'Guten Abend.']]);
});

test('a beginning that stopped after the first commit is gone on with, and then introduced', async () => {
  const account = await newAccount();
  const first = seeker(account);
  await first.start();
  house.accept();
  await settled();
  house.refused = { read: 'disconnected', post: 'disconnected' };
  await first.confirm();
  house.refused = {};
  assert.equal(boxOf().rows.length, 0);
  const model = seeker(await again());
  await model.resume();
  const { chat } = await house.counsellor();
  assert.deepEqual([model.stage.value, chat.pseudonym.value], ['chat', NAME]);
});

test('a lost answer to the save stops the beginning before anything is used; the new line goes on', async () => {
  const model = seeker(await newAccount());
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
  const account = await newAccount();
  await seeker(account).start();
  house.tickets = [];
  const other = await again();
  const model = seeker(other);
  await model.resume();
  assert.deepEqual([model.stage.value, other.keyring.entries[0].state], ['before', EntryState.GONE]);
  assert.equal(house.line.closes, 0);
});

test('who leaves the queue leaves nothing in the keyring, and what was typed stays on the page', async () => {
  const account = await newAccount();
  const model = seeker(account);
  await model.start();
  model.draft.value = 'doch nicht heute';
  await model.withdraw();
  await settled();
  assert.deepEqual([model.stage.value, model.draft.value], ['gone', 'doch nicht heute']);
  const [entry] = account.keyring.entries;
  assert.deepEqual([entry.state, account.keyring.draft(entry.box16)], [EntryState.GONE, '']);
});

test('a chat that ended meanwhile is not gone on with', async () => {
  const account = await newAccount();
  await intoChat(seeker(account));
  house.endBox();
  const model = seeker(await again());
  await model.resume();
  assert.equal(model.stage.value, 'before');
});

test('a relay that knows no such box is believed once the purge must be past', async () => {
  const account = await newAccount();
  await intoChat(seeker(account));
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
  const account = await newAccount();
  const model = seeker(account);
  house.bound = null;
  await model.start();
  assert.deepEqual([model.stage.value, account.ended.value, house.tickets.length], ['before', true, 0]);
});

// --- N10: from unregistered to registered ---------------------------------------------------------

const WANTED = () => ({ name: 'Ahorn-100', phrase: PHRASE, code: newCode() });

test('in the waiting room the visit gets doors, the slot goes, and the place stays', async () => {
  const model = seeker();
  await model.start();
  model.draft.value = 'schon aufgeschrieben';
  await model.register(WANTED());
  const account = /** @type {SeekerAccount} */ (model.account.value);
  assert.deepEqual([model.stage.value, account.pseudonym, tab.hex, house.kept.length], ['waiting', 'ahorn-100', null, 1]);
  const [entry] = account.keyring.entries;
  assert.deepEqual([account.keyring.draft(entry.box16), house.sent.includes('keep')], ['schon aufgeschrieben', false]);
  house.accept();
  await settled();
  await model.confirm();
  const { chat } = await house.counsellor();
  assert.deepEqual([model.stage.value, chat.pseudonym.value, boxOf().rights & Right.KEEP], ['chat', 'ahorn-100', Right.KEEP]);
});

test('in a chat it goes on as it is: kept, named, and nothing told again', async () => {
  const model = seeker();
  await intoChat(model);
  chatOf(model).say('Das habe ich schon erzählt.');
  await settled();
  const { chat } = await house.counsellor();
  assert.deepEqual([model.accountOffered.value, texts(chat)], [false, [['Ratsuchende_r 1', 'Das habe ich schon erzählt.']]]);
  chat.offerAccount();
  chat.offerAccount();
  await settled();
  assert.equal(model.accountOffered.value, true);
  asked();
  house.lost = ['keep'];
  await model.register(WANTED());
  await settled();
  assert.deepEqual(asked().slice(-4), ['resume_drop', 'keep', 'post', 'keep']);
  assert.deepEqual([model.stage.value, model.accountOffered.value, chatOf(model).staysReadable.value], ['chat', false, true]);
  assert.deepEqual(texts(chat), [['ahorn-100', 'Das habe ich schon erzählt.']]);
  assert.equal(boxOf().rights & Right.KEEP, Right.KEEP);
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
  const model = seeker();
  await intoChat(model);
  house.sent = [];
  await assert.rejects(model.register({ ...WANTED(), phrase: 'aaaaaaaaaaaaaaaaaaa' }), { code: 'too_weak' });
  assert.deepEqual(house.sent, []);
  await assert.rejects(model.register({ ...WANTED(), name: 'ahorn-200' }), { code: 'name_taken' });
  assert.deepEqual([model.stage.value, model.account.value, tab.hex === null], ['chat', null, false]);
  chatOf(model).say('weiter');
  await settled();
  assert.deepEqual(texts(chatOf(model)), [['Sie', 'weiter']]);
});

test('a chat that ends while the account is made stays gone', async () => {
  const model = seeker();
  await intoChat(model);
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
  const model = seeker();
  await intoChat(model);
  const registering = model.register(WANTED());
  house.endBox();
  await assert.rejects(registering, { code: 'wrong_state' });
  assert.deepEqual([model.account.value, house.accounts.length], [null, 0]);
});

test('nobody registers twice, or from nothing', async () => {
  await assert.rejects(seeker().register(WANTED()), LocalError);
  const model = seeker(await newAccount());
  await model.start();
  await assert.rejects(model.register(WANTED()), LocalError);
});

// --- what members say of themselves ---------------------------------------------------------------

test('only the seeker names themselves, and the first name counts', async () => {
  const model = seeker(await newAccount());
  await intoChat(model);
  const { chat } = await house.counsellor();
  chat.introduce('maria');
  chatOf(model).introduce('jemand-anders');
  await settled();
  assert.deepEqual([chat.pseudonym.value, chatOf(model).pseudonym.value, chatOf(model).peerName.value], [NAME, NAME, 'Maria B.']);
});

test('a counsellor names nobody, and takes no name of a seeker\'s', async () => {
  const model = seeker();
  await intoChat(model);
  const { chat } = await house.counsellor();
  chat.introduce('maria');
  await settled();
  assert.deepEqual([chat.pseudonym.value, chat.peerName.value, chatOf(model).pseudonym.value], ['', 'Ratsuchende_r 1', '']);
});

test('what is no pseudonym is no name, but a message that cannot be shown', async () => {
  const model = seeker();
  await intoChat(model);
  const { chat } = await house.counsellor((given) => { throw new BadCharacter(given); });
  chatOf(model).introduce('Maria B.');
  await settled();
  assert.deepEqual([chat.pseudonym.value, chat.messages.value.map(({ kind }) => kind)], ['', ['problem']]);
});

test('only who counsels offers an access', async () => {
  const model = seeker();
  await intoChat(model);
  const { chat } = await house.counsellor();
  chatOf(model).box.send(Kind.ACCOUNT_OFFER, codec.encode('AccountOffer', {}));
  await settled();
  assert.deepEqual([chat.accountOffered.value, model.accountOffered.value], [false, false]);
});
