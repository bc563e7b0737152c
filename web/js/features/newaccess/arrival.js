// Somebody with a new access on the way back to their conversation: the invitation is answered, the counsellor confirms,
// the letters are opened, the keyring has it. Twin of clientlib/arrival.py. Draws nothing.
//
//   keyring: secret  ->  invite_answer  ->  (confirmed)  invite_letters  ->  keyring: conversation  ->  invite_done
//
// Each step may be repeated after a crash, on any device of the account. What the relay refuses is not believed so far
// that anything is forgotten: that is for the person, or for time.

import { signal } from '../../core/signals.js';
import { makeStamp } from '../../core/stamps.js';
import { own } from '../../core/tasks.js';
import { capHash } from '../../crypto/credential.js';
import { EntryState, gone } from '../../crypto/entry.js';
import { BadProof, BadStatement, RemoteError } from '../../crypto/errors.js';
import { joinId, joinMac } from '../../crypto/invitation.js';
import { publicOf } from '../../crypto/kem.js';
import { inbox16 } from '../../crypto/letter.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import { BoxKind } from '../../crypto/roster.js';
import '../../wire/catalogue-account.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { encodeNote as encodeEnquiry } from '../enquiries/note.js';
import { threadOf } from '../enquiries/opening.js';
import { isUnknown } from '../live/wayin.js';
import { problemOf } from '../accounts/problems.js';
import { openLetters } from './joining.js';
import { encodeNote } from './note.js';

/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('../enquiries/opening.js').Correspondence} Correspondence */
/** @typedef {import('./joining.js').GivenBack} GivenBack */

/**
 * `answering`: the keys are being left; `waiting`: for the counsellor; `joining`: the conversation is being opened;
 * `arrived`: it is in the keyring. `over`, `used`, `refused`, `stopped`: where it ends.
 * @typedef {'answering' | 'waiting' | 'joining' | 'arrived' | 'over' | 'used' | 'refused' | 'stopped'} Stage
 */

const MINUTE_MS = 60_000;
/** 48 hours to be confirmed, 30 days of a letter, and clocks that differ. */
const FORGOTTEN_MS = 33 * 24 * 60 * MINUTE_MS;
const NO_PIN_CHAIN = new Uint8Array(32);
const WHOLE_TEAM = new Uint8Array(0);
/** @type {readonly Stage[]} */
const OPEN_STAGES = ['answering', 'waiting', 'joining'];

export class Arrival {
  /** @type {import('../../core/signals.js').Signal<Stage>} */
  stage = signal(/** @type {Stage} */ ('answering'));
  /** Why it stopped for now: a code; '' for nothing. */
  problem = signal('');
  isBusy = signal(false);
  /** The conversation that is there again. */
  box16 = /** @type {Uint8Array} */ (new Uint8Array(0));
  #about;
  #keys;
  #note;
  #inbox;
  /** The relay has the answer of this account. */
  #isAnswered = false;
  #end;

  /** Begun on another page: there it may have been answered. */
  #isKnown;

  /**
   * @param {Correspondence} about
   * @param {Uint8Array} joinId16
   * @param {import('./note.js').Note} note
   * @param {boolean} isKnown it was found in the keyring
   */
  constructor(about, joinId16, note, isKnown) {
    this.#isKnown = isKnown;
    this.#about = about;
    this.joinId16 = joinId16;
    this.#note = note;
    this.#keys = about.account.conversation(joinId16);
    this.#inbox = inbox16(publicOf(this.#keys.kem));
    this.#end = about.line.connection.on('letter', (/** @type {any} */ event) => {
      // Letters have come, or the inbox has ended.
      if (equal(event.inbox16, this.#inbox)) own('a letter', this.go());
    });
  }

  /**
   * With the secret of an invitation; nothing is kept before `go`.
   * @param {Correspondence} about
   * @param {Uint8Array} secret
   */
  static begin(about, secret) {
    return new Arrival(about, joinId(secret), { secret, portal16: about.portal16, sinceMs: about.line.clock.now() }, false);
  }

  /** Since when it is under way. */
  get sinceMs() {
    return this.#note.sinceMs;
  }

  /** Tells whether the account remembers it until somebody says otherwise: its answer once counted. */
  get isKept() {
    return this.#isKnown || this.#isAnswered;
  }

  /** Tells whether nothing can come of it any more, whatever the relay says. */
  get isForgotten() {
    return this.#about.line.clock.now() - this.sinceMs > FORGOTTEN_MS;
  }

  /** Tells whether there is something to wait for. */
  get isOpen() {
    return OPEN_STAGES.includes(this.stage.value);
  }

  /** Goes on from the step that is missing; one at a time. */
  async go() {
    if (this.isBusy.value || !this.isOpen) return;
    this.isBusy.value = true;
    this.problem.value = '';
    try {
      await this.#keep();
      if (!this.#isAnswered && this.stage.value === 'answering') await this.#findOut();
      else await this.#look();
    } catch (error) {
      await this.#fail(error);
    } finally {
      this.isBusy.value = false;
    }
  }

  /** "Jetzt nachsehen". */
  look() {
    return this.go();
  }

  /** The account keeps nothing of an invitation that leads nowhere. */
  async forget() {
    this.dispose();
    const entry = this.#about.account.keyring.entry(this.joinId16);
    if (entry === null || entry.state === EntryState.GONE) return;
    await this.#about.account.keyring.remember(this.#gone(entry)).catch(ignoreRefusal);
  }

  /** Follows no longer. */
  dispose() {
    this.#end();
  }

  // --- inside ---------------------------------------------------------------------------------------

  /** Before anything else: every device of the account can go on. */
  async #keep() {
    const { keyring } = this.#about.account;
    if (keyring.entry(this.joinId16) !== null) return;
    await keyring.remember({
      box16: this.joinId16, kind: BoxKind.CASE, state: EntryState.OPEN, keyContext: this.joinId16, secrets: [], pinN: 0,
      pinChain: NO_PIN_CHAIN, counter: 1, settings: encodeNote(this.#note), generation: 0, closeMinute: 0,
    });
  }

  /** Whether it was confirmed by now, on a page that did not leave the answer itself; else leaves it. */
  async #findOut() {
    try {
      await this.#look();
    } catch (error) {
      if (!isUnknown(error)) throw error;
      await this.#answer();
      await this.#look();
    }
  }

  /** Leaves the keys; the same once more is harmless. */
  async #answer() {
    const { request } = this.#about.line;
    const { sign, kem, cap, ticketCap } = this.#keys;
    const [signPk, kemPk, hash] = [signPublic(sign), publicOf(kem), capHash(cap)];
    const stamp = await makeStamp(request, 'invite_answer');
    const mac = joinMac(this.#note.secret, signPk, kemPk, hash);
    await request('invite_answer', { joinId16: this.joinId16, signPk, kemPk, capHash: hash, ticketHash: capHash(ticketCap), mac, stamp });
    this.#isAnswered = true;
  }

  async #look() {
    const { line } = this.#about;
    const { letters } = await line.request('invite_letters', { inbox16: this.#inbox }, this.#keys.cap);
    this.#isAnswered = true;
    if (letters.length === 0) {
      this.stage.value = 'waiting';
      return;
    }
    this.stage.value = 'joining';
    const found = await openLetters(line, this.#keys, this.#note.secret, letters);
    if (found !== null) await this.#enter(found);
  }

  /** Reads what it is about; keeps it, and with the same save the invitation is over. @param {GivenBack} found */
  async #enter({ transcript, welcome, secrets }) {
    const { account, line } = this.#about;
    const { portal16 } = this.#note;
    const thread = threadOf(this.#about, this.#keys, transcript);
    try {
      await thread.open();
      if (transcript.stopped !== null || transcript.own === null) throw new BadProof('not the conversation of the letters');
      const { box16, epoch, ticket16 } = welcome;
      mustBeMine(account.keyring.entry(box16), epoch);
      const settings = encodeEnquiry({
        portal16, ticket16, addressee: WHOLE_TEAM, sinceMs: line.clock.serverNow(), isOpen: true,
        topic: thread.topic.value, subject: thread.subject.value, admitted: epoch,
      });
      const { keyring } = account;
      const known = keyring.entry(this.joinId16);
      const entry = {
        box16, kind: BoxKind.CASE, state: EntryState.OPEN, keyContext: this.joinId16, secrets, pinN: 0, pinChain: NO_PIN_CHAIN,
        counter: (keyring.entry(box16)?.counter ?? 0) + 1, settings, generation: epoch, closeMinute: 0,
      };
      await keyring.remember(...(known === null ? [entry] : [entry, this.#gone(known)]));
      mustBeMine(keyring.entry(box16), epoch);
      this.box16 = box16;
    } finally {
      thread.dispose();
    }
    await line.request('invite_done', { inbox16: this.#inbox }, this.#keys.cap).catch(ignoreRefusal);
    this.dispose();
    this.stage.value = 'arrived';
  }

  /** @param {unknown} error */
  async #fail(error) {
    if (error instanceof WireError && error.code === 'taken') this.#endAs('used');
    else if (isUnknown(error)) await this.#missed();
    else if (error instanceof RemoteError && this.stage.value === 'joining') this.stage.value = 'stopped';
    else this.problem.value = problemOf(error);
  }

  /** The relay knows of no invitation: another device has done it all, or nothing can come of it. */
  async #missed() {
    const { keyring } = this.#about.account;
    await keyring.refresh().catch(ignoreRefusal);
    const found = keyring.entries.find((one) => equal(one.keyContext, this.joinId16) && !equal(one.box16, this.joinId16));
    if (found === undefined) {
      this.#endAs(this.isKept ? 'refused' : 'over');
      return;
    }
    this.box16 = found.box16;
    this.dispose();
    this.stage.value = 'arrived';
  }

  /** One that never counted for this account leaves nothing behind. @param {Stage} stage */
  #endAs(stage) {
    this.stage.value = stage;
    if (!this.isKept) own('forgetting an invitation', this.forget());
  }

  /** @param {Entry} entry */
  #gone(entry) {
    return gone(entry, Math.floor(this.#about.line.clock.now() / MINUTE_MS), 0, NO_PIN_CHAIN);
  }
}

/** Refuses the letters of a time that is over: it was given up, or this account came in later. @param {Entry | null} known @param {number} generation */
function mustBeMine(known, generation) {
  if (known === null || known.generation < generation) return;
  if (known.generation > generation || known.state === EntryState.GONE) throw new BadStatement('the letters of a time that is over');
}
