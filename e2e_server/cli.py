"""The operator's commands; `e2e-server --help` lists them."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import resource
import signal
import ssl
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from e2e_server import paths
from e2e_server.app import MAX_CONNECTIONS, open_relay
from e2e_server.config import (
    ConfigError,
    Settings,
    check_exposure,
    has_tls,
    load,
    render_sample,
)
from e2e_server.dataprotection import DocumentsError, write_documents
from e2e_server.features.release import pages_signed
from e2e_server.features.translog import log_of
from e2e_server.init import check, init
from e2e_server.keeper.port import KeeperError
from e2e_server.keeper_process import init_keeper, serve_keeper
from e2e_server.keeper_restore import restore_keeper
from e2e_server.kernel.clock import MS_PER_S
from e2e_server.kernel.errors import StartError
from e2e_server.log_key import new_log_key
from e2e_server.secrets_dir import SecretFileError
from e2e_server.storage.port import StorageError
from e2e_server.web import SiteError, build_web, differences, render
from e2e_server.web.build import BuildError
from e2e_server.web.modules import MissingModuleError

# Files, database, log and listening sockets beside one descriptor for each connection.
SPARE_DESCRIPTORS = 256
_FAILURES = (
    BuildError,
    ConfigError,
    DocumentsError,
    KeeperError,
    MissingModuleError,
    SecretFileError,
    SiteError,
    StartError,
    StorageError,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 1 after one sentence about what is wrong."""
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except _FAILURES as error:
        _say(f"e2e-server: {error}", sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


async def serve(settings: Settings) -> None:
    """Listen until the process is told to end."""
    check_exposure(settings)
    connections = raise_descriptor_limit()
    tls = _tls(settings)
    _quiet_libraries()
    relay = await open_relay(settings, write_log=_log, max_connections=connections)
    try:
        await relay.listen(settings.listen_host, settings.listen_port, tls)
        relay.parts.oplog.note("serving", port=relay.port)
        if not pages_signed(relay.parts):
            relay.parts.oplog.note("pages_not_signed")
        if log_of(relay.parts).differs():
            relay.parts.oplog.note("policy_differs")
        await _told_to_end()
    finally:
        await relay.close()


def raise_descriptor_limit() -> int:
    """Raise the soft limit of open files to the hard one; return how many may connect."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + SPARE_DESCRIPTORS
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        soft = limit
    return max(1, min(MAX_CONNECTIONS, soft - SPARE_DESCRIPTORS)) if soft > 0 else MAX_CONNECTIONS


def _run(options: argparse.Namespace) -> None:
    if options.command == "print-config":
        _say(render_sample().rstrip("\n"))
        return
    settings = load(options.config)
    if options.command == "serve":
        asyncio.run(serve(settings))
    elif options.command == "keeper":
        _quiet_libraries()
        asyncio.run(serve_keeper(settings, _log, _told_to_end))
    elif options.command == "init-keeper":
        asyncio.run(init_keeper(settings, options.operator_key))
    elif options.command == "restore-keeper":
        found = asyncio.run(restore_keeper(settings, options.operator_secret))
        written = datetime.fromtimestamp(found.written_ms / MS_PER_S, UTC)
        _say(f"copy written {written:%Y-%m-%d %H:%M} UTC")
        _say(f"keeper doors {found.doors}, shares {found.shares}")
    elif options.command == "init":
        _say(asyncio.run(init(settings, options.operator_key)))
    elif options.command == "new-log-key":
        _say(new_log_key(settings))
    elif options.command == "check":
        for line in asyncio.run(check(settings, _log)):
            _say(line)
    elif options.command == "data-protection":
        site = options.site or paths.site_path(settings)
        for path in write_documents(settings, site, options.out):
            _say(str(path))
    else:
        _build(options, settings)


def _build(options: argparse.Namespace, settings: Settings) -> None:
    site = options.site or paths.site_path(settings)
    out = options.out or settings.site_dir
    try:
        if not options.check:
            build_web(site, paths.WEB_ROOT, out, brotli_quality=options.quality)
            return
        found = differences(out, render(site.read_bytes(), paths.WEB_ROOT, site.name))
    except OSError as error:
        raise BuildError(f"{error.filename}: {error.strerror}") from error
    if found:
        raise BuildError(f"{out} is not what this program builds: " + "; ".join(found))
    _say(f"{out} is what this program builds from {site.name}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="e2e-server", description=__doc__)
    parser.add_argument("--config", type=Path, default=Path("config.toml"), metavar="FILE")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="run the relay")
    commands.add_parser("check", help="open everything as serve would, and say whether it fits")
    commands.add_parser("print-config", help="print every setting with its default")
    commands.add_parser("keeper", help="run the keeper as a process of its own")
    founding = commands.add_parser("init", help="make key files, database and keeper")
    founding.add_argument(
        "--operator-key",
        type=Path,
        metavar="FILE",
        help="operator.pub, in hex; not with a keeper of its own",
    )
    keeping = commands.add_parser("init-keeper", help="make the files of a keeper of its own")
    keeping.add_argument(
        "--operator-key", type=Path, required=True, metavar="FILE", help="operator.pub, in hex"
    )
    commands.add_parser(
        "new-log-key", help="draw the log's next key, for a renewed POLICY to name; then restart"
    )
    papers = commands.add_parser(
        "data-protection", help="write the drafts of the data protection documents, in German"
    )
    papers.add_argument("--out", type=Path, required=True, metavar="DIR")
    papers.add_argument("--site", type=Path, metavar="FILE", help="default: site.json in data_dir")
    restoring = commands.add_parser("restore-keeper", help="rebuild a lost keeper from its copy")
    restoring.add_argument(
        "--operator-secret",
        type=Path,
        required=True,
        metavar="FILE",
        help="of vieraugen org operator",
    )
    building = commands.add_parser("build-web", help="render the pages and compress everything")
    building.add_argument(
        "--site", type=Path, metavar="FILE", help="default: site.json in data_dir"
    )
    building.add_argument("--out", type=Path, metavar="FOLDER", help="default: site_dir")
    building.add_argument(
        "--check", action="store_true", help="write nothing; say whether the folder is that already"
    )
    building.add_argument("--quality", type=int, default=11, help="brotli quality, 0 to 11")
    return parser


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if not has_tls(settings):
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except (OSError, ssl.SSLError) as error:
        raise StartError(f"{settings.tls_cert} and {settings.tls_key} do not load") from error
    return context


async def _told_to_end() -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    await ended.wait()


def _quiet_libraries() -> None:
    """Libraries quote requests and values in their messages: none of it reaches a log."""
    logging.getLogger().handlers = [logging.NullHandler()]
    logging.raiseExceptions = False


def _log(line: str) -> None:
    _say(line, sys.stderr)


def _say(line: str, stream: object = None) -> None:
    # A closed terminal must not end the service.
    with contextlib.suppress(OSError, ValueError):
        target = sys.stdout if stream is None else sys.stderr
        target.write(line + "\n")
        target.flush()
