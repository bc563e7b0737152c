// What the workspace's screen remembers by itself: the room, what is open, sound, counts, keys.

import { focusOn } from '../../ui/focus.js';
import { answerOwedSince, minutesSince } from '../../ui/format.js';
import { effect, signal } from '../../ui/html.js';
import { REPEAT_MS, Sounds } from '../../ui/sound.js';
import { after, deviceNow } from '../../ui/tick.js';
import { own } from '../../core/tasks.js';
import { computed } from '../../core/signals.js';
import { ALONG } from './enquiries.js';
import { EVERYTHING, filtered, lateAt } from './filters.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {ReturnType<WorkModel['chats']['peek']>[number]} WorkChat */
/** @typedef {ReturnType<WorkModel['written']['cases']['peek']>[number]} WorkCase */
/**
 * What came of taking one on or over: mine; somebody was faster; who handed it over keeps it, or has it back. `isDeputy`:
 * I was to stand in. `isAlong`: the team reads on.
 * @typedef {{ id: string, outcome: 'taken' | 'late' | 'kept' | 'sentBack', name: string, byName: string, isDeputy?: boolean, isAlong?: boolean }} End
 */

/** @typedef {'requests' | 'messages' | 'team' | 'profile'} Room */

/** @typedef {'live' | 'written' | 'along'} Tab */

/** Longer waits are marked; before that nothing alarms. */
export const LATE_MINUTES = 15;
const TEN_SECONDS_MS = 10_000;
/** Written ones that somebody may take now. @type {readonly string[]} */
const WAITING = ['open', 'handed'];

export class Desk {
  /** @type {import('../../core/signals.js').Signal<Room>} */
  room = signal(/** @type {Room} */ ('requests'));
  /** Among the requests: who waits for a chat, who has written, or what colleagues have and I read along. */
  tab = signal(/** @type {Tab} */ ('live'));
  request = signal('');
  enquiry = signal('');
  /** @type {import('../../core/signals.js').Signal<End | null>} */
  end = signal(/** @type {End | null} */ (null));
  /** Among the messages: what goes on, or what is done. */
  shelf = signal(/** @type {'current' | 'done'} */ ('current'));
  chat = signal('');
  /** What is looked for on this device; '' for nothing. */
  query = signal('');
  /** Of the first requests. @type {import('../../core/signals.js').Signal<import('./filters.js').RequestFilter>} */
  filter = signal(EVERYTHING);
  /** Of the own conversations. @type {import('../../core/signals.js').Signal<import('./filters.js').CaseFilter>} */
  caseFilter = signal(/** @type {import('./filters.js').CaseFilter} */ ('all'));
  /** On a narrow screen: the list or what was chosen from it. */
  pane = signal(/** @type {'list' | 'detail'} */ ('list'));
  /** A sentence about something that did not go as wished; gone with the next step. */
  notice = signal('');
  volume = signal(/** @type {import('../../ui/sound.js').Volume} */ ('clear'));
  /** Time that counts and texts depend on; moves every 10 seconds. */
  nowMs = signal(deviceNow());
  sounds = new Sounds();
  #model;
  #promised;
  /** @type {readonly string[]} */
  #looked = [];
  /** @type {(() => void)[]} */
  #stops = [];
  #stopRinging = () => {};
  /** What is typed before a chat begins, by chat. @type {Map<string, import('../../core/signals.js').Signal<string>>} */
  #greetings = new Map();

  /**
   * @param {WorkModel} model
   * @param {import('../enquiries/standing.js').Promised} promised
   */
  constructor(model, promised) {
    this.#model = model;
    this.#promised = promised;
    /** The first requests that the filter leaves. */
    this.requests = computed(() => {
      const [rows, filter] = [this.#model.written.rows.value, this.filter.value];
      if (filter === EVERYTHING) return rows;
      const isLate = lateAt(this.nowMs.value, promised);
      return filtered(rows, filter, { marked: this.#model.bookmarks.marked.value, read: this.#model.finding.read.value, isLate });
    });
    // By itself: a list of ten thousand is not counted anew with every message and every ten seconds.
    this.written = computed(() => this.#model.written.rows.value.filter(({ state }) => WAITING.includes(state)).length);
    this.counts = computed(() => this.#count());
    this.#stops.push(this.#followTime(), effect(() => this.#ringWhileWaiting()), this.#soundMessages());
  }

  /** The tabs there are: no live chats for who only leads, and nothing to read along where no level says so. @returns {readonly Tab[]} */
  get tabs() {
    /** @type {readonly Tab[]} */
    const all = ['live', 'written', 'along'];
    return all.filter((one) => (one !== 'live' || !this.#model.hasNoChats) && (one !== 'along' || this.#model.written.mayReadAlong));
  }

  /** The one that is shown. */
  get tabShown() {
    const { tabs } = this;
    return tabs.includes(this.tab.value) ? this.tab.value : tabs[0];
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

  /** @param {Room} room */
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
  openEnquiry(id) {
    this.notice.value = '';
    // What came of it counts no more once it waits again: handed back, say.
    const waits = [...WAITING, ...ALONG].includes(this.#model.written.rowOf(id)?.state ?? '');
    if (waits || this.end.value?.id !== id) this.end.value = null;
    this.enquiry.value = id;
    this.pane.value = 'detail';
    this.lookAt(this.#looked);
  }

  /** From wherever one is to a first request. @param {string} id */
  showEnquiry(id) {
    this.room.value = 'requests';
    this.tab.value = ALONG.includes(this.#model.written.rowOf(id)?.state ?? '') ? 'along' : 'written';
    this.openEnquiry(id);
  }

  /** Back to the list, with nothing chosen from it. */
  leaveEnquiry() {
    this.end.value = null;
    this.enquiry.value = '';
    this.pane.value = 'list';
  }

  /**
   * These rows are before one's eyes, beside the one that is open.
   * @param {readonly string[]} ids
   */
  lookAt(ids) {
    this.#looked = ids;
    const open = this.enquiry.peek();
    this.#model.written.look(open === '' || ids.includes(open) ? ids : [open, ...ids]);
  }

  /**
   * "Anfrage übernehmen", and "Übernehmen" of what a colleague hands over.
   * @param {import('./enquiries.js').EnquiryRow} row
   * @param {string} name of who wrote it
   * @param {readonly Uint8Array[]} [seen] the certificates of who had it when one was asked
   */
  async take({ id, state, byName, isDeputy, readsAlong: isAlong }, name, seen = /** @type {readonly Uint8Array[]} */ ([])) {
    const outcome = await this.#model.written.take(id, seen);
    if (outcome === 'full') this.notice.value = 'workspace.no_place';
    else if (outcome === 'failed') this.notice.value = 'workspace.accept_failed';
    else if (state === 'handed') this.end.value = { id, outcome: outcome === 'late' ? 'kept' : outcome, name, byName, isDeputy };
    else this.end.value = { id, outcome, name, byName: this.#model.written.rowOf(id)?.byName ?? '', isAlong };
  }

  /** "Freigeben": back to the list; tells whether it went. @param {string} id @param {boolean} withDraft */
  async release(id, withDraft) {
    const releases = await this.#model.written.releases();
    const words = releases.isForLeads(id) ? 'workspace.released_leads' : 'workspace.released';
    const isDone = await releases.release(id, withDraft);
    if (isDone) {
      this.chat.value = '';
      this.notice.value = words;
      this.back();
      // What stood here has gone, with its dialog.
      focusOn('#list-title');
    }
    return isDone;
  }

  /** "Zurückgeben". @param {import('./enquiries.js').EnquiryRow} row */
  async sendBack({ id, byName, isDeputy }) {
    const isDone = await this.#model.written.handOvers?.sendBack(id);
    if (isDone) this.end.value = { id, outcome: 'sentBack', name: '', byName, isDeputy };
    else this.notice.value = 'workspace.accept_failed';
  }

  /** "Übernehmen" of a running chat: it goes on there at once. @param {string} id */
  async takeChat(id) {
    this.#unlock();
    const outcome = await this.#model.takeChat(id);
    if (outcome === 'taken') this.openChat(id);
    else if (outcome === 'late') this.notice.value = 'workspace.chat_kept';
    else this.notice.value = 'workspace.accept_failed';
  }

  /** "Zurückgeben" of a running chat. @param {string} id */
  async sendBackChat(id) {
    const isDone = await this.#model.chatHandOvers?.sendBack(id);
    this.notice.value = isDone === true ? 'workspace.chat_sent_back' : 'workspace.accept_failed';
    if (isDone === true) this.back();
  }

  /** @param {string} id */
  openChat(id) {
    if (this.chat.peek() !== id) this.saveDrafts();
    this.room.value = 'messages';
    this.chat.value = id;
    this.pane.value = 'detail';
  }

  back() {
    this.pane.value = 'list';
    this.saveDrafts();
  }

  /** What was typed and not sent lies in the keyring, whatever becomes of this page. */
  saveDrafts() {
    own('saving drafts', this.#model.saveDrafts());
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

  /** What lies on the shelf: live chats first, each kind in the order in which it came. */
  get allOnShelf() {
    const isDone = this.shelf.value === 'done';
    const cases = this.#model.written.cases.value.filter((one) => isOver(one) === isDone);
    return isDone ? cases : [...this.#model.chats.value, ...cases];
  }

  /** What of it the filter leaves; a live chat that runs is never hidden. */
  get onShelf() {
    const filter = this.caseFilter.value;
    const all = this.allOnShelf;
    if (filter === 'all') return all;
    const isLate = lateAt(this.nowMs.value, this.#promised);
    return all.filter((one) => !this.#isCase(one) || this.#fits(one, filter, isLate));
  }

  /** The conversation above or below the open one; the order never changes by itself. @param {1 | -1} step */
  step(step) {
    const ids = this.onShelf.map((one) => one.id);
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
    const waiting = this.#model.queue.value.filter(({ state }) => state === 'waiting' || state === 'handed');
    const isLate = waiting.some((one) => one.state === 'waiting' && minutesSince(one.sinceMs, this.nowMs.value) > LATE_MINUTES);
    // Somebody who was invited and has come is news too.
    const unread = sumUnread([...this.#model.chats.value, ...this.#model.written.cases.value]) + this.#model.written.answered.value;
    const team = this.#model.team.waiting.value + this.#model.team.teams.value.filter(({ restart }) => restart !== null).length;
    return { waiting: waiting.length, isLate, unread, written: this.written.value, team };
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
      const all = [...this.#model.chats.value, ...this.#model.written.cases.value];
      const unread = sumUnread(all.filter((one) => document.hidden || !this.#isBeforeEyes(one.id)));
      if (unread > before) this.sounds.play('message');
      before = unread;
    });
  }

  /** @param {WorkChat | WorkCase} one @returns {one is WorkCase} */
  #isCase(one) {
    return this.#model.written.cases.value.some((item) => item === one);
  }

  /** @param {WorkCase} item @param {import('./filters.js').CaseFilter} filter @param {(sinceMs: number) => boolean} isLate */
  #fits({ id, model }, filter, isLate) {
    if (filter === 'marked') return this.#model.bookmarks.has(id);
    const sinceMs = model?.waitsSinceMs.value ?? 0;
    const waits = ['open', 'taken'].includes(model?.standing.value ?? '');
    return waits && (filter === 'waits' || (sinceMs > 0 && isLate(sinceMs)));
  }

  /** @param {string} id */
  #isBeforeEyes(id) {
    return this.room.peek() === 'messages' && this.chat.peek() === id;
  }
}

/** Done or closed: it is looked for on the other shelf. @param {WorkCase} item */
function isOver({ model }) {
  return model !== null && ['done', 'closed'].includes(model.standing.value);
}

/** @param {readonly (WorkChat | WorkCase)[]} conversations */
function sumUnread(conversations) {
  return conversations.reduce((sum, one) => sum + (one.model?.unread.value ?? 0), 0);
}
