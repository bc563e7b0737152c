"""A team's key changes, and the relay lies: old letters, old logs, letters that never come."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clientlib import restarts, teams
from clientlib.errors import Refused
from clientlib.letters import sealed_letter
from clientlib.recommit import recommit
from clientlib.staff import Staff
from clientlib.teamcare import look_after
from crypto import letter
from crypto.errors import BadProof
from crypto.keys import KemPublic
from crypto.letter import LetterKind
from crypto.wire import boxes
from crypto.wire.base import Command, Done, Reply
from crypto.wire.boxes import Commit, InboxRead, InboxReadReply, LetterSend, ReadReply, StoredLetter
from crypto.wire.codec import CommandFrame
from crypto.wire.enquiries import EnquiryLetter, EnquiryLetterReply
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.translog import LogRead, LogReadReply
from tests.helpers.server import serving
from tests.helpers.teamcast import fires, hired, key_of
from tests.helpers.written import (
    TEXT,
    alarms,
    at_desk,
    centre,
    has,
    staff_again,
    takes,
    texts,
    writes,
)
from tests.lying.proxy import Lie, Line, LyingRelay
from tests.lying.stage import LiedTo
from tests.lying.written import Withholds

NAME = "kiesel-407"


@pytest.fixture
async def lied(tmp_path: Path) -> AsyncIterator[LiedTo]:
    """People whose lines all go through the lies; `relay_of` is the relay that tells them."""
    async with serving(tmp_path) as server:
        relay = LyingRelay(server.url)
        await relay.start()
        found = LiedTo(server, url=relay.url)
        _RELAYS[id(found)] = relay
        yield found
        relay.lie = Lie()
        await found.close()
        await relay.stop()
        assert relay.faults == []


_RELAYS: dict[int, LyingRelay] = {}


def relay_of(lied: LiedTo) -> LyingRelay:
    return _RELAYS[id(lied)]


class OldLetters(Lie):
    """Goes on showing the letters of before, in the list and in the old inbox."""

    def __init__(self, letters: tuple[StoredLetter, ...], inbox16: bytes) -> None:
        self.letters = letters
        self.inbox16 = inbox16

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(command, EnquiryLetter):
            return EnquiryLetterReply(letters=self.letters)
        if isinstance(command, InboxRead) and command.inbox16 == self.inbox16 and not command.start:
            return InboxReadReply(letters=self.letters)
        return reply


async def test_the_letters_of_before_open_nothing_once_it_is_sealed_anew(lied: LiedTo) -> None:
    maria, jonas = await centre(lied, "maria", "jonas")
    enquiry = await writes(lied, await lied.registers(NAME))
    ticket16 = enquiry.note.ticket16
    letters = (await maria.relay.request(EnquiryLetter(ticket16=ticket16))).letters
    await fires(lied, jonas)
    assert (await look_after(maria, lied.team16)).progress.done == 1
    relay_of(lied).lie = OldLetters(letters, letters[0].e2[5:21])
    maria = await staff_again(lied, maria)
    # The capability of then is gone, and an honest box says so; a false answer is a refusal.
    with pytest.raises(WireError) as refused:
        await (await at_desk(maria)).open(ticket16)
    assert refused.value.code is ErrorCode.TAKEN
    mark = relay_of(lied).mark()
    progress = await recommit(maria, lied.team16)
    assert progress.total == 1
    assert "commit" not in relay_of(lied).sent_since(mark)


class OldBox(OldLetters):
    """The same, and answers for the box as if the old capability still opened it."""

    def __init__(
        self, letters: tuple[StoredLetter, ...], inbox16: bytes, share: Reply, read: ReadReply
    ) -> None:
        super().__init__(letters, inbox16)
        self.share = share
        self.read = read

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | Reply | ErrorCode | None:
        name = sent.command.META.name
        if name == "share":
            return self.share
        if name == "read":
            return self.read
        return ErrorCode.STALE if name == "commit" else sent


async def test_a_box_that_has_gone_on_without_this_key_is_not_a_request(lied: LiedTo) -> None:
    """Everything that stands in it is shown, to the old letter: the commit takes its reader out."""
    maria, jonas = await centre(lied, "maria", "jonas")
    enquiry = await writes(lied, await lied.registers(NAME))
    ticket16, box = enquiry.note.ticket16, enquiry.box
    assert box is not None
    letters = (await maria.relay.request(EnquiryLetter(ticket16=ticket16))).letters
    await fires(lied, jonas)
    await look_after(maria, lied.team16)
    share = boxes.ShareReply(share=box.transcript.state.share.raw)
    read = await enquiry.account.relay.request(boxes.Read(box16=box.box16, start=1), box._cap)
    relay_of(lied).lie = OldBox(letters, letters[0].e2[5:21], share, read)
    maria = await staff_again(lied, maria)
    with pytest.raises(Refused):
        await (await at_desk(maria)).open(ticket16)
    progress = await recommit(maria, lied.team16)
    assert (progress.done, progress.skipped) == (0, (ticket16,))


class OldLog(Lie):
    """Shows the log as it was: the checkpoint of then is genuine."""

    def __init__(self, then: LogReadReply) -> None:
        self.then = then

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(command, LogRead):
            return reply
        return replace(self.then, statements=self.then.statements[command.start :])


async def test_with_the_log_of_before_nothing_is_sealed_and_who_has_seen_more_is_warned(
    lied: LiedTo,
) -> None:
    maria, jonas, anna = await centre(lied, "maria", "jonas", "anna")
    account = await lied.registers(NAME)
    enquiry = await writes(lied, account)
    then = await maria.relay.request(LogRead(start=0))
    await fires(lied, jonas)
    await teams.succeed(maria, lied.team16)
    relay_of(lied).lie = OldLog(then)
    # Who has read the change knows it; who has not, knows no leaver and seals to nobody new.
    with pytest.raises(BadProof):
        await look_after(maria, lied.team16)
    care = await look_after(anna, lied.team16)
    assert (care.left, care.progress.total) == ((), 0)
    # A letter under the key of then is not taken; the words stay where they were typed.
    with pytest.raises(WireError) as refused:
        await writes(lied, account, "Noch etwas")
    assert refused.value.code is ErrorCode.STALE
    (draft,) = [one for one in account.keyring.entries if one.box16 != enquiry.box16]
    assert account.keyring.draft(draft.box16) == "Noch etwas"
    relay_of(lied).lie = Lie()
    assert (await look_after(maria, lied.team16)).progress.done == 1


class Drops(Lie):
    """Says yes to some commands and forgets them."""

    def __init__(self, *kinds: type[Command[Any]]) -> None:
        self.kinds = kinds

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | Reply | None:
        return Done() if isinstance(sent.command, self.kinds) else sent


async def test_who_drew_the_key_has_it_whatever_became_of_the_letters(lied: LiedTo) -> None:
    """Anna has none, and keeps none that is not the log's."""
    maria, jonas, anna = await centre(lied, "maria", "jonas", "anna")
    enquiry = await writes(lied, await lied.registers(NAME))
    await fires(lied, jonas)
    relay_of(lied).lie = Drops(LetterSend)
    assert await teams.succeed(maria, lied.team16)
    relay_of(lied).lie = Lie()
    assert await teams.take_team_seeds(anna) == 0
    latest = maria.log.view.latest_team(lied.team16)
    assert latest is not None
    assert teams.seed_of(maria, latest.team) is not None
    assert (await look_after(maria, lied.team16)).progress.done == 1
    assert texts((await (await at_desk(maria)).open(enquiry.note.ticket16)).box) == [TEXT]


async def test_a_box_that_is_not_shown_whole_is_not_sealed_anew(lied: LiedTo) -> None:
    maria, jonas = await centre(lied, "maria", "jonas")
    account = await lied.registers(NAME)
    one, other = await writes(lied, account), await writes(lied, account, "Etwas anderes")
    await fires(lied, jonas)
    relay_of(lied).lie = Withholds(one.box16)
    care = await look_after(maria, lied.team16)
    assert (care.progress.done, care.progress.skipped) == (1, (one.note.ticket16,))
    relay_of(lied).lie = Lie()
    assert (await look_after(maria, lied.team16)).progress.done == 1
    desk = await at_desk(maria)
    found = [texts((await desk.open(each.note.ticket16)).box) for each in (one, other)]
    assert found == [[TEXT], ["Etwas anderes"]]


class DropsLetters(Lie):
    """Takes the commit without its letters."""

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame:
        command = sent.command
        if isinstance(command, Commit):
            return replace(sent, command=replace(command, letters=()))
        return sent


async def test_letters_that_are_dropped_cost_the_request_and_are_told(lied: LiedTo) -> None:
    """Nobody can open it any more, and nobody is shown anything false."""
    maria, jonas = await centre(lied, "maria", "jonas")
    enquiry = await writes(lied, await lied.registers(NAME))
    await fires(lied, jonas)
    relay_of(lied).lie = DropsLetters()
    await look_after(maria, lied.team16)
    relay_of(lied).lie = Lie()
    desk = await at_desk(maria)
    with pytest.raises(WireError) as refused:
        await desk.open(enquiry.note.ticket16)
    assert refused.value.code is ErrorCode.TAKEN
    assert enquiry.box is not None
    await enquiry.box.wait_until(lambda: len(enquiry.box.taken) == 4)  # type: ignore[union-attr]  # there
    assert alarms(enquiry.box) == []


class Mixes(Lie):
    """Puts the history of one request beside the welcome of another."""

    def __init__(self, one: bytes, other: bytes) -> None:
        self.tickets = (one, other)
        self.seen: dict[bytes, tuple[StoredLetter, ...]] = {}

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(command, EnquiryLetter) and isinstance(reply, EnquiryLetterReply):
            self.seen[command.ticket16] = reply.letters
            other = self.seen.get(self.tickets[0], ())
            if command.ticket16 == self.tickets[1] and other:
                # Newest first: the grant, then the welcome.
                return EnquiryLetterReply(letters=(other[0], reply.letters[1]))
        return reply


async def test_the_history_of_another_request_opens_nothing(lied: LiedTo) -> None:
    maria, jonas = await centre(lied, "maria", "jonas")
    account = await lied.registers(NAME)
    one, other = await writes(lied, account), await writes(lied, account, "Etwas anderes")
    await fires(lied, jonas)
    await look_after(maria, lied.team16)
    tickets = (one.note.ticket16, other.note.ticket16)
    relay_of(lied).lie = Mixes(*tickets)
    desk = await at_desk(maria)
    assert texts((await desk.open(tickets[0])).box) == [TEXT]
    with pytest.raises(Refused, match="history"):
        await desk.open(tickets[1])
    relay_of(lied).lie = Lie()
    assert texts((await desk.open(tickets[1])).box) == ["Etwas anderes"]


async def test_a_history_that_another_member_gives_opens_nothing(lied: LiedTo) -> None:
    """Welcome and grant are of one hand: a third cannot slip in a history of its own."""
    maria, jonas, anna = await centre(lied, "maria", "jonas", "anna")
    enquiry = await writes(lied, await lied.registers(NAME))
    await fires(lied, jonas)
    await look_after(maria, lied.team16)
    await teams.take_team_seeds(anna)
    ticket16 = enquiry.note.ticket16
    stored = (await maria.relay.request(EnquiryLetter(ticket16=ticket16))).letters

    class ByAnna(Lie):
        def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
            is_letters = isinstance(reply, EnquiryLetterReply)
            return EnquiryLetterReply(letters=(forged, stored[1])) if is_letters else reply

    forged = replace(stored[0], e2=_by(anna, stored[0], maria, lied))
    relay_of(lied).lie = ByAnna()
    with pytest.raises(Refused, match="history"):
        await (await at_desk(maria)).open(ticket16)


def _by(forger: Staff, stored: StoredLetter, reader: Staff, lied: LiedTo) -> bytes:
    """The same grant, written by somebody else."""
    latest = reader.log.view.latest_team(lied.team16)
    assert latest is not None
    seed = teams.seed_of(reader, latest.team)
    assert seed is not None
    note = letter.open_letter(stored.e2, seed)
    assert note.kind == LetterKind.GRANT
    kem_pk = KemPublic(key_of(reader, lied.team16))
    by = forger.certificate.hash
    return sealed_letter(forger.ams, by, kem_pk, LetterKind.GRANT, note.payload, note.sent_ms)


async def test_after_all_lies_the_team_works_on(lied: LiedTo) -> None:
    maria, jonas = await centre(lied, "maria", "jonas")
    enquiry = await writes(lied, await lied.registers(NAME))
    await fires(lied, jonas)

    class Refuses(Lie):
        def command(self, line: Line, sent: CommandFrame) -> CommandFrame | ErrorCode:
            return ErrorCode.STORAGE if isinstance(sent.command, Commit) else sent

    relay_of(lied).lie = Refuses()
    care = await look_after(maria, lied.team16)
    assert care.progress.skipped == (enquiry.note.ticket16,)
    relay_of(lied).lie = Lie()
    lena = await hired(lied, "lena")
    await look_after(maria, lied.team16)
    await teams.admit(maria, lied.team16, lena.subject16)
    await teams.take_team_seeds(lena)
    case = await takes(await at_desk(lena), enquiry)
    await case.say("Guten Tag")
    assert enquiry.box is not None
    await has(enquiry.box, "Guten Tag")
    assert restarts.newest(lena.log.view, lied.team16) is None
