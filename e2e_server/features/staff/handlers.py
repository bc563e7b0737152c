"""Invitations, profiles, duty and the state of portals."""

from __future__ import annotations

from aiohttp import web

from crypto.errors import RemoteError
from crypto.keys import SignPublic
from crypto.picture import open_picture
from crypto.profile import open_profile
from crypto.statement import Kind
from crypto.wire import staff as wire
from crypto.wire.base import Done
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.staff import portals, store
from e2e_server.features.translog import is_listed, log_of, serves
from e2e_server.kernel.clock import MS_PER_S, hour_of
from e2e_server.kernel.context import Context
from e2e_server.kernel.site import Portal
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import ReadTransaction, WriteTransaction

INVITATION_HOURS = 7 * 24
ID_HEX_CHARS = 32
# As many as a reply holds.
_MOST = 200


@handles(wire.InvitationAnswer)
async def invitation_answer(context: Context, command: wire.InvitationAnswer) -> Done:
    """Keep a newcomer's keys for the inviter; the same answer again is harmless."""

    def work(tx: WriteTransaction) -> None:
        row = store.InvitationRow(
            sign_pk=command.sign_pk,
            kem_pk=command.kem_pk,
            cap_hash=command.cap_hash,
            mac=command.mac,
            expires_hour=hour_of(tx.now_ms) + INVITATION_HOURS,
        )
        if store.answer_invitation(tx, command.join_id16, row):
            return
        left = store.invitation(tx, command.join_id16)
        # The MAC covers all the others.
        if left is None or left.mac != command.mac or left.sign_pk != command.sign_pk:
            raise WireError(ErrorCode.TAKEN)

    await context.db.write(work)
    return Done()


@handles(wire.InvitationRead)
async def invitation_read(
    context: Context, command: wire.InvitationRead
) -> wire.InvitationReadReply:
    """Give the inviter what the newcomer left."""

    def look(tx: ReadTransaction) -> store.InvitationRow | None:
        row = store.invitation(tx, command.join_id16)
        return row if row and row.expires_hour > hour_of(tx.now_ms) else None

    row = await context.db.read(look)
    if row is None:
        raise WireError(ErrorCode.UNKNOWN)
    return wire.InvitationReadReply(
        sign_pk=row.sign_pk,
        kem_pk=row.kem_pk,
        cap_hash=row.cap_hash,
        mac=row.mac,
        expires_hour=row.expires_hour,
    )


@handles(wire.ProfilePut)
async def profile_put(context: Context, command: wire.ProfilePut) -> Done:
    """Publish a profile that its person has signed with the certified key."""
    sign_in = context.signed_in()
    try:
        profile = open_profile(
            SignPublic(sign_in.staff_pk), sign_in.subject16, command.profile, command.signature
        )
        if profile.picture_hash or command.picture:
            open_picture(profile.picture_hash, command.picture)
    except RemoteError as error:
        raise WireError(ErrorCode.BAD_STATEMENT) from error
    row = store.ProfileRow(
        subject16=sign_in.subject16,
        counter=profile.counter,
        profile=command.profile,
        signature=command.signature,
        picture=command.picture,
    )

    def work(tx: WriteTransaction) -> None:
        known = store.profile(tx, row.subject16)
        if known == row:
            return
        if known is not None and known.counter >= row.counter:
            raise WireError(ErrorCode.CONFLICT)
        store.save_profile(tx, row)

    await context.db.write(work)
    return Done()


@handles(wire.Profiles)
async def profiles(context: Context, command: wire.Profiles) -> wire.ProfilesReply:
    """Return the profiles of a team's current members, as far as they have one.

    A member also gets those of colleagues whom the team may admit, and of who has left it and is
    kept for a while (`portals.FORMER_DAYS`): nobody else needs their names.
    """
    log, now_ms = log_of(context), context.clock.now_ms()
    team = log.view.current_team(command.team16, now_ms)
    listed = team.team.members if team else ()
    shown = [one for one in listed if log.standing(one, now_ms) is not None]
    if is_listed(context, command.team16, context.connection.sign_in):
        others = [one.subject16 for one in log.view.people_in_force(Kind.COUNSELLOR, now_ms)]
        history = log.view.team_history(command.team16)
        former = [one for stated in reversed(history) for one in stated.team.members]
        shown = list(dict.fromkeys((*shown, *others, *former)))
    places = [one.portal16 for one in context.site.portals if one.team16 == command.team16]

    def look(tx: ReadTransaction) -> tuple[wire.SignedProfile, ...]:
        return tuple(
            wire.SignedProfile(
                subject16=row.subject16,
                profile=row.profile,
                signature=row.signature,
                on_duty=int(any(portals.is_on_duty(tx, one, row.subject16) for one in places)),
            )
            for row in store.profiles(tx, shown[:_MOST])
        )

    return wire.ProfilesReply(profiles=await context.db.read(look))


@handles(wire.ProfilePicture)
async def profile_picture(
    context: Context, command: wire.ProfilePicture
) -> wire.ProfilePictureReply:
    """Return one picture; who is in the team no longer shows none."""
    view, now_ms = log_of(context).view, context.clock.now_ms()
    is_shown = log_of(context).standing(command.subject16, now_ms) is not None
    if not is_shown or not view.in_team(command.team16, command.subject16, now_ms):
        raise WireError(ErrorCode.UNKNOWN)
    row = await context.db.read(lambda tx: store.profile(tx, command.subject16))
    if row is None or not row.picture:
        raise WireError(ErrorCode.UNKNOWN)
    return wire.ProfilePictureReply(picture=row.picture)


@handles(wire.Duty)
async def duty(context: Context, command: wire.Duty) -> wire.DutyReply:
    """Begin, renew or end a lease at each of these portals."""
    sign_in = context.signed_in()
    subject16 = sign_in.subject16
    chosen = [_portal(context, portal16) for portal16 in command.portals]
    if command.on and not all(serves(context, one.portal16, sign_in) for one in chosen):
        raise WireError(ErrorCode.FORBIDDEN)
    lease_ms = context.settings.duty_lease_seconds * MS_PER_S

    def work(tx: WriteTransaction) -> int:
        for portal in chosen:
            if command.on:
                store.put_lease(tx, portal.portal16, subject16, tx.now_ms + lease_ms)
            else:
                store.drop_lease(tx, portal.portal16, subject16)
            portals.note_state(tx, portal)
        return tx.now_ms + lease_ms if command.on else 0

    return wire.DutyReply(until_ms=await context.db.write(work))


@handles(wire.PortalState)
async def portal_state(context: Context, command: wire.PortalState) -> wire.PortalStateReply:
    """Say whether a portal is open, how many wait, when it opens next and when it closes."""
    portal = _portal(context, command.portal16)
    # Rooms register what they offer under its protocol; mypy takes that for an instance.
    queues = context.services.find(portals.Queues)  # type: ignore[type-abstract]

    def look(tx: ReadTransaction) -> wire.PortalStateReply:
        return wire.PortalStateReply(
            open=int(portals.is_open(tx, portal)),
            waiting=queues.waiting(tx, portal.portal16) if queues else 0,
            on_duty=portals.on_duty(tx, portal.portal16),
            next_open_ms=_next_open_ms(portal, tx.now_ms),
            closes_ms=portal.closing_ms(tx.now_ms),
        )

    return await context.db.read(look)


async def portal_page(context: Context, request: web.Request) -> web.StreamResponse:
    """The same as JSON, for the portal page, which opens no connection."""
    text = request.match_info["portal16"]
    try:
        portal16 = bytes.fromhex(text)
    except ValueError:
        raise WireError(ErrorCode.UNKNOWN) from None
    if len(text) != ID_HEX_CHARS or len(portal16) * 2 != ID_HEX_CHARS:
        raise WireError(ErrorCode.UNKNOWN)
    state = await portal_state(context, wire.PortalState(portal16=portal16))
    return web.json_response(
        {
            "open": bool(state.open),
            "waiting": state.waiting,
            "next_open_ms": state.next_open_ms,
            "closes_ms": state.closes_ms,
        }
    )


def _portal(context: Context, portal16: bytes) -> Portal:
    portal = context.site.portal(portal16)
    if portal is None:
        raise WireError(ErrorCode.UNKNOWN)
    return portal


def _next_open_ms(portal: Portal, now_ms: int) -> int:
    """Return when the hours begin; 0 while they run, because then nothing is planned."""
    return 0 if portal.is_open_hour(now_ms) else portal.next_opening_ms(now_ms)
