"""What has been deleted has to leave the files; what is deleted meanwhile stays owed."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from e2e_server.features.boxes import Purger
from tests.helpers.server import Server, serving


def owed(server: Server) -> tuple[bool, bool]:
    purger = server.relay.parts.services.get(Purger)
    return purger.owes_overwriting, purger.owes_compaction


async def test_what_another_room_deletes_is_overwritten_by_the_next_run(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        assert owed(server) == (False, False)
        server.relay.parts.services.get(Purger).owe(server.clock.now_ms())
        assert owed(server) == (True, True)
        await server.elapse(0)
        assert owed(server) == (False, False)


@pytest.mark.parametrize("during", ["checkpoint", "compact"])
async def test_what_is_deleted_during_a_run_stays_owed(tmp_path: Path, during: str) -> None:
    async with serving(tmp_path) as server:
        purger, db = server.relay.parts.services.get(Purger), server.relay.parts.db
        plain = getattr(db, during)

        async def meanwhile(*args: Any) -> None:
            await plain(*args)
            purger.owe(server.clock.now_ms())

        purger.owe(server.clock.now_ms())
        with mock.patch.object(db, during, meanwhile):
            await server.elapse(0)
        assert owed(server) == (True, True)
        await server.elapse(0)
        assert owed(server) == (False, False)
