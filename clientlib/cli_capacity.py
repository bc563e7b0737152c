"""The commands about places: how much somebody takes on, who steps in at a portal, and whether who
takes a first enquiry becomes the regular counsellor by that."""

from __future__ import annotations

import argparse
from typing import Any

from clientlib.cli_common import Site, signed_in, staff_command
from clientlib.cli_team import find_person
from clientlib.staff import Staff
from clientlib.terminal import UsageError, say
from crypto.wire import capacity as wire

_EVERY, _NONE = "alle", "keine"
_PLACES = f"wie viele Anfragen zugleich: {_EVERY}, {_NONE} oder eine Zahl"
_PERSON = "Name oder ID; ohne: für Sie selbst (für andere: nur die Verwaltung)"


def add_commands(commands: Any) -> None:
    """Add the commands of this file."""
    places = staff_command(commands, "capacity", _capacity, "wie viele neue Anfragen jemand nimmt")
    places.add_argument("--places", metavar="ANZAHL", help=_PLACES)
    places.add_argument("--person", metavar="PERSON", help=_PERSON)
    fallback = staff_command(commands, "fallback", _fallback, "wer einspringt (Verwaltung)")
    fallback.add_argument("--portal", metavar="NAME", help="an welchem Portal")
    chosen = fallback.add_mutually_exclusive_group()
    chosen.add_argument("--person", metavar="PERSON", help="Name oder ID von jemandem im Team")
    chosen.add_argument("--team", action="store_true", help="niemand: dann das ganze Team")
    regular = staff_command(
        commands, "regular", _regular, "wie Stammberatung entsteht (Verwaltung)"
    )
    regular.add_argument("--portal", metavar="NAME", help="an welchem Portal")
    how = regular.add_mutually_exclusive_group()
    how.add_argument("--automatic", action="store_true", help="mit der ersten Anfrage, von selbst")
    how.add_argument("--by-hand", action="store_true", help="nur von Hand")


async def _capacity(options: argparse.Namespace) -> None:
    site = Site.load(options.site)
    async with signed_in(options) as staff:
        about = await find_person(staff, site, options.person) if options.person else b""
        found = await staff.relay.request(wire.Capacity(subject16=about))
        if options.places is not None:
            change = wire.CapacitySet(
                subject16=about,
                places=_number(options.places),
                is_regulars_only=found.is_regulars_only,
            )
            await staff.relay.request(change)
            found = await staff.relay.request(wire.Capacity(subject16=about))
        say(f"Neue Anfragen zugleich: {_words(found.places)}. In Arbeit: {found.taken}.")


async def _fallback(options: argparse.Namespace) -> None:
    site = Site.load(options.site)
    portal = site.portal(options.portal)
    async with signed_in(options) as staff:
        found = await staff.relay.request(wire.PortalRules(portal16=portal.portal16))
        if options.person or options.team:
            subject16 = await find_person(staff, site, options.person) if options.person else b""
            await _set_rules(staff, portal.portal16, subject16, found.is_automatic)
            found = await staff.relay.request(wire.PortalRules(portal16=portal.portal16))
        who = found.fallback.hex() if found.fallback else "das ganze Team"
        say(f"Ist jemand in »{portal.name}« ausgelastet, bekommt neue Anliegen: {who}.")


async def _regular(options: argparse.Namespace) -> None:
    portal = Site.load(options.site).portal(options.portal)
    async with signed_in(options) as staff:
        found = await staff.relay.request(wire.PortalRules(portal16=portal.portal16))
        if options.automatic or options.by_hand:
            is_automatic = int(options.automatic)
            await _set_rules(staff, portal.portal16, found.fallback, is_automatic)
            found = await staff.relay.request(wire.PortalRules(portal16=portal.portal16))
        how = "mit der ersten Anfrage, von selbst" if found.is_automatic else "nur von Hand"
        say(f"Stammberater_in wird man in »{portal.name}«: {how}.")


async def _set_rules(staff: Staff, portal16: bytes, fallback: bytes, is_automatic: int) -> None:
    change = wire.PortalRulesSet(portal16=portal16, fallback=fallback, is_automatic=is_automatic)
    await staff.relay.request(change)


def _number(typed: str) -> int:
    if typed in (_EVERY, _NONE):
        return wire.UNLIMITED if typed == _EVERY else 0
    if typed.isascii() and typed.isdecimal() and 0 < int(typed) < wire.UNLIMITED:
        return int(typed)
    raise UsageError(f"--places: {_EVERY}, {_NONE} oder eine Zahl bis {wire.UNLIMITED - 1}.")


def _words(places: int) -> str:
    if places in (0, wire.UNLIMITED):
        return _EVERY if places else _NONE
    return str(places)
