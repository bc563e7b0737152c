"""Regular counsellors: given in a box, kept in the keyring, shown with the next enquiry."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from clientlib import regulars
from clientlib.case import Case
from clientlib.enquiry import Enquiry
from clientlib.recipient import WHOLE_TEAM, NoPlace
from clientlib.regulars import Given
from clientlib.settings import Known, Regular, Settings
from clientlib.staff import Staff
from crypto import encoding
from crypto.envelope import Kind
from crypto.wire import codec, content
from crypto.wire.base import Command
from crypto.wire.capacity import CapacitySet, PortalRulesSet
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
    new,
    outcome_of,
    portal_of,
    staff_again,
    takes,
    writes,
)

NAME = "kiesel-407"
ANNA, BERTA = (seed(name, 16) for name in ("anna", "berta"))
PORTAL, ELSEWHERE = seed("portal", 16), seed("elsewhere", 16)


def given(relation: bytes, *, is_first: bool = False) -> Given:
    return Given(sidx=2, certificate_hash=bytes(32), relation=relation, is_first=is_first)


# --- what the keyring keeps -------------------------------------------------------------------


def test_one_at_a_portal_and_what_has_ended_stays_so() -> None:
    first, second = seed("first"), seed("second")
    held = regulars.learn((), PORTAL, ANNA, given(first, is_first=True))
    assert regulars.regular_at(held, PORTAL) == Regular(
        portal16=PORTAL, subject16=ANNA, relation=first
    )
    assert regulars.regular_at(held, ELSEWHERE) is None
    # Given by itself it replaces nobody; given by hand it does.
    assert regulars.learn(held, PORTAL, BERTA, given(second, is_first=True)) == held
    changed = regulars.learn(held, PORTAL, BERTA, given(second))
    known = regulars.regular_at(changed, PORTAL)
    assert known is not None
    assert known.subject16 == BERTA
    # The old box is read again, in any order.
    assert regulars.learn(changed, PORTAL, ANNA, given(first)) == changed
    assert regulars.learn(changed, PORTAL, ANNA, given(b"")) == changed
    over = regulars.learn(changed, PORTAL, BERTA, given(b""))
    assert regulars.regular_at(over, PORTAL) is None
    assert regulars.learn(over, PORTAL, BERTA, given(second)) == over


def test_what_has_ended_is_kept_up_to_a_limit() -> None:
    held: regulars.Regulars = ()
    for n in range(40):
        held = regulars.learn(held, PORTAL, ANNA, given(seed(f"relation {n}")))
    assert [one.is_ended for one in held] == [True] * 32 + [False]
    assert held[-1].relation == seed("relation 39")


def test_one_relation_with_each_whom_somebody_knows() -> None:
    held = regulars.learn_known((), PORTAL, ANNA, given(seed("first")))
    held = regulars.learn_known(held, PORTAL, BERTA, given(seed("second")))
    assert regulars.learn_known(held, PORTAL, ANNA, given(seed("first"))) == held
    held = regulars.learn_known(held, PORTAL, ANNA, given(seed("third")))
    assert [one.subject16 for one in held] == [BERTA, ANNA]
    found = regulars.known_at(held, PORTAL, ANNA)
    assert found is not None
    assert found.relation == seed("third")
    assert regulars.known_at(held, ELSEWHERE, ANNA) is None
    for n in range(40):
        held = regulars.learn_known(held, PORTAL, seed(f"somebody {n}", 16), given(seed("first")))
    assert len(held) == 32


def test_settings_are_read_with_and_without_it() -> None:
    held = (Regular(portal16=PORTAL, subject16=ANNA, relation=seed("first"), is_ended=True),)
    settings = Settings(
        sheet_noted=True,
        restarts=(bytes(32),),
        regulars=held,
        known=(Known(portal16=PORTAL, subject16=ANNA, relation=seed("first")),),
        others=(7, "new"),
    )
    assert Settings.decode(settings.encode()) == settings
    before = encoding.encode([1, [bytes(32)]])
    assert Settings.decode(before) == Settings(sheet_noted=True, restarts=(bytes(32),))
    assert Settings.decode(encoding.encode([1])) == Settings(sheet_noted=True)
    assert Settings.decode(b"") == Settings()


# --- two clients and a relay ------------------------------------------------------------------


async def centre(cast: Cast, *, is_automatic: bool) -> tuple[Staff, Staff]:
    """Maria and Jonas counsel."""
    people = (("maria", "Maria B."), ("jonas", "Jonas K."))
    admin, maria, jonas = await enrolled(cast, *people)
    rules = PortalRulesSet(portal16=PORTAL16, fallback=b"", is_automatic=int(is_automatic))
    await admin.relay.request(rules)
    return maria, jonas


async def wants(staff: Staff, places: int, *, only: int = 0) -> None:
    change = CapacitySet(subject16=b"", places=places, is_regulars_only=only)
    await staff.relay.request(change)


async def learned(enquiry: Enquiry) -> Regular | None:
    """What the seeker's keyring has after the box was read."""
    assert enquiry.box is not None
    await enquiry.box.read_on()
    await enquiry.learn_regular()
    return enquiry.account.regular_at(PORTAL16)


async def taken(cast: Cast, staff: Staff) -> tuple[Enquiry, Case]:
    """Somebody's first enquiry, taken by this counsellor."""
    enquiry = await writes(cast, await cast.registers(NAME))
    return enquiry, await takes(await at_desk(staff), enquiry)


async def test_who_takes_the_first_enquiry_is_who_somebody_comes_back_to(cast: Cast) -> None:
    maria, jonas = await centre(cast, is_automatic=True)
    enquiry, _ = await taken(cast, maria)
    regular = await learned(enquiry)
    assert regular is not None
    assert regular.subject16 == maria.subject16
    # The next one goes to the team: it says that there is one, and Jonas becomes none.
    account = await again(cast, enquiry.account)
    second = await writes(cast, account, "Noch etwas.")
    desk = await at_desk(jonas)
    row = desk.rows[second.note.ticket16]
    case = await takes(desk, second)
    assert (row.has_regular, case.box.learned.relation) == (1, None)
    assert await learned(second) == regular


async def test_a_regular_client_gets_through_and_a_stranger_does_not(cast: Cast) -> None:
    maria, _ = await centre(cast, is_automatic=False)
    enquiry, case = await taken(cast, maria)
    assert await learned(enquiry) is None
    await case.make_regular()
    assert await learned(enquiry) is not None
    stranger = await cast.registers("birke-12")
    for places, only in ((0, 0), (1, 0), (1_000, 1)):
        await wants(maria, places, only=only)
        await writes(cast, enquiry.account, TEXT, maria.subject16)
        refused = await outcome_of(new(cast, stranger, maria.subject16).send(TOPIC, SUBJECT, TEXT))
        assert isinstance(refused, NoPlace)
        assert refused.instead == WHOLE_TEAM


async def test_who_has_had_a_conversation_gets_through_but_not_to_regulars_only(cast: Cast) -> None:
    maria, jonas = await centre(cast, is_automatic=False)
    enquiry, case = await taken(cast, maria)
    await wants(maria, 0)
    # While it goes on it leaves nothing: there somebody writes on.
    with pytest.raises(NoPlace):
        await writes(cast, enquiry.account, TEXT, maria.subject16)
    await case.mark_done()
    assert await learned(enquiry) is None
    device = await again(cast, enquiry.account)
    second = await writes(cast, device, TEXT, maria.subject16)
    assert second.account.settings.known[0].subject16 == maria.subject16
    for who, places, only in ((maria, 0, 1), (maria, 1_000, 1), (jonas, 0, 0)):
        await wants(who, places, only=only)
        with pytest.raises(NoPlace):
            await writes(cast, device, TEXT, who.subject16)
    # Taken up and done once more, it is the same relation.
    before = case.box.learned.known
    await case.mark_done()
    assert case.box.learned.known == before
    rows = await cast.server.relay.parts.db.read(
        lambda tx: tx.all("SELECT is_known FROM capacity_relations")
    )
    assert rows == [(1,)]


async def test_a_refused_relation_does_not_keep_anything_from_being_done(cast: Cast) -> None:
    maria, _ = await centre(cast, is_automatic=False)
    enquiry, case = await taken(cast, maria)
    real = maria.relay.request

    async def request(command: Command[Any], credential: bytes = b"") -> Any:
        if command.META.name == "relation_put":
            raise WireError(ErrorCode.INTERNAL)
        return await real(command, credential)

    with mock.patch.object(maria.relay, "request", request):
        await case.mark_done()
    assert await learned(enquiry) is None
    assert case.box.learned.is_done
    assert enquiry.account.settings.known == ()


@pytest.mark.parametrize("by_seeker", [True, False])
async def test_either_side_ends_it_and_no_old_box_brings_it_back(
    cast: Cast, by_seeker: bool
) -> None:
    maria, _ = await centre(cast, is_automatic=True)
    enquiry, case = await taken(cast, maria)
    assert await learned(enquiry) is not None
    if by_seeker:
        await enquiry.end_regular()
    else:
        await case.end_regular()
    assert await learned(enquiry) is None
    await wants(maria, 0)
    device = await again(cast, enquiry.account)
    there = await Enquiry.take_up(device, portal_of(cast), enquiry.entry)
    assert await learned(there) is None
    with pytest.raises(NoPlace):
        await writes(cast, device, TEXT, maria.subject16)
    # Nor does it begin again by itself, when the case is taken up.
    desk = await at_desk(await staff_again(cast, maria))
    await desk.accept(enquiry.note.ticket16)
    assert await learned(there) is None
    rows = await cast.server.relay.parts.db.read(
        lambda tx: tx.all("SELECT 1 FROM capacity_relations")
    )
    assert rows == []


async def test_nobody_but_a_counsellor_gives_one(cast: Cast) -> None:
    maria, _ = await centre(cast, is_automatic=False)
    enquiry, case = await taken(cast, maria)
    assert enquiry.box is not None
    forged = content.Relation(relation=seed("forged"), is_first=0)
    await enquiry.box.send(Kind.RELATION, codec.encode(forged))
    await case.box.read_on()
    assert case.box.learned.relation is None
    assert await learned(enquiry) is None
