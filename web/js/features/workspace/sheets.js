// A team's sheet as a member reads and writes it (protocol section 5, "Sheets"). Twin of clientlib/sheets.py.
//
// Whatever the relay gives is believed only if a member wrote it, under the statement and the key that it names, and
// nothing older than what this account has seen: its keyring pins version, hash and epoch of the team. Whoever comes
// second to a version reads the first, changes that, and tries again.
//
//   pin: an entry of kind 130 named HASH("sheet-pin", team16, kind)[:16],
//   settings = [version, hash, epoch of the team], counter = epoch * 2^24 + version

import { newestRestart } from '../../core/restarts.js';
import { binary, decodeArray, encode, uint } from '../../crypto/encoding.js';
import { EntryState } from '../../crypto/entry.js';
import { BadProof, BadStatement, RemoteError } from '../../crypto/errors.js';
import { publicOf } from '../../crypto/kem.js';
import { HASH_BYTES, equal } from '../../crypto/primitives.js';
import { MAX_CONTENT_BYTES, openSheet, pinName, sealSheet, sheetHash } from '../../crypto/sheet.js';
import { DAY_MS } from '../../crypto/statement.js';
import '../../wire/catalogue-staff.js';
import { WireError } from '../../wire/errors.js';
import { lists, seedOf } from './teams.js';
import { ownTeams } from './teamview.js';

/** @typedef {import('../../crypto/logview.js').LogView} LogView */
/** @typedef {Readonly<{ version: number, hash: Uint8Array, epoch: number }>} Pin */
/** `isCurrent`: sealed to the present key. @typedef {Readonly<{ version: number, hash: Uint8Array, content: Uint8Array, isCurrent: boolean }>} Found */
/** @typedef {import('./place.js').Place} Place */

/** Beside 129, an own text block; see textblocks.js. */
export const SHEET_PIN = 130;
/** The relay deletes the sheets of a team that has ended for so long. */
export const ENDED_DAYS = 90;
const EPOCH_STEP = 2 ** 24;
/** Colleagues may write at the same moment; each time it is looked at anew. */
const ATTEMPTS = 8;
const NOTHING = new Uint8Array(0);
const NO_PIN_CHAIN = new Uint8Array(HASH_BYTES);

/** The sheet lies under a key that this account does not have, or not yet. */
export class NoKey extends RemoteError {
  static CODE = 'no_key';
}

/** More than a sheet holds; nothing was saved. */
export class SheetFull extends RemoteError {
  static CODE = 'sheet_full';
}

export class TeamSheet {
  #place;
  #session;
  #team16;
  #kind;

  /**
   * @param {Place} place
   * @param {Pick<import('./session.js').Session, 'keyring' | 'member'>} session
   * @param {Uint8Array} team16
   * @param {number} kind
   */
  constructor(place, session, team16, kind) {
    this.#place = place;
    this.#session = session;
    this.#team16 = team16;
    this.#kind = kind;
  }

  /**
   * The newest; BadProof for an older one, BadStatement for one that no member wrote, NoKey.
   * @returns {Promise<Found>}
   */
  async read() {
    const { version, sheet: raw } = await this.#ask();
    await this.#place.log.update();
    const { view } = this.#place.log;
    this.#checkTeam();
    const pin = this.#pin();
    if (version === 0) {
      if (pin !== null) throw new BadProof('the service shows no sheet where there was one');
      return { version: 0, hash: NOTHING, content: NOTHING, isCurrent: true };
    }
    const { opened, seed } = this.#open(raw);
    const statement = judged(view, opened, seed);
    if (opened.sheet.version !== version) throw new BadProof('a sheet under another version');
    const found = { version, hash: sheetHash(raw), epoch: statement.team.epoch };
    checkFollows(pin, found, opened.sheet.before);
    await this.#keep(found);
    const latest = view.latestTeam(this.#team16);
    const isCurrent = latest !== null && equal(latest.team.kemPk, statement.team.kemPk);
    return { version, hash: found.hash, content: opened.sheet.content, isCurrent };
  }

  /**
   * Saves what `change` makes of the newest; again on top of a colleague's. What was saved is returned.
   * @param {(content: Uint8Array) => Uint8Array} change
   * @returns {Promise<Uint8Array>}
   */
  async write(change) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const found = await this.read();
      const content = change(found.content);
      if (equal(content, found.content) && found.isCurrent) return content;
      if (await this.#save(found, content)) return content;
    }
    throw new BadProof('the sheet changes with every look');
  }

  /**
   * Puts an empty sheet in the place of one that nobody opens any more. Only after an admin has begun the team anew: else
   * somebody has the key, and seals it anew.
   */
  async beginAnew() {
    try {
      await this.read();
      return;
    } catch (error) {
      if (!(error instanceof NoKey) || newestRestart(this.#place.log.view, this.#team16) === null) throw error;
    }
    const { version, sheet } = await this.#ask();
    await this.#save({ version, hash: sheetHash(sheet) }, NOTHING);
  }

  /** What an admin alone has said is acted on by nobody who has not seen it. */
  #checkTeam() {
    const team = ownTeams(this.#place).find(({ team16 }) => equal(team16, this.#team16));
    if (team === undefined || team.restart !== null) throw new BadStatement('not in this team, or a restart that nobody has seen');
  }

  #ask() {
    return this.#place.request('sheet_read', { team16: this.#team16, kind: this.#kind });
  }

  /**
   * Stores the next version; false when a colleague was faster.
   * @param {Pick<Found, 'version' | 'hash'>} found
   * @param {Uint8Array} content
   */
  async #save({ version: former, hash: before }, content) {
    if (content.length > MAX_CONTENT_BYTES) throw new SheetFull('the sheet is full');
    const { member } = this.#session;
    const team16 = this.#team16;
    const kind = this.#kind;
    const latest = member === null ? null : this.#place.log.view.currentTeam(team16, member.nowMs);
    const seed = member === null || latest === null ? null : seedOf(member, latest.team);
    if (member === null || latest === null || seed === null) throw new NoKey('no key of this team here');
    const version = former + 1;
    const raw = sealSheet(seed, member.sign, { team16, kind, version, certificateHash: member.certificate.hash, teamHash: latest.hash, before, content });
    try {
      await this.#place.request('sheet_save', { team16, kind, version, sheet: raw });
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'conflict') throw error;
      return false;
    }
    await this.#keep({ version, hash: sheetHash(raw), epoch: latest.team.epoch });
    return true;
  }

  /** With the newest key that fits, of this team. @param {Uint8Array} raw */
  #open(raw) {
    const own = this.#session.keyring.teamSeeds.filter((one) => equal(one.team16, this.#team16));
    for (const { seed } of [...own].reverse()) {
      try {
        return { opened: openSheet(seed, this.#team16, this.#kind, raw), seed };
      } catch (error) {
        if (!(error instanceof RemoteError)) throw error;
      }
    }
    throw new NoKey('no key here opens the sheet');
  }

  /** What was seen; null for nothing, and from before a time without a team. @returns {Pin | null} */
  #pin() {
    const entry = this.#session.keyring.entry(pinName(this.#team16, this.#kind));
    if (entry === null) return null;
    const [version, hash, epoch] = decodeArray(entry.settings, 3);
    const pin = { version: uint(version), hash: binary(hash, HASH_BYTES), epoch: uint(epoch) };
    return beganAnew(this.#place.log.view, this.#team16, pin.epoch) ? null : pin;
  }

  /** @param {Pin} pin */
  async #keep({ version, hash, epoch }) {
    const box16 = pinName(this.#team16, this.#kind);
    await this.#session.keyring.remember({
      box16, kind: SHEET_PIN, state: EntryState.OPEN, keyContext: box16, secrets: [], pinN: 0, pinChain: NO_PIN_CHAIN, generation: 0, closeMinute: 0,
      counter: epoch * EPOCH_STEP + version, settings: encode([version, hash, epoch]),
    });
  }
}

/**
 * The statement under which it was written; BadStatement unless one of that team did.
 * @param {LogView} view
 * @param {ReturnType<typeof openSheet>} opened
 * @param {import('../../crypto/keys.js').KemSecret} seed
 */
function judged(view, { sheet, verify }, seed) {
  const statement = view.team(sheet.teamHash);
  const author = view.certificate(sheet.certificateHash);
  if (statement === null) throw new BadStatement('a sheet under no statement of a team');
  // A key is of one team for good, so this is a statement of that team.
  if (!equal(statement.team.kemPk, publicOf(seed))) throw new BadStatement("a sheet under another key than its statement's");
  if (author === null || !lists(statement.team, author.subject16)) throw new BadStatement('a sheet that no member wrote');
  if (author.revokedAt !== null && author.revokedAt < statement.index) throw new BadStatement('a sheet under a certificate that was taken back');
  verify(author.signPk);
  return statement;
}

/**
 * BadProof for what is older than, or beside, what this account has seen.
 * @param {Pin | null} pin
 * @param {Pin} found
 * @param {Uint8Array} before
 */
function checkFollows(pin, found, before) {
  if (pin === null) return;
  if (found.version < pin.version || found.epoch < pin.epoch) throw new BadProof('the service shows an older sheet');
  if (found.version === pin.version && !equal(found.hash, pin.hash)) throw new BadProof('another sheet under the same version');
  if (found.version === pin.version + 1 && !equal(before, pin.hash)) throw new BadProof('a sheet that does not follow the one before');
}

/**
 * Whether the team has ended since for so long that the relay let its sheets go.
 * @param {LogView} view
 * @param {Uint8Array} team16
 * @param {number} epoch
 */
function beganAnew(view, team16, epoch) {
  const since = view.teamHistory(team16).filter(({ team }) => team.epoch >= epoch);
  return since.some((one, at) => at > 0 && one.notBeforeMs - since[at - 1].notAfterMs >= ENDED_DAYS * DAY_MS);
}
