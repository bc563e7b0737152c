// One line to the relay that several rooms of a page share: the WebSocket and the reader of the log.
//
// Each room may have something to do on every new line, before anybody else may ask: binding a sign-in,
// taking up a place in the queue. The hooks run in order; where one fails, the line is given up and
// tried again later.

import { ready } from '../crypto/primitives.js';
import { Connection } from './connection.js';
import { selfTest } from './selftest.js';
import { LogReader } from './translog.js';

/** @typedef {import('./argon2.js').Argon2id} Argon2id */
/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {import('./connection.js').Request} Request */
/** @typedef {(request: Request) => Promise<void>} Hook */

/** What was found sound in this page, so that nothing is computed twice. @typedef {'' | 'library' | 'all'} Tested */

export class Line {
  /** @type {readonly Hook[]} */
  #hooks = [];
  /** @type {Tested} */
  #tested = '';

  /**
   * @param {object} parts
   * @param {string} parts.url of the WebSocket
   * @param {Clock} parts.clock
   * @param {Uint8Array} parts.fingerprint of the organisation
   * @param {Uint8Array} parts.deploymentId
   * @param {(url: string) => import('./connection.js').Socket} [parts.openSocket] only in tests another than the browser's
   */
  constructor({ url, clock, fingerprint, deploymentId, openSocket }) {
    this.clock = clock;
    this.deploymentId = deploymentId;
    this.connection = new Connection({ url, clock, openSocket, onOpen: (request) => this.#greeted(request) });
    this.log = new LogReader(this.request, fingerprint, deploymentId, clock);
  }

  /**
   * Opens the line, or waits until it is open. The library is tested before its first use.
   * @param {Argon2id | null} [argon2id] null where nothing comes from a passphrase
   */
  async connect(argon2id = null) {
    await ready();
    const wanted = argon2id === null ? 'library' : 'all';
    if (this.#tested !== 'all' && this.#tested !== wanted) {
      await selfTest(argon2id);
      this.#tested = wanted;
    }
    this.connection.start();
    await this.connection.opened();
  }

  /**
   * Calls `hook` on every new line from now on, before the line counts as open.
   * @param {Hook} hook
   * @param {{ isFirst?: boolean }} [order] `isFirst`: before the hooks that are there already
   * @returns {() => void} what ends that
   */
  onOpen(hook, { isFirst = false } = {}) {
    // A wrapper of its own, so that one function may be called twice and each ended on its own.
    /** @type {Hook} */
    const entry = (request) => hook(request);
    this.#hooks = isFirst ? [entry, ...this.#hooks] : [...this.#hooks, entry];
    return () => {
      this.#hooks = this.#hooks.filter((one) => one !== entry);
    };
  }

  /** Hangs up until the next `connect`. */
  close() {
    this.connection.close();
  }

  /** @type {Request} */
  request = (name, fields = {}, credential = undefined) => this.connection.request(name, fields, credential);

  /** @param {Request} request */
  async #greeted(request) {
    for (const hook of this.#hooks) await hook(request);
  }
}
