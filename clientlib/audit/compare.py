"""Reports from several places side by side: what one was shown and another was not.

A service that serves altered files, or another log, to a few people cannot be caught from one place
alone. Compared are the facts that each check noted, and how each check ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clientlib.audit.check import State, Words

# What must be the same for everybody at any time; other facts may change as the service goes on.
_FIXED = ("files.served", "files.logged", "log.organisation")
_LOG_SIZE, _LOG_ROOT = ("log.complete", "size"), ("log.signed", "root")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that the places do not agree on; `seen`: what each saw, in the given order."""

    what: Words
    seen: tuple[str, ...]


def differences(reports: Sequence[dict[str, Any]]) -> tuple[Difference, ...]:
    """Return every difference between reports of one service (contents that were read)."""
    facts = [_facts(one) for one in reports]
    found = []
    for check, name in sorted({key for one in facts for key in one if key[0] in _FIXED}):
        seen = tuple(one.get((check, name), "–") for one in facts)
        # A check that did not run at one place says nothing against the others.
        if len({one for one in seen if one != "–"}) > 1:
            words = Words(de=f"{name} ({check}) ist verschieden", en=f"{name} ({check}) differs")
            found.append(Difference(what=words, seen=seen))
    found += _logs(facts)
    for check in sorted({one["id"] for report in reports for one in report["checks"]}):
        states = tuple(_state(report, check) for report in reports)
        judged = {one for one in states if one in (State.PASSED, State.FAILED)}
        if len(judged) > 1:
            words = Words(
                de=f"{check} ist nicht überall gleich ausgegangen",
                en=f"{check} did not end alike everywhere",
            )
            found.append(Difference(what=words, seen=states))
    return tuple(found)


def _logs(facts: Sequence[dict[tuple[str, str], str]]) -> list[Difference]:
    """Two logs of one size under two roots; of another size they are judged by `log.history`."""
    roots: dict[str, set[str]] = {}
    for one in facts:
        if _LOG_SIZE in one and _LOG_ROOT in one:
            roots.setdefault(one[_LOG_SIZE], set()).add(one[_LOG_ROOT])
    if all(len(one) == 1 for one in roots.values()):
        return []
    seen = tuple(f"{one.get(_LOG_SIZE, '–')} {one.get(_LOG_ROOT, '–')}" for one in facts)
    words = Words(
        de="Zwei Orte sahen gleich lange Verzeichnisse mit verschiedenem Inhalt",
        en="Two places saw logs of one length with different content",
    )
    return [Difference(what=words, seen=seen)]


def _facts(report: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {
        (one["id"], name): value for one in report["checks"] for name, value in one["facts"].items()
    }


def _state(report: dict[str, Any], check: str) -> str:
    return next((str(one["state"]) for one in report["checks"] if one["id"] == check), "–")
