// "Anfrage übernehmen": one colleague wins, and from then on only that one and the seeker read; or the whole team, which
// reads along where the portal's level says so. Twin of clientlib/taking.py.
//
// Each step may be the last one before a crash. Nothing is used before the keyring holds it, the relay is told
// last, and what was told to nobody is told at the next sign-in (`Written.settle`). The steps:
//
//   1 enquiry_accept    one wins; a reservation of 10 minutes
//   2 draw ES_1         3 keyring {ES_0, ES_1, note}
//   4 commit 1          as the team, `by` the own certificate: the team's capability goes out, mine comes in
//   5 enquiry_taken     the letters go
//
// Where the team reads along it stays, with its letters, and any of it takes over what a colleague has: 2 to 5, of the
// present epoch, by which the colleague goes; of two at once the earlier commit counts.
//
// Of a request that is addressed to me, commit 0 lets me in already: instead of 2 and 4, the join cap is swapped.

import { Reason } from '../../crypto/commit.js';
import { capHash } from '../../crypto/credential.js';
import { EntryState } from '../../crypto/entry.js';
import { BadStatement, RemoteError } from '../../crypto/errors.js';
import { keyContext } from '../../crypto/generation.js';
import { keyOf } from '../../crypto/keys.js';
import { equal } from '../../crypto/primitives.js';
import { randomBytes } from '../../crypto/random.js';
import { BoxKind, Role } from '../../crypto/roster.js';
import '../../wire/catalogue-staff.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { isPerson } from '../enquiries/standing.js';
import { OWN_RIGHTS, rememberOpen } from './commits.js';
import { TAKEN } from './enquiries.js';
import { NO_PIN, encodeNote } from './note.js';
import { draftOf } from './opening.js';
import { groundOf, sealForTeam } from './teamcommit.js';

/** @typedef {import('../../crypto/certificate.js').Certificate} Certificate */
/** @typedef {import('./note.js').Note} Note */
/** @typedef {import('./opening.js').Opened} Opened */
/** Taken by me; too late; not now; no place for it. @typedef {'taken' | 'late' | 'failed' | 'full'} Outcome */

const EMPTY = new Uint8Array(0);
const NO_PIN_CHAIN = new Uint8Array(32);
/** What the relay answers to somebody who is too late. */
const LATE = ['taken', 'unknown', 'wrong_state', 'stale'];
const HOUR_MS = 3_600_000;

export class Taking {
  #request;
  #clock;
  #log;
  #keys;
  #keyring;
  #certificate;

  /**
   * @param {object} parts
   * @param {import('../../core/connection.js').Request} parts.request
   * @param {import('../../core/clock.js').Clock} parts.clock
   * @param {import('../../core/translog.js').LogReader} parts.log
   * @param {import('./staffkeys.js').StaffKeys} parts.keys
   * @param {Pick<import('../../core/keyring.js').Keyring, 'remember' | 'entry' | 'keepDraft' | 'flush'>} parts.keyring
   * @param {() => Readonly<Certificate> | null} parts.certificate the own one in force
   */
  constructor({ request, clock, log, keys, keyring, certificate }) {
    this.#request = request;
    this.#clock = clock;
    this.#log = log;
    this.#keys = keys;
    this.#keyring = keyring;
    this.#certificate = certificate;
  }

  /**
   * @param {any} row the wire's EnquiryRow
   * @param {Opened} opened read to its end and sound
   * @param {{ isAlong: boolean, seen: readonly Uint8Array[] }} how `isAlong`: the team stays in it, by page and row; `seen`: the
   *   certificates of those who have it, as the person has seen it
   * @returns {Promise<Outcome>}
   */
  async take(row, opened, how) {
    const { ticket16 } = row;
    const isOver = TAKEN.includes(row.state);
    try {
      await this.#log.update();
      // From a colleague it is taken by the commit alone.
      if (!isOver) await this.#request('enquiry_accept', { ticket16 });
    } catch (error) {
      return this.#outcomeOf(error);
    }
    const outcome = await this.#enter(row, opened, how);
    if (outcome === 'taken') await this.#request('enquiry_taken', { ticket16 }).catch(ignoreRefusal);
    // It is open again for the others at once, and not after ten minutes.
    else if (!isOver) await this.#request('enquiry_return', { ticket16 }).catch(ignoreRefusal);
    return outcome;
  }

  /**
   * @param {any} row
   * @param {Opened} opened
   * @param {{ isAlong: boolean, seen: readonly Uint8Array[] }} how
   * @returns {Promise<Outcome>}
   */
  async #enter(row, opened, how) {
    const { transcript, welcome } = opened;
    const { box16, epoch } = welcome;
    const generation = generationOf(opened);
    const ownCap = this.#keys.cap(keyContext(box16, generation));
    try {
      if (transcript.own === null) await this.#commit(row, opened, { ...how, ownCap, generation });
      else {
        await this.#remember(row, box16, [{ epoch, es: welcome.es }], epoch, null);
        await this.#request('swap', { box16, newCapHash: capHash(ownCap) }, welcome.joinCap);
      }
      return 'taken';
    } catch (error) {
      const outcome = this.#outcomeOf(error);
      // What has no answer may have been done; and an attempt before this one may have been the one that counted.
      return error instanceof WireError && await this.#isIn(box16, ownCap) ? 'taken' : outcome;
    }
  }

  /**
   * The commit that lets the team out: the seeker and I, and nobody else; or a colleague, where the team stays.
   * @param {any} row
   * @param {Opened} opened
   * @param {{ ownCap: import('../../crypto/keys.js').CapSecret, generation: number, isAlong: boolean, seen: readonly Uint8Array[] }} how
   */
  async #commit(row, opened, { ownCap, generation, isAlong, seen }) {
    const { transcript, welcome, history } = opened;
    const { box16 } = welcome;
    const ground = groundOf(transcript);
    const certificate = this.#certificate();
    if (certificate === null) throw new BadStatement('not in force');
    const { epoch, highestSidx } = ground.roster;
    const { signPk, kemPk, hash } = certificate;
    const es = this.#nextSecret(box16, epoch + 1);
    const come = { sidx: highestSidx + 1, role: Role.COUNSELLOR, signPk, kemPk, certificateHash: hash };
    const persons = [...ground.roster.entries.values()].filter(isPerson);
    if (persons.some((one) => equal(one.signPk, signPk))) throw new BadStatement('in it already');
    // Whoever is in it now is another than the person wants to take it from: somebody was faster.
    const isSeen = persons.length === seen.length && persons.every(({ certificateHash }) => seen.some((one) => equal(one, certificateHash)));
    if (!isSeen) throw new WireError('stale');
    const go = [...ground.roster.entries.values()].filter((one) => (isAlong ? isPerson(one) : one === ground.team));
    const change = { come, go, reason: Reason.ACCEPTED, es, by: hash };
    const { fields } = sealForTeam(transcript, ground, change, { log: this.#log, clock: this.#clock, sign: this.#keys.sign });
    const before = history.map((one, at) => ({ epoch: at, es: one }));
    await this.#remember(row, box16, [...before, { epoch, es: ground.es }, { epoch: epoch + 1, es }], generation, draftOf(opened));
    const caps = [{ sidx: come.sidx, capHash: capHash(ownCap), rights: OWN_RIGHTS, team16: EMPTY }];
    await this.#request('commit', { ...fields, caps, out: go.map(({ sidx }) => sidx), letters: [], ticket16: EMPTY }, welcome.joinCap);
  }

  /**
   * The secret of an earlier attempt, or a new one: a repeat adds none to the keyring.
   * @param {Uint8Array} box16
   * @param {number} epoch
   */
  #nextSecret(box16, epoch) {
    const kept = this.#keyring.entry(box16)?.secrets.find((one) => one.epoch === epoch);
    return keyOf('EpochSecret', kept?.es ?? randomBytes(32));
  }

  /**
   * What an attempt before this one has kept stays: the page merges the secrets of both.
   * @param {any} row
   * @param {Uint8Array} box16
   * @param {import('../../crypto/entry.js').KeptSecret[]} secrets
   * @param {number} admitted the letter's epoch, or the one that begins: what stands in those before, under a key of the
   *   team or while a colleague had it, was granted or read as one of the team
   * @param {import('../../crypto/givendraft.js').GivenDraft | null} draft that came with it
   */
  async #remember({ ticket16, portal16, number }, box16, secrets, admitted, draft) {
    const joinedHour = Math.floor(this.#clock.now() / HOUR_MS);
    await rememberOpen(this.#keyring, {
      box16,
      kind: BoxKind.CASE,
      state: EntryState.OPEN,
      keyContext: keyContext(box16, admitted),
      secrets,
      pinN: 0,
      pinChain: NO_PIN_CHAIN,
      counter: (this.#keyring.entry(box16)?.counter ?? 0) + 1,
      settings: encodeNote({
        ticket16, portal16, number, nickname: '', colour: 0, joinedHour, admitted, pin: NO_PIN, invitation: null, isDeputy: false, draftBy: draft?.certificateHash,
      }),
      generation: admitted, closeMinute: 0,
    });
    if (draft === null) return;
    this.#keyring.keepDraft(box16, draft.text);
    await this.#keyring.flush();
  }

  /**
   * Tells whether the own capability opens the box already.
   * @param {Uint8Array} box16
   * @param {import('../../crypto/keys.js').CapSecret} ownCap
   */
  async #isIn(box16, ownCap) {
    try {
      await this.#request('share', { box16 }, ownCap);
      return true;
    } catch (error) {
      ignoreRefusal(error);
      return false;
    }
  }

  /**
   * @param {unknown} error
   * @returns {Outcome}
   */
  #outcomeOf(error) {
    if (error instanceof RemoteError) return 'failed';
    if (!(error instanceof WireError)) throw error;
    if (error.code === 'at_capacity') return 'full';
    return LATE.includes(error.code) ? 'late' : 'failed';
  }
}

/**
 * Which time of being in it this is: by the letter that was sealed in the present epoch; else by the epoch that begins,
 * for whoever takes it over may have been in it under the letter's before.
 * @param {Opened} opened
 */
function generationOf({ transcript: { state: { roster } }, welcome: { epoch } }) {
  return roster === null || roster.epoch === epoch ? epoch : roster.epoch + 1;
}
