"""The day's list of tombs, and what a member concludes from it: each lie with its verdict."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from crypto import daylist, evidence
from crypto.daylist import Grave
from crypto.encoding import encode
from crypto.entry import Entry, EntryState, ended, gone
from crypto.publication import Deletions
from tests.vectors.make.common import SeededRand, case, document, outcome

_RAND = SeededRand("evidence")
_DAY = 20_833
_DAY_MS = 86_400_000
_HOUR = 24 * _DAY
_TOMBS = [_RAND(32) for _ in range(5)]
_BOX16, _HEAD = _RAND(16), _RAND(32)
_CLOSE_MINUTE = _DAY * 1440 - 2 * 1440 + 610
_MINE = _TOMBS[0]


def cases() -> dict[str, Any]:
    """Lists read and refused, roots, tombs of entries, verdicts of a day and of all days."""
    return document(
        "The public list of deletions (section 8): lists are text, tombs and roots hex.",
        [*_lists(), *_refused_lists(), *_tombs(), *_days(), *_judged(), *_unnamed()],
    )


def _grave(number: int, hour: int = 0) -> Grave:
    return Grave(tomb=_TOMBS[number], hour=_HOUR + hour)


def _text(*graves: Grave) -> str:
    return daylist.write(graves).decode("ascii")


def _facts(graves: tuple[Grave, ...]) -> dict[str, Any]:
    named = [[one.tomb, one.hour] for one in graves]
    return {"graves": named, "root": daylist.root(graves)}


def _lists() -> list[dict[str, Any]]:
    made = []
    for count in range(6):
        graves = tuple(sorted(_grave(n, hour=23 * (n % 2)) for n in range(count)))
        given = {"op": "read", "day": _DAY, "text": _text(*graves)}
        made.append(case(f"a list of {count}", "and its root", given, _facts(graves)))
    return made


def _refused_lists() -> list[dict[str, Any]]:
    good, line = _text(_grave(0), _grave(1)), _text(_grave(0))
    first, second = good.splitlines(keepends=True)
    table = [
        ("no last newline", good[:-1]),
        ("an empty line", line + "\n"),
        ("a newline alone", "\n"),
        ("out of order", second + first),
        ("one line twice", first + first),
        ("one tomb at two hours", line + line.replace(f" {_HOUR}", f" {_HOUR + 1}")),
        ("capitals", line.replace(_MINE.hex(), _MINE.hex().upper())),
        ("a tomb too short", line[2:]),
        ("a tomb too long", "00" + line),
        ("two blanks", line.replace(" ", "  ")),
        ("a blank at the end", line.replace("\n", " \n")),
        ("carriage return", line.replace("\n", "\r\n")),
        ("no hour", f"{_MINE.hex()} \n"),
        ("a leading zero", line.replace(f" {_HOUR}", f" 0{_HOUR}")),
        ("a sign", line.replace(f" {_HOUR}", f" +{_HOUR}")),
        ("an hour of the day before", _text(_grave(0, -1))),
        ("an hour of the day after", _text(_grave(0, 24))),
        ("digits of another script", line.replace(str(_HOUR), "٤٩٩٩٩٢")),
        ("not a list", "<!doctype html>"),
    ]
    made = []
    for name, text in table:
        got, _ = outcome(partial(daylist.read, text.encode("utf-8"), _DAY))
        assert got == "not_canonical", (name, got)
        made.append(case(name, "", {"op": "read", "day": _DAY, "text": text}, None, got))
    return made


def _tombs() -> list[dict[str, Any]]:
    plain = Entry(
        box16=_BOX16,
        kind=1,
        state=EntryState.OPEN,
        key_context=_BOX16,
        secrets=(),
        pin_n=3,
        pin_chain=_RAND(32),
        counter=1,
        settings=b"",
    )
    over = ended(plain, _CLOSE_MINUTE, 7, _HEAD)
    table = [
        ("an open one", plain),
        ("its end was seen", over),
        ("its end was seen, with settings of two", replace(over, settings=encode([1, 2]))),
        ("gone, and its end was seen", gone(over, _CLOSE_MINUTE + 9_000, 0, bytes(32))),
        ("gone unseen", gone(plain, _CLOSE_MINUTE + 9_000, 3, _HEAD)),
        ("moved", gone(over, _CLOSE_MINUTE, 7, _HEAD, is_moved=True)),
    ]
    made = []
    for name, one in table:
        given = {
            "op": "tomb_of",
            "box16": one.box16,
            "state": int(one.state),
            "settings": one.settings,
            "pin_chain": one.pin_chain,
            "close_minute": one.close_minute,
        }
        out = {"tomb": evidence.tomb_of(one) or b""}
        made.append(case(f"the tomb of {name}", "empty where nobody can know it", given, out))
    return made


def _days() -> list[dict[str, Any]]:
    made = []
    for name, now_ms in (
        ("the day of the close", _CLOSE_MINUTE * 60_000),
        ("two days later", _DAY * _DAY_MS),
        ("a clock before the close", (_DAY - 4) * _DAY_MS),
        ("so much later that some lists are gone", (_DAY + 89) * _DAY_MS),
    ):
        given = {"op": "days_of", "close_minute": _CLOSE_MINUTE, "now_ms": now_ms}
        out = {"days": list(evidence.days_of(_CLOSE_MINUTE, now_ms))}
        made.append(case(f"days to look at: {name}", "", given, out))
    return made


def _stated(*graves: Grave, count: int | None = None) -> Deletions:
    return Deletions(
        day=_DAY, count=len(graves) if count is None else count, root=daylist.root(graves)
    )


def _judged() -> list[dict[str, Any]]:
    mine, others = _grave(0, 11), [_grave(1), _grave(2, 5)]
    whole, without = _text(mine, *others), _text(*others)
    end_ms = (_DAY + 1) * _DAY_MS
    night_ms, late_ms = end_ms + 3_599_999, end_ms + 3_600_000
    right = _stated(mine, *others)
    table: list[tuple[str, str | None, Deletions | None, int]] = [
        ("the list of the present day names it", whole, None, end_ms - 1),
        ("the day is over, its root is due within the hour", whole, None, night_ms),
        ("the list names it, and the log has its root", whole, right, late_ms),
        ("alone in the list", _text(mine), _stated(mine), late_ms),
        ("the list does not name it", without, _stated(*others), late_ms),
        ("an empty day", "", _stated(), late_ms),
        ("no list and no root", None, None, late_ms),
        ("LIE: it is in a list that the log does not have", whole, None, late_ms),
        ("LIE: put into the list after the root", whole, _stated(*others), late_ms),
        ("LIE: taken out of the list after the root", without, right, late_ms),
        ("LIE: another hour than in the log", _text(_grave(0, 2), *others), right, late_ms),
        ("LIE: the list is held back", None, right, late_ms),
        ("LIE: another number", whole, _stated(mine, *others, count=4), late_ms),
        ("LIE: no list at all", "<!doctype html>", right, late_ms),
        ("LIE: no list, and no root", "<!doctype html>", None, late_ms),
    ]
    made = []
    for name, text, stated, now_ms in table:
        raw = None if text is None else text.encode("ascii")
        found = evidence.judge_day(_MINE, _DAY, raw, stated, now_ms)
        given = {
            "op": "judge_day",
            "tomb": _MINE,
            "day": _DAY,
            "text": text,
            "stated": None if stated is None else [stated.count, stated.root],
            "now_ms": now_ms,
        }
        out = {"found": None if found is None else [found.evidence.value, found.hour]}
        made.append(case(name, "null: it says nothing", given, out))
    return made


def _unnamed() -> list[dict[str, Any]]:
    due_ms = (_CLOSE_MINUTE + 48 * 60) * 60_000
    table = [
        ("right after the close", False, _CLOSE_MINUTE * 60_000),
        ("not yet due", False, due_ms - 1),
        ("due, and clocks differ", False, due_ms + 599_999),
        ("LIE: due, and nowhere", False, due_ms + 600_000),
        ("LIE: due, and a list was not true", True, due_ms + 600_000),
        ("not yet due, and a list was not true", True, due_ms - 1),
        ("due for ninety days", False, due_ms + 90 * _DAY_MS),
        ("its list is published no more", False, due_ms + 91 * _DAY_MS),
    ]
    made = []
    for name, seen_false, now_ms in table:
        found = evidence.unnamed(_CLOSE_MINUTE, 48, seen_false, now_ms)
        given = {
            "op": "unnamed",
            "close_minute": _CLOSE_MINUTE,
            "retention_hours": 48,
            "seen_false": int(seen_false),
            "now_ms": now_ms,
        }
        out = {"found": [found.evidence.value, found.hour]}
        made.append(case(name, "no list names it", given, out))
    return made
