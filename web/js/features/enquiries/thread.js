// A written conversation as the seeker has it: who answers and who can read changes with the roster (guests.js), and
// where it stands follows from what was said (standing.js). Draws nothing; views subscribe.

import { Kind } from '../../crypto/envelope.js';
import { computed, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import * as codec from '../../wire/codec.js';
import { Thread } from '../live/thread.js';
import { departure, isHeld } from './departed.js';
import { Guests } from './guests.js';
import { WrittenLearned, tellLearned } from './learned.js';
import { isPerson, standing } from './standing.js';

/** @typedef {import('../../crypto/verdict.js').Message} Message */
/** @typedef {import('./guests.js').Names} Names */

const HOUR_MS = 3_600_000;

export class WrittenThread extends Thread {
  #teams;
  /** The secret of each epoch that was read, in order. @type {import('../../crypto/keys.js').EpochSecret[]} */
  #secrets = [];
  /** Who has left, by the log as last read. @type {import('../../core/signals.js').Signal<import('./departed.js').Departure>} */
  departure = signal(/** @type {import('./departed.js').Departure} */ (''));

  /** @param {import('../live/thread.js').Parts & { names: Names, teams: import('../../crypto/levels.js').Teams }} parts `peer`: the team, until a person is there */
  constructor(parts) {
    super({ ...parts, learned: new WrittenLearned((given) => given) });
    const { names, teams, peer: { name: team, words } } = parts;
    this.#teams = teams;
    /** Who can read it, and whether somebody else may go on. */
    this.guests = new Guests({
      thread: this, names, first: team, teams,
      onAnswerer: (person, name) => this.changePeer({ name, role: person === null ? 'team' : 'counsellor', words }),
    });
    const { members, epoch } = this.guests;
    this.questions = this.guests.questions;
    this.readers = this.guests.readers;
    this.subject = computed(() => this.learned.enquiry.value?.subject ?? '');
    this.topic = computed(() => this.learned.enquiry.value?.topic ?? '');
    this.standing = computed(() => standing(members.value, epoch.value, this.learned, this.closed.value !== null));
    /** Since when an answer is waited for; 0: nobody owes one. */
    this.waitsSinceMs = computed(() => (this.closed.value === null ? this.learned.waitingSinceMs.value : 0));
    /** The certificates of the persons among them. */
    this.persons = computed(() => members.value.filter(isPerson).map(({ certificateHash }) => certificateHash));
    /** Nothing goes out for now: an alarm waits, or somebody who was revoked would read it. */
    this.isHeld = computed(() => this.paused.value !== null || isHeld(this.departure.value));
    /** When it is closed if nobody writes any more, as of the last reading; 0: not known. */
    this.closesMs = computed(() => this.box.clock.value.closesHour * HOUR_MS);
  }

  /** @override @returns {WrittenLearned} */
  get learned() {
    return /** @type {WrittenLearned} */ (super.learned);
  }

  /** Reads the log on: whether who should answer is still there. */
  async lookAround() {
    await this.log.update();
    this.#judgeDeparture();
  }

  /** The secrets of all epochs so far, for a grant; null where they are not all known. */
  secrets() {
    const { roster } = this.box.transcript.state;
    return roster !== null && this.#secrets.length === roster.epoch + 1 ? this.#secrets : null;
  }

  /**
   * The first message.
   * @param {{ topic: string, subject: string, text: string }} enquiry
   */
  begin({ topic, subject, text }) {
    this.sayAs(Kind.ENQUIRY, codec.encode('Enquiry', { topic, subject, text }), text);
  }

  /**
   * What to ask whoever says to be me without my access, and what I will answer.
   * @param {string} question
   * @param {string} answer
   */
  agree(question, answer) {
    this.box.send(Kind.AGREED_QUESTION, codec.encode('AgreedQuestion', { question, answer }));
  }

  /** Says that the counsellor is the regular one no more, where this conversation made them so. */
  endRegular() {
    const given = this.learned.relation.peek();
    if (given === null || given.relation.length === 0 || this.closed.peek() !== null) return;
    this.box.send(Kind.RELATION, codec.encode('Relation', { relation: new Uint8Array(0), isFirst: 0 }));
  }

  /** @override @param {number} sidx */
  nameOf(sidx) {
    return this.guests.nameOf(sidx);
  }

  /** @override @param {string} code @param {{ atMs?: number, from?: number }} [about] */
  tell(code, about) {
    // Who writes here has a name from the beginning.
    return code === 'introducedByMe' ? '' : super.tell(code, about);
  }

  /** @override @param {Message} message @param {boolean} isMine */
  onMessage(message, isMine) {
    tellLearned(this, message, isMine);
    this.guests.hear(message, isMine);
  }

  /** @override @param {number} atMs @param {Message | null} commit */
  onRoster(atMs, commit) {
    const { roster, es } = this.box.transcript.state;
    if (es !== null) this.#secrets.push(es);
    const isNew = this.guests.members.peek().length === 0;
    this.guests.meet({ entries: [...(roster?.entries.values() ?? [])], epoch: roster?.epoch ?? 0 }, atMs, commit);
    this.#judgeDeparture();
    // When it closes by itself depends on who is in it.
    if (!isNew) own('reading on', this.resume());
  }

  #judgeDeparture() {
    const isOpen = this.closed.peek() === null;
    this.departure.value = isOpen ? departure(this.guests.members.peek(), this.log, this.#teams, this.serverNow()) : '';
  }
}
