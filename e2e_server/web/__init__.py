"""The pages: rendered once, the same bytes for everybody, never per request.

`build_web` turns `web/` and a published `site.json` into a folder of files, two manifests and a
table of response headers. Part `code` (modules, styles, fonts) is equal for every operator at a
release; part `site` (the HTML shells) depends on `site.json` and the code. `render` gives the same
bytes without a folder and `differences` compares one with them, for whoever repeats a build.
Serving is the business of the HTTP floor, which reads `headers.json` and adds nothing of its own.

May import: the standard library, jinja2, brotli, holidays. Imports nothing of the relay, so that
anybody can repeat a build and compare it with what is served.
"""

from __future__ import annotations

from e2e_server.web.build import build_web, differences, render
from e2e_server.web.reading import SiteError
from e2e_server.web.site import Site, load_site

__all__ = ["Site", "SiteError", "build_web", "differences", "load_site", "render"]
