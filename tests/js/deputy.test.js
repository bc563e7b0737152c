// A colleague stands in for a time, against a relay in memory: asked, agreed, both at work, ended by either; and every
// request at which a desk may stop.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { EntryState } from '../../web/js/crypto/entry.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { EnquiryState } from '../../web/js/wire/catalogue-staff.js';
import { settled } from './helpers/clock.js';
import { DeskOf } from './helpers/desk.js';
import { Office } from './helpers/office.js';
import { hex } from './helpers/vectors.js';
import { Writer } from './helpers/writer.js';

before(ready);

/** Maria has taken on what a seeker wrote, and has answered; Jonas is at his desk. */
async function office() {
  const found = new Office();
  const seeker = await new Writer(found).writes();
  const maria = await new DeskOf(found, found.maria).signsIn();
  const jonas = await new DeskOf(found, found.jonas).signsIn();
  await maria.takes(1);
  maria.case?.model?.say('Guten Tag.');
  await settled();
  return { found, seeker, maria, jonas };
}

/** @param {{ found: Office, seeker: Writer, maria: DeskOf }} where @param {{ withHistory?: boolean, isYes?: boolean }} [how] */
async function agrees({ found, seeker, maria }, { withHistory = true, isYes = true } = {}) {
  maria.written.handOvers?.ask(maria.idOf(1), found.jonas.certificateHash, withHistory, true);
  await settled();
  const [question] = [...seeker.written.questions.value.values()].slice(-1);
  seeker.written.guests.answer(question, isYes);
  await settled();
  await settled();
}

/** @param {{ found: Office, seeker: Writer, maria: DeskOf, jonas: DeskOf }} where @param {boolean} [withHistory] */
async function lends(where, withHistory = true) {
  await agrees(where, { withHistory });
  assert.equal((await where.jonas.opens(1))?.state, 'open');
  assert.equal(await where.jonas.takes(1), 'taken');
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

for (const withHistory of [true, false]) {
  for (const by of ['maria', 'jonas']) {
    test(`asked, both at work, ended by ${by}${withHistory ? '' : ', without what came before'}`, async () => {
      const where = await office();
      const { found, seeker, maria, jonas } = where;
      await agrees(where, { withHistory });
      assert.deepEqual([...seeker.written.questions.value.values()].map(({ answer, isDeputy }) => [answer, isDeputy]), [['done', true]]);
      const row = () => jonas.written.rows.value.at(0);
      assert.deepEqual([row()?.state, row()?.isDeputy, row()?.byName], ['handed', true, 'Maria B.']);
      assert.deepEqual([maria.case?.model?.handing.value?.stage, maria.case?.model?.handing.value?.isDeputy], ['joined', true]);
      const content = await jonas.opens(1);
      assert.deepEqual([content?.state, content?.isDeputy, content?.hasHistory], ['open', true, withHistory]);
      assert.equal(await jonas.takes(1), 'taken');
      await settled();
      assert.deepEqual([ticketOf(found).assignee, ticketOf(found).deputy, ticketOf(found).successor.length, found.inbox], [found.maria.subject16, found.jonas.subject16, 0, []]);
      assert.deepEqual([jonas.case?.model?.isLent.value, jonas.case?.model?.lentBy.value, maria.case?.model?.isLent.value], [true, 'Maria B.', false]);
      assert.deepEqual([sidxs(found, seeker), seeker.written.readers.value.map(({ name }) => name), seeker.written.peerName.value], [[0, 2, 3], ['Maria B.', 'Jonas K.'], 'Maria B.']);
      jonas.case?.model?.say('Ich vertrete Maria.');
      await settled();
      maria.case?.model?.say('Ich lese mit.');
      await seeker.says('Danke Ihnen beiden.');
      await settled();
      const now = ['Ich vertrete Maria.', 'Ich lese mit.', 'Danke Ihnen beiden.'];
      assert.deepEqual(said(maria), ['Ich weiß nicht weiter.', 'Guten Tag.', ...now]);
      assert.deepEqual(said(jonas), withHistory ? said(maria) : now);
      jonas.written.markDone(jonas.idOf(1));
      await settled();
      // It is lent: nobody gets to know Jonas by it.
      assert.deepEqual([ticketOf(found).state, found.relations.size], [EnquiryState.DONE, 0]);
      // Nobody asks anything else meanwhile, and nobody goes by signing in again.
      for (const desk of [maria, jonas]) desk.written.handOvers?.ask(desk.idOf(1), found.jonas.certificateHash, false);
      const again = [await new DeskOf(found, found.jonas).signsIn(), await new DeskOf(found, found.maria).signsIn()];
      await settled();
      assert.deepEqual([sidxs(found, seeker), again[0].case?.model?.isLent.value, seeker.written.paused.value], [[0, 2, 3], true, null]);
      assert.equal([...seeker.written.questions.value.values()].length, 1);

      const model = jonas.case?.model;
      if (model == null) throw new Error('nothing lent');
      model.draft.value = 'Noch nicht gesendet';
      if (by === 'maria') maria.written.handOvers?.takeBack(maria.idOf(1));
      else jonas.written.handOvers?.standDown(jonas.idOf(1));
      await settled();
      await settled();
      assert.deepEqual([sidxs(found, seeker), ticketOf(found).deputy.length, ticketOf(found).assignee], [[0, 2], 0, found.maria.subject16]);
      assert.deepEqual([model.isLost.value, model.unsentText(), again[0].case?.model?.isLost.value], [true, 'Noch nicht gesendet', true]);
      assert.deepEqual([entryOf(jonas).state, entryOf(jonas).secrets], [EntryState.GONE, []]);
      assert.deepEqual(told(seeker.thread).at(-1), ['personGone', 'Jonas K.']);
      assert.deepEqual([seeker.written.readers.value.map(({ name }) => name), seeker.written.paused.value, maria.case?.model?.handing.value], [['Maria B.'], null, null]);
      await seeker.says('Nur für Maria.');
      maria.case?.model?.say('Da bin ich wieder.');
      await settled();
      assert.deepEqual([said(maria)?.slice(-2), said(jonas)?.at(-1)], [['Nur für Maria.', 'Da bin ich wieder.'], 'Danke Ihnen beiden.']);
      jonas.written.dismiss(jonas.idOf(1));
      assert.equal((await new DeskOf(found, found.jonas).signsIn()).case, null);

      // He may stand in again, under another capability.
      await lends(where, withHistory);
      assert.deepEqual([sidxs(found, seeker), jonas.case?.model?.isLent.value], [[0, 2, 4], true]);
    });
  }
}

test('a no, and a question taken back, change nothing', async () => {
  const where = await office();
  const { found, seeker, maria } = where;
  await agrees(where, { isYes: false });
  assert.deepEqual(told(maria.case?.model).slice(-2), [['deputyAskedByMe', 'Jonas K.'], ['deputyRefused', 'Kiesel-407']]);
  maria.written.handOvers?.ask(maria.idOf(1), found.jonas.certificateHash, true, true);
  await settled();
  maria.written.handOvers?.takeBack(maria.idOf(1));
  await settled();
  assert.deepEqual([told(maria.case?.model).at(-1), sidxs(found, seeker)], [['deputyTakenBackByMe', 'Maria B.'], [0, 2]]);
});

test('he goes at once, also while she is away; she takes him out when she is back', async () => {
  const where = await office();
  const { found, seeker, maria, jonas } = where;
  await lends(where);
  maria.crashes();
  jonas.written.handOvers?.standDown(jonas.idOf(1));
  await settled();
  assert.deepEqual([jonas.case?.model?.isLost.value, entryOf(jonas).secrets, ticketOf(found).deputy.length], [true, [], 0]);
  await seeker.says('Sind Sie noch da?');
  await settled();
  assert.deepEqual([said(jonas)?.includes('Sind Sie noch da?'), [...seeker.written.questions.value.values()].at(-1)?.answer], [false, 'sentBack']);
  const back = await new DeskOf(found, found.maria).signsIn();
  await settled();
  assert.deepEqual([sidxs(found, seeker), said(back)?.at(-1)], [[0, 2], 'Sind Sie noch da?']);
  assert.deepEqual(told(back.case?.model).slice(-2), [['deputySentBack', 'Jonas K.'], ['personGone', 'Jonas K.']]);
});

test('both end it at the same moment', async () => {
  const where = await office();
  const { found, seeker, maria, jonas } = where;
  await lends(where);
  maria.written.handOvers?.takeBack(maria.idOf(1));
  jonas.written.handOvers?.standDown(jonas.idOf(1));
  await settled();
  await settled();
  assert.deepEqual([sidxs(found, seeker), entryOf(jonas).secrets, ticketOf(found).deputy.length], [[0, 2], [], 0]);
  assert.deepEqual([maria.case?.model?.paused.value, seeker.written.paused.value], [null, null]);
});

test('who lent it is revoked: it is the deputy\'s, who lets nobody else in it', async () => {
  const where = await office();
  const { found, seeker, jonas } = where;
  await lends(where);
  found.revokesMaria();
  await found.log.update();
  const back = await new DeskOf(found, found.jonas).signsIn();
  await settled();
  assert.deepEqual([sidxs(found, seeker), ticketOf(found).assignee, ticketOf(found).deputy.length], [[0, 3], found.jonas.subject16, 0]);
  assert.deepEqual([back.case?.model?.isLent.value, jonas.case?.model?.isLent.value], [false, false]);
  back.case?.model?.say('Ich bin jetzt für Sie da.');
  await settled();
  assert.equal(seeker.heard?.at(-1), 'Ich bin jetzt für Sie da.');
});

// --- a desk stops at any request ----------------------------------------------------------------------

for (const withHistory of [true, false]) {
  for (const losesLast of [false, true]) {
    test(`taking it on goes on from wherever it stopped (${withHistory ? 'with' : 'without'} history, ${losesLast ? 'answer' : 'question'} lost)`, async () => {
      for (let at = 0; at < 10; at += 1) {
        const where = await office();
        const { found, seeker, jonas } = where;
        await agrees(where, { withHistory });
        await jonas.opens(1);
        jonas.line.cutAfter = jonas.line.asked + at;
        jonas.line.losesLast = losesLast;
        await jonas.takes(1);
        jonas.crashes();
        const back = await new DeskOf(found, found.jonas).signsIn();
        await settled();
        if (back.case === null) {
          await back.opens(1);
          assert.equal(await back.takes(1), 'taken');
          await settled();
        }
        assert.deepEqual([sidxs(found, seeker), ticketOf(found).deputy, ticketOf(found).successor.length, found.inbox], [[0, 2, 3], found.jonas.subject16, 0, []], String(at));
        assert.equal(back.case?.model?.isLent.value, true);
      }
    });
    test(`leaving goes on from wherever it stopped (${withHistory ? 'with' : 'without'} history, ${losesLast ? 'answer' : 'question'} lost)`, async () => {
      for (let at = 0; at < 3; at += 1) {
        const where = await office();
        const { found, seeker, maria, jonas } = where;
        await lends(where, withHistory);
        maria.crashes();
        jonas.line.cutAfter = jonas.line.asked + at;
        jonas.line.losesLast = losesLast;
        jonas.written.handOvers?.standDown(jonas.idOf(1));
        await settled();
        jonas.crashes();
        const back = await new DeskOf(found, found.jonas).signsIn();
        await settled();
        // Stopped before it was said: he stands in as before.
        if (back.case?.model?.isLent.value && !back.case.model.isLost.value) {
          assert.equal(at, 0);
          back.written.handOvers?.standDown(back.idOf(1));
          await settled();
        }
        assert.deepEqual(entryOf(back).secrets, [], String(at));
        await new DeskOf(found, found.maria).signsIn();
        await settled();
        assert.deepEqual([sidxs(found, seeker), ticketOf(found).deputy.length], [[0, 2], 0], String(at));
      }
    });
  }
}
