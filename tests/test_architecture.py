"""Who may import whom: the table of the architecture, walked over every file.

The server's ban list is what an auditor relies on: with none of these modules the relay has no code
that opens an envelope, a letter, a slot or a keyring.
"""

from __future__ import annotations

import ast
import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers.server import Server, free_port, write_config

ROOT = Path(__file__).parents[1]
OURS = ("crypto", "e2e_server", "clientlib", "tests")
BANNED_IN_SERVER = {
    f"crypto.{name}"
    for name in (
        "account",
        "attachment",
        "commit",
        "doors",
        "envelope",
        "epoch",
        "invitation",
        "invitelink",
        "invitewords",
        "kem",
        "keyring",
        "letter",
        "passphrase",
        "recovery",
        "resume",
        "roster",
        "transcript",
        "grant",
    )
} | {"clientlib"}
PORTS = {f"e2e_server.{name}.port" for name in ("storage", "bus", "blobstore", "keeper")}
# Third-party modules that have one door each.
DOORS = {
    "nacl": {"crypto.primitives"},
    "msgpack": {"crypto.encoding"},
    "cryptography": {"crypto.kem"},
    "secrets": {"crypto.random"},
    "aiosqlite": {"e2e_server.storage"},
    "holidays": {"e2e_server.web.freedays"},
    # The auditor reads copies of the operator's files.
    "sqlite3": {"e2e_server.storage", "clientlib.audit.inside"},
    "apscheduler": {"e2e_server.kernel.jobs"},
    "aiohttp": {"e2e_server.kernel", "e2e_server.features", "e2e_server.app", "clientlib"},
}

WEB_CRYPTO = {"crypto", "crypto.fingerprint", "crypto.levels", "crypto.words"}
WIRE_BASE = {f"crypto.wire.{name}" for name in ("base", "codec", "errors", "fields", "outer")}
FEATURE_CRYPTO = {
    f"crypto.{name}"
    for name in (
        "acceptance",
        "certificate",
        "chain",
        "checkpoint",
        "cosignature",
        "credential",
        "daylist",
        "encoding",
        "errors",
        "keys",
        "labels",
        "logrules",
        "logview",
        "merkle",
        "padding",
        "picture",
        "primitives",
        "profile",
        "publication",
        "random",
        "stamp",
        "statement",
        "tiles",
    )
}
# Sizes and key types; the functions behind them stay unused there.
WIRE_CRYPTO = {f"crypto.{name}" for name in ("encoding", "errors", "keys", "padding", "primitives")}
KERNEL_CRYPTO = {
    f"crypto.{name}"
    for name in (
        "credential",
        "encoding",
        "errors",
        "keys",
        "labels",
        "levels",
        "primitives",
        "random",
        "stamp",
    )
}
KEEPER_CRYPTO = {
    f"crypto.{name}"
    for name in ("encoding", "errors", "keys", "labels", "oprf", "padding", "primitives", "random")
}
# Rooms whose exported names every room may use, and exceptions with their reason.
OPEN_ROOMS = {"boxes", "translog", "blobs"}
ROOM_EXCEPTIONS = {
    ("enquiries", "capacity"): "only who has a place for it takes one more",
    ("live", "staff"): "only an open portal with somebody on duty takes requests",
    ("invitations", "enquiries"): "a ticket obeys the new access instead of the one that was lost",
}
WIRE_EXCEPTIONS = {
    ("live", "boxes"): "a chat ends for the reason for which its box closed",
    ("enquiries", "boxes"): "what opens a first request is a letter",
    ("enquiries", "contacts"): "contact data lie beside a ticket",
    ("invitations", "boxes"): "what lets a newcomer in is a letter",
}


@dataclass(frozen=True, slots=True)
class Import:
    """One import: from which module, and of which."""

    importer: str
    imported: str

    def __str__(self) -> str:
        return f"{self.importer} imports {self.imported}"


def modules(package: str) -> dict[str, Path]:
    """Return every module of a package by its dotted name."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = path
    return found


MODULES = {name: path for package in OURS[:3] for name, path in modules(package).items()}


def imports_of(name: str, path: Path) -> Iterator[Import]:
    """Return all imports of a module, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(name, alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield Import(name, whole if whole in MODULES else base)


IMPORTS = tuple(one for name, path in MODULES.items() for one in imports_of(name, path))


def is_below(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def any_below(name: str, packages: set[str]) -> bool:
    return any(is_below(name, package) for package in packages)


def room_of(name: str) -> str:
    """`e2e_server.features.live.queue` -> `live`."""
    return name.split(".")[2] if name.startswith("e2e_server.features.") else ""


def may_import(one: Import) -> bool:
    """Judge one import of ours by the table."""
    importer, imported = one.importer, one.imported
    if is_below(importer, "crypto.wire"):
        return is_below(imported, "crypto.wire") or imported in WIRE_CRYPTO | {"crypto"}
    if is_below(importer, "crypto"):
        return is_below(imported, "crypto") and not is_below(imported, "crypto.wire")
    if is_below(importer, "clientlib"):
        return any_below(imported, {"crypto", "clientlib"})
    return not any_below(imported, BANNED_IN_SERVER) and server_may_import(importer, imported)


def server_may_import(importer: str, imported: str) -> bool:
    """The rows of the server."""
    own = ".".join(importer.split(".")[:2])
    if own in ("e2e_server.storage", "e2e_server.bus"):
        return is_below(imported, own) or imported in ("e2e_server.bus.port", "crypto.errors")
    if own == "e2e_server.blobstore":
        return is_below(imported, own) or imported == "crypto.random"
    if own == "e2e_server.web":
        return is_below(imported, own) or imported in WEB_CRYPTO
    if own == "e2e_server.keeper":
        is_near = is_below(imported, own) or is_below(imported, "e2e_server.storage")
        return is_near or imported in KEEPER_CRYPTO | {"e2e_server.bus.port", "crypto"}
    if own == "e2e_server.kernel":
        wire = {f"crypto.wire.{name}" for name in ("base", "codec", "errors", "kernel")}
        allowed = KERNEL_CRYPTO | wire | PORTS | {"e2e_server.config", "crypto"}
        return is_below(imported, own) or imported in allowed
    if own == "e2e_server.features" and room_of(importer):
        return feature_may_import(importer, imported)
    return True


def feature_may_import(importer: str, imported: str) -> bool:
    """The row of the rooms."""
    room = room_of(importer)
    if is_below(imported, "e2e_server.features"):
        other = room_of(imported)
        if other == room or not other:
            return True
        # Only what the room's door sign exports, never its inner files.
        is_door = imported == f"e2e_server.features.{other}"
        return is_door and (other in OPEN_ROOMS or bool(ROOM_EXCEPTIONS.get((room, other))))
    if is_below(imported, "crypto.wire"):
        other_wire = imported.removeprefix("crypto.wire").lstrip(".")
        own_wire = other_wire in ("", room) or (room, other_wire) in WIRE_EXCEPTIONS
        return own_wire or imported in WIRE_BASE
    allowed = FEATURE_CRYPTO | PORTS | {"crypto", "e2e_server.config", "e2e_server.secrets_dir"}
    return imported in allowed or is_below(imported, "e2e_server.kernel")


def test_every_import_of_ours_is_allowed_by_the_table() -> None:
    ours = [one for one in IMPORTS if one.imported.split(".")[0] in OURS]
    assert len(ours) > 100
    assert [str(one) for one in ours if not may_import(one)] == []


def test_third_party_modules_have_one_door() -> None:
    breaches = [
        str(one)
        for one in IMPORTS
        for package, doors in DOORS.items()
        if is_below(one.imported, package) and not any_below(one.importer, doors)
    ]
    assert breaches == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("e2e_server.app", "crypto.envelope"),
        ("e2e_server.features.boxes.handlers", "crypto.epoch"),
        ("e2e_server.features.boxes.handlers", "e2e_server.features.live.store"),
        ("e2e_server.features.accounts.pages", "e2e_server.features.staff"),
        ("e2e_server.features.accounts.pages", "e2e_server.storage.sqlite"),
        ("e2e_server.features.accounts.pages", "crypto.wire.boxes"),
        ("e2e_server.kernel.dispatch", "e2e_server.features.live"),
        ("e2e_server.kernel.dispatch", "crypto.wire.boxes"),
        ("e2e_server.keeper.embedded", "e2e_server.kernel.clock"),
        ("e2e_server.cli", "clientlib.client"),
        ("crypto.chain", "crypto.wire.base"),
        ("crypto.wire.base", "crypto.envelope"),
        ("crypto.chain", "e2e_server.config"),
        ("clientlib.client", "e2e_server.app"),
    ],
)
def test_the_table_refuses_what_it_should(importer: str, imported: str) -> None:
    assert not may_import(Import(importer, imported))


def test_imports_form_no_cycle() -> None:
    graph: dict[str, set[str]] = {name: set() for name in MODULES}
    for one in IMPORTS:
        if one.imported in MODULES and one.imported != one.importer:
            graph[one.importer].add(one.imported)
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"cycle: {' -> '.join((*path, name))}"
        if name not in done:
            for other in graph[name]:
                visit(other, (*path, name))
            done.add(name)

    for name in graph:
        visit(name, ())


_LIST_MODULES = """
import asyncio, sys
from pathlib import Path
from e2e_server import cli, config
async def main():
    relay = asyncio.create_task(cli.serve(config.load(Path(sys.argv[1]))))
    said = asyncio.get_running_loop().create_future()
    cli._log = lambda line: said.done() or said.set_result(line)
    relay.add_done_callback(lambda done: said.done() or said.set_result("ended"))
    assert "serving" in await said
    print("\\n".join(sorted(sys.modules)))
    relay.cancel()
    await asyncio.gather(relay, return_exceptions=True)
asyncio.run(main())
"""


def test_a_started_server_has_loaded_nothing_that_could_decrypt(tmp_path: Path) -> None:
    server = Server(tmp_path)
    asyncio.run(server.set_up())
    config = write_config(server, listen_port=free_port())
    done = subprocess.run(
        [sys.executable, "-c", _LIST_MODULES, str(config)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "e2e_server.features.boxes" in loaded
    assert (
        sorted(one for one in loaded if any_below(one, BANNED_IN_SERVER | {"cryptography"})) == []
    )
