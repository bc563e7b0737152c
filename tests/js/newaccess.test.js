// A new access for somebody who has lost passphrase and sheet: both sides against a relay in memory, each step with a
// crash before and after it, and the old access afterwards.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { EntryState, gone } from '../../web/js/crypto/entry.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { noteOf } from '../../web/js/features/workspace/note.js';
import { WireError } from '../../web/js/wire/errors.js';
import { PAGE } from './helpers/centre.js';
import { settled } from './helpers/clock.js';
import { DeskOf } from './helpers/desk.js';
import { Device, accessAt, accessOf, arriving, oldDevice, talking } from './helpers/inviting.js';
import { hex } from './helpers/vectors.js';

before(ready);
console.error = () => {};

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const TEXTS = [['Sie', 'Ich weiß nicht weiter.'], ['Maria B.', 'Wie lange schon?'], ['Sie', 'Seit Juni.']];

/** Up to the answer: Maria has invited, somebody new has answered. */
async function answered() {
  const scene = await talking();
  const access = accessAt(scene.maria);
  const shown = /** @type {import('../../web/js/features/workspace/newaccess.js').Shown} */ (await access.invite());
  const anna = await new Device(scene.office, accessOf('farn-12')).answers(shown.link);
  return { ...scene, access, shown, anna };
}

// --- the way ------------------------------------------------------------------------------------------

test('invited, answered, confirmed: the whole history is there, and both write on', async () => {
  const { office, seeker, maria, access, shown, anna } = await answered();
  const old = await (await oldDevice(seeker)).comes();
  assert.match(shown.link, new RegExp(`^${PAGE}#einladung=[a-z]+(-[a-z]+){5}$`));
  assert.equal(shown.words.split(' ').join('-'), shown.link.split('=')[1]);
  assert.deepEqual([anna.arrival?.stage.value, access.stage.value, anna.enquiry], ['waiting', 'answered', null]);
  await access.confirm();
  await arriving();
  assert.deepEqual([access.stage.value, access.problem.value, anna.arrival, anna.arrived], ['none', '', null, [hex(seeker.box16)]]);
  assert.deepEqual(anna.texts, TEXTS);
  assert.deepEqual(anna.told, ['taken', 'newAccess']);
  assert.deepEqual([anna.enquiry?.subject.value, anna.enquiry?.thread.value?.standing.value], ['Streit', 'taken']);
  await anna.says('Da bin ich wieder.');
  maria.case?.model?.say('Schön.');
  await arriving();
  assert.deepEqual(anna.texts?.slice(3), [['Sie', 'Da bin ich wieder.'], ['Maria B.', 'Schön.']]);
  const model = maria.case?.model;
  assert.deepEqual(model?.messages.value.filter(({ kind }) => kind === 'text').map(({ author }) => author),
    ['Kiesel-407', 'Maria B.', 'Kiesel-407', 'Kiesel-407', 'Maria B.']);
  assert.ok(model?.messages.value.some(({ code }) => code === 'newAccess'));
  // Nothing of the invitation is left anywhere, and the ticket obeys the new access.
  const ticket = [...office.tickets.values()][0];
  assert.deepEqual([office.invitations.size, office.inboxes.size, office.inbox, office.obeyed.map(([one]) => one)], [0, 0, [], [hex(ticket.ticket16)]]);
  const [entry] = maria.session.keyring.entries;
  assert.equal(noteOf(entry)?.invitation, null);
  // The page of the old access hears nothing more, and says so at the next word.
  assert.deepEqual(old.texts, TEXTS);
  await old.says('Und ich?');
  await arriving();
  assert.deepEqual([old.enquiry?.stage.value, old.enquiry?.unsent.value], ['lost', 'Und ich?']);
});

test('on another device of the new access, before and after the confirmation', async () => {
  const { office, access, shown } = await (async () => {
    const scene = await talking();
    const found = accessAt(scene.maria);
    return { ...scene, access: found, shown: /** @type {any} */ (await found.invite()) };
  })();
  const farn = accessOf('farn-12');
  const phone = await new Device(office, farn).answers(shown.link);
  phone.crashes();
  const tablet = await new Device(office, farn).comes();
  const laptop = await new Device(office, farn).comes();
  assert.deepEqual([tablet.arrival?.stage.value, laptop.arrival?.stage.value], ['waiting', 'waiting']);
  await access.confirm();
  await arriving();
  assert.deepEqual([tablet.texts, laptop.texts, tablet.arrival, laptop.arrival], [TEXTS, TEXTS, null, null]);
  const later = await new Device(office, farn).comes();
  assert.deepEqual([later.texts, later.arrival], [TEXTS, null]);
});

test('at the next sign-in the old access says that it does not open it any more, and later nothing', async () => {
  const { office, seeker, access } = await answered();
  const { who } = await oldDevice(seeker);
  await access.confirm();
  const comes = () => new Device(office, who).comes();
  assert.equal((await comes()).enquiry?.stage.value, 'lost');
  await office.clock.elapse(47 * HOUR_MS);
  assert.equal((await comes()).enquiry?.stage.value, 'lost');
  await office.clock.elapse(26 * HOUR_MS);
  const last = await comes();
  assert.equal(last.enquiry, null);
  assert.deepEqual([last.keyring.entries[0].state, last.keyring.entries[0].secrets.length], [EntryState.GONE, 0]);
});

test('a relay that shows the commit to the old access all the same proves the move', async () => {
  const { office, seeker, access } = await answered();
  const old = await (await oldDevice(seeker)).comes();
  await access.confirm();
  const rows = office.boxes.get(hex(seeker.box16)).rows;
  const n = rows.length;
  old.line.tell('envelope', { box16: seeker.box16, n, e1: rows[n - 1] });
  await arriving();
  assert.deepEqual([old.enquiry?.stage.value, old.enquiry?.movedBy.value], ['moved', 'Maria B.']);
  assert.deepEqual([old.keyring.entries[0].state, old.keyring.entries[0].secrets.length], [EntryState.GONE, 0]);
  // Every other device says so too, without what the proof alone told.
  const other = await new Device(office, old.who).comes();
  assert.deepEqual([other.enquiry?.stage.value, other.enquiry?.movedBy.value, other.enquiry?.subject.value], ['moved', '', '']);
  assert.ok(Math.abs((other.enquiry?.sinceMs ?? 0) - office.clock.now()) < HOUR_MS);
  await other.enquiry?.takeUp();
  await other.enquiry?.goOn();
  assert.equal(other.enquiry?.stage.value, 'moved');
});

test('the same access that had it before may have it anew', async () => {
  const { office, seeker, maria } = await talking();
  const access = accessAt(maria);
  const shown = /** @type {any} */ (await access.invite());
  const found = await (await oldDevice(seeker)).comes();
  await found.answers(shown.link);
  await access.confirm();
  await arriving();
  assert.deepEqual([found.texts, found.enquiry?.stage.value, found.arrival], [TEXTS, 'sent', null]);
  await found.says('Ich habe mein Blatt wieder.');
  assert.equal(maria.case?.model?.messages.value.at(-1)?.text, 'Ich habe mein Blatt wieder.');
  assert.equal(office.inbox.length, 0);
});

test('what runs is shown again and not replaced, on every desk of the account, and can be taken back', async () => {
  const { office, maria } = await talking();
  const shown = await accessAt(maria).invite();
  const other = await new DeskOf(office, office.maria).signsIn();
  await settled();
  assert.deepEqual([accessAt(other).stage.value, accessAt(other).shown.value], ['open', shown]);
  assert.deepEqual(await accessAt(other).invite(), shown);
  assert.equal(office.invitations.size, 1);
  await accessAt(other).withdraw();
  assert.deepEqual([office.invitations.size, accessAt(other).stage.value, accessAt(other).shown.value], [0, 'none', null]);
  const next = await accessAt(other).invite();
  assert.notEqual(next?.words, shown?.words);
});

test('an invitation that has run out is said to be over, on both sides, and nothing is lost', async () => {
  const { office, access, shown, anna } = await answered();
  await office.clock.elapse(48 * HOUR_MS);
  await access.confirm();
  assert.equal(access.problem.value, 'late');
  await access.look();
  assert.deepEqual([access.stage.value, access.shown.value], ['over', null]);
  await access.withdraw();
  assert.equal(access.stage.value, 'none');
  office.inboxes.clear();
  await anna.arrival?.go();
  assert.equal(anna.arrival?.stage.value, 'refused');
  const late = await new Device(office, accessOf('moos-3')).reads(shown.link);
  assert.equal(late.stage.value, 'over');
});

test('"Nein" ends it for who answered; their access stays, and the invitation until they let go of it', async () => {
  const { office, access, anna } = await answered();
  await access.withdraw();
  await arriving();
  assert.deepEqual([anna.arrival?.stage.value, anna.enquiry, office.boxes.size], ['refused', null, 1]);
  assert.ok(!office.askedBy('Maria B.').slice(-3).includes('commit'));
  const { arrival } = anna;
  if (arrival === null) throw new Error('nothing under way');
  await anna.arrivals.forget(arrival);
  assert.deepEqual([anna.arrival, anna.keyring.entries.map(({ state }) => state)], [null, [EntryState.GONE]]);
});

test('another access that comes second is told so, and keeps nothing of it', async () => {
  const { office, shown, anna } = await answered();
  const thief = new Device(office, accessOf('dieb-1'));
  assert.equal((await thief.reads(shown.link)).stage.value, 'begun');
  await thief.answers(shown.link);
  assert.equal(thief.arrival?.stage.value, 'used');
  assert.deepEqual(thief.keyring.entries.map(({ state }) => state), [EntryState.GONE]);
  assert.equal(anna.arrival?.stage.value, 'waiting');
});

test('after 33 days nobody waits any more, whatever the relay says', async () => {
  const { office, anna } = await answered();
  await office.clock.elapse(34 * 24 * HOUR_MS);
  const mark = office.sent.length;
  await anna.arrivals.load();
  assert.deepEqual([anna.arrival, office.sent.slice(mark).map(([, what]) => what)], [null, ['page_save']]);
});

// --- words --------------------------------------------------------------------------------------------

test('words that were told are read as they are heard; a slip is named', async () => {
  const { office, maria } = await talking();
  const { words } = /** @type {any} */ (await accessAt(maria).invite());
  const invited = await new Device(office, accessOf('farn-12')).reads('#einladung=abbild');
  assert.equal(invited.stage.value, 'bad');
  invited.toTyping();
  const typed = async (/** @type {string} */ text) => {
    invited.type(text);
    await invited.take();
    return [invited.problem.value, invited.detail.value];
  };
  const [first, ...rest] = words.split(' ');
  assert.deepEqual((await typed('  '))[0], 'empty');
  assert.deepEqual(await typed(rest.join(' ')), ['words', '5']);
  assert.deepEqual(await typed(`${words} ${first}`), ['words', '7']);
  assert.deepEqual(await typed(`${first}x ${rest.join(' ')}`), ['unknown', `${first}x`]);
  const swapped = [rest[0], first, ...rest.slice(1)].join(' ');
  if (swapped !== words) assert.deepEqual((await typed(swapped))[0], 'wrong');
  assert.equal(invited.isGood, false);
  await typed(`  ${first.toUpperCase()}, ${rest.join(' - ')}.`);
  assert.deepEqual([invited.stage.value, invited.isGood, invited.typed.value], ['invited', true, '']);
  assert.ok(invited.untilMs.value > office.clock.now());
});

test('without a line what was typed stays, and is tried again', async () => {
  const { office, maria } = await talking();
  const { words, link } = /** @type {any} */ (await accessAt(maria).invite());
  const device = new Device(office, accessOf('farn-12'));
  device.line.cutAfter = 0;
  const invited = await device.reads(link);
  assert.deepEqual([invited.stage.value, invited.problem.value], ['looking', 'unreachable']);
  device.line.cutAfter = Infinity;
  await invited.take();
  assert.equal(invited.stage.value, 'invited');
  invited.toTyping();
  device.line.cutAfter = 0;
  invited.type(words);
  await invited.take();
  assert.deepEqual([invited.stage.value, invited.problem.value, invited.typed.value], ['typing', 'unreachable', words]);
});

// --- the agreed question ------------------------------------------------------------------------------

test('of agreed questions the newest counts, and only from the seeker', async () => {
  const { seeker, maria } = await talking();
  const old = await (await oldDevice(seeker)).comes();
  const thread = old.enquiry?.thread.value;
  assert.equal(accessAt(maria).question.value, null);
  thread?.agree('Wie hieß mein Hund?', 'Bello');
  await arriving();
  thread?.agree('Wie hieß meine Katze?', 'Mia');
  await arriving();
  const agreed = accessAt(maria).question.value;
  assert.deepEqual([agreed?.question, agreed?.answer], ['Wie hieß meine Katze?', 'Mia']);
  assert.deepEqual(old.enquiry?.thread.value?.learned.agreed.value?.question, 'Wie hieß meine Katze?');
  assert.equal(old.told?.filter((code) => code === 'questionAgreedByMe').length, 2);
  // A counsellor's own word about it counts for nothing.
  /** @type {any} */ (maria.case?.model).box.send(13, (await import('../../web/js/wire/codec.js')).encode('AgreedQuestion', { question: 'x', answer: 'y' }));
  await arriving();
  assert.equal(accessAt(maria).question.value?.question, 'Wie hieß meine Katze?');
  thread?.agree('', '');
  await arriving();
  assert.equal(accessAt(maria).question.value, null);
});

// --- crashes ------------------------------------------------------------------------------------------

/** As many requests as answering asks: letters?, keyring, challenge, answer, letters. */
const ANSWER_STEPS = 6;
/** As many as confirming asks: ticket, keyring, commit, read, keyring, end. */
const CONFIRM_STEPS = 7;
/** As many as entering asks: letters, share, read, keyring, done. */
const ENTER_STEPS = 6;

for (const losesLast of [false, true]) {
  const how = losesLast ? 'in' : 'after';
  for (let step = 0; step < ANSWER_STEPS; step += 1) {
    test(`a crash ${how} step ${step} of answering loses nothing`, async () => {
      const { office, maria } = await talking();
      const access = accessAt(maria);
      const { link } = /** @type {any} */ (await access.invite());
      const farn = accessOf('farn-12');
      const phone = new Device(office, farn);
      const invited = await phone.reads(link);
      phone.line.cutAfter = phone.line.asked + step;
      phone.line.losesLast = losesLast;
      phone.arrivals.begin(/** @type {any} */ (invited.takeSecret()));
      await arriving();
      phone.crashes();
      const back = await new Device(office, farn).comes();
      // Before the keyring has it, the link is opened once more.
      if (back.arrival === null) await back.answers(link);
      assert.equal(back.arrival?.stage.value, 'waiting');
      await access.confirm();
      await arriving();
      assert.deepEqual(back.texts, TEXTS);
    });
  }

  for (let step = 0; step < CONFIRM_STEPS; step += 1) {
    test(`a crash ${how} step ${step} of confirming loses nothing`, async () => {
      const { office, maria, access, anna } = await answered();
      maria.line.cutAfter = maria.line.asked + step;
      maria.line.losesLast = losesLast;
      await access.confirm();
      maria.crashes();
      await arriving();
      const back = await new DeskOf(office, office.maria).signsIn();
      await arriving();
      if (accessAt(back).stage.value === 'answered') await accessAt(back).confirm();
      await arriving();
      assert.deepEqual([accessAt(back).stage.value, accessAt(back).problem.value], ['none', '']);
      assert.deepEqual(anna.texts, TEXTS);
      const epochs = new Set(back.session.keyring.entries[0].secrets.map((/** @type {any} */ one) => one.epoch));
      assert.deepEqual([...epochs], [0, 1, 2]);
      await anna.says('Da bin ich wieder.');
      assert.equal(back.case?.model?.messages.value.at(-1)?.text, 'Da bin ich wieder.');
    });
  }

  for (let step = 0; step < ENTER_STEPS; step += 1) {
    test(`a crash ${how} step ${step} of entering loses nothing`, async () => {
      const { office, maria } = await talking();
      const access = accessAt(maria);
      const farn = accessOf('farn-12');
      const phone = await new Device(office, farn).answers(/** @type {any} */ (await access.invite()).link);
      phone.line.cutAfter = phone.line.asked + step;
      phone.line.losesLast = losesLast;
      await access.confirm();
      await arriving();
      phone.crashes();
      const back = await new Device(office, farn).comes();
      await arriving();
      assert.deepEqual([back.texts, back.arrival], [TEXTS, null]);
      await back.says('Da bin ich wieder.');
      assert.equal(maria.case?.model?.messages.value.at(-1)?.text, 'Da bin ich wieder.');
    });
  }
}

test('a lost line is told, and it goes on by itself with the next one', async () => {
  const { office, maria } = await talking();
  const access = accessAt(maria);
  const { link } = /** @type {any} */ (await access.invite());
  const phone = new Device(office, accessOf('farn-12'));
  const invited = await phone.reads(link);
  phone.line.cutAfter = phone.line.asked + 2;
  phone.arrivals.begin(/** @type {any} */ (invited.takeSecret()));
  await arriving();
  assert.deepEqual([phone.arrival?.stage.value, phone.arrival?.problem.value], ['answering', 'unreachable']);
  phone.line.cutAfter = Infinity;
  await phone.line.again();
  await arriving();
  assert.deepEqual([phone.arrival?.stage.value, access.stage.value], ['waiting', 'answered']);
  maria.line.cutAfter = 0;
  await access.confirm();
  assert.deepEqual([access.problem.value, access.stage.value], ['unreachable', 'answered']);
});

test('another commit that was faster is read, and it is done once more', async () => {
  const { office, access, anna } = await answered();
  const { commit } = office;
  let isFirst = true;
  office.commit = function late(/** @type {[any, any, any, any]} */ ...asked) {
    if (!isFirst) return commit.apply(this, asked);
    isFirst = false;
    throw new WireError('stale');
  };
  await access.confirm();
  await arriving();
  assert.deepEqual([access.problem.value, anna.texts], ['', TEXTS]);
});

test('confirmed at two desks at once, it is done once', async () => {
  const { office, maria, access, anna } = await answered();
  const other = await new DeskOf(office, office.maria).signsIn();
  await arriving();
  assert.equal(accessAt(other).stage.value, 'answered');
  await Promise.all([access.confirm(), accessAt(other).confirm()]);
  await arriving();
  assert.deepEqual([access.stage.value, accessAt(other).stage.value, access.problem.value, accessAt(other).problem.value], ['none', 'none', '', '']);
  assert.deepEqual(anna.texts, TEXTS);
  assert.equal(office.boxes.get(hex(maria.case?.model?.box.box16 ?? new Uint8Array())).caps.length, 2);
});

test('an access that it was moved away from, with proof, can be the new one; the end of the first time empties nothing then', async () => {
  const { office, seeker, maria, access } = await answered();
  const old = await (await oldDevice(seeker)).comes();
  const late = await new Device(office, old.who).comes();
  const rows = office.boxes.get(hex(seeker.box16)).rows;
  const n = rows.length + 1;
  /** @param {Device} device */
  const hears = async (device) => {
    device.line.tell('envelope', { box16: seeker.box16, n, e1: rows[n - 1] });
    await arriving();
  };
  await access.confirm();
  await hears(old);
  assert.equal(old.enquiry?.stage.value, 'moved');
  const again = accessAt(maria);
  const shown = /** @type {any} */ (await again.invite());
  await old.answers(shown.link);
  await again.confirm();
  await arriving();
  assert.deepEqual([old.arrival, old.texts, old.enquiry?.stage.value], [null, TEXTS, 'sent']);
  const entry = old.keyring.entry(seeker.box16);
  assert.deepEqual([entry?.state, entry?.generation], [EntryState.OPEN, old.enquiry?.thread.value?.guests.epoch.value]);
  // A page that has known nothing of it hears of the first commit only now.
  await late.keyring.refresh();
  await hears(late);
  assert.deepEqual([late.enquiry?.stage.value, late.texts], ['sent', TEXTS]);
  assert.equal((await new Device(office, old.who).comes()).texts?.length, TEXTS.length);
});

test('the letters of a time that is over let nobody in', async () => {
  const { office, seeker, maria } = await talking();
  const access = accessAt(maria);
  const shown = /** @type {any} */ (await access.invite());
  const found = await (await oldDevice(seeker)).comes();
  const known = /** @type {any} */ (found.keyring.entry(seeker.box16));
  await found.answers(shown.link);
  await found.keyring.remember(gone({ ...known, generation: 9, closeMinute: 0 }, Math.floor(office.clock.now() / MINUTE_MS), 0, new Uint8Array(32)));
  await access.confirm();
  await arriving();
  assert.deepEqual([found.arrival?.stage.value, found.keyring.entry(seeker.box16)?.state], ['stopped', EntryState.GONE]);
  assert.equal(office.inbox.length > 0, true);
});
