// How reading a box begins: from the start, by a letter, or on from a pin (protocol section 5). Twin of
// crypto/reading.py.

import { nameOf, streamName } from './boxstate.js';
import { start as startChain } from './chain.js';
import { checkCommit0, decodeCommit, stateOf } from './commit.js';
import { Kind, verify } from './envelope.js';
import { esHash, key, shareHash } from './epoch.js';
import { BadProof, BadStatement } from './errors.js';
import { publicOf } from './kem.js';
import { equal } from './primitives.js';
import { Role, activeCertificate, checkKeys, checkNewcomer, checkShape, isRevoked } from './roster.js';
import { Transcript } from './transcript.js';

/** @typedef {import('./boxstate.js').Pin} Pin */
/** @typedef {import('./boxstate.js').State} State */
/** @typedef {import('./commit.js').Commit} Commit */
/** @typedef {import('./keys.js').EpochSecret} EpochSecret */
/** @typedef {import('./keys.js').KemSecret} KemSecret */
/** @typedef {import('./keys.js').Share} Share */
/** @typedef {import('./letter.js').Letter} Letter */
/** @typedef {import('./letter.js').Welcome} Welcome */
/** @typedef {import('./roster.js').Place} Place */
/** @typedef {import('./roster.js').RosterState} RosterState */
/** @typedef {import('./roster.js').StaffView} StaffView */

/**
 * What a reader of a box holds: KEM keys (own, and of teams), the share, epoch secrets kept.
 * @typedef {{ kemSecrets: readonly KemSecret[], share: Share, secrets: readonly EpochSecret[] }} Holder
 */

/**
 * Reads from number 1 with the secret of epoch 0: the creator, or a device with the keyring.
 * @param {Uint8Array} box16
 * @param {EpochSecret} es
 * @param {Holder} holder
 * @param {StaffView} staff
 * @param {number} [admitted] the epoch whose commit added me, where the earlier ones were granted: in
 *   those I am in no roster, and read with the secrets of the grant
 * @returns {Transcript}
 */
export function start(box16, es, holder, staff, admitted = 0) {
  const state = newState(box16, holder, 0, startChain(box16));
  state.admitted = admitted;
  enter(state, 0, es);
  return new Transcript(state, staff);
}

/**
 * Reads from where a commit added me; that commit is checked here as far as a newcomer can. Whether the
 * letter's key is the one expected (who accepted, whom the page named) is for the caller. BadSignature,
 * BadStatement or BadProof otherwise; the staff log must reach the commit's.
 * @param {Letter} letter
 * @param {Welcome} welcome
 * @param {Holder} holder
 * @param {StaffView} staff
 * @returns {Transcript}
 */
export function join(letter, welcome, holder, staff) {
  const { commit: opened, box16 } = welcome;
  const { body } = opened;
  verify(opened, letter.signPk);
  const root = staff.logRoot(body.logN);
  if (root === null || !equal(root, body.logRoot)) {
    throw new BadProof("the writer's staff log is not mine");
  }
  const news = decodeCommit(body.payload);
  if (body.kind !== Kind.COMMIT || news.epoch !== welcome.epoch) {
    throw new BadStatement('not the commit of this epoch');
  }
  if (!equal(news.esHash, esHash(box16, welcome.es))) {
    throw new BadStatement('not the secret of this commit');
  }
  if (!equal(news.shareHash, shareHash(box16, holder.share))) {
    throw new BadStatement('not the share of this commit');
  }
  const place = { logN: body.logN, atMs: body.sentMs };
  const state = newState(box16, holder, body.headN, body.head);
  if (news.epoch === 0) {
    if (body.headN !== 0 || !equal(body.head, startChain(box16))) {
      throw new BadProof('a first commit stands at the start');
    }
    state.roster = checkCommit0(box16, news, body.sidx, [], place, staff);
  } else {
    state.roster = stateOf(box16, news);
    checkRoster(state.roster, state, place, staff);
    state.beganLate = true;
    state.oldKids.add(nameOf(opened.outer.kid8));
  }
  checkAuthor(letter, news, body.sidx, place, staff);
  enter(state, news.epoch, welcome.es);
  if (!news.roster.some((entry) => state.ownKem.has(nameOf(entry.kemPk)))) {
    throw new BadStatement('the commit does not add me');
  }
  state.joining = opened;
  return new Transcript(state, staff);
}

/**
 * Reads on from where this device stopped.
 * @param {Pin} pin
 * @param {Holder} holder
 * @param {StaffView} staff
 * @returns {Transcript}
 */
export function resume(pin, holder, staff) {
  const state = newState(pin.roster.box16, holder, pin.n, pin.head);
  state.roster = pin.roster;
  state.beganLate = true;
  state.oldKids = new Set(pin.oldKids.map(nameOf));
  state.streams = new Map(
    pin.streams.map(([sidx, stream, last]) => [streamName(sidx, stream), last]),
  );
  state.logN = pin.logN;
  enter(state, pin.roster.epoch, pin.es);
  return new Transcript(state, staff);
}

/**
 * @param {Uint8Array} box16
 * @param {Holder} holder
 * @param {number} base
 * @param {Uint8Array} head
 * @returns {State}
 */
function newState(box16, holder, base, head) {
  return {
    box16,
    share: holder.share,
    ownKem: new Map(holder.kemSecrets.map((secret) => [nameOf(publicOf(secret)), secret])),
    secrets: new Map(holder.secrets.map((es) => [nameOf(esHash(box16, es)), es])),
    base,
    heads: [head],
    roster: null,
    key: null,
    es: null,
    oldKids: new Set(),
    streams: new Map(),
    expectedHeads: new Map(),
    ownPosts: new Map(),
    joining: null,
    beganLate: false,
    admitted: 0,
    logN: 0,
  };
}

/**
 * @param {State} state
 * @param {number} epoch
 * @param {EpochSecret} es
 */
function enter(state, epoch, es) {
  state.es = es;
  state.key = key(es, state.box16, epoch, state.share);
  state.secrets.set(nameOf(esHash(state.box16, es)), es);
}

/**
 * A newcomer does not know who came when: the others' keys, and the own entry in full.
 * @param {RosterState} roster
 * @param {State} state
 * @param {Place} place
 * @param {StaffView} staff
 */
function checkRoster(roster, state, place, staff) {
  const entries = [...roster.entries.values()];
  checkShape(roster.boxKind, entries);
  for (const entry of entries) {
    if (state.ownKem.has(nameOf(entry.kemPk))) checkNewcomer(roster.boxKind, entry, place, staff);
    else checkKeys(entry, staff);
  }
}

/**
 * Who signed is in the new roster, or is certified: it may have handed over and left.
 * @param {Letter} letter
 * @param {Commit} news
 * @param {number} sidx
 * @param {Place} place
 * @param {StaffView} staff
 */
function checkAuthor(letter, news, sidx, place, staff) {
  const entry = news.roster.find((one) => one.sidx === sidx);
  if (entry !== undefined && entry.role !== Role.TEAM) {
    if (!equal(entry.signPk, letter.signPk) || isRevoked(entry, place.logN, staff)) {
      throw new BadStatement("the letter is not from the commit's author");
    }
    return;
  }
  const certificate = activeCertificate(letter.certificateHash, place, staff);
  const namesOther = news.by.length > 0 && !equal(news.by, letter.certificateHash);
  if (namesOther || !equal(certificate.signPk, letter.signPk)) {
    throw new BadStatement("the letter is not from the commit's author");
  }
}
