"""The audit on the operator's machine: a service that keeps its word is green in every check."""

from __future__ import annotations

from pathlib import Path

from clientlib.audit.check import State
from tests.audit.machines import lived_in


async def test_a_service_that_keeps_its_word_is_green(tmp_path: Path) -> None:
    service = await lived_in(tmp_path)
    outcomes = await service.outcomes()
    wrong = {
        name: (one.state, one.words.de, [(f.words.de, f.evidence) for f in one.findings])
        for name, one in outcomes.items()
        if one.state is not State.PASSED and name != "inside.backups"
    }

    assert wrong == {}
