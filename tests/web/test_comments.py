"""Served modules: comments and types are gone, the rest is the repository's, line by line."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from e2e_server.web.build import collect_code
from e2e_server.web.comments import without_comments
from tests.web.conftest import WEB

NODE = shutil.which("node") or "node"
TOKENS = Path(__file__).with_name("tokens.mjs")


def differing(pairs: dict[str, tuple[bytes, bytes]]) -> list[str]:
    """Return the paths of those pairs whose tokens differ, as TypeScript's scanner reads them."""
    given = {path: [one.decode(), other.decode()] for path, (one, other) in pairs.items()}
    ran = subprocess.run(
        [NODE, str(TOKENS)], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    return ran.stdout.split()


def test_the_served_modules_have_the_tokens_of_the_repository_and_their_lines() -> None:
    code = collect_code(WEB)
    ours = {path: body for path, body in code.items() if path.startswith(("js/", "text/"))}
    sources = {path: (WEB / path).read_bytes() for path in ours}
    assert len(ours) > 100
    assert differing({path: (sources[path], ours[path]) for path in ours}) == []
    for path, body in ours.items():
        lines, served = sources[path].split(b"\n"), body.split(b"\n")
        assert len(lines) == len(served), path
        bare = [re.sub(rb"/\*\* @type .*?\*/ ?", b"", line) for line in lines]
        assert all(new in (old, b"") for old, new in zip(bare, served, strict=True)), path
        assert not any(line.lstrip().startswith((b"//", b"/**")) for line in served[:1]), path


@pytest.mark.parametrize(
    ("source", "served"),
    [
        ("// all\nlet a;", "\nlet a;"),
        ("  // indented\nlet a;", "\nlet a;"),
        ("/* one line */\nlet a;", "\nlet a;"),
        ("/**\n * three\n */  \nlet a;", "\n\n\nlet a;"),
        ("/* one */\nlet a;\n/* two */\n", "\nlet a;\n\n"),
        ("let a; // after code", "let a; // after code"),
        ("let a; /* after code */", "let a; /* after code */"),
        ("/* before */ let a;", "/* before */ let a;"),
        ("/*\n before */ let a;", "/*\n before */ let a;"),
        ("f(a,\n  /** @type {X} */ (b));", "f(a,\n  (b));"),
        ("const a = /** @type {X} */ (b), c = /** @type {Y} */ (d);", "const a = (b), c = (d);"),
        ("let a; /** why */", "let a; /** why */"),
        ("let a = 'http://x';", "let a = 'http://x';"),
    ],
)
def test_lines_that_hold_only_a_comment_become_empty(source: str, served: str) -> None:
    assert without_comments(source.encode()).decode() == served


@pytest.mark.parametrize(
    "source",
    [
        "const a = `\n// in a template\n`;\n",
        "const a = `\n/* in a template */\n`;\n",
        "const a = '/** @type {X} */';\n",
    ],
)
def test_a_text_that_the_rule_would_hit_is_noticed(source: str) -> None:
    raw = source.encode()
    assert differing({"x.js": (raw, without_comments(raw))}) == ["x.js"]
