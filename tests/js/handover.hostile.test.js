// Hand-overs that nobody has agreed to, and letters that were swapped: nobody comes in unseen, and nothing is opened
// that must not be believed.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { Reason } from '../../web/js/crypto/commit.js';
import { capHash } from '../../web/js/crypto/credential.js';
import { EntryState } from '../../web/js/crypto/entry.js';
import { Kind } from '../../web/js/crypto/envelope.js';
import { BadStatement } from '../../web/js/crypto/errors.js';
import { encodeGrant } from '../../web/js/crypto/grant.js';
import { publicOf } from '../../web/js/crypto/kem.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { LetterKind, encodeWelcome, openLetter, sealLetter } from '../../web/js/crypto/letter.js';
import { ready, signPublic } from '../../web/js/crypto/primitives.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { Role } from '../../web/js/crypto/roster.js';
import { NoticeKind } from '../../web/js/crypto/verdict.js';
import { OWN_RIGHTS, changeMembers } from '../../web/js/features/workspace/commits.js';
import { Succeeding } from '../../web/js/features/workspace/succeeding.js';
import { WRITTEN } from '../../web/js/features/workspace/tickets.js';
import * as codec from '../../web/js/wire/codec.js';
import { WireError } from '../../web/js/wire/errors.js';
import { settled } from './helpers/clock.js';
import { DeskOf } from './helpers/desk.js';
import { Office } from './helpers/office.js';
import { hex } from './helpers/vectors.js';
import { Writer } from './helpers/writer.js';

before(ready);

async function office() {
  const found = new Office();
  const seeker = await new Writer(found).writes();
  const maria = await new DeskOf(found, found.maria).signsIn();
  const jonas = await new DeskOf(found, found.jonas).signsIn();
  assert.equal(await maria.takes(1), 'taken');
  await settled();
  return { found, seeker, maria, jonas };
}

/** Handed over to Jonas, with the seeker's yes. @param {boolean} [withHistory] */
async function handed(withHistory = true) {
  const all = await office();
  const { found, seeker, maria } = all;
  maria.written.handOvers?.ask(maria.idOf(1), found.jonas.certificateHash, withHistory);
  await settled();
  seeker.written.guests.answer([...seeker.written.questions.value.values()][0], true);
  await settled();
  await settled();
  return all;
}

/**
 * A commit of Maria's that asks nobody.
 * @param {{ found: Office, maria: DeskOf }} where
 * @param {{ reason?: number, role?: number, writes?: boolean }} [how] `writes`: a letter comes with it
 */
async function letsInUnasked({ found, maria }, { reason = Reason.HAND_OVER, role = Role.COUNSELLOR, writes = false } = {}) {
  const { transcript } = /** @type {any} */ (maria.case?.model).box;
  const { signPk, kemPk, hash } = /** @type {any} */ (found.view.certificate(found.jonas.certificateHash));
  const come = { sidx: transcript.state.roster.highestSidx + 1, role, signPk, kemPk, certificateHash: hash };
  const { clock, log } = found;
  const actor = { request: maria.line.request, clock, log: /** @type {any} */ (log), keys: maria.session.keys, keyring: maria.session.keyring };
  const [ticket] = found.tickets.values();
  const { ticket16 } = ticket;
  const invite = (/** @type {any} */ { epoch, quoted }, /** @type {any} */ es) => {
    const joinCap = keyOf('CapSecret', randomBytes(32));
    const payload = encodeWelcome({ box16: transcript.state.box16, epoch, es, commit: quoted, joinCap, ticket16, handle: new Uint8Array(0), continuity: null });
    const { sign } = actor.keys;
    const letter = { kind: LetterKind.WELCOME, certificateHash: found.maria.certificateHash, signPk: signPublic(sign), sentMs: 1, payload };
    const caps = [{ sidx: come.sidx, capHash: capHash(joinCap), rights: OWN_RIGHTS, team16: new Uint8Array(0) }];
    return { caps, letters: [sealLetter(kemPk, sign, letter)], ticket16 };
  };
  await changeMembers(actor, transcript, { come, reason }, writes ? invite : undefined);
  if (writes) found.enquiry_hand_over({ ticket16, successor: found.jonas.subject16 }, new Uint8Array(0), found.maria);
  await settled();
}

/** @param {Writer} seeker */
const stopOf = (seeker) => seeker.written.paused.value;

// --- the seeker's side --------------------------------------------------------------------------------

test('a colleague who comes in without a yes is an alarm, and nothing is sent before the person decides', async () => {
  for (const reason of [Reason.HAND_OVER, Reason.ADDED, Reason.ACCEPTED]) {
    const { found, seeker, maria } = await office();
    await letsInUnasked({ found, maria }, { reason });
    assert.deepEqual(stopOf(seeker), { code: NoticeKind.UNINVITED, who: 'Jonas K.' });
    await seeker.says('Geheim.');
    assert.deepEqual(maria.case?.model?.messages.value.map(({ text }) => text).includes('Geheim.'), false);
    seeker.written.proceed();
    await settled();
    assert.deepEqual([stopOf(seeker), maria.case?.model?.messages.value.at(-1)?.text], [null, 'Geheim.']);
  }
});

test('what the person has written since says that they go on, on another device too', async () => {
  const { found, seeker, maria } = await office();
  await letsInUnasked({ found, maria });
  seeker.written.proceed();
  await seeker.says('Ich weiß davon.');
  const again = await seeker.reads();
  assert.deepEqual([again.paused.value, again.box.transcript.sendingPaused], [null, false]);
});

test('another device that reads only the alarm pauses too', async () => {
  const { found, seeker, maria } = await office();
  await letsInUnasked({ found, maria });
  const again = await seeker.reads();
  assert.equal(again.paused.value?.code, NoticeKind.UNINVITED);
});

test('a yes counts for that colleague, from who asked, and once', async () => {
  const { found, seeker, maria } = await handed();
  assert.equal(stopOf(seeker), null);
  // Out again, and in once more without another question.
  const { transcript } = /** @type {any} */ (maria.case?.model).box;
  const { clock, log } = found;
  const actor = { request: maria.line.request, clock, log: /** @type {any} */ (log), keys: maria.session.keys, keyring: maria.session.keyring };
  await changeMembers(actor, transcript, { go: maria.case?.model?.successor.value ?? undefined, reason: Reason.REMOVED });
  await settled();
  assert.equal(stopOf(seeker), null);
  await letsInUnasked({ found, maria });
  assert.equal(stopOf(seeker)?.code, NoticeKind.UNINVITED);
});

test('a yes to one is no yes to another, whoever asked', async () => {
  const asksAbout = async (/** @type {Uint8Array} */ hash) => {
    const all = await office();
    const model = /** @type {any} */ (all.maria.case?.model);
    // Her client takes nothing back by itself.
    model.paused.value = { code: 'OTHER_VIEW', who: '' };
    model.box.send(Kind.HAND_OVER, codec.encode('HandOver', { certificateHash: hash, withHistory: 0, isDeputy: 0 }));
    await settled();
    all.seeker.written.guests.answer([...all.seeker.written.questions.value.values()][0], true);
    await settled();
    return all;
  };
  const other = await asksAbout(randomBytes(32));
  await letsInUnasked(other);
  assert.equal(stopOf(other.seeker)?.code, NoticeKind.UNINVITED);
});

for (const isDeputy of [false, true]) {
  test(`a yes to ${isDeputy ? 'a deputy' : 'who goes on'} is none to the other`, async () => {
    const { found, seeker, maria } = await office();
    const model = /** @type {any} */ (maria.case?.model);
    model.paused.value = { code: 'OTHER_VIEW', who: '' };
    maria.written.handOvers?.ask(maria.idOf(1), found.jonas.certificateHash, true, isDeputy);
    await settled();
    seeker.written.guests.answer([...seeker.written.questions.value.values()][0], true);
    await settled();
    await letsInUnasked({ found, maria }, { reason: isDeputy ? Reason.HAND_OVER : Reason.DEPUTY });
    assert.deepEqual([stopOf(seeker)?.code, [...seeker.written.questions.value.values()][0].answer], [NoticeKind.UNINVITED, 'yes']);
  });
}

test('an answer of somebody else, and a question of somebody else, count for nothing', async () => {
  const { found, seeker, maria } = await office();
  maria.written.handOvers?.ask(maria.idOf(1), found.jonas.certificateHash, true);
  await settled();
  const [question] = seeker.written.questions.value.values();
  // A yes that the counsellor writes herself.
  maria.case?.model?.box.send(Kind.HAND_OVER_ANSWER, codec.encode('HandOverAnswer', { n: question.n, isYes: 1 }));
  await settled();
  assert.deepEqual([...seeker.written.questions.value.values()].map(({ answer }) => answer), ['open']);
  // An answer to another number.
  seeker.written.guests.answer({ ...question, n: question.n + 1 }, true);
  await settled();
  assert.equal(maria.case?.model?.handing.value?.stage, 'asked');
  // A question that the seeker asks.
  seeker.written.box.send(Kind.HAND_OVER, codec.encode('HandOver', { certificateHash: found.jonas.certificateHash, withHistory: 1, isDeputy: 0 }));
  await settled();
  assert.deepEqual([seeker.written.questions.value.size, maria.case?.model?.handing.value?.stage], [1, 'asked']);
});

test('a content of a broken shape is shown as one, and asks nothing', async () => {
  const { seeker, maria } = await office();
  maria.case?.model?.box.send(Kind.HAND_OVER, new Uint8Array([1]));
  await settled();
  assert.deepEqual([seeker.written.questions.value.size, seeker.written.messages.value.at(-1)?.kind], [0, 'problem']);
});

// --- the colleague's side -----------------------------------------------------------------------------

/** @param {Office} found @param {DeskOf} jonas */
async function isRefused(found, jonas) {
  const mark = found.sent.length;
  const content = await jonas.opens(1);
  assert.deepEqual([content?.state, content?.parts, content?.subject], ['refused', [], '']);
  assert.equal(await jonas.takes(1), 'failed');
  assert.deepEqual(found.sent.slice(mark).map(([, what]) => what).filter((what) => ['page_save', 'swap', 'commit', 'post', 'enquiry_taken'].includes(what)), []);
  assert.equal(jonas.case, null);
}

/** @param {Office} found @param {number} kind */
const letterOf = (found, kind) => found.inbox.find((one) => openLetter(one.e2, kemOf(found)).kind === kind);
/** @param {Office} found */
const kemOf = (found) => new DeskOf(found, found.jonas).session.keys.kem;

test('what came before, granted by somebody else, is not read', async () => {
  const { found, jonas } = await handed();
  const stored = letterOf(found, LetterKind.GRANT);
  const letter = openLetter(stored.e2, kemOf(found));
  const secret = keyOf('SignSecret', randomBytes(32));
  stored.e2 = sealLetter(publicOf(kemOf(found)), secret, { ...letter, signPk: signPublic(secret) });
  await isRefused(found, jonas);
});

test('a grant of other secrets, or of too few, is not read', async () => {
  for (const change of [(/** @type {any[]} */ all) => all.map(() => randomBytes(32)), (/** @type {any[]} */ all) => all.slice(1)]) {
    const { found, seeker, maria, jonas } = await handed();
    const stored = letterOf(found, LetterKind.GRANT);
    const letter = openLetter(stored.e2, kemOf(found));
    const secrets = change([0, 1].map((epoch) => maria.session.keyring.entry(seeker.box16).secrets.find((/** @type {any} */ one) => one.epoch === epoch).es));
    const payload = encodeGrant({ box16: seeker.box16, secrets: secrets.map((es) => keyOf('EpochSecret', es)) });
    stored.e2 = sealLetter(publicOf(kemOf(found)), maria.session.keys.sign, { ...letter, payload });
    await isRefused(found, jonas);
  }
});

test('the letters of another request, and more than one hand-over has, open nothing', async () => {
  const { found, jonas } = await handed();
  const [welcome] = found.inbox;
  found.lies.enquiry_letter = (reply) => ({ letters: [...reply.letters, welcome] });
  await isRefused(found, jonas);
  found.lies = {};
  const elsewhere = await handed();
  const ticket = [...found.tickets.values()][0];
  Object.assign(ticket, { ticket16: randomBytes(16) });
  jonas.written.clear();
  found.tickets = new Map([[Buffer.from(ticket.ticket16).toString('hex'), ticket]]);
  for (const one of found.inbox) one.ticket16 = ticket.ticket16;
  const again = await new DeskOf(found, found.jonas).signsIn();
  await isRefused(found, again);
  assert.equal((await elsewhere.jonas.opens(1))?.state, 'open');
});

test('let in for another reason, it is no hand-over', async () => {
  const { found, maria, jonas } = await office();
  await letsInUnasked({ found, maria }, { reason: Reason.ADDED, writes: true });
  await isRefused(found, jonas);
  const other = await office();
  await letsInUnasked(other, { writes: true });
  assert.equal((await other.jonas.opens(1))?.state, 'open');
});

test('each attempt to let somebody in draws its own secret', async () => {
  const { found, seeker, maria } = await office();
  const commit = found.commit;
  found.commit = () => { throw new WireError('storage'); };
  await assert.rejects(letsInUnasked({ found, maria }), WireError);
  found.commit = commit;
  await letsInUnasked({ found, maria });
  const secrets = maria.session.keyring.entry(seeker.box16).secrets.filter((/** @type {any} */ { epoch }) => epoch === 2);
  assert.equal(secrets.length, 2);
});

test('without letters there is nothing to take over', async () => {
  const { found, jonas } = await handed();
  found.lies.enquiry_letter = () => ({ letters: [] });
  assert.equal((await jonas.opens(1))?.state, 'gone');
  assert.equal(await jonas.takes(1), 'late');
});

test('what came before is not read where the seeker has not agreed to it', async () => {
  // Asked without, granted all the same.
  const { found, seeker, maria, jonas } = await office();
  const { giving } = deceiving(maria);
  maria.written.handOvers?.ask(maria.idOf(1), found.jonas.certificateHash, false);
  await settled();
  giving();
  seeker.written.guests.answer([...seeker.written.questions.value.values()][0], true);
  await settled();
  await settled();
  assert.equal(found.inbox.length, 2);
  await isRefused(found, jonas);
});

/** Lets Maria's client believe that the question was about what came before too. @param {DeskOf} maria */
function deceiving(maria) {
  const { consent } = /** @type {any} */ (maria.case?.model);
  const take = consent.take.bind(consent);
  return {
    giving: () => {
      consent.take = (/** @type {any} */ message) => {
        take(message);
        if (consent.asked.value !== null) consent.asked.value = { ...consent.asked.value, withHistory: true };
      };
    },
  };
}

test('a relay that shows less of the box than was granted is refused', async () => {
  const { found, jonas } = await handed();
  found.lies.read = (reply) => ({ ...reply, rows: reply.rows.slice(0, 3), headN: 3 });
  await isRefused(found, jonas);
});

test('nobody is taken out because the relay shows no successor', async () => {
  const { found, seeker, maria } = await handed();
  const ticket = [...found.tickets.values()][0];
  maria.written.hear({ ...ticket, successor: new Uint8Array(0) });
  await settled();
  assert.deepEqual(maria.case?.model?.handing.value?.stage, 'joined');
  assert.deepEqual(found.boxes.get(hex(seeker.box16)).caps.map((/** @type {any} */ { sidx }) => sidx), [0, 2, 3]);
});

test('a row that says it is handed to me opens nothing without letters, and takes nothing away', async () => {
  const { found, maria, jonas } = await office();
  const row = { ...[...found.tickets.values()][0], successor: found.jonas.subject16 };
  jonas.written.hear(row);
  assert.equal((await jonas.opens(1))?.state, 'gone');
  maria.written.hear({ ...row, assignee: found.jonas.subject16, successor: new Uint8Array(0) });
  await settled();
  assert.equal(maria.case?.model?.standing.value, 'taken');
});

test('the letter of a time that is over lets nobody in, nor one that another desk has gone past', async () => {
  const { found, jonas } = await handed();
  await jonas.opens(1);
  const row = [...found.tickets.values()][0];
  const { opened } = /** @type {any} */ (jonas.written.first(jonas.idOf(1)));
  const { keys } = jonas.session;
  const later = [{ generation: opened.welcome.epoch, state: EntryState.GONE }, { generation: opened.welcome.epoch + 2, state: EntryState.OPEN }];
  for (const entry of later) {
    const keyring = /** @type {any} */ ({ remember: async () => {}, entry: () => entry });
    const request = async () => assert.fail('nothing is asked');
    const actor = { request, clock: found.clock, log: /** @type {any} */ (found.log), keys, keyring };
    await assert.rejects(new Succeeding(actor, WRITTEN).enter(row, { ...opened, pin: new Uint8Array(0) }), BadStatement);
  }
});
