// Sealing first requests to the team's next key (protocol section 5, "Written enquiry"): once somebody has left, what
// nobody has taken yet, and in what the team reads along, goes out of their reach, one after the other. Twin of
// clientlib/recommit.py.
//
// Every member's client helps, each in an order of its own; who comes second to a request finds it done. Nothing is
// kept here but what was looked at: after a reload it is looked through once more, and goes on where it stopped.

import { signal } from '../../core/signals.js';
import { toHex } from '../../core/resumeslot.js';
import { Reason } from '../../crypto/commit.js';
import { capHash } from '../../crypto/credential.js';
import { openE1 } from '../../crypto/envelope.js';
import { RemoteError } from '../../crypto/errors.js';
import { encodeGivenDraft } from '../../crypto/givendraft.js';
import { encodeGrant } from '../../crypto/grant.js';
import { keyOf } from '../../crypto/keys.js';
import { LetterKind, encodeWelcome, inbox16, sealLetter } from '../../crypto/letter.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import { randomBytes } from '../../crypto/random.js';
import { NO_SIGN_PK, Role, isRevoked } from '../../crypto/roster.js';
import { Right } from '../../wire/catalogue.js';
import '../../wire/catalogue-staff.js';
import { WireError } from '../../wire/errors.js';
import { FirstRequest } from './firstrequest.js';
import { inboxLetters } from './letters.js';
import { draftOf } from './opening.js';
import { groundOf, sealForTeam } from './teamcommit.js';
import { formerKeys } from './teams.js';

/** @typedef {import('../../crypto/certificate.js').TeamStatement} TeamStatement */
/** @typedef {import('./opening.js').Opened} Opened */
/** @typedef {import('./firstrequest.js').Reader} Reader */

/** `code`: `noKey`, `refused`, `offline` or `failed`. @typedef {Readonly<{ id: string, number: number, code: string }>} Failure */
/**
 * `all`: how many were to be sealed anew, as far as is known; `isRunning`: they are being looked through, or sealed.
 * @typedef {Readonly<{ isRunning: boolean, done: number, all: number, failed: readonly Failure[] }>} Progress
 */
/** @typedef {{ ticket16: Uint8Array, number: number }} Row the wire's EnquiryRow */

export const TEAM_RIGHTS = Right.READ | Right.COMMIT;
/** @type {Progress} */
const NOTHING = Object.freeze({ isRunning: false, done: 0, all: 0, failed: Object.freeze([]) });

/**
 * Seals one first request to the team's present key, for the seeker, the team as it is now, and who has taken it, unless
 * they were revoked.
 * @param {Reader} reader
 * @param {Uint8Array} by the own certificate
 * @param {Row} row
 * @param {Opened} opened of this very team, read to its end and sound
 * @param {Readonly<TeamStatement>} latest
 * @returns {Promise<'done' | 'late'>} late: somebody has moved it on meanwhile
 */
export async function recommit({ request, log, clock, keys }, by, { ticket16 }, opened, latest) {
  const { transcript, welcome, history } = opened;
  const draft = draftOf(opened);
  const ground = groundOf(transcript);
  const { kemPk, team16 } = latest.team;
  if (equal(ground.team.kemPk, kemPk)) return 'late';
  const { box16 } = welcome;
  const es = keyOf('EpochSecret', randomBytes(32));
  const nowMs = clock.serverNow();
  const come = { sidx: ground.roster.highestSidx + 1, role: Role.TEAM, signPk: NO_SIGN_PK, kemPk, certificateHash: latest.hash };
  const go = [...ground.roster.entries.values()].filter((one) => one === ground.team || isRevoked(one, log.view.size, log.staff));
  const change = { come, go, reason: Reason.TEAM_KEY, es, by };
  const { fields, epoch, quoted } = sealForTeam(transcript, ground, change, { log, clock, sign: keys.sign });
  const joinCap = keyOf('CapSecret', randomBytes(32));
  const { handle, continuity } = welcome;
  const letter = (/** @type {number} */ kind, /** @type {Uint8Array} */ payload) => sealLetter(kemPk, keys.sign, {
    kind, certificateHash: by, signPk: signPublic(keys.sign), sentMs: nowMs, payload,
  });
  try {
    await request('commit', {
      ...fields,
      caps: [{ sidx: come.sidx, capHash: capHash(joinCap), rights: TEAM_RIGHTS, team16 }],
      out: go.map(({ sidx }) => sidx),
      letters: [
        letter(LetterKind.WELCOME, encodeWelcome({ box16, epoch, es, commit: quoted, joinCap, ticket16, handle, continuity })),
        // What was written stands under the secrets before: the team reads all of it.
        letter(LetterKind.GRANT, encodeGrant({ box16, secrets: [...history, ground.es] })),
        // What came with it goes on with it, still by who typed it.
        ...(draft === null ? [] : [letter(LetterKind.DRAFT, encodeGivenDraft({ ...draft, epoch }))]),
      ],
      ticket16,
    }, welcome.joinCap);
    return 'done';
  } catch (error) {
    if (error instanceof WireError && (error.code === 'stale' || error.code === 'unknown')) return 'late';
    throw error;
  }
}

/** The first requests of one team, on their way to its present key. */
export class Resealing {
  #reader;
  #team16;
  #certificate;
  /** Found sealed to the key in hand, or over. @type {Set<string>} */
  #settled = new Set();
  /** What did not go, until somebody asks again. @type {Map<string, Failure>} */
  #failed = new Map();
  /** Of the key to which the two belong. @type {Uint8Array} */
  #inbox = new Uint8Array(0);
  /** @type {Promise<void> | null} */
  #running = null;
  #next = /** @type {readonly Row[] | null} */ (null);
  #isStopped = false;

  /**
   * @param {object} parts
   * @param {Reader} parts.reader
   * @param {Uint8Array} parts.team16
   * @param {() => Readonly<import('../../crypto/certificate.js').Certificate> | null} parts.certificate the own one in force
   */
  constructor({ reader, team16, certificate }) {
    this.#reader = reader;
    this.#team16 = team16;
    this.#certificate = certificate;
    /** @type {import('../../core/signals.js').Signal<Progress>} */
    this.progress = signal(NOTHING);
  }

  /**
   * Goes through these rows, after whatever it goes through now; resolves once nothing is left to look at.
   * @param {readonly Row[]} rows open ones, of this team
   * @param {boolean} [again] also what did not go before
   * @returns {Promise<void>}
   */
  run(rows, again = false) {
    if (again) this.#failed.clear();
    this.#next = rows;
    this.#running ??= this.#loop().finally(() => { this.#running = null; });
    return this.#running;
  }

  /** Nobody is signed in any more. */
  stop() {
    this.#isStopped = true;
  }

  async #loop() {
    for (let rows = this.#next; rows !== null && !this.#isStopped; rows = this.#next) {
      this.#next = null;
      await this.#go(rows);
    }
  }

  /** @param {readonly Row[]} rows */
  async #go(rows) {
    const latest = this.#reader.log.view.latestTeam(this.#team16);
    const certificate = this.#certificate();
    if (latest === null || certificate === null) return;
    this.#take(inbox16(latest.team.kemPk), rows);
    const unseen = rows.filter((row) => this.#isUnseen(row));
    if (unseen.length === 0 && this.progress.value.failed.length === this.#failed.size) return;
    const left = unseen.length === 0 ? new Set() : await this.#left();
    for (const { ticket16 } of unseen) if (!left.has(toHex(ticket16))) this.#settled.add(toHex(ticket16));
    const old = unseen.filter(({ ticket16 }) => left.has(toHex(ticket16)));
    let done = 0;
    this.#tell(old.length > 0, done, old.length);
    for (const row of shuffled(old)) {
      if (this.#isStopped) return;
      if (await this.#try(row, () => this.#seal(row, latest, certificate.hash))) done += 1;
      this.#tell(true, done, old.length);
    }
    if (old.length > 0) this.#tell(false, done, old.length);
  }

  /** The requests whose letters lie in the inboxes of the team's former keys. */
  async #left() {
    const { request, log } = this.#reader;
    /** @type {Set<string>} */
    const found = new Set();
    for (const kemPk of formerKeys(log.view, this.#team16)) {
      for (const { ticket16 } of await inboxLetters(request, inbox16(kemPk))) found.add(toHex(ticket16));
    }
    return found;
  }

  /**
   * Another key: everything is looked at anew. What is listed no more did not fail.
   * @param {Uint8Array} inbox
   * @param {readonly Row[]} rows
   */
  #take(inbox, rows) {
    if (!equal(inbox, this.#inbox)) {
      this.#settled.clear();
      this.#failed.clear();
    }
    this.#inbox = inbox;
    const listed = new Set(rows.map(({ ticket16 }) => toHex(ticket16)));
    for (const id of this.#failed.keys()) if (!listed.has(id)) this.#failed.delete(id);
  }

  /** @param {Row} row */
  #isUnseen({ ticket16 }) {
    return !this.#settled.has(toHex(ticket16)) && !this.#failed.has(toHex(ticket16));
  }

  /** @param {boolean} isRunning @param {number} done @param {number} all */
  #tell(isRunning, done, all) {
    const failed = [...this.#failed.values()];
    const { progress } = this;
    // What was reached stays to be read, until there is more to do.
    const reached = all === 0 ? progress.value : { done, all };
    if (!this.#isStopped) progress.value = { isRunning, done: reached.done, all: reached.all, failed };
  }

  /**
   * What goes wrong with one request keeps nobody from the next; a fault of ours goes on.
   * @param {Row} row
   * @param {() => Promise<boolean>} work
   * @returns {Promise<boolean>}
   */
  async #try({ ticket16, number }, work) {
    const id = toHex(ticket16);
    try {
      return await work();
    } catch (error) {
      const code = codeOf(error);
      if (code === '') this.#settled.add(id);
      else this.#failed.set(id, { id, number, code });
      return false;
    }
  }

  /**
   * @param {Row} row
   * @param {Readonly<TeamStatement>} latest
   * @param {Uint8Array} by
   */
  async #seal(row, latest, by) {
    // Who has one may have taken it while the team was to read along, whatever is said now.
    const first = new FirstRequest(this.#reader, row, { team16: this.#team16, isAlong: true });
    try {
      await first.open();
      const { opened } = first;
      const { state } = first.content.value;
      if (opened !== null && first.isSound) await recommit(this.#reader, by, row, opened, latest);
      // Anything else: a colleague has just moved it on.
      else if (NOT_OPENED.includes(state)) throw new NotOpened(state);
      this.#settled.add(toHex(row.ticket16));
      return true;
    } finally {
      first.dispose();
    }
  }
}

/** @type {readonly string[]} */
const NOT_OPENED = ['noKey', 'refused', 'offline'];

/** A first request that does not open here; `message` says in what state it is. */
class NotOpened extends Error {}

/**
 * Why a request is not sealed anew; "" where there is none any more. What is a fault of ours goes on.
 * @param {unknown} error
 */
function codeOf(error) {
  if (error instanceof NotOpened) return error.message;
  if (error instanceof RemoteError) return 'refused';
  if (!(error instanceof WireError)) throw error;
  if (error.code === 'unknown') return '';
  return error.isUncertain ? 'offline' : 'failed';
}

/**
 * In an order of its own: two clients that begin at once seldom meet.
 * @template T
 * @param {readonly T[]} items
 * @returns {T[]}
 */
function shuffled(items) {
  const drawn = items.map((item) => ({ item, at: randomBytes(4).join() }));
  return drawn.sort((one, other) => (one.at < other.at ? -1 : 1)).map(({ item }) => item);
}
