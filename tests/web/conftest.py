"""A small `web/` tree: the real templates, styles and sentences, and a few modules to reach."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page

from e2e_server.web import build_web
from e2e_server.web.modules import sri
from tests.web.built import QUALITY, SITE, Built, keep_exit_here
from tests.web.serve import answering, serving
from tests.web.views_page import ViewPages

WEB = Path(__file__).parents[2] / "web"
# Runs before any script of the page and keeps what the browser refuses.
LISTEN = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.violations.push(event.violatedDirective + ' ' + event.blockedURI);
});
"""
MODULES = {
    "js/seeker.js": (
        "import { start } from './core/start.js';\n"
        "const say = (how) => { document.documentElement.dataset.late = how; };\n"
        "start(() => import('./features/late.js').then(() => say('ran'), () => say('refused')));\n"
    ),
    "js/core/start.js": (
        "// Starts.\nimport { h } from '../../vendor/tiny.mjs';\n"
        "export function start(load) { document.getElementById('fallback').remove(); load(h); }\n"
    ),
    "js/features/late.js": "export const late = true;\n",
    "js/core/start.test.js": "throw new Error('a test is not served');\n",
    "js/worker.js": "self.onmessage = () => {};\n",
}
TINY = b"""export const h = fetch(new URL("./tiny.wasm", import.meta.url));\n"""


def make_tree(root: Path) -> Path:
    for folder in ("templates", "css", "text", "img"):
        shutil.copytree(WEB / folder, root / folder)
    (root / "js").mkdir()
    for name in ("exit.js", "portal.js", "unnamed.js", "verify.js"):
        shutil.copy(WEB / "js" / name, root / "js" / name)
    for name, source in MODULES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(source, "utf-8")
    shutil.copytree(WEB / "vendor" / "fonts", root / "vendor" / "fonts")
    (root / "vendor" / "tiny.mjs").write_bytes(TINY)
    (root / "vendor" / "tiny.wasm").write_bytes(b"\0asm\1\0\0\0")
    names = (
        "tiny.mjs",
        "tiny.wasm",
        *(f"fonts/{font.name}" for font in (root / "vendor" / "fonts").iterdir()),
    )
    hashes = {name: sri((root / "vendor" / name).read_bytes()) for name in names}
    lock = {name: {"from": name, "source": one, "result": one} for name, one in hashes.items()}
    package = {"version": "1.2.3", "license": "MIT"}
    packages = {f"node_modules/{name.partition('/')[0]}": package for name in names}
    (root / "package-lock.json").write_text(json.dumps({"packages": packages}), "utf-8")
    (root / "vendor" / "tiny.d.mts").write_text("export const h: 1;\n", "utf-8")
    (root / "vendor.lock.json").write_text(json.dumps(lock), "utf-8")
    return root


@pytest.fixture
def web_root(tmp_path: Path) -> Path:
    """A tree that builds; a test may damage it."""
    return make_tree(tmp_path / "web")


@pytest.fixture
def built(web_root: Path, tmp_path: Path) -> Built:
    build_web(SITE, web_root, tmp_path / "out", brotli_quality=QUALITY)
    return Built(tmp_path / "out")


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    build_web(SITE, make_tree(folder / "web"), folder / "out", brotli_quality=QUALITY)
    keep_exit_here(folder / "out")
    with serving(folder / "out") as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="de-DE", timezone_id="Europe/Berlin"
    )
    page = context.new_page()
    page.add_init_script(LISTEN)
    yield page
    context.close()


@pytest.fixture(scope="session")
def views_origin() -> Iterator[str]:
    with answering(ViewPages().answer) as address:
        yield address


@contextmanager
def sample_window(browser: Browser, origin: str) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=origin,
        viewport={"width": 390, "height": 844},
        locale="de-DE",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    yield context
    context.close()


@contextmanager
def heard(page: Page) -> Iterator[Page]:
    """A page in whose console nothing may be said until its views are left."""
    said: list[str] = []

    def hear(line: ConsoleMessage) -> None:
        said.append(f"{line.type}: {line.text}")

    def fail(error: Error) -> None:
        said.append(str(error))

    page.on("console", hear)
    page.on("pageerror", fail)
    yield page
    complaints = [*said, *page.evaluate("() => window.violations ?? []")]
    page.remove_listener("console", hear)
    page.remove_listener("pageerror", fail)
    assert complaints == []


@pytest.fixture(scope="session")
def samples(browser: Browser, views_origin: str) -> Iterator[Page]:
    """One page for all samples: a new one for each would be more work than the views themselves."""
    with sample_window(browser, views_origin) as window:
        page = window.new_page()
        page.add_init_script(LISTEN)
        yield page


@pytest.fixture
def sample_page(samples: Page) -> Iterator[Page]:
    """A page for views over sample models: each drawn into a document of its own."""
    try:
        with heard(samples) as page:
            yield page
    finally:
        samples.evaluate("() => { sessionStorage.clear(); localStorage.clear(); }")
        # Nothing of it goes on; what it still says is not heard in the next test.
        samples.goto("about:blank")
        samples.emulate_media(
            color_scheme="light",
            contrast="no-preference",
            forced_colors="none",
            media="null",
            reduced_motion="reduce",
        )


@pytest.fixture
def timed_page(browser: Browser, views_origin: str) -> Iterator[Page]:
    """The same, but the test moves the clock, which a window keeps for all its pages."""
    with sample_window(browser, views_origin) as window:
        page = window.new_page()
        page.add_init_script(LISTEN)
        with heard(page):
            page.clock.install()
            yield page
