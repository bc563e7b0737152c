// What a person has said, until the relay holds it: bytes in, bytes out, no socket, no clock.
// Twin of clientlib/outbox.py.
//
// One envelope is under way at a time, in the order of saying. The bytes of an attempt are kept until
// the relay has numbered them, so repeating after a lost line stores nothing twice. `stale` throws the
// bytes away: the text is sealed anew, under the same count of the stream.

import { Kind, sealE1 } from '../crypto/envelope.js';
import { LocalError } from '../crypto/errors.js';
import { randomBytes } from '../crypto/random.js';

/** @typedef {import('../crypto/keys.js').SignSecret} SignSecret */
/** @typedef {import('../crypto/random.js').Rand} Rand */
/** @typedef {import('../crypto/transcript.js').Transcript} Transcript */

/**
 * One thing said; `key` is the sender's own name for it.
 * @typedef {object} Item
 * @property {number} key
 * @property {number} kind
 * @property {Uint8Array} payload
 * @property {number} sentMs
 * @property {'pending' | 'stored' | 'failed'} state
 * @property {number} n
 * @property {Uint8Array | null} envelope
 * @property {boolean} tried
 */

/** The queue of one stream; `stream` is a random 32-bit number per sign-in or reload. */
export class Outbox {
  #secret;
  #rand;
  /** @type {Item[]} */
  #waiting = [];
  #isEnding = false;
  #nextKey = 1;

  /**
   * @param {SignSecret} secret
   * @param {Rand} [rand]
   */
  constructor(secret, rand = randomBytes) {
    this.stream = new DataView(rand(4).slice().buffer).getUint32(0, true);
    this.nextI = 0;
    this.#secret = secret;
    this.#rand = rand;
  }

  /** Everything that the relay has not numbered yet, oldest first. @returns {readonly Item[]} */
  get waiting() {
    return this.#waiting;
  }

  /**
   * Queues something; it stays queued until it is stored or withdrawn.
   * @param {number} kind
   * @param {Uint8Array} payload
   * @param {number} sentMs
   * @returns {Item}
   */
  say(kind, payload, sentMs) {
    /** @type {Item} */
    const item = {
      key: this.#nextKey, kind, payload, sentMs, state: 'pending', n: 0, envelope: null, tried: false,
    };
    this.#nextKey += 1;
    this.#waiting.push(item);
    return item;
  }

  /**
   * Queues the close message as the last thing said; what was never tried is taken back: what an alarm
   * held back is not sent after all. What has been tried keeps its place: whether the relay has it is
   * known only once it is posted again, with the same bytes.
   * @param {Uint8Array} payload
   * @param {number} sentMs
   * @returns {Item}
   */
  end(payload, sentMs) {
    this.#waiting = this.#waiting.filter((one) => one.tried && one.state !== 'failed');
    this.#isEnding = true;
    return this.say(Kind.CLOSE, payload, sentMs);
  }

  /**
   * Returns what to send now with `envelope` filled in, or null. Nothing is sealed while the transcript
   * has paused sending, but the end. What sealing throws leaves the item queued and sends nothing.
   * @param {Transcript} transcript
   * @param {number} logN the size of the log this client has read
   * @returns {(Item & { envelope: Uint8Array }) | null}
   */
  next(transcript, logN) {
    const [item] = this.#waiting;
    if (item === undefined || item.state === 'failed') return null;
    if (transcript.isHeld(logN) && !this.#isEnding) return null;
    const { kind, sentMs, payload } = item;
    const envelope = item.envelope ?? sealE1(
      transcript.key,
      this.#secret,
      transcript.draft({ kind, stream: this.stream, i: this.nextI, sentMs, logN, payload }),
      [],
      this.#rand,
    );
    return Object.assign(item, { envelope, tried: true });
  }

  /**
   * The relay numbered it.
   * @param {Item} item
   * @param {number} n
   */
  stored(item, n) {
    Object.assign(item, { state: 'stored', n, envelope: null });
    this.#waiting = this.#waiting.filter((one) => one !== item);
    this.nextI += 1;
  }

  /**
   * The box has moved on and did not store it: it is sealed anew, same count; not after an end.
   * @param {Item} item
   */
  stale(item) {
    item.envelope = null;
    if (this.#isEnding && item.kind !== Kind.CLOSE) this.#waiting = this.#waiting.filter((one) => one !== item);
  }

  /**
   * It cannot be sent now; it and all after it wait until somebody repeats or withdraws it.
   * @param {Item} item
   */
  failed(item) {
    item.state = 'failed';
  }

  /**
   * Tries a failed item again.
   * @param {Item} item
   */
  retry(item) {
    item.state = 'pending';
  }

  /**
   * Takes back what was never tried, or what the relay refused for good.
   * @param {Item} item
   */
  withdraw(item) {
    if (item.tried && item.state !== 'failed') throw new LocalError('it may have been sent already');
    this.#waiting = this.#waiting.filter((one) => one !== item);
  }
}
