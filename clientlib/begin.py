"""The first moments of a live chat: box, first commit, welcome letter (protocol section 5)."""

from __future__ import annotations

from dataclasses import dataclass

from clientlib.relay import RelayClient
from clientlib.visit import Visit
from crypto import commit, credential, epoch, kem, letter, reading
from crypto.certificate import Certificate
from crypto.envelope import Kind, open_e1, seal_e1
from crypto.keys import CapSecret, Share
from crypto.letter import Letter, LetterKind, Welcome
from crypto.primitives import sign_public
from crypto.random import Rand
from crypto.roster import BoxKind, Role, RosterEntry, StaffView
from crypto.transcript import Transcript
from crypto.wire import boxes
from crypto.wire.base import Right

SEEKER_SIDX = 0
COUNSELLOR_SIDX = 1
SEEKER_RIGHTS = Right.READ | Right.POST | Right.COMMIT | Right.CLOSE
COUNSELLOR_RIGHTS = SEEKER_RIGHTS | Right.KEEP
_HOUR_MS = 3_600_000
# The relay ends a live box at its 180 minutes; this is only the age at which a box with a broken
# clock would end.
_CLOSES_AFTER_HOURS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What the first steps need; `handle` of the seeker's account is empty where there is none."""

    visit: Visit
    certificate: Certificate
    staff: StaffView
    log_size: int
    handle: bytes
    now_ms: int
    rand: Rand


async def create_box(relay: RelayClient, beginning: Beginning) -> Transcript:
    """Create the box, or find that it is there; who has an account keeps the right to read."""
    visit = beginning.visit
    es = visit.draw_epoch()
    rights = SEEKER_RIGHTS | Right.KEEP if beginning.handle else SEEKER_RIGHTS
    cap = boxes.NewCap(
        sidx=SEEKER_SIDX, cap_hash=credential.cap_hash(visit.keys.cap), rights=int(rights)
    )
    created = await relay.request(
        boxes.Create(
            box16=visit.box16,
            caps=(cap,),
            closes_hour=beginning.now_ms // _HOUR_MS + _CLOSES_AFTER_HOURS,
        ),
        visit.keys.ticket_cap.raw,
    )
    holder = reading.Holder(
        kem_secrets=(visit.keys.kem,), share=Share(created.share), secrets=(es,)
    )
    return reading.start(visit.box16, es, holder, beginning.staff)


async def commit_first(relay: RelayClient, beginning: Beginning, transcript: Transcript) -> None:
    """Make commit 0 of {seeker, counsellor} with the welcome letter, in one step of the relay."""
    visit, rand = beginning.visit, beginning.rand
    es, share = visit.draw_epoch(), transcript.state.share
    entries = (_own_entry(visit), _counsellor_entry(beginning.certificate))
    news = commit.make_commit0(visit.box16, BoxKind.CASE, entries, es, share)
    body = transcript.draft(
        kind=Kind.COMMIT,
        stream=int.from_bytes(rand(4), "little"),
        i=0,
        sent_ms=beginning.now_ms,
        log_n=beginning.log_size,
        payload=news.encode(),
        sidx=SEEKER_SIDX,
    )
    e1 = seal_e1(transcript.key, visit.keys.sign, body, rand=rand)
    join_cap = CapSecret(rand(CapSecret.SIZE_BYTES))
    welcome = Welcome(
        box16=visit.box16,
        epoch=0,
        es=es,
        commit=open_e1(e1, transcript.key),
        join_cap=join_cap,
        ticket16=visit.ticket16,
        handle=beginning.handle,
    )
    given = boxes.NewCap(
        sidx=COUNSELLOR_SIDX,
        cap_hash=credential.cap_hash(join_cap),
        rights=int(COUNSELLOR_RIGHTS),
    )
    await relay.request(
        boxes.Commit(
            box16=visit.box16,
            old_kid=bytes(8),
            new_kid=epoch.kid(es, visit.box16, 0),
            e1=e1,
            caps=(given,),
            out=(),
            letters=(_letter(beginning, welcome),),
        ),
        visit.keys.cap.raw,
    )


def _own_entry(visit: Visit) -> RosterEntry:
    return RosterEntry(
        sidx=SEEKER_SIDX,
        role=Role.SEEKER,
        sign_pk=sign_public(visit.keys.sign),
        kem_pk=kem.public(visit.keys.kem),
    )


def _counsellor_entry(certificate: Certificate) -> RosterEntry:
    return RosterEntry(
        sidx=COUNSELLOR_SIDX,
        role=Role.COUNSELLOR,
        sign_pk=certificate.sign_pk,
        kem_pk=certificate.kem_pk,
        certificate_hash=certificate.hash,
    )


def _letter(beginning: Beginning, welcome: Welcome) -> bytes:
    secret = beginning.visit.keys.sign
    note = Letter(
        kind=LetterKind.WELCOME,
        certificate_hash=letter.NO_CERTIFICATE,
        sign_pk=sign_public(secret),
        sent_ms=beginning.now_ms,
        payload=welcome.encode(),
    )
    return letter.seal_letter(beginning.certificate.kem_pk, secret, note, beginning.rand)
