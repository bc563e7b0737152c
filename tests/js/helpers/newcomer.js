// Somebody who was invited, before a relay in memory: accounts, answers to invitations, a log that grows.

import * as account from '../../../web/js/crypto/account.js';
import { makeLeaf } from '../../../web/js/crypto/certificate.js';
import { joinId } from '../../../web/js/crypto/invitation.js';
import { publicOf } from '../../../web/js/crypto/kem.js';
import { keyOf } from '../../../web/js/crypto/keys.js';
import { INVITE_CHECK } from '../../../web/js/crypto/labels.js';
import { signPublic } from '../../../web/js/crypto/primitives.js';
import { DAY_MS, Kind, Role, encode, staff, team } from '../../../web/js/crypto/statement.js';
import { checkOf, symbols } from '../../../web/js/crypto/symbols.js';
import { Enrolment } from '../../../web/js/features/enrolment/enrolment.js';
import { EnrolModel } from '../../../web/js/features/enrolment/model.js';
import '../../../web/js/wire/catalogue-staff.js';
import { WireError } from '../../../web/js/wire/errors.js';
import { AccountRelay, DEPLOYMENT, FakeLine, quick } from './accounts.js';
import { WORDS } from './accessroom.js';
import { TEAM, organisation } from './house.js';
import { unhex, hex } from './vectors.js';

export const NEWCOMER = new Uint8Array(16).fill(31);
export const PORTALS = [{ name: 'Leben', team16: TEAM }, { name: 'Trennung', team16: new Uint8Array(16).fill(32) }];

/** What the relay keeps of answers is as short as a test needs it. */
class StaffRelay extends AccountRelay {
  /** @type {Map<string, any>} */
  answers = new Map();

  /** @param {any} fields */
  invitation_answer({ joinId16, ...answer }) {
    const left = this.answers.get(hex(joinId16)) ?? answer;
    if (hex(left.mac) !== hex(answer.mac)) throw new WireError('taken');
    this.answers.set(hex(joinId16), left);
    return {};
  }
}

/**
 * A link for somebody who comes back: what only the other client writes.
 * @param {import('../../../web/js/crypto/invitelink.js').Invitation} invitation
 * @param {Uint8Array} replaces
 */
export function linkAgain({ secret, expiresHour }, replaces) {
  const number = (((BigInt(`0x${hex(secret)}`) << 22n) | BigInt(expiresHour)) << 128n) | BigInt(`0x${hex(replaces)}`);
  const facts = symbols(unhex((number << 2n).toString(16).padStart(70, '0')), 56);
  return `#${facts}${checkOf(facts, INVITE_CHECK, 2)}`;
}

export class Office {
  relay = new StaffRelay();
  /** @type {any} */
  line = new FakeLine(this.relay);
  /** Growth of the log is not announced: the line is lost. */
  isDeaf = false;

  /** @param {import('../../../web/js/crypto/invitelink.js').Invitation} invitation */
  constructor({ secret, expiresHour, replaces }) {
    const { clock } = this.line;
    this.secret = secret;
    this.expiresHour = expiresHour;
    this.replaces = replaces;
    this.org = organisation(clock.now());
    const log = { pin: () => {}, view: this.org.view, update: async () => log.view };
    this.line.log = log;
  }

  /** The invitation as the link says it; each page reads its own. */
  get invitation() {
    return { secret: this.secret.slice(), expiresHour: this.expiresHour, replaces: this.replaces };
  }

  /** What lies under the invitation. */
  get answer() {
    return this.relay.answers.get(hex(joinId(this.secret)));
  }

  enrolment() {
    return new Enrolment(this.line, quick);
  }

  /** A page that was just loaded. */
  page(enrolment = this.enrolment()) {
    return new EnrolModel({ enrolment, portals: PORTALS, words: WORDS });
  }

  /** The public keys of an account. @param {any} ams */
  keysOf(ams) {
    return { signPk: signPublic(account.staffSign(ams)), kemPk: publicOf(account.staffKem(ams)) };
  }

  /** Certifies what was left; a page hears of it as from the relay. @param {any} [answer] */
  approve(answer = this.answer, replaces = new Uint8Array(0)) {
    const { signPk, kemPk } = answer;
    const role = Role.COUNSELLOR;
    this.#state(NEWCOMER, staff({ deploymentId: DEPLOYMENT, role, signPk: keyOf('SignPublic', signPk), kemPk: keyOf('KemPublic', kemPk), replaces }));
  }

  /** The first team of the second portal lists the newcomer. */
  admit() {
    const { kemPk } = this.keysOf(account.newAccountSecret());
    this.#state(PORTALS[1].team16, team({ team16: PORTALS[1].team16, epoch: 1, kemPk, members: [NEWCOMER] }));
  }

  /** Takes a certificate back. @param {Uint8Array} [subject16] */
  revoke(subject16 = NEWCOMER) {
    const { hash } = /** @type {any} */ (this.line.log.view.ownCertificates(subject16).at(-1));
    this.#state(subject16, { kind: Kind.REVOKE, certificateHash: hash, reason: 0 }, 0);
  }

  /** @param {Uint8Array} subject16 @param {any} payload @param {number} [days] */
  #state(subject16, payload, days = 20) {
    const now = this.line.clock.now();
    const leaf = makeLeaf(this.org.admin, /** @type {any} */ (subject16), payload, now, days === 0 ? 0 : now + days * DAY_MS);
    this.line.log.view = this.line.log.view.extend([leaf], [encode(payload)]);
    const { entries } = this.line.log.view;
    if (!entries.at(-1).isValid) throw new Error(entries.at(-1).reason);
    if (!this.isDeaf) this.line.tell('log_grown', { size: entries.length });
  }
}
