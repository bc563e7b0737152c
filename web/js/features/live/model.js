// An unregistered seeker, from the page before the chat to its end. Draws nothing; views subscribe.
//
// Everything lives in memory: an account secret that is never given a door. Only the resume slot
// outlives a reload, and it ends with the chat. Twin of clientlib/seeker.py.

import { argon2id } from '../../core/argon2.js';
import { Connection } from '../../core/connection.js';
import { makeStamp } from '../../core/accounts.js';
import { report } from '../../core/errors.js';
import { ResumeSlot } from '../../core/resumeslot.js';
import { selfTest } from '../../core/selftest.js';
import { effect, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { LogReader } from '../../core/translog.js';
import * as account from '../../crypto/account.js';
import { seekerKeyHash } from '../../crypto/acceptance.js';
import { capHash } from '../../crypto/credential.js';
import { array, binary, decode, encode, text, uint } from '../../crypto/encoding.js';
import { EntryState } from '../../crypto/entry.js';
import { RemoteError } from '../../crypto/errors.js';
import { keyOf } from '../../crypto/keys.js';
import { equal, ready, signPublic } from '../../crypto/primitives.js';
import { randomBytes } from '../../crypto/random.js';
import { MAX_DRAFT_BYTES } from '../../crypto/resume.js';
import { BoxKind } from '../../crypto/roster.js';
import { TicketReason, TicketState } from '../../wire/catalogue.js';
import { encodeCommand } from '../../wire/codec.js';
import { WireError } from '../../wire/errors.js';
import { commitFirst, createBox } from './begin.js';
import { ChatModel } from './chat.js';
import { OfferRefused, judgeOffer } from './offer.js';

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
 * @property {import('../../core/wordlists.js').WordListOf} wordListOf
 * @property {string} myName as the log names the own side
 * @property {import('../../core/clock.js').Clock} clock
 * @property {import('../../core/resumeslot.js').TabStore} store
 * @property {(frame: Uint8Array) => void} sendLast one keepalive request while the page vanishes
 */

/**
 * @typedef {'before' | 'waiting' | 'resting' | 'offered' | 'starting' | 'chat' | 'ended' | 'gone'
 *   | 'refused' | 'closedPortal' | 'broken'} Stage
 */

const ZERO_32 = new Uint8Array(32);
/** @type {readonly Stage[]} */
const TAKES_OFFERS = ['before', 'waiting', 'resting', 'offered'];
const SAVE_DRAFT_AFTER_MS = 1_500;
/** The keeper forgets a slot 10 minutes after the last sign of life. */
const KEEP_SLOT_EVERY_MS = 120_000;

export class SeekerModel {
  #config;
  #log;
  #slot;
  /** @type {import('../../crypto/keys.js').AccountSecret} */
  #ams;
  /** @type {Uint8Array} */
  #box16 = ZERO_32.slice(0, 16);
  /** @type {Uint8Array} */
  #clientId16 = ZERO_32.slice(0, 16);
  /** @type {account.ConversationKeys | null} */
  #keys = null;
  /** @type {import('../../crypto/keys.js').EpochSecret | null} */
  #es = null;
  /** @type {Uint8Array} */
  #ticket16 = new Uint8Array(0);
  /** @type {any} */
  #rawOffer = null;
  /** @type {Counterpart | null} */
  #counterpart = null;
  /** @type {(() => void)[]} */
  #ends = [];
  #cancelSave = () => {};
  #cancelKeep = () => {};

  /** @param {SeekerConfig} config */
  constructor(config) {
    this.#config = config;
    this.#ams = keyOf('AccountSecret', ZERO_32.slice());
    this.connectionLine = new Connection({
      url: config.url,
      clock: config.clock,
      onOpen: (request) => this.#onOpen(request),
    });
    /** @type {Request} */
    const request = (name, fields, credential) => this.connectionLine.request(name, fields, credential);
    this.#log = new LogReader(request, config.fingerprint, config.deploymentId);
    this.#slot = new ResumeSlot(request, config.store);
    this.connection = this.connectionLine.state;
    /** @type {import('../../core/signals.js').Signal<Stage>} */
    this.stage = signal(/** @type {Stage} */ ('before'));
    this.problem = signal('');
    this.number = signal(0);
    this.ahead = signal(0);
    this.portalOpen = signal(true);
    this.waitSinceMs = signal(0);
    /** Why the place is what it is: one of TicketReason. */
    this.reason = signal(0);
    /** @type {import('../../core/signals.js').Signal<null | { name: string, untilMs: number, moreTimeLeft: boolean, personWords: readonly string[], orgWords: readonly string[] }>} */
    this.offer = signal(null);
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
        const typed = this.draft.value + (this.chat.value?.draft.value ?? '');
        if (typed !== '' || this.#keys !== null) this.#saveSoon();
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
      if (this.#keys === null) this.#makeKeys();
      await this.#wait();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Leaves the queue. */
  async withdraw() {
    await this.#quietly('withdraw');
    this.#finish('gone');
  }

  /** "Abbrechen" on an offer. */
  cancelOffer() {
    return this.withdraw();
  }

  /** "Wieder anstellen". */
  async requeue() {
    try {
      if (this.#keys === null) await this.start();
      else this.#learn(await this.#request('ticket_resume', {}, this.#keys.ticketCap));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** "Ich brauche noch einen Moment": five minutes more, once. */
  async moreTime() {
    const { offer } = this;
    if (offer.value === null || this.#keys === null) return;
    const { confirmUntilMs } = await this.#request('more_time', {}, this.#keys.ticketCap);
    offer.value = { ...offer.value, untilMs: confirmUntilMs, moreTimeLeft: false };
  }

  /** "Jetzt chatten": the clock starts, the counsellor is let in. */
  async confirm() {
    const keys = this.#keys;
    if (keys === null || this.#counterpart === null) return;
    this.stage.value = 'starting';
    try {
      await this.#request('confirm', {}, keys.ticketCap);
      await this.#begin();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The quick exit: one last request, then everything is gone from this page. Never waits. */
  leaveFast() {
    const keys = this.#keys;
    if (keys !== null) {
      const isChat = this.chat.value !== null;
      const frame = isChat
        ? encodeCommand(1, 'leave', { box16: this.#box16 }, keys.cap)
        : encodeCommand(1, 'withdraw', {}, keys.ticketCap);
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
    await selfTest(argon2id);
    this.connectionLine.start();
    await this.connectionLine.opened();
  }

  #makeKeys() {
    this.#ams = account.newAccountSecret();
    this.#box16 = randomBytes(16);
    this.#clientId16 = randomBytes(16);
    this.#keys = account.conversation(this.#ams, this.#box16);
  }

  async #wait() {
    const keys = this.#mustHaveKeys();
    const stamp = await makeStamp((...args) => this.#request(...args), 'wait');
    const reply = await this.#request('wait', {
      clientId16: this.#clientId16,
      portal16: this.#config.portal16,
      language: this.#config.language,
      capHash: capHash(keys.ticketCap),
      keyHash: seekerKeyHash(signPublic(keys.sign)),
      stamp,
    });
    this.#ticket16 = reply.ticket16;
    this.number.value = reply.number;
    this.ahead.value = reply.ahead;
    this.waitSinceMs.value = this.serverNow();
    this.stage.value = 'waiting';
    await this.#save();
    this.#keepSlot();
  }

  /** After a reload: back to where this tab stood. */
  async #comeBack() {
    const memory = await this.#slot.open();
    if (memory === null) return false;
    const { entry } = memory;
    this.#ams = memory.ams;
    this.#box16 = entry.box16;
    this.#keys = account.conversation(this.#ams, entry.keyContext);
    this.#es = entry.secrets.length > 0 ? entry.secrets[0].es : null;
    const [clientId16, waitSinceMs, topic] = array(decode(entry.settings), 3);
    this.#clientId16 = binary(clientId16, 16);
    this.waitSinceMs.value = uint(waitSinceMs);
    this.topic.value = text(topic, 200);
    this.draft.value = memory.draft;
    try {
      await this.#rejoin();
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'unknown') throw error;
      this.#finish('ended', { reason: 'service', unsent: memory.draft, closeMs: 0 });
    }
    return true;
  }

  async #rejoin() {
    const reply = await this.#request('ticket_resume', {}, this.#mustHaveKeys().ticketCap);
    this.#learn(reply);
    this.#keepSlot();
    if (reply.state !== TicketState.ACTIVE) return;
    this.stage.value = 'starting';
    await this.#judge(reply.offer[0], reply.startedMs);
    await this.#begin();
  }

  /**
   * Binds the ticket to a new line, and reads on.
   * @param {Request} request
   */
  async #onOpen(request) {
    if (this.#keys === null || this.#ticket16.length === 0) return;
    try {
      const reply = await request('ticket_resume', {}, this.#keys.ticketCap);
      this.#learn(reply);
      queueMicrotask(() => own('after a new line', this.#goOn(reply)));
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'unknown') throw error;
      // Closed or gone while we were away; a chat finds out by reading, a queue place is lost.
      if (this.chat.value === null) this.#finish('gone');
    }
    const chat = this.chat.value;
    if (chat !== null) queueMicrotask(() => own('resume chat', this.#resumeChat(chat)));
  }

  /**
   * On a new line: the relay may have lost its memory, and a beginning may have stopped half-way.
   * @param {any} reply of ticket_resume
   */
  async #goOn(reply) {
    const isBeginning = this.stage.value === 'starting' && this.chat.value === null;
    try {
      await this.connectionLine.opened();
      await this.#save();
      if (!isBeginning || reply.state !== TicketState.ACTIVE) return;
      if (this.#counterpart === null) await this.#judge(reply.offer[0], reply.startedMs);
      await this.#begin();
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
      if (!(error instanceof WireError)) throw error;
      if (error.code === 'unknown') this.#end(chat, 'service');
    }
  }

  // --- while waiting --------------------------------------------------------------------------------

  /** @param {any} reply of ticket_resume */
  #learn(reply) {
    this.#ticket16 = reply.ticket16;
    this.number.value = reply.number;
    this.#place({ ...reply, reason: TicketReason.NONE });
    const [offer] = reply.offer;
    if (reply.state === TicketState.OFFERED && offer !== undefined) {
      own('judge offer', this.#showOffer(offer, reply.moreTimeLeft === 1));
    }
  }

  /** @param {any} event */
  #hearTicket(event) {
    if (!equal(event.ticket16, this.#ticket16)) return;
    if (event.state === TicketState.GONE) {
      if (this.chat.value === null) this.#finish('gone');
      return;
    }
    this.#place(event);
  }

  /** @param {{ state: number, reason: number, ahead: number, portalOpen: number }} place */
  #place({ state, reason, ahead, portalOpen }) {
    if (this.chat.value !== null || this.stage.value === 'refused') return;
    this.ahead.value = ahead;
    this.portalOpen.value = portalOpen === 1;
    this.reason.value = reason;
    if (state !== TicketState.OFFERED && state !== TicketState.ACTIVE) {
      this.offer.value = null;
      this.#rawOffer = null;
      this.#counterpart = null;
    }
    if (state === TicketState.WAITING) this.stage.value = 'waiting';
    else if (state === TicketState.RESTING) this.stage.value = 'resting';
  }

  /** @param {any} event */
  #hearOffer(event) {
    // Once somebody was let in, or refused, no other offer counts: it could only bring in a third.
    if (!equal(event.ticket16, this.#ticket16) || !TAKES_OFFERS.includes(this.stage.value)) return;
    own('judge offer', this.#showOffer(event.offer, true));
  }

  /**
   * @param {any} offer
   * @param {boolean} moreTimeLeft
   */
  async #showOffer(offer, moreTimeLeft) {
    const isSame = this.#rawOffer !== null && equal(this.#rawOffer.signature, offer.signature);
    if (isSame && this.offer.value !== null) {
      const shown = this.offer.value;
      this.offer.value = { ...shown, untilMs: offer.confirmUntilMs };
      this.stage.value = 'offered';
      return;
    }
    try {
      const counterpart = await this.#judge(offer, this.serverNow());
      const { name, personWords, orgWords } = counterpart;
      const { confirmUntilMs } = offer;
      this.offer.value = { name, untilMs: confirmUntilMs, moreTimeLeft, personWords, orgWords };
      this.stage.value = 'offered';
    } catch (error) {
      if (!(error instanceof RemoteError) && !(error instanceof WireError)) throw error;
      this.#fail(error);
    }
  }

  /**
   * @param {any} offer
   * @param {number} nowMs
   * @returns {Promise<Counterpart>}
   */
  async #judge(offer, nowMs) {
    const view = await this.#log.update();
    this.#rawOffer = offer;
    this.#counterpart = await judgeOffer((...args) => this.#request(...args), view, offer, {
      ticket16: this.#ticket16,
      signSecret: this.#mustHaveKeys().sign,
      team16: this.#config.team16,
      nowMs,
      wordListOf: this.#config.wordListOf,
    });
    return this.#counterpart;
  }

  // --- the chat -------------------------------------------------------------------------------------

  /** Creates what is still missing, in an order in which every step can be repeated. */
  async #begin() {
    const keys = this.#mustHaveKeys();
    const counterpart = this.#counterpart;
    if (counterpart === null) throw new OfferRefused('no offer');
    if (this.#es === null) {
      this.#es = keyOf('EpochSecret', randomBytes(32));
      await this.#save();
    }
    const es = this.#es;
    /** @type {Request} */
    const request = (...args) => this.#request(...args);
    const parts = { box16: this.#box16, keys, es, staff: this.#log.staff, nowMs: this.serverNow() };
    const transcript = await createBox(request, parts);
    const { headN } = await request('read', { box16: this.#box16, start: 1 }, keys.cap);
    if (headN === 0) {
      const { certificate } = counterpart;
      await commitFirst(request, {
        transcript, keys, es, certificate, ticket16: this.#ticket16, logN: this.#log.view.size,
        nowMs: this.serverNow(),
      });
    }
    await this.#enter(transcript, counterpart);
  }

  /**
   * @param {import('../../crypto/transcript.js').Transcript} transcript
   * @param {Counterpart} counterpart
   */
  async #enter(transcript, counterpart) {
    const keys = this.#mustHaveKeys();
    const { name, personWords, orgWords } = counterpart;
    const chat = new ChatModel({
      connection: this.connectionLine,
      clock: this.#config.clock,
      log: this.#log,
      transcript,
      cap: keys.cap,
      secret: keys.sign,
      peer: { name, role: 'counsellor', level: 'confirmed', personWords, orgWords },
      myName: this.#config.myName,
      sendsReadMarks: true,
    });
    chat.draft.value = this.draft.value;
    await chat.open();
    this.offer.value = null;
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
    this.#cancelSave();
    this.#cancelKeep();
    this.chat.value?.dispose();
    this.chat.value = null;
    this.offer.value = null;
    this.draft.value = '';
    for (const secret of this.#keys === null ? [] : Object.values(this.#keys)) secret.fill(0);
    this.#ams.fill(0);
    this.#es?.fill(0);
    this.#keys = null;
    this.#es = null;
    this.#counterpart = null;
    this.#ticket16 = new Uint8Array(0);
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
    if (error instanceof WireError && ['portal_closed', 'portal_full', 'purge_overdue'].includes(error.code)) {
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

  // --- the resume slot ------------------------------------------------------------------------------

  #saveSoon() {
    this.#cancelSave();
    this.#cancelSave = this.#config.clock.after(SAVE_DRAFT_AFTER_MS, () => own('resume slot', this.#save()));
  }

  #keepSlot() {
    this.#cancelKeep();
    this.#cancelKeep = this.#config.clock.after(KEEP_SLOT_EVERY_MS, () => {
      own('resume slot', this.#save());
      this.#keepSlot();
    });
  }

  async #save() {
    const keys = this.#keys;
    if (keys === null || this.#ticket16.length === 0) return;
    const memory = { ams: this.#ams, entry: this.#entry(), draft: fitting(this.chat.value?.draft.value ?? this.draft.value) };
    try {
      await this.#slot.save(memory, keys.ticketCap);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }

  /** @returns {import('../../crypto/entry.js').Entry} */
  #entry() {
    return {
      box16: this.#box16,
      kind: BoxKind.CASE,
      state: EntryState.OPEN,
      keyContext: this.#box16,
      secrets: this.#es === null ? [] : [{ epoch: 0, es: this.#es }],
      pinN: 0,
      pinChain: ZERO_32,
      counter: 1,
      settings: encode([this.#clientId16, this.waitSinceMs.value, this.topic.value]),
    };
  }

  #mustHaveKeys() {
    if (this.#keys === null) throw new WireError('unknown');
    return this.#keys;
  }

  /**
   * @param {string} name
   * @param {Record<string, any>} [fields]
   * @param {Uint8Array} [credential]
   */
  #request(name, fields = {}, credential = undefined) {
    return this.connectionLine.request(name, fields, credential);
  }

  /** @param {string} name */
  async #quietly(name) {
    if (this.#keys === null) return;
    try {
      await this.#request(name, {}, this.#keys.ticketCap);
    } catch (error) {
      ignoreRefusal(error);
    }
  }
}

/** @param {unknown} error */
function ignoreRefusal(error) {
  if (!(error instanceof WireError)) throw error;
}

/**
 * The longest beginning of a draft that fits the slot.
 * @param {string} draft
 */
function fitting(draft) {
  const bytes = new TextEncoder().encode(draft);
  if (bytes.length <= MAX_DRAFT_BYTES) return draft;
  return new TextDecoder().decode(bytes.slice(0, MAX_DRAFT_BYTES)).replace(/\uFFFD+$/, '');
}
