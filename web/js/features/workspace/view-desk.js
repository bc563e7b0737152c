// What the workspace's screen remembers by itself: the room, what is open, sound, counts, keys.

import { answerOwedSince, minutesSince } from '../../ui/format.js';
import { effect, signal } from '../../ui/html.js';
import { REPEAT_MS, Sounds } from '../../ui/sound.js';
import { after, deviceNow } from '../../ui/tick.js';
import { own } from '../../core/tasks.js';
import { computed } from '../../core/signals.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {ReturnType<WorkModel['chats']['peek']>[number]} WorkChat */

/** Longer waits are marked; before that nothing alarms. */
export const LATE_MINUTES = 15;
const TEN_SECONDS_MS = 10_000;

export class Desk {
  /** @type {import('../../core/signals.js').Signal<'requests' | 'messages'>} */
  room = signal(/** @type {'requests' | 'messages'} */ ('requests'));
  request = signal('');
  chat = signal('');
  /** On a narrow screen: the list or what was chosen from it. */
  pane = signal(/** @type {'list' | 'detail'} */ ('list'));
  /** A sentence about something that did not go as wished; gone with the next step. */
  notice = signal('');
  volume = signal(/** @type {import('../../ui/sound.js').Volume} */ ('clear'));
  /** Time that counts and texts depend on; moves every 10 seconds. */
  nowMs = signal(deviceNow());
  sounds = new Sounds();
  #model;
  /** @type {(() => void)[]} */
  #stops = [];
  #stopRinging = () => {};
  /** What is typed before a chat begins, by chat. @type {Map<string, import('../../core/signals.js').Signal<string>>} */
  #greetings = new Map();

  /** @param {WorkModel} model */
  constructor(model) {
    this.#model = model;
    this.counts = computed(() => this.#count());
    this.#stops.push(this.#followTime(), effect(() => this.#ringWhileWaiting()), this.#soundMessages());
  }

  /** The relay's time: the others' clocks may be off, and so may this one. */
  now() {
    return this.#model.serverNow();
  }

  /** The draft of a greeting; each chat has its own. @param {string} id */
  greetingDraft(id) {
    const known = this.#greetings.get(id) ?? signal('');
    this.#greetings.set(id, known);
    return known;
  }

  /** @param {'requests' | 'messages'} room */
  go(room) {
    this.room.value = room;
    this.pane.value = 'list';
  }

  /** @param {string} id */
  openRequest(id) {
    this.notice.value = '';
    this.request.value = id;
    this.pane.value = 'detail';
  }

  /** @param {string} id */
  openChat(id) {
    this.room.value = 'messages';
    this.chat.value = id;
    this.pane.value = 'detail';
  }

  back() {
    this.pane.value = 'list';
  }

  /** "Antworten": on to the chat that grows from this request. @param {string} id */
  answer(id) {
    this.openChat(id);
  }

  /** @param {string} id */
  async accept(id) {
    this.#unlock();
    const result = await this.#model.accept(id);
    this.notice.value = { accepted: '', taken: 'workspace.taken', failed: 'workspace.accept_failed' }[result];
  }

  /** @param {string} id */
  handBack(id) {
    own('handing a request back', Promise.resolve(this.#model.handBack(id)));
  }

  /** The click that makes one reachable also allows the sound. @param {boolean} on */
  setDuty(on) {
    this.#unlock();
    own('changing the duty', Promise.resolve(this.#model.setDuty(on)));
  }

  /** @param {import('../../ui/sound.js').Volume} volume */
  setVolume(volume) {
    this.volume.value = volume;
    this.sounds.volume = volume;
    own('sounding once', this.sounds.unlock().then(() => this.sounds.play('message')));
  }

  signOut() {
    own('signing out', Promise.resolve(this.#model.signOut()));
  }

  /** The chat above or below the open one; the order never changes by itself. @param {1 | -1} step */
  step(step) {
    const ids = this.#model.chats.peek().map((one) => one.id);
    if (ids.length === 0) return;
    const at = ids.indexOf(this.chat.peek());
    const next = this.room.peek() === 'messages' && at >= 0 ? (at + step + ids.length) % ids.length : 0;
    this.openChat(ids[next] ?? '');
  }

  /** Minutes for which this chat's last message has had no answer. @param {WorkChat} chat */
  owedMinutes(chat) {
    if (chat.state !== 'active' || chat.model === null) return 0;
    const sinceMs = answerOwedSince(chat.model.messages.value);
    return sinceMs === 0 ? 0 : minutesSince(sinceMs, this.nowMs.value);
  }

  dispose() {
    for (const stop of this.#stops) stop();
    this.#stopRinging();
    this.sounds.dispose();
  }

  /** From a click. Whoever waits already is heard as soon as sound is allowed. */
  #unlock() {
    if (this.sounds.isUnlocked) return;
    own('allowing sound', this.sounds.unlock().then(() => this.#ringWhileWaiting()));
  }

  #count() {
    const waiting = this.#model.queue.value.filter((one) => one.state === 'waiting');
    const isLate = waiting.some((one) => minutesSince(one.sinceMs, this.nowMs.value) > LATE_MINUTES);
    const unread = this.#model.chats.value.reduce((sum, one) => sum + (one.model?.unread.value ?? 0), 0);
    return { waiting: waiting.length, isLate, unread };
  }

  #followTime() {
    let cancel = () => {};
    const step = () => {
      this.nowMs.value = this.now();
      cancel = after(TEN_SECONDS_MS, step);
    };
    step();
    return () => cancel();
  }

  /** Rings again and again until nobody waits: taken, gone, or no longer reachable. */
  #ringWhileWaiting() {
    const rings = this.#model.onDuty.value && this.counts.value.waiting > 0;
    this.#stopRinging();
    this.#stopRinging = () => {};
    if (!rings) return;
    const ring = () => {
      this.sounds.play('request');
      this.#stopRinging = after(REPEAT_MS, ring);
    };
    ring();
  }

  /** One tone when a message comes that is not before one's eyes. */
  #soundMessages() {
    let before = 0;
    return effect(() => {
      const hidden = this.#model.chats.value.filter((one) => document.hidden || !this.#isBeforeEyes(one.id));
      const unread = hidden.reduce((sum, one) => sum + (one.model?.unread.value ?? 0), 0);
      if (unread > before) this.sounds.play('message');
      before = unread;
    });
  }

  /** @param {string} id */
  #isBeforeEyes(id) {
    return this.room.peek() === 'messages' && this.chat.peek() === id;
  }
}
