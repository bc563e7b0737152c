"""A device stops between any two steps of a new access: nothing is lost, nothing doubled.

Each request of either side is a place to stop at, before the relay hears it and before the device
hears the answer. What goes on afterwards is another device, with the sign-in and nothing else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from unittest import mock

import pytest

from clientlib.account import SeekerAccount
from clientlib.arrival import Arrival
from clientlib.case import Case
from clientlib.enquiry import Enquiry
from clientlib.newaccess import NewAccess
from clientlib.notes import arrival_note
from clientlib.staff import Staff
from crypto import account as keys
from crypto import invitation, kem
from tests.helpers.actors import Cast
from tests.helpers.returning import NEW_NAME, OLD_NAME, answers, in_counselling, invited
from tests.helpers.stops import places, watched
from tests.helpers.written import (
    TEXT,
    again,
    alarms,
    at_desk,
    centre,
    counted,
    falls_over,
    has,
    portal_of,
    staff_again,
    texts,
)


@pytest.fixture(autouse=True)
def quick_words() -> AsyncIterator[None]:  # type: ignore[misc]  # a plain generator
    """Spare the test a second of Argon2id for each set of words; test_newaccess pays it."""

    def secret_of(words: str, deployment_id: bytes) -> bytes:
        return invitation.welcome_proof(bytes(32), words.encode(), _NoKey())  # type: ignore[arg-type]  # a hash

    with mock.patch.object(invitation, "secret_from_words", secret_of):
        yield


class _NoKey:
    raw = b""


class Scene:
    """One conversation whose seeker comes back, across whatever stops."""

    def __init__(self, cast: Cast, account: SeekerAccount) -> None:
        self.cast = cast
        self.account = account
        self.arrival: Arrival | None = None

    async def leads_back(self, staff: Staff, case: Case) -> None:
        """All steps of the counsellor, from wherever they stand; the seeker answers in between."""
        access = NewAccess(staff, case)
        await access.settle()
        if self.arrival is not None and is_in(case, self.arrival):
            return
        pending = await access.invite("de")
        if self.arrival is None or self.arrival.note.secret != pending.secret:
            device = await again(self.cast, self.account)
            self.arrival = await answers(self.cast, device, pending.words)
        answer = await access.look()
        assert answer is not None
        await access.confirm(answer)


async def test_the_counsellor_goes_on_from_wherever_it_stopped(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    old, new = await cast.registers(OLD_NAME), await cast.registers(NEW_NAME)
    case, _ = await in_counselling(cast, maria, old)
    with watched(cast, maria.relay) as asked:
        await Scene(cast, new).leads_back(maria, case)
    steps = ["page_save", "invite", "invite_read", "invite_ticket", "page_save", "commit"]
    steps += ["page_save", "invite_end"]
    assert [one for one in asked if one in steps] == steps
    for at in places(asked):
        for is_asked in (False, True):
            _, enquiry, _ = await anew(cast, maria, old)
            ticket16, scene = enquiry.note.ticket16, Scene(cast, new)
            device = await staff_again(cast, maria)
            case = await (await at_desk(device)).accept(ticket16)
            async with falls_over(device.relay, at, is_asked=is_asked):
                await scene.leads_back(device, case)
            device = await staff_again(cast, maria)
            case = await (await at_desk(device)).accept(ticket16)
            await scene.leads_back(device, case)
            assert scene.arrival is not None
            found = await scene.arrival.check()
            assert found is not None
            await they_talk(case, found)
            assert NewAccess(device, case).pending is None
            await case.close()


async def test_the_seeker_goes_on_from_wherever_it_stopped(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    old, new = await cast.registers(OLD_NAME), await cast.registers(NEW_NAME)

    async def to_the_end(account: SeekerAccount, words: str, access: NewAccess) -> Enquiry:
        """All steps of the seeker, from wherever they stand; the counsellor confirms in between."""
        found = None
        arrival = await taken_up(cast, account, words)
        if isinstance(arrival, Arrival):
            found = await arrival.check()
            if found is None:
                if (answer := await access.look()) is not None:
                    await access.confirm(answer)
                found = await arrival.check()
        else:
            found = arrival
        assert found is not None
        return found

    case, _ = await in_counselling(cast, maria, old)
    access, words = await invited(maria, case)
    device = await again(cast, new)
    with watched(cast, device.relay) as asked:
        await to_the_end(device, words, access)
    steps = ["invite_look", "page_save", "invite_answer", "invite_letters", "invite_letters"]
    steps += ["share", "read", "page_save", "invite_done"]
    assert [one for one in asked if one in steps] == steps
    for at in places(asked):
        for is_asked in (False, True):
            case, _, staff = await anew(cast, maria, old)
            access, words = await invited(staff, case)
            device = await again(cast, new)
            async with falls_over(device.relay, at, is_asked=is_asked):
                await to_the_end(device, words, access)
            found = await to_the_end(await again(cast, new), words, access)
            await they_talk(case, found)
            await case.close()


async def test_a_commit_that_is_heard_while_another_is_on_its_way_is_not_overrun(
    cast: Cast,
) -> None:
    """Between remembering and sealing, the other device's commit arrives by event."""
    (maria,) = await centre(cast, "maria")
    case, _ = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    access, words = await invited(maria, case)
    arrival = await answers(cast, await cast.registers(NEW_NAME), words)
    device = await staff_again(cast, maria)
    (there,) = await (await at_desk(device)).take_up()
    other = NewAccess(device, there)
    answer, same = await access.look(), await other.look()
    assert answer is not None
    assert same is not None
    real = maria.relay.request

    async def request(command, credential=b""):  # type: ignore[no-untyped-def]  # as the real one
        reply = await real(command, credential)
        if command.META.name == "invite_ticket":
            await other.confirm(same)
            await case.box.wait_until(lambda: is_in(case, arrival))
        return reply

    with mock.patch.object(maria.relay, "request", request), counted(maria.relay) as asked:
        await access.confirm(answer)
    assert "commit" not in asked
    found = await arrival.check()
    assert found is not None
    await they_talk(case, found)


async def anew(cast: Cast, counsellor: Staff, seeker: SeekerAccount) -> tuple[Case, Enquiry, Staff]:
    """One more conversation, on new lines of both."""
    staff = await staff_again(cast, counsellor)
    case, enquiry = await in_counselling(cast, staff, await again(cast, seeker))
    return case, enquiry, staff


async def taken_up(cast: Cast, account: SeekerAccount, words: str) -> Arrival | Enquiry:
    """What a device finds in the keyring: nothing yet, an invitation, or the conversation."""
    portal = portal_of(cast)
    join_id16 = invitation.join_id(invitation.secret_from_words(words, b""))
    entry = account.keyring.entry(join_id16)
    if entry is None:
        return await Arrival.begin(account, portal, words)
    if arrival_note(entry) is not None:
        return Arrival(account, portal, entry)
    (real,) = (one for one in account.keyring.entries if one.key_context == join_id16)
    return await Enquiry.take_up(account, portal, real)


async def they_talk(case: Case, found: Enquiry) -> None:
    """The two go on, with everything there, and nobody else is there."""
    assert found.box is not None
    assert texts(found.box)[0] == TEXT
    await found.say("Da bin ich wieder.")
    await has(case.box, "Da bin ich wieder.")
    await case.say("Wie gut.")
    await has(found.box, "Wie gut.")
    assert alarms(case.box) == alarms(found.box) == []
    roster = case.box.transcript.state.roster
    assert roster is not None
    assert len(roster.entries) == 2


def is_in(case: Case, arrival: Arrival) -> bool:
    """Tell whether the new access stands in the conversation."""
    own = kem.public(keys.conversation(arrival.account.ams, arrival.join_id16).kem)
    roster = case.box.transcript.state.roster
    assert roster is not None
    return any(one.kem_pk == own for one in roster.entries.values())
