// One first request as its readers see it before anybody has taken it on, or what a colleague has while the team reads
// along: who writes, about what, and the words.

import { Box } from '../../core/box.js';
import { readMessage } from '../../core/filemessage.js';
import { signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { Kind } from '../../crypto/envelope.js';
import { RemoteError } from '../../crypto/errors.js';
import { equal } from '../../crypto/primitives.js';
import { Role } from '../../crypto/roster.js';
import { isPerson, isTeam } from '../enquiries/standing.js';
import { NoticeKind } from '../../crypto/verdict.js';
import * as codec from '../../wire/codec.js';
import { WireError } from '../../wire/errors.js';
import { WrittenLearned } from '../enquiries/learned.js';
import { pseudonymOf } from './names.js';
import { NoTeamKey, checkMembers, draftOf, openFirst } from './opening.js';

/** @typedef {import('./opening.js').Whose} Whose */
/** @typedef {import('../../crypto/verdict.js').Message} Message */
/** @typedef {import('../../crypto/verdict.js').Taken} Taken */
/** What letters opened, whatever came with it. @typedef {{ transcript: import('../../crypto/transcript.js').Transcript, welcome: import('../../crypto/letter.js').Welcome }} Opening */

/**
 * What was said, in its order: words, or the name of a file, which opens once the request is taken on. `author` is a
 * colleague's name; '' for the seeker.
 * @typedef {Readonly<{ n: number, sentMs: number, author: string, text: string, fileName: string, sizeBytes: number }>} Part
 */

/**
 * `state`: not looked at, on its way, open; or why not: no key of the team yet, not to be believed, taken or
 * withdrawn by now, no line. Of what a colleague hands over: `from` whom, whether what came before may be read, and
 * whether I am only to stand in. Of what was given back: the draft that came with it, and who typed it.
 * @typedef {Readonly<{ state: 'closed' | 'opening' | 'open' | 'noKey' | 'refused' | 'gone' | 'offline', pseudonym: string,
 *   topic: string, subject: string, parts: readonly Part[], from: string, hasHistory: boolean, isDeputy: boolean, isAlong: boolean, draft: string,
 *   draftBy: string }>} Content
 */

/** @type {Content} */
const NOTHING = Object.freeze({
  state: 'closed', pseudonym: '', topic: '', subject: '', parts: Object.freeze([]), from: '', hasHistory: true, isDeputy: false, isAlong: false, draft: '', draftBy: '',
});
/** Who has published no name; '' is the seeker. */
const NO_NAME = '\u2013';
/** What another look may change. @type {readonly Content['state'][]} */
const MAY_CHANGE = ['closed', 'noKey', 'offline'];

/**
 * @typedef {object} Reader what opens: the line, the log, and one account's keys
 * @property {import('../../core/connection.js').Request} request
 * @property {import('../../core/connection.js').Connection} connection
 * @property {import('../../core/clock.js').Clock} clock
 * @property {import('../../core/translog.js').LogReader} log
 * @property {import('./staffkeys.js').StaffKeys} keys
 */

/** @template {Opening} [Opened=import('./opening.js').Opened] */
export class FirstRequest {
  #reader;
  #row;
  #whose;
  #nameOf;
  #learned = new WrittenLearned(pseudonymOf);
  /** @type {Part[]} */
  #parts = [];
  /** Of each epoch that was read, by its number. @type {Map<number, import('../../crypto/keys.js').EpochSecret>} */
  #secrets = new Map();
  /** @type {Box | null} */
  #box = null;
  /** @type {Promise<void> | null} */
  #opening = null;

  /**
   * @param {Reader} reader
   * @param {any} row the wire's EnquiryRow
   * @param {Whose} whose
   * @param {(certificateHash: Uint8Array) => string} [nameOf] of a colleague
   */
  constructor(reader, row, whose, nameOf = () => '') {
    this.#reader = reader;
    this.#row = row;
    this.#whose = whose;
    this.#nameOf = nameOf;
    /** @type {import('../../core/signals.js').Signal<Content>} */
    this.content = signal(NOTHING);
    /** What opened it; null before. @type {Opened | null} */
    this.opened = null;
  }

  /** Tells whether all that was read stood every check, up to now. */
  get isSound() {
    const transcript = this.opened?.transcript ?? null;
    if (transcript === null || transcript.sendingPaused || transcript.state.joining !== null || !this.hasOwnMembers) return false;
    // What was granted is read at least to the commit that let this reader in.
    return (transcript.state.roster?.epoch ?? -1) >= transcript.state.admitted;
  }

  /** Tells whether it was opened by a key that its team has no more: sealed anew, another letter opens it. */
  get isBehind() {
    const team = this.#members.find(isTeam);
    const latest = this.#reader.log.view.latestTeam(this.#whose.team16);
    return team !== undefined && latest !== null && !equal(team.kemPk, latest.team.kemPk);
  }

  /** The certificates of who has it while the team reads along. */
  get persons() {
    return this.#members.filter(isPerson).map(({ certificateHash }) => certificateHash);
  }

  /** Tells whether the team is in it. */
  get isAlong() {
    return this.#members.some(isTeam);
  }

  /** Who is in it now. */
  get #members() {
    return [...(this.opened?.transcript.state.roster?.entries.values() ?? [])];
  }

  // --- for the kinds of request -----------------------------------------------------------------------

  /** Nobody has come into it since whom its readers would not expect. */
  get hasOwnMembers() {
    try {
      checkMembers(this.#members, { ...this.#reader, whose: this.#whose });
      return true;
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      return false;
    }
  }

  /**
   * Opens the letters that came for the row.
   * @param {Reader} reader
   * @param {any} row
   * @returns {Promise<Opened>}
   */
  openLetters(reader, row) {
    return /** @type {Promise<any>} */ (openFirst(reader, row, this.#whose));
  }

  /** Every envelope, once it is judged. @param {Taken} _taken */
  onTaken(_taken) {}

  /** Whose words are shown: '' for the seeker, a name, or null for nobody's. @param {Message} message @returns {string | null} */
  authorOf({ author: { role, certificateHash } }) {
    if (role === Role.SEEKER) return '';
    return role === Role.COUNSELLOR ? this.#nameOf(certificateHash) || NO_NAME : null;
  }

  /** What is known beside the words. @returns {Partial<Content>} */
  get about() {
    const draft = draftOf(/** @type {import('./opening.js').Opened} */ (/** @type {unknown} */ (this.opened)));
    return draft === null ? {} : { draft: draft.text, draftBy: this.#nameOf(draft.certificateHash) };
  }

  /** Opens it and follows what the seeker adds; once, unless another look may help. */
  open() {
    if (this.#opening === null && MAY_CHANGE.includes(this.content.value.state)) {
      this.#opening = this.#open().finally(() => { this.#opening = null; });
    }
    return this.#opening ?? Promise.resolve();
  }

  /** Reads on, after a lost line. */
  async readOn() {
    if (this.#box === null) await this.open();
    else await this.#guarded(this.#box.catchUp());
  }

  /** Follows no longer; what was read stays. */
  stop() {
    this.#box?.stop();
  }

  /**
   * Says something to those who are in it; tells nobody whether it arrived.
   * @param {number} kind
   * @param {Uint8Array} payload
   */
  async say(kind, payload) {
    if (this.#box === null) return;
    this.#box.send(kind, payload);
    await this.#box.flush();
  }

  /** Nothing of it stays; whoever draws it hears so, be it that nothing was read yet, and draws what is in its place. */
  dispose() {
    this.#letGo();
    this.content.value = { ...NOTHING };
  }

  async #open() {
    this.content.value = { ...NOTHING, state: 'opening' };
    await this.#guarded(this.#read());
  }

  async #read() {
    const { connection, clock, log, keys } = this.#reader;
    this.#learned = new WrittenLearned(pseudonymOf);
    const opened = await this.openLetters(this.#reader, this.#row);
    const box = new Box({
      connection, clock, log,
      transcript: opened.transcript,
      cap: opened.welcome.joinCap,
      // Needed to write, which a team's reader never does.
      secret: keys.sign,
      onTaken: (taken) => this.#take(taken),
      onFleeting: () => {},
    });
    this.opened = opened;
    this.#box = box;
    await box.open();
    this.#show();
  }

  /**
   * What went wrong is part of what is shown; a fault of ours goes on.
   * @param {Promise<void>} work
   */
  async #guarded(work) {
    try {
      await work;
    } catch (error) {
      this.#letGo();
      this.content.value = { ...NOTHING, state: stateOf(error) };
    }
  }

  /** @param {Taken} taken */
  #take(taken) {
    const { message } = taken;
    this.#keepSecret();
    this.onTaken(taken);
    const author = message === null ? null : this.authorOf(message);
    if (message !== null && author !== null) this.#learn(message, author);
    if (this.content.value.state === 'open') this.#show();
  }

  /** From epoch to epoch: whoever takes it over, or seals it anew, goes on with all of them. */
  #keepSecret() {
    const opened = /** @type {import('./opening.js').Opened | null} */ (/** @type {unknown} */ (this.opened));
    const { roster, es } = opened?.transcript.state ?? { roster: null, es: null };
    if (opened === null || roster === null || es === null) return;
    this.#secrets.set(roster.epoch, es);
    opened.history = Array.from({ length: roster.epoch }, (_, at) => this.#secrets.get(at)).filter((one) => one !== undefined);
  }

  /** @param {Message} message @param {string} author */
  #learn(message, author) {
    const { n, opened: { body } } = message;
    const said = { n, sentMs: body.sentMs, author, text: '', fileName: '', sizeBytes: 0 };
    try {
      this.#learned.take(message, false);
      if (body.kind === Kind.ENQUIRY) this.#parts.push({ ...said, text: codec.decode('Enquiry', body.payload).text });
      else if (body.kind === Kind.TEXT) this.#parts.push({ ...said, text: codec.decode('Text', body.payload).text });
      else if (body.kind === Kind.FILE) {
        const { name, size } = readMessage(body.payload);
        this.#parts.push({ ...said, fileName: name, sizeBytes: size });
      }
    } catch (error) {
      // A message of a broken shape; once it is taken on, the log says so in its place.
      if (!(error instanceof RemoteError)) throw error;
    }
  }

  #show() {
    const { topic, subject } = this.#learned.enquiry.value ?? { topic: '', subject: '' };
    const pseudonym = this.#learned.pseudonym.value;
    const isOut = this.opened?.transcript.stopped?.kind === NoticeKind.YOU_WERE_REMOVED;
    if (this.isSound) this.content.value = { ...NOTHING, state: 'open', pseudonym, topic, subject, parts: [...this.#parts], ...this.about };
    else if (isOut && this.content.value.state === 'open') this.#openAnew();
    else this.content.value = { ...NOTHING, state: isOut ? 'gone' : 'refused' };
  }

  /** Sealed to the team's next key, or taken on: which, the letter tells. */
  #openAnew() {
    this.#letGo();
    this.content.value = NOTHING;
    queueMicrotask(() => own('a first request', this.open()));
  }

  #letGo() {
    this.stop();
    this.#box = null;
    this.opened = null;
    this.#secrets.clear();
    this.#parts = [];
  }
}

/**
 * @param {unknown} error
 * @returns {Content['state']}
 */
function stateOf(error) {
  if (error instanceof NoTeamKey) return 'noKey';
  if (error instanceof RemoteError) return 'refused';
  if (!(error instanceof WireError)) throw error;
  return error.isUncertain ? 'offline' : 'gone';
}
