// A live chat as its seeker has it. Most stay with one counsellor; what judges who comes and goes, and asks whether a
// colleague may go on, is fetched when somebody asks or comes. Until it is there, whoever comes is an alarm.

import { Kind } from '../../crypto/envelope.js';
import { NoticeKind, notice } from '../../crypto/verdict.js';
import { signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { ChatModel } from './chat.js';

/** @typedef {import('../../crypto/verdict.js').Message} Message */
/** @typedef {import('../enquiries/guests.js').Guests} Guests */

export class SeekerChat extends ChatModel {
  #fetchGuests;
  /** What happened before it was there, in its order. @type {((guests: Guests) => void)[]} */
  #heard = [];
  /** @type {Promise<void> | null} */
  #fetching = null;
  /** Who else may read, and what is asked; null while nobody but the first has ever come or been asked about. @type {import('../../core/signals.js').Signal<Guests | null>} */
  guests = signal(/** @type {Guests | null} */ (null));

  /** @param {import('./thread.js').Parts & { fetchGuests: (chat: SeekerChat) => Promise<Guests> }} parts */
  constructor(parts) {
    super(parts);
    this.#fetchGuests = parts.fetchGuests;
  }

  /** @override */
  async open() {
    await super.open();
    await this.#fetching;
  }

  /** @override */
  async resume() {
    if (this.#fetching !== null) this.#fetch();
    await super.resume();
  }

  /** @override @param {number} sidx */
  nameOf(sidx) {
    return this.guests?.peek()?.nameOf(sidx) ?? super.nameOf(sidx);
  }

  /** @override @param {Message} message @param {boolean} isMine */
  onMessage(message, isMine) {
    super.onMessage(message, isMine);
    if (message.opened.body.kind === Kind.HAND_OVER) this.#fetch();
    this.#tell((guests) => guests.hear(message, isMine));
  }

  /** @override @param {number} atMs @param {Message | null} commit */
  onRoster(atMs, commit) {
    const { transcript } = this.box;
    const { roster } = transcript.state;
    const now = { entries: [...(roster?.entries.values() ?? [])], epoch: roster?.epoch ?? 0 };
    if (now.epoch > 0) this.#fetch();
    if (now.epoch > 0 && this.guests.peek() === null) transcript.alarm(notice(NoticeKind.UNINVITED, now.entries.at(-1)?.sidx ?? null));
    this.#tell((guests) => guests.meet(now, atMs, commit));
  }

  /** @param {(guests: Guests) => void} step */
  #tell(step) {
    const guests = this.guests.peek();
    if (guests === null) this.#heard.push(step);
    else step(guests);
  }

  /** Where it cannot be fetched now, the next line tries again. */
  #fetch() {
    if (this.guests.peek() !== null) return;
    this.#fetching = this.#fetchGuests(this).then((guests) => this.#judge(guests), () => {});
    own('who is there', this.#fetching);
  }

  /** From here on it judges, beginning with what has happened. @param {Guests} guests */
  #judge(guests) {
    if (this.guests.peek() !== null) return;
    const { transcript } = this.box;
    transcript.alarms = transcript.alarms.filter(({ kind }) => kind !== NoticeKind.UNINVITED);
    if (this.paused.peek()?.code === NoticeKind.UNINVITED) this.paused.value = null;
    this.guests.value = guests;
    for (const step of this.#heard) step(guests);
    this.#heard = [];
    this.renameAuthors();
    this.showAlarm();
    own('send', this.box.flush());
  }
}
