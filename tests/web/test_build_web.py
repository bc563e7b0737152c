"""What build-web promises: the same bytes twice, and nothing unhashed."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import brotli
import pytest

from e2e_server.web import SiteError, build_web
from e2e_server.web.build import BuildError, bundle_styles
from e2e_server.web.modules import MissingModuleError, imports_of, module_integrity, sri
from tests.web.built import QUALITY, SITE, Built, Tags, inline_map, site_with


def test_another_year_changes_the_rooms_where_people_write_and_no_code(
    web_root: Path, tmp_path: Path
) -> None:
    manifests = {}
    for year in (2026, 2027):
        out = tmp_path / str(year)
        build_web(site_with(tmp_path, year=year), web_root, out, brotli_quality=QUALITY)
        names = ("MANIFEST.code.json", "MANIFEST.site.json")
        manifests[year] = [json.loads((out / name).read_text("utf-8")) for name in names]
    before, after = manifests[2026], manifests[2027]
    assert before[0] == after[0]
    changed = {path for path in after[1] if before[1][path] != after[1][path]}
    assert changed > {"/site.json"}
    assert all(path.endswith(("/zugang", "/team", "/site.json")) for path in changed)


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
        ("MANIFEST.site.json", {*built.pages(), "/exit", "/headers.json", "/site.json"}),
    ):
        listed = json.loads((built.out / manifest).read_text("utf-8"))
        assert set(listed) == paths
        for path, digest in listed.items():
            assert hashlib.sha384(built.body(path)).hexdigest() == digest


def test_the_published_input_is_the_operators_file_byte_for_byte(built: Built) -> None:
    assert built.body("/site.json") == SITE.read_bytes()


def test_the_promised_headers_are_published_as_they_are_sent(built: Built) -> None:
    assert json.loads(built.body("/headers.json")) == built.table


def test_the_entry_names_the_files_that_name_the_others(built: Built) -> None:
    entry = json.loads(built.body("/.well-known/vieraugen.json"))
    named = ("/MANIFEST.code.json", "/MANIFEST.site.json", "/headers.json", "/site.json")
    assert entry == {
        "format": "vieraugen-release-1",
        "fingerprint": json.loads(SITE.read_text("utf-8"))["fingerprint"],
        "deployment_id": json.loads(SITE.read_text("utf-8"))["deployment_id"],
        "log": "/log/",
        "files": {path: hashlib.sha384(built.body(path)).hexdigest() for path in named},
    }


def test_every_served_path_is_in_a_manifest_or_names_one(built: Built) -> None:
    listed: set[str] = set()
    for manifest in ("MANIFEST.code.json", "MANIFEST.site.json"):
        listed |= set(json.loads((built.out / manifest).read_text("utf-8")))
    assert set(built.routes) - listed == {
        "/.well-known/vieraugen.json",
        "/MANIFEST.code.json",
        "/MANIFEST.site.json",
    }


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


def test_a_page_names_the_hashes_of_its_own_language_only(built: Built) -> None:
    for path, own, other in (("/p/leben/chat", "de", "en"), ("/en/p/leben/chat", "en", "de")):
        named = inline_map(built.html(path))
        assert f"/text/{own}.js" in named
        assert f"/text/{other}.js" not in named
        assert f"-{other}.js" not in named


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
        assert module_integrity(built.body(path)) == integrity


def test_each_language_gets_its_own_sentences(built: Built) -> None:
    assert "text/en.js" in inline_map(built.html("/en/p/leben/chat"))
    assert "text/de.js" not in inline_map(built.html("/en/p/leben/chat"))


def test_the_portal_page_prefetches_what_the_chat_needs(built: Built) -> None:
    state = next(
        tag for _, tag in Tags(built.html("/p/leben")).found if tag.get("id") == "open-state"
    )
    names = {path.split("/", 3)[3] for path in state["data-prefetch"].split()}
    # Not what the chat fetches only when somebody wants it.
    assert names == {
        "js/seeker.js",
        "js/core/start.js",
        "text/de.js",
        "vendor/tiny.mjs",
        "vendor/tiny.wasm",
    }


def test_a_shell_asks_at_once_for_everything_it_needs(built: Built) -> None:
    links = Tags(built.html("/p/leben/chat")).named("link")
    modules = {link["href"].split("/", 3)[3] for link in links if link["rel"] == "modulepreload"}
    assert modules == {"js/core/start.js", "text/de.js", "vendor/tiny.mjs"}
    (wasm,) = (link for link in links if link.get("as") == "fetch")
    assert wasm["href"].endswith("vendor/tiny.wasm")
    assert built.routes[wasm["href"]]["type"] == "application/wasm"
    assert "crossorigin" in wasm


def test_comments_are_not_served(built: Built) -> None:
    start = next(path for path in built.routes if path.endswith("js/core/start.js"))
    assert built.body(start).startswith(b"\nimport")


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
    assert {"css/all.css", "css/workspace.css", "vendor/tiny.mjs", "js/exit.js"} <= served


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


def directives(policy: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (part.split() for part in policy.split(";"))}


def test_the_policies_keep_the_rules_of_enrolment(built: Built) -> None:
    """Those of webcat-spec (csp.md): docs/decisions/0034-released-client.md."""
    for promised in built.table["classes"].values():
        policy = promised["Content-Security-Policy"]
        assert "," not in policy
        found = directives(policy)
        assert found["default-src"] == ["'none'"]
        scripts = {one for one in found["script-src"] if not one.startswith("'sha384-")}
        assert scripts == {"'self'", "'wasm-unsafe-eval'"}
        assert found["style-src"] == ["'self'"]
        assert found["worker-src"] == ["'self'"]
        assert not {"object-src", "frame-src", "child-src", "script-src-elem"} & found.keys()
        # What these headers do, no hash covers.
        assert not {"Refresh", "Link", "Set-Cookie", "SourceMap"} & promised.keys()


def test_only_the_exit_leads_to_another_origin(built: Built) -> None:
    leading = [path for path in built.routes if "Location" in built.headers(path)]
    assert leading == ["/exit"]
