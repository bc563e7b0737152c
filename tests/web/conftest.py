"""A small `web/` tree: the real templates, styles and sentences, and a few modules to reach."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from e2e_server.web.modules import sri

WEB = Path(__file__).parents[2] / "web"
SITE = Path(__file__).parent / "fixtures" / "site.json"
MODULES = {
    "js/seeker.js": (
        "import { start } from './core/start.js';\nstart(() => import('./features/late.js'));\n"
    ),
    "js/core/start.js": (
        "import { h } from '../../vendor/tiny.mjs';\n"
        "export function start(load) { document.getElementById('fallback').remove(); load(h); }\n"
    ),
    "js/features/late.js": "export const late = true;\n",
    "js/core/start.test.js": "throw new Error('a test is not served');\n",
    "js/worker.js": "self.onmessage = () => {};\n",
}
TINY = b"export const h = 1;\n"


@pytest.fixture
def web_root(tmp_path: Path) -> Path:
    """A tree that builds; a test may damage it."""
    root = tmp_path / "web"
    for folder in ("templates", "css", "text", "img"):
        shutil.copytree(WEB / folder, root / folder)
    (root / "js").mkdir()
    for name in ("exit.js", "portal.js"):
        shutil.copy(WEB / "js" / name, root / "js" / name)
    for name, source in MODULES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(source, "utf-8")
    (root / "vendor" / "fonts").mkdir(parents=True)
    lock = {}
    for name, content in (("tiny.mjs", TINY), ("fonts/source-sans-3.woff2", b"font")):
        (root / "vendor" / name).write_bytes(content)
        lock[name] = {"from": name, "source": sri(content), "result": sri(content)}
    (root / "vendor" / "tiny.d.mts").write_text("export const h: 1;\n", "utf-8")
    (root / "vendor.lock.json").write_text(json.dumps(lock), "utf-8")
    return root
