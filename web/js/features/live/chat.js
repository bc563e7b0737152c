// A live chat as both roles see it: a conversation with signs of life and the offer to come back. Draws
// nothing; views subscribe.

import { Kind } from '../../crypto/envelope.js';
import { RemoteError } from '../../crypto/errors.js';
import { signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import * as codec from '../../wire/codec.js';
import { Presence } from './presence.js';
import { Thread } from './thread.js';

/** @typedef {import('../../crypto/verdict.js').Message} Message */
/** @typedef {import('./lines.js').Line} Line */
/** @typedef {import('./thread.js').Peer} Peer */

export class ChatModel extends Thread {
  #presence;

  /** @param {import('./thread.js').Parts} parts */
  constructor(parts) {
    super(parts);
    this.accountOffered = this.learned.accountOffered;
    /** Tells whether the own side reads on after the end. */
    this.staysReadable = signal(false);
    this.#presence = new Presence(parts.clock, (isActive) => own('typing', this.box.typing(isActive)));
    this.typing = this.#presence.isTyping;
    this.peerPresent = this.#presence.isPresent;
  }

  /** @param {string} text */
  say(text) {
    this.setTyping(false);
    super.say(text);
  }

  /**
   * Says that the person is writing, at most every few seconds.
   * @param {boolean} isActive
   */
  setTyping(isActive) {
    if (this.closed.value === null) this.#presence.write(isActive);
  }

  /** A counsellor offers the way back: an access, before the end. */
  offerAccount() {
    if (this.closed.value === null && !this.accountOffered.value) this.box.send(Kind.ACCOUNT_OFFER, codec.encode('AccountOffer', {}));
  }

  dispose() {
    this.#presence.dispose();
    super.dispose();
  }

  /**
   * @param {Message} message
   * @param {boolean} isMine
   */
  onMessage({ opened: { body } }, isMine) {
    if (isMine) return;
    this.#presence.heard(body.sentMs);
    if (body.kind === Kind.TEXT || body.kind === Kind.FILE) this.#presence.heardMessage();
  }

  /** @param {Message} message */
  onFleeting({ opened: { body } }) {
    if (body.sidx === this.box.transcript.own?.sidx) return;
    this.#presence.heard(body.sentMs);
    try {
      this.#presence.heardTyping(codec.decode('Typing', body.payload).active === 1);
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
    }
  }
}
