// An enquiry on its way, from what the keyring remembers to where the team sees it (protocol section 5).
// Twin of clientlib/sending.py.
//
//   keyring: ES_0 and draft   ->  create  ->  commit 0 with the letter  ->  who, what, files  ->  open
//
// Each step may be repeated after a crash, on any device of the account: a box that is there is found, a
// commit that stands is read, and the ticket comes last, so that nobody is shown a box that says nothing.

import { isUnknown } from '../live/wayin.js';
import { firstSecret } from '../live/firstsecret.js';
import { OTHER_SIDX, SEEKER_RIGHTS, commitFirst, counsellor, createBox } from '../live/firstcommit.js';
import { pin } from '../live/pins.js';
import { BadProof, BadStatement, LocalError } from '../../crypto/errors.js';
import { checkLeads } from '../../core/leads.js';
import { keyOf } from '../../crypto/keys.js';
import { equal } from '../../crypto/primitives.js';
import { randomBytes } from '../../crypto/random.js';
import { NO_SIGN_PK, Role } from '../../crypto/roster.js';
import { Right } from '../../wire/catalogue.js';
import '../../wire/catalogue-account.js';
import { DISCONNECTED, WireError } from '../../wire/errors.js';
import { decodeNote, encodeNote } from './note.js';
import { threadOf } from './opening.js';
import { NoPlace, recipientOf } from './recipient.js';
import { knownAt, ownKnown, ownRegular, relationTo } from './regulars.js';
import { refuseUnseenRestart } from './restarted.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('../../core/line.js').Line} Line */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('./note.js').Note} Note */
/** @typedef {import('./opening.js').Correspondence} Correspondence */
/** @typedef {import('./thread.js').WrittenThread} WrittenThread */
/** A file that is to go with the first message. @typedef {{ readonly raw: Uint8Array, readonly name: string }} Chosen */

const HOUR_MS = 3_600_000;
const HOURS_OF_DAY = 24;

const NO_RELATION = new Uint8Array(0);

/** The one who was to answer is in the team no more, or has no keys in force. */
export class AddresseeGone extends BadStatement {}

/** One enquiry that is being sent, with what an interrupted attempt leaves for the next. */
export class Sending {
  #about;
  #box16;
  #keys;
  /** Once commit 0 stands. @type {WrittenThread | null} */
  #thread = null;
  /** @type {readonly Chosen[]} */
  #files;

  /**
   * @param {Correspondence} about
   * @param {Uint8Array} box16 of an entry in the keyring, whose draft is the text
   * @param {readonly Chosen[]} [files]
   */
  constructor(about, box16, files = []) {
    this.#about = about;
    this.#box16 = box16;
    this.#keys = about.account.conversation(box16);
    this.#files = files;
  }

  /** Tells whether it is fixed to whom this goes: the roster stands. */
  get isFixed() {
    return this.#thread !== null;
  }

  /**
   * Goes on from the step that is missing. WireError for a refusal or a lost line; then it may be called
   * again.
   * @returns {Promise<WrittenThread>} the conversation, to be disposed of by the caller
   */
  async run() {
    if (this.#entry.secrets.length === 0) await this.#checkPlace();
    await this.#keepSecret();
    this.#thread ??= await this.#begin();
    const thread = this.#thread;
    await thread.resume();
    // What has been closed meanwhile is only shown.
    if (thread.closed.value === null) {
      await this.#say(thread);
      await this.#show();
    }
    await this.#noteOpen(thread);
    pin(this.#about.account, thread);
    return thread;
  }

  /** Lets go of what an interrupted attempt left. */
  dispose() {
    this.#thread?.dispose();
    this.#thread = null;
  }

  get #entry() {
    const entry = this.#about.account.keyring.entry(this.#box16);
    if (entry === null) throw new LocalError('nothing is kept of this enquiry');
    return entry;
  }

  get #note() {
    return decodeNote(this.#entry.settings);
  }

  /** Before anything is kept for sending: it can still be chosen anew in the form. */
  async #checkPlace() {
    const { addressee } = this.#note;
    if (addressee.length > 0) this.#refuseFull((await this.#about.people.read()).told);
  }

  /** @param {import('./recipient.js').Told} told */
  #refuseFull(told) {
    const { addressee } = this.#note;
    const isListed = told.takers.some(({ subject16 }) => equal(subject16, addressee));
    const regular = ownRegular(this.#about);
    const isRegular = regular !== null && equal(regular.subject16, addressee);
    const isKnown = knownAt(ownKnown(this.#about), this.#about.portal16, addressee) !== null;
    if (isListed && !equal(recipientOf(told, addressee, isRegular, isKnown), addressee)) throw new NoPlace('takes on nothing new');
  }

  /** Before anything else: secret and text, in one save. */
  async #keepSecret() {
    const entry = this.#entry;
    if (entry.secrets.length > 0) return;
    const settings = encodeNote({ ...this.#note, sinceMs: this.#about.line.clock.serverNow() });
    const secrets = [{ epoch: 0, es: keyOf('EpochSecret', randomBytes(32)) }];
    await this.#about.account.keyring.remember({ ...entry, secrets, counter: entry.counter + 1, settings });
  }

  /** @returns {Promise<WrittenThread>} read to its end */
  async #begin() {
    await this.#about.line.log.update();
    const { secrets } = this.#entry;
    const { es } = secrets[0];
    const transcript = await this.#create(es);
    const first = (await this.#first()) ?? (await this.#commit(transcript, es));
    const won = first === null ? es : await this.#secretOf(first.e1);
    const thread = threadOf(this.#about, this.#keys, equal(won, es) ? transcript : await this.#create(won));
    await thread.open();
    return thread;
  }

  /**
   * The secret under which the first envelope stands; another device may have drawn it since this one read.
   * @param {Uint8Array} e1
   */
  async #secretOf(e1) {
    const { keyring } = this.#about.account;
    const known = firstSecret(this.#box16, this.#entry.secrets, e1);
    if (known !== null) return known;
    await keyring.refresh();
    const found = firstSecret(this.#box16, this.#entry.secrets, e1);
    if (found === null) throw new BadProof('a beginning that no device of this account has made');
    return found;
  }

  /** @param {Uint8Array} es */
  #create(es) {
    const { line, unacceptedDays } = this.#about;
    return createBox(line.request, {
      box16: this.#box16, keys: this.#keys, es: keyOf('EpochSecret', es), rights: SEEKER_RIGHTS | Right.KEEP, staff: line.log.staff,
      proof: this.#keys.cap,
      // An hour less: the relay's clock may be behind what is known of it here.
      closesHour: Math.floor(line.clock.serverNow() / HOUR_MS) + unacceptedDays * HOURS_OF_DAY - 1,
    });
  }

  /** The first envelope; null while there is none. */
  async #first() {
    const { rows } = await this.#about.line.request('read', { box16: this.#box16, start: 1 }, this.#keys.cap);
    return rows[0] ?? null;
  }

  /**
   * Makes commit 0; returns null, or another device's that came first.
   * @param {import('../../crypto/transcript.js').Transcript} transcript
   * @param {Uint8Array} es
   */
  async #commit(transcript, es) {
    try {
      await this.#commitOnce(transcript, es);
      return null;
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'stale') throw error;
    }
    const first = await this.#first();
    // Else the team has a new key since the log was read: a letter to the old one is not taken.
    if (first === null) await this.#commitOnce(transcript, es);
    return first;
  }

  /**
   * @param {import('../../crypto/transcript.js').Transcript} transcript
   * @param {Uint8Array} es
   */
  async #commitOnce(transcript, es) {
    const { account, line } = this.#about;
    const { ticket16 } = this.#note;
    const other = await this.#other();
    transcript.staff = line.log.staff;
    await commitFirst(line.request, {
      transcript, keys: this.#keys, es: keyOf('EpochSecret', es), other, ticket16, letterTicket16: ticket16,
      handle: account.handle, logN: line.log.view.size, nowMs: line.clock.serverNow(),
    });
  }

  /** Who is let in: the team, or the one of it who is addressed. */
  async #other() {
    const { account, line, people } = this.#about;
    const { addressee } = this.#note;
    const { statement, persons, told } = await people.read();
    if (statement === null) throw new BadStatement('the portal has no team in force');
    refuseUnseenRestart(line.log.view, statement, account.keyring);
    checkLeads(line.log.view, people.teams, statement.team, line.clock.serverNow());
    if (addressee.length > 0) {
      const person = persons.find(({ subject16 }) => equal(subject16, addressee));
      if (!person?.certificate) throw new AddresseeGone('in the team no more');
      this.#refuseFull(told);
      return counsellor(person.certificate);
    }
    const { team, hash } = statement;
    const entry = { sidx: OTHER_SIDX, role: Role.TEAM, signPk: NO_SIGN_PK, kemPk: team.kemPk, certificateHash: hash };
    return { entry, rights: Right.READ | Right.COMMIT, team16: team.team16 };
  }

  /** Who writes, what about, and the files; each once. @param {WrittenThread} thread */
  async #say(thread) {
    const { account } = this.#about;
    for (const item of thread.box.outbox.waiting) thread.box.outbox.retry(item);
    const waiting = thread.box.outbox.waiting.length > 0;
    if (thread.pseudonym.value === '' && !waiting) thread.introduce(account.pseudonym);
    if (thread.learned.enquiry.value === null && !waiting) {
      const { topic, subject } = this.#note;
      thread.begin({ topic, subject, text: account.keyring.draft(this.#box16) });
    }
    await allStored(thread);
    const files = this.#files;
    this.#files = [];
    // One that does not arrive is shown with its reason; the words have arrived.
    for (const { raw, name } of files) await thread.sendFile(raw, name);
    await allStored(thread);
  }

  /** The ticket comes last. */
  async #show() {
    const { line, language } = this.#about;
    const { ticket16, portal16, addressee } = this.#note;
    try {
      await line.request('enquiry_open', { ticket16, portal16, language, addressee, relation: relationTo(this.#about, addressee) ?? NO_RELATION }, this.#keys.ticketCap);
    } catch (error) {
      if (error instanceof WireError && error.code === 'at_capacity') throw new NoPlace('somebody was faster');
      throw isUnknown(error) && addressee.length > 0 ? new AddresseeGone('in the team no more') : error;
    }
  }

  /** The team sees it: the draft is over, in the same save. @param {WrittenThread} thread */
  async #noteOpen(thread) {
    const { keyring } = this.#about.account;
    const first = thread.messages.value.find(({ n }) => n === thread.learned.enquiry.value?.n);
    // Another device may have sent an earlier state of it: what was typed since stays, as a draft of the answer.
    if (first?.text === keyring.draft(this.#box16)) keyring.dropDraft(this.#box16);
    const entry = this.#entry;
    await keyring.remember({ ...entry, counter: entry.counter + 1, settings: encodeNote({ ...this.#note, isOpen: true }) });
  }
}

/** Resolves once everything said is numbered; BadProof where the box is not what was made, WireError else. @param {WrittenThread} thread */
async function allStored({ box }) {
  await box.flush();
  const [left] = box.outbox.waiting;
  if (left !== undefined && box.transcript.sendingPaused) throw new BadProof('not the box that was made');
  if (left !== undefined) throw new WireError(left.state === 'failed' ? 'wrong_state' : DISCONNECTED);
}
