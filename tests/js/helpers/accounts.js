// A relay and a keeper in memory, as far as accounts go, behind the `request` of a connection.

import './fetch.js';
// Pages fetch it when it is needed; here it is there.
import '../../../web/js/core/contactstock.js';
import { signal } from '../../../web/js/core/signals.js';
import { encodeSlot } from '../../../web/js/crypto/credential.js';
import * as labels from '../../../web/js/crypto/labels.js';
import * as oprf from '../../../web/js/crypto/oprf.js';
import { hash, verify } from '../../../web/js/crypto/primitives.js';
import { randomBytes } from '../../../web/js/crypto/random.js';
import '../../../web/js/wire/catalogue-account.js';
import { encodeCommand } from '../../../web/js/wire/codec.js';
import { WireError } from '../../../web/js/wire/errors.js';
import { FakeClock } from './clock.js';
import { hex } from './vectors.js';

export const DEPLOYMENT = new Uint8Array(16).fill(5);
const EMPTY = new Uint8Array(0);
/** What the relay answers under a sign-in only. */
const UNDER_SIGN_IN = ['account_stock', 'door_change', 'page_read', 'page_save', 'sign_out'];

/** The real Argon2id takes a second and has vectors of its own. @type {any} */
export const quick = async (/** @type {Uint8Array} */ password, /** @type {Uint8Array} */ salt) => hash(labels.SALT, password, salt);

/** @typedef {{ scalar: Uint8Array, authPk: Uint8Array, slot: Uint8Array, account: any, kind: number }} KeptDoor */

export class AccountRelay {
  /** @type {Map<string, KeptDoor>} */
  doors = new Map();
  /** @type {Map<string, Uint8Array>} */
  pending = new Map();
  /** @type {any[]} */
  accounts = [];
  /** Names of everything that was asked, in order. @type {string[]} */
  sent = [];
  /** The answers to these get lost, once each. @type {string[]} */
  lost = [];
  /** What is refused, by command. @type {Record<string, string>} */
  refused = {};
  /** Whose sign-in is bound to the connection. @type {any} */
  bound = null;
  /** These are under way until then. @type {Record<string, Promise<void>>} */
  holds = {};
  /** Answers another thing than the truth. @type {Record<string, (reply: any, fields: any) => any>} */
  lies = {};
  /** @type {any} */
  #started = null;

  /** @type {import('../../../web/js/core/connection.js').Request} */
  request = async (name, fields = {}, credential = EMPTY) => {
    // As a connection does: what the catalogue does not know never leaves.
    encodeCommand(1, name, fields, credential);
    this.sent.push(name);
    if (this.holds[name] !== undefined) await this.holds[name];
    if (this.refused[name] !== undefined) throw new WireError(this.refused[name]);
    if (UNDER_SIGN_IN.includes(name) && this.bound === null) throw new WireError('unauthorised');
    const answer = /** @type {any} */ (this)[name](fields, credential);
    const told = this.lies[name]?.(answer, fields) ?? answer;
    const at = this.lost.indexOf(name);
    if (at >= 0) {
      this.lost.splice(at, 1);
      throw new WireError('disconnected');
    }
    return told;
  };

  challenge() {
    return { challenge: randomBytes(32), difficulty: 0, expiresMs: 0 };
  }

  /** @param {any} fields */
  account_begin({ alpha }) {
    const [scalar, keeperToken] = [oprf.randomScalar(), randomBytes(32)];
    this.pending.set(hex(keeperToken), scalar);
    return { beta: oprf.evaluate(scalar, alpha), keeperToken };
  }

  /** @param {any} fields */
  account_finish({ kind, handle, doors, pages }) {
    if (this.#stand(doors)) return {};
    if (doors.some((/** @type {any} */ door) => this.doors.has(hex(door.id16)))) throw new WireError('name_taken');
    const account = { kind, handle, pages: pages.map((/** @type {Uint8Array} */ sealed) => ({ version: 1, sealed })), tokens: new Set() };
    this.accounts.push(account);
    for (const door of doors) this.#keep(account, door);
    return {};
  }

  /** @param {any} fields */
  sign_in_start({ id16, alpha }) {
    const door = this.doors.get(hex(id16));
    const slot = door?.slot ?? encodeSlot({ nonce: randomBytes(24), kekCommit: randomBytes(32), sealed: randomBytes(48) });
    const beta = oprf.evaluate(door?.scalar ?? oprf.randomScalar(), alpha);
    const challenge = randomBytes(32);
    this.#started = { id16, alpha, beta, slot, challenge, door };
    return { beta, slot, challenge };
  }

  /** @param {any} fields */
  sign_in_finish({ signature }) {
    const { account } = this.#proved(labels.SIG_SIGN_IN, signature);
    const token = randomBytes(32);
    account.tokens.add(hex(token));
    this.bound = account;
    return { token, pages: account.pages.map((/** @type {any} */ page) => ({ ...page })) };
  }

  /** @param {any} fields */
  account_delete({ signature }) {
    const { account } = this.#proved(labels.SIG_DELETE, signature);
    this.accounts = this.accounts.filter((one) => one !== account);
    for (const [id, door] of this.doors) if (door.account === account) this.doors.delete(id);
    this.bound = null;
    return {};
  }

  /** @param {any} fields */
  attach({ token }) {
    this.bound = this.accounts.find((one) => one.tokens.has(hex(token))) ?? null;
    if (this.bound === null) throw new WireError('unauthorised');
    return { kind: this.bound.kind, subject16: EMPTY };
  }

  sign_out() {
    this.bound.tokens.clear();
    this.bound = null;
    return {};
  }

  /** @param {any} fields */
  page_read({ page }) {
    return { ...this.bound.pages[page] };
  }

  /** @param {any} fields */
  page_save({ page, version, sealed }) {
    if (version !== this.bound.pages[page].version + 1) throw new WireError('conflict');
    this.bound.pages[page] = { version, sealed };
    return { version };
  }

  /** @param {any} fields */
  door_change({ oldId16, doors }) {
    if (this.#stand(doors)) return {};
    const old = this.doors.get(hex(oldId16));
    if (old === undefined || old.account !== this.bound) throw new WireError('unauthorised');
    for (const { id16, keeperToken, authPk, slot, signature } of doors) {
      verify(old.authPk, labels.SIG_DOOR, signature, [
        DEPLOYMENT, oldId16, id16, keeperToken, authPk, hash(labels.SLOT_SENT, slot),
      ]);
    }
    for (const door of doors) {
      for (const [id, kept] of this.doors) if (kept.account === this.bound && kept.kind === door.kind) this.doors.delete(id);
      this.#keep(this.bound, door);
    }
    return {};
  }

  contact_look() {
    return { version: 0, isCurrent: 0 };
  }

  account_stock() {
    const [{ sealed }] = this.bound.pages;
    return { createdDay: 20_000, doors: 2, pages: 1, pageBytes: sealed.length, signIns: this.bound.tokens.size };
  }

  /** Somebody repeats what got no answer. @param {any[]} doors */
  #stand(doors) {
    return doors.every(({ id16, slot }) => hex(this.doors.get(hex(id16))?.slot ?? EMPTY) === hex(slot));
  }

  /** @param {any} account @param {any} door */
  #keep(account, { kind, id16, keeperToken, authPk, slot }) {
    const scalar = this.pending.get(hex(keeperToken));
    if (scalar === undefined) throw new WireError('unauthorised');
    this.pending.delete(hex(keeperToken));
    this.doors.set(hex(id16), { kind, scalar, authPk, slot, account });
  }

  /**
   * Spends the start, and verifies over what this side sent itself.
   * @param {string} label
   * @param {Uint8Array} signature
   */
  #proved(label, signature) {
    const { id16, alpha, beta, slot, challenge, door } = this.#started ?? {};
    this.#started = null;
    if (door === undefined) throw new WireError('unauthorised');
    verify(door.authPk, label, signature, [DEPLOYMENT, id16, challenge, alpha, beta, hash(labels.SLOT_SENT, slot)]);
    return door;
  }
}

/** A line over such a relay, without a socket; `again` is a new connection under it. */
export class FakeLine {
  /** @type {((request: any) => Promise<void>)[]} */
  #hooks = [];
  #listeners = /** @type {Map<string, Set<(event: any) => void>>} */ (new Map());
  state = signal(/** @type {any} */ ('open'));
  clock = new FakeClock();
  deploymentId = DEPLOYMENT;
  closes = 0;
  isOpen = false;
  /** @type {any} */
  log = { pin: () => {}, view: { size: 0, retentionHours: () => 48 }, update: async () => this.log.view };

  /** @param {{ request: any }} relay */
  constructor(relay) {
    this.relay = relay;
    const { state } = this;
    this.connection = /** @type {any} */ ({
      state,
      request: (/** @type {any[]} */ ...asked) => this.request(...asked),
      opened: async () => {},
      nudge: () => {},
      on: (/** @type {string} */ name, /** @type {any} */ listener) => {
        const listeners = this.#listeners.get(name) ?? new Set();
        this.#listeners.set(name, listeners.add(listener));
        return () => listeners.delete(listener);
      },
    });
  }

  async connect() {
    this.isOpen = true;
  }

  close() {
    this.isOpen = false;
    this.closes += 1;
  }

  /** @param {any} hook @param {{ isFirst?: boolean }} [order] */
  onOpen(hook, { isFirst = false } = {}) {
    this.#hooks = isFirst ? [hook, ...this.#hooks] : [...this.#hooks, hook];
    return () => { this.#hooks = this.#hooks.filter((one) => one !== hook); };
  }

  /** How many listen to new lines. */
  get hooks() {
    return this.#hooks.length;
  }

  request = (/** @type {any[]} */ ...asked) => this.relay.request(...asked);

  /** @param {string} name @param {any} event */
  tell(name, event) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(event);
  }

  /** A new connection: nobody is bound to it until the hooks have run. */
  async again() {
    this.relay.bound = null;
    for (const hook of this.#hooks) await hook(this.request);
  }
}
