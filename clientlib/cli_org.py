"""The ceremonies of the organisation's root, and the publishing of what it signed.

`org policy`, `org admin` and `org release` write signed statements into a file: the machine that
holds the root file need not be on any network. `publish` brings that file to the relay from
anywhere.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from clientlib import cli_release, org, rootwords
from clientlib.cli_common import read_statements, write_statement
from clientlib.cli_team import REASONS
from clientlib.org import Root
from clientlib.privatefile import write_private
from clientlib.relay import RelayClient
from clientlib.terminal import UsageError, now_ms, say
from crypto import fingerprint
from crypto.cosignature import read_verifier_key
from crypto.errors import BadKey, BadLength, RemoteError
from crypto.keys import KemPublic, SignPublic
from crypto.primitives import sign_public
from crypto.random import random_bytes
from crypto.words import LANGUAGES

_WRONG_WITNESSES = (
    "Bitte prüfen Sie Name des Verzeichnisses, Zeugen, --quorum und --cosigned-hours: höchstens so "
    "viele Zeugen, wie genannt sind, jeder mit eigenem Schlüssel; Zahl und Stunden nur zusammen."
)
TITLES = {
    "root": "Wurzelschlüssel",
    "standby": "Ersatzschlüssel",
    "operator": "Schlüssel des Betriebs",
    "deployment": "Kennung des Dienstes",
    "first": "erster Wurzelschlüssel (öffentlich)",
}


def add_commands(commands: Any) -> None:
    """Add the commands of this file."""
    ceremonies = commands.add_parser("org", help="Schlüssel der Organisation")
    steps = ceremonies.add_subparsers(dest="step", required=True, metavar="SCHRITT")
    creating = _step(
        steps, "new", _new, "Schlüssel ziehen; die Datei gehört an einen Ort ohne Netz"
    )
    creating.add_argument("--language", choices=LANGUAGES, default="de")
    creating.add_argument("--operator-key", type=Path, required=True, metavar="DATEI")
    _step(steps, "print", _print, "alle Schlüssel als Wörter, zum Aufschreiben")
    restoring = _step(
        steps, "restore-words", _restore, "die Datei aus den Wörtern wiederherstellen"
    )
    restoring.add_argument("--language", choices=LANGUAGES, default="de")
    restoring.add_argument(
        "--changed",
        action="store_true",
        help="die Wurzel wurde gewechselt: fünf Absätze, nicht vier",
    )
    changing = _step(
        steps, "root-change", _change, "der Ersatzschlüssel setzt eine neue Wurzel ein, ohne Netz"
    )
    changing.add_argument("--new", type=Path, required=True, metavar="DATEI", help="neue Wurzel")
    opening = _step(
        steps, "operator", _operator, "der Schlüssel des Betriebs allein, um die Kopie zu öffnen"
    )
    opening.add_argument("--out", type=Path, required=True, metavar="DATEI")
    _step(steps, "words", _words, "die 8 Wörter, die alle vergleichen")
    governing = _step(steps, "policy", _policy, "erste Zeile und POLICY unterschreiben")
    governing.add_argument("--log-key", type=Path, required=True, metavar="DATEI", help="log.pub")
    governing.add_argument("--log-origin", required=True, metavar="NAME", help="z. B. Domain/log")
    governing.add_argument(
        "--renewed", action="store_true", help="eine weitere POLICY; die erste Zeile gibt es schon"
    )
    governing.add_argument("--retention-hours", type=int, default=48)
    governing.add_argument(
        "--witness",
        action="append",
        default=[],
        metavar="SCHLÜSSEL",
        help="Name und Schlüssel eines Zeugen, wie er sie ausgibt; mehrmals für mehrere",
    )
    governing.add_argument(
        "--quorum", type=int, default=0, metavar="ZAHL", help="wie viele Zeugen nötig sind"
    )
    governing.add_argument(
        "--cosigned-hours",
        type=int,
        default=0,
        metavar="STUNDEN",
        help="wie alt ihre Unterschrift höchstens sein darf",
    )
    certifying = _step(steps, "admin", _admin, "eine Verwaltung bestätigen")
    certifying.add_argument("--request", type=Path, required=True, metavar="DATEI")
    revoking = _step(
        steps, "revoke", _revoke, "ein Zertifikat zurücknehmen, auch das einer Verwaltung"
    )
    revoking.add_argument(
        "--certificate",
        type=Path,
        required=True,
        metavar="DATEI",
        help="was »org admin« geschrieben hat; alle Zertifikate darin",
    )
    revoking.add_argument("--reason", choices=sorted(REASONS), default="verloren")
    for parser in (changing, governing, certifying, revoking):
        parser.add_argument("--out", type=Path, required=True, metavar="DATEI")
    cli_release.add_step(
        _step(steps, "release", _words, "eine Version des Programms bestätigen, ohne Netz")
    )
    publishing = commands.add_parser("publish", help="unterschriebene Erklärungen veröffentlichen")
    publishing.add_argument("statements", type=Path, metavar="DATEI")
    publishing.set_defaults(run=_publish)


def _step(steps: Any, name: str, run: Any, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = steps.add_parser(name, help=words)
    parser.add_argument("root", type=Path, metavar="WURZELDATEI")
    parser.set_defaults(run=run)
    return parser


def _new(options: argparse.Namespace) -> None:
    root = org.new_root(options.language)
    root.save(options.root)
    options.operator_key.write_text(root.operator_public.hex() + "\n", encoding="ascii")
    say(f"fingerprint   {root.fingerprint.hex()}")
    say(f"deployment_id {root.deployment_id.hex()}")
    _say_words(root)


def _print(options: argparse.Namespace) -> None:
    for purpose, words in rootwords.paper_of(Root.load(options.root)):
        say(f"{TITLES[purpose]}:")
        for start in range(0, len(words), 6):
            numbered = enumerate(words[start : start + 6], start + 1)
            say("  " + "  ".join(f"{place:2} {word:<10}" for place, word in numbered).rstrip())


def _restore(options: argparse.Namespace) -> None:
    paper: dict[str, str] = {}
    parts = (*rootwords.PARTS, rootwords.FIRST) if options.changed else rootwords.PARTS
    for purpose, size_bytes in parts:
        count = rootwords.word_count(size_bytes)
        say(f"{TITLES[purpose]}: bitte {count} Wörter, auch über mehrere Zeilen")
        words: list[str] = []
        while len(words) < count:
            line = sys.stdin.readline()
            if not line:
                raise UsageError(f"{TITLES[purpose]}: Es fehlen Wörter.")
            # The numbers from the printout may be typed along.
            words += [word for word in line.split() if not word.isdigit()]
        paper[purpose] = " ".join(words)
    root = rootwords.root_of(paper, rootwords.language_of(options.language))
    root.save(options.root)
    _say_words(root)


def _operator(options: argparse.Namespace) -> None:
    write_private(options.out, Root.load(options.root).operator.hex() + "\n")
    say(f"{options.out} öffnet die Kopie des Keepers. Danach bitte löschen.")


def _change(options: argparse.Namespace) -> None:
    new, signed = Root.load(options.root).changed(now_ms())
    new.save(options.new)
    write_statement(options.out, *signed)
    say(
        f"{options.new} ist die neue Wurzel, sobald {options.out} veröffentlicht ist. Schreiben Sie"
    )
    say("auch sie auf, alle fünf Absätze. Die 8 Wörter, die alle vergleichen, bleiben dieselben:")
    _say_words(new)


def _words(options: argparse.Namespace) -> None:
    _say_words(Root.load(options.root))


def _policy(options: argparse.Namespace) -> None:
    root = Root.load(options.root)
    try:
        log_pk = SignPublic(bytes.fromhex(options.log_key.read_text(encoding="ascii")))
    except (ValueError, BadLength, BadKey) as error:
        raise UsageError(f"{options.log_key} enthält keinen Schlüssel.") from error
    try:
        signed = root.policy(
            now_ms(),
            log_origin=options.log_origin,
            log_pk=log_pk,
            retention_hours=options.retention_hours,
            witnesses=tuple(read_verifier_key(one) for one in options.witness),
            witness_quorum=options.quorum,
            cosigned_hours=options.cosigned_hours,
        )
    except RemoteError as error:
        raise UsageError(_WRONG_WITNESSES) from error
    if root.first is not None and not options.renewed:
        raise UsageError("Diese Wurzel ist nicht die erste: bitte mit --renewed.")
    if not options.renewed:
        write_statement(options.out, *root.first_leaf(now_ms()))
    write_statement(options.out, *signed)
    count = "Eine Erklärung steht" if options.renewed else "Zwei Erklärungen stehen"
    say(f"{count} in {options.out}.")


def _admin(options: argparse.Namespace) -> None:
    root = Root.load(options.root)
    try:
        request = json.loads(options.request.read_text(encoding="ascii"))
        sign_pk = SignPublic(bytes.fromhex(request["sign_pk"]))
        kem_pk = KemPublic(bytes.fromhex(request["kem_pk"]))
    except (ValueError, KeyError, TypeError, BadLength, BadKey) as error:
        raise UsageError(f"{options.request} ist kein Antrag.") from error
    language = rootwords.language_of(root.language)
    say("Vergleichen Sie diese Wörter mit der Person, bevor Sie die Datei veröffentlichen:")
    say(" ".join(fingerprint.person_words(sign_pk, kem_pk, language)))
    signed = root.admin(now_ms(), subject16=random_bytes(16), sign_pk=sign_pk, kem_pk=kem_pk)
    write_statement(options.out, *signed)


def _revoke(options: argparse.Namespace) -> None:
    root = Root.load(options.root)
    reason = REASONS[options.reason]
    try:
        signed = [
            root.revoke(now_ms(), leaf, reason) for leaf, _ in read_statements(options.certificate)
        ]
    except RemoteError as error:
        raise UsageError(f"{options.certificate} enthält anderes als Zertifikate.") from error
    for statement in signed:
        write_statement(options.out, *statement)
    say(f"Zurückgenommen, sobald es veröffentlicht ist: {len(signed)}")


def _publish(options: argparse.Namespace) -> None:
    statements = read_statements(options.statements)
    asyncio.run(_publishing(options.url, statements))
    say(f"Veröffentlicht: {len(statements)}")


async def _publishing(url: str, statements: tuple[tuple[bytes, bytes], ...]) -> None:
    async with RelayClient(url) as relay:
        await org.found_log(relay, *statements)


def _say_words(root: Root) -> None:
    language = rootwords.language_of(root.language)
    words = fingerprint.organisation_words(root.first_pk, sign_public(root.standby), language)
    say("Wörter der Organisation: " + " ".join(words))
