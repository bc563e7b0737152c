// A written conversation as its counsellor has it: who writes about what, who can read, where it stands. Draws
// nothing; everything is read from the box itself.

import { Kind } from '../../crypto/envelope.js';
import { Role } from '../../crypto/roster.js';
import { computed, effect, signal } from '../../core/signals.js';
import * as codec from '../../wire/codec.js';
import { standing } from '../enquiries/standing.js';
import { Thread } from '../live/thread.js';

/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('../enquiries/standing.js').Standing} Standing */

/** Somebody who can read it now, by the roster; `name` is '' where a colleague has published none. @typedef {{ sidx: number, isMe: boolean, name: string }} Reader */

const HOUR_MS = 3_600_000;

export class CaseThread extends Thread {
  #nameOfColleague;
  /** Who is in it now. @type {import('../../core/signals.js').Signal<readonly RosterEntry[]>} */
  #members = signal(/** @type {readonly RosterEntry[]} */ ([]));
  #epoch = signal(0);
  /** @type {(() => void)[]} */
  #ends = [];

  /**
   * @param {import('../live/thread.js').Parts & { nameOfColleague: (certificateHash: Uint8Array) => string }} parts
   *   `nameOfColleague`: the signed name of a certificate's holder; '' where there is none
   */
  constructor(parts) {
    super(parts);
    this.#nameOfColleague = parts.nameOfColleague;
    this.topic = computed(() => this.learned.enquiry.value?.topic ?? '');
    /** As first written; '' before. */
    this.subject = computed(() => this.learned.enquiry.value?.subject ?? '');
    /** @type {import('../../../vendor/signals-core.mjs').ReadonlySignal<Standing>} */
    this.standing = computed(() => standing(this.#members.value, this.#epoch.value, this.learned, this.closed.value !== null));
    /** Where it stands by what the relay holds; null while something own is on its way. */
    this.settled = computed(() => {
      const isUnderWay = this.messages.value.some((line) => line.mine && line.n === 0 && line.state === 'pending');
      return isUnderWay ? null : this.standing.value;
    });
    /** Since when the seeker waits for a word; 0: they do not. */
    this.waitsSinceMs = computed(() => (this.closed.value === null ? this.learned.waitingSinceMs.value : 0));
    this.readers = computed(() => this.#members.value.map((entry) => this.#readerOf(entry)));
    /** When it is closed if nobody writes any more, as of the last reading; 0: not known. */
    this.closesMs = computed(() => this.box.clock.value.closesHour * HOUR_MS);
  }

  /** "Abschließen": the next word of either side takes it up again. */
  markDone() {
    if (this.closed.value === null && !this.learned.isDone.value) this.box.send(Kind.DONE, codec.encode('MarkedDone', {}));
  }

  /**
   * Tells what is being typed, now and with each change.
   * @param {(draft: string) => void} keep
   */
  followDraft(keep) {
    this.#ends.push(effect(() => keep(this.draft.value)));
  }

  /** @override */
  dispose() {
    for (const end of this.#ends) end();
    super.dispose();
  }

  /** @override @param {number} sidx */
  nameOf(sidx) {
    const entry = this.#members.value.find((one) => one.sidx === sidx);
    return (isColleague(entry) && this.#nameOfColleague(entry.certificateHash)) || this.peerName.value;
  }

  /** @override @param {number} atMs */
  onRoster(atMs) {
    const { roster } = this.box.transcript.state;
    const own = this.box.transcript.own?.sidx;
    const was = this.#members.peek();
    this.#epoch.value = roster?.epoch ?? 0;
    this.#members.value = [...(roster?.entries.values() ?? [])];
    const isNew = was.length > 0 && own !== undefined && !was.some(({ sidx }) => sidx === own);
    if (isNew) this.tell('takenByMe', { atMs });
    const seeker = seekerIn(this.#members.peek());
    if (was.length > 0 && seeker !== seekerIn(was)) this.tell('newAccess', { atMs });
  }

  /** @param {RosterEntry} entry @returns {Reader} */
  #readerOf(entry) {
    const { sidx } = entry;
    const isMe = sidx === this.box.transcript.own?.sidx;
    if (isMe) return { sidx, isMe, name: this.myName };
    return { sidx, isMe, name: isColleague(entry) ? this.#nameOfColleague(entry.certificateHash) : this.peerName.value };
  }
}

/** The sidx of the seeker. @param {readonly RosterEntry[]} members */
function seekerIn(members) {
  return members.find(({ role }) => role === Role.SEEKER)?.sidx;
}

/**
 * @param {RosterEntry | undefined} entry
 * @returns {entry is RosterEntry}
 */
function isColleague(entry) {
  return entry !== undefined && entry.role !== Role.SEEKER;
}
