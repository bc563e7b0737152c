"""A device stops between any two steps of a written enquiry: nothing is lost, nothing doubled.

Each request is a place to stop at, before the relay hears it and before the device hears the
answer. What goes on afterwards has the sign-in and nothing else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from clientlib.account import SeekerAccount
from clientlib.case import Case
from clientlib.enquiry import Enquiry
from clientlib.staff import Staff
from clientlib.staffenquiries import StaffEnquiries
from clientlib.standing import Standing
from crypto.entry import EntryState
from crypto.envelope import Kind
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import Cast
from tests.helpers.stops import places, watched
from tests.helpers.written import (
    SUBJECT,
    TEXT,
    TOPIC,
    again,
    alarms,
    at_desk,
    centre,
    counted,
    falls_over,
    has,
    new,
    portal_of,
    staff_again,
    texts,
    writes,
)

NAME = "kiesel-407"
MINUTE_MS = 60_000
RESERVED_MINUTES = 10


async def taken_up(cast: Cast, account: SeekerAccount, box16: bytes) -> Enquiry:
    """The enquiry as another device finds it after a crash."""
    there = await again(cast, account)
    entry = there.keyring.entry(box16)
    assert entry is not None, "a kept draft is never lost"
    return await Enquiry.take_up(there, portal_of(cast), entry)


@pytest.mark.parametrize("is_addressed", [False, True])
async def test_sending_goes_on_from_wherever_it_stopped(cast: Cast, is_addressed: bool) -> None:
    (maria,) = await centre(cast, "maria")
    addressee = maria.subject16 if is_addressed else b""
    account = await cast.registers(NAME)
    first = new(cast, account, addressee)
    with watched(cast, account.relay) as asked:
        await first.send(TOPIC, SUBJECT, TEXT)
    # Remembered before it is used, and shown to others when all of it stands.
    steps = ("page_save", "create", "commit", "post", "post", "enquiry_open", "page_save")
    assert tuple(one for one in asked if one in steps) == steps
    sent = [first.note.ticket16]
    for at in places(asked):
        for is_asked in (False, True):
            device = await again(cast, account)
            enquiry = new(cast, device, addressee)
            text = f"{TEXT} {at} {is_asked}"
            await enquiry.keep(TOPIC, SUBJECT, text)
            async with falls_over(device.relay, at, is_asked=is_asked):
                await enquiry.send(TOPIC, SUBJECT, text)
            there = await taken_up(cast, account, enquiry.box16)
            if there.is_draft:
                assert (there.note.subject, there.draft) == (SUBJECT, text)
                await there.send(TOPIC, SUBJECT, text)
            assert (there.halted, there.is_sent, there.draft) == (None, True, "")
            assert there.box is not None
            assert texts(there.box) == [text]
            sent.append(there.note.ticket16)
    desk = await at_desk(await staff_again(cast, maria))
    assert sorted(desk.rows) == sorted(sent)
    assert sorted(row.number for row in desk.rows.values()) == list(range(1, len(sent) + 1))
    for ticket16 in sent[:: len(sent) // 10]:
        box = (await desk.open(ticket16)).box
        assert alarms(box) == []
        assert [one.kind for one in box.said] == [Kind.INTRODUCTION, Kind.ENQUIRY]


@pytest.mark.parametrize("is_addressed", [False, True])
async def test_taking_over_goes_on_from_wherever_it_stopped(cast: Cast, is_addressed: bool) -> None:
    (maria,) = await centre(cast, "maria")
    addressee = maria.subject16 if is_addressed else b""
    account = await cast.registers(NAME)

    async def desk_with(ticket16: bytes) -> tuple[Staff, StaffEnquiries]:
        staff = await staff_again(cast, maria)
        desk = await at_desk(staff)
        assert ticket16 in desk.rows
        return staff, desk

    enquiry = await writes(cast, account, addressee=addressee)
    staff, desk = await desk_with(enquiry.note.ticket16)
    with watched(cast, staff.relay) as asked:
        await desk.accept(enquiry.note.ticket16)
    steps = ["enquiry_accept", "page_save", "commit", "enquiry_taken"]
    if is_addressed:
        steps = ["page_save", "swap", "enquiry_taken"]
    assert [one for one in asked if one in steps] == steps
    for at in places(asked):
        for is_asked in (False, True):
            enquiry = await writes(cast, await again(cast, account), addressee=addressee)
            ticket16 = enquiry.note.ticket16
            staff, desk = await desk_with(ticket16)
            async with falls_over(staff.relay, at, is_asked=is_asked):
                await desk.accept(ticket16)
            staff, desk = await desk_with(ticket16)
            taken = {one.ticket16: one for one in await desk.take_up()}
            case = taken.get(ticket16) or await desk.accept(ticket16)
            await answered(case, enquiry)
            await desk.wait_until(
                lambda rows=desk.rows, key=ticket16: rows[key].state == EnquiryState.ANSWERED  # type: ignore[misc]  # bound now
            )
            await case.close()


async def answered(case: Case, enquiry: Enquiry) -> None:
    """The two can talk, and nobody else is there."""
    await case.say("Guten Tag")
    assert enquiry.box is not None
    await has(enquiry.box, "Guten Tag")
    assert alarms(enquiry.box) == alarms(case.box) == []
    assert enquiry.standing is Standing.ANSWERED
    roster = enquiry.box.transcript.state.roster
    assert roster is not None
    assert len(roster.entries) == 2


async def test_who_only_reserved_it_loses_it_to_a_colleague_and_keeps_no_harm(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    account = await cast.registers(NAME)
    enquiry = await writes(cast, account)
    ticket16 = enquiry.note.ticket16
    desk, other = await at_desk(maria), await at_desk(jonas)
    await desk.open(ticket16)
    with counted(maria.relay) as asked, pytest.raises(WireError):
        # The commit is refused for a reason that has nothing to do with who was first.
        await _refusing(maria, "commit", desk, ticket16)
    assert "enquiry_return" in asked
    await other.wait_until(lambda: other.rows[ticket16].state == EnquiryState.OPEN)
    again_maria = await staff_again(cast, maria)
    desk = await at_desk(again_maria)
    async with falls_over(again_maria.relay, await _index_of(cast, maria, enquiry, "commit")):
        await desk.accept(ticket16)
    with pytest.raises(WireError) as refused:
        await other.accept(ticket16)
    assert refused.value.code is ErrorCode.TAKEN
    await cast.server.elapse(RESERVED_MINUTES * MINUTE_MS)
    await answered(await other.accept(ticket16), enquiry)

    back = await staff_again(cast, maria)
    entry = back.keyring.entry(enquiry.box16)
    assert entry is not None
    assert [one.epoch for one in entry.secrets] == [0, 1]  # the second try drew no other
    desk = await at_desk(back)
    assert ticket16 not in {one.ticket16 for one in await desk.take_up()}
    with pytest.raises(WireError) as refused:
        await desk.accept(ticket16)
    assert refused.value.code is ErrorCode.TAKEN


async def test_who_took_it_over_and_could_not_say_so_has_it(cast: Cast) -> None:
    """The letters still lie there, ten minutes pass: nobody else gets it, and nobody is hung up."""
    maria, jonas = await centre(cast, "maria", "jonas")
    enquiry = await writes(cast, await cast.registers(NAME))
    ticket16 = enquiry.note.ticket16
    other = await at_desk(jonas)
    await other.open(ticket16)
    device = await staff_again(cast, maria)
    desk = await at_desk(device)
    at = await _index_of(cast, maria, enquiry, "enquiry_taken")
    async with falls_over(device.relay, at):
        await desk.accept(ticket16)
    await cast.server.elapse(RESERVED_MINUTES * MINUTE_MS)
    await other.wait_until(lambda: other.rows[ticket16].state == EnquiryState.OPEN)
    for _ in range(2):  # with the first request open, and again without it
        with pytest.raises(WireError) as refused:
            await other.accept(ticket16)
        assert refused.value.code is ErrorCode.TAKEN
        await other.put_back(ticket16)
    assert other.rows[ticket16].state != EnquiryState.RESERVED
    desk = await at_desk(await staff_again(cast, maria))
    await desk.take_up()
    await desk.wait_until(lambda: desk.rows[ticket16].state == EnquiryState.WAITING)
    await answered(desk.cases[ticket16], enquiry)


@pytest.mark.parametrize("is_asked", [False, True])
async def test_closing_goes_on_from_wherever_it_stopped(cast: Cast, is_asked: bool) -> None:
    (maria,) = await centre(cast, "maria")
    account = await cast.registers(NAME)
    for at in range(2):
        device = await again(cast, account)
        enquiry = await writes(cast, device)
        async with falls_over(device.relay, at, is_asked=is_asked):
            await enquiry.close()
        there = await taken_up(cast, account, enquiry.box16)
        assert there.box is not None
        if there.standing is not Standing.CLOSED:
            await there.close()
        assert there.entry.state is EntryState.CLOSED
        desk = await at_desk(await staff_again(cast, maria))
        assert desk.rows == {}


@pytest.mark.parametrize("is_asked", [False, True])
async def test_what_a_counsellor_could_not_tell_is_made_up_for(cast: Cast, is_asked: bool) -> None:
    (maria,) = await centre(cast, "maria")
    account = await cast.registers(NAME)
    # What is asked before the report: what is done leaves a relation first.
    done: list[tuple[int, Callable[[Case], Awaitable[object]], EnquiryState | None]] = [
        (1, lambda case: case.say("Guten Tag"), EnquiryState.ANSWERED),
        (2, lambda case: case.mark_done(), EnquiryState.DONE),
        (1, lambda case: case.close(), None),
    ]
    for at, act, state in done:
        enquiry = await writes(cast, await again(cast, account))
        ticket16 = enquiry.note.ticket16
        device = await staff_again(cast, maria)
        case = await (await at_desk(device)).accept(ticket16)
        async with falls_over(device.relay, at, is_asked=is_asked):
            await act(case)
        desk = await at_desk(await staff_again(cast, maria))
        await desk.take_up()
        if state is None:
            await desk.wait_until(lambda rows=desk.rows, key=ticket16: key not in rows)  # type: ignore[misc]  # bound now
        else:
            await desk.wait_until(
                lambda rows=desk.rows, key=ticket16, told=state: rows[key].state == told  # type: ignore[misc]  # bound now
            )


async def test_that_the_seeker_waits_again_is_told_at_the_next_opening(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    account = await cast.registers(NAME)
    enquiry = await writes(cast, account)
    desk = await at_desk(maria)
    case = await desk.accept(enquiry.note.ticket16)
    await case.say("Guten Tag")
    async with falls_over(account.relay, 1):
        await enquiry.say("Noch eine Frage")
    await has(case.box, "Noch eine Frage")
    ticket16 = case.ticket16
    await desk.wait_until(lambda: desk.rows[ticket16].state == EnquiryState.ANSWERED)
    await taken_up(cast, account, enquiry.box16)
    await desk.wait_until(lambda: desk.rows[ticket16].state == EnquiryState.WAITING)


async def _refusing(staff: Staff, name: str, desk: StaffEnquiries, ticket16: bytes) -> None:
    """Accept while the relay refuses one kind of command as if it had no room for it."""
    real = staff.relay.request

    async def request(command, credential=b""):  # type: ignore[no-untyped-def]  # as the real one
        if command.META.name == name:
            raise WireError(ErrorCode.STORAGE)
        return await real(command, credential)

    staff.relay.request = request  # type: ignore[method-assign]  # one refusal that no relay makes at will
    try:
        await desk.accept(ticket16)
    finally:
        staff.relay.request = real  # type: ignore[method-assign]  # as it was


async def _index_of(cast: Cast, staff: Staff, like: Enquiry, name: str) -> int:
    """At which request of taking over a command is sent: as another enquiry shows."""
    other = await writes(cast, await again(cast, like.account), "Ein anderes Anliegen")
    device = await staff_again(cast, staff)
    desk = await at_desk(device)
    with counted(device.relay) as asked:
        case = await desk.accept(other.note.ticket16)
    await case.close()
    return asked.index(name)
