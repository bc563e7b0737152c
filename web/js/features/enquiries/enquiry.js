// A seeker's written enquiry: the draft, the way to the team, the conversation, the end. Draws nothing.
// Twin of clientlib/enquiry.py.
//
// Box and ticket are drawn when something is first kept. What is typed waits in the keyring's memory and
// is saved when the page is hidden, locked or left, or when somebody asks for it.

import { withEnd } from '../../core/ending.js';
import { computed, effect, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { encode } from '../../crypto/encoding.js';
import { EntryState, MAX_DRAFT_BYTES, gone, goneMinute } from '../../crypto/entry.js';
import { LocalError } from '../../crypto/errors.js';
import { randomBytes } from '../../crypto/random.js';
import { BoxKind, Role } from '../../crypto/roster.js';
import '../../wire/catalogue-account.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { isUnknown } from '../live/wayin.js';
import { NoticeKind } from '../../crypto/verdict.js';
import { isBack } from './departed.js';
import { MAX_SUBJECT_CHARS, MAX_TEXT_CHARS, closed, decodeNote, encodeNote, hasMoved, isEarly, missed, noteOf } from './note.js';
import { openThread } from './opening.js';
import { keepKnown, keepRegular } from './regulars.js';
import { problemOf } from './problems.js';
import { Sending } from './sending.js';

/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('./note.js').Note} Note */
/** @typedef {import('./opening.js').Correspondence} Correspondence */
/** @typedef {import('./sending.js').Chosen} Chosen */
/** @typedef {import('./thread.js').WrittenThread} WrittenThread */

/** What somebody types before it is sent. @typedef {{ addressee: Uint8Array, topic: string, subject: string, text: string }} Typed */

/**
 * `draft`: nobody has pressed "Senden"; `sending`: not all of it has arrived; `sent`: there is a
 * conversation; `gone`: there is nothing any more; `lost`: this access does not open it any more, for it is deleted or
 * was locked anew for another; `moved`: it is known that it was.
 * @typedef {'draft' | 'sending' | 'sent' | 'gone' | 'lost' | 'moved'} Stage
 */

const MINUTE_MS = 60_000;
const NO_PIN_CHAIN = new Uint8Array(32);
const WHOLE_TEAM = new Uint8Array(0);
/** Of one that has moved, nothing is left but that. */
const NOTHING_KEPT = Object.freeze({ addressee: WHOLE_TEAM, topic: '', subject: '', isOpen: true });

export class Enquiry {
  /** @type {import('../../core/signals.js').Signal<Stage>} */
  stage;
  /** @type {import('../../core/signals.js').Signal<WrittenThread | null>} */
  thread = signal(/** @type {WrittenThread | null} */ (null));
  /** @type {import('../../core/signals.js').Signal<readonly Chosen[]>} */
  files = signal(/** @type {readonly Chosen[]} */ ([]));
  /** Tells whether it is on its way right now. */
  isBusy = signal(false);
  /** Why it stopped: a code; '' for nothing. */
  problem = signal('');
  /** What was not sent of a conversation that this access does not open any more. */
  unsent = signal('');
  /** Who has locked it anew. */
  movedBy = signal('');
  #about;
  /** Somebody has pressed "Senden", perhaps on another device, and has typed nothing since. */
  #isWanted;
  /** As it would be kept. @type {Entry} */
  #first;
  /** @type {Sending | null} */
  #sending = null;
  /** Of the entry by which the conversation was opened. */
  #generation = 0;
  /** @type {(() => void)[]} */
  #ends = [];

  /**
   * @param {Correspondence} about
   * @param {Entry} entry of a written enquiry
   */
  constructor(about, entry) {
    this.#about = about;
    this.#first = entry;
    const { addressee, topic, subject, isOpen } = noteOf(entry) ?? NOTHING_KEPT;
    const text = isOpen ? '' : about.account.keyring.draft(entry.box16);
    this.typed = signal(/** @type {Typed} */ ({ addressee, topic, subject, text }));
    this.stage = signal(/** @type {Stage} */ (stageOf(entry)));
    this.#isWanted = this.stage.value === 'sending';
    /** As first written, also where its conversation is not open yet. */
    this.subject = computed(() => this.thread.value?.subject.value || this.typed.value.subject);
    this.unread = computed(() => this.thread.value?.unread.value ?? 0);
    /** When something was said here last. */
    this.lastMs = computed(() => Math.max(this.sinceMs, this.thread.value?.messages.value.at(-1)?.sentMs ?? 0));
  }

  /**
   * Draws the ids; nothing is kept before something is typed.
   * @param {Correspondence} about
   * @param {string} [text] what was typed elsewhere
   */
  static begin(about, text = '') {
    const box16 = randomBytes(16);
    const note = {
      portal16: about.portal16, ticket16: randomBytes(16), addressee: WHOLE_TEAM, sinceMs: about.line.clock.now(),
      isOpen: false, topic: '', subject: '', admitted: 0,
    };
    const begun = new Enquiry(about, {
      box16, kind: BoxKind.CASE, state: EntryState.OPEN, keyContext: box16, secrets: [], pinN: 0, pinChain: NO_PIN_CHAIN, counter: 0,
      settings: encodeNote(note), generation: 0, closeMinute: 0,
    });
    if (text !== '') begun.type({ text });
    return begun;
  }

  /** The box's address, also before there is one. */
  get box16() {
    return this.#first.box16;
  }

  /** When it was begun, sent, or seen to have ended. */
  get sinceMs() {
    const entry = this.#entry;
    return noteOf(entry)?.sinceMs ?? (hasMoved(entry) ? goneMinute(entry) * MINUTE_MS : 0);
  }

  /** Tells whether it can be changed no more: part of it may have arrived, and any device goes on with it. */
  get isFixed() {
    return this.stage.value === 'sending';
  }

  // --- the draft ------------------------------------------------------------------------------------

  /**
   * Takes in what is being typed, in memory; `account.flush` saves it.
   * @param {Partial<Typed>} change
   */
  type(change) {
    this.#isWanted = false;
    this.typed.value = { ...this.typed.value, ...change };
    const { keyring } = this.#about.account;
    const { addressee, topic, subject, text } = this.typed.value;
    const isEmpty = topic === '' && subject === '' && text === '' && addressee.length === 0;
    if (isEmpty && keyring.entry(this.box16) === null) return;
    keyring.keepTyped({ ...this.#entry, settings: encodeNote({ ...this.#note, addressee, topic: cut(topic), subject: cut(subject) }) });
    keyring.keepDraft(this.box16, text);
    if (isEmpty) keyring.dropTyped(this.box16);
  }

  /** What speaks against sending it, as the name of a field; '' for nothing. */
  get missing() {
    const { subject, text } = this.typed.value;
    if ([...subject].length > MAX_SUBJECT_CHARS) return 'subject_too_long';
    if (text.trim() === '') return 'text_missing';
    return isTooLong(text.trim()) ? 'text_too_long' : '';
  }

  /** Throws it away, with what may be at the service already. */
  async discard() {
    const { account, line } = this.#about;
    const entry = account.keyring.entry(this.box16);
    this.#letGo();
    this.stage.value = 'gone';
    account.keyring.dropTyped(this.box16);
    if (entry === null || account.keyring.entry(this.box16) === null) return;
    if (entry.secrets.length > 0) {
      const { cap } = account.conversation(entry.keyContext);
      await line.request('leave', { box16: this.box16 }, cap).catch(ignoreRefusal);
    }
    await account.keyring.remember(gone(entry, Math.floor(line.clock.now() / MINUTE_MS), 0, NO_PIN_CHAIN));
  }

  /**
   * Begins again with what was typed: to change it, or where sending cannot be brought to its end.
   * @param {Uint8Array} [addressee]
   */
  async anew(addressee = WHOLE_TEAM) {
    const { topic, subject, text } = this.typed.value;
    const other = Enquiry.begin(this.#about);
    other.type({ topic, subject, text, addressee });
    other.files.value = this.files.value;
    await this.discard();
    return other;
  }

  // --- sending --------------------------------------------------------------------------------------

  /** "Senden", and once more where it stopped: goes on from the step that is missing. */
  async send() {
    if (this.missing !== '') throw new LocalError('nothing that can be sent');
    if (!this.isFixed) {
      const { text, topic, subject } = this.typed.value;
      this.type({ text: tidy(text), topic: tidy(topic), subject: tidy(subject) });
    }
    this.#isWanted = true;
    await this.#bring();
  }

  /** Back to where it was: a conversation is read, what was being sent goes on. */
  async takeUp() {
    if (this.#isWanted && this.stage.value !== 'sent') await this.#bring();
    else if (this.stage.value === 'sent' && this.thread.value === null) await this.#open();
  }

  /** After a lost line: reads on, sends what waits, says again that it waits. */
  async goOn() {
    const thread = this.thread.value;
    if (thread === null) {
      await this.takeUp();
      return;
    }
    try {
      await thread.resume();
      await thread.lookAround();
      this.#makeUp(thread);
    } catch (error) {
      if (isUnknown(error)) await this.#miss();
      else ignoreRefusal(error);
    }
  }

  /** "Dem Team geben", where who answered has left. Returns why it could not be done, as a code; '' for done. */
  async callBack() {
    const thread = this.thread.value;
    if (thread === null) return '';
    try {
      const { callBack } = await import('./callingback.js');
      await callBack(this.#about, thread, this.#entry);
    } catch (error) {
      return problemOf(error);
    }
    this.#tellTeam(thread);
    return '';
  }

  /** Whether contact data may be left here: the portal has leads of its own. */
  get hasLeads() {
    return this.#about.people.teams.leads16.length > 0;
  }

  /** Where they are left; fetched when somebody wants it. */
  async contactRoom() {
    const { ContactRoom } = await import('./contactroom.js');
    return new ContactRoom(this.#about, this.box16);
  }

  /** Ends the conversation for all with a signed word; it stays readable until its purge. */
  async close() {
    await this.thread.value?.close();
  }

  /** Nothing of it is open on this page any more; the keyring keeps what it has. */
  dispose() {
    this.#letGo();
  }

  // --- inside ---------------------------------------------------------------------------------------

  get #entry() {
    return this.#about.account.keyring.entry(this.box16) ?? this.#first;
  }

  /** @returns {Note} */
  get #note() {
    return decodeNote(this.#entry.settings);
  }

  async #bring() {
    if (this.isBusy.value) return;
    this.isBusy.value = true;
    this.problem.value = '';
    this.#sending ??= new Sending(this.#about, this.box16, this.files.value);
    const sending = this.#sending;
    try {
      const thread = await sending.run();
      if (this.#sending !== sending) return;
      this.#sending = null;
      this.#follow(thread);
    } catch (error) {
      if (this.#sending !== sending) return;
      if (!sending.isFixed) this.#sending = null;
      this.problem.value = problemOf(error);
      this.stage.value = stageOf(this.#entry);
    } finally {
      this.isBusy.value = false;
    }
  }

  async #open() {
    this.problem.value = '';
    this.#generation = this.#entry.generation;
    try {
      const thread = await openThread(this.#about, this.#entry);
      if (this.stage.value !== 'sent') thread?.dispose();
      else if (thread === null) await this.#miss();
      else {
        this.#follow(thread);
        this.#makeUp(thread);
      }
    } catch (error) {
      this.problem.value = problemOf(error);
    }
  }

  /** @param {WrittenThread} thread */
  #follow(thread) {
    const { keyring } = this.#about.account;
    this.files.value = [];
    thread.draft.value = keyring.draft(this.box16);
    this.thread.value = thread;
    this.stage.value = 'sent';
    let told = lastOwn(thread);
    this.#ends.push(
      effect(() => keyring.keepDraft(this.box16, thread.draft.value)),
      effect(() => {
        const last = lastOwn(thread);
        if (last <= told) return;
        told = last;
        queueMicrotask(() => this.#tellAgain());
      }),
      effect(() => {
        const given = thread.learned.relation.value;
        if (given !== null) queueMicrotask(() => own('a relation', keepRegular(this.#about, given)));
      }),
      effect(() => {
        const left = thread.learned.known.value;
        if (left !== null) queueMicrotask(() => own('a relation', keepKnown(this.#about, left)));
      }),
      effect(() => { if (thread.closed.value !== null) queueMicrotask(() => own('the end', this.#ended(thread))); }),
      effect(() => { if (thread.paused.value?.code === NoticeKind.YOU_WERE_REMOVED) queueMicrotask(() => own('the move', this.#moved(thread))); }),
      effect(() => { if (thread.purged.value) queueMicrotask(() => own('the purge', this.#purged(thread))); }),
    );
  }

  /** What a crash, or a lost line, may have kept from the relay. @param {WrittenThread} thread */
  #makeUp(thread) {
    if (thread.closed.value !== null) return;
    // Whoever was invited into it has said nothing yet.
    if (thread.pseudonym.value === '') thread.introduce(this.#about.account.pseudonym);
    this.#tellTeam(thread);
    if (thread.learned.lastWord.value === Role.SEEKER) this.#tellAgain();
    if (noteOf(this.#entry)?.contact.length) own('contact data', this.#mendContact());
  }

  /** What was left for the leads, or deleted, and did not get there. */
  async #mendContact() {
    const { LeavingContact } = await import('./leavingcontact.js');
    await new LeavingContact(this.#about, this.box16).mend();
  }

  /** The team has it again, by whose hand ever: it is open to all of them. @param {WrittenThread} thread */
  #tellTeam({ guests: { members, epoch } }) {
    if (!isBack(members.value, epoch.value)) return;
    const { ticketCap } = this.#about.account.conversation(this.#entry.keyContext);
    own('calling the team back', this.#about.line.request('enquiry_call_back', {}, ticketCap).catch(ignoreRefusal));
  }

  /** It waits for an answer again. Nothing hangs on it: a refusal is passed over. */
  #tellAgain() {
    if (this.thread.value === null) return;
    const { ticketCap } = this.#about.account.conversation(this.#entry.keyContext);
    own('telling again', this.#about.line.request('enquiry_again', {}, ticketCap).catch(ignoreRefusal));
  }

  /** The ticket goes, once; the entry remembers since when. @param {WrittenThread} thread */
  async #ended(thread) {
    const { closed: end, purged } = thread;
    // A box that was never closed is there no more, or not for this access.
    if (end.value?.closeMs === 0 && end.value.reason !== 'mine' && !purged.value) {
      await this.#miss();
      return;
    }
    const { account, line } = this.#about;
    const entry = this.#entry;
    if (entry.state !== EntryState.OPEN) return;
    const { ticketCap } = account.conversation(entry.keyContext);
    try {
      await line.request('enquiry_withdraw', {}, ticketCap).catch((error) => { if (!isUnknown(error)) throw error; });
      await account.keyring.remember(closed(entry, line.clock.now()));
    } catch (error) {
      // At the next opening.
      if (!(error instanceof WireError)) throw error;
    }
  }

  /** The relay has it no more, or not for this access. */
  async #miss() {
    if (await this.#isLetInAnew()) return;
    const { account, line } = this.#about;
    const entry = this.#entry;
    // How long a purge takes stands in the log, which may not have been read yet.
    await line.log.update().catch(ignoreRefusal);
    const hours = line.log.view.retentionHours('live');
    this.#letGo();
    // What is said goes by the relay's time, by which it purges; what is thrown away goes by this device's.
    this.stage.value = isEarly(entry, line.clock.serverNow(), hours) ? 'lost' : 'gone';
    await account.keyring.remember(missed(entry, line.clock.now(), hours)).catch(ignoreRefusal);
  }

  /** It was deleted while it was on the screen: what finds its tomb stays. @param {WrittenThread} thread */
  async #purged(thread) {
    const { base, heads } = thread.box.transcript.state;
    const minute = Math.floor(this.#about.line.clock.now() / MINUTE_MS);
    const entry = gone(withEnd(thread.box, this.#entry), minute, base + heads.length - 1, heads[heads.length - 1]);
    this.#letGo();
    this.stage.value = 'gone';
    await this.#about.account.keyring.remember(entry).catch(ignoreRefusal);
  }

  /** A member's signed commit says so: nothing is kept here that could open a copy. @param {WrittenThread} thread */
  async #moved(thread) {
    if (await this.#isLetInAnew()) return;
    const { base, heads } = thread.box.transcript.state;
    const minute = Math.floor(this.#about.line.clock.now() / MINUTE_MS);
    const entry = { ...gone(this.#entry, minute, base + heads.length - 1, heads[heads.length - 1]), settings: encode([minute, 1]) };
    this.movedBy.value = thread.peerName.value;
    this.#letGo();
    this.stage.value = 'moved';
    await this.#about.account.keyring.remember(entry).catch(ignoreRefusal);
  }

  /** What ended was another time of being in it (K13): this account has come in anew since, on whichever page. */
  async #isLetInAnew() {
    if (this.#entry.generation === this.#generation) return false;
    this.#letGo();
    await this.#open();
    return true;
  }

  #letGo() {
    this.unsent.value = this.thread.value?.unsentText() ?? '';
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#sending?.dispose();
    this.#sending = null;
    this.thread.value?.dispose();
    this.thread.value = null;
    this.files.value = [];
  }
}

/** @param {Entry} entry @returns {Stage} */
function stageOf(entry) {
  if (entry.state === EntryState.GONE) return hasMoved(entry) ? 'moved' : 'gone';
  if (decodeNote(entry.settings).isOpen) return 'sent';
  return entry.secrets.length > 0 ? 'sending' : 'draft';
}

/** The number of the own last word that the relay holds. @param {WrittenThread} thread */
function lastOwn(thread) {
  return thread.messages.value.reduce((last, { mine, n }) => (mine ? Math.max(last, n) : last), 0);
}

/** More than an envelope takes, or the draft that is kept until it is sent. @param {string} text */
function isTooLong(text) {
  return [...text].length > MAX_TEXT_CHARS || new TextEncoder().encode(text).length > MAX_DRAFT_BYTES;
}

/** @param {string} typed */
const tidy = (typed) => typed.normalize('NFC').trim();

/** What a keyring's entry has room for. @param {string} typed */
const cut = (typed) => [...typed].slice(0, MAX_SUBJECT_CHARS).join('');
