"""The counsellor's bookmarks: sealed in the keyring, joined entry by entry over devices."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientlib.bookmarks import KEPT_DAYS, Bookmarks
from clientlib.notes import chat_note
from clientlib.staff import Staff
from crypto.statement import DAY_MS
from tests.helpers.actors import Cast
from tests.helpers.enrolled import MARIA, enrolled, goes_on
from tests.helpers.organisation import seed
from tests.helpers.server import serving

ONE, OTHER = seed("one", 16), seed("other", 16)


def of(staff: Staff, ahead_ms: int = 0) -> Bookmarks:
    """The bookmarks of one device."""
    return Bookmarks(staff.keyring, lambda: staff.caseload.now_ms() + ahead_ms)


async def test_two_devices_mark_at_once_and_lose_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        cast = Cast(server)
        _, desk = await enrolled(cast, MARIA)
        phone = await goes_on(cast, desk.ams, desk.token)
        # Neither has heard of the other: the second save conflicts and is joined.
        await of(desk).set(ONE, is_marked=True)
        await of(phone).set(OTHER, is_marked=True)
        await of(phone).set(ONE, is_marked=True)
        again = await goes_on(cast, desk.ams, desk.token)
        assert of(again).marked() == {ONE, OTHER}
        await cast.close()


async def test_of_one_mark_the_later_change_counts_on_every_device(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        cast = Cast(server)
        _, desk = await enrolled(cast, MARIA)
        await of(desk).set(ONE, is_marked=True)
        phone = await goes_on(cast, desk.ams, desk.token)
        await of(phone).set(ONE, is_marked=False)
        await desk.keyring.refresh(ONE)
        assert (of(desk).marked(), of(phone).marked()) == (frozenset(), frozenset())
        await of(desk).set(ONE, is_marked=True)
        await phone.keyring.refresh(ONE)
        assert of(phone).marked() == {ONE}
        await cast.close()


@pytest.mark.parametrize("is_marked", [True, False])
async def test_what_is_over_leaves_no_mark(tmp_path: Path, *, is_marked: bool) -> None:
    async with serving(tmp_path) as server:
        cast = Cast(server)
        _, desk = await enrolled(cast, MARIA)
        await of(desk).set(ONE, is_marked=is_marked)
        await of(desk, KEPT_DAYS * DAY_MS).tidy()
        entry = desk.keyring.entry(ONE)
        assert entry is not None
        assert entry.counter == 1
        await of(desk, (KEPT_DAYS + 1) * DAY_MS).tidy()
        entry = desk.keyring.entry(ONE)
        assert (of(desk).marked(), entry and entry.counter) == (frozenset(), 0)
        await cast.close()


async def test_a_mark_keeps_nobody_from_the_conversations(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        cast = Cast(server)
        _, desk = await enrolled(cast, MARIA)
        await of(desk).set(ONE, is_marked=True)
        again = await goes_on(cast, desk.ams, desk.token)
        entry = again.keyring.entry(ONE)
        assert entry is not None
        assert chat_note(entry) is None
        assert await again.caseload.running(written=True) == []
        await cast.close()
