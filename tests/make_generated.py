"""Write or compare every generated file: `python -m tests.make_generated [--check]`.

Vectors have a command of their own, `python -m tests.vectors.make`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from crypto.wire import mirror as wire_mirror
from crypto.words import LANGUAGES
from crypto.words import mirror as words_mirror
from e2e_server.config import render_sample
from e2e_server.features.live.machine import diagram
from e2e_server.paths import SCHEMA_PATH
from e2e_server.storage.schema import inventory_markdown

ROOT = Path(__file__).resolve().parents[1]
LIVE_SPEC = ROOT / "docs" / "spec" / "live.md"
_DIAGRAM = re.compile(r"```mermaid\n.*?```\n", re.DOTALL)

_NEW = "# Live chat\n\n```mermaid\n```\n"


def generated() -> dict[Path, str]:
    """Return what each generated file has to say."""
    found = {
        **wire_mirror.mirrors(),
        ROOT / "config.toml": render_sample(),
        ROOT / "docs" / "data-inventory.md": inventory_markdown(SCHEMA_PATH.read_text("utf-8")),
        LIVE_SPEC: _with_diagram(LIVE_SPEC.read_text("utf-8") if LIVE_SPEC.exists() else _NEW),
    }
    for language in LANGUAGES:
        found[words_mirror.MIRROR_DIR / f"{language}.js"] = words_mirror.render(language)
    return found


def stale() -> list[str]:
    """Return the names of files that are not what their source says."""
    return [
        path.relative_to(ROOT).as_posix()
        for path, text in generated().items()
        if not path.exists() or path.read_text("utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Write what differs; with --check, only say so and return 1."""
    names = stale()
    check = "--check" in arguments
    for name in names:
        sys.stdout.write(f"{name}: {'differs' if check else 'written'}\n")
    if not check:
        for path, text in generated().items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return 1 if check and names else 0


def _with_diagram(text: str) -> str:
    """Put the diagram of the table into the one mermaid block of the page."""
    return _DIAGRAM.sub(lambda _: f"```mermaid\n{diagram()}```\n", text, count=1)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
