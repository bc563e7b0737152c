"""Who has no place, who steps in: Python clients and a real relay; nothing typed is lost."""

from __future__ import annotations

import asyncio

import pytest

from clientlib.account import SeekerAccount
from clientlib.enquiry import Enquiry
from clientlib.recipient import WHOLE_TEAM, NoPlace, recipient, takers_of
from clientlib.staff import Staff
from crypto.wire.capacity import UNLIMITED, CapacitySet, PortalRulesSet, Taker, TakersReply
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import Cast
from tests.helpers.enrolled import enrolled
from tests.helpers.organisation import seed
from tests.helpers.server import PORTAL16
from tests.helpers.written import (
    SUBJECT,
    TEXT,
    TOPIC,
    again,
    at_desk,
    counted,
    falls_over,
    new,
    outcome_of,
    portal_of,
    takes,
    texts,
    writes,
)

NAME = "kiesel-407"
ANNA, BERTA, CLARA = (seed(name, 16) for name in ("anna", "berta", "clara"))


async def centre(cast: Cast) -> tuple[Staff, Staff]:
    """Maria, who takes none, and Jonas, who steps in."""
    people = (("maria", "Maria B."), ("jonas", "Jonas K."))
    admin, maria, jonas = await enrolled(cast, *people)
    rules = PortalRulesSet(portal16=PORTAL16, fallback=jonas.subject16, is_automatic=0)
    await admin.relay.request(rules)
    await wants(maria, 0)
    return maria, jonas


async def wants(staff: Staff, places: int) -> None:
    """How many enquiries somebody takes at a time."""
    change = CapacitySet(subject16=b"", places=places, is_regulars_only=0)
    await staff.relay.request(change)


async def waiting_for(staff: Staff) -> list[str]:
    """Return what was written to somebody alone, as they read it."""
    desk = await at_desk(staff)
    rows = [row for row in desk.rows.values() if row.is_addressed]
    return [texts((await desk.open(row.ticket16)).box)[0] for row in rows]


# --- the rule ---------------------------------------------------------------------------------


def told(fallback: bytes, **is_open: int) -> TakersReply:
    takers = tuple(
        Taker(subject16=seed(name, 16), is_open=flag, is_regulars_only=0)
        for name, flag in is_open.items()
    )
    return TakersReply(takers=takers, fallback=fallback)


@pytest.mark.parametrize(
    ("reply", "wanted", "expected"),
    [
        (told(b"", anna=1), ANNA, ANNA),
        (told(BERTA, anna=0, berta=1), ANNA, BERTA),
        (told(BERTA, anna=0, berta=0), ANNA, WHOLE_TEAM),
        (told(BERTA, anna=0, berta=1), WHOLE_TEAM, WHOLE_TEAM),
        (told(b"", anna=0), ANNA, WHOLE_TEAM),
        (told(ANNA, anna=0), ANNA, WHOLE_TEAM),
        # Whoever is not among the takers is written to by nobody, whatever the relay says.
        (told(CLARA, anna=0), ANNA, WHOLE_TEAM),
        (told(b"", anna=1), CLARA, WHOLE_TEAM),
    ],
)
def test_who_gets_it_instead(reply: TakersReply, wanted: bytes, expected: bytes) -> None:
    assert recipient(reply, wanted) == expected


def test_a_regular_client_gets_through_to_whom_they_know() -> None:
    reply = told(BERTA, anna=0, berta=1)
    assert recipient(reply, ANNA, is_regular=True) == ANNA
    assert recipient(reply, CLARA, is_regular=True) == BERTA


# --- writing ----------------------------------------------------------------------------------


async def test_it_is_said_before_sending_who_gets_it_instead(cast: Cast) -> None:
    maria, jonas = await centre(cast)
    account = await cast.registers(NAME)
    enquiry = new(cast, account, maria.subject16)
    await enquiry.keep(TOPIC, SUBJECT, TEXT)
    with counted(account.relay) as asked, pytest.raises(NoPlace) as refused:
        await enquiry.send(TOPIC, SUBJECT, TEXT)
    # Nothing was sealed to anybody, and what was typed is still there.
    assert not {"create", "commit", "post", "enquiry_open"} & set(asked)
    assert (refused.value.instead, enquiry.is_draft, enquiry.draft) == (
        jonas.subject16,
        True,
        TEXT,
    )
    other = await enquiry.anew(refused.value.instead)
    await other.send(other.note.topic, other.note.subject, other.draft)
    assert await waiting_for(jonas) == [TEXT]
    assert await waiting_for(maria) == []


async def test_where_nobody_steps_in_the_team_gets_it(cast: Cast) -> None:
    maria, jonas = await centre(cast)
    await wants(jonas, 0)
    enquiry = new(cast, await cast.registers(NAME), maria.subject16)
    with pytest.raises(NoPlace) as refused:
        await enquiry.send(TOPIC, SUBJECT, TEXT)
    assert refused.value.instead == WHOLE_TEAM
    other = await enquiry.anew()
    await other.keep(TOPIC, SUBJECT, TEXT)
    await other.send(TOPIC, SUBJECT, TEXT)
    desk = await at_desk(jonas)
    with pytest.raises(WireError) as no_place:
        await takes(desk, other)
    assert no_place.value.code is ErrorCode.AT_CAPACITY
    # It stays as open as it was; with a place it is taken.
    await wants(jonas, 1)
    case = await takes(desk, other)
    assert texts(case.box) == [TEXT]


async def test_ten_who_write_at_once_lose_nothing(cast: Cast) -> None:
    maria, jonas = await centre(cast)
    await wants(maria, 3)
    accounts = [await cast.registers(f"kiesel-{n}") for n in range(10)]

    async def sends(n: int, account: SeekerAccount) -> bytes:
        enquiry = new(cast, account, maria.subject16)
        found = await outcome_of(enquiry.send(TOPIC, SUBJECT, f"{TEXT} {n}"))
        if not isinstance(found, Exception):
            return maria.subject16
        if isinstance(found, NoPlace):
            await enquiry.keep(TOPIC, SUBJECT, f"{TEXT} {n}")
        else:
            assert isinstance(found, WireError)
            assert found.code is ErrorCode.AT_CAPACITY
        instead = recipient(await takers_of(account.relay, PORTAL16), maria.subject16)
        other = await enquiry.anew(instead)
        await other.send(other.note.topic, other.note.subject, other.draft)
        return instead

    went = await asyncio.gather(*(sends(n, one) for n, one in enumerate(accounts)))
    assert went.count(maria.subject16) == 3
    assert went.count(jonas.subject16) == 7
    arrived = [*await waiting_for(maria), *await waiting_for(jonas)]
    assert sorted(arrived) == sorted(f"{TEXT} {n}" for n in range(10))


async def test_the_last_place_goes_between_the_check_and_the_ticket(cast: Cast) -> None:
    """Box, commit and words stand already: another beginning takes the words along."""
    maria, jonas = await centre(cast)
    await wants(maria, 1)
    account, other = await cast.registers(NAME), await cast.registers("birke-12")
    enquiry = new(cast, account, maria.subject16)
    with counted(other.relay) as asked:
        await writes(cast, other, TEXT, jonas.subject16)
    async with falls_over(account.relay, asked.index("enquiry_open")):
        await enquiry.send(TOPIC, SUBJECT, TEXT)
    await writes(cast, other, "Ich war schneller.", maria.subject16)
    device = await again(cast, account)
    entry = device.keyring.entry(enquiry.box16)
    assert entry is not None
    there = await Enquiry.take_up(device, portal_of(cast), entry)
    assert isinstance(there.halted, WireError)
    assert (there.halted.code, there.draft) == (ErrorCode.AT_CAPACITY, TEXT)
    anew = await there.anew(jonas.subject16)
    await anew.send(anew.note.topic, anew.note.subject, anew.draft)
    assert await waiting_for(maria) == ["Ich war schneller."]
    assert await waiting_for(jonas) == [TEXT, TEXT]


async def test_a_crash_while_it_is_begun_anew_loses_no_word(cast: Cast) -> None:
    maria, jonas = await centre(cast)
    account = await cast.registers(NAME)
    first = new(cast, account, maria.subject16)
    await first.keep(TOPIC, SUBJECT, TEXT)
    with counted(account.relay) as asked:
        await first.anew(jonas.subject16)
    for at in range(len(asked)):
        for is_asked in (False, True):
            device = await again(cast, account)
            enquiry = new(cast, device, maria.subject16)
            text = f"{TEXT} {at} {is_asked}"
            await enquiry.keep(TOPIC, SUBJECT, text)
            async with falls_over(device.relay, at, is_asked=is_asked):
                await enquiry.anew(jonas.subject16)
            there = await again(cast, account)
            kept = [there.keyring.draft(one.box16) for one in there.keyring.entries]
            assert text in kept


async def test_what_somebody_has_stays_theirs_when_they_want_less(cast: Cast) -> None:
    maria, _ = await centre(cast)
    await wants(maria, UNLIMITED)
    enquiry = await writes(cast, await cast.registers(NAME))
    desk = await at_desk(maria)
    case = await takes(desk, enquiry)
    await wants(maria, 0)
    await case.say("Guten Tag.")
    await enquiry.say("Danke.")
    assert enquiry.box is not None
    assert texts(enquiry.box)[-2:] == ["Guten Tag.", "Danke."]
