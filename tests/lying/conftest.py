"""One stage for all lies of a module; each test begins with the truth."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lying.proxy import Lie
from tests.lying.stage import Stage

SOME_MINUTES_MS = 13 * 60_000


@pytest.fixture(scope="module")
def built_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("stage")) as stage:
        yield stage


@pytest.fixture
def stage(built_stage: Stage) -> Iterator[Stage]:
    """The stage, telling the truth until the test says otherwise."""
    built_stage.tell(Lie())
    # Ten sign-ins of one account an hour are free of stamps and delays.
    built_stage.server.server.clock.elapse(SOME_MINUTES_MS)
    built_stage.play(lambda: built_stage.honest.on_duty(built_stage.maria))
    yield built_stage
    built_stage.tell(Lie())
