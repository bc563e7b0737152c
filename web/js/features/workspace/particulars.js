// What a counsellor notes about a person, beside their conversations: sealed in the own keyring, on all devices of the
// account. Twin of clientlib/particulars.py.
//
// A version is named at random and written by one device; whoever edits writes another that names it, and the former one
// goes. So two devices that write at once end with two versions, and nobody's words are lost. What is typed and not saved
// is such an entry too, marked as a draft. A version goes with the last conversation that it is of.

import { signal } from '../../core/signals.js';
import { fromHex, toHex } from '../../core/resumeslot.js';
import { EntryState, gone } from '../../crypto/entry.js';
import { equal } from '../../crypto/primitives.js';
import { randomBytes } from '../../crypto/random.js';
import { ignoreRefusal } from '../../wire/errors.js';
import {
  MAX_TICKETS, NAME_BYTES, cleaned, draftsIn, endedIn, entryOf, isBlank, settingsOf, standing, ticketsIn, ticketsOf, tooLong, versionsIn,
} from './particularsform.js';

/** @typedef {import('../../core/keyring.js').Keyring} Keyring */
/** @typedef {import('./particularsform.js').About} About */
/** @typedef {import('./particularsform.js').Version} Version */
/** What is being typed: under which name it is held, of which conversations it is once saved, in the place of what. @typedef {Readonly<{ id: string, tickets: readonly string[], formers: readonly string[], about: About }>} Typed */
/** @typedef {'done' | 'tooLong' | 'full' | 'failed'} Outcome */

export const MAX_PEOPLE = 200;
const MINUTE_MS = 60_000;
const NO_PIN_CHAIN = new Uint8Array(32);
const NOBODY = new Uint8Array(0);

export class Particulars {
  #place;
  #noted;
  /** Whose is what is typed here. @type {Uint8Array} */
  #subject16 = NOBODY;

  /**
   * @param {Pick<import('./place.js').Place, 'session' | 'clock'>} place
   * @param {import('../../core/signals.js').Signal<ReadonlyMap<string, string>>} noted what can be found, by ticket
   */
  constructor(place, noted) {
    this.#place = place;
    this.#noted = noted;
    /** Every version and draft that this device knows. @type {import('../../core/signals.js').Signal<readonly Version[]>} */
    this.all = signal(/** @type {readonly Version[]} */ ([]));
    /** What is typed on this page, by ticket. @type {import('../../core/signals.js').Signal<ReadonlyMap<string, Typed>>} */
    this.typed = signal(/** @type {ReadonlyMap<string, Typed>} */ (new Map()));
  }

  /** Somebody is signed in, or something has changed: what the keyring says now; and what has ended goes. */
  async look() {
    const session = this.#place.session();
    if (session === null) return;
    if (!equal(session.subject16, this.#subject16)) this.typed.value = new Map();
    this.#subject16 = session.subject16;
    // A sign-in has ended over it, with the keyring that held it.
    for (const [ticket, typed] of this.typed.value) this.#hold(ticket, typed);
    this.#read();
    await this.#tidy();
  }

  /** Somebody wants to read it: what other devices have saved too, as far as the line allows. */
  async openAnew() {
    await this.#keyring?.refresh().catch(ignoreRefusal);
    await this.look();
  }

  /** What stands beside a conversation, the newest first; two, where two devices wrote. @param {string} ticket */
  of(ticket) {
    return standing(this.all.value).filter(({ tickets }) => tickets.includes(ticket));
  }

  /** What was typed beside a conversation on another page, and not saved. @param {string} ticket @returns {Version | null} */
  draftOf(ticket) {
    const own = this.typed.value.get(ticket)?.id;
    return draftsIn(this.all.value).find(({ id, tickets }) => id !== own && tickets.includes(ticket)) ?? null;
  }

  /** What stands beside some of these conversations, and not beside this one. @param {string} ticket @param {readonly string[]} others */
  beside(ticket, others) {
    return standing(this.all.value).filter(({ tickets }) => !tickets.includes(ticket) && tickets.some((one) => others.includes(one)));
  }

  /** From now on something is typed. @param {string} ticket @param {About} about what stands in the fields at first @param {readonly Version[]} formers in whose place */
  begin(ticket, about, formers) {
    this.#type(ticket, { id: newName(), tickets: ticketsOf(ticket, formers), formers: formers.map(({ id }) => id), about });
  }

  /** Goes on with what another page has typed. @param {string} ticket @param {Version} draft */
  goOn(ticket, draft) {
    const formers = [draft.id, ...draft.formers];
    const tickets = ticketsOf(ticket, this.all.value.filter(({ id }) => formers.includes(id)));
    this.#type(ticket, { id: newName(), tickets, formers, about: draft.about });
    this.#keep(ticket);
  }

  /** Held in memory until the next save of what is typed. @param {string} ticket @param {Partial<About>} change */
  type(ticket, change) {
    const typed = this.typed.value.get(ticket);
    if (typed === undefined) return;
    this.#type(ticket, { ...typed, about: { ...typed.about, ...change } });
    this.#keep(ticket);
  }

  /** Saves what is typed, in the place of what it began with. @param {string} ticket */
  async save(ticket) {
    const typed = this.typed.value.get(ticket);
    if (typed === undefined) return 'failed';
    const outcome = isBlank(typed.about) ? await this.remove(ticket) : await this.put(typed);
    if (outcome === 'done') this.#endTyping(ticket);
    return outcome;
  }

  /** Adds to what stands beside a conversation. @param {string} ticket @param {About} about all of it, as it is from then on */
  add(ticket, about) {
    const formers = this.of(ticket).slice(0, 1);
    return this.put({ tickets: ticketsOf(ticket, formers), formers: formers.map(({ id }) => id), about });
  }

  /** It is the same person: what stands elsewhere stands here too. @param {string} ticket @param {Version} version */
  link(ticket, { id, tickets, about }) {
    return this.put({ tickets: [...tickets, ticket], formers: [id], about });
  }

  /** It is not: there it stays, here it goes. @param {string} ticket @param {Version} version */
  unlink(ticket, { id, tickets, about }) {
    return this.put({ tickets: tickets.filter((one) => one !== ticket), formers: [id], about });
  }

  /**
   * Keeps a version in the place of others.
   * @param {Pick<Version, 'tickets' | 'formers' | 'about'> & { id?: string }} version
   * @returns {Promise<Outcome>}
   */
  put({ id = newName(), tickets, formers, about }) {
    return this.#changed(async (keyring) => {
      const known = standing(this.all.value);
      const isNew = !known.some((one) => formers.includes(one.id));
      if (tooLong(about).length > 0) return 'tooLong';
      if (tickets.length > MAX_TICKETS || (isNew && known.length >= MAX_PEOPLE)) return 'full';
      await this.#keepVersion(keyring, id, { tickets, formers, about: cleaned(about), isDraft: false });
      // Only then: a line that breaks in between leaves the new one to be seen.
      await this.#drop(keyring, formers);
      return 'done';
    });
  }

  /** Away with everything noted beside a conversation, on all devices. @param {string} ticket @returns {Promise<Outcome>} */
  remove(ticket) {
    return this.#changed(async (keyring) => {
      const known = this.all.value.filter(({ tickets }) => tickets.includes(ticket));
      const shown = new Set(standing(this.all.value).map(({ id }) => id));
      // Those that others hide first: a line that breaks in between brings none of them back.
      await this.#drop(keyring, known.map(({ id }) => id).filter((id) => !shown.has(id)));
      await this.#drop(keyring, known.map(({ id }) => id).filter((id) => shown.has(id)));
      return 'done';
    });
  }

  /** What is typed here is thrown away, with what was typed elsewhere. @param {string} ticket */
  async discard(ticket) {
    this.#endTyping(ticket);
    await this.#changed(async (keyring) => {
      const drafts = this.all.value.filter(({ isDraft, tickets }) => isDraft && tickets.includes(ticket));
      await this.#drop(keyring, drafts.map(({ id }) => id));
      return 'done';
    });
  }

  /** What is typed and not saved, to be copied. */
  get unsaved() {
    return [...this.typed.value.values()].map(({ about }) => Object.values(cleaned(about)).filter((text) => text !== '').join('\n')).filter((text) => text !== '');
  }

  /** Nobody is signed in; what is typed stays on this page, for the same person. */
  clear() {
    this.all.value = [];
  }

  /** Nobody comes back to what is typed. */
  forget() {
    this.typed.value = new Map();
  }

  /** @returns {Keyring | null} */
  get #keyring() {
    return this.#place.session()?.keyring ?? null;
  }

  get #minute() {
    return Math.floor(this.#place.clock.now() / MINUTE_MS);
  }

  #read() {
    this.all.value = versionsIn(this.#keyring?.entries ?? []);
    /** @type {Map<string, string>} */
    const noted = new Map();
    for (const { tickets, about } of standing(this.all.value)) {
      const words = Object.values(about).filter((text) => text !== '').join('\n');
      for (const ticket of tickets) noted.set(ticket, [noted.get(ticket) ?? '', words].join('\n').trim());
    }
    this.#noted.value = noted;
  }

  /** What belongs to no conversation any more goes, and what was replaced. */
  async #tidy() {
    const keyring = this.#keyring;
    if (keyring === null) return;
    await this.#changed(async () => {
      const ended = endedIn(keyring.entries);
      // A page that another device saved since may hold a conversation of theirs.
      if (ended.length > 0) await keyring.refresh();
      const now = endedIn(keyring.entries);
      const mine = ticketsIn(keyring.entries);
      for (const ticket of this.typed.value.keys()) if (!mine.has(ticket)) this.#endTyping(ticket);
      const replaced = versionsIn(keyring.entries).filter(({ isDraft }) => !isDraft).flatMap(({ formers }) => formers);
      await this.#drop(keyring, [...ended.filter((id) => now.includes(id)), ...replaced]);
      return 'done';
    });
  }

  /** @param {string} ticket @param {Typed} typed */
  #type(ticket, typed) {
    this.typed.value = new Map([...this.typed.value, [ticket, typed]]);
  }

  /** @param {string} ticket */
  #endTyping(ticket) {
    const typed = this.typed.value.get(ticket);
    if (typed === undefined) return;
    this.#keyring?.dropTyped(fromHex(typed.id));
    this.typed.value = new Map([...this.typed.value].filter(([one]) => one !== ticket));
  }

  /** @param {string} ticket */
  #keep(ticket) {
    const typed = this.typed.value.get(ticket);
    if (typed === undefined) return;
    // Another device has saved or thrown away what was held under this name.
    const isGone = this.#keyring?.entry(fromHex(typed.id))?.state === EntryState.GONE;
    if (isGone) this.#type(ticket, { ...typed, id: newName() });
    this.#hold(ticket, /** @type {Typed} */ (this.typed.value.get(ticket)));
  }

  /** @param {string} ticket @param {Typed} typed */
  #hold(ticket, { id, formers, about }) {
    const settings = settingsOf({ tickets: [ticket], formers, about, isDraft: true }, this.#minute);
    if (settings !== null) this.#keyring?.keepTyped(entryOf(id, settings, 1));
  }

  /**
   * @param {Keyring} keyring
   * @param {string} id
   * @param {Omit<Version, 'id' | 'minute'>} version
   */
  async #keepVersion(keyring, id, version) {
    const known = keyring.entry(fromHex(id));
    const settings = /** @type {Uint8Array} */ (settingsOf(version, this.#minute));
    await keyring.remember(entryOf(id, settings, (known?.counter ?? 0) + 1));
    // Thrown away on another device meanwhile: what is written now was not.
    if (keyring.entry(fromHex(id))?.state === EntryState.GONE) await keyring.remember(entryOf(newName(), settings, 1));
  }

  /** @param {Keyring} keyring @param {readonly string[]} ids */
  async #drop(keyring, ids) {
    const found = ids.flatMap((id) => keyring.entry(fromHex(id)) ?? []).filter(({ state }) => state !== EntryState.GONE);
    if (found.length > 0) await keyring.remember(...found.map((entry) => gone(entry, this.#minute, 0, NO_PIN_CHAIN)));
  }

  /**
   * @param {(keyring: Keyring) => Promise<Outcome>} work
   * @returns {Promise<Outcome>}
   */
  async #changed(work) {
    const keyring = this.#keyring;
    if (keyring === null) return 'failed';
    // What was typed may have been saved meanwhile, or have come from another device.
    this.#read();
    try {
      return await work(keyring);
    } catch (error) {
      ignoreRefusal(error);
      return 'failed';
    } finally {
      this.#read();
    }
  }
}

function newName() {
  return toHex(randomBytes(NAME_BYTES));
}
