"""`vieraugen`: chat in a terminal, and the ceremonies of an organisation.

Passphrases and invitation codes are typed unseen or read from a file, never given on the command
line, where every other program of the machine could read them. Whom to trust is given by the
published site.json, whose fingerprint people compare by its words.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from clientlib import (
    cli_again,
    cli_capacity,
    cli_contacts,
    cli_deletion,
    cli_org,
    cli_release,
    cli_seeker,
    cli_staff,
    cli_team,
)
from clientlib.errors import Disconnected
from clientlib.staff import NotInForce
from clientlib.terminal import UsageError, complain
from crypto.errors import LocalError, NotWitnessed, RemoteError, WrongKey
from crypto.wire.errors import ErrorCode, WireError

DEFAULT_URL = "http://127.0.0.1:8470"
WRONG_KEY = "Name oder Passphrase stimmt nicht."
UNUSABLE = "Das ist nicht zu gebrauchen: {}."
UNREACHABLE = "Der Dienst unter {} ist nicht zu erreichen."
WORDS_FOR = {
    ErrorCode.PORTAL_CLOSED: "Der Chat ist gerade geschlossen.",
    ErrorCode.PORTAL_FULL: "Gerade warten schon sehr viele; bitte versuchen Sie es später.",
    ErrorCode.NAME_TAKEN: "Diesen Namen gibt es schon.",
    ErrorCode.UNAUTHORISED: "Anmeldung abgelehnt; vielleicht ist das Zertifikat abgelaufen.",
    ErrorCode.FORBIDDEN: "Das darf dieser Zugang nicht.",
    ErrorCode.RATE_LIMITED: "Zu viele Versuche; bitte warten Sie etwas.",
    ErrorCode.UNKNOWN: "Das gibt es (noch) nicht.",
    ErrorCode.TAKEN: "Das ist schon vergeben.",
    ErrorCode.AT_CAPACITY: "Dafür ist gerade kein Platz frei.",
    ErrorCode.PURGE_OVERDUE: "Der Dienst nimmt gerade nichts Neues an; bitte später.",
    ErrorCode.BAD_STATEMENT: "Der Server nimmt diese Erklärung nicht in sein Verzeichnis auf.",
}


NOT_WITNESSED = (
    "Unabhängige Zeugen müssen regelmäßig bestätigen, dass alle dasselbe Verzeichnis der "
    "Beratungsstelle sehen. Diese Bestätigung fehlt oder ist zu alt. Stimmen Datum und Uhrzeit "
    "dieses Rechners? Sonst sagen Sie bitte der Leitung Bescheid."
)
WORDS_FOR_STANDING = {
    "revoked": "Ihr Zugang wurde gesperrt. Die Passphrase stimmt, aber Ihr Schlüssel gilt nicht "
    "mehr. Bitte rufen Sie die Verwaltung an; sie lädt Sie neu ein.",
    "ended": "Die Bestätigung dieses Zugangs ist abgelaufen. Bitte rufen Sie die Verwaltung an.",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 1 after one sentence about what is wrong."""
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except UsageError as error:
        complain(str(error))
    except WireError as error:
        words = WORDS_FOR.get(error.code, "Der Server hat abgelehnt.")
        complain(f"{words} ({error.code.value})")
    except Disconnected:
        complain(UNREACHABLE.format(options.url))
    except NotInForce as error:
        complain(WORDS_FOR_STANDING[error.verdict])
    except NotWitnessed:
        complain(NOT_WITNESSED)
    except WrongKey:
        complain(WRONG_KEY)
    except (RemoteError, LocalError) as error:
        complain(UNUSABLE.format(error))
    except FileExistsError as error:
        complain(f"{error.filename} gibt es schon und wird nicht überschrieben.")
    except OSError as error:
        complain(f"{error.filename}: {error.strerror}.")
    except KeyboardInterrupt:
        return 0
    else:
        return 0
    return 1


def parser() -> argparse.ArgumentParser:
    """Return the whole command line."""
    whole = argparse.ArgumentParser(prog="vieraugen", description=__doc__)
    whole.add_argument("--url", default=DEFAULT_URL, help="Adresse des Dienstes")
    whole.add_argument(
        "--site", type=Path, metavar="DATEI", help="die veröffentlichte site.json des Dienstes"
    )
    commands = whole.add_subparsers(dest="command", required=True, metavar="BEFEHL")
    cli_seeker.add_commands(commands)
    cli_staff.add_commands(commands)
    cli_team.add_commands(commands)
    cli_again.add_commands(commands)
    cli_capacity.add_commands(commands)
    cli_contacts.add_commands(commands)
    cli_deletion.add_commands(commands)
    cli_org.add_commands(commands)
    cli_release.add_commands(commands)
    return whole


if __name__ == "__main__":
    raise SystemExit(main())
