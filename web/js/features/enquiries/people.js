// Who may be written to: the team of the page's portal, as the log lists it and as each of them signed it.

import { counselling } from '../../core/leads.js';
import { Portraits } from '../../core/portraits.js';
import { openProfile } from '../../crypto/profile.js';
import { RemoteError } from '../../crypto/errors.js';
import { backOf, firstOf, isLeads } from '../../crypto/levels.js';
import { equal } from '../../crypto/primitives.js';
import { wordsToCompare } from '../../core/wordlists.js';
import '../../wire/catalogue-account.js';

/** @typedef {import('../../core/line.js').Line} Line */
/** @typedef {import('../../crypto/certificate.js').Certificate} Certificate */
/** @typedef {import('../../crypto/certificate.js').TeamStatement} TeamStatement */

/**
 * Somebody whom the team lists. `certificate` is null where none is in force: nobody can write to them
 * alone. `name` is '' without a profile; `texts` as in crypto/profile.js. Whether somebody is reachable for a
 * live chat is the relay's word.
 * @typedef {Readonly<{ subject16: Uint8Array, certificate: Readonly<Certificate> | null, name: string,
 *   languages: readonly string[], texts: readonly string[], status: string, isReachable: boolean,
 *   portrait: import('../../core/portraits.js').Portrait | null }>} Person
 */

/**
 * `statement` is null where no TEAM is in force; `told`: who of those with a name takes on new enquiries, and who steps in.
 * `leads`: those to whom alone it goes or comes back, where the portal's level says so.
 * `regular`: the own regular counsellor, empty for none; `known`: with whom somebody writes or has written;
 * `passing`: those of them who have left a relation.
 * @typedef {Readonly<{ statement: Readonly<TeamStatement> | null, persons: readonly Person[], leads: readonly Person[], told: import('./recipient.js').Told,
 *   regular: Uint8Array, known: readonly Uint8Array[], passing: readonly Uint8Array[] }>} Team
 */

export class TeamPeople {
  #line;
  #teams;
  #portal16;
  #portraits;
  /** Names by certificate. @type {Map<string, string>} */
  #names = new Map();

  /**
   * @param {Line} line
   * @param {import('../../crypto/levels.js').Teams} teams
   * @param {Uint8Array} portal16
   */
  constructor(line, teams, portal16) {
    this.#line = line;
    this.#teams = teams;
    this.#portal16 = portal16;
    this.#portraits = new Portraits((name, fields) => line.request(name, fields));
  }

  /** Of the page's portal. */
  get teams() {
    return this.#teams;
  }

  /**
   * Reads log, profiles and places anew.
   * @returns {Promise<Omit<Team, 'regular' | 'known' | 'passing'>>}
   */
  async read() {
    const view = await this.#line.log.update();
    const nowMs = this.#line.clock.serverNow();
    const [first16, back16] = [firstOf(this.#teams), backOf(this.#teams)];
    const statement = view.currentTeam(first16, nowMs);
    const persons = await this.#personsOf(first16, nowMs);
    const leads = isLeads(this.#teams, first16) ? persons : await this.#leadsIn(back16, nowMs);
    const { takers, fallback } = await this.#line.request('takers', { portal16: this.#portal16 });
    for (const { certificate, name } of persons) if (certificate !== null) this.#names.set(certificate.hash.join(), name);
    const canBeChosen = (/** @type {{ subject16: Uint8Array }} */ one) => persons.some((person) => isChoice(person) && equal(person.subject16, one.subject16));
    return { statement, persons, leads, told: { takers: takers.filter(canBeChosen), fallback } };
  }

  /** Who leads here, as the log lists them now, whatever the level; and their TEAM. */
  async leads() {
    const { leads16 } = this.#teams;
    const view = await this.#line.log.update();
    const nowMs = this.#line.clock.serverNow();
    return { statement: view.currentTeam(leads16, nowMs), persons: await this.#personsOf(leads16, nowMs) };
  }

  /** @param {Uint8Array} back16 @param {number} nowMs */
  async #leadsIn(back16, nowMs) {
    return isLeads(this.#teams, back16) ? this.#personsOf(back16, nowMs) : [];
  }

  /** Whom a team lists, as they have signed themselves, by name. @param {Uint8Array} team16 @param {number} nowMs */
  async #personsOf(team16, nowMs) {
    const profiles = await this.#profiles(team16);
    const { view } = this.#line.log;
    return (view.currentTeam(team16, nowMs)?.team.members ?? []).map((subject16) =>
      this.#personOf(team16, subject16, counselling(view.ownCertificates(subject16), nowMs), profiles)).sort((one, other) => one.name.localeCompare(other.name));
  }

  /**
   * The signed name of who holds a certificate, whichever team they are in; '' where there is none.
   * @param {Uint8Array} certificateHash
   */
  async nameOf(certificateHash) {
    const known = this.#names.get(certificateHash.join());
    if (known !== undefined) return known;
    const { view } = this.#line.log;
    const certificate = view.certificate(certificateHash);
    if (certificate === null) return '';
    let name = '';
    for (const team16 of view.teamIds()) name ||= this.#personOf(team16, certificate.subject16, certificate, await this.#profiles(team16)).name;
    this.#names.set(certificateHash.join(), name);
    return name;
  }

  /**
   * The colleague under a certificate in force whom a team lists now; null where there is none.
   * @param {Uint8Array} certificateHash
   * @returns {Promise<Person | null>}
   */
  async whoIs(certificateHash) {
    const view = await this.#line.log.update();
    const nowMs = this.#line.clock.serverNow();
    const found = view.certificate(certificateHash);
    const certificate = found === null ? null : counselling([found], nowMs);
    if (certificate === null) return null;
    const { subject16 } = certificate;
    const team16 = view.teamIds().find((one) => view.inTeam(one, subject16, nowMs));
    return team16 === undefined ? null : this.#personOf(team16, subject16, certificate, await this.#profiles(team16));
  }

  /** The words of somebody's key, for whoever wants to compare them. @param {Readonly<Certificate>} certificate */
  async wordsOf(certificate) {
    const org = this.#line.log.view.org();
    if (org === null) return [];
    return (await wordsToCompare(org, certificate)()).personWords;
  }

  /** @param {Uint8Array} team16 */
  async #profiles(team16) {
    const { profiles } = await this.#line.request('profiles', { team16 });
    return profiles;
  }

  /**
   * @param {Uint8Array} team16 that lists them
   * @param {Uint8Array} subject16
   * @param {Readonly<Certificate> | null} certificate
   * @param {readonly any[]} profiles the wire's SignedProfile
   * @returns {Person}
   */
  #personOf(team16, subject16, certificate, profiles) {
    const nobody = { subject16, certificate, name: '', languages: [], texts: [], status: '', isReachable: false, portrait: null };
    const mine = profiles.find((one) => equal(one.subject16, subject16));
    if (certificate === null || mine === undefined) return nobody;
    try {
      const profile = openProfile(certificate.signPk, subject16, mine.profile, mine.signature);
      const { name, languages, texts, status } = profile;
      const portrait = this.#portraits.of(team16, profile);
      return { subject16, certificate, name, languages, texts, status, isReachable: mine.onDuty === 1, portrait };
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      return nobody;
    }
  }
}

/** Somebody who can be written to alone. @param {Person} person */
export function isChoice({ certificate, name }) {
  return certificate !== null && name !== '';
}
