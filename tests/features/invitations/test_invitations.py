"""Invitations at the relay: whose they are, how long, how often, and who reads the letters."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from crypto import letter
from crypto.credential import cap_hash
from crypto.keys import CapSecret, KemPublic
from crypto.wire import boxes, enquiries
from crypto.wire import invitations as wire
from crypto.wire.base import Command
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.invitations import handlers
from tests.helpers.livecast import Counsellor, House, e2, house
from tests.helpers.organisation import kem_public, seed
from tests.helpers.rawclient import RawClient
from tests.helpers.writtencast import DAY_MS, TEAM_KEY, Writer, accepts, writer

HOUR_MS = 3_600_000
JOIN16 = seed("join", 16)
INVITE = wire.Invite(join_id16=JOIN16)
READ = wire.InviteRead(join_id16=JOIN16)
LOOK = wire.InviteLook(join_id16=JOIN16)
END = wire.InviteEnd(join_id16=JOIN16)
CAP = seed("newcomer's cap")
TICKET_CAP = seed("newcomer's ticket cap")
NEWCOMER = kem_public("newcomer")
INBOX16 = letter.inbox16(NEWCOMER)
ANSWER = wire.InviteAnswer(
    join_id16=JOIN16,
    sign_pk=seed("sign"),
    kem_pk=NEWCOMER.raw,
    cap_hash=cap_hash(CapSecret(CAP)),
    ticket_hash=cap_hash(CapSecret(TICKET_CAP)),
    mac=seed("mac"),
    stamp=b"",
)
LETTERS = wire.InviteLetters(inbox16=INBOX16)
DONE = wire.InviteDone(inbox16=INBOX16)


@asynccontextmanager
async def people(folder: Path) -> AsyncIterator[tuple[House, Counsellor, Counsellor, RawClient]]:
    """Anna invites, Berta is her colleague; somebody without an access comes."""
    async with house(folder) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        yield home, anna, berta, await home.line()


def written(name: str, inbox: KemPublic = NEWCOMER) -> boxes.LetterSend:
    """A letter to the newcomer; how it comes into the inbox does not matter here."""
    return boxes.LetterSend(e2=e2(letter.inbox16(inbox), name))


async def test_an_answer_is_read_by_who_has_invited_and_by_nobody_else(tmp_path: Path) -> None:
    async with people(tmp_path) as (home, anna, berta, newcomer):
        assert await newcomer.refusal(ANSWER) is ErrorCode.UNKNOWN  # nobody has invited
        expires_hour = (await anna.client.call(INVITE)).expires_hour
        assert expires_hour == home.server.clock.now_ms() // HOUR_MS + 48
        assert (await anna.client.call(READ)).answers == ()
        assert (await newcomer.call(LOOK)).is_answered == 0
        await newcomer.call(ANSWER)
        await anna.client.event(wire.InviteAnsweredNow)
        assert (await newcomer.call(LOOK)).is_answered == 1
        (found,) = (await anna.client.call(READ)).answers
        assert (found.sign_pk, found.kem_pk, found.cap_hash, found.mac) == (
            ANSWER.sign_pk,
            ANSWER.kem_pk,
            ANSWER.cap_hash,
            ANSWER.mac,
        )
        # A colleague knows neither the words nor that there is anything.
        for command in (READ, wire.InviteTicket(join_id16=JOIN16, ticket16=bytes(16))):
            assert await berta.client.refusal(command) is ErrorCode.UNKNOWN
        assert await berta.client.refusal(INVITE) is ErrorCode.UNKNOWN
        await berta.client.call(END)
        assert (await anna.client.call(READ)).answers == (found,)


async def test_only_counselling_staff_invite(tmp_path: Path) -> None:
    async with people(tmp_path) as (home, _, _, newcomer):
        sam = await writer(home, "Sam")
        commands: tuple[Command[Any], ...] = (
            INVITE,
            READ,
            END,
            wire.InviteTicket(join_id16=JOIN16, ticket16=bytes(16)),
        )
        for client in (newcomer, sam.client):
            for command in commands:
                assert await client.refusal(command) is ErrorCode.UNAUTHORISED


async def test_it_is_answered_once_and_the_same_again_is_harmless(tmp_path: Path) -> None:
    async with people(tmp_path) as (_, anna, _, newcomer):
        await anna.client.call(INVITE)
        await newcomer.call(ANSWER)
        await newcomer.call(ANSWER)
        for field in ("sign_pk", "cap_hash", "mac"):
            other = dataclasses.replace(ANSWER, **{field: seed("another")})
            assert await newcomer.refusal(other) is ErrorCode.TAKEN
        other = dataclasses.replace(ANSWER, kem_pk=kem_public("another").raw)
        assert await newcomer.refusal(other) is ErrorCode.TAKEN
        # Inviting again changes nothing either.
        await anna.client.call(INVITE)
        assert len((await anna.client.call(READ)).answers) == 1


async def test_what_is_over_was_thrown_away_or_never_was_is_refused_alike(tmp_path: Path) -> None:
    async with people(tmp_path) as (home, anna, _, newcomer):

        async def all_unknown(anna: Counsellor) -> None:
            for command in (LOOK, ANSWER):
                assert await newcomer.refusal(command) is ErrorCode.UNKNOWN
            assert await newcomer.refusal(LETTERS, CAP) is ErrorCode.UNKNOWN
            assert await anna.client.refusal(READ) is ErrorCode.UNKNOWN

        await all_unknown(anna)
        await anna.client.call(INVITE)
        await newcomer.call(ANSWER)
        await anna.client.call(END)
        await anna.client.call(END)
        await all_unknown(anna)
        await anna.client.call(INVITE)
        home.server.clock.elapse(48 * HOUR_MS)
        await all_unknown(await home.signs_in("Anna"))


async def test_nobody_tries_many_ids_or_invites_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "INVITES_PER_DAY", 2)
    monkeypatch.setattr(handlers, "ANSWERS_PER_HOUR", 4)
    async with people(tmp_path) as (_, anna, berta, newcomer):
        for n in range(2):
            await anna.client.call(wire.Invite(join_id16=seed(f"join {n}", 16)))
        await anna.client.call(wire.Invite(join_id16=seed("join 0", 16)))
        assert await anna.client.refusal(INVITE) is ErrorCode.RATE_LIMITED
        await berta.client.call(INVITE)
        for n in range(4):
            look = wire.InviteLook(join_id16=seed(f"guess {n}", 16))
            assert await newcomer.refusal(look) is ErrorCode.UNKNOWN
        for command in (LOOK, ANSWER):
            assert await newcomer.refusal(command) is ErrorCode.RATE_LIMITED


async def test_the_letters_are_for_the_capability_that_was_left(tmp_path: Path) -> None:
    async with people(tmp_path) as (_, anna, berta, newcomer):
        await anna.client.call(INVITE)
        await newcomer.call(ANSWER)
        assert (await newcomer.call(LETTERS, CAP)).letters == ()
        assert await newcomer.refusal(LETTERS, seed("another cap")) is ErrorCode.UNKNOWN
        foreign = wire.InviteLetters(inbox16=letter.inbox16(kem_public("somebody")))
        assert await newcomer.refusal(foreign, CAP) is ErrorCode.UNKNOWN
        await anna.client.call(written("one"))
        heard = await newcomer.event(boxes.LetterStored)
        assert heard.inbox16 == INBOX16
        (found,) = (await newcomer.call(LETTERS, CAP)).letters
        assert found.e2 == written("one").e2
        # Ending the invitation leaves what is on its way.
        await anna.client.call(END)
        assert (await newcomer.call(LETTERS, CAP)).letters == (found,)
        await newcomer.call(DONE, seed("another cap"))
        assert (await newcomer.call(LETTERS, CAP)).letters == (found,)
        assert (
            await berta.client.refusal(boxes.InboxRead(inbox16=INBOX16, start=0))
            is ErrorCode.FORBIDDEN
        )
        await newcomer.call(DONE, CAP)
        await newcomer.call(DONE, CAP)
        assert await newcomer.refusal(LETTERS, CAP) is ErrorCode.UNKNOWN


@pytest.mark.parametrize("name", ["Berta", TEAM_KEY])
async def test_nobody_comes_into_the_inbox_of_staff(tmp_path: Path, name: str) -> None:
    """The newcomer names the key: with a colleague's or a team's they would read those letters."""
    async with people(tmp_path) as (_, anna, berta, newcomer):
        kem_pk = kem_public(TEAM_KEY) if name == TEAM_KEY else berta.person.kem_pk
        await anna.client.call(INVITE)
        await anna.client.call(written("a secret among colleagues", kem_pk))
        answer = dataclasses.replace(ANSWER, kem_pk=kem_pk.raw)
        assert await newcomer.refusal(answer) is ErrorCode.CONFLICT
        letters = wire.InviteLetters(inbox16=letter.inbox16(kem_pk))
        assert await newcomer.refusal(letters, CAP) is ErrorCode.UNKNOWN
        assert (await newcomer.call(LOOK)).is_answered == 0


async def test_two_newcomers_have_two_inboxes(tmp_path: Path) -> None:
    async with people(tmp_path) as (_, anna, _, newcomer):
        await anna.client.call(INVITE)
        other16 = seed("other join", 16)
        await anna.client.call(wire.Invite(join_id16=other16))
        await newcomer.call(ANSWER)
        same = dataclasses.replace(ANSWER, join_id16=other16, cap_hash=seed("another"))
        assert await newcomer.refusal(same) is ErrorCode.CONFLICT


async def test_letters_and_rows_end_in_time(tmp_path: Path) -> None:
    async with people(tmp_path) as (home, anna, _, newcomer):
        await anna.client.call(INVITE)
        await newcomer.call(ANSWER)
        await anna.client.call(written("one"))
        await home.server.elapse(48 * HOUR_MS)
        # Nobody confirms any more, but what has been written is still there to be read.
        assert len((await newcomer.call(LETTERS, CAP)).letters) == 1
        await home.server.elapse(30 * DAY_MS)
        assert await newcomer.refusal(LETTERS, CAP) is ErrorCode.UNKNOWN
        for table in ("invitations_given", "invitations_inboxes", "boxes_letters"):
            rows = await home.server.relay.parts.db.read(
                lambda tx, table=table: tx.all(f"SELECT * FROM {table}")  # type: ignore[misc]  # a constant
            )
            assert rows == [], table


# --- the ticket -----------------------------------------------------------------------------------


@asynccontextmanager
async def taken(folder: Path) -> AsyncIterator[tuple[Counsellor, Counsellor, Writer, RawClient]]:
    """Anna has taken Sam's enquiry, and has invited Sam anew."""
    async with people(folder) as (home, anna, berta, newcomer):
        sam = await writer(home, "Sam")
        await sam.sends()
        await accepts(anna, sam)
        await anna.client.call(INVITE)
        yield anna, berta, sam, newcomer


async def test_the_ticket_obeys_the_new_access_and_nobody_before(tmp_path: Path) -> None:
    async with taken(tmp_path) as (anna, _, sam, newcomer):
        move = wire.InviteTicket(join_id16=JOIN16, ticket16=sam.ticket16)
        assert await anna.client.refusal(move) is ErrorCode.WRONG_STATE
        await newcomer.call(ANSWER)
        await anna.client.call(move)
        await anna.client.call(move)
        # The hash is in one place only: box and ticket never stand side by side.
        (row,) = await _rows(sam.home, "SELECT ticket_hash FROM invitations_given")
        assert row[0] is None
        again = enquiries.EnquiryAgain()
        assert await sam.client.refusal(again, sam.ticket_cap) is ErrorCode.UNKNOWN
        await newcomer.call(again, TICKET_CAP)
        # Who repeats the answer does not put it back.
        await newcomer.call(ANSWER)
        (row,) = await _rows(sam.home, "SELECT ticket_hash FROM invitations_given")
        assert row[0] is None
        await newcomer.call(enquiries.EnquiryWithdraw(), TICKET_CAP)


async def test_only_an_own_ticket_is_handed_on(tmp_path: Path) -> None:
    async with taken(tmp_path) as (anna, berta, sam, newcomer):
        await newcomer.call(ANSWER)
        berta16 = seed("berta's join", 16)
        await berta.client.call(wire.Invite(join_id16=berta16))
        theirs = dataclasses.replace(
            ANSWER,
            join_id16=berta16,
            kem_pk=kem_public("other").raw,
            cap_hash=seed("other cap"),
            ticket_hash=seed("other ticket"),
        )
        await newcomer.call(theirs)
        foreign = wire.InviteTicket(join_id16=berta16, ticket16=sam.ticket16)
        assert await berta.client.refusal(foreign) is ErrorCode.FORBIDDEN
        nothing = wire.InviteTicket(join_id16=JOIN16, ticket16=seed("no ticket", 16))
        assert await anna.client.refusal(nothing) is ErrorCode.UNKNOWN
        tim = await writer(sam.home, "Tim")
        await tim.sends()
        untaken = wire.InviteTicket(join_id16=JOIN16, ticket16=tim.ticket16)
        assert await anna.client.refusal(untaken) is ErrorCode.FORBIDDEN
        await sam.client.call(enquiries.EnquiryAgain(), sam.ticket_cap)


async def test_a_race_of_two_answers_has_one_winner(tmp_path: Path) -> None:
    async with people(tmp_path) as (home, anna, _, newcomer):
        await anna.client.call(INVITE)
        second = await home.line()
        other = dataclasses.replace(
            ANSWER, kem_pk=kem_public("other").raw, cap_hash=seed("other"), mac=seed("other mac")
        )

        async def code(client: RawClient, command: wire.InviteAnswer) -> ErrorCode | None:
            try:
                await client.call(command)
            except WireError as error:
                return error.code
            return None

        codes = await asyncio.gather(code(newcomer, ANSWER), code(second, other))
        assert set(codes) == {None, ErrorCode.TAKEN}


async def _rows(home: House, sql: str) -> list[Any]:
    return await home.server.relay.parts.db.read(lambda tx: tx.all(sql))
