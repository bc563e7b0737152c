"""The keyring on several devices of one seeker: nothing is lost, and nothing saved in vain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clientlib.account import SeekerAccount
from clientlib.settings import Settings
from clientlib.visit import Visit
from crypto.encoding import encode
from crypto.entry import MAX_DRAFT_BYTES, EntryState, gone
from crypto.keyring import GONE_KEPT_DAYS
from crypto.passphrase import TooLong
from crypto.random import random_bytes
from tests.helpers.actors import Cast
from tests.helpers.enrolled import enrolled
from tests.helpers.server import serving

NAME = "kiesel-407"


@pytest.fixture
async def published(tmp_path: Path) -> AsyncIterator[Cast]:
    """An organisation with a log that seekers can check."""
    async with serving(tmp_path) as server:
        found = Cast(server)
        await enrolled(found)
        yield found
        await found.close()


async def test_two_devices_that_save_at_once_lose_nothing(published: Cast) -> None:
    here = await published.registers(NAME)
    there = await published.seeker_signs_in(NAME)
    portal16 = bytes(16)
    visits = [
        [Visit.begin(portal16, published.now_ms(), one.ams, random_bytes) for _ in range(8)]
        for one in (here, there)
    ]

    async def saves(one: SeekerAccount, theirs: list[Visit]) -> None:
        for i, visit in enumerate(theirs):
            visit.draw_epoch()
            await one.keyring.remember(visit.entry())
            await one.keyring.keep_draft(visit.box16, f"Entwurf {i}")

    async with asyncio.TaskGroup() as group:
        for one, theirs in zip((here, there), visits, strict=True):
            group.create_task(saves(one, theirs))
    await here.keyring.refresh()
    await there.keyring.refresh()
    again = await published.seeker_signs_in(NAME)
    wanted = {visit.box16: visit.es for theirs in visits for visit in theirs}
    for one in (here, there, again):
        found = {entry.box16: entry.secrets[0].es for entry in one.keyring.entries}
        assert found == wanted
        assert [one.keyring.draft(visit.box16) for visit in visits[0]] == [
            f"Entwurf {i}" for i in range(8)
        ]


async def test_drafts_and_settings_return_on_every_device(published: Cast) -> None:
    here = await published.registers(NAME)
    there = await published.seeker_signs_in(NAME)
    box16 = random_bytes(16)
    await here.keyring.keep_draft(box16, "Ich weiß noch nicht, wie")
    # A second device writes the same draft on, then the first drops what it has sent.
    await there.keyring.refresh()
    await there.keyring.keep_draft(box16, "Ich weiß noch nicht, wie ich anfange")
    await here.keyring.refresh()
    assert here.keyring.draft(box16) == "Ich weiß noch nicht, wie ich anfange"
    await here.keyring.keep_draft(box16, "")
    again = await published.seeker_signs_in(NAME)
    assert again.keyring.draft(box16) == ""
    # A lone surrogate is what no page can send; too much is said before anything is saved.
    await again.keyring.keep_draft(box16, "halb \ud83d")
    assert again.keyring.draft(box16) == "halb \ufffd"
    with pytest.raises(TooLong):
        await again.keyring.keep_draft(box16, "x" * (MAX_DRAFT_BYTES + 1))
    assert again.keyring.draft(box16) == "halb \ufffd"


async def test_what_changes_nothing_saves_nothing(published: Cast) -> None:
    here = await published.registers(NAME)
    versions = published.server.relay.parts.db

    async def version() -> int:
        sql = "SELECT version FROM accounts_pages JOIN accounts_accounts USING (account16)"
        rows = await versions.read(lambda tx: tx.all(sql + " WHERE handle = $1", here.handle))
        return int(rows[0][0])

    before = await version()
    await here.keyring.keep_draft(random_bytes(16), "")
    await here.keyring.keep_settings(lambda _: b"")
    await here.begin()
    assert await version() == before


async def test_what_has_long_been_gone_is_dropped_at_the_next_save(published: Cast) -> None:
    here = await published.registers(NAME)
    minute = published.now_ms() // 60_000
    visit = Visit.begin(bytes(16), published.now_ms(), here.ams, random_bytes)
    await here.keyring.keep_draft(visit.box16, "bleibt nicht")
    await here.keyring.remember(gone(visit.entry(), minute, 3, bytes(32)))
    assert here.keyring.draft(visit.box16) == ""
    await here.keyring.keep_settings(lambda _: Settings(sheet_noted=True).encode())
    assert [entry.state for entry in here.keyring.entries] == [EntryState.GONE]
    published.server.clock.elapse((GONE_KEPT_DAYS + 1) * 24 * 3_600_000)
    again = await published.seeker_signs_in(NAME)
    await again.keyring.keep_settings(lambda _: Settings().encode())
    assert again.keyring.entries == ()


async def test_what_a_newer_client_keeps_in_the_settings_stays(published: Cast) -> None:
    """As in the browser's client: one account is used by clients of different age."""
    here = await published.registers("neuer-1")
    await here.keyring.keep_settings(lambda _: encode([0, [], [], [], "neu"]))
    assert here.settings == Settings(sheet_noted=False, others=("neu",))
    await here.keep_settings(sheet_noted=True)
    again = await published.seeker_signs_in("neuer-1")
    assert again.keyring.settings == encode([1, [], [], [], "neu"])


@pytest.mark.parametrize("raw", [b"\xc1", encode([]), encode(7)])
def test_settings_that_this_client_cannot_read_count_as_none(raw: bytes) -> None:
    assert Settings.decode(raw) == Settings()
