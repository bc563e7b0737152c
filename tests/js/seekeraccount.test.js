// A signed-in seeker on one line: new lines, and the end of a sign-in.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { shownName } from '../../web/js/core/pseudonym.js';
import { SeekerAccount } from '../../web/js/core/account.js';
import { createAccount, signIn } from '../../web/js/core/accounts.js';
import { stockOf } from '../../web/js/core/stock.js';
import { handle, newAccountSecret } from '../../web/js/crypto/account.js';
import { EntryState, gone } from '../../web/js/crypto/entry.js';
import { BadProof, WrongKey } from '../../web/js/crypto/errors.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { newCode } from '../../web/js/crypto/recovery.js';
import { WireError } from '../../web/js/wire/errors.js';
import { encodeNote } from '../../web/js/features/enquiries/note.js';
import { AccountRelay, DEPLOYMENT, FakeLine, quick } from './helpers/accounts.js';

const NAME = 'kiesel-407';
const PHRASE = 'lampe wiese sieben kanal moos turm';
const PLACE = { deploymentId: DEPLOYMENT, argon2id: quick };
const BOX = new Uint8Array(16).fill(1);

before(ready);

/** @type {AccountRelay & Record<string, any>} */
let relay;
/** @type {any} */
let line;
beforeEach(async () => {
  relay = new AccountRelay();
  line = new FakeLine(relay);
  await createAccount(relay.request, { name: NAME, phrase: PHRASE, code: newCode(), ams: newAccountSecret(), ...PLACE });
});

async function open() {
  const account = await SeekerAccount.open(line, await signIn(line.request, { name: NAME, phrase: PHRASE, ...PLACE }));
  relay.sent = [];
  return account;
}

/** @param {Uint8Array} box16 @param {any} [more] @returns {import('../../web/js/crypto/entry.js').Entry} */
const entry = (box16, more = {}) => ({
  box16, kind: 1, state: EntryState.OPEN, keyContext: box16, secrets: [], pinN: 0, pinChain: new Uint8Array(32),
  counter: 1, settings: new Uint8Array(0), generation: 0, closeMinute: 0, ...more,
});

test('it has name, handle and keyring', async () => {
  const account = await open();
  assert.deepEqual([account.pseudonym, account.shownName, account.keyring.entries], [NAME, shownName(NAME), []]);
  assert.deepEqual(account.handle, handle(account.ams));
});

test('on each new line the token comes first, whoever else asks something there', async () => {
  line.onOpen(async (/** @type {any} */ request) => { await request('account_stock'); });
  const account = await open();
  await line.again();
  assert.deepEqual(relay.sent, ['attach', 'account_stock']);
  assert.equal(account.ended.value, false);
});

test('a sign-in that is over is told, and does not stand in the way of the line', async () => {
  const account = await open();
  relay.accounts[0].tokens.clear();
  await line.again();
  assert.equal(account.ended.value, true);
});

test('a sign-in that ended elsewhere is told at once, until it is let go', async () => {
  const [account, other] = [await open(), await open()];
  other.wipe();
  line.tell('signed_out', {});
  assert.deepEqual([account.ended.value, other.ended.value], [true, false]);
});

test('a sign-in that is over is also told by the first refusal', async () => {
  const account = await open();
  relay.bound = null;
  account.keyring.keepDraft(BOX, 'noch da');
  await account.flush();
  assert.deepEqual([account.ended.value, account.keyring.draft(BOX)], [true, 'noch da']);
});

test('a lost line ends no sign-in', async () => {
  const account = await open();
  relay.lost = ['attach'];
  await assert.rejects(line.again(), { code: 'disconnected' });
  assert.equal(account.ended.value, false);
});

test('pages that are not what was saved open no account, and nothing of it stays', async () => {
  const signedIn = await signIn(line.request, { name: NAME, phrase: PHRASE, ...PLACE });
  for (const pages of [[], [{ ...signedIn.pages[0], version: 2 }]]) {
    const ams = signedIn.ams.slice();
    await assert.rejects(SeekerAccount.open(line, { ...signedIn, ams, pages }), BadProof);
    assert.ok(ams.every((byte) => byte === 0));
  }
  assert.equal(line.hooks, 0);
});

test('the log must continue what the account has seen', async () => {
  line.log.pin = () => { throw new BadProof('fork'); };
  await assert.rejects(open(), BadProof);
  assert.equal(line.hooks, 0);
});

test('what was seen of the log is kept at the sign-out, and checked at the next sign-in', async () => {
  const account = await open();
  const root = new Uint8Array(32).fill(7);
  line.log.view = { ...line.log.view, size: 7, root: () => root };
  await account.signOut();
  assert.deepEqual(relay.sent, ['page_save', 'sign_out']);
  /** @type {any[]} */
  const pinned = [];
  line.log.pin = (/** @type {any[]} */ ...given) => { pinned.push(given); };
  await (await open()).signOut();
  assert.deepEqual(pinned, [[7, root]]);
  assert.deepEqual(relay.sent.slice(2).filter((/** @type {string} */ name) => name === 'page_save'), []);
});

test('signing out saves first, then ends the sign-in, then forgets', async () => {
  const account = await open();
  const { ams, token } = account;
  account.keyring.keepDraft(BOX, 'für später');
  await account.signOut();
  assert.deepEqual(relay.sent, ['page_save', 'sign_out']);
  assert.ok([...ams, ...token].every((byte) => byte === 0));
  assert.equal(line.hooks, 0);
  assert.equal((await open()).keyring.draft(BOX), 'für später');
});

test('signing out forgets whatever the relay answers', async () => {
  // Refused for a newer page that there is not: BadProof, at the last save and at what was read.
  for (const isFollowed of [false, true]) {
    relay.refused = {};
    const account = await open();
    const { ams, token } = account;
    await account.keyring.remember(entry(BOX));
    account.keyring.keepDraft(BOX, isFollowed ? 'eins' : 'zwei');
    if (isFollowed) account.follow(BOX, () => ({ pinN: 3, pinChain: new Uint8Array(32).fill(3) }));
    relay.refused = { page_save: 'conflict' };
    relay.sent = [];
    await assert.rejects(account.signOut(), BadProof);
    assert.deepEqual(relay.sent, ['page_save', 'page_read', 'sign_out']);
    assert.ok([...ams, ...token].every((byte) => byte === 0));
    assert.deepEqual([line.hooks, account.keyring.entries], [0, []]);
  }
});

test('signing out without a line forgets all the same', async () => {
  const account = await open();
  relay.refused = { sign_out: 'disconnected', page_save: 'disconnected' };
  account.keyring.keepDraft(BOX, 'verloren');
  await account.signOut();
  assert.ok(account.ams.every((byte) => byte === 0));
});

// --- creating -------------------------------------------------------------------------------------

const NEW = { name: 'ahorn-100', phrase: PHRASE, argon2id: quick };

test('a new account is signed in, and its secret stays the caller\'s', async () => {
  const ams = newAccountSecret();
  const account = await SeekerAccount.create(line, { ...NEW, ams });
  assert.equal(account.pseudonym, 'ahorn-100');
  account.wipe();
  assert.ok(ams.some((byte) => byte !== 0));
});

test('a line that breaks while an account is made or opened ends nothing', async () => {
  relay.sent = [];
  relay.lost = ['account_finish', 'sign_in_start', 'sign_in_finish'];
  const account = await SeekerAccount.create(line, { ...NEW, ams: newAccountSecret() });
  assert.equal(account.pseudonym, 'ahorn-100');
  assert.deepEqual(relay.sent.slice(2), ['account_finish', 'account_finish', 'sign_in_start', 'sign_in_start', 'sign_in_finish', 'sign_in_start', 'sign_in_finish']);
});

test('when no new line comes, the lost one is what is told', async () => {
  relay.refused = { account_finish: 'disconnected' };
  line.connection.opened = async () => { throw new WireError('disconnected'); };
  await assert.rejects(SeekerAccount.create(line, { ...NEW, ams: newAccountSecret() }), { code: 'disconnected' });
});

test('a taken name asks for no sign-in', async () => {
  relay.sent = [];
  await assert.rejects(SeekerAccount.create(line, { ...NEW, name: NAME, ams: newAccountSecret() }), { code: 'name_taken' });
  assert.ok(!relay.sent.includes('sign_in_start'));
});

// --- deleting and counting ------------------------------------------------------------------------

test('deleting lets go of every box that is left, then of everything', async () => {
  const account = await open();
  const [there, purged, buried] = [1, 2, 3].map((byte) => new Uint8Array(16).fill(byte));
  await account.keyring.remember(entry(there));
  await account.keyring.remember(entry(purged));
  await account.keyring.remember(gone(entry(buried), 30_000_000, 0, new Uint8Array(32)));
  relay.sent = [];
  /** @type {Uint8Array[][]} */
  const [withdrawn, left] = [[], []];
  relay.withdraw = (/** @type {any} */ _, /** @type {Uint8Array} */ cap) => {
    withdrawn.push(cap);
    if (withdrawn.length === 2) throw new WireError('unknown');
    return {};
  };
  relay.leave = (/** @type {any} */ { box16 }, /** @type {Uint8Array} */ cap) => {
    assert.deepEqual(cap, account.conversation(box16).cap);
    left.push(box16);
    if (box16[0] === purged[0]) throw new WireError('unknown');
    return {};
  };
  await account.delete({ phrase: PHRASE, argon2id: quick });
  assert.deepEqual(left, [there, purged]);
  assert.deepEqual(relay.sent, ['sign_in_start', 'withdraw', 'leave', 'withdraw', 'leave', 'account_delete']);
  assert.ok(account.ams.every((byte) => byte === 0));
  assert.equal(relay.accounts.length, 0);
});

test('what refuses to be left for another reason stops the deletion', async () => {
  const account = await open();
  await account.keyring.remember(entry(BOX));
  relay.sent = [];
  relay.withdraw = () => { throw new WireError('storage'); };
  await assert.rejects(account.delete({ phrase: PHRASE, argon2id: quick }), { code: 'storage' });
  assert.deepEqual([relay.sent, relay.accounts.length], [['sign_in_start', 'withdraw'], 1]);
});

test('a wrong passphrase deletes nothing and leaves nothing', async () => {
  const account = await open();
  await account.keyring.remember(entry(BOX));
  relay.sent = [];
  await assert.rejects(account.delete({ phrase: 'etwas ganz anderes hier', argon2id: quick }), WrongKey);
  assert.deepEqual([relay.sent, account.keyring.entries.length], [['sign_in_start'], 1]);
});

test('the stock counts the account, and each conversation that the relay still has', async () => {
  const account = await open();
  const other = new Uint8Array(16).fill(2);
  await account.keyring.remember(entry(BOX));
  await account.keyring.remember(entry(other));
  const box = { envelopes: 4, envelopeBytes: 1_200, caps: 2, state: 1, closesHour: 500_008, purgeMinute: 0 };
  const blobs = { attachments: 1, attachmentBytes: 70_000 };
  relay.box_stock = (/** @type {any} */ { box16 }, /** @type {Uint8Array} */ cap) => {
    assert.deepEqual(cap, account.conversation(box16).cap);
    if (box16[0] === other[0]) throw new WireError('unknown');
    return box;
  };
  relay.blob_stock = () => blobs;
  const stock = await stockOf(account.request, account);
  assert.deepEqual([stock.doors, stock.pages, stock.signIns], [2, 1, 1]);
  assert.deepEqual(stock.conversations, [{ box16: BOX, ...box, ...blobs }]);
  // Contact data for leads, which only a written conversation may have, are one more envelope.
  const { ticketCap } = account.conversation(BOX);
  relay.contact_look = (/** @type {any} */ _, /** @type {Uint8Array} */ cap) => {
    assert.deepEqual(cap, ticketCap);
    return { version: 3, isCurrent: 1 };
  };
  const settings = encodeNote({ portal16: BOX, ticket16: BOX, addressee: new Uint8Array(0), sinceMs: 0, isOpen: true, topic: '', subject: '', admitted: 0 });
  await account.keyring.remember({ ...entry(BOX), counter: 9, settings });
  const sizes = async () => (await stockOf(account.request, account)).conversations.map(({ envelopes, envelopeBytes }) => [envelopes, envelopeBytes]);
  assert.deepEqual(await sizes(), [[5, 1_200 + 2_184]]);
  relay.refused.contact_look = 'unknown';
  assert.deepEqual(await sizes(), [[4, 1_200]]);
});
