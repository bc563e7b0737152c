// A written conversation as the seeker has it: who answers and who can read changes with the roster, and
// where it stands follows from what was said (standing.js). Draws nothing; views subscribe.

import { Kind } from '../../crypto/envelope.js';
import { Role } from '../../crypto/roster.js';
import { computed, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import * as codec from '../../wire/codec.js';
import { Thread } from '../live/thread.js';
import { isPerson, isTeam, standing } from './standing.js';

/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** Somebody of the other side who can read. `name` is '' while it is not known. @typedef {{ isTeam: boolean, sidx: number, name: string }} Reader */
/** `nameOf` finds the signed name of a certificate; '' where there is none. @typedef {{ nameOf: (certificateHash: Uint8Array) => Promise<string> }} Names */

const HOUR_MS = 3_600_000;

export class WrittenThread extends Thread {
  #names;
  #teamName;
  /** Who is in it now. @type {import('../../core/signals.js').Signal<readonly RosterEntry[]>} */
  #members = signal(/** @type {readonly RosterEntry[]} */ ([]));
  #epoch = signal(0);
  /** Names of persons, by sidx. @type {import('../../core/signals.js').Signal<ReadonlyMap<number, string>>} */
  #known = signal(/** @type {ReadonlyMap<number, string>} */ (new Map()));

  /** @param {import('../live/thread.js').Parts & { names: Names }} parts `peer`: the team, until a person is there */
  constructor(parts) {
    super(parts);
    this.#names = parts.names;
    this.#teamName = parts.peer.name;
    this.subject = computed(() => this.learned.enquiry.value?.subject ?? '');
    this.topic = computed(() => this.learned.enquiry.value?.topic ?? '');
    this.standing = computed(() => standing(this.#members.value, this.#epoch.value, this.learned, this.closed.value !== null));
    /** Since when an answer is waited for; 0: nobody owes one. */
    this.waitsSinceMs = computed(() => (this.closed.value === null ? this.learned.waitingSinceMs.value : 0));
    /** Who of the other side can read it now, by the roster. @type {import('../../../vendor/signals-core.mjs').ReadonlySignal<Reader[]>} */
    this.readers = computed(() => this.#members.value.flatMap((entry) => this.#readerOf(entry)));
    /** When it is closed if nobody writes any more, as of the last reading; 0: not known. */
    this.closesMs = computed(() => this.box.clock.value.closesHour * HOUR_MS);
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

  /** @override @param {number} sidx */
  nameOf(sidx) {
    return this.#known.value.get(sidx) ?? this.#teamName;
  }

  /** @override @param {string} code @param {{ atMs?: number, from?: number }} [about] */
  tell(code, about) {
    // Who writes here has a name from the beginning.
    if (code !== 'introducedByMe') super.tell(code, about);
  }

  /** @override @param {number} atMs */
  onRoster(atMs) {
    const before = this.#members.peek();
    const { roster } = this.box.transcript.state;
    const now = [...(roster?.entries.values() ?? [])];
    this.#epoch.value = roster?.epoch ?? 0;
    this.#members.value = now;
    this.#nameAnswerer();
    for (const entry of now) if (isPerson(entry)) own('a name', this.#learnName(entry));
    if (before.length === 0) return;
    this.#tellChanges(before, now, atMs);
    if (without(now, before).some(({ role }) => role === Role.SEEKER)) this.tell('newAccess', { atMs });
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

  /** The other side is whoever answers now: the person who came last, else the team. */
  #nameAnswerer() {
    const person = this.#members.peek().filter(isPerson).at(-1);
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
  }

  /** @param {RosterEntry} entry @returns {Reader[]} */
  #readerOf(entry) {
    const { sidx } = entry;
    if (isTeam(entry)) return [{ isTeam: true, sidx, name: this.#teamName }];
    return isPerson(entry) ? [{ isTeam: false, sidx, name: this.#known.value.get(sidx) ?? '' }] : [];
  }
}

/**
 * Those of `some` that are not among the others.
 * @param {readonly RosterEntry[]} some
 * @param {readonly RosterEntry[]} others
 */
function without(some, others) {
  return some.filter(({ sidx }) => !others.some((one) => one.sidx === sidx));
}
