// Somebody who waits without an access and would rather write: the words that were jotted down come from
// the tab's resume slot, and the place is given back once they are kept.

import { ResumeSlot } from '../../core/resumeslot.js';
import { encodeCommand } from '../../wire/codec.js';
import { ignoreRefusal } from '../../wire/errors.js';
import { t } from '../../ui/text.js';
import { Visit } from '../live/visit.js';

/** @typedef {import('../../core/line.js').Line} Line */

export class FromWaiting {
  #line;
  #slot;
  #visit;

  /**
   * @param {Line} line
   * @param {ResumeSlot} slot open
   * @param {import('../../crypto/resume.js').Memory} memory
   */
  constructor(line, slot, memory) {
    this.#line = line;
    this.#slot = slot;
    this.#visit = Visit.remembered(memory);
    this.text = wordsOf(this.#visit.topic, memory.draft);
  }

  /**
   * What this tab has kept; null where there is nothing.
   * @param {Line} line
   * @param {import('../../core/resumeslot.js').TabStore} store
   */
  static async read(line, store) {
    await line.connect();
    const slot = new ResumeSlot(line.request, store);
    const memory = await slot.open();
    return memory === null ? null : new FromWaiting(line, slot, memory);
  }

  /** Nobody waits any more, and the tab forgets. */
  async giveBack() {
    const { ticketCap } = this.#visit.keys;
    const { id } = this.#slot;
    await this.#line.request('withdraw', {}, ticketCap).catch(ignoreRefusal);
    if (id !== null) await this.#line.request('resume_drop', { resumeId: id }).catch(ignoreRefusal);
    this.wipe();
  }

  /** What to send while the page vanishes for good. @returns {Uint8Array[]} */
  lastFrames() {
    const { id } = this.#slot;
    const drop = id === null ? [] : [encodeCommand(2, 'resume_drop', { resumeId: id })];
    return [encodeCommand(1, 'withdraw', {}, this.#visit.keys.ticketCap), ...drop];
  }

  /** Keys and words are gone from this page. */
  wipe() {
    this.#slot.forget();
    this.#visit.wipe();
    this.text = '';
  }
}

/**
 * What was said in the waiting room, as the beginning of a message.
 * @param {string} topic
 * @param {string} draft
 */
export function wordsOf(topic, draft) {
  return [topic === '' ? '' : t('before.topic_line', { topic }), draft.trim()].filter((one) => one !== '').join('\n\n');
}
