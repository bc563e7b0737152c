// The small house with written enquiries: boxes under a ticket that no live chat has, what is told about the
// ticket, and the counsellor who takes one out of the team's inbox.

import * as account from '../../../web/js/crypto/account.js';
import { Reason, encodeCommit, makeCommit } from '../../../web/js/crypto/commit.js';
import { Kind, sealE1 } from '../../../web/js/crypto/envelope.js';
import { kid } from '../../../web/js/crypto/epoch.js';
import { keyOf } from '../../../web/js/crypto/keys.js';
import { decodeWelcome, openLetter } from '../../../web/js/crypto/letter.js';
import { randomBytes } from '../../../web/js/crypto/random.js';
import * as reading from '../../../web/js/crypto/reading.js';
import { Role } from '../../../web/js/crypto/roster.js';
import { WrittenLearned } from '../../../web/js/features/enquiries/learned.js';
import { Thread } from '../../../web/js/features/live/thread.js';
import { BoxState, CloseReason, TicketState } from '../../../web/js/wire/catalogue.js';
import * as codec from '../../../web/js/wire/codec.js';
import { WireError } from '../../../web/js/wire/errors.js';
import { House, MARIA } from './house.js';
import { hex } from './vectors.js';

const NO_KID = hex(new Uint8Array(8));
const COUNSELLOR_SIDX = 2;

export class WritingHouse extends House {
  /** What staff would see, by ticket. @type {Map<string, { fields: any, cap: string, again: number }>} */
  enquiries = new Map();
  /** What is said of places. @type {{ takers: { subject16: Uint8Array, isOpen: number, isRegularsOnly: number }[], fallback: Uint8Array }} */
  told = { takers: [{ subject16: MARIA, isOpen: 1, isRegularsOnly: 0 }], fallback: new Uint8Array(0) };

  // --- commands -------------------------------------------------------------------------------------

  /** @override @param {any} fields @param {Uint8Array} cap */
  create({ box16, caps, closesHour }, cap) {
    if (this.bound === null) throw new WireError('unauthorised');
    const known = this.boxes.get(hex(box16));
    if (known !== undefined && known.cap !== hex(cap)) throw new WireError('conflict');
    const made = {
      box16, cap: hex(cap), ticket: { state: TicketState.ACTIVE }, rights: caps[0].rights, closesHour, share: randomBytes(32), rows: [], kid: NO_KID,
      letter: null, letterTicket16: null, newCaps: [], state: BoxState.OPEN, reason: CloseReason.NONE, closeMinute: 0,
    };
    if (known === undefined) this.boxes.set(hex(box16), made);
    return { share: (known ?? made).share };
  }

  /** @override @param {any} fields */
  commit({ box16, oldKid, newKid, e1, caps, letters, ticket16 }) {
    const box = this.boxes.get(hex(box16));
    if (box.kid !== hex(oldKid)) throw new WireError('stale');
    box.kid = hex(newKid);
    box.newCaps = caps;
    if (letters.length > 0) [box.letter, box.letterTicket16] = [letters[0], ticket16];
    return this.post({ box16, e1 });
  }

  /** @override @param {any} fields */
  post({ box16, e1 }) {
    const known = this.boxes.get(hex(box16)).rows.findIndex((/** @type {Uint8Array} */ one) => hex(one) === hex(e1));
    return known < 0 ? super.post({ box16, e1 }) : { n: known + 1 };
  }

  /** @override @param {any} fields */
  read(fields) {
    return { ...super.read(fields), endsMs: 0, closesHour: this.boxes.get(hex(fields.box16)).closesHour };
  }

  takers() {
    return this.told;
  }

  /** @param {any} fields @param {Uint8Array} cap */
  enquiry_open(fields, cap) {
    if (this.bound === null) throw new WireError('unauthorised');
    this.enquiries.set(hex(fields.ticket16), { fields, cap: hex(cap), again: 0 });
    return { number: this.enquiries.size };
  }

  /** @param {any} _ @param {Uint8Array} cap */
  enquiry_again(_, cap) {
    this.#enquiry(cap)[1].again += 1;
    return {};
  }

  /** @param {any} _ @param {Uint8Array} cap */
  enquiry_withdraw(_, cap) {
    this.enquiries.delete(this.#enquiry(cap)[0]);
    return {};
  }

  // --- what a counsellor does -----------------------------------------------------------------------

  /** Takes the newest enquiry out of the team: commit 1 as protocol section 5 has it. */
  async take() {
    const box = [...this.boxes.values()].at(-1);
    const letter = openLetter(box.letter, this.org.teamSeed);
    const welcome = decodeWelcome(letter.payload);
    const [kem, sign] = [account.staffKem(this.org.maria), account.staffSign(this.org.maria)];
    const holder = { kemSecrets: [kem, this.org.teamSeed], share: keyOf('Share', box.share), secrets: [welcome.es] };
    const { staff, view } = this.line.log;
    const transcript = reading.start(box.box16, welcome.es, holder, staff);
    box.rows.forEach((/** @type {Uint8Array} */ e1, /** @type {number} */ i) => transcript.take(i + 1, e1, []));
    const roster = /** @type {import('../../../web/js/crypto/roster.js').RosterState} */ (transcript.state.roster);
    const [seeker] = [...roster.entries.values()];
    const certificate = /** @type {any} */ (view.certificate(this.org.certificateHash));
    const me = { sidx: COUNSELLOR_SIDX, role: Role.COUNSELLOR, signPk: certificate.signPk, kemPk: certificate.kemPk, certificateHash: certificate.hash };
    const es = keyOf('EpochSecret', randomBytes(32));
    const { commit, wraps } = makeCommit(roster, [seeker, me], Reason.ACCEPTED, es, certificate.hash);
    const fields = { kind: Kind.COMMIT, stream: 7, i: 0, sentMs: this.clock.serverNow(), logN: view.size, payload: encodeCommit(commit), sidx: 1 };
    const e1 = sealE1(transcript.key, sign, transcript.draft(fields), wraps);
    this.commit({ box16: box.box16, oldKid: kid(welcome.es, box.box16, 0), newKid: kid(es, box.box16, 1), e1, caps: [], letters: [], ticket16: null });
    return this.#maria(box, reading.start(box.box16, welcome.es, { ...holder, secrets: [welcome.es, es] }, staff));
  }

  /** Joins the newest box by the letter, as the one who was addressed. */
  async join() {
    const box = [...this.boxes.values()].at(-1);
    const kem = account.staffKem(this.org.maria);
    const letter = openLetter(box.letter, kem);
    const holder = { kemSecrets: [kem], share: keyOf('Share', box.share), secrets: [] };
    return this.#maria(box, reading.join(letter, decodeWelcome(letter.payload), holder, this.line.log.staff));
  }

  /** @param {any} box @param {import('../../../web/js/crypto/transcript.js').Transcript} transcript */
  async #maria(box, transcript) {
    const thread = new Thread({
      connection: this.line.connection, clock: this.clock, log: this.line.log, transcript,
      cap: account.conversation(this.org.maria, box.box16).cap, secret: account.staffSign(this.org.maria),
      peer: { name: 'Anliegen 1', role: 'seeker', words: async () => ({ personWords: [], orgWords: [] }) },
      myName: 'Maria B.', sendsReadMarks: true, learned: new WrittenLearned((given) => given),
    });
    await thread.open();
    return thread;
  }

  /** @param {Uint8Array} cap @returns {[string, { fields: any, cap: string, again: number }]} */
  #enquiry(cap) {
    const found = [...this.enquiries].find(([, one]) => one.cap === hex(cap));
    if (found === undefined) throw new WireError('unknown');
    return found;
  }
}

/** "Abschließen". @param {Thread} thread @param {Uint8Array} [relation] what it leaves */
export function markDone(thread, relation = new Uint8Array(0)) {
  thread.box.send(Kind.DONE, codec.encode('MarkedDone', { relation }));
}

export { MARIA };
