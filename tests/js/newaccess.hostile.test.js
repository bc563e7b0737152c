// A relay that lies about invitations: nothing is sealed to keys that nobody who was invited has left, and nothing is
// opened that does not come from who invited.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import * as account from '../../web/js/crypto/account.js';
import { Reason, decodeCommit, encodeCommit } from '../../web/js/crypto/commit.js';
import { capHash } from '../../web/js/crypto/credential.js';
import { EntryState } from '../../web/js/crypto/entry.js';
import { openE1, sealE1 } from '../../web/js/crypto/envelope.js';
import { key } from '../../web/js/crypto/epoch.js';
import { decodeGrant, encodeGrant } from '../../web/js/crypto/grant.js';
import { joinMac, newSecret, welcomeProof } from '../../web/js/crypto/invitation.js';
import { publicOf } from '../../web/js/crypto/kem.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { LetterKind, decodeWelcome, encodeWelcome, openLetter, sealLetter } from '../../web/js/crypto/letter.js';
import { ready, signPublic } from '../../web/js/crypto/primitives.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { Role } from '../../web/js/crypto/roster.js';
import { noteOf } from '../../web/js/features/newaccess/note.js';
import { noteOf as noteOfCase } from '../../web/js/features/workspace/note.js';
import { Device, accessAt, accessOf, arriving, talking } from './helpers/inviting.js';
import { hex } from './helpers/vectors.js';

before(ready);
console.error = () => {};

/** What would be sent if a lie were believed. */
const ACTS = ['invite_ticket', 'commit', 'swap', 'post'];

async function invited() {
  const scene = await talking();
  const access = accessAt(scene.maria);
  const { link } = /** @type {any} */ (await access.invite());
  return { ...scene, access, link };
}

/** Keys of the relay's own, as an answer under a secret. @param {Uint8Array} secret */
function forgedAnswer(secret) {
  const keys = account.conversation(account.newAccountSecret(), new Uint8Array(16));
  const [signPk, kemPk, hash] = [signPublic(keys.sign), publicOf(keys.kem), capHash(keys.cap)];
  return { signPk, kemPk, capHash: hash, ticketHash: capHash(keys.ticketCap), mac: joinMac(secret, signPk, kemPk, hash) };
}

// --- the counsellor's side ------------------------------------------------------------------------------

test('keys that nobody who was invited has left are an alarm, and nothing is sealed to them', async () => {
  const { office, access, link } = await invited();
  await new Device(office, accessOf('farn-12')).answers(link);
  const forged = forgedAnswer(newSecret());
  office.lies.invite_read = (reply) => ({ ...reply, answers: [forged] });
  const mark = office.sent.length;
  await access.look();
  assert.equal(access.stage.value, 'forged');
  await access.confirm();
  assert.deepEqual(office.sent.slice(mark).map(([, what]) => what).filter((what) => ACTS.includes(what)), []);
  await access.withdraw();
  assert.equal(access.stage.value, 'none');
});

test('a true answer with one key changed does not pass', async () => {
  for (const field of ['signPk', 'kemPk', 'capHash', 'mac']) {
    const { office, access, link } = await invited();
    office.lies.invite_read = (reply) => ({
      ...reply, answers: reply.answers.map((/** @type {any} */ one) => ({ ...one, [field]: /** @type {any} */ (forgedAnswer(newSecret()))[field] })),
    });
    await new Device(office, accessOf('farn-12')).answers(link);
    assert.equal(access.stage.value, 'forged', field);
  }
});

test('what is confirmed is what was looked at, whatever the relay shows later', async () => {
  const { office, maria, access, link } = await invited();
  const anna = await new Device(office, accessOf('farn-12')).answers(link);
  assert.equal(access.stage.value, 'answered');
  office.lies.invite_read = (reply) => ({ ...reply, answers: [forgedAnswer(newSecret())] });
  await access.confirm();
  await arriving();
  assert.equal(anna.texts?.length, 3);
  const { caps } = office.boxes.get(hex(/** @type {any} */ (maria.case?.model).box.box16));
  assert.deepEqual(caps.map((/** @type {any} */ one) => one.sidx), [2, 3]);
});

test("keys that would break the conversation are refused before anything is asked", async () => {
  for (const field of ['signPk', 'kemPk']) {
    const { office, maria, access, link } = await invited();
    const [entry] = maria.session.keyring.entries;
    const { secret } = /** @type {any} */ (noteOfCase(entry)).invitation;
    const { own: mine } = /** @type {any} */ (maria.case?.model).box.transcript;
    office.lies.invite_read = (reply) => ({
      ...reply, answers: reply.answers.map((/** @type {any} */ one) => {
        const own = { ...one, [field]: mine[field] };
        return { ...own, mac: joinMac(secret, own.signPk, own.kemPk, own.capHash) };
      }),
    });
    await new Device(office, accessOf('farn-12')).answers(link);
    assert.equal(access.stage.value, 'answered');
    const mark = office.sent.length;
    await access.confirm();
    assert.equal(access.problem.value, 'other', field);
    assert.deepEqual(office.sent.slice(mark).map(([, what]) => what).filter((what) => ACTS.includes(what)), [], field);
  }
});

test('where sending is paused nothing is sealed anew', async () => {
  const { office, maria, access, link } = await invited();
  await new Device(office, accessOf('farn-12')).answers(link);
  /** @type {any} */ (maria.case?.model).box.transcript.withheld = true;
  await access.confirm();
  assert.deepEqual([access.problem.value, access.stage.value, office.askedBy('Maria B.').includes('invite_ticket')], ['paused', 'answered', false]);
});

test('without the history here nobody is let in, for they would lose it', async () => {
  const { office, maria, access, link } = await invited();
  await new Device(office, accessOf('farn-12')).answers(link);
  const { state } = /** @type {any} */ (maria.case?.model).box.transcript;
  state.secrets.delete([...state.secrets.keys()][0]);
  await access.confirm();
  assert.deepEqual([access.problem.value, office.askedBy('Maria B.').includes('invite_ticket')], ['other', false]);
});

// --- the seeker's side ------------------------------------------------------------------------------------

/**
 * Up to the letters, which are changed on their way.
 * @param {(parts: { letters: any[], open: (e2: Uint8Array) => any, seal: (who: any, letter: any) => Uint8Array, scene: any }) => any[]} change
 */
async function withLetters(change) {
  const scene = await invited();
  const { office, link } = scene;
  const farn = accessOf('farn-12');
  const anna = await new Device(office, farn).answers(link);
  const { joinId16 } = /** @type {any} */ (anna.arrival);
  const { kem } = account.conversation(farn.ams, joinId16);
  const secret = /** @type {any} */ (noteOf(anna.keyring.entries[0])).secret;
  const open = (/** @type {Uint8Array} */ e2) => openLetter(e2, kem);
  const seal = (/** @type {any} */ who, /** @type {any} */ letter) => {
    const sign = account.staffSign(who.ams);
    return sealLetter(publicOf(kem), sign, { ...letter, certificateHash: who.certificateHash, signPk: signPublic(sign) });
  };
  office.lies.invite_letters = ({ letters }) => ({ letters: letters.length === 0 ? [] : change({ letters, open, seal, scene: { ...scene, secret, kemPk: publicOf(kem) } }) });
  await scene.access.confirm();
  await arriving();
  return { ...scene, anna, farn };
}

/** @param {any} letters @param {any} open @param {number} kind */
const ofKind = (letters, open, kind) => letters.find((/** @type {any} */ one) => open(one.e2).kind === kind);

/** Nothing is opened, the keyring knows no conversation, and once the relay tells the truth it is all there. @param {any} scene */
async function isStopped({ office, anna, farn }) {
  assert.deepEqual([anna.arrival?.stage.value, anna.enquiry, anna.arrived], ['stopped', null, []]);
  assert.deepEqual(anna.keyring.entries.map((/** @type {any} */ one) => [one.state, one.secrets.length]), [[EntryState.OPEN, 0]]);
  assert.ok(!office.sent.some(([, /** @type {string} */ what]) => what === 'invite_done'));
  office.lies = {};
  const back = await new Device(office, farn).comes();
  assert.equal(back.texts?.length, 3);
}

/**
 * The welcome with another commit, signed by who made the true one.
 * @param {any} parts
 * @param {(news: any) => any} change
 */
function recommitted({ letters, open, seal, scene }, change) {
  const { secrets } = decodeGrant(open(ofKind(letters, open, LetterKind.GRANT).e2).payload);
  return letters.map((/** @type {any} */ one) => {
    const letter = open(one.e2);
    if (letter.kind !== LetterKind.WELCOME) return one;
    const welcome = decodeWelcome(letter.payload);
    const { share } = scene.office.boxes.get(hex(welcome.box16));
    const before = key(secrets[welcome.epoch - 1], welcome.box16, welcome.epoch - 1, share);
    const { body } = welcome.commit;
    const payload = encodeCommit(change(decodeCommit(body.payload)));
    const commit = openE1(sealE1(before, account.staffSign(scene.office.maria.ams), { ...body, payload }, []), before);
    return { ...one, e2: seal(scene.office.maria, { ...letter, payload: encodeWelcome({ ...welcome, commit }) }) };
  });
}

/** @type {[string, Parameters<typeof withLetters>[0]][]} */
const LIES = [
  ['letters that are not for me', ({ letters }) => letters.map((one) => ({ ...one, e2: sealLetter(publicOf(keyOf('KemSecret', randomBytes(32))), keyOf('SignSecret', new Uint8Array(32).fill(7)), {
    kind: LetterKind.WELCOME, certificateHash: new Uint8Array(32), signPk: signPublic(keyOf('SignSecret', new Uint8Array(32).fill(7))), sentMs: 1, payload: new Uint8Array(8),
  }) }))],
  ['a welcome without its history', ({ letters, open }) => [ofKind(letters, open, LetterKind.WELCOME)]],
  ['a history without a welcome', ({ letters, open }) => [ofKind(letters, open, LetterKind.GRANT)]],
  ['both from a colleague who is not in the conversation', ({ letters, open, seal, scene }) => letters.map((one) => ({ ...one, e2: seal(scene.office.jonas, open(one.e2)) }))],
  ['a history from a colleague', ({ letters, open, seal, scene }) => letters.map((one) => (open(one.e2).kind === LetterKind.GRANT ? { ...one, e2: seal(scene.office.jonas, open(one.e2)) } : one))],
  ['a history that is too short', ({ letters, open, seal, scene }) => letters.map((one) => {
    const letter = open(one.e2);
    if (letter.kind !== LetterKind.GRANT) return one;
    const { box16, secrets } = decodeGrant(letter.payload);
    return { ...one, e2: seal(scene.office.maria, { ...letter, payload: encodeGrant({ box16, secrets: secrets.slice(1) }) }) };
  })],
  ['a history with other secrets', ({ letters, open, seal, scene }) => letters.map((one) => {
    const letter = open(one.e2);
    if (letter.kind !== LetterKind.GRANT) return one;
    const { box16, secrets } = decodeGrant(letter.payload);
    return { ...one, e2: seal(scene.office.maria, { ...letter, payload: encodeGrant({ box16, secrets: secrets.map(() => keyOf('EpochSecret', randomBytes(32))) }) }) };
  })],
  ['a history of another conversation', ({ letters, open, seal, scene }) => letters.map((one) => {
    const letter = open(one.e2);
    if (letter.kind !== LetterKind.GRANT) return one;
    return { ...one, e2: seal(scene.office.maria, { ...letter, payload: encodeGrant({ ...decodeGrant(letter.payload), box16: randomBytes(16) }) }) };
  })],
  ['a welcome by somebody who never knew the words', ({ letters, open, seal, scene }) => letters.map((one) => {
    const letter = open(one.e2);
    if (letter.kind !== LetterKind.WELCOME) return one;
    const welcome = decodeWelcome(letter.payload);
    const joinCap = keyOf('CapSecret', welcomeProof(randomBytes(32), welcome.box16, scene.kemPk));
    return { ...one, e2: seal(scene.office.maria, { ...letter, payload: encodeWelcome({ ...welcome, joinCap }) }) };
  })],
  ['a welcome by a commit for another reason', (parts) => recommitted(parts, (news) => ({ ...news, reason: Reason.ADDED }))],
  ['a welcome for another signing key', (parts) => recommitted(parts, (news) => ({
    ...news, roster: news.roster.map((/** @type {any} */ one) => (one.role === Role.SEEKER ? { ...one, signPk: signPublic(keyOf('SignSecret', randomBytes(32))) } : one)),
  }))],
  ['a welcome into another epoch', ({ letters, open, seal, scene }) => letters.map((one) => {
    const letter = open(one.e2);
    if (letter.kind !== LetterKind.WELCOME) return one;
    return { ...one, e2: seal(scene.office.maria, { ...letter, payload: encodeWelcome({ ...decodeWelcome(letter.payload), epoch: 1 }) }) };
  })],
  ['no letter but bytes', ({ letters }) => letters.map((one) => ({ ...one, e2: one.e2.map((/** @type {number} */ byte, /** @type {number} */ n) => (n === 300 ? byte ^ 1 : byte)) }))],
];

for (const [name, change] of LIES) {
  test(`${name} opens nothing`, async () => isStopped(await withLetters(change)));
}

test('a bad pair before the good one does not stand in the way', async () => {
  const { anna } = await withLetters(({ letters, open, seal, scene }) => [
    ...letters, ...letters.map((one) => ({ ...one, e2: seal(scene.office.jonas, open(one.e2)) })),
  ]);
  assert.equal(anna.texts?.length, 3);
});

test('a box that ends before the commit, or has another share, is not the one of the letters', async () => {
  for (const lie of ['read', 'share']) {
    const scene = await invited();
    const farn = accessOf('farn-12');
    const anna = await new Device(scene.office, farn).answers(scene.link);
    const { office } = scene;
    office.lies[lie] = (reply, _) => {
      if (!isAnnasTurn) return reply;
      return lie === 'share' ? { share: randomBytes(32) } : { ...reply, rows: reply.rows.slice(0, 4), headN: 4 };
    };
    let isAnnasTurn = false;
    const { invite_letters: letters } = office;
    office.invite_letters = function shown(/** @type {[any, any, any, any]} */ ...asked) {
      const reply = letters.apply(this, asked);
      isAnnasTurn = reply.letters.length > 0;
      return reply;
    };
    await scene.access.confirm();
    await arriving();
    assert.equal(anna.arrival?.stage.value, 'stopped', lie);
    await isStopped({ ...scene, anna, farn });
  }
});

test('a relay that says there is no invitation costs nobody the conversation', async () => {
  const { office, access, link } = await invited();
  const farn = accessOf('farn-12');
  const anna = await new Device(office, farn).answers(link);
  office.inboxes.clear();
  const kept = office.invitations;
  office.invitations = new Map();
  await anna.arrival?.go();
  assert.equal(anna.arrival?.stage.value, 'refused');
  office.invitations = kept;
  const back = await new Device(office, farn).comes();
  assert.equal(back.arrival?.stage.value, 'waiting');
  await access.look();
  await access.confirm();
  await arriving();
  assert.equal(back.texts?.length, 3);
});
