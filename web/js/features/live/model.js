// An unregistered seeker, from the page before the chat to its end. Draws nothing; views subscribe.
//
// Everything lives in memory: an account secret that is never given a door. Only the resume slot
// outlives a reload, and it ends with the chat. Twin of clientlib/seeker.py.

import { Connection } from '../../core/connection.js';
import { report } from '../../core/errors.js';
import { ResumeSlot } from '../../core/resumeslot.js';
import { selfTest } from '../../core/selftest.js';
import { effect, signal } from '../../core/signals.js';
import { makeStamp } from '../../core/stamps.js';
import { own } from '../../core/tasks.js';
import { LogReader } from '../../core/translog.js';
import { RemoteError } from '../../crypto/errors.js';
import { equal, ready } from '../../crypto/primitives.js';
import { TicketState } from '../../wire/catalogue.js';
import { encodeCommand } from '../../wire/codec.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { begin } from './begin.js';
import { ChatModel } from './chat.js';
import { OfferRefused, judgeOffer } from './offer.js';
import { Offers } from './offers.js';
import { Place } from './place.js';
import { Remembering } from './remembering.js';
import { Visit } from './visit.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('./offer.js').Counterpart} Counterpart */

/**
 * @typedef {object} SeekerConfig
 * @property {string} url of the WebSocket
 * @property {Uint8Array} portal16
 * @property {Uint8Array} team16
 * @property {Uint8Array} fingerprint
 * @property {Uint8Array} deploymentId
 * @property {string} language
 * @property {string} myName as the log names the own side
 * @property {import('../../core/clock.js').Clock} clock
 * @property {import('../../core/resumeslot.js').TabStore} store
 * @property {(frame: Uint8Array) => void} sendLast one keepalive request while the page vanishes
 */

/**
 * @typedef {'before' | 'waiting' | 'resting' | 'offered' | 'starting' | 'chat' | 'ended' | 'gone'
 *   | 'refused' | 'closedPortal' | 'broken'} Stage
 */

/** @type {readonly Stage[]} */
const TAKES_OFFERS = ['before', 'waiting', 'resting', 'offered'];
/** While these hold, no chat can begin, whoever asks. */
const CLOSED_CODES = ['portal_closed', 'portal_full', 'purge_overdue'];

export class SeekerModel {
  #config;
  #log;
  #slot;
  #remembering;
  #place;
  #offers;
  /** @type {Visit | null} */
  #visit = null;
  /** @type {(() => void)[]} */
  #ends = [];

  /** @param {SeekerConfig} config */
  constructor(config) {
    this.#config = config;
    this.connectionLine = new Connection({
      url: config.url,
      clock: config.clock,
      onOpen: (request) => this.#onOpen(request),
    });
    this.#log = new LogReader(this.#request, config.fingerprint, config.deploymentId);
    this.#slot = new ResumeSlot(this.#request, config.store);
    this.#remembering = new Remembering({
      slot: this.#slot, clock: config.clock, read: () => this.#kept(), sendLast: config.sendLast,
    });
    this.#place = new Place(this.#request, config.clock, config.portal16);
    this.#offers = new Offers((raw, startedMs) => this.#judge(raw, startedMs));
    this.connection = this.connectionLine.state;
    /** @type {import('../../core/signals.js').Signal<Stage>} */
    this.stage = signal(/** @type {Stage} */ ('before'));
    this.problem = signal('');
    this.number = this.#place.number;
    this.ahead = this.#place.ahead;
    this.portalOpen = this.#place.portalOpen;
    this.closesMs = this.#place.closesMs;
    this.waitSinceMs = this.#place.sinceMs;
    this.reason = this.#place.reason;
    this.offer = this.#offers.shown;
    /** @type {import('../../core/signals.js').Signal<ChatModel | null>} */
    this.chat = signal(null);
    this.draft = signal('');
    this.topic = signal('');
    /** @type {import('../../core/signals.js').Signal<null | { reason: string, unsent: string, closeMs: number }>} */
    this.ended = signal(null);
    this.#ends = [
      this.connectionLine.on('ticket', (event) => this.#hearTicket(event)),
      this.connectionLine.on('offered', (event) => this.#hearOffer(event)),
      effect(() => {
        // Whatever is typed belongs into the slot before the phone kills the tab.
        const typed = this.draft.value + this.topic.value + (this.chat.value?.draft.value ?? '');
        if (typed !== '' || this.#visit !== null) this.#remembering.soon();
      }),
    ];
  }

  /** Tells whether this tab has a request or chat to come back to. */
  get canResume() {
    return this.#slot.isFilled;
  }

  /** The relay's time, for countdowns. */
  serverNow() {
    return this.#config.clock.serverNow();
  }

  /** After a reload: what this tab had comes back; if it is gone, the page before the chat stays. */
  async resume() {
    try {
      await this.#connect();
      if (!(await this.#comeBack())) this.connectionLine.close();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** "Bestätigen": keys are made now; a repeat after a lost line asks for the same place. */
  async start() {
    try {
      await this.#connect();
      this.#visit ??= Visit.begin();
      await this.#wait(this.#visit);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Leaves the queue. */
  async withdraw() {
    const visit = this.#visit;
    if (visit !== null) await this.#request('withdraw', {}, visit.keys.ticketCap).catch(ignoreRefusal);
    this.#finish('gone');
  }

  /** "Abbrechen" on an offer. */
  cancelOffer() {
    return this.withdraw();
  }

  /** "Wieder anstellen". */
  async requeue() {
    try {
      if (this.#visit === null) await this.start();
      else this.#learn(this.#visit, await this.#request('ticket_resume', {}, this.#visit.keys.ticketCap));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** "Ich brauche noch einen Moment": five minutes more, once. */
  async moreTime() {
    if (this.#visit === null) return;
    try {
      const { confirmUntilMs } = await this.#request('more_time', {}, this.#visit.keys.ticketCap);
      this.#offers.extend(confirmUntilMs);
    } catch (error) {
      ignoreRefusal(error);
    }
  }

  /** "Jetzt chatten": the clock starts, the counsellor is let in. */
  async confirm() {
    const visit = this.#visit;
    if (visit === null || !this.#offers.isGood) return;
    this.stage.value = 'starting';
    try {
      const counterpart = await this.#offers.judgeAgain();
      await this.#request('confirm', {}, visit.keys.ticketCap);
      await this.#begin(visit, counterpart);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The page is hidden or taken down, perhaps for good: what was typed is kept now. */
  rememberNow() {
    this.#remembering.leave();
  }

  /** The quick exit: one last request, then everything is gone from this page. Never waits. */
  leaveFast() {
    const visit = this.#visit;
    if (visit !== null) {
      const { cap, ticketCap } = visit.keys;
      const isChat = this.chat.value !== null;
      const frame = isChat
        ? encodeCommand(1, 'leave', { box16: visit.box16 }, cap)
        : encodeCommand(1, 'withdraw', {}, ticketCap);
      this.#config.sendLast(frame);
      const id = this.#slot.id;
      if (id !== null) this.#config.sendLast(encodeCommand(2, 'resume_drop', { resumeId: id }));
    }
    this.#wipe();
  }

  /** Lets go of everything. */
  dispose() {
    for (const end of this.#ends) end();
    this.#wipe();
  }

  // --- the way into the queue -----------------------------------------------------------------------

  async #connect() {
    await ready();
    await selfTest(null);
    this.connectionLine.start();
    await this.connectionLine.opened();
  }

  /**
   * Takes a place. When the line breaks before the answer, nobody knows whether the place is taken:
   * the same request once more finds out.
   * @param {Visit} visit
   */
  async #wait(visit) {
    /** @type {any} */
    let reply;
    do {
      reply = await this.#askForPlace(visit);
      if (reply === null) await this.connectionLine.opened();
    } while (reply === null && this.#visit === visit);
    if (reply === null) return;
    visit.ticket16 = reply.ticket16;
    visit.waitSinceMs = this.serverNow();
    this.#place.take(reply, visit.waitSinceMs);
    this.#place.followHours();
    this.stage.value = 'waiting';
    await this.#remembering.now();
    this.#remembering.keepUp();
  }

  /** @param {Visit} visit */
  async #askForPlace(visit) {
    try {
      const stamp = await makeStamp(this.#request, 'wait');
      const { clientId16, hashes } = visit;
      const { portal16, language } = this.#config;
      return await this.#request('wait', { clientId16, portal16, language, ...hashes, stamp });
    } catch (error) {
      if (error instanceof WireError && error.isUncertain) return null;
      throw error;
    }
  }

  /** After a reload: back to where this tab stood. */
  async #comeBack() {
    const memory = await this.#slot.open();
    if (memory === null) return false;
    const visit = Visit.remembered(memory);
    this.#visit = visit;
    this.topic.value = visit.topic;
    this.draft.value = memory.draft;
    try {
      await this.#rejoin(visit);
    } catch (error) {
      if (!isUnknown(error)) throw error;
      this.#finish('ended', { reason: 'service', unsent: memory.draft, closeMs: 0 });
    }
    return true;
  }

  /** @param {Visit} visit */
  async #rejoin(visit) {
    const reply = await this.#request('ticket_resume', {}, visit.keys.ticketCap);
    this.#learn(visit, reply);
    this.#remembering.keepUp();
    if (reply.state === TicketState.ACTIVE) await this.#beginAgain(visit, reply);
    else this.#place.followHours();
  }

  /**
   * Binds the ticket to a new line, and reads on.
   * @param {Request} request
   */
  async #onOpen(request) {
    const visit = this.#visit;
    if (visit === null || visit.ticket16.length === 0) return;
    try {
      const reply = await request('ticket_resume', {}, visit.keys.ticketCap);
      this.#learn(visit, reply);
      queueMicrotask(() => own('after a new line', this.#goOn(visit, reply)));
    } catch (error) {
      if (!isUnknown(error)) throw error;
      // Closed or gone while we were away; a chat finds out by reading, a queue place is lost.
      if (this.chat.value === null) this.#finish('gone');
    }
    const chat = this.chat.value;
    if (chat !== null) queueMicrotask(() => own('resume chat', this.#resumeChat(chat)));
  }

  /**
   * On a new line: the relay may have lost its memory, and a beginning may have stopped half-way.
   * @param {Visit} visit
   * @param {any} reply of ticket_resume
   */
  async #goOn(visit, reply) {
    try {
      await this.connectionLine.opened();
      await this.#remembering.now();
      const isBeginning = this.stage.value === 'starting' && this.chat.value === null;
      if (isBeginning && reply.state === TicketState.ACTIVE) await this.#beginAgain(visit, reply);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {ChatModel} chat */
  async #resumeChat(chat) {
    try {
      await this.connectionLine.opened();
      await chat.resume();
    } catch (error) {
      if (isUnknown(error)) this.#end(chat, 'service');
      else ignoreRefusal(error);
    }
  }

  // --- while waiting --------------------------------------------------------------------------------

  /**
   * @param {Visit} visit
   * @param {any} reply of ticket_resume
   */
  #learn(visit, reply) {
    visit.ticket16 = reply.ticket16;
    this.#place.take(reply, visit.waitSinceMs);
    this.#move(reply);
    const [offer] = reply.offer;
    if (reply.state === TicketState.OFFERED && offer !== undefined) {
      own('judge offer', this.#showOffer(offer, reply.moreTimeLeft === 1));
    }
  }

  /** @param {any} event */
  #hearTicket(event) {
    if (this.#visit === null || !equal(event.ticket16, this.#visit.ticket16)) return;
    if (event.state !== TicketState.GONE) this.#move(event);
    else if (this.chat.value === null) this.#finish('gone');
  }

  /** @param {{ state: number, reason?: number, ahead: number, portalOpen: number }} news */
  #move(news) {
    if (this.chat.value !== null || this.stage.value === 'refused') return;
    this.#place.move(news);
    const { state } = news;
    if (state !== TicketState.OFFERED && state !== TicketState.ACTIVE) this.#offers.drop();
    if (state === TicketState.WAITING) this.stage.value = 'waiting';
    else if (state === TicketState.RESTING) this.stage.value = 'resting';
  }

  /** @param {any} event */
  #hearOffer({ ticket16, offer }) {
    // Once somebody was let in, or refused, no other offer counts: it could only bring in a third.
    if (this.#visit === null || !equal(ticket16, this.#visit.ticket16)) return;
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
      this.#fail(error);
    }
  }

  /**
   * @param {any} offer
   * @param {number} startedMs when its chat began; 0: it has not
   * @returns {Promise<Counterpart>}
   */
  async #judge(offer, startedMs) {
    const visit = this.#visit;
    if (visit === null) throw new WireError('unknown');
    const view = await this.#log.update();
    return judgeOffer(this.#request, view, offer, {
      ticket16: visit.ticket16,
      signSecret: visit.keys.sign,
      team16: this.#config.team16,
      clock: this.#config.clock,
      judgedAtMs: startedMs === 0 ? this.serverNow() : startedMs,
    });
  }

  // --- the chat -------------------------------------------------------------------------------------

  /**
   * Goes on where a beginning stopped: the acceptance is judged as of the moment the chat began.
   * @param {Visit} visit
   * @param {any} reply of ticket_resume, for a running chat
   */
  async #beginAgain(visit, { offer: [offer], startedMs }) {
    this.stage.value = 'starting';
    await this.#begin(visit, await this.#offers.ofRunning(offer, startedMs));
  }

  /**
   * @param {Visit} visit
   * @param {Counterpart} counterpart
   */
  async #begin(visit, counterpart) {
    if (visit.es === null) {
      visit.drawEpoch();
      await this.#remembering.now();
    }
    const transcript = await begin(this.#request, { visit, counterpart, log: this.#log, nowMs: this.serverNow() });
    const { name, words } = counterpart;
    const chat = new ChatModel({
      connection: this.connectionLine,
      clock: this.#config.clock,
      log: this.#log,
      transcript,
      cap: visit.keys.cap,
      secret: visit.keys.sign,
      peer: { name, role: 'counsellor', words },
      myName: this.#config.myName,
      sendsReadMarks: true,
    });
    chat.draft.value = this.draft.value;
    await chat.open();
    this.#offers.drop();
    this.#place.stop();
    this.chat.value = chat;
    this.stage.value = 'chat';
    this.#ends.push(effect(() => {
      const closed = chat.closed.value;
      if (closed !== null) queueMicrotask(() => this.#end(chat, closed.reason));
    }));
  }

  /**
   * The chat is over: the own side forgets everything at once (S0.17).
   * @param {ChatModel} chat
   * @param {string} reason
   */
  #end(chat, reason) {
    if (this.chat.value !== chat) return;
    const unsent = reason === 'mine' ? '' : chat.unsentText();
    const closeMs = chat.closed.value?.closeMs ?? this.serverNow();
    this.#finish('ended', { reason, unsent, closeMs });
  }

  // --- ends and failures ----------------------------------------------------------------------------

  /**
   * @param {Stage} stage
   * @param {{ reason: string, unsent: string, closeMs: number } | null} [ended]
   */
  #finish(stage, ended = null) {
    const id = this.#slot.id;
    if (id !== null && this.connection.value === 'open') {
      own('forget', this.#request('resume_drop', { resumeId: id }).catch(ignoreRefusal));
    }
    this.ended.value = ended;
    // Somebody who left the queue may come again and finds what was typed; after a chat nothing stays.
    const typed = stage === 'gone' ? this.draft.value : '';
    this.#wipe();
    this.draft.value = typed;
    this.stage.value = stage;
  }

  /** Keys, texts and slot are gone from this page. */
  #wipe() {
    this.#remembering.stop();
    this.#place.stop();
    this.chat.value?.dispose();
    this.chat.value = null;
    this.#offers.drop();
    this.draft.value = '';
    this.#visit?.wipe();
    this.#visit = null;
    this.#slot.forget();
    this.connectionLine.close();
  }

  /**
   * Says in a code what went wrong; a key that does not fit stops everything.
   * @param {unknown} error
   */
  #fail(error) {
    if (error instanceof WireError && error.isUncertain) return;
    if (error instanceof OfferRefused) {
      this.problem.value = error.verdict;
      this.#refuse();
      return;
    }
    if (error instanceof WireError && CLOSED_CODES.includes(error.code)) {
      this.problem.value = error.code;
      this.stage.value = 'closedPortal';
      return;
    }
    report('live chat', error);
    this.problem.value = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
    if (error instanceof RemoteError) this.#refuse();
    else this.stage.value = 'broken';
  }

  /** What must not be believed ends the request here; what was typed stays to be copied. */
  #refuse() {
    const draft = this.draft.value;
    this.#wipe();
    this.draft.value = draft;
    this.stage.value = 'refused';
  }

  /** What the resume slot keeps; nothing before there is a place in the queue. */
  #kept() {
    const visit = this.#visit;
    if (visit === null || visit.ticket16.length === 0) return null;
    visit.topic = this.topic.value;
    return { visit, draft: this.chat.value?.draft.value ?? this.draft.value };
  }

  /** @type {Request} */
  #request = (name, fields = {}, credential = undefined) => this.connectionLine.request(name, fields, credential);
}

/**
 * The relay knows no such ticket or box, or no longer.
 * @param {unknown} error
 */
function isUnknown(error) {
  return error instanceof WireError && error.code === 'unknown';
}
