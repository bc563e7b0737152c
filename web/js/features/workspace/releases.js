// Giving own written conversations back to the team, of one sign-in: at once, and what a crash has left of it.

import { toHex } from '../../core/resumeslot.js';
import { checkLeads } from '../../core/leads.js';
import { unseenRestart } from '../../core/restarts.js';
import { EntryState } from '../../crypto/entry.js';
import { RemoteError } from '../../crypto/errors.js';
import { backOf, isLeads, readsAlong } from '../../crypto/levels.js';
import { equal } from '../../crypto/primitives.js';
import { WireError } from '../../wire/errors.js';
import { forgetLost } from './cases.js';
import { noteOf } from './note.js';
import { namesBy, readersOf, teamsOf } from './place.js';
import { giveBack, givenBack, report } from './releasing.js';

/** @typedef {import('./casethread.js').CaseThread} CaseThread */
/** @typedef {import('./note.js').Note} Note */
/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./session.js').Session} Session */

const HOUR_MS = 3_600_000;
const NO_CHAIN = new Uint8Array(32);
/** Another device of this account; after that somebody keeps me from it. */
const ATTEMPTS = 3;

export class Releases {
  #place;
  #list;

  /**
   * @param {Place} place
   * @param {{ modelOf: (id: string) => CaseThread | null, letOut: (id: string) => void }} list of the own conversations
   */
  constructor(place, list) {
    this.#place = place;
    this.#list = list;
  }

  /**
   * Who would read it.
   * @param {CaseThread} thread
   */
  readersOf(thread) {
    const note = this.#noteOf(thread);
    if (note === null) return readersOf(this.#place, null, false);
    const teams = teamsOf(this.#place, note.portal16);
    return readersOf(this.#place, backOf(teams), false, { isAlong: readsAlong(teams) });
  }

  /** Whether only leads would. @param {string} id */
  isForLeads(id) {
    const thread = this.#list.modelOf(id);
    const note = thread === null ? null : this.#noteOf(thread);
    const teams = note === null ? null : teamsOf(this.#place, note.portal16);
    return teams !== null && isLeads(teams, backOf(teams));
  }

  /**
   * "Freigeben". False where it could not be done: then it is mine as before, with all that is typed.
   * @param {string} id
   * @param {boolean} withDraft what is typed goes along
   */
  async release(id, withDraft) {
    const thread = this.#list.modelOf(id);
    const note = thread === null ? null : this.#noteOf(thread);
    const session = this.#place.session();
    if (thread === null || note === null || session === null) return false;
    const isDone = await this.#release(session, note, thread, withDraft ? thread.draft.value.trim() : '');
    if (isDone) this.#list.letOut(id);
    return isDone;
  }

  /** @param {CaseThread} thread */
  #noteOf(thread) {
    const entry = this.#place.session()?.keyring.entry(thread.box.box16) ?? null;
    return entry === null ? null : noteOf(entry);
  }

  /** @param {Session} session @returns {import('./commits.js').Actor} */
  #actorOf({ keys, keyring }) {
    const { request, clock, log } = this.#place;
    return { request, clock, log, keys, keyring };
  }

  /** @param {Session} session @param {Note} note @param {CaseThread} thread @param {string} draft */
  async #release(session, note, thread, draft) {
    try {
      await this.#giveBack(session, note, thread, draft);
    } catch (error) {
      if (error instanceof RemoteError) return false;
      if (!(error instanceof WireError)) throw error;
      // By a try before, whose answer was lost.
      return error.code === 'unknown' && this.#finish(session, note.ticket16);
    }
    thread.box.stop();
    await forgetLost(session, thread);
    await report(this.#place, note.ticket16);
    return true;
  }

  /** @param {Session} session @param {Note} note @param {CaseThread} thread @param {string} draft */
  async #giveBack(session, { ticket16, portal16 }, thread, draft) {
    const { log, clock } = this.#place;
    for (let attempt = 1; ; attempt += 1) {
      await log.update();
      const teams = teamsOf(this.#place, portal16);
      const team16 = backOf(teams);
      // Nothing is sealed to a team that was begun anew before the person has seen that.
      const isSeen = unseenRestart(log.view, team16, session.keyring.settings.restarts) === null;
      const team = isSeen ? log.view.currentTeam(team16, clock.now()) : null;
      if (team !== null) checkLeads(log.view, teams, team.team, clock.now());
      try {
        await giveBack(this.#actorOf(session), { ticket16, thread, team, draft, isForLeads: isLeads(teams, team16) });
        return;
      } catch (error) {
        if (!(error instanceof WireError) || error.code !== 'stale' || attempt === ATTEMPTS) throw error;
        await thread.resume();
      }
    }
  }

  /** What a crash has left of it. @param {readonly { ticket16: Uint8Array }[]} rows mine, of boxes that are not */
  async finishAll(rows) {
    const session = this.#place.session();
    if (session === null) return;
    for (const { ticket16 } of rows) if (await this.#finish(session, ticket16)) this.#list.letOut(toHex(ticket16));
  }

  /**
   * Goes on after a crash, or an answer that was lost; false where I have not given it back.
   * @param {Session} session
   * @param {Uint8Array} ticket16
   */
  async #finish(session, ticket16) {
    const receipt = await givenBack(this.#actorOf(session), ticket16).catch(nothing);
    if (receipt === null) return false;
    const { keyring, boxes } = session;
    const entry = keyring.entry(receipt.box16);
    if (entry !== null && entry.generation < receipt.epoch && entry.state !== EntryState.GONE) {
      await boxes.forget(entry, 0, NO_CHAIN);
    }
    await report(this.#place, ticket16);
    return true;
  }
}

/**
 * A draft that a colleague gave along says so until I have written myself.
 * @param {Place} place
 * @param {import('../../crypto/entry.js').Entry} entry whose note names somebody
 * @param {CaseThread} thread
 */
export function tellWhoTyped(place, entry, thread) {
  const { draftBy, joinedHour } = /** @type {Note & { draftBy: Uint8Array }} */ (noteOf(entry));
  const own = thread.box.transcript.own?.certificateHash;
  if (own !== undefined && equal(draftBy, own)) return;
  thread.given.value = { name: namesBy(place)(draftBy), sinceMs: joinedHour * HOUR_MS };
}

/** A refusal, or no line: at the next sign-in. @param {unknown} error */
function nothing(error) {
  if (!(error instanceof WireError)) throw error;
  return null;
}
