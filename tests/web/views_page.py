"""Shows the real shells with the views over sample models, without a server: Playwright answers.

The shells, the styles and the policy are the real ones; only the entry module is another, which
draws the views over the fake models in fixtures/views.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from e2e_server.web.build import STYLE_SHEETS, collect_code
from e2e_server.web.headers import content_security_policy
from e2e_server.web.origins import origins
from e2e_server.web.pages import Renderer
from e2e_server.web.published import CONTENT_TYPES
from e2e_server.web.site import LANGUAGES, load_site
from e2e_server.web.texts import read_texts
from tests.browser.keyboard import Keys
from tests.web.built import SITE
from tests.web.serve import NOT_FOUND, Answer

WEB = Path(__file__).parents[2] / "web"
PREFIX = "/code/"
SAMPLES = Path(__file__).parent / "fixtures" / "views"
SEEKER = "/p/leben/chat"
ACCESS = "/p/leben/zugang"
WORK = "/team"
ENROL = "/team/einladung"
_PRELOADS = re.compile(r'<link rel="(?:modulepreload|preload)"[^>]*>\n?')
# The last part of a shell's address -> the module that draws its sample; also an entry's name.
_ROOMS = {"chat": "seeker", "zugang": "access", "team": "workspace", "einladung": "enrolment"}
_ENTRIES = tuple(f"js/{name}.js" for name in _ROOMS.values())


class ViewPages:
    """Answers every request of a page from memory."""

    def __init__(self) -> None:
        self._code = collect_code(WEB)
        # Without the entries no shell loads the real models.
        shells = {path: body for path, body in self._code.items() if path not in _ENTRIES}
        texts: dict[str, dict[str, Any]] = {
            language: read_texts(WEB / "text", language) for language in LANGUAGES
        }
        renderer = Renderer(
            site=load_site(SITE),
            templates=WEB / "templates",
            texts=texts,
            code=shells,
            prefix=PREFIX,
            holidays=(),
            origins=origins(shells, STYLE_SHEETS, WEB),
            manifest_hash="0" * 96,
        )
        self._shells = {page.path: page for page in renderer.pages()}

    def answer(self, target: str) -> Answer:
        """What a request gets."""
        path = urlsplit(target).path
        if path in self._shells:
            return self._shell(path)
        if path.startswith("/sample/"):
            source = (SAMPLES / path.removeprefix("/sample/")).read_text("utf-8")
            return _file("x.js", source.replace("@PREFIX@", PREFIX).encode("utf-8"))
        if path.removeprefix(PREFIX) in self._code:
            return _file(path, self._code[path.removeprefix(PREFIX)])
        return NOT_FOUND

    def _shell(self, path: str) -> Answer:
        shell = self._shells[path]
        name = _ROOMS.get(path.rpartition("/")[2], "seeker")
        entry = f'<script type="module" src="/sample/{name}.js"></script></head>'
        # What the shell asks for ahead are the real models.
        html = _PRELOADS.sub("", shell.html.decode("utf-8")).replace("</head>", entry)
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": content_security_policy((shell.import_map_hash,)),
        }
        return Answer(headers=headers, body=html.encode("utf-8"))


def _file(path: str, content: bytes) -> Answer:
    # One window serves all tests, and does not fetch again what it has.
    headers = {"Content-Type": CONTENT_TYPES[Path(path).suffix], "Cache-Control": "max-age=86400"}
    return Answer(headers=headers, body=content)


def show(page: Page, path: str, state: str, width: int = 390, height: int = 844) -> None:
    """Draw a view over one of the sample models."""
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{path}?state={state}")
    page.wait_for_selector("html[data-ready]", state="attached")


def opens_messages(page: Page) -> None:
    """Go to "Meine Nachrichten"."""
    page.get_by_role("button", name="Nachrichten").click()


def walks_in_forced_colours(page: Page) -> None:
    """Twelve steps with the keyboard; at each the focus is seen."""
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    keys = Keys(page)
    for _ in range(12):
        keys.tab()
