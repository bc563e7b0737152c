// Who is in a conversation with a seeker, as the seeker has it: who can read, who comes and goes, and whether a colleague
// may go on. The same for live chats and written conversations. Draws nothing; views subscribe.
//
// Nobody comes in by surprise: whoever is let in without the seeker's yes is an alarm, and sending pauses until
// the seeker has decided.

import { Reason, decodeCommit } from '../../crypto/commit.js';
import { Kind } from '../../crypto/envelope.js';
import { backOf, isLeads, readsAlong } from '../../crypto/levels.js';
import { equal } from '../../crypto/primitives.js';
import { Role } from '../../crypto/roster.js';
import { NoticeKind, notice } from '../../crypto/verdict.js';
import { computed, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import * as codec from '../../wire/codec.js';
import { Consent } from './consent.js';
import { revokedOf } from './departed.js';
import { isPerson, isTeam, without } from './standing.js';

/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('../../crypto/verdict.js').Message} Message */
/** @typedef {import('../live/thread.js').Thread} Thread */
/** @typedef {import('./consent.js').Asked} Asked */
/** Somebody of the other side who can read. `name` is '' while it is not known. @typedef {{ isTeam: boolean, isLeads: boolean, sidx: number, name: string }} Reader */
/**
 * `nameOf` finds the signed name of a certificate, '' where there is none; `whoIs` the colleague behind one whom the
 * team lists now, null where there is none; `wordsOf` the words of its keys.
 * @typedef {{ nameOf: (certificateHash: Uint8Array) => Promise<string>,
 *   whoIs: (certificateHash: Uint8Array) => Promise<import('./people.js').Person | null>,
 *   wordsOf: (certificate: Readonly<import('../../crypto/certificate.js').Certificate>) => Promise<readonly string[]> }} Names
 */

export class Guests {
  #thread;
  #names;
  #first;
  #teams;
  #onAnswerer;
  /** Who is in it now. @type {import('../../core/signals.js').Signal<readonly RosterEntry[]>} */
  members = signal(/** @type {readonly RosterEntry[]} */ ([]));
  epoch = signal(0);
  /** Names of persons, by sidx. @type {import('../../core/signals.js').Signal<ReadonlyMap<number, string>>} */
  #known;
  #consent = new Consent();
  /** Each question for a hand-over, by the key of its line. @type {import('../../core/signals.js').Signal<ReadonlyMap<string, Asked>>} */
  questions = signal(/** @type {ReadonlyMap<string, Asked>} */ (new Map()));
  /** The own answer that is on its way. @type {import('../../core/signals.js').Signal<import('../../core/outbox.js').Item | null>} */
  #answer = signal(/** @type {import('../../core/outbox.js').Item | null} */ (null));

  /**
   * @param {object} parts
   * @param {Thread} parts.thread
   * @param {Names} parts.names
   * @param {string} parts.first what somebody is called whose name is not known
   * @param {ReadonlyMap<number, string>} [parts.known] names that are known before anything is asked, by sidx
   * @param {import('../../crypto/levels.js').Teams | null} [parts.teams] to one of which a counsellor may give it back, as was
   *   said before the seeker wrote; null: to nobody
   * @param {(person: RosterEntry | null, name: string) => void} parts.onAnswerer who answers now, or what they are
   *   called, has changed; null: the team
   */
  constructor({ thread, names, first, known = new Map(), teams = null, onAnswerer }) {
    this.#thread = thread;
    this.#names = names;
    this.#first = first;
    this.#known = signal(known);
    this.#teams = teams;
    this.#onAnswerer = onAnswerer;
    /** Who of the other side can read it now, by the roster. @type {import('../../../vendor/signals-core.mjs').ReadonlySignal<Reader[]>} */
    this.readers = computed(() => this.members.value.flatMap((entry) => this.#readerOf(entry)));
    /** Tells whether an answer to a question has not arrived yet. */
    this.isAnswering = computed(() => (thread.box.changes.value, this.#answer.value?.state === 'pending'));
  }

  /**
   * Whom a question is about: the colleague as the team lists them now; null where it lists nobody under it.
   * @param {Asked} asked
   */
  whoIs({ certificateHash }) {
    return this.#names.whoIs(certificateHash);
  }

  /** The words of a colleague's key. @param {import('./people.js').Person} person */
  async wordsOf({ certificate }) {
    return certificate === null ? [] : this.#names.wordsOf(certificate);
  }

  /**
   * "Einverstanden" or not. Nothing is handed over by it yet.
   * @param {Asked} asked
   * @param {boolean} isYes
   */
  answer({ n }, isYes) {
    const { box } = this.#thread;
    const before = this.#answer.peek();
    if (before?.state === 'pending') return;
    if (before?.state === 'failed') box.outbox.withdraw(before);
    this.#answer.value = box.send(Kind.HAND_OVER_ANSWER, codec.encode('HandOverAnswer', { n, isYes: isYes ? 1 : 0 }));
  }

  /** Tells whether the whole team reads, whoever answers. */
  get isAlong() {
    return this.members.value.some(isTeam);
  }

  /** Tells whether a question can be answered: it stands, and who asked is still there. @param {Asked} asked */
  isOpen({ answer, sidx }) {
    return answer === 'open' && this.#thread.closed.value === null && this.members.value.some((one) => one.sidx === sidx);
  }

  /** @param {number} sidx */
  nameOf(sidx) {
    return this.#known.value.get(sidx) ?? this.#first;
  }

  /** A message was judged. @param {Message} message @param {boolean} isMine */
  hear(message, isMine) {
    const { sentMs } = message.opened.body;
    const before = this.#consent.asked.peek();
    this.#consent.take(message);
    const asked = this.#consent.asked.peek();
    if (isMine) this.#decided();
    if (asked === null || asked === before) return;
    if (asked.n === message.n) this.#ask(asked, this.#thread.tell(asked.isDeputy ? 'deputyAsked' : 'handOverAsked', { atMs: sentMs, from: asked.sidx }));
    else this.#follow(asked);
  }

  /**
   * Who is in it has changed, or is known for the first time; before the commit itself is heard.
   * @param {{ entries: readonly RosterEntry[], epoch: number }} now
   * @param {number} atMs
   * @param {Message | null} commit what changed it
   */
  meet({ entries, epoch }, atMs, commit) {
    const before = this.members.peek();
    this.epoch.value = epoch;
    this.members.value = entries;
    this.#nameAnswerer();
    for (const entry of entries) if (isPerson(entry)) own('a name', this.#learnName(entry));
    if (before.length === 0) return;
    const isBack = commit !== null && this.#isBack(entries, commit);
    // By my own hand, on whichever device: nobody is let in that I have not let in.
    if (commit?.author.role === Role.SEEKER) {
      this.#thread.tell(this.#alongs('calledBack'), { atMs });
      return;
    }
    if (isBack) this.#thread.tell(this.#alongs('released'), { atMs, from: commit.author.sidx });
    else this.#tellChanges(before, entries, atMs, commit);
    if (commit !== null && !isBack) this.#judge(before, entries, commit);
    if (without(entries, before).some(({ role }) => role === Role.SEEKER)) this.#thread.tell('newAccess', { atMs });
  }

  /**
   * Who came and who went, as lines of the log.
   * @param {readonly RosterEntry[]} before
   * @param {readonly RosterEntry[]} now
   * @param {number} atMs
   * @param {Message | null} commit
   */
  #tellChanges(before, now, atMs, commit) {
    const code = commit !== null && isTeam(commit.author) ? 'taken' : 'personCame';
    const tell = (/** @type {string} */ what, /** @type {number} */ from) => this.#thread.tell(what, { atMs, from });
    // With the team in it, who goes may read on as one of it.
    for (const { sidx } of without(before, now).filter(isPerson)) tell(now.some(isTeam) ? 'personStepsBack' : 'personGone', sidx);
    if (without(now, before).some(isTeam) && !before.some(isTeam)) this.#thread.tell('teamCame', { atMs });
    for (const { sidx } of without(now, before).filter(isPerson)) tell(code, sidx);
  }

  /**
   * Tells whether a counsellor has given it back: to whom the level of this page says, and to nobody beside.
   * @param {readonly RosterEntry[]} entries
   * @param {Message} commit
   */
  #isBack(entries, { author, opened: { body } }) {
    const [other, ...others] = entries.filter(({ role }) => role !== Role.SEEKER);
    const isReleased = author.role === Role.COUNSELLOR && decodeCommit(body.payload).reason === Reason.RELEASED;
    const team16 = isReleased && other !== undefined ? this.#team16Of(other) : null;
    return team16 !== null && this.#teams !== null && others.length === 0 && equal(team16, backOf(this.#teams));
  }

  /** How it is told that the team has it, where it reads on once somebody takes it. @param {string} code */
  #alongs(code) {
    return this.#teams !== null && readsAlong(this.#teams) ? `${code}Along` : code;
  }

  /** Which team an entry is; null for a person. @param {RosterEntry} entry */
  #team16Of({ certificateHash }) {
    return this.#thread.box.transcript.staff.team(certificateHash)?.team.team16 ?? null;
  }

  /** Tells whether a team lets in itself, under a later key, and no other team. @param {RosterEntry} author @param {RosterEntry} newcomer */
  #isSameTeam(author, newcomer) {
    const [one, other] = [this.#team16Of(author), this.#team16Of(newcomer)];
    return one !== null && other !== null && equal(one, other);
  }

  /**
   * Tells whether a team's commit does no more than was said before the seeker wrote: whoever takes it on, or over, answers
   * alone. That the team stays in what one of them takes, and takes it from a colleague, is said at one level only; that
   * who is revoked goes, goes without saying.
   * @param {readonly RosterEntry[]} before
   * @param {readonly RosterEntry[]} now
   */
  #isAsSaid(before, now) {
    const isAlong = this.#teams !== null && readsAlong(this.#teams);
    const [come, gone] = [without(now, before).filter(isPerson), without(before, now).filter(isPerson)];
    const staysBeside = come.length > 0 && now.some(isTeam);
    const isAlone = come.length === 0 || (come.length === 1 && now.filter(isPerson).length === 1);
    return isAlone && (isAlong || (!staysBeside && revokedOf(gone, this.#thread.log).length === gone.length));
  }

  /**
   * Whoever is let in: invited by my yes, as the one of the team who takes it on, or my own new access; else it is an alarm.
   * So is what a team does beyond what was said.
   * @param {readonly RosterEntry[]} before
   * @param {readonly RosterEntry[]} now
   * @param {Message} commit
   */
  #judge(before, now, { author, opened: { body } }) {
    const { reason } = decodeCommit(body.payload);
    const newcomers = without(now, before);
    const isTakenOn = isTeam(author) && this.#isAsSaid(before, now);
    // Nobody has come, and who was there is gone: it is the team that reads.
    const reader = now.find(isTeam);
    if (isTeam(author) && !isTakenOn && !newcomers.some(isPerson) && reader !== undefined) this.#thread.box.transcript.alarm(notice(NoticeKind.UNINVITED, reader.sidx));
    for (const entry of newcomers) {
      const isInvited = (isTakenOn && (isPerson(entry) || this.#isSameTeam(author, entry))) || entry.role === Role.SEEKER || this.#consent.allows(author, entry, reason);
      if (!isInvited) this.#thread.box.transcript.alarm(notice(NoticeKind.UNINVITED, entry.sidx));
    }
  }

  /** Nothing is sealed under an alarm: what I have written after it, be it on another device, says that I go on. */
  #decided() {
    const { box: { transcript }, paused } = this.#thread;
    if (!transcript.alarms.some(isUninvited)) return;
    transcript.alarms = transcript.alarms.filter((one) => !isUninvited(one));
    if (paused.peek()?.code === NoticeKind.UNINVITED) paused.value = null;
  }

  /** One question stands at a time: what was asked before is over. @param {Asked} asked @param {string} key */
  #ask(asked, key) {
    /** @type {(one: Asked) => Asked} */
    const over = (one) => (one.answer === 'open' || one.answer === 'yes' ? { ...one, answer: 'takenBack' } : one);
    this.questions.value = new Map([...[...this.questions.peek()].map(([at, one]) => /** @type {const} */ ([at, over(one)])), [key, asked]]);
  }

  /** @param {Asked} asked */
  #follow(asked) {
    this.questions.value = new Map([...this.questions.peek()].map(([key, one]) => [key, one.n === asked.n ? asked : one]));
  }

  /** The other side is whoever answers: the person who is there longest, else the team. */
  #nameAnswerer() {
    const person = this.members.peek().find(isPerson) ?? null;
    this.#onAnswerer(person, person === null ? this.#first : this.nameOf(person.sidx));
  }

  /** @param {RosterEntry} entry */
  async #learnName({ sidx, certificateHash }) {
    if (this.#known.peek().has(sidx)) return;
    const name = await this.#names.nameOf(certificateHash);
    if (name === '') return;
    this.#known.value = new Map([...this.#known.peek(), [sidx, name]]);
    this.#nameAnswerer();
    if (this.#thread.paused.peek()?.code === NoticeKind.UNINVITED) this.#thread.showAlarm();
  }

  /** @param {RosterEntry} entry @returns {Reader[]} */
  #readerOf(entry) {
    const { sidx } = entry;
    const team16 = this.#teams === null || !isTeam(entry) ? null : this.#team16Of(entry);
    if (isTeam(entry)) return [{ isTeam: true, isLeads: this.#teams !== null && team16 !== null && isLeads(this.#teams, team16), sidx, name: this.#first }];
    return isPerson(entry) ? [{ isTeam: false, isLeads: false, sidx, name: this.#known.value.get(sidx) ?? '' }] : [];
  }
}

/** @param {import('../../crypto/verdict.js').Notice} alarm */
export function isUninvited({ kind }) {
  return kind === NoticeKind.UNINVITED;
}
