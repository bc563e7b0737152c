// The keys of the own teams (protocol section 4): taking the one that a colleague sends, and renewing a team
// before it ends, by the next member's client that signs in. Twin of the same parts of clientlib/org.py.

import { staffSign } from '../../crypto/account.js';
import { makeLeaf } from '../../crypto/certificate.js';
import { publicOf } from '../../crypto/kem.js';
import { decodeTeamSeed } from '../../crypto/letter.js';
import { equal } from '../../crypto/primitives.js';
import { encode } from '../../crypto/statement.js';
import '../../wire/catalogue-staff.js';
import { WireError } from '../../wire/errors.js';

/** @typedef {import('../../core/translog.js').LogReader} LogReader */

const DAY_MS = 86_400_000;
const TEAM_DAYS = 30;
const RENEW_DAYS = 10;

/**
 * Renews every TEAM of mine that ends within 10 days: same key, same members, next epoch. Of two
 * members who do so at once, the earlier leaf counts. A device whose clock differs from the relay's by
 * more than the tolerance (`Clock.isOff`) leaves it to the next one: one of the two would date it wrong.
 * @param {import('../../core/connection.js').Request} request
 * @param {LogReader} log
 * @param {import('../../crypto/keys.js').AccountSecret} ams
 * @param {Uint8Array} subject16
 * @param {number} nowMs by this device's own clock: validities are never the relay's to tell
 */
export async function renewTeams(request, log, ams, subject16, nowMs) {
  const { view } = log;
  for (const team16 of view.teamIds()) {
    const latest = view.latestTeam(team16);
    const isMine = latest !== null && latest.team.members.some((one) => equal(one, subject16));
    if (latest === null || !isMine || latest.notAfterMs - nowMs > RENEW_DAYS * DAY_MS) continue;
    const team = { ...latest.team, epoch: latest.team.epoch + 1, restart: false };
    try {
      const leaf = makeLeaf(staffSign(ams), team16, team, nowMs, nowMs + TEAM_DAYS * DAY_MS);
      await request('log_publish', { statement: { leaf, payload: encode(team) } });
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'bad_statement') throw error;
    }
  }
  await log.update();
}

/**
 * Keeps a team key that a colleague has sent, if it is the one that the log states for a team of mine.
 * @param {import('../../crypto/letter.js').Letter} letter of kind TEAM_SEED
 * @param {LogReader} log
 * @param {import('../../core/keyring.js').Keyring} keyring
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
