"""The guide for auditors: each command that documents name exists, with each of its options."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from clientlib import cli as client
from clientlib.audit import cli as audit
from clientlib.audit import outside_cli
from e2e_server import cli as server
from tests.claims import auditpage

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("README.md", "docs/audit.md")
_PROGRAMS = {
    "audit": re.compile(r"(?:\.venv/bin/)?python -m clientlib\.audit (.+)"),
    "server": re.compile(r"e2e-server (.+)"),
    "client": re.compile(r"(?:\.venv/bin/)?vieraugen (.+)"),
    "make": re.compile(r"make (.+)"),
}
_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
_OPTION = re.compile(r"--[a-z-]+")


def commands_in(text: str) -> list[tuple[str, str]]:
    """Return each command of a document: which program, and what follows its name."""
    blocks = [block.replace("\\\n", " ") for block in _BLOCK.findall(text)]
    lines = [line for block in blocks for line in block.splitlines()]
    lines += [" ".join(code.split()) for code in _CODE.findall(_BLOCK.sub("", text))]
    return [
        (program, found[1].split(" #")[0].strip())
        for line in lines
        for program, pattern in _PROGRAMS.items()
        if (found := pattern.search(line))
    ]


def help_of(program: str, words: list[str]) -> str:
    """Return what a command says about its options; SystemExit(2) where there is none."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        if program == "server":
            server._parser().parse_args([words[0], "--help"])
        elif program == "client":
            # Said before the command, for every command.
            words = words[2:] if words[0] == "--site" else words
            steps = words[: 1 + (words[0] in ("org", "team"))]
            client.parser().parse_args([*steps, "--help"])
        elif words[0] in audit.COMMANDS:
            steps = words[: 1 + (words[1:2] == ["box"])]
            audit.COMMANDS[steps[0]]([*steps[1:], "--help"])
        else:
            outside_cli.main(audit.PROGRAM, ["--help"])
    return said.getvalue()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_and_option_exists(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    commands = commands_in((ROOT / name).read_text("utf-8"))
    assert {program for program, _ in commands} >= {"audit", "server", "make"}
    for program, rest in commands:
        if program == "make":
            assert f"\n{rest.split()[0]}:" in makefile, rest
            continue
        words = [one for one in shlex.split(rest) if one != "…"]
        options = {one for one in words if _OPTION.fullmatch(one)} - {"--site"}
        known = set(_OPTION.findall(help_of(program, [*words, ""])))
        assert "--help" in known, f"{program} {rest}"
        assert options <= known, f"{program} {rest}"


def test_a_command_that_does_not_exist_is_noticed() -> None:
    text = "`python -m clientlib.audit URL --invented` and\n```\ne2e-server nothing --out x\n```\n"
    assert commands_in(text) == [("server", "nothing --out x"), ("audit", "URL --invented")]
    assert "--invented" not in help_of("audit", ["URL", "--invented"])
    assert help_of("server", ["nothing"]) == ""


def test_every_command_of_the_audit_is_in_the_guide() -> None:
    named = {
        rest.split()[0]
        for program, rest in commands_in((ROOT / "docs" / "audit.md").read_text("utf-8"))
        if program == "audit"
    }
    assert set(audit.COMMANDS) <= named


def test_what_audit_checks_prove_is_linked_where_it_stands() -> None:
    page = auditpage.render()
    headings = re.findall(r"^### (.+)$", page, re.MULTILINE)
    assert len(headings) >= 30
    claims = (ROOT / "docs" / "claims.md").read_text("utf-8")
    linked = set(re.findall(r"audit-checks\.md#([a-z]+)", claims))
    assert linked
    assert linked <= {auditpage.anchor(one) for one in headings}
