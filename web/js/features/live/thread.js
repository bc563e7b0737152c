// A conversation as both roles see it: what was said and by whom, ticks, alarms, its end. What a live chat
// has beyond that is chat.js, what a written one has is ../enquiries/thread.js. Draws nothing; views subscribe.

import { Kind } from '../../crypto/envelope.js';
import { RemoteError } from '../../crypto/errors.js';
import { Role } from '../../crypto/roster.js';
import { NoticeKind, Verdict } from '../../crypto/verdict.js';
import { Box } from '../../core/box.js';
import { computed, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { BoxState, CloseReason } from '../../wire/catalogue.js';
import * as codec from '../../wire/codec.js';
import { Learned, isWord } from './learned.js';
import { Lines, isMessage } from './lines.js';
import { Saying } from './saying.js';
import { Seen } from './seen.js';

/** @typedef {import('../../crypto/verdict.js').Message} Message */
/** @typedef {import('../../crypto/verdict.js').Taken} Taken */

/**
 * Who sits on the other side, as verified.
 * @typedef {{ name: string, role: 'seeker' | 'counsellor' | 'team',
 *   portrait?: import('../../core/portraits.js').Portrait | null, words: () => Promise<import('../../core/wordlists.js').Words> }} Peer
 */

/**
 * @typedef {object} Parts
 * @property {import('../../core/connection.js').Connection} connection
 * @property {import('../../core/clock.js').Clock} clock
 * @property {import('../../core/translog.js').LogReader} log
 * @property {import('../../crypto/transcript.js').Transcript} transcript
 * @property {import('../../crypto/keys.js').CapSecret} cap
 * @property {import('../../crypto/keys.js').SignSecret} secret
 * @property {Peer} peer
 * @property {string} myName
 * @property {boolean} sendsReadMarks
 * @property {(given: string) => string} [readName] what a seeker calls themselves, as it may be shown;
 *   RemoteError for what is no pseudonym. A seeker hears only their own.
 * @property {Learned} [learned] what a kind of conversation learns
 */

const MINUTE_MS = 60_000;
/** The words that a person compared are not the organisation's: this may be somebody else's service. */
export const WORDS_DIFFER = 'words_differ';
/** Why a conversation pauses with no "continue anyway"; texts: `chat.stop_<code>`. */
export const FINAL_STOPS = Object.freeze(['DAMAGED', 'YOU_WERE_REMOVED', WORDS_DIFFER]);
/** System lines by the notices of the transcript; others are no news for people. */
/** @type {Record<string, string>} */
const NOTICE_LINES = {
  [NoticeKind.CERTIFICATE_ENDED]: 'certificateEnded',
  [NoticeKind.DAMAGED]: 'boxDamaged',
  [NoticeKind.YOU_WERE_REMOVED]: 'youWereRemoved',
};
/** @type {readonly string[]} */
const SHOWN_AS_PROBLEM = [Verdict.UNREADABLE, Verdict.OLD_EPOCH, Verdict.NOT_MEMBER, Verdict.BAD_SIG];

export class Thread {
  #clock;
  #log;
  #lines = new Lines();
  #learned;
  #saying;
  #seen;
  #peer;
  #endedByMe = false;
  /** When what was read last was said; lines of this client's own stand there. */
  #atMs = 0;
  /** Who of the other side was heard, by sidx. @type {Set<number>} */
  #others = new Set();
  /** @type {(() => void)[]} */
  #ends;

  /** @param {Parts} parts */
  constructor({ connection, clock, log, transcript, cap, secret, peer, myName, sendsReadMarks, readName = (given) => given, learned = new Learned(readName) }) {
    this.#clock = clock;
    this.#log = log;
    this.#peer = signal(peer);
    this.myName = myName;
    this.sendsReadMarks = sendsReadMarks;
    this.messages = this.#lines.all;
    this.draft = signal('');
    this.#learned = learned;
    this.pseudonym = this.#learned.pseudonym;
    /** The other side is verified by name; a seeker has a number, until they say a pseudonym. */
    this.peerName = computed(() => (this.peer.role === 'seeker' && this.pseudonym.value) || this.peer.name);
    /** How sure the key is: signed by the organisation, or its words compared by the person too. */
    this.level = signal(/** @type {'confirmed' | 'checked'} */ ('confirmed'));
    /** @type {import('../../core/signals.js').Signal<null | { code: string, who: string }>} */
    this.paused = signal(null);
    this.box = new Box({
      connection, clock, log, transcript, cap, secret,
      onTaken: (taken) => this.#show(taken),
      onFleeting: (message) => this.onFleeting(message),
    });
    this.#saying = new Saying({
      box: this.box, lines: this.#lines, clock, myName,
      place: { connection, clock, box16: transcript.state.box16, cap },
      onChange: () => this.#updateTicks(),
    });
    this.#seen = new Seen({ clock, transcript, lines: this.#lines, acknowledge: (readN) => this.#acknowledge(readN) });
    this.unread = this.#seen.unread;
    /** When the relay ends it by itself; 0: it does not. */
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

  get peer() {
    return this.#peer.value;
  }

  /** What the members have said about the conversation itself. */
  get learned() {
    return this.#learned;
  }

  /** The log as this conversation judges by it. */
  get log() {
    return this.#log;
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
    this.sayAs(Kind.TEXT, codec.encode('Text', { text: content }), content);
  }

  /**
   * Sends a file; it shows with its progress at once, or with the reason why it may not be sent. Resolves
   * when it is on its way as a whole, refused or taken back.
   * @param {Uint8Array} raw
   * @param {string} name
   */
  async sendFile(raw, name) {
    if (this.closed.value === null) await this.#saying.sendFile(raw, name);
  }

  /**
   * Takes back an own file that is on its way, with all its parts; ends fetching another one.
   * @param {string} key
   */
  cancelFile(key) {
    this.#saying.cancelFile(key);
  }

  /**
   * Fetches a file and checks all of it; null when it was refused (its line says why) or cancelled.
   * @param {string} key
   */
  openFile(key) {
    return this.#saying.openFile(key);
  }

  /** Tries a failed message again. @param {string} key */
  retry(key) {
    this.#saying.retry(key);
  }

  /** Takes a failed message away. @param {string} key */
  discard(key) {
    this.#saying.discard(key);
  }

  /**
   * Tells the other side under which name one writes.
   * @param {string} pseudonym
   */
  introduce(pseudonym) {
    this.box.send(Kind.INTRODUCTION, codec.encode('Introduction', { pseudonym }));
  }

  /** Ends the conversation for all, with a signed word; what was not sent by now stays unsent. */
  async close() {
    this.#endedByMe = true;
    // Before the end: afterwards the own right to take parts back has ended too.
    this.#saying.cancelFiles();
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
    this.tell('resendAsked', { atMs: this.serverNow() });
  }

  /** Everything that is not sent, for a person whose conversation has ended under their hands. */
  unsentText() {
    return [...this.#saying.waiting, this.draft.value.trim()].filter((text) => text !== '').join('\n\n');
  }

  /** What the transcript has to say that nobody has decided about. */
  showAlarm() {
    const [alarm] = this.box.transcript.alarms;
    const { stopped, withheld } = this.box.transcript;
    if (stopped !== null) this.paused.value = { code: stopped.kind, who: this.#whoOf(stopped.sidx) };
    else if (alarm !== undefined) this.paused.value = { code: alarm.kind, who: this.#whoOf(alarm.sidx) };
    else if (withheld) this.paused.value = { code: Verdict.WITHHELD, who: '' };
  }

  /** Lets go of the box and of everything that was said. */
  dispose() {
    this.box.stop();
    for (const end of this.#ends) end();
    this.#seen.dispose();
    this.#saying.dispose();
    this.#lines.clear();
    this.draft.value = '';
  }

  // --- for the kinds of conversation ----------------------------------------------------------------

  /**
   * A message was judged and is shown; RemoteError for a genuine one of a broken shape.
   * @param {Message} _message
   * @param {boolean} _isMine
   */
  onMessage(_message, _isMine) {}

  /** Somebody gave a sign that is never stored. @param {Message} _message */
  onFleeting(_message) {}

  /**
   * Who is in the conversation has changed, or is known for the first time.
   * @param {number} _atMs when
   * @param {Message | null} _commit what changed it; null where this reader begins behind it
   */
  onRoster(_atMs, _commit) {}

  /**
   * How somebody else is called in this conversation.
   * @param {number} _sidx
   */
  nameOf(_sidx) {
    return this.peerName.value;
  }

  /**
   * Sends what shows as a text.
   * @param {number} kind
   * @param {Uint8Array} payload
   * @param {string} text
   */
  sayAs(kind, payload, text) {
    return this.#saying.say(kind, payload, text);
  }

  /**
   * Says something in the log that this client knows by itself; returns the key of its line.
   * @param {string} code
   * @param {{ atMs?: number, from?: number, name?: string }} [about] whom it is about, by sidx, or by name alone
   */
  tell(code, { atMs = this.#atMs || this.serverNow(), from = -1, name = from < 0 ? '' : this.nameOf(from) } = {}) {
    return this.#lines.addSystem(code, atMs, name, from);
  }

  /** Somebody else sits on the other side from now on. @param {Peer} peer */
  changePeer(peer) {
    this.#peer.value = peer;
    this.renameAuthors();
  }

  /** Names have become known: the lines say them too. */
  renameAuthors() {
    this.#lines.changeEach((line) => {
      const author = line.from < 0 ? line.author : this.nameOf(line.from);
      return author === line.author ? line : { ...line, author };
    });
  }

  // --- reading --------------------------------------------------------------------------------------

  /** @param {Taken} taken */
  #show(taken) {
    this.#atMs = taken.message?.opened.body.sentMs ?? this.#atMs;
    for (const notice of taken.notices) {
      const code = NOTICE_LINES[notice.kind];
      // Whatever comes after a stop meets it again; it is told once.
      if (code !== undefined && notice.kind !== this.paused.value?.code) this.tell(code);
    }
    if (taken.findings.includes(Verdict.GAP)) this.tell('messageMissing');
    if (taken.verdict !== null && SHOWN_AS_PROBLEM.includes(taken.verdict)) this.#addProblem(taken.n, taken.verdict);
    if (taken.notices.some(({ kind }) => kind === NoticeKind.NEW_EPOCH)) this.onRoster(this.#atMs, taken.message);
    if (taken.message !== null) this.#showMessage(taken.n, taken.message);
    this.showAlarm();
    this.#updateTicks();
    this.#seen.count();
    if (this.closed.value === null) this.#seen.plan();
  }

  /**
   * @param {number} n
   * @param {Message} message
   */
  #showMessage(n, message) {
    const { author, opened: { body } } = message;
    const { own: me } = this.box.transcript;
    // A seeker with a new access has said what the old one said.
    const isSeeker = this.peer.role !== 'seeker';
    const isMine = isSeeker ? author.role === Role.SEEKER : body.sidx === me?.sidx;
    if (isMine && isWord(body.kind)) this.#seen.answered(body.headN);
    if (!isMine && (author.role === Role.SEEKER) !== isSeeker) this.#others.add(body.sidx);
    try {
      this.onMessage(message, isMine);
      if (body.kind === Kind.TEXT) this.#showText(n, body, isMine, codec.decode('Text', body.payload).text);
      // What a written one begins with shows as its text.
      else if (body.kind === Kind.ENQUIRY) this.#showText(n, body, isMine, codec.decode('Enquiry', body.payload).text);
      else if (body.kind === Kind.FILE) this.#showFile(n, body, isMine);
      else if (body.kind === Kind.RESEND_REQUEST && !isMine) this.#sendAgain(codec.decode('ResendRequest', body.payload).n);
      this.#learn(message, isMine);
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      this.#addProblem(n, Verdict.UNREADABLE);
    }
  }

  /**
   * What tells something about the conversation stands in its log, once.
   * @param {Message} message
   * @param {boolean} isMine
   */
  #learn(message, isMine) {
    const { pseudonym, accountOffered } = this.#learned;
    const [name, wasOffered] = [pseudonym.value, accountOffered.value];
    this.#learned.take(message, isMine);
    if (accountOffered.value && !wasOffered) this.tell(isMine ? 'accountOfferedByMe' : 'accountOffered');
    if (pseudonym.value === name) return;
    this.tell(isMine ? 'introducedByMe' : 'introduced');
    this.renameAuthors();
  }

  /**
   * @param {number} n
   * @param {import('../../crypto/envelope.js').Body} body
   * @param {boolean} isMine
   * @param {string} text
   */
  #showText(n, body, isMine, text) {
    const pending = isMine ? this.#saying.keyOfText(n, body, text) : null;
    if (pending !== null) {
      this.#lines.change(pending, { n, state: 'stored' });
      return;
    }
    this.#lines.add({ key: `n-${n}`, n, kind: 'text', ...this.#by(body.sidx, isMine), sentMs: body.sentMs, text });
  }

  /**
   * @param {number} n
   * @param {import('../../crypto/envelope.js').Body} body
   * @param {boolean} isMine
   */
  #showFile(n, body, isMine) {
    const pending = isMine ? this.#saying.keyOfFile(body.payload) : null;
    if (pending !== null) {
      this.#lines.change(pending, { n, state: 'stored' });
      return;
    }
    const key = `n-${n}`;
    const file = this.#saying.learnFile(key, body.payload);
    this.#lines.add({ key, n, kind: 'file', ...this.#by(body.sidx, isMine), sentMs: body.sentMs, file });
  }

  /** @param {number} n */
  #sendAgain(n) {
    const line = this.messages.value.find((one) => one.mine && one.n === n && isMessage(one));
    this.tell('resendWanted');
    if (line?.kind === 'file') this.#saying.sayFileAgain(line.key);
    else if (line !== undefined) this.say(line.text);
  }

  /** @param {number} n @param {string} verdict */
  #addProblem(n, verdict) {
    this.#lines.addProblem(n, verdict, this.#atMs || this.serverNow());
  }

  /** @param {number | null} sidx */
  #whoOf(sidx) {
    if (sidx === null) return '';
    return sidx === this.box.transcript.own?.sidx ? this.myName : this.nameOf(sidx);
  }

  #updateTicks() {
    const { transcript } = this.box;
    const others = [...this.#others];
    this.#saying.updateTicks(
      Math.max(0, ...others.map((sidx) => transcript.deliveredTo(sidx))),
      Math.max(0, ...others.map((sidx) => transcript.readBy(sidx))),
    );
  }

  /** @param {number} readN */
  #acknowledge(readN) {
    if (this.closed.value === null) this.box.acknowledge(this.sendsReadMarks ? readN : 0);
  }

  /** How it ended, once it has. */
  #closed() {
    const { state, reason, closeMinute, purgeMinute } = this.box.clock.value;
    if (state !== BoxState.CLOSED) return null;
    return { reason: this.#closedBy(reason), closeMs: closeMinute * MINUTE_MS, purgeMs: purgeMinute * MINUTE_MS };
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
   * What a line says about its writer.
   * @param {number} sidx
   * @param {boolean} isMine
   * @returns {Pick<import('./lines.js').Line, 'mine' | 'author' | 'from' | 'state'>}
   */
  #by(sidx, isMine) {
    return isMine
      ? { mine: true, author: this.myName, from: -1, state: 'stored' }
      : { mine: false, author: this.nameOf(sidx), from: sidx, state: '' };
  }
}
