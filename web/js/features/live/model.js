// A seeker on the live chat's page, from before the chat to its end. Draws nothing; views subscribe.
//
// Of an unregistered seeker everything lives in memory, and only the resume slot outlives a reload
// (slotmemory.js). Who is signed in goes the same way with the account's keys, and the keyring remembers
// (registered.js). Twin of clientlib/seeker.py.

import { report } from '../../core/errors.js';
import { computed, effect, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { LocalError } from '../../crypto/errors.js';
import { TicketState } from '../../wire/catalogue.js';
import { encodeCommand } from '../../wire/codec.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { begin } from './begin.js';
import { SeekerChat } from './seekerchat.js';
import { SlotMemory } from './slotmemory.js';
import { WayIn, failureOf, isUnknown } from './wayin.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('../../core/line.js').Line} Line */
/** @typedef {import('./offer.js').Counterpart} Counterpart */
/** @typedef {import('./slotmemory.js').Memory} Memory */
/** @typedef {import('./visit.js').Visit} Visit */
/** @typedef {import('./wayin.js').Stage} Stage */

/**
 * @typedef {object} SeekerConfig
 * @property {Uint8Array} portal16
 * @property {Uint8Array} team16
 * @property {string} language
 * @property {string} myName as the log names the own side
 * @property {import('../../core/resumeslot.js').TabStore} store
 * @property {(frame: Uint8Array) => void} sendLast one keepalive request while the page vanishes
 */

/**
 * How a chat ended. `purgeMs`: until then who has an account reads it among their conversations; 0 where
 * nothing stays.
 * @typedef {{ reason: string, unsent: string, closeMs: number, purgeMs: number }} End
 */

/** While these last, a signed-in page does not lock itself. @type {readonly Stage[]} */
const BUSY = ['waiting', 'offered', 'starting', 'chat'];

export class SeekerModel {
  #config;
  #line;
  #wayIn;
  /** Of an account once it is fetched, which a first act awaits. @type {Memory | null} */
  #memory = null;
  /** @type {Visit | null} */
  #visit = null;
  /** @type {(() => void)[]} */
  #ends = [];

  /**
   * @param {SeekerConfig} config
   * @param {{ line: Line, account?: SeekerAccount | null }} own a line that is shared with an account stays
   *   open when the chat is over
   */
  constructor(config, { line, account = null }) {
    this.#config = config;
    this.#line = line;
    this.#wayIn = new WayIn({
      line,
      portal: config,
      visitOf: () => this.#visit,
      onGone: () => this.#finish('gone'),
      onFailure: (error) => this.#fail(error),
    });
    if (account === null) {
      const { store, sendLast } = config;
      this.#memory = new SlotMemory({ request: line.request, clock: line.clock, store, sendLast, read: () => this.#kept() });
    }
    this.connectionLine = line.connection;
    this.connection = line.connection.state;
    /** Who is signed in; null for an unregistered seeker. @type {import('../../core/signals.js').Signal<SeekerAccount | null>} */
    this.account = signal(account);
    this.stage = this.#wayIn.stage;
    /** Tells whether somebody waits or talks here. */
    this.isBusy = computed(() => BUSY.includes(this.stage.value));
    this.problem = signal('');
    const { place } = this.#wayIn;
    this.number = place.number;
    this.ahead = place.ahead;
    this.portalOpen = place.portalOpen;
    this.closesMs = place.closesMs;
    this.waitSinceMs = place.sinceMs;
    this.reason = place.reason;
    this.offer = this.#wayIn.offer;
    /** @type {import('../../core/signals.js').Signal<SeekerChat | null>} */
    this.chat = signal(null);
    /** The counsellor has offered to make an access, and there is none yet. */
    this.accountOffered = computed(() => this.account.value === null && (this.chat.value?.accountOffered.value ?? false));
    this.draft = signal('');
    this.topic = signal('');
    /** @type {import('../../core/signals.js').Signal<End | null>} */
    this.ended = signal(null);
    this.#ends = [
      line.onOpen((request) => this.#onOpen(request)),
      effect(() => {
        // Whatever is typed is kept before the phone kills the tab.
        const typed = this.draft.value + this.topic.value + (this.chat.value?.draft.value ?? '');
        if (typed !== '' || this.#visit !== null) this.#memory?.soon();
      }),
    ];
  }

  /** Tells whether this tab, or the account, may have a request or chat to come back to. */
  get canResume() {
    return this.#memory?.isFilled ?? true;
  }

  /** The relay's time, for countdowns. */
  serverNow() {
    return this.#line.clock.serverNow();
  }

  /** What this tab had, or what the account has open here, comes back; if it is gone, the page before the chat stays. */
  async resume() {
    try {
      const memory = await this.#connect();
      if (!(await this.#comeBack(memory))) this.#letGo();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** "Bestätigen": keys are made now; a repeat after a lost line asks for the same place. */
  async start() {
    try {
      const memory = await this.#connect();
      this.#visit ??= memory.begin();
      await this.#wait(memory, this.#visit);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Leaves the queue. */
  async withdraw() {
    if (this.#visit !== null) await this.#wayIn.withdraw(this.#visit);
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
      else await this.#wayIn.resume(this.#visit);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** "Ich brauche noch einen Moment": five minutes more, once. */
  async moreTime() {
    if (this.#visit !== null) await this.#wayIn.moreTime(this.#visit).catch(ignoreRefusal);
  }

  /** "Jetzt chatten": the clock starts, the counsellor is let in. */
  async confirm() {
    const visit = this.#visit;
    if (visit === null || !this.#wayIn.hasOffer) return;
    try {
      await this.#begin(visit, await this.#wayIn.confirm(visit));
    } catch (error) {
      this.#fail(error);
    }
  }

  /**
   * Makes an access of this visit, waiting or running; nothing has to be told again. Rejects with what
   * stands against it, and then all is as before: TooShort, TooLong, TooWeak, BadCharacter, `name_taken`,
   * another refusal, or a lost line.
   * @param {{ name: string, phrase: string, code?: string | null }} wanted `code` of `newCode`; null: no
   *   recovery sheet yet
   */
  async register({ name, phrase, code = null }) {
    const visit = this.#visit;
    if (visit === null || this.account.value !== null) throw new LocalError('nothing to register here');
    const { giveDoors } = await import('./registered.js');
    if (this.#visit !== visit) throw new WireError('wrong_state');
    const { portal16 } = this.#config;
    const account = await giveDoors(this.#line, visit, { name, phrase, code, portal16, draft: this.#typed });
    // From now on the keyring remembers, and the tab forgets.
    this.#memory?.drop(null, this.connection.value === 'open');
    this.#memory?.forget();
    this.#memory = null;
    this.account.value = account;
    const memory = await this.#remembering();
    // Whatever has become of the visit meanwhile: if it is over, there is nothing to come back to.
    if (this.#visit !== visit) return;
    if (visit.es !== null) await memory.keepSecret(visit);
    if (this.chat.value !== null) await this.#keep(visit, this.chat.value);
  }

  /** What was typed is kept, for another page of this tab. */
  async keepNow() {
    await this.#memory?.now();
  }

  /** The page is hidden or taken down, perhaps for good: what was typed is kept now. */
  rememberNow() {
    this.#memory?.leave();
  }

  /** The quick exit: one last request, then everything is gone from this page. Never waits. */
  leaveFast() {
    const visit = this.#visit;
    if (visit !== null) {
      const { cap, ticketCap } = visit.keys;
      const isChat = this.chat.value !== null;
      // Who has an account comes back to a running chat; anybody else has left it.
      if (!isChat) this.#config.sendLast(encodeCommand(1, 'withdraw', {}, ticketCap));
      else if (this.account.value === null) this.#config.sendLast(encodeCommand(1, 'leave', { box16: visit.box16 }, cap));
      for (const frame of this.#memory?.lastFrames() ?? []) this.#config.sendLast(frame);
    }
    this.#wipe();
    this.account.value?.wipe();
    this.#line.close();
  }

  /** Lets go of everything; an account stays as it is. */
  dispose() {
    for (const end of this.#ends) end();
    this.#wayIn.dispose();
    this.#wipe();
  }

  // --- to a chat, and back to it --------------------------------------------------------------------

  /** @returns {Promise<Memory>} */
  async #connect() {
    await this.#line.connect();
    return this.#remembering();
  }

  /** What remembers this visit; of an account, it is fetched when it is first needed. */
  async #remembering() {
    const account = this.account.value;
    if (this.#memory === null && account !== null) {
      const { AccountMemory } = await import('./registered.js');
      const { portal16 } = this.#config;
      this.#memory = new AccountMemory({ line: this.#line, account, portal16, read: () => this.#kept() });
    }
    return /** @type {Memory} */ (this.#memory);
  }

  /**
   * @param {Memory} memory
   * @param {Visit} visit
   */
  async #wait(memory, visit) {
    await memory.keepAsked(visit);
    if (!(await this.#wayIn.take(visit))) return;
    await memory.now();
    memory.keepUp();
  }

  /**
   * Back to where this tab, or the account on another device, stood.
   * @param {Memory} memory
   */
  async #comeBack(memory) {
    for (const { visit, draft } of await memory.found()) {
      this.#visit = visit;
      this.topic.value = visit.topic;
      this.draft.value = draft;
      try {
        if (await this.#rejoin(memory, visit)) return true;
      } catch (error) {
        if (!isUnknown(error)) throw error;
        if (!(await memory.vanished(visit))) {
          this.#finish('ended', { reason: 'service', unsent: draft, closeMs: 0, purgeMs: 0 });
          return true;
        }
      }
      this.#visit = null;
      visit.wipe();
    }
    return false;
  }

  /**
   * Returns false where the chat is over: there is only something to read.
   * @param {Memory} memory
   * @param {Visit} visit
   */
  async #rejoin(memory, visit) {
    const reply = await this.#wayIn.resume(visit);
    if (reply.state === TicketState.CLOSED) return false;
    memory.keepUp();
    if (reply.state === TicketState.ACTIVE) await this.#begin(visit, await this.#wayIn.confirmed(reply));
    else this.#wayIn.followHours();
    return true;
  }

  /**
   * Binds the ticket to a new line, and reads on.
   * @param {Request} request
   */
  async #onOpen(request) {
    const visit = this.#visit;
    if (visit === null || visit.ticket16.length === 0) return;
    try {
      const reply = await this.#wayIn.resume(visit, request);
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
      await this.#line.connection.opened();
      await this.#memory?.now();
      const isBeginning = this.stage.value === 'starting' && this.chat.value === null;
      if (isBeginning && reply.state === TicketState.ACTIVE) await this.#begin(visit, await this.#wayIn.confirmed(reply));
    } catch (error) {
      this.#fail(error);
    }
  }

  // --- the chat -------------------------------------------------------------------------------------

  /**
   * @param {Visit} visit
   * @param {Counterpart} counterpart
   */
  async #begin(visit, counterpart) {
    const account = this.account.value;
    await (await this.#remembering()).keepSecret(visit);
    const { connection, clock, log, request } = this.#line;
    const transcript = await begin(request, { visit, counterpart, log, nowMs: clock.serverNow(), handle: account?.handle });
    const { name, portrait, words } = counterpart;
    const chat = new SeekerChat({
      fetchGuests: async (one) => (await import('./guests.js')).guestsOf(one, { line: this.#line, ...this.#config, peer: one.peer }),
      connection,
      clock,
      log,
      transcript,
      cap: visit.keys.cap,
      secret: visit.keys.sign,
      peer: { name, portrait, role: 'counsellor', words },
      myName: this.#config.myName,
      sendsReadMarks: true,
    });
    chat.draft.value = this.draft.value;
    await chat.open();
    this.#wayIn.stop();
    this.chat.value = chat;
    this.stage.value = 'chat';
    this.#ends.push(effect(() => {
      const closed = chat.closed.value;
      if (closed !== null) queueMicrotask(() => this.#end(chat, closed.reason));
    }));
    await this.#keep(visit, chat);
  }

  /**
   * With an account the chat outlasts its end, and the other side learns the pseudonym.
   * @param {Visit} visit
   * @param {SeekerChat} chat
   */
  async #keep(visit, chat) {
    const account = this.account.value;
    if (account === null) return;
    const { introduce, keep } = await import('./registered.js');
    introduce(account, chat);
    await keep(this.#line, visit);
  }

  /** @param {SeekerChat} chat */
  async #resumeChat(chat) {
    try {
      await this.#line.connection.opened();
      await chat.resume();
    } catch (error) {
      if (isUnknown(error)) this.#end(chat, 'service');
      else ignoreRefusal(error);
    }
  }

  /**
   * The chat is over. Without an account the own side forgets everything at once (S0.17).
   * @param {SeekerChat} chat
   * @param {string} reason
   */
  #end(chat, reason) {
    if (this.chat.value !== chat) return;
    const unsent = reason === 'mine' ? '' : chat.unsentText();
    const closed = chat.closed.value;
    const closeMs = closed?.closeMs ?? this.serverNow();
    const purgeMs = this.account.value === null ? 0 : closed?.purgeMs ?? 0;
    this.#finish('ended', { reason, unsent, closeMs, purgeMs });
  }

  // --- ends and failures ----------------------------------------------------------------------------

  /**
   * @param {Stage} stage
   * @param {End | null} [ended]
   */
  #finish(stage, ended = null) {
    this.#memory?.drop(this.#visit, this.connection.value === 'open');
    this.ended.value = ended;
    // Somebody who left the queue may come again and finds what was typed; after a chat nothing stays.
    const typed = stage === 'gone' ? this.draft.value : '';
    this.#wipe();
    this.draft.value = typed;
    this.stage.value = stage;
  }

  /** Keys and texts of the visit are gone from this page, and the tab forgets. */
  #wipe() {
    const visit = this.#visit;
    // First of all, so that clearing a text does not count as typing.
    this.#visit = null;
    this.#memory?.forget();
    this.#wayIn.stop();
    this.chat.value?.dispose();
    this.chat.value = null;
    this.draft.value = '';
    visit?.wipe();
    this.#letGo();
  }

  /** The line stays for whoever is signed in. */
  #letGo() {
    if (this.account.value === null) this.#line.close();
  }

  /**
   * Says in a code what went wrong.
   * @param {unknown} error
   */
  #fail(error) {
    const failure = failureOf(error);
    if (failure === null) return;
    if (failure.isFault) report('live chat', error);
    this.problem.value = failure.problem;
    if (failure.stage === 'refused') this.#refuse();
    else this.stage.value = failure.stage;
  }

  /** What must not be believed ends the request here; what was typed stays to be copied. */
  #refuse() {
    const draft = this.draft.value;
    // A line that stays open would keep the place.
    if (this.account.value !== null && this.#visit !== null) own('withdraw', this.#wayIn.withdraw(this.#visit));
    this.#wipe();
    this.draft.value = draft;
    this.stage.value = 'refused';
  }

  /** What is remembered; nothing before there is a place in the queue. */
  #kept() {
    const visit = this.#visit;
    if (visit === null || visit.ticket16.length === 0) return null;
    visit.topic = this.topic.value;
    return { visit, draft: this.#typed };
  }

  get #typed() {
    return this.chat.value?.draft.value ?? this.draft.value;
  }
}
