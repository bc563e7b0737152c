// One conversation: reads, judges, shows; says, seals, sends. Shell around transcript and outbox.
// Twin of clientlib/box.py.
//
// Nothing is shown before the transcript has judged it, and nothing is sent that is not an envelope the
// outbox sealed. One thing is read at a time, in number order; one thing is sent at a time.

import { Fleeting, Kind, parseOuter, sealE3 } from '../crypto/envelope.js';
import { RemoteError } from '../crypto/errors.js';
import { equal } from '../crypto/primitives.js';
import { NeedKind } from '../crypto/verdict.js';
import { BoxState } from '../wire/catalogue.js';
import * as codec from '../wire/codec.js';
import { WireError, ignoreRefusal } from '../wire/errors.js';
import { report } from './errors.js';
import { Outbox } from './outbox.js';
import { signal } from './signals.js';
import { own } from './tasks.js';

/** @typedef {import('./connection.js').Connection} Connection */
/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {import('./outbox.js').Item} Item */
/** @typedef {import('./translog.js').LogReader} LogReader */
/** @typedef {import('../crypto/keys.js').CapSecret} CapSecret */
/** @typedef {import('../crypto/keys.js').SignSecret} SignSecret */
/** @typedef {import('../crypto/transcript.js').Transcript} Transcript */
/** @typedef {import('../crypto/verdict.js').Message} Message */
/** @typedef {import('../crypto/verdict.js').Taken} Taken */

/**
 * What the relay says about the box's life; 0 where nothing is planned. `closesHour` is when it ends if
 * nobody writes any more, as of the last reading.
 * @typedef {{ state: number, reason: number, endsMs: number, closesHour: number, closeMinute: number,
 *   purgeMinute: number, purged: boolean }} BoxClock
 */

/** The relay says so for a box, or a capability, that is no more. */
const GONE = 'unknown';
const ALL_NEEDS = Object.values(NeedKind);

export class Box {
  #connection;
  #clock;
  #log;
  #cap;
  #secret;
  #onTaken;
  #onFleeting;
  /** @type {Promise<unknown>} */
  #reading = Promise.resolve();
  /** @type {Promise<unknown>} */
  #sending = Promise.resolve();
  #ends = /** @type {(() => void)[]} */ ([]);
  #fleetingI = 0;
  /** The close minute once everything before the end was read; 0 before. */
  endMinute = 0;

  /**
   * @param {object} parts
   * @param {Connection} parts.connection
   * @param {Clock} parts.clock
   * @param {LogReader} parts.log
   * @param {Transcript} parts.transcript
   * @param {CapSecret} parts.cap
   * @param {SignSecret} parts.secret
   * @param {(taken: Taken) => void} parts.onTaken called for every envelope, once it is judged
   * @param {(message: Message) => void} parts.onFleeting
   */
  constructor({ connection, clock, log, transcript, cap, secret, onTaken, onFleeting }) {
    this.#connection = connection;
    this.#clock = clock;
    this.#log = log;
    this.#cap = cap;
    this.#secret = secret;
    this.#onTaken = onTaken;
    this.#onFleeting = onFleeting;
    this.transcript = transcript;
    this.outbox = new Outbox(secret);
    /** @type {import('./signals.js').Signal<BoxClock>} */
    this.clock = signal({
      state: BoxState.OPEN, reason: 0, endsMs: 0, closesHour: 0, closeMinute: 0, purgeMinute: 0, purged: false,
    });
    /** Somebody will look for its tomb: the own last word is read before this is over. */
    this.keepsEnd = false;
    /** Counts up whenever something was stored or failed. */
    this.changes = signal(0);
  }

  /** The box's address. */
  get box16() {
    return this.transcript.state.box16;
  }

  /** Reads everything there is and follows the box from now on. */
  async open() {
    const mine = (/** @type {(event: any) => void} */ action) => (/** @type {any} */ event) => {
      if (equal(event.box16, this.box16)) action(event);
    };
    this.#ends = [
      this.#connection.on('envelope', mine(({ n, e1 }) => own('read', this.#inTurn(() => this.#take(n, e1))))),
      this.#connection.on('fleeting_seen', mine(({ e3 }) => this.#hear(e3))),
      // After the envelopes that came before it.
      this.#connection.on('closed', mine((event) => own('closed', this.#inTurn(async () => {
        this.endMinute = event.closeMinute;
        this.#learn({ ...event, state: BoxState.CLOSED, endsMs: 0 });
      })))),
      this.#connection.on('purged', mine(() => this.#gone())),
    ];
    await this.catchUp();
  }

  /** Follows no longer. */
  stop() {
    for (const end of this.#ends) end();
    this.#ends = [];
  }

  /** Reads from the own place to the end and stays subscribed: at the start and after a lost line. */
  catchUp() {
    return this.#inTurn(async () => {
      let page, start;
      do {
        start = this.#nextN();
        page = await this.#request('read', { start });
        for (const { n, e1 } of page.rows) await this.#take(n, e1);
        if (this.#nextN() > page.headN) this.endMinute = page.closeMinute;
        this.#learn(page);
        // A page that brings nothing new would be asked for without end.
      } while (start < this.#nextN() && this.#nextN() <= page.headN);
    });
  }

  /**
   * Queues any content and sends it as soon as that is possible.
   * @param {number} kind
   * @param {Uint8Array} payload
   * @returns {Item}
   */
  send(kind, payload) {
    const item = this.outbox.say(kind, payload, this.#clock.serverNow());
    own('send', this.flush());
    return item;
  }

  /** Sends what waits, in order; what the line or an alarm stops stays queued. */
  flush() {
    const turn = this.#sending.then(() => this.#sendAll());
    this.#sending = turn.catch(() => {});
    return turn;
  }

  /**
   * States what has been delivered, if the protocol owes it.
   * @param {number} readN the read mark, 0 where marks are off
   */
  acknowledge(readN) {
    if (this.transcript.isHeld(this.#logN()) || this.transcript.owedAcknowledgement() === 0) return;
    this.send(Kind.ACKNOWLEDGEMENT, codec.encode('Acknowledgement', { readN }));
  }

  /**
   * Tells that somebody is writing; nobody waits for it, and a failure is no news.
   * @param {boolean} isActive
   */
  async typing(isActive) {
    if (this.transcript.isHeld(this.#logN())) return;
    const body = this.transcript.draft({
      kind: Fleeting.TYPING,
      stream: this.outbox.stream,
      i: this.#fleetingI,
      sentMs: this.#clock.serverNow(),
      logN: this.#logN(),
      payload: codec.encode('Typing', { active: isActive ? 1 : 0 }),
    });
    this.#fleetingI += 1;
    const e3 = sealE3(this.transcript.key, this.#secret, body);
    try {
      await this.#request('fleeting', { e3 });
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }

  /**
   * Ends the conversation with a signed word; a repeat after a lost answer is harmless. An alarm does not
   * stand in the way of the end. Where nothing can be sealed any more, the own capability is dropped.
   */
  async close() {
    if (!this.transcript.mayWrite(Kind.CLOSE)) {
      await this.leave();
      this.#learn({ ...this.clock.value, state: BoxState.CLOSED });
      return;
    }
    this.outbox.end(codec.encode('Close', {}), this.#clock.serverNow());
    await this.flush();
  }

  /** Drops the own capability: for an unregistered seeker this ends the chat. */
  leave() {
    return this.#request('leave', {});
  }

  async #sendAll() {
    for (;;) {
      const item = this.#seal();
      if (item === null || !(await this.#post(item))) return;
    }
  }

  /** Size of the log by now; where another conversation has read on, this one follows. */
  #logN() {
    this.transcript.staff = this.#log.staff;
    return this.#log.view.size;
  }

  /** What to send now. If sealing throws, nothing leaves, and the text stays, marked as not sent (T1). */
  #seal() {
    try {
      return this.outbox.next(this.transcript, this.#logN());
    } catch (error) {
      report('seal', error);
      const [item] = this.outbox.waiting;
      if (item !== undefined) this.outbox.failed(item);
      this.changes.value += 1;
      return null;
    }
  }

  /**
   * Sends one item; tells whether the next one may follow.
   * @param {Item & { envelope: Uint8Array }} item
   * @returns {Promise<boolean>}
   */
  async #post(item) {
    const { envelope } = item;
    try {
      if (item.kind === Kind.CLOSE) {
        const { closeMinute, purgeMinute } = await this.#request('close', { e1: envelope });
        this.outbox.stored(item, 0);
        if (this.keepsEnd) await this.catchUp().catch(ignoreRefusal);
        this.#learn({ ...this.clock.value, state: BoxState.CLOSED, closeMinute, purgeMinute });
        return false;
      }
      const { n } = await this.#request('post', { e1: envelope });
      this.transcript.posted(n, envelope);
      this.outbox.stored(item, n);
      return true;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return await this.#notPosted(item, error);
    } finally {
      this.changes.value += 1;
    }
  }

  /**
   * @param {Item & { envelope: Uint8Array }} item
   * @param {WireError} error
   */
  async #notPosted(item, error) {
    if (error.isUncertain) return false;
    if (error.code === 'stale') {
      const { kid8 } = parseOuter(item.envelope);
      this.outbox.stale(item);
      await this.catchUp();
      // Under the same key it would be stale again: a relay that hides what came first would be asked without end.
      return !this.outbox.waiting.includes(item) || !equal(kid8, this.transcript.key.kid8);
    }
    this.outbox.failed(item);
    if (error.code === GONE || error.code === 'closed') own('closed?', this.#lookAgain());
    return false;
  }

  /** Somebody closed meanwhile, or the box is gone: find out which, for the words on the screen. */
  async #lookAgain() {
    try {
      await this.catchUp();
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== GONE) throw error;
      if (this.clock.value.state === BoxState.OPEN) {
        this.#learn({ ...this.clock.value, state: BoxState.CLOSED });
      }
    }
  }

  /**
   * Judges one envelope, fetching what the judgement needs, each thing once.
   * @param {number} n
   * @param {Uint8Array} raw
   */
  async #take(n, raw) {
    /** @type {import('../crypto/verdict.js').NeedName[]} */
    const tried = [];
    /** @type {{ n: number, e1: Uint8Array }[]} */
    let later = [];
    let taken = this.transcript.take(n, raw, tried);
    while (taken.need !== null) {
      tried.push(taken.need.kind);
      if (taken.need.kind === NeedKind.LOG) await this.#readLog();
      else later = await this.#fill(n);
      taken = this.transcript.take(n, raw, tried);
    }
    this.#onTaken(taken);
    for (const row of later) await this.#take(row.n, row.e1);
  }

  async #readLog() {
    try {
      await this.#log.update();
    } catch (error) {
      // Then the judgement goes by the log as it is known, which is the stricter one.
      if (!(error instanceof RemoteError)) throw error;
    }
    this.transcript.staff = this.#log.staff;
  }

  /**
   * Reads again what lies before `n`; what came after it is told here and not as events.
   * @param {number} n
   * @returns {Promise<{ n: number, e1: Uint8Array }[]>}
   */
  async #fill(n) {
    try {
      const { rows } = await this.#request('read', { start: this.#nextN() });
      // What lies between is judged at once: it may state more of the log than is known here.
      await this.#readLog();
      for (const row of rows) {
        if (row.n < n) this.#onTaken(this.transcript.take(row.n, row.e1, ALL_NEEDS));
      }
      return rows.filter((/** @type {any} */ row) => row.n > n);
    } catch (error) {
      // What the relay refuses to show is missing; a lost line is another matter.
      if (!(error instanceof WireError) || error.isUncertain) throw error;
      return [];
    }
  }

  /** @param {Uint8Array} e3 */
  #hear(e3) {
    const message = this.transcript.takeFleeting(e3);
    if (message !== null) this.#onFleeting(message);
  }

  #gone() {
    this.clock.value = { ...this.clock.value, state: BoxState.CLOSED, purged: true };
    this.stop();
  }

  /** @param {any} page */
  #learn({ state, reason, endsMs, closesHour = 0, closeMinute, purgeMinute }) {
    this.clock.value = { ...this.clock.value, state, reason, endsMs, closesHour, closeMinute, purgeMinute };
  }

  #nextN() {
    const { base, heads } = this.transcript.state;
    return base + heads.length;
  }

  /**
   * @param {string} name
   * @param {Record<string, any>} fields
   */
  #request(name, fields) {
    return this.#connection.request(name, { box16: this.box16, ...fields }, this.#cap);
  }

  /**
   * One reading at a time, in the order of asking.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #inTurn(work) {
    const turn = this.#reading.then(work);
    this.#reading = turn.catch(() => {});
    return turn;
  }
}
