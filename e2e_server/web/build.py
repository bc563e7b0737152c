"""The thin shell of build-web: reads `web/`, calls the pure renderers, writes the result.

    out/pages/…                  HTML shells (part `site`)
    out/static/<tree hash>/…     modules, styles, fonts (part `code`)
    out/MANIFEST.code.json       served path -> SHA-384, hex as `sha384sum` prints it
    out/MANIFEST.site.json       likewise for the shells
    out/headers.json             routes and the headers of each class, for the HTTP floor

Beside each text file lie `.br` and `.gz`. Two runs over the same input give the same bytes: no
time, no order of a directory listing, no random value enters the result.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import brotli

from e2e_server.web import headers
from e2e_server.web.comments import without_comments
from e2e_server.web.freedays import free_days
from e2e_server.web.modules import sri
from e2e_server.web.pages import Page, Renderer
from e2e_server.web.site import LANGUAGES, load_site
from e2e_server.web.texts import read_texts

TREE_HASH_CHARS = 16
# Served sheet -> the list of what stands in it.
STYLE_SHEETS = {
    "css/all.css": "index.css",
    "css/access.css": "index-access.css",
    "css/enquiries.css": "index-enquiries.css",
    "css/workspace.css": "index-workspace.css",
}
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
_ALREADY_COMPRESSED = (".woff2",)
_IMPORT = re.compile(r'^@import url\("([a-z0-9/-]+\.css)"\) layer\(([a-z]+)\);$')


class BuildError(RuntimeError):
    """`web/` is not what the build expects; the text names the file."""


def build_web(
    site: Path, web_root: Path, out: Path, *, year: int, brotli_quality: int = 11
) -> None:
    """Builds everything the browser gets from `site` (site.json) and `web_root` into `out`.

    `out` is replaced as a whole at the end, so a failing build leaves the old one in place. `year`
    is the first whose holidays the pages know.
    """
    loaded = load_site(site)
    code = collect_code(web_root)
    prefix = f"/static/{tree_hash(code)}/"
    texts: dict[str, dict[str, Any]] = {
        language: read_texts(web_root / "text", language) for language in LANGUAGES
    }
    renderer = Renderer(
        site=loaded,
        templates=web_root / "templates",
        texts=texts,
        code=code,
        prefix=prefix,
        holidays=free_days(loaded.region, year),
    )
    pages = renderer.pages()
    exit_page = renderer.exit_page()

    files = {prefix.lstrip("/") + path: content for path, content in code.items()}
    files |= {_file_of(page.path): page.html for page in pages}
    files["pages/exit.html"] = exit_page
    files["MANIFEST.code.json"] = _manifest({prefix + path: code[path] for path in code})
    files["MANIFEST.site.json"] = _manifest(
        {page.path: page.html for page in pages} | {"/exit": exit_page}
    )
    table = _routes(prefix, code, pages, loaded.exit_url)
    _write(out, files, table, brotli_quality)


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


def _file_of(path: str) -> str:
    return f"pages{path}index.html" if path.endswith("/") else f"pages{path}.html"


def _manifest(contents: Mapping[str, bytes]) -> bytes:
    return _json({path: hashlib.sha384(contents[path]).hexdigest() for path in contents})


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8")


def _routes(
    prefix: str, code: Mapping[str, bytes], pages: tuple[Page, ...], exit_url: str
) -> dict[str, Any]:
    """Everything the HTTP floor needs: served path -> file, class, type; class -> headers."""
    classes = {
        "code": headers.code_headers(),
        "exit": headers.exit_headers(exit_url),
        "manifest": headers.manifest_headers(),
    }
    routes: dict[str, dict[str, Any]] = {}

    def add(path: str, file: str, name: str, status: int = 200) -> None:
        kind = CONTENT_TYPES[Path(file).suffix]
        routes[path] = {"file": file, "class": name, "type": kind, "status": status}

    for path in code:
        add(prefix + path, prefix.lstrip("/") + path, "code")
    names: dict[str, str] = {}
    for page in pages:
        # One class per import map, because its hash is a part of the policy.
        name = names.setdefault(page.import_map_hash, f"shell-{len(names) + 1}")
        classes[name] = headers.shell_headers((page.import_map_hash,))
        add(page.path, _file_of(page.path), name)
    add("/exit", "pages/exit.html", "exit", status=303)
    for manifest in ("MANIFEST.code.json", "MANIFEST.site.json"):
        add(f"/{manifest}", manifest, "manifest")
    return {"classes": classes, "routes": routes}


def _write(
    out: Path, files: Mapping[str, bytes], table: Mapping[str, Any], brotli_quality: int
) -> None:
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
    (fresh / "headers.json").write_bytes(_json(table))
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)
