// A relay that lies about written requests: nothing is opened, nothing is taken on, and no secret goes out.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { encodeCommit, makeCommit0 } from '../../web/js/crypto/commit.js';
import { capHash } from '../../web/js/crypto/credential.js';
import { Kind, openE1, sealE1 } from '../../web/js/crypto/envelope.js';
import { kid } from '../../web/js/crypto/epoch.js';
import { publicOf } from '../../web/js/crypto/kem.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { LetterKind, encodeWelcome, openLetter, sealLetter } from '../../web/js/crypto/letter.js';
import { ready, signPublic } from '../../web/js/crypto/primitives.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { BoxKind, NO_CERTIFICATE, Role } from '../../web/js/crypto/roster.js';
import { EnquiryState } from '../../web/js/wire/catalogue-staff.js';
import { WireError } from '../../web/js/wire/errors.js';
import { OTHER_PORTAL, OTHER_TEAM, PORTAL } from './helpers/centre.js';
import { settled } from './helpers/clock.js';
import { DeskOf } from './helpers/desk.js';
import { Office } from './helpers/office.js';
import { hex } from './helpers/vectors.js';
import { WideDesk, WideOffice } from './helpers/wideoffice.js';
import { Writer } from './helpers/writer.js';

before(ready);

const DAY_MS = 86_400_000;
/** What would be sent if a request were believed. */
const ACTS = ['enquiry_accept', 'commit', 'swap', 'page_save', 'post', 'enquiry_taken'];

/** @param {(found: Office) => Promise<unknown>} [begin] */
async function office(begin = (found) => new Writer(found).writes()) {
  const found = new Office();
  await begin(found);
  return { found, maria: await new DeskOf(found, found.maria).signsIn() };
}

/** @param {Office} found @param {DeskOf} desk @param {number} number @param {string} state */
async function isRefused(found, desk, number, state = 'refused') {
  const mark = found.sent.length;
  const content = await desk.opens(number);
  assert.deepEqual([content?.state, content?.pseudonym, content?.subject, content?.parts], [state, '', '', []]);
  assert.equal(await desk.takes(number), state === 'gone' ? 'late' : 'failed');
  assert.deepEqual(found.sent.slice(mark).map(([, what]) => what).filter((what) => ACTS.includes(what)), []);
  assert.equal(desk.case, null);
}

test('the letter of another request opens nothing', async () => {
  const { found, maria } = await office(async (one) => {
    await new Writer(one).writes();
    await new Writer(one).writes({ subject: 'Ein anderes' });
  });
  const [first, second] = [...found.tickets.values()];
  const other = (/** @type {Uint8Array} */ ticket16) => (hex(ticket16) === hex(first.ticket16) ? second : first).ticket16;
  found.lies.enquiry_letter = (_, { ticket16 }) => ({ letters: found.inbox.filter((one) => hex(one.ticket16) === hex(other(ticket16))) });
  await isRefused(found, maria, 1);
  await isRefused(found, maria, 2);
});

test('a request of another team is not one of this portal', async () => {
  const { found, maria } = await office((one) => new Writer(one).writes({ team16: OTHER_TEAM, portal16: PORTAL }));
  await isRefused(found, maria, 1);
  const true_ = await office((one) => new Writer(one).writes({ team16: OTHER_TEAM, portal16: OTHER_PORTAL }));
  assert.equal((await true_.maria.opens(1))?.state, 'open');
});

test('what is written to a colleague alone does not open', async () => {
  const { found, maria } = await office((one) => new Writer(one).writes({ to: one.jonas }));
  const [ticket] = found.tickets.values();
  maria.written.hear({ ...ticket, isAddressed: 0, assignee: new Uint8Array(0) });
  found.lies.enquiry_letter = () => ({ letters: found.inbox });
  await isRefused(found, maria, 1, 'noKey');
});

test('a letter of another kind welcomes nobody', async () => {
  const { found, maria } = await office(async (one) => {
    const seeker = await new Writer(one).writes();
    const letter = openLetter(one.inbox[0].e2, one.teamSeed);
    one.inbox[0].e2 = sealLetter(publicOf(one.teamSeed), seeker.keys.sign, { ...letter, kind: LetterKind.TEAM_PROPOSAL });
  });
  await isRefused(found, maria, 1);
});

test('a request that somebody else reads along is not a first request', async () => {
  const { found, maria } = await office((one) => new Writer(one).writes({ commits: (request, parts) => withThird(one, request, parts) }));
  await isRefused(found, maria, 1);
});

test('at ganz offen neither: as it was written it has nobody beside its team', async () => {
  const found = new WideOffice();
  await new Writer(found).writes({ commits: (request, parts) => withThird(found, request, parts) });
  await isRefused(found, await new WideDesk(found, found.maria).signsIn(), 1);
});

/**
 * Commit 0 of the seeker, the team, and Jonas besides.
 * @param {Office} found
 * @param {any} request
 * @param {any} parts
 */
async function withThird(found, request, { transcript, keys, es, other, ticket16, handle, logN, nowMs }) {
  const { box16, share } = transcript.state;
  const [jonas] = found.view.ownCertificates(found.jonas.subject16);
  const roster = [
    { sidx: 0, role: Role.SEEKER, signPk: signPublic(keys.sign), kemPk: publicOf(keys.kem), certificateHash: NO_CERTIFICATE },
    other.entry,
    { sidx: 2, role: Role.COUNSELLOR, signPk: jonas.signPk, kemPk: jonas.kemPk, certificateHash: jonas.hash },
  ];
  const payload = encodeCommit(makeCommit0(box16, BoxKind.CASE, roster, es, share));
  const e1 = sealE1(transcript.key, keys.sign, transcript.draft({ kind: Kind.COMMIT, stream: 7, i: 0, sentMs: nowMs, logN, payload, sidx: 0 }));
  const joinCap = keyOf('CapSecret', randomBytes(32));
  const welcome = encodeWelcome({ box16, epoch: 0, es, commit: openE1(e1, transcript.key), joinCap, ticket16, handle, continuity: null });
  const letter = sealLetter(other.entry.kemPk, keys.sign, {
    kind: LetterKind.WELCOME, certificateHash: NO_CERTIFICATE, signPk: signPublic(keys.sign), sentMs: nowMs, payload: welcome,
  });
  const caps = [{ sidx: 1, capHash: capHash(joinCap), rights: other.rights, team16: other.team16 }];
  await request('commit', { box16, oldKid: new Uint8Array(8), newKid: kid(es, box16, 0), e1, caps, out: [], letters: [letter], ticket16 }, keys.cap);
}

test('a wrong share opens nothing', async () => {
  const { found, maria } = await office();
  found.lies.share = () => ({ share: randomBytes(32) });
  await isRefused(found, maria, 1);
});

test('changed, missing and repeated messages are not shown as a request', async () => {
  /** @type {Record<string, (reply: any) => any>} */
  const lies = {
    'a box without anything': (reply) => ({ ...reply, rows: [], headN: 0 }),
    missing: (reply) => ({ ...reply, rows: reply.rows.filter((/** @type {any} */ { n }) => n !== 2) }),
    'without the commit that lets the team in': (reply) => ({ ...reply, rows: reply.rows.map((/** @type {any} */ row) => ({ ...row, e1: reply.rows.at(-1).e1 })) }),
  };
  for (const lie of Object.values(lies)) {
    const { found, maria } = await office();
    found.lies.read = lie;
    await isRefused(found, maria, 1);
  }
});

test('a request that nothing is behind is gone, and stays untaken', async () => {
  const { found, maria } = await office();
  maria.written.hear({ ...[...found.tickets.values()][0], ticket16: randomBytes(16), number: 7 });
  assert.deepEqual(maria.rows.map(({ number }) => number), [1, 7]);
  const id = maria.written.rows.value[1].id;
  await maria.written.first(id)?.open();
  assert.equal(maria.written.first(id)?.content.value.state, 'gone');
  assert.equal(await maria.written.take(id), 'late');
});

test('a row that says it is mine makes no conversation', async () => {
  const { found, maria } = await office();
  maria.written.hear({ ...[...found.tickets.values()][0], state: EnquiryState.WAITING, assignee: found.maria.subject16 });
  await settled();
  assert.deepEqual([maria.case, maria.session.keyring.entries], [null, []]);
});

test('a page that begins again, and a list without end, are read once', async () => {
  const { found, maria } = await office();
  const rows = [...found.tickets.values()].map((one) => ({ ...one }));
  found.lies.enquiries = () => ({ rows, hasMore: 1 });
  const mark = found.sent.length;
  await maria.written.begin(maria.session);
  await maria.written.readRest();
  assert.ok(found.sent.length - mark < 8);
  assert.equal(maria.written.isComplete.value, true);
});

test('without a certificate in force nothing is committed, and the others may take it on', async () => {
  const { found, maria } = await office();
  await maria.opens(1);
  found.clock.set(30 * DAY_MS);
  const mark = found.sent.length;
  assert.equal(await maria.takes(1), 'failed');
  assert.deepEqual(found.sent.slice(mark).map(([, what]) => what).filter((what) => [...ACTS, 'enquiry_return'].includes(what)), ['enquiry_accept', 'enquiry_return']);
  assert.deepEqual([...found.tickets.values()].map(({ state }) => state), [EnquiryState.OPEN]);
});

test('a commit that the others would refuse is never sent', async () => {
  const { found, maria } = await office();
  await maria.opens(1);
  const [own] = found.view.ownCertificates(found.maria.subject16);
  // A certificate of somebody whom the team does not list.
  maria.session.certificate = () => ({ ...own, hash: found.view.ownCertificates(new Uint8Array(16).fill(40))[0]?.hash ?? randomBytes(32) });
  assert.equal(await maria.takes(1), 'failed');
  assert.ok(!found.askedBy('Maria B.').some((what) => ['commit', 'page_save'].includes(what)));
});

test('a commit that is refused leaves the request to the others', async () => {
  const { found, maria } = await office();
  found.lies.commit = () => { throw new WireError('storage'); };
  await maria.opens(1);
  // The answer lies after the deed; here it comes instead of it.
  const commit = found.commit;
  found.commit = () => { throw new WireError('storage'); };
  assert.equal(await maria.takes(1), 'failed');
  found.commit = commit;
  assert.deepEqual([...found.tickets.values()].map(({ state }) => state), [EnquiryState.OPEN]);
  await settled();
  assert.equal(maria.written.first(maria.idOf(1))?.content.value.state, 'open', 'whoever looks at it still reads it');
  delete found.lies.commit;
  assert.equal(await maria.takes(1), 'taken');
});

test('a row that lies about an own conversation is set right, and changes nothing here', async () => {
  const { found, maria } = await office();
  await maria.takes(1);
  maria.case?.model?.say('Guten Tag.');
  await settled();
  const [ticket] = found.tickets.values();
  Object.assign(ticket, { state: EnquiryState.WAITING });
  const back = await new DeskOf(found, found.maria).signsIn();
  assert.deepEqual([back.case?.model?.standing.value, ticket.state], ['answered', EnquiryState.ANSWERED]);
});

test('one unsound request keeps nobody from the others', async () => {
  const { found, maria } = await office(async (one) => {
    await new Writer(one).writes();
    await new Writer(one).writes({ subject: 'Das zweite' });
  });
  const [first] = found.tickets.values();
  found.lies.enquiry_letter = (reply, { ticket16 }) => (hex(ticket16) === hex(first.ticket16) ? { letters: [{ ...reply.letters[0], e2: found.inbox[1].e2 }] } : reply);
  maria.written.look([maria.idOf(1), maria.idOf(2)]);
  await settled();
  assert.deepEqual([1, 2].map((number) => maria.written.first(maria.idOf(number))?.content.value.state), ['refused', 'open']);
});
