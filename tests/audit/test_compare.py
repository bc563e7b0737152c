"""Reports from several places: each difference is named, what may differ is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientlib.audit import cli
from clientlib.audit.check import Outcome, Result, State, Words
from clientlib.audit.report import Report
from tests.helpers.organisation import NOW_MS, sign_secret

SOME = Words(de="Etwas", en="Something")


def report(
    path: Path,
    *,
    page: str = "aa",
    size: int = 7,
    root: str = "r7",
    health: State = State.PASSED,
    by: str = "one",
) -> str:
    """Write a report of somebody who saw this, and return its name."""

    def result(check: str, state: State = State.PASSED, **facts: object) -> Result:
        seen = tuple((name, str(one)) for name, one in facts.items())
        outcome = Outcome(state=state, words=SOME, facts=seen)
        return Result(id=check, title=SOME, proves=SOME, cannot=SOME, outcome=outcome)

    whole = Report(
        kind="outside",
        subject=(("url", "https://beratung.example"),),
        began_ms=NOW_MS,
        ended_ms=NOW_MS,
        results=(
            result("files.served", **{"/p/leben/chat": page}),
            result("log.complete", size=size),
            result("log.signed", root=root),
            result("deletions.health", health),
        ),
    )
    path.write_bytes(whole.signed(sign_secret(by)))
    return str(path)


def test_places_that_saw_the_same_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reports = [report(tmp_path / f"{name}.json", by=name) for name in ("a", "b", "c")]
    # A log that has grown meanwhile is no difference.
    reports.append(report(tmp_path / "later.json", size=8, root="r8"))
    assert cli.main(["compare", *reports]) == 0
    assert "kein Unterschied" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("seen", "named"),
    [
        ({"page": "bb"}, "/p/leben/chat (files.served) ist verschieden"),
        ({"root": "other"}, "gleich lange Verzeichnisse"),
        ({"health": State.FAILED}, "deletions.health ist nicht überall gleich"),
    ],
)
def test_what_one_place_saw_and_the_other_did_not_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seen: dict[str, object], named: str
) -> None:
    usual, other = report(tmp_path / "a.json"), report(tmp_path / "b.json", **seen)  # type: ignore[arg-type]  # one of its options
    assert cli.main(["compare", usual, usual, other]) == 1
    said = capsys.readouterr().err
    assert named in said
    assert said.count("✗") == 1


def test_what_did_not_run_says_nothing_against_others(tmp_path: Path) -> None:
    usual = report(tmp_path / "a.json")
    other = report(tmp_path / "b.json", health=State.NOT_RUN)
    assert cli.main(["compare", usual, other]) == 0


def test_a_changed_report_is_compared_with_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usual, other = report(tmp_path / "a.json"), report(tmp_path / "b.json", page="bb")
    Path(other).write_bytes(Path(other).read_bytes().replace(b'"bb"', b'"aa"'))
    assert cli.main(["compare", usual, other]) == 2
    assert "Unterschrift passt nicht" in capsys.readouterr().err
    assert cli.main(["compare", usual]) == 2
