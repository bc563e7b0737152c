// A seeker who writes to the counselling centre in memory.

import * as account from '../../../web/js/crypto/account.js';
import { Kind } from '../../../web/js/crypto/envelope.js';
import { keyOf } from '../../../web/js/crypto/keys.js';
import { randomBytes } from '../../../web/js/crypto/random.js';
import * as reading from '../../../web/js/crypto/reading.js';
import { NO_SIGN_PK, Role } from '../../../web/js/crypto/roster.js';
import { WrittenThread } from '../../../web/js/features/enquiries/thread.js';
import { SEEKER_RIGHTS, commitFirst, counsellor, createBox } from '../../../web/js/features/live/firstcommit.js';
import { SeekerChat } from '../../../web/js/features/live/seekerchat.js';
import { Right } from '../../../web/js/wire/catalogue.js';
import * as codec from '../../../web/js/wire/codec.js';
import './ahead.js';
import { PORTAL, TEAM } from './centre.js';
import { settled } from './clock.js';
import { OfficeLine } from './officeline.js';

/** @typedef {import('./office.js').Office} Office */
/** @typedef {import('./centre.js').Colleague} Colleague */

const EMPTY = new Uint8Array(0);

/** A seeker with an access who writes to the team, or to one of it. */
export class Writer {
  ams = account.newAccountSecret();
  ticket16 = randomBytes(16);

  /** @param {Office} office @param {Uint8Array} [box16] */
  constructor(office, box16 = randomBytes(16)) {
    this.office = office;
    this.box16 = box16;
    this.keys = account.conversation(this.ams, this.box16);
    this.line = new OfficeLine(office, null);
  }

  /**
   * @param {{ name?: string, topic?: string, subject?: string, text?: string, to?: Colleague | null, team16?: Uint8Array, portal16?: Uint8Array,
   *   commits?: typeof commitFirst }} [about] `commits`: how commit 0 is made
   */
  async writes({ commits = commitFirst, name = 'kiesel-407', topic = 'Familie', subject = 'Streit', text = 'Ich weiß nicht weiter.', to = null, team16 = TEAM, portal16 = PORTAL } = {}) {
    const { office, keys, box16, ticket16 } = this;
    const es = keyOf('EpochSecret', randomBytes(32));
    const transcript = await createBox(this.line.request, {
      box16, keys, es, rights: SEEKER_RIGHTS | Right.KEEP, closesHour: 1, staff: office.log.staff, proof: keys.cap,
    });
    this.es = es;
    await commits(this.line.request, {
      transcript, keys, es, other: to === null ? this.#team(team16) : counsellor(/** @type {any} */ (office.view.certificate(to.certificateHash))),
      ticket16, letterTicket16: ticket16, handle: account.handle(this.ams), logN: office.view.size, nowMs: office.clock.serverNow(),
    });
    this.thread = this.#threadOf(transcript);
    await this.thread.open();
    this.thread.introduce(name);
    this.thread.sayAs(Kind.ENQUIRY, codec.encode('Enquiry', { topic, subject, text }), text);
    await this.thread.box.flush();
    await this.line.request('enquiry_open', { ticket16, portal16, language: 'de', addressee: to?.subject16 ?? EMPTY, relation: EMPTY }, keys.ticketCap);
    return this;
  }

  /** @param {import('../../../web/js/crypto/transcript.js').Transcript} transcript */
  #threadOf(transcript) {
    const { office, keys } = this;
    const subjectOf = (/** @type {Uint8Array} */ hash) => office.log.view.certificate(hash)?.subject16 ?? EMPTY;
    return new WrittenThread({
      names: {
        nameOf: async (hash) => office.nameOf(subjectOf(hash)),
        whoIs: async (hash) => /** @type {any} */ ({ subject16: subjectOf(hash), name: office.nameOf(subjectOf(hash)) }),
        wordsOf: async () => [],
      },
      teams: office.teams,
      connection: this.line.connection, clock: office.clock, log: /** @type {any} */ (office.log), transcript, cap: keys.cap, secret: keys.sign,
      peer: { name: 'Team', role: 'team', words: async () => ({ personWords: [], orgWords: [] }) }, myName: 'Sie', sendsReadMarks: false,
    });
  }

  /** The same conversation on another device. */
  async reads() {
    const es = /** @type {any} */ (this.es);
    const { share } = await this.line.request('share', { box16: this.box16 }, this.keys.cap);
    const holder = { kemSecrets: [this.keys.kem], share: keyOf('Share', share), secrets: [es] };
    const thread = this.#threadOf(reading.start(this.box16, es, holder, this.office.log.staff));
    await thread.open();
    return thread;
  }

  /**
   * The same conversation, read as a live chat is.
   * @param {(chat: SeekerChat) => Promise<import('../../../web/js/features/enquiries/guests.js').Guests>} fetchGuests
   */
  async readsAsChat(fetchGuests) {
    const { office, keys } = this;
    const es = /** @type {any} */ (this.es);
    const { share } = await this.line.request('share', { box16: this.box16 }, keys.cap);
    const transcript = reading.start(this.box16, es, { kemSecrets: [keys.kem], share: keyOf('Share', share), secrets: [es] }, office.log.staff);
    const chat = new SeekerChat({
      fetchGuests, connection: this.line.connection, clock: office.clock, log: /** @type {any} */ (office.log), transcript, cap: keys.cap, secret: keys.sign,
      peer: { name: 'Maria B.', role: 'counsellor', words: async () => ({ personWords: [], orgWords: [] }) }, myName: 'Sie', sendsReadMarks: false,
    });
    await chat.open();
    return chat;
  }

  /** @param {string} text */
  async says(text) {
    this.thread?.say(text);
    await this.thread?.box.flush();
    await settled();
  }

  /** The conversation, once it is written. */
  get written() {
    return /** @type {WrittenThread} */ (this.thread);
  }

  /** What the seeker reads of the others. */
  get heard() {
    return this.thread?.messages.value.filter((line) => line.kind === 'text' && !line.mine).map((line) => line.text);
  }

  /** @param {Uint8Array} team16 */
  #team(team16) {
    const { team: stated, hash } = /** @type {any} */ (this.office.view.latestTeam(team16));
    const entry = { sidx: 1, role: Role.TEAM, signPk: NO_SIGN_PK, kemPk: stated.kemPk, certificateHash: hash };
    return { entry, rights: Right.READ | Right.COMMIT, team16 };
  }
}
