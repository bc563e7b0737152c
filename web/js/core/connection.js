// The WebSocket to the relay: the only downward crossing (request) and the only upward one (on).
//
// The decisions are reconnect.js; this shell owns the socket, the timer and the requests that wait.
// A request that was on its way when the line broke is rejected as `disconnected`: whether it is
// repeated is for the caller to know, usually the outbox, with the same bytes.

import { LocalError, NotCanonical } from '../crypto/errors.js';
import { randomBytes } from '../crypto/random.js';
import { VERSIONS } from '../wire/catalogue.js';
import * as codec from '../wire/codec.js';
import { DISCONNECTED, UNSUPPORTED_VERSION, WireError } from '../wire/errors.js';
import { report } from './errors.js';
import { INITIAL, statusOf, step, wakeAtMs } from './reconnect.js';
import { Requests } from './requests.js';
import { signal } from './signals.js';
import { own } from './tasks.js';

/** @typedef {import('../crypto/random.js').Rand} Rand */
/** @typedef {import('../wire/codec.js').Message} Message */
/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {import('./reconnect.js').Input} Input */
/** @typedef {import('./reconnect.js').Status} Status */
/** @typedef {Pick<WebSocket, 'send' | 'close' | 'addEventListener' | 'bufferedAmount' | 'binaryType'>} Socket */
/** @typedef {(name: string, fields?: Message, credential?: Uint8Array) => Promise<Message>} Request */
/** @typedef {(event: Message) => void} Listener */

const NO_CREDENTIAL = new Uint8Array(0);

export class Connection {
  #url;
  #clock;
  #rand;
  #openSocket;
  #onOpen;
  #machine = INITIAL;
  #state = signal(/** @type {Status} */ ('closed'));
  /** @type {string} */
  #closedBy = '';
  /** @type {Socket | null} */
  #socket = null;
  #isGreeted = false;
  #unsentBytes = 0;
  #requests;
  /** @type {Map<string, Set<Listener>>} */
  #listeners = new Map();
  #cancelWake = () => {};

  /**
   * `onOpen` runs after each greeting and before the state becomes "open": it binds the sign-in and
   * reads on, through the request function it is given. If it fails, the line is given up and tried
   * again later; what can never succeed it must settle itself.
   * @param {object} parts
   * @param {string} parts.url
   * @param {Clock} parts.clock
   * @param {(request: Request) => Promise<void>} [parts.onOpen]
   * @param {(url: string) => Socket} [parts.openSocket]
   * @param {Rand} [parts.rand] spreads the reconnects
   */
  constructor({ url, clock, onOpen = async () => {}, openSocket = openWebSocket, rand = randomBytes }) {
    this.#url = url;
    this.#clock = clock;
    this.#onOpen = onOpen;
    this.#openSocket = openSocket;
    this.#rand = rand;
    this.#requests = new Requests(clock);
  }

  /** "connecting", "open", "lost" or "closed". @returns {import('../../vendor/signals-core.mjs').ReadonlySignal<Status>} */
  get state() {
    return this.#state;
  }

  /** Why it is closed: empty, or `unsupported_version` (only a newer page helps). */
  get closedBy() {
    return this.#closedBy;
  }

  /** Dials; does nothing unless closed. */
  start() {
    this.#closedBy = '';
    this.#take({ type: 'start' });
  }

  /** Hangs up for good, until the next start. */
  close() {
    this.#take({ type: 'stop' });
  }

  /** Looks after the line now: the page woke up, the network came back, a person asked. */
  nudge() {
    this.#take({ type: 'nudge' });
  }

  /**
   * Resolves once the state is "open"; rejects when the connection is closed.
   * @returns {Promise<void>}
   */
  opened() {
    return new Promise((resolve, reject) => {
      let isSettled = false;
      let end = () => {};
      end = this.#state.subscribe((state) => {
        if (isSettled || (state !== 'open' && state !== 'closed')) return;
        isSettled = true;
        // The first call comes from within subscribe, before `end` is known.
        queueMicrotask(() => end());
        if (state === 'open') resolve();
        else reject(new WireError(this.#closedBy === '' ? DISCONNECTED : this.#closedBy));
      });
    });
  }

  /**
   * Sends one command; rejects with WireError: the relay's code, `disconnected` or `no_answer`.
   * @type {Request}
   */
  async request(name, fields = {}, credential = NO_CREDENTIAL) {
    if (this.#machine.phase !== 'open') throw new WireError(DISCONNECTED);
    return this.#send(name, fields, credential);
  }

  /**
   * Calls `listener` at each event of that name; returns what ends that.
   * @param {string} name
   * @param {Listener} listener
   * @returns {() => void}
   */
  on(name, listener) {
    if (!codec.isKnown('event', name)) throw new LocalError(`no event ${name}`);
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    // A wrapper of its own, so that one function may listen twice and end each on its own.
    /** @type {Listener} */
    const entry = (event) => listener(event);
    listeners.add(entry);
    return () => listeners.delete(entry);
  }

  /** @param {Input} input */
  #take(input) {
    const { state, effects } = step(this.#machine, input, this.#clock.elapsed(), this.#chance());
    this.#machine = state;
    this.#plan();
    for (const effect of effects) this.#perform(effect);
    this.#state.value = statusOf(this.#machine);
  }

  /** A number in [0, 1). A broken source must not take the line down with it: then nothing is spread. */
  #chance() {
    try {
      return new DataView(this.#rand(4).slice().buffer).getUint32(0) / 2 ** 32;
    } catch (error) {
      report('chance', error);
      return 0.5;
    }
  }

  #plan() {
    this.#cancelWake();
    const at = wakeAtMs(this.#machine);
    this.#cancelWake = at === null ? () => {} : this.#clock.after(at - this.#clock.elapsed(), () => this.#wake());
  }

  #wake() {
    const unsentBytes = this.#socket?.bufferedAmount ?? 0;
    const isSending = unsentBytes > 0 && unsentBytes < this.#unsentBytes;
    this.#unsentBytes = unsentBytes;
    this.#take({ type: 'wake', isSending });
  }

  /** @param {import('./reconnect.js').Effect} effect */
  #perform(effect) {
    if (effect === 'dial') this.#dial();
    else if (effect === 'hangUp') this.#hangUp();
    else if (effect === 'ping') own('ping', this.#ping());
    else own('resume', this.#resume());
  }

  #dial() {
    let socket;
    try {
      socket = this.#openSocket(this.#url);
    } catch (error) {
      // Blocked by a policy or an extension: not for good, perhaps.
      report('dial', error);
      this.#take({ type: 'ended' });
      return;
    }
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#isGreeted = false;
    // What an earlier socket still has to say no longer counts.
    const ifCurrent = (/** @type {(event: any) => void} */ action) => (/** @type {any} */ event) => {
      if (this.#socket === socket) action(event);
    };
    socket.addEventListener('message', ifCurrent(({ data }) => this.#receive(data)));
    socket.addEventListener('close', ifCurrent(() => this.#take({ type: 'ended' })));
  }

  #hangUp() {
    const socket = this.#socket;
    this.#socket = null;
    this.#unsentBytes = 0;
    socket?.close();
    this.#requests.rejectAll(DISCONNECTED);
  }

  async #resume() {
    const socket = this.#socket;
    /** @type {Request} */
    const request = async (name, fields = {}, credential = NO_CREDENTIAL) => {
      if (this.#socket !== socket) throw new WireError(DISCONNECTED);
      return this.#send(name, fields, credential);
    };
    try {
      await this.#onOpen(request);
    } catch (error) {
      if (!(error instanceof WireError)) report('resume', error);
      if (this.#socket === socket) this.#take({ type: 'ended' });
      return;
    }
    if (this.#socket === socket) this.#take({ type: 'resumed' });
  }

  async #ping() {
    const sentMs = this.#clock.elapsed();
    try {
      const { nowMs } = await this.#send('ping', {}, NO_CREDENTIAL);
      this.#clock.learn(nowMs, this.#clock.elapsed() - sentMs);
    } catch (error) {
      // A lost line or a busy relay: the limit decides, not this answer.
      if (!(error instanceof WireError)) throw error;
    }
  }

  /**
   * @param {string} name
   * @param {Message} fields
   * @param {Uint8Array} credential
   * @returns {Promise<Message>}
   */
  async #send(name, fields, credential) {
    const socket = this.#socket;
    if (socket === null) throw new WireError(DISCONNECTED);
    return this.#requests.make(name, fields, credential, (frame) => socket.send(frame));
  }

  /** @param {unknown} data */
  #receive(data) {
    try {
      if (!(data instanceof ArrayBuffer)) throw new NotCanonical('a frame is binary');
      const frame = codec.decodeFromRelay(new Uint8Array(data));
      if ((frame.kind === 'greeting') === this.#isGreeted) throw new NotCanonical('greeting out of place');
      if (frame.kind === 'greeting') {
        this.#greet(frame);
        return;
      }
      this.#take({ type: 'heard' });
      if (frame.kind === 'reply') this.#requests.answer(frame);
      else if (frame.kind === 'refusal') this.#requests.refuse(frame);
      else if (frame.event !== null) this.#announce(frame.name, frame.event);
    } catch (error) {
      report('frame of the relay', error);
      this.#take({ type: 'ended' });
    }
  }

  /** @param {import('../wire/codec.js').Greeting} greeting */
  #greet({ versionMin, versionMax, nowMs, heartbeatMs }) {
    this.#isGreeted = true;
    this.#clock.learn(nowMs, Infinity);
    if (versionMin <= VERSIONS.max && versionMax >= VERSIONS.min) {
      this.#take({ type: 'greeted', heartbeatMs });
    } else {
      this.#closedBy = UNSUPPORTED_VERSION;
      this.#take({ type: 'refused' });
    }
  }

  /**
   * @param {string} name
   * @param {Message} event
   */
  #announce(name, event) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        listener(event);
      } catch (error) {
        report(`event ${name}`, error);
      }
    }
  }
}

/**
 * @param {string} url
 * @returns {Socket}
 */
function openWebSocket(url) {
  return new WebSocket(url);
}
