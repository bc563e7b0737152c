// What the log states since the last sign-in, as rows for people. Fetched when there is something.

import { Kind } from '../../crypto/kinds.js';
import { equal } from '../../crypto/primitives.js';
import { Role } from '../../crypto/statement.js';

/** @typedef {import('../../crypto/logview.js').Entry} Entry */
/** @typedef {import('../../crypto/logview.js').LogView} LogView */
/** @typedef {{ signPk: import('../../crypto/keys.js').SignPublic, kemPk: import('../../crypto/keys.js').KemPublic }} Keys */

/**
 * `code` names the sentence: `lognews.<code>`; `name` of the person, `place` of the team, '' for unknown
 * ones. `keys`: whose words may be compared.
 * @typedef {{ id: number, code: string, name: string, place: string, n: number, tag: string, atMs: number, keys: Keys | null }} NewsRow
 */

/** @type {Record<number, string>} */
const ROLES = { [Role.ADMIN]: 'admin', [Role.COUNSELLOR]: 'counsellor', [Role.LEAD]: 'lead', [Role.AUDITOR]: 'auditor' };
/** @type {Record<number, string>} */
const PLAIN = { [Kind.POLICY]: 'policy', [Kind.ROOT_CHANGE]: 'root', [Kind.RELEASE]: 'release', [Kind.SITE]: 'site' };

/**
 * What is new since the last sign-in, with the names that are known by now.
 * @param {Pick<import('./place.js').Place, 'log' | 'names' | 'portals'>} place
 * @param {import('./session.js').Session} session
 */
export function newsOf({ log, names, portals }, { news, subject16: me }) {
  const placeOf = (/** @type {Uint8Array} */ team16) => {
    const portal = portals.find((one) => equal(one.team16, team16));
    return portal?.name ?? portals.find((one) => equal(one.leads16, team16))?.leadsName ?? '';
  };
  return rowsOf(news, { view: log.view, me, nameOf: (subject16) => names.once(subject16), placeOf });
}

/**
 * @param {readonly Readonly<Entry>[]} entries valid ones
 * @param {object} known
 * @param {LogView} known.view
 * @param {Uint8Array} known.me whose sign-in this is
 * @param {(subject16: Uint8Array) => string} known.nameOf
 * @param {(team16: Uint8Array) => string} known.placeOf
 * @returns {NewsRow[]}
 */
export function rowsOf(entries, { view, me, nameOf, placeOf }) {
  return entries.flatMap(({ index, leaf, payload }) => {
    if (leaf === null || payload === null) return [];
    /** @type {NewsRow} */
    const row = { id: index, code: '', name: '', place: '', n: 0, tag: '', atMs: leaf.notBeforeMs, keys: null };
    const of = () => ({ name: nameOf(leaf.subject16), keys: keysOf(view, leaf.subject16) });
    switch (leaf.kind) {
      case Kind.ADMIN:
      case Kind.COUNSELLOR:
        return [{ ...row, ...of(), code: certifiedCode(view, index, leaf.subject16, me) }];
      case Kind.REVOKE:
        return [{ ...row, ...of(), code: 'revoked' }];
      case Kind.TEAM: {
        const { members, restart } = /** @type {import('../../crypto/statement.js').Team} */ (payload);
        return [{ ...row, place: placeOf(leaf.subject16), n: members.length, code: restart ? 'team_restarted' : 'team' }];
      }
      default: {
        const tag = 'tag' in payload ? String(payload.tag) : '';
        return leaf.kind in PLAIN ? [{ ...row, code: PLAIN[leaf.kind], tag }] : [];
      }
    }
  });
}

/**
 * What a certificate says to who reads it: a new colleague, a renewal, or one about the reader.
 * @param {LogView} view
 * @param {number} index of its leaf
 * @param {Uint8Array} subject16
 * @param {Uint8Array} me
 */
function certifiedCode(view, index, subject16, me) {
  const every = view.ownCertificates(subject16);
  const at = every.findIndex((one) => one.index === index);
  if (equal(subject16, me)) return 'own';
  const isRenewed = at > 0 && every[at - 1].role === every[at].role;
  return isRenewed ? 'renewed' : ROLES[every[at].role];
}

/** @param {LogView} view @param {Uint8Array} subject16 @returns {Keys | null} */
function keysOf(view, subject16) {
  const newest = view.ownCertificates(subject16).at(-1);
  return newest === undefined ? null : { signPk: newest.signPk, kemPk: newest.kemPk };
}
