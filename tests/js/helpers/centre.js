// A small counselling centre in memory: two colleagues, the teams they are in, and the log that says so.

import * as account from '../../../web/js/crypto/account.js';
import { fingerprint, leafHash, makeLeaf } from '../../../web/js/crypto/certificate.js';
import { publicOf } from '../../../web/js/crypto/kem.js';
import { EMPTY_PAGE, STAFF_PAGES, sealPage } from '../../../web/js/crypto/keyring.js';
import { keyOf } from '../../../web/js/crypto/keys.js';
import { Level } from '../../../web/js/crypto/levels.js';
import { replay } from '../../../web/js/crypto/logview.js';
import { equal, signPublic } from '../../../web/js/crypto/primitives.js';
import { randomBytes } from '../../../web/js/crypto/random.js';
import { LogStaff } from '../../../web/js/crypto/staffview.js';
import { DAY_MS, Kind, Role, encode, revoke, staff, team } from '../../../web/js/crypto/statement.js';
import { DEPLOYMENT } from './accounts.js';
import { FakeClock } from './clock.js';

export const PORTAL = new Uint8Array(16).fill(31);
export const TEAM = new Uint8Array(16).fill(32);
export const OTHER_PORTAL = new Uint8Array(16).fill(33);
export const OTHER_TEAM = new Uint8Array(16).fill(34);
/** Lists Jonas alone. */
export const SMALL_TEAM = new Uint8Array(16).fill(35);
/** Where seekers of the first portal sign in. */
export const PAGE = 'https://beratung.example/p/leben/zugang';
const ADMIN = new Uint8Array(16).fill(40);
const EMPTY = new Uint8Array(0);

/** @typedef {{ name: string, subject16: Uint8Array, ams: any, certificateHash: Uint8Array, pages: any[] }} Colleague */

const NAMES = { 41: 'Maria B.', 42: 'Jonas K.', 43: 'Eva S.' };

/** @param {41 | 42 | 43} fill @returns {Colleague} */
export function colleague(fill) {
  const name = NAMES[fill];
  return { name, subject16: new Uint8Array(16).fill(fill), ams: account.newAccountSecret(), certificateHash: EMPTY, pages: [] };
}

export class Centre {
  clock = new FakeClock();
  maria = colleague(41);
  jonas = colleague(42);
  colleagues = [this.maria, this.jonas];
  teamSeed = keyOf('KemSecret', randomBytes(32));
  otherSeed = keyOf('KemSecret', randomBytes(32));
  smallSeed = keyOf('KemSecret', randomBytes(32));
  adminKey = keyOf('SignSecret', randomBytes(32));
  /** When all of it began. */
  #since = this.clock.now() - DAY_MS;
  /** @type {Uint8Array[]} */
  #leaves = [];
  /** @type {Uint8Array[]} */
  #payloads = [];
  #fingerprint;

  /** @param {string} [level] of the first portal; its leads' team is the small one: Jonas */
  constructor(level = Level.OPEN) {
    /** Behind the first portal. @type {import('../../../web/js/crypto/levels.js').Teams} */
    this.teams = { team16: TEAM, leads16: level === Level.OPEN ? EMPTY : SMALL_TEAM, level };
    const [root, standby] = [1, 2].map(() => keyOf('SignSecret', randomBytes(32)));
    this.#fingerprint = fingerprint(signPublic(root), signPublic(standby));
    for (const [issuer, subject16, payload, notAfterMs] of [...this.#founding(root, standby), this.#certified(this.maria), this.#certified(this.jonas), ...this.#listed()]) {
      this.#leaves.push(makeLeaf(issuer, subject16, payload, this.#since, notAfterMs));
      this.#payloads.push(encode(payload));
    }
    [this.maria.certificateHash, this.jonas.certificateHash] = this.#leaves.slice(3, 5).map(leafHash);
    /** As it was in the beginning. */
    this.view = this.#replayed();
    /** What may be read of the log by now. */
    this.newest = this.view;
    this.log = {
      view: this.view, staff: new LogStaff(this.view), pin: () => {},
      update: async () => {
        if (this.log.view !== this.newest) Object.assign(this.log, { view: this.newest, staff: new LogStaff(this.newest) });
        return this.newest;
      },
    };
    for (const one of [this.maria, this.jonas]) {
      const seeds = [{ team16: TEAM, epoch: 1, seed: this.teamSeed }, { team16: OTHER_TEAM, epoch: 1, seed: this.otherSeed }];
      if (one === this.jonas && level !== Level.OPEN) seeds.push({ team16: SMALL_TEAM, epoch: 1, seed: this.smallSeed });
      one.pages = Array.from({ length: STAFF_PAGES }, (_, page) => {
        const content = page === 0 ? { ...EMPTY_PAGE, teamSeeds: seeds } : EMPTY_PAGE;
        return { version: 1, sealed: sealPage(one.ams, page, 1, content, STAFF_PAGES) };
      });
    }
  }

  /** @param {Uint8Array} subject16 */
  nameOf(subject16) {
    return [this.maria, this.jonas].find((one) => equal(one.subject16, subject16))?.name ?? '';
  }

  // --- what is stated later -------------------------------------------------------------------------

  /** A statement more, whether it counts or not. @param {{ leaf: Uint8Array, payload: Uint8Array }} statement */
  appends({ leaf, payload }) {
    this.#leaves.push(leaf);
    this.#payloads.push(payload);
    this.newest = this.#replayed();
  }

  /** Something new is stated: a colleague's certificate is made anew. */
  logGrows() {
    const [issuer, subject16, payload, notAfterMs] = this.#certified(this.jonas);
    this.appends({ leaf: makeLeaf(issuer, subject16, payload, this.#since + 1, notAfterMs + 1), payload: encode(payload) });
  }

  revokesMaria() {
    const payload = revoke({ certificateHash: this.maria.certificateHash });
    this.appends({ leaf: makeLeaf(this.adminKey, this.maria.subject16, payload, this.#since, 0), payload: encode(payload) });
  }

  /** The next TEAM is one colleague, under a new key. @param {Colleague} who @param {{ restart?: boolean }} [about] */
  teamIs(who, { restart = false } = {}) {
    const seed = keyOf('KemSecret', randomBytes(32));
    const epoch = this.newest.teamHistory(TEAM).length + 1;
    const payload = team({ team16: TEAM, epoch, kemPk: publicOf(seed), members: [who.subject16], restart });
    this.appends({ leaf: makeLeaf(restart ? this.adminKey : account.staffSign(who.ams), TEAM, payload, this.#since, this.#since + 20 * DAY_MS), payload: encode(payload) });
    const seeds = [{ team16: TEAM, epoch: 1, seed: this.teamSeed }, { team16: TEAM, epoch, seed }];
    who.pages[0] = { version: 1, sealed: sealPage(who.ams, 0, 1, { ...EMPTY_PAGE, teamSeeds: seeds }, STAFF_PAGES) };
  }

  mariaLeaves() {
    this.revokesMaria();
    this.teamIs(this.jonas);
  }

  // --- what is stated first: by whom, about whom, what, and until when ------------------------------

  /** @param {any} root @param {any} standby @returns {[any, Uint8Array, any, number][]} */
  #founding(root, standby) {
    const logKey = keyOf('SignSecret', randomBytes(32));
    return [
      [root, DEPLOYMENT, { kind: Kind.ORG, rootPk: signPublic(root), standbyPk: signPublic(standby), deploymentId: DEPLOYMENT, language: 'de' }, 0],
      [root, DEPLOYMENT, {
        kind: Kind.POLICY, suite: 1, logOrigin: 'log.example/va', logPk: signPublic(logKey), retention: [['live', 48]], witnesses: [], witnessQuorum: 0, cosignedHours: 0,
      }, 0],
      [root, ADMIN, staff({
        deploymentId: DEPLOYMENT, role: Role.ADMIN, signPk: signPublic(this.adminKey), kemPk: publicOf(keyOf('KemSecret', randomBytes(32))),
      }), this.#since + 30 * DAY_MS],
    ];
  }

  /** @param {Colleague} who @returns {[any, Uint8Array, any, number]} */
  #certified(who) {
    return [this.adminKey, who.subject16, staff({
      deploymentId: DEPLOYMENT, role: who === this.jonas ? Role.LEAD : Role.COUNSELLOR, signPk: signPublic(account.staffSign(who.ams)), kemPk: publicOf(account.staffKem(who.ams)),
    }), this.#since + 30 * DAY_MS];
  }

  /** @returns {[any, Uint8Array, any, number][]} */
  #listed() {
    const listed = (/** @type {Uint8Array} */ team16, /** @type {any} */ seed, /** @type {Colleague[]} */ ...members) => /** @type {[any, Uint8Array, any, number]} */ ([
      this.adminKey, team16, team({ team16, epoch: 1, kemPk: publicOf(seed), members: members.map(({ subject16 }) => subject16) }), this.#since + 20 * DAY_MS,
    ]);
    return [listed(TEAM, this.teamSeed, this.maria, this.jonas), listed(OTHER_TEAM, this.otherSeed, this.maria, this.jonas), listed(SMALL_TEAM, this.smallSeed, this.jonas)];
  }

  #replayed() {
    return replay(this.#fingerprint, this.#leaves, this.#payloads, DEPLOYMENT);
  }
}
