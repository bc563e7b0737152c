"""A registered seeker in the live chat, on several devices: Python client and a real relay."""

from __future__ import annotations

import asyncio
from unittest import mock

import pytest

from clientlib import accounts, begin
from clientlib.account import SeekerAccount
from clientlib.box import Box
from clientlib.errors import Disconnected
from clientlib.notes import VisitNote
from clientlib.seeker import Seeker
from clientlib.staff import Staff
from crypto.entry import EntryState
from crypto.envelope import Kind
from crypto.epoch import es_hash
from crypto.keys import EpochSecret
from crypto.random import random_bytes
from crypto.verdict import Verdict
from crypto.wire.boxes import BoxState, GetShare, Read
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.live import TicketState
from tests.helpers.actors import PHRASE, Cast, chat
from tests.helpers.enrolled import office
from tests.helpers.server import PORTAL16

HOUR_MS = 3_600_000
SCENE_S = 30
NAME = "kiesel-407"


def texts(box: Box) -> list[str]:
    return [one.text for one in box.said if one.text is not None]


async def has(box: Box, *wanted: str) -> None:
    async with asyncio.timeout(SCENE_S):
        await box.wait_until(lambda: set(wanted) <= set(texts(box)))


async def only_box(cast: Cast, account: SeekerAccount) -> Box:
    found = await cast.comes_back(account)
    assert found.seekers == ()
    (box,) = found.boxes
    return box


def alarms(box: Box) -> list[Verdict | None]:
    return [one.verdict for one in box.taken if one.verdict not in (Verdict.OK, Verdict.DUP)]


async def test_the_counsellor_sees_the_pseudonym_and_the_relay_never(cast: Cast) -> None:
    maria = await office(cast)
    theirs, hers, _ = await chat(cast, maria, await cast.registers(NAME))
    await hers.wait_until(lambda: hers.pseudonym != "")
    assert hers.pseudonym == NAME
    # It stands directly after the first commit.
    assert [said.kind for said in hers.said][:1] == [Kind.INTRODUCTION]
    assert hers.said[0].n == 2
    await theirs.say("Guten Abend.")
    await has(hers, "Guten Abend.")
    files = [one for one in cast.server.settings.data_dir.rglob("*") if one.is_file()]
    assert not [one for one in files if NAME.encode() in one.read_bytes()]


async def test_three_devices_write_into_one_chat_at_once_and_read_the_same(cast: Cast) -> None:
    maria = await office(cast)
    first = await cast.registers(NAME)
    theirs, hers, _ = await chat(cast, maria, first)
    second, third = [await cast.seeker_signs_in(NAME) for _ in range(2)]
    boxes = [theirs, await only_box(cast, second), await only_box(cast, third)]
    said = [[f"{device} {i}" for i in range(5)] for device in range(3)]

    async def writes(box: Box, lines: list[str]) -> None:
        for line in lines:
            await box.say(line)

    async with asyncio.TaskGroup() as group:
        for box, lines in zip(boxes, said, strict=True):
            group.create_task(writes(box, lines))
    everything = [line for lines in said for line in lines]
    for box in (*boxes, hers):
        await has(box, *everything)
        assert alarms(box) == []
        assert texts(box) == texts(hers)
    assert len(texts(hers)) == len(everything)
    # Nobody introduced themselves twice.
    assert [one.kind for one in hers.said].count(Kind.INTRODUCTION) == 1


async def test_a_waiting_request_is_taken_up_on_another_device(cast: Cast) -> None:
    maria = await office(cast)
    first = await cast.registers(NAME)
    waiting = await cast.seeker(first)
    await first.relay.close()
    again = await cast.seeker_signs_in(NAME)
    found = await cast.comes_back(again)
    (seeker,) = found.seekers
    assert found.boxes == ()
    assert (seeker.ticket16, seeker.number) == (waiting.ticket16, waiting.number)
    await maria.wait_until(lambda: seeker.ticket16 in maria.rows)
    await maria.accept(seeker.ticket16)
    await seeker.offered()
    box = await seeker.confirm()
    (hers,) = await maria.read_inbox()
    await box.say("Von hier aus.")
    await has(hers, "Von hier aus.")
    note = VisitNote.decode(again.keyring.entries[0].settings)
    assert (note.portal16, note.number) == (PORTAL16, seeker.number)


async def offered_on_two_devices(cast: Cast, maria: Staff) -> tuple[Seeker, Seeker]:
    first = await cast.registers(NAME)
    here = await cast.seeker(first)
    second = await cast.seeker_signs_in(NAME)
    (there,) = (await cast.comes_back(second)).seekers
    await maria.wait_until(lambda: here.ticket16 in maria.rows)
    await maria.accept(here.ticket16)
    await here.offered()
    await there.offered()
    return here, there


@pytest.mark.parametrize("winner", [0, 1])
async def test_two_devices_that_begin_at_once_come_into_one_chat(cast: Cast, winner: int) -> None:
    maria = await office(cast)
    here, there = await offered_on_two_devices(cast, maria)
    # In the keyring they stand by their hashes, whichever of them wins.
    drawn = [EpochSecret(random_bytes(EpochSecret.SIZE_BYTES)) for _ in range(2)]
    drawn.sort(key=lambda es: es_hash(here.visit.box16, es))
    here.visit.es, there.visit.es = drawn[winner], drawn[1 - winner]
    begun = []
    remember = there._remember

    async def faster() -> None:
        # The other device begins between this one's yes and its first step.
        if not begun:
            begun.append(await here.confirm())
        await remember()

    with mock.patch.object(there, "_remember", faster):
        other = await there.confirm()
    (one,) = begun
    (hers,) = await maria.read_inbox()
    await one.say("eins")
    await other.say("zwei")
    for box in (one, other, hers):
        await has(box, "eins", "zwei")
        assert alarms(box) == []
    again = await cast.seeker_signs_in(NAME)
    assert texts(await only_box(cast, again)) == ["eins", "zwei"]
    (entry,) = again.keyring.entries
    assert len(entry.secrets) == 2  # that of the device which came second harms nobody


async def test_who_comes_second_to_the_yes_comes_into_the_same_chat(cast: Cast) -> None:
    maria = await office(cast)
    here, there = await offered_on_two_devices(cast, maria)
    one = await here.confirm()
    await there.wait_until(lambda: there.state is TicketState.ACTIVE)
    other = await there.confirm()
    assert other.box16 == one.box16
    await other.say("Hier auch.")
    await has(one, "Hier auch.")


async def test_a_device_that_falls_over_before_the_first_commit_begins_again(cast: Cast) -> None:
    maria = await office(cast)
    first = await cast.registers(NAME)
    seeker = await cast.seeker(first)
    await maria.wait_until(lambda: seeker.ticket16 in maria.rows)
    await maria.accept(seeker.ticket16)
    await seeker.offered()
    # The secret is in the keyring, the box is there, the commit is not.
    with (
        mock.patch.object(begin, "commit_first", side_effect=Disconnected("fell over")),
        pytest.raises(Disconnected),
    ):
        await seeker.confirm()
    await first.relay.close()
    again = await cast.seeker_signs_in(NAME)
    (taken_up,) = (await cast.comes_back(again)).seekers
    assert taken_up.state is TicketState.ACTIVE
    box = await taken_up.confirm()
    (hers,) = await maria.read_inbox()
    await box.say("Da bin ich wieder.")
    await has(hers, "Da bin ich wieder.")
    assert hers.pseudonym == NAME
    assert len(again.keyring.entries[0].secrets) == 1


async def test_history_is_readable_after_the_end_until_the_purge(cast: Cast) -> None:
    maria = await office(cast)
    theirs, hers, _ = await chat(cast, maria, await cast.registers(NAME))
    await theirs.say("Bleibt das hier?")
    await has(hers, "Bleibt das hier?")
    await hers.close()
    await theirs.wait_until(lambda: theirs.clock.state is BoxState.CLOSED)
    again = await cast.seeker_signs_in(NAME)
    box = await only_box(cast, again)
    assert box.clock.state is BoxState.CLOSED
    assert texts(box) == ["Bleibt das hier?"]
    with pytest.raises(WireError):
        await box.say("Und schreiben?")

    await cast.server.elapse(48 * HOUR_MS + 60_000)
    await box.wait_until(lambda: box.clock.purged)
    # A relay that knows no such box may lie; once the purge must be past, no secret stays.
    for hours, state in ((1, EntryState.OPEN), (72, EntryState.GONE)):
        await cast.server.elapse(hours * HOUR_MS)
        again = await cast.seeker_signs_in(NAME)
        found = await cast.comes_back(again)
        assert (found.seekers, found.boxes) == ((), ())
        (entry,) = again.keyring.entries
        assert entry.state is state
        assert bool(entry.secrets) == (state is EntryState.OPEN)


async def test_history_is_not_readable_after_the_end_for_who_is_unregistered(cast: Cast) -> None:
    maria = await office(cast)
    theirs, hers, seeker = await chat(cast, maria)
    assert hers.pseudonym == ""
    await hers.close()
    await theirs.wait_until(lambda: theirs.clock.state is BoxState.CLOSED)
    for command in (GetShare(box16=theirs.box16), Read(box16=theirs.box16, start=1)):
        with pytest.raises(WireError) as refused:
            await theirs.relay.request(command, seeker.visit.keys.cap.raw)
        assert refused.value.code is ErrorCode.UNKNOWN
    with pytest.raises(WireError):
        await seeker.register(name=NAME, phrase=PHRASE, deployment_id=cast.root.deployment_id)
    assert seeker.account is None


async def test_who_waits_becomes_registered_and_keeps_place_and_draft(cast: Cast) -> None:
    maria = await office(cast)
    seeker = await cast.seeker()
    account = await seeker.register(
        name=NAME, phrase=PHRASE, deployment_id=cast.root.deployment_id, draft="Ich wollte fragen"
    )
    assert account.ams == seeker.visit.ams
    other = await cast.seeker_signs_in(NAME)
    assert other.keyring.draft(seeker.visit.box16) == "Ich wollte fragen"
    (there,) = (await cast.comes_back(other)).seekers
    assert there.number == seeker.number
    await maria.wait_until(lambda: seeker.ticket16 in maria.rows)
    await maria.accept(seeker.ticket16)
    await seeker.offered()
    theirs = await seeker.confirm()
    (hers,) = await maria.read_inbox()
    await hers.wait_until(lambda: hers.pseudonym == NAME)
    await hers.close()
    await theirs.wait_until(lambda: theirs.clock.state is BoxState.CLOSED)
    assert await only_box(cast, await cast.seeker_signs_in(NAME))


async def test_who_chats_becomes_registered_and_tells_nothing_twice(cast: Cast) -> None:
    maria = await office(cast)
    theirs, hers, seeker = await chat(cast, maria)
    await theirs.say("Das erzähle ich nur einmal.")
    await has(hers, "Das erzähle ich nur einmal.")
    await hers.offer_account()
    await theirs.wait_until(lambda: theirs.learned.is_account_offered)
    await seeker.register(name=NAME, phrase=PHRASE, deployment_id=cast.root.deployment_id)
    await hers.wait_until(lambda: hers.pseudonym == NAME)
    other = await cast.seeker_signs_in(NAME)
    box = await only_box(cast, other)
    assert texts(box) == ["Das erzähle ich nur einmal."]
    await box.say("Jetzt vom Telefon.")
    await has(hers, "Jetzt vom Telefon.")
    await hers.close()
    await box.wait_until(lambda: box.clock.state is BoxState.CLOSED)
    again = await only_box(cast, await cast.seeker_signs_in(NAME))
    assert texts(again) == ["Das erzähle ich nur einmal.", "Jetzt vom Telefon."]
    assert alarms(again) == []


async def test_who_registers_in_a_chat_reads_it_after_the_end(cast: Cast) -> None:
    maria = await office(cast)
    theirs, hers, seeker = await chat(cast, maria)
    await theirs.say("Und morgen?")
    await seeker.register(name=NAME, phrase=PHRASE, deployment_id=cast.root.deployment_id)
    await hers.close()
    await theirs.wait_until(lambda: theirs.clock.state is BoxState.CLOSED)
    assert texts(await only_box(cast, await cast.seeker_signs_in(NAME))) == ["Und morgen?"]


async def test_a_device_that_falls_over_while_registering_loses_nothing(cast: Cast) -> None:
    """The account stands, and its keyring has the chat; the rest is made up for at the return."""
    maria = await office(cast)
    theirs, hers, seeker = await chat(cast, maria)
    await theirs.say("Ich lege etwas an.")
    with (
        mock.patch.object(accounts, "sign_in", side_effect=Disconnected("fell over")),
        pytest.raises(Disconnected),
    ):
        await seeker.register(name=NAME, phrase=PHRASE, deployment_id=cast.root.deployment_id)
    await theirs.relay.close()
    again = await only_box(cast, await cast.seeker_signs_in(NAME))
    async with asyncio.timeout(SCENE_S):
        await hers.wait_until(lambda: hers.pseudonym == NAME)
    await hers.close()
    await again.wait_until(lambda: again.clock.state is BoxState.CLOSED)
    later = await only_box(cast, await cast.seeker_signs_in(NAME))
    assert texts(later) == ["Ich lege etwas an."]


async def test_signing_out_keeps_how_far_each_chat_was_read(cast: Cast) -> None:
    maria = await office(cast)
    account = await cast.registers(NAME)
    theirs, hers, _ = await chat(cast, maria, account)
    await theirs.say("Bis morgen.")
    await theirs.wait_until(lambda: "Bis morgen." in texts(theirs))
    await hers.close()
    await theirs.wait_until(lambda: theirs.clock.state is BoxState.CLOSED)
    stands = theirs.transcript.state.number
    await account.sign_out()
    with pytest.raises(WireError) as refused:
        await account.keyring.refresh()
    assert refused.value.code is ErrorCode.UNAUTHORISED
    again = await cast.seeker_signs_in(NAME)
    (entry,) = again.keyring.entries
    assert (entry.state, entry.pin_n) == (EntryState.CLOSED, stands)
    box = await only_box(cast, again)
    assert alarms(box) == []
    assert not box.transcript.sending_paused
