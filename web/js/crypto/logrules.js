// The rules by which a statement counts, judged at its place in the log (protocol section 4).
// Twin of crypto/logrules.py.
//
// `judge` looks at one leaf and the state before it and names the first broken rule; `apply` takes a
// valid one into the state. A bad statement stays in the tree, because every client must compute the
// same root, but gives no rights. All clients and the relay must judge alike, so nothing here depends
// on the present time: an issuer's validity is compared with the leaf's own not_before.

import { fitsLimit, keyHash, runsAt, verifyLeaf } from './certificate.js';
import { BadSignature, BadStatement } from './errors.js';
import { Reason, State, textKey } from './logstate.js';
import { equal } from './primitives.js';
import { DAY_MS, Kind, maxMs, RevokeReason } from './statement.js';

export { Reason, State, textKey } from './logstate.js';

/** @typedef {import('./certificate.js').Leaf} Leaf */
/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./publication.js').Deletions} Deletions */
/** @typedef {import('./publication.js').SiteRelease} SiteRelease */
/** @typedef {import('./statement.js').Org} Org */
/** @typedef {import('./statement.js').Payload} Payload */
/** @typedef {import('./statement.js').Revoke} Revoke */
/** @typedef {import('./statement.js').RootChange} RootChange */
/** @typedef {import('./statement.js').Staff} Staff */
/** @typedef {import('./statement.js').Team} Team */

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
    case Kind.RELEASE: return judgeRelease(state, leaf, issuer);
    case Kind.SITE: return judgeSite(state, leaf, payload);
    case Kind.DELETIONS: return judgeDeletions(state, leaf, payload, issuer);
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
    state.keys.set(textKey(keyHash(payload.logPk)), payload.logPk);
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
  } else if (payload.kind === Kind.RELEASE) {
    state.releases.add(textKey(hash));
    state.releaseSinceMs = leaf.notBeforeMs;
  } else if (payload.kind === Kind.SITE) {
    state.siteSinceMs = leaf.notBeforeMs;
  } else if (payload.kind === Kind.DELETIONS) {
    state.days.set(payload.day, payload);
    state.lastDay = payload.day;
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
  return judgeNewer(state, leaf, state.policySinceMs);
}

/**
 * An older statement, signed but held back, must not come into force after a newer one.
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {number | null} sinceMs
 */
function judgeNewer(state, leaf, sinceMs) {
  if (!equal(leaf.subject16, state.org.deploymentId)) return Reason.FOREIGN_DEPLOYMENT;
  return sinceMs === null || leaf.notBeforeMs > sinceMs ? Reason.OK : Reason.STALE;
}

/**
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {SignPublic} issuer
 */
function judgeRelease(state, leaf, issuer) {
  if (!equal(issuer, state.rootPk)) return Reason.NO_RIGHT;
  return judgeNewer(state, leaf, state.releaseSinceMs);
}

/**
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {SiteRelease} site
 */
function judgeSite(state, leaf, site) {
  const granted = right(state, leaf, Kind.ADMIN);
  if (granted !== Reason.OK) return granted;
  if (!state.releases.has(textKey(site.release))) return Reason.UNKNOWN_TARGET;
  return judgeNewer(state, leaf, state.siteSinceMs);
}

/**
 * @param {State} state
 * @param {Readonly<Leaf>} leaf
 * @param {Deletions} deletions
 * @param {SignPublic} issuer
 */
function judgeDeletions(state, leaf, { day }, issuer) {
  if (!state.policy || !equal(issuer, state.policy.logPk)) return Reason.NO_RIGHT;
  if (!equal(leaf.subject16, state.org.deploymentId)) return Reason.FOREIGN_DEPLOYMENT;
  // A list that is still growing has no root yet.
  if (leaf.notBeforeMs < (day + 1) * DAY_MS) return Reason.BAD_VALIDITY;
  const { lastDay } = state;
  if (lastDay === null || day === lastDay + 1) return Reason.OK;
  return day <= lastDay ? Reason.DAY_TAKEN : Reason.DAY_SKIPPED;
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
