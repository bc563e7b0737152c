// One visit of a seeker to the live chat: its secrets, and what of them is remembered. An unregistered
// seeker's live and die with this page; only the resume slot brings them back after a reload.
// Twin of clientlib/visit.py.

import * as account from '../../crypto/account.js';
import { seekerKeyHash } from '../../crypto/acceptance.js';
import { capHash } from '../../crypto/credential.js';
import { array, binary, decode, encode, text, uint } from '../../crypto/encoding.js';
import { EntryState, MAX_DRAFT_BYTES } from '../../crypto/entry.js';
import { keyOf } from '../../crypto/keys.js';
import { signPublic } from '../../crypto/primitives.js';
import { randomBytes } from '../../crypto/random.js';
import { BoxKind } from '../../crypto/roster.js';

/** @typedef {import('../../crypto/keys.js').AccountSecret} AccountSecret */
/** @typedef {import('../../crypto/keys.js').EpochSecret} EpochSecret */
/** @typedef {import('../../crypto/resume.js').Memory} Memory */

const MAX_TOPIC_CHARS = 200;
const NO_PIN_CHAIN = new Uint8Array(32);

export class Visit {
  /** The ticket this visit waits or talks by; empty before the relay has drawn it. */
  ticket16 = new Uint8Array(0);
  waitSinceMs = 0;
  topic = '';
  /** N of "Ratsuchende_r N"; 0 before the relay has drawn it. */
  number = 0;
  /** Of the box's only epoch; null until the counsellor is let in. @type {EpochSecret | null} */
  es = null;
  #ams;

  /**
   * @param {AccountSecret} ams of this visit's own: it is wiped with it
   * @param {Uint8Array} box16
   * @param {Uint8Array} clientId16 makes a repeated request for a place the same request
   */
  constructor(ams, box16, clientId16) {
    this.#ams = ams;
    this.box16 = box16;
    this.clientId16 = clientId16;
    this.keys = account.conversation(ams, box16);
  }

  /**
   * Draws everything. Without an account, that has no door (protocol section 3).
   * @param {AccountSecret} [ams]
   */
  static begin(ams = account.newAccountSecret()) {
    return new Visit(ams, randomBytes(16), randomBytes(16));
  }

  /**
   * Brings back what `memory` kept; RemoteError when that is not what a visit keeps.
   * @param {Memory} memory
   */
  static remembered({ ams, entry }) {
    const [clientId16, waitSinceMs, topic] = array(decode(entry.settings), 3);
    const found = new Visit(ams, entry.box16, binary(clientId16, 16));
    found.waitSinceMs = uint(waitSinceMs);
    found.topic = text(topic, MAX_TOPIC_CHARS);
    found.es = entry.secrets.length > 0 ? entry.secrets[0].es : null;
    return found;
  }

  /** What may be given doors, when this person wants to come back. */
  get ams() {
    return this.#ams;
  }

  /** What the relay may know of this visit: hashes of a capability and of the signing key. */
  get hashes() {
    return {
      capHash: capHash(this.keys.ticketCap),
      keyHash: seekerKeyHash(signPublic(this.keys.sign)),
    };
  }

  /**
   * What the resume slot keeps, with as much of `draft` as fits.
   * @param {string} draft
   * @returns {Memory}
   */
  memory(draft) {
    const settings = encode([this.clientId16, this.waitSinceMs, this.topic]);
    return { ams: this.#ams, entry: this.entry(settings, 1), draft: fitting(draft) };
  }

  /**
   * What finds this visit's box again, with copies of its secrets.
   * @param {Uint8Array} settings
   * @param {number} counter of the settings
   * @returns {import('../../crypto/entry.js').Entry}
   */
  entry(settings, counter) {
    return {
      box16: this.box16,
      kind: BoxKind.CASE,
      state: EntryState.OPEN,
      keyContext: this.box16,
      secrets: this.es === null ? [] : [{ epoch: 0, es: keyOf('EpochSecret', this.es) }],
      pinN: 0,
      pinChain: NO_PIN_CHAIN,
      counter,
      settings,
      generation: 0, closeMinute: 0,
    };
  }

  /** Draws the epoch secret; it must be remembered before it is used. */
  drawEpoch() {
    this.es ??= keyOf('EpochSecret', randomBytes(32));
    return this.es;
  }

  /** Nothing of this visit can be opened from this page any more. */
  wipe() {
    for (const secret of Object.values(this.keys)) secret.fill(0);
    this.#ams.fill(0);
    this.es?.fill(0);
  }
}

/**
 * The longest beginning of a draft that fits the slot.
 * @param {string} draft
 */
function fitting(draft) {
  const bytes = new TextEncoder().encode(draft);
  if (bytes.length <= MAX_DRAFT_BYTES) return draft;
  return new TextDecoder().decode(bytes.slice(0, MAX_DRAFT_BYTES)).replace(/\uFFFD+$/, '');
}
