"""From a chat to the evidence that it was deleted: Python client and a real relay."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from clientlib import cli_deletion, deletion
from clientlib.box import Box
from clientlib.boxclock import BoxClock
from clientlib.deletion import Deletion
from clientlib.errors import Disconnected
from clientlib.notes import VisitNote
from clientlib.staffchats import StaffChats
from clientlib.stock import stock_of
from clientlib.visit import Visit
from crypto import evidence
from crypto.entry import EntryState
from crypto.evidence import Evidence
from crypto.keys import AccountSecret
from crypto.wire.boxes import BoxState, CloseReason, ReadReply
from tests.helpers.actors import Cast, chat
from tests.helpers.enrolled import MARIA, enrolled, office
from tests.helpers.written import TEXT, at_desk, takes, writes

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
RETENTION_MS = 48 * HOUR_MS
NAME = "kiesel-407"


async def looks(who: Any, keyring: Any) -> tuple[Deletion, ...]:
    view = await who.log.update()
    return await deletion.deletions_of(keyring.entries, view, who.relay.url, who.now_ms())


async def states(who: Any, keyring: Any) -> list[Evidence]:
    return [one.found.evidence for one in await looks(who, keyring)]


async def closed(box: Any) -> None:
    await box.wait_until(lambda: box.clock.end_minute > 0)


async def test_both_sides_of_a_chat_find_its_tomb_and_nobody_else_does(cast: Cast) -> None:
    maria = await office(cast)
    account = await cast.registers(NAME)
    theirs, hers, _ = await chat(cast, maria, account)
    chats = StaffChats(maria, {})
    mine = chats.know(bytes(16), hers)
    await theirs.say("Guten Abend.")
    await theirs.close()
    await closed(hers)
    await mine.settle()
    await account.sign_out()
    account = await cast.seeker_signs_in(NAME)
    (entry,) = account.keyring.entries
    assert entry.close_minute == hers.clock.close_minute
    assert await states(account, account.keyring) == [Evidence.LATER]
    # The minute that is told before is the minute in which it goes.
    (held,) = (await stock_of(account)).conversations
    (found,) = await looks(account, account.keyring)
    assert held.box.purge_minute == found.due_minute == hers.clock.close_minute + 48 * 60
    await cast.server.elapse(held.box.purge_minute * MINUTE_MS - cast.now_ms() - 1)
    account = await cast.seeker_signs_in(NAME)
    assert len((await stock_of(account)).conversations) == 1
    await cast.server.elapse(1)
    assert (await stock_of(account)).conversations == ()
    assert await states(account, account.keyring) == [Evidence.TONIGHT]
    hour = cast.now_ms() // HOUR_MS
    await cast.server.elapse(DAY_MS)
    account = await cast.seeker_signs_in(NAME)
    for who, keyring in ((account, account.keyring), (maria.caseload, maria.keyring)):
        (found,) = await looks(who, keyring)
        assert (found.found.evidence, found.found.hour) == (Evidence.ENTERED, hour)
    # Somebody who was not in it has nothing to look for.
    other = await cast.registers("fremd-11")
    assert await states(other, other.keyring) == []


async def test_what_finds_it_outlasts_the_entry(cast: Cast) -> None:
    maria = await office(cast)
    account = await cast.registers(NAME)
    theirs, _, _ = await chat(cast, maria, account)
    await theirs.close()
    await closed(theirs)
    await account.sign_out()
    await cast.server.elapse(RETENTION_MS)
    await cast.server.elapse(26 * HOUR_MS)
    account = await cast.seeker_signs_in(NAME)
    (entry,) = account.keyring.entries
    await account.forget_if_over(entry)
    (entry,) = account.keyring.entries
    assert (entry.state, entry.secrets) == (EntryState.GONE, ())
    assert await states(account, account.keyring) == [Evidence.ENTERED]


async def test_both_sides_of_a_written_conversation_find_its_tomb(cast: Cast) -> None:
    _, maria = await enrolled(cast, MARIA)
    account = await cast.registers(NAME)
    enquiry = await writes(cast, account, TEXT)
    desk = await at_desk(maria)
    case = await takes(desk, enquiry)
    await case.close()
    box = enquiry.box
    assert box is not None
    await closed(box)
    await account.sign_out()
    account = await cast.seeker_signs_in(NAME)
    assert await states(account, account.keyring) == [Evidence.LATER]
    await cast.server.elapse(RETENTION_MS)
    await cast.server.elapse(DAY_MS)
    account = await cast.seeker_signs_in(NAME)
    for who, keyring in ((account, account.keyring), (maria.caseload, maria.keyring)):
        assert await states(who, keyring) == [Evidence.ENTERED]


async def test_who_did_not_see_the_end_is_told_nothing_false(cast: Cast) -> None:
    maria = await office(cast)
    account = await cast.registers(NAME)
    theirs, hers, _ = await chat(cast, maria, account)
    await theirs.say("Guten Abend.")
    await account.sign_out()
    await hers.close()
    await cast.server.elapse(RETENTION_MS + 2 * DAY_MS)
    account = await cast.seeker_signs_in(NAME)
    (entry,) = account.keyring.entries
    assert evidence.tomb_of(entry) is None
    assert await states(account, account.keyring) == []


async def test_a_purge_that_did_not_happen_is_an_alarm(cast: Cast) -> None:
    maria = await office(cast)
    account = await cast.registers(NAME)
    theirs, _, _ = await chat(cast, maria, account)
    await theirs.close()
    await closed(theirs)
    await account.sign_out()
    # Three days in which no job runs.
    cast.server.clock.elapse(5 * DAY_MS)
    account = await cast.seeker_signs_in(NAME)
    assert await states(account, account.keyring) == [Evidence.MISSING]
    async with aiohttp.ClientSession() as http, http.get(f"{cast.server.url}/healthz") as answer:
        health = await answer.json()
        figures = (health["purge_overdue"], health["purge_stalled"], health["deletions_overdue"])
        assert (answer.status, figures) == (503, (1, 1, 5))
    await cast.server.elapse(0)
    assert await states(account, account.keyring) == [Evidence.TONIGHT]


async def test_in_a_terminal_it_stands_in_words(cast: Cast) -> None:
    maria = await office(cast)
    account = await cast.registers(NAME)
    theirs, _, _ = await chat(cast, maria, account)
    told: list[str] = []
    await cli_deletion.tell_stock(account, told.append)
    assert "es läuft noch" in told[1]
    await theirs.close()
    await closed(theirs)
    await account.sign_out()
    account = await cast.seeker_signs_in(NAME)
    told.clear()
    await cli_deletion.tell_stock(account, told.append)
    assert "wird gelöscht am" in told[1]
    assert told[2:] == ["Gelöschte Gespräche: noch keine.", cli_deletion._UNSEEN]
    await cast.server.elapse(RETENTION_MS)
    account = await cast.seeker_signs_in(NAME)
    for words in (
        "in der Nacht ins öffentliche Verzeichnis",
        "die Liste im öffentlichen Verzeichnis",
    ):
        told.clear()
        await cli_deletion.tell_stock(account, told.append)
        assert told[1] == "Gelöscht:"
        assert words in told[2]
        await cast.server.elapse(DAY_MS)
        account = await cast.seeker_signs_in(NAME)


async def test_a_service_that_gives_no_list_is_not_reached(cast: Cast) -> None:
    url = cast.server.url
    await cast.server.stop()
    with pytest.raises(Disconnected):
        await deletion.DayLists(url).of(1)


def test_every_verdict_has_its_words() -> None:
    assert set(cli_deletion.WORDS_FOR) == set(Evidence)
    for one, words in cli_deletion.WORDS_FOR.items():
        assert ("Das darf nicht sein" in words) == one.is_alarm


@pytest.mark.parametrize(("number", "end_minute"), [(6, 0), (7, 30_000_000), (8, 30_000_000)])
def test_the_end_counts_once_all_that_was_before_it_is_read(number: int, end_minute: int) -> None:
    clock = BoxClock()
    page = ReadReply(
        rows=(),
        head_n=7,
        state=BoxState.CLOSED,
        reason=CloseReason.MESSAGE,
        ends_ms=0,
        closes_hour=0,
        close_minute=30_000_000,
        purge_minute=30_002_880,
    )
    clock.read(page, number)
    assert (clock.close_minute, clock.end_minute) == (30_000_000, end_minute)


@pytest.mark.parametrize(
    ("end_minute", "withheld", "stopped", "is_kept"),
    [
        (77, False, None, True),
        (0, False, None, False),
        (77, True, None, False),
        (77, False, 1, False),
    ],
)
def test_the_end_is_kept_of_what_was_read_whole(
    end_minute: int, withheld: bool, stopped: object, is_kept: bool
) -> None:
    state = SimpleNamespace(number=4, heads=[bytes(32), bytes([8]) * 32])
    transcript = SimpleNamespace(state=state, withheld=withheld, stopped=stopped)
    box: Any = SimpleNamespace(clock=BoxClock(end_minute=end_minute), transcript=transcript)
    note = VisitNote(portal16=bytes(16), number=1, since_ms=0)
    entry = Visit(AccountSecret(bytes(32)), bytes(16), note).entry()
    known = Box.with_end(box, entry)
    assert (known == entry) is not is_kept
    if is_kept:
        assert (known.close_minute, known.pin_n, known.pin_chain) == (77, 4, bytes([8]) * 32)
