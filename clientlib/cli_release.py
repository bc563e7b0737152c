"""Signing what is served: `org release` by the root, offline, and `site` by an admin.

An admin signs what was built on the own machine, from the own site.json, after having seen in what
it differs from what the service serves. A service that serves anything else shows in every audit.
"""

from __future__ import annotations

import argparse
import difflib
import json
import tempfile
from pathlib import Path
from typing import Any

from clientlib import release
from clientlib.cli_common import signed_in, staff_command, write_statement
from clientlib.org import Root
from clientlib.release import Published
from clientlib.staff import Staff
from clientlib.terminal import UsageError, ask_yes, now_ms, plain, say
from crypto.errors import BadStatement, NotCanonical

MARKS = {"new": "+", "gone": "-", "changed": "~"}
SHOWN_CHARS = 16


def add_commands(commands: Any) -> None:
    """Add the command of this file."""
    signing = staff_command(
        commands, "site", _site, "die Seiten hier nachbauen, vergleichen und unterschreiben"
    )
    signing.add_argument(
        "--ahead", action="store_true", help="auch, wenn der Dienst noch anderes ausliefert"
    )
    signing.add_argument(
        "--compared", action="store_true", help="schon verglichen, keine Rückfrage"
    )


def add_step(parser: argparse.ArgumentParser) -> None:
    """Add what `org release` takes beside the root file."""
    parser.add_argument(
        "--manifest", type=Path, required=True, metavar="DATEI", help=release.CODE_MANIFEST
    )
    parser.add_argument("--tag", required=True, help="die Version, z. B. v1.2.3")
    parser.add_argument("--out", type=Path, required=True, metavar="DATEI")
    parser.set_defaults(run=_release)


def _release(options: argparse.Namespace) -> None:
    root = Root.load(options.root)
    raw = options.manifest.read_bytes()
    try:
        files = release.read_manifest(raw)
    except BadStatement as error:
        raise UsageError(f"{options.manifest} ist keine {release.CODE_MANIFEST}.") from error
    try:
        signed = root.release(now_ms(), tag=options.tag, manifest=release.sha384(raw))
    except NotCanonical as error:
        raise UsageError("Eine Version hat 1 bis 64 Zeichen, ohne Leerzeichen.") from error
    write_statement(options.out, *signed)
    say(f"Version {options.tag}: {len(files)} Dateien, Prüfsumme {release.sha384(raw).hex()}")


async def _site(options: argparse.Namespace) -> None:
    async with signed_in(options) as admin:
        with tempfile.TemporaryDirectory() as folder:
            built = release.rebuild(options.site, Path(folder) / "out")
        _check_words(options.site, admin)
        found = release.release_of(admin.log.view, built.code_manifest)
        if found is None:
            short = release.sha384(built.code_manifest).hex()[:SHOWN_CHARS]
            raise UsageError(
                f"Keine Version im Verzeichnis nennt das Programm auf diesem Rechner ({short}…). "
                "Die Wurzel bestätigt es mit »org release«."
            )
        say(f"Programm: {found[1].tag}")
        if release.is_signed(admin.log.view, built):
            say("Diese Seiten sind schon unterschrieben.")
            return
        is_served = _compare(await release.fetch(options.url), built)
        if not is_served and not options.ahead:
            raise UsageError(
                "Der Dienst liefert anderes aus, als hier gebaut wurde; nichts unterschrieben. "
                "Sollen die Seiten vorab unterschrieben werden: --ahead."
            )
        if not options.compared and not ask_yes("Diese Seiten unterschreiben?"):
            raise UsageError("Nicht unterschrieben.")
        await release.sign_site(admin, built, now_ms())
    say("Unterschrieben.")


def _check_words(site_json: Path, admin: Staff) -> None:
    """Pages that showed the organisation's words in another language would match no leaflet."""
    site = json.loads(site_json.read_text("utf-8"))
    words, org = site.get("words") or site.get("language"), admin.log.view.org()
    if org is not None and words != org.language:
        raise UsageError(
            f"Die Seiten nennten die 8 Wörter auf »{words}«, das Verzeichnis auf »{org.language}«: "
            f'bitte in {site_json.name} "words": "{org.language}" setzen und neu bauen.'
        )


def _compare(served: Published, built: Published) -> bool:
    """Say in what a service differs from what was built here; tell whether it does not."""
    if served == built:
        say("Der Dienst liefert genau das aus, was hier gebaut wurde.")
        return True
    for name, old, new in (
        ("Programm", served.code_manifest, built.code_manifest),
        ("Seiten", served.site_manifest, built.site_manifest),
    ):
        found = _changes(old, new)
        say(f"{name}: {len(found)} Unterschiede (+ nur hier, - nur im Dienst, ~ anders)")
        for path, kind in found:
            say(f"  {MARKS[kind]} {plain(path)}")
    for line in difflib.unified_diff(
        _lines(served.site_json), _lines(built.site_json), "Dienst", "hier", lineterm="", n=0
    ):
        say("  " + plain(line))
    return False


def _changes(old: bytes, new: bytes) -> tuple[tuple[str, str], ...]:
    try:
        return release.changes(old, new)
    except BadStatement as error:
        raise UsageError("Was der Dienst als Dateiliste veröffentlicht, ist keine.") from error


def _lines(raw: bytes) -> list[str]:
    return raw.decode("utf-8", "replace").splitlines()
