"""`vieraugen contacts`: what people have left for the leads of a portal, for one of them."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from clientlib.cli_common import Site, signed_in, staff_command
from clientlib.leadcontacts import FoundContact, LeadContacts
from clientlib.staffenquiries import StaffEnquiries
from clientlib.terminal import UsageError, plain, say

_NOT_CONFIRMED = (
    "Sie lesen in diesem Gespräch nicht mit; von wem das ist, ist nicht geprüft. "
    "Fragen Sie zuerst, mit wem Sie sprechen, und erzählen Sie vorher nichts."
)


def add_commands(commands: Any) -> None:
    """Add the command of this file."""
    contacts = staff_command(
        commands, "contacts", _contacts, "was für die Leitung hinterlegt ist (Leitung)"
    )
    contacts.add_argument("--portal", metavar="NAME", help="an welchem Portal")
    contacts.add_argument("--number", type=int, metavar="NUMMER", help="diese Anfrage öffnen")


async def _contacts(options: argparse.Namespace) -> None:
    portal = Site.load(options.site).portal(options.portal)
    async with signed_in(options) as staff:
        contacts = LeadContacts(staff, portal.portal16, portal.teams)
        rows = {row.number: row for row in await contacts.rows()}
        if options.number is None:
            say("Hinterlegt ist etwas in: " + (", ".join(map(str, rows)) or "keiner Anfrage"))
            return
        if options.number not in rows:
            raise UsageError("In dieser Anfrage ist nichts hinterlegt.")
        ticket16 = rows[options.number].ticket16
        desk = StaffEnquiries(staff, {portal.portal16: portal.teams})
        await desk.take_up()
        case = desk.cases.get(ticket16)
        mine = case.box if case is not None and not case.is_out else None
        _show(await contacts.open(ticket16, mine))
        desk.stop()


def _show(found: FoundContact) -> None:
    for name, value in (("E-Mail", found.email), ("Telefon", found.phone)):
        if value:
            say(f"{name}: {plain(value)}")
    say(f"Hinterlegt am {datetime.fromtimestamp(found.at_ms / 1000):%d.%m.%Y}.")
    is_known = "Von der Person, die im Gespräch mit Ihnen schreibt."
    say(is_known if found.is_confirmed else _NOT_CONFIRMED)
