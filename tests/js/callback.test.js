// Who answered has left: the seeker gives the conversation to the team, and a colleague goes on.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import * as account from '../../web/js/crypto/account.js';
import { BadStatement } from '../../web/js/crypto/errors.js';
import { Level } from '../../web/js/crypto/levels.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { DAY_MS } from '../../web/js/crypto/statement.js';
import { callBack } from '../../web/js/features/enquiries/callingback.js';
import { departure } from '../../web/js/features/enquiries/departed.js';
import { encodeNote } from '../../web/js/features/enquiries/note.js';
import { TeamRestarted } from '../../web/js/features/enquiries/restarted.js';
import { EnquiryState } from '../../web/js/wire/catalogue-staff.js';
import { PORTAL, TEAM } from './helpers/centre.js';
import { settled } from './helpers/clock.js';
import { DeskOf } from './helpers/desk.js';
import { Office } from './helpers/office.js';
import { Writer } from './helpers/writer.js';

before(ready);

/** Maria has taken on what a seeker wrote, and has answered. @param {any} [to] whom the seeker writes to alone @param {string} [level] */
async function office(to = null, level = Level.OPEN) {
  const found = new Office(level);
  const seeker = await new Writer(found).writes({ to: to === null ? null : /** @type {any} */ (found)[to] });
  if (to !== null) return { found, seeker };
  const maria = await new DeskOf(found, found.maria).signsIn();
  assert.equal(await maria.takes(1), 'taken');
  /** @type {any} */ (maria.case?.model).say('Guten Tag.');
  await settled();
  return { found, seeker };
}

/** What the page has of the account and its line. @param {Writer} seeker */
const aboutOf = ({ office, office: { log, clock }, line, ams }) => /** @type {any} */ ({
  line: { request: line.request, log, clock }, people: { teams: office.teams },
  account: { handle: account.handle(ams), conversation: (/** @type {Uint8Array} */ context) => account.conversation(ams, context), keyring: { settings: { restarts: [] } } },
});
/** @param {Writer} seeker */
const entryOf = ({ box16, ticket16 }) => /** @type {any} */ ({
  box16, keyContext: box16, settings: encodeNote({ portal16: PORTAL, ticket16, addressee: new Uint8Array(0), sinceMs: 0, isOpen: true, topic: '', subject: '', admitted: 0 }),
});
/** @param {Writer} seeker @param {any} [thread] */
const calls = async (seeker, thread = seeker.written) => {
  await callBack(aboutOf(seeker), thread, entryOf(seeker));
  await settled();
};
/** @param {Writer} seeker */
const reports = (seeker) => seeker.line.request('enquiry_call_back', {}, seeker.keys.ticketCap);
/** @param {DeskOf} desk */
const said = (desk) => desk.case?.model?.messages.value.filter(({ kind }) => kind === 'text').map(({ text }) => text);
/** @param {any} thread */
const told = (thread) => thread.messages.value.filter((/** @type {any} */ { kind }) => kind === 'system').map((/** @type {any} */ { code, author }) => [code, author]);
/** @param {Office} found */
const ticketOf = (found) => [...found.tickets.values()][0];

test('a colleague goes on with all that was said, and what was held back', async () => {
  const { found, seeker } = await office();
  const thread = seeker.written;
  await thread.lookAround();
  assert.deepEqual([thread.departure.value, thread.isHeld.value], ['', false]);
  found.mariaLeaves();
  await thread.lookAround();
  assert.deepEqual([thread.departure.value, thread.isHeld.value], ['ready', true]);
  await seeker.says('Ist noch jemand da?');
  assert.equal(thread.messages.value.at(-1)?.state, 'pending');

  await calls(seeker);
  await reports(seeker);
  assert.deepEqual([thread.departure.value, thread.isHeld.value, thread.standing.value], ['', false, 'open']);
  assert.equal(thread.messages.value.find(({ text }) => text.startsWith('Ist'))?.state, 'stored');
  assert.equal(told(thread).at(-1)?.[0], 'calledBack');
  assert.equal(thread.paused.value, null);
  assert.deepEqual([ticketOf(found).state, ticketOf(found).assignee.length], [EnquiryState.OPEN, 0]);

  const jonas = await new DeskOf(found, found.jonas).signsIn();
  assert.deepEqual((await jonas.opens(1))?.parts.map(({ text }) => text), ['Ich weiß nicht weiter.', 'Guten Tag.', 'Ist noch jemand da?']);
  assert.equal(await jonas.takes(1), 'taken');
  await settled();
  assert.deepEqual(said(jonas), ['Ich weiß nicht weiter.', 'Guten Tag.', 'Ist noch jemand da?']);
  /** @type {any} */ (jonas.case?.model).say('Ich bin Jonas.');
  await settled();
  assert.deepEqual([thread.messages.value.at(-1)?.author, thread.paused.value], ['Jonas K.', null]);
});

test('nobody is taken out whom the log does not revoke', async () => {
  const { found, seeker } = await office();
  await assert.rejects(calls(seeker), BadStatement);
  found.teamIs(found.jonas);
  await seeker.written.lookAround();
  assert.deepEqual([seeker.written.departure.value, seeker.written.isHeld.value], ['unlisted', false]);
  await assert.rejects(calls(seeker), BadStatement);
  // A certificate that has ended is no revocation.
  const later = found.clock.now() + 400 * DAY_MS;
  assert.equal(departure(seeker.written.guests.members.value, /** @type {any} */ (found.log), found.teams, later), 'unlisted');
  assert.ok(!found.askedBy('seeker').slice(3).includes('commit'));
});

test('while the team has the key of who left it waits, and goes to a team begun anew only once that was seen', async () => {
  const { found, seeker } = await office();
  found.revokesMaria();
  await seeker.written.lookAround();
  assert.deepEqual([seeker.written.departure.value, seeker.written.isHeld.value], ['waits', true]);
  await assert.rejects(calls(seeker), BadStatement);
  found.teamIs(found.jonas, { restart: true });
  await assert.rejects(calls(seeker), TeamRestarted);
  assert.equal(seeker.written.departure.value, 'ready');
  const later = found.clock.now() + 400 * DAY_MS;
  assert.equal(departure(seeker.written.guests.members.value, /** @type {any} */ (found.log), found.teams, later), 'waits');
});

test('where a colleague is in it, theirs is the next step', async () => {
  const { found, seeker } = await office();
  found.mariaLeaves();
  await seeker.written.lookAround();
  const jonas = /** @type {any} */ (found.newest.certificate(found.jonas.certificateHash));
  const members = [...seeker.written.guests.members.value, { sidx: 9, role: 2, signPk: jonas.signPk, kemPk: jonas.kemPk, certificateHash: jonas.hash }];
  assert.equal(departure(members, /** @type {any} */ (found.log), found.teams, found.clock.now()), 'others');
});

test('another page of mine was first: there is one commit, and no alarm', async () => {
  const { found, seeker } = await office();
  const other = await seeker.reads();
  found.mariaLeaves();
  await Promise.all([calls(seeker), calls(seeker, other)]);
  for (const thread of [seeker.written, other]) {
    assert.deepEqual([thread.guests.epoch.value, thread.departure.value, thread.paused.value], [2, '', null]);
  }
  other.dispose();
});

test('where it stops, another page goes on', async () => {
  for (const losesLast of [false, true]) {
    for (let at = 0; at < 3; at += 1) {
      const { found, seeker } = await office();
      found.mariaLeaves();
      seeker.line.cutAfter = seeker.line.asked + at;
      seeker.line.losesLast = losesLast;
      await calls(seeker).catch(() => {});
      seeker.line.cutAfter = Infinity;
      const there = await seeker.reads();
      await calls(seeker, there);
      await reports(seeker);
      assert.deepEqual([there.guests.epoch.value, ticketOf(found).state], [2, EnquiryState.OPEN]);
      const jonas = await new DeskOf(found, found.jonas).signsIn();
      await jonas.opens(1);
      assert.equal(await jonas.takes(1), 'taken');
    }
  }
});

test('a commit that the service does not show is none, and under an alarm none is made', async () => {
  const { found, seeker } = await office();
  found.mariaLeaves();
  const commit = found.commit;
  found.commit = () => ({ n: 9, line: null });
  await assert.rejects(calls(seeker), BadStatement);
  found.commit = commit;
  seeker.written.box.transcript.withheld = true;
  await assert.rejects(calls(seeker), BadStatement);
  assert.equal(ticketOf(found).state, EnquiryState.ANSWERED);
});

test('it goes to those to whom the level sends what is given back', async () => {
  const { found, seeker } = await office(null, Level.RESTRICTED);
  // The leads have a key of their own, which she never had: nothing is to be waited for.
  found.revokesMaria();
  await calls(seeker);
  await reports(seeker);
  const { readers, paused } = seeker.written;
  assert.deepEqual([readers.value.map((one) => one.isLeads), paused.value, ticketOf(found).forLeads], [[true], null, 1]);
  const jonas = await new DeskOf(found, found.jonas).signsIn();
  await jonas.opens(1);
  assert.equal(await jonas.takes(1), 'taken');
});

test('what was written to one of them is given to all', async () => {
  const { found, seeker } = await office('maria');
  found.mariaLeaves();
  await calls(seeker);
  await reports(seeker);
  const jonas = await new DeskOf(found, found.jonas).signsIn();
  await jonas.opens(1);
  assert.equal(await jonas.takes(1), 'taken');
  await settled();
  assert.deepEqual(said(jonas), ['Ich weiß nicht weiter.']);
});
