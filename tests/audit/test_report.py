"""Reports: signed in one form, drawn for people from it, and found out when changed."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from clientlib.audit import cli
from clientlib.audit.check import Finding, Outcome, Result, State, Words
from clientlib.audit.page import page_of, read_page
from clientlib.audit.report import BadReport, Report, read_report, render
from clientlib.audit.state import StateDir
from clientlib.terminal import UsageError
from crypto.keys import SignSecret
from tests.helpers.organisation import NOW_MS, sign_secret

AUDITOR = sign_secret("auditor")
HOSTILE = "<script>alert(1)</script>\u202e"


def words(text: str) -> Words:
    return Words(de=f"{text} deutsch", en=f"{text} english")


def result(state: State, **changed: Any) -> Result:
    finding = Finding(words=words("finding"), evidence=(("path", HOSTILE),))
    outcome = Outcome(state=state, words=words("tried"), findings=(finding,), found=3, **changed)
    return Result(
        id=f"a.{state.value}",
        title=words("title"),
        proves=words("proves"),
        cannot=words("cannot"),
        outcome=outcome,
        took_ms=12,
    )


def report(*states: State) -> Report:
    return Report(
        kind="outside",
        subject=(("url", "https://beratung.example"), ("fingerprint", "00" * 32)),
        began_ms=NOW_MS,
        ended_ms=NOW_MS + 60_000,
        results=tuple(result(one) for one in states or State),
    )


def test_a_report_is_read_as_it_was_signed() -> None:
    content = read_report(report().signed(AUDITOR))
    assert content["exit_status"] == 1
    assert content["counts"] == {state.value: 1 for state in State}
    assert content["checks"][0]["proves"] == {"de": "proves deutsch", "en": "proves english"}
    assert content["checks"][0]["findings"][0]["evidence"] == {"path": HOSTILE}


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b'"failed": 1', b'"failed": 0'),
        lambda raw: raw.replace(b'"exit_status": 1', b'"exit_status": 0'),
        lambda raw: raw.replace(b"proves deutsch", b"proves Deutsch"),
        # The same content in another form, which a reader of another program may judge otherwise.
        lambda raw: raw + b" ",
        lambda raw: raw.replace(b'"kind": "outside"', b'"kind": "inside", "kind": "outside"'),
        lambda raw: json.dumps(json.loads(raw)).encode(),
        lambda raw: raw.replace(b'"auditor"', b'"auditors"'),
        lambda raw: raw.replace(b'"signature": "', b'"signature": "00'),
    ],
)
def test_a_report_whose_signature_does_not_match_is_refused(change: Any) -> None:
    raw = report().signed(AUDITOR)
    assert change(raw) != raw
    with pytest.raises(BadReport):
        read_report(change(raw))


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"format": "other"}']
)
def test_what_is_no_report_is_refused(raw: bytes) -> None:
    with pytest.raises(BadReport):
        read_report(raw)


def test_a_report_signed_anew_by_somebody_else_names_their_key() -> None:
    content = json.loads(report().signed(AUDITOR))
    del content["signature"]
    forged = render({**content, "signature": "00" * 64})
    with pytest.raises(BadReport):
        read_report(forged)
    other = sign_secret("somebody else")
    assert read_report(report().signed(other))["auditor"] != content["auditor"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_says_what_was_signed_and_runs_nothing(language: str) -> None:
    page = page_of(report().signed(AUDITOR), language)
    text = page.decode("utf-8")
    for said in ("title", "tried", "proves", "cannot", "finding"):
        assert f"{said} {'deutsch' if language == 'de' else 'english'}" in text
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "default-src 'none'" in text
    assert "src=" not in text
    assert "@import" not in text
    assert read_page(page)["counts"][State.FAILED] == 1


@pytest.mark.parametrize("state", list(State))
def test_only_what_passed_shows_something_and_only_what_failed_is_wrong(state: State) -> None:
    page = page_of(report(state).signed(AUDITOR), "en").decode("utf-8")
    assert ("What this shows" in page, "What passing would show" in page) == (
        state is State.PASSED,
        state is not State.PASSED,
    )
    is_told = state is not State.BROKEN
    assert ("finding english" in page, "What is not right" in page) == (is_told, is_told)
    # Why something could not run can be looked up all the same.
    assert page.count("Technical details") == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b"nicht bestanden", b"bestanden", 1),
        lambda raw: raw.replace(b"finding deutsch", b"nothing at all", 1),
        lambda raw: raw.replace(b'lang="de"', b'lang="en"', 1),
        lambda raw: raw.replace(b"</main>", b"<p>Alles gut.</p></main>"),
        lambda raw: raw.replace(b'id="signed">', b'id="signed">AAAA'),
        lambda raw: raw.replace(b'id="signed"', b'id="unsigned"'),
    ],
)
def test_a_page_that_says_something_else_is_refused(change: Any) -> None:
    page = page_of(report().signed(AUDITOR))
    assert change(page) != page
    with pytest.raises(BadReport):
        read_page(change(page))


def test_verify_names_the_file_whose_signature_does_not_match(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = report(State.PASSED).signed(AUDITOR)
    good, page, bad = (tmp_path / name for name in ("good.json", "good.html", "bad.json"))
    good.write_bytes(raw)
    page.write_bytes(page_of(raw))
    bad.write_bytes(raw.replace(b'"passed": 1', b'"passed": 2'))
    assert cli.main(["verify", str(good), str(page)]) == 0
    assert cli.main(["verify", str(good), str(bad)]) == 1
    said = capsys.readouterr()
    assert f"✗ {bad}: Die Unterschrift passt nicht" in said.err
    assert str(good) not in said.err
    assert cli.main(["verify", str(good), "--auditor", "11" * 32]) == 1
    assert cli.main(["verify", str(good), "--auditor", "11"]) == 2
    assert cli.main(["verify", str(tmp_path / "missing")]) == 2
    with pytest.raises(SystemExit) as ended:
        cli.main(["no-such-command"])
    assert ended.value.code == 2


def test_the_auditors_key_is_drawn_once_and_readable_by_nobody_else(tmp_path: Path) -> None:
    state = StateDir(tmp_path / "state")
    first = state.key()
    assert StateDir(tmp_path / "state").key() == first
    assert isinstance(first, SignSecret)
    assert stat.S_IMODE((state.path / "auditor.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(state.path.stat().st_mode) == 0o700
    (state.path / "auditor.key").write_text("no key", "ascii")
    with pytest.raises(UsageError):
        state.key()


def test_a_folder_that_others_may_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    with pytest.raises(UsageError, match="chmod 700"):
        StateDir(tmp_path / "open")


def test_what_is_kept_is_whole_private_and_refused_when_damaged(tmp_path: Path) -> None:
    state = StateDir(tmp_path / "state")
    assert state.load("pin") == {}
    state.save("pin", {"size": 1})
    state.save("pin", {"size": 2})
    assert state.load("pin") == {"size": 2}
    assert state.names("p") == ("pin",)
    assert stat.S_IMODE((state.path / "pin.json").stat().st_mode) == 0o600
    for damaged in ("{", "[]"):
        (state.path / "pin.json").write_text(damaged, "utf-8")
        with pytest.raises(UsageError):
            state.load("pin")
    state.forget("pin")
    assert state.load("pin") == {}
