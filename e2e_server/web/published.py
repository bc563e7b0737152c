"""What is published beside the pages, so that anybody can compare: manifests, promises, an entry.

A manifest maps a served path to the SHA-384 (lower-case hex) of what a browser gets there after it
has undone the encoding of the transfer. Each is the same bytes for the same input: keys sorted, no
time, no machine. docs/spec/release.md is the authority for the forms.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from e2e_server.web import headers
from e2e_server.web.contexts import Page
from e2e_server.web.site import Site

FORMAT = "vieraugen-release-1"
CODE_MANIFEST = "MANIFEST.code.json"
SITE_MANIFEST = "MANIFEST.site.json"
HEADERS = "headers.json"
SITE = "site.json"
ENTRY_PATH = "/.well-known/vieraugen.json"
ENTRY_FILE = "vieraugen.json"
LOG_PATH = "/log/"
EXIT_PATH = "/exit"
EXIT_FILE = "pages/exit.html"
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


def manifest(contents: Mapping[str, bytes]) -> bytes:
    """Served path -> SHA-384 of `contents`, as hex."""
    return canonical({path: sha384(contents[path]) for path in contents})


def sha384(content: bytes) -> str:
    """As `sha384sum` prints it."""
    return hashlib.sha384(content).hexdigest()


def canonical(value: object) -> bytes:
    """JSON in the one form in which it is published and hashed."""
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8")


def entry(site: Site, files: Mapping[str, bytes]) -> bytes:
    """Where to begin: whose service it says it is, and the hashes of the files that name others.

    `files`: served path -> content. It proves nothing by itself; the log's leaves do.
    """
    return canonical(
        {
            "format": FORMAT,
            "fingerprint": site.fingerprint,
            "deployment_id": site.deployment_id,
            "log": LOG_PATH,
            "files": {path: sha384(content) for path, content in files.items()},
        }
    )


def route_table(
    prefix: str, code: Mapping[str, bytes], pages: tuple[Page, ...], exit_url: str
) -> dict[str, Any]:
    """Everything the HTTP floor needs: served path -> file, class, type; class -> headers.

    It is published too: who compares knows which headers were promised for each path.
    """
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
        add(page.path, file_of(page.path), name)
    add(EXIT_PATH, EXIT_FILE, "exit", status=303)
    for file in (CODE_MANIFEST, SITE_MANIFEST, HEADERS, SITE):
        add(f"/{file}", file, "manifest")
    add(ENTRY_PATH, ENTRY_FILE, "manifest")
    return {"classes": classes, "routes": routes}


def file_of(path: str) -> str:
    """Where a page lies in the built folder."""
    return f"pages{path}index.html" if path.endswith("/") else f"pages{path}.html"
