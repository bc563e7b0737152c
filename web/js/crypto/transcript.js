// The verdict machine over one box (protocol section 5, "Transcript rules"). Twin of
// crypto/transcript.py.
//
// Bytes in, verdicts out: no socket, no clock, no storage. Envelopes are taken in number order; the
// first failing check of the table decides, but GAP, FORK and LOG_FORK let reading go on, so the
// checks below them still run (see `Taken` in verdict.js). Nothing is given out before all checks.
//
// `reading` says how one begins. A stop is for good; a pause of sending ends with `proceed`.

import { bytesOf, headAt, nameOf, numberOf, streamName } from './boxstate.js';
import { envId, extend } from './chain.js';
import { NO_EPOCH_HASH } from './commit.js';
import { decodeArray, uint } from './encoding.js';
import { FORM_FLEETING, Kind, openOuter, parseOuter, verify } from './envelope.js';
import { esHash, key } from './epoch.js';
import { LocalError, RemoteError } from './errors.js';
import { judge, misplaced, verdictOf, writer } from './judge.js';
import { equal } from './primitives.js';
import { Role, hasEnded, isRevoked } from './roster.js';
import { NeedKind, NoticeKind, Verdict, notice } from './verdict.js';

/** @typedef {import('./boxstate.js').Pin} Pin */
/** @typedef {import('./boxstate.js').State} State */
/** @typedef {import('./envelope.js').Body} Body */
/** @typedef {import('./envelope.js').Opened} Opened */
/** @typedef {import('./epoch.js').EpochKey} EpochKey */
/** @typedef {import('./judge.js').Judged} Judged */
/** @typedef {import('./keys.js').EpochSecret} EpochSecret */
/** @typedef {import('./roster.js').RosterEntry} RosterEntry */
/** @typedef {import('./roster.js').RosterState} RosterState */
/** @typedef {import('./roster.js').StaffView} StaffView */
/** @typedef {import('./verdict.js').Message} Message */
/** @typedef {import('./verdict.js').NeedName} NeedName */
/** @typedef {import('./verdict.js').Notice} Notice */
/** @typedef {import('./verdict.js').Taken} Taken */
/** @typedef {import('./verdict.js').VerdictName} VerdictName */

// A fleeting message whose writer has not seen the last 20 envelopes is stale, or replayed.
export const FLEETING_WINDOW = 20;
/** @type {readonly string[]} */
const ALARMING = [NoticeKind.OTHER_VIEW, NoticeKind.OTHER_HISTORY, NoticeKind.OTHER_LOG];

/** One device's reading of one box. Replace `staff` when the log has grown. */
export class Transcript {
  /** @type {Notice | null} */
  stopped = null;
  /** Why sending pauses, until the person decides. @type {Notice[]} */
  alarms = [];
  /** The relay left a hole and did not fill it. */
  withheld = false;
  /** What the person knows of and goes on with. @type {Notice[]} */
  #accepted = [];
  /** @type {Map<number, number>} */
  #delivered = new Map();
  /** @type {Map<number, number>} */
  #read = new Map();
  /** @type {Set<number>} */
  #ended = new Set();
  /** @type {Map<string, number>} */
  #fleeting = new Map();
  #foreignN = 0;

  /**
   * @param {State} state
   * @param {StaffView} staff
   */
  constructor(state, staff) {
    this.state = state;
    this.staff = staff;
  }

  // --- reading --------------------------------------------------------------------------------

  /**
   * Judges envelope `n`. When the answer has a `need`, fetch it and call again, naming it.
   * @param {number} n
   * @param {Uint8Array} raw
   * @param {readonly NeedName[]} [tried]
   * @returns {Taken}
   */
  take(n, raw, tried = []) {
    if (this.stopped !== null) return taken(n, Verdict.BAD_COMMIT, { notices: [this.stopped] });
    const last = numberOf(this.state);
    if (n <= last) return this.#again(n, raw);
    if (n > last + 1) {
      const need = { kind: NeedKind.ENVELOPES, n: last + 1 };
      if (!tried.includes(NeedKind.ENVELOPES)) return taken(n, null, { need });
      this.withheld = true;
      return taken(n, Verdict.WITHHELD, { findings: [Verdict.WITHHELD] });
    }
    const id = envId(raw);
    const found = judge(this.state, this.staff, n, raw, id, tried);
    return found.need === null ? this.#apply(n, id, found) : taken(n, null, { need: found.need });
  }

  /**
   * Returns a fleeting message, or null: dropped unless a member signed it just now. No team does:
   * `writer` asks it for a commit, and none fits 256 bytes.
   * @param {Uint8Array} raw
   * @returns {Message | null}
   */
  takeFleeting(raw) {
    const { state } = this;
    const { roster } = state;
    if (this.stopped !== null || state.joining !== null || roster === null || state.key === null) {
      return null;
    }
    const read = openFleeting(state, roster, state.key, this.staff, raw);
    if (read === null) return null;
    const { body } = read.opened;
    const mine = headAt(state, body.headN);
    const last = numberOf(state);
    if (body.headN < last - FLEETING_WINDOW || body.headN > last) return null;
    if (mine !== null && !equal(mine, body.head)) return null;
    const stream = streamName(body.sidx, body.stream);
    const isOld = body.i <= (this.#fleeting.get(stream) ?? -1);
    if (isOld || !equal(body.epochHash, roster.epochHash)) return null;
    this.#fleeting.set(stream, body.i);
    return read;
  }

  /**
   * Notes where the relay says an own envelope stands; false, and an alarm, if it does not.
   * @param {number} n
   * @param {Uint8Array} envelope
   * @returns {boolean}
   */
  posted(n, envelope) {
    const id = envId(envelope);
    if (n > numberOf(this.state)) {
      this.state.ownPosts.set(n, id);
      return true;
    }
    if (this.#stands(n, id)) return true;
    this.alarm(notice(NoticeKind.OTHER_HISTORY));
    return false;
  }

  /**
   * Notes a pin of the keyring; false, and an alarm, when the box read so far differs.
   * @param {number} n
   * @param {Uint8Array} head
   * @returns {boolean}
   */
  expect(n, head) {
    const mine = headAt(this.state, n);
    if (mine === null || equal(mine, head)) {
      this.state.expectedHeads.set(n, head);
      return true;
    }
    this.alarm(notice(NoticeKind.OTHER_HISTORY));
    return false;
  }

  /**
   * Returns the state to read on from; LocalError before the commit that let me in.
   * @returns {Pin}
   */
  pin() {
    const { state } = this;
    const { roster, es } = state;
    if (roster === null || es === null || state.joining !== null) throw new LocalError('nothing read yet');
    return {
      n: numberOf(state),
      head: state.heads[state.heads.length - 1],
      roster,
      es,
      oldKids: [...state.oldKids].sort().map(bytesOf),
      streams: [...state.streams].map(([name, last]) => {
        const [sidx, stream] = name.split(' ').map(Number);
        return /** @type {const} */ ([sidx, stream, last]);
      }),
      logN: state.logN,
    };
  }

  // --- writing --------------------------------------------------------------------------------

  /** Tells whether an alarm waits for the person, or reading has stopped. */
  get sendingPaused() {
    return this.alarms.length > 0 || this.withheld || this.stopped !== null;
  }

  /**
   * Tells whether content of this kind may be sealed: an alarm holds back all but the end.
   * @param {number} kind
   */
  mayWrite(kind) {
    return !this.sendingPaused || (kind === Kind.CLOSE && this.stopped === null);
  }

  /**
   * Tells whether nothing goes out now: an alarm waits, or the log revokes a member. The latter is for a seeker to wait
   * for; staff take the revoked out at once.
   * @param {number} logN
   */
  isHeld(logN) {
    return this.sendingPaused || (this.own?.role === Role.SEEKER && this.revokedMembers(logN).length > 0);
  }

  /**
   * Sending pauses until the person decides; what they have decided about alarms no more.
   * @param {Notice} alarm
   */
  alarm(alarm) {
    const known = [...this.#accepted, ...this.alarms];
    const isKnown = known.some((one) => one.kind === alarm.kind && one.sidx === alarm.sidx);
    if (!isKnown) this.alarms.push(alarm);
  }

  /** The person decided to go on: sending resumes; the same of the same member alarms no more. */
  proceed() {
    this.#accepted.push(...this.alarms.filter((alarm) => alarm.sidx !== null));
    this.alarms = [];
  }

  /**
   * The key to seal under; LocalError before there is one.
   * @returns {EpochKey}
   */
  get key() {
    if (this.state.key === null) throw new LocalError('no epoch yet');
    return this.state.key;
  }

  /**
   * The entry this reader writes as; null for a team's reader and before the start.
   * @returns {RosterEntry | null}
   */
  get own() {
    const { roster, ownKem } = this.state;
    const entries = roster === null ? [] : [...roster.entries.values()];
    const isOwn = (/** @type {RosterEntry} */ entry) =>
      entry.role !== Role.TEAM && ownKem.has(nameOf(entry.kemPk));
    return entries.find(isOwn) ?? null;
  }

  /**
   * Fills in the own view. `sidx` is for commit 0 and for a team's commit.
   * @param {{ kind: number, stream: number, i: number, sentMs: number, logN: number,
   *   payload: Uint8Array, sidx?: number }} fields
   * @returns {Body}
   */
  draft({ kind, stream, i, sentMs, logN, payload, sidx }) {
    const { state } = this;
    const logRoot = this.staff.logRoot(logN);
    const number = sidx ?? this.own?.sidx;
    if (!this.mayWrite(kind) || logRoot === null || number === undefined || state.joining !== null) {
      throw new LocalError('nothing can be sent from here');
    }
    const epochHash = state.roster === null ? NO_EPOCH_HASH : state.roster.epochHash;
    const headN = numberOf(state);
    const head = state.heads[state.heads.length - 1];
    return { kind, sidx: number, stream, i, epochHash, sentMs, headN, head, logN, logRoot, payload };
  }

  // --- ticks ----------------------------------------------------------------------------------

  /**
   * Returns up to which number this member has stated to have read the box.
   * @param {number} sidx
   */
  deliveredTo(sidx) {
    return this.#delivered.get(sidx) ?? 0;
  }

  /**
   * Returns the read mark of this member's last acknowledgement; 0 where there is none.
   * @param {number} sidx
   */
  readBy(sidx) {
    return this.#read.get(sidx) ?? 0;
  }

  /** Returns the number to acknowledge, or 0: never for an acknowledgement, nor twice. */
  owedAcknowledgement() {
    const { own } = this;
    return own === null || this.#foreignN <= this.deliveredTo(own.sidx) ? 0 : this.#foreignN;
  }

  /**
   * Returns whose certificates the log revokes: nothing is sealed to them any more.
   * @param {number} logN
   * @returns {number[]}
   */
  revokedMembers(logN) {
    const { roster } = this.state;
    const entries = roster === null ? [] : [...roster.entries.values()];
    return entries.filter((entry) => isRevoked(entry, logN, this.staff)).map((entry) => entry.sidx);
  }

  // --- applying what was judged ---------------------------------------------------------------

  /**
   * The relay shows a number once more: the same bytes, or it has two histories.
   * @param {number} n
   * @param {Uint8Array} raw
   */
  #again(n, raw) {
    if (this.#stands(n, envId(raw))) return taken(n, Verdict.DUP, { findings: [Verdict.DUP] });
    const other = notice(NoticeKind.OTHER_HISTORY);
    this.alarm(other);
    return taken(n, Verdict.FORK, { findings: [Verdict.FORK], notices: [other] });
  }

  /**
   * Tells whether this envelope was taken as number `n`, as far as this reader can tell.
   * @param {number} n
   * @param {Uint8Array} id
   */
  #stands(n, id) {
    if (n < 1) return false; // Numbers begin at 1: a place 0 is no place.
    const before = headAt(this.state, n - 1);
    const after = headAt(this.state, n);
    return before === null || (after !== null && equal(extend(before, id), after));
  }

  /**
   * @param {number} n
   * @param {Uint8Array} id
   * @param {Judged} found
   */
  #apply(n, id, found) {
    const { heads } = this.state;
    const notices = [...found.notices];
    const isKnown = notices.some((one) => one.kind === NoticeKind.OTHER_HISTORY);
    // The checks above FORK failed first; a moved post of mine is an alarm all the same.
    if (!isKnown && misplaced(this.state, n, id)) notices.push(notice(NoticeKind.OTHER_HISTORY));
    heads.push(extend(heads[heads.length - 1], id));
    this.withheld = false;
    const message = this.#takeIn(n, found, notices);
    for (const one of notices) if (ALARMING.includes(one.kind)) this.alarm(one);
    if (found.stop !== null) {
      this.stopped = found.stop;
      notices.push(found.stop);
    }
    return taken(n, verdictOf(found), { findings: found.findings, message, notices });
  }

  /**
   * @param {number} n
   * @param {Judged} found
   * @param {Notice[]} notices
   * @returns {Message | null}
   */
  #takeIn(n, found, notices) {
    const { state } = this;
    const { opened, author } = found;
    if (opened === null) return null;
    const { body } = opened;
    state.streams.set(streamName(body.sidx, body.stream), body.i);
    if (state.joining !== null) {
      state.joining = null;
      state.logN = body.logN;
      notices.push(notice(NoticeKind.JOINED, body.sidx));
      return null;
    }
    if (found.logFits) state.logN = Math.max(state.logN, body.logN);
    if (!found.findings.includes(Verdict.FORK)) this.#tick(n, body);
    if (found.roster !== null && found.es !== null) this.#enter(found.roster, found.es, notices);
    if (author === null || found.stop !== null) return null;
    if (!this.#ended.has(body.sidx) && hasEnded(author, body.sentMs, this.staff)) {
      this.#ended.add(body.sidx);
      notices.push(notice(NoticeKind.CERTIFICATE_ENDED, body.sidx));
    }
    return { n, opened, author };
  }

  /**
   * Moves to the epoch of a good commit; people see who came and who went.
   * @param {RosterState} roster
   * @param {EpochSecret} es
   * @param {Notice[]} notices
   */
  #enter(roster, es, notices) {
    const { state } = this;
    const before = [...(state.roster?.entries.keys() ?? [])];
    if (state.key !== null && roster.epoch > 0) state.oldKids.add(nameOf(state.key.kid8));
    state.roster = roster;
    state.es = es;
    state.key = key(es, state.box16, roster.epoch, state.share);
    state.secrets.set(nameOf(esHash(state.box16, es)), es);
    notices.push(notice(NoticeKind.NEW_EPOCH));
    const gone = before.filter((sidx) => !roster.entries.has(sidx));
    const come = [...roster.entries.keys()].filter((sidx) => !before.includes(sidx));
    notices.push(...gone.map((sidx) => notice(NoticeKind.REMOVED, sidx)));
    notices.push(...come.map((sidx) => notice(NoticeKind.ADDED, sidx)));
  }

  /**
   * @param {number} n
   * @param {Body} body
   */
  #tick(n, body) {
    this.#delivered.set(body.sidx, Math.max(this.deliveredTo(body.sidx), body.headN));
    if (body.kind === Kind.ACKNOWLEDGEMENT) {
      const mark = Math.min(readMark(body.payload), body.headN);
      this.#read.set(body.sidx, Math.max(this.readBy(body.sidx), mark));
    } else if (body.sidx !== this.own?.sidx) {
      this.#foreignN = n;
    }
  }
}

/**
 * @param {number} n
 * @param {VerdictName | null} verdict
 * @param {Partial<Taken>} rest
 * @returns {Taken}
 */
function taken(n, verdict, rest) {
  return { n, verdict, need: null, findings: [], message: null, notices: [], ...rest };
}

/**
 * @param {State} state
 * @param {RosterState} roster
 * @param {EpochKey} epochKey
 * @param {StaffView} staff
 * @param {Uint8Array} raw
 * @returns {Message | null}
 */
function openFleeting(state, roster, epochKey, staff, raw) {
  try {
    const opened = openOuter(parseOuter(raw), FORM_FLEETING, epochKey);
    const { entry, signPk } = writer(roster, opened.body, state.logN, staff);
    verify(opened, signPk);
    return { n: 0, opened, author: entry };
  } catch (error) {
    if (error instanceof RemoteError) return null;
    throw error;
  }
}

/**
 * Returns read_n of an acknowledgement [read_n]; 0, no mark, for any other content.
 * @param {Uint8Array} payload
 */
function readMark(payload) {
  try {
    return uint(decodeArray(payload, 1)[0]);
  } catch (error) {
    if (error instanceof RemoteError) return 0;
    throw error;
  }
}
