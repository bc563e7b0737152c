// The check table of section 5, as a function of a reader's state and one envelope. Twin of
// crypto/judge.py.
//
// `judge` changes nothing; `transcript` applies what it answers. The checks stand in the table's
// order: readable, epoch, opens, member and signature, new, no gap, same view, same log, commit.

import { headAt, nameOf, streamName } from './boxstate.js';
import { isRevokedIn } from './certificate.js';
import { extend } from './chain.js';
import {
  NO_EPOCH_HASH, checkCommit, checkCommit0, decodeCommit, openWrap, stateOf,
} from './commit.js';
import { encode } from './encoding.js';
import {
  FORM_STORED, Kind, bodyValue, openOuter, parseOuter, sameOuter, verify,
} from './envelope.js';
import { esHash, shareHash } from './epoch.js';
import { BadStatement, RemoteError } from './errors.js';
import { equal } from './primitives.js';
import { Role, isRevoked, rights } from './roster.js';
import { NeedKind, NoticeKind, Verdict, notice } from './verdict.js';

/** @typedef {import('./boxstate.js').State} State */
/** @typedef {import('./commit.js').Commit} Commit */
/** @typedef {import('./envelope.js').Body} Body */
/** @typedef {import('./envelope.js').Opened} Opened */
/** @typedef {import('./envelope.js').Outer} Outer */
/** @typedef {import('./epoch.js').EpochKey} EpochKey */
/** @typedef {import('./keys.js').EpochSecret} EpochSecret */
/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./roster.js').RosterEntry} RosterEntry */
/** @typedef {import('./roster.js').RosterState} RosterState */
/** @typedef {import('./roster.js').StaffView} StaffView */
/** @typedef {import('./verdict.js').Need} Need */
/** @typedef {import('./verdict.js').NeedName} NeedName */
/** @typedef {import('./verdict.js').Notice} Notice */
/** @typedef {import('./verdict.js').VerdictName} VerdictName */

/** @type {readonly VerdictName[]} */
const GRAVE = [Verdict.BAD_COMMIT, Verdict.FORK, Verdict.LOG_FORK];

/**
 * The answer of `judge`. `findings` lists the failing checks in the table's order; `opened` and
 * `author` are there when the checks above GAP held, `roster` and `es` after a good commit.
 * @typedef {object} Judged
 * @property {VerdictName[]} findings
 * @property {Notice[]} notices
 * @property {Need | null} need
 * @property {Opened | null} opened
 * @property {RosterEntry | null} author
 * @property {boolean} logFits
 * @property {RosterState | null} roster
 * @property {EpochSecret | null} es
 * @property {Notice | null} stop
 */

/** A check above GAP, or of a commit, failed. */
class Failed extends Error {
  /**
   * @param {VerdictName} verdict
   * @param {Notice | null} [stop]
   */
  constructor(verdict, stop = null) {
    super(verdict);
    this.verdict = verdict;
    this.stop = stop;
  }
}

/** Something must be fetched first. */
class Missing extends Error {
  /** @param {Need} need */
  constructor(need) {
    super(need.kind);
    this.need = need;
  }
}

/**
 * The first failing check decides, but what lets reading go on yields to what is worse.
 * @param {Judged} found
 * @returns {VerdictName}
 */
export function verdictOf(found) {
  const grave = GRAVE.find((one) => found.findings.includes(one));
  return grave ?? found.findings[0] ?? Verdict.OK;
}

/**
 * Judges envelope `n`, the one after the last taken; `envId` is that of `raw`.
 * @param {State} state
 * @param {StaffView} staff
 * @param {number} n
 * @param {Uint8Array} raw
 * @param {Uint8Array} envId
 * @param {readonly NeedName[]} [tried]
 * @returns {Judged}
 */
export function judge(state, staff, n, raw, envId, tried = []) {
  const found = nothingFound();
  try {
    const outer = readable(state, raw);
    if (state.joining !== null) judgeJoining(state, state.joining, outer, n, tried, found);
    else judgeMember(state, staff, outer, n, envId, tried, found);
  } catch (error) {
    if (error instanceof Missing) return { ...nothingFound(), need: error.need };
    if (!(error instanceof Failed)) throw error;
    found.findings.push(error.verdict);
    found.stop = error.stop;
  }
  return found;
}

/**
 * Returns the member that `body` names and the key that must have signed. BadStatement when nobody in
 * the roster may write this, be it that the certificate is revoked in the first `logN` leaves.
 * @param {RosterState} roster
 * @param {Body} body
 * @param {number} logN
 * @param {StaffView} staff
 * @returns {{ entry: RosterEntry, signPk: SignPublic }}
 */
export function writer(roster, body, logN, staff) {
  const entry = roster.entries.get(body.sidx);
  if (entry === undefined || isRevoked(entry, logN, staff)) throw new BadStatement('no member');
  if (entry.role === Role.TEAM) {
    // A team reads; it writes nothing but a commit, which one of its people signs.
    const isCommit = body.kind === Kind.COMMIT;
    const certificate = isCommit ? staff.counsellor(decodeCommit(body.payload).by) : null;
    if (certificate === null || isRevokedIn(certificate, logN)) {
      throw new BadStatement('nobody signs for the team');
    }
    return { entry, signPk: certificate.signPk };
  }
  if (body.kind === Kind.CLOSE && !rights(roster.boxKind, entry.role).close) {
    throw new BadStatement('may not close');
  }
  return { entry, signPk: entry.signPk };
}

/**
 * Tells whether envelope `n` is not what the relay or this account's keyring said of it.
 * @param {State} state
 * @param {number} n
 * @param {Uint8Array} envId
 * @returns {boolean}
 */
export function misplaced(state, n, envId) {
  if (!equal(state.ownPosts.get(n) ?? envId, envId)) return true;
  const expected = state.expectedHeads.get(n);
  return expected !== undefined
    && !equal(expected, extend(state.heads[state.heads.length - 1], envId));
}

/**
 * @param {State} state
 * @param {Uint8Array} raw
 */
function readable(state, raw) {
  const outer = orFail(Verdict.UNREADABLE, null, () => parseOuter(raw));
  if (outer.form !== FORM_STORED || !equal(outer.box16, state.box16)) {
    throw new Failed(Verdict.UNREADABLE);
  }
  return outer;
}

/**
 * @param {State} state
 * @param {StaffView} staff
 * @param {Outer} outer
 * @param {number} n
 * @param {Uint8Array} envId
 * @param {readonly NeedName[]} tried
 * @param {Judged} found
 */
function judgeMember(state, staff, outer, n, envId, tried, found) {
  const opened = open(state, outer, n, tried);
  const { body } = opened;
  const { author, first } = authorOf(state, staff, opened, tried);
  const last = state.streams.get(streamName(body.sidx, body.stream));
  // The same bytes have the same place in the same stream: this is "env_id new" too.
  if (last !== undefined && body.i <= last) throw new Failed(Verdict.DUP);
  const isNext = last === undefined ? body.i === 0 || state.beganLate : body.i === last + 1;
  if (!isNext) found.findings.push(Verdict.GAP);
  found.opened = opened;
  found.author = author;
  judgeView(state, body, n, envId, found);
  judgeLog(staff, body, tried, found);
  if (body.kind === Kind.COMMIT) judgeCommit(state, staff, opened, first, found);
}

/**
 * @param {State} state
 * @param {Outer} outer
 * @param {number} n
 * @param {readonly NeedName[]} tried
 */
function open(state, outer, n, tried) {
  if (state.oldKids.has(nameOf(outer.kid8))) throw new Failed(Verdict.OLD_EPOCH);
  const { key } = state;
  if (key === null || !equal(outer.kid8, key.kid8)) throw unknownEpoch(n, tried);
  // Where even the first commit does not open, the share or the secret is not this box's: nothing
  // after it will open either, and whoever reads must hear that.
  const stop = state.roster === null ? notice(NoticeKind.DAMAGED) : null;
  return orFail(Verdict.UNREADABLE, stop, () => openOuter(outer, FORM_STORED, key));
}

/**
 * @param {number} n
 * @param {readonly NeedName[]} tried
 */
function unknownEpoch(n, tried) {
  if (!tried.includes(NeedKind.ENVELOPES)) return new Missing({ kind: NeedKind.ENVELOPES, n });
  return new Failed(Verdict.BAD_COMMIT, notice(NoticeKind.DAMAGED));
}

/**
 * Finds the writer and verifies the signature; before commit 0 that is what it must be.
 * @param {State} state
 * @param {StaffView} staff
 * @param {Opened} opened
 * @param {readonly NeedName[]} tried
 * @returns {{ author: RosterEntry, first: Commit | null }}
 */
function authorOf(state, staff, opened, tried) {
  const { body } = opened;
  let { roster } = state;
  let first = null;
  if (roster === null) {
    const damaged = notice(NoticeKind.DAMAGED);
    if (body.kind !== Kind.COMMIT) throw new Failed(Verdict.BAD_COMMIT, damaged);
    first = orFail(Verdict.BAD_COMMIT, damaged, () => decodeCommit(body.payload));
    roster = stateOf(state.box16, first);
  }
  const members = roster;
  const { entry, signPk } = orFail(Verdict.NOT_MEMBER, null, () => {
    try {
      return writer(members, body, state.logN, staff);
    } catch (error) {
      // Who signs for a team may be certified by a leaf that this reader has not read yet.
      if (error instanceof RemoteError) logRoot(staff, body, tried);
      throw error;
    }
  });
  orFail(Verdict.BAD_SIG, null, () => verify(opened, signPk));
  return { author: entry, first };
}

/**
 * FORK: the writer's view of box and epoch is mine; my posts stand where the relay said.
 * @param {State} state
 * @param {Body} body
 * @param {number} n
 * @param {Uint8Array} envId
 * @param {Judged} found
 */
function judgeView(state, body, n, envId, found) {
  const expected = state.roster === null ? NO_EPOCH_HASH : state.roster.epochHash;
  const mine = headAt(state, body.headN);
  const same = body.headN < n && (mine === null || equal(mine, body.head));
  if (!same || !equal(expected, body.epochHash)) {
    found.notices.push(notice(NoticeKind.OTHER_VIEW, body.sidx));
  }
  if (misplaced(state, n, envId)) found.notices.push(notice(NoticeKind.OTHER_HISTORY));
  if (found.notices.length > 0) found.findings.push(Verdict.FORK);
}

/**
 * @param {StaffView} staff
 * @param {Body} body
 * @param {readonly NeedName[]} tried
 * @param {Judged} found
 */
function judgeLog(staff, body, tried, found) {
  const root = logRoot(staff, body, tried);
  if (root === null || !equal(root, body.logRoot)) {
    found.findings.push(Verdict.LOG_FORK);
    found.notices.push(notice(NoticeKind.OTHER_LOG, body.sidx));
  } else {
    found.logFits = true;
  }
}

/**
 * The own root at the size that the writer states; asks once for a log that is too short.
 * @param {StaffView} staff
 * @param {Body} body
 * @param {readonly NeedName[]} tried
 */
function logRoot(staff, body, tried) {
  const root = staff.logRoot(body.logN);
  if (root === null && !tried.includes(NeedKind.LOG)) throw new Missing({ kind: NeedKind.LOG, n: body.logN });
  return root;
}

/**
 * @param {State} state
 * @param {StaffView} staff
 * @param {Opened} opened
 * @param {Commit | null} first
 * @param {Judged} found
 */
function judgeCommit(state, staff, opened, first, found) {
  const { box16 } = state;
  const { body, wraps } = opened;
  const damaged = notice(NoticeKind.DAMAGED, body.sidx);
  // A log size that does not fit this reader's log proves nothing about revocations.
  const logN = found.logFits ? Math.max(state.logN, body.logN) : state.logN;
  const place = { logN, atMs: body.sentMs };
  orFail(Verdict.BAD_COMMIT, damaged, () => {
    const news = first ?? decodeCommit(body.payload);
    const next = state.roster === null
      ? checkCommit0(box16, news, body.sidx, wraps, place, staff)
      : checkCommit(state.roster, news, body.sidx, wraps, place, staff);
    if (!stays(state, news) && news.epoch >= state.admitted) {
      throw new Failed(Verdict.BAD_COMMIT, notice(NoticeKind.YOU_WERE_REMOVED, body.sidx));
    }
    const es = secretOf(state, news, opened);
    if (!equal(news.shareHash, shareHash(box16, state.share))) {
      throw new BadStatement('not the share of this box');
    }
    found.roster = next;
    found.es = es;
  });
}

/**
 * Tells whether this reader is in it afterwards. Who is taken out as a person may hold the team's key too: that lets them
 * read on, or in again, by the team's letter, not by this commit.
 * @param {State} state
 * @param {Commit} news
 */
function stays({ roster, ownKem, secrets }, news) {
  const mine = (/** @type {Iterable<RosterEntry>} */ entries) => [...entries].filter(({ kemPk }) => ownKem.has(nameOf(kemPk)));
  const own = mine(news.roster);
  // Whoever keeps the secret has been let in again, or was, in what is read once more.
  if (roster === null || secrets.has(nameOf(news.esHash))) return own.length > 0;
  const { entries } = roster;
  const wasPerson = mine(entries.values()).some(({ role }) => role !== Role.TEAM);
  return own.some(({ role, sidx }) => entries.has(sidx) && !(wasPerson && role === Role.TEAM));
}

/**
 * Returns the new epoch's secret, from the keyring or the own wrap; it must match the hash.
 * @param {State} state
 * @param {Commit} news
 * @param {Opened} opened
 * @returns {EpochSecret}
 */
function secretOf(state, news, opened) {
  const kept = state.secrets.get(nameOf(news.esHash));
  if (kept !== undefined) return kept;
  for (const wrap of opened.wraps) {
    const entry = news.roster.find(({ sidx }) => sidx === wrap.sidx);
    const secret = entry && state.ownKem.get(nameOf(entry.kemPk));
    if (secret !== undefined) {
      const es = openWrap(wrap, state.box16, news.epoch, secret);
      if (equal(esHash(state.box16, es), news.esHash)) return es;
    }
  }
  throw new BadStatement('no secret that matches');
}

/**
 * Before the commit that added me: counts unopened, and recognises that commit.
 * @param {State} state
 * @param {Opened} joining
 * @param {Outer} outer
 * @param {number} n
 * @param {readonly NeedName[]} tried
 * @param {Judged} found
 */
function judgeJoining(state, joining, outer, n, tried, found) {
  const key = /** @type {EpochKey} */ (state.key);
  const isOwnEpoch = equal(outer.kid8, key.kid8);
  if (sameOuter(outer, joining.outer)) {
    // Commit 0 stands under the epoch that the letter opened; a later one under the epoch before,
    // whose key a newcomer does not get.
    if (isOwnEpoch && !opensAs(key, outer, joining)) {
      throw new Failed(Verdict.BAD_COMMIT, notice(NoticeKind.DAMAGED, joining.body.sidx));
    }
    found.opened = joining;
  } else if (isOwnEpoch) {
    throw unknownEpoch(n, tried);
  } else {
    found.notices.push(notice(NoticeKind.BEFORE_JOIN));
  }
}

/**
 * @param {EpochKey} key
 * @param {Outer} outer
 * @param {Opened} quoted
 */
function opensAs(key, outer, quoted) {
  try {
    const { body, signature, wraps } = openOuter(outer, FORM_STORED, key);
    const sameBody = equal(encode(bodyValue(body)), encode(bodyValue(quoted.body)));
    return sameBody && wraps.length === 0 && equal(signature, quoted.signature);
  } catch (error) {
    if (error instanceof RemoteError) return false;
    throw error;
  }
}

/** @returns {Judged} */
function nothingFound() {
  return {
    findings: [],
    notices: [],
    need: null,
    opened: null,
    author: null,
    logFits: false,
    roster: null,
    es: null,
    stop: null,
  };
}

/**
 * Runs a check; what bytes from outside broke becomes this verdict.
 * @template Result
 * @param {VerdictName} verdict
 * @param {Notice | null} stop
 * @param {() => Result} call
 * @returns {Result}
 */
function orFail(verdict, stop, call) {
  try {
    return call();
  } catch (error) {
    if (error instanceof RemoteError) throw new Failed(verdict, stop);
    throw error;
  }
}
