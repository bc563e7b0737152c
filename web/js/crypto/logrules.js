// The rules by which a statement counts, judged at its place in the log (protocol section 4).
// Twin of crypto/logrules.py.
//
// `judge` looks at one leaf and the state before it and names the first broken rule; `apply` takes a
// valid one into the state. A bad statement stays in the tree, because every client must compute the
// same root, but gives no rights. All clients and the relay must judge alike, so nothing here depends
// on the present time: an issuer's validity is compared with the leaf's own not_before.

import { fitsLimit, keyHash, runsAt, verifyLeaf } from './certificate.js';
import { BadSignature, BadStatement } from './errors.js';
import { equal } from './primitives.js';
import { Kind, maxMs, RevokeReason } from './statement.js';

/** @typedef {import('./certificate.js').Certificate} Certificate */
/** @typedef {import('./certificate.js').Leaf} Leaf */
/** @typedef {import('./certificate.js').TeamStatement} TeamStatement */
/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./statement.js').Org} Org */
/** @typedef {import('./statement.js').Payload} Payload */
/** @typedef {import('./statement.js').Policy} Policy */
/** @typedef {import('./statement.js').Revoke} Revoke */
/** @typedef {import('./statement.js').RootChange} RootChange */
/** @typedef {import('./statement.js').Staff} Staff */
/** @typedef {import('./statement.js').Team} Team */

/** Why a statement does not count; OK when it does. */
export const Reason = Object.freeze({
  OK: 'ok',
  MALFORMED: 'malformed',
  DUPLICATE: 'duplicate',
  UNKNOWN_KIND: 'unknown_kind',
  BAD_VALIDITY: 'bad_validity',
  UNKNOWN_ISSUER: 'unknown_issuer',
  BAD_SIGNATURE: 'bad_signature',
  NO_RIGHT: 'no_right',
  ISSUER_REVOKED: 'issuer_revoked',
  ISSUER_ENDED: 'issuer_ended',
  FOREIGN_DEPLOYMENT: 'foreign_deployment',
  STALE: 'stale',
  SUBJECT_TAKEN: 'subject_taken',
  KEY_TAKEN: 'key_taken',
  UNKNOWN_TARGET: 'unknown_target',
  ALREADY_REVOKED: 'already_revoked',
  EPOCH_TAKEN: 'epoch_taken',
  EPOCH_SKIPPED: 'epoch_skipped',
  NOT_MEMBER: 'not_member',
  UNKNOWN_MEMBER: 'unknown_member',
  KEY_KEPT: 'key_kept',
  KEY_REUSED: 'key_reused',
  KEY_REVOKED: 'key_revoked',
  NOT_REVOKED: 'not_revoked',
  ALREADY_REPLACED: 'already_replaced',
});

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * Writes bytes as text, because a Map knows byte arrays by identity only.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function textKey(bytes) {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/**
 * What the log has established so far; changed by `apply` only. `keys` and `holders` are by key hash;
 * root and standby have no holder. `inboxes` says which subject or team owns a KEM key. `teams` holds
 * every valid statement of a team, oldest first. `barred` are the subjects whose keys get no
 * certificate any more. All keys of maps, owners and subjects are `textKey`s.
 */
export class State {
  /** @type {Policy | null} */ policy = null;
  policySinceMs = 0;
  /** @type {Map<string, SignPublic>} */ keys = new Map();
  /** @type {Map<string, string>} */ holders = new Map();
  /** @type {Map<string, string>} */ inboxes = new Map();
  /** @type {Map<string, Staff>} */ people = new Map();
  /** @type {Map<string, Readonly<Certificate>>} */ certificates = new Map();
  /** @type {Map<string, readonly string[]>} */ own = new Map();
  /** @type {Map<string, readonly Readonly<TeamStatement>[]>} */ teams = new Map();
  /** @type {Set<string>} */ barred = new Set();

  /**
   * @param {Org} org
   * @param {number} rootSinceMs
   */
  constructor(org, rootSinceMs) {
    this.org = org;
    this.rootPk = org.rootPk;
    this.rootSinceMs = rootSinceMs;
  }

  /** Returns an independent state; everything inside the tables is immutable. */
  copy() {
    const twin = new State(this.org, this.rootSinceMs);
    twin.rootPk = this.rootPk;
    twin.policy = this.policy;
    twin.policySinceMs = this.policySinceMs;
    twin.keys = new Map(this.keys);
    twin.holders = new Map(this.holders);
    twin.inboxes = new Map(this.inboxes);
    twin.people = new Map(this.people);
    twin.certificates = new Map(this.certificates);
    twin.own = new Map(this.own);
    twin.teams = new Map(this.teams);
    twin.barred = new Set(this.barred);
    return twin;
  }

  /**
   * Returns a subject's valid certificates of one kind, revoked ones too, oldest first.
   * @param {string} subject
   * @param {number} kind
   * @returns {Readonly<Certificate>[]}
   */
  certificatesOf(subject, kind) {
    const found = [];
    for (const hash of this.own.get(subject) ?? []) {
      const one = this.certificates.get(hash);
      if (one?.kind === kind) found.push(one);
    }
    return found;
  }
}

/**
 * Begins a log with its first leaf; BadStatement unless the root key signed both keys.
 * @param {Readonly<Leaf>} leaf
 * @param {Org} org
 * @returns {State}
 */
export function found(leaf, org) {
  const isFirst = leaf.kind === Kind.ORG && equal(leaf.subject16, org.deploymentId);
  if (!isFirst || leaf.notAfterMs !== 0) {
    throw new BadStatement('not the first statement of an organisation');
  }
  if (equal(org.rootPk, org.standbyPk) || !equal(leaf.issuerHash, keyHash(org.rootPk))) {
    throw new BadStatement('keys of the first statement');
  }
  verifyLeaf(leaf, org.rootPk);
  const state = new State(org, leaf.notBeforeMs);
  for (const key of [org.rootPk, org.standbyPk]) state.keys.set(textKey(keyHash(key)), key);
  return state;
}

/**
 * Names the first rule that the statement breaks at this place, or OK.
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {Payload} payload
 * @returns {string}
 */
export function judge(state, leaf, payload) {
  const issuer = state.keys.get(textKey(leaf.issuerHash));
  if (issuer === undefined) return Reason.UNKNOWN_ISSUER;
  try {
    verifyLeaf(leaf, issuer);
  } catch (error) {
    if (error instanceof BadSignature) return Reason.BAD_SIGNATURE;
    throw error;
  }
  if (!fitsLimit(maxMs(payload), leaf.notBeforeMs, leaf.notAfterMs)) return Reason.BAD_VALIDITY;
  switch (payload.kind) {
    case Kind.POLICY: return judgePolicy(state, leaf, issuer);
    case Kind.ROOT_CHANGE: return judgeRootChange(state, leaf, payload, issuer);
    case Kind.ADMIN:
    case Kind.COUNSELLOR: return judgeStaff(state, leaf, payload, issuer);
    case Kind.TEAM: return judgeTeam(state, leaf, payload);
    case Kind.REVOKE: return judgeRevoke(state, leaf, payload, issuer);
    // A second first leaf.
    case Kind.ORG: return Reason.NO_RIGHT;
  }
}

/**
 * Takes a statement that `judge` found OK into the state.
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {Payload} payload
 * @param {Uint8Array} hash the leaf's hash
 * @param {number} index
 */
export function apply(state, leaf, payload, hash, index) {
  if (payload.kind === Kind.POLICY) {
    state.policy = payload;
    state.policySinceMs = leaf.notBeforeMs;
  } else if (payload.kind === Kind.ROOT_CHANGE) {
    state.rootPk = payload.rootPk;
    state.rootSinceMs = leaf.notBeforeMs;
    state.keys.set(textKey(keyHash(payload.rootPk)), payload.rootPk);
  } else if (payload.kind === Kind.TEAM) {
    const { notBeforeMs, notAfterMs } = leaf;
    const statement = Object.freeze({ hash, index, notBeforeMs, notAfterMs, team: payload });
    const team = textKey(payload.team16);
    state.teams.set(team, [...(state.teams.get(team) ?? []), statement]);
    state.inboxes.set(textKey(payload.kemPk), team);
  } else if (payload.kind === Kind.REVOKE) {
    const target = textKey(payload.certificateHash);
    const certificate = state.certificates.get(target);
    if (certificate) state.certificates.set(target, Object.freeze({ ...certificate, revokedAt: index }));
    if (payload.reason !== RevokeReason.ROLE_CHANGED) state.barred.add(textKey(leaf.subject16));
  } else if (payload.kind !== Kind.ORG) {
    applyStaff(state, leaf, payload, hash, index);
  }
}

/**
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {Staff} staff
 * @param {Uint8Array} hash
 * @param {number} index
 */
function applyStaff(state, leaf, staff, hash, index) {
  const { subject16, notBeforeMs, notAfterMs } = leaf;
  const { kind, role, signPk, kemPk } = staff;
  const certificate = { kind, hash, index, subject16, role, signPk, kemPk, notBeforeMs, notAfterMs };
  const subject = textKey(subject16);
  state.certificates.set(textKey(hash), Object.freeze({ ...certificate, revokedAt: null }));
  if (!state.people.has(subject)) {
    const key = textKey(keyHash(signPk));
    state.keys.set(key, signPk);
    state.holders.set(key, subject);
    state.inboxes.set(textKey(kemPk), subject);
    state.people.set(subject, staff);
  }
  state.own.set(subject, [...(state.own.get(subject) ?? []), textKey(hash)]);
}

/**
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {SignPublic} issuer
 */
function judgePolicy(state, leaf, issuer) {
  if (!equal(issuer, state.rootPk)) return Reason.NO_RIGHT;
  if (!equal(leaf.subject16, state.org.deploymentId)) return Reason.FOREIGN_DEPLOYMENT;
  // An older policy, signed but held back, must not come into force after a newer one.
  const isFresh = state.policy === null || leaf.notBeforeMs > state.policySinceMs;
  return isFresh ? Reason.OK : Reason.STALE;
}

/**
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {RootChange} change
 * @param {SignPublic} issuer
 */
function judgeRootChange(state, leaf, change, issuer) {
  if (!equal(issuer, state.org.standbyPk)) return Reason.NO_RIGHT;
  if (!equal(leaf.subject16, state.org.deploymentId)) return Reason.FOREIGN_DEPLOYMENT;
  if (leaf.notBeforeMs <= state.rootSinceMs) return Reason.STALE;
  const isTaken = state.keys.has(textKey(keyHash(change.rootPk)));
  return isTaken ? Reason.KEY_TAKEN : Reason.OK;
}

/**
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {Staff} staff
 * @param {SignPublic} issuer
 */
function judgeStaff(state, leaf, staff, issuer) {
  let granted;
  if (staff.kind === Kind.ADMIN) {
    granted = equal(issuer, state.rootPk) ? Reason.OK : Reason.NO_RIGHT;
  } else {
    granted = right(state, leaf, Kind.ADMIN);
  }
  if (granted !== Reason.OK) return granted;
  if (!equal(staff.deploymentId, state.org.deploymentId)) return Reason.FOREIGN_DEPLOYMENT;
  // TEAM statements list subjects. If an admin could give a listed subject another key, the
  // admin would alone place somebody in a live chat.
  const known = state.people.get(textKey(leaf.subject16));
  if (known) {
    const isSame = equal(known.signPk, staff.signPk) && equal(known.kemPk, staff.kemPk)
      && (!staff.replaces.length || equal(known.replaces, staff.replaces));
    if (!isSame) return Reason.SUBJECT_TAKEN;
    // Whoever found a lost key would come back with it, under the old name.
    return state.barred.has(textKey(leaf.subject16)) ? Reason.KEY_REVOKED : Reason.OK;
  }
  // One inbox, one owner: else a stranger's sign-in could fetch and delete its letters.
  const isTaken =
    state.keys.has(textKey(keyHash(staff.signPk))) || state.inboxes.has(textKey(staff.kemPk));
  if (isTaken) return Reason.KEY_TAKEN;
  return staff.replaces.length ? judgeReplaced(state, staff.replaces) : Reason.OK;
}

/**
 * Nobody counsels under two keys, and nobody is replaced by two.
 * @param {State} state
 * @param {Uint8Array} before
 */
function judgeReplaced(state, before) {
  const subject = textKey(before);
  const held = state.own.get(subject);
  if (held === undefined) return Reason.UNKNOWN_TARGET;
  const counts = held.some((one) => state.certificates.get(one)?.revokedAt === null);
  if (counts || !state.barred.has(subject)) return Reason.NOT_REVOKED;
  const isReplaced = [...state.people.values()].some(({ replaces }) => equal(replaces, before));
  return isReplaced ? Reason.ALREADY_REPLACED : Reason.OK;
}

/**
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {Revoke} revoke
 * @param {SignPublic} issuer
 */
function judgeRevoke(state, leaf, revoke, issuer) {
  const target = state.certificates.get(textKey(revoke.certificateHash));
  if (target === undefined) return Reason.UNKNOWN_TARGET;
  if (!equal(target.subject16, leaf.subject16)) return Reason.MALFORMED;
  if (target.revokedAt !== null) return Reason.ALREADY_REVOKED;
  const isHolder = state.holders.get(textKey(leaf.issuerHash)) === textKey(target.subject16);
  if (isHolder || equal(issuer, state.rootPk)) return Reason.OK;
  return target.kind === Kind.ADMIN ? Reason.NO_RIGHT : right(state, leaf, Kind.ADMIN);
}

/**
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {Team} team
 */
function judgeTeam(state, leaf, team) {
  if (!equal(leaf.subject16, team.team16)) return Reason.MALFORMED;
  const latest = state.teams.get(textKey(team.team16))?.at(-1)?.team ?? null;
  for (const rule of [teamEpoch, teamSigner, teamKey]) {
    const reason = rule(state, leaf, team, latest);
    if (reason !== Reason.OK) return reason;
  }
  for (const subject16 of team.members) {
    // Listed before certified would mean: an admin chooses later whose key that is.
    const certificates = state.certificatesOf(textKey(subject16), Kind.COUNSELLOR);
    if (certificates.every((one) => one.revokedAt !== null)) return Reason.UNKNOWN_MEMBER;
  }
  return Reason.OK;
}

/**
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {Team} team
 * @param {Team | null} latest
 */
function teamEpoch(state, leaf, team, latest) {
  const wanted = latest ? latest.epoch + 1 : 1;
  if (team.epoch < wanted) return Reason.EPOCH_TAKEN;
  return team.epoch === wanted ? Reason.OK : Reason.EPOCH_SKIPPED;
}

/**
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {Team} team
 * @param {Team | null} latest
 */
function teamSigner(state, leaf, team, latest) {
  if (latest === null || team.restart) {
    const isNothingToRestart = latest === null && team.restart;
    return isNothingToRestart ? Reason.MALFORMED : right(state, leaf, Kind.ADMIN);
  }
  const holder = state.holders.get(textKey(leaf.issuerHash));
  if (!latest.members.some((one) => textKey(one) === holder)) return Reason.NOT_MEMBER;
  return right(state, leaf, Kind.COUNSELLOR);
}

/**
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {Team} team
 * @param {Team | null} latest
 */
function teamKey(state, leaf, team, latest) {
  const owner = state.inboxes.get(textKey(team.kemPk));
  if (owner !== undefined && owner !== textKey(team.team16)) return Reason.KEY_TAKEN;
  if (latest && equal(team.kemPk, latest.kemPk)) {
    // Who has left still knows the old key.
    const staying = new Set(team.members.map(textKey));
    const someLeft = latest.members.some((one) => !staying.has(textKey(one)));
    return someLeft || team.restart ? Reason.KEY_KEPT : Reason.OK;
  }
  return owner === undefined ? Reason.OK : Reason.KEY_REUSED;
}

/**
 * Tells whether the issuer holds an unrevoked certificate of `kind` that ran at not_before.
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {number} kind
 */
function right(state, leaf, kind) {
  const holder = state.holders.get(textKey(leaf.issuerHash)) ?? '';
  const held = state.certificatesOf(holder, kind);
  if (held.length === 0) return Reason.NO_RIGHT;
  const unrevoked = held.filter((one) => one.revokedAt === null);
  if (unrevoked.length === 0) return Reason.ISSUER_REVOKED;
  const runs = unrevoked.some((one) => runsAt(one, leaf.notBeforeMs));
  return runs ? Reason.OK : Reason.ISSUER_ENDED;
}
