// Who is in a box and who may change that (protocol section 5, the table of box kinds).
// Twin of crypto/roster.py.
//
//   roster entry = [sidx, role, sign_pk, kem_pk, certificate hash or zeros]
//
// A team entry has a zero sign_pk and the TEAM hash. Entries stand in rising order of sidx; a new
// sidx is larger than every one used before, so that none is ever used twice. Everything about staff
// is asked of a StaffView at a place: the log size that the writer stated and the time of the
// message, so that reading an old box again gives the same answers.

import { isRevokedIn, runsAt } from './certificate.js';
import { array, binary, uint } from './encoding.js';
import { MAX_SIDX } from './envelope.js';
import { BadStatement, NotCanonical } from './errors.js';
import { KEY_BYTES } from './keys.js';
import { HASH_BYTES, equal } from './primitives.js';
import { Role as StaffRole } from './statement.js';

/** @typedef {import('./certificate.js').Certificate} Certificate */
/** @typedef {import('./encoding.js').Value} Value */
/** @typedef {import('./keys.js').KemPublic} KemPublic */
/** @typedef {import('./keys.js').SignPublic} SignPublic */

export const MAX_MEMBERS = 50;
export const NO_CERTIFICATE = new Uint8Array(HASH_BYTES);
export const NO_SIGN_PK = new Uint8Array(KEY_BYTES.SignPublic);

/** What a box is for; it never changes. */
export const BoxKind = Object.freeze({ CASE: 1, GROUP: 2, STAFF: 3 });

/** What a member is in a box. */
export const Role = Object.freeze({
  SEEKER: 1,
  COUNSELLOR: 2,
  LEAD: 3,
  TEAM: 4,
  MODERATOR: 5,
  PARTICIPANT: 6,
  STAFF: 7,
});

/**
 * One member of a box, with full keys.
 * @typedef {object} RosterEntry
 * @property {number} sidx
 * @property {number} role
 * @property {SignPublic} signPk
 * @property {KemPublic} kemPk
 * @property {Uint8Array} certificateHash
 */

/**
 * What the last good commit left behind.
 * @typedef {object} RosterState
 * @property {Uint8Array} box16
 * @property {number} epoch
 * @property {Uint8Array} epochHash
 * @property {number} boxKind
 * @property {Uint8Array} about16
 * @property {Uint8Array} shareHash
 * @property {ReadonlyMap<number, RosterEntry>} entries by sidx, in rising order
 * @property {number} highestSidx
 */

/**
 * Where a statement is judged: the log's size as far as this box knows it, and the time.
 * @typedef {{ logN: number, atMs: number }} Place
 */

/**
 * What a client has read out of the log; answers for any earlier place in it too. An empty `team16`
 * asks for some team; `logRoot` is null when the log read is shorter.
 * @typedef {object} StaffView
 * @property {(certificateHash: Uint8Array) => Readonly<Certificate> | null} counsellor
 * @property {(teamHash: Uint8Array) => { team: { team16: Uint8Array, kemPk: KemPublic } } | null} team
 * @property {(teamHash: Uint8Array, logN: number, atMs: number) => boolean} isCurrentTeam
 * @property {(team16: Uint8Array, subject16: Uint8Array, logN: number, atMs: number) => boolean} inTeam
 * @property {(logN: number) => Uint8Array | null} logRoot
 */

/**
 * Returns the array of five.
 * @param {RosterEntry} entry
 * @returns {Value[]}
 */
export function entryValue(entry) {
  return [entry.sidx, entry.role, entry.signPk, entry.kemPk, entry.certificateHash];
}

/**
 * Reads what `entryValue` wrote; NotCanonical for any other shape or an unknown role.
 * @param {Value} value
 * @returns {RosterEntry}
 */
export function entryFrom(value) {
  const [sidx, role, signPk, kemPk, certificateHash] = array(value, 5);
  if (uint(role, Role.STAFF) < Role.SEEKER) throw new NotCanonical('unknown role');
  return {
    sidx: uint(sidx, MAX_SIDX),
    role: uint(role),
    signPk: binary(signPk, KEY_BYTES.SignPublic),
    kemPk: binary(kemPk, KEY_BYTES.KemPublic),
    certificateHash: binary(certificateHash, HASH_BYTES),
  };
}

/**
 * Tells whether two entries are the same in every byte.
 * @param {RosterEntry} one
 * @param {RosterEntry} other
 * @returns {boolean}
 */
export function sameEntry(one, other) {
  return one.sidx === other.sidx && one.role === other.role && equal(one.signPk, other.signPk)
    && equal(one.kemPk, other.kemPk) && equal(one.certificateHash, other.certificateHash);
}

/**
 * Which roles an author may add and remove; who may create and close.
 * @typedef {{ add: readonly number[], remove: readonly number[], create: boolean, close: boolean }} Rights
 */

const CASE_STAFF = [Role.COUNSELLOR, Role.LEAD, Role.TEAM];
const CASE_ALL = [...CASE_STAFF, Role.SEEKER];
const GROUP_ALL = [Role.MODERATOR, Role.PARTICIPANT];

/** @type {Readonly<Record<number, Readonly<Record<number, Rights>>>>} */
export const RIGHTS = Object.freeze({
  [BoxKind.CASE]: {
    // The seeker takes out revoked staff only: `mayRemove` looks at the certificate too.
    [Role.SEEKER]: {
      add: [Role.TEAM], remove: [Role.COUNSELLOR, Role.LEAD], create: true, close: true,
    },
    [Role.COUNSELLOR]: { add: CASE_ALL, remove: CASE_ALL, create: true, close: true },
    [Role.LEAD]: { add: CASE_ALL, remove: CASE_ALL, create: true, close: false },
    [Role.TEAM]: { add: CASE_STAFF, remove: CASE_STAFF, create: false, close: false },
  },
  [BoxKind.GROUP]: {
    [Role.MODERATOR]: { add: GROUP_ALL, remove: GROUP_ALL, create: true, close: true },
    [Role.PARTICIPANT]: { add: [], remove: [], create: false, close: false },
  },
  [BoxKind.STAFF]: {
    [Role.STAFF]: { add: [Role.STAFF], remove: [Role.STAFF], create: true, close: true },
  },
});

/** @type {readonly number[]} */
const CERTIFIED = [Role.COUNSELLOR, Role.LEAD, Role.MODERATOR, Role.STAFF];

/**
 * Returns what `role` may do in such a box; BadStatement when the role has no place there.
 * @param {number} boxKind
 * @param {number} role
 * @returns {Rights}
 */
export function rights(boxKind, role) {
  const found = RIGHTS[boxKind]?.[role];
  if (found === undefined) throw new BadStatement('this role has no place in this kind of box');
  return found;
}

/**
 * Refuses a roster that no box of this kind may have, whoever signed it.
 * @param {number} boxKind
 * @param {readonly RosterEntry[]} entries
 */
export function checkShape(boxKind, entries) {
  if (entries.length < 1 || entries.length > MAX_MEMBERS) {
    throw new BadStatement('a box has 1 to 50 members');
  }
  if (entries.some((entry, at) => at > 0 && entry.sidx <= entries[at - 1].sidx)) {
    throw new BadStatement('roster not in rising order');
  }
  for (const entry of entries) {
    rights(boxKind, entry.role);
    if ((entry.role === Role.TEAM) !== equal(entry.signPk, NO_SIGN_PK)) {
      throw new BadStatement('a team, and only a team, has no key to sign with');
    }
    const needsHash = CERTIFIED.includes(entry.role) || entry.role === Role.TEAM;
    if (needsHash === equal(entry.certificateHash, NO_CERTIFICATE)) {
      throw new BadStatement('staff, and only staff, have a certificate');
    }
  }
  const signers = entries.filter((entry) => entry.role !== Role.TEAM);
  if (hasTwins(signers.map((entry) => entry.signPk)) || hasTwins(entries.map((entry) => entry.kemPk))) {
    throw new BadStatement('one key stands twice');
  }
  const seekers = entries.filter((entry) => entry.role === Role.SEEKER).length;
  if (boxKind === BoxKind.CASE && seekers !== 1) throw new BadStatement('a case has exactly one seeker');
}

/**
 * Refuses an entry whose keys are not the ones its certificate or TEAM states.
 * @param {RosterEntry} entry
 * @param {StaffView} staff
 */
export function checkKeys(entry, staff) {
  if (entry.role === Role.TEAM) {
    const statement = staff.team(entry.certificateHash);
    if (statement === null || !equal(statement.team.kemPk, entry.kemPk)) {
      throw new BadStatement('unknown TEAM, or not its key');
    }
  } else if (CERTIFIED.includes(entry.role)) {
    const certificate = staff.counsellor(entry.certificateHash);
    if (certificate === null) throw new BadStatement('no such certificate in the log');
    if (!equal(certificate.signPk, entry.signPk) || !equal(certificate.kemPk, entry.kemPk)) {
      throw new BadStatement('not the certified keys');
    }
  }
}

/**
 * Refuses a new entry whose certificate or TEAM does not carry it at this place.
 * @param {number} boxKind
 * @param {RosterEntry} entry
 * @param {Place} place
 * @param {StaffView} staff
 */
export function checkNewcomer(boxKind, entry, place, staff) {
  checkKeys(entry, staff);
  if (entry.role === Role.TEAM) {
    if (!staff.isCurrentTeam(entry.certificateHash, place.logN, place.atMs)) {
      throw new BadStatement('TEAM is not current');
    }
    return;
  }
  if (!CERTIFIED.includes(entry.role)) return;
  const certificate = activeCertificate(entry.certificateHash, place, staff);
  if (entry.role === Role.LEAD && certificate.role !== StaffRole.LEAD) {
    throw new BadStatement('not certified as a lead');
  }
  const anyTeam = new Uint8Array(0);
  if (boxKind === BoxKind.CASE
    && !staff.inTeam(anyTeam, certificate.subject16, place.logN, place.atMs)) {
    throw new BadStatement('in no current TEAM');
  }
}

/**
 * Returns a counsellor's certificate in force at `place`: for joins and team commits.
 * @param {Uint8Array} certificateHash
 * @param {Place} place
 * @param {StaffView} staff
 * @returns {Readonly<Certificate>}
 */
export function activeCertificate(certificateHash, place, staff) {
  const certificate = staff.counsellor(certificateHash);
  if (certificate === null || certificate.index >= place.logN) {
    throw new BadStatement('no such certificate in the log');
  }
  if (certificate.role === StaffRole.ADMIN) throw new BadStatement("an admin's certificate opens no box");
  if (isRevokedIn(certificate, place.logN) || !runsAt(certificate, place.atMs)) {
    throw new BadStatement('certificate ended or revoked');
  }
  return certificate;
}

/**
 * Tells whether the first `logN` leaves revoke the entry's certificate.
 * @param {RosterEntry} entry
 * @param {number} logN
 * @param {StaffView} staff
 * @returns {boolean}
 */
export function isRevoked(entry, logN, staff) {
  if (!CERTIFIED.includes(entry.role)) return false;
  const certificate = staff.counsellor(entry.certificateHash);
  return certificate === null || isRevokedIn(certificate, logN);
}

/**
 * Tells whether the entry's certificate has run out: the conversation goes on, with a notice.
 * @param {RosterEntry} entry
 * @param {number} atMs
 * @param {StaffView} staff
 * @returns {boolean}
 */
export function hasEnded(entry, atMs, staff) {
  const certificate = CERTIFIED.includes(entry.role) ? staff.counsellor(entry.certificateHash) : null;
  return certificate !== null && !runsAt(certificate, atMs);
}

/**
 * Tells whether a member with role `author` may take `entry` out.
 * @param {number} boxKind
 * @param {number} author
 * @param {RosterEntry} entry
 * @param {Place} place
 * @param {StaffView} staff
 * @returns {boolean}
 */
export function mayRemove(boxKind, author, entry, place, staff) {
  if (!rights(boxKind, author).remove.includes(entry.role)) return false;
  return author !== Role.SEEKER || isRevoked(entry, place.logN, staff);
}

/** @param {readonly Uint8Array[]} keys */
function hasTwins(keys) {
  return keys.some((one, at) => keys.slice(0, at).some((other) => equal(one, other)));
}
