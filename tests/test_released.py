"""RELEASE and SITE: what is signed is what was built here, and the relay says whether it serves it.

From the root's offline machine over the admin's to the log, with the real pages.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from clientlib import release
from clientlib.errors import Disconnected
from clientlib.release import Published
from clientlib.terminal import UsageError
from crypto.errors import BadStatement
from crypto.logview import LogView
from crypto.publication import Release, SiteRelease
from e2e_server import paths
from e2e_server.cli import main as e2e_server
from e2e_server.web import build_web, render
from tests.helpers.organisation import NOW_MS, Organisation
from tests.helpers.server import Server, free_port, write_config
from tests.test_cli import Shell, shell
from tests.test_cli_team import answers
from tests.web.built import SITE

__all__ = ["shell"]

HASH = "ab" * 48
BUILT = Published(
    code_manifest=b'{"/a.js": "%s"}' % HASH.encode(),
    site_manifest=b'{"/": "%s"}' % HASH.encode(),
    site_json=b"{}",
)


# --- what the log says about files ---------------------------------------------------------------


def signed(published: Published, *later: Published) -> LogView:
    """A log in which each of these was released and put in force, one after the other."""
    organisation = Organisation()
    organisation.found()
    ada = organisation.admin("Ada")
    deployment_id = organisation.deployment_id
    for step, one in enumerate((published, *later)):
        at_ms = NOW_MS + step
        program = Release(tag=f"v{step}", manifest=release.sha384(one.code_manifest))
        leaf = organisation.add(organisation.root, deployment_id, program, at_ms, 0)
        organisation.add(ada.sign, deployment_id, one.site(leaf), at_ms, 0)
    return organisation.view()


@pytest.mark.parametrize("name", ["code_manifest", "site_manifest", "site_json"])
def test_pages_are_signed_only_when_all_three_files_are_named(name: str) -> None:
    view = signed(BUILT)
    assert release.is_signed(view, BUILT)
    other: dict[str, Any] = {name: b'{"/a.js": "%s"}' % (b"cd" * 48)}
    assert not release.is_signed(view, replace(BUILT, **other))


def test_only_the_site_in_force_counts() -> None:
    newer = replace(BUILT, site_json=b"[]")
    view = signed(BUILT, newer)
    assert release.is_signed(view, newer)
    assert not release.is_signed(view, BUILT)


def test_before_anything_is_signed_nothing_is() -> None:
    organisation = Organisation()
    organisation.found()
    assert not release.is_signed(organisation.view(), BUILT)
    assert release.release_of(organisation.view(), BUILT.code_manifest) is None


def test_the_newest_release_of_a_program_is_named() -> None:
    found = release.release_of(signed(BUILT, BUILT), BUILT.code_manifest)
    assert found is not None
    assert found[1].tag == "v1"


# --- manifests -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"/a": 1}',
        b'{"/a": "00"}',
        b'{"a": "%s"}' % HASH.encode(),
        b'{"/a": "%s"}' % HASH.upper().encode(),
    ],
)
def test_what_is_no_manifest_is_refused(raw: bytes) -> None:
    with pytest.raises(BadStatement):
        release.read_manifest(raw)


def test_the_differences_of_two_manifests_are_named_path_by_path() -> None:
    before = json.dumps({"/a": HASH, "/b": HASH, "/c": HASH}).encode()
    after = json.dumps({"/a": HASH, "/c": "cd" * 48, "/d": HASH}).encode()
    assert release.changes(before, after) == (("/b", "gone"), ("/c", "changed"), ("/d", "new"))


# --- the ceremony --------------------------------------------------------------------------------


def build(server: Server) -> Path:
    """Build the pages of a server's own site.json into its own folder."""
    out = server.settings.site_dir
    build_web(paths.site_path(server.settings), paths.WEB_ROOT, out, brotli_quality=0)
    return out


def rendered(site_json: Path) -> Published:
    """What `release.rebuild` gives."""
    files = render(site_json.read_bytes(), paths.WEB_ROOT)
    return Published(
        code_manifest=files[release.CODE_MANIFEST],
        site_manifest=files[release.SITE_MANIFEST],
        site_json=files[release.SITE_JSON],
    )


def test_what_is_rebuilt_is_what_the_builder_renders(tmp_path: Path) -> None:
    assert release.rebuild(SITE, tmp_path / "out") == rendered(SITE)
    with pytest.raises(UsageError, match=r"site\.json is not JSON"):
        release.rebuild(_site_of(tmp_path, "{"), tmp_path / "other")


def _site_of(folder: Path, text: str) -> Path:
    path = folder / "site.json"
    path.write_text(text, "utf-8")
    return path


async def health(url: str) -> int:
    async with aiohttp.ClientSession() as http, http.get(f"{url}/healthz") as answer:
        return int((await answer.json())["pages_signed"])


def test_a_release_and_its_pages_are_signed_from_root_file_to_log(
    shell: Shell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.found()
    server = shell.threaded.server
    out = build(server)
    shell.threaded.restart()
    assert asyncio.run(health(shell.url)) == 0

    refused = shell.as_("verwaltung", "site", expect=1)
    assert "Keine Version im Verzeichnis nennt das Programm" in refused

    # Six programs would be started for it, where the next test starts one.
    monkeypatch.setattr(release, "rebuild", lambda site_json, _: rendered(site_json))
    manifest = ("--manifest", str(out / "MANIFEST.code.json"))
    step = ("org", "release", shell.file("root"), *manifest, "--out", shell.file("release"))
    assert "ohne Leerzeichen" in shell(*step, "--tag", "version 1", expect=1)
    assert not Path(shell.file("release")).exists()
    assert "Version v1.2.3: " in shell(*step, "--tag", "v1.2.3")
    shell("publish", shell.file("release"))

    answers(monkeypatch, "nein")
    assert "Nicht unterschrieben." in shell.as_("verwaltung", "site", expect=1)
    assert asyncio.run(health(shell.url)) == 0
    answers(monkeypatch, "ja")
    said = shell.as_("verwaltung", "site")
    assert "Programm: v1.2.3" in said
    assert "Der Dienst liefert genau das aus, was hier gebaut wurde." in said
    assert asyncio.run(health(shell.url)) == 1
    assert "schon unterschrieben" in shell.as_("verwaltung", "site")

    # Another program under the same pages.
    (out / "MANIFEST.code.json").write_bytes(b"{}")
    shell.threaded.restart()
    assert asyncio.run(health(shell.url)) == 0
    build(server)
    shell.threaded.restart()
    assert asyncio.run(health(shell.url)) == 1

    # Words that would match no leaflet are not signed.
    site = json.loads(shell.site.read_text("utf-8"))
    ahead = Path(shell.file("ahead.json"))
    served, shell.site = shell.site, ahead
    ahead.write_text(json.dumps(site | {"words": "en"}), "utf-8")
    refused = shell.as_("verwaltung", "site", "--ahead", "--compared", expect=1)
    assert '"words": "de"' in refused
    shell.site = served

    # Another site.json, not built yet: what is served is not what is built here.
    ahead.write_text(json.dumps(site | {"name": "Beratung Mitte"}, indent=0), "utf-8")
    shell.site = ahead
    refused = shell.as_("verwaltung", "site", expect=1)
    assert "nichts unterschrieben" in refused
    assert asyncio.run(health(shell.url)) == 1
    said = shell.as_("verwaltung", "site", "--ahead", "--compared")
    assert "Programm: 0 Unterschiede" in said
    assert "  ~ /impressum\n" in said
    assert '  +"name": "Beratung Mitte",\n' in said
    # The pages that are served are no longer those in force; the service goes on and says so.
    assert asyncio.run(health(shell.url)) == 0
    config = write_config(server)
    shell.threaded.run(server.stop)
    assert e2e_server(["--config", str(config), "check"]) == 0
    assert "pages NOT signed" in capsys.readouterr().out


def test_what_was_not_built_from_a_page_file_is_not_released(shell: Shell) -> None:
    Path(shell.file("odd")).write_text("{}", "ascii")
    step = ("org", "release", shell.file("root"), "--manifest", shell.file("odd"), "--tag", "v1")
    assert "keine MANIFEST.code.json" in shell(*step, "--out", shell.file("out"), expect=1)
    assert not Path(shell.file("out")).exists()


def test_a_colleague_cannot_put_pages_in_force() -> None:
    organisation = Organisation()
    organisation.found()
    anna = organisation.counsellor(organisation.admin("Ada"), "Anna")
    program = Release(tag="v1", manifest=release.sha384(BUILT.code_manifest))
    leaf = organisation.add(organisation.root, organisation.deployment_id, program, NOW_MS, 0)
    site: SiteRelease = BUILT.site(leaf)
    organisation.add(anna.sign, organisation.deployment_id, site, NOW_MS, 0)
    assert not release.is_signed(organisation.view(), BUILT)


# --- a service that does not publish what it should ----------------------------------------------


async def served_by(files: dict[str, bytes]) -> Published:
    """What `fetch` makes of a service that has these files and nothing else."""

    async def answer(request: web.Request) -> web.Response:
        content = files.get(request.path)
        return web.Response(status=404) if content is None else web.Response(body=content)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        return await release.fetch(str(server.make_url("")))


FILES = {
    "/MANIFEST.code.json": BUILT.code_manifest,
    "/MANIFEST.site.json": BUILT.site_manifest,
    "/site.json": BUILT.site_json,
}


async def test_what_is_published_is_fetched_byte_for_byte() -> None:
    assert await served_by(FILES) == BUILT


async def test_a_service_that_publishes_less_is_named() -> None:
    less = {path: content for path, content in FILES.items() if path != "/site.json"}
    with pytest.raises(UsageError, match=r"keine site\.json"):
        await served_by(less)


async def test_a_service_cannot_fill_the_memory_of_who_compares() -> None:
    endless = FILES | {"/site.json": bytes(release.MAX_FILE_BYTES + 1)}
    with pytest.raises(BadStatement):
        await served_by(endless)


async def test_a_service_that_is_not_there_is_not_reached() -> None:
    with pytest.raises(Disconnected):
        await release.fetch(f"http://127.0.0.1:{free_port()}")
