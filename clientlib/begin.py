"""How a conversation begins: box, first commit, welcome letter (protocol section 5).

The same for a live chat and a written enquiry; they differ in whom the first commit lets in, and in
how long the box may stay unused. Twin of web/js/features/live/firstcommit.js.
"""

from __future__ import annotations

from dataclasses import dataclass

from clientlib.relay import RelayClient
from crypto import commit, credential, epoch, kem, letter, reading
from crypto.account import ConversationKeys
from crypto.certificate import Certificate, TeamStatement
from crypto.envelope import Kind, open_e1, seal_e1
from crypto.keys import CapSecret, EpochSecret, Share
from crypto.letter import Letter, LetterKind, Welcome
from crypto.primitives import sign_public
from crypto.random import Rand
from crypto.roster import NO_SIGN_PK, BoxKind, Role, RosterEntry, StaffView
from crypto.transcript import Transcript
from crypto.wire import boxes
from crypto.wire.base import Right

SEEKER_SIDX = 0
# Of whom the first commit lets in: a counsellor, or a team.
COUNSELLOR_SIDX = 1
SEEKER_RIGHTS = Right.READ | Right.POST | Right.COMMIT | Right.CLOSE
COUNSELLOR_RIGHTS = SEEKER_RIGHTS | Right.KEEP
# A team reads, and one of its people makes the commit that takes it out.
TEAM_RIGHTS = Right.READ | Right.COMMIT
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Whom the first commit lets in beside the seeker; `team16` is empty for a person."""

    entry: RosterEntry
    rights: Right
    team16: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What the first steps need; `es` is remembered already.

    `handle` of the seeker's account is empty where there is none. A live ticket is known to the
    relay as the box's; a written one is named to its letters only (`is_written`).
    """

    box16: bytes
    keys: ConversationKeys
    es: EpochSecret
    ticket16: bytes
    is_written: bool
    closes_hour: int
    handle: bytes
    staff: StaffView
    log_size: int
    now_ms: int
    rand: Rand


def to_counsellor(certificate: Certificate) -> Recipient:
    """One person, who exchanges the letter's capability for an own one."""
    entry = counsellor_entry(certificate, COUNSELLOR_SIDX)
    return Recipient(entry=entry, rights=COUNSELLOR_RIGHTS)


def to_team(statement: TeamStatement) -> Recipient:
    """Everybody whom TEAM lists, each under their own sign-in."""
    entry = RosterEntry(
        sidx=COUNSELLOR_SIDX,
        role=Role.TEAM,
        sign_pk=NO_SIGN_PK,
        kem_pk=statement.team.kem_pk,
        certificate_hash=statement.hash,
    )
    return Recipient(entry=entry, rights=TEAM_RIGHTS, team16=statement.team.team16)


def counsellor_entry(certificate: Certificate, sidx: int) -> RosterEntry:
    """Return the roster entry of a certified counsellor."""
    return RosterEntry(
        sidx=sidx,
        role=Role.COUNSELLOR,
        sign_pk=certificate.sign_pk,
        kem_pk=certificate.kem_pk,
        certificate_hash=certificate.hash,
    )


async def create_box(relay: RelayClient, beginning: Beginning) -> Transcript:
    """Create the box, or find that it is there; who has an account keeps the right to read.

    A live box is its ticket's. A written one names no ticket, so its maker shows the capability
    that comes with it: a repeat is told the share.
    """
    one = beginning
    proof = one.keys.cap if one.is_written else one.keys.ticket_cap
    rights = SEEKER_RIGHTS | Right.KEEP if one.handle else SEEKER_RIGHTS
    cap = boxes.NewCap(
        sidx=SEEKER_SIDX, cap_hash=credential.cap_hash(one.keys.cap), rights=int(rights)
    )
    created = await relay.request(
        boxes.Create(box16=one.box16, caps=(cap,), closes_hour=one.closes_hour), proof.raw
    )
    share = Share(created.share)
    holder = reading.Holder(kem_secrets=(one.keys.kem,), share=share, secrets=(one.es,))
    return reading.start(one.box16, one.es, holder, one.staff)


async def commit_first(
    relay: RelayClient, beginning: Beginning, recipient: Recipient, transcript: Transcript
) -> None:
    """Make commit 0 of seeker and recipient with the welcome letter, in one step of the relay."""
    one, rand = beginning, beginning.rand
    roster = (_own_entry(one.keys), recipient.entry)
    news = commit.make_commit0(one.box16, BoxKind.CASE, roster, one.es, transcript.state.share)
    body = transcript.draft(
        kind=Kind.COMMIT,
        stream=int.from_bytes(rand(4), "little"),
        i=0,
        sent_ms=one.now_ms,
        log_n=one.log_size,
        payload=news.encode(),
        sidx=SEEKER_SIDX,
    )
    e1 = seal_e1(transcript.key, one.keys.sign, body, rand=rand)
    join_cap = CapSecret(rand(CapSecret.SIZE_BYTES))
    welcome = Welcome(
        box16=one.box16,
        epoch=0,
        es=one.es,
        commit=open_e1(e1, transcript.key),
        join_cap=join_cap,
        ticket16=one.ticket16,
        handle=one.handle,
    )
    given = boxes.NewCap(
        sidx=recipient.entry.sidx,
        cap_hash=credential.cap_hash(join_cap),
        rights=int(recipient.rights),
        team16=recipient.team16,
    )
    await relay.request(
        boxes.Commit(
            box16=one.box16,
            old_kid=bytes(8),
            new_kid=epoch.kid(one.es, one.box16, 0),
            e1=e1,
            caps=(given,),
            out=(),
            letters=(_letter(one, recipient, welcome),),
            ticket16=one.ticket16 if one.is_written else b"",
        ),
        one.keys.cap.raw,
    )


def _own_entry(keys: ConversationKeys) -> RosterEntry:
    return RosterEntry(
        sidx=SEEKER_SIDX,
        role=Role.SEEKER,
        sign_pk=sign_public(keys.sign),
        kem_pk=kem.public(keys.kem),
    )


def _letter(one: Beginning, recipient: Recipient, welcome: Welcome) -> bytes:
    note = Letter(
        kind=LetterKind.WELCOME,
        certificate_hash=letter.NO_CERTIFICATE,
        sign_pk=sign_public(one.keys.sign),
        sent_ms=one.now_ms,
        payload=welcome.encode(),
    )
    return letter.seal_letter(recipient.entry.kem_pk, one.keys.sign, note, one.rand)
