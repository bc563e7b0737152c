"""The counsellor's signed `accept` and what a seeker's client checks before it shows a name.

    accept = ticket16, certificate hash, log size, log root, expires_ms,
             SIG(C,"accept",[ticket16, seeker key hash, log size, log root, expires_ms])

The seeker key hash HASH("ticket",sign_pk) ties the acceptance to one seeker's key, so the relay
cannot swap two seekers behind one acceptance (protocol section 5, live chat). Whoever signed it
knows it again by `verify_accept` under the own key, after a crash and on another device.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crypto import encoding, labels, primitives
from crypto.certificate import CLOCK_TOLERANCE_MS, Certificate
from crypto.errors import BadSignature
from crypto.keys import SignPublic, SignSecret
from crypto.logview import LogView, Position
from crypto.statement import Role

VALID_MS = 12 * 60 * 1000

# Who certifies others or looks over shoulders does not counsel.
COUNSELS = (Role.COUNSELLOR, Role.LEAD)
# In the portal that is for audits alone; no page leads there, so the twin does not know it.
AUDITS = (Role.AUDITOR,)


class Verdict(StrEnum):
    """What the seeker's client makes of an acceptance; only OK may show a name."""

    OK = "ok"
    WRONG_TICKET = "wrong_ticket"
    LOG_UNKNOWN = "log_unknown"
    LOG_FORK = "log_fork"
    UNKNOWN_CERTIFICATE = "unknown_certificate"
    BAD_SIGNATURE = "bad_signature"
    WRONG_ROLE = "wrong_role"
    REVOKED = "revoked"
    NOT_YET_VALID = "not_yet_valid"
    ENDED = "ended"
    NOT_IN_TEAM = "not_in_team"
    LOG_STALE = "log_stale"
    EXPIRED = "expired"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """An acceptance as it crosses the relay; `log_size` and `log_root` are the signer's view."""

    ticket16: bytes
    certificate_hash: bytes
    log_size: int
    log_root: bytes
    expires_ms: int
    signature: bytes


def seeker_key_hash(seeker_pk: SignPublic) -> bytes:
    """HASH("ticket", sign_pk): stands on the ticket and in the acceptance."""
    return primitives.hash_(labels.TICKET, seeker_pk.raw)


def sign_accept(
    secret: SignSecret,
    ticket16: bytes,
    seeker_hash: bytes,
    log_size: int,
    log_root: bytes,
    expires_ms: int,
) -> bytes:
    """Sign an acceptance with the certified key; 64 bytes.

    `expires_ms` is VALID_MS from now by the relay's time, by which seekers will judge it.
    """
    return primitives.sign(
        secret,
        labels.SIG_ACCEPT,
        _signed(ticket16, seeker_hash, log_size, log_root, expires_ms),
    )


def verify_accept(public: SignPublic, accept: Accept, seeker_hash: bytes) -> None:
    """Raise BadSignature unless `public` accepted this ticket for this seeker key."""
    primitives.verify(
        public,
        labels.SIG_ACCEPT,
        accept.signature,
        _signed(accept.ticket16, seeker_hash, accept.log_size, accept.log_root, accept.expires_ms),
    )


def judge_accept(
    view: LogView,
    accept: Accept,
    *,
    ticket16: bytes,
    seeker_hash: bytes,
    team16: bytes,
    device_now_ms: int,
    relay_now_ms: int,
    roles: tuple[Role, ...] = COUNSELS,
) -> Verdict:
    """Name the first check that the acceptance fails, or OK. The relay asks the same question.

    `ticket16`, `seeker_hash`, `team16` and `roles` are what the caller itself knows, never what
    came with the acceptance. LOG_UNKNOWN: fetch the log and ask again. LOG_FORK is an alarm.

    Certificate and TEAM are judged by this device's own clock: by the relay's, a relay and
    somebody who has left could revive what has ended. The twelve minutes are judged by the
    relay's time, as the signer counted them: a phone may be 20 minutes off, and a relay that lies
    here gains nothing but delay of a word that was given to this very seeker.
    """
    if accept.ticket16 != ticket16:
        return Verdict.WRONG_TICKET
    position = view.position(accept.log_size, accept.log_root)
    if position is not Position.KNOWN:
        return Verdict.LOG_UNKNOWN if position is Position.AHEAD else Verdict.LOG_FORK
    signer = view.certificate(accept.certificate_hash)
    if signer is None:
        return Verdict.UNKNOWN_CERTIFICATE
    try:
        verify_accept(signer.sign_pk, accept, seeker_hash)
    except BadSignature:
        return Verdict.BAD_SIGNATURE
    if signer.role not in roles:
        return Verdict.WRONG_ROLE
    standing = _judge_signer(view, signer, team16, device_now_ms)
    if standing is not Verdict.OK:
        return standing
    # Somebody who states a log without their own certificate has looked at another one.
    if accept.log_size <= signer.index:
        return Verdict.LOG_STALE
    if accept.expires_ms <= relay_now_ms:
        return Verdict.EXPIRED
    far = accept.expires_ms > relay_now_ms + VALID_MS + CLOCK_TOLERANCE_MS
    return Verdict.TOO_LONG if far else Verdict.OK


def _judge_signer(view: LogView, signer: Certificate, team16: bytes, device_now_ms: int) -> Verdict:
    if signer.revoked_at is not None:
        return Verdict.REVOKED
    if not signer.runs_at(device_now_ms):
        early = device_now_ms < signer.not_before_ms
        return Verdict.NOT_YET_VALID if early else Verdict.ENDED
    in_team = view.in_team(team16, signer.subject16, device_now_ms)
    return Verdict.OK if in_team else Verdict.NOT_IN_TEAM


def _signed(
    ticket16: bytes, seeker_hash: bytes, log_size: int, log_root: bytes, expires_ms: int
) -> list[encoding.Value]:
    return [ticket16, seeker_hash, log_size, log_root, expires_ms]
