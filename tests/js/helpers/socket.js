// A WebSocket without a network, and the relay's side of it.

import './fetch.js';
import * as encoding from '../../../web/js/crypto/encoding.js';

export class FakeSocket extends EventTarget {
  /** @type {BinaryType} */
  binaryType = 'blob';
  bufferedAmount = 0;
  isClosed = false;
  /** Frames sent and not yet taken, decoded. @type {any[]} */
  sent = [];

  /** @param {string} url */
  constructor(url) {
    super();
    this.url = url;
  }

  /** @param {any} bytes */
  send(bytes) {
    if (this.isClosed) throw new Error('sent on a closed socket');
    this.sent.push(encoding.decode(bytes));
  }

  close() {
    this.isClosed = true;
  }

  /** The relay sends a frame. @param {any} value */
  frame(value) {
    const bytes = encoding.encode(value);
    this.message(/** @type {ArrayBuffer} */ (bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)));
  }

  /** Something arrives, frame or not. @param {unknown} data */
  message(data) {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }

  /** The relay greets. */
  greet({ low = 1, high = 1, nowMs = 1_800_000_000_000, heartbeatMs = 10_000 } = {}) {
    this.frame([0, low, high, nowMs, heartbeatMs]);
  }

  /** Takes the oldest command: { request, name, credential, fields }. */
  take() {
    const [, request, name, credential, fields] = this.sent.shift();
    return { request, name, credential, fields };
  }

  /** Answers the oldest command, which must be `name`. @param {string} name @param {any[]} fields */
  answer(name, fields) {
    const { request, name: asked } = this.take();
    if (asked !== name) throw new Error(`asked ${asked}, not ${name}`);
    this.frame([2, request, fields]);
  }

  /** The line breaks, as the browser tells it. */
  drop() {
    this.dispatchEvent(new Event('close'));
  }
}
