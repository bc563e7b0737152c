"""The page about checking this service says the truth about every file, and so does each footer."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from html import unescape
from pathlib import Path

import pytest

from crypto.fingerprint import words
from e2e_server.web import build_web, render
from e2e_server.web.build import BuildError, collect_code
from e2e_server.web.modules import imports_of, module_integrity
from tests.web.built import QUALITY, SITE, Built, Tags, inline_map, site_with

WEB = Path(__file__).parents[2] / "web"
ROW = re.compile(
    r'<span class="files__path">(.*?)</span> <span class="files__about">(.*?)</span> '
    r'<code class="hash">(.*?)</code>'
)
PATHS = ("/pruefen", "/en/pruefen")


def rows(html: str) -> dict[str, tuple[str, str]]:
    """Path -> (what the page says about it, its hash)."""
    return {path: (unescape(about), digest) for path, about, digest in ROW.findall(html)}


@pytest.mark.parametrize("path", PATHS)
def test_every_file_is_listed_with_its_hash_and_size(built: Built, path: str) -> None:
    code = {served.split("/", 3)[3]: body for served, body in built.code().items()}
    found = rows(built.html(path))
    assert found.keys() == code.keys()
    for name, (about, digest) in found.items():
        assert digest == hashlib.sha384(code[name]).hexdigest()
        assert about.startswith(f"{len(code[name])} ")


def test_files_say_where_they_come_from(built: Built) -> None:
    found = {
        name: about.partition(", ")[2] for name, (about, _) in rows(built.html(PATHS[0])).items()
    }
    assert found["js/exit.js"] == "aus web/js/exit.js"
    assert found["css/workspace.css"] == "aus web/css/index-workspace.css"
    assert found["vendor/tiny.mjs"] == "aus tiny.mjs 1.2.3, Lizenz MIT: tiny.mjs"


@cache
def real_files() -> dict[str, bytes]:
    return render(SITE.read_bytes(), WEB)


@cache
def real_page() -> dict[str, tuple[str, str]]:
    return rows(real_files()["pages/pruefen.html"].decode("utf-8"))


def test_versions_and_licences_are_those_that_were_agreed() -> None:
    """Each third-party file of the real tree against npm's lock, read here in another way."""
    locked = json.loads((WEB / "package-lock.json").read_text("utf-8"))["packages"]
    lock = json.loads((WEB / "vendor.lock.json").read_text("utf-8"))
    for name, agreed in lock.items():
        about = real_page()[f"vendor/{name}"][0]
        if name == "LICENSES.txt":
            assert about.endswith("aus web/vendor.mjs")
            continue
        (package,) = (
            path.removeprefix("node_modules/")
            for path in locked
            if path and f"node_modules/{agreed['from']}".startswith(path + "/")
        )
        one = locked[f"node_modules/{package}"]
        assert f"aus {package} {one['version']}, Lizenz {one['license']}: {agreed['from']}" in about


def test_own_files_are_in_the_repository() -> None:
    for about, _ in real_page().values():
        source = re.search(r"aus (web/\S+)$", about)
        assert source is None or (WEB.parent / source[1]).is_file(), about


def test_a_package_that_nobody_locked_stops_the_build(web_root: Path, tmp_path: Path) -> None:
    (web_root / "package-lock.json").write_text('{"packages": {}}', "utf-8")
    with pytest.raises(BuildError, match=r"package-lock\.json has no "):
        build_web(SITE, web_root, tmp_path / "out", brotli_quality=QUALITY)


def test_the_words_are_those_of_the_fingerprint(
    built: Built, web_root: Path, tmp_path: Path
) -> None:
    fingerprint = bytes.fromhex(json.loads(SITE.read_text("utf-8"))["fingerprint"])
    for path in PATHS:
        found = re.findall(r'<span class="words__word">(.*?)</span>', built.html(path))
        assert tuple(found) == words(fingerprint, 8, "de")
    build_web(site_with(tmp_path, words="en"), web_root, built.out, brotli_quality=QUALITY)
    found = re.findall(r'<span class="words__word">(.*?)</span>', Built(built.out).html(PATHS[0]))
    assert tuple(found) == words(fingerprint, 8, "en")


def test_every_footer_leads_there_and_names_the_state_of_the_program(built: Built) -> None:
    digest = hashlib.sha384(built.body("/MANIFEST.code.json")).hexdigest()
    with_footer = [path for path in built.pages() if "site-footer" in built.html(path)]
    assert {"/", "/p/leben", "/datenschutz", *PATHS} <= set(with_footer)
    for path in with_footer:
        own = PATHS[path.startswith("/en/")]
        links = [tag for tag in Tags(built.html(path)).named("a") if tag["href"] == own]
        assert links[-1]["class"] == "site-footer__link"
        assert f"({'state' if path.startswith('/en/') else 'Stand'} {digest[:8]})" in built.html(
            path
        )
    for path in PATHS:
        assert f'<code class="hash">{digest}</code>' in built.html(path)


# --- what the browsers that enforce hashes are given ---------------------------------------------


def test_each_real_page_names_every_module_that_it_can_reach() -> None:
    """Late ones too; only the sentences of the other language are left out."""
    code = collect_code(WEB)
    for name, html in real_files().items():
        if not name.startswith("pages/") or b"importmap" not in html:
            continue
        page = html.decode("utf-8")
        named = {
            path.split("/", 3)[3]: digest
            for path, digest in json.loads(inline_map(page))["integrity"].items()
        }
        other = "de" if name.startswith("pages/en/") else "en"
        entries = [
            tag["src"].split("/", 3)[3] for tag in Tags(page).named("script") if "src" in tag
        ]
        assert set(entries) <= named.keys(), name
        for path, digest in named.items():
            assert digest == module_integrity(code[path])
            for target in imports_of(path, code[path]):
                unspoken = target.startswith("text/") and target.endswith(f"{other}.js")
                assert target in named or unspoken, (name, path, target)


def test_style_sheets_of_a_page_carry_their_hash() -> None:
    code = collect_code(WEB)
    for name, html in real_files().items():
        if not name.startswith("pages/") or b"importmap" not in html:
            continue
        sheets = [
            tag for tag in Tags(html.decode("utf-8")).named("link") if tag["rel"] == "stylesheet"
        ]
        assert sheets
        for sheet in sheets:
            path = sheet["href"].split("/", 3)[3]
            assert sheet["integrity"] == module_integrity(code[path]), (name, path)


def test_no_page_names_the_module_that_browsers_shall_refuse() -> None:
    for name, html in real_files().items():
        if name.startswith("pages/") and b"importmap" in html:
            assert "unnamed.js" not in inline_map(html.decode("utf-8")), name
