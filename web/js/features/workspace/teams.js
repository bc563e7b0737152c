// The keys of the own teams (protocol section 4, "Team keys"): who is listed, who is not yet, and who has left;
// and the statements by which a member's client admits, shuts out and renews. Twin of clientlib/teams.py.
//
// Seeds go first, then the statement: a crash in between leaves letters that nobody can use, never a team without
// its key. Of two statements for one epoch the earlier leaf counts; whoever comes second looks anew.

import { counselling } from '../../core/leads.js';
import { makeLeaf } from '../../crypto/certificate.js';
import { BadStatement } from '../../crypto/errors.js';
import { publicOf } from '../../crypto/kem.js';
import { SEEDS_PER_TEAM } from '../../crypto/keyring.js';
import { keyOf } from '../../crypto/keys.js';
import { LetterKind, decodeTeamSeed, encodeTeamSeed, sealLetter } from '../../crypto/letter.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import { randomBytes } from '../../crypto/random.js';
import { Role, encode, team as teamOf } from '../../crypto/statement.js';
import '../../wire/catalogue-staff.js';
import { WireError } from '../../wire/errors.js';
import { replacesOf } from './comingback.js';

/** @typedef {import('../../core/keyring.js').Keyring} Keyring */
/** @typedef {import('../../core/translog.js').LogReader} LogReader */
/** @typedef {import('../../crypto/certificate.js').Certificate} Certificate */
/** @typedef {import('../../crypto/certificate.js').TeamStatement} TeamStatement */
/** @typedef {import('../../crypto/keys.js').KemPublic} KemPublic */
/** @typedef {import('../../crypto/keys.js').KemSecret} KemSecret */
/** @typedef {import('../../crypto/logview.js').LogView} LogView */
/** @typedef {import('../../crypto/statement.js').Team} Team */

/**
 * Who acts: a member, with the certificate in force. `nowMs` is the device's own: validities are never the relay's
 * to tell.
 * @typedef {object} Member
 * @property {import('../../core/connection.js').Request} request
 * @property {Pick<LogReader, 'view' | 'update'>} log
 * @property {Pick<Keyring, 'teamSeeds'>} keyring
 * @property {import('../../crypto/keys.js').SignSecret} sign
 * @property {Readonly<Certificate>} certificate
 * @property {number} nowMs
 */

/**
 * Certified, and not in the team. `new`: in no team so far; `elsewhere`: in another one; `former`: was in this one,
 * and no certificate since then says anything else. `replaces`: under whom somebody was certified who comes back with
 * another key; null for others.
 * @typedef {Readonly<{ certificate: Readonly<Certificate>, standing: 'new' | 'elsewhere' | 'former', replaces: Uint8Array | null }>} Newcomer
 */

const DAY_MS = 86_400_000;
const TEAM_DAYS = 30;
const RENEW_DAYS = 10;
const LETTERS_LAST_MS = 31 * DAY_MS;
/** Colleagues may state something at the same moment; each time it is looked at anew. */
const ATTEMPTS = 4;

// --- who ----------------------------------------------------------------------------------------------

/**
 * The newest certificate of somebody that is in force and lets them counsel; null without one.
 * @param {LogView} view
 * @param {Uint8Array} subject16
 * @param {number} nowMs
 */
export function certificateOf(view, subject16, nowMs) {
  return counselling(view.ownCertificates(subject16), nowMs);
}

/** @param {Pick<Team, 'members'>} team @param {Uint8Array} subject16 */
export function lists({ members }, subject16) {
  return members.some((one) => equal(one, subject16));
}

/**
 * Who counsels by certificate and is not in the team; of the leads' team: who leads.
 * @param {LogView} view
 * @param {Uint8Array} team16
 * @param {number} nowMs
 * @param {boolean} isLeads
 * @returns {Newcomer[]}
 */
export function newcomers(view, team16, nowMs, isLeads) {
  const latest = view.latestTeam(team16);
  if (latest === null) return [];
  /** @type {Map<string, Newcomer>} */
  const found = new Map();
  for (const { hash } of view.entries) {
    const subject16 = view.certificate(hash)?.subject16;
    const certificate = subject16 === undefined ? null : certificateOf(view, subject16, nowMs);
    if (certificate === null || lists(latest.team, certificate.subject16)) continue;
    if (!mayCome(certificate, isLeads)) continue;
    const standing = standingOf(view, team16, certificate);
    found.set(certificate.subject16.join(), { certificate, standing, replaces: replacesOf(view, certificate.subject16) });
  }
  return [...found.values()];
}

/** @param {Readonly<Certificate>} certificate @param {boolean} isLeads */
function mayCome({ role }, isLeads) {
  return role === Role.LEAD || (role === Role.COUNSELLOR && !isLeads);
}

/**
 * Whom the team lists though they have no certificate in force any more.
 * @param {LogView} view
 * @param {Uint8Array} team16
 * @param {number} nowMs
 * @returns {Uint8Array[]} their subject16
 */
export function leavers(view, team16, nowMs) {
  const members = view.latestTeam(team16)?.team.members ?? [];
  return members.filter((one) => certificateOf(view, one, nowMs) === null);
}

/**
 * The keys of a team before the present one; as many as a keyring holds.
 * @param {LogView} view
 * @param {Uint8Array} team16
 * @returns {KemPublic[]}
 */
export function formerKeys(view, team16) {
  const keys = view.teamHistory(team16).map(({ team }) => team.kemPk);
  const present = keys.at(-1);
  const distinct = keys.filter((key, at) => keys.findIndex((one) => equal(one, key)) === at);
  return distinct.filter((key) => present !== undefined && !equal(key, present)).slice(-SEEDS_PER_TEAM);
}

/**
 * The statement by which the present key came, and the one before it, while anything may still lie under the key
 * before: what nobody has taken is closed after 30 days. Null else.
 * @param {LogView} view
 * @param {Uint8Array} team16
 * @param {number} nowMs
 * @returns {{ before: Readonly<TeamStatement>, since: Readonly<TeamStatement> } | null}
 */
export function freshChange(view, team16, nowMs) {
  const history = view.teamHistory(team16);
  const at = history.findLastIndex(({ team }, n) => n > 0 && !equal(team.kemPk, history[n - 1].team.kemPk));
  if (at < 0 || nowMs - history[at].notBeforeMs > LETTERS_LAST_MS) return null;
  return { before: history[at - 1], since: history[at] };
}

// --- what a member states -----------------------------------------------------------------------------

/**
 * Lists somebody whose words were compared: the team's key in a letter, then the next statement with the same key.
 * BadStatement for somebody without a certificate in force that lets them in here, or without the team's key here.
 * @param {Member} member
 * @param {Uint8Array} team16
 * @param {Readonly<Certificate>} newcomer as it was compared
 * @param {boolean} isLeads
 */
export async function admit(member, team16, newcomer, isLeads) {
  const { log, nowMs } = member;
  // A statement that lists somebody whose certificate was revoked would not count.
  await succeed(member, team16);
  await untilStated(member, team16, async ({ team }) => {
    const certificate = certificateOf(log.view, newcomer.subject16, nowMs);
    if (certificate === null || !mayCome(certificate, isLeads)) throw new BadStatement('not certified for this team');
    if (!equal(certificate.signPk, newcomer.signPk) || !equal(certificate.kemPk, newcomer.kemPk)) {
      throw new BadStatement('not who was compared');
    }
    if (lists(team, certificate.subject16)) return null;
    const seed = seedOf(member, team);
    if (seed === null) throw new BadStatement('no key of this team here');
    await sendSeed(member, certificate, { team16, epoch: team.epoch + 1, seed });
    return { kemPk: team.kemPk, members: [...team.members, certificate.subject16] };
  });
}

/**
 * Draws a new key for those who stay. Who has no certificate in force is out in any case, and so are `others`. What is
 * drawn and comes second is kept nowhere: the own copy too is a letter, and only one that fits the log is taken.
 * @param {Member} member
 * @param {Uint8Array} team16
 * @param {readonly Uint8Array[]} [others]
 */
export async function succeed(member, team16, others = []) {
  const { log, nowMs } = member;
  await untilStated(member, team16, async ({ team }) => {
    const out = [...leavers(log.view, team16, nowMs), ...others].filter((one) => lists(team, one));
    const staying = team.members.filter((one) => !lists({ members: out }, one));
    if (out.length === 0 || !lists({ members: staying }, member.certificate.subject16)) return null;
    const seed = keyOf('KemSecret', randomBytes(32));
    for (const subject16 of staying) {
      const certificate = certificateOf(log.view, subject16, nowMs);
      if (certificate !== null) await sendSeed(member, certificate, { team16, epoch: team.epoch + 1, seed });
    }
    return { kemPk: publicOf(seed), members: staying };
  });
}

/**
 * Renews a TEAM of mine that ends within 10 days: same key, same members, next epoch.
 * @param {Member} member
 * @param {Uint8Array} team16
 */
export async function renew(member, team16) {
  const { log, nowMs } = member;
  await untilStated(member, team16, async ({ team, notAfterMs }) => {
    const isDue = notAfterMs - nowMs <= RENEW_DAYS * DAY_MS;
    // Where somebody has left, the next key renews it.
    const isSame = leavers(log.view, team16, nowMs).length === 0;
    return isDue && isSame ? { kemPk: team.kemPk, members: [...team.members] } : null;
  });
}

/**
 * Keeps a team key that a colleague has sent, if it is the one that the log states for a team of mine.
 * @param {import('../../crypto/letter.js').Letter} letter of kind TEAM_SEED
 * @param {Pick<LogReader, 'view' | 'update'>} log
 * @param {Pick<Keyring, 'rememberSeed'>} keyring
 * @param {Uint8Array} subject16
 * @returns {Promise<'kept' | 'useless' | 'early'>} early: the log does not state that epoch yet, so the letter waits
 */
export async function takeTeamSeed({ payload }, log, keyring, subject16) {
  const gift = decodeTeamSeed(payload);
  const stated = () => log.view.teamHistory(gift.team16).find(({ team }) => team.epoch === gift.epoch) ?? null;
  if (stated() === null) await log.update();
  const statement = stated();
  if (statement === null) return 'early';
  const { kemPk, members } = statement.team;
  const isMine = equal(kemPk, publicOf(gift.seed)) && members.some((one) => equal(one, subject16));
  if (!isMine) return 'useless';
  await keyring.rememberSeed(gift);
  return 'kept';
}

/**
 * The key of a team that this account has; null without it.
 * @param {Pick<Member, 'keyring'>} member
 * @param {Pick<Team, 'team16' | 'kemPk'>} team
 * @returns {KemSecret | null}
 */
export function seedOf({ keyring }, { team16, kemPk }) {
  return keyring.teamSeeds.find((one) => equal(one.team16, team16) && equal(publicOf(one.seed), kemPk))?.seed ?? null;
}

// --- inside -------------------------------------------------------------------------------------------

/**
 * States what `next` makes of the newest statement, and again on top of what a colleague has stated meanwhile.
 * @param {Member} member
 * @param {Uint8Array} team16
 * @param {(latest: Readonly<TeamStatement>) => Promise<{ kemPk: Team['kemPk'], members: readonly Uint8Array[] } | null>} next
 *   null: there is nothing to state
 */
async function untilStated(member, team16, next) {
  const { request, log, sign, certificate, nowMs } = member;
  for (let attempt = 1; ; attempt += 1) {
    const latest = log.view.latestTeam(team16);
    // A team that does not list me is not mine to state.
    const wanted = latest !== null && lists(latest.team, certificate.subject16) ? await next(latest) : null;
    if (latest === null || wanted === null) return;
    const statement = teamOf({ team16, epoch: latest.team.epoch + 1, ...wanted });
    try {
      const leaf = makeLeaf(sign, team16, statement, nowMs, nowMs + TEAM_DAYS * DAY_MS);
      await request('log_publish', { statement: { leaf, payload: encode(statement) } });
      await log.update();
      return;
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'bad_statement' || attempt === ATTEMPTS) throw error;
    }
    await log.update();
    // Nobody was faster: the relay refuses the statement itself.
    if (log.view.latestTeam(team16)?.index === latest.index) throw new BadStatement('the service does not take the statement');
  }
}

/**
 * @param {Member} member
 * @param {Readonly<Certificate>} recipient
 * @param {import('../../crypto/letter.js').TeamSeed} seed
 */
async function sendSeed({ request, sign, certificate, nowMs }, recipient, seed) {
  const e2 = sealLetter(recipient.kemPk, sign, {
    kind: LetterKind.TEAM_SEED,
    certificateHash: certificate.hash,
    signPk: signPublic(sign),
    sentMs: nowMs,
    payload: encodeTeamSeed(seed),
  });
  await request('letter_send', { e2 });
}

/**
 * @param {LogView} view
 * @param {Uint8Array} team16
 * @param {Readonly<Certificate>} certificate
 * @returns {Newcomer['standing']}
 */
function standingOf(view, team16, certificate) {
  const { subject16 } = certificate;
  const history = view.teamHistory(team16);
  const last = history.findLastIndex(({ team }) => lists(team, subject16));
  // Taken out by the statement after; certified anew since then is as good as new.
  if (last >= 0 && certificate.index < history[last + 1].index) return 'former';
  const isElsewhere = view.teamIds().some((other) => {
    const team = equal(other, team16) ? null : view.latestTeam(other)?.team ?? null;
    return team !== null && lists(team, subject16);
  });
  return isElsewhere ? 'elsewhere' : 'new';
}
