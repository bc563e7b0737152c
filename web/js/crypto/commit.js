// Commits: the only way a roster and its epoch secret change (protocol section 5).
// Twin of crypto/commit.py.
//
//   payload = [e, parent epoch_hash, box kind, about16, roster, reason, by,
//              HASH("es", box16, ES_e), HASH("share", box16, share), HASH("wraps", wraps)]
//   epoch_hash_e = HASH("commit", payload)
//   wraps = [[sidx, SEAL(kem_pk, ["es", box16, e, sidx], ES_e)]...], for those who were in and stay
//
// A commit e stands under epoch e-1; commit 0 under its own, with zero parent and no wraps. The rules
// here are pure: every member reaches the same verdict from the same bytes and the same log.

import { array, binary, decodeArray, encode, uint } from './encoding.js';
import { BOX_BYTES, wrapValue } from './envelope.js';
import { MAX_EPOCH, esHash, shareHash } from './epoch.js';
import { BadStatement, LocalError, NotCanonical } from './errors.js';
import { open, seal } from './kem.js';
import { keyOf } from './keys.js';
import { COMMIT, WRAPS } from './labels.js';
import { HASH_BYTES, equal, hash } from './primitives.js';
import { randomBytes } from './random.js';
import {
  BoxKind, MAX_MEMBERS, Role, activeCertificate, checkNewcomer, checkShape, entryFrom, entryValue,
  mayRemove, rights, sameEntry,
} from './roster.js';

/** @typedef {import('./encoding.js').Value} Value */
/** @typedef {import('./envelope.js').Wrap} Wrap */
/** @typedef {import('./keys.js').EpochSecret} EpochSecret */
/** @typedef {import('./keys.js').KemSecret} KemSecret */
/** @typedef {import('./keys.js').Share} Share */
/** @typedef {import('./random.js').Rand} Rand */
/** @typedef {import('./roster.js').Place} Place */
/** @typedef {import('./roster.js').RosterEntry} RosterEntry */
/** @typedef {import('./roster.js').RosterState} RosterState */
/** @typedef {import('./roster.js').StaffView} StaffView */

export const NO_EPOCH_HASH = new Uint8Array(HASH_BYTES);
export const MAX_REASON = 255;
const ITEMS = 10;
const EMPTY = new Uint8Array(0);

/** Why the roster changed, for the line that people read. An unknown number is kept. */
export const Reason = Object.freeze({
  CREATED: 0,
  ADDED: 1,
  REMOVED: 2,
  HAND_OVER: 3,
  ACCEPTED: 4,
  RELEASED: 5,
  REVOKED: 6,
  TEAM_KEY: 7,
  NEW_KEY: 8,
  DEPUTY: 9,
  CALLED_BACK: 10,
});

/**
 * The payload of an E1 of kind commit. `about16`: another box that this one is about or continues, or
 * empty. `by`: certificate hash of who signs for a team entry, or empty.
 * @typedef {object} Commit
 * @property {number} epoch
 * @property {Uint8Array} parent
 * @property {number} boxKind
 * @property {Uint8Array} about16
 * @property {readonly RosterEntry[]} roster
 * @property {number} reason
 * @property {Uint8Array} by
 * @property {Uint8Array} esHash
 * @property {Uint8Array} shareHash
 * @property {Uint8Array} wrapsHash
 */

/**
 * Returns the payload bytes of the E1.
 * @param {Commit} commit
 * @returns {Uint8Array}
 */
export function encodeCommit(commit) {
  return encode([
    commit.epoch,
    commit.parent,
    commit.boxKind,
    commit.about16,
    commit.roster.map(entryValue),
    commit.reason,
    commit.by,
    commit.esHash,
    commit.shareHash,
    commit.wrapsHash,
  ]);
}

/**
 * Reads what `encodeCommit` wrote; NotCanonical for any other shape.
 * @param {Uint8Array} raw
 * @returns {Commit}
 */
export function decodeCommit(raw) {
  const items = decodeArray(raw, ITEMS);
  const [boxKind, roster] = [uint(items[2], BoxKind.STAFF), array(items[4])];
  if (boxKind < BoxKind.CASE || roster.length > MAX_MEMBERS) {
    throw new NotCanonical('unknown kind of box, or too many members');
  }
  return {
    epoch: uint(items[0], MAX_EPOCH),
    parent: binary(items[1], HASH_BYTES),
    boxKind,
    about16: binary(items[3], 0, BOX_BYTES),
    roster: roster.map(entryFrom),
    reason: uint(items[5], MAX_REASON),
    by: binary(items[6], 0, HASH_BYTES),
    esHash: binary(items[7], HASH_BYTES),
    shareHash: binary(items[8], HASH_BYTES),
    wrapsHash: binary(items[9], HASH_BYTES),
  };
}

/**
 * Returns epoch_hash_e of an encoded commit; 32 bytes.
 * @param {Uint8Array} payload
 * @returns {Uint8Array}
 */
export function epochHash(payload) {
  return hash(COMMIT, payload);
}

/**
 * Returns HASH("wraps", wraps); 32 bytes.
 * @param {readonly Wrap[]} wraps
 * @returns {Uint8Array}
 */
export function wrapsHash(wraps) {
  return hash(WRAPS, wraps.map(wrapValue));
}

/**
 * Builds the first commit of a box; the caller seals it under epoch 0 and head_n 0.
 * @param {Uint8Array} box16
 * @param {number} boxKind
 * @param {readonly RosterEntry[]} roster
 * @param {EpochSecret} es
 * @param {Share} share
 * @param {Uint8Array} [about16]
 * @returns {Commit}
 */
export function makeCommit0(box16, boxKind, roster, es, share, about16 = EMPTY) {
  if (box16.length !== BOX_BYTES) throw new LocalError('a box has 16 bytes');
  return {
    epoch: 0,
    parent: NO_EPOCH_HASH,
    boxKind,
    about16,
    roster,
    reason: Reason.CREATED,
    by: EMPTY,
    esHash: esHash(box16, es),
    shareHash: shareHash(box16, share),
    wrapsHash: wrapsHash([]),
  };
}

/**
 * Builds the next commit and the wraps of `es` for those who stay.
 * @param {RosterState} previous
 * @param {readonly RosterEntry[]} roster
 * @param {number} reason
 * @param {EpochSecret} es
 * @param {Uint8Array} [by]
 * @param {Rand} [rand]
 * @returns {{ commit: Commit, wraps: Wrap[] }}
 */
export function makeCommit(previous, roster, reason, es, by = EMPTY, rand = randomBytes) {
  const epoch = previous.epoch + 1;
  const wraps = roster
    .filter((entry) => previous.entries.has(entry.sidx))
    .map((entry) => wrap(entry, previous.box16, epoch, es, rand));
  const commit = {
    epoch,
    parent: previous.epochHash,
    boxKind: previous.boxKind,
    about16: previous.about16,
    roster,
    reason,
    by,
    esHash: esHash(previous.box16, es),
    shareHash: previous.shareHash,
    wrapsHash: wrapsHash(wraps),
  };
  return { commit, wraps };
}

/**
 * Seals the secret of epoch `epoch` to one member.
 * @param {RosterEntry} entry
 * @param {Uint8Array} box16
 * @param {number} epoch
 * @param {EpochSecret} es
 * @param {Rand} [rand]
 * @returns {Wrap}
 */
export function wrap(entry, box16, epoch, es, rand = randomBytes) {
  const context = wrapContext(box16, epoch, entry.sidx);
  return { sidx: entry.sidx, sealed: seal(entry.kemPk, context, es, rand) };
}

/**
 * Opens the own wrap; the caller compares the secret's hash with the commit's.
 * @param {Wrap} own
 * @param {Uint8Array} box16
 * @param {number} epoch
 * @param {KemSecret} secret
 * @returns {EpochSecret}
 */
export function openWrap(own, box16, epoch, secret) {
  return keyOf('EpochSecret', open(secret, wrapContext(box16, epoch, own.sidx), own.sealed));
}

/**
 * Returns the state a good commit leaves; the caller has checked it, or trusts a letter.
 * @param {Uint8Array} box16
 * @param {Commit} commit
 * @param {number} [highestSidx]
 * @returns {RosterState}
 */
export function stateOf(box16, commit, highestSidx = 0) {
  return {
    box16,
    epoch: commit.epoch,
    epochHash: epochHash(encodeCommit(commit)),
    boxKind: commit.boxKind,
    about16: commit.about16,
    shareHash: commit.shareHash,
    entries: new Map(commit.roster.map((entry) => [entry.sidx, entry])),
    highestSidx: Math.max(highestSidx, ...commit.roster.map((entry) => entry.sidx)),
  };
}

/**
 * Judges the first commit; BadStatement names the broken rule.
 * @param {Uint8Array} box16
 * @param {Commit} commit
 * @param {number} signer
 * @param {readonly Wrap[]} wraps
 * @param {Place} place
 * @param {StaffView} staff
 * @returns {RosterState}
 */
export function checkCommit0(box16, commit, signer, wraps, place, staff) {
  const parentIsZero = equal(commit.parent, NO_EPOCH_HASH);
  if (commit.epoch !== 0 || !parentIsZero || commit.by.length > 0 || wraps.length > 0) {
    throw new BadStatement('not a first commit');
  }
  checkWraps(commit, wraps);
  checkShape(commit.boxKind, commit.roster);
  const state = stateOf(box16, commit);
  const author = state.entries.get(signer);
  if (author === undefined || !rights(commit.boxKind, author.role).create) {
    throw new BadStatement('this member may not create such a box');
  }
  if (commit.boxKind === BoxKind.CASE && commit.roster.length === 1) {
    throw new BadStatement('a case begins with somebody to answer');
  }
  for (const entry of commit.roster) checkNewcomer(commit.boxKind, entry, place, staff);
  return state;
}

/**
 * Judges a later commit against the state before it; BadStatement names the broken rule.
 * @param {RosterState} previous
 * @param {Commit} commit
 * @param {number} signer
 * @param {readonly Wrap[]} wraps
 * @param {Place} place
 * @param {StaffView} staff
 * @returns {RosterState}
 */
export function checkCommit(previous, commit, signer, wraps, place, staff) {
  if (commit.epoch !== previous.epoch + 1 || !equal(commit.parent, previous.epochHash)) {
    throw new BadStatement('epoch or parent does not follow');
  }
  if (commit.boxKind !== previous.boxKind || !equal(commit.about16, previous.about16)) {
    throw new BadStatement('kind and subject of a box never change');
  }
  if (!equal(commit.shareHash, previous.shareHash)) throw new BadStatement('the share changed');
  checkWraps(commit, wraps);
  checkShape(commit.boxKind, commit.roster);
  const author = previous.entries.get(signer);
  if (author === undefined) throw new BadStatement('the author is no member');
  checkBy(commit, author, place, staff);
  checkChanges(previous, commit, author.role, place, staff);
  const staying = commit.roster.filter((entry) => previous.entries.has(entry.sidx));
  if (wraps.length !== staying.length || staying.some((entry, at) => entry.sidx !== wraps[at].sidx)) {
    throw new BadStatement('wraps are for exactly those who stay');
  }
  return stateOf(previous.box16, commit, previous.highestSidx);
}

/**
 * @param {Commit} commit
 * @param {readonly Wrap[]} wraps
 */
function checkWraps(commit, wraps) {
  if (!equal(commit.wrapsHash, wrapsHash(wraps))) {
    throw new BadStatement('wraps are not the ones signed');
  }
}

/**
 * For a team entry somebody signs whom TEAM lists; nobody else names a `by`.
 * @param {Commit} commit
 * @param {RosterEntry} author
 * @param {Place} place
 * @param {StaffView} staff
 */
function checkBy(commit, author, place, staff) {
  if (author.role !== Role.TEAM) {
    if (commit.by.length > 0) throw new BadStatement('only for a team somebody else signs');
    return;
  }
  const team = staff.team(author.certificateHash);
  const { subject16 } = activeCertificate(commit.by, place, staff);
  if (team === null || !staff.inTeam(team.team.team16, subject16, place.logN, place.atMs)) {
    throw new BadStatement('TEAM does not list who signed');
  }
}

/**
 * @param {RosterState} previous
 * @param {Commit} commit
 * @param {number} author
 * @param {Place} place
 * @param {StaffView} staff
 */
function checkChanges(previous, commit, author, place, staff) {
  const after = new Map(commit.roster.map((entry) => [entry.sidx, entry]));
  const before = [...previous.entries.values()];
  const added = commit.roster.filter((entry) => !previous.entries.has(entry.sidx));
  const removed = before.filter((entry) => !after.has(entry.sidx));
  if (added.length + removed.length === 0) {
    throw new BadStatement('no commit without a change of the roster');
  }
  if (before.some((entry) => !sameEntry(after.get(entry.sidx) ?? entry, entry))) {
    throw new BadStatement('an entry never changes');
  }
  const allowed = rights(previous.boxKind, author);
  for (const entry of added) {
    if (entry.sidx <= previous.highestSidx) throw new BadStatement('sidx used before');
    if (!allowed.add.includes(entry.role)) {
      throw new BadStatement('this member may not add this role');
    }
    checkNewcomer(previous.boxKind, entry, place, staff);
  }
  if (!removed.every((entry) => mayRemove(previous.boxKind, author, entry, place, staff))) {
    throw new BadStatement('this member may not remove this one');
  }
}

/**
 * @param {Uint8Array} box16
 * @param {number} epoch
 * @param {number} sidx
 * @returns {Value}
 */
function wrapContext(box16, epoch, sidx) {
  return ['es', box16, epoch, sidx];
}
