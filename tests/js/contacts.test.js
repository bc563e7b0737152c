// Contact data as the pages of seekers and leads have them: left, changed, deleted, sealed anew, and under a relay that lies.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import './helpers/fetch.js';
import * as account from '../../web/js/crypto/account.js';
import { decodeContact, encodeContact, signContact } from '../../web/js/crypto/contact.js';
import { BadProof, BadStatement, RemoteError } from '../../web/js/crypto/errors.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { LetterKind, openLetter, sealLetter } from '../../web/js/crypto/letter.js';
import { ready, signPublic } from '../../web/js/crypto/primitives.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { NO_CERTIFICATE } from '../../web/js/crypto/roster.js';
import { ContactDesk } from '../../web/js/features/workspace/contactdesk.js';
import { ChangedElsewhere, KeyWaits, NOTHING_LEFT, decodeLeft, encodeLeft, unfit } from '../../web/js/features/enquiries/leavingcontact.js';
import { closed, decodeNote } from '../../web/js/features/enquiries/note.js';
import { WireError } from '../../web/js/wire/errors.js';
import { SMALL_TEAM } from './helpers/centre.js';
import { LeavingSeeker, LedOffice, leadContacts } from './helpers/contacts.js';
import { settled } from './helpers/clock.js';
import { DeskOf } from './helpers/desk.js';
import { hex } from './helpers/vectors.js';

before(ready);

const [EMAIL, PHONE] = ['kiesel@example.org', '+49 431 5555-1'];
const BOTH = { email: EMAIL, phone: PHONE };

async function scene() {
  const office = new LedOffice();
  const seeker = await LeavingSeeker.of(office);
  const jonas = await new DeskOf(office, office.jonas).signsIn();
  const maria = await new DeskOf(office, office.maria).signsIn();
  const contacts = leadContacts(jonas);
  const { ticket16 } = seeker.writer;
  const read = async () => {
    const { email, phone } = await contacts.open(ticket16, null);
    return [email, phone];
  };
  return { office, seeker, jonas, maria, contacts, ticket16, read };
}

const code = (/** @type {string} */ wanted) => (/** @type {unknown} */ error) => error instanceof WireError && error.code === wanted;

test('leads read what was left, counsellors do not, and the key opens it to nobody else', async () => {
  const { office, seeker, contacts, maria, ticket16, read } = await scene();
  await seeker.device().contact.leave(BOTH, 0);
  assert.deepEqual(await read(), [EMAIL, PHONE]);
  assert.deepEqual((await contacts.rows()).map(({ number, version, isCurrent }) => [number, version, isCurrent]), [[1, 1, 1]]);
  await assert.rejects(leadContacts(maria).open(ticket16, null), code('unknown'));
  await assert.rejects(leadContacts(maria).rows(), code('forbidden'));
  const { letter } = /** @type {any} */ (office.contacts.get(hex(ticket16)));
  for (const { seed } of maria.session.keyring.teamSeeds) assert.throws(() => openLetter(letter, seed), RemoteError);
  for (const text of [EMAIL, PHONE]) assert.ok(!Buffer.from(letter).includes(text));
});

test('it is changed and deleted on every device; whoever is second is told, and nothing is lost', async () => {
  const { seeker, contacts, read } = await scene();
  const [one, two] = [seeker.device(), seeker.device()];
  await one.contact.leave({ email: EMAIL, phone: '' }, 0);
  const { left, isKept, isCurrent } = await two.contact.look();
  assert.deepEqual([left.email, left.n, isKept, isCurrent], [EMAIL, 1, true, true]);
  await two.contact.leave(BOTH, 1);
  await assert.rejects(one.contact.leave({ email: 'other@example.org', phone: '' }, 1), ChangedElsewhere);
  assert.deepEqual([(await one.contact.look()).left, await read()], [two.contact.left, [EMAIL, PHONE]]);
  await one.contact.remove(2);
  assert.deepEqual(await contacts.rows(), []);
  const state = await two.contact.look();
  assert.deepEqual([state.left.email, state.left.n, state.isKept], ['', 3, false]);
  await two.contact.leave({ email: '', phone: PHONE }, 3);
  assert.deepEqual(await read(), ['', PHONE]);
  await two.contact.leave({ email: ' ', phone: '' }, 4);
  assert.deepEqual(await contacts.rows(), []);
});

for (const what of ['left', 'changed', 'removed']) {
  test(`a device that stops at any request: the next one brings it to its end (${what})`, async () => {
    for (let cut = 0; ; cut += 1) {
      const { seeker, contacts, read } = await scene();
      if (what !== 'left') await seeker.device().contact.leave({ email: EMAIL, phone: '' }, 0);
      const over = what === 'left' ? 0 : 1;
      const wanted = what === 'removed' ? { email: '', phone: '' } : { email: '', phone: PHONE };
      const device = seeker.device(cut, cut % 2 === 1);
      const stopped = await device.contact.leave(wanted, over).then(() => false, () => true);
      const next = seeker.device();
      await next.contact.mend();
      const { left } = next.contact;
      const rows = await contacts.rows();
      assert.equal(rows.length, left.email === '' && left.phone === '' ? 0 : 1, `request ${cut}`);
      if (rows.length > 0) assert.deepEqual(await read(), [left.email, left.phone]);
      if (!stopped) {
        assert.ok(cut >= 3);
        return;
      }
    }
  });
}

test('who reads the conversation sees that it is the same person; of another it is refused', async () => {
  const { office, seeker, contacts, ticket16 } = await scene();
  await seeker.device().contact.leave(BOTH, 0);
  const { transcript } = seeker.writer.written.box;
  assert.equal((await contacts.open(ticket16, transcript)).isConfirmed, true);
  assert.equal((await contacts.open(ticket16, null)).isConfirmed, false);
  const other = await LeavingSeeker.of(office);
  await assert.rejects(contacts.open(ticket16, other.writer.written.box.transcript), BadStatement);
});

test('sealed anew to the leads\' next key, by a lead or by the seeker\'s page, and still signed by who left it', async () => {
  for (const way of ['lead', 'seeker']) {
    const { office, seeker, jonas, contacts, ticket16, read } = await scene();
    await seeker.device().contact.leave(BOTH, 0);
    const before = /** @type {any} */ (office.contacts.get(hex(ticket16))).letter;
    await jonas.session.keyring.rememberSeed(await office.leadsHaveAnotherKey());
    assert.deepEqual((await contacts.rows()).map(({ isCurrent }) => isCurrent), [0]);
    if (way === 'lead') assert.deepEqual(await contacts.reseal(), { done: 1, all: 1, skipped: [] });
    else await seeker.device().contact.mend();
    assert.notEqual(hex(before), hex(/** @type {any} */ (office.contacts.get(hex(ticket16))).letter));
    assert.deepEqual([await read(), (await contacts.reseal()).all], [[EMAIL, PHONE], 0]);
    assert.equal((await contacts.open(ticket16, seeker.writer.written.box.transcript)).isConfirmed, true);
    await seeker.device().contact.leave({ email: '', phone: PHONE }, 1);
    assert.deepEqual(await read(), ['', PHONE]);
  }
});

test('a lead seals nothing over what the seeker has changed meanwhile', async () => {
  const { office, seeker, jonas, contacts, read } = await scene();
  await seeker.device().contact.leave({ email: EMAIL, phone: '' }, 0);
  await jonas.session.keyring.rememberSeed(await office.leadsHaveAnotherKey());
  const real = jonas.place.request;
  jonas.place.request = async (/** @type {string} */ name, /** @type {any[]} */ ...more) => {
    if (name === 'contact_reseal') await seeker.device().contact.leave({ email: '', phone: PHONE }, 1);
    return real(name, ...more);
  };
  assert.deepEqual(await contacts.reseal(), { done: 1, all: 1, skipped: [] });
  assert.deepEqual(await read(), ['', PHONE]);
});

test('nothing goes to leads whose key somebody has who leads no more, and nothing is kept of it', async () => {
  const { office, seeker } = await scene();
  const device = seeker.device();
  await office.jonasIsRevoked();
  await assert.rejects(device.contact.leave(BOTH, 0), KeyWaits);
  assert.deepEqual([device.contact.left, office.contacts.size], [NOTHING_LEFT, 0]);
});

test('nothing goes to a leads\' team with somebody in it who is no lead, nor is sealed anew to it', async () => {
  const { office, seeker, jonas, contacts } = await scene();
  await seeker.device().contact.leave(BOTH, 0);
  await jonas.session.keyring.rememberSeed(await office.leadsHaveAnotherKey({ others: [office.maria] }));
  await assert.rejects(contacts.reseal(), BadStatement);
  await assert.rejects(seeker.device().contact.leave({ email: '', phone: PHONE }, 1), BadStatement);
  assert.deepEqual((await contacts.rows()).map(({ version, isCurrent }) => [version, isCurrent]), [[1, 0]]);
});

test('a leads\' team that an admin has begun anew is seen before anything goes to it', async () => {
  const { office, seeker, jonas, read } = await scene();
  await jonas.session.keyring.rememberSeed(await office.leadsHaveAnotherKey({ restart: true }));
  const room = seeker.device().room();
  await room.begin();
  assert.notEqual(room.alarm.statement.value, null);
  room.type(BOTH);
  await room.save();
  assert.deepEqual([room.problem.value, room.typed.value, office.contacts.size], ['restarted', BOTH, 0]);
  assert.equal(await room.alarm.acknowledge(), true);
  assert.equal(room.alarm.statement.value, null);
  await room.save();
  assert.deepEqual([room.said.value, await read()], ['saved', [EMAIL, PHONE]]);
});

test('what was left with another access can be replaced and deleted, and is not shown', async () => {
  const { office, seeker, ticket16, read } = await scene();
  const stranger = await LeavingSeeker.of(office);
  office.caps.set(hex(stranger.writer.keys.ticketCap), ticket16);
  const entry = /** @type {any} */ (stranger.device().keyring.entries[0]);
  assert.equal(decodeNote(entry.settings).contact.length, 0);
  await seeker.device().contact.leave(BOTH, 0);
  const device = stranger.device();
  const { isAnothers, left } = await device.contact.look();
  assert.deepEqual([isAnothers, left.n], [true, 0]);
  await device.contact.remove(0);
  await assert.rejects(read(), code('unknown'));
});

// --- the room ---------------------------------------------------------------------------------------------

test('the room says who reads it, keeps what is typed, and says what went wrong', async () => {
  const { office, seeker, read } = await scene();
  const room = seeker.device().room();
  await room.begin();
  assert.deepEqual([room.readers.value?.map(({ name }) => name), room.typed.value, room.problem.value], [['Jonas K.'], { email: '', phone: '' }, '']);
  for (const [typed, problem] of /** @type {const} */ ([[{ email: 'kiesel' }, 'email'], [{ email: EMAIL, phone: '12' }, 'phone']])) {
    room.type(typed);
    await room.save();
    assert.deepEqual([room.problem.value, office.contacts.size], [problem, 0]);
  }
  room.type({ phone: '' });
  await room.save();
  assert.deepEqual([room.said.value, room.state.value.isKept, await read()], ['saved', true, [EMAIL, '']]);
  // Another device is faster: what is typed stays, and stands beside what is there.
  room.type({ email: 'mine@example.org' });
  await seeker.device().contact.leave({ email: '', phone: PHONE }, 1);
  await room.save();
  assert.deepEqual([room.problem.value, room.typed.value.email, room.state.value.left.phone], ['changed', 'mine@example.org', PHONE]);
  await room.save();
  assert.deepEqual([room.problem.value, await read()], ['', ['mine@example.org', '']]);
  await room.remove();
  assert.deepEqual([room.said.value, office.contacts.size, room.typed.value], ['removed', 0, { email: '', phone: '' }]);
  const cut = seeker.device(2).room();
  await cut.begin();
  cut.type({ email: EMAIL });
  await cut.save();
  assert.deepEqual([cut.problem.value, cut.typed.value.email], ['unreachable', EMAIL]);
});

// --- the desk ---------------------------------------------------------------------------------------------

test('the desk lists them, opens one by one, and says why it does not', async () => {
  const { office, seeker, jonas, ticket16 } = await scene();
  await seeker.device().contact.leave(BOTH, 0);
  const { transcript } = seeker.writer.written.box;
  const desk = new ContactDesk(jonas.place, SMALL_TEAM, { value: [{ id: hex(ticket16), model: { isLost: { value: false }, box: { transcript } } }] });
  await desk.look();
  const [row] = /** @type {any} */ (desk.rows.value);
  assert.deepEqual([row.number, row.isCurrent, desk.problem.value, desk.former.value], [1, true, '', 0]);
  await desk.open(row);
  assert.deepEqual([desk.opened.value[row.id].found?.email, desk.opened.value[row.id].found?.isConfirmed], [EMAIL, true]);
  desk.hide(row);
  assert.deepEqual(desk.opened.value, {});
  office.lies.contact_read = (reply) => ({ ...reply, version: 2 });
  await desk.open(row);
  assert.equal(desk.opened.value[row.id].problem, 'older');
  desk.hideAll();
  assert.deepEqual(desk.opened.value, {});
  office.lies = {};
  office.contacts.clear();
  await desk.open(row);
  assert.equal(desk.opened.value[row.id].problem, 'gone');
  office.lies.contacts = () => { throw new WireError('disconnected'); };
  await desk.look();
  assert.equal(desk.problem.value, 'offline');
});

// --- a relay that lies ------------------------------------------------------------------------------------

/**
 * A letter with contact data that somebody makes who was not asked.
 * @param {any} found
 * @param {any} [about]
 */
function made({ office, seeker, ticket16 }, { inner = keyOf('SignSecret', randomBytes(32)), outer = inner, certificateHash = NO_CERTIFICATE, kind = LetterKind.CONTACT, payload = null, ...changed } = {}) {
  const contact = { box16: seeker.writer.box16, ticket16, n: 1, atMs: 1, email: 'eve@example.org', phone: '', ...changed };
  const { kemPk } = /** @type {any} */ (office.newest.latestTeam(SMALL_TEAM)).team;
  const sealed = sealLetter(kemPk, outer, {
    kind, certificateHash, signPk: signPublic(outer), sentMs: 1, payload: payload ?? encodeContact(signContact(inner, contact)),
  });
  return { version: 1, letter: sealed };
}

test('those of two tickets are not swapped, and a former one is not the present one', async () => {
  const found = await scene();
  const { office, seeker, contacts, ticket16, read } = found;
  await seeker.device().contact.leave({ email: EMAIL, phone: '' }, 0);
  const former = office.contacts.get(hex(ticket16));
  const other = await LeavingSeeker.of(office);
  await other.device().contact.leave({ email: 'moos@example.org', phone: '' }, 0);
  office.lies.contact_read = () => office.contacts.get(hex(other.writer.ticket16));
  await assert.rejects(read(), BadStatement);
  office.lies = {};
  await seeker.device().contact.leave({ email: '', phone: PHONE }, 1);
  office.lies.contact_read = () => ({ ...former, version: 2 });
  await assert.rejects(read(), BadProof);
  office.lies = {};
  await read();
  office.lies.contact_read = () => former;
  await assert.rejects(contacts.open(ticket16, null), BadProof);
});

test('what a stranger makes is never the seeker\'s, and who brings it is the seeker or a lead', async () => {
  const found = await scene();
  const { office, seeker, contacts, ticket16, jonas, maria } = found;
  await seeker.device().contact.leave(BOTH, 0);
  const lies = async (/** @type {any} */ reply, /** @type {any} */ box = null) => {
    office.lies.contact_read = () => reply;
    return contacts.open(ticket16, box);
  };
  const { transcript } = seeker.writer.written.box;
  await assert.rejects(lies(made(found), transcript), BadStatement);
  assert.equal((await lies(made(found))).isConfirmed, false);
  const seed = /** @type {any} */ (jonas.session.keyring.teamSeeds.find((/** @type {any} */ one) => hex(one.team16) === hex(SMALL_TEAM))).seed;
  const { payload } = openLetter(/** @type {any} */ (office.contacts.get(hex(ticket16))).letter, seed);
  const [byMaria, byJonas, stranger] = [maria.session.keys.sign, jonas.session.keys.sign, keyOf('SignSecret', randomBytes(32))];
  for (const about of [
    { payload, outer: stranger },
    { payload, outer: byMaria, certificateHash: office.maria.certificateHash },
    { payload, outer: stranger, certificateHash: office.jonas.certificateHash },
    { payload, outer: byJonas, certificateHash: randomBytes(32) },
    { payload, outer: byJonas, certificateHash: office.jonas.certificateHash, kind: LetterKind.GRANT },
  ]) await assert.rejects(lies(made(found, about)), BadStatement);
  assert.equal((await lies(made(found, { payload, outer: byJonas, certificateHash: office.jonas.certificateHash }), transcript)).email, EMAIL);
  // The same key, in another box.
  const own = account.conversation(seeker.writer.ams, seeker.writer.box16).sign;
  await assert.rejects(lies(made(found, { inner: own, box16: randomBytes(16) }), transcript), BadStatement);
  assert.equal(decodeContact(payload).contact.email, EMAIL);
});

test('a list that never ends is no list', async () => {
  const { office, seeker, contacts } = await scene();
  await seeker.device().contact.leave(BOTH, 0);
  office.lies.contacts = (reply) => ({ rows: reply.rows.length > 0 ? reply.rows : [{ ...[...office.tickets.values()][0], version: 1, isCurrent: 1 }], hasMore: 1 });
  await assert.rejects(contacts.rows(), BadProof);
});

// --- what is typed, and what is remembered ------------------------------------------------------------------

test('what is typed is checked gently', () => {
  for (const [email, phone] of [['', ''], [' Ü@exämple.org ', ''], ['', ' 0431/55 (55)-1 '], [EMAIL, PHONE]]) assert.equal(unfit(email, phone), '');
  for (const email of ['kiesel', 'kiesel@', '@example.org', 'a b@example.org', 'a@b@c', '<a@b>', `${'a'.repeat(250)}@b.de`]) assert.equal(unfit(email, ''), 'email');
  for (const phone of ['1234', 'call me', '0431 55 55 x', '++49 431 5555', '1'.repeat(41)]) assert.equal(unfit('', phone), 'phone');
});

test('what an account remembers reads back, and goes when the conversation ends', async () => {
  const left = { n: 3, atMs: 1, ...BOTH };
  assert.deepEqual([decodeLeft(encodeLeft(left)), encodeLeft(NOTHING_LEFT).length, decodeLeft(new Uint8Array(0))], [left, 0, NOTHING_LEFT]);
  const { seeker } = await scene();
  const device = seeker.device();
  await device.contact.leave(BOTH, 0);
  const entry = /** @type {any} */ (device.keyring.entry(seeker.writer.box16));
  assert.equal(decodeLeft(decodeNote(entry.settings).contact).email, EMAIL);
  assert.equal(decodeNote(closed(entry, 5).settings).contact.length, 0);
  await settled();
});
