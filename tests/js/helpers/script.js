// Scripted readings of a box. Twin of tests/helpers/script.py, which says what a script is.

import { createHash } from 'node:crypto';

import { decodePin, encodePin, numberOf } from '../../../web/js/crypto/boxstate.js';
import { envId } from '../../../web/js/crypto/chain.js';
import { decodeGrant, readGranted } from '../../../web/js/crypto/grant.js';
import { LetterKind, decodeWelcome, openLetter } from '../../../web/js/crypto/letter.js';
import { LocalError } from '../../../web/js/crypto/errors.js';
import { equal } from '../../../web/js/crypto/primitives.js';
import { join, resume, start } from '../../../web/js/crypto/reading.js';
import { unhex } from './vectors.js';

/** A StaffView made of plain facts; its log roots are made up, one per size. */
export class FactStaff {
  /** @param {any} given */
  constructor(given) {
    this.size = given.size;
    this.certificates = given.certificates.map((/** @type {any} */ one) => ({
      hash: unhex(one.hash),
      index: one.index,
      subject16: unhex(one.subject16),
      role: one.role,
      signPk: unhex(one.sign_pk),
      kemPk: unhex(one.kem_pk),
      notBeforeMs: one.not_before_ms,
      notAfterMs: one.not_after_ms,
      revokedAt: one.revoked_at,
    }));
    this.teams = given.teams.map((/** @type {any} */ one) => ({
      hash: unhex(one.hash),
      index: one.index,
      notBeforeMs: one.not_before_ms,
      notAfterMs: one.not_after_ms,
      team: {
        team16: unhex(one.team16),
        epoch: one.epoch,
        kemPk: unhex(one.kem_pk),
        members: one.members.map(unhex),
      },
    }));
  }

  /** @param {Uint8Array} hash */
  counsellor(hash) {
    return this.certificates.find((/** @type {any} */ one) => equal(one.hash, hash)) ?? null;
  }

  /** @param {Uint8Array} hash */
  team(hash) {
    return this.teams.find((/** @type {any} */ one) => equal(one.hash, hash)) ?? null;
  }

  /** @param {Uint8Array} hash @param {number} logN @param {number} atMs */
  isCurrentTeam(hash, logN, atMs) {
    const asked = this.team(hash);
    if (asked === null || asked.index >= logN) return false;
    const isNewer = (/** @type {any} */ one) =>
      equal(one.team.team16, asked.team.team16) && one.index > asked.index && one.index < logN;
    const runs = asked.notBeforeMs <= atMs + 600_000 && atMs < asked.notAfterMs;
    return runs && !this.teams.some(isNewer);
  }

  /** @param {Uint8Array} team16 @param {Uint8Array} subject16 @param {number} logN @param {number} atMs */
  inTeam(team16, subject16, logN, atMs) {
    return this.teams.some((/** @type {any} */ one) =>
      (team16.length === 0 || equal(team16, one.team.team16))
      && one.team.members.some((/** @type {Uint8Array} */ member) => equal(member, subject16))
      && this.isCurrentTeam(one.hash, logN, atMs));
  }

  /** @param {number} logN */
  logRoot(logN) {
    if (logN > this.size) return null;
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(logN));
    return Uint8Array.from(createHash('sha256').update('root').update(size).digest());
  }
}

/** @param {any} given @param {any} defaultStaff */
export function begin(given, defaultStaff) {
  const holder = {
    kemSecrets: given.kem_secrets.map(unhex),
    share: unhex(given.share),
    secrets: given.secrets.map(unhex),
  };
  const staff = new FactStaff(given.staff === 'default' ? defaultStaff : given.staff);
  if (given.letter !== undefined) {
    const letter = openLetter(unhex(given.letter), holder.kemSecrets[0]);
    const welcome = decodeWelcome(letter.payload);
    if (given.grant === undefined) return join(letter, welcome, holder, staff);
    return readGranted(letter, welcome, decodeGrant(unhex(given.grant)), holder, staff);
  }
  if (given.pin !== undefined) return resume(decodePin(unhex(given.pin)), holder, staff);
  return start(unhex(given.box16), unhex(given.es0), holder, staff);
}

/**
 * Joins by a letter whose sender was believed; returns where reading begins.
 * @param {any} given @param {any} defaultStaff
 */
export function joined(given, defaultStaff) {
  const staff = new FactStaff(given.staff === 'default' ? defaultStaff : given.staff);
  const payload = unhex(given.welcome);
  const letter = {
    kind: LetterKind.WELCOME, certificateHash: unhex(given.certificate_hash), signPk: unhex(given.sign_pk), sentMs: 0, payload,
  };
  const holder = { kemSecrets: [unhex(given.kem)], share: unhex(given.share), secrets: [] };
  const { state, own } = join(letter, decodeWelcome(payload), holder, staff);
  return {
    own: own?.sidx ?? null,
    number: numberOf(state),
    head: state.heads[state.heads.length - 1],
    epoch: state.roster?.epoch ?? null,
    began_late: state.beganLate,
    admitted: state.admitted,
    log_n: state.logN,
  };
}

/** @param {any} given @param {any} defaultStaff */
export function run(given, defaultStaff) {
  const transcript = begin(given, defaultStaff);
  const answers = given.steps.map((/** @type {any} */ one) => step(transcript, one));
  const { state } = transcript;
  const members = [...(state.roster?.entries.keys() ?? [])];
  const mayPin = state.roster !== null && state.joining === null;
  return {
    answers,
    number: numberOf(state),
    head: state.heads[state.heads.length - 1],
    epoch: state.roster?.epoch ?? null,
    members,
    paused: transcript.sendingPaused,
    stopped: transcript.stopped === null ? null : noticed(transcript.stopped),
    delivered: members.map((sidx) => [sidx, transcript.deliveredTo(sidx)]),
    read: members.map((sidx) => [sidx, transcript.readBy(sidx)]),
    owed: transcript.owedAcknowledgement(),
    pin: mayPin ? envId(encodePin(transcript.pin())) : new Uint8Array(0),
  };
}

/** @param {import('../../../web/js/crypto/transcript.js').Transcript} transcript @param {any} one */
function step(transcript, one) {
  switch (one.do) {
    case 'take': return answered(transcript.take(one.n, unhex(one.raw), one.tried));
    case 'fleeting': return messaged(transcript.takeFleeting(unhex(one.raw)));
    case 'posted': return transcript.posted(one.n, unhex(one.raw));
    case 'expect': return transcript.expect(one.n, unhex(one.head));
    case 'staff':
      transcript.staff = new FactStaff(one.staff);
      return null;
    case 'proceed':
      transcript.proceed();
      return null;
    default: return asked(transcript, one);
  }
}

/**
 * Answers what changes nothing; "local_error" where there is no answer.
 * @param {import('../../../web/js/crypto/transcript.js').Transcript} transcript @param {any} one
 */
function asked(transcript, one) {
  try {
    switch (one.do) {
      case 'held': return transcript.isHeld(one.log_n);
      case 'pin': return envId(encodePin(transcript.pin()));
      case 'secrets': return transcript.state.secrets.size;
      case 'alarms': return transcript.alarms.map(noticed);
      case 'draft': {
        const body = transcript.draft({
          kind: one.kind, stream: 9, i: 0, sentMs: 1, logN: one.log_n, payload: new Uint8Array(0), sidx: one.sidx,
        });
        return [body.sidx, body.epochHash, body.headN, body.head, body.logRoot];
      }
      default: throw new Error(`unknown step ${one.do}`);
    }
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    return 'local_error';
  }
}

/** @param {import('../../../web/js/crypto/verdict.js').Taken} answer */
function answered(answer) {
  return {
    verdict: answer.verdict,
    need: answer.need === null ? null : [answer.need.kind, answer.need.n],
    findings: [...answer.findings],
    message: messaged(answer.message),
    notices: answer.notices.map(noticed),
  };
}

/** @param {import('../../../web/js/crypto/verdict.js').Message | null} message */
function messaged(message) {
  if (message === null) return null;
  const { kind, sidx, payload } = message.opened.body;
  return [message.n, kind, sidx, message.author.role, payload.length < 99 ? payload : new Uint8Array(0)];
}

/** @param {import('../../../web/js/crypto/verdict.js').Notice} notice */
function noticed(notice) {
  return [notice.kind, notice.sidx];
}
