"""Check that the program in the auditor's own hands builds exactly what the log names.

The build runs as a process of its own: the audit imports nothing of the operator's program, and
believes of the build only the bytes of its manifests.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import tempfile
from pathlib import Path

from clientlib.audit.check import CannotRun, Findings, NotRun, Outcome, Words
from clientlib.audit.crawl import MANIFESTS
from clientlib.audit.outside import SITE_PATH, Outside
from clientlib.demo_server import PROGRAM_ROOT, last_line

BUILD_S = 300
# What a build needs beside the sources: installed once by `make`.
_NEEDED = ("web/js", "web/vendor", "web/templates", "e2e_server/web")


async def rebuilt(audit: Outside) -> Outcome:
    """Build the pages from the published site.json and compare with the log, or what is served."""
    found = Findings()
    crawled = await audit.crawl()
    site = await audit.published(SITE_PATH)
    if audit.release is not None:
        built = {MANIFESTS[0]: audit.release.read_bytes()}
        source = str(audit.release)
    else:
        checkout = audit.checkout or PROGRAM_ROOT
        if not all((checkout / one).is_dir() for one in _NEEDED):
            raise NotRun(
                Words(
                    de="Der Prüfer hat das Programm nicht im Quelltext da (--checkout) und keine "
                    "Dateiliste aus anderer Hand (--release).",
                    en="The auditor has no checkout of the program (--checkout) and no manifest "
                    "from elsewhere (--release).",
                )
            )
        built = await _build(checkout, site)
        source = "build-web"
    view = await audit.view()
    release, pages = view.release(), view.site()
    logged = {
        MANIFESTS[0]: release[1].manifest if release else None,
        MANIFESTS[1]: pages.manifest if pages else None,
    }
    if pages is not None:
        on = view.released(pages.release)
        logged[MANIFESTS[0]] = on.manifest if on else logged[MANIFESTS[0]]
    for path, own in built.items():
        wanted = logged[path] or hashlib.sha384(crawled.manifests[path]).digest()
        if hashlib.sha384(own).digest() != wanted:
            _tell(found, path, own, crawled.manifests[path], wanted)
    return found.outcome(
        Words(
            de=f"{len(built)} Dateiliste(n) selbst erzeugt ({source}) und verglichen.",
            en=f"Made {len(built)} manifest(s) ({source}) and compared.",
        )
    )


def _tell(found: Findings, path: str, own: bytes, served: bytes, wanted: bytes) -> None:
    """Name each file in which the own build and the served list differ."""
    mine, theirs = json.loads(own), json.loads(served)
    differing = sorted(name for name in {*mine, *theirs} if mine.get(name) != theirs.get(name))
    shown = ", ".join(differing[:10]) or "–"
    found.add(
        Words(
            de=f"Das eigene Programm erzeugt eine andere Dateiliste {path}; verschieden sind: "
            f"{shown}",
            en=f"The own program builds another manifest {path}; these differ: {shown}",
        ),
        path=path,
        built=hashlib.sha384(own).hexdigest(),
        wanted=wanted.hex(),
        differing=len(differing),
    )


async def _build(checkout: Path, site: bytes) -> dict[str, bytes]:
    """Run build-web on the published site.json; its two manifests."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "site.json").write_bytes(site)
        (folder / "config.toml").write_text("", "ascii")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "e2e_server", "--config", str(folder / "config.toml"), "build-web"),
            *("--site", str(folder / "site.json"), "--out", str(folder / "out")),
            *("--quality", "0"),
            cwd=checkout,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, said = await asyncio.wait_for(process.communicate(), BUILD_S)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            why = last_line(said.decode("utf-8", "replace"))
            raise CannotRun(
                Words(
                    de=f"Die Seiten ließen sich nicht bauen: {why}",
                    en=f"The pages could not be built: {why}",
                )
            )
        return {path: (folder / "out" / path.lstrip("/")).read_bytes() for path in MANIFESTS}
