// One chat as both roles see it: messages, ticks, typing, end. Draws nothing; views subscribe.

import { Kind } from '../../crypto/envelope.js';
import { RemoteError } from '../../crypto/errors.js';
import { equal } from '../../crypto/primitives.js';
import { NoticeKind, Verdict } from '../../crypto/verdict.js';
import { Box } from '../../core/box.js';
import { computed, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { BoxState, CloseReason } from '../../wire/catalogue.js';
import * as codec from '../../wire/codec.js';
import { ChatFiles } from './files.js';

/** @typedef {import('../../core/outbox.js').Item} Item */
/** @typedef {import('../../crypto/verdict.js').Taken} Taken */

/**
 * A line of the log. `code` is the text key of a system line, or the verdict of a problem.
 * @typedef {object} Line
 * @property {string} key
 * @property {number} n 0 while the relay has not numbered it
 * @property {'text' | 'file' | 'system' | 'problem'} kind
 * @property {boolean} mine
 * @property {string} author
 * @property {number} sentMs
 * @property {string} text
 * @property {'pending' | 'stored' | 'delivered' | 'read' | 'failed' | ''} state
 * @property {string} code
 * @property {import('./files.js').FileState} [file] of a line of kind "file"
 */

/**
 * Who sits on the other side, as verified.
 * @typedef {{ name: string, role: 'seeker' | 'counsellor', level: 'confirmed' | 'checked',
 *   personWords: readonly string[], orgWords: readonly string[] }} Peer
 */

const MINUTE_MS = 60_000;
/** Protocol section 5: an acknowledgement comes with the next text or after 5 to 60 s. */
const ACKNOWLEDGE_AFTER_MS = 5_000;
/** So long after the last sign of life somebody counts as present. */
const PRESENCE_LASTS_MS = 3 * MINUTE_MS;
const TYPING_LASTS_MS = 12_000;
const TYPING_EVERY_MS = 8_000;
/** System lines by the notices of the transcript; others are no news for people. */
/** @type {Record<string, string>} */
const NOTICE_LINES = {
  [NoticeKind.CERTIFICATE_ENDED]: 'certificateEnded',
  [NoticeKind.DAMAGED]: 'boxDamaged',
  [NoticeKind.YOU_WERE_REMOVED]: 'youWereRemoved',
};
/** @type {readonly string[]} */
const SHOWN_AS_PROBLEM = [Verdict.UNREADABLE, Verdict.OLD_EPOCH, Verdict.NOT_MEMBER, Verdict.BAD_SIG];

export class ChatModel {
  #clock;
  #connection;
  #log;
  #cancelAcknowledge = () => {};
  #cancelTyping = () => {};
  #cancelPresence = () => {};
  #typingSaidMs = -Infinity;
  #seenN = 0;
  #endedByMe = false;
  /** @type {(() => void)[]} */
  #ends = [];
  /** @type {Map<string, { item: Item, text: string }>} */
  #unsent = new Map();
  #files;
  #fileCount = 0;
  #peerSidx = -1;
  /** Who signed a close message in this box, if anybody did. @type {'' | 'mine' | 'theirs'} */
  #signedCloseBy = '';

  /**
   * @param {object} parts
   * @param {import('../../core/connection.js').Connection} parts.connection
   * @param {import('../../core/clock.js').Clock} parts.clock
   * @param {import('../../core/translog.js').LogReader} parts.log
   * @param {import('../../crypto/transcript.js').Transcript} parts.transcript
   * @param {import('../../crypto/keys.js').CapSecret} parts.cap
   * @param {import('../../crypto/keys.js').SignSecret} parts.secret
   * @param {Peer} parts.peer
   * @param {string} parts.myName
   * @param {boolean} parts.sendsReadMarks
   */
  constructor({ connection, clock, log, transcript, cap, secret, peer, myName, sendsReadMarks }) {
    this.#connection = connection;
    this.#clock = clock;
    this.#log = log;
    this.peer = peer;
    this.myName = myName;
    this.sendsReadMarks = sendsReadMarks;
    /** @type {import('../../core/signals.js').Signal<readonly Line[]>} */
    this.messages = signal([]);
    this.typing = signal(false);
    this.unread = signal(0);
    this.draft = signal('');
    this.peerName = signal(peer.name);
    // Only what was heard counts: the relay does not say who is connected.
    this.peerPresent = signal(false);
    /** @type {import('../../core/signals.js').Signal<null | { code: string, who: string }>} */
    this.paused = signal(null);
    this.box = new Box({
      connection,
      clock,
      log,
      transcript,
      cap,
      secret,
      onTaken: (taken) => this.#show(taken),
      onFleeting: (message) => this.#hearTyping(message),
    });
    this.#files = new ChatFiles({
      place: { connection, clock, box16: transcript.state.box16, cap },
      addLine: (file) => this.#addOwnFile(file),
      changeFile: (key, file) => this.#changeFile(key, file),
      removeLine: (key) => this.#remove(key),
      post: (key, kind, payload) => this.#postFile(key, kind, payload),
    });
    this.endsMs = computed(() => this.box.clock.value.endsMs);
    this.connection = connection.state;
    this.closed = computed(() => this.#closed());
    this.purged = computed(() => this.box.clock.value.purged);
    this.#ends = [this.box.changes.subscribe(() => {
      // A post that stands elsewhere than the relay said is an alarm without an envelope.
      this.#showAlarm();
      this.#updateTicks();
    })];
  }

  /** The relay's time, for countdowns. */
  serverNow() {
    return this.#clock.serverNow();
  }

  /** Reads everything and follows. */
  async open() {
    await this.box.open();
  }

  /** After a lost line: reads on and sends what waits. */
  async resume() {
    await this.box.catchUp();
    own('send', this.box.flush());
  }

  /**
   * Sends a text; it shows as pending at once.
   * @param {string} text
   */
  say(text) {
    const content = text.normalize('NFC').trim();
    if (content === '' || this.closed.value !== null) return;
    this.setTyping(false);
    const item = this.box.send(Kind.TEXT, codec.encode('Text', { text: content }));
    const key = `mine-${this.box.outbox.stream}-${item.key}`;
    this.#unsent.set(key, { item, text: content });
    this.#add({
      key, n: 0, kind: 'text', mine: true, author: this.myName, sentMs: item.sentMs, text: content,
      state: 'pending', code: '',
    });
  }

  /**
   * Sends a file; it shows with its progress at once. UnfitFile when it may not be sent.
   * @param {Uint8Array} raw
   * @param {string} name
   */
  sendFile(raw, name) {
    if (this.closed.value !== null) return;
    own('sending a file', this.#files.upload(this.#files.send(raw, name)));
  }

  /**
   * Takes back an own file that is on its way, with all its parts; ends fetching another one.
   * @param {string} key
   */
  cancelFile(key) {
    own('taking a file back', this.#files.cancel(key));
  }

  /**
   * Fetches a file and checks all of it; null when it was refused (its line says why) or cancelled.
   * @param {string} key
   */
  openFile(key) {
    return this.#files.open(key);
  }

  /**
   * Tries a failed message again.
   * @param {string} key
   */
  retry(key) {
    const found = this.#unsent.get(key);
    if (found === undefined) {
      own('sending a file', this.#files.upload(key));
      return;
    }
    this.box.outbox.retry(found.item);
    this.#updateTicks();
    own('send', this.box.flush());
  }

  /**
   * Takes a failed message away.
   * @param {string} key
   */
  discard(key) {
    const found = this.#unsent.get(key);
    if (found === undefined) {
      this.cancelFile(key);
      return;
    }
    this.box.outbox.withdraw(found.item);
    this.#unsent.delete(key);
    this.#remove(key);
    own('send', this.box.flush());
  }

  /**
   * Says that the person is writing, at most every few seconds.
   * @param {boolean} isActive
   */
  setTyping(isActive) {
    const nowMs = this.#clock.elapsed();
    const isRunning = nowMs - this.#typingSaidMs < TYPING_EVERY_MS;
    if (isActive ? isRunning : this.#typingSaidMs === -Infinity) return;
    this.#typingSaidMs = isActive ? nowMs : -Infinity;
    if (this.closed.value === null) own('typing', this.box.typing(isActive));
  }

  /** Ends the chat for both, with a signed word. */
  async close() {
    this.#endedByMe = true;
    // What could not be sent must not stand in the way of the end.
    for (const item of [...this.box.outbox.waiting]) if (item.state === 'failed') this.box.outbox.withdraw(item);
    // Before the end: afterwards the own right to take parts back has ended too.
    own('taking files back', this.#files.cancelAll());
    this.box.outbox.say(Kind.CLOSE, codec.encode('Close', {}), this.#clock.serverNow());
    await this.box.flush();
  }

  /** The person has seen an alarm and goes on. */
  proceed() {
    this.box.transcript.proceed();
    this.paused.value = null;
    own('send', this.box.flush());
  }

  /** The log is on the screen: nothing is unread, and the other side may learn it. */
  markSeen() {
    this.#seenN = this.#lastN();
    this.unread.value = 0;
    this.#planAcknowledgement();
  }

  /**
   * Asks the other side to send a message again that could not be opened.
   * @param {number} n
   */
  askAgain(n) {
    this.box.send(Kind.RESEND_REQUEST, codec.encode('ResendRequest', { n }));
    this.#addSystem('resendAsked', this.#clock.serverNow());
  }

  /** Everything that is not sent, for a person whose chat has ended under their hands. */
  unsentText() {
    const waiting = [...this.#unsent.values()].filter(({ item }) => item.state !== 'stored');
    return [...waiting.map(({ text }) => text), this.draft.value.trim()].filter((text) => text !== '').join('\n\n');
  }

  /** Lets go of the box and of everything that was said. */
  dispose() {
    this.box.stop();
    for (const end of this.#ends) end();
    this.#cancelAcknowledge();
    this.#cancelTyping();
    this.#files.dispose();
    this.#unsent.clear();
    this.messages.value = [];
    this.draft.value = '';
  }

  /** @param {Taken} taken */
  #show(taken) {
    for (const notice of taken.notices) {
      const code = NOTICE_LINES[notice.kind];
      if (code !== undefined) this.#addSystem(code, this.#clock.serverNow());
    }
    if (taken.findings.includes(Verdict.GAP)) this.#addSystem('messageMissing', this.#clock.serverNow());
    if (taken.verdict !== null && SHOWN_AS_PROBLEM.includes(taken.verdict)) this.#addProblem(taken);
    if (taken.message !== null) this.#showMessage(taken.n, taken.message);
    this.#showAlarm();
    this.#updateTicks();
    this.#countUnread();
    this.#planAcknowledgement();
  }

  /**
   * @param {number} n
   * @param {import('../../crypto/verdict.js').Message} message
   */
  #showMessage(n, { opened: { body } }) {
    const isMine = body.sidx === this.box.transcript.own?.sidx;
    if (!isMine) {
      this.#peerSidx = body.sidx;
      this.#heardFromPeer(body.sentMs);
    }
    try {
      if (body.kind === Kind.TEXT) this.#showText(n, body, isMine);
      else if (body.kind === Kind.FILE) this.#showFile(n, body, isMine);
      else if (body.kind === Kind.CLOSE) this.#signedCloseBy = isMine ? 'mine' : 'theirs';
      else if (body.kind === Kind.RESEND_REQUEST && !isMine) this.#sendAgain(codec.decode('ResendRequest', body.payload).n);
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      this.#addProblem({ n, verdict: Verdict.UNREADABLE });
    }
  }

  /**
   * @param {number} n
   * @param {import('../../crypto/envelope.js').Body} body
   * @param {boolean} isMine
   */
  #showText(n, body, isMine) {
    const { text } = codec.decode('Text', body.payload);
    const pending = isMine ? this.#pendingKey(n, body, text) : null;
    if (pending !== null) {
      this.#change(pending, { n, state: 'stored' });
      return;
    }
    if (!isMine) this.typing.value = false;
    this.#add({
      key: `n-${n}`, n, kind: 'text', mine: isMine, author: isMine ? this.myName : this.peer.name,
      sentMs: body.sentMs, text, state: isMine ? 'stored' : '', code: '',
    });
  }

  /**
   * @param {number} n
   * @param {import('../../crypto/envelope.js').Body} body
   * @param {boolean} isMine
   */
  #showFile(n, body, isMine) {
    const pending = isMine ? this.#files.keyOf(body.payload) : null;
    if (pending !== null) {
      this.#change(pending, { n, state: 'stored' });
      return;
    }
    const key = `n-${n}`;
    const file = this.#files.learn(key, body.payload);
    if (!isMine) this.typing.value = false;
    this.#add({
      key, n, kind: 'file', mine: isMine, author: isMine ? this.myName : this.peer.name,
      sentMs: body.sentMs, text: '', state: isMine ? 'stored' : '', code: '', file,
    });
  }

  /**
   * @param {import('./files.js').FileState} file
   * @returns {string}
   */
  #addOwnFile(file) {
    this.#fileCount += 1;
    const key = `file-${this.box.outbox.stream}-${this.#fileCount}`;
    this.#add({
      key, n: 0, kind: 'file', mine: true, author: this.myName, sentMs: this.#clock.serverNow(), text: '',
      state: 'pending', code: '', file,
    });
    return key;
  }

  /**
   * @param {string} key
   * @param {import('./files.js').FileState} file
   */
  #changeFile(key, file) {
    this.#change(key, { file });
    this.#updateTicks();
  }

  /**
   * @param {string} key
   * @param {number} kind
   * @param {Uint8Array} payload
   */
  #postFile(key, kind, payload) {
    const item = this.box.send(kind, payload);
    this.#unsent.set(key, { item, text: '' });
    this.#change(key, { sentMs: item.sentMs });
  }

  /**
   * Finds the line that was shown when this envelope was said on this device. Its number may be known
   * already: the relay's answer and the envelope itself come in either order.
   * @param {number} n
   * @param {import('../../crypto/envelope.js').Body} body
   * @param {string} text
   */
  #pendingKey(n, body, text) {
    if (body.stream !== this.box.outbox.stream) return null;
    for (const [key, { item, text: said }] of this.#unsent) {
      const isSame = item.n === n || (item.n === 0 && item.sentMs === body.sentMs && said === text);
      if (isSame) return key;
    }
    return null;
  }

  /** @param {number} n */
  #sendAgain(n) {
    const line = this.messages.value.find((one) => one.mine && one.n === n && isMessage(one));
    this.#addSystem('resendWanted', this.#clock.serverNow());
    if (line?.kind === 'file') this.#files.sayAgain(line.key);
    else if (line !== undefined) this.say(line.text);
  }

  /** @param {import('../../crypto/verdict.js').Message} message */
  #hearTyping({ opened: { body } }) {
    if (body.sidx === this.box.transcript.own?.sidx) return;
    this.#heardFromPeer(body.sentMs);
    try {
      this.typing.value = codec.decode('Typing', body.payload).active === 1;
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      return;
    }
    this.#cancelTyping();
    this.#cancelTyping = this.#clock.after(TYPING_LASTS_MS, () => {
      this.typing.value = false;
    });
  }

  /**
   * Somebody who wrote, typed or acknowledged just now is there; old history says nothing.
   * @param {number} sentMs
   */
  #heardFromPeer(sentMs) {
    const leftMs = sentMs + PRESENCE_LASTS_MS - this.#clock.serverNow();
    if (leftMs <= 0) return;
    this.#cancelPresence();
    this.peerPresent.value = true;
    this.#cancelPresence = this.#clock.after(leftMs, () => {
      this.peerPresent.value = false;
    });
  }

  #showAlarm() {
    const [alarm] = this.box.transcript.alarms;
    const { stopped, withheld } = this.box.transcript;
    if (stopped !== null) this.paused.value = { code: stopped.kind, who: this.#nameOf(stopped.sidx) };
    else if (alarm !== undefined) this.paused.value = { code: alarm.kind, who: this.#nameOf(alarm.sidx) };
    else if (withheld) this.paused.value = { code: Verdict.WITHHELD, who: '' };
  }

  /** @param {number | null} sidx */
  #nameOf(sidx) {
    if (sidx === null) return '';
    return sidx === this.box.transcript.own?.sidx ? this.myName : this.peer.name;
  }

  #updateTicks() {
    const { transcript } = this.box;
    const delivered = this.#peerSidx < 0 ? 0 : transcript.deliveredTo(this.#peerSidx);
    const read = this.#peerSidx < 0 ? 0 : transcript.readBy(this.#peerSidx);
    let hasChanged = false;
    const lines = this.messages.value.map((line) => {
      const tick = line.mine && isMessage(line) ? this.#tickOf(line, delivered, read) : line.state;
      const n = this.#unsent.get(line.key)?.item.n ?? line.n;
      if (tick === line.state && (n === line.n || n === 0)) return line;
      hasChanged = true;
      return { ...line, state: tick, n: n === 0 ? line.n : n };
    });
    if (hasChanged) this.messages.value = lines;
  }

  /**
   * @param {Line} line
   * @param {number} delivered
   * @param {number} read
   * @returns {Line['state']}
   */
  #tickOf(line, delivered, read) {
    const item = this.#unsent.get(line.key)?.item;
    const n = item?.n || line.n;
    const hasFailed = item === undefined ? line.file?.phase === 'failed' : item.state === 'failed';
    if (n === 0) return hasFailed ? 'failed' : 'pending';
    if (n <= read) return 'read';
    return n <= delivered ? 'delivered' : 'stored';
  }

  #countUnread() {
    const fresh = this.messages.value.filter(
      (line) => !line.mine && isMessage(line) && line.n > this.#seenN,
    );
    this.unread.value = fresh.length;
  }

  #planAcknowledgement() {
    this.#cancelAcknowledge();
    if (this.closed.value !== null || this.box.transcript.owedAcknowledgement() === 0) return;
    this.#cancelAcknowledge = this.#clock.after(ACKNOWLEDGE_AFTER_MS, () => {
      this.box.acknowledge(this.sendsReadMarks ? this.#seenN : 0);
    });
  }

  /** How it ended, once it has. */
  #closed() {
    const { state, reason, closeMinute, purgeMinute } = this.box.clock.value;
    if (state !== BoxState.CLOSED) return null;
    return {
      reason: this.#closedBy(reason),
      closeMs: closeMinute * MINUTE_MS,
      purgeMs: purgeMinute * MINUTE_MS,
    };
  }

  /**
   * Only a signed close message names a person; anything else was the service.
   * @param {number} reason
   * @returns {'mine' | 'theirs' | 'service' | 'left'}
   */
  #closedBy(reason) {
    if (this.#endedByMe || this.#signedCloseBy === 'mine') return 'mine';
    if (this.#signedCloseBy === 'theirs') return 'theirs';
    // Leaving is what a seeker's page does at the quick exit, without a word; staff never do.
    return reason === CloseReason.LEFT && this.peer.role === 'seeker' ? 'left' : 'service';
  }

  /** @param {{ n: number, verdict: string | null }} taken */
  #addProblem({ n, verdict }) {
    this.#add({
      key: `n-${n}`, n, kind: 'problem', mine: false, author: '', sentMs: this.#clock.serverNow(), text: '',
      state: '', code: verdict ?? '',
    });
  }

  /**
   * @param {string} code
   * @param {number} sentMs
   */
  #addSystem(code, sentMs) {
    const key = `s-${code}-${this.messages.value.length}`;
    this.#add({ key, n: 0, kind: 'system', mine: false, author: '', sentMs, text: '', state: '', code });
  }

  /** @param {Line} line */
  #add(line) {
    this.messages.value = [...this.messages.value, line];
  }

  /**
   * @param {string} key
   * @param {Partial<Line>} changes
   */
  #change(key, changes) {
    this.messages.value = this.messages.value.map((line) => (line.key === key ? { ...line, ...changes } : line));
  }

  /** @param {string} key */
  #remove(key) {
    this.messages.value = this.messages.value.filter((line) => line.key !== key);
  }

  #lastN() {
    return this.messages.value.reduce((last, line) => Math.max(last, line.n), 0);
  }
}

/**
 * Tells whether two boxes are the same.
 * @param {ChatModel} chat
 * @param {Uint8Array} box16
 */
export function isChatOf(chat, box16) {
  return equal(chat.box.box16, box16);
}

/**
 * Tells whether a line is something a person sent.
 * @param {Line} line
 */
function isMessage(line) {
  return line.kind === 'text' || line.kind === 'file';
}
