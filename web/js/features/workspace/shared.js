// What a counsellor knows of an own conversation that colleagues may share: who is in it, whether it is being handed
// over, and what they need who take it over. The same for live chats and written conversations; read from the box itself.

import { decodePin } from '../../crypto/boxstate.js';
import { Kind } from '../../crypto/envelope.js';
import { Role } from '../../crypto/roster.js';
import { NoticeKind } from '../../crypto/verdict.js';
import { computed, signal } from '../../core/signals.js';
import { Consent } from '../enquiries/consent.js';
import { isPerson, isTeam, without } from '../enquiries/standing.js';
import { NO_PIN } from './note.js';

/** @typedef {import('../../crypto/keys.js').EpochSecret} EpochSecret */
/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('../../crypto/verdict.js').Message} Message */
/** @typedef {import('../live/thread.js').Thread} Thread */

/** Somebody who can read it now, by the roster, or the whole team; `name` is '' where a colleague has published none. @typedef {{ sidx: number, isMe: boolean, isTeam: boolean, name: string }} Reader */

/**
 * A hand-over that I have begun. `name` is the colleague's, `n` the question's number; `isDeputy`: they stand in.
 * @typedef {Readonly<{ stage: 'asked' | 'agreed' | 'joined', name: string, n: number, isDeputy: boolean }>} Handing
 */

/** @typedef {import('../live/thread.js').Parts & { nameOfColleague: (certificateHash: Uint8Array) => string, generation: number, lent?: Lent | null }} SharedParts `nameOfColleague`: the signed name of a certificate's holder; '' where there is none. `generation`: of the keyring's entry */
/** I stand in: where reading begins, empty with a grant. @typedef {{ pin: Uint8Array }} Lent */
/** @typedef {InstanceType<ReturnType<typeof shared>>} SharedThread */

/**
 * @template {new (...parts: any[]) => Thread} Base
 * @param {Base} Base a kind of conversation
 */
export function shared(Base) {
  return class extends Base {
    #nameOfColleague;
    /** Who is in it now. @type {import('../../core/signals.js').Signal<readonly RosterEntry[]>} */
    members = signal(/** @type {readonly RosterEntry[]} */ ([]));
    epoch = signal(0);
    /** @type {Uint8Array} */
    #pin;
    /** The secret of each epoch that was read, by its number. @type {Map<number, EpochSecret>} */
    #secrets = new Map();
    /** What was asked and answered about handing it over. */
    consent = new Consent();

    /** @param {any[]} given SharedParts, and nothing else */
    constructor(...given) {
      super(...given);
      const [parts] = /** @type {[SharedParts]} */ (/** @type {unknown} */ (given));
      this.#nameOfColleague = parts.nameOfColleague;
      this.generation = parts.generation;
      this.#pin = parts.lent?.pin ?? NO_PIN;
      /** A colleague has lent it to me: I stand in for them. */
      this.isDeputy = parts.lent != null;
      /** I have said that I stand in no more, on whichever device. */
      this.hasEnded = signal(false);
      /** Whoever came in after me takes it over from me. */
      this.successor = computed(() => this.#colleague((sidx, mine) => sidx > mine));
      /** From whoever was in it before me I take it over. */
      this.predecessor = computed(() => this.#colleague((sidx, mine) => sidx < mine));
      /** I stand in for a colleague who is in it. */
      this.isLent = computed(() => this.isDeputy && this.predecessor.value !== null);
      /** For whom; '' where I do not. */
      this.lentBy = computed(() => (this.isDeputy && this.predecessor.value !== null ? this.#nameOfColleague(this.predecessor.value.certificateHash) : ''));
      /** @type {import('../../../vendor/signals-core.mjs').ReadonlySignal<Handing | null>} */
      this.handing = computed(() => this.#handing());
      /** Without a grant, nothing of what came before is known here. */
      this.hasHistory = parts.transcript.state.base === 0;
      /** It cannot be read here any more: a commit has taken me out, or the relay knows it no more. */
      this.isGone = signal(false);
      this.isLost = computed(() => this.isGone.value || this.paused.value?.code === NoticeKind.YOU_WERE_REMOVED);
      /** Who has it now; '' where it is not lost, or by nobody who took it over. */
      this.handedTo = computed(() => (this.isLost.value ? this.#lastSuccessor() : ''));
      /** The whole team reads along. */
      this.isAlong = computed(() => this.members.value.some(isTeam));
      this.readers = computed(() => this.members.value.map((entry) => this.#readerOf(entry)));
    }

    /** @override */
    async open() {
      // Who reads on from a pin, or has come in by a letter, knows who is in it before anything is read.
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
      return this.secretsBefore(this.epoch.value + 1) !== null;
    }

    /** Tells whether it is lost here, while an entry of a later time lets this account in again. @param {number} generation */
    isFormerTo(generation) {
      return this.isLost.value && this.generation < generation;
    }

    /** The number of the commit that has let me in; 0 where it is not known. */
    get addedN() {
      return this.#pin.length > 0 ? decodePin(this.#pin).n : this.consent.asked.peek()?.addedN ?? 0;
    }

    /** I stand in no more: nothing is read here from now on. */
    leave() {
      this.box.stop();
      this.isGone.value = true;
    }

    /** Tells whether the question that stands is mine. */
    get isMyQuestion() {
      return this.consent.asked.value?.sidx === this.box.transcript.own?.sidx;
    }

    /** @override @param {number} sidx @returns {string} */
    nameOf(sidx) {
      const entry = this.members.value.find((one) => one.sidx === sidx);
      return (isColleague(entry) && this.#nameOfColleague(entry.certificateHash)) || this.peerName.value;
    }

    /** @override @param {Message} message @param {boolean} isMine */
    onMessage(message, isMine) {
      super.onMessage(message, isMine);
      const before = this.consent.asked.peek();
      this.consent.take(message);
      const asked = this.consent.asked.peek();
      if (isMine && this.isDeputy && message.opened.body.kind === Kind.HAND_OVER_ANSWER) this.hasEnded.value = true;
      if (asked === null || asked === before) return;
      const what = asked.isDeputy ? 'deputy' : 'handOver';
      const by = isMine ? 'ByMe' : '';
      const code = {
        open: `${what}Asked${by}`, yes: `${what}Agreed`, no: `${what}Refused`, takenBack: `${what}TakenBack${by}`, done: '', sentBack: isMine ? '' : `${what}SentBack`,
      }[asked.answer];
      if (code === '') return;
      // Whom I ask about; else who speaks.
      const about = asked.answer === 'open' && isMine ? { name: this.#nameOfColleague(asked.certificateHash) } : { from: message.opened.body.sidx };
      this.tell(code, { atMs: message.opened.body.sentMs, ...about });
    }

    /** @override @param {number} atMs @param {Message | null} commit */
    onRoster(atMs, commit) {
      const was = this.members.peek();
      this.#learnMembers();
      if (was.length === 0 || commit === null) return;
      this.#tellChanges(was, this.members.peek(), { atMs, by: commit.author });
      if (seekerIn(this.members.peek()) !== seekerIn(was)) this.tell('newAccess', { atMs });
    }

    #learnMembers() {
      const { roster, es } = this.box.transcript.state;
      if (roster === null || es === null) return;
      this.#secrets.set(roster.epoch, es);
      this.epoch.value = roster.epoch;
      this.members.value = [...roster.entries.values()];
    }

    /**
     * @param {readonly RosterEntry[]} was
     * @param {readonly RosterEntry[]} now
     * @param {{ atMs: number, by: RosterEntry }} commit
     */
    #tellChanges(was, now, { atMs, by }) {
      const own = this.box.transcript.own?.sidx;
      const about = (/** @type {RosterEntry} */ { certificateHash }) => ({ atMs, name: this.#nameOfColleague(certificateHash) });
      // With the team in it, who goes may read on as one of it.
      for (const entry of without(was, now).filter(isPerson)) this.tell(now.some(isTeam) ? 'personStepsBack' : 'personGone', about(entry));
      for (const entry of without(now, was).filter(isPerson)) {
        if (entry.sidx !== own) this.tell('personCame', about(entry));
        else this.tell(isTeam(by) ? 'takenByMe' : this.isDeputy ? 'lentToMe' : 'handedToMe', { atMs });
      }
    }

    /** @param {(sidx: number, mine: number) => boolean} isMeant @returns {RosterEntry | null} */
    #colleague(isMeant) {
      const own = this.members.value.find((one) => one.sidx === this.box.transcript.own?.sidx);
      return this.members.value.find((one) => one.role === Role.COUNSELLOR && own !== undefined && isMeant(one.sidx, own.sidx)) ?? null;
    }

    /** @returns {Handing | null} */
    #handing() {
      const successor = this.successor.value;
      const asked = this.consent.asked.value;
      const isDeputy = asked?.isDeputy ?? false;
      if (this.closed.value !== null || this.isLost.value) return null;
      if (successor !== null) return { stage: 'joined', name: this.#nameOfColleague(successor.certificateHash), n: asked?.n ?? 0, isDeputy };
      if (asked === null || !this.isMyQuestion || (asked.answer !== 'open' && asked.answer !== 'yes')) return null;
      return { stage: asked.answer === 'open' ? 'asked' : 'agreed', name: this.#nameOfColleague(asked.certificateHash), n: asked.n, isDeputy };
    }

    #lastSuccessor() {
      const successor = this.successor.value;
      return successor === null ? '' : this.#nameOfColleague(successor.certificateHash);
    }

    /** @param {RosterEntry} entry @returns {Reader} */
    #readerOf(entry) {
      const { sidx } = entry;
      const isMe = sidx === this.box.transcript.own?.sidx;
      if (isMe) return { sidx, isMe, isTeam: false, name: this.myName };
      return { sidx, isMe, isTeam: isTeam(entry), name: isColleague(entry) ? this.#nameOfColleague(entry.certificateHash) : this.peerName.value };
    }
  };
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
