"""Recovery codes: drawn, written, read back as people type them, and refused."""

from __future__ import annotations

from functools import partial
from typing import Any

from crypto import recovery
from tests.vectors.make.common import SeededRand, case, document, outcome

# With ones and zeros in it, which people write as I, L and O.
_CODE = "10K7QM4T9X1W0ZB5H8RJ2N6CVD"
_WRITTEN = recovery.written(_CODE)


def cases() -> dict[str, Any]:
    """Codes from bits, what stands on the sheet, doors, and every way of mistyping."""
    return document("Recovery codes (section 3).", [*_drawn(), *_read(), *_refused()])


def _drawn() -> list[dict[str, Any]]:
    made = []
    for rand in (bytes(17), b"\xff" * 17, bytes(range(17)), SeededRand("code")(17)):
        code = recovery.new_code(lambda _, rand=rand: rand)  # type: ignore[misc]  # bound now
        out = {"code": code, "written": recovery.written(code), "door_id": recovery.door_id(code)}
        given = {"op": "new_code", "rand": rand}
        made.append(case(f"code of {rand[:3].hex()}", "130 bits", given, out))
    return made


def _read() -> list[dict[str, Any]]:
    table = [
        ("as written", _WRITTEN),
        ("without dashes", _WRITTEN.replace("-", "")),
        ("small letters", _WRITTEN.lower()),
        ("spaces and ends of lines", " " + _WRITTEN.replace("-", "\r\n\t ") + " "),
        ("other dashes", _WRITTEN.replace("-", "\u2013").replace("\u2013", "\u2010", 1)),
        ("letters for digits", _lookalikes(_WRITTEN)),
        ("small letters for digits", _lookalikes(_WRITTEN).lower()),
    ]
    out = {"code": _CODE}
    return [
        case(f"read {name}", "the same code", {"op": "read_code", "typed": typed}, out)
        for name, typed in table
    ]


def _lookalikes(written: str) -> str:
    changed = written.replace("1", "L").replace("0", "O")
    return changed.replace("L", "I", 1)


def _refused() -> list[dict[str, Any]]:
    other = "2" if _WRITTEN[0] != "2" else "3"
    table = [
        ("empty", "", "too_short"),
        ("only dashes", "- - -", "too_short"),
        ("27 symbols", _WRITTEN[:-1], "too_short"),
        ("29 symbols", _WRITTEN + "0", "too_long"),
        ("without its check symbols", _CODE, "too_short"),
        ("one symbol wrong", other + _WRITTEN[1:], "mistyped"),
        ("two neighbours swapped", _WRITTEN[1] + _WRITTEN[0] + _WRITTEN[2:], "mistyped"),
        ("a check symbol wrong", _WRITTEN[:-1] + ("2" if _WRITTEN[-1] != "2" else "3"), "mistyped"),
        ("the letter U", "U" + _WRITTEN[1:], "bad_character"),
        ("an umlaut", "Ä" + _WRITTEN[1:], "bad_character"),
        ("a long s", "\u017f" + _WRITTEN[1:], "bad_character"),
        ("a full-width digit", "\uff10" + _WRITTEN[1:], "bad_character"),
        ("a full stop", _WRITTEN.replace("-", "."), "bad_character"),
        ("a surrogate", "\ud800" + _WRITTEN[1:], "bad_character"),
    ]
    made = []
    for name, typed, want in table:
        got, _ = outcome(partial(recovery.read_code, typed))
        assert got == want, (name, got)
        made.append(case(name, "refused", {"op": "read_code", "typed": typed}, None, want))
    return made
