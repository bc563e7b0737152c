"""Sealing what a team reads to its next key (protocol section 5, "Written enquiry").

Once somebody has left, what nobody has taken yet goes out of their reach, one request after the
other; so does what somebody has taken and the team reads along in. What is to be done is what still
lies in the inboxes of the team's former keys, so that nothing needs to be remembered: after a crash
another run, on any member's device, finds the rest. Whoever comes second to a request finds it done
(`stale`). Twin of web/js/features/workspace/recommit.js.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from clientlib import begin, restarts
from clientlib.errors import OVER, Refused
from clientlib.firstrequest import FirstRequest, open_letters
from clientlib.letters import read_inbox, sealed_letter
from clientlib.staff import Staff
from clientlib.teamcommit import Change, Ground, ground_of, seal_for_team
from crypto import credential, letter
from crypto.certificate import TeamStatement
from crypto.commit import Reason
from crypto.envelope import open_e1
from crypto.errors import RemoteError
from crypto.givendraft import GivenDraft
from crypto.grant import Grant
from crypto.keyring import SEEDS_PER_TEAM
from crypto.keys import CapSecret, EpochSecret
from crypto.letter import LetterKind
from crypto.logview import LogView
from crypto.random import Rand, random_bytes
from crypto.wire import boxes
from crypto.wire.errors import ErrorCode, WireError

# Somebody has moved it on, has taken it, or has withdrawn it: nothing is left to do.
_DONE_BY_OTHERS = (ErrorCode.STALE, ErrorCode.TAKEN, *OVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is: `done` of `total` requests, by whomever; `skipped`: their tickets.

    A skipped one does not open here: it is damaged, or sealed to a key that this account never had.
    """

    done: int
    total: int
    skipped: tuple[bytes, ...] = ()


Tell = Callable[[Progress], None]
MS_PER_S = 1_000


def quiet(_: Progress) -> None:
    """Tell nobody."""


async def recommit(
    staff: Staff, team16: bytes, tell: Tell = quiet, rand: Rand = random_bytes
) -> Progress:
    """Seal all that a team reads to its present key; what does not open is skipped.

    `tell` is called once before the first and after each one. RestartedTeam before a restart was
    seen, Refused for who is not in the team.
    """
    view = await staff.log.update()
    latest = view.current_team(team16, staff.caseload.now_ms())
    if latest is None or staff.subject16 not in latest.team.members:
        raise Refused("not in this team")
    restarts.must_be_seen(view, team16, restarts.seen_of(staff.keyring))
    waiting = await _waiting(staff, view, latest, rand)
    progress = Progress(done=0, total=len(waiting))
    tell(progress)
    for ticket16, letters in waiting.items():
        try:
            await _patiently(partial(_seal_anew, staff, latest, ticket16, letters, rand))
        except (RemoteError, WireError) as error:
            is_over = isinstance(error, WireError) and error.code in _DONE_BY_OTHERS
        else:
            is_over = True
        if is_over:
            progress = replace(progress, done=progress.done + 1)
        else:
            progress = replace(progress, skipped=(*progress.skipped, ticket16))
        tell(progress)
    return progress


async def _patiently(work: Callable[[], Awaitable[None]]) -> None:
    """Do it, as fast as the relay lets one line ask; all of it may be repeated."""
    while True:
        try:
            await work()
            return
        except WireError as error:
            if error.code is not ErrorCode.RATE_LIMITED:
                raise
            await asyncio.sleep(error.retry_ms / MS_PER_S)


async def _waiting(
    staff: Staff, view: LogView, latest: TeamStatement, rand: Rand
) -> dict[bytes, list[boxes.StoredLetter]]:
    """Read the inboxes of the former keys: the letters of each ticket.

    In an order of this client's own: two that begin at once seldom meet.
    """
    history = view.team_history(latest.team.team16)
    former = dict.fromkeys(one.team.kem_pk for one in history)
    del former[latest.team.kem_pk]
    found: dict[bytes, list[boxes.StoredLetter]] = {}
    # More keys than a keyring holds open nothing here.
    for kem_pk in tuple(former)[-SEEDS_PER_TEAM:]:
        for stored in await read_inbox(staff.relay, letter.inbox16(kem_pk)):
            if stored.ticket16:
                found.setdefault(stored.ticket16, []).append(stored)
    drawn = {ticket16: rand(8) for ticket16 in found}
    return {ticket16: found[ticket16] for ticket16 in sorted(found, key=lambda one: drawn[one])}


async def _seal_anew(
    staff: Staff,
    latest: TeamStatement,
    ticket16: bytes,
    letters: list[boxes.StoredLetter],
    rand: Rand,
) -> None:
    # Whoever has taken it, where the team reads along: as long as the team is in it, whatever the
    # level is by now, it must not be under a former key.
    first = await open_letters(staff.caseload, ticket16, letters, reads_along=True)
    try:
        ground = ground_of(first)
        command = _made(staff, first, ground, latest, rand)
        await staff.relay.request(command, first.welcome.join_cap.raw)
    finally:
        await first.box.stop()


def _made(
    staff: Staff, first: FirstRequest, ground: Ground, latest: TeamStatement, rand: Rand
) -> boxes.Commit:
    """Return the commit with its letters: all of the team read all that was written."""
    recipient = begin.to_team(latest)
    entry = replace(recipient.entry, sidx=ground.roster.highest_sidx + 1)
    es = EpochSecret(rand(EpochSecret.SIZE_BYTES))
    join_cap = CapSecret(rand(CapSecret.SIZE_BYTES))
    given = boxes.NewCap(
        sidx=entry.sidx,
        cap_hash=credential.cap_hash(join_cap),
        rights=int(recipient.rights),
        team16=recipient.team16,
    )
    change = Change(entry=entry, reason=Reason.TEAM_KEY, es=es)
    command = seal_for_team(staff, ground, change, given, rand)
    welcome = replace(
        first.welcome,
        epoch=ground.roster.epoch + 1,
        es=es,
        commit=open_e1(command.e1, ground.transcript.key),
        join_cap=join_cap,
    )
    letters = tuple(
        sealed_letter(
            staff.ams, staff.certificate.hash, entry.kem_pk, kind, raw, staff.caseload.now_ms()
        )
        for kind, raw in (
            (LetterKind.WELCOME, welcome.encode()),
            (LetterKind.GRANT, _history(first, ground).encode()),
            *((LetterKind.DRAFT, one.encode()) for one in _draft(first, welcome.epoch)),
        )
    )
    return replace(command, letters=letters, ticket16=first.welcome.ticket16)


def _draft(first: FirstRequest, number: int) -> tuple[GivenDraft, ...]:
    """What came with it goes on with it, still by who typed it."""
    return () if first.draft is None else (replace(first.draft, epoch=number),)


def _history(first: FirstRequest, ground: Ground) -> Grant:
    """Grant every epoch so far."""
    return Grant(box16=ground.roster.box16, secrets=tuple(kept.es for kept in first.secrets))
