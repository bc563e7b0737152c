// How an unregistered visit is remembered: in the resume slot, and nowhere else. It ends with the chat.

import { ResumeSlot } from '../../core/resumeslot.js';
import { own } from '../../core/tasks.js';
import { encodeCommand } from '../../wire/codec.js';
import { ignoreRefusal } from '../../wire/errors.js';
import { Remembering } from './remembering.js';
import { Visit } from './visit.js';

/**
 * What brings visits back: the tab's slot, or the keyring of an account.
 * @typedef {object} Memory
 * @property {boolean} isFilled whether there may be something to come back to
 * @property {() => Visit} begin draws a visit
 * @property {() => Promise<{ visit: Visit, draft: string }[]>} found what may be gone on with, newest first
 * @property {(visit: Visit) => Promise<boolean>} vanished the relay knows no such visit; true: nobody needs to hear of it
 * @property {(visit: Visit) => Promise<void>} keepAsked before a place is asked for
 * @property {(visit: Visit) => Promise<void>} keepSecret draws the epoch secret and keeps it, before it is used
 * @property {() => Promise<void>} now keeps what there is
 * @property {() => void} soon something was typed
 * @property {() => void} keepUp shows signs of life from now on
 * @property {() => void} leave the page is hidden or taken down
 * @property {() => Uint8Array[]} lastFrames what to send while the page vanishes for good
 * @property {(visit: Visit | null, isOpen: boolean) => void} drop this visit is over: nothing of it is to
 *   come back; `isOpen`: whether the line is
 * @property {() => void} forget this page remembers nothing any more
 */

/** @implements {Memory} */
export class SlotMemory {
  #request;
  #slot;
  #remembering;

  /**
   * @param {object} parts
   * @param {import('../../core/connection.js').Request} parts.request
   * @param {import('../../core/resumeslot.js').TabStore} parts.store
   * @param {import('../../core/clock.js').Clock} parts.clock
   * @param {() => { visit: Visit, draft: string } | null} parts.read what is to be kept; null: nothing
   * @param {(frame: Uint8Array) => void} parts.sendLast
   */
  constructor({ request, store, clock, read, sendLast }) {
    this.#request = request;
    this.#slot = new ResumeSlot(request, store, () => clock.serverNow());
    this.#remembering = new Remembering({ slot: this.#slot, clock, read, sendLast });
  }

  get isFilled() {
    return this.#slot.isFilled;
  }

  begin() {
    return Visit.begin();
  }

  async found() {
    const memory = await this.#slot.open();
    return memory === null ? [] : [{ visit: Visit.remembered(memory), draft: memory.draft }];
  }

  /** A tab whose chat is gone says so. */
  async vanished() {
    return false;
  }

  /** Nothing is kept before there is a place in the queue. */
  async keepAsked() {}

  /** @param {Visit} visit */
  async keepSecret(visit) {
    if (visit.es !== null) return;
    visit.drawEpoch();
    await this.#remembering.now();
  }

  now() {
    return this.#remembering.now();
  }

  soon() {
    this.#remembering.soon();
  }

  keepUp() {
    this.#remembering.keepUp();
  }

  leave() {
    this.#remembering.leave();
  }

  lastFrames() {
    const { id } = this.#slot;
    return id === null ? [] : [encodeCommand(2, 'resume_drop', { resumeId: id })];
  }

  /** @param {Visit | null} _ @param {boolean} isOpen */
  drop(_, isOpen) {
    const { id } = this.#slot;
    if (id !== null && isOpen) own('forget', this.#request('resume_drop', { resumeId: id }).catch(ignoreRefusal));
  }

  forget() {
    this.#remembering.stop();
    this.#slot.forget();
  }
}
