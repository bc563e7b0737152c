"""Shows the real shells with the views over sample models, without a server: Playwright answers.

The shells, the styles and the policy are the real ones; only the entry module is another, which
draws the views over the fake models in fixtures/views.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route

from e2e_server.web.build import CONTENT_TYPES, collect_code
from e2e_server.web.headers import content_security_policy
from e2e_server.web.pages import Renderer
from e2e_server.web.site import LANGUAGES, load_site
from e2e_server.web.texts import read_text_file
from tests.web.built import SITE
from tests.web.conftest import WEB

# A name that browsers take for this machine, so that the page is a secure context.
ORIGIN = "http://localhost"
PREFIX = "/code/"
SAMPLES = Path(__file__).parent / "fixtures" / "views"
SEEKER = "/p/leben/chat"
WORK = "/team"
_ENTRIES = ("js/seeker.js", "js/work.js")


class ViewPages:
    """Answers every request of a page from memory."""

    def __init__(self) -> None:
        self._code = collect_code(WEB)
        # Without the entries no shell loads the real models.
        shells = {path: body for path, body in self._code.items() if path not in _ENTRIES}
        texts: dict[str, dict[str, Any]] = {
            language: read_text_file(WEB / "text" / f"{language}.js") for language in LANGUAGES
        }
        renderer = Renderer(
            site=load_site(SITE),
            templates=WEB / "templates",
            texts=texts,
            code=shells,
            prefix=PREFIX,
        )
        self._shells = {page.path: page for page in renderer.pages()}

    def answer(self, page: Page) -> None:
        page.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path in self._shells:
            self._shell(route, path)
        elif path.startswith("/sample/"):
            source = (SAMPLES / path.removeprefix("/sample/")).read_text("utf-8")
            self._file(route, "x.js", source.replace("@PREFIX@", PREFIX).encode("utf-8"))
        elif path.removeprefix(PREFIX) in self._code:
            self._file(route, path, self._code[path.removeprefix(PREFIX)])
        else:
            route.fulfill(status=404, body="")

    def _shell(self, route: Route, path: str) -> None:
        shell = self._shells[path]
        name = "work" if path.endswith("team") else "seeker"
        entry = f'<script type="module" src="/sample/{name}.js"></script></head>'
        html = shell.html.decode("utf-8").replace("</head>", entry)
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": content_security_policy((shell.import_map_hash,)),
        }
        route.fulfill(body=html, headers=headers)

    def _file(self, route: Route, path: str, content: bytes) -> None:
        route.fulfill(body=content, headers={"Content-Type": CONTENT_TYPES[Path(path).suffix]})
