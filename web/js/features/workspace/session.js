// One sign-in of a counsellor: the secrets it opened, and what is checked before anything is shown.

import { signIn } from '../../core/accounts.js';
import { argon2id } from '../../core/argon2.js';
import { Keyring } from '../../core/keyring.js';
import { inForce } from '../../core/leads.js';
import * as account from '../../crypto/account.js';
import { runsAt } from '../../crypto/certificate.js';
import { BadStatement } from '../../crypto/errors.js';
import { publicOf } from '../../crypto/kem.js';
import { STAFF_PAGES } from '../../crypto/keyring.js';
import { Kind } from '../../crypto/kinds.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import { WireError } from '../../wire/errors.js';
import { Boxes } from './chats.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('../../core/translog.js').LogReader} LogReader */
/** @typedef {import('../../crypto/certificate.js').Certificate} Certificate */
/** @typedef {import('../../crypto/logview.js').Entry} Entry */

/** The passphrase was right, and no certificate of this key counts any more. */
export class NotInForce extends Error {
  /** @param {'revoked' | 'ended'} code */
  constructor(code) {
    super(code);
    this.name = 'NotInForce';
    this.code = code;
  }
}

export class Session {
  #ams;
  #log;
  #request;
  #clock;
  /** @type {readonly Readonly<Entry>[]} */
  #news = [];

  /**
   * @param {object} parts
   * @param {import('../../crypto/keys.js').AccountSecret} parts.ams
   * @param {Uint8Array} parts.token
   * @param {Uint8Array} parts.subject16
   * @param {Keyring} parts.keyring
   * @param {LogReader} parts.log
   * @param {Request} parts.request
   * @param {import('../../core/clock.js').Clock} parts.clock
   */
  constructor({ ams, token, subject16, keyring, log, request, clock }) {
    this.#ams = ams;
    this.#log = log;
    this.#request = request;
    this.#clock = clock;
    this.token = token;
    this.subject16 = subject16;
    this.keyring = keyring;
    this.boxes = new Boxes({ request, ams, subject16, log, keyring, clock });
    this.keys = this.boxes.keys;
  }

  /**
   * Signs in, and goes on only if the log holds exactly the own keys.
   * @param {Request} request
   * @param {LogReader} log
   * @param {{ name: string, phrase: string, deploymentId: Uint8Array, clock: import('../../core/clock.js').Clock }} who
   * @returns {Promise<Session>}
   */
  static async open(request, log, { name, phrase, deploymentId, clock }) {
    const subjectOf = (/** @type {Uint8Array} */ signPk) => subjectFor(log, signPk, clock.now());
    const { ams, token, subject16, pages } = await signIn(request, { name, phrase, deploymentId, argon2id, subjectOf });
    if (subject16.length === 0) throw new WireError('forbidden');
    try {
      const keyring = new Keyring(request, ams, pages, { count: STAFF_PAGES, clock });
      log.pin(keyring.logPin.size, keyring.logPin.root);
      const found = new Session({ ams, token, subject16, keyring, log, request, clock });
      found.#checkOwnCertificates();
      found.#lookForNews();
      await keyring.pinLog(log.view.size, log.view.root());
      return found;
    } catch (error) {
      ams.fill(0);
      throw error;
    }
  }

  /** What the log states since this account's last sign-in; nothing at the first. @returns {readonly Readonly<Entry>[]} */
  get news() {
    return this.#news;
  }

  /** Signs acceptances and messages. */
  get signSecret() {
    return account.staffSign(this.#ams);
  }

  /** The public keys that colleagues and seekers may compare. */
  get publicKeys() {
    return { signPk: signPublic(this.signSecret), kemPk: publicOf(account.staffKem(this.#ams)) };
  }

  /**
   * The certificate to act under; null when none is in force.
   * @param {number} deviceNowMs
   * @returns {Readonly<Certificate> | null}
   */
  certificate(deviceNowMs) {
    return inForce(this.#log.view.ownCertificates(this.subject16), deviceNowMs).at(-1) ?? null;
  }

  /**
   * As whom this account states something about its teams; null without a certificate in force, and on a device
   * whose clock differs from the relay's by more than the tolerance: one of the two would date it wrong.
   * @returns {import('./teams.js').Member | null}
   */
  get member() {
    const nowMs = this.#clock.now();
    const certificate = this.certificate(nowMs);
    if (certificate === null || this.#clock.isOff) return null;
    return { request: this.#request, log: this.#log, keyring: this.keyring, sign: this.signSecret, certificate, nowMs };
  }

  /** Whether somebody has taken the own certificate back, for good. */
  get isRevoked() {
    return standingOf(this.#log.view, this.subject16, this.#clock.now()) === 'revoked';
  }

  /** @param {Uint8Array} subject16 */
  isMe(subject16) {
    return equal(subject16, this.subject16);
  }

  /** Nothing can be opened or signed from here any more. */
  wipe() {
    this.keyring.wipe();
    this.#ams.fill(0);
  }

  /** Another certified key would be somebody else in this name. */
  /** By the pin, before the new one is saved. Each day's deletions are no news about anybody. */
  #lookForNews() {
    const { size } = this.keyring.logPin;
    const since = size === 0 ? [] : this.#log.view.staffStatementsSince(size);
    this.#news = since.filter(({ leaf }) => leaf?.kind !== Kind.DELETIONS);
  }

  #checkOwnCertificates() {
    const { signPk } = this.publicKeys;
    for (const one of this.#log.view.ownCertificates(this.subject16)) {
      if (one.revokedAt === null && !equal(one.signPk, signPk)) {
        throw new BadStatement('a certificate of mine that is not mine');
      }
    }
  }
}

/**
 * The subject16 of the newest certificate for a signing key; empty when there is none. NotInForce for one that
 * counts no more, before the relay is told anything: its refusal could not be told from that of a wrong passphrase.
 * @param {LogReader} log
 * @param {Uint8Array} signPk
 * @param {number} nowMs
 */
async function subjectFor(log, signPk, nowMs) {
  const view = await log.update();
  for (const { isValid, leaf, payload } of [...view.entries].reverse()) {
    const isMine = isValid && leaf !== null && payload !== null && 'signPk' in payload && equal(payload.signPk, signPk);
    if (!isMine) continue;
    const standing = standingOf(view, leaf.subject16, nowMs);
    if (standing !== 'inForce') throw new NotInForce(standing);
    return leaf.subject16;
  }
  return new Uint8Array(0);
}

/**
 * @param {LogReader['view']} view
 * @param {Uint8Array} subject16 of somebody who was certified
 * @param {number} nowMs the device's own
 * @returns {'inForce' | 'revoked' | 'ended'}
 */
function standingOf(view, subject16, nowMs) {
  const left = view.ownCertificates(subject16).filter((one) => one.revokedAt === null);
  if (left.length === 0) return 'revoked';
  return left.some((one) => runsAt(one, nowMs)) ? 'inForce' : 'ended';
}
