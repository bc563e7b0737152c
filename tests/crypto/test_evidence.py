"""The day's list and what a member concludes from it, against the vectors both clients share."""

from __future__ import annotations

import pytest

from crypto import daylist, evidence
from crypto.daylist import Grave
from crypto.entry import Entry, EntryState
from crypto.errors import LocalError
from crypto.evidence import Evidence, Found
from crypto.publication import Deletions
from tests.helpers.vectors import Case, assert_reproduced, name_of, vectors


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("evidence")


@pytest.mark.parametrize("case", vectors("evidence", "read"), ids=name_of)
def test_read(case: Case) -> None:
    def read() -> dict[str, object]:
        graves = daylist.read(case.given["text"].encode("utf-8"), case.given["day"])
        named = [[one.tomb, one.hour] for one in graves]
        assert daylist.write(reversed(graves)) == case.given["text"].encode("utf-8")
        return {"graves": named, "root": daylist.root(graves)}

    case.check(read)


def test_no_tomb_is_written_twice() -> None:
    with pytest.raises(LocalError):
        daylist.write([Grave(tomb=bytes(32), hour=1), Grave(tomb=bytes(32), hour=2)])


def test_tombs_that_begin_alike_are_two() -> None:
    graves = [Grave(tomb=bytes(31) + last, hour=1) for last in (b"\1", b"\2")]
    assert daylist.write(graves).count(b"\n") == 2


@pytest.mark.parametrize("case", vectors("evidence", "tomb_of"), ids=name_of)
def test_tomb_of(case: Case) -> None:
    entry = Entry(
        box16=case.bytes_of("box16"),
        kind=1,
        state=EntryState(case.given["state"]),
        key_context=b"",
        secrets=(),
        pin_n=0,
        pin_chain=case.bytes_of("pin_chain"),
        counter=0,
        settings=case.bytes_of("settings"),
        close_minute=case.given["close_minute"],
    )
    case.check(lambda: {"tomb": evidence.tomb_of(entry) or b""})


@pytest.mark.parametrize("case", vectors("evidence", "days_of"), ids=name_of)
def test_days_of(case: Case) -> None:
    given = case.given
    case.check(lambda: {"days": list(evidence.days_of(given["close_minute"], given["now_ms"]))})


@pytest.mark.parametrize("case", vectors("evidence", "judge_day"), ids=name_of)
def test_judge_day(case: Case) -> None:
    given = case.given
    raw = None if given["text"] is None else given["text"].encode("ascii")
    stated = None
    if given["stated"]:
        count, root = given["stated"]
        stated = Deletions(day=given["day"], count=count, root=bytes.fromhex(root))
    found = evidence.judge_day(case.bytes_of("tomb"), given["day"], raw, stated, given["now_ms"])
    case.check(lambda: {"found": _plain(found)})


@pytest.mark.parametrize("case", vectors("evidence", "unnamed"), ids=name_of)
def test_unnamed(case: Case) -> None:
    given = case.given
    found = evidence.unnamed(
        given["close_minute"],
        given["retention_hours"],
        bool(given["seen_false"]),
        given["now_ms"],
    )
    case.check(lambda: {"found": _plain(found)})


def test_every_lie_of_the_vectors_is_an_alarm_or_names_nothing() -> None:
    lies = [one for op in ("judge_day", "unnamed") for one in vectors("evidence", op)]
    lies = [one for one in lies if one.name.startswith("LIE")]
    assert len(lies) == 10
    for one in lies:
        assert Evidence(one.out["found"][0]).is_alarm, one.name


def _plain(found: Found | None) -> list[object] | None:
    return None if found is None else [found.evidence.value, found.hour]
