"""The same tests for a keeper inside the relay's process and for one behind a socket."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.keeper import helpers
from tests.keeper.helpers import KeeperIn, Keeping


@pytest.fixture(params=["embedded", "own"])
def keeper_in(request: pytest.FixtureRequest) -> KeeperIn:
    """Open a keeper below a folder: `async with keeper_in(tmp_path, clock) as keeper`."""
    return helpers.keeper_in if request.param == "embedded" else helpers.own_keeper_in


@pytest.fixture
def keeping(tmp_path: Path) -> Keeping:
    """A keeper of its own below the test's folder."""
    return Keeping(tmp_path)
