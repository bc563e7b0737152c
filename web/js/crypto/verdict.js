// What the transcript machine answers (protocol section 5, "Transcript rules"). Twin of
// crypto/verdict.py.

/** @typedef {import('./envelope.js').Opened} Opened */
/** @typedef {import('./roster.js').RosterEntry} RosterEntry */

/** One per envelope; what a client does with each stands in the table of section 5. */
export const Verdict = Object.freeze({
  UNREADABLE: 'UNREADABLE',
  OLD_EPOCH: 'OLD_EPOCH',
  BAD_COMMIT: 'BAD_COMMIT',
  NOT_MEMBER: 'NOT_MEMBER',
  BAD_SIG: 'BAD_SIG',
  DUP: 'DUP',
  GAP: 'GAP',
  FORK: 'FORK',
  LOG_FORK: 'LOG_FORK',
  WITHHELD: 'WITHHELD',
  OK: 'OK',
});

/** What the client must fetch before the machine can judge. */
export const NeedKind = Object.freeze({
  ENVELOPES: 'ENVELOPES', // read the box again from number `n`
  LOG: 'LOG', // read the staff log up to size `n`
});

/** What a client draws or does beside the message; no content. */
export const NoticeKind = Object.freeze({
  ADDED: 'ADDED',
  REMOVED: 'REMOVED',
  NEW_EPOCH: 'NEW_EPOCH', // save the keyring
  BEFORE_JOIN: 'BEFORE_JOIN', // counted unopened, for a late joiner
  CERTIFICATE_ENDED: 'CERTIFICATE_ENDED', // once per member; the conversation goes on
  OTHER_VIEW: 'OTHER_VIEW', // this member's view of the box is not mine
  OTHER_HISTORY: 'OTHER_HISTORY', // the relay shows another box than it showed before
  OTHER_LOG: 'OTHER_LOG', // this member's staff log is not mine; the message is the proof
  JOINED: 'JOINED', // the commit by which this member let me in stands here
  DAMAGED: 'DAMAGED', // a commit of this member breaks the rules: stop
  YOU_WERE_REMOVED: 'YOU_WERE_REMOVED', // by this member: stop
  UNINVITED: 'UNINVITED', // this member was let in without my yes; raised by who reads the contents
});

/** @typedef {typeof Verdict[keyof typeof Verdict]} VerdictName */
/** @typedef {typeof NeedKind[keyof typeof NeedKind]} NeedName */
/** @typedef {typeof NoticeKind[keyof typeof NoticeKind]} NoticeName */

/**
 * Fetch this, then call `take` again and name it as tried.
 * @typedef {{ kind: NeedName, n: number }} Need
 */

/**
 * `sidx` is null where no member, only the relay, can be the cause.
 * @typedef {{ kind: NoticeName, sidx: number | null }} Notice
 */

/**
 * A verified message. `n` is its number, of a fleeting one 0.
 * @typedef {{ n: number, opened: Opened, author: RosterEntry }} Message
 */

/**
 * The answer for one envelope. `verdict` null: nothing was taken, `need` says what is missing. GAP,
 * FORK and LOG_FORK let reading go on, so the checks below them run too: `findings` lists every failing
 * check in the table's order, and the gravest is the verdict. OK, GAP, FORK and LOG_FORK bring a
 * `message`.
 * @typedef {object} Taken
 * @property {number} n
 * @property {VerdictName | null} verdict
 * @property {Need | null} need
 * @property {readonly VerdictName[]} findings
 * @property {Message | null} message
 * @property {readonly Notice[]} notices
 */

/**
 * Builds a notice.
 * @param {NoticeName} kind
 * @param {number | null} [sidx]
 * @returns {Notice}
 */
export function notice(kind, sidx = null) {
  return { kind, sidx };
}
