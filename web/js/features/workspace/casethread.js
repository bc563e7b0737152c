// A written conversation as its counsellor has it: who writes about what, who can read, where it stands. Draws
// nothing; everything is read from the box itself.

import { Kind } from '../../crypto/envelope.js';
import { Role } from '../../crypto/roster.js';
import { NoticeKind } from '../../crypto/verdict.js';
import { computed, effect, signal } from '../../core/signals.js';
import * as codec from '../../wire/codec.js';
import { Consent } from '../enquiries/consent.js';
import { WrittenLearned, tellDone } from '../enquiries/learned.js';
import { isPerson, isTeam, standing, without } from '../enquiries/standing.js';
import { Thread } from '../live/thread.js';
import { pseudonymOf } from './names.js';

/** @typedef {import('../../crypto/keys.js').EpochSecret} EpochSecret */
/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('../../crypto/verdict.js').Message} Message */
/** @typedef {import('../enquiries/standing.js').Standing} Standing */

/** Somebody who can read it now, by the roster; `name` is '' where a colleague has published none. @typedef {{ sidx: number, isMe: boolean, name: string }} Reader */

/**
 * A hand-over that I have begun. `name` is the colleague's, `n` the question's number.
 * @typedef {Readonly<{ stage: 'asked' | 'agreed' | 'joined', name: string, n: number }>} Handing
 */

const HOUR_MS = 3_600_000;

export class CaseThread extends Thread {
  #nameOfColleague;
  /** Who is in it now. @type {import('../../core/signals.js').Signal<readonly RosterEntry[]>} */
  #members = signal(/** @type {readonly RosterEntry[]} */ ([]));
  #epoch = signal(0);
  /** The secret of each epoch that was read, by its number. @type {Map<number, EpochSecret>} */
  #secrets = new Map();
  /** @type {(() => void)[]} */
  #ends = [];
  /** What was asked and answered about handing it over. */
  consent = new Consent();

  /**
   * @param {import('../live/thread.js').Parts & { nameOfColleague: (certificateHash: Uint8Array) => string, generation: number }} parts
   *   `nameOfColleague`: the signed name of a certificate's holder; '' where there is none. `generation`: of the entry
   */
  constructor(parts) {
    super({ ...parts, learned: new WrittenLearned(pseudonymOf) });
    this.#nameOfColleague = parts.nameOfColleague;
    this.generation = parts.generation;
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
    /** Whoever came in after me takes it over from me. */
    this.successor = computed(() => this.#colleague((sidx, mine) => sidx > mine));
    /** From whoever was in it before me I take it over. */
    this.predecessor = computed(() => this.#colleague((sidx, mine) => sidx < mine));
    /** @type {import('../../../vendor/signals-core.mjs').ReadonlySignal<Handing | null>} */
    this.handing = computed(() => this.#handing());
    /** Without a grant, nothing of what came before is known here. */
    this.hasHistory = parts.transcript.state.base === 0;
    /** It cannot be read here any more: a commit has taken me out, or the relay knows it no more. */
    this.isGone = signal(false);
    this.isLost = computed(() => this.isGone.value || this.paused.value?.code === NoticeKind.YOU_WERE_REMOVED);
    /** Who has it now; '' where it is not lost, or by nobody who took it over. */
    this.handedTo = computed(() => (this.isLost.value ? this.#lastSuccessor() : ''));
    /** Since when the seeker waits for a word; 0: they do not. */
    this.waitsSinceMs = computed(() => (this.closed.value === null ? this.learned.waitingSinceMs.value : 0));
    this.readers = computed(() => this.#members.value.map((entry) => this.#readerOf(entry)));
    /** When it is closed if nobody writes any more, as of the last reading; 0: not known. */
    this.closesMs = computed(() => this.box.clock.value.closesHour * HOUR_MS);
  }

  /** @override @returns {WrittenLearned} */
  get learned() {
    return /** @type {WrittenLearned} */ (super.learned);
  }

  /** @override */
  async open() {
    // Who reads on from a pin knows who is in it before anything is read.
    if (this.box.transcript.state.roster !== null) this.#learnMembers();
    await super.open();
  }

  /**
   * The secrets of all epochs before this one, for a grant; null where this account does not have them all.
   * @param {number} epoch
   * @returns {EpochSecret[] | null}
   */
  secretsBefore(epoch) {
    const found = Array.from({ length: epoch }, (_, at) => this.#secrets.get(at) ?? null);
    return found.every((one) => one !== null) ? found : null;
  }

  /** Tells whether what was said so far can be granted to a colleague. */
  get canGrant() {
    return this.secretsBefore(this.#epoch.value + 1) !== null;
  }

  /** Tells whether the question that stands is mine. */
  get isMyQuestion() {
    return this.consent.asked.value?.sidx === this.box.transcript.own?.sidx;
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

  /** @override @param {Message} message @param {boolean} isMine */
  onMessage(message, isMine) {
    tellDone(this, message, isMine);
    const before = this.consent.asked.peek();
    this.consent.take(message);
    const asked = this.consent.asked.peek();
    if (asked === null || asked === before) return;
    const by = isMine ? 'ByMe' : '';
    const code = {
      open: `handOverAsked${by}`, yes: 'handOverAgreed', no: 'handOverRefused', takenBack: `handOverTakenBack${by}`, done: '', sentBack: 'handOverSentBack',
    }[asked.answer];
    if (code === '') return;
    // Whom I ask about; else who speaks.
    const about = asked.answer === 'open' && isMine ? { name: this.#nameOfColleague(asked.certificateHash) } : { from: message.opened.body.sidx };
    this.tell(code, { atMs: message.opened.body.sentMs, ...about });
  }

  /** @override @param {number} atMs */
  onRoster(atMs) {
    const was = this.#members.peek();
    this.#learnMembers();
    if (was.length > 0) this.#tellChanges(was, this.#members.peek(), atMs);
  }

  #learnMembers() {
    const { roster, es } = this.box.transcript.state;
    if (roster === null || es === null) return;
    this.#secrets.set(roster.epoch, es);
    this.#epoch.value = roster.epoch;
    this.#members.value = [...roster.entries.values()];
  }

  /**
   * @param {readonly RosterEntry[]} was
   * @param {readonly RosterEntry[]} now
   * @param {number} atMs
   */
  #tellChanges(was, now, atMs) {
    const own = this.box.transcript.own?.sidx;
    const about = (/** @type {RosterEntry} */ { certificateHash }) => ({ atMs, name: this.#nameOfColleague(certificateHash) });
    for (const entry of without(was, now).filter(isPerson)) this.tell('personGone', about(entry));
    for (const entry of without(now, was).filter(isPerson)) {
      if (entry.sidx !== own) this.tell('personCame', about(entry));
      else this.tell(was.some(isTeam) ? 'takenByMe' : 'handedToMe', { atMs });
    }
  }

  /** Without what came before, nobody has said anything yet that is known here. */
  get #isUnheard() {
    return !this.hasHistory && this.learned.lastWord.value === 0 && !this.learned.isDone.value;
  }

  /** @returns {Standing} */
  #standing() {
    if (this.isLost.value) return 'handed';
    const found = standing(this.#members.value, this.#epoch.value, this.learned, this.closed.value !== null);
    return found === 'answered' && this.#isUnheard ? 'taken' : found;
  }

  /** @param {(sidx: number, mine: number) => boolean} isMeant @returns {RosterEntry | null} */
  #colleague(isMeant) {
    const own = this.#members.value.find((one) => one.sidx === this.box.transcript.own?.sidx);
    return this.#members.value.find((one) => one.role === Role.COUNSELLOR && own !== undefined && isMeant(one.sidx, own.sidx)) ?? null;
  }

  /** @returns {Handing | null} */
  #handing() {
    const successor = this.successor.value;
    const asked = this.consent.asked.value;
    if (this.closed.value !== null || this.isLost.value) return null;
    if (successor !== null) return { stage: 'joined', name: this.#nameOfColleague(successor.certificateHash), n: asked?.n ?? 0 };
    if (asked === null || !this.isMyQuestion || (asked.answer !== 'open' && asked.answer !== 'yes')) return null;
    return { stage: asked.answer === 'open' ? 'asked' : 'agreed', name: this.#nameOfColleague(asked.certificateHash), n: asked.n };
  }

  #lastSuccessor() {
    const successor = this.successor.value;
    return successor === null ? '' : this.#nameOfColleague(successor.certificateHash);
  }

  /** @param {RosterEntry} entry @returns {Reader} */
  #readerOf(entry) {
    const { sidx } = entry;
    const isMe = sidx === this.box.transcript.own?.sidx;
    if (isMe) return { sidx, isMe, name: this.myName };
    return { sidx, isMe, name: isColleague(entry) ? this.#nameOfColleague(entry.certificateHash) : this.peerName.value };
  }
}

/**
 * @param {RosterEntry | undefined} entry
 * @returns {entry is RosterEntry}
 */
function isColleague(entry) {
  return entry !== undefined && entry.role !== Role.SEEKER;
}
