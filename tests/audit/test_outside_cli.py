"""The command as people and cron run it: exit status, reports, what is said."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import pytest

from clientlib.audit import outside_cli
from clientlib.audit.claims import OUTSIDE
from clientlib.audit.outside import Wanted
from clientlib.audit.page import read_page
from clientlib.audit.report import read_report
from clientlib.terminal import UsageError
from crypto import fingerprint
from crypto.primitives import sign_public
from tests.audit.faults import Changed, other_body
from tests.audit.stand import Stand, stand

ROOT = Path(__file__).parents[2]


async def run(found: Stand, folder: Path, *more: str) -> int:
    """Run the command against the stand, on its clock."""
    org = found.organisation
    keys = sign_public(org.root), sign_public(org.standby)
    words = " ".join(fingerprint.organisation_words(*keys, "de"))
    arguments = [found.tamperer.url, "--fingerprint", words, "--visitors", "2"]
    state = ["--state", str(folder / "state")]
    options = outside_cli.parser("audit").parse_args([*arguments, *state, *more])
    return await outside_cli.run(options, found.server.clock.now_ms)


def checkout_of(found: Stand) -> Path:
    """A checkout of the program whose pages are those of the stand."""
    checkout = found.folder / "checkout"
    for name in ("e2e_server", "crypto"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(found.web_root, checkout / "web")
    shutil.copy(ROOT / "schema.sql", checkout)
    return checkout


async def test_a_whole_run_with_a_build_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with stand(tmp_path) as found:
        checkout = checkout_of(found)
        page, report = tmp_path / "report.html", tmp_path / "report.json"
        outputs = ("--html", str(page), "--json", str(report), "--checkout", str(checkout))
        assert await run(found, tmp_path, *outputs) == 0
        said = capsys.readouterr().out
        # Without an access of the auditor's no trial is played, and there is none of before.
        passed = len(OUTSIDE) - 3
        assert f"{passed} bestanden, 3 nicht gelaufen." in said
        assert f"✓ [1/{len(OUTSIDE)}]" in said
        content = read_report(report.read_bytes())
        assert content["counts"]["passed"] == passed
        assert read_page(page.read_bytes()) == content
        # The program in the auditor's hands is another one.
        (checkout / "web/js/core/start.js").write_text("export const other = 1;\n", "utf-8")
        assert await run(found, tmp_path, *outputs, "--quiet") == 1
        said = capsys.readouterr().err
        assert "(files.rebuilt)" in said
        assert "js/core/start.js" in said
        assert said.count("✗") == 1
        # It cannot be built at all: that is not a verdict about the service.
        (checkout / "web/templates/exit.html").unlink()
        assert await run(found, tmp_path, *outputs, "--quiet") == 2
        assert "! [" in capsys.readouterr().err
        found.tamperer.plant(Changed("/p/leben", other_body))
        release = ("--release", str(tmp_path / "MANIFEST.code.json"))
        assert await run(found, tmp_path, "--json", str(report), *release, "--quiet") == 1
        failed = [one["id"] for one in read_report(report.read_bytes())["checks"] if one["found"]]
        assert failed == ["files.served"]


async def test_a_service_that_does_not_answer_is_no_failed_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["http://127.0.0.1:1", "--fingerprint", "00" * 32, "--state", str(tmp_path / "s")]
    report = ["--json", str(tmp_path / "r.json"), "--quiet"]
    parsed = outside_cli.parser("audit").parse_args([*options, *report])
    assert await outside_cli.run(parsed, lambda: 7) == 2
    assert "Der Dienst antwortet nicht" in capsys.readouterr().err
    assert json.loads((tmp_path / "r.json").read_bytes())["counts"]["failed"] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["ftp://beratung.example", "--fingerprint", "00" * 32],
        ["beratung.example", "--fingerprint", "00" * 32],
        ["http://127.0.0.1:1", "--fingerprint", "00" * 31],
        ["http://127.0.0.1:1", "--fingerprint", "eins zwei drei"],
        ["http://127.0.0.1:1", "--fingerprint", "00" * 32, "--visitors", "0"],
        ["http://127.0.0.1:1", "--fingerprint", "00" * 32, "--over", "-1"],
        ["http://127.0.0.1:1", "--fingerprint", "00" * 32, "--release", "/no/such/file"],
        ["http://127.0.0.1:1", "--fingerprint", "00" * 32, "--json", "/no/such/folder/r.json"],
    ],
)
async def test_what_cannot_be_used_is_said_before_anything_is_asked(
    tmp_path: Path, arguments: list[str]
) -> None:
    state = ["--state", str(tmp_path / "state")]
    options: argparse.Namespace = outside_cli.parser("audit").parse_args([*arguments, *state])
    with pytest.raises(UsageError):
        await outside_cli.run(options, lambda: 7)


def test_a_fingerprint_is_taken_in_both_forms() -> None:
    assert Wanted.parse("AB" * 32).raw == b"\xab" * 32
    eight = "eins zwei drei vier fünf sechs sieben acht"
    assert Wanted.parse(eight.upper().replace(" ", ", ")).words == tuple(eight.split())
