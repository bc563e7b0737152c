"""The guide for operators: every command, option and setting that it names is there."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from clientlib import cli as client_cli
from e2e_server import cli as server_cli
from e2e_server.config import parse

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "operations.md"
TEXT = GUIDE.read_text("utf-8")
_BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = _BLOCK.findall(TEXT)
# What stands in backticks, over line ends too, and the lines of units.
SPANS = [" ".join(one.split()) for one in re.findall(r"`([^`]+)`", _BLOCK.sub("", TEXT))]
LINES = [line.strip() for block in BLOCKS for line in block.splitlines()]
COMMAND = re.compile(r"^(?:ExecStart=)?(?:\S*/)?(e2e-server|vieraugen) (.+)$")
COMMANDS = [found.groups() for one in (*SPANS, *LINES) if (found := COMMAND.match(one))]
PARSERS = {"e2e-server": server_cli._parser, "vieraugen": client_cli.parser}


def check(parser: argparse.ArgumentParser, words: list[str]) -> str:
    """Walk down the verbs; name the first word that no parser knows, or nothing."""
    options = {name for one in parser._actions for name in one.option_strings}
    verbs = next(
        (one for one in parser._actions if isinstance(one, argparse._SubParsersAction)), None
    )
    while words:
        word, *words = words
        if word.startswith("--"):
            if word not in options:
                return word
            takes = next(one for one in parser._actions if word in one.option_strings)
            words = words[0 if takes.nargs == 0 else 1 :]
        elif verbs is not None:
            return check(verbs.choices[word], words) if word in verbs.choices else word
    return ""


@pytest.mark.parametrize(("program", "words"), COMMANDS, ids=[" ".join(one) for one in COMMANDS])
def test_every_command_of_the_guide_exists(program: str, words: str) -> None:
    assert check(PARSERS[program](), words.split()) == ""


def test_the_guide_names_the_commands_of_an_operator() -> None:
    named = {
        (program, words.split()[-1 if "--config" in words else 0]) for program, words in COMMANDS
    }
    for verb in ("keeper", "serve"):
        assert ("e2e-server", verb) in named
    assert len(COMMANDS) > 20


def test_a_command_that_is_not_there_would_be_found() -> None:
    assert check(PARSERS["e2e-server"](), ["--config", "x", "init-keeper", "--sure"]) == "--sure"
    assert check(PARSERS["e2e-server"](), ["keep"]) == "keep"
    assert check(PARSERS["vieraugen"](), ["org", "standby"]) == "standby"
    assert check(PARSERS["vieraugen"](), ["revoke", "--name", "x", "--soon"]) == "--soon"


def test_its_configuration_is_one() -> None:
    (block,) = [one for one in BLOCKS if one.startswith("# /etc/vieraugen/config.toml")]
    settings = parse(block, Path("/etc/vieraugen"))
    assert settings.keeper_socket == Path("/run/vieraugen-keeper/socket")
    units = [one for one in BLOCKS if ".service" in one]
    assert len(units) == 2
    assert f"RuntimeDirectory={settings.keeper_socket.parent.name}\n" in units[0]
    for unit, user in zip(units, (settings.keeper_user, settings.relay_user), strict=True):
        assert f"\nUser={user}\n" in unit


def test_its_proxies_write_nothing_down() -> None:
    (nginx,) = [one for one in BLOCKS if one.startswith("# /etc/nginx")]
    (caddy,) = [one for one in BLOCKS if one.startswith("# /etc/caddy")]
    assert "access_log off;" in nginx
    assert "error_log /dev/null crit;" in nginx
    assert "output discard" in caddy
