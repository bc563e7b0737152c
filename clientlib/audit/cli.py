"""`python -m clientlib.audit`: one command with the service's address, and a few beside it.

    python -m clientlib.audit URL --fingerprint HEX|"8 Wörter"     the audit from outside
    python -m clientlib.audit resume URL --fingerprint …           is the own trial of before gone?
    python -m clientlib.audit inside --config config.toml …        on the operator's machine
    python -m clientlib.audit verify BERICHT …                     does the signature fit?
    python -m clientlib.audit compare BERICHT BERICHT …            do several places agree?
    python -m clientlib.audit witness URL --fingerprint HEX …      cosigns the log (witness_cli)
    python -m clientlib.audit proof DATEI …                        does a log contradict itself?

Exit status: 0 nothing speaks against the service, 1 something failed, 2 something could not run or
the command itself was wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from clientlib.audit import outside_cli, proof, witness_cli
from clientlib.audit.check import Words
from clientlib.audit.compare import differences
from clientlib.audit.inside.run import inside
from clientlib.audit.page import moment, read_page
from clientlib.audit.report import BadReport, read_report
from clientlib.terminal import UsageError, complain, plain, say
from crypto.errors import BadLength
from crypto.keys import SignPublic

UNUSABLE = 2
PROGRAM = "python -m clientlib.audit"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    run = COMMANDS.get(given[0]) if given else None
    try:
        return run(given[1:]) if run is not None else outside_cli.main(PROGRAM, given)
    except UsageError as error:
        complain(str(error))
    except OSError as error:
        complain(f"{error.filename}: {error.strerror}.")
    except KeyboardInterrupt:
        pass
    return UNUSABLE


def verify(arguments: Sequence[str]) -> int:
    """Say of each report whether it is what its auditor signed."""
    parser = argparse.ArgumentParser(
        prog=f"{PROGRAM} verify", description="Prüft die Unterschrift von Prüfberichten."
    )
    parser.add_argument("reports", nargs="+", type=Path, metavar="BERICHT")
    parser.add_argument("--auditor", metavar="HEX", help="der Schlüssel, der unterschrieben hat")
    options = parser.parse_args(arguments)
    auditor = _public(options.auditor) if options.auditor else None
    status = 0
    for path in options.reports:
        try:
            content = load_report(path, auditor)
        except BadReport as error:
            complain(f"✗ {path}: {_words(error.words)}")
            status = 1
        else:
            say(f"✓ {path}: {moment(content['ended_ms'])}, Schlüssel {content['auditor']}")
    return status


def compare(arguments: Sequence[str]) -> int:
    """Lay reports of one service side by side and name each difference."""
    parser = argparse.ArgumentParser(
        prog=f"{PROGRAM} compare",
        description="Vergleicht Prüfberichte eines Dienstes von mehreren Orten.",
    )
    parser.add_argument("reports", nargs="+", type=Path, metavar="BERICHT")
    options = parser.parse_args(arguments)
    if len(options.reports) < 2:
        raise UsageError("Zum Vergleichen braucht es mindestens zwei Berichte.")
    contents = []
    for path in options.reports:
        try:
            contents.append(load_report(path))
        except BadReport as error:
            complain(f"✗ {path}: {_words(error.words)}")
            return UNUSABLE
    deployments = {one["subject"].get("url") for one in contents}
    if len(deployments) > 1:
        say("Die Berichte nennen verschiedene Adressen: " + ", ".join(map(str, deployments)))
    found = differences(contents)
    for one in found:
        complain(f"✗ {_words(one.what)}:")
        for path, seen in zip(options.reports, one.seen, strict=True):
            complain(f"    {path}: {plain(seen)}")
    if not found:
        say(f"✓ {len(contents)} Berichte, kein Unterschied.")
    return 1 if found else 0


def load_report(path: Path, auditor: SignPublic | None = None) -> dict[str, Any]:
    """Read a report, JSON or page; BadReport unless it is what its auditor signed."""
    raw = path.read_bytes()
    content = read_page(raw) if raw.startswith(b"<!doctype html>") else read_report(raw)
    if auditor is not None and content["auditor"] != auditor.raw.hex():
        raise BadReport(Words(de="Unterschrieben hat ein anderer Schlüssel.", en="Another key."))
    return content


def _public(text: str) -> SignPublic:
    try:
        return SignPublic(bytes.fromhex(text))
    except (ValueError, BadLength) as error:
        raise UsageError("Ein Schlüssel hat 64 hexadezimale Zeichen.") from error


def _words(words: Words) -> str:
    return words.de


COMMANDS: Mapping[str, Callable[[Sequence[str]], int]] = {
    "resume": lambda given: outside_cli.resume(f"{PROGRAM} resume", given),
    "inside": inside,
    "verify": verify,
    "compare": compare,
    "witness": witness_cli.main,
    "proof": proof.main,
}
