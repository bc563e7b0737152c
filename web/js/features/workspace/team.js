// The teams of one counsellor: who is in them, who would like to be, who has left, and what follows from that.
// Draws nothing.
//
// `look` is called at the sign-in, whenever the log has grown, and on a new line. What a member's client does by
// itself is done there: a new key once somebody has left, the renewal of what ends soon. Only admitting and taking
// out wait for a person.

import { toHex } from '../../core/resumeslot.js';
import { strangersIn } from '../../core/leads.js';
import { withSeen } from '../../core/restarts.js';
import { computed, effect, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { wordsToCompare } from '../../core/wordlists.js';
import { RemoteError } from '../../crypto/errors.js';
import { equal } from '../../crypto/primitives.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { dueNotices } from './duedates.js';
import { publishName } from './names.js';
import { everyTeam } from './place.js';
import { admit, freshChange, renew, seedOf, succeed } from './teams.js';
import { ownTeams } from './teamview.js';

/** @typedef {import('../../crypto/certificate.js').Certificate} Certificate */
/** @typedef {import('./duedates.js').DueNotice} DueNotice */
/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./recommit.js').Progress} Progress */
/** @typedef {import('./recommit.js').Resealing} Resealing */
/** @typedef {import('./session.js').Session} Session */

/** @typedef {import('./teamview.js').Candidate} Candidate */
/** @typedef {import('./teamview.js').TeamView} TeamView */
/** What came of admitting or taking out. @typedef {'done' | 'failed' | 'offline' | 'noKey'} Outcome */


export class TeamRoom {
  #place;
  #written;
  /** By team. @type {Map<string, Resealing>} */
  #resealings = new Map();
  /** Candidates whom somebody has put off, until the next sign-in. */
  #later = signal(/** @type {readonly string[]} */ ([]));
  /** @type {Promise<void> | null} */
  #looking = null;
  #looksAgain = false;

  /**
   * @param {object} parts
   * @param {Place} parts.place
   * @param {Pick<import('./written.js').Written, 'rows' | 'along' | 'readBy' | 'keysCame' | 'cases'>} parts.written
   */
  constructor({ place, written }) {
    this.#place = place;
    this.#written = written;
    /** Teams that list me. @type {import('../../core/signals.js').Signal<readonly TeamView[]>} */
    this.teams = signal(/** @type {readonly TeamView[]} */ ([]));
    /** @type {import('../../core/signals.js').Signal<readonly DueNotice[]>} */
    this.due = signal(/** @type {readonly DueNotice[]} */ ([]));
    /** Why the last look could not do what it should; '' for nothing. */
    this.problem = signal('');
    /** False before the first look of this sign-in is over. */
    this.isRead = signal(false);
    /** How far sealing anew has come, by team. @type {import('../../core/signals.js').Signal<Readonly<Record<string, Progress>>>} */
    this.sealing = signal(/** @type {Readonly<Record<string, Progress>>} */ ({}));
    /** How many would like to be admitted and were not put off. */
    this.waiting = computed(() => new Set(this.teams.value.flatMap(({ candidates, restart }) => (restart === null ? candidates : []))
      .filter(({ id, standing }) => standing === 'new' && !this.#later.value.includes(id)).map(({ id }) => id)).size);
    effect(() => {
      [this.#written.rows.value, this.#written.along.value];
      queueMicrotask(() => this.#seal());
    });
  }

  /** Whether "Später" was pressed. @param {string} id of a candidate */
  isPutOff(id) {
    return this.#later.value.includes(id);
  }

  /** "Später". @param {string} id of a candidate */
  putOff(id) {
    this.#later.value = [...this.#later.value.filter((one) => one !== id), id];
  }

  /** Sees what the log says now, and does what follows; once more if it was called meanwhile. */
  look() {
    this.#looksAgain = true;
    this.#looking ??= this.#loop().finally(() => { this.#looking = null; });
    return this.#looking;
  }

  /**
   * "Wörter stimmen überein: aufnehmen".
   * @param {string} teamId
   * @param {Candidate} candidate whose words were compared
   * @returns {Promise<Outcome>}
   */
  admit(teamId, { certificate }) {
    return this.#act(teamId, async (member, { team16, isLeads }) => {
      const latest = this.#place.log.view.latestTeam(team16);
      if (latest === null || certificate === null) return 'failed';
      if (seedOf(member, latest.team) === null) return 'noKey';
      await admit(member, team16, certificate, isLeads);
      return 'done';
    });
  }

  /**
   * "Aus dem Team nehmen": a new key for the others.
   * @param {string} teamId
   * @param {string} personId
   * @returns {Promise<Outcome>}
   */
  takeOut(teamId, personId) {
    return this.#act(teamId, async (member, { team16, members }) => {
      const found = members.find(({ id }) => id === personId);
      if (found !== undefined && !found.isMe) await succeed(member, team16, [found.subject16]);
      return 'done';
    });
  }

  /** What was left for the leads of a team of mine; fetched when somebody asks. @param {string} teamId */
  async contactsOf(teamId) {
    return (await import('./contactdesk.js')).deskOf(this.#place, this.#written.cases, teamId);
  }

  /** Looks once more at what could not be sealed anew. */
  sealAgain() {
    this.#seal(true);
  }

  /**
   * A restart was asked about, for all devices of this account. False when that could not be saved.
   * @param {TeamView} team
   */
  async acknowledge({ restart }) {
    const { log, session } = this.#place;
    const keyring = session()?.keyring;
    if (restart === null || keyring === undefined) return false;
    try {
      await keyring.keepSettings((now) => ({ restarts: withSeen(log.view, now.restarts, restart.statement) }));
    } catch (error) {
      ignoreRefusal(error);
      return false;
    }
    await this.look();
    return true;
  }

  /**
   * The words of somebody's key, in the organisation's language.
   * @param {Readonly<Pick<Certificate, 'signPk' | 'kemPk'>>} keys
   * @returns {Promise<readonly string[]>}
   */
  async wordsOf(keys) {
    const org = this.#place.log.view.org();
    if (org === null) return [];
    return (await wordsToCompare(org, keys)()).personWords;
  }

  /**
   * The own name, signed: as colleagues and seekers see it. False when it could not be saved.
   * @param {string} name
   * @returns {Promise<boolean>}
   */
  async saveName(name) {
    const { clock, names, request } = this.#place;
    const session = this.#place.session();
    if (session === null) return false;
    try {
      await publishName(request, session, name, clock.now());
    } catch (error) {
      ignoreRefusal(error);
      return false;
    }
    names.learn(session.subject16, name);
    this.#show();
    return true;
  }

  /** Nobody is signed in. */
  clear() {
    for (const one of this.#resealings.values()) one.stop();
    this.#resealings.clear();
    this.#later.value = [];
    this.teams.value = [];
    this.due.value = [];
    this.sealing.value = {};
    this.problem.value = '';
    this.isRead.value = false;
  }

  // --- looking ------------------------------------------------------------------------------------------

  async #loop() {
    while (this.#looksAgain) {
      this.#looksAgain = false;
      await this.#lookOnce();
    }
  }

  async #lookOnce() {
    const session = this.#place.session();
    if (session === null) return;
    let problem = '';
    try {
      await this.#readNames();
      this.#show();
      await this.#settle(session);
    } catch (error) {
      problem = codeOf(error);
    }
    if (this.#place.session() !== session) return;
    this.problem.value = problem;
    this.isRead.value = true;
    this.#show();
    this.#seal(true);
    // What was left for leads goes to their present key.
    for (const { id, isLeads } of this.teams.value) if (isLeads) own('contact data', this.contactsOf(id).then((desk) => desk?.look()));
  }

  /** What members' clients do by themselves. @param {Session} session */
  async #settle(session) {
    const { member } = session;
    if (member === null) return;
    for (const { team16, isLeads, restart } of this.teams.value) {
      // What an admin alone has said is acted on by nobody who has not seen it.
      if (restart !== null) continue;
      await succeed(member, team16, isLeads ? this.#strangersIn(team16) : []);
      await renew(member, team16);
    }
  }

  /** Who leads no more, by their certificate, and is to be taken out by the others. @param {Uint8Array} team16 */
  #strangersIn(team16) {
    const { log, clock } = this.#place;
    const latest = log.view.latestTeam(team16);
    return latest === null ? [] : strangersIn(log.view, latest.team, clock.now());
  }

  /**
   * @param {string} teamId
   * @param {(member: import('./teams.js').Member, team: TeamView) => Promise<Outcome>} work
   * @returns {Promise<Outcome>}
   */
  async #act(teamId, work) {
    const team = this.teams.value.find(({ id }) => id === teamId);
    const member = this.#place.session()?.member ?? null;
    if (team === undefined || member === null || team.restart !== null) return 'failed';
    try {
      await this.#place.log.update();
      const outcome = await work(member, team);
      own('looking at the team', this.look());
      return outcome;
    } catch (error) {
      const code = codeOf(error);
      return code === 'offline' ? code : 'failed';
    }
  }

  async #readNames() {
    const { names, request, log } = this.#place;
    await names.read(request, log.view, everyTeam(this.#place));
  }

  #show() {
    const { log, clock, session } = this.#place;
    const me = session()?.subject16;
    if (me === undefined) return;
    this.due.value = dueNotices(log.view, me, clock.now()).filter(({ what, team16 }) =>
      what === 'certificate' || everyTeam(this.#place).some((one) => equal(one, team16)));
    this.teams.value = ownTeams(this.#place);
  }

  // --- sealing anew -------------------------------------------------------------------------------------

  /** What lies under an earlier key goes to the present one. @param {boolean} [again] also what did not go before */
  #seal(again = false) {
    const { clock, line } = this.#place;
    if (this.#place.session() === null || line.state.value === 'lost') return;
    for (const team of this.teams.value) {
      if (team.restart !== null || freshChange(this.#place.log.view, team.team16, clock.now()) === null) continue;
      const rows = this.#written.readBy(team.team16);
      if (rows.length > 0) own('sealing to the new key', this.#sealAll(team, rows, again));
    }
  }

  /** @param {TeamView} team @param {any[]} rows @param {boolean} again */
  async #sealAll(team, rows, again) {
    try {
      await (await this.#resealingOf(team))?.run(rows, again);
      // Also what a colleague has sealed anew.
      this.#written.keysCame();
    } catch (error) {
      const code = codeOf(error);
      // Without a line it goes on once there is one again.
      if (code !== 'offline') this.problem.value = code;
    }
  }

  /** Seldom needed: fetched then. @param {TeamView} team @returns {Promise<Resealing | undefined>} none once nobody is signed in */
  async #resealingOf({ id, team16 }) {
    const recommit = await import('./recommit.js');
    const known = this.#resealings.get(id);
    const session = this.#place.session();
    if (known !== undefined || session === null) return known;
    const { line, request, clock, log } = this.#place;
    const made = new recommit.Resealing({
      reader: { connection: line, request, clock, log, keys: session.keys },
      team16,
      certificate: () => session.certificate(clock.now()),
    });
    made.progress.subscribe((progress) => { this.sealing.value = { ...this.sealing.peek(), [id]: progress }; });
    this.#resealings.set(id, made);
    return made;
  }
}

/** @param {unknown} error */
function codeOf(error) {
  if (error instanceof RemoteError) return 'refused';
  ignoreRefusal(error);
  return error instanceof WireError && error.isUncertain ? 'offline' : 'failed';
}
