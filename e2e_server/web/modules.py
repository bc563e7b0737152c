"""Which browser modules a shell can reach, and the integrity map that names their hashes.

The map never resolves names (import maps do not reach Workers, older browsers have none); it only
says which bytes each module must have. A browser that enforces `Integrity-Policy` then runs nothing
whose hash does not stand in the shell.
"""

from __future__ import annotations

import base64
import hashlib
import json
import posixpath
import re
from collections.abc import Iterable, Mapping

# Also sees `import('./x.js')` in a JSDoc type: one hash too many is harmless, one too few is not.
_IMPORT = re.compile(rb"""\b(?:from|import)\s*(\(?)\s*(["'])(\.{1,2}/[^"'\n]+\.m?js)\2""")
_BESIDE = re.compile(rb"""new URL\((["'])(\.{1,2}/[^"'\n]+)\1,\s*import\.meta\.url\)""")


class MissingModuleError(ValueError):
    """A module imports a file that the code part does not have."""


def sri(content: bytes) -> str:
    """`sha384-<base64>`, as `integrity` attributes and Content-Security-Policy write it."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode("ascii")


def module_integrity(content: bytes) -> str:
    """`sha256-<base64>`: each shell names a hash of each module, and hashes do not compress."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")


def imports_of(path: str, content: bytes, *, at_once: bool = False) -> tuple[str, ...]:
    """Paths, relative to the code root, of the modules that the one at `path` imports.

    With `at_once` only those it cannot run without: an `import()` happens when somebody wants it.
    """
    found = {match[3] for match in _IMPORT.finditer(content) if not (at_once and match[1] == b"(")}
    return _resolved(path, found)


def files_beside(path: str, content: bytes) -> tuple[str, ...]:
    """Paths of what the module at `path` fetches itself: WebAssembly, a Worker's script, lists."""
    return _resolved(path, {match[2] for match in _BESIDE.finditer(content)})


def reachable(code: Mapping[str, bytes], entries: Iterable[str]) -> tuple[str, ...]:
    """Every module that `entries` load, statically or by a literal `import()`, sorted.

    An entry that does not exist is left out: the shell then shows its text for old browsers.
    """
    return _closure(code, entries, at_once=False)


def loaded_at_once(code: Mapping[str, bytes], entries: Iterable[str]) -> tuple[str, ...]:
    """The modules without which `entries` do not run, sorted."""
    return _closure(code, entries, at_once=True)


def _closure(
    code: Mapping[str, bytes], entries: Iterable[str], *, at_once: bool
) -> tuple[str, ...]:
    waiting = [entry for entry in entries if entry in code]
    seen: set[str] = set(waiting)
    while waiting:
        path = waiting.pop()
        for target in imports_of(path, code[path], at_once=at_once):
            if target not in code:
                raise MissingModuleError(f"{path} imports {target}, which does not exist")
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return tuple(sorted(seen))


def _resolved(path: str, names: Iterable[bytes]) -> tuple[str, ...]:
    folder = posixpath.dirname(path)
    return tuple(
        sorted(posixpath.normpath(posixpath.join(folder, name.decode("utf-8"))) for name in names)
    )


def import_map(code: Mapping[str, bytes], prefix: str, paths: Iterable[str]) -> str:
    """The content of the inline `<script type="importmap">`; its own hash goes into the CSP."""
    integrity = {
        prefix + path: module_integrity(code[path]) for path in sorted(set(paths)) if path in code
    }
    # No "<" may end the script element early; none occurs in paths and base64.
    return json.dumps({"integrity": integrity}, separators=(",", ":"), sort_keys=True)
