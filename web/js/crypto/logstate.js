// What a log has established so far, and the names of the verdicts on its statements.
// Twin of crypto/logstate.py.

/** @typedef {import('./certificate.js').Certificate} Certificate */
/** @typedef {import('./certificate.js').TeamStatement} TeamStatement */
/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./publication.js').Deletions} Deletions */
/** @typedef {import('./statement.js').Org} Org */
/** @typedef {import('./statement.js').Policy} Policy */
/** @typedef {import('./statement.js').Staff} Staff */

/** Why a statement does not count; OK when it does. */
export const Reason = Object.freeze({
  OK: 'ok',
  MALFORMED: 'malformed',
  DUPLICATE: 'duplicate',
  UNKNOWN_KIND: 'unknown_kind',
  BAD_VALIDITY: 'bad_validity',
  UNKNOWN_ISSUER: 'unknown_issuer',
  BAD_SIGNATURE: 'bad_signature',
  NO_RIGHT: 'no_right',
  ISSUER_REVOKED: 'issuer_revoked',
  ISSUER_ENDED: 'issuer_ended',
  FOREIGN_DEPLOYMENT: 'foreign_deployment',
  STALE: 'stale',
  SUBJECT_TAKEN: 'subject_taken',
  KEY_TAKEN: 'key_taken',
  UNKNOWN_TARGET: 'unknown_target',
  ALREADY_REVOKED: 'already_revoked',
  EPOCH_TAKEN: 'epoch_taken',
  EPOCH_SKIPPED: 'epoch_skipped',
  NOT_MEMBER: 'not_member',
  UNKNOWN_MEMBER: 'unknown_member',
  KEY_KEPT: 'key_kept',
  KEY_REUSED: 'key_reused',
  KEY_REVOKED: 'key_revoked',
  NOT_REVOKED: 'not_revoked',
  ALREADY_REPLACED: 'already_replaced',
  DAY_TAKEN: 'day_taken',
  DAY_SKIPPED: 'day_skipped',
});

/**
 * Writes bytes as text, because a Map knows byte arrays by identity only.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function textKey(bytes) {
  // At once: joined byte by byte, KEM keys would make a long log twice as slow.
  return String.fromCharCode.apply(null, /** @type {any} */ (bytes));
}

/**
 * What the log has established so far; changed by `apply` only. `keys` and `holders` are by key hash;
 * root and standby have no holder. `inboxes` says which subject or team owns a KEM key. `teams` holds
 * every valid statement of a team, oldest first. `barred` are the subjects whose keys get no
 * certificate any more. `releases` are leaf hashes: what they and SITE say, no page asks. `days` are those
 * whose deletions were entered. All keys of maps but `days`, owners and subjects are `textKey`s.
 */
export class State {
  /** @type {Policy | null} */ policy = null;
  /** @type {number | null} */ policySinceMs = null;
  /** @type {Map<string, SignPublic>} */ keys = new Map();
  /** @type {Map<string, string>} */ holders = new Map();
  /** @type {Map<string, string>} */ inboxes = new Map();
  /** @type {Map<string, Staff>} */ people = new Map();
  /** @type {Map<string, Readonly<Certificate>>} */ certificates = new Map();
  /** @type {Map<string, readonly string[]>} */ own = new Map();
  /** @type {Map<string, readonly Readonly<TeamStatement>[]>} */ teams = new Map();
  /** @type {Set<string>} */ barred = new Set();
  /** @type {Set<string>} */ releases = new Set();
  /** @type {number | null} */ releaseSinceMs = null;
  /** @type {number | null} */ siteSinceMs = null;
  /** @type {Map<number, Deletions>} */ days = new Map();
  /** @type {number | null} the last of `days` */ lastDay = null;

  /**
   * @param {Org} org
   * @param {number} rootSinceMs
   */
  constructor(org, rootSinceMs) {
    this.org = org;
    this.rootPk = org.rootPk;
    this.rootSinceMs = rootSinceMs;
  }

  /** Returns an independent state; everything inside the tables is immutable. */
  copy() {
    const twin = new State(this.org, this.rootSinceMs);
    twin.rootPk = this.rootPk;
    twin.policy = this.policy;
    twin.policySinceMs = this.policySinceMs;
    twin.keys = new Map(this.keys);
    twin.holders = new Map(this.holders);
    twin.inboxes = new Map(this.inboxes);
    twin.people = new Map(this.people);
    twin.certificates = new Map(this.certificates);
    twin.own = new Map(this.own);
    twin.teams = new Map(this.teams);
    twin.barred = new Set(this.barred);
    twin.releases = new Set(this.releases);
    twin.releaseSinceMs = this.releaseSinceMs;
    twin.siteSinceMs = this.siteSinceMs;
    twin.days = new Map(this.days);
    twin.lastDay = this.lastDay;
    return twin;
  }

  /**
   * Returns a subject's valid certificates of one kind, revoked ones too, oldest first.
   * @param {string} subject
   * @param {number} kind
   * @returns {Readonly<Certificate>[]}
   */
  certificatesOf(subject, kind) {
    const found = [];
    for (const hash of this.own.get(subject) ?? []) {
      const one = this.certificates.get(hash);
      if (one?.kind === kind) found.push(one);
    }
    return found;
  }
}
