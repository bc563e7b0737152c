// What a colleague hands over, as whoever is to take it over sees it before: with what was said so far, or without.

import { RemoteError } from '../../crypto/errors.js';
import { Reason } from '../../crypto/commit.js';
import { encodePin, numberOf } from '../../crypto/boxstate.js';
import { Kind } from '../../crypto/envelope.js';
import { NoticeKind } from '../../crypto/verdict.js';
import * as codec from '../../wire/codec.js';
import { WireError } from '../../wire/errors.js';
import { Consent } from '../enquiries/consent.js';
import { FirstRequest } from './firstrequest.js';
import { NO_TEAMS_OWN } from './opening.js';

/** @typedef {import('../../crypto/verdict.js').Message} Message */
/** @typedef {import('../../crypto/verdict.js').Taken} Taken */
/** @typedef {import('./firstrequest.js').Reader} Reader */
/** @typedef {import('./succeeding.js').Handed} Handed */

const EMPTY = new Uint8Array(0);

/** @extends {FirstRequest<Handed>} */
export class HandedRequest extends FirstRequest {
  #nameOf;
  #tickets;
  #whose;
  #consent = new Consent();
  #isAgreed = false;
  /** The number of the commit that let me in; 0 before it is read. */
  #addedN = 0;
  /** Where reading begins at the next sign-in; empty with a grant. @type {Uint8Array} */
  pin = EMPTY;

  /**
   * @param {Reader} reader
   * @param {any} row the wire's EnquiryRow or QueueRow
   * @param {(certificateHash: Uint8Array) => string} nameOf of a colleague
   * @param {import('./tickets.js').Tickets} tickets
   * @param {import('./opening.js').Whose} [whose]
   */
  constructor(reader, row, nameOf, tickets, whose = NO_TEAMS_OWN) {
    super(reader, row, whose, nameOf);
    this.#nameOf = nameOf;
    this.#tickets = tickets;
    this.#whose = whose;
  }

  /** What came before is read only where the seeker has agreed to it. @override */
  get isSound() {
    return super.isSound && this.#addedN > 0 && (this.#isAgreed || this.pin.length > 0);
  }

  /** Its letters say who they are. @override */
  get hasOwnMembers() {
    return true;
  }

  /** "Zurückgeben", said in the box. */
  async sendBack() {
    await this.say(Kind.HAND_OVER_ANSWER, codec.encode('HandOverAnswer', { n: this.#addedN, isYes: 0 }));
  }

  /** @override @param {Reader} reader @param {any} row */
  async openLetters(reader, row) {
    this.#consent = new Consent();
    this.#isAgreed = false;
    this.#addedN = 0;
    this.pin = EMPTY;
    const { openHanded } = await import('./handedletters.js').catch(() => { throw new WireError('disconnected'); });
    return openHanded(reader, row, this.#tickets, this.#whose);
  }

  /** @override @param {Taken} taken */
  onTaken({ message, notices }) {
    const { opened } = this;
    if (opened === null) return;
    const { transcript, grant, me, welcome, reason } = opened;
    if (grant === null) {
      if (!notices.some(({ kind }) => kind === NoticeKind.JOINED)) return;
      this.#addedN = numberOf(transcript.state);
      this.pin = encodePin(transcript.pin());
    } else if (message !== null) {
      const isWelcome = notices.some(({ kind }) => kind === NoticeKind.NEW_EPOCH) && transcript.state.roster?.epoch === welcome.epoch;
      if (isWelcome) {
        this.#addedN = message.n;
        this.#isAgreed = this.#consent.allows(message.author, me, reason) && this.#consent.asked.peek()?.withHistory === true;
      }
      this.#learn(message);
    }
  }

  /** @param {Message} message */
  #learn(message) {
    try {
      this.#consent.take(message);
    } catch (error) {
      // Of a broken shape: it asks and answers nothing.
      if (!(error instanceof RemoteError)) throw error;
    }
  }

  /** @override */
  get about() {
    const { from, grant, reason } = this.opened ?? {};
    return { from: from === undefined ? '' : this.#nameOf(from.certificateHash), hasHistory: grant != null, isAlong: this.isAlong, isDeputy: reason === Reason.DEPUTY };
  }
}
