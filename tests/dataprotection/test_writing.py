"""`e2e-server data-protection`: what it writes, and the one sentence when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from e2e_server import cli
from e2e_server.config import Settings
from e2e_server.dataprotection import DOCUMENTS
from tests.helpers.organisation import Organisation
from tests.helpers.server import portal_entry, site_json


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration and a site.json, and nothing else: no database, no keeper, no key."""
    organisation = Organisation()
    site = site_json(organisation, [portal_entry(organisation)], Settings())
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "site.json").write_text(json.dumps(site), "utf-8")
    path = tmp_path / "config.toml"
    path.write_text("", "utf-8")
    return path


def run(config: Path, out: Path, *more: str) -> int:
    return cli.main(["--config", str(config), "data-protection", "--out", str(out), *more])


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def test_it_writes_ten_files_and_names_them(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "papers" / "new"
    assert run(config, out) == 0
    names = sorted(f"{name}.{kind}" for name in DOCUMENTS for kind in ("md", "html"))
    assert capsys.readouterr().out.split() == [str(out / name) for name in names]
    assert sorted(contents(out)) == names
    first = contents(out)
    # Again: the same bytes, and no complaint.
    assert run(config, out) == 0
    assert contents(out) == first


def test_what_somebody_has_written_is_never_overwritten(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "papers"
    assert run(config, out) == 0
    (out / "loeschkonzept.md").write_text("Von Hand ergänzt.\n", "utf-8")
    (out / "massnahmen.md").unlink()
    held = contents(out)
    assert run(config, out) == 1
    assert "loeschkonzept.md is there already and says something else" in capsys.readouterr().err
    assert contents(out) == held


def test_a_missing_configuration_is_told(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "none.toml", tmp_path / "out") == 1
    assert "none.toml cannot be read" in capsys.readouterr().err
    config.write_text('chat_minutes = "viel"\n', "utf-8")
    assert run(config, tmp_path / "out") == 1
    assert "chat_minutes must be a whole number" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_missing_or_bad_site_is_told(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "data" / "site.json"
    good = json.loads(site.read_text("utf-8"))
    bad = {name: value for name, value in good.items() if name != "operator"}
    for text, words in (
        (None, "site.json cannot be read"),
        ("{", "site.json is not JSON"),
        (json.dumps(bad), "operator"),
    ):
        site.unlink() if text is None else site.write_text(text, "utf-8")
        assert run(config, tmp_path / "out") == 1
        assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_pages_that_promise_something_else_stop_it(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text("retention_hours = 24\n", "utf-8")
    assert run(config, tmp_path / "out") == 1
    assert "site.json promises retention_hours 48" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_another_site_file_may_be_named(config: Path, tmp_path: Path) -> None:
    moved = tmp_path / "published.json"
    (tmp_path / "data" / "site.json").rename(moved)
    assert run(config, tmp_path / "out") == 1
    assert run(config, tmp_path / "out", "--site", str(moved)) == 0


def test_a_folder_that_cannot_be_written_is_told(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    assert run(config, tmp_path / "file" / "out") == 1
    assert "cannot be written" in capsys.readouterr().err
