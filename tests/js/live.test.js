// The parts of a seeker's page and of a chat that need no browser and no relay.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { ResumeSlot } from '../../web/js/core/resumeslot.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { MAX_DRAFT_BYTES } from '../../web/js/crypto/entry.js';
import { Lines } from '../../web/js/features/live/lines.js';
import { Offers } from '../../web/js/features/live/offers.js';
import { Place } from '../../web/js/features/live/place.js';
import { Presence } from '../../web/js/features/live/presence.js';
import { Remembering } from '../../web/js/features/live/remembering.js';
import { Seen } from '../../web/js/features/live/seen.js';
import { Visit } from '../../web/js/features/live/visit.js';
import { TicketReason } from '../../web/js/wire/catalogue.js';
import { WireError } from '../../web/js/wire/errors.js';
import { FakeClock, settled } from './helpers/clock.js';

before(ready);

const MINUTE_MS = 60_000;
const LAST_BYTES = 60_000;

/** Remembers what was asked, and answers with `answer`. */
class Asked {
  /** @type {[string, any][]} */
  asked = [];
  /** @type {() => any} */
  answer = () => ({});

  /** @type {import('../../web/js/core/connection.js').Request} */
  request = async (name, fields = {}) => {
    this.asked.push([name, fields]);
    return this.answer();
  };
}

class Tab {
  /** @type {string | null} */
  hex = null;
  read() { return this.hex; }
  /** @param {string | null} hex */
  write(hex) { this.hex = hex; }
}

// --- a visit and its memory -----------------------------------------------------------------------

test('what a visit keeps brings the same visit back', () => {
  const visit = Visit.begin();
  visit.waitSinceMs = 17;
  visit.topic = 'Trennung';
  const es = keyOf('EpochSecret', visit.drawEpoch().slice());
  const found = Visit.remembered(visit.memory('Hallo'));
  assert.deepEqual([found.box16, found.clientId16, found.keys], [visit.box16, visit.clientId16, visit.keys]);
  assert.deepEqual([found.waitSinceMs, found.topic, found.es], [17, 'Trennung', es]);
  assert.deepEqual(found.hashes, visit.hashes);
});

test('an epoch secret is drawn once', () => {
  const visit = Visit.begin();
  assert.equal(visit.drawEpoch(), visit.drawEpoch());
});

test('a draft that is too long keeps its beginning, whole characters only', () => {
  const { draft } = Visit.begin().memory('ä'.repeat(MAX_DRAFT_BYTES));
  assert.equal(draft, 'ä'.repeat(MAX_DRAFT_BYTES / 2));
});

test('a wiped visit opens nothing', () => {
  const visit = Visit.begin();
  const es = visit.drawEpoch();
  const { ams } = visit.memory('');
  visit.wipe();
  for (const secret of [...Object.values(visit.keys), es, ams]) assert.ok(secret.every((byte) => byte === 0));
});

function remembering() {
  const relay = new Asked();
  const clock = new FakeClock();
  const visit = Visit.begin();
  visit.ticket16 = new Uint8Array(16);
  /** @type {Uint8Array[]} */
  const last = [];
  const kept = { visit, draft: '' };
  const found = new Remembering({
    slot: new ResumeSlot(relay.request, new Tab(), () => clock.serverNow()),
    clock,
    read: () => (visit.ticket16.length === 0 ? null : kept),
    sendLast: (frame) => last.push(frame),
  });
  return { relay, clock, visit, last, kept, found };
}

test('what is typed is kept soon, once for many keys', async () => {
  const { relay, clock, found } = remembering();
  for (let i = 0; i < 5; i += 1) {
    found.soon();
    await clock.elapse(100);
  }
  assert.equal(relay.asked.length, 0);
  await clock.elapse(1_500);
  assert.deepEqual(relay.asked.map(([name]) => name), ['resume_put']);
});

test('a page that vanishes sends only what is not kept yet', async () => {
  const { last, kept, clock, found } = remembering();
  found.leave();
  assert.equal(last.length, 0);
  kept.draft = 'gerade getippt';
  found.soon();
  found.leave();
  assert.equal(last.length, 1);
  await clock.elapse(1_500);
  found.leave();
  assert.equal(last.length, 1);
});

test('a page that vanishes while it is being kept sends it once more', async () => {
  const { relay, last, kept, found } = remembering();
  let arrives = () => {};
  relay.answer = () => new Promise((resolve) => { arrives = () => resolve({}); });
  kept.draft = 'gerade getippt';
  found.soon();
  const keeping = found.now();
  await settled();
  found.leave();
  assert.equal(last.length, 1);
  kept.draft = 'und weiter';
  found.soon();
  arrives();
  await keeping;
  found.leave();
  assert.equal(last.length, 2);
});

test('what is kept later has the higher version, also after a reload', async () => {
  const { relay, visit } = remembering();
  const tab = new Tab();
  const slot = new ResumeSlot(relay.request, tab, () => 1_000);
  await slot.save(visit.memory('gerade getippt'), visit.keys.ticketCap);
  const last = slot.sealed(visit.memory('und weiter'));
  assert.deepEqual([relay.asked[0]?.[1].version, last.version], [1_000, 1_001]);
  const reloaded = new ResumeSlot(relay.request, tab, () => 5);
  relay.answer = () => last;
  assert.equal((await reloaded.open())?.draft, 'und weiter');
  assert.equal(reloaded.sealed(visit.memory('')).version, 1_002);
});

test('what no browser carries away is not handed to it', () => {
  const { last, kept, found } = remembering();
  kept.draft = 'x'.repeat(MAX_DRAFT_BYTES);
  found.soon();
  found.leave();
  assert.ok(last.every((frame) => frame.length <= LAST_BYTES));
});

test('what the relay refused is tried again with the next sign of life', async () => {
  const { relay, last, clock, found } = remembering();
  relay.answer = () => { throw new WireError('internal'); };
  await found.now();
  found.leave();
  assert.equal(last.length, 1);
  found.keepUp();
  relay.answer = () => ({});
  await clock.elapse(2 * MINUTE_MS);
  assert.equal(relay.asked.length, 2);
});

test('after the end nothing is kept any more', async () => {
  const { relay, clock, found, last } = remembering();
  found.soon();
  found.keepUp();
  found.stop();
  await clock.elapse(10 * MINUTE_MS);
  found.leave();
  assert.deepEqual([relay.asked.length, last.length, clock.waiting], [0, 0, 0]);
});

test('nothing is kept before there is a place in the queue', async () => {
  const { relay, visit, found, last } = remembering();
  visit.ticket16 = new Uint8Array(0);
  found.soon();
  await found.now();
  found.leave();
  assert.deepEqual([relay.asked.length, last.length], [0, 0]);
});

// --- place and offer --------------------------------------------------------------------------------

test('a place follows the hours until nobody waits there', async () => {
  const relay = new Asked();
  const clock = new FakeClock();
  const place = new Place(relay.request, clock, new Uint8Array(16));
  relay.answer = () => ({ closesMs: 5 });
  place.followHours();
  await clock.elapse(5 * MINUTE_MS);
  assert.deepEqual([place.closesMs.value, relay.asked.length], [5, 2]);
  place.stop();
  await clock.elapse(60 * MINUTE_MS);
  assert.equal(relay.asked.length, 2);
});

test('without an answer about the hours nothing is said', async () => {
  const relay = new Asked();
  const clock = new FakeClock();
  const place = new Place(relay.request, clock, new Uint8Array(16));
  relay.answer = () => { throw new WireError('disconnected'); };
  place.followHours();
  await settled();
  assert.equal(place.closesMs.value, 0);
  place.stop();
});

test('a place moves, and says why', () => {
  const place = new Place(new Asked().request, new FakeClock(), new Uint8Array(16));
  place.take({ number: 4, ahead: 2 }, 99);
  place.move({ ahead: 1, portalOpen: 0, reason: TicketReason.RETURNED });
  assert.deepEqual(
    [place.number.value, place.ahead.value, place.sinceMs.value, place.portalOpen.value, place.reason.value],
    [4, 1, 99, false, TicketReason.RETURNED],
  );
});

/** @param {number} byte @param {number} [confirmUntilMs] */
const rawOffer = (byte, confirmUntilMs = 300) => ({ signature: new Uint8Array(64).fill(byte), confirmUntilMs });
/** @param {string} name */
const counterpart = (name) => /** @type {any} */ ({ name, portrait: null });

test('an offer is judged before a name is shown, and judged again before it is taken', async () => {
  /** @type {[any, number][]} */
  const judged = [];
  const offers = new Offers(async (raw, startedMs) => {
    judged.push([raw, startedMs]);
    return counterpart('Maria');
  });
  const raw = rawOffer(1);
  assert.equal(await offers.show(raw, true), true);
  assert.deepEqual(offers.shown.value, { name: 'Maria', portrait: null, untilMs: 300, moreTimeLeft: true });
  await offers.judgeAgain();
  assert.deepEqual(judged, [[raw, 0], [raw, 0]]);
});

test('a refused offer shows nobody', async () => {
  const offers = new Offers(async () => { throw new WireError('unknown'); });
  await assert.rejects(offers.show(rawOffer(1), true));
  assert.deepEqual([offers.shown.value, offers.isGood], [null, false]);
});

test('the same offer told again only moves its end', async () => {
  let judged = 0;
  const offers = new Offers(async () => { judged += 1; return counterpart('Maria'); });
  await offers.show(rawOffer(1), true);
  offers.extend(600);
  await offers.show(rawOffer(1, 700), true);
  assert.deepEqual([offers.shown.value, judged], [{ name: 'Maria', portrait: null, untilMs: 700, moreTimeLeft: false }, 1]);
});

test('an offer that is taken back while it is judged is not shown', async () => {
  /** @type {(who: any) => void} */
  let answer = () => {};
  const offers = new Offers(() => new Promise((resolve) => { answer = resolve; }));
  const showing = offers.show(rawOffer(1), true);
  offers.drop();
  answer(counterpart('Maria'));
  assert.equal(await showing, false);
  assert.deepEqual([offers.shown.value, offers.isGood], [null, false]);
});

test('who was accepted in a running chat is judged as of its start, unless that was done before', async () => {
  /** @type {number[]} */
  const asOf = [];
  const offers = new Offers(async (_, startedMs) => { asOf.push(startedMs); return counterpart('Maria'); });
  await offers.ofRunning(rawOffer(1), 77);
  await offers.show(rawOffer(1), true);
  await offers.ofRunning(rawOffer(1), 88);
  assert.deepEqual(asOf, [77, 0]);
});

// --- the log, what was seen, signs of life -----------------------------------------------------------

test('lines that do not change tell nobody', () => {
  const lines = new Lines();
  lines.add({ key: 'a', kind: 'text', n: 1 });
  const before = lines.all.value;
  lines.changeEach((line) => line);
  assert.equal(lines.all.value, before);
  lines.changeEach((line) => ({ ...line, state: 'read' }));
  assert.equal(lines.all.value[0].state, 'read');
});

test('two system lines of one kind have keys of their own', () => {
  const lines = new Lines();
  lines.addSystem('messageMissing', 1);
  lines.remove('s-messageMissing-1');
  lines.addSystem('messageMissing', 2);
  lines.addSystem('messageMissing', 3);
  assert.equal(new Set(lines.all.value.map((line) => line.key)).size, 2);
});

/** A transcript as far as reading is concerned. */
function reading() {
  const clock = new FakeClock();
  const lines = new Lines();
  const transcript = { own: { sidx: 1 }, read: 0, owed: 1, readBy: () => transcript.read, owedAcknowledgement: () => transcript.owed };
  /** @type {number[]} */
  const marks = [];
  const seen = new Seen({ clock, transcript: /** @type {any} */ (transcript), lines, acknowledge: (n) => marks.push(n) });
  for (const n of [2, 3, 4]) lines.add({ key: `n-${n}`, kind: 'text', n });
  return { clock, lines, transcript, marks, seen };
}

test('unread is what came after the last look', () => {
  const { lines, seen } = reading();
  seen.count();
  assert.equal(seen.unread.value, 3);
  seen.mark();
  lines.add({ key: 'n-5', kind: 'text', n: 5 });
  lines.add({ key: 'n-6', kind: 'text', n: 6, mine: true });
  seen.count();
  assert.equal(seen.unread.value, 1);
});

test('what was read or answered before this sign-in is not unread', () => {
  const { transcript, seen } = reading();
  transcript.read = 2;
  seen.count();
  assert.equal(seen.unread.value, 2);
  seen.answered(3);
  seen.count();
  assert.equal(seen.unread.value, 1);
});

test('an acknowledgement waits a little, and only where one is owed', async () => {
  const { clock, transcript, marks, seen } = reading();
  seen.mark();
  await clock.elapse(4_999);
  assert.deepEqual(marks, []);
  await clock.elapse(1);
  assert.deepEqual(marks, [4]);
  transcript.owed = 0;
  seen.plan();
  await clock.elapse(MINUTE_MS);
  assert.deepEqual(marks, [4]);
});

test('typing is told at most every few seconds, and its end once', async () => {
  const clock = new FakeClock();
  /** @type {boolean[]} */
  const said = [];
  const presence = new Presence(clock, (isActive) => said.push(isActive));
  presence.write(false);
  presence.write(true);
  presence.write(true);
  await clock.elapse(8_000);
  presence.write(true);
  presence.write(false);
  presence.write(false);
  assert.deepEqual(said, [true, true, false]);
});

test('a sign of life lasts three minutes, old history says nothing', async () => {
  const clock = new FakeClock();
  const presence = new Presence(clock, () => {});
  presence.heard(clock.serverNow() - 3 * MINUTE_MS);
  assert.equal(presence.isPresent.value, false);
  presence.heard(clock.serverNow());
  await clock.elapse(3 * MINUTE_MS - 1);
  assert.equal(presence.isPresent.value, true);
  await clock.elapse(1);
  assert.equal(presence.isPresent.value, false);
});

test('who writes stops doing so with the message, or in silence', async () => {
  const clock = new FakeClock();
  const presence = new Presence(clock, () => {});
  presence.heardTyping(true);
  presence.heardMessage();
  assert.equal(presence.isTyping.value, false);
  presence.heardTyping(true);
  await clock.elapse(12_000);
  assert.equal(presence.isTyping.value, false);
  presence.dispose();
  assert.equal(clock.waiting, 0);
});
