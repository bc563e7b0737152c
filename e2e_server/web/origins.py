"""Where each file of part `code` comes from: our repository, or a package at a version.

Read from what the build trusts anyway: `vendor.lock.json` (which file of which package became what)
and npm's `package-lock.json` (version and licence of that package).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from e2e_server.web.reading import BuildError

VENDOR = "vendor/"
# Gathered from all packages rather than copied from one.
_GATHERED = "*/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """`source` is a path in the repository, or with a `package` one inside it."""

    source: str
    package: str = ""
    version: str = ""
    licence: str = ""

    @property
    def is_ours(self) -> bool:
        return not self.package


def origins(code: Iterable[str], sheets: Mapping[str, str], web_root: Path) -> Mapping[str, Origin]:
    """Every path of part `code` with its origin; `sheets`: served style sheet -> its list.

    BuildError when a third-party file is of a package that npm's lock does not have.
    """
    lock = json.loads((web_root / "vendor.lock.json").read_text("utf-8"))
    packages = json.loads((web_root / "package-lock.json").read_text("utf-8"))["packages"]
    found = {}
    for path in code:
        if path.startswith(VENDOR):
            found[path] = _foreign(str(lock[path.removeprefix(VENDOR)]["from"]), packages)
        elif path in sheets:
            found[path] = Origin(source=f"web/css/{sheets[path]}")
        else:
            found[path] = Origin(source=f"web/{path}")
    return found


def _foreign(source: str, packages: Mapping[str, Mapping[str, str]]) -> Origin:
    if source.startswith(_GATHERED):
        return Origin(source="web/vendor.mjs")
    parts = source.split("/")
    name = "/".join(parts[:2] if source.startswith("@") else parts[:1])
    package = packages.get(f"node_modules/{name}")
    if package is None:
        raise BuildError(f"package-lock.json has no {name}, from which vendor.lock.json takes")
    return Origin(
        source=source, package=name, version=package["version"], licence=package["license"]
    )
