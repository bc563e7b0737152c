// What a client knows of the organisation's log after replaying all of it. Twin of crypto/logview.py.
//
// A `LogView` that anybody holds is never changed: `extend` returns a new one, so leaves that turn out not
// to fit the log's checkpoint are dropped by keeping the old view. Order of use: `replay`, then `checkCheckpoint`
// and `checkPin`, and only then ask it anything (protocol section 4).

import { decodeLeaf, fingerprint as fingerprintOf, leafHash, payloadHash, runsAt } from './certificate.js';
import { openCheckpoint } from './checkpoint.js';
import { BadProof, BadStatement, RemoteError } from './errors.js';
import { apply, found, judge } from './logrules.js';
import { Reason, textKey } from './logstate.js';
import { Tree } from './merkle.js';
import { equal } from './primitives.js';
import { decode, decodeOrg, isKnown } from './statement.js';

/** @typedef {import('./certificate.js').Certificate} Certificate */
/** @typedef {import('./certificate.js').Leaf} Leaf */
/** @typedef {import('./certificate.js').TeamStatement} TeamStatement */
/** @typedef {import('./checkpoint.js').Checkpoint} Checkpoint */
/** @typedef {import('./logstate.js').State} State */
/** @typedef {import('./publication.js').Deletions} Deletions */
/** @typedef {import('./statement.js').Org} Org */
/** @typedef {import('./statement.js').Payload} Payload */
/** @typedef {import('./statement.js').Policy} Policy */

/** How a stated (size, root) lies to a view. */
export const Position = Object.freeze({ KNOWN: 'known', AHEAD: 'ahead', FORK: 'fork' });

/**
 * One leaf as judged. `leaf` is null when malformed, `payload` also when the kind is unknown. `hash`
 * is HASH("leaf", leaf), the certificate or TEAM hash; `isValid` says that the statement counts.
 * @typedef {object} Entry
 * @property {number} index
 * @property {Uint8Array} hash
 * @property {string} reason one of logrules.js Reason
 * @property {boolean} isValid
 * @property {Readonly<Leaf> | null} leaf
 * @property {Payload | null} payload
 */

/** The judged log under one organisation fingerprint; starts empty. */
export class LogView {
  /** @type {Uint8Array | null} */ #wantedDeployment;
  #tree = new Tree();
  /** @type {Readonly<Entry>[]} */ #entries = [];
  /** @type {Set<string>} */ #seen = new Set();
  /** @type {State | null} */ #state = null;

  /**
   * @param {Uint8Array} fingerprint
   * @param {Uint8Array | null} [deploymentId]
   */
  constructor(fingerprint, deploymentId = null) {
    this.fingerprint = fingerprint;
    this.#wantedDeployment = deploymentId;
  }

  /**
   * Returns the view with these leaves added, each beside its payload. BadStatement when the first
   * leaf of all is not this organisation's; BadProof when a payload is not the one its leaf names:
   * such a relay is hiding a statement, perhaps a REVOKE.
   * @param {readonly Uint8Array[]} leaves
   * @param {readonly Uint8Array[]} payloads
   * @returns {LogView}
   */
  extend(leaves, payloads) {
    const longer = this.copy();
    longer.take(leaves, payloads);
    return longer;
  }

  /** Returns an equal view, which its maker alone may `take` leaves into. */
  copy() {
    const twin = new LogView(this.fingerprint, this.#wantedDeployment);
    twin.#tree = this.#tree.copy();
    twin.#entries = this.#entries.slice();
    twin.#seen = new Set(this.#seen);
    twin.#state = this.#state?.copy() ?? null;
    return twin;
  }

  /**
   * Adds leaves to a copy that nobody else has; throws as `extend`, and is then of no use. A long log comes
   * in many parts, and copying it for each would cost its square.
   * @param {readonly Uint8Array[]} leaves
   * @param {readonly Uint8Array[]} payloads
   */
  take(leaves, payloads) {
    if (leaves.length !== payloads.length) throw new BadProof('leaves and payloads do not pair');
    leaves.forEach((leaf, i) => this.#append(leaf, payloads[i]));
  }

  // --- the tree ---------------------------------------------------------------------------

  /** Number of leaves, bad ones included. */
  get size() {
    return this.#tree.size;
  }

  /** Returns the Merkle root over all leaves. */
  root() {
    return this.#tree.root();
  }

  /**
   * Returns the root when the log had `size` leaves; LocalError beyond the present size.
   * @param {number} size
   * @returns {Uint8Array}
   */
  rootAt(size) {
    return this.#tree.rootAt(size);
  }

  /** Returns the RFC 6962 hash of every leaf, in order: the log without what it says. */
  leafHashes() {
    return this.#entries.map((_, i) => this.#tree.span(i, i + 1));
  }

  /**
   * Tells how somebody else's (size, root) lies to this view: FORK is an alarm.
   * @param {number} size
   * @param {Uint8Array} root
   * @returns {string} one of Position
   */
  position(size, root) {
    if (size > this.size) return Position.AHEAD;
    return equal(this.#tree.rootAt(size), root) ? Position.KNOWN : Position.FORK;
  }

  /**
   * Throws BadProof unless this view continues the log that was pinned earlier.
   * @param {number} size
   * @param {Uint8Array} root
   */
  checkPin(size, root) {
    if (this.position(size, root) !== Position.KNOWN) {
      throw new BadProof('the log does not continue what this client has seen');
    }
  }

  /**
   * Returns the checkpoint; BadProof unless the log key signed exactly this size and root. The key is
   * the one that POLICY names at the end of this view. Whether witnesses have seen the log is asked in
   * `witnesses.js`.
   * @param {Uint8Array} note
   * @returns {Checkpoint}
   */
  checkCheckpoint(note) {
    const policy = this.policy();
    if (policy === null) throw new BadProof('no policy names a log key');
    const opened = orThrow(BadProof, 'checkpoint does not open', () =>
      openCheckpoint(note, policy.logOrigin, policy.logPk));
    if (opened.size !== this.size || !equal(opened.root, this.root())) {
      throw new BadProof('checkpoint and leaves do not fit');
    }
    return opened;
  }

  // --- what it says -----------------------------------------------------------------------

  /** All leaves in order, as judged. */
  get entries() {
    return this.#entries.slice();
  }

  /**
   * Returns the first statement; null while the log is empty.
   * @returns {Org | null}
   */
  org() {
    return this.#state?.org ?? null;
  }

  /**
   * Returns the policy in force.
   * @returns {Policy | null}
   */
  policy() {
    return this.#state?.policy ?? null;
  }

  /**
   * Returns the hours from the close to the purge; 0 where POLICY does not say.
   * @param {string} kind
   */
  retentionHours(kind) {
    const found = this.policy()?.retention.find(([name]) => name === kind);
    return found === undefined ? 0 : found[1];
  }

  /**
   * Returns what was entered about a day (days since epoch, UTC).
   * @param {number} day
   * @returns {Deletions | null}
   */
  deletions(day) {
    return this.#state?.days.get(day) ?? null;
  }

  /**
   * Returns a valid ADMIN or COUNSELLOR certificate, ended and revoked ones too.
   * @param {Uint8Array} certificateHash
   * @returns {Readonly<Certificate> | null}
   */
  certificate(certificateHash) {
    return this.#state?.certificates.get(textKey(certificateHash)) ?? null;
  }

  /**
   * Returns all valid certificates of a person, oldest first.
   * @param {Uint8Array} subject16
   * @returns {Readonly<Certificate>[]}
   */
  ownCertificates(subject16) {
    const hashes = this.#state?.own.get(textKey(subject16)) ?? [];
    return hashes.flatMap((hash) => this.#state?.certificates.get(hash) ?? []);
  }

  /**
   * Returns all valid statements of a team, epoch 1 first.
   * @param {Uint8Array} team16
   * @returns {readonly Readonly<TeamStatement>[]}
   */
  teamHistory(team16) {
    return this.#state?.teams.get(textKey(team16)) ?? [];
  }

  /**
   * Returns the newest statement of a team, ended or not: what a renewal follows.
   * @param {Uint8Array} team16
   * @returns {Readonly<TeamStatement> | null}
   */
  latestTeam(team16) {
    return this.teamHistory(team16).at(-1) ?? null;
  }

  /**
   * Returns the newest statement if it is in force at `atMs`; an older one never is.
   * @param {Uint8Array} team16
   * @param {number} atMs
   * @returns {Readonly<TeamStatement> | null}
   */
  currentTeam(team16, atMs) {
    const latest = this.latestTeam(team16);
    return latest && runsAt(latest, atMs) ? latest : null;
  }

  /**
   * Returns the valid TEAM statement with this hash.
   * @param {Uint8Array} teamHash
   * @returns {Readonly<TeamStatement> | null}
   */
  team(teamHash) {
    const every = [...(this.#state?.teams.values() ?? [])].flat();
    return every.find((one) => equal(one.hash, teamHash)) ?? null;
  }

  /**
   * Returns the team16 of every team, in order of first appearance.
   * @returns {Uint8Array[]}
   */
  teamIds() {
    return [...(this.#state?.teams.values() ?? [])].map(([first]) => first.team.team16);
  }

  /**
   * Tells whether the current TEAM lists the person; their certificate is not looked at.
   * @param {Uint8Array} team16
   * @param {Uint8Array} subject16
   * @param {number} atMs
   * @returns {boolean}
   */
  inTeam(team16, subject16, atMs) {
    const members = this.currentTeam(team16, atMs)?.team.members ?? [];
    return members.some((one) => equal(one, subject16));
  }

  /**
   * Returns the valid statements from leaf number `size` on: staff are shown each of them.
   * @param {number} size
   * @returns {Readonly<Entry>[]}
   */
  staffStatementsSince(size) {
    return this.#entries.slice(size).filter((entry) => entry.isValid);
  }

  /**
   * @param {Uint8Array} raw
   * @param {Uint8Array} payload
   */
  #append(raw, payload) {
    const hash = leafHash(raw);
    const entry = this.#judged(raw, payload, hash, this.size);
    this.#tree.append(raw);
    this.#seen.add(textKey(hash));
    this.#entries.push(Object.freeze({ ...entry, isValid: entry.reason === Reason.OK }));
  }

  /**
   * Judges one leaf and takes it into the state when it counts.
   * @param {Uint8Array} raw
   * @param {Uint8Array} payload
   * @param {Uint8Array} hash
   * @param {number} index
   * @returns {Omit<Entry, 'isValid'>}
   */
  #judged(raw, payload, hash, index) {
    let leaf;
    try {
      leaf = decodeLeaf(raw);
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      if (this.#state === null) throw new BadStatement('the first leaf is malformed');
      return { index, hash, reason: Reason.MALFORMED, leaf: null, payload: null };
    }
    if (!equal(leaf.payloadHash, payloadHash(payload))) {
      throw new BadProof('payload does not fit its leaf');
    }
    if (this.#state === null) return this.#first(leaf, payload, hash);
    let { reason, decoded } = read(leaf, payload);
    if (this.#seen.has(textKey(hash))) reason = Reason.DUPLICATE;
    if (decoded && reason === Reason.OK) {
      reason = judge(this.#state, leaf, decoded);
      if (reason === Reason.OK) apply(this.#state, leaf, decoded, hash, index);
    }
    return { index, hash, reason, leaf, payload: decoded };
  }

  /**
   * @param {Readonly<Leaf>} leaf
   * @param {Uint8Array} payload
   * @param {Uint8Array} hash
   * @returns {Omit<Entry, 'isValid'>}
   */
  #first(leaf, payload, hash) {
    const state = orThrow(BadStatement, 'the log does not begin with an organisation', () =>
      found(leaf, decodeOrg(payload)));
    const { org } = state;
    if (!equal(fingerprintOf(org.rootPk, org.standbyPk), this.fingerprint)) {
      throw new BadStatement("another organisation's log");
    }
    const wanted = this.#wantedDeployment;
    if (wanted !== null && !equal(wanted, org.deploymentId)) {
      throw new BadStatement('another deployment of this organisation');
    }
    this.#state = state;
    return { index: 0, hash, reason: Reason.OK, leaf, payload: org };
  }
}

/**
 * Judges a whole log under the organisation's fingerprint (32 bytes); throws as `extend`. Clients also
 * give the deployment id that the page or command line states.
 * @param {Uint8Array} fingerprint
 * @param {readonly Uint8Array[]} leaves
 * @param {readonly Uint8Array[]} payloads
 * @param {Uint8Array | null} [deploymentId]
 * @returns {LogView}
 */
export function replay(fingerprint, leaves, payloads, deploymentId = null) {
  return new LogView(fingerprint, deploymentId).extend(leaves, payloads);
}

/**
 * @param {Readonly<Leaf>} leaf
 * @param {Uint8Array} payload
 * @returns {{ reason: string, decoded: Payload | null }}
 */
function read(leaf, payload) {
  if (!isKnown(leaf.kind)) return { reason: Reason.UNKNOWN_KIND, decoded: null };
  try {
    return { reason: Reason.OK, decoded: decode(leaf.kind, payload) };
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return { reason: Reason.MALFORMED, decoded: null };
  }
}

/**
 * Runs `call`; a remote error becomes `Refusal`, anything else is a bug and passes.
 * @template Result
 * @param {new (reason: string) => Error} Refusal
 * @param {string} reason
 * @param {() => Result} call
 * @returns {Result}
 */
function orThrow(Refusal, reason, call) {
  try {
    return call();
  } catch (error) {
    if (error instanceof RemoteError) throw new Refusal(reason);
    throw error;
  }
}
