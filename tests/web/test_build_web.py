"""What build-web promises: the same bytes twice, nothing unhashed, nothing that does not work."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import brotli
import pytest

from e2e_server.web import SiteError, build_web, load_site
from e2e_server.web.build import BuildError, bundle_styles
from e2e_server.web.modules import MissingModuleError, imports_of, sri
from tests.web.conftest import SITE

QUALITY = 1
LEGAL = ("datenschutz", "impressum", "barrierefreiheit", "sicher-surfen")


class Tags(HTMLParser):
    """Every start tag of a page, in order, with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


class Built:
    def __init__(self, out: Path) -> None:
        self.out = out
        self.table: dict[str, Any] = json.loads((out / "headers.json").read_text("utf-8"))
        self.routes: dict[str, Any] = self.table["routes"]

    def body(self, path: str) -> bytes:
        return (self.out / str(self.routes[path]["file"])).read_bytes()

    def html(self, path: str) -> str:
        return self.body(path).decode("utf-8")

    def headers(self, path: str) -> dict[str, str]:
        headers: dict[str, str] = self.table["classes"][self.routes[path]["class"]]
        return headers

    def pages(self) -> list[str]:
        return [path for path, route in self.routes.items() if route["class"].startswith("shell-")]

    def code(self) -> dict[str, bytes]:
        return {path: self.body(path) for path in self.routes if path.startswith("/static/")}


@pytest.fixture
def built(web_root: Path, tmp_path: Path) -> Built:
    build_web(SITE, web_root, tmp_path / "out", brotli_quality=QUALITY)
    return Built(tmp_path / "out")


def site_with(tmp_path: Path, **changes: Any) -> Path:
    loaded = json.loads(SITE.read_text("utf-8"))
    loaded.update(changes)
    path = tmp_path / "site.json"
    path.write_text(json.dumps(loaded), "utf-8")
    return path


def inline_map(html: str) -> str:
    found = re.search(r'<script type="importmap">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return found[1]


def test_two_runs_give_identical_bytes(web_root: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        build_web(SITE, web_root, tmp_path / name, brotli_quality=QUALITY)
    one, two = (
        {
            path.relative_to(tmp_path / name).as_posix(): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("one", "two")
    )
    assert one == two


def test_the_code_part_is_equal_for_every_operator(web_root: Path, tmp_path: Path) -> None:
    build_web(SITE, web_root, tmp_path / "one", brotli_quality=QUALITY)
    other = site_with(tmp_path, name="Andere Stelle", retention_hours=24)
    build_web(other, web_root, tmp_path / "two", brotli_quality=QUALITY)
    manifests = [(tmp_path / name / "MANIFEST.code.json").read_bytes() for name in ("one", "two")]
    assert manifests[0] == manifests[1]
    sites = [(tmp_path / name / "MANIFEST.site.json").read_bytes() for name in ("one", "two")]
    assert sites[0] != sites[1]


def test_one_changed_byte_of_code_changes_the_prefix(web_root: Path, tmp_path: Path) -> None:
    build_web(SITE, web_root, tmp_path / "one", brotli_quality=QUALITY)
    worker = web_root / "js" / "worker.js"
    worker.write_text(worker.read_text("utf-8") + " ", "utf-8")
    build_web(SITE, web_root, tmp_path / "two", brotli_quality=QUALITY)
    prefixes = {next((tmp_path / name / "static").iterdir()).name for name in ("one", "two")}
    assert len(prefixes) == 2


def test_the_manifests_name_every_served_file_with_its_hash(built: Built) -> None:
    for manifest, paths in (
        ("MANIFEST.code.json", set(built.code())),
        ("MANIFEST.site.json", {*built.pages(), "/exit"}),
    ):
        listed = json.loads((built.out / manifest).read_text("utf-8"))
        assert set(listed) == paths
        for path, digest in listed.items():
            assert hashlib.sha384(built.body(path)).hexdigest() == digest


def test_packed_siblings_hold_the_same_bytes(built: Built) -> None:
    packed = [path for path in built.out.rglob("*.br")]
    assert packed
    for path in packed:
        plain = path.with_suffix("")
        assert brotli.decompress(path.read_bytes()) == plain.read_bytes()
        assert (
            gzip.decompress(plain.with_name(plain.name + ".gz").read_bytes()) == plain.read_bytes()
        )


def test_the_policy_of_each_page_allows_its_own_import_map_alone(built: Built) -> None:
    for path in built.pages():
        html = built.html(path)
        policy = built.headers(path)["Content-Security-Policy"]
        assert f"'{sri(inline_map(html).encode('utf-8'))}'" in policy
        assert policy.count("'sha384-") == 1
        assert len(re.findall(r"<script(?![^>]*\bsrc=)", html)) == 1


def test_the_headers_are_those_of_the_design(built: Built) -> None:
    path = "/p/leben/chat"
    script_hash = sri(inline_map(built.html(path)).encode("utf-8"))
    headers = built.headers(path)
    assert headers["Content-Security-Policy"] == (
        f"default-src 'none'; script-src 'self' 'wasm-unsafe-eval' '{script_hash}'; "
        "style-src 'self'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; "
        "media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types app"
    )
    assert headers["Integrity-Policy"] == "blocked-destinations=(script)"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Permissions-Policy"].startswith("camera=(self), microphone=(self), ")
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_hashed_files_are_kept_for_ever_and_workers_may_use_wasm(built: Built) -> None:
    worker = next(path for path in built.routes if path.endswith("js/worker.js"))
    assert "immutable" in built.headers(worker)["Cache-Control"]
    policy = built.headers(worker)["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy


def test_the_map_holds_every_module_the_app_reaches_and_no_names(built: Built) -> None:
    loaded = json.loads(inline_map(built.html("/p/leben/chat")))
    assert set(loaded) == {"integrity"}
    names = {path.split("/", 3)[3] for path in loaded["integrity"]}
    assert names == {
        "js/exit.js",
        "js/seeker.js",
        "js/core/start.js",
        "js/features/late.js",
        "text/de.js",
        "vendor/tiny.mjs",
    }
    for path, integrity in loaded["integrity"].items():
        assert sri(built.body(path)) == integrity


def test_each_language_gets_its_own_sentences(built: Built) -> None:
    assert "text/en.js" in inline_map(built.html("/en/p/leben/chat"))
    assert "text/de.js" not in inline_map(built.html("/en/p/leben/chat"))


def test_the_portal_page_prefetches_what_the_chat_needs(built: Built) -> None:
    state = next(
        tag for _, tag in Tags(built.html("/p/leben")).found if tag.get("id") == "open-state"
    )
    reached = set(json.loads(inline_map(built.html("/p/leben/chat")))["integrity"])
    fetched = set(state["data-prefetch"].split())
    assert {path for path in reached if not path.endswith("exit.js")} == fetched


def test_a_shell_without_its_app_still_builds(web_root: Path, tmp_path: Path) -> None:
    (web_root / "js" / "seeker.js").unlink()
    build_web(SITE, web_root, tmp_path / "out", brotli_quality=QUALITY)
    html = Built(tmp_path / "out").html("/p/leben/chat")
    assert "seeker.js" not in html
    assert 'id="fallback"' in html


def test_an_import_that_leads_nowhere_stops_the_build(web_root: Path, tmp_path: Path) -> None:
    (web_root / "js" / "features" / "late.js").unlink()
    with pytest.raises(MissingModuleError, match=r"seeker\.js imports js/features/late\.js"):
        build_web(SITE, web_root, tmp_path / "out", brotli_quality=QUALITY)


def test_imports_are_found_in_every_form() -> None:
    source = (
        b"import{a}from\"./a.js\";import './b.js';export * from '../c.mjs';\n"
        b"const d = () => import(\n  './d/e.js');\nimport bare from 'preact';\n"
    )
    assert imports_of("js/x.js", source) == ("c.mjs", "js/a.js", "js/b.js", "js/d/e.js")


def test_a_vendored_file_with_other_bytes_stops_the_build(web_root: Path, tmp_path: Path) -> None:
    (web_root / "vendor" / "tiny.mjs").write_text("export const h = 2;\n", "utf-8")
    with pytest.raises(BuildError, match=r"tiny\.mjs is not the file"):
        build_web(SITE, web_root, tmp_path / "out", brotli_quality=QUALITY)


def test_a_missing_vendored_file_says_what_to_do(web_root: Path, tmp_path: Path) -> None:
    (web_root / "vendor" / "tiny.mjs").unlink()
    with pytest.raises(BuildError, match="npm ci"):
        build_web(SITE, web_root, tmp_path / "out", brotli_quality=QUALITY)


def test_only_agreed_files_are_served(built: Built) -> None:
    served = {path.split("/", 3)[3] for path in built.code()}
    assert "vendor/tiny.d.mts" not in served
    assert "js/core/start.test.js" not in served
    assert {"css/all.css", "vendor/tiny.mjs", "js/exit.js"} <= served


def test_a_failing_build_leaves_the_old_one(web_root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build_web(SITE, web_root, out, brotli_quality=QUALITY)
    before = (out / "MANIFEST.site.json").read_bytes()
    with pytest.raises(SiteError):
        build_web(site_with(tmp_path, language="fr"), web_root, out, brotli_quality=QUALITY)
    assert (out / "MANIFEST.site.json").read_bytes() == before


def test_the_style_sheet_keeps_the_layers_in_order(web_root: Path) -> None:
    sheet = bundle_styles(web_root / "css").decode("utf-8")
    assert sheet.startswith("@layer reset, tokens, base, layout, components, features, utilities;")
    assert "@import" not in sheet
    assert sheet.count("{") == sheet.count("}")


def test_an_import_in_another_form_is_refused(web_root: Path) -> None:
    (web_root / "css" / "index.css").write_text("@import 'tokens.css';\n", "utf-8")
    with pytest.raises(BuildError, match="not in the form"):
        bundle_styles(web_root / "css")


def test_every_link_of_every_page_leads_somewhere(built: Built) -> None:
    for path in built.pages():
        tags = Tags(built.html(path))
        ids = {attributes.get("id") for _, attributes in tags.found}
        for attributes in tags.named("a") + tags.named("link"):
            href = attributes["href"]
            if href.startswith("#"):
                assert href[1:] in ids, (path, href)
            elif not href.startswith(("tel:", "mailto:")):
                assert href in built.routes or "/vendor/fonts/" in href, (path, href)


def test_no_page_has_inline_code_or_style_or_a_foreign_address(built: Built) -> None:
    for path in built.pages():
        html = built.html(path)
        for _, attributes in Tags(html).found:
            assert "style" not in attributes
            assert not any(name.startswith("on") for name in attributes)
        assert "<style" not in html
        assert not re.search(r"https?://", html), path


def test_every_page_of_a_seeker_has_the_quick_exit_first(built: Built) -> None:
    for path in built.pages():
        tags = Tags(built.html(path))
        exits = [tag for tag in tags.named("a") if "data-quick-exit" in tag]
        if path.endswith("/team"):
            assert exits == []
            continue
        assert tags.named("a")[0]["href"] == "/exit"
        assert [tag["href"] for tag in exits] == ["/exit", "/exit"]
        assert any(tag.get("src", "").endswith("js/exit.js") for tag in tags.named("script"))


def test_the_exit_leads_on_at_once_and_clears_what_the_browser_kept(built: Built) -> None:
    assert built.routes["/exit"]["status"] == 303
    headers = built.headers("/exit")
    assert headers["Location"] == "https://example.org/wetter"
    assert headers["Clear-Site-Data"] == '"cookies", "storage"'
    assert headers["Referrer-Policy"] == "no-referrer"
    html = built.html("/exit")
    assert "Beratung" not in html
    assert "example.org/wetter" in html


def test_each_page_says_its_language_and_has_one_heading(built: Built) -> None:
    for path in built.pages():
        tags = Tags(built.html(path))
        assert tags.named("html") == [{"lang": "en" if path.startswith("/en/") else "de"}]
        # The shells hold two headings that exclude each other, until the app draws its own.
        assert len(tags.named("h1")) == (2 if path.endswith(("/chat", "/team")) else 1)


def test_every_page_has_its_sibling_in_the_other_language(built: Built) -> None:
    german = {path for path in built.pages() if not path.startswith("/en/")}
    english = {path.removeprefix("/en") for path in built.pages() if path.startswith("/en/")}
    assert german == english
    assert german == {
        "/", "/team", *(f"/{name}" for name in LEGAL),
        *(f"/p/{slug}{end}" for slug in ("leben", "trennung") for end in ("", "/chat")),
    }  # fmt: skip


def test_the_chat_shell_hands_the_app_what_it_must_not_fetch(built: Built) -> None:
    app = next(
        tag for _, tag in Tags(built.html("/en/p/trennung/chat")).found if tag.get("id") == "app"
    )
    site = json.loads(SITE.read_text("utf-8"))
    assert app["data-language"] == "en"
    assert app["data-portal16"] == site["portals"][1]["portal16"]
    assert app["data-team16"] == site["portals"][1]["team16"]
    assert app["data-fingerprint"] == site["fingerprint"]
    assert app["data-deployment-id"] == site["deployment_id"]
    assert app["data-retention-hours"] == "48"
    assert json.loads(app["data-crisis"])[1] == {
        "tel": "0800 111 0 111",
        "href": "tel:08001110111",
        "label": "TelefonSeelsorge (crisis line)",
    }


def test_the_workspace_shell_knows_every_portal(built: Built) -> None:
    app = next(tag for _, tag in Tags(built.html("/team")).found if tag.get("id") == "app")
    assert [portal["slug"] for portal in json.loads(app["data-portals"])] == ["leben", "trennung"]


def test_the_privacy_page_says_the_figures_of_the_configuration(
    web_root: Path, tmp_path: Path
) -> None:
    site = site_with(tmp_path, retention_hours=24, limits={"chat_minutes": 90})
    build_web(site, web_root, tmp_path / "out", brotli_quality=QUALITY)
    page = Built(tmp_path / "out")
    privacy = page.html("/datenschutz")
    assert "24 Stunden nach dem Ende" in privacy
    assert "höchstens 90 Minuten" in privacy
    assert "48" not in re.sub(r"<head>.*?</head>", "", privacy, flags=re.DOTALL)
    assert "bis zu 90 Minuten" in page.html("/p/leben")
    assert "Zeitgrenze von 90 Minuten" in page.html("/barrierefreiheit")


def test_the_privacy_page_promises_only_what_holds(built: Built) -> None:
    privacy = built.html("/datenschutz")
    assert "Wir speichern keine IP-Adresse" in privacy
    assert "noch nicht von unabhängigen Fachleuten geprüft" in privacy
    assert "Diese Grenze ist wesentlich" in built.html("/barrierefreiheit")


@pytest.mark.parametrize("path", ["/", "/p/leben", "/p/leben/chat", "/en/p/leben"])
def test_nothing_is_offered_that_does_not_work_yet(built: Built, path: str) -> None:
    html = built.html(path)
    for words in ("In Ruhe schreiben", "Anmelden", "Leichte Sprache", "Gebärden", "Dienst prüfen"):
        assert words not in html


@pytest.mark.parametrize("path", ["/", "/p/leben", "/p/leben/chat", "/en/p/trennung/chat"])
def test_crisis_numbers_can_be_called_from_every_entrance(built: Built, path: str) -> None:
    called = {tag["href"] for tag in Tags(built.html(path)).named("a")}
    assert {"tel:112", "tel:08001110111", "tel:116016"} <= called


def test_opening_hours_are_shown_by_day(built: Built) -> None:
    html = built.html("/p/trennung")
    assert html.index("09:00 bis 12:00 Uhr") < html.index("Sonntag")
    assert "18:00 bis 24:00 Uhr" in html
    assert "Dienstag" not in re.sub(r'data-texts="[^"]*"', "", html)
    assert "Rund um die Uhr" in built.html("/p/leben")


def test_what_an_operator_writes_is_text_and_never_markup(web_root: Path, tmp_path: Path) -> None:
    name = "<script>alert(1)</script>"
    build_web(site_with(tmp_path, name=name), web_root, tmp_path / "out", brotli_quality=QUALITY)
    html = Built(tmp_path / "out").html("/")
    assert name not in html
    assert "&lt;script&gt;" in html


def test_the_page_is_the_same_for_everybody(built: Built) -> None:
    for path in built.pages():
        assert "nonce" not in built.html(path)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"fingerprint": "00"}, "site.fingerprint"),
        ({"fingerprint": "AB" * 32}, "site.fingerprint"),
        ({"deployment_id": 5}, "site.deployment_id"),
        ({"language": "fr"}, "site.language"),
        ({"exit_url": "http://example.org"}, "site.exit_url"),
        ({"portals": []}, "site.portals"),
        ({"crisis": [{"tel": "call me", "label": {"de": "a", "en": "b"}}]}, "site.crisis[0].tel"),
        ({"crisis": [{"tel": "112", "label": {"de": "a"}}]}, "site.crisis[0].label.en"),
        ({"operator": {"name": "x"}}, "site.operator.street"),
        ({"retention_hours": -1}, "site.retention_hours"),
        ({"retention_hours": True}, "site.retention_hours"),
        ({"limits": 3}, "site.limits"),
        ({"surprise": 1}, "site.surprise"),
    ],
)
def test_a_wrong_site_is_refused_by_place(
    tmp_path: Path, changes: dict[str, Any], place: str
) -> None:
    with pytest.raises(SiteError, match=re.escape(place)):
        load_site(site_with(tmp_path, **changes))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"slug": "Groß"}, "slug"),
        ({"slug": "../x"}, "slug"),
        ({"portal16": "zz"}, "portal16"),
        ({"hours": "mostly"}, "hours"),
        ({"hours": [[7, "09:00", "10:00"]]}, "hours"),
        ({"hours": [[1, "10:00", "09:00"]]}, "ends before it begins"),
        ({"hours": [[1, "9:00", "10:00"]]}, "not a time"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_portal_is_refused(tmp_path: Path, changes: dict[str, Any], place: str) -> None:
    portals = json.loads(SITE.read_text("utf-8"))["portals"]
    with pytest.raises(SiteError, match=place):
        load_site(site_with(tmp_path, portals=[portals[0] | changes]))


@pytest.mark.parametrize("field", ["slug", "portal16"])
def test_two_portals_share_nothing_that_names_them(tmp_path: Path, field: str) -> None:
    portals = json.loads(SITE.read_text("utf-8"))["portals"]
    portals[1][field] = portals[0][field]
    with pytest.raises(SiteError, match=f"share one {field}"):
        load_site(site_with(tmp_path, portals=portals))


def test_a_file_that_is_not_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site.json").write_text("{", "utf-8")
    with pytest.raises(SiteError, match="not JSON"):
        load_site(tmp_path / "site.json")
