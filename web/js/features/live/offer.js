// Judging an offer before a name is shown: chain, team, signature, log (protocol section 5).

import { wordsToCompare } from '../../core/wordlists.js';
import { Verdict, judgeAccept, seekerKeyHash } from '../../crypto/acceptance.js';
import { BadStatement, RemoteError } from '../../crypto/errors.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import { openProfile } from '../../crypto/profile.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('../../core/portraits.js').Portrait} Portrait */
/** @typedef {import('../../crypto/certificate.js').Certificate} Certificate */
/** @typedef {import('../../crypto/logview.js').LogView} LogView */

/**
 * Who accepted, as verified; `words` finds what a person may compare.
 * @typedef {{ certificate: Readonly<Certificate>, name: string, portrait: Portrait | null,
 *   words: () => Promise<import('../../core/wordlists.js').Words> }} Counterpart
 */

/** No verdict on a person: the relay's time would pass what this device's clock does not. */
export const CLOCKS_DIFFER = 'clocks_differ';

/** An acceptance that must not be believed; `verdict` is one of acceptance.js Verdict, or CLOCKS_DIFFER. */
export class OfferRefused extends BadStatement {
  /** @param {string} verdict */
  constructor(verdict) {
    super(verdict);
    this.verdict = verdict;
  }
}

/**
 * Returns who accepted; OfferRefused unless every check passes. `judgedAtMs` is the relay's time by which
 * the minutes of the offer count: now, or once it is confirmed the start of the chat.
 * @param {Request} request
 * @param {LogView} view
 * @param {any} offer the wire's Offer
 * @param {{ ticket16: Uint8Array, signSecret: import('../../crypto/keys.js').SignSecret,
 *   team16: Uint8Array, clock: import('../../core/clock.js').Clock, judgedAtMs: number }} known
 * @returns {Promise<Counterpart>}
 */
export async function judgeOffer(request, view, offer, known) {
  const { ticket16, signSecret, team16, clock, judgedAtMs } = known;
  const { certificateHash, logSize, logRoot, expiresMs, signature } = offer;
  const accept = { ticket16, certificateHash, logSize, logRoot, expiresMs, signature };
  const seekerHash = seekerKeyHash(signPublic(signSecret));
  const judge = (/** @type {number} */ deviceNowMs) =>
    judgeAccept(view, accept, { ticket16, seekerHash, team16, deviceNowMs, relayNowMs: judgedAtMs });
  const verdict = judge(clock.now());
  const certificate = view.certificate(certificateHash);
  const org = view.org();
  if (verdict !== Verdict.OK || certificate === null || org === null) {
    const isClock = clock.isOff && judge(clock.serverNow()) === Verdict.OK;
    throw new OfferRefused(isClock ? CLOCKS_DIFFER : verdict);
  }
  return {
    certificate,
    ...await signedLooks(request, certificate, team16),
    words: wordsToCompare(org, certificate),
  };
}

/**
 * The name and the picture that the certified key signed; empty and null when there are none.
 * @param {Request} request
 * @param {Readonly<Certificate>} certificate
 * @param {Uint8Array} team16
 * @returns {Promise<{ name: string, portrait: Portrait | null }>}
 */
export async function signedLooks(request, certificate, team16) {
  const { profiles } = await request('profiles', { team16 });
  const mine = profiles.find((/** @type {any} */ one) => equal(one.subject16, certificate.subject16));
  try {
    if (mine !== undefined) {
      const profile = openProfile(certificate.signPk, mine.subject16, mine.profile, mine.signature);
      // Most people show none, and then nothing of it is fetched.
      const portrait = async () => (await import('../../core/portraits.js')).portraitOf(request, team16, profile);
      return { name: profile.name, portrait: profile.pictureHash.length > 0 ? portrait : null };
    }
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
  }
  return { name: '', portrait: null };
}
