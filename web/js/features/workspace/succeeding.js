// Taking over what a colleague hands over (E1.14). Twin of clientlib/succeeding.py.
//
//   letters           a welcome, and a grant where what came before may be read; one author, who counsels there
//   1 keyring {ES..}  with the note that says from where on this account reads
//   2 swap            the join cap for the own one
//   3 keyring {ES_e+1}, commit: the colleague goes      4 it is mine
//
// Who only stands in (a deputy) does without 3: the colleague stays, and both write.
//
// The relay chooses the letters that it brings, and the colleague what stands in them: what is shown hangs on the
// checks in handedletters.js. With 3 and 4 goes on whichever device of the account opens the conversation next.

import { Reason } from '../../crypto/commit.js';
import { capHash } from '../../crypto/credential.js';
import { EntryState } from '../../crypto/entry.js';
import { keyContext } from '../../crypto/generation.js';
import { BoxKind } from '../../crypto/roster.js';
import '../../wire/catalogue-staff.js';
import { ignoreRefusal } from '../../wire/errors.js';
import { changeMembers, rememberOpen } from './commits.js';
import { NO_PIN, encodeNote } from './note.js';

/** @typedef {import('../../crypto/grant.js').Grant} Grant */
/** @typedef {import('../../crypto/letter.js').Welcome} Welcome */
/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */
/** @typedef {import('./shared.js').SharedThread} SharedThread */
/** @typedef {import('./tickets.js').Tickets} Tickets */

/**
 * What letters and keys opened; nothing of the box is read yet. `from` is who hands it over, `me` as they let me in, by a
 * commit of this `reason`.
 * @typedef {{ transcript: Transcript, welcome: Welcome, grant: Grant | null, from: RosterEntry, me: RosterEntry, reason: number }} Handed
 */

const NO_PIN_CHAIN = new Uint8Array(32);
const HOUR_MS = 3_600_000;

export class Succeeding {
  #actor;
  #tickets;

  /** @param {import('./commits.js').Actor} actor @param {Tickets} tickets */
  constructor(actor, tickets) {
    this.#actor = actor;
    this.#tickets = tickets;
  }

  /**
   * Makes it a conversation of this account, be it once more; who hands it over is still in it then. BadStatement for
   * the letter of a time that is over.
   * @param {any} row the wire's EnquiryRow or QueueRow
   * @param {Handed & { pin: Uint8Array }} handed read to its end and sound; `pin`: where reading begins without a grant
   */
  async enter(row, { welcome, grant, pin, reason }) {
    const { request, keys, keyring, clock } = this.#actor;
    const { box16, epoch, es } = welcome;
    const context = keyContext(box16, epoch);
    const granted = grant?.secrets.map((secret, at) => ({ epoch: at, es: secret })) ?? [];
    const { ticket16, portal16, number } = row;
    const joinedHour = Math.floor(clock.now() / HOUR_MS);
    await rememberOpen(keyring, {
      box16, kind: BoxKind.CASE, state: EntryState.OPEN, keyContext: context, secrets: [...granted, { epoch, es }], pinN: 0, pinChain: NO_PIN_CHAIN,
      counter: (keyring.entry(box16)?.counter ?? 0) + 1,
      settings: encodeNote({ ticket16: this.#tickets.noted(ticket16), portal16, number, nickname: '', colour: 0, joinedHour, admitted: epoch, pin: grant === null ? pin : NO_PIN, invitation: null, isDeputy: reason === Reason.DEPUTY }),
      generation: epoch, closeMinute: 0,
    });
    if (await this.#isIn(box16, context)) return;
    await request('swap', { box16, newCapHash: capHash(keys.cap(context)) }, welcome.joinCap);
  }

  /** Who handed it over goes; from a deputy only who is revoked. @param {SharedThread} thread */
  async finish(thread) {
    const go = thread.predecessor.peek();
    const reason = thread.isDeputy ? Reason.REVOKED : Reason.HAND_OVER;
    if (go !== null) await changeMembers(this.#actor, thread.box.transcript, { go, reason });
  }

  /** The list says so too; the letters go. @param {{ ticket16: Uint8Array }} note */
  async report({ ticket16 }) {
    await this.#tickets.taken(this.#actor.request, ticket16);
  }

  /** A deputy stands in no more, by the list. @param {{ ticket16: Uint8Array }} note */
  async leave({ ticket16 }) {
    await this.#tickets.giveBack(this.#actor.request, ticket16).catch(ignoreRefusal);
  }

  /**
   * The letters go, and who hands it over keeps it. It is said in the box too, so that they know it from me.
   * @param {Uint8Array} ticket16
   * @param {import('./handedrequest.js').HandedRequest | null} handed null where its letters are not open
   */
  async sendBack(ticket16, handed) {
    if (handed?.isSound === true) await handed.sendBack();
    await this.#tickets.giveBack(this.#actor.request, ticket16);
  }

  /**
   * Tells whether the own capability opens the box already: an attempt before this one has come so far.
   * @param {Uint8Array} box16
   * @param {Uint8Array} context
   */
  async #isIn(box16, context) {
    try {
      await this.#actor.request('share', { box16 }, this.#actor.keys.cap(context));
      return true;
    } catch (error) {
      ignoreRefusal(error);
      return false;
    }
  }
}
