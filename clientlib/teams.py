"""The keys of teams: drawn, handed on and changed by members, never by an admin (section 4).

    admit     a newcomer gets the key in a letter, then the next TEAM lists them: the same key
    succeed   somebody has left: a new key for those who stay, and the next TEAM
    renew     before the end: the next TEAM, with the same key

Seeds go first, then the statement: a crash in between leaves letters that nobody can use, never a
team without its key. Of two statements for one epoch the earlier leaf counts; whoever comes second
looks anew. The first key and its statement stand in `teamproposals.py`. Twin of
web/js/features/workspace/teams.js.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from clientlib import restarts
from clientlib.errors import Refused
from clientlib.letters import opened, read_inbox, sealed_letter
from clientlib.staff import Staff
from crypto import account, kem, keyring, letter
from crypto.certificate import CLOCK_TOLERANCE_MS, Certificate, TeamStatement
from crypto.errors import BadStatement, RemoteError
from crypto.keys import KemSecret
from crypto.letter import LetterKind
from crypto.logview import LogView
from crypto.random import Rand, random_bytes
from crypto.statement import Kind, Role, Team
from crypto.wire import boxes
from crypto.wire.errors import ErrorCode, WireError

_DAY_MS = 86_400_000
TEAM_DAYS = 30
RENEW_TEAM_DAYS = 10
# Colleagues may state something at the same moment; each time it is looked at anew.
_ATTEMPTS = 4
Next = Callable[[TeamStatement], Awaitable[Team | None]]


class ClockOff(Refused):
    """This device's clock differs from the service's: one of the two would date the team wrong."""

    code = "clock_off"


# --- who ------------------------------------------------------------------------------------------


class Came(Enum):
    """Where a newcomer has been so far."""

    NEW = "new"
    ELSEWHERE = "elsewhere"  # in another team
    FORMER = "former"  # in this team, and not certified anew since


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Certified to counsel, and not in the team.

    `before` is the last certificate of somebody who comes back under another key; None for others.
    """

    certificate: Certificate
    came: Came
    before: Certificate | None = None


def newcomers(
    view: LogView, team16: bytes, now_ms: int, *, is_leads: bool = False
) -> tuple[Newcomer, ...]:
    """Return who counsels by certificate and is not in the team; of the leads' team: who leads."""
    roles = (Role.LEAD,) if is_leads else (Role.COUNSELLOR, Role.LEAD)
    latest = view.latest_team(team16)
    members = latest.team.members if latest else ()
    return tuple(
        Newcomer(
            certificate=one,
            came=_came(view, team16, one),
            before=(*(None,), *view.own_certificates(view.replaces(one.subject16)))[-1],
        )
        for one in view.people_in_force(Kind.COUNSELLOR, now_ms)
        if one.role in roles and one.subject16 not in members
    )


def leavers(view: LogView, team: Team, now_ms: int) -> tuple[bytes, ...]:
    """Return whom the team lists though they have no certificate in force any more."""
    running = {one.subject16 for one in view.people_in_force(Kind.COUNSELLOR, now_ms)}
    return tuple(one for one in team.members if one not in running)


def own_teams(view: LogView, subject16: bytes) -> tuple[TeamStatement, ...]:
    """Return the newest statement of every team that lists somebody, ended ones too."""
    newest = (view.latest_team(one) for one in view.team_ids())
    return tuple(one for one in newest if one is not None and subject16 in one.team.members)


def seed_of(member: Staff, team: Team) -> KemSecret | None:
    """Return the team's present key, if this account holds it."""
    for kept in member.keyring.team_seeds:
        if kept.team16 == team.team16 and kem.public(kept.seed) == team.kem_pk:
            return kept.seed
    return None


async def give_seed(member: Staff, subjects: Iterable[bytes], gift: letter.TeamSeed) -> None:
    """Send a team's key to each of these people, in a letter to their certified key."""
    by, now_ms = member.certificate.hash, member.caseload.now_ms()
    for subject16 in subjects:
        # A person has one pair of keys for good: the newest certificate names it like the first.
        kem_pk = member.log.view.own_certificates(subject16)[-1].kem_pk
        kind, raw = LetterKind.TEAM_SEED, gift.encode()
        e2 = sealed_letter(member.ams, by, kem_pk, kind, raw, now_ms)
        await member.relay.request(boxes.LetterSend(e2=e2))


# --- what a member states ---------------------------------------------------------------------


async def admit(member: Staff, team16: bytes, subject16: bytes, *, is_leads: bool = False) -> None:
    """List somebody whose name and key words a member has compared; a repeat changes nothing.

    Refused for who is not certified to counsel, and among leads for who is no lead; RestartedTeam
    before a restart was seen.
    """
    await succeed(member, team16)

    async def next_(latest: TeamStatement) -> Team | None:
        if subject16 in latest.team.members:
            return None
        now_ms = member.caseload.now_ms()
        found = newcomers(member.log.view, team16, now_ms, is_leads=is_leads)
        if subject16 not in [one.certificate.subject16 for one in found]:
            raise Refused("not certified to counsel")
        seed = seed_of(member, latest.team)
        if seed is None:
            raise Refused("no key of this team here")
        epoch = latest.team.epoch + 1
        await give_seed(
            member, (subject16,), letter.TeamSeed(team16=team16, epoch=epoch, seed=seed)
        )
        members = (*latest.team.members, subject16)
        return Team(team16=team16, epoch=epoch, kem_pk=latest.team.kem_pk, members=members)

    await _until_stated(member, team16, next_)


async def succeed(
    member: Staff, team16: bytes, *, out: Iterable[bytes] = (), rand: Rand = random_bytes
) -> bool:
    """Give those who stay a new key, if somebody has left; tell whether this client did.

    Who has no certificate in force is out in any case, and so is whom `out` names. The own copy
    too is a letter, for a crash, and only what fits the log is kept: what was drawn and came second
    is thrown away. What was sent to the key before is sealed anew then (`recommit.py`).
    """
    others, drawn = tuple(out), list[keyring.TeamSeed]()

    async def next_(latest: TeamStatement) -> Team | None:
        view, team = member.log.view, latest.team
        gone = {*leavers(view, team, member.caseload.now_ms()), *others} & set(team.members)
        if not gone:
            return None
        if member.subject16 in gone:
            raise Refused("whoever leaves draws no key for the others")
        seed, epoch = KemSecret(rand(KemSecret.SIZE_BYTES)), team.epoch + 1
        drawn.append(keyring.TeamSeed(team16=team16, epoch=epoch, seed=seed))
        staying = tuple(one for one in team.members if one not in gone)
        await give_seed(member, staying, letter.TeamSeed(team16=team16, epoch=epoch, seed=seed))
        return Team(team16=team16, epoch=epoch, kem_pk=kem.public(seed), members=staying)

    is_stated = await _until_stated(member, team16, next_)
    if is_stated:
        await member.keyring.remember_seed(drawn[-1])
    await take_team_seeds(member)
    return is_stated


async def renew_teams(member: Staff) -> int:
    """Renew every TEAM of mine that ends within 10 days, same key, next epoch; return how many.

    Where somebody has left, the next key renews it.
    """
    view, now_ms = await member.log.update(), member.caseload.now_ms()
    seen = restarts.seen_of(member.keyring)

    async def next_(latest: TeamStatement) -> Team | None:
        team = latest.team
        is_due = latest.not_after_ms - now_ms <= RENEW_TEAM_DAYS * _DAY_MS
        if not is_due or leavers(member.log.view, team, now_ms):
            return None
        return Team(
            team16=team.team16, epoch=team.epoch + 1, kem_pk=team.kem_pk, members=team.members
        )

    teams = [one.team.team16 for one in own_teams(view, member.subject16)]
    mine = [one for one in teams if restarts.unseen(view, one, seen) is None]
    with suppress(ClockOff):
        return sum([await _until_stated(member, one, next_) for one in mine])
    return 0


async def take_team_seeds(member: Staff) -> int:
    """Keep the team keys that colleagues sent, if they fit what the log says; return how many.

    One for an epoch that the log does not state yet waits: its statement may be on the way.
    """
    secret = account.staff_kem(member.ams)
    inbox16 = letter.inbox16(kem.public(secret))
    stored = await read_inbox(member.relay, inbox16)
    view, taken = await member.log.update(), 0
    for one in stored:
        note = opened(one, secret)
        if note is None or note.kind != LetterKind.TEAM_SEED:
            continue
        gift = _gift(note.payload)
        if gift is not None:
            stated = {found.team.epoch: found.team for found in view.team_history(gift.team16)}
            team = stated.get(gift.epoch)
            if team is None:
                continue
            if team.kem_pk == kem.public(gift.seed) and member.subject16 in team.members:
                await member.keyring.remember_seed(gift)
                taken += 1
        await member.relay.request(boxes.LetterDelete(inbox16=inbox16, letter=one.letter))
    return taken


def _gift(payload: bytes) -> keyring.TeamSeed | None:
    """Read a team's key as the keyring keeps it; None for a letter of another shape."""
    try:
        gift = letter.TeamSeed.decode(payload)
    except RemoteError:
        return None
    return keyring.TeamSeed(team16=gift.team16, epoch=gift.epoch, seed=gift.seed)


# --- inside -----------------------------------------------------------------------------------


async def _until_stated(member: Staff, team16: bytes, next_: Next) -> bool:
    """State what `next_` makes of the newest statement, and again on top of a colleague's.

    False where there is nothing to state (`next_` gives None), or the team is not mine to state.
    ClockOff before anything is sent where a statement would bear a wrong date.
    """
    off_ms = await member.relay.relay_now_ms() - member.caseload.now_ms()
    if abs(off_ms) > CLOCK_TOLERANCE_MS:
        raise ClockOff("this device's clock is off")
    for attempt in range(_ATTEMPTS):
        view, now_ms = await member.log.update(), member.caseload.now_ms()
        latest = view.latest_team(team16)
        if latest is None or member.subject16 not in latest.team.members:
            return False
        if attempt > 0:
            await take_team_seeds(member)
        restarts.must_be_seen(view, team16, restarts.seen_of(member.keyring))
        team = await next_(latest)
        if team is None:
            return False
        try:
            end_ms = now_ms + TEAM_DAYS * _DAY_MS
            await member.log.publish(account.staff_sign(member.ams), team16, team, now_ms, end_ms)
        except WireError as error:
            if error.code is not ErrorCode.BAD_STATEMENT:
                raise
            if (await member.log.update()).latest_team(team16) == latest:
                # Nobody was faster: the relay refuses the statement itself.
                raise
        else:
            await member.log.update()
            return True
    raise BadStatement("the team changes with every look")


def _came(view: LogView, team16: bytes, certificate: Certificate) -> Came:
    history, subject16 = view.team_history(team16), certificate.subject16
    out_by = [
        after.index
        for before, after in pairwise(history)
        if subject16 in before.team.members and subject16 not in after.team.members
    ]
    # Taken out by the statement after; certified anew since then is as good as new.
    if out_by and certificate.index < out_by[-1]:
        return Came.FORMER
    return Came.ELSEWHERE if own_teams(view, subject16) else Came.NEW
