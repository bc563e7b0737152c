// Reading the staff log: fetched whole, replayed, checked against what this client has seen.
// Twin of clientlib/translog.py.

import { BadProof } from '../crypto/errors.js';
import { WireError } from '../wire/errors.js';
import { LogView } from '../crypto/logview.js';
import { LogStaff } from '../crypto/staffview.js';

/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {import('./connection.js').Request} Request */
/** @typedef {import('../crypto/witnesses.js').Witnessed} Witnessed */

/** Keeps one replayed log. `pin` is (size, root) from the keyring, checked at every read. */
export class LogReader {
  #request;
  #clock;
  #staff;
  /** @type {{ size: number, root: Uint8Array } | null} */
  #pin = null;
  /** What the witnesses of POLICY have seen, as of the last read; null where it asks for none. @type {Witnessed | null} */
  witnessed = null;
  /** The log key's newest note about `view`. */
  note = new Uint8Array(0);

  /**
   * @param {Request} request
   * @param {Uint8Array} fingerprint
   * @param {Uint8Array} deploymentId
   * @param {Clock} clock
   */
  constructor(request, fingerprint, deploymentId, clock) {
    this.#request = request;
    this.#clock = clock;
    this.view = new LogView(fingerprint, deploymentId);
    this.#staff = new LogStaff(this.view);
  }

  /** The present view, as boxes ask it; one for all of them, since it remembers roots. */
  get staff() {
    if (this.#staff.view !== this.view) this.#staff = new LogStaff(this.view);
    return this.#staff;
  }

  /**
   * What this account has seen before; a log that does not continue it is refused from now on.
   * @param {number} size
   * @param {Uint8Array} root
   */
  pin(size, root) {
    if (size === 0) return;
    this.#pin = { size, root };
    if (this.view.size > 0) this.view.checkPin(size, root);
  }

  /**
   * Reads on; the new leaves count only once checkpoint, witnesses and pin fit (RemoteError if not).
   * @returns {Promise<LogView>}
   */
  async update() {
    const before = this.view;
    let view = before;
    let reply;
    do {
      reply = await this.#request('log_read', { start: view.size });
      if (reply.statements.length === 0) break;
      const { statements } = reply;
      if (view === before) view = before.copy();
      view.take(
        statements.map((/** @type {any} */ one) => one.leaf),
        statements.map((/** @type {any} */ one) => one.payload),
      );
    } while (view.size < reply.size);
    if (view.size === 0) throw new BadProof('the log is empty');
    // Before POLICY there is no log key yet: the organisation is just being founded.
    if (view.policy() !== null) view.checkCheckpoint(reply.checkpoint);
    const witnessed = await this.#witnessed(view, reply.cosigned);
    if (this.#pin !== null) view.checkPin(this.#pin.size, this.#pin.root);
    // Another read may have ended meanwhile; the longer of two views that agree stays.
    if (this.view.size > 0) {
      const [shorter, longer] = view.size < this.view.size ? [view, this.view] : [this.view, view];
      longer.checkPin(shorter.size, shorter.root());
      view = longer;
    }
    if (view !== this.view || view === before) this.note = reply.checkpoint;
    this.view = view;
    this.witnessed = witnessed;
    return view;
  }

  /**
   * @param {LogView} view
   * @param {Uint8Array} note
   */
  async #witnessed(view, note) {
    if (!view.policy()?.witnessQuorum) return null;
    const { check } = await import('../crypto/witnesses.js').catch(() => { throw new WireError('disconnected'); });
    return check(view, note, this.#clock.now());
  }
}
