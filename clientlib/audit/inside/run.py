"""`python -m clientlib.audit inside`: the audit on the operator's machine, with their consent.

inside --config config.toml [--canary FILE] [--backup FOLDER] [--logs FILE] …
inside box BOX16 --config config.toml       all that the machine holds about one conversation
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clientlib.audit.check import Check, Unanswered
from clientlib.audit.inside import (
    backups,
    box,
    canary,
    deadlines,
    fields,
    files,
    keeper,
    logs,
    orphans,
    remains,
    structure,
)
from clientlib.audit.inside.config import Config, ConfigError
from clientlib.audit.inside.machine import Machine, opened
from clientlib.audit.inside.published import ROOT
from clientlib.audit.inside.search import MIN_MARKER_BYTES
from clientlib.audit.page import LANGUAGES
from clientlib.audit.telling import add_report_options, audit
from clientlib.terminal import UsageError, complain, now_ms, say
from crypto.envelope import BOX_BYTES

CHECKS: tuple[Check[Machine], ...] = (
    structure.SCHEMA,
    fields.FIELDS,
    fields.OPACITY,
    deadlines.DEADLINES,
    deadlines.PURGE,
    orphans.ORPHANS,
    remains.REMAINS,
    canary.CANARY,
    backups.BACKUPS,
    keeper.KEEPER,
    keeper.KEYS,
    logs.LOGS,
    files.FILES,
)
# A purge that is under way is through, and the log emptied, within the minute.
PATIENCE_S = 70
PROGRAM = "python -m clientlib.audit inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What an auditor's own conversation left them: marker words, capabilities, its id in hex."""

    markers: tuple[str, ...] = ()
    secrets: tuple[bytes, ...] = ()
    box16: str = ""


def inside(arguments: Sequence[str]) -> int:
    """Run every check on this machine, or show one conversation; return the exit status."""
    if arguments and arguments[0] == "box":
        return show_box(arguments[1:])
    options = _parser().parse_args(arguments)
    config, trial = load_config(options.config), load_trial(options.canary)
    with opened(
        config,
        now_ms=now_ms(),
        repository=options.repository,
        markers=trial.markers,
        secrets=trial.secrets,
        backups=tuple(options.backup),
        backup_days=options.backup_days,
        logs=tuple(options.logs),
        patience_s=PATIENCE_S,
    ) as machine:
        subject = [("config", str(options.config)), ("data_dir", str(config.data_dir))]
        return asyncio.run(audit("inside", subject, CHECKS, machine, options, now_ms))


def show_box(arguments: Sequence[str]) -> int:
    """Say all that the machine holds about one conversation; 1 where there is none."""
    parser = argparse.ArgumentParser(
        prog=f"{PROGRAM} box",
        description="Zeigt aus den wirklichen Einträgen, was der Server über ein Gespräch weiß.",
    )
    parser.add_argument(
        "box16", nargs="?", metavar="BOX16", help="die Kennung, 32 hexadezimale Zeichen"
    )
    parser.add_argument("--canary", type=Path, metavar="DATEI", help="das eigene Gespräch")
    parser.add_argument("--config", type=Path, required=True, metavar="DATEI")
    parser.add_argument("--language", choices=LANGUAGES, default="de")
    options = parser.parse_args(arguments)
    box16 = _box16(options.box16 or load_trial(options.canary).box16)
    with opened(load_config(options.config), now_ms=now_ms()) as machine:
        try:
            parts = box.parts_of(machine, box16)
        except Unanswered as error:
            raise UsageError(error.words.de) from error
    if not parts:
        complain("Zu dieser Kennung hält der Server nichts.")
        return 1
    for line in box.lines_of(parts, options.language):
        say(line)
    return 0


def _box16(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != BOX_BYTES:
        raise UsageError("Eine Kennung hat 32 hexadezimale Zeichen.")
    return found


def load_config(path: Path) -> Config:
    """Read the operator's settings; UsageError."""
    try:
        return Config.load(path)
    except ConfigError as error:
        raise UsageError(error.words.de) from error


def load_trial(path: Path | None) -> Trial:
    """Read what an auditor kept of an own trial (`canary-….json`); UsageError."""
    if path is None:
        return Trial()
    try:
        found = json.loads(path.read_text("utf-8"))
        trial = Trial(
            markers=tuple(str(one) for one in found["markers"]),
            secrets=tuple(bytes.fromhex(one) for one in found.get("caps", ())),
            box16=str(found.get("box16", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path} nennt keine Merkwörter einer Prüfung.") from error
    short = [
        one
        for one in (*map(str.encode, trial.markers), *trial.secrets)
        if len(one) < MIN_MARKER_BYTES
    ]
    if not trial.markers or short:
        raise UsageError(f"{path} nennt Merkwörter, die zu kurz sind.")
    return trial


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Prüft, mit Einverständnis des Betriebs, was auf dessen Rechner liegt. "
        "Liest nur, und öffnet Datenbanken nur als eigene Kopie.",
    )
    parser.add_argument("--config", type=Path, required=True, metavar="DATEI")
    parser.add_argument(
        "--repository",
        type=Path,
        default=ROOT,
        metavar="ORDNER",
        help="wo das veröffentlichte Schema liegt (Vorgabe: bei diesem Programm)",
    )
    parser.add_argument(
        "--canary", type=Path, metavar="DATEI", help="das eigene Gespräch (canary-….json)"
    )
    parser.add_argument(
        "--backup", type=Path, action="append", default=[], metavar="ORDNER", help="eine Sicherung"
    )
    parser.add_argument(
        "--backup-days",
        type=int,
        default=30,
        metavar="TAGE",
        help="so lange hebt der Betrieb Sicherungen nach eigener Angabe auf (Vorgabe: 30)",
    )
    parser.add_argument(
        "--logs", type=Path, nargs="+", default=[], metavar="DATEI", help="Protokolldateien"
    )
    add_report_options(parser)
    return parser
