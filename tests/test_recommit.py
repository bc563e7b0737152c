"""Somebody leaves tonight: what nobody has taken is sealed to the team's next key. A real relay."""

from __future__ import annotations

from typing import Any

import pytest

from clientlib import begin, teams
from clientlib.errors import Refused
from clientlib.recommit import Progress, recommit
from clientlib.staff import Staff
from clientlib.standing import Standing
from clientlib.teamcare import look_after
from crypto import commit, letter
from crypto.commit import Reason
from crypto.envelope import Kind
from crypto.roster import Role
from crypto.statement import DAY_MS
from crypto.wire.boxes import GetShare, InboxRead, Read
from crypto.wire.enquiries import EnquiryAccept, EnquiryLetter, EnquiryState
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import Cast
from tests.helpers.server import PORTAL16
from tests.helpers.teamcast import Former, fires, hired, stolen, told
from tests.helpers.written import (
    SUBJECT,
    TEXT,
    TOPIC,
    alarms,
    all_at_once,
    at_desk,
    centre,
    counted,
    falls_over,
    has,
    new,
    staff_again,
    takes,
    texts,
    writes,
)

NAME = "kiesel-407"
PDF = b"%PDF-1.7\n" + b"x" * 3_000 + b"\n%%EOF\n"


async def opened(staff: Staff, *tickets: bytes) -> list[list[str]]:
    """What a colleague reads in requests that nobody has taken."""
    desk = await at_desk(staff)
    return [texts((await desk.open(one)).box) for one in tickets]


async def test_who_leaves_opens_nothing_that_comes_after(cast: Cast) -> None:
    maria, jonas, anna = await centre(cast, "maria", "jonas", "anna")
    account = await cast.registers(NAME)
    sent = [await writes(cast, account, f"Anliegen {i}") for i in range(4)]
    taken = await takes(await at_desk(anna), sent[3])
    his = await at_desk(jonas)
    former = Former.of(jonas, await his.open(sent[0].note.ticket16))
    letters, envelopes = await stolen(cast, sent[0])
    before_n = len(envelopes)
    assert (former.opens(letters), former.reads(envelopes)) == (1, before_n)

    await fires(cast, jonas)
    steps: list[Progress] = []
    care = await look_after(maria, cast.team16, steps.append)
    assert told(steps) == ["0 of 3", "1 of 3", "2 of 3", "3 of 3"]
    assert (care.left, care.progress.skipped) == ((jonas.subject16,), ())
    for one in sent[:3]:
        assert one.box is not None
        await one.box.wait_until(lambda one=one: _epoch(one) == 1)  # type: ignore[misc]  # bound now
        await one.say("Das liest er nicht mehr.")

    # The key of then, the capability of then, the sign-in of then, and a copy of the database.
    letters, envelopes = await stolen(cast, sent[0])
    assert (former.opens(letters), len(letters)) == (0, 2)
    # What stood there before, and the change of the key itself; not what came after it.
    assert (former.reads(envelopes), len(envelopes)) == (before_n + 1, before_n + 2)
    cap = former.first.welcome.join_cap.raw
    asked: list[tuple[Any, bytes]] = [
        (Read(box16=sent[0].box16, start=1), cap),
        (GetShare(box16=sent[0].box16), cap),
        (EnquiryLetter(ticket16=sent[0].note.ticket16), b""),
        (EnquiryAccept(ticket16=sent[0].note.ticket16), b""),
    ]
    asked += [
        (InboxRead(inbox16=_inbox(one), start=0), b"")
        for one in maria.log.view.team_history(cast.team16)
    ]
    for command, credential in asked:
        with pytest.raises(WireError) as refused:
            await jonas.relay.request(command, credential)
        assert refused.value.code in (
            ErrorCode.UNKNOWN,
            ErrorCode.FORBIDDEN,
            ErrorCode.UNAUTHORISED,
        )
    with pytest.raises(WireError):
        await his.read((PORTAL16,))

    # Who stays reads all of it, and who comes new; the taken one was never touched.
    await teams.take_team_seeds(anna)
    lena = await hired(cast, "lena")
    await teams.admit(anna, cast.team16, lena.subject16)
    await teams.take_team_seeds(lena)
    for reader in (anna, lena):
        found = await opened(reader, *(one.note.ticket16 for one in sent[:3]))
        assert found == [[f"Anliegen {i}", "Das liest er nicht mehr."] for i in range(3)]
    case = await takes(await at_desk(lena), sent[1])
    await case.say("Guten Tag")
    assert sent[1].box is not None
    await has(sent[1].box, "Guten Tag")
    assert alarms(sent[1].box) == alarms(case.box) == []
    assert sent[1].standing is Standing.ANSWERED
    await taken.say("Noch da")
    assert taken.box.transcript.state.roster is not None
    assert taken.box.transcript.state.roster.epoch == 1


def _epoch(enquiry: Any) -> int:
    roster = enquiry.box.transcript.state.roster
    return roster.epoch if roster else 0


def _inbox(statement: Any) -> bytes:
    return letter.inbox16(statement.team.kem_pk)


async def test_what_was_sealed_anew_opens_again_on_every_device_of_who_takes_it(
    cast: Cast,
) -> None:
    """With a file, after two changes of the key, by somebody who holds the last key only."""
    maria, jonas, anna = await centre(cast, "maria", "jonas", "anna")
    account = await cast.registers(NAME)
    enquiry = new(cast, account)
    await enquiry.send(TOPIC, SUBJECT, TEXT, files=[(PDF, "brief.pdf")])
    for one in (jonas, anna):
        await fires(cast, one)
        assert (await look_after(maria, cast.team16)).progress.done == 1
    lena = await hired(cast, "lena")
    await teams.admit(maria, cast.team16, lena.subject16)
    await teams.take_team_seeds(lena)
    assert len(lena.keyring.team_seeds) == 1
    desk = await at_desk(lena)
    case = await takes(desk, enquiry)
    assert (texts(case.box)[0], case.box.learned.subject) == (TEXT, SUBJECT)
    await case.say("Guten Tag")
    assert enquiry.box is not None
    await has(enquiry.box, "Guten Tag")
    back = await at_desk(await staff_again(cast, lena))
    (there,) = await back.take_up()
    assert texts(there.box) == texts(enquiry.box)
    (said,) = [one for one in there.box.said if one.kind == Kind.FILE]
    assert (await there.box.fetch_file(said)).raw == PDF
    assert alarms(there.box) == alarms(enquiry.box) == []


async def test_two_members_at_once_do_each_request_once(cast: Cast) -> None:
    maria, jonas, anna = await centre(cast, "maria", "jonas", "anna")
    account = await cast.registers(NAME)
    sent = [await writes(cast, account, f"Anliegen {i}") for i in range(6)]
    await fires(cast, jonas)
    await teams.succeed(maria, cast.team16)
    await teams.take_team_seeds(anna)
    done = await all_at_once(
        lambda: recommit(maria, cast.team16), lambda: recommit(anna, cast.team16)
    )
    assert [(one.done, one.skipped) for one in done] == [(one.total, ()) for one in done]
    for one in sent:
        assert one.box is not None
        await one.box.wait_until(lambda one=one: _epoch(one) == 1)  # type: ignore[misc]  # bound now
        assert alarms(one.box) == []
        _, envelopes = await stolen(cast, one)
        assert len(envelopes) == 4  # begun, introduced, written, sealed anew: once
    assert (await recommit(anna, cast.team16)).total == 0


async def test_a_crash_at_each_request_loses_nothing(cast: Cast) -> None:
    """One member's device stops again and again, further on each time; another's does the rest."""
    maria, jonas, anna = await centre(cast, "maria", "jonas", "anna")
    account = await cast.registers(NAME)
    sent = [await writes(cast, account, f"Anliegen {i}") for i in range(12)]
    await teams.succeed(maria, cast.team16, out=(jonas.subject16,))
    done = 0
    # The log, the former inbox to its end, then share, read and commit of one after the other.
    for at in range(8):
        for is_asked in (False, True):
            here = await staff_again(cast, maria)
            steps: list[Progress] = []
            async with falls_over(here.relay, at, is_asked=is_asked):
                await recommit(here, cast.team16, steps.append)
            done += steps[-1].done if steps else 0
    assert 0 < done < len(sent)
    there = await staff_again(cast, anna)
    await teams.take_team_seeds(there)
    progress = await recommit(there, cast.team16)
    assert (progress.done, progress.skipped) == (progress.total, ())
    desk = await at_desk(there)
    for one in sent:
        first = await desk.open(one.note.ticket16)
        assert (len(texts(first.box)), alarms(first.box)) == (1, [])
    assert (await recommit(there, cast.team16)).total == 0


async def test_a_request_that_is_taken_meanwhile_is_left_to_who_takes_it(cast: Cast) -> None:
    maria, jonas, anna = await centre(cast, "maria", "jonas", "anna")
    enquiry = await writes(cast, await cast.registers(NAME))
    await fires(cast, jonas)
    await teams.succeed(maria, cast.team16)
    await teams.take_team_seeds(anna)
    desk = await at_desk(anna)
    real = maria.relay.request

    async def request(command: Any, credential: bytes = b"") -> Any:
        if command.META.name == "commit":
            await (await takes(desk, enquiry)).say("Guten Tag")
        return await real(command, credential)

    maria.relay.request = request  # type: ignore[method-assign]  # taken at this moment
    progress = await recommit(maria, cast.team16)
    assert (progress.done, progress.total, progress.skipped) == (1, 1, ())
    assert enquiry.box is not None
    await has(enquiry.box, "Guten Tag")
    assert alarms(enquiry.box) == []
    roster = enquiry.box.transcript.state.roster
    assert roster is not None
    assert [one.role for one in roster.entries.values()] == [Role.SEEKER, Role.COUNSELLOR]


async def test_who_is_taking_it_over_while_it_is_sealed_anew_gets_it(cast: Cast) -> None:
    maria, jonas, anna = await centre(cast, "maria", "jonas", "anna")
    enquiry = await writes(cast, await cast.registers(NAME))
    ticket16 = enquiry.note.ticket16
    await fires(cast, jonas)
    await teams.succeed(maria, cast.team16)
    await teams.take_team_seeds(anna)
    desk = await at_desk(anna)
    await desk.open(ticket16)
    real = anna.relay.request
    done = False

    async def request(command: Any, credential: bytes = b"") -> Any:
        nonlocal done
        if command.META.name == "commit" and not done:
            done = True
            assert (await recommit(maria, cast.team16)).done == 1
        return await real(command, credential)

    anna.relay.request = request  # type: ignore[method-assign]  # sealed anew at this moment
    case = await desk.accept(ticket16)
    assert texts(case.box) == [TEXT]
    await case.say("Guten Tag")
    assert enquiry.box is not None
    await has(enquiry.box, "Guten Tag")
    assert alarms(enquiry.box) == alarms(case.box) == []
    await desk.wait_until(lambda: desk.rows[ticket16].state == EnquiryState.ANSWERED)


async def test_what_does_not_open_is_named_and_holds_up_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    account = await cast.registers(NAME)
    sent = [await writes(cast, account, "Das erste")]
    real = commit.make_commit0

    def with_a_ghost(box16: bytes, kind: Any, roster: Any, *more: Any) -> Any:
        ghost = begin.counsellor_entry(jonas.certificate, 2)
        return real(box16, kind, [*roster, ghost], *more)

    monkeypatch.setattr(commit, "make_commit0", with_a_ghost)
    hostile = await writes(cast, account, "Mit einem Geist")
    monkeypatch.setattr(commit, "make_commit0", real)
    sent.append(await writes(cast, account, "Das zweite"))
    # A letter that is none, for a ticket of its own, lies in the inbox too.
    broken = await writes(cast, account, "Zerstört")
    await _spoil(cast, broken.note.ticket16)
    await fires(cast, jonas)
    steps: list[Progress] = []
    care = await look_after(maria, cast.team16, steps.append)
    tickets = {hostile.note.ticket16, broken.note.ticket16}
    assert (care.progress.done, care.progress.total) == (2, 4)
    assert set(care.progress.skipped) == tickets
    assert await opened(maria, *(one.note.ticket16 for one in sent)) == [
        ["Das erste"],
        ["Das zweite"],
    ]
    # They are tried again each time, and named again.
    assert set((await recommit(maria, cast.team16)).skipped) == tickets


async def _spoil(cast: Cast, ticket16: bytes) -> None:
    """One letter on the disk is changed."""
    where = "slot IN (SELECT slot FROM boxes_letters WHERE ticket16 = $1)"
    db = cast.server.relay.parts.db
    reading = f"SELECT bytes_sealed FROM boxes_slots WHERE {where}"
    writing = f"UPDATE boxes_slots SET bytes_sealed = $2 WHERE {where}"
    ((raw,),) = await db.read(lambda tx: tx.all(reading, ticket16))
    changed = raw[:-1] + bytes([raw[-1] ^ 1])
    await db.write(lambda tx: tx.run(writing, ticket16, changed))


async def test_who_never_had_the_key_of_then_leaves_it_to_the_others(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    enquiry = await writes(cast, await cast.registers(NAME))
    await fires(cast, jonas)
    await teams.succeed(maria, cast.team16)
    lena = await hired(cast, "lena")
    await teams.admit(maria, cast.team16, lena.subject16)
    await teams.take_team_seeds(lena)
    progress = await recommit(lena, cast.team16)
    assert (progress.done, progress.skipped) == (0, (enquiry.note.ticket16,))
    assert (await recommit(maria, cast.team16)).done == 1
    assert await opened(lena, enquiry.note.ticket16) == [[TEXT]]


async def test_a_renewal_with_the_same_key_seals_nothing_anew(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    account = await cast.registers(NAME)
    await cast.server.elapse(21 * DAY_MS)
    account = await cast.seeker_signs_in(NAME)
    enquiry = await writes(cast, account)
    maria = await cast.signs_in("maria")
    with counted(maria.relay) as asked:
        care = await look_after(maria, cast.team16)
    assert (care.left, care.progress.total) == ((), 0)
    assert "commit" not in asked
    assert _epoch(enquiry) == 0
    assert jonas is not None
    assert await opened(maria, enquiry.note.ticket16) == [[TEXT]]


async def test_an_enquiry_that_was_not_yet_shown_is_sealed_anew_too(cast: Cast) -> None:
    """Its box and letter stand, its ticket does not: what is said next is said to the new key."""
    maria, jonas = await centre(cast, "maria", "jonas")
    account = await cast.registers(NAME)
    enquiry = new(cast, account)
    with counted(account.relay) as asked:
        await writes(cast, account, "Ein anderes")
    async with falls_over(account.relay, asked.index("post")):
        await enquiry.send(TOPIC, SUBJECT, TEXT)
    await fires(cast, jonas)
    assert (await look_after(maria, cast.team16)).progress.done == 2
    found = await cast.comes_back(await cast.seeker_signs_in(NAME))
    (there,) = [one for one in found.enquiries if one.box16 == enquiry.box16]
    assert (there.halted, there.is_sent) == (None, True)
    assert _epoch(there) == 1
    assert there.box is not None
    assert alarms(there.box) == []
    assert await opened(maria, enquiry.note.ticket16) == [[TEXT]]


async def test_who_left_seals_nothing_and_nobody_seals_to_a_former_key(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    await writes(cast, await cast.registers(NAME))
    await fires(cast, jonas)
    await teams.succeed(maria, cast.team16)
    with pytest.raises(Refused):
        await recommit(jonas, cast.team16)
    outsider = await hired(cast, "olga")
    with pytest.raises(Refused):
        await recommit(outsider, cast.team16)


async def test_the_seeker_sees_why_and_who_reads_now(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    enquiry = await writes(cast, await cast.registers(NAME))
    await fires(cast, jonas)
    await look_after(maria, cast.team16)
    box = enquiry.box
    assert box is not None
    await box.wait_until(lambda: _epoch(enquiry) == 1)
    # Nobody has taken it: it waits as before, and one more word is for the team.
    assert enquiry.standing is Standing.OPEN
    roster = box.transcript.state.roster
    assert roster is not None
    (team,) = [one for one in roster.entries.values() if one.role is Role.TEAM]
    latest = maria.log.view.latest_team(cast.team16)
    assert latest is not None
    assert (team.certificate_hash, team.sidx) == (latest.hash, 2)
    bodies = [one.message.opened.body for one in box.taken if one.message is not None]
    news = commit.Commit.decode([one for one in bodies if one.kind == Kind.COMMIT][-1].payload)
    assert (news.reason, news.by) == (Reason.TEAM_KEY, maria.certificate.hash)


async def test_three_hundred_requests_are_sealed_anew(cast: Cast) -> None:
    """As fast as the relay lets one line ask; its clock goes on with every request."""
    maria, jonas = await centre(cast, "maria", "jonas")
    for who in range(15):
        account = await cast.registers(f"{NAME}{who}")
        for i in range(20):
            box = (await writes(cast, account, f"Anliegen {i}")).box
            assert box is not None
            await box.stop()
            cast.server.clock.elapse(1_000)
    await fires(cast, jonas)
    steps: list[Progress] = []

    def tell(progress: Progress) -> None:
        steps.append(progress)
        cast.server.clock.elapse(1_000)

    care = await look_after(maria, cast.team16, tell)
    assert (care.progress.done, care.progress.total, care.progress.skipped) == (300, 300, ())
    assert len(steps) == 301
    desk = await at_desk(maria)
    assert len(desk.rows) == 300
    for ticket16 in list(desk.rows)[::60]:
        first = await desk.open(ticket16)
        assert (first.welcome.epoch, len(texts(first.box))) == (1, 1)


async def test_a_relay_that_asks_for_patience_skips_nothing(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    await writes(cast, await cast.registers(NAME))
    await fires(cast, jonas)
    await teams.succeed(maria, cast.team16)
    real, refused = maria.relay.request, list[str]()

    async def request(command: Any, credential: bytes = b"") -> Any:
        name = command.META.name
        if name in ("share", "read", "commit") and name not in refused:
            refused.append(name)
            raise WireError(ErrorCode.RATE_LIMITED, retry_ms=1)
        return await real(command, credential)

    maria.relay.request = request  # type: ignore[method-assign]  # too fast, three times
    progress = await recommit(maria, cast.team16)
    assert (progress.done, progress.skipped, len(refused)) == (1, (), 3)
