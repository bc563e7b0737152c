// A live chat that changes hands, as its seeker's page has it: what judges a newcomer is fetched when one comes, and until
// then everybody who comes is an alarm. And what a counsellor's page knows of rows and notes.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { Reason } from '../../web/js/crypto/commit.js';
import { BadStatement } from '../../web/js/crypto/errors.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { Role } from '../../web/js/crypto/roster.js';
import { NoticeKind } from '../../web/js/crypto/verdict.js';
import { Guests } from '../../web/js/features/enquiries/guests.js';
import { changeMembers } from '../../web/js/features/workspace/commits.js';
import { openHanded } from '../../web/js/features/workspace/handedletters.js';
import { NO_PIN, NO_TICKET, decodeNote, encodeNote, isWritten } from '../../web/js/features/workspace/note.js';
import { Queue } from '../../web/js/features/workspace/queue.js';
import { LIVE, WRITTEN } from '../../web/js/features/workspace/tickets.js';
import { TicketState } from '../../web/js/wire/catalogue.js';
import { FakeClock, settled } from './helpers/clock.js';
import { DeskOf } from './helpers/desk.js';
import { Office } from './helpers/office.js';
import { Writer } from './helpers/writer.js';

before(ready);

const ME = new Uint8Array(16).fill(1);
const MARIA = new Uint8Array(16).fill(2);
const NOBODY = new Uint8Array(0);

/** Somebody talks to Maria alone, as in a live chat. */
async function talk() {
  const found = new Office();
  const seeker = await new Writer(found).writes({ to: found.maria });
  const maria = await new DeskOf(found, found.maria).signsIn();
  const jonas = await new DeskOf(found, found.jonas).signsIn();
  assert.equal(await maria.takes(1), 'taken');
  await settled();
  return { found, seeker, maria, jonas };
}

/** What is fetched, when the test lets it come. @param {Office} found */
function later(found) {
  /** @type {{ asked: number, come: () => void, fail: () => void }} */
  const gate = { asked: 0, come: () => {}, fail: () => {} };
  const names = {
    nameOf: async (/** @type {Uint8Array} */ hash) => found.nameOf(found.view.certificate(hash)?.subject16 ?? NOBODY),
    whoIs: async () => null, wordsOf: async () => [],
  };
  const fetchGuests = (/** @type {any} */ thread) => new Promise((resolve, reject) => {
    gate.asked += 1;
    gate.come = () => resolve(new Guests({ thread, names, first: 'Maria B.', onAnswerer: () => {} }));
    gate.fail = () => reject(new Error('no line'));
  });
  return { gate, fetchGuests: /** @type {any} */ (fetchGuests) };
}

/** Jonas is let in with the seeker's yes, given on another device. @param {Awaited<ReturnType<typeof talk>>} all */
async function letIn({ found, seeker, maria }) {
  maria.written.handOvers?.ask(maria.idOf(1), found.jonas.certificateHash, true);
  await settled();
  seeker.written.guests.answer([...seeker.written.questions.value.values()][0], true);
  await settled();
  await settled();
}

test('while nobody asks and nobody comes, nothing is fetched', async () => {
  const all = await talk();
  const { gate, fetchGuests } = later(all.found);
  const chat = await all.seeker.readsAsChat(fetchGuests);
  maria(all).say('Guten Tag.');
  await settled();
  assert.deepEqual([gate.asked, chat.guests.value, chat.paused.value], [0, null, null]);
});

/** @param {Awaited<ReturnType<typeof talk>>} all */
const maria = (all) => /** @type {any} */ (all.maria.case?.model);

test('whoever comes is an alarm until it is there; invited, they are none then, and what waited is sent', async () => {
  const all = await talk();
  const { gate, fetchGuests } = later(all.found);
  const chat = await all.seeker.readsAsChat(fetchGuests);
  await letIn(all);
  assert.deepEqual([gate.asked > 0, chat.paused.value?.code], [true, NoticeKind.UNINVITED]);
  chat.say('Hallo?');
  await settled();
  const texts = () => maria(all).messages.value.map((/** @type {any} */ { text }) => text);
  assert.equal(texts().includes('Hallo?'), false);
  gate.come();
  await settled();
  assert.deepEqual([chat.paused.value, chat.box.transcript.alarms.length, texts().includes('Hallo?')], [null, 0, true]);
  assert.deepEqual(chat.guests.value?.readers.value.map(({ name }) => name), ['Maria B.', 'Jonas K.']);
  assert.equal([...(chat.guests.value?.questions.value.values() ?? [])][0]?.answer, 'done');
});

test('uninvited, they stay one until the person decides', async () => {
  const all = await talk();
  const { found } = all;
  const { gate, fetchGuests } = later(found);
  const chat = await all.seeker.readsAsChat(fetchGuests);
  const { box: { transcript } } = maria(all);
  const { signPk, kemPk, hash } = /** @type {any} */ (found.view.certificate(found.jonas.certificateHash));
  const come = { sidx: transcript.state.roster.highestSidx + 1, role: Role.COUNSELLOR, signPk, kemPk, certificateHash: hash };
  const { keys, keyring } = all.maria.session;
  await changeMembers({ request: all.maria.line.request, clock: found.clock, log: /** @type {any} */ (found.log), keys, keyring }, transcript, { come, reason: Reason.HAND_OVER });
  await settled();
  gate.come();
  await settled();
  assert.deepEqual(chat.paused.value, { code: NoticeKind.UNINVITED, who: 'Jonas K.' });
  chat.say('Geheim.');
  await settled();
  const texts = () => maria(all).messages.value.map((/** @type {any} */ { text }) => text);
  assert.equal(texts().includes('Geheim.'), false);
  chat.proceed();
  await settled();
  assert.deepEqual([chat.paused.value, texts().includes('Geheim.')], [null, true]);
});

test('where it cannot be fetched the alarm stays, and the next line tries again', async () => {
  const all = await talk();
  const { gate, fetchGuests } = later(all.found);
  const chat = await all.seeker.readsAsChat(fetchGuests);
  await letIn(all);
  gate.fail();
  await settled();
  assert.equal(chat.paused.value?.code, NoticeKind.UNINVITED);
  const before = gate.asked;
  await chat.resume();
  assert.ok(gate.asked > before);
  gate.come();
  await settled();
  assert.equal(chat.paused.value, null);
});

test('who comes back is not alarmed by what was agreed: reading waits for it', async () => {
  const all = await talk();
  await letIn(all);
  const { gate, fetchGuests } = later(all.found);
  let isOpen = false;
  const opening = all.seeker.readsAsChat(fetchGuests).finally(() => { isOpen = true; });
  await settled();
  assert.equal(isOpen, false);
  gate.come();
  const chat = await opening;
  assert.deepEqual([chat.paused.value, chat.box.transcript.alarms.length], [null, 0]);
});

// --- rows, notes, who is there ------------------------------------------------------------------------

test('the note of a chat remembers from where on it is mine', () => {
  const note = { ticket16: NO_TICKET, portal16: ME, number: 3, nickname: '', colour: 0, joinedHour: 5, admitted: 0, pin: NO_PIN, invitation: null, isDeputy: false };
  for (const one of [note, { ...note, admitted: 1 }, { ...note, admitted: 2, pin: new Uint8Array(9) }]) {
    assert.deepEqual(decodeNote(encodeNote(one)), one);
    assert.equal(isWritten(one), false);
  }
});

test('a chat goes to who is on duty, a written conversation to anybody', async () => {
  const colleagues = /** @type {any} */ ([{ subject16: ME }, { subject16: MARIA }]);
  const request = /** @type {any} */ (async () => ({ profiles: [{ subject16: ME, onDuty: 0 }, { subject16: MARIA, onDuty: 1 }] }));
  assert.deepEqual(await LIVE.there(request, ME, colleagues), [{ subject16: MARIA }]);
  assert.equal((await WRITTEN.there(request, ME, colleagues)).length, 2);
});

test('what is handed to me stands in the list until it is mine, or is kept', async () => {
  const clock = new FakeClock();
  const queue = new Queue({ clock, portals: [], isMe: (one) => one.join() === ME.join(), nameOf: (one) => (one.join() === MARIA.join() ? 'Maria B.' : '') });
  const row = (/** @type {any} */ more) => ({
    ticket16: new Uint8Array(16).fill(7), portal16: MARIA, number: 4, language: 'de', sinceMs: 0, state: TicketState.ACTIVE,
    keyHash: new Uint8Array(32), assignee: MARIA, untilMs: 1, acceptance: [], successor: NOBODY, ...more,
  });
  const id = queue.take(row({ successor: ME }));
  const shown = () => queue.rows.value.map(({ state, byName }) => [state, byName]);
  assert.deepEqual([shown(), queue.idOfRunning(MARIA, 4)], [[['handed', 'Maria B.']], id]);
  await clock.elapse(60_000);
  assert.deepEqual(shown(), [['handed', 'Maria B.']]);
  queue.take(row({}));
  assert.deepEqual(shown(), [['kept', 'Maria B.']]);
  await clock.elapse(60_000);
  assert.deepEqual(shown(), []);
  queue.take(row({ successor: ME }));
  queue.take(row({ assignee: ME }));
  assert.deepEqual(shown(), [['taken', '']]);
});

test('for a chat nobody stands in', async () => {
  const { found, seeker, maria, jonas } = await talk();
  maria.written.handOvers?.ask(maria.idOf(1), found.jonas.certificateHash, true, true);
  await settled();
  seeker.written.guests.answer([...seeker.written.questions.value.values()][0], true);
  await settled();
  await settled();
  const reader = /** @type {any} */ ({ request: jonas.line.request, log: found.log, keys: jonas.session.keys });
  const [row] = /** @type {any[]} */ ([...found.tickets.values()]);
  assert.equal((await openHanded(reader, row, WRITTEN)).reason, Reason.DEPUTY);
  // The same letters, as a chat's.
  await assert.rejects(openHanded(reader, row, { ...WRITTEN, canBeLent: LIVE.canBeLent }), BadStatement);
});
