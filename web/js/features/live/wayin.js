// The way into a chat: a place in the queue, what the relay tells of it, and the offer that comes.
//
// An offer is judged before anybody is named, and what must not be believed ends the request.

import { signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { RemoteError } from '../../crypto/errors.js';
import { equal } from '../../crypto/primitives.js';
import { makeStamp } from '../../core/stamps.js';
import { TicketState } from '../../wire/catalogue.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { OfferRefused, judgeOffer } from './offer.js';
import { Offers } from './offers.js';
import { Place } from './place.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('../../core/line.js').Line} Line */
/** @typedef {import('./offer.js').Counterpart} Counterpart */
/** @typedef {import('./visit.js').Visit} Visit */

/**
 * @typedef {'before' | 'waiting' | 'resting' | 'offered' | 'starting' | 'chat' | 'ended' | 'gone'
 *   | 'refused' | 'closedPortal' | 'broken'} Stage
 */

/** While these hold, no chat can begin, whoever asks. */
const CLOSED_CODES = ['portal_closed', 'portal_full', 'purge_overdue'];
/** @type {readonly Stage[]} */
const TAKES_OFFERS = ['before', 'waiting', 'resting', 'offered'];

export class WayIn {
  #line;
  #portal;
  #place;
  #offers;
  #visitOf;
  #onGone;
  #onFailure;
  /** @type {(() => void)[]} */
  #ends;

  /**
   * @param {object} parts
   * @param {Line} parts.line
   * @param {{ portal16: Uint8Array, team16: Uint8Array, language: string }} parts.portal
   * @param {() => Visit | null} parts.visitOf who waits here
   * @param {() => void} parts.onGone the place is lost
   * @param {(error: unknown) => void} parts.onFailure
   */
  constructor({ line, portal, visitOf, onGone, onFailure }) {
    this.#line = line;
    this.#portal = portal;
    this.#place = new Place(line.request, line.clock, portal.portal16);
    this.#offers = new Offers((raw, startedMs) => this.#judge(raw, startedMs));
    this.#visitOf = visitOf;
    this.#onGone = onGone;
    this.#onFailure = onFailure;
    /** @type {import('../../core/signals.js').Signal<Stage>} */
    this.stage = signal(/** @type {Stage} */ ('before'));
    this.place = this.#place;
    this.offer = this.#offers.shown;
    this.#ends = [
      line.connection.on('ticket', (event) => this.#hearTicket(event)),
      line.connection.on('offered', (event) => this.#hearOffer(event)),
    ];
  }

  /** Tells whether there is an offer that was found good. */
  get hasOffer() {
    return this.#offers.isGood;
  }

  /**
   * Takes a place for a visit. When the line breaks before the answer, nobody knows whether the place is
   * taken: the same request once more finds out. Returns false when nobody wants it any more.
   * @param {Visit} visit
   */
  async take(visit) {
    /** @type {any} */
    let reply;
    do {
      reply = await this.#ask(visit);
      if (reply === null) await this.#line.connection.opened();
    } while (reply === null && this.#visitOf() === visit);
    if (reply === null) return false;
    visit.ticket16 = reply.ticket16;
    visit.number = reply.number;
    visit.waitSinceMs = this.#line.clock.serverNow();
    this.#place.take(reply, visit.waitSinceMs);
    this.#place.followHours();
    this.stage.value = 'waiting';
    return true;
  }

  /**
   * Takes the place up again, also from rest, and learns how things stand.
   * @param {Visit} visit
   * @param {Request} [request] on a line that is not open yet
   * @returns {Promise<any>} the reply of ticket_resume
   */
  async resume(visit, request = this.#line.request) {
    /** @type {any} */
    const reply = await request('ticket_resume', {}, visit.keys.ticketCap);
    visit.ticket16 = reply.ticket16;
    visit.number = reply.number;
    this.#place.take(reply, visit.waitSinceMs);
    this.#move(reply);
    const [offer] = reply.offer;
    if (reply.state === TicketState.OFFERED && offer !== undefined) {
      own('judge offer', this.#showOffer(offer, reply.moreTimeLeft === 1));
    }
    return reply;
  }

  /** Somebody waits here again: until when, is of interest. */
  followHours() {
    this.#place.followHours();
  }

  /** @param {Visit} visit */
  async withdraw(visit) {
    await this.#line.request('withdraw', {}, visit.keys.ticketCap).catch(ignoreRefusal);
  }

  /** @param {Visit} visit */
  async moreTime(visit) {
    const { confirmUntilMs } = await this.#line.request('more_time', {}, visit.keys.ticketCap);
    this.#offers.extend(confirmUntilMs);
  }

  /**
   * Says yes to the offer, which is judged once more; returns who is let in.
   * @param {Visit} visit
   * @returns {Promise<Counterpart>}
   */
  async confirm(visit) {
    this.stage.value = 'starting';
    const counterpart = await this.#offers.judgeAgain();
    await this.#line.request('confirm', {}, visit.keys.ticketCap);
    return counterpart;
  }

  /**
   * Who was let in where a beginning stopped: judged as of the moment the chat began.
   * @param {any} reply of ticket_resume, for a running chat
   * @returns {Promise<Counterpart>}
   */
  confirmed({ offer: [offer], startedMs }) {
    this.stage.value = 'starting';
    return this.#offers.ofRunning(offer, startedMs);
  }

  /** Nobody waits or is asked any more. */
  stop() {
    this.#offers.drop();
    this.#place.stop();
  }

  dispose() {
    for (const end of this.#ends) end();
    this.stop();
  }

  /** Asks for a place; null when nobody knows what came of it. @param {Visit} visit */
  async #ask({ clientId16, hashes }) {
    const { portal16, language } = this.#portal;
    try {
      const stamp = await makeStamp(this.#line.request, 'wait');
      return await this.#line.request('wait', { clientId16, portal16, language, ...hashes, stamp });
    } catch (error) {
      if (error instanceof WireError && error.isUncertain) return null;
      throw error;
    }
  }

  /** @param {any} event */
  #hearTicket(event) {
    const visit = this.#visitOf();
    if (visit === null || !equal(event.ticket16, visit.ticket16)) return;
    if (event.state !== TicketState.GONE) this.#move(event);
    else if (this.stage.value !== 'chat') this.#onGone();
  }

  /** @param {{ state: number, reason?: number, ahead: number, portalOpen: number }} news */
  #move(news) {
    if (this.stage.value === 'chat' || this.stage.value === 'refused') return;
    this.#place.move(news);
    const { state } = news;
    if (state !== TicketState.OFFERED && state !== TicketState.ACTIVE) this.#offers.drop();
    if (state === TicketState.WAITING) this.stage.value = 'waiting';
    else if (state === TicketState.RESTING) this.stage.value = 'resting';
  }

  /** @param {any} event */
  #hearOffer({ ticket16, offer }) {
    const visit = this.#visitOf();
    // Once somebody was let in, or refused, no other offer counts: it could only bring in a third.
    if (visit === null || !equal(ticket16, visit.ticket16)) return;
    if (TAKES_OFFERS.includes(this.stage.value)) own('judge offer', this.#showOffer(offer, true));
  }

  /**
   * @param {any} offer
   * @param {boolean} moreTimeLeft
   */
  async #showOffer(offer, moreTimeLeft) {
    try {
      if (await this.#offers.show(offer, moreTimeLeft)) this.stage.value = 'offered';
    } catch (error) {
      if (!(error instanceof RemoteError) && !(error instanceof WireError)) throw error;
      this.#onFailure(error);
    }
  }

  /**
   * @param {any} offer
   * @param {number} startedMs when its chat began; 0: it has not
   * @returns {Promise<Counterpart>}
   */
  async #judge(offer, startedMs) {
    const visit = this.#visitOf();
    if (visit === null) throw new WireError('unknown');
    const { clock, log, request } = this.#line;
    const view = await log.update();
    return judgeOffer(request, view, offer, {
      ticket16: visit.ticket16,
      signSecret: visit.keys.sign,
      team16: this.#portal.team16,
      clock,
      judgedAtMs: startedMs === 0 ? clock.serverNow() : startedMs,
    });
  }
}

/**
 * `isFault`: something that nobody foresaw, to be reported. Null: a lost line, which comes back, or the
 * end of a sign-in, which the account itself tells.
 * @typedef {{ stage: 'refused' | 'closedPortal' | 'broken', problem: string, isFault: boolean } | null} Failure
 */

/**
 * A key that does not fit stops everything.
 * @param {unknown} error
 * @returns {Failure}
 */
export function failureOf(error) {
  if (error instanceof WireError && (error.isUncertain || error.code === 'unauthorised')) return null;
  if (error instanceof OfferRefused) return { stage: 'refused', problem: error.verdict, isFault: false };
  if (error instanceof WireError && CLOSED_CODES.includes(error.code)) {
    return { stage: 'closedPortal', problem: error.code, isFault: false };
  }
  const problem = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
  return { stage: error instanceof RemoteError ? 'refused' : 'broken', problem, isFault: true };
}

/**
 * The relay knows no such ticket or box, or no longer.
 * @param {unknown} error
 */
export function isUnknown(error) {
  return error instanceof WireError && error.code === 'unknown';
}
