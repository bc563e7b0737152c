"""A team's first key, and a restart: a member draws the key, an admin signs TEAM (section 4).

The key is a member's, never an admin's: the admin sees only its public half.
"""

from __future__ import annotations

from clientlib.letters import opened, read_inbox, sealed_letter
from clientlib.staff import Staff
from clientlib.teams import TEAM_DAYS, give_seed
from crypto import account, kem, keyring, letter
from crypto.errors import RemoteError
from crypto.keys import KemPublic, KemSecret
from crypto.letter import LetterKind
from crypto.logview import LogView
from crypto.random import Rand, random_bytes
from crypto.statement import Team
from crypto.wire import boxes

_DAY_MS = 86_400_000


async def propose_team(
    member: Staff,
    admin_kem: KemPublic,
    team16: bytes,
    members: tuple[bytes, ...],
    now_ms: int,
    rand: Rand = random_bytes,
) -> None:
    """Draw a team's first key, send it to each listed member, propose TEAM to an admin.

    Of a team that has a key already this proposes a restart, which every client shows as an alarm.
    """
    latest = (await member.log.update()).latest_team(team16)
    epoch = latest.team.epoch + 1 if latest else 1
    seed = KemSecret(rand(KemSecret.SIZE_BYTES))
    await member.keyring.remember_seed(keyring.TeamSeed(team16=team16, epoch=epoch, seed=seed))
    others = [one for one in members if one != member.subject16]
    await give_seed(member, others, letter.TeamSeed(team16=team16, epoch=epoch, seed=seed))
    team = Team(
        team16=team16,
        epoch=epoch,
        kem_pk=kem.public(seed),
        members=members,
        restart=latest is not None,
    )
    by, kind = member.certificate.hash, LetterKind.TEAM_PROPOSAL
    e2 = sealed_letter(member.ams, by, admin_kem, kind, team.encode(), now_ms)
    await member.relay.request(boxes.LetterSend(e2=e2))


async def sign_proposals(admin: Staff, now_ms: int, *, may_restart: bool = False) -> int:
    """Sign and log the TEAM statements proposed by certified members; return how many.

    A first one, and a restart only with `may_restart`; until then its letter waits.
    """
    inbox16 = letter.inbox16(kem.public(account.staff_kem(admin.ams)))
    signed = 0
    for stored in await read_inbox(admin.relay, inbox16):
        view = await admin.log.update()
        note = opened(stored, account.staff_kem(admin.ams))
        if note is None:
            continue
        author = view.certificate(note.certificate_hash)
        if note.kind == LetterKind.TEAM_PROPOSAL and author and author.sign_pk == note.sign_pk:
            team = _proposed(note.payload)
            if team and team.restart and not may_restart:
                continue
            if team and author.subject16 in team.members and _follows(view, team):
                secret = account.staff_sign(admin.ams)
                end_ms = now_ms + TEAM_DAYS * _DAY_MS
                await admin.log.publish(secret, team.team16, team, now_ms, end_ms)
                signed += 1
        await admin.relay.request(boxes.LetterDelete(inbox16=inbox16, letter=stored.letter))
    return signed


def _proposed(payload: bytes) -> Team | None:
    """Read a proposal; None for a letter of another shape, which must not stop the others."""
    try:
        return Team.decode(payload)
    except RemoteError:
        return None


def _follows(view: LogView, team: Team) -> bool:
    """Tell whether an admin may sign it: a team's first statement, or a restart of the newest."""
    latest = view.latest_team(team.team16)
    if latest is None:
        return team.epoch == 1 and not team.restart
    return team.restart and team.epoch == latest.team.epoch + 1
