"""A written enquiry from the first word to the end: Python clients and a real relay."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from clientlib import begin
from clientlib.case import Case
from clientlib.counterpart import readers_of
from clientlib.enquiry import Enquiry
from clientlib.errors import Refused
from clientlib.notes import CaseNote
from clientlib.staffenquiries import StaffEnquiries
from clientlib.standing import Standing
from crypto import commit
from crypto.envelope import Kind
from crypto.filetype import UnfitFile
from crypto.roster import BoxKind, RosterEntry
from crypto.wire.boxes import BoxState
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import Cast
from tests.helpers.written import (
    SUBJECT,
    TEXT,
    TOPIC,
    again,
    alarms,
    all_at_once,
    at_desk,
    centre,
    has,
    new,
    outcome_of,
    portal_of,
    takes,
    texts,
    writes,
)

NAME = "kiesel-407"
ANSWER = "Guten Tag. Schön, dass Sie schreiben."
PDF = b"%PDF-1.7\n" + b"x" * 3_000 + b"\n%%EOF\n"


async def stands(enquiry: Enquiry, where: Standing) -> None:
    """Wait until the seeker's client says so."""
    assert enquiry.box is not None
    await enquiry.box.wait_until(lambda: enquiry.standing is where)


async def row_is(desk: StaffEnquiries, ticket16: bytes, state: EnquiryState) -> None:
    """Wait until the list says so."""
    await desk.wait_until(lambda: desk.rows[ticket16].state == state)


async def test_the_first_journey(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    desk = await at_desk(maria)
    enquiry = await writes(cast, await cast.registers(NAME))
    ticket16 = enquiry.note.ticket16
    assert enquiry.box is not None
    assert (enquiry.standing, enquiry.is_sent, enquiry.draft) == (Standing.OPEN, True, "")
    await desk.wait_until(lambda: ticket16 in desk.rows)
    row = desk.rows[ticket16]
    assert (row.state, row.number, row.is_addressed) == (EnquiryState.OPEN, 1, 0)

    first = await desk.open(ticket16)
    assert texts(first.box) == [TEXT]
    learned = first.box.learned
    assert (learned.pseudonym, learned.topic, learned.subject) == (NAME, TOPIC, SUBJECT)
    assert first.welcome.handle == enquiry.account.handle

    case = await takes(desk, enquiry)
    await row_is(desk, ticket16, EnquiryState.WAITING)
    await stands(enquiry, Standing.TAKEN)
    assert desk.rows[ticket16].assignee == maria.subject16
    await case.say(ANSWER)
    await has(enquiry.box, ANSWER)
    await row_is(desk, ticket16, EnquiryState.ANSWERED)
    assert enquiry.standing is Standing.ANSWERED
    await enquiry.say("Danke. Eine Frage habe ich noch.")
    await row_is(desk, ticket16, EnquiryState.WAITING)
    await has(case.box, "Danke. Eine Frage habe ich noch.")

    await case.say("Gern.")
    await case.mark_done()
    await stands(enquiry, Standing.DONE)
    await row_is(desk, ticket16, EnquiryState.DONE)
    await enquiry.say("Mir fällt doch noch etwas ein.")
    await stands(enquiry, Standing.TAKEN)
    await row_is(desk, ticket16, EnquiryState.WAITING)
    await case.say("Schreiben Sie nur.")
    await stands(enquiry, Standing.ANSWERED)

    await case.close()
    await stands(enquiry, Standing.CLOSED)
    assert enquiry.box.closed_by == 2
    await desk.wait_until(lambda: ticket16 not in desk.rows)
    for box in (enquiry.box, case.box):
        assert alarms(box) == []
        assert texts(box)[:2] == [TEXT, ANSWER]


async def test_what_is_written_never_stands_at_the_relay(cast: Cast) -> None:
    await centre(cast, "maria")
    await writes(cast, await cast.registers(NAME))
    files = [one for one in cast.server.settings.data_dir.rglob("*") if one.is_file()]
    for word in (NAME, TOPIC, SUBJECT, "weiß nicht weiter"):
        assert not [one for one in files if word.encode() in one.read_bytes()]


async def test_ten_people_at_once(cast: Cast) -> None:
    """Seven write at the same time, three take whatever they see: each is answered by one."""
    people = await centre(cast, "maria", "jonas", "anna")
    desks = [await at_desk(one) for one in people]
    accounts = [await cast.registers(f"kiesel-{i}") for i in range(7)]
    sent = await all_at_once(*(_writing(cast, one, i) for i, one in enumerate(accounts)))
    tickets = [one.note.ticket16 for one in sent]
    for desk in desks:
        await desk.wait_until(lambda desk=desk: set(tickets) <= set(desk.rows))  # type: ignore[misc]  # bound now
    assert sorted(row.number for row in desks[0].rows.values()) == list(range(1, 8))

    async def takes_all(desk: StaffEnquiries) -> list[Case]:
        done = [await outcome_of(desk.accept(one)) for one in tickets]
        lost = [one for one in done if isinstance(one, WireError)]
        assert {one.code for one in lost} <= {ErrorCode.TAKEN}
        return [one for one in done if isinstance(one, Case)]

    taken = await all_at_once(*((lambda desk=desk: takes_all(desk)) for desk in desks))
    cases = [case for found in taken for case in found]
    assert sorted(case.ticket16 for case in cases) == sorted(tickets)

    async def answers(case: Case) -> None:
        await case.say(f"Antwort auf {texts(case.box)[0]}")

    await all_at_once(*((lambda case=case: answers(case)) for case in cases))
    for i, enquiry in enumerate(sent):
        assert enquiry.box is not None
        await has(enquiry.box, f"Antwort auf Anliegen {i}")
        assert texts(enquiry.box) == [f"Anliegen {i}", f"Antwort auf Anliegen {i}"]
        assert alarms(enquiry.box) == []
        roster = enquiry.box.transcript.state.roster
        assert roster is not None
        assert list(roster.entries) == [0, 2]


def _writing(cast: Cast, account, i: int):  # type: ignore[no-untyped-def]  # two lines of a list
    return lambda: writes(cast, account, f"Anliegen {i}")


async def test_one_counsellor_may_be_addressed(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    desk, other = await at_desk(maria), await at_desk(jonas)
    enquiry = await writes(cast, await cast.registers(NAME), addressee=maria.subject16)
    ticket16 = enquiry.note.ticket16
    await desk.wait_until(lambda: ticket16 in desk.rows)
    assert (desk.rows[ticket16].is_addressed, desk.rows[ticket16].assignee) == (1, maria.subject16)
    with pytest.raises(WireError):
        await other.open(ticket16)
    first = await desk.open(ticket16)
    assert (first.team, texts(first.box)) == (None, [TEXT])
    assert enquiry.standing is Standing.OPEN
    case = await desk.accept(ticket16)
    await case.box.acknowledge()
    await stands(enquiry, Standing.TAKEN)
    await case.say(ANSWER)
    await stands(enquiry, Standing.ANSWERED)
    assert enquiry.box is not None
    await has(enquiry.box, ANSWER)
    assert alarms(case.box) == alarms(enquiry.box) == []


async def test_the_waiting_room_leads_into_writing(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    await cast.on_duty(maria)
    account = await cast.registers(NAME)
    waiting = await cast.seeker(account)
    await account.keyring.keep_draft(waiting.visit.box16, "Was ich fragen wollte")
    enquiry = await Enquiry.instead_of(waiting, portal_of(cast))
    found = await cast.comes_back(await again(cast, account))
    assert (found.seekers, found.boxes) == ((), ())
    (there,) = found.enquiries
    assert (there.is_draft, there.draft) == (True, "Was ich fragen wollte")
    await enquiry.send(TOPIC, SUBJECT, enquiry.draft)
    desk = await at_desk(maria)
    assert texts((await desk.open(enquiry.note.ticket16)).box) == ["Was ich fragen wollte"]


async def test_files_go_with_the_enquiry_and_open_once_it_is_taken(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    enquiry = new(cast, await cast.registers(NAME))
    with pytest.raises(UnfitFile):
        await enquiry.send(TOPIC, SUBJECT, TEXT, files=[(b"MZ\x90\x00" * 100, "brief.exe")])
    assert enquiry.entry.counter == 0  # refused before anything was kept
    await enquiry.send(TOPIC, SUBJECT, TEXT, files=[(PDF, "brief.pdf")])
    desk = await at_desk(maria)
    first = await desk.open(enquiry.note.ticket16)
    assert [one.kind for one in first.box.said][-1] == Kind.FILE
    case = await takes(desk, enquiry)
    (said,) = (one for one in case.box.said if one.kind == Kind.FILE)
    received = await case.box.fetch_file(said)
    assert (received.name, received.raw) == ("brief.pdf", PDF)


async def test_before_sending_everybody_is_named_who_will_read_it(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    account = await cast.registers(NAME)
    view = await account.log.update()
    readers = await readers_of(account.relay, view, cast.team16, cast.now_ms())
    assert sorted(one.name for one in readers) == ["Jonas", "Maria"]
    assert {one.certificate.subject16 for one in readers} == {maria.subject16, jonas.subject16}


async def test_who_deletes_their_access_ends_what_was_written(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    desk = await at_desk(maria)
    account = await cast.registers(NAME)
    taken, waits = await writes(cast, account), await writes(cast, account, "Noch etwas")
    await new(cast, account).keep(TOPIC, SUBJECT, "Ein Entwurf")
    case = await takes(desk, taken)
    await account.leave_all()
    await case.box.wait_until(lambda: case.box.clock.state is BoxState.CLOSED)
    assert case.box.closed_by == 0
    await desk.wait_until(lambda: not desk.rows)
    with pytest.raises(WireError):
        await desk.open(waits.note.ticket16)


async def test_a_note_of_a_case_is_told_from_that_of_a_chat(cast: Cast) -> None:
    """Live chats are opened with the queue, cases with the list; neither opens the other's."""
    (maria,) = await centre(cast, "maria")
    desk = await at_desk(maria)
    case = await takes(desk, await writes(cast, await cast.registers(NAME)))
    assert isinstance(maria.note_of(case.box.box16), CaseNote)
    assert await maria.running() == []
    async with asyncio.timeout(60):
        assert await maria.read_inbox() == []


async def test_a_first_request_with_another_reader_is_not_opened(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A seeker's client that lets in somebody whom the page never named."""
    maria, jonas = await centre(cast, "maria", "jonas")
    real = commit.make_commit0

    def with_a_ghost(box16: bytes, kind: BoxKind, roster: Sequence[RosterEntry], *more: Any) -> Any:
        ghost = begin.counsellor_entry(jonas.certificate, 2)
        return real(box16, kind, [*roster, ghost], *more)

    monkeypatch.setattr(commit, "make_commit0", with_a_ghost)
    enquiry = await writes(cast, await cast.registers(NAME))
    desk = await at_desk(maria)
    with pytest.raises(Refused, match="members"):
        await desk.open(enquiry.note.ticket16)
    assert desk.rows[enquiry.note.ticket16].state == EnquiryState.OPEN
