"""Who takes on how much, and the rules of portals: read by whom they concern, set by few."""

from __future__ import annotations

from crypto.wire import capacity as wire
from crypto.wire.base import Done, Role
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.capacity import places, store
from e2e_server.features.translog import is_in_force, log_of
from e2e_server.kernel.context import Context
from e2e_server.kernel.site import Portal
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import ReadTransaction, WriteTransaction


@handles(wire.Takers)
async def takers(context: Context, command: wire.Takers) -> wire.TakersReply:
    """Say of everybody whom new enquiries go to whether they take on one to them alone."""
    first16 = _portal(context, command.portal16).teams.first16
    team = log_of(context).view.current_team(first16, context.clock.now_ms())
    listed = team.team.members if team else ()
    # Who has no certificate in force is written to by nobody.
    members = [one for one in listed if is_in_force(context, first16, one)]

    def look(tx: ReadTransaction) -> wire.TakersReply:
        fallback = store.portal(tx, command.portal16).fallback
        return wire.TakersReply(
            takers=tuple(_taker(context, tx, one) for one in members),
            fallback=fallback if fallback in members else b"",
        )

    return await context.db.read(look)


@handles(wire.Capacity)
async def capacity(context: Context, command: wire.Capacity) -> wire.CapacityReply:
    """Say how many places somebody has, and how many of them are taken."""
    subject16 = _about(context, command.subject16)

    def look(tx: ReadTransaction) -> wire.CapacityReply:
        row = store.person(tx, subject16)
        return wire.CapacityReply(
            places=row.places,
            is_regulars_only=int(row.is_regulars_only),
            taken=places.taken(context, tx, subject16),
        )

    return await context.db.read(look)


@handles(wire.CapacitySet)
async def capacity_set(context: Context, command: wire.CapacitySet) -> Done:
    """Change it; what somebody has already stays theirs."""
    subject16 = _about(context, command.subject16)
    row = store.PersonRow(places=command.places, is_regulars_only=bool(command.is_regulars_only))

    def work(tx: WriteTransaction) -> None:
        store.save_person(tx, subject16, row)

    await context.db.write(work)
    return Done()


@handles(wire.PortalRules)
async def portal_rules(context: Context, command: wire.PortalRules) -> wire.PortalRulesReply:
    """Tell staff the rules of a portal."""
    _portal(context, command.portal16)
    row = await context.db.read(lambda tx: store.portal(tx, command.portal16))
    return wire.PortalRulesReply(fallback=row.fallback or b"", is_automatic=int(row.is_automatic))


@handles(wire.PortalRulesSet)
async def portal_rules_set(context: Context, command: wire.PortalRulesSet) -> Done:
    """Change the rules of a portal."""
    portal = _portal(context, command.portal16)
    if command.fallback and not is_in_force(context, portal.teams.first16, command.fallback):
        raise WireError(ErrorCode.UNKNOWN)
    row = store.PortalRow(
        fallback=command.fallback or None, is_automatic=bool(command.is_automatic)
    )

    def work(tx: WriteTransaction) -> None:
        store.save_portal(tx, command.portal16, row)

    await context.db.write(work)
    return Done()


def _taker(context: Context, tx: ReadTransaction, subject16: bytes) -> wire.Taker:
    return wire.Taker(
        subject16=subject16,
        is_open=int(places.admits(context, tx, subject16, b"")),
        is_regulars_only=int(store.person(tx, subject16).is_regulars_only),
    )


def _about(context: Context, named: bytes) -> bytes:
    """Return whom a command is about: oneself; an admin names somebody who is certified."""
    sign_in = context.signed_in()
    if named in (b"", sign_in.subject16):
        return sign_in.subject16
    if sign_in.role is not Role.ADMIN:
        raise WireError(ErrorCode.FORBIDDEN)
    if log_of(context).standing(named, context.clock.now_ms()) is None:
        raise WireError(ErrorCode.UNKNOWN)
    return named


def _portal(context: Context, portal16: bytes) -> Portal:
    found = context.site.portal(portal16)
    if found is None:
        raise WireError(ErrorCode.UNKNOWN)
    return found
