// The list of written requests: ten thousand rows, of which only those before one's eyes are opened; and the
// team's key, without which none is.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import * as account from '../../web/js/crypto/account.js';
import { publicOf } from '../../web/js/crypto/kem.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { LetterKind, encodeTeamSeed, sealLetter } from '../../web/js/crypto/letter.js';
import { EMPTY_PAGE, STAFF_PAGES, sealPage } from '../../web/js/crypto/keyring.js';
import { ready, signPublic } from '../../web/js/crypto/primitives.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { Enquiries } from '../../web/js/features/workspace/enquiries.js';
import { FirstRequest } from '../../web/js/features/workspace/firstrequest.js';
import { FirstRequests } from '../../web/js/features/workspace/firstrequests.js';
import { EnquiryState } from '../../web/js/wire/catalogue-staff.js';
import { WireError } from '../../web/js/wire/errors.js';
import { PORTAL, SMALL_TEAM, TEAM } from './helpers/centre.js';
import { FakeClock, settled } from './helpers/clock.js';
import { DeskOf } from './helpers/desk.js';
import { Office } from './helpers/office.js';
import { hex } from './helpers/vectors.js';
import { Writer } from './helpers/writer.js';

before(ready);

const PORTAL16 = new Uint8Array(16).fill(1);
const ME = new Uint8Array(16).fill(2);
const JONAS = new Uint8Array(16).fill(3);
const NOBODY = new Uint8Array(0);
const HOUR_MS = 3_600_000;
const MANY = 10_000;
const PAGE_ROWS = 500;

/** @param {number} number @param {any} [more] */
function row(number, more = {}) {
  const ticket16 = new Uint8Array(16);
  new DataView(ticket16.buffer).setUint32(0, number);
  return { ticket16, portal16: PORTAL16, number, language: 'de', state: EnquiryState.OPEN, sinceHour: 1_000 + number, isAddressed: 0, assignee: NOBODY, untilMs: 0, successor: NOBODY, deputy: NOBODY, ...more };
}

/** @param {any[]} all */
function list(all = []) {
  const clock = new FakeClock();
  /** @type {number[]} */
  const starts = [];
  const found = new Enquiries({
    request: async (_, { start = 0 } = {}) => {
      starts.push(Number(start));
      const rest = all.filter((one) => one.number >= Number(start));
      return { rows: rest.slice(0, PAGE_ROWS), hasMore: Number(rest.length > PAGE_ROWS) };
    },
    clock,
    portals: [{ portal16: PORTAL16, name: 'Leben' }],
    isMe: (subject16) => subject16[0] === ME[0],
    nameOf: (subject16) => (subject16[0] === JONAS[0] ? 'Jonas K.' : ''),
  });
  const shown = () => found.rows.value.map(({ number, state }) => [number, state]);
  return { found, clock, starts, shown };
}

test('the first page stands at once, the rest comes behind it', async () => {
  const { found, starts } = list(Array.from({ length: MANY }, (_, i) => row(i + 1)));
  await found.read();
  assert.deepEqual([found.rows.value.length, found.isComplete.value, starts], [PAGE_ROWS, false, [0]]);
  await found.readRest();
  assert.deepEqual([found.rows.value.length, found.isComplete.value, starts.length], [MANY, true, MANY / PAGE_ROWS]);
  assert.ok(found.rows.value.every(({ number }, at) => number === at + 1));
});

test('rows stand by how long they have waited, and keep their place', async () => {
  const { found, shown } = list([row(2), row(1, { sinceHour: 2_000 })]);
  await found.read();
  found.take([row(3, { sinceHour: 900 })]);
  assert.deepEqual(shown(), [[3, 'open'], [2, 'open'], [1, 'open']]);
  found.take([row(2, { state: EnquiryState.RESERVED, assignee: JONAS, sinceHour: 3_000 })]);
  found.take([row(2, { sinceHour: 3_001 })]);
  assert.deepEqual(shown(), [[3, 'open'], [2, 'open'], [1, 'open']]);
  assert.equal(found.rows.value[1].sinceMs, 1_002 * HOUR_MS);
});

test('a row that a colleague takes turns grey for ten seconds, and then goes', async () => {
  const { found, clock, shown } = list([row(1)]);
  await found.read();
  found.take([row(1, { state: EnquiryState.RESERVED, assignee: JONAS })]);
  assert.deepEqual([shown(), found.rows.value[0].byName], [[[1, 'reserved']], 'Jonas K.']);
  found.take([row(1, { state: EnquiryState.WAITING, assignee: JONAS })]);
  await clock.elapse(9_999);
  assert.deepEqual([shown(), found.raw(found.rows.value[0].id)], [[[1, 'taken']], null]);
  await clock.elapse(1);
  assert.deepEqual(shown(), []);
});

test('given back within the ten seconds it stays', async () => {
  const { found, clock, shown } = list([row(1)]);
  await found.read();
  found.take([row(1, { state: EnquiryState.WAITING, assignee: JONAS })]);
  found.take([row(1)]);
  await clock.elapse(10_000);
  assert.deepEqual(shown(), [[1, 'open']]);
});

test('what colleagues have, and what is written to them, never stands in the list', async () => {
  const { found, shown } = list([
    row(1, { state: EnquiryState.ANSWERED, assignee: JONAS }), row(2, { isAddressed: 1, assignee: JONAS }),
    row(3, { isAddressed: 1, assignee: ME }), row(4, { state: EnquiryState.DONE, assignee: ME }),
  ]);
  await found.read();
  assert.deepEqual(shown(), [[3, 'open']]);
  assert.deepEqual([2, 4].map((number) => found.raw(hex(row(number).ticket16))?.state ?? null), [null, EnquiryState.DONE]);
});

test('what the relay names no more when it is asked for all is over', async () => {
  const all = [row(1), row(2)];
  const { found, clock, shown } = list(all);
  await found.read();
  await found.readRest();
  all.shift();
  await found.read();
  found.take([row(3)]);
  await found.readRest();
  assert.deepEqual(shown(), [[1, 'gone'], [2, 'open'], [3, 'open']]);
  await clock.elapse(10_000);
  assert.deepEqual(shown(), [[2, 'open'], [3, 'open']]);
});

test('a portal of another team has no list for this account, and keeps nobody from the others', async () => {
  const found = new Office();
  await new Writer(found).writes();
  found.lies.enquiries = (reply, { portal16 }) => {
    if (hex(portal16) !== hex(PORTAL)) throw new WireError('forbidden');
    return reply;
  };
  const maria = await new DeskOf(found, found.maria).signsIn();
  assert.deepEqual([maria.rows.length, maria.written.isComplete.value], [1, true]);
});

test('a reading that another one overtakes is forgotten', async () => {
  const { found, shown } = list(Array.from({ length: 1_200 }, (_, i) => row(i + 1)));
  await found.read();
  const rest = found.readRest();
  await found.read();
  await rest;
  assert.equal(found.isComplete.value, false);
  await found.readRest();
  assert.equal(shown().length, 1_200);
});

test('what a colleague hands over to me stands on top, and goes when it is mine, or when they keep it', async () => {
  const taken = { state: EnquiryState.ANSWERED, assignee: JONAS };
  const { found, clock, shown } = list([row(1), row(2, { ...taken, successor: ME }), row(3)]);
  await found.read();
  assert.deepEqual([shown(), found.rows.value[0].byName], [[[2, 'handed'], [1, 'open'], [3, 'open']], 'Jonas K.']);
  found.take([row(4, { ...taken, successor: ME })]);
  assert.deepEqual(shown().slice(0, 2), [[2, 'handed'], [4, 'handed']]);
  found.take([row(2, { ...taken, assignee: ME }), row(4, taken)]);
  assert.deepEqual(shown().slice(0, 2), [[2, 'mine'], [4, 'kept']]);
  // Handed over once more within the ten seconds, it stays.
  found.take([row(4, { ...taken, successor: ME })]);
  await clock.elapse(10_000);
  assert.deepEqual(shown(), [[4, 'handed'], [1, 'open'], [3, 'open']]);
  found.take([row(4, { ...taken, successor: JONAS })]);
  assert.deepEqual(shown()[0], [4, 'kept']);
});

// --- what is opened -----------------------------------------------------------------------------------

/** Readers whose letters never come: what is asked for is what counts. @param {number} rows */
function readers(rows) {
  /** @type {string[]} */
  const asked = [];
  /** @type {(() => void)[]} */
  const waiting = [];
  const reader = /** @type {any} */ ({
    log: { view: { latestTeam: () => null } },
    request: (/** @type {string} */ _, /** @type {any} */ { ticket16 }) => {
      asked.push(hex(ticket16));
      return new Promise((done) => waiting.push(() => done({ letters: [] })));
    },
  });
  const found = new FirstRequests({
    rowOf: (id) => (Number.parseInt(id.slice(0, 8), 16) <= rows ? row(Number.parseInt(id.slice(0, 8), 16)) : null),
    make: (one) => new FirstRequest(reader, one, TEAM),
    fits: () => true,
  });
  const ids = (/** @type {number[]} */ ...numbers) => numbers.map((number) => hex(row(number).ticket16));
  const answer = async () => { while (waiting.length > 0) { waiting.shift()?.(); await settled(); } };
  return { found, asked, ids, answer };
}

test('a few at a time, and none that is no longer before anybody\'s eyes', async () => {
  const { found, asked, ids, answer } = readers(MANY);
  found.look(ids(1, 2, 3, 4, 5));
  assert.deepEqual(asked, ids(1, 2, 3));
  found.look(ids(901, 902));
  await answer();
  assert.deepEqual(asked, ids(1, 2, 3, 901, 902));
  found.look(ids(901, 902));
  await answer();
  assert.equal(asked.length, 5);
});

test('what was on its way while it was sealed anew is looked at once more', async () => {
  const { found, asked, ids, answer } = readers(MANY);
  found.look(ids(1, 2));
  await answer();
  found.look(ids(3));
  found.lookAgain(ids(3));
  // The letter that was asked for before is good no more, and only now that is known.
  await answer();
  assert.deepEqual(asked, ids(1, 2, 3, 3));
});

test('what was scrolled away long ago is let go', async () => {
  const { found, ids, answer } = readers(MANY);
  const [first] = ids(1);
  const opened = found.of(first);
  for (let number = 1; number < 400; number += 4) {
    found.look(ids(number, number + 1, number + 2, number + 3));
    await answer();
  }
  assert.equal(opened?.content.value.state, 'closed');
  assert.notEqual(found.of(first), opened);
});

test('a request whose row is gone is let go with it', async () => {
  const found = new Office();
  await new Writer(found).writes();
  const maria = await new DeskOf(found, found.maria).signsIn();
  const id = maria.idOf(1);
  await maria.opens(1);
  const first = maria.written.first(id);
  found.enquiry_end({ ticket16: [...found.tickets.values()][0].ticket16 });
  await found.elapse(10_000);
  await settled();
  assert.deepEqual([first?.content.value.state, first?.opened, maria.written.first(id)], ['closed', null, null]);
});

// --- the key of the team ------------------------------------------------------------------------------

/** Maria has no key of the team yet. @param {Office} found */
function withoutKey(found) {
  found.maria.pages[0] = { version: 1, sealed: sealPage(found.maria.ams, 0, 1, EMPTY_PAGE, STAFF_PAGES) };
}

/** A colleague sends it. @param {Office} found @param {import('../../web/js/crypto/keys.js').KemSecret} seed @param {number} [epoch] @param {Uint8Array} [team16] */
function sendsKey(found, seed, epoch = 1, team16 = TEAM) {
  const { jonas, maria } = found;
  const sign = account.staffSign(jonas.ams);
  const kemPk = publicOf(account.staffKem(maria.ams));
  const e2 = sealLetter(kemPk, sign, {
    kind: LetterKind.TEAM_SEED, certificateHash: jonas.certificateHash, signPk: signPublic(sign), sentMs: found.clock.now(),
    payload: encodeTeamSeed({ team16, epoch, seed }),
  });
  found.inbox.push({ letter: found.inbox.length, ticket16: NOBODY, e2, inbox: hex(new DeskOf(found, maria).session.keys.inbox16) });
}

test('without the key of the team a request stays closed; the key that a colleague sends opens it', async () => {
  const found = new Office();
  withoutKey(found);
  await new Writer(found).writes();
  const maria = await new DeskOf(found, found.maria).signsIn();
  assert.equal((await maria.opens(1))?.state, 'noKey');
  assert.equal(await maria.takes(1), 'failed');
  await maria.opens(1);
  sendsKey(found, found.teamSeed);
  const letters = await maria.session.boxes.readInbox(() => null);
  assert.deepEqual([letters.seeds, letters.refused, found.inbox.length], [1, 0, 1]);
  maria.written.keysCame();
  await settled();
  assert.equal(maria.written.first(maria.idOf(1))?.content.value.state, 'open');
  // It lies in the keyring, for every device and every later sign-in.
  assert.equal((await (await new DeskOf(found, found.maria).signsIn()).opens(1))?.state, 'open');
});

test('a key that the log does not state for the team is not kept', async () => {
  const found = new Office();
  withoutKey(found);
  sendsKey(found, keyOf('KemSecret', randomBytes(32)));
  const maria = await new DeskOf(found, found.maria).signsIn();
  const letters = await maria.session.boxes.readInbox(() => null);
  assert.deepEqual([letters.seeds, maria.session.keyring.teamSeeds, found.inbox], [0, [], []]);
});

test('a key of a team that does not list me is not kept', async () => {
  const found = new Office();
  withoutKey(found);
  sendsKey(found, found.smallSeed, 1, SMALL_TEAM);
  const maria = await new DeskOf(found, found.maria).signsIn();
  assert.equal((await maria.session.boxes.readInbox(() => null)).seeds, 0);
  assert.deepEqual([maria.session.keyring.teamSeeds, found.inbox], [[], []]);
});

test('a key of an epoch that the log does not state yet waits in the inbox', async () => {
  const found = new Office();
  withoutKey(found);
  sendsKey(found, found.teamSeed, 2);
  const maria = await new DeskOf(found, found.maria).signsIn();
  const letters = await maria.session.boxes.readInbox(() => null);
  assert.deepEqual([letters.seeds, maria.session.keyring.teamSeeds, found.inbox.length], [0, [], 1]);
});
