// Contact data in the room of a leads' team: in which enquiries something was left, and what, once a lead asks for it.
// Draws nothing. Fetched with that room, and when the leads have a new key.

import { toHex } from '../../core/resumeslot.js';
import { computed, signal } from '../../core/signals.js';
import { BadProof, RemoteError } from '../../crypto/errors.js';
import { isLeads } from '../../crypto/levels.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { LeadContacts } from './leadcontacts.js';
import { NoKey } from './sheets.js';
import { ownTeams } from './teamview.js';

/** @typedef {import('./leadcontacts.js').FoundContact} FoundContact */
/** @typedef {import('./place.js').Place} Place */
/** `place`: the portal's name where there are several. @typedef {Readonly<{ id: string, ticket16: Uint8Array, number: number, place: string, isCurrent: boolean }>} Row */
/** @typedef {'gone' | 'noKey' | 'older' | 'refused' | 'offline'} Problem */
/** What is shown of a row: what was left, or why it is not. @typedef {Readonly<{ found: FoundContact | null, problem: Problem | '' }>} Opened */
/** The own written conversations, each by its ticket. @typedef {{ readonly value: readonly { id: string, model: { isLost: { readonly value: boolean }, box: { transcript: import('../../crypto/transcript.js').Transcript } } | null }[] }} Cases */

/** By team, for one sign-in. @type {WeakMap<import('./session.js').Session, Map<string, ContactDesk>>} */
const desks = new WeakMap();

/**
 * The desk of a leads' team of mine; null for any other, and before a restart of it was seen.
 * @param {Place} place
 * @param {Cases} cases
 * @param {string} teamId
 */
export function deskOf(place, cases, teamId) {
  const session = place.session();
  const team = ownTeams(place).find(({ id, isLeads: leads, restart }) => id === teamId && leads && restart === null);
  if (session === null || team === undefined) return null;
  const known = desks.get(session) ?? new Map();
  desks.set(session, known);
  if (!known.has(teamId)) known.set(teamId, new ContactDesk(place, team.team16, cases));
  return known.get(teamId);
}

export class ContactDesk {
  #place;
  #cases;
  /** @type {readonly { contacts: LeadContacts, name: string }[]} */
  #led;
  /** By row. @type {Map<string, LeadContacts>} */
  #of = new Map();

  /**
   * @param {Place} place
   * @param {Uint8Array} leads16 the leads' team
   * @param {Cases} cases
   */
  constructor(place, leads16, cases) {
    this.#place = place;
    this.#cases = cases;
    this.#led = place.portals.filter((one) => isLeads(one, leads16)).map((portal) => ({ contacts: new LeadContacts(place, portal), name: portal.name }));
    /** As last read; null before. @type {import('../../core/signals.js').Signal<readonly Row[] | null>} */
    this.rows = signal(/** @type {readonly Row[] | null} */ (null));
    /** @type {import('../../core/signals.js').Signal<Readonly<Record<string, Opened>>>} */
    this.opened = signal(/** @type {Readonly<Record<string, Opened>>} */ ({}));
    /** @type {import('../../core/signals.js').Signal<Problem | ''>} */
    this.problem = signal(/** @type {Problem | ''} */ (''));
    /** Some do not open here, and so could not be sealed anew. */
    this.hasSkipped = signal(false);
    /** How many lie under a former key. */
    this.former = computed(() => (this.rows.value ?? []).filter(({ isCurrent }) => !isCurrent).length);
  }

  /** Seals anew what lies under a former key, and reads the list. */
  async look() {
    const session = this.#place.session();
    try {
      let skipped = 0;
      for (const { contacts } of this.#led) skipped += (await contacts.reseal()).skipped.length;
      /** @type {Row[]} */
      const rows = [];
      for (const { contacts, name } of this.#led) rows.push(...await this.#rowsOf(contacts, this.#led.length > 1 ? name : ''));
      if (this.#place.session() !== session) return;
      this.hasSkipped.value = skipped > 0;
      this.rows.value = rows;
      this.problem.value = '';
    } catch (error) {
      this.problem.value = problemOf(error);
    }
  }

  /** "Anzeigen". @param {Row} row */
  async open({ id, ticket16 }) {
    const contacts = this.#of.get(id);
    if (contacts === undefined) return;
    /** @type {Opened} */
    let opened;
    try {
      opened = { found: await contacts.open(ticket16, this.#boxOf(id)), problem: '' };
    } catch (error) {
      opened = { found: null, problem: problemOf(error) };
    }
    this.opened.value = { ...this.opened.value, [id]: opened };
  }

  /** "Verbergen". @param {Row} row */
  hide({ id }) {
    const { [id]: _, ...others } = this.opened.value;
    this.opened.value = others;
  }

  /** Nobody looks at them any more. */
  hideAll() {
    this.opened.value = {};
  }

  /** Its conversation, where I read it. @param {string} ticket */
  #boxOf(ticket) {
    const thread = this.#cases.value.find(({ id }) => id === ticket)?.model ?? null;
    return thread === null || thread.isLost.value ? null : thread.box.transcript;
  }

  /** @param {LeadContacts} contacts @param {string} place @returns {Promise<Row[]>} */
  async #rowsOf(contacts, place) {
    return (await contacts.rows()).map(({ ticket16, number, isCurrent }) => {
      const id = toHex(ticket16);
      this.#of.set(id, contacts);
      return { id, ticket16, number, place, isCurrent: isCurrent === 1 };
    });
  }
}

/** What is a fault of ours goes on. @param {unknown} error @returns {Problem} */
function problemOf(error) {
  if (error instanceof NoKey) return 'noKey';
  if (error instanceof BadProof) return 'older';
  if (error instanceof RemoteError) return 'refused';
  ignoreRefusal(error);
  return error instanceof WireError && error.code === 'unknown' ? 'gone' : 'offline';
}
