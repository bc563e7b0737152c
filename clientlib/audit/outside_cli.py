"""The audit from outside on the command line: what it takes, and one run."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from clientlib.audit.access import Access
from clientlib.audit.check import Check
from clientlib.audit.claims import OUTSIDE, TRIAL
from clientlib.audit.fetch import Fetcher
from clientlib.audit.outside import Outside, Wanted
from clientlib.audit.telling import add_report_options, audit, state_of
from clientlib.audit.visitors import VISITORS
from clientlib.terminal import UsageError, now_ms

DESCRIPTION = (
    "Prüft einen laufenden Dienst von außen, ohne etwas zu ändern. Ende mit 0: nichts spricht "
    "gegen den Dienst; 1: etwas ist nicht bestanden; 2: etwas ließ sich nicht prüfen."
)


def main(prog: str, arguments: Sequence[str]) -> int:
    """Run one audit and return its exit status."""
    options = parser(prog).parse_args(arguments)
    return asyncio.run(run(options, now_ms))


def resume(prog: str, arguments: Sequence[str]) -> int:
    """Come back for the trials that wait in the state folder; nothing else is tried."""
    options = parser(prog).parse_args(arguments)
    return asyncio.run(run(options, now_ms, TRIAL[:1]))


def parser(prog: str) -> argparse.ArgumentParser:
    """Return the command line of an audit from outside."""
    found = argparse.ArgumentParser(prog=prog, description=DESCRIPTION)
    found.add_argument("url", metavar="URL", help="Adresse des Dienstes")
    found.add_argument(
        "--fingerprint",
        required=True,
        metavar="HEX|WÖRTER",
        help="Fingerabdruck der Organisation: 64 Zeichen oder die acht Wörter",
    )
    add_report_options(found)
    found.add_argument(
        "--visitors",
        type=int,
        default=VISITORS,
        metavar="ZAHL",
        help="wie oft jede Datei geholt wird, jedes Mal als jemand anderes (Vorgabe: %(default)s)",
    )
    found.add_argument(
        "--over",
        type=float,
        default=0.0,
        metavar="MINUTEN",
        help="die Abrufe über diese Zeit verteilen",
    )
    found.add_argument(
        "--checkout", type=Path, metavar="ORDNER", help="das Programm im Quelltext, zum Nachbauen"
    )
    found.add_argument(
        "--release", type=Path, metavar="DATEI", help="eine MANIFEST.code.json aus anderer Hand"
    )
    found.add_argument(
        "--access",
        type=Path,
        metavar="DATEI",
        help="Zugang einer prüfenden Person, für ein eigenes Gespräch und eine eigene Anfrage im "
        "Portal für Prüfungen",
    )
    found.add_argument(
        "--require-canary",
        action="store_true",
        help="ohne das eigene Gespräch gilt die Prüfung als nicht durchführbar",
    )
    found.add_argument(
        "--with-consent",
        action="store_true",
        help="der Betrieb ist mit feindlichen Anfragen einverstanden",
    )
    return found


async def run(
    options: argparse.Namespace,
    clock: Callable[[], int],
    checks: Sequence[Check[Outside]] = OUTSIDE,
) -> int:
    """Run one audit; UsageError when the command line cannot be used."""
    address = urlsplit(options.url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise UsageError("Die Adresse beginnt mit https:// (auf dieser Maschine auch http://).")
    if options.visitors < 1 or options.over < 0:
        raise UsageError("Mindestens ein Abruf, und keine Zeit vor jetzt.")
    if options.release is not None and not options.release.is_file():
        raise UsageError(f"{options.release} gibt es nicht.")
    url = options.url.rstrip("/")
    async with Fetcher(url) as fetcher:
        context = Outside(
            url=url,
            wanted=Wanted.parse(options.fingerprint),
            fetcher=fetcher,
            state=state_of(options),
            now_ms=clock,
            visitor_count=options.visitors,
            pause=_pause(options.over, options.visitors),
            checkout=options.checkout,
            release=options.release,
            may_attack=options.with_consent,
            access=Access.load(options.access) if options.access is not None else None,
            requires_canary=options.require_canary,
        )
        subject = (("url", url), ("fingerprint", options.fingerprint))
        return await audit("outside", subject, checks, context, options, clock)


def _pause(minutes: float, visitors: int) -> Callable[[], Awaitable[None]] | None:
    """Return what waits before each fetch, so that all together take about this time."""
    if not minutes:
        return None
    # About 450 paths, 16 fetches under way at a time.
    seconds = minutes * 60 * 16 / (450 * visitors)

    async def wait() -> None:
        await asyncio.sleep(seconds)

    return wait
