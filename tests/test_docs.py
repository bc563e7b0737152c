"""What documents promise: links lead somewhere, every command and setting is named."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from clientlib import cli
from crypto.wire.errors import ErrorCode
from e2e_server.config import SETTINGS
from tests import claims as claimed
from tests import make_generated
from tests.claims.known import exists

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "tests/vectors/*.md")
    for path in ROOT.glob(pattern)
    if "node_modules" not in path.parts
)
_LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
_TEST = re.compile(r"- `(tests/[^`]+)`")
_CLAIM = re.compile(r"- \[([a-z-]+)\]\(claims\.md#([a-z-]+)\)")
_DECISION = re.compile(r"[0-9]{4}-[a-z0-9-]+\.md")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path: Path) -> None:
    targets = [one for one in _LINK.findall(path.read_text("utf-8")) if ":" not in one]
    missing = [one for one in targets if not (path.parent / one).exists()]
    assert missing == []


def test_generated_files_are_what_their_sources_say() -> None:
    assert make_generated.stale() == []


def test_the_index_names_every_document() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    documents = [
        path.relative_to(ROOT / "docs").as_posix()
        for pattern in ("*.md", "decisions/*.md")
        for path in (ROOT / "docs").glob(pattern)
        if path.name != "README.md"
    ]
    assert [name for name in documents if f"({name})" not in index] == []


def test_decisions_are_numbered_once_and_have_a_status() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").iterdir())
    assert all(_DECISION.fullmatch(path.name) for path in decisions)
    numbers = [path.name[:4] for path in decisions]
    assert len(numbers) == len(set(numbers))
    for path in decisions:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {path.name[:4]} "), path.name
        assert re.search(r"^Status: (open|accepted|rejected|replaced)", text, re.MULTILINE), (
            path.name
        )


def test_the_readme_names_its_two_commands_and_the_missing_review() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for command in ("run", "test", "check"):
        assert f"make {command}" in readme
        assert f"\n{command}:" in makefile
    assert "Noch nicht unabhängig geprüft" in readme
    assert "Not yet independently reviewed" in readme


def test_continuous_integration_runs_what_the_readme_says() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    assert lines[-1] == "make test"


def commands_of(parser: argparse.ArgumentParser, before: str) -> Iterator[str]:
    """Yield every command with its steps, as people type it."""
    groups = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    for group in groups:
        for name, inner in group.choices.items():
            yield from commands_of(inner, f"{before} {name}")
    if not groups:
        yield before


def test_every_command_of_the_terminal_client_is_described() -> None:
    described = " ".join((ROOT / "docs" / "organisation.md").read_text("utf-8").split())
    names = list(commands_of(cli.parser(), "vieraugen"))
    assert len(names) >= 18
    assert [name for name in names if name not in described] == []


def test_every_setting_is_in_the_sample_and_every_refusal_in_the_spec() -> None:
    sample = (ROOT / "config.toml").read_text("utf-8")
    assert all(f"\n{setting.name} = " in sample for setting in SETTINGS)
    spec = (ROOT / "docs" / "spec" / "wire.md").read_text("utf-8")
    assert all(f"`{code.value}`" in spec for code in ErrorCode)


def test_the_glossary_has_each_word_once() -> None:
    rows = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    words = [
        word
        for row in rows
        if row.startswith("| ") and not row.startswith("| Word")
        for word in row.split("|")[1].strip().split(", ")
    ]
    assert len(words) > 50
    assert len(words) == len(set(words))
    for word in ("seeker", "counsellor", "portal", "box", "ticket", "envelope", "frame", "cursor"):
        assert word in words


def adversaries() -> list[str]:
    """Return the sections of the threat model but the open list and the English ones."""
    model = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
    return model.split("\n## ")[1:-2]


def test_every_adversary_has_both_lists() -> None:
    assert len(adversaries()) >= 14
    for section in adversaries():
        assert "\nKann:\n- " in section, section.splitlines()[0]
        assert "\nKann nicht:\n- " in section, section.splitlines()[0]


def test_what_an_adversary_can_and_cannot_is_shown_by_tests_that_exist() -> None:
    claims = {claim.id for group in claimed.load() for claim in group.claims}
    for section in adversaries():
        name = section.splitlines()[0]
        shown = section.partition("\nBelege:\n")[2].split("\n")
        assert shown[0], name
        for line in filter(None, shown):
            test, claim = _TEST.fullmatch(line), _CLAIM.fullmatch(line)
            assert test or claim, f"{name}: {line}"
            assert not test or exists(test[1]), f"{name}: {line}"
            assert not claim or claim[1] == claim[2] in claims, f"{name}: {line}"


def test_what_is_open_says_what_would_close_it() -> None:
    model = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
    section = model.split("\n## ")[-2]
    assert section.startswith("Was nicht geschützt und was noch nicht bewiesen ist\n")
    lines = section.split("\n- [")[1:]
    assert len(lines) >= 15
    for line in lines:
        assert line.startswith((" ] **", "x] **")), line
        assert "*Schließen würde es:*" in " ".join(line.split()), line


def test_no_file_of_the_set_up_names_this_machine_or_a_registry() -> None:
    for name in ("Makefile", ".ci/run", "README.md", "clientlib/demo.py", "web/.npmrc"):
        text = (ROOT / name).read_text("utf-8")
        assert not re.search(r"https?://(?!127\.0\.0\.1)[a-z0-9.-]+", text), name
        assert not re.search(r"/(work|tmp|home|root)/", text), name
