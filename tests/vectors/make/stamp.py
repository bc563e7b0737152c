"""Stamps: the first x for several difficulties, and what is refused."""

from __future__ import annotations

from functools import partial
from typing import Any

from crypto import stamp
from tests.vectors.make.common import LOCAL_ERROR, SeededRand, case, document, outcome

_CHALLENGE = SeededRand("stamp")(32)
_COMMAND = "wait"


def cases() -> dict[str, Any]:
    """Made stamps, then checks."""
    return document("Stamps (section 3).", [*_made(), *_checked()])


def _made() -> list[dict[str, Any]]:
    made = []
    for difficulty in (0, 1, 7, 8, 9, 12, 14, stamp.MAX_DIFFICULTY + 1, 64):
        given = {
            "op": "make",
            "challenge": _CHALLENGE,
            "command": _COMMAND,
            "difficulty": difficulty,
        }
        got, x = outcome(partial(stamp.make, _CHALLENGE, _COMMAND, difficulty))
        out = None if x is None else {"x": x}
        made.append(case(f"make {difficulty}", "the first x from zero", given, out, got))
    short = {"op": "make", "challenge": bytes(31), "command": _COMMAND, "difficulty": 1}
    made.append(case("make with a short challenge", "31 bytes", short, None, "bad_length"))
    return made


def _checked() -> list[dict[str, Any]]:
    x = stamp.make(_CHALLENGE, _COMMAND, 12)
    other = bytes(reversed(_CHALLENGE))
    table = [
        ("fits", _CHALLENGE, _COMMAND, x, 12, "success"),
        ("fits less", _CHALLENGE, _COMMAND, x, 3, "success"),
        ("not enough", _CHALLENGE, _COMMAND, x, 20, "bad_proof"),
        ("another challenge", other, _COMMAND, x, 12, "bad_proof"),
        ("another command", _CHALLENGE, "account_begin", x, 12, "bad_proof"),
        ("another x", _CHALLENGE, _COMMAND, bytes(8), 12, "bad_proof"),
        ("x of 7 bytes", _CHALLENGE, _COMMAND, x[:7], 12, "bad_length"),
        ("x of 9 bytes", _CHALLENGE, _COMMAND, x + b"\x00", 12, "bad_length"),
        ("challenge of 31 bytes", _CHALLENGE[:31], _COMMAND, x, 12, "bad_length"),
        ("asked for 21", _CHALLENGE, _COMMAND, x, 21, LOCAL_ERROR),
    ]
    made = []
    for name, challenge, command, value, difficulty, want in table:
        got, _ = outcome(partial(stamp.check, challenge, command, value, difficulty))
        assert got == want, (name, got)
        given = {
            "op": "check",
            "challenge": challenge,
            "command": command,
            "x": value,
            "difficulty": difficulty,
        }
        made.append(case(f"check: {name}", "d zero bits", given, None, want))
    return made
