// Handing a written conversation over, against a relay in memory: asked, agreed, let in, taken over; and every other
// way it may go.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { EntryState } from '../../web/js/crypto/entry.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { forgetLost } from '../../web/js/features/workspace/cases.js';
import { nextStep } from '../../web/js/features/workspace/handover.js';
import { EnquiryState } from '../../web/js/wire/catalogue-staff.js';
import { settled } from './helpers/clock.js';
import { DeskOf } from './helpers/desk.js';
import { Office } from './helpers/office.js';
import { hex } from './helpers/vectors.js';
import { Writer } from './helpers/writer.js';

before(ready);

const MINUTE_MS = 60_000;

/** Maria has taken on what a seeker wrote, and has answered; Jonas is at his desk. */
async function office() {
  const found = new Office();
  const seeker = await new Writer(found).writes();
  const maria = await new DeskOf(found, found.maria).signsIn();
  const jonas = await new DeskOf(found, found.jonas).signsIn();
  assert.equal(await maria.takes(1), 'taken');
  maria.case?.model?.say('Guten Tag.');
  await settled();
  return { found, seeker, maria, jonas };
}

/** @param {{ found: Office, maria: DeskOf }} where @param {boolean} [withHistory] */
async function asks({ found, maria }, withHistory = true) {
  maria.written.handOvers?.ask(maria.idOf(1), found.jonas.certificateHash, withHistory);
  await settled();
}

/** @param {Writer} seeker @param {boolean} isYes */
async function answers(seeker, isYes) {
  const thread = seeker.written;
  const [question] = [...thread.questions.value.values()].slice(-1);
  thread.guests.answer(question, isYes);
  await settled();
  await settled();
}

/** @param {Office} found */
const ticketOf = (found) => [...found.tickets.values()][0];
/** @param {DeskOf} desk */
const said = (desk) => desk.case?.model?.messages.value.filter(({ kind }) => kind === 'text').map(({ text }) => text);
/** @param {any} thread */
const told = (thread) => thread?.messages.value.filter((/** @type {any} */ { kind }) => kind === 'system').map((/** @type {any} */ { code, author }) => [code, author]);
/** @param {Office} found @param {Writer} seeker */
const sidxs = (found, seeker) => found.boxes.get(hex(seeker.box16)).caps.map((/** @type {any} */ { sidx }) => sidx);
/** @param {any} desk */
const entryOf = (desk) => desk.session.keyring.entries[0];

/** @param {DeskOf} desk What stands before somebody's eyes. */
const shown = (desk) => desk.written.first(desk.idOf(1))?.content.value.state;

// --- the whole way ------------------------------------------------------------------------------------

test('with what came before: asked, agreed, taken over; the first one reads no more', async () => {
  const { found, seeker, maria, jonas } = await office();
  assert.deepEqual((await maria.written.handOvers?.colleaguesFor(maria.idOf(1)))?.map(({ name }) => name), ['Jonas K.']);
  await asks({ found, maria });
  const model = maria.case?.model;
  assert.deepEqual([model?.handing.value, jonas.rows.at(-1)?.state], [{ stage: 'asked', name: 'Jonas K.', n: 6, isDeputy: false }, 'taken']);
  assert.deepEqual([...seeker.written.questions.value.values()].map(({ answer, withHistory }) => [answer, withHistory]), [['open', true]]);
  // Meanwhile everything goes on as usual.
  await seeker.says('Ich überlege noch.');
  assert.deepEqual(said(maria)?.at(-1), 'Ich überlege noch.');

  await answers(seeker, true);
  assert.deepEqual([model?.handing.value?.stage, ticketOf(found).successor], ['joined', found.jonas.subject16]);
  assert.deepEqual(seeker.written.readers.value.map(({ name }) => name), ['Maria B.', 'Jonas K.']);
  assert.deepEqual([seeker.written.paused.value, seeker.written.peerName.value], [null, 'Maria B.']);
  assert.deepEqual(jonas.rows.at(0), { number: 1, state: 'handed', byName: 'Maria B.' });
  const content = await jonas.opens(1);
  assert.deepEqual([content?.state, content?.from, content?.hasHistory, content?.subject], ['open', 'Maria B.', true, 'Streit']);
  assert.deepEqual(content?.parts.map(({ author, text }) => [author, text]), [['', 'Ich weiß nicht weiter.'], ['Maria B.', 'Guten Tag.'], ['', 'Ich überlege noch.']]);

  assert.equal(await jonas.takes(1), 'taken');
  await settled();
  assert.deepEqual([ticketOf(found).assignee, ticketOf(found).successor.length, found.inbox], [found.jonas.subject16, 0, []]);
  assert.deepEqual(sidxs(found, seeker), [0, 3]);
  assert.deepEqual([model?.handedTo.value, model?.standing.value, model?.settled.value], ['Jonas K.', 'handed', null]);
  assert.deepEqual([entryOf(maria).state, entryOf(maria).secrets], [EntryState.GONE, []]);
  jonas.case?.model?.say('Ich bin Jonas.');
  await seeker.says('Hallo Jonas.');
  await settled();
  assert.deepEqual(said(jonas), ['Ich weiß nicht weiter.', 'Guten Tag.', 'Ich überlege noch.', 'Ich bin Jonas.', 'Hallo Jonas.']);
  assert.deepEqual(said(maria), ['Ich weiß nicht weiter.', 'Guten Tag.', 'Ich überlege noch.']);
  assert.deepEqual(told(seeker.thread).slice(-3), [['handOverAsked', 'Maria B.'], ['personCame', 'Jonas K.'], ['personGone', 'Maria B.']]);
  assert.deepEqual(seeker.written.readers.value.map(({ name }) => name), ['Jonas K.']);

  // Nothing of it is left with the one, and all of it with the other.
  maria.written.dismiss(maria.idOf(1));
  assert.equal(maria.case, null);
  assert.equal((await new DeskOf(found, found.maria).signsIn()).case, null);
  const back = await new DeskOf(found, found.jonas).signsIn();
  assert.deepEqual(said(back)?.length, 5);
  back.written.markDone(back.idOf(1));
  await settled();
  assert.deepEqual([ticketOf(found).state, back.case?.model?.standing.value], [EnquiryState.DONE, 'done']);
  await back.written.close(back.idOf(1));
  await settled();
  assert.equal(found.tickets.size, 0);
});

test('without: nothing of what came before is there, now or after another sign-in', async () => {
  const { found, seeker, maria, jonas } = await office();
  await asks({ found, maria }, false);
  await answers(seeker, true);
  const content = await jonas.opens(1);
  assert.deepEqual([content?.state, content?.hasHistory, content?.subject, content?.parts], ['open', false, '', []]);
  await seeker.says('Schön, dass es weitergeht.');
  assert.deepEqual(jonas.written.first(jonas.idOf(1))?.content.value.parts.map(({ text }) => text), ['Schön, dass es weitergeht.']);
  assert.equal(await jonas.takes(1), 'taken');
  await settled();
  jonas.case?.model?.say('Ich bin Jonas.');
  await settled();
  const back = await new DeskOf(found, found.jonas).signsIn();
  for (const desk of [jonas, back]) {
    assert.deepEqual(said(desk), ['Schön, dass es weitergeht.', 'Ich bin Jonas.']);
    assert.deepEqual([desk.case?.model?.hasHistory, desk.case?.model?.canGrant], [false, false]);
  }
  assert.deepEqual(seeker.heard, ['Guten Tag.', 'Ich bin Jonas.']);
});

test('where nothing was said since, the row stays as it was', async () => {
  const { found, seeker, maria, jonas } = await office();
  await seeker.says('Noch eine Frage.');
  assert.equal(ticketOf(found).state, EnquiryState.WAITING);
  await asks({ found, maria }, false);
  await answers(seeker, true);
  await jonas.opens(1);
  await jonas.takes(1);
  await settled();
  assert.deepEqual([jonas.case?.model?.standing.value, ticketOf(found).state, ticketOf(found).assignee], ['taken', EnquiryState.WAITING, found.jonas.subject16]);
});

/**
 * Hands it over, with every step in its turn.
 * @param {Writer} seeker
 * @param {DeskOf} giver
 * @param {DeskOf} taker
 * @param {{ certificateHash: Uint8Array }} to
 * @param {boolean} [withHistory]
 */
async function passes(seeker, giver, taker, to, withHistory = true) {
  giver.written.handOvers?.ask(giver.idOf(1), to.certificateHash, withHistory);
  await settled();
  await answers(seeker, true);
  assert.equal((await taker.opens(1))?.state, 'open');
  assert.equal(await taker.takes(1), 'taken');
  await settled();
  await settled();
}

test('to and fro: who gets it back reads all that was said, and former capabilities open nothing', async () => {
  const { found, seeker, maria, jonas } = await office();
  const former = found.boxes.get(hex(seeker.box16)).caps.map((/** @type {any} */ { capHash }) => hex(capHash));
  for (const round of [1, 2]) {
    await passes(seeker, maria, jonas, found.jonas);
    jonas.case?.model?.say(`Jonas ${round}`);
    await settled();
    await passes(seeker, jonas, maria, found.maria);
    maria.case?.model?.say(`Maria ${round}`);
    await settled();
  }
  const all = ['Ich weiß nicht weiter.', 'Guten Tag.', 'Jonas 1', 'Maria 1', 'Jonas 2', 'Maria 2'];
  assert.deepEqual([said(maria), seeker.heard, sidxs(found, seeker)], [all, all.slice(1), [0, 6]]);
  assert.deepEqual([entryOf(maria).generation, entryOf(maria).state, entryOf(jonas).state], [8, EntryState.OPEN, EntryState.GONE]);
  const { caps } = found.boxes.get(hex(seeker.box16));
  assert.ok(caps.every((/** @type {any} */ { sidx, capHash }) => sidx === 0 || !former.includes(hex(capHash))));
  assert.deepEqual([maria.case?.model?.paused.value, seeker.written.paused.value], [null, null]);
  const back = await new DeskOf(found, found.maria).signsIn();
  assert.deepEqual([said(back), back.case?.model?.canGrant], [all, true]);
});

test('back without what lay between: nothing of it is there, nor of the first time', async () => {
  const { found, seeker, maria, jonas } = await office();
  await passes(seeker, maria, jonas, found.jonas);
  jonas.case?.model?.say('Nur zwischen uns.');
  await settled();
  await passes(seeker, jonas, maria, found.maria, false);
  maria.case?.model?.say('Ich bin wieder da.');
  await settled();
  const back = await new DeskOf(found, found.maria).signsIn();
  for (const desk of [maria, back]) assert.deepEqual([said(desk), desk.case?.model?.canGrant], [['Ich bin wieder da.'], false]);
  assert.deepEqual(entryOf(back).secrets.map((/** @type {any} */ { epoch }) => epoch), [4, 5]);
});

test('another desk of hers, that lost it, has it again; and its old end ends nothing', async () => {
  const { found, seeker, maria, jonas } = await office();
  const second = await new DeskOf(found, found.maria).signsIn();
  await passes(seeker, maria, jonas, found.jonas);
  assert.equal(second.case?.model?.isLost.value, true);
  await passes(seeker, jonas, maria, found.maria);
  await settled();
  assert.deepEqual([said(second), second.case?.model?.isLost.value], [['Ich weiß nicht weiter.', 'Guten Tag.'], false]);
  second.case?.model?.say('Ich bin wieder da.');
  await settled();
  assert.deepEqual([seeker.heard?.at(-1), entryOf(second).state], ['Ich bin wieder da.', EntryState.OPEN]);
});

test('the end of a former time, heard late, empties nothing of the present one', async () => {
  const { found, seeker, maria, jonas } = await office();
  await passes(seeker, maria, jonas, found.jonas);
  await passes(seeker, jonas, maria, found.maria);
  const model = maria.case?.model;
  if (model == null) throw new Error('no conversation');
  await forgetLost(maria.session, /** @type {any} */ ({ box: model.box, generation: 0 }));
  assert.deepEqual([entryOf(maria).generation, entryOf(maria).state, entryOf(maria).secrets.length], [4, EntryState.OPEN, 6]);
});

test('a desk that heard nothing of all that spoils nothing of it', async () => {
  const { found, seeker, maria, jonas } = await office();
  const still = await new DeskOf(found, found.maria).signsIn();
  found.lines.delete(still.line);
  const model = still.case?.model;
  if (model == null) throw new Error('no conversation');
  model.draft.value = 'Von damals';
  await passes(seeker, maria, jonas, found.jonas);
  await passes(seeker, jonas, maria, found.maria);
  found.lines.add(still.line);
  await still.session.keyring.flush();
  await still.written.readOn();
  await settled();
  await settled();
  const back = await new DeskOf(found, found.maria).signsIn();
  assert.deepEqual([entryOf(back).generation, entryOf(back).state, said(back)?.length, back.case?.model?.draft.value], [4, EntryState.OPEN, 2, '']);
});

// --- other ways ---------------------------------------------------------------------------------------

test('without the yes nobody comes in', async () => {
  const { found, seeker, maria } = await office();
  await asks({ found, maria });
  const [question] = seeker.written.questions.value.values();
  assert.deepEqual([(await seeker.written.guests.whoIs(question))?.name, seeker.written.guests.isOpen(question)], ['Jonas K.', true]);
  await answers(seeker, false);
  assert.deepEqual([maria.case?.model?.handing.value, sidxs(found, seeker)], [null, [0, 2]]);
  assert.deepEqual(told(maria.case?.model).slice(-2), [['handOverAskedByMe', 'Jonas K.'], ['handOverRefused', 'Kiesel-407']]);
  assert.deepEqual([...seeker.written.questions.value.values()].map(({ answer }) => answer), ['no']);
  // One may ask again.
  await asks({ found, maria }, false);
  assert.equal(maria.case?.model?.handing.value?.stage, 'asked');
});

test('a question is taken back, before and after the answer', async () => {
  const { found, seeker, maria } = await office();
  await asks({ found, maria });
  await maria.written.handOvers?.takeBack(maria.idOf(1));
  await settled();
  const [question] = seeker.written.questions.value.values();
  assert.deepEqual([question.answer, seeker.written.guests.isOpen(question), maria.case?.model?.handing.value], ['takenBack', false, null]);
  await asks({ found, maria });
  // The yes and the taking back meet: whatever comes first, nobody is in it at the end.
  maria.line.cutAfter = 0;
  await answers(seeker, true);
  maria.line.cutAfter = Infinity;
  await maria.written.handOvers?.takeBack(maria.idOf(1));
  await maria.written.readOn();
  await settled();
  assert.deepEqual([sidxs(found, seeker), ticketOf(found).successor.length], [[0, 2], 0]);
});

test('let in and taken back: the colleague is out again, and their list says so', async () => {
  const { found, seeker, maria, jonas } = await office();
  await asks({ found, maria });
  await answers(seeker, true);
  await jonas.opens(1);
  await maria.written.handOvers?.takeBack(maria.idOf(1));
  await settled();
  assert.deepEqual([sidxs(found, seeker), ticketOf(found).successor.length, found.inbox], [[0, 2], 0, []]);
  assert.deepEqual([jonas.rows.at(0)?.state, jonas.written.first(jonas.idOf(1))], ['kept', null]);
  assert.deepEqual([maria.case?.model?.handing.value, told(seeker.thread).at(-1)], [null, ['personGone', 'Jonas K.']]);
  maria.case?.model?.say('Ich bleibe.');
  await settled();
  assert.equal(seeker.heard?.at(-1), 'Ich bleibe.');
});

test('sent back, the colleague is taken out, at once or at the next sign-in', async () => {
  for (const isThere of [true, false]) {
    const { found, seeker, maria, jonas } = await office();
    await asks({ found, maria });
    await answers(seeker, true);
    await jonas.opens(1);
    if (!isThere) maria.crashes();
    assert.equal(await jonas.written.handOvers?.sendBack(jonas.idOf(1)), true);
    await settled();
    const desk = isThere ? maria : await new DeskOf(found, found.maria).signsIn();
    await settled();
    assert.deepEqual([sidxs(found, seeker), jonas.rows.at(0)?.state, desk.case?.model?.handing.value], [[0, 2], 'kept', null], String(isThere));
    assert.deepEqual(told(desk.case?.model).slice(-2), [['handOverSentBack', 'Jonas K.'], ['personGone', 'Jonas K.']]);
    // Another one is a new question, and a new way in.
    await asks({ found, maria: desk });
    await answers(seeker, true);
    assert.equal((await jonas.opens(1))?.state, 'open');
    assert.equal(await jonas.takes(1), 'taken');
    await settled();
    assert.deepEqual(sidxs(found, seeker), [0, 4]);
  }
});

test('what is handed over once more before one\'s eyes opens by itself', async () => {
  const { found, seeker, maria, jonas } = await office();
  await asks({ found, maria });
  await answers(seeker, true);
  await jonas.opens(1);
  await jonas.written.handOvers?.sendBack(jonas.idOf(1));
  await settled();
  assert.equal(shown(jonas), undefined);
  await asks({ found, maria });
  await answers(seeker, true);
  assert.equal(shown(jonas), 'open');
});

test('agreed while nobody was there, it is done at the next sign-in', async () => {
  const { found, seeker, maria, jonas } = await office();
  await asks({ found, maria });
  maria.crashes();
  await answers(seeker, true);
  assert.deepEqual(sidxs(found, seeker), [0, 2]);
  await new DeskOf(found, found.maria).signsIn();
  await settled();
  assert.deepEqual([sidxs(found, seeker), jonas.rows.at(0)?.state], [[0, 2, 3], 'handed']);
});

test('two desks of one account let the colleague in once', async () => {
  const { found, seeker, maria, jonas } = await office();
  const second = await new DeskOf(found, found.maria).signsIn();
  await asks({ found, maria });
  await answers(seeker, true);
  await settled();
  assert.deepEqual([sidxs(found, seeker), second.case?.model?.handing.value?.stage], [[0, 2, 3], 'joined']);
  // And of two desks of the colleague's account one takes it over, and the other has it too.
  const other = await new DeskOf(found, found.jonas).signsIn();
  for (const desk of [jonas, other]) await desk.opens(1);
  const outcomes = await Promise.all([jonas.takes(1), other.takes(1)]);
  await settled();
  await settled();
  assert.ok(outcomes.includes('taken'));
  const third = await new DeskOf(found, found.jonas).signsIn();
  assert.deepEqual([sidxs(found, seeker), said(third)?.length], [[0, 3], 2]);
  assert.deepEqual([maria, second].map((desk) => desk.case?.model?.standing.value), ['handed', 'handed']);
});

test('who was away learns at the next line that a colleague has it', async () => {
  const { found, seeker, maria, jonas } = await office();
  await asks({ found, maria });
  await answers(seeker, true);
  found.lines.delete(maria.line);
  await jonas.opens(1);
  await jonas.takes(1);
  await settled();
  found.lines.add(maria.line);
  const model = maria.case?.model;
  if (model == null) throw new Error('no conversation');
  model.draft.value = 'Ein Anfang';
  await maria.written.readOn();
  assert.deepEqual([model.isLost.value, model.standing.value, model.draft.value], [true, 'handed', 'Ein Anfang']);
});

/** Jonas is listed no more. @param {Office} found */
function leavesTheTeam(found) {
  const { currentTeam } = found.log.view;
  found.log.view.currentTeam = (/** @type {Uint8Array} */ team16, /** @type {number} */ atMs) => {
    const stated = /** @type {any} */ (currentTeam.call(found.log.view, team16, atMs));
    return { ...stated, team: { ...stated.team, members: [found.maria.subject16] } };
  };
}

test('who has left before taking it over is taken out again', async () => {
  const { found, seeker, maria } = await office();
  await asks({ found, maria });
  await answers(seeker, true);
  assert.deepEqual(sidxs(found, seeker), [0, 2, 3]);
  maria.crashes();
  leavesTheTeam(found);
  const back = await new DeskOf(found, found.maria).signsIn();
  await settled();
  assert.deepEqual([sidxs(found, seeker), back.case?.model?.handing.value, ticketOf(found).successor.length], [[0, 2], null, 0]);
  assert.deepEqual([...seeker.written.questions.value.values()].map(({ answer }) => answer), ['takenBack']);
});

test('whom the seeker has agreed to and who has left since does not come in', async () => {
  const { found, seeker, maria } = await office();
  await asks({ found, maria });
  maria.crashes();
  await answers(seeker, true);
  const desk = new DeskOf(found, found.maria);
  leavesTheTeam(found);
  await desk.signsIn();
  await settled();
  assert.deepEqual([sidxs(found, seeker), desk.case?.model?.handing.value], [[0, 2], null]);
  assert.deepEqual(told(desk.case?.model).slice(-2), [['handOverImpossible', 'Jonas K.'], ['handOverTakenBackByMe', 'Maria B.']]);
  assert.deepEqual([...seeker.written.questions.value.values()].map(({ answer }) => answer), ['takenBack']);
});

// --- crashes ------------------------------------------------------------------------------------------

for (const withHistory of [true, false]) {
  for (const losesLast of [false, true]) {
    // The yes is read; keyring, commit, read, hand_over, keyring.
    for (let step = 0; step < 6; step += 1) {
      const name = `${losesLast ? 'in' : 'after'} step ${step} of letting in${withHistory ? '' : ' without what came before'}`;
      test(`a crash ${name} is made up for at the next sign-in`, async () => {
        const { found, seeker, maria, jonas } = await office();
        await asks({ found, maria }, withHistory);
        maria.line.cutAfter = maria.line.asked + step;
        maria.line.losesLast = losesLast;
        await answers(seeker, true);
        maria.crashes();
        await found.elapse(MINUTE_MS);
        const back = await new DeskOf(found, found.maria).signsIn();
        await settled();
        assert.deepEqual([back.case?.model?.handing.value?.stage, sidxs(found, seeker), found.inbox.length], ['joined', [0, 2, 3], withHistory ? 2 : 1]);
        assert.equal((await jonas.opens(1))?.state, 'open');
        assert.equal(await jonas.takes(1), 'taken');
        await settled();
        assert.deepEqual([sidxs(found, seeker), ticketOf(found).assignee], [[0, 3], found.jonas.subject16]);
        assert.equal(seeker.written.paused.value, null);
      });
    }
    // Keyring, swap, share, read, keyring, commit, read, taken, and what is read before and after.
    for (let step = 0; step < 12; step += 1) {
      const name = `${losesLast ? 'in' : 'after'} step ${step} of taking over${withHistory ? '' : ' without what came before'}`;
      test(`a crash ${name} loses nothing and locks nobody out`, async () => {
        const { found, seeker, maria, jonas } = await office();
        await asks({ found, maria }, withHistory);
        await answers(seeker, true);
        await jonas.opens(1);
        jonas.line.cutAfter = jonas.line.asked + step;
        jonas.line.losesLast = losesLast;
        await jonas.takes(1);
        jonas.crashes();
        await found.elapse(MINUTE_MS);
        const back = await new DeskOf(found, found.jonas).signsIn();
        await settled();
        if (back.case === null) {
          assert.equal((await back.opens(1))?.state, 'open');
          assert.equal(await back.takes(1), 'taken');
        }
        await settled();
        assert.deepEqual([sidxs(found, seeker), ticketOf(found).assignee, found.inbox], [[0, 3], found.jonas.subject16, []]);
        back.case?.model?.say('Da bin ich.');
        await settled();
        assert.deepEqual([seeker.heard, maria.case?.model?.standing.value], [['Guten Tag.', 'Da bin ich.'], 'handed']);
        assert.deepEqual(said(back), withHistory ? ['Ich weiß nicht weiter.', 'Guten Tag.', 'Da bin ich.'] : ['Da bin ich.']);
      });
    }
  }
}

// --- what is missing ----------------------------------------------------------------------------------

test('the next step follows from box and row', () => {
  const somebody = /** @type {any} */ ({ sidx: 3 });
  const calm = /** @type {const} */ ({ lent: null, isOpen: true, answer: '', isMyQuestion: true, successor: null, predecessor: null, isAnnounced: false, isFit: true, row: 'mine' });
  const letIn = { successor: somebody, answer: 'done' };
  const lent = { lent: { isFit: true, hasEnded: false }, predecessor: somebody, isMyQuestion: false, row: 'others' };
  const cases = /** @type {[object, string][]} */ ([
    [{}, 'none'],
    [{ answer: 'open' }, 'none'],
    [{ answer: 'yes' }, 'letIn'],
    [{ answer: 'yes', isMyQuestion: false }, 'none'],
    [{ answer: 'yes', isOpen: false }, 'none'],
    [{ answer: 'yes', row: 'handed' }, 'withdraw'],
    [{ ...letIn }, 'announce'],
    [{ ...letIn, isFit: false }, 'giveUp'],
    [{ ...letIn, answer: 'takenBack', isFit: false }, 'takeOut'],
    [{ ...letIn, row: 'unknown' }, 'none'],
    [{ ...letIn, isAnnounced: true }, 'none'],
    [{ ...letIn, row: 'handed' }, 'none'],
    [{ ...letIn, answer: 'sentBack', row: 'handed' }, 'takeOut'],
    [{ ...letIn, answer: 'takenBack' }, 'takeOut'],
    [{ predecessor: somebody, row: 'toMe', isMyQuestion: false, answer: 'done' }, 'finish'],
    [{ predecessor: somebody, row: 'toMe', isMyQuestion: false, answer: 'takenBack' }, 'none'],
    [{ row: 'toMe' }, 'report'],
    [{ row: 'others' }, 'none'],
    [lent, 'none'],
    [{ ...lent, answer: 'done' }, 'none'],
    [{ ...lent, row: 'toMe' }, 'report'],
    [{ ...lent, row: 'toMe', lent: { isFit: true, hasEnded: true } }, 'leave'],
    [{ ...lent, lent: { isFit: false, hasEnded: false } }, 'finish'],
    [{ ...lent, isOpen: false, lent: { isFit: true, hasEnded: true } }, 'none'],
    [{ ...lent, predecessor: null }, 'report'],
    [{ ...lent, predecessor: null, row: 'mine' }, 'none'],
  ]);
  for (const [change, step] of cases) assert.equal(nextStep({ ...calm, ...change }), step, JSON.stringify(change));
});
