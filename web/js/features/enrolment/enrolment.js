// Making a staff account and answering an invitation, over the page's one line. Each step may be taken
// again after a crash: who comes back with name and passphrase finds the account, and the same keys are
// left under the invitation once more. Twin of clientlib/enrolment.py for the newcomer's half.

import { createAccount, signIn } from '../../core/accounts.js';
import { makeStamp } from '../../core/stamps.js';
import { wordListOf } from '../../core/wordlists.js';
import * as account from '../../crypto/account.js';
import { runsAt } from '../../crypto/certificate.js';
import { LocalError, WrongKey } from '../../crypto/errors.js';
import { organisationWords, personWords } from '../../crypto/fingerprint.js';
import { joinId, joinMac } from '../../crypto/invitation.js';
import { isOver } from '../../crypto/invitelink.js';
import { publicOf } from '../../crypto/kem.js';
import { STAFF_PAGES } from '../../crypto/keyring.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import { AccountKind } from '../../wire/catalogue-account.js';
import '../../wire/catalogue-staff.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';

/** @typedef {import('../../core/argon2.js').Argon2id} Argon2id */
/** @typedef {import('../../core/line.js').Line} Line */
/** @typedef {import('../../crypto/invitelink.js').Invitation} Invitation */
/** @typedef {{ readonly signPk: import('../../crypto/keys.js').SignPublic, readonly kemPk: import('../../crypto/keys.js').KemPublic }} Keys */
/** @typedef {{ readonly name: string, readonly phrase: string }} Chosen */
/** A portal of the page, and whether its team lists the person. @typedef {{ readonly name: string, readonly isMember: boolean }} Membership */

/**
 * What the log says of the key in whose place an invitation puts another: it never heard of it, it still counts, it was
 * revoked, or somebody has come back in its place.
 * @typedef {'stranger' | 'inForce' | 'revoked' | 'back'} FormerKey
 */

/** Why an invitation cannot be answered: `over`, `used`, `seeker`, `revoked`, or by its former key `stranger`, `back`. */
export class Refused extends Error {
  /** @param {'over' | 'used' | 'seeker' | 'revoked' | 'stranger' | 'back'} code */
  constructor(code) {
    super(code);
    this.name = 'Refused';
    this.code = code;
  }
}

/** Staff come by certificate; the capability of an invitation is for seekers and groups. */
const NO_CAP = new Uint8Array(32);

export class Enrolment {
  #line;
  #argon2id;

  /**
   * @param {Line} line
   * @param {Argon2id} argon2id
   */
  constructor(line, argon2id) {
    this.#line = line;
    this.#argon2id = argon2id;
    this.connection = line.connection.state;
  }

  /**
   * The organisation's words, from a log that continues its fingerprint.
   * @returns {Promise<readonly string[]>}
   */
  async organisationWords() {
    await this.#line.connect();
    await this.#line.log.update();
    const { language, rootPk, standbyPk } = this.#org();
    return organisationWords(rootPk, standbyPk, await wordListOf(language));
  }

  /** @param {Keys} keys @returns {Promise<readonly string[]>} */
  async keyWords({ signPk, kemPk }) {
    return personWords(signPk, kemPk, await wordListOf(this.#org().language));
  }

  /**
   * Of an invitation for somebody who comes back, once the log is read; null for others. Refused where nobody can come
   * back with it.
   * @param {Invitation} invitation
   * @returns {'inForce' | 'revoked' | null}
   */
  formerKey({ replaces }) {
    if (replaces === null) return null;
    const found = formerKeyOf(this.#line.log.view, replaces);
    if (found === 'stranger' || found === 'back') throw new Refused(found);
    return found;
  }

  /** @param {Invitation} invitation */
  isOver(invitation) {
    return isOver(invitation, this.#line.clock.serverNow());
  }

  /**
   * Makes the account and answers the invitation. A name that is taken may be one's own, from a try that
   * broke off: the same passphrase then opens it, and it goes on; else `name_taken` stays.
   * @param {Invitation} invitation
   * @param {Chosen} chosen
   * @returns {Promise<Keys>}
   */
  async create(invitation, chosen) {
    await this.#line.connect(this.#argon2id);
    this.#checkTime(invitation);
    const ams = account.newAccountSecret();
    try {
      await createAccount(this.#line.request, { ...chosen, ...this.#place, ams, kind: AccountKind.STAFF });
      return await this.#answer(invitation, ams);
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'name_taken') throw error;
      return await this.#resumeOr(error, invitation, chosen);
    } finally {
      ams.fill(0);
    }
  }

  /**
   * Goes on with an account that exists already; WrongKey when it does not open.
   * @param {Invitation} invitation
   * @param {Chosen} known
   * @returns {Promise<Keys>}
   */
  async resume(invitation, known) {
    await this.#line.connect(this.#argon2id);
    const { ams, token, pages } = await signIn(this.#line.request, { ...known, ...this.#place });
    token.fill(0);
    try {
      // Nothing of this sign-in is needed any more; the workspace asks for one of its own.
      await this.#line.request('sign_out').catch(ignoreRefusal);
      if (pages.length !== STAFF_PAGES) throw new Refused('seeker');
      return await this.#answer(invitation, ams);
    } finally {
      ams.fill(0);
    }
  }

  /**
   * Calls `onGrown` whenever the log may say more: it grew, or the line came back. Returns what ends that.
   * @param {() => void} onGrown
   * @returns {() => void}
   */
  onLog(onGrown) {
    const ends = [
      this.#line.connection.on('log_grown', onGrown),
      // Asked again only once the line is open: the hooks run before.
      this.#line.connection.state.subscribe((state) => { if (state === 'open') onGrown(); }),
    ];
    return () => ends.forEach((end) => end());
  }

  /**
   * Reads the log on: null until somebody has certified exactly these keys, then the teams.
   * @param {Keys} keys
   * @param {readonly { team16: Uint8Array, name: string }[]} portals
   * @returns {Promise<readonly Membership[] | null>}
   */
  async standing(keys, portals) {
    const view = await this.#line.log.update();
    const now = this.#line.clock.serverNow();
    const mine = certificatesOf(view, keys).find((one) => one.revokedAt === null && runsAt(one, now));
    if (mine === undefined) return null;
    return portals.map(({ name, team16 }) => ({ name, isMember: view.inTeam(team16, mine.subject16, now) }));
  }

  /** @param {WireError} taken @param {Invitation} invitation @param {Chosen} chosen */
  async #resumeOr(taken, invitation, chosen) {
    try {
      return await this.resume(invitation, chosen);
    } catch (error) {
      throw error instanceof WrongKey ? taken : error;
    }
  }

  /**
   * Leaves the keys for the admin, unless somebody has certified them by now.
   * @param {Invitation} invitation
   * @param {import('../../crypto/keys.js').AccountSecret} ams
   * @returns {Promise<Keys>}
   */
  async #answer(invitation, ams) {
    const signPk = signPublic(account.staffSign(ams));
    const kemPk = publicOf(account.staffKem(ams));
    const known = certificatesOf(await this.#line.log.update(), { signPk, kemPk });
    if (known.some((one) => one.revokedAt === null)) return { signPk, kemPk };
    if (known.length > 0) throw new Refused('revoked');
    this.#checkTime(invitation);
    this.formerKey(invitation);
    const { secret } = invitation;
    const stamp = await makeStamp(this.#line.request, 'invitation_answer');
    const mac = joinMac(secret, signPk, kemPk, NO_CAP);
    try {
      await this.#line.request('invitation_answer', { joinId16: joinId(secret), signPk, kemPk, capHash: NO_CAP, mac, stamp });
    } catch (error) {
      if (error instanceof WireError && error.code === 'taken') throw new Refused('used');
      throw error;
    }
    return { signPk, kemPk };
  }

  /** @param {Invitation} invitation */
  #checkTime(invitation) {
    if (this.isOver(invitation)) throw new Refused('over');
  }

  #org() {
    const org = this.#line.log.view.org();
    if (org === null) throw new LocalError('the log is not read yet');
    return org;
  }

  get #place() {
    const nextLine = () => this.#line.connection.opened();
    return { deploymentId: this.#line.deploymentId, argon2id: this.#argon2id, nextLine };
  }
}

/**
 * @param {import('../../crypto/logview.js').LogView} view
 * @param {Uint8Array} replaces
 * @returns {FormerKey}
 */
function formerKeyOf(view, replaces) {
  const held = view.ownCertificates(replaces);
  if (held.length === 0) return 'stranger';
  const isBack = view.entries.some(({ isValid, payload }) => isValid && payload !== null && 'replaces' in payload
    && equal(payload.replaces, replaces));
  if (isBack) return 'back';
  return held.every((one) => one.revokedAt !== null) ? 'revoked' : 'inForce';
}

/**
 * Every certificate for exactly these keys.
 * @param {import('../../crypto/logview.js').LogView} view
 * @param {Keys} keys
 */
function certificatesOf(view, { signPk, kemPk }) {
  const found = view.entries.flatMap((entry) => view.certificate(entry.hash) ?? []);
  return found.filter((one) => equal(one.signPk, signPk) && equal(one.kemPk, kemPk));
}
