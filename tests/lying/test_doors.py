"""A relay that lies about doors and pages of seekers learns nothing and is not believed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from clientlib import accounts, doorchange
from clientlib.account import SeekerAccount
from clientlib.relay import RelayClient
from clientlib.settings import Settings
from crypto import oprf, recovery
from crypto.errors import BadProof, BadTag, RemoteError, WrongKey
from crypto.wire import codec
from crypto.wire.accounts import (
    DoorChange,
    KeyringPage,
    KeyringPageReply,
    PageRead,
    PageSave,
    SignInFinishReply,
    SignInStart,
    SignInStartReply,
)
from crypto.wire.base import Command, Done, Reply
from crypto.wire.codec import CommandFrame
from crypto.wire.errors import ErrorCode
from tests.helpers.actors import NEW_PHRASE, PHRASE
from tests.lying.proxy import Lie, Line
from tests.lying.stage import Stage

NAMES = iter(f"kiesel-{number}" for number in range(100, 1_000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody with an account, signed in at the lying relay, and what they know by heart."""

    name: str
    code: str
    account: SeekerAccount
    deployment_id: bytes

    @property
    def relay(self) -> RelayClient:
        return self.account.relay


async def somebody(stage: Stage) -> Known:
    """Make an account under a new name, in truth."""
    name, code = next(NAMES), recovery.new_code()
    account = await stage.lied.registers(name, code)
    return Known(name=name, code=code, account=account, deployment_id=stage.lied.root.deployment_id)


# --- proofs: nothing is sent after a slot that does not open -------------------------------------


async def signs_in(known: Known) -> None:
    await accounts.sign_in(
        known.relay, name=known.name, phrase=PHRASE, deployment_id=known.deployment_id
    )


async def signs_in_by_code(known: Known) -> None:
    await accounts.sign_in_by_code(known.relay, code=known.code, deployment_id=known.deployment_id)


async def changes_passphrase(known: Known) -> None:
    await doorchange.change_passphrase(
        known.relay,
        name=known.name,
        old=PHRASE,
        new=NEW_PHRASE,
        deployment_id=known.deployment_id,
    )


async def changes_code(known: Known) -> None:
    await doorchange.change_code(
        known.relay,
        name=known.name,
        phrase=PHRASE,
        code=recovery.new_code(),
        deployment_id=known.deployment_id,
    )


async def renews(known: Known) -> None:
    await doorchange.renew(
        known.relay,
        name=known.name,
        code=known.code,
        new_phrase=NEW_PHRASE,
        new_code=recovery.new_code(),
        deployment_id=known.deployment_id,
    )


async def deletes(known: Known) -> None:
    await known.account.delete(phrase=PHRASE, deployment_id=known.deployment_id)


async def deletes_by_code(known: Known) -> None:
    await known.account.delete_by_code(code=known.code, deployment_id=known.deployment_id)


class AtStart(Lie):
    """Changes the answer to the first step."""

    def __init__(self, change: Callable[[SignInStart, SignInStartReply], SignInStartReply]) -> None:
        self.change = change

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(command, SignInStart) and isinstance(reply, SignInStartReply):
            return self.change(command, reply)
        return reply


def own_scalar(command: SignInStart, reply: SignInStartReply) -> SignInStartReply:
    """Instead of the keeper, the relay answers: it knows k and could test guesses offline."""
    return replace(reply, beta=oprf.evaluate(oprf.random_scalar(), command.alpha))


def flipped(command: SignInStart, reply: SignInStartReply) -> SignInStartReply:
    return replace(reply, slot=reply.slot[:-1] + bytes([reply.slot[-1] ^ 1]))


@pytest.mark.parametrize("change", [own_scalar, flipped])
@pytest.mark.parametrize(
    "act",
    [
        signs_in,
        signs_in_by_code,
        changes_passphrase,
        changes_code,
        renews,
        deletes,
        deletes_by_code,
    ],
)
def test_nothing_derived_is_sent_after_a_slot_that_does_not_open(
    stage: Stage,
    act: Callable[[Known], Awaitable[None]],
    change: Callable[[SignInStart, SignInStartReply], SignInStartReply],
) -> None:
    async def scene() -> None:
        known = await somebody(stage)
        stage.tell(AtStart(change))
        mark = stage.relay.mark()
        with pytest.raises((WrongKey, BadTag)):
            await act(known)
        assert stage.relay.sent_since(mark) == ["sign_in_start"]
        # The account stands as before, whatever was meant to happen to it.
        stage.tell(Lie())
        await signs_in(known)
        await signs_in_by_code(known)

    stage.play(scene)


class Elsewhere(Lie):
    """Answers each start with the slot, or all, of the start before."""

    def __init__(self, *, whole: bool) -> None:
        self.whole = whole
        self.first: SignInStartReply | None = None

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(reply, SignInStartReply):
            return reply
        if self.first is None:
            self.first = reply
            return reply
        return self.first if self.whole else replace(reply, slot=self.first.slot)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("first", [signs_in, signs_in_by_code])
def test_a_slot_of_another_account_or_of_the_other_door_does_not_open(
    stage: Stage, first: Callable[[Known], Awaitable[None]], whole: bool
) -> None:
    second = signs_in if first is signs_in_by_code else signs_in_by_code

    async def scene() -> None:
        one, other = await somebody(stage), await somebody(stage)
        for victim, act in ((one, second), (other, first), (other, second)):
            stage.tell(Elsewhere(whole=whole))
            await first(one)
            mark = stage.relay.mark()
            with pytest.raises(WrongKey):
                await act(victim)
            assert stage.relay.sent_since(mark) == ["sign_in_start"]

    stage.play(scene)


class Twice(Lie):
    """Answers a start with a scalar of its own, and then once more with the truth."""

    def __init__(self) -> None:
        self.request = 0
        self.later: list[asyncio.Task[None]] = []

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame:
        if isinstance(sent.command, SignInStart):
            self.request = sent.request
        return sent

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not (isinstance(command, SignInStart) and isinstance(reply, SignInStartReply)):
            return reply
        truth = codec.encode_reply(self.request, reply)
        self.later.append(asyncio.get_running_loop().create_task(line.send_raw(truth)))
        return own_scalar(command, reply)


def test_a_start_that_is_answered_twice_has_had_its_answer(stage: Stage) -> None:
    async def scene() -> None:
        known = await somebody(stage)
        lie = Twice()
        stage.tell(lie)
        mark = stage.relay.mark()
        with pytest.raises(WrongKey):
            await signs_in(known)
        await asyncio.gather(*lie.later)
        stage.tell(Lie())
        # The line lives on, and what came too late has done nothing.
        await known.account.keep_settings(sheet_noted=True)
        assert stage.relay.sent_since(mark) == ["sign_in_start", "page_save"]

    stage.play(scene)


class Pretends(Lie):
    """Says that a change is done, and does nothing."""

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | Reply:
        return Done() if isinstance(sent.command, DoorChange) else sent


def test_a_change_that_was_not_made_shows_at_the_next_sign_in(stage: Stage) -> None:
    async def scene() -> None:
        known = await somebody(stage)
        stage.tell(Pretends())
        await changes_passphrase(known)
        stage.tell(Lie())
        # What the person reads then is "Name oder Passphrase stimmt nicht"; the old one opens.
        with pytest.raises(WrongKey):
            await stage.lied.seeker_signs_in(known.name, NEW_PHRASE)
        assert (await stage.lied.seeker_signs_in(known.name)).ams == known.account.ams

    stage.play(scene)


# --- pages ---------------------------------------------------------------------------------------


class Pages(Lie):
    """Gives other pages at the end of a sign-in."""

    def __init__(self, pages: Callable[[tuple[KeyringPage, ...]], tuple[KeyringPage, ...]]) -> None:
        self.pages = pages

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(reply, SignInFinishReply):
            return replace(reply, pages=self.pages(reply.pages))
        return reply


@pytest.mark.parametrize(
    ("pages", "error"),
    [
        (lambda _: (), BadProof),
        (lambda pages: pages * 2, BadProof),
        (lambda pages: (replace(pages[0], version=pages[0].version + 1),), BadProof),
    ],
)
def test_a_seeker_has_exactly_one_page_under_its_number(
    stage: Stage, pages: Any, error: type[RemoteError]
) -> None:
    async def scene() -> None:
        known = await somebody(stage)
        stage.tell(Pages(pages))
        with pytest.raises(error):
            await stage.lied.seeker_signs_in(known.name)

    stage.play(scene)


def test_the_page_of_another_account_does_not_open(stage: Stage) -> None:
    async def scene() -> None:
        one, other = await somebody(stage), await somebody(stage)
        (theirs,) = await pages_of(stage, other)
        stage.tell(Pages(lambda _: (theirs,)))
        with pytest.raises(BadTag):
            await stage.lied.seeker_signs_in(one.name)

    stage.play(scene)


async def pages_of(stage: Stage, known: Known) -> tuple[KeyringPage, ...]:
    """Look at somebody's pages as the relay holds them."""
    relay = await stage.honest.line()
    signed_in = await accounts.sign_in(
        relay, name=known.name, phrase=PHRASE, deployment_id=known.deployment_id
    )
    return tuple(KeyringPage(version=version, sealed=raw) for version, raw in signed_in.pages)


class RollsBack(Lie):
    """Shows a page as it was, on every question; says "conflict" to each save if asked to."""

    def __init__(self, old: KeyringPage, *, conflict: bool) -> None:
        self.old = old
        self.conflict = conflict

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | Reply | ErrorCode:
        if isinstance(sent.command, PageRead):
            return KeyringPageReply(version=self.old.version, sealed=self.old.sealed)
        if self.conflict and isinstance(sent.command, PageSave):
            return ErrorCode.CONFLICT
        return sent


@pytest.mark.parametrize(("conflict", "is_current"), [(False, False), (True, False), (True, True)])
def test_a_page_that_is_rolled_back_is_refused(
    stage: Stage, conflict: bool, is_current: bool
) -> None:
    """After a conflict even the own page is too old: it would never end."""

    async def scene() -> None:
        known = await somebody(stage)
        (old,) = await pages_of(stage, known)
        await known.account.keep_settings(sheet_noted=True)
        (current,) = await pages_of(stage, known)
        stage.tell(RollsBack(current if is_current else old, conflict=conflict))
        keyring = known.account.keyring
        work = (
            keyring.keep_settings(lambda _: Settings().encode()) if conflict else keyring.refresh()
        )
        with pytest.raises(BadProof):
            await work
        assert known.account.settings.sheet_noted

    stage.play(scene)
