// One chat as both roles see it: messages, ticks, typing, end. Draws nothing; views subscribe.

import { Kind } from '../../crypto/envelope.js';
import { RemoteError } from '../../crypto/errors.js';
import { NoticeKind, Verdict } from '../../crypto/verdict.js';
import { Box } from '../../core/box.js';
import { computed, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { BoxState, CloseReason } from '../../wire/catalogue.js';
import * as codec from '../../wire/codec.js';
import { ChatFiles } from './files.js';
import { Learned } from './learned.js';
import { Lines, isMessage } from './lines.js';
import { Presence } from './presence.js';
import { Seen } from './seen.js';
import { WORDS_DIFFER } from './stops.js';

/** @typedef {import('../../core/outbox.js').Item} Item */
/** @typedef {import('../../crypto/verdict.js').Taken} Taken */

/** @typedef {import('./lines.js').Line} Line */

/**
 * Who sits on the other side, as verified.
 * @typedef {{ name: string, role: 'seeker' | 'counsellor',
 *   words: () => Promise<import('../../core/wordlists.js').Words> }} Peer
 */


const MINUTE_MS = 60_000;
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
  #lines = new Lines();
  #presence;
  #seen;
  #endedByMe = false;
  /** @type {(() => void)[]} */
  #ends = [];
  /** @type {Map<string, { item: Item, text: string }>} */
  #unsent = new Map();
  #files;
  #fileCount = 0;
  #peerSidx = -1;
  #learned;

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
   * @param {(given: string) => string} [parts.readName] what a seeker calls themselves, as it may be shown;
   *   RemoteError for what is no pseudonym. A seeker hears only their own.
   */
  constructor({ connection, clock, log, transcript, cap, secret, peer, myName, sendsReadMarks, readName = (given) => given }) {
    this.#connection = connection;
    this.#clock = clock;
    this.#log = log;
    this.peer = peer;
    this.myName = myName;
    this.sendsReadMarks = sendsReadMarks;
    this.messages = this.#lines.all;
    this.draft = signal('');
    this.#learned = new Learned(readName);
    this.pseudonym = this.#learned.pseudonym;
    this.accountOffered = this.#learned.accountOffered;
    /** The counsellor is verified by name; a seeker has a number, until they say a pseudonym. */
    this.peerName = computed(() => (peer.role === 'seeker' && this.pseudonym.value) || peer.name);
    /** Tells whether the own side reads on after the end. */
    this.staysReadable = signal(false);
    /** How sure the key is: signed by the organisation, or its words compared by the person too. */
    this.level = signal(/** @type {'confirmed' | 'checked'} */ ('confirmed'));
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
    this.#presence = new Presence(clock, (isActive) => own('typing', this.box.typing(isActive)));
    this.typing = this.#presence.isTyping;
    this.peerPresent = this.#presence.isPresent;
    this.#seen = new Seen({
      clock, transcript, lines: this.#lines, acknowledge: (readN) => this.#acknowledge(readN),
    });
    this.unread = this.#seen.unread;
    this.#files = new ChatFiles({
      place: { connection, clock, box16: transcript.state.box16, cap },
      addLine: (file) => this.#addOwnFile(file),
      changeFile: (key, file) => this.#changeFile(key, file),
      removeLine: (key) => this.#lines.remove(key),
      post: (key, kind, payload) => this.#postFile(key, kind, payload),
    });
    this.endsMs = computed(() => this.box.clock.value.endsMs);
    this.connection = connection.state;
    this.closed = computed(() => this.#closed());
    this.purged = computed(() => this.box.clock.value.purged);
    this.#ends = [this.box.changes.subscribe(() => {
      // A post that stands elsewhere than the relay said is an alarm without an envelope.
      this.showAlarm();
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
    this.#lines.add({
      key, kind: 'text', mine: true, author: this.myName, sentMs: item.sentMs, text: content, state: 'pending',
    });
  }

  /**
   * Sends a file; it shows with its progress at once, or with the reason why it may not be sent.
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
    this.#lines.remove(key);
    own('send', this.box.flush());
  }

  /**
   * Says that the person is writing, at most every few seconds.
   * @param {boolean} isActive
   */
  setTyping(isActive) {
    if (this.closed.value === null) this.#presence.write(isActive);
  }

  /**
   * Tells the other side under which name one writes.
   * @param {string} pseudonym
   */
  introduce(pseudonym) {
    this.box.send(Kind.INTRODUCTION, codec.encode('Introduction', { pseudonym }));
  }

  /** A counsellor offers the way back: an access, before the end. */
  offerAccount() {
    if (this.closed.value === null && !this.accountOffered.value) this.box.send(Kind.ACCOUNT_OFFER, codec.encode('AccountOffer', {}));
  }

  /** Ends the chat for both, with a signed word; what was not sent by now stays unsent. */
  async close() {
    this.#endedByMe = true;
    // Before the end: afterwards the own right to take parts back has ended too.
    own('taking files back', this.#files.cancelAll());
    await this.box.close();
  }

  /** The person has seen an alarm and goes on. */
  proceed() {
    this.box.transcript.proceed();
    this.paused.value = null;
    own('send', this.box.flush());
  }

  /**
   * The person has compared the organisation's words. Where they differ nothing more is written, until
   * the end or another look.
   * @param {boolean} fit
   */
  compareWords(fit) {
    this.level.value = fit ? 'checked' : 'confirmed';
    this.paused.value = fit ? null : { code: WORDS_DIFFER, who: '' };
    if (fit) this.showAlarm();
  }

  /** The log is on the screen: nothing is unread, and the other side may learn it. */
  markSeen() {
    this.#seen.mark();
  }

  /**
   * Asks the other side to send a message again that could not be opened.
   * @param {number} n
   */
  askAgain(n) {
    this.box.send(Kind.RESEND_REQUEST, codec.encode('ResendRequest', { n }));
    this.#tell('resendAsked');
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
    this.#seen.dispose();
    this.#presence.dispose();
    this.#files.dispose();
    this.#unsent.clear();
    this.#lines.clear();
    this.draft.value = '';
  }

  /** @param {Taken} taken */
  #show(taken) {
    for (const notice of taken.notices) {
      const code = NOTICE_LINES[notice.kind];
      if (code !== undefined) this.#tell(code);
    }
    if (taken.findings.includes(Verdict.GAP)) this.#tell('messageMissing');
    if (taken.verdict !== null && SHOWN_AS_PROBLEM.includes(taken.verdict)) {
      this.#lines.addProblem(taken.n, taken.verdict, this.#clock.serverNow());
    }
    if (taken.message !== null) this.#showMessage(taken.n, taken.message);
    this.showAlarm();
    this.#updateTicks();
    this.#seen.count();
    if (this.closed.value === null) this.#seen.plan();
  }

  /**
   * @param {number} n
   * @param {import('../../crypto/verdict.js').Message} message
   */
  #showMessage(n, message) {
    const { body } = message.opened;
    const isMine = body.sidx === this.box.transcript.own?.sidx;
    if (isMine) {
      if (body.kind === Kind.TEXT || body.kind === Kind.FILE) this.#seen.answered(body.headN);
    } else {
      this.#peerSidx = body.sidx;
      this.#presence.heard(body.sentMs);
      if (body.kind === Kind.TEXT || body.kind === Kind.FILE) this.#presence.heardMessage();
    }
    try {
      if (body.kind === Kind.TEXT) this.#showText(n, body, isMine);
      else if (body.kind === Kind.FILE) this.#showFile(n, body, isMine);
      else if (body.kind === Kind.RESEND_REQUEST && !isMine) this.#sendAgain(codec.decode('ResendRequest', body.payload).n);
      else this.#learn(message, isMine);
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      this.#lines.addProblem(n, Verdict.UNREADABLE, this.#clock.serverNow());
    }
  }

  /**
   * What tells something about the conversation stands in its log, once.
   * @param {import('../../crypto/verdict.js').Message} message
   * @param {boolean} isMine
   */
  #learn(message, isMine) {
    const [pseudonym, wasOffered] = [this.pseudonym.value, this.accountOffered.value];
    this.#learned.take(message, isMine);
    if (this.accountOffered.value && !wasOffered) this.#tell(isMine ? 'accountOfferedByMe' : 'accountOffered');
    if (this.pseudonym.value === pseudonym) return;
    this.#tell(isMine ? 'introducedByMe' : 'introduced');
    const author = this.peerName.value;
    this.#lines.changeEach((line) => (line.mine || line.author === '' || line.author === author ? line : { ...line, author }));
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
      this.#lines.change(pending, { n, state: 'stored' });
      return;
    }
    this.#lines.add({ key: `n-${n}`, n, kind: 'text', ...this.#by(isMine), sentMs: body.sentMs, text });
  }

  /**
   * @param {number} n
   * @param {import('../../crypto/envelope.js').Body} body
   * @param {boolean} isMine
   */
  #showFile(n, body, isMine) {
    const pending = isMine ? this.#files.keyOf(body.payload) : null;
    if (pending !== null) {
      this.#lines.change(pending, { n, state: 'stored' });
      return;
    }
    const key = `n-${n}`;
    const file = this.#files.learn(key, body.payload);
    this.#lines.add({ key, n, kind: 'file', ...this.#by(isMine), sentMs: body.sentMs, file });
  }

  /**
   * @param {import('./files.js').FileState} file
   * @returns {string}
   */
  #addOwnFile(file) {
    this.#fileCount += 1;
    const key = `file-${this.box.outbox.stream}-${this.#fileCount}`;
    this.#lines.add({
      key, kind: 'file', mine: true, author: this.myName, sentMs: this.#clock.serverNow(), state: 'pending', file,
    });
    return key;
  }

  /**
   * @param {string} key
   * @param {import('./files.js').FileState} file
   */
  #changeFile(key, file) {
    this.#lines.change(key, { file });
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
    this.#lines.change(key, { sentMs: item.sentMs });
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
    this.#tell('resendWanted');
    if (line?.kind === 'file') this.#files.sayAgain(line.key);
    else if (line !== undefined) this.say(line.text);
  }

  /** @param {import('../../crypto/verdict.js').Message} message */
  #hearTyping({ opened: { body } }) {
    if (body.sidx === this.box.transcript.own?.sidx) return;
    this.#presence.heard(body.sentMs);
    try {
      this.#presence.heardTyping(codec.decode('Typing', body.payload).active === 1);
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
    }
  }

  /** What the transcript has to say that nobody has decided about. */
  showAlarm() {
    const [alarm] = this.box.transcript.alarms;
    const { stopped, withheld } = this.box.transcript;
    if (stopped !== null) this.paused.value = { code: stopped.kind, who: this.#nameOf(stopped.sidx) };
    else if (alarm !== undefined) this.paused.value = { code: alarm.kind, who: this.#nameOf(alarm.sidx) };
    else if (withheld) this.paused.value = { code: Verdict.WITHHELD, who: '' };
  }

  /** @param {number | null} sidx */
  #nameOf(sidx) {
    if (sidx === null) return '';
    return sidx === this.box.transcript.own?.sidx ? this.myName : this.peerName.value;
  }

  #updateTicks() {
    const { transcript } = this.box;
    const delivered = this.#peerSidx < 0 ? 0 : transcript.deliveredTo(this.#peerSidx);
    const read = this.#peerSidx < 0 ? 0 : transcript.readBy(this.#peerSidx);
    this.#lines.changeEach((line) => {
      const state = line.mine && isMessage(line) ? this.#tickOf(line, delivered, read) : line.state;
      const n = this.#unsent.get(line.key)?.item.n || line.n;
      return state === line.state && n === line.n ? line : { ...line, state, n };
    });
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

  /** @param {number} readN */
  #acknowledge(readN) {
    if (this.closed.value === null) this.box.acknowledge(this.sendsReadMarks ? readN : 0);
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
    if (this.#endedByMe || this.#learned.closedBy === 'mine') return 'mine';
    if (this.#learned.closedBy === 'theirs') return 'theirs';
    // Leaving is what a seeker's page does at the quick exit, without a word; staff never do.
    return reason === CloseReason.LEFT && this.peer.role === 'seeker' ? 'left' : 'service';
  }

  /**
   * Says something in the log that this client knows by itself.
   * @param {string} code
   */
  #tell(code) {
    this.#lines.addSystem(code, this.#clock.serverNow());
  }

  /**
   * What a line says about its writer.
   * @param {boolean} isMine
   * @returns {Pick<Line, 'mine' | 'author' | 'state'>}
   */
  #by(isMine) {
    return isMine
      ? { mine: true, author: this.myName, state: 'stored' }
      : { mine: false, author: this.peerName.value, state: '' };
  }
}
