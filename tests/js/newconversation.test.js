// A counsellor begins a conversation with somebody who has no access yet: both sides against a relay in memory, with a
// crash before and after each step.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { EntryState } from '../../web/js/crypto/entry.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { NewConversations } from '../../web/js/features/workspace/newconversations.js';
import { noteOf } from '../../web/js/features/workspace/note.js';
import { EnquiryState } from '../../web/js/wire/catalogue-staff.js';
import { WireError } from '../../web/js/wire/errors.js';
import { OTHER_PORTAL, PAGE, PORTAL } from './helpers/centre.js';
import { settled } from './helpers/clock.js';
import { DeskOf } from './helpers/desk.js';
import { Device, InvitingOffice, accessAt, accessOf, arriving } from './helpers/inviting.js';
import { hex } from './helpers/vectors.js';

before(ready);
console.error = () => {};

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What a desk has of it. @param {DeskOf} desk @returns {Promise<NewConversations>} */
async function begunAt(desk) {
  const found = await desk.written.newConversations();
  if (found === null) throw new Error('nobody is signed in');
  await found.load();
  return found;
}

/** Maria has invited somebody; nobody has come. */
async function invited() {
  const office = new InvitingOffice();
  const maria = await new DeskOf(office, office.maria).signsIn();
  const begun = await begunAt(maria);
  const one = await begun.begin(PORTAL, '  Frau aus dem Café ');
  if (one === null || one.shown.value === null) throw new Error(begun.problem.value);
  return { office, maria, begun, one, link: one.shown.value.link };
}

/** Up to the answer. */
async function answered() {
  const scene = await invited();
  return { ...scene, anna: await new Device(scene.office, accessOf('farn-12')).answers(scene.link) };
}

// --- the way ------------------------------------------------------------------------------------------

test('invited, answered, confirmed: it is a conversation like any other, and both write', async () => {
  const { office, maria, begun, one, link, anna } = await answered();
  assert.match(link, new RegExp(`^${PAGE}#einladung=[a-z]+(-[a-z]+){5}$`));
  assert.deepEqual([one.stage.value, one.nickname, maria.written.answered.value, office.boxes.size, office.tickets.size], ['answered', 'Frau aus dem Café', 1, 0, 0]);
  assert.equal(anna.arrival?.stage.value, 'waiting');
  const mark = office.sent.length;
  await one.confirm();
  await arriving();
  const steps = ['create', 'enquiry_open', 'enquiry_taken', 'invite_ticket', 'commit', 'page_save', 'invite_end'];
  assert.deepEqual(office.sent.slice(mark).filter(([who, what]) => who === 'Maria B.' && steps.includes(what)).map(([, what]) => what), steps);
  assert.deepEqual([one.stage.value, one.problem.value, begun.all.value, maria.written.answered.value], ['none', '', [], 0]);
  assert.deepEqual([maria.case?.id, maria.case?.nickname, maria.case?.name], [one.id, 'Frau aus dem Café', 'Farn-12']);
  assert.deepEqual([maria.case?.model?.standing.value, anna.enquiry?.thread.value?.standing.value], ['taken', 'taken']);
  assert.deepEqual([anna.arrival, anna.told, anna.enquiry?.thread.value?.peerName.value], [null, [], 'Maria B.']);
  maria.case?.model?.say('Willkommen.');
  await arriving();
  await anna.says('Danke.');
  assert.deepEqual(anna.texts, [['Maria B.', 'Willkommen.'], ['Sie', 'Danke.']]);
  assert.equal(maria.case?.model?.messages.value.at(-1)?.text, 'Danke.');
  const [ticket] = office.tickets.values();
  assert.deepEqual([ticket.number, ticket.isAddressed, ticket.state, hex(ticket.assignee)], [1, 1, EnquiryState.WAITING, hex(office.maria.subject16)]);
  assert.deepEqual([office.invitations.size, office.inboxes.size, office.inbox, office.obeyed.map(([id]) => id)], [0, 0, [], [hex(ticket.ticket16)]]);
  // Everything is there on other devices of both, and the seeker can be given a new access as from any conversation.
  const desk = await new DeskOf(office, office.maria).signsIn();
  assert.deepEqual(desk.case?.model?.messages.value.filter(({ kind }) => kind === 'text').map(({ text }) => text), ['Willkommen.', 'Danke.']);
  assert.deepEqual((await new Device(office, anna.who).comes()).texts, anna.texts);
  const shown = /** @type {any} */ (await accessAt(desk).invite());
  const other = await new Device(office, accessOf('moos-3')).answers(shown.link);
  await accessAt(desk).confirm();
  await arriving();
  assert.deepEqual(other.texts, anna.texts);
});

test('the same name is suggested on both sides, though nobody sends it', async () => {
  const { office, one, link } = await invited();
  await settled();
  const page = await new Device(office, accessOf('farn-12')).reads(link);
  assert.match(one.suggested.value, /^\p{Lu}\p{Ll}+-\d{2,3}$/u);
  assert.equal(await page.suggestedName('de'), one.suggested.value);
  page.wipe();
  assert.equal(await page.suggestedName('de'), '');
});

test('it waits on every device of the counsellor and shows the same words; nothing else is at the relay', async () => {
  const { office, one } = await invited();
  const desk = await new DeskOf(office, office.maria).signsIn();
  const [same, ...others] = (await begunAt(desk)).all.value;
  assert.deepEqual([same.shown.value, same.id, same.nickname, others], [one.shown.value, one.id, one.nickname, []]);
  assert.deepEqual([office.invitations.size, office.boxes.size, office.tickets.size, desk.case], [1, 0, 0, null]);
  assert.deepEqual(desk.session.keyring.entries.map((/** @type {any} */ entry) => [entry.state, noteOf(entry)?.number]), [[EntryState.OPEN, 0]]);
});

test('who has not opened the list hears of an answer all the same, after a sign-in', async () => {
  const { office, link } = await invited();
  const desk = await new DeskOf(office, office.maria).signsIn();
  assert.equal(desk.written.answered.value, 0);
  await new Device(office, accessOf('farn-12')).answers(link);
  await arriving();
  assert.equal(desk.written.answered.value, 1);
  desk.written.clear();
  await settled();
  assert.equal(desk.written.answered.value, 0);
});

test('of several portals the chosen one', async () => {
  const office = new InvitingOffice();
  const maria = await new DeskOf(office, office.maria).signsIn();
  const begun = await begunAt(maria);
  assert.deepEqual(begun.portals.map(({ name }) => name), ['Leben', 'Familie']);
  const one = await begun.begin(OTHER_PORTAL, '');
  await new Device(office, accessOf('farn-12')).answers(/** @type {any} */ (one?.shown.value).link);
  await one?.confirm();
  assert.deepEqual([...office.tickets.values()].map(({ portal16 }) => hex(portal16)), [hex(OTHER_PORTAL)]);
});

// --- where it ends ------------------------------------------------------------------------------------

test('taken back, nobody finds anything, and the words count no more', async () => {
  const { office, begun, one, link, anna } = await answered();
  await one.withdraw();
  await arriving();
  assert.deepEqual([one.stage.value, begun.all.value, office.invitations.size, office.boxes.size], ['none', [], 0, 0]);
  assert.equal(anna.arrival?.stage.value, 'refused');
  assert.equal((await new Device(office, accessOf('moos-3')).reads(link)).stage.value, 'over');
  const desk = await new DeskOf(office, office.maria).signsIn();
  assert.deepEqual([(await begunAt(desk)).all.value, desk.session.keyring.entries[0].secrets], [[], []]);
});

test('after 48 hours it is over on both sides, and is said once', async () => {
  const { office, begun, one, link, anna } = await answered();
  await office.clock.elapse(48 * HOUR_MS);
  await one.confirm();
  assert.deepEqual([one.problem.value, office.boxes.size], ['late', 0]);
  await one.look();
  assert.deepEqual([one.stage.value, one.shown.value, office.invitations.size], ['over', null, 0]);
  assert.equal((await new Device(office, accessOf('moos-3')).reads(link)).stage.value, 'over');
  office.inboxes.clear();
  await anna.arrival?.go();
  assert.equal(anna.arrival?.stage.value, 'refused');
  await one.withdraw();
  assert.deepEqual(begun.all.value, []);
  assert.deepEqual((await begunAt(await new DeskOf(office, office.maria).signsIn())).all.value, []);
});

test('somebody else with the same words comes too late, and says so', async () => {
  const { office, link } = await answered();
  const second = await new Device(office, accessOf('dieb-1')).answers(link);
  assert.equal(second.arrival?.stage.value, 'used');
});

test('a refusal is told, and leaves it as it was', async () => {
  const { office, maria, one } = await answered();
  const codes = [];
  for (const code of ['rate_limited', 'purge_overdue', 'forbidden', 'disconnected']) {
    office.lies.create = () => { throw new WireError(code); };
    await one.confirm();
    codes.push([one.problem.value, one.stage.value]);
  }
  delete office.lies.create;
  assert.deepEqual(codes, [['many', 'answered'], ['overdue', 'answered'], ['other', 'answered'], ['unreachable', 'answered']]);
  await one.confirm();
  assert.notEqual(maria.case, null);
});

// --- lies ---------------------------------------------------------------------------------------------

test('keys that somebody else put there are an alarm, and nothing is begun', async () => {
  const { office, one } = await answered();
  office.lies.invite_read = (reply) => ({ ...reply, answers: reply.answers.map((/** @type {any} */ left) => ({ ...left, capHash: new Uint8Array(32).fill(9) })) });
  await one.look();
  assert.equal(one.stage.value, 'forged');
  await one.confirm();
  assert.deepEqual([one.problem.value, office.boxes.size, office.tickets.size], ['late', 0, 0]);
});

test('what is said to stand already is believed only with the same newcomer in it', async () => {
  const { office, maria, one, anna } = await answered();
  const { commit } = office;
  // It was never kept.
  office.commit = () => { throw new WireError('stale'); };
  await one.confirm();
  assert.deepEqual([one.problem.value, maria.case, anna.enquiry], ['late', null, null]);
  office.commit = commit;
  await one.look();
  await one.confirm();
  await arriving();
  assert.deepEqual([one.problem.value, maria.case?.name], ['', 'Farn-12']);
});

// --- crashes ------------------------------------------------------------------------------------------

/** As many requests as beginning asks: keyring, refresh, read?, invite, read. */
const BEGIN_STEPS = 5;
/** As many as confirming asks. */
const CONFIRM_STEPS = 10;

for (const losesLast of [false, true]) {
  const how = losesLast ? 'in' : 'after';
  for (let step = 0; step < BEGIN_STEPS; step += 1) {
    test(`a crash ${how} step ${step} of inviting leaves one, or none`, async () => {
      const office = new InvitingOffice();
      const maria = await new DeskOf(office, office.maria).signsIn();
      const begun = await begunAt(maria);
      maria.line.cutAfter = maria.line.asked + step;
      maria.line.losesLast = losesLast;
      await begun.begin(PORTAL, '');
      maria.crashes();
      const back = await begunAt(await new DeskOf(office, office.maria).signsIn());
      const one = back.all.value[0] ?? await back.begin(PORTAL, '');
      assert.equal(office.invitations.size, 1);
      const anna = await new Device(office, accessOf('farn-12')).answers(/** @type {any} */ (one.shown.value).link);
      await one.confirm();
      await arriving();
      assert.deepEqual([one.problem.value, anna.arrival, anna.texts], ['', null, []]);
    });
  }

  for (let step = 0; step < CONFIRM_STEPS; step += 1) {
    test(`a crash ${how} step ${step} of confirming loses nothing`, async () => {
      const { office, maria, one, anna } = await answered();
      maria.line.cutAfter = maria.line.asked + step;
      maria.line.losesLast = losesLast;
      await one.confirm();
      maria.crashes();
      await office.elapse(MINUTE_MS);
      const desk = await new DeskOf(office, office.maria).signsIn();
      await arriving();
      const [waiting] = (await begunAt(desk)).all.value;
      await waiting?.confirm();
      await arriving();
      assert.deepEqual([waiting?.problem.value ?? '', (await begunAt(desk)).all.value, desk.written.cases.value.length], ['', [], 1]);
      await anna.says('Da bin ich.');
      assert.equal(desk.case?.model?.messages.value.at(-1)?.text, 'Da bin ich.');
      assert.deepEqual([desk.case?.name, office.tickets.size, office.boxes.size], ['Farn-12', 1, 1]);
    });
  }
}

test('confirmed at two desks at once, it is begun once', async () => {
  const { office, maria, one, anna } = await answered();
  const other = await new DeskOf(office, office.maria).signsIn();
  const [same] = (await begunAt(other)).all.value;
  await Promise.all([one.confirm(), same.confirm()]);
  await arriving();
  assert.deepEqual([one.problem.value, same.problem.value, one.stage.value, same.stage.value], ['', '', 'none', 'none']);
  assert.deepEqual([office.boxes.size, office.tickets.size, maria.written.cases.value.length, other.written.cases.value.length], [1, 1, 1, 1]);
  await anna.says('Da bin ich.');
  assert.equal(other.case?.model?.messages.value.at(-1)?.text, 'Da bin ich.');
});

test('a desk that comes to the ticket when another has ended the invitation goes on with what stands', async () => {
  const { office, one } = await answered();
  const other = await new DeskOf(office, office.maria).signsIn();
  const [same] = (await begunAt(other)).all.value;
  /** @type {any} */ (office.lies).enquiry_taken = async (/** @type {any} */ reply) => {
    office.lies = {};
    await one.confirm();
    return reply;
  };
  await same.confirm();
  await arriving();
  assert.deepEqual([one.problem.value, same.problem.value, same.stage.value], ['', '', 'none']);
  assert.deepEqual([office.boxes.size, office.invitations.size, other.written.cases.value.length], [1, 0, 1]);
});

test('at the other desk it becomes a conversation by itself', async () => {
  const { office, one, anna } = await answered();
  const other = await new DeskOf(office, office.maria).signsIn();
  const begun = await begunAt(other);
  await one.confirm();
  await arriving();
  await begun.load();
  await arriving();
  assert.deepEqual([begun.all.value, other.case?.name], [[], 'Farn-12']);
  await anna.says('Da bin ich.');
  assert.equal(other.case?.model?.messages.value.at(-1)?.text, 'Da bin ich.');
});
