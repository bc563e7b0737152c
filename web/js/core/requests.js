// The requests of one connection that wait for an answer: numbers, limits, answers.

import { LocalError, NotCanonical } from '../crypto/errors.js';
import * as codec from '../wire/codec.js';
import { NO_ANSWER, WireError } from '../wire/errors.js';

/** @typedef {import('../wire/codec.js').Message} Message */
/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {{ name: string, resolve: (reply: Message) => void, reject: (error: Error) => void, cancelLimit: () => void }} Waiting */

/** A commit of 3 MB on a slow line fits; beyond it the answer is not worth waiting for. */
export const REQUEST_LIMIT_MS = 60_000;

export class Requests {
  #clock;
  #next = 1;
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();

  /** @param {Clock} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /**
   * Encodes one command, hands its frame to `send` and waits; `no_answer` after the limit.
   * @param {string} name
   * @param {Message} fields
   * @param {Uint8Array} credential
   * @param {(frame: Uint8Array<ArrayBuffer>) => void} send
   * @returns {Promise<Message>}
   */
  make(name, fields, credential, send) {
    const request = this.#next;
    const frame = codec.encodeCommand(request, name, fields, credential);
    this.#next += 1;
    return new Promise((resolve, reject) => {
      const cancelLimit = this.#clock.after(REQUEST_LIMIT_MS, () => {
        this.#waiting.delete(request);
        reject(new WireError(NO_ANSWER));
      });
      this.#waiting.set(request, { name, resolve, reject, cancelLimit });
      send(/** @type {Uint8Array<ArrayBuffer>} */ (frame));
    });
  }

  /**
   * Takes a reply; RemoteError when it fits no request, and then whoever waits for it still waits.
   * @param {import('../wire/codec.js').ReplyFrame} frame
   */
  answer({ request, fields }) {
    const waiting = this.#find(request);
    if (waiting === undefined) return;
    const reply = codec.decodeReply(waiting.name, fields);
    this.#settle(request, waiting);
    waiting.resolve(reply);
  }

  /**
   * Takes a refusal; number 0 means that a frame of ours was unreadable, which is a bug.
   * @param {import('../wire/codec.js').RefusalFrame} frame
   */
  refuse({ request, error }) {
    if (request === 0) throw new LocalError('the relay could not read a frame of ours');
    const waiting = this.#find(request);
    if (waiting === undefined) return;
    this.#settle(request, waiting);
    waiting.reject(error);
  }

  /**
   * Rejects everything that waits.
   * @param {string} code
   */
  rejectAll(code) {
    for (const [request, waiting] of [...this.#waiting]) {
      this.#settle(request, waiting);
      waiting.reject(new WireError(code));
    }
  }

  /**
   * Finds who waits; nobody, when the answer comes after its limit.
   * @param {number} request
   */
  #find(request) {
    if (request >= this.#next) throw new NotCanonical('answer to a request never made');
    return this.#waiting.get(request);
  }

  /**
   * @param {number} request
   * @param {Waiting} waiting
   */
  #settle(request, waiting) {
    this.#waiting.delete(request);
    waiting.cancelLimit();
  }
}
