"""How long a written enquiry lives, and who may read it meanwhile: real clients, a moved clock."""

from __future__ import annotations

from typing import Any

import pytest

from clientlib import teams
from clientlib.account import SeekerAccount
from clientlib.enquiry import Enquiry
from clientlib.staff import Staff
from clientlib.standing import Standing
from clientlib.stock import stock_of
from crypto import account as keys
from crypto import kem
from crypto.entry import EntryState
from crypto.errors import BadStatement
from crypto.keyring import TeamSeed
from crypto.keys import KemSecret
from crypto.random import random_bytes
from crypto.statement import DAY_MS, Team
from crypto.wire.boxes import BoxState, CloseReason, Read
from crypto.wire.enquiries import EnquiryAccept, EnquiryLetter, EnquiryState
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import Cast
from tests.helpers.server import PORTAL16
from tests.helpers.written import (
    SUBJECT,
    TEXT,
    TOPIC,
    alarms,
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
MINUTE_MS = 60_000
HOUR_MS = 3_600_000
UNACCEPTED_DAYS = 30
IDLE_DAYS = 183
TEAM_DAYS = 30


async def comes_back(cast: Cast) -> tuple[SeekerAccount, tuple[Enquiry, ...]]:
    """Sign in and find what was written."""
    account = await cast.seeker_signs_in(NAME)
    return account, (await cast.comes_back(account)).enquiries


async def new_team(by: Staff, cast: Cast, *members: Staff) -> None:
    """The next TEAM under a new key, signed by a member."""
    latest = by.log.view.latest_team(cast.team16)
    assert latest is not None
    seed = KemSecret(random_bytes(KemSecret.SIZE_BYTES))
    epoch = latest.team.epoch + 1
    team = Team(
        team16=cast.team16,
        epoch=epoch,
        kem_pk=kem.public(seed),
        members=tuple(sorted(one.subject16 for one in members)),
    )
    now_ms = cast.now_ms()
    secret = keys.staff_sign(by.ams)
    await by.log.publish(secret, cast.team16, team, now_ms, now_ms + TEAM_DAYS * DAY_MS)
    for one in members:
        await one.log.update()
        kept = TeamSeed(team16=cast.team16, epoch=epoch, seed=seed)
        await one.keyring.remember_seed(kept)


async def test_after_the_close_it_is_read_for_48_hours_and_then_nowhere(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    account = await cast.registers(NAME)
    enquiry = await writes(cast, account)
    case = await takes(await at_desk(maria), enquiry)
    await case.say("Guten Tag")
    await enquiry.close()
    await case.box.wait_until(lambda: case.box.clock.state is BoxState.CLOSED)
    with pytest.raises(WireError):
        await case.say("Zu spät")
    await case.settle()

    await cast.server.elapse(47 * HOUR_MS)
    account, (there,) = await comes_back(cast)
    assert (there.standing, there.box is None) == (Standing.CLOSED, False)
    assert there.box is not None
    assert texts(there.box) == [TEXT, "Guten Tag"]
    held = await stock_of(account)
    assert [one.box.state for one in held.conversations] == [BoxState.CLOSED]
    maria = await cast.signs_in("maria")
    (hers,) = await (await at_desk(maria)).take_up()
    assert texts(hers.box) == [TEXT, "Guten Tag"]

    await cast.server.elapse(HOUR_MS + MINUTE_MS)
    await there.box.wait_until(lambda: there.box is not None and there.box.clock.purged)
    assert (await stock_of(account)).conversations == ()
    # A relay that knows no such box may lie; once the purge must be past, no secret stays.
    for hours, state in ((1, EntryState.CLOSED), (26, EntryState.GONE)):
        await cast.server.elapse(hours * HOUR_MS)
        account, found = await comes_back(cast)
        maria = await cast.signs_in("maria")
        assert (found, await (await at_desk(maria)).take_up()) == ((), ())
        for entry in (account.keyring.entry(there.box16), maria.keyring.entry(there.box16)):
            assert entry is not None
            assert (entry.state, entry.secrets == ()) == (state, state is EntryState.GONE)


async def test_what_nobody_takes_ends_after_thirty_days(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    await writes(cast, await cast.registers(NAME))
    await cast.server.elapse((UNACCEPTED_DAYS - 5) * DAY_MS)
    maria = await cast.signs_in("maria")
    assert await teams.renew_teams(maria) == 1
    await cast.server.elapse(5 * DAY_MS - HOUR_MS)
    desk = await at_desk(await cast.signs_in("maria"))
    assert [row.state for row in desk.rows.values()] == [EnquiryState.OPEN]
    _, (there,) = await comes_back(cast)
    assert there.standing is Standing.OPEN

    await cast.server.elapse(2 * HOUR_MS)
    await desk.wait_until(lambda: desk.rows == {})
    _, (there,) = await comes_back(cast)
    assert there.box is not None
    # Nobody signed the end: the service ended it, and it is still read.
    assert (there.standing, there.box.closed_by) == (Standing.CLOSED, None)
    assert there.box.clock.reason is CloseReason.TIME_OVER
    assert texts(there.box) == [TEXT]
    await cast.server.elapse(49 * HOUR_MS)
    account, found = await comes_back(cast)
    assert found == ()
    assert (await stock_of(account)).conversations == ()


async def test_what_nobody_uses_ends_after_half_a_year(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    enquiry = await writes(cast, await cast.registers(NAME))
    await takes(await at_desk(maria), enquiry)
    for _ in range(2):
        # Each word begins the time anew.
        await cast.server.elapse((IDLE_DAYS - 1) * DAY_MS)
        _, (there,) = await comes_back(cast)
        assert there.standing is Standing.TAKEN
        await there.say("Ich bin noch da.")
    await cast.server.elapse((IDLE_DAYS + 1) * DAY_MS)
    _, (there,) = await comes_back(cast)
    assert there.box is not None
    assert (there.standing, there.box.closed_by) == (Standing.CLOSED, None)
    assert texts(there.box) == [TEXT, "Ich bin noch da.", "Ich bin noch da."]
    await cast.server.elapse(49 * HOUR_MS)
    assert (await comes_back(cast))[1] == ()


async def test_who_leaves_the_team_reads_nothing_that_comes_after(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    enquiry = await writes(cast, await cast.registers(NAME))
    ticket16 = enquiry.note.ticket16
    desk, other = await at_desk(maria), await at_desk(jonas)
    first, his = await desk.open(ticket16), await other.open(ticket16)
    await new_team(maria, cast, maria)
    await enquiry.say("Das liest er nicht mehr.")
    await has(first.box, "Das liest er nicht mehr.")
    refusals = []
    for command, credential in (
        (Read(box16=his.box.box16, start=1), his.welcome.join_cap.raw),
        (EnquiryLetter(ticket16=ticket16), b""),
        (EnquiryAccept(ticket16=ticket16), b""),
    ):
        with pytest.raises(WireError) as refused:
            await jonas.relay.request(command, credential)
        refusals.append(refused.value.code)
    assert set(refusals) <= {ErrorCode.UNKNOWN, ErrorCode.FORBIDDEN}
    with pytest.raises(WireError):
        await other.read((PORTAL16,))
    with pytest.raises(BadStatement):
        await other.accept(ticket16)
    assert texts(his.box) == [TEXT]
    # Who stays takes it over, from the key of before.
    case = await takes(desk, enquiry)
    await case.say("Guten Tag")
    assert enquiry.box is not None
    await has(enquiry.box, "Guten Tag")
    assert alarms(case.box) == alarms(enquiry.box) == []


async def test_who_is_in_no_team_in_force_takes_nothing_over(cast: Cast) -> None:
    """A commit that the seeker must refuse would break the box: it is not even asked for."""
    (maria,) = await centre(cast, "maria")
    enquiry = await writes(cast, await cast.registers(NAME))
    device = await staff_again(cast, maria, ahead_ms=(TEAM_DAYS + 1) * DAY_MS)
    desk = await at_desk(device)
    with counted(device.relay) as asked, pytest.raises(BadStatement):
        await desk.accept(enquiry.note.ticket16)
    assert not {"enquiry_accept", "page_save", "commit"} & set(asked)


async def test_an_enquiry_to_a_key_that_has_just_changed_goes_to_the_new_one(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    account = await cast.registers(NAME)
    enquiry, real = new(cast, account), account.relay.request
    changed = False

    async def request(command: Any, credential: bytes = b"") -> Any:
        nonlocal changed
        if command.META.name == "commit" and not changed:
            changed = True
            await new_team(maria, cast, maria)
        return await real(command, credential)

    account.relay.request = request  # type: ignore[method-assign]  # TEAM changes at this moment
    await enquiry.send(TOPIC, SUBJECT, TEXT)
    desk = await at_desk(maria)
    assert texts((await desk.open(enquiry.note.ticket16)).box) == [TEXT]
    assert alarms((await desk.accept(enquiry.note.ticket16)).box) == []
    with pytest.raises(WireError):
        await jonas.relay.request(EnquiryLetter(ticket16=enquiry.note.ticket16))


async def test_what_cannot_be_sent_to_the_end_begins_anew_with_every_word(cast: Cast) -> None:
    """The one who was written to leaves the team while it is being sent."""
    maria, jonas = await centre(cast, "maria", "jonas")
    account = await cast.registers(NAME)
    enquiry, real = new(cast, account, addressee=jonas.subject16), account.relay.request

    async def request(command: Any, credential: bytes = b"") -> Any:
        if command.META.name == "enquiry_open":
            await new_team(maria, cast, maria)
        return await real(command, credential)

    account.relay.request = request  # type: ignore[method-assign]  # TEAM changes at this moment
    with pytest.raises(WireError):
        await enquiry.send(TOPIC, SUBJECT, TEXT)
    account.relay.request = real  # type: ignore[method-assign]  # as it was
    account, (there,) = await comes_back(cast)
    assert there.halted is not None
    assert (there.is_sent, there.draft, there.note.subject) == (False, TEXT, SUBJECT)
    other = await there.anew()
    assert (other.is_draft, other.draft, other.note.subject) == (True, TEXT, SUBJECT)
    await other.send(other.note.topic, other.note.subject, other.draft)
    _, (found,) = await comes_back(cast)
    assert (found.box16, found.is_sent) == (other.box16, True)
    desk = await at_desk(maria)
    assert list(desk.rows) == [other.note.ticket16]


async def test_what_ended_before_it_was_shown_to_anybody_is_still_read(cast: Cast) -> None:
    """The last step was missing, and nobody came back for a month: it is not sent by itself now."""
    await centre(cast, "maria")
    account = await cast.registers(NAME)
    enquiry = new(cast, account)
    with counted(account.relay) as asked:
        await writes(cast, account, "Ein anderes")
    async with falls_over(account.relay, asked.index("enquiry_open")):
        await enquiry.send(TOPIC, SUBJECT, TEXT)
    await cast.server.elapse(UNACCEPTED_DAYS * DAY_MS + HOUR_MS)
    _, found = await comes_back(cast)
    (there,) = (one for one in found if one.box16 == enquiry.box16)
    assert there.halted is None, repr(there.halted)
    assert there.box is not None
    assert (there.standing, texts(there.box)) == (Standing.CLOSED, [TEXT])
    # The words stay at hand, to be sent anew by who still wants to.
    assert (there.entry.state, there.is_sent, there.draft) == (EntryState.CLOSED, True, TEXT)
    await cast.server.elapse(73 * HOUR_MS)
    account, _ = await comes_back(cast)
    entry = account.keyring.entry(enquiry.box16)
    assert entry is not None
    assert entry.state is EntryState.GONE
    assert (await stock_of(account)).conversations == ()
