// A written conversation as the seeker has it: who answers and who can read changes with the roster, and
// where it stands follows from what was said (standing.js). Draws nothing; views subscribe.
//
// Nobody comes in by surprise: whoever is let in without the seeker's yes is an alarm, and sending pauses until
// the seeker has decided.

import { Kind } from '../../crypto/envelope.js';
import { NoticeKind, notice } from '../../crypto/verdict.js';
import { computed, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import * as codec from '../../wire/codec.js';
import { Thread } from '../live/thread.js';
import { Consent } from './consent.js';
import { WrittenLearned, tellDone } from './learned.js';
import { isPerson, isTeam, standing, without } from './standing.js';

/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('../../crypto/verdict.js').Message} Message */
/** @typedef {import('./consent.js').Asked} Asked */
/** Somebody of the other side who can read. `name` is '' while it is not known. @typedef {{ isTeam: boolean, sidx: number, name: string }} Reader */
/**
 * `nameOf` finds the signed name of a certificate, '' where there is none; `whoIs` the colleague behind one whom the
 * team lists now, null where there is none; `wordsOf` the words of its keys.
 * @typedef {{ nameOf: (certificateHash: Uint8Array) => Promise<string>,
 *   whoIs: (certificateHash: Uint8Array) => Promise<import('./people.js').Person | null>,
 *   wordsOf: (certificate: Readonly<import('../../crypto/certificate.js').Certificate>) => Promise<readonly string[]> }} Names
 */

const HOUR_MS = 3_600_000;

export class WrittenThread extends Thread {
  #names;
  #teamName;
  /** Who is in it now. @type {import('../../core/signals.js').Signal<readonly RosterEntry[]>} */
  #members = signal(/** @type {readonly RosterEntry[]} */ ([]));
  #epoch = signal(0);
  /** Names of persons, by sidx. @type {import('../../core/signals.js').Signal<ReadonlyMap<number, string>>} */
  #known = signal(/** @type {ReadonlyMap<number, string>} */ (new Map()));
  #consent = new Consent();
  /** Each question for a hand-over, by the key of its line. @type {import('../../core/signals.js').Signal<ReadonlyMap<string, Asked>>} */
  questions = signal(/** @type {ReadonlyMap<string, Asked>} */ (new Map()));
  /** The own answer that is on its way. @type {import('../../core/signals.js').Signal<import('../../core/outbox.js').Item | null>} */
  #answer = signal(/** @type {import('../../core/outbox.js').Item | null} */ (null));

  /** @param {import('../live/thread.js').Parts & { names: Names }} parts `peer`: the team, until a person is there */
  constructor(parts) {
    super({ ...parts, learned: new WrittenLearned((given) => given) });
    this.#names = parts.names;
    this.#teamName = parts.peer.name;
    this.subject = computed(() => this.learned.enquiry.value?.subject ?? '');
    this.topic = computed(() => this.learned.enquiry.value?.topic ?? '');
    this.standing = computed(() => standing(this.#members.value, this.#epoch.value, this.learned, this.closed.value !== null));
    /** Since when an answer is waited for; 0: nobody owes one. */
    this.waitsSinceMs = computed(() => (this.closed.value === null ? this.learned.waitingSinceMs.value : 0));
    /** Who of the other side can read it now, by the roster. @type {import('../../../vendor/signals-core.mjs').ReadonlySignal<Reader[]>} */
    this.readers = computed(() => this.#members.value.flatMap((entry) => this.#readerOf(entry)));
    /** The certificates of the persons among them. */
    this.persons = computed(() => this.#members.value.filter(isPerson).map(({ certificateHash }) => certificateHash));
    /** When it is closed if nobody writes any more, as of the last reading; 0: not known. */
    this.closesMs = computed(() => this.box.clock.value.closesHour * HOUR_MS);
    /** Tells whether an answer to a question has not arrived yet. */
    this.isAnswering = computed(() => (this.box.changes.value, this.#answer.value?.state === 'pending'));
  }

  /** @override @returns {WrittenLearned} */
  get learned() {
    return /** @type {WrittenLearned} */ (super.learned);
  }

  /**
   * The first message.
   * @param {{ topic: string, subject: string, text: string }} enquiry
   */
  begin({ topic, subject, text }) {
    this.sayAs(Kind.ENQUIRY, codec.encode('Enquiry', { topic, subject, text }), text);
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
    const { outbox } = this.box;
    const before = this.#answer.peek();
    if (before?.state === 'pending') return;
    if (before?.state === 'failed') outbox.withdraw(before);
    this.#answer.value = this.box.send(Kind.HAND_OVER_ANSWER, codec.encode('HandOverAnswer', { n, isYes: isYes ? 1 : 0 }));
  }

  /** Says that the counsellor is the regular one no more, where this conversation made them so. */
  endRegular() {
    const given = this.learned.relation.peek();
    if (given === null || given.relation.length === 0 || this.closed.peek() !== null) return;
    this.box.send(Kind.RELATION, codec.encode('Relation', { relation: new Uint8Array(0), isFirst: 0 }));
  }

  /** Tells whether a question can be answered: it stands, and who asked is still there. @param {Asked} asked */
  isOpen({ answer, sidx }) {
    return answer === 'open' && this.closed.value === null && this.#members.value.some((one) => one.sidx === sidx);
  }

  /** @override @param {number} sidx */
  nameOf(sidx) {
    return this.#known.value.get(sidx) ?? this.#teamName;
  }

  /** @override @param {string} code @param {{ atMs?: number, from?: number }} [about] */
  tell(code, about) {
    // Who writes here has a name from the beginning.
    return code === 'introducedByMe' ? '' : super.tell(code, about);
  }

  /** @override @param {Message} message @param {boolean} isMine */
  onMessage(message, isMine) {
    const { sentMs } = message.opened.body;
    tellDone(this, message, isMine);
    const before = this.#consent.asked.peek();
    this.#consent.take(message);
    const asked = this.#consent.asked.peek();
    if (isMine) this.#decided();
    if (asked === null || asked === before) return;
    if (asked.n === message.n) this.#ask(asked, this.tell('handOverAsked', { atMs: sentMs, from: asked.sidx }));
    else this.#follow(asked);
  }

  /** @override @param {number} atMs @param {Message | null} commit */
  onRoster(atMs, commit) {
    const before = this.#members.peek();
    const { roster } = this.box.transcript.state;
    const now = [...(roster?.entries.values() ?? [])];
    this.#epoch.value = roster?.epoch ?? 0;
    this.#members.value = now;
    this.#nameAnswerer();
    for (const entry of now) if (isPerson(entry)) own('a name', this.#learnName(entry));
    if (before.length === 0) return;
    this.#tellChanges(before, now, atMs);
    if (commit !== null) this.#meet(without(now, before), commit);
    // When it closes by itself depends on who is in it.
    own('reading on', this.resume());
  }

  /**
   * Who came and who went, as lines of the log.
   * @param {readonly RosterEntry[]} before
   * @param {readonly RosterEntry[]} now
   * @param {number} atMs
   */
  #tellChanges(before, now, atMs) {
    const code = before.some(isTeam) && !now.some(isTeam) ? 'taken' : 'personCame';
    for (const { sidx } of without(before, now).filter(isPerson)) this.tell('personGone', { atMs, from: sidx });
    if (without(now, before).some(isTeam)) this.tell('teamCame', { atMs });
    for (const { sidx } of without(now, before).filter(isPerson)) this.tell(code, { atMs, from: sidx });
  }

  /**
   * Whoever is let in: invited by my yes, or as the one of the team who takes it on; else it is an alarm.
   * @param {readonly RosterEntry[]} newcomers
   * @param {Message} commit
   */
  #meet(newcomers, { author }) {
    const isTakenOn = isTeam(author) && newcomers.filter(isPerson).length <= 1;
    for (const entry of newcomers) {
      const isInvited = isTakenOn || this.#consent.allows(author, entry);
      if (!isInvited) this.box.transcript.alarm(notice(NoticeKind.UNINVITED, entry.sidx));
    }
  }

  /** Nothing is sealed under an alarm: what I have written after it, be it on another device, says that I go on. */
  #decided() {
    const { transcript } = this.box;
    if (!transcript.alarms.some(isUninvited)) return;
    transcript.alarms = transcript.alarms.filter((one) => !isUninvited(one));
    if (this.paused.peek()?.code === NoticeKind.UNINVITED) this.paused.value = null;
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
    const person = this.#members.peek().find(isPerson);
    const { words } = this.peer;
    if (person === undefined) this.changePeer({ name: this.#teamName, role: 'team', words });
    else this.changePeer({ name: this.nameOf(person.sidx), role: 'counsellor', words });
  }

  /** @param {RosterEntry} entry */
  async #learnName({ sidx, certificateHash }) {
    if (this.#known.peek().has(sidx)) return;
    const name = await this.#names.nameOf(certificateHash);
    if (name === '') return;
    this.#known.value = new Map([...this.#known.peek(), [sidx, name]]);
    this.#nameAnswerer();
    if (this.paused.peek()?.code === NoticeKind.UNINVITED) this.showAlarm();
  }

  /** @param {RosterEntry} entry @returns {Reader[]} */
  #readerOf(entry) {
    const { sidx } = entry;
    if (isTeam(entry)) return [{ isTeam: true, sidx, name: this.#teamName }];
    return isPerson(entry) ? [{ isTeam: false, sidx, name: this.#known.value.get(sidx) ?? '' }] : [];
  }
}

/** @param {import('../../crypto/verdict.js').Notice} alarm */
function isUninvited({ kind }) {
  return kind === NoticeKind.UNINVITED;
}
