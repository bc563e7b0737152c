"""A relay that lies at the sign-in learns nothing from the passphrase and is not believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from crypto import account, credential, doors, encoding, oprf
from crypto.entry import Entry, EntryState
from crypto.errors import BadKey, BadProof, BadTag, NotCanonical, RemoteError, WrongKey
from crypto.passphrase import normalise
from crypto.primitives import NONCE_BYTES
from crypto.roster import BoxKind
from crypto.wire.accounts import (
    KeyringPage,
    KeyringPageReply,
    PageSave,
    SignInFinishReply,
    SignInStart,
    SignInStartReply,
)
from crypto.wire.base import Command, Reply
from crypto.wire.codec import CommandFrame
from crypto.wire.errors import ErrorCode
from tests.helpers.organisation import seed
from tests.lying.proxy import Lie, Line
from tests.lying.stage import Stage

Start = Callable[[SignInStart, SignInStartReply], SignInStartReply]
Pages = tuple[KeyringPage, ...]


class AtStart(Lie):
    """Changes the answer to the first step."""

    def __init__(self, change: Start) -> None:
        self.change = change

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(command, SignInStart) and isinstance(reply, SignInStartReply):
            return self.change(command, reply)
        return reply


def own_scalar(command: SignInStart, reply: SignInStartReply) -> SignInStartReply:
    """Instead of the keeper, the relay answers: it knows k and could test guesses offline."""
    return replace(reply, beta=oprf.evaluate(oprf.random_scalar(), command.alpha))


def wrong_guess(command: SignInStart, reply: SignInStartReply) -> SignInStartReply:
    """An own scalar and a slot that opens for one guess, which is wrong."""
    scalar = oprf.random_scalar()
    guess = normalise("ganz andere wörter als geraten").encode()
    started = doors.start(command.id16, guess)
    theirs = oprf.evaluate(scalar, started.alpha)
    door = doors.new_door(started, theirs, account.new_account_secret())
    return replace(reply, beta=oprf.evaluate(scalar, command.alpha), slot=door.slot)


def identity(command: SignInStart, reply: SignInStartReply) -> SignInStartReply:
    return replace(reply, beta=bytes(32))


def older_slot(command: SignInStart, reply: SignInStartReply) -> SignInStartReply:
    """The slot of a generation whose scalar the keeper has settled away."""
    slot = doors.make_slot(seed("older root", 64), command.id16, account.new_account_secret())
    return replace(reply, slot=slot)


def other_suite(command: SignInStart, reply: SignInStartReply) -> SignInStartReply:
    items = list(encoding.decode_array(reply.slot, 5))
    items[1] = 2
    return replace(reply, slot=encoding.encode(items))


def flipped_slot(command: SignInStart, reply: SignInStartReply) -> SignInStartReply:
    return replace(reply, slot=reply.slot[:-1] + bytes([reply.slot[-1] ^ 1]))


def flipped_commitment(command: SignInStart, reply: SignInStartReply) -> SignInStartReply:
    parts = credential.decode_slot(reply.slot)
    commit = bytes([parts.kek_commit[0] ^ 1]) + parts.kek_commit[1:]
    return replace(reply, slot=credential.encode_slot(replace(parts, kek_commit=commit)))


def other_nonce(command: SignInStart, reply: SignInStartReply) -> SignInStartReply:
    parts = credential.decode_slot(reply.slot)
    return replace(
        reply, slot=credential.encode_slot(replace(parts, nonce=seed("nonce", NONCE_BYTES)))
    )


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (own_scalar, WrongKey),
        (wrong_guess, WrongKey),
        (identity, BadKey),
        (older_slot, WrongKey),
        (other_suite, NotCanonical),
        (flipped_slot, BadTag),
        (flipped_commitment, WrongKey),
        (other_nonce, BadTag),
    ],
)
def test_nothing_is_sent_after_a_slot_that_does_not_open(
    stage: Stage, change: Start, error: type[RemoteError]
) -> None:
    async def scene() -> None:
        stage.tell(AtStart(change))
        mark = stage.relay.mark()
        with pytest.raises(error):
            await stage.lied.signs_in("maria")
        assert stage.relay.sent_since(mark) == ["sign_in_start"]

    stage.play(scene)


class SlotOf(Lie):
    """Answers for one account with what belongs to another, which was asked for before."""

    def __init__(self) -> None:
        self.first: SignInStartReply | None = None

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(reply, SignInStartReply):
            if self.first is None:
                self.first = reply
            else:
                return replace(reply, slot=self.first.slot)
        return reply


def test_the_slot_of_another_account_does_not_open(stage: Stage) -> None:
    async def scene() -> None:
        stage.tell(SlotOf())
        await stage.lied.signs_in("verwaltung")
        mark = stage.relay.mark()
        with pytest.raises(WrongKey):
            await stage.lied.signs_in("maria")
        assert stage.relay.sent_since(mark) == ["sign_in_start"]

    stage.play(scene)


class AtFinish(Lie):
    """Changes the keyring pages that a sign-in brings."""

    def __init__(self, change: Callable[[Pages], Pages]) -> None:
        self.change = change

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(reply, SignInFinishReply):
            return replace(reply, pages=self.change(reply.pages))
        return reply


def _swapped(pages: Pages) -> Pages:
    return (pages[0], pages[2], pages[1], *pages[3:])


def _flipped(pages: Pages) -> Pages:
    raw = pages[3].sealed
    return (*pages[:3], replace(pages[3], sealed=raw[:-1] + bytes([raw[-1] ^ 1])), *pages[4:])


def _renumbered(pages: Pages) -> Pages:
    """An older page under the newest number: what compare-and-swap would go on from."""
    return (replace(pages[0], version=pages[0].version + 1), *pages[1:])


def _one_for_all(pages: Pages) -> Pages:
    return (pages[0],) * len(pages)


def _fewer(pages: Pages) -> Pages:
    """Chats that lie on the last page would be gone, and new ones saved on wrong pages."""
    return pages[:-1]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (_swapped, RemoteError),
        (_flipped, BadTag),
        (_renumbered, BadProof),
        (_one_for_all, RemoteError),
        (_fewer, BadProof),
    ],
)
def test_changed_keyring_pages_are_refused(
    stage: Stage, change: Callable[[Pages], Pages], error: type[RemoteError]
) -> None:
    async def scene() -> None:
        stage.tell(AtFinish(change))
        mark = stage.relay.mark()
        with pytest.raises(error):
            await stage.lied.signs_in("maria")
        assert stage.relay.sent_since(mark) == ["sign_in_start", "log_read", "sign_in_finish"]

    stage.play(scene)


class RollsBack(Lie):
    """Says "conflict" to a save and shows the page as it was at the sign-in."""

    def __init__(self) -> None:
        self.old: Pages = ()

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | ErrorCode:
        return ErrorCode.CONFLICT if isinstance(sent.command, PageSave) else sent

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(reply, SignInFinishReply):
            self.old = reply.pages
        if isinstance(reply, KeyringPageReply):
            old = self.old[getattr(command, "page", 0)]
            return KeyringPageReply(version=old.version, sealed=old.sealed)
        return reply


def test_a_page_that_is_rolled_back_in_a_conflict_is_refused(stage: Stage) -> None:
    async def scene() -> None:
        stage.tell(RollsBack())
        maria = await stage.lied.signs_in("maria")
        entry = Entry(
            box16=seed("box", 16),
            kind=int(BoxKind.CASE),
            state=EntryState.OPEN,
            key_context=seed("box", 16),
            secrets=(),
            pin_n=0,
            pin_chain=bytes(32),
            counter=1,
            settings=b"",
        )
        with pytest.raises(BadProof):
            await maria.keyring.remember(entry)

    stage.play(scene)
