// Where the team reads along: what no page was told is an alarm, what no colleague may see opens nothing, and what the
// team's former key opened goes on under the next.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { Reason } from '../../web/js/crypto/commit.js';
import { BadStatement } from '../../web/js/crypto/errors.js';
import { Level } from '../../web/js/crypto/levels.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { Role } from '../../web/js/crypto/roster.js';
import { departure, isBack } from '../../web/js/features/enquiries/departed.js';
import { openHanded } from '../../web/js/features/workspace/handedletters.js';
import { WRITTEN } from '../../web/js/features/workspace/tickets.js';
import { sealCommit } from '../../web/js/features/workspace/commits.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { OTHER_TEAM } from './helpers/centre.js';
import { settled } from './helpers/clock.js';
import { WideDesk, WideOffice, shared } from './helpers/wideoffice.js';
import { Writer } from './helpers/writer.js';

before(ready);

/** The same conversation on a page of another level. @param {any} seeker @param {string} level */
async function readsAt(seeker, level) {
  seeker.office.setLevel(level);
  return seeker.reads();
}

/** A commit in the team's name, made by hand. @param {WideDesk} desk @param {(members: readonly any[], me: any) => readonly any[]} after */
async function commits(desk, after) {
  const { office, who, session, line } = desk;
  const { opened } = /** @type {any} */ (desk.written.first(desk.idOf(1)));
  const { transcript, welcome } = opened;
  const { roster } = transcript.state;
  const members = [...roster.entries.values()];
  const { signPk, kemPk, hash } = /** @type {any} */ (session.certificate());
  const me = { sidx: roster.highestSidx + 1, role: Role.COUNSELLOR, signPk, kemPk, certificateHash: hash };
  const entries = after(members, me);
  const es = keyOf('EpochSecret', randomBytes(32));
  const team = members.find(({ role }) => role === Role.TEAM);
  const { fields } = sealCommit(transcript, { entries, reason: Reason.ACCEPTED, es, by: hash, sidx: team.sidx }, { log: /** @type {any} */ (office.log), clock: office.clock, sign: session.keys.sign });
  const out = members.filter((one) => !entries.includes(one)).map(({ sidx }) => sidx);
  await line.request('commit', { ...fields, caps: [], out, letters: [], ticket16: new Uint8Array(0) }, welcome.joinCap);
  await settled();
  return who;
}

test('at every other level it is an alarm that the team stays, and that it takes it over', async () => {
  for (const level of [Level.OPEN, Level.WIDE_OPEN]) {
    const { seeker, jonas } = await shared();
    await jonas.opens(1);
    assert.equal(await jonas.takes(1), 'taken');
    await settled();
    const again = await readsAt(seeker, level);
    const alarms = again.box.transcript.alarms.map(({ kind }) => kind);
    assert.deepEqual(alarms, level === Level.OPEN ? ['UNINVITED', 'UNINVITED'] : [], level);
  }
});

test('that a team takes a counsellor out and nobody comes is an alarm too, except at ganz offen', async () => {
  for (const level of [Level.OPEN, Level.WIDE_OPEN]) {
    const { seeker, jonas } = await shared();
    await jonas.opens(1);
    const thread = await readsAt(seeker, level);
    thread.box.transcript.proceed();
    thread.paused.value = null;
    await commits(jonas, (members) => members.filter(({ role }) => role !== Role.COUNSELLOR));
    const alarms = thread.box.transcript.alarms.map(({ kind, sidx }) => [kind, sidx]);
    assert.deepEqual(alarms, level === Level.OPEN ? [['UNINVITED', 1]] : [], level);
  }
});

test('whoever comes beside a counsellor in the team\'s name is an alarm at every level', async () => {
  const { seeker, jonas } = await shared();
  await jonas.opens(1);
  await commits(jonas, (members, me) => [...members, me]);
  assert.equal(seeker.written.paused.value?.code, 'UNINVITED');
});

test('where the page does not say so, the team is let out, whatever a row says', async () => {
  const office = new WideOffice();
  office.setLevel(Level.OPEN);
  const seeker = await new Writer(office).writes();
  office.lies.enquiries = (reply) => ({ ...reply, rows: reply.rows.map((/** @type {any} */ row) => ({ ...row, readsAlong: 1 })) });
  const maria = await new WideDesk(office, office.maria).signsIn();
  await maria.opens(1);
  assert.equal(await maria.takes(1), 'taken');
  await settled();
  assert.deepEqual([seeker.written.paused.value, seeker.written.readers.value.map(({ name }) => name)], [null, ['Maria B.']]);
});

test('where the row does not say so, the team is let out, whatever the page says', async () => {
  const office = new WideOffice();
  office.setLevel(Level.OPEN);
  const seeker = await new Writer(office).writes();
  office.setLevel(Level.WIDE_OPEN);
  const maria = await new WideDesk(office, office.maria).signsIn();
  await maria.opens(1);
  assert.equal(await maria.takes(1), 'taken');
  await settled();
  assert.deepEqual([seeker.written.paused.value, seeker.written.readers.value.map(({ name }) => name)], [null, ['Maria B.']]);
});

test('a page that does not read along opens nothing that a colleague has', async () => {
  const { office } = await shared();
  office.setLevel(Level.OPEN);
  const jonas = await new WideDesk(office, office.jonas).signsIn();
  // The list may be the relay's of another level; the roster is not.
  jonas.written.hear({ ...office.ticket, state: 1, assignee: new Uint8Array(0) });
  assert.equal((await jonas.opens(1))?.state, 'refused');
});

test('to the seeker a team that is in it beside who answers has not come back', async () => {
  const { seeker } = await shared();
  const { members, epoch } = seeker.written.guests;
  assert.deepEqual([isBack(members.value, epoch.value), isBack(members.value.filter(({ role }) => role !== Role.COUNSELLOR), epoch.value)], [false, true]);
});

test('what is handed over with a team in it opens only where that reads along', async () => {
  const { office, seeker, maria, jonas } = await shared();
  maria.written.handOvers?.ask(maria.idOf(1), office.jonas.certificateHash, true);
  await settled();
  seeker.written.guests.answer([...seeker.written.questions.value.values()].slice(-1)[0], true);
  await settled();
  await settled();
  const { team16 } = office.teams;
  const reader = /** @type {any} */ ({ request: jonas.line.request, log: office.log, keys: jonas.session.keys });
  const opens = (/** @type {import('../../web/js/features/workspace/opening.js').Whose} */ whose) => openHanded(reader, office.ticket, WRITTEN, whose);
  assert.equal((await opens({ team16, isAlong: true })).me.role, Role.COUNSELLOR);
  await assert.rejects(opens({ team16, isAlong: false }), BadStatement);
  await assert.rejects(opens({ team16: OTHER_TEAM, isAlong: true }), BadStatement);
});

test('who has it now is not who was seen to have it: nothing is taken over', async () => {
  const { office, seeker, maria, jonas } = await shared();
  await jonas.opens(1);
  const seen = jonas.written.holdersOf(jonas.idOf(1));
  await office.certifies(office.eva);
  await jonas.room.look();
  await jonas.calm();
  assert.equal(await jonas.admits('Eva S.'), 'done');
  const eva = await new WideDesk(office, office.eva).signsIn();
  await eva.opens(1);
  assert.equal(await eva.takes(1), 'taken');
  await settled();
  assert.equal(await jonas.written.take(jonas.idOf(1), seen), 'late');
  assert.deepEqual([seeker.written.peerName.value, jonas.case, maria.case?.model?.isLost.value], ['Eva S.', null, true]);
});

test('a row that says that it is another\'s takes nothing from who has it, and nobody takes over their own', async () => {
  const { office, maria } = await shared();
  maria.written.hear({ ...office.ticket, assignee: office.jonas.subject16 });
  await settled();
  assert.equal((await maria.opens(1))?.state, 'open');
  assert.equal(await maria.takes(1), 'taken');
  // It was mine already: no commit was made.
  assert.equal(maria.case?.model?.epoch.value, 1);
});

test('who leaves is shut out of what runs, which is sealed anew and goes on', async () => {
  const { office, seeker, maria, jonas } = await shared();
  await office.certifies(office.eva);
  await jonas.room.look();
  await jonas.calm();
  assert.equal(await jonas.admits('Eva S.'), 'done');
  const eva = await new WideDesk(office, office.eva).signsIn();
  assert.equal((await eva.opens(1))?.state, 'open');
  await office.revokes(office.eva);
  await jonas.room.look();
  await jonas.calm();
  await settled();
  assert.equal(office.sealedTo.before, 0);
  await seeker.says('Noch da?');
  assert.equal(eva.reads.some(([, text]) => text === 'Noch da?'), false);
  await maria.says('Ja.');
  await jonas.calm();
  assert.equal((await jonas.opens(1))?.state, 'open');
  assert.deepEqual(jonas.reads.slice(-2), [['', 'Noch da?'], ['Maria B.', 'Ja.']]);
  assert.equal(await jonas.takes(1), 'taken');
  await settled();
  await jonas.says('Jonas.');
  assert.deepEqual([seeker.heard, seeker.written.paused.value], [['Guten Tag.', 'Ja.', 'Jonas.'], null]);
});

test('who has it and is revoked goes with the next key; then it waits for the team', async () => {
  const { office, seeker, jonas: former } = await shared();
  former.crashes();
  await office.revokes(office.maria);
  const thread = seeker.written;
  await thread.lookAround();
  assert.deepEqual([thread.departure.value, thread.isHeld.value], ['others', true]);
  const jonas = await new WideDesk(office, office.jonas).signsIn();
  await jonas.calm();
  await settled();
  await thread.lookAround();
  assert.deepEqual([thread.departure.value, thread.isHeld.value, thread.standing.value, thread.paused.value], ['', false, 'open', null]);
  const members = thread.guests.members.value;
  assert.deepEqual([departure(members, /** @type {any} */ (office.log), office.teams, office.clock.now()), isBack(members, thread.guests.epoch.value)], ['', true]);
  await jonas.opens(1);
  assert.equal(await jonas.takes(1), 'taken');
  await settled();
  await jonas.says('Ich bin Jonas.');
  assert.deepEqual(seeker.heard, ['Guten Tag.', 'Ich bin Jonas.']);
});
