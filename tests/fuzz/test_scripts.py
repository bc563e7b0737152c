"""Both verdict machines over random histories: of one mind, quiet over the truth, silent before."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.fuzz.scripts import LIES, Script, scripts
from tests.helpers import script
from tests.vectors.make.common import hexed
from tests.vectors.make.transcript import DEFAULT_STAFF

SEED, COUNT = 1, 70
STAFF = hexed(DEFAULT_STAFF)
SHOWN = {"OK", "GAP", "FORK", "LOG_FORK"}


def _python(one: Script) -> Any:
    return json.loads(json.dumps(hexed(script.run(one.given, STAFF))))


def _javascript(asked: list[Script]) -> list[Any]:
    lines = "".join(f"{json.dumps({'given': one.given, 'staff': STAFF})}\n" for one in asked)
    program = Path(__file__).with_name("scripts.mjs")
    out = subprocess.run(
        ["node", str(program)], input=lines.encode(), stdout=subprocess.PIPE, check=True
    ).stdout
    return [json.loads(line) for line in out.splitlines()]


def test_both_machines_are_of_one_mind_over_any_history() -> None:
    asked = scripts(SEED, COUNT)
    assert {one.lie for one in asked} == set(LIES)
    ours = [_python(one) for one in asked]
    assert ours == _javascript(asked)
    paused = 0
    for one, found in zip(asked, ours, strict=True):
        answers = [answer for answer in found["answers"] if isinstance(answer, dict)]
        # Nothing is shown before all checks.
        assert all(answer["message"] is None or answer["verdict"] in SHOWN for answer in answers)
        if one.lie in ("truth", "cut"):
            assert [answer["verdict"] for answer in answers] == ["OK"] * len(answers)
            assert not found["paused"]
        paused += found["paused"]
    # Most lies stand before a message that crosses them.
    assert paused > COUNT / 4
