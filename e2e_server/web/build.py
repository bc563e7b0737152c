"""The thin shell of build-web: reads `web/`, calls the pure renderers, writes the result.

    out/pages/…                  HTML shells (part `site`)
    out/static/<tree hash>/…     modules, styles, fonts (part `code`)
    out/MANIFEST.code.json       what part `code` consists of
    out/MANIFEST.site.json       likewise for the shells, `headers.json` and `site.json`
    out/headers.json             routes and the headers of each class, for the HTTP floor
    out/site.json                the published input, byte for byte
    out/vieraugen.json           where to begin to compare: /.well-known/vieraugen.json

Beside each text file lie `.br` and `.gz`. Two runs over the same input give the same bytes: no
time, no order of a directory listing, no random value enters the result. The input is `web/` and
`site.json`, nothing else.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import brotli

from e2e_server.web import published
from e2e_server.web.comments import without_comments
from e2e_server.web.freedays import free_days
from e2e_server.web.modules import sri
from e2e_server.web.origins import origins
from e2e_server.web.pages import Renderer
from e2e_server.web.reading import BuildError as BuildError
from e2e_server.web.site import LANGUAGES, read_site
from e2e_server.web.texts import read_texts

TREE_HASH_CHARS = 16
# Served sheet -> the list of what stands in it.
STYLE_SHEETS = {
    "css/all.css": "index.css",
    "css/access.css": "index-access.css",
    "css/enquiries.css": "index-enquiries.css",
    "css/verify.css": "index-verify.css",
    "css/portal.css": "index-portal.css",
    "css/workspace.css": "index-workspace.css",
}
_ALREADY_COMPRESSED = (".woff2",)
_UNPACK: dict[str, Callable[[bytes], bytes]] = {".br": brotli.decompress, ".gz": gzip.decompress}
_IMPORT = re.compile(r'^@import url\("([a-z0-9/-]+\.css)"\) layer\(([a-z]+)\);$')


def build_web(site: Path, web_root: Path, out: Path, *, brotli_quality: int = 11) -> None:
    """Builds everything the browser gets from `site` (site.json) and `web_root` into `out`.

    `out` is replaced as a whole at the end, so a failing build leaves the old one in place.
    """
    _write(out, render(site.read_bytes(), web_root, site.name), brotli_quality)


def render(site_json: bytes, web_root: Path, name: str = published.SITE) -> dict[str, bytes]:
    """Every file of a build by its path in the built folder, without the compressed siblings.

    `name`: what errors call the bytes of site.json.
    """
    loaded = read_site(site_json, name)
    code = collect_code(web_root)
    prefix = f"/static/{tree_hash(code)}/"
    code_manifest = published.manifest({prefix + path: code[path] for path in code})
    texts: dict[str, dict[str, Any]] = {
        language: read_texts(web_root / "text", language) for language in LANGUAGES
    }
    renderer = Renderer(
        site=loaded,
        templates=web_root / "templates",
        texts=texts,
        code=code,
        prefix=prefix,
        holidays=free_days(loaded.region, loaded.year),
        origins=origins(code, STYLE_SHEETS, web_root),
        manifest_hash=published.sha384(code_manifest),
    )
    pages = renderer.pages()
    exit_page = renderer.exit_page()
    table = published.canonical(published.route_table(prefix, code, pages, loaded.exit_url))
    site_manifest = published.manifest(
        {page.path: page.html for page in pages}
        | {
            published.EXIT_PATH: exit_page,
            f"/{published.HEADERS}": table,
            f"/{published.SITE}": site_json,
        }
    )
    named = {
        published.CODE_MANIFEST: code_manifest,
        published.SITE_MANIFEST: site_manifest,
        published.HEADERS: table,
        published.SITE: site_json,
    }
    return {
        **{prefix.lstrip("/") + path: content for path, content in code.items()},
        **{published.file_of(page.path): page.html for page in pages},
        published.EXIT_FILE: exit_page,
        **named,
        published.ENTRY_FILE: published.entry(
            loaded, {f"/{path}": content for path, content in named.items()}
        ),
    }


def differences(built: Path, rendered: Mapping[str, bytes]) -> tuple[str, ...]:
    """In words, each way in which a built folder is not what was rendered; its order is fixed."""
    found = []
    for name, content in sorted(rendered.items()):
        path = built / name
        if not path.is_file():
            found.append(f"{name} is missing")
        elif path.read_bytes() != content:
            found.append(f"{name} differs")
    siblings = {f"{name}{suffix}" for name in rendered for suffix in _UNPACK}
    for path in sorted(built.rglob("*")):
        name = path.relative_to(built).as_posix()
        if path.is_file() and name not in rendered and name not in siblings:
            found.append(f"{name} belongs to no page")
    return (*found, *_wrong_siblings(built, rendered))


def _wrong_siblings(built: Path, rendered: Mapping[str, bytes]) -> list[str]:
    """What a browser that takes compressed bytes would get instead of the page."""
    wrong = []
    for name, content in sorted(rendered.items()):
        for suffix, unpack in _UNPACK.items():
            path = built / f"{name}{suffix}"
            try:
                if path.is_file() and unpack(path.read_bytes()) != content:
                    wrong.append(f"{name}{suffix} holds something else")
            except (brotli.error, OSError, EOFError, zlib.error):
                wrong.append(f"{name}{suffix} cannot be unpacked")
    return wrong


def collect_code(web_root: Path) -> dict[str, bytes]:
    """Part `code`: path relative to the code root -> content, as it is served."""
    code = {
        sheet: without_comments(bundle_styles(web_root / "css", index))
        for sheet, index in STYLE_SHEETS.items()
    }
    for folder, pattern in (("js", "**/*.js"), ("text", "*.js"), ("img", "*.svg")):
        for path in sorted((web_root / folder).glob(pattern)):
            if not path.name.endswith(".test.js"):
                source = path.read_bytes()
                name = path.relative_to(web_root).as_posix()
                code[name] = source if folder == "img" else without_comments(source)
    return code | _vendor(web_root)


def _vendor(web_root: Path) -> dict[str, bytes]:
    """Third-party files: exactly those in vendor.lock.json, each with exactly the agreed bytes."""
    lock = json.loads((web_root / "vendor.lock.json").read_text("utf-8"))
    vendored = {}
    for name, agreed in sorted(lock.items()):
        path = web_root / "vendor" / name
        if not path.is_file():
            raise BuildError(f"vendor/{name} is missing; run npm ci and node vendor.mjs in web/")
        content = path.read_bytes()
        if sri(content) != agreed["result"]:
            raise BuildError(f"vendor/{name} is not the file that vendor.lock.json names")
        vendored[f"vendor/{name}"] = content
    return vendored


def bundle_styles(css_root: Path, index: str = "index.css") -> bytes:
    """One sheet for one request: each import of `index` in its place and layer, unchanged."""
    parts = []
    for line in (css_root / index).read_text("utf-8").splitlines():
        found = _IMPORT.fullmatch(line.strip())
        if found is None:
            if line.startswith("@import"):
                raise BuildError(f"css/{index}: {line} is not in the form the build reads")
            parts.append(line)
            continue
        sheet = (css_root / found[1]).read_text("utf-8").strip()
        parts.append(f"@layer {found[2]} {{\n{sheet}\n}}")
    return ("\n".join(parts).strip() + "\n").encode("utf-8")


def tree_hash(code: Mapping[str, bytes]) -> str:
    """Names the whole code part: relative imports work below it, and it may be kept for ever."""
    whole = hashlib.sha384()
    for path in sorted(code):
        digest = hashlib.sha384(code[path]).hexdigest()
        whole.update(f"{digest}  {path}\n".encode())
    return whole.hexdigest()[:TREE_HASH_CHARS]


def _write(out: Path, files: Mapping[str, bytes], brotli_quality: int) -> None:
    fresh = out.with_name(out.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, content in files.items():
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if path.suffix not in _ALREADY_COMPRESSED:
            packed = brotli.compress(content, quality=brotli_quality)
            path.with_name(path.name + ".br").write_bytes(packed)
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)
