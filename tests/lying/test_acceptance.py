"""An acceptance that nobody made: the seeker's client shows no name and sends nothing more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from clientlib.errors import Refused
from clientlib.seeker import Seeker
from crypto import acceptance
from crypto.acceptance import Verdict
from crypto.certificate import CLOCK_TOLERANCE_MS
from crypto.primitives import sign_public
from crypto.statement import DAY_MS
from crypto.wire.base import Command, Event, Reply
from crypto.wire.kernel import Pong
from crypto.wire.live import Offered, QueueReply, QueueRowChanged, Wait, WaitReply
from tests.helpers.organisation import Organisation, Person, sign_secret
from tests.lying.proxy import Lie, Line
from tests.lying.stage import (
    AUDITOR,
    ENDED,
    OUTSIDER,
    PASSED_DAYS,
    REVOKED,
    Stage,
    seeker_secret,
)

# Only reading follows an offer until the person has said yes.
READING = {"log_read", "profiles", "ping"}
Forge = Callable[[Stage, Seeker], Offered]


def _by(person: Person) -> Forge:
    return lambda stage, seeker: stage.offer(seeker, person.sign, stage.certificate_of(person))


def _by_admin(stage: Stage, seeker: Seeker) -> Offered:
    from crypto.account import staff_sign

    return stage.offer(seeker, staff_sign(stage.admin.ams), stage.admin.certificate.hash)


def _maria(**changed: int | bytes) -> Forge:
    def forge(stage: Stage, seeker: Seeker) -> Offered:
        return stage.offer(seeker, stage.maria_sign, stage.maria.certificate.hash, **changed)  # type: ignore[arg-type]

    return forge


def _forged(stage: Stage, seeker: Seeker) -> Offered:
    """The relay has no certified key, so it signs with one of its own."""
    return stage.offer(seeker, sign_secret("relay"), stage.maria.certificate.hash)


def _flipped(stage: Stage, seeker: Seeker) -> Offered:
    good = _maria()(stage, seeker)
    signature = bytes([good.offer.signature[0] ^ 1]) + good.offer.signature[1:]
    return replace(good, offer=replace(good.offer, signature=signature))


def _longer(stage: Stage, seeker: Seeker) -> Offered:
    """A genuine one whose end the relay moves."""
    good = _maria()(stage, seeker)
    return replace(good, offer=replace(good.offer, expires_ms=good.offer.expires_ms + 1))


def _foreign(stage: Stage, seeker: Seeker) -> Offered:
    """Certified by another organisation."""
    other = Organisation("Fremd")
    other.found()
    person = other.counsellor(other.admin("Ada"), "Anna")
    found = other.view().own_certificates(person.subject16)[0]
    return stage.offer(seeker, person.sign, found.hash)


def _before_own_certificate(stage: Stage, seeker: Seeker) -> Offered:
    return _maria(log_size=stage.maria.certificate.index)(stage, seeker)


def _ahead(stage: Stage, seeker: Seeker) -> Offered:
    return _maria(log_size=stage.maria.log.view.size + 1)(stage, seeker)


FORGERIES: dict[str, tuple[Forge, Verdict]] = {
    "signed by the relay": (_forged, Verdict.BAD_SIGNATURE),
    "a bit of the signature": (_flipped, Verdict.BAD_SIGNATURE),
    "end moved by the relay": (_longer, Verdict.BAD_SIGNATURE),
    "certificate under another root": (_foreign, Verdict.UNKNOWN_CERTIFICATE),
    "not in TEAM": (_by(OUTSIDER), Verdict.NOT_IN_TEAM),
    "ended": (_by(ENDED), Verdict.ENDED),
    "revoked": (_by(REVOKED), Verdict.REVOKED),
    "an auditor": (_by(AUDITOR), Verdict.WRONG_ROLE),
    "an admin": (_by_admin, Verdict.WRONG_ROLE),
    "stale log": (_before_own_certificate, Verdict.LOG_STALE),
    "log ahead of the service's": (_ahead, Verdict.LOG_UNKNOWN),
    "forked log": (_maria(log_root=b"f" * 32), Verdict.LOG_FORK),
    "past": (_maria(expires_in_ms=0), Verdict.EXPIRED),
    "too late": (
        _maria(expires_in_ms=acceptance.VALID_MS + CLOCK_TOLERANCE_MS + 1),
        Verdict.TOO_LONG,
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_no_name_is_shown_for_a_forged_acceptance(stage: Stage, name: str) -> None:
    forge, verdict = FORGERIES[name]

    async def scene() -> None:
        seeker, line = await stage.waiting()
        mark = stage.relay.mark()
        await line.say(forge(stage, seeker))
        with pytest.raises(Refused) as refused:
            await seeker.offered()
        assert refused.value.verdict == verdict.value
        with pytest.raises(Refused):
            await seeker.confirm()
        assert set(stage.relay.sent_since(mark, line)) <= READING
        await seeker.withdraw()

    stage.play(scene)


def test_a_genuine_acceptance_is_believed(stage: Stage) -> None:
    """The forgeries above differ from this in one thing each."""

    async def scene() -> None:
        seeker, line = await stage.waiting()
        await line.say(_maria()(stage, seeker))
        assert (await seeker.offered()).name == "Maria B."
        await seeker.withdraw()

    stage.play(scene)


class OtherTime(Lie):
    """Says that it is another time, in every answer and from the first."""

    def __init__(self, ahead_ms: int) -> None:
        self.ahead_ms = ahead_ms

    def reply(self, line: Line, command: Command[object], reply: Reply) -> Reply:  # type: ignore[type-var]
        if isinstance(reply, Pong):
            return replace(reply, now_ms=reply.now_ms + self.ahead_ms)
        return reply


def test_a_relay_with_an_old_clock_revives_no_certificate(stage: Stage) -> None:
    """Edda has left; she and the relay go back to the day when her certificate still ran."""
    back_ms = PASSED_DAYS * DAY_MS

    async def scene() -> None:
        stage.tell(OtherTime(-back_ms))
        seeker, line = await stage.waiting()
        signed_ms = acceptance.VALID_MS - back_ms
        edda = stage.certificate_of(ENDED)
        await line.say(stage.offer(seeker, ENDED.sign, edda, expires_in_ms=signed_ms))
        with pytest.raises(Refused) as refused:
            await seeker.offered()
        assert refused.value.verdict == Verdict.ENDED.value
        await seeker.withdraw()

    stage.play(scene)


@pytest.mark.parametrize("off_minutes", [-20, 20])
def test_a_phone_whose_clock_is_off_can_chat(stage: Stage, off_minutes: int) -> None:
    """Seeker and counsellor count the minutes of an offer by the relay's time."""
    off_ms = off_minutes * 60_000

    async def scene() -> None:
        seeker, line = await stage.waiting()
        seeker._now_ms = lambda: stage.now_ms() + off_ms
        await line.say(_maria()(stage, seeker))
        assert (await seeker.offered()).name == "Maria B."
        maria = await stage.lied.signs_in("maria")
        await stage.lied.on_duty(maria)
        maria._now_ms = lambda: stage.now_ms() + off_ms
        await maria.wait_until(lambda: seeker.ticket16 in maria.rows)
        await maria.accept(seeker.ticket16)
        await seeker.withdraw()

    stage.play(scene)


class SameTicket(Lie):
    """Tells every seeker the ticket of the first one."""

    def __init__(self) -> None:
        self.ticket16 = b""

    def reply(self, line: Line, command: Command[object], reply: Reply) -> Reply:  # type: ignore[type-var]
        if isinstance(command, Wait) and isinstance(reply, WaitReply):
            self.ticket16 = self.ticket16 or reply.ticket16
            return replace(reply, ticket16=self.ticket16)
        return reply


def test_two_seekers_cannot_be_swapped_behind_one_acceptance(stage: Stage) -> None:
    """Maria accepts the first; the relay shows her acceptance to the second."""

    async def scene() -> None:
        stage.tell(SameTicket())
        first, _ = await stage.waiting()
        second, line = await stage.waiting()
        assert first.ticket16 == second.ticket16
        mark = stage.relay.mark()
        await line.say(_maria()(stage, first))
        with pytest.raises(Refused) as refused:
            await second.offered()
        assert refused.value.verdict == Verdict.BAD_SIGNATURE.value
        assert set(stage.relay.sent_since(mark, line)) <= READING
        await first.withdraw()
        await second.withdraw()

    stage.play(scene)


class OtherSeekersKey(Lie):
    """Shows the counsellor another seeker's key beside a ticket."""

    def __init__(self, key_hash: bytes) -> None:
        self.key_hash = key_hash

    def reply(self, line: Line, command: Command[object], reply: Reply) -> Reply:  # type: ignore[type-var]
        if isinstance(reply, QueueReply):
            return replace(
                reply, rows=tuple(replace(r, key_hash=self.key_hash) for r in reply.rows)
            )
        return reply

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        if isinstance(event, QueueRowChanged):
            return (replace(event, row=replace(event.row, key_hash=self.key_hash)),)
        return (event,)


def test_a_counsellor_who_was_shown_another_key_is_refused_by_the_seeker(stage: Stage) -> None:
    async def scene() -> None:
        seeker, line = await stage.waiting()
        other, _ = await stage.waiting()
        key_hash = acceptance.seeker_key_hash(sign_public(seeker_secret(other)))
        await line.say(
            stage.offer(
                seeker, stage.maria_sign, stage.maria.certificate.hash, seeker_hash=key_hash
            )
        )
        with pytest.raises(Refused) as refused:
            await seeker.offered()
        assert refused.value.verdict == Verdict.BAD_SIGNATURE.value
        await seeker.withdraw()
        await other.withdraw()

    stage.play(scene)
