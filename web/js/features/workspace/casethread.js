// A written conversation as its counsellor has it: who writes about what, who can read, where it stands. Draws
// nothing; everything is read from the box itself.

import { Kind } from '../../crypto/envelope.js';
import { computed, effect, signal } from '../../core/signals.js';
import * as codec from '../../wire/codec.js';
import { WrittenLearned, tellLearned } from '../enquiries/learned.js';
import { standing } from '../enquiries/standing.js';
import { Thread } from '../live/thread.js';
import { pseudonymOf } from './names.js';
import { shared } from './shared.js';

/** @typedef {import('../../crypto/verdict.js').Message} Message */
/** @typedef {import('../enquiries/standing.js').Standing} Standing */

const HOUR_MS = 3_600_000;

export class CaseThread extends shared(Thread) {
  /** @type {(() => void)[]} */
  #ends = [];

  /** @param {import('./shared.js').SharedParts} parts */
  constructor(parts) {
    super({ ...parts, learned: new WrittenLearned(pseudonymOf) });
    this.topic = computed(() => this.learned.enquiry.value?.topic ?? '');
    /** As first written; '' before. */
    this.subject = computed(() => this.learned.enquiry.value?.subject ?? '');
    /** @type {import('../../../vendor/signals-core.mjs').ReadonlySignal<Standing>} */
    this.standing = computed(() => this.#standing());
    /** Where it stands by what the relay holds; null where that cannot be told, as something own is on its way. */
    this.settled = computed(() => {
      const isUnderWay = this.messages.value.some((line) => line.mine && line.n === 0 && line.state === 'pending');
      const isUnheard = this.closed.value === null && this.#isUnheard;
      return isUnderWay || isUnheard || this.isLost.value ? null : this.standing.value;
    });
    /** Since when the seeker waits for a word; 0: they do not. */
    this.waitsSinceMs = computed(() => (this.closed.value === null ? this.learned.waitingSinceMs.value : 0));
    /** Tells whether I am the seeker's regular counsellor, as was said here last. */
    this.isRegular = computed(() => {
      const given = this.learned.relation.value;
      return given !== null && given.relation.length > 0 && this.members.value.length > 0 && given.sidx === this.box.transcript.own?.sidx;
    });
    /** Whose draft came with it, since when; null where none did. @type {import('../../core/signals.js').Signal<{ name: string, sinceMs: number } | null>} */
    this.given = signal(/** @type {{ name: string, sinceMs: number } | null} */ (null));
    /** Who has typed at what stands in the field, '' where no name is known; null once I have sent something, or all of it is gone. */
    this.draftBy = computed(() => {
      const given = this.given.value;
      const isMine = given === null || this.messages.value.some(({ mine, n, sentMs }) => mine && n > 0 && sentMs >= given.sinceMs);
      return isMine || this.draft.value === '' ? null : given.name;
    });
    /** When it is closed if nobody writes any more, as of the last reading; 0: not known. */
    this.closesMs = computed(() => this.box.clock.value.closesHour * HOUR_MS);
  }

  /** @override @returns {WrittenLearned} */
  get learned() {
    return /** @type {WrittenLearned} */ (super.learned);
  }

  /** "Abschließen": the next word of either side takes it up again. @param {Uint8Array} relation what it leaves; empty for nothing */
  markDone(relation) {
    if (this.closed.value === null && !this.learned.isDone.value) this.box.send(Kind.DONE, codec.encode('MarkedDone', { relation }));
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

  /** @override @param {Message} message @param {boolean} isMine */
  onMessage(message, isMine) {
    tellLearned(this, message, isMine);
    super.onMessage(message, isMine);
  }

  /** Without what came before, nobody has said anything yet that is known here. */
  get #isUnheard() {
    return !this.hasHistory && this.learned.lastWord.value === 0 && !this.learned.isDone.value;
  }

  /** @returns {Standing} */
  #standing() {
    if (this.isLost.value) return 'handed';
    const found = standing(this.members.value, this.epoch.value, this.learned, this.closed.value !== null);
    return found === 'answered' && this.#isUnheard ? 'taken' : found;
  }
}
