// "Ganz offen": the team stays in what one of them has taken, reads along, and any of them takes it over.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { EntryState } from '../../web/js/crypto/entry.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { EnquiryState } from '../../web/js/wire/catalogue-staff.js';
import { settled } from './helpers/clock.js';
import { WideDesk, shared } from './helpers/wideoffice.js';
import { hex } from './helpers/vectors.js';
import { Writer } from './helpers/writer.js';

before(ready);

const SAID = [['', 'Ich weiß nicht weiter.'], ['Maria B.', 'Guten Tag.']];

/** @param {any} thread */
const told = (thread) => thread?.messages.value.filter((/** @type {any} */ { kind }) => kind === 'system').map((/** @type {any} */ { code, author }) => [code, author]);
/** @param {any} desk */
const said = (desk) => desk.case?.model?.messages.value.filter((/** @type {any} */ { kind }) => kind === 'text').map((/** @type {any} */ { text }) => text);

test('a colleague reads along, and nothing is said or kept by it', async () => {
  const { office, seeker, maria, jonas, outcome } = await shared();
  assert.equal(outcome, 'taken');
  assert.deepEqual([office.ticket.readsAlong, office.ticket.state], [1, EnquiryState.ANSWERED]);
  assert.deepEqual([jonas.along, maria.along], [[[1, 'answered', 'Maria B.']], []]);
  const [asked, kept] = [office.askedBy('Jonas K.').length, jonas.session.keyring.entries.length];
  assert.equal((await jonas.opens(1))?.state, 'open');
  assert.deepEqual(jonas.reads, SAID);
  await seeker.says('Danke.');
  await maria.says('Gern.');
  assert.deepEqual(jonas.reads, [...SAID, ['', 'Danke.'], ['Maria B.', 'Gern.']]);
  const written = office.askedBy('Jonas K.').slice(asked).filter((name) => !['enquiry_letter', 'share', 'read'].includes(name));
  assert.deepEqual([written, jonas.session.keyring.entries.length], [[], kept]);
  // To the seeker it is taken, by name, and the whole team reads.
  assert.deepEqual([seeker.written.paused.value, seeker.written.standing.value, seeker.written.peerName.value], [null, 'answered', 'Maria B.']);
  assert.deepEqual(seeker.written.readers.value.map(({ isTeam, name }) => [isTeam, name]), [[true, 'Team'], [false, 'Maria B.']]);
  assert.deepEqual(told(seeker.thread).at(-1), ['taken', 'Maria B.']);
});

test('taken over, it is the colleague\'s with all that was said; who had it reads along and keeps what was typed', async () => {
  const { office, seeker, maria, jonas } = await shared();
  const mine = /** @type {any} */ (maria.case?.model);
  mine.draft.value = 'Ich wollte noch';
  await jonas.opens(1);
  assert.equal(await jonas.takes(1), 'taken');
  await settled();
  assert.equal(hex(office.ticket.assignee), hex(office.jonas.subject16));
  assert.deepEqual([said(jonas), jonas.case?.model?.canGrant], [['Ich weiß nicht weiter.', 'Guten Tag.'], true]);
  await jonas.says('Ich bin Jonas.');
  assert.deepEqual(seeker.heard, ['Guten Tag.', 'Ich bin Jonas.']);
  assert.deepEqual([seeker.written.paused.value, seeker.written.peerName.value], [null, 'Jonas K.']);
  assert.deepEqual(told(seeker.thread).slice(-2), [['personStepsBack', 'Maria B.'], ['taken', 'Jonas K.']]);
  assert.deepEqual(told(jonas.case?.model).slice(-2), [['personStepsBack', 'Maria B.'], ['takenByMe', '']]);
  assert.deepEqual([mine.isLost.value, mine.unsentText(), maria.written.takerOf(maria.idOf(1))], [true, 'Ich wollte noch', 'Jonas K.']);
  await settled();
  assert.equal(maria.session.keyring.entries[0].state, EntryState.GONE);
  maria.written.dismiss(maria.idOf(1));
  assert.deepEqual(maria.along, [[1, 'answered', 'Jonas K.']]);
  assert.equal((await maria.opens(1))?.state, 'open');
  assert.deepEqual(maria.reads, [...SAID, ['Jonas K.', 'Ich bin Jonas.']]);
});

test('taken over to and fro, and opened again on another device each time', async () => {
  const { office, seeker, maria, jonas } = await shared();
  for (const desk of [jonas, maria, jonas, maria]) {
    await desk.opens(1);
    assert.equal(await desk.takes(1), 'taken', desk.who.name);
    await settled();
    await desk.says(`Ich bin ${desk.who.name}`);
    const other = desk === jonas ? maria : jonas;
    other.written.dismiss(other.idOf(1));
    await desk.session.keyring.flush();
    const again = await new WideDesk(office, desk.who).signsIn();
    assert.deepEqual(said(again), said(desk));
    assert.deepEqual([again.case?.model?.isLost.value, again.case?.model?.paused.value], [false, null]);
    again.crashes();
  }
  assert.deepEqual([seeker.heard?.length, seeker.written.paused.value], [5, null]);
});

test('of two who take it over at once one has it, and the other is told', async () => {
  const { office, seeker, jonas } = await shared();
  await office.certifies(office.eva);
  await jonas.room.look();
  await jonas.calm();
  assert.equal(await jonas.admits('Eva S.'), 'done');
  const eva = await new WideDesk(office, office.eva).signsIn();
  await Promise.all([jonas.opens(1), eva.opens(1)]);
  const outcomes = await Promise.all([jonas.takes(1), eva.takes(1)]);
  await settled();
  assert.deepEqual([...outcomes].sort(), ['late', 'taken']);
  const [winner, loser] = outcomes[0] === 'taken' ? [jonas, eva] : [eva, jonas];
  assert.equal(hex(office.ticket.assignee), hex(winner.who.subject16));
  assert.deepEqual([loser.case, seeker.written.peerName.value, seeker.written.paused.value], [null, winner.who.name, null]);
  // And it may be taken over from there as well.
  await loser.opens(1);
  assert.equal(await loser.takes(1), 'taken');
  await settled();
  assert.equal(seeker.written.peerName.value, loser.who.name);
});

test('a take-over goes on from wherever it stopped, at the next sign-in', async () => {
  for (const losesLast of [false, true]) {
    for (let at = 0; at < 8; at += 1) {
      const { office, seeker, maria, jonas } = await shared();
      await jonas.opens(1);
      jonas.line.cutAfter = jonas.line.asked + at;
      jonas.line.losesLast = losesLast;
      await jonas.takes(1).catch(() => {});
      jonas.crashes();
      await settled();
      const back = await new WideDesk(office, office.jonas).signsIn();
      if (back.case === null) {
        await back.opens(1);
        assert.equal(await back.takes(1), 'taken', `stopped at ${at}`);
        await settled();
      }
      assert.equal(hex(office.ticket.assignee), hex(office.jonas.subject16), `stopped at ${at}`);
      await back.says('Ich bin Jonas.');
      assert.deepEqual([seeker.heard, seeker.written.paused.value], [['Guten Tag.', 'Ich bin Jonas.'], null]);
      assert.equal(/** @type {any} */ (maria.case?.model).isLost.value, true);
    }
  }
});

test('what was written to one person alone is theirs alone, until it is given back', async () => {
  const { office, jonas, maria, seeker } = await shared({ to: 'maria' });
  assert.deepEqual([office.ticket.readsAlong, jonas.along, jonas.rows], [0, [], []]);
  assert.equal((await jonas.opens(1))?.state, undefined);
  assert.deepEqual(seeker.written.readers.value.map(({ isTeam }) => isTeam), [false]);
  assert.equal(await (await maria.written.releases()).release(maria.idOf(1), true), true);
  await settled();
  await jonas.opens(1);
  assert.equal(await jonas.takes(1), 'taken');
  await settled();
  assert.deepEqual([office.ticket.readsAlong, seeker.written.paused.value], [1, null]);
});

test('given back, the draft goes along to whoever takes it, and to nobody who takes it over later', async () => {
  const { maria, jonas, seeker } = await shared();
  const model = /** @type {any} */ (maria.case?.model);
  model.draft.value = 'Liebe Kiesel';
  assert.equal(await (await maria.written.releases()).release(maria.idOf(1), true), true);
  await settled();
  assert.deepEqual([seeker.written.paused.value, seeker.written.standing.value], [null, 'open']);
  assert.equal((await jonas.opens(1))?.draft, 'Liebe Kiesel');
  assert.equal(await jonas.takes(1), 'taken');
  await settled();
  assert.equal(jonas.case?.model?.draft.value, 'Liebe Kiesel');
  assert.equal((await maria.opens(1))?.draft, '');
  assert.equal(await maria.takes(1), 'taken');
  await settled();
  assert.equal(maria.case?.model?.draft.value, '');
  assert.equal(seeker.written.paused.value, null);
});

test('a deputy and who is handed to go too when a colleague takes it over', async () => {
  const { office, seeker, maria, jonas } = await shared();
  maria.written.handOvers?.ask(maria.idOf(1), office.jonas.certificateHash, true, true);
  await settled();
  seeker.written.guests.answer([...seeker.written.questions.value.values()].slice(-1)[0], true);
  await settled();
  await settled();
  assert.equal((await jonas.opens(1))?.state, 'open');
  assert.equal(await jonas.takes(1), 'taken');
  await settled();
  await office.certifies(office.eva);
  await jonas.room.look();
  await jonas.calm();
  assert.equal(await jonas.admits('Eva S.'), 'done');
  const eva = await new WideDesk(office, office.eva).signsIn();
  await eva.opens(1);
  assert.equal(await eva.takes(1), 'taken');
  await settled();
  assert.deepEqual([maria, jonas].map((desk) => /** @type {any} */ (desk.case?.model).isLost.value), [true, true]);
  assert.deepEqual([office.ticket.successor.length, office.ticket.deputy.length, office.lettersTo(office.jonas)], [0, 0, []]);
  assert.deepEqual([seeker.written.paused.value, seeker.written.peerName.value], [null, 'Eva S.']);
});

test('handed over with the seeker\'s yes the team stays', async () => {
  const { office, seeker, maria, jonas } = await shared();
  maria.written.handOvers?.ask(maria.idOf(1), office.jonas.certificateHash, true);
  await settled();
  seeker.written.guests.answer([...seeker.written.questions.value.values()].slice(-1)[0], true);
  await settled();
  await settled();
  assert.equal((await jonas.opens(1))?.state, 'open');
  assert.equal(await jonas.takes(1), 'taken');
  await settled();
  await settled();
  assert.equal(/** @type {any} */ (maria.case?.model).isLost.value, true);
  assert.deepEqual(seeker.written.readers.value.map(({ name }) => name), ['Team', 'Jonas K.']);
  assert.equal(seeker.written.paused.value, null);
  maria.written.dismiss(maria.idOf(1));
  assert.equal((await maria.opens(1))?.state, 'open');
});

test('a new seeker reads what is said of who is in it', async () => {
  const { office } = await shared();
  const other = await new Writer(office).writes({ subject: 'Zweites' });
  const desk = await new WideDesk(office, office.jonas).signsIn();
  assert.deepEqual(desk.rows.map(({ number, state }) => [number, state]), [[2, 'open']]);
  assert.deepEqual([other.written.standing.value, desk.along], ['open', [[1, 'answered', 'Maria B.']]]);
});
