// Judging an offer before a name is shown: chain, team, signature, log (protocol section 5).

import { Verdict, judgeAccept, seekerKeyHash } from '../../crypto/acceptance.js';
import { BadStatement, RemoteError } from '../../crypto/errors.js';
import { organisationWords, personWords } from '../../crypto/fingerprint.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import { openProfile } from '../../crypto/profile.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('../../crypto/certificate.js').Certificate} Certificate */
/** @typedef {import('../../crypto/logview.js').LogView} LogView */

/**
 * Who accepted, as verified; words are what a person may compare.
 * @typedef {{ certificate: Readonly<Certificate>, name: string, personWords: readonly string[],
 *   orgWords: readonly string[] }} Counterpart
 */

/** An acceptance that must not be believed; `verdict` is one of acceptance.js Verdict. */
export class OfferRefused extends BadStatement {
  /** @param {string} verdict */
  constructor(verdict) {
    super(verdict);
    this.verdict = verdict;
  }
}

/**
 * Returns who accepted; OfferRefused unless every check passes.
 * @param {Request} request
 * @param {LogView} view
 * @param {any} offer the wire's Offer
 * @param {{ ticket16: Uint8Array, signSecret: import('../../crypto/keys.js').SignSecret,
 *   team16: Uint8Array, nowMs: number, wordListOf: import('../../core/wordlists.js').WordListOf }} known
 * @returns {Promise<Counterpart>}
 */
export async function judgeOffer(request, view, offer, { ticket16, signSecret, team16, nowMs, wordListOf }) {
  const { certificateHash, logSize, logRoot, expiresMs, signature } = offer;
  const accept = { ticket16, certificateHash, logSize, logRoot, expiresMs, signature };
  const seekerHash = seekerKeyHash(signPublic(signSecret));
  const verdict = judgeAccept(view, accept, { ticket16, seekerHash, team16, nowMs });
  const certificate = view.certificate(certificateHash);
  const org = view.org();
  if (verdict !== Verdict.OK || certificate === null || org === null) throw new OfferRefused(verdict);
  const wordList = await wordListOf(org.language);
  return {
    certificate,
    name: await signedName(request, certificate, team16),
    personWords: personWords(certificate.signPk, certificate.kemPk, wordList),
    orgWords: organisationWords(org.rootPk, org.standbyPk, wordList),
  };
}

/**
 * The display name that the certified key signed; empty when there is none.
 * @param {Request} request
 * @param {Readonly<Certificate>} certificate
 * @param {Uint8Array} team16
 * @returns {Promise<string>}
 */
async function signedName(request, certificate, team16) {
  const { profiles } = await request('profiles', { team16 });
  const mine = profiles.find((/** @type {any} */ one) => equal(one.subject16, certificate.subject16));
  if (mine === undefined) return '';
  try {
    return openProfile(certificate.signPk, mine.subject16, mine.profile, mine.signature).name;
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return '';
  }
}
