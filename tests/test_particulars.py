"""What a counsellor notes about a person: in the own keyring, on two devices, and how it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from clientlib.particulars import (
    MAX_CHARS,
    MAX_FORMERS,
    MAX_TICKETS,
    PARTICULARS,
    About,
    Particulars,
)
from clientlib.staff import Staff
from clientlib.staffenquiries import StaffEnquiries
from crypto.entry import EntryState
from crypto.passphrase import TooLong
from tests.helpers.actors import Cast
from tests.helpers.organisation import seed
from tests.helpers.server import serving
from tests.helpers.written import at_desk, centre, counted, falls_over, staff_again, takes, writes

NEW = About(place="Köln", notes="Zwei Kinder.")


@dataclass(frozen=True)
class Scene:
    """Maria, who has taken on two enquiries of one seeker."""

    cast: Cast
    maria: Staff
    desk: StaffEnquiries
    tickets: tuple[bytes, bytes]

    async def device(self) -> Staff:
        return await staff_again(self.cast, self.maria)


@asynccontextmanager
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with serving(tmp_path) as server:
        cast = Cast(server)
        (maria,) = await centre(cast, "maria")
        desk = await at_desk(maria)
        one, other = [await writes(cast, await cast.registers(name)) for name in ("farn", "moos")]
        cases = await takes(desk, one), await takes(desk, other)
        yield Scene(cast, maria, desk, (cases[0].ticket16, cases[1].ticket16))
        await cast.close()


def of(staff: Staff) -> Particulars:
    """What one device has."""
    return Particulars(staff.keyring, staff.caseload.now_ms)


def notes(staff: Staff, ticket16: bytes) -> list[str]:
    return [one.about.notes for one in of(staff).of(ticket16)]


def kept(staff: Staff) -> int:
    entries = (one for one in staff.keyring.entries if one.kind == PARTICULARS)
    return sum(one.state is not EntryState.GONE for one in entries)


async def test_two_devices_write_at_once_and_lose_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        (ticket16, _), maria = here.tickets, here.maria
        first = await of(maria).save([ticket16], NEW)
        phone = await here.device()
        assert of(phone).of(ticket16)[0].about == NEW
        await of(maria).save([ticket16], About(notes="Am Rechner."), [first])
        await of(phone).save([ticket16], About(notes="Unterwegs."), [first])
        again = await here.device()
        assert sorted(notes(again, ticket16)) == ["Am Rechner.", "Unterwegs."]
        both = [one.name16 for one in of(again).of(ticket16)]
        await of(again).save([ticket16], About(notes="Beides."), both)
        assert (notes(again, ticket16), kept(again)) == (["Beides."], 1)


async def test_a_stop_at_each_request_leaves_the_former_words_or_the_new(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        ticket16, _ = here.tickets
        for at in (0, 1):
            for is_asked in (False, True):
                await of(here.maria).remove(ticket16)
                first = await of(here.maria).save([ticket16], About(notes="Alt."))
                phone = await here.device()
                async with falls_over(phone.relay, at, is_asked=is_asked):
                    await of(phone).save([ticket16], About(notes="Neu."), [first])
                again = await here.device()
                stands = "Alt." if (at, is_asked) == (0, False) else "Neu."
                assert notes(again, ticket16) == [stands]
                await of(again).tidy()
                assert (notes(again, ticket16), kept(again)) == ([stands], 1)
                await here.maria.keyring.refresh()


async def test_a_deletion_that_stops_brings_nothing_back(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        ticket16, _ = here.tickets
        first = await of(here.maria).save([ticket16], About(notes="Alt."))
        phone = await here.device()
        async with falls_over(phone.relay, 1):
            await of(phone).save([ticket16], About(notes="Neu."), [first])
        phone = await here.device()
        async with falls_over(phone.relay, 1):
            await of(phone).remove(ticket16)
        again = await here.device()
        assert notes(again, ticket16) == ["Neu."]
        await of(again).remove(ticket16)
        assert (notes(again, ticket16), kept(again)) == ([], 0)


async def test_a_draft_is_no_version_and_goes_with_the_save_of_who_goes_on(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        ticket16, _ = here.tickets
        first = await of(here.maria).save([ticket16], NEW)
        draft = await of(here.maria).save(
            [ticket16], About(notes="x" * 2_000), [first], is_draft=True
        )
        phone = await here.device()
        assert notes(phone, ticket16) == [NEW.notes]
        assert [len(one.about.notes) for one in of(phone).drafts(ticket16)] == [2_000]
        await of(phone).save([ticket16], About(notes="Ganz."), [draft, first])
        assert (notes(phone, ticket16), of(phone).drafts(ticket16), kept(phone)) == (
            ["Ganz."],
            (),
            1,
        )


async def test_it_goes_with_the_last_conversation_that_it_is_of(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        one, other = here.tickets
        await of(here.maria).save(here.tickets, NEW)
        await of(here.maria).save(here.tickets, About(notes="Halb"), is_draft=True)
        await here.desk.release(one)
        await of(here.maria).tidy()
        assert kept(here.maria) == 2
        await here.desk.release(other)
        await of(here.maria).tidy()
        assert (kept(here.maria), kept(await here.device())) == (0, 0)


async def test_a_device_that_has_not_heard_of_a_conversation_deletes_nothing(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path) as here:
        phone = await here.device()
        enquiry = await writes(here.cast, await here.cast.registers("ufer"))
        case = await takes(await at_desk(here.maria), enquiry)
        name16 = await of(here.maria).save([case.ticket16], NEW)
        # Of all that has changed the phone has heard of this page alone.
        await phone.keyring.refresh(name16)
        await of(phone).tidy()
        assert notes(await here.device(), case.ticket16) == [NEW.notes]


async def test_there_are_limits_and_the_longest_words_fit(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        longest = About(**{name: "\U0001f600" * most for name, most in MAX_CHARS.items()})
        names = [seed(f"one {i}", 16) for i in range(MAX_TICKETS)]
        await of(here.maria).save(
            [here.tickets[0], *names][:MAX_TICKETS], longest, names[:MAX_FORMERS]
        )
        with counted(here.maria.relay) as asked:
            for name, most in MAX_CHARS.items():
                with pytest.raises(TooLong):
                    await of(here.maria).save(here.tickets, About(**{name: "x" * (most + 1)}))
            with pytest.raises(TooLong):
                await of(here.maria).save(here.tickets, About(notes="x" * 9_000), is_draft=True)
        assert (asked, kept(here.maria)) == ([], 1)
