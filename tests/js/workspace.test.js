// The parts of the workspace that need no browser and no relay.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { signal } from '../../web/js/core/signals.js';
import { encode } from '../../web/js/crypto/encoding.js';
import { EntryState } from '../../web/js/crypto/entry.js';
import { NotCanonical, RemoteError } from '../../web/js/crypto/errors.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { ChatList } from '../../web/js/features/workspace/chatlist.js';
import { Duty } from '../../web/js/features/workspace/duty.js';
import { COLOURS, MAX_NICKNAME_CHARS, NO_PIN, NO_TICKET, decodeNote, encodeNote, isWritten, missed, noteOf } from '../../web/js/features/workspace/note.js';
import { pseudonymOf } from '../../web/js/features/workspace/names.js';
import { ownPortals } from '../../web/js/features/workspace/place.js';
import { Queue } from '../../web/js/features/workspace/queue.js';
import { TicketState } from '../../web/js/wire/catalogue.js';
import { WireError } from '../../web/js/wire/errors.js';
import { FakeClock, settled } from './helpers/clock.js';

const PORTAL16 = new Uint8Array(16).fill(1);
const ME = new Uint8Array(16).fill(2);
const NOBODY = new Uint8Array(0);

// --- notes ------------------------------------------------------------------------------------------

const NOTE = { ticket16: NO_TICKET, portal16: PORTAL16, number: 3, nickname: 'die mit dem Hund', colour: COLOURS, joinedHour: 500_000, admitted: 0, pin: NO_PIN, invitation: null, isDeputy: false };
const TICKET16 = new Uint8Array(16).fill(8);

test('a note of either kind comes back as it was kept, and is told by its length', () => {
  const written = { ...NOTE, ticket16: TICKET16 };
  const taken = { ...written, admitted: 3, pin: new Uint8Array(40) };
  const invited = { ...written, invitation: { words: 'abbild abend abfahrt abholen abmachen abmessen', secret: new Uint8Array(32).fill(9), expiresHour: 500_048, sidx: 2 } };
  for (const note of [NOTE, written, taken, invited]) assert.deepEqual(decodeNote(encodeNote(note)), note);
  assert.deepEqual([isWritten(NOTE), isWritten(written)], [false, true]);
});

test('a note with another shape, a long name or an unknown colour is refused', () => {
  for (const settings of [
    encode([PORTAL16, 3, 'x', 0]),
    encode([PORTAL16, 3, 'x'.repeat(MAX_NICKNAME_CHARS + 1), 0, 0]),
    encode([PORTAL16, 3, 'x', COLOURS + 1, 0]),
    encode([PORTAL16.slice(1), 3, 'x', 0, 0]),
    encode([TICKET16.slice(1), PORTAL16, 3, 'x', 0, 0]),
    encode([TICKET16, PORTAL16, 3, 'x', 0, 0]),
    encode([TICKET16, PORTAL16, 3, 'x', 0, 0, 0, 'x']),
    encode([TICKET16.slice(1), PORTAL16, 3, 'x', 0, 0, 0, NO_PIN]),
  ]) {
    assert.throws(() => decodeNote(settings), NotCanonical);
    assert.equal(noteOf(/** @type {any} */ ({ settings })), null);
  }
});

/** @param {import('../../web/js/features/workspace/note.js').Note} note */
function entryOf(note) {
  const secrets = [{ epoch: 0, es: keyOf('EpochSecret', new Uint8Array(32).fill(1)) }];
  return {
    box16: new Uint8Array(16).fill(7), kind: 1, state: EntryState.OPEN, keyContext: new Uint8Array(16).fill(7),
    secrets, pinN: 0, pinChain: new Uint8Array(32), counter: 1, settings: encodeNote(note), generation: 0, closeMinute: 0,
  };
}

test('a chat is over when its purge must be past, not when the relay says so', () => {
  const note = { ...NOTE, joinedHour: 100 };
  const states = [100, 172, 173].map((hour) => missed(entryOf(note), note, hour, 48).state);
  assert.deepEqual(states, [EntryState.OPEN, EntryState.OPEN, EntryState.GONE]);
});

test('a written conversation is over some time after it was first missed, however old it is', () => {
  const note = { ...NOTE, ticket16: TICKET16, joinedHour: 100 };
  const once = missed(entryOf(note), note, 9_000, 48);
  assert.deepEqual([once.state, once.counter, once.secrets.length, decodeNote(once.settings)], [EntryState.CLOSED, 2, 1, { ...note, joinedHour: 9_000 }]);
  const again = decodeNote(once.settings);
  assert.equal(missed(once, again, 9_072, 48), once);
  const gone = missed(once, again, 9_073, 48);
  assert.deepEqual([gone.state, gone.secrets], [EntryState.GONE, []]);
});

// --- duty -------------------------------------------------------------------------------------------

function duty() {
  const clock = new FakeClock();
  /** @type {number[]} */
  const told = [];
  /** @type {{ error: WireError | null }} */
  const relay = { error: null };
  const found = new Duty(async (_, fields = {}) => {
    told.push(Number(fields.on));
    if (relay.error !== null) throw relay.error;
    return {};
  }, clock, () => [PORTAL16]);
  return { clock, told, relay, found };
}

test('asked for are the portals whose team lists this account, at that moment', () => {
  const [ours, theirs] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
  let listed = [ours];
  const place = /** @type {any} */ ({
    clock: new FakeClock(),
    log: { view: { inTeam: (/** @type {Uint8Array} */ team16) => listed.includes(team16) } },
    portals: [{ portal16: PORTAL16, team16: ours, name: 'Leben' }, { portal16: new Uint8Array(16), team16: theirs, name: 'Familie' }],
    session: () => ({ subject16: new Uint8Array(16) }),
  });
  assert.deepEqual(ownPortals(place).map(({ name }) => name), ['Leben']);
  listed = [ours, theirs];
  assert.deepEqual(ownPortals(place).map(({ name }) => name), ['Leben', 'Familie']);
  assert.deepEqual(ownPortals({ ...place, session: () => null }), []);
});

test('a lease is renewed until it is given up', async () => {
  const { clock, told, found } = duty();
  await found.set(true);
  await clock.elapse(60_000);
  assert.deepEqual(told, [1, 1, 1, 1]);
  await found.set(false);
  await clock.elapse(60_000);
  assert.deepEqual([told, found.isOn.value, clock.waiting], [[1, 1, 1, 1, 0], false, 0]);
});

test('a refusal ends being reachable, a lost line does not', async () => {
  const { clock, told, relay, found } = duty();
  relay.error = new WireError('disconnected');
  await found.set(true);
  assert.equal(found.isOn.value, true);
  relay.error = new WireError('forbidden');
  await found.goOn();
  assert.deepEqual([found.isOn.value, told.length, clock.waiting], [false, 2, 0]);
});

test('going on twice renews once', async () => {
  const { clock, told, found } = duty();
  await found.set(true);
  await found.goOn();
  await found.goOn();
  await clock.elapse(20_000);
  assert.equal(told.length, 4);
});

// --- the queue --------------------------------------------------------------------------------------

/** @param {number} id @param {any} [more] */
function row(id, more = {}) {
  return {
    ticket16: new Uint8Array(16).fill(id), portal16: PORTAL16, number: id, language: 'de', sinceMs: 0,
    state: TicketState.WAITING, assignee: NOBODY, untilMs: 0, acceptance: [], successor: NOBODY, ...more,
  };
}

function queue() {
  const clock = new FakeClock();
  const found = new Queue({
    clock,
    portals: [{ portal16: PORTAL16, name: 'Nordstadt' }],
    isMe: (subject16) => subject16.length > 0 && subject16[0] === ME[0],
    nameOf: (subject16) => (subject16.length === 0 ? '' : 'Jonas'),
  });
  const states = () => found.rows.value.map((one) => [one.number, one.state]);
  return { clock, found, states };
}

test('rows keep their order whatever happens to them', () => {
  const { found, states } = queue();
  for (const id of [3, 1, 2]) found.take(row(id));
  found.take(row(1, { state: TicketState.OFFERED, assignee: new Uint8Array(16).fill(9) }));
  found.take(row(2, { state: TicketState.OFFERED, assignee: ME }));
  assert.deepEqual(states(), [[3, 'waiting'], [1, 'taken'], [2, 'offered']]);
});

test('a row that is over stays for ten seconds and cannot be accepted', async () => {
  const { clock, found, states } = queue();
  const id = found.take(row(1));
  found.end(id);
  assert.deepEqual([states(), found.raw(id)], [[[1, 'gone']], null]);
  await clock.elapse(10_000);
  assert.deepEqual(states(), []);
});

test('a row that comes back within its ten seconds stays', async () => {
  const { clock, found, states } = queue();
  found.end(found.take(row(1)));
  found.take(row(1));
  await clock.elapse(10_000);
  assert.deepEqual(states(), [[1, 'waiting']]);
});

test('the own running request is found by portal and number', () => {
  const { found } = queue();
  const id = found.take(row(4, { state: TicketState.ACTIVE, assignee: ME }));
  found.take(row(5, { state: TicketState.ACTIVE, assignee: new Uint8Array(16).fill(9) }));
  assert.equal(found.idOfRunning(PORTAL16, 4), id);
  assert.equal(found.idOfRunning(PORTAL16, 5), null);
});

test('an acceptance outlives its row, for a letter that comes late', () => {
  const { found, states } = queue();
  const acceptance = [{ signature: new Uint8Array(64) }];
  const id = found.take(row(4, { state: TicketState.OFFERED, assignee: ME, acceptance }));
  found.take(row(4, { state: TicketState.CLOSED, assignee: ME }));
  assert.deepEqual(found.accepted(id)?.acceptance, acceptance);
  assert.deepEqual([states(), found.raw(id)], [[[4, 'gone']], null]);
  const other = found.take(row(5, { state: TicketState.CLOSED, assignee: ME, acceptance }));
  assert.ok(found.accepted(other) !== null);
  assert.equal(found.rows.value.length, 1);
  found.clear();
  assert.equal(found.accepted(id), null);
});

test('what the relay did not name when asked for all is missing', () => {
  const { found } = queue();
  const [gone, stays] = [found.take(row(1)), found.take(row(2))];
  assert.deepEqual(found.missingIn([row(2)]), [gone]);
  assert.notEqual(gone, stays);
});

test('a pseudonym is one that an account can have, or none: it must not look like another name', () => {
  assert.equal(pseudonymOf('kiesel-407'), 'Kiesel-407');
  for (const given of ['Maria B.', 'Kiesel-407', 'kiesel\u202e407 ', 'ab', 'x'.repeat(33), 'e\u0301va']) {
    assert.throws(() => pseudonymOf(given), RemoteError);
  }
});

// --- the own chats ----------------------------------------------------------------------------------

function chat() {
  /** @type {string[]} */
  const said = [];
  const model = {
    peerName: signal('Ratsuchende_r 3'), closed: signal(/** @type {any} */ (null)), purged: signal(false), endsMs: signal(900), disposed: 0,
    /** @param {string} text */
    say: (text) => said.push(text),
    dispose: () => { model.disposed += 1; },
  };
  return { model: /** @type {any} */ (model), said };
}

function list() {
  /** @type {[any[], any[]]} */
  const [closed, purged] = [[], []];
  const found = new ChatList((number) => `Ratsuchende_r ${number}`, (model) => closed.push(model), (model) => purged.push(model));
  return { found, closed, purged };
}

test('a greeting leaves when the chat opens, once', () => {
  const { found } = list();
  const { model, said } = chat();
  found.offer('a', { number: 3, untilMs: 5 });
  found.all.value[0].greeting.value = 'Hallo, ich bin Maria.';
  found.offer('a', { number: 3, untilMs: 9 });
  assert.equal(found.find('a')?.untilMs, 9);
  found.open('a', NOTE, model);
  assert.deepEqual(said, ['Hallo, ich bin Maria.']);
  assert.deepEqual([found.find('a')?.state, found.find('a')?.greeting.value, found.find('a')?.untilMs], ['active', '', 900]);
});

test('an offer that ends goes, a chat stays', () => {
  const { found } = list();
  found.offer('a', { number: 3, untilMs: 5 });
  found.dropOffer('a');
  assert.equal(found.all.value.length, 0);
  found.open('b', NOTE, chat().model);
  found.dropOffer('b');
  found.offer('b', { number: 3, untilMs: 5 });
  assert.equal(found.find('b')?.state, 'active');
});

test('a chat follows its box to the end and to the purge', async () => {
  const { found, closed, purged } = list();
  const { model } = chat();
  found.open('a', NOTE, model);
  model.endsMs.value = 1_000;
  await settled();
  assert.equal(found.find('a')?.untilMs, 1_000);
  model.closed.value = { purgeMs: 77 };
  await settled();
  assert.deepEqual([found.find('a')?.state, found.find('a')?.purgeMs, closed], ['closed', 77, [model]]);
  model.purged.value = true;
  await settled();
  assert.deepEqual([found.all.value, purged, model.disposed], [[], [model], 1]);
});

test('a nickname changes nothing else', () => {
  const { found } = list();
  found.open('a', NOTE, chat().model);
  found.change('a', { nickname: 'Hund', colour: 2 });
  found.change('unknown', { nickname: 'Katze', colour: 1 });
  assert.deepEqual([found.find('a')?.nickname, found.find('a')?.colour, found.find('a')?.state], ['Hund', 2, 'active']);
});

test('after a sign-out nothing is open and nothing follows', async () => {
  const { found } = list();
  const { model } = chat();
  found.open('a', NOTE, model);
  found.clear();
  model.closed.value = { purgeMs: 77 };
  await settled();
  assert.deepEqual([found.all.value, model.disposed], [[], 1]);
});
