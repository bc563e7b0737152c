"""`reinvite`: somebody has lost the passphrase, or changes keys; and what `approve` does then.

One step that may be taken again: it takes back whatever certificate still counts and draws an
invitation that names whom it replaces. The log takes no certificate for somebody who comes back
while the old one counts, so the order cannot be got wrong. Spec I16 to I18, J13.
"""

from __future__ import annotations

import argparse
from typing import Any

from clientlib import org
from clientlib.cli_common import Site, language_of, signed_in, staff_command, words_of
from clientlib.cli_team import find_person
from clientlib.staff import Staff
from clientlib.terminal import UsageError, ask_yes, now_ms, say
from crypto import invitelink
from crypto.certificate import Certificate
from crypto.logview import LogView
from crypto.statement import RevokeReason, Role

_REASONS = {"verloren": RevokeReason.KEY_LOST, "wechsel": RevokeReason.OTHER}
_MEANING = """Wer neu eingeladen wird, bekommt einen neuen Schlüssel.
Der alte ist danach gesperrt, für immer.
  - Verloren ist, was nur der alte Schlüssel öffnet: die eigenen laufenden Gespräche, Entwürfe,
    Spitznamen, Lesezeichen und eigene Textbausteine. Niemand kann es zurückholen, auch Sie nicht.
  - Wer nur mit ihr geschrieben hat, sieht, dass sie nicht mehr da ist. Ihre eigenen
    Ratsuchenden kennen den alten Schlüssel; sie wählen die Person neu.
  - Zurück kommen die Anfragen des Teams, sobald jemand aus dem Team die Wörter verglichen und
    aufgenommen hat. Das Team bekommt von selbst einen neuen Schlüssel.
  - Geht der alte Schlüssel noch? Dann übergeben Sie laufende Gespräche besser vorher."""


def add_commands(commands: Any) -> None:
    """Add the commands of this file."""
    inviting = staff_command(
        commands, "reinvite", _reinvite, "jemanden mit neuem Schlüssel neu einladen (Verwaltung)"
    )
    inviting.add_argument("person", metavar="PERSON", help="Name im Team, oder ID (hex)")
    inviting.add_argument("--language", choices=("de", "en"), default="de", help="der Seite")
    inviting.add_argument("--reason", choices=sorted(_REASONS), default="verloren")
    inviting.add_argument("--sure", action="store_true", help="ohne Rückfrage")


async def _reinvite(options: argparse.Namespace) -> None:
    site = Site.load(options.site)
    async with signed_in(options) as admin:
        view = admin.log.view
        subject16 = await find_person(admin, site, options.person)
        held = _check_person(view, subject16)
        counting = [one for one in held if one.revoked_at is None]
        say(f"{held[-1].role.name.lower()}, {subject16.hex()}:")
        say(words_of(view, subject16, language_of(admin.log)))
        if counting:
            say(_MEANING)
            say(f"Bricht etwas ab, geht es weiter mit: vieraugen reinvite … {subject16.hex()}")
            if not (options.sure or ask_yes("Den alten Schlüssel sperren und neu einladen?")):
                raise UsageError("Nichts unterschrieben.")
            for one in counting:
                await org.revoke(admin, one, _REASONS[options.reason], now_ms())
            say("Der alte Schlüssel ist gesperrt.")
        else:
            say("Der alte Schlüssel ist schon gesperrt.")
        _say_invitation(options, subject16)


def _say_invitation(options: argparse.Namespace, subject16: bytes) -> None:
    drawn = invitelink.new_invitation(now_ms(), replaces=subject16)
    say("Neue Einladung, 7 Tage gültig. Geben Sie sie von Hand weiter, nicht per Mail:")
    say(invitelink.link(options.url, drawn, options.language))
    say("Oder im Terminal, mit »vieraugen join«, dieser Code:")
    say(invitelink.written(drawn))
    say("Der alte Anmeldename ist vergeben: Die Person wählt einen anderen.")


def _check_person(view: LogView, subject16: bytes) -> tuple[Certificate, ...]:
    """Return every certificate of whom an admin may invite anew; UsageError for anybody else."""
    held = view.own_certificates(subject16)
    if not held:
        raise UsageError(f"Unter {subject16.hex()} ist niemand bestätigt worden.")
    if any(one.role is Role.ADMIN for one in held):
        raise UsageError("Die Verwaltung selbst bestätigt die Wurzel: »vieraugen org admin«.")
    back = replaced_by(view, subject16)
    if back is not None:
        raise UsageError(
            f"Diese Person ist schon mit neuem Schlüssel zurück: {back.hex()}. "
            "Ist auch der verloren, nennen Sie diese ID."
        )
    return held


def replaced_by(view: LogView, subject16: bytes) -> bytes | None:
    """Return under whom somebody came back; None for nobody."""
    every = (view.certificate(entry.hash) for entry in view.entries)
    people = {one.subject16 for one in every if one is not None}
    return next((one for one in people if view.replaces(one) == subject16), None)


def role_before(admin: Staff, replaces: bytes) -> Role:
    """Return the role of whom an invitation replaces; UsageError while the old key counts."""
    view = admin.log.view
    held = _check_person(view, replaces)
    if any(one.revoked_at is None for one in held):
        raise UsageError(
            "Der alte Schlüssel dieser Person ist noch nicht gesperrt. Nichts unterschrieben. "
            f"Bitte zuerst: vieraugen reinvite … {replaces.hex()}"
        )
    return held[-1].role
