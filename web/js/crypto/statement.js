// What the organisation states about its staff: the payloads of log leaves (protocol section 4).
// Twin of crypto/statement.py.
//
// Each payload is a frozen object with its `kind`; `encode` writes its bytes, `decode` reads them or
// throws NotCanonical, `maxMs` is how long it may be valid. Times are ms since epoch, UTC; an end of
// 0 means "no end". Leaves, hashes and signatures are in `certificate`; whether a statement counts is
// judged in `logview`.

import { isOrigin } from './checkpoint.js';
import { array, binary, decode as unpack, decodeArray, encode as pack, text, uint } from './encoding.js';
import { BadStatement, NotCanonical } from './errors.js';
import { Kind } from './kinds.js';
import { decodePublication, itemsOfPublication } from './publication.js';

export { Kind } from './kinds.js';

/** @typedef {import('./encoding.js').Value} Value */
/** @typedef {import('./keys.js').KemPublic} KemPublic */
/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./publication.js').Publication} Publication */

export const SUITE = 1;
export const SUBJECT_BYTES = 16;
export const DEPLOYMENT_BYTES = 16;
export const HASH_BYTES = 32;
export const DAY_MS = 24 * 60 * 60 * 1000;
export const MAX_ADMIN_MS = 366 * DAY_MS;
export const MAX_COUNSELLOR_MS = 90 * DAY_MS;
export const MAX_TEAM_MS = 30 * DAY_MS;
export const MAX_TEAM_MEMBERS = 200;
export const MAX_WITNESSES = 16;
export const MAX_COSIGNED_HOURS = 366 * 24;
export const MAX_RETENTION_RULES = 16;
export const MAX_NAME_CHARS = 200;
export const MAX_LANGUAGE_CHARS = 16;
export const MAX_REASON = 255;
export const NO_END_MS = 0;

const SIGN_PUBLIC_BYTES = 32;
const KEM_PUBLIC_BYTES = 1216;
const ASCII = /^[\u0000-\u007f]*$/;

/** What a certified person is. An ADMIN certificate has ADMIN, a COUNSELLOR one the others. */
export const Role = Object.freeze({ ADMIN: 1, COUNSELLOR: 2, LEAD: 3, AUDITOR: 4 });

/** Why a certificate ends early. A number and no text: the log is public and about people. */
export const RevokeReason = Object.freeze({ OTHER: 0, LEFT: 1, KEY_LOST: 2, ROLE_CHANGED: 3 });

/**
 * The first leaf, signed by the root key; its subject16 is the deployment id.
 * @typedef {{ readonly kind: 1, readonly rootPk: SignPublic, readonly standbyPk: SignPublic,
 *   readonly deploymentId: Uint8Array, readonly language: string }} Org
 */

/**
 * What the root fixes for everybody; subject16 is the deployment id. `logOrigin` and `logPk` name the
 * log in checkpoints. `retention`: [box kind, hours until the purge], sorted by kind. `witnesses`:
 * [name, key], of which `witnessQuorum` must have cosigned a checkpoint within the last
 * `cosignedHours`; 0 hours where no witness is asked for.
 * @typedef {{ readonly kind: 2, readonly suite: number, readonly logOrigin: string,
 *   readonly logPk: SignPublic, readonly retention: readonly (readonly [string, number])[],
 *   readonly witnesses: readonly (readonly [string, SignPublic])[],
 *   readonly witnessQuorum: number, readonly cosignedHours: number }} Policy
 */

/**
 * The keys and role of one person. It names the deployment, so that a root used twice cannot lend
 * one's staff to the other. `replaces`: under which subject16 the person was certified before losing
 * that key; else empty.
 * @typedef {{ readonly kind: 3 | 4, readonly deploymentId: Uint8Array, readonly role: number,
 *   readonly signPk: SignPublic, readonly kemPk: KemPublic, readonly replaces: Uint8Array }} Staff
 */

/**
 * Who stands in a team and its KEM key; subject16 of the leaf is team16. The first epoch is 1.
 * `members`: 1 to 200 subject16, sorted. `restart`: an admin began anew.
 * @typedef {{ readonly kind: 5, readonly team16: Uint8Array, readonly epoch: number,
 *   readonly kemPk: KemPublic, readonly members: readonly Uint8Array[],
 *   readonly restart: boolean }} Team
 */

/**
 * Ends a certificate from this place in the log on; subject16 is that certificate's.
 * @typedef {{ readonly kind: 6, readonly certificateHash: Uint8Array,
 *   readonly reason: number }} Revoke
 */

/**
 * The standby key puts a new root key in force; subject16 is the deployment id.
 * @typedef {{ readonly kind: 7, readonly rootPk: SignPublic }} RootChange
 */

/** @typedef {Org | Policy | Staff | Team | Revoke | RootChange | Publication} Payload */

/**
 * @param {{ deploymentId: Uint8Array, role: number, signPk: SignPublic, kemPk: KemPublic,
 *   replaces?: Uint8Array }} fields
 * @returns {Staff}
 */
export function staff({ deploymentId, role, signPk, kemPk, replaces = new Uint8Array(0) }) {
  const kind = role === Role.ADMIN ? Kind.ADMIN : Kind.COUNSELLOR;
  return Object.freeze({ kind, deploymentId, role, signPk, kemPk, replaces });
}

/**
 * Members are sorted here.
 * @param {{ team16: Uint8Array, epoch: number, kemPk: KemPublic, members: readonly Uint8Array[],
 *   restart?: boolean }} fields
 * @returns {Team}
 */
export function team({ team16, epoch, kemPk, members, restart = false }) {
  const sorted = Object.freeze([...members].sort(compare));
  return Object.freeze({ kind: Kind.TEAM, team16, epoch, kemPk, members: sorted, restart });
}

/**
 * @param {{ certificateHash: Uint8Array, reason?: number }} fields
 * @returns {Revoke}
 */
export function revoke({ certificateHash, reason = RevokeReason.OTHER }) {
  return Object.freeze({ kind: Kind.REVOKE, certificateHash, reason });
}

/**
 * Returns the payload bytes.
 * @param {Payload} payload
 * @returns {Uint8Array}
 */
export function encode(payload) {
  return pack(itemsOf(payload));
}

/**
 * Returns the longest validity of this payload's leaf in ms; 0 means that it has no end.
 * @param {Payload} payload
 * @returns {number}
 */
export function maxMs(payload) {
  switch (payload.kind) {
    case Kind.ADMIN: return MAX_ADMIN_MS;
    case Kind.COUNSELLOR: return MAX_COUNSELLOR_MS;
    case Kind.TEAM: return MAX_TEAM_MS;
    default: return NO_END_MS;
  }
}

/**
 * Tells whether this version knows statements of this kind.
 * @param {number} kind
 * @returns {boolean}
 */
export function isKnown(kind) {
  return kind >= Kind.ORG && kind <= Kind.DELETIONS;
}

/**
 * Reads a payload of a known `kind`; NotCanonical, or BadStatement when the kind is not its.
 * @param {number} kind
 * @param {Uint8Array} raw
 * @returns {Payload}
 */
export function decode(kind, raw) {
  switch (kind) {
    case Kind.ORG: return decodeOrg(raw);
    case Kind.POLICY: return decodePolicy(raw);
    case Kind.ADMIN:
    case Kind.COUNSELLOR: return decodeStaff(kind, raw);
    case Kind.TEAM: return decodeTeam(raw);
    case Kind.REVOKE: return decodeRevoke(raw);
    case Kind.ROOT_CHANGE: return decodeRootChange(raw);
    case Kind.RELEASE:
    case Kind.SITE:
    case Kind.DELETIONS: return decodePublication(kind, raw);
    default: throw new BadStatement('unknown kind');
  }
}

/**
 * @param {Uint8Array} raw
 * @returns {Org}
 */
export function decodeOrg(raw) {
  const [root, standby, deployment, language] = decodeArray(raw, 4);
  return Object.freeze({
    kind: Kind.ORG,
    rootPk: signPublic(root),
    standbyPk: signPublic(standby),
    deploymentId: binary(deployment, DEPLOYMENT_BYTES),
    language: text(language, MAX_LANGUAGE_CHARS),
  });
}

/**
 * @param {Payload} payload
 * @returns {Value}
 */
function itemsOf(payload) {
  switch (payload.kind) {
    case Kind.ORG:
      return [payload.rootPk, payload.standbyPk, payload.deploymentId, payload.language];
    case Kind.POLICY:
      return [
        payload.suite,
        payload.logOrigin,
        payload.logPk,
        payload.retention,
        payload.witnesses,
        payload.witnessQuorum,
        payload.cosignedHours,
      ];
    case Kind.ADMIN:
    case Kind.COUNSELLOR:
      return [payload.deploymentId, payload.role, payload.signPk, payload.kemPk, ...[payload.replaces].filter((one) => one.length)];
    case Kind.TEAM:
      return [payload.team16, payload.epoch, payload.kemPk, payload.members, payload.restart ? 1 : 0];
    case Kind.REVOKE:
      return [payload.certificateHash, payload.reason];
    case Kind.ROOT_CHANGE:
      return [payload.rootPk];
    default:
      return itemsOfPublication(payload);
  }
}

/**
 * @param {Uint8Array} raw
 * @returns {Policy}
 */
function decodePolicy(raw) {
  const [suite, origin, logPk, rules, witnesses, quorum, hours] = decodeArray(raw, 7);
  const policy = Object.freeze({
    kind: Kind.POLICY,
    suite: uint(suite),
    logOrigin: text(origin, MAX_NAME_CHARS),
    logPk: signPublic(logPk),
    retention: Object.freeze(array(rules).map(rule)),
    witnesses: Object.freeze(array(witnesses).map(witness)),
    witnessQuorum: uint(quorum, MAX_WITNESSES),
    cosignedHours: uint(hours, MAX_COSIGNED_HOURS),
  });
  const kinds = policy.retention.map(([kind]) => kind);
  // Beyond ASCII the two languages sort differently.
  const areSorted = kinds.every((kind, i) => ASCII.test(kind) && (i === 0 || kinds[i - 1] < kind));
  if (!areSorted || kinds.length > MAX_RETENTION_RULES) {
    throw new NotCanonical('retention rules not ASCII, not sorted, twice or too many');
  }
  const count = policy.witnesses.length;
  if (policy.witnessQuorum > count || count > MAX_WITNESSES) throw new NotCanonical('witnesses');
  if ((policy.witnessQuorum === 0) !== (policy.cosignedHours === 0)) {
    throw new NotCanonical('a quorum goes with an age, and an age with a quorum');
  }
  if (policy.suite !== SUITE || !isOrigin(policy.logOrigin)) {
    throw new NotCanonical('unknown suite or impossible log name');
  }
  return policy;
}

/**
 * @param {3 | 4} kind
 * @param {Uint8Array} raw
 * @returns {Staff}
 */
function decodeStaff(kind, raw) {
  const items = array(unpack(raw));
  // A fifth for who comes back.
  const [deployment, role, signPk, kemPk, ...before] = array(items, items.length === 5 ? 5 : 4);
  const number = uint(role);
  if (number < Role.ADMIN || number > Role.AUDITOR) throw new NotCanonical('unknown role');
  const payload = staff({
    deploymentId: binary(deployment, DEPLOYMENT_BYTES),
    role: number,
    signPk: signPublic(signPk),
    kemPk: binary(kemPk, KEM_PUBLIC_BYTES),
    ...(before.length && { replaces: binary(before[0], SUBJECT_BYTES) }),
  });
  if (payload.kind !== kind) throw new BadStatement('role and kind do not fit');
  return payload;
}

/**
 * @param {Uint8Array} raw
 * @returns {Team}
 */
function decodeTeam(raw) {
  const [team16, epoch, kemPk, members, restart] = decodeArray(raw, 5);
  const payload = Object.freeze({
    kind: Kind.TEAM,
    team16: binary(team16, SUBJECT_BYTES),
    epoch: uint(epoch),
    kemPk: binary(kemPk, KEM_PUBLIC_BYTES),
    members: Object.freeze(array(members).map((one) => binary(one, SUBJECT_BYTES))),
    restart: uint(restart, 1) === 1,
  });
  const list = payload.members;
  if (list.some((one, i) => i > 0 && compare(list[i - 1], one) >= 0)) {
    throw new NotCanonical('members not sorted or twice');
  }
  if (list.length < 1 || list.length > MAX_TEAM_MEMBERS || payload.epoch < 1) {
    throw new NotCanonical('team without members or epoch');
  }
  return payload;
}

/**
 * Unknown reasons are kept as numbers.
 * @param {Uint8Array} raw
 * @returns {Revoke}
 */
function decodeRevoke(raw) {
  const [certificateHash, reason] = decodeArray(raw, 2);
  return revoke({
    certificateHash: binary(certificateHash, HASH_BYTES),
    reason: uint(reason, MAX_REASON),
  });
}

/**
 * @param {Uint8Array} raw
 * @returns {RootChange}
 */
function decodeRootChange(raw) {
  const [root] = decodeArray(raw, 1);
  return Object.freeze({ kind: Kind.ROOT_CHANGE, rootPk: signPublic(root) });
}

/**
 * @param {Value} value
 * @returns {SignPublic}
 */
function signPublic(value) {
  return binary(value, SIGN_PUBLIC_BYTES);
}

/**
 * @param {Value} value
 * @returns {readonly [string, number]}
 */
function rule(value) {
  const [kind, hours] = array(value, 2);
  return [text(kind, MAX_NAME_CHARS), uint(hours)];
}

/**
 * @param {Value} value
 * @returns {readonly [string, SignPublic]}
 */
function witness(value) {
  const [name, key] = array(value, 2);
  return [text(name, MAX_NAME_CHARS), signPublic(key)];
}

/**
 * Orders ids of one size by their bytes.
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 * @returns {number}
 */
function compare(one, other) {
  const at = one.findIndex((byte, i) => byte !== other[i]);
  return at < 0 ? 0 : one[at] - other[at];
}
