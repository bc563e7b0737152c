"""The command `profile`: what seekers and colleagues see of somebody."""

from __future__ import annotations

import argparse
from pathlib import Path

from clientlib.cli_common import signed_in
from clientlib.staff import Staff
from clientlib.terminal import UsageError, say
from crypto.errors import NotCanonical
from crypto.profile import LANGUAGES, Profile


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be told of oneself."""
    parser.add_argument("--shown", metavar="NAME", help="so sieht man Sie")
    parser.add_argument(
        "--language", action="append", choices=LANGUAGES, metavar="KÜRZEL", help="de, en, tr …"
    )
    parser.add_argument("--text-de", metavar="TEXT", help="über Sie, auf deutschen Seiten")
    parser.add_argument("--text-en", metavar="TEXT", help="über Sie, auf englischen Seiten")
    parser.add_argument("--status", metavar="ZEILE", help="etwa: Urlaub bis 4. Januar")
    parser.add_argument(
        "--picture", type=Path, metavar="DATEI", help="JPEG, 256 x 256 Pixel, höchstens 24 KiB"
    )
    parser.add_argument("--no-picture", action="store_true", help="das Bild entfernen")
    parser.add_argument("--counter", type=int, help="bei jeder Änderung eins mehr, von selbst")


async def publish(options: argparse.Namespace) -> None:
    """Change what is named, and leave the rest as it stands."""
    async with signed_in(options) as staff:
        found = await staff.own_profile()
        known = found or Profile(subject16=staff.subject16, counter=0, name=options.shown or "")
        if not (options.shown or known.name):
            raise UsageError("Wie sollen Ratsuchende Sie sehen? Bitte --shown angeben.")
        german, english = known.texts
        try:
            await staff.publish_profile(
                options.shown or known.name,
                known.counter + 1 if options.counter is None else options.counter,
                languages=_sorted(options.language, known.languages),
                texts=(_or(options.text_de, german), _or(options.text_en, english)),
                status=_or(options.status, known.status),
                picture=await _picture(options, staff, known),
            )
        except NotCanonical as error:
            raise UsageError(f"So lässt sich das Profil nicht zeigen: {error}.") from error
        say(f"Ratsuchende sehen Sie jetzt als {options.shown or known.name}.")


async def _picture(options: argparse.Namespace, staff: Staff, known: Profile) -> bytes:
    if options.no_picture:
        return b""
    if options.picture:
        return bytes(options.picture.read_bytes())
    return await staff.own_picture(known)


def _or(typed: str | None, known: str) -> str:
    return known if typed is None else typed


def _sorted(typed: list[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    return known if typed is None else tuple(one for one in LANGUAGES if one in typed)
