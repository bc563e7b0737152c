"""A device stops at any request of giving a conversation to the team: nothing is lost."""

from __future__ import annotations

from clientlib.enquiry import Enquiry
from clientlib.staff import Staff
from clientlib.staffenquiries import StaffEnquiries
from clientlib.standing import has_team
from tests.helpers.actors import Cast
from tests.helpers.handover import BEFORE, NAME, alone_with, team_is
from tests.helpers.leaving import is_open, on_another_device, revoked
from tests.helpers.written import (
    TEXT,
    again,
    alarms,
    at_desk,
    centre,
    counted,
    falls_over,
    has,
    takes,
    texts,
    writes,
)

HELD = "Ist noch jemand da?"


async def test_it_goes_on_from_wherever_it_stopped_on_any_device(cast: Cast) -> None:
    """Every conversation begins before Maria leaves; each of them stops at another request."""
    maria, jonas = await centre(cast, "maria", "jonas")
    account = await cast.registers(NAME)
    desk, found = await at_desk(maria), list[Enquiry]()
    for _ in range(11):
        enquiry = await writes(cast, await again(cast, account))
        await (await takes(desk, enquiry)).say(BEFORE)
        assert enquiry.box is not None
        await has(enquiry.box, BEFORE)
        found.append(enquiry)
    await revoked(cast, maria)
    await team_is(cast, jonas, jonas)
    other = await at_desk(jonas)

    rest = iter(found)
    first = next(rest)
    with counted(first.account.relay) as asked:
        await first.calling_back.run()
    steps = ["log_read", "commit", "read", "log_read", "enquiry_call_back"]
    assert asked == steps
    for at, step in enumerate(steps):
        for is_asked in (False, True):
            enquiry = next(rest)
            async with falls_over(enquiry.account.relay, at, is_asked=is_asked):
                await enquiry.calling_back.run()
            there = await on_another_device(cast, enquiry)
            assert there.box is not None
            is_made = at > 1 or (step == "commit" and is_asked)
            assert has_team(there.box.transcript.state.roster) is is_made
            if not is_made:
                await there.calling_back.run()
            await there.say(HELD)
            await goes_on(other, jonas, there)


async def goes_on(desk: StaffEnquiries, jonas: Staff, enquiry: Enquiry) -> None:
    """Jonas has it with all that was said, alone with the seeker."""
    box, ticket16 = enquiry.box, enquiry.note.ticket16
    assert box is not None
    await is_open(desk, ticket16)
    case = await desk.accept(ticket16)
    await alone_with(box, jonas)
    await case.say("Guten Tag")
    await has(box, "Guten Tag")
    assert texts(case.box) == [TEXT, BEFORE, HELD, "Guten Tag"]
    assert box.transcript.alarms == []
    assert alarms(box) == alarms(case.box) == []
