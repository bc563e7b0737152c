"""Sheets of teams at the relay: who may, which version, how large, how long."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from crypto.errors import LocalError
from crypto.statement import DAY_MS
from crypto.wire.codec import encode_command
from crypto.wire.errors import ErrorCode
from crypto.wire.sheets import MAX_SHEET_FRAME_BYTES, SheetRead, SheetReadReply, SheetSave
from e2e_server.features.sheets.handlers import ENDED_DAYS
from tests.helpers.accounts import publish
from tests.helpers.livecast import Counsellor, House, house
from tests.helpers.organisation import Organisation, Person, seed

TEAM16 = Organisation().team16
READ = SheetRead(team16=TEAM16, kind=1)
NONE = SheetReadReply(version=0, sheet=b"")
FIRST = SheetSave(team16=TEAM16, kind=1, version=1, sheet=bytes(20_000))


@asynccontextmanager
async def team(folder: Path) -> AsyncIterator[tuple[House, Counsellor, Counsellor]]:
    """Anna and Berta are in the team."""
    async with house(folder) as home:
        yield home, await home.counsellor("Anna"), await home.counsellor("Berta")


async def test_a_member_writes_and_another_reads_the_next_version_only(tmp_path: Path) -> None:
    async with team(tmp_path) as (_, anna, berta):
        assert await berta.client.call(READ) == NONE
        await anna.client.call(FIRST)
        assert await berta.client.call(READ) == SheetReadReply(version=1, sheet=FIRST.sheet)
        second = replace(FIRST, version=2, sheet=bytes(17_000))
        for other in (FIRST, replace(second, version=3), replace(second, version=0)):
            assert await berta.client.refusal(other) is ErrorCode.CONFLICT
        await berta.client.call(second)
        assert await anna.client.refusal(second) is ErrorCode.CONFLICT
        assert (await anna.client.call(READ)).sheet == second.sheet


async def test_nobody_but_listed_members_reads_or_writes(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta):
        await anna.client.call(FIRST)
        clara = await home.counsellor("Clara")
        for command in (READ, replace(FIRST, version=2)):
            assert await clara.client.refusal(command) is ErrorCode.FORBIDDEN
        other = replace(READ, team16=seed("other", 16))
        assert await anna.client.refusal(other) is ErrorCode.FORBIDDEN
        # Judged at every use: who has left is out on the line that is open.
        home.organisation.team(Person("Anna"), [Person("Anna")], epoch=2, key="team key 2")
        await publish(await home.line(), home.organisation)
        for command in (READ, replace(FIRST, version=2)):
            assert await berta.client.refusal(command) is ErrorCode.FORBIDDEN
        assert (await anna.client.call(READ)).version == 1


async def test_a_revoked_member_is_out_although_team_lists_them_still(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, _, berta):
        await home.revokes(Person("Berta"))
        assert await berta.client.refusal(READ) is ErrorCode.FORBIDDEN


async def test_there_are_few_kinds_and_a_largest_size(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, _):
        for command in (replace(READ, kind=2), replace(FIRST, kind=0)):
            assert await anna.client.refusal(command) is ErrorCode.UNKNOWN
        for size in (16_383, 270_001):
            # Refused alike on both ends.
            with pytest.raises(LocalError):
                encode_command(1, replace(FIRST, sheet=bytes(size)))
        largest = encode_command(1, replace(FIRST, sheet=bytes(270_000)))
        assert len(largest) <= MAX_SHEET_FRAME_BYTES
        await anna.client.call(replace(FIRST, sheet=bytes(270_000)))
        assert await home.rows("SELECT team16, kind, version FROM sheets_sheets") == [
            (TEAM16, 1, 1)
        ]


async def test_it_lives_with_the_team(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, _):
        await anna.client.call(FIRST)
        await home.close_lines()
        ended_ms = 30 * DAY_MS
        await home.elapse(ended_ms + (ENDED_DAYS - 1) * DAY_MS)
        assert len(await home.rows("SELECT 1 FROM sheets_sheets")) == 1
        await home.elapse(2 * DAY_MS)
        assert await home.rows("SELECT 1 FROM sheets_sheets") == []
