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
from e2e_server.features.enquiries.machine import diagram as enquiries_diagram
from e2e_server.features.live.machine import diagram as live_diagram
from e2e_server.paths import SCHEMA_PATH
from e2e_server.storage.schema import inventory_markdown
from tests.claims import auditpage
from tests.claims import page as claims_page
from tests.lying.report import markdown as lying_relay
from tests.mutation.report import markdown as mutation

ROOT = Path(__file__).resolve().parents[1]
SPEC = ROOT / "docs" / "spec"
DIAGRAMS = {SPEC / "live.md": live_diagram, SPEC / "enquiries.md": enquiries_diagram}
_DIAGRAM = re.compile(r"```mermaid\n.*?```\n", re.DOTALL)


def generated() -> dict[Path, str]:
    """Return what each generated file has to say."""
    found = {
        **wire_mirror.mirrors(),
        ROOT / "config.toml": render_sample(),
        ROOT / "docs" / "data-inventory.md": inventory_markdown(SCHEMA_PATH.read_text("utf-8")),
        ROOT / "docs" / "audit-checks.md": auditpage.render(),
        ROOT / "docs" / "claims.md": claims_page.render(),
        ROOT / "docs" / "lying-relay.md": lying_relay(),
        ROOT / "docs" / "mutation.md": mutation(),
        **{path: _with_diagram(path.read_text("utf-8"), draw()) for path, draw in DIAGRAMS.items()},
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


def _with_diagram(text: str, diagram: str) -> str:
    """Put the diagram of a table into the one mermaid block of its page."""
    return _DIAGRAM.sub(lambda _: f"```mermaid\n{diagram}```\n", text, count=1)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
