"""What seekers see when the service lies. Each test ends with what was sent after the refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from crypto import acceptance, account, ownprofile, profile
from crypto.statement import DAY_MS, Revoke, Role
from crypto.statement import Staff as StaffStatement
from crypto.wire import boxes
from crypto.wire.base import Command, Event, Reply
from crypto.wire.boxes import CloseReason, EnvelopeStored
from crypto.wire.codec import CommandFrame
from crypto.wire.live import Offer, Offered, Wait
from crypto.wire.staff import ProfilesReply, SignedProfile
from tests.browser.conftest import Windows
from tests.browser.lies import (
    READING,
    Hides,
    LyingHouse,
    Talk,
    lying_house,
    sees,
    wary_windows,
    word,
)
from tests.helpers.organisation import Person, kem_public
from tests.lying.proxy import Lie, Line

__all__ = ["lying_house", "wary_windows"]


def test_a_device_whose_clock_is_wrong_is_told_so(house: LyingHouse, wary: Windows) -> None:
    """By its clock the team's statement has ended: it believes no other clock, but says which."""
    talk = Talk(house, wary)
    talk.seeker.page.add_init_script(
        "const now = Date.now; Date.now = () => now() + 40 * 86_400_000;"
    )
    mark = talk.waits()
    talk.is_accepted()
    sees(talk.seeker.page, "offer.not_trusted_clock")
    line = house.relay.lines[-1]
    assert set(house.relay.sent_since(mark, line)) <= READING | {"resume_put"}


def test_an_offer_is_judged_again_at_the_yes(house: LyingHouse, wary: Windows) -> None:
    """What was true when the name was shown need not be true any more."""
    talk = Talk(house, wary)
    talk.waits()
    talk.is_accepted()
    yes = talk.seeker.page.get_by_role("button", name="Jetzt chatten")
    expect(yes).to_be_visible()
    # Between the offer and the yes the team's statement ends, by the clock of this device.
    talk.seeker.page.evaluate("{ const now = Date.now; Date.now = () => now() + 40 * 86_400_000; }")
    mark = house.relay.mark()
    talk.seeker.says_yes()
    sees(talk.seeker.page, "offer.not_trusted_title")
    line = house.relay.lines[-1]
    assert set(house.relay.sent_since(mark, line)) <= READING | {"resume_put"}


def test_a_phone_that_is_twenty_minutes_off_chats(house: LyingHouse, wary: Windows) -> None:
    talk = Talk(house, wary)
    talk.seeker.page.add_init_script("const now = Date.now; Date.now = () => now() + 1_200_000;")
    talk.begins()
    talk.maria_says("Guten Abend")
    talk.seeker.reads("Guten Abend")
    talk.ends()


class ChangedOffer(Lie):
    """Changes what a seeker is told about who accepted."""

    def __init__(self, change: Callable[[Offered], Offered]) -> None:
        self.change = change

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        return (self.change(event) if isinstance(event, Offered) else event,)


def _flipped(event: Offered) -> Offered:
    raw = event.offer.signature
    return replace(event, offer=replace(event.offer, signature=bytes([raw[0] ^ 1]) + raw[1:]))


def _other_root(event: Offered) -> Offered:
    return replace(event, offer=replace(event.offer, log_root=b"f" * 32))


@pytest.mark.parametrize(
    ("change", "words"),
    [(_flipped, "offer.not_trusted"), (_other_root, "offer.not_trusted_log")],
)
def test_a_forged_acceptance_begins_nothing(
    house: LyingHouse, wary: Windows, change: Callable[[Offered], Offered], words: str
) -> None:
    talk = Talk(house, wary)
    house.tell(ChangedOffer(change))
    mark = talk.waits()
    talk.is_accepted()
    sees(talk.seeker.page, "offer.not_trusted_title")
    sees(talk.seeker.page, words)
    expect(talk.seeker.page.get_by_text("Maria B.")).to_have_count(0)
    line = house.relay.lines[-1]
    assert set(house.relay.sent_since(mark, line)) <= READING | {"resume_put"}


class Renames(Lie):
    """Puts another name beside each key."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(reply, ProfilesReply):
            return reply
        return ProfilesReply(profiles=tuple(self._renamed(one) for one in reply.profiles))

    def _renamed(self, one: SignedProfile) -> SignedProfile:
        shown = replace(profile.Profile.decode(one.profile), name="Dr. Falsch")
        return replace(one, profile=ownprofile.encode_profile(shown))


def test_a_name_that_the_certified_key_did_not_sign_is_not_shown(
    house: LyingHouse, wary: Windows
) -> None:
    talk = Talk(house, wary)
    house.tell(Renames())
    talk.waits()
    talk.is_accepted()
    sees(talk.seeker.page, "offer.text", name=word("offer.somebody"))
    expect(talk.seeker.page.get_by_text("Dr. Falsch")).to_have_count(0)


OUTSIDE = "not in TEAM"
STRANGERS = {
    # Whom the log knows, and who may counsel nobody here: and as what.
    OUTSIDE: (Person("Olaf"), Role.COUNSELLOR),
    "revoked": (Person("Rosa"), Role.COUNSELLOR),
    "an auditor": (Person("Olga"), Role.AUDITOR),
}


@pytest.fixture(scope="module")
def strangers(house: LyingHouse) -> dict[str, bytes]:
    """The hash of each one's certificate."""

    async def certify() -> dict[str, bytes]:
        admin = await house.cast.signs_in("verwaltung")
        sign, now_ms = account.staff_sign(admin.ams), house.cast.now_ms()
        view, found = await admin.log.update(), {}
        for name, (person, role) in STRANGERS.items():
            payload = StaffStatement(
                deployment_id=house.cast.root.deployment_id,
                role=role,
                sign_pk=person.sign_pk,
                kem_pk=person.kem_pk,
            )
            span = (now_ms, now_ms + 60 * DAY_MS)
            await admin.log.publish(sign, person.subject16, payload, *span)
            view = await admin.log.update()
            found[name] = view.own_certificates(person.subject16)[-1].hash
        # TEAM lists who counsels, but for one, so that each is refused for one thing.
        listed = [person.subject16 for name, (person, _) in STRANGERS.items() if name == "revoked"]
        before = (await house.maria.log.update()).latest_team(house.cast.team16)
        assert before is not None
        after = replace(
            before.team,
            epoch=before.team.epoch + 1,
            kem_pk=kem_public("team key 2"),
            members=tuple(sorted((*before.team.members, *listed))),
        )
        span = (now_ms, now_ms + 20 * DAY_MS)
        await house.maria.log.publish(
            account.staff_sign(house.maria.ams), after.team16, after, *span
        )
        revoked = Revoke(certificate_hash=found["revoked"])
        await admin.log.publish(sign, STRANGERS["revoked"][0].subject16, revoked, now_ms, 0)
        await house.maria.log.update()
        return found

    return house.server.run(certify)


@pytest.mark.parametrize("name", STRANGERS)
def test_somebody_who_may_not_counsel_begins_nothing(
    house: LyingHouse, wary: Windows, strangers: dict[str, bytes], name: str
) -> None:
    """A genuine key of a genuine certificate, and a relay that shows the acceptance as an offer."""
    talk = Talk(house, wary)
    mark = talk.waits()
    ticket16 = talk.ticket16()
    line, view = house.relay.lines[-1], house.maria.log.view
    (wait,) = [one.command for one in house.relay.sent if isinstance(one.command, Wait)][-1:]
    now_ms = house.cast.now_ms()
    about = (view.size, view.root(), now_ms + acceptance.VALID_MS)
    signature = acceptance.sign_accept(STRANGERS[name][0].sign, ticket16, wait.key_hash, *about)
    offer = Offer(
        certificate_hash=strangers[name],
        log_size=about[0],
        log_root=about[1],
        expires_ms=about[2],
        signature=signature,
        confirm_until_ms=now_ms + 300_000,
    )
    house.server.run(lambda: line.say(Offered(ticket16=ticket16, offer=offer)))
    sees(talk.seeker.page, "offer.not_trusted_title")
    sees(talk.seeker.page, "offer.not_trusted")
    assert set(house.relay.sent_since(mark, line)) <= READING | {"resume_put"}


class KeepsOffers(Lie):
    """Tells the truth, and keeps what was offered, to show it again or to somebody else."""

    def __init__(self) -> None:
        self.offered: list[Offered] = []

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        if isinstance(event, Offered):
            self.offered.append(event)
        return (event,)


def test_two_seekers_cannot_be_swapped(house: LyingHouse, wary: Windows) -> None:
    first = Talk(house, wary)
    first.waits()
    other = Talk(house, wary)
    mark = other.waits()
    lie = KeepsOffers()
    house.tell(lie)
    first.is_accepted()
    expect(first.seeker.page.get_by_role("button", name="Jetzt chatten")).to_be_visible()
    line = house.relay.lines[-1]
    theirs = other.ticket16()
    house.server.run(lambda: line.say(replace(lie.offered[0], ticket16=theirs)))
    sees(other.seeker.page, "offer.not_trusted_title")
    assert set(house.relay.sent_since(mark, line)) <= READING | {"resume_put"}


def test_a_shortened_log_begins_nothing(house: LyingHouse, wary: Windows) -> None:
    talk = Talk(house, wary)
    house.tell(Hides())
    mark = talk.waits()
    talk.is_accepted()
    sees(talk.seeker.page, "offer.not_trusted_title")
    sees(talk.seeker.page, "offer.not_trusted_log")
    line = house.relay.lines[-1]
    assert set(house.relay.sent_since(mark, line)) <= READING | {"resume_put"}


class Drops(Lie):
    """Takes one envelope out; the rest moves up."""

    def __init__(self, number: int) -> None:
        self.number = number

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        if not isinstance(event, EnvelopeStored) or event.n < self.number:
            return (event,)
        return () if event.n == self.number else (replace(event, n=event.n - 1),)


def test_a_dropped_message_is_told_and_sending_waits_for_a_decision(
    house: LyingHouse, wary: Windows
) -> None:
    talk = Talk(house, wary)
    talk.begins()
    house.tell(Drops(3))
    talk.maria_says("eins")
    talk.seeker.reads("eins")
    talk.maria_says("zwei")
    talk.maria_says("drei")
    talk.seeker.reads("drei")
    page = talk.seeker.page
    sees(page, "chat.line_message_missing")
    sees(page, "chat.fork", name="Maria B.")
    expect(page.get_by_role("button", name=word("chat.proceed"))).to_be_visible()
    page.locator("#message-field").fill("vier")
    expect(page.get_by_role("button", name="Senden")).to_be_disabled()
    page.get_by_role("button", name=word("chat.proceed")).click()
    expect(page.get_by_role("button", name="Senden")).to_be_enabled()
    talk.ends()


class Misnumbers(Lie):
    """Says that a post stands elsewhere than it does."""

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | Reply:
        return boxes.NumberReply(n=1) if isinstance(sent.command, boxes.Post) else sent


def test_an_own_message_that_stands_elsewhere_is_told(house: LyingHouse, wary: Windows) -> None:
    talk = Talk(house, wary)
    talk.begins()
    house.tell(Misnumbers())
    talk.seeker.writes("Hallo")
    sees(talk.seeker.page, "chat.stop_other_history")
    talk.ends()


@pytest.mark.parametrize("reason", [CloseReason.MESSAGE, CloseReason.LEFT])
def test_an_end_that_nobody_signed_names_nobody(
    house: LyingHouse, wary: Windows, reason: CloseReason
) -> None:
    talk = Talk(house, wary)
    talk.begins()
    line = house.relay.lines[-1]
    minute = house.cast.now_ms() // 60_000
    event = boxes.Closed(
        box16=talk.hers.box16, reason=reason, close_minute=minute, purge_minute=minute + 2_880
    )
    house.server.run(lambda: line.say(event))
    expect(talk.seeker.page.get_by_role("heading")).to_contain_text("vom Dienst beendet")
    talk.ends()


def test_no_other_offer_counts_while_a_chat_runs(house: LyingHouse, wary: Windows) -> None:
    """The relay shows the same acceptance again, and says that the ticket waits: nothing moves."""
    talk = Talk(house, wary)
    lie = KeepsOffers()
    house.tell(lie)
    talk.begins()
    line = house.relay.lines[-1]
    last = lie.offered[-1]
    other = replace(last, offer=replace(last.offer, signature=bytes(64)))
    house.server.run(lambda: line.say(other))
    talk.maria_says("noch da")
    talk.seeker.reads("noch da")
    expect(talk.seeker.page.get_by_role("button", name="Jetzt chatten")).to_have_count(0)
    talk.ends()
