"""Another passphrase, another recovery code: what replaces what, and what opens then."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from crypto.wire import accounts as wire
from crypto.wire.accounts import AccountKind
from crypto.wire.errors import ErrorCode
from tests.helpers.accounts import Account, Door, block
from tests.helpers.changing import BOTH, EVA, NEW_PHRASE, NEW_SHEET, UTE, opens, signed_in
from tests.helpers.server import serving


@pytest.mark.parametrize("signer", [EVA.door, EVA.recovery], ids=["phrase", "sheet"])
async def test_either_door_signs_for_both(tmp_path: Path, signer: Door) -> None:
    async with signed_in(tmp_path) as eva:
        await eva.changes(*BOTH, by=signer)
        for door in (EVA.door, EVA.recovery):
            assert not await eva.opens(door)
        for door in BOTH:
            assert await eva.opens(door)
        assert await eva.secrets() == 2
        assert (await eva.client.call(wire.AccountStock())).doors == 2


async def test_a_new_phrase_leaves_the_sheet_and_the_pages(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        await eva.changes(NEW_PHRASE)
        assert not await eva.opens(EVA.door)
        async with await eva.server.connect() as other:
            assert (await NEW_PHRASE.sign_in(other)).pages == eva.sign_in.pages
            assert (await EVA.recovery.sign_in(other)).pages == eva.sign_in.pages


async def test_a_sheet_is_added_and_replaced(tmp_path: Path) -> None:
    async with signed_in(tmp_path, Account("eva")) as eva:
        assert not await eva.opens(EVA.recovery)
        await eva.changes(EVA.recovery)
        assert await eva.opens(EVA.recovery)
        await eva.changes(NEW_SHEET)
        assert await eva.opens(NEW_SHEET)
        assert not await eva.opens(EVA.recovery)
        assert await eva.secrets() == 2


async def test_a_sheet_may_keep_its_id(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        again = EVA.recovery.renamed("same code")
        await eva.changes(again)
        assert await eva.opens(again)
        assert not await eva.opens(EVA.recovery)
        assert await eva.secrets() == 2


async def test_the_keeper_answers_under_the_secret_of_the_new_door(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        alpha = NEW_PHRASE.alpha()
        begun = await eva.client.call(wire.AccountBegin(alpha=alpha, stamp=b""))
        door = EVA.door.signed(NEW_PHRASE, begun.keeper_token)
        await eva.client.call(wire.DoorChange(old_id16=EVA.id16, doors=(door,)))
        start = wire.SignInStart(id16=EVA.id16, alpha=alpha, device_token=b"", stamp=b"")
        assert (await eva.client.call(start)).beta == begun.beta


async def test_a_name_that_is_free_again_is_anybodys_sheet(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        await eva.changes(NEW_SHEET)
        await UTE.create(eva.client)
        await UTE.sign_in(eva.client)
        await eva.changes(EVA.recovery, by=UTE.door)
        assert await eva.opens(EVA.recovery)


async def test_staff_change_their_phrase_and_get_no_sheet(tmp_path: Path) -> None:
    staff = Account("Anna", AccountKind.STAFF)
    async with signed_in(tmp_path, staff) as anna:
        phrase, sheet = staff.door.renamed("new phrase"), staff.recovery
        for doors in ((sheet,), (phrase, sheet)):
            refused = await anna.refusal(await anna.change(*doors))
            assert refused is ErrorCode.MALFORMED
        await anna.changes(phrase)
        assert await anna.opens(phrase)


# --- other sign-ins --------------------------------------------------------------------------


async def test_all_other_sign_ins_end_at_once(tmp_path: Path) -> None:
    async with (
        signed_in(tmp_path) as eva,
        await eva.server.connect() as second,
        await eva.server.connect() as third,
        await eva.server.connect() as stranger,
    ):
        theirs = await EVA.recovery.sign_in(second)
        await third.call(wire.Attach(token=theirs.token))
        await UTE.create(stranger)
        await UTE.sign_in(stranger)
        await eva.changes(*BOTH)
        for other in (second, third):
            assert await other.refusal(wire.PageRead(page=0)) is ErrorCode.UNAUTHORISED
            assert await other.refusal(wire.Attach(token=theirs.token)) is ErrorCode.UNAUTHORISED
        assert (await eva.client.call(wire.AccountStock())).sign_ins == 1
        await second.call(wire.Attach(token=eva.sign_in.token))
        await stranger.call(wire.PageRead(page=0))


async def test_a_sign_in_that_ends_while_it_binds_to_a_line_is_not_bound(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva, await eva.server.connect() as second:
        token = (await EVA.sign_in(second)).token
        change = await eva.change(NEW_PHRASE)
        db, found, go = eva.server.relay.parts.db, asyncio.Event(), asyncio.Event()
        plain = db.read

        async def read(work: Any) -> Any:
            result = await plain(work)
            if not found.is_set():
                found.set()
                await go.wait()
            return result

        async with await eva.server.connect() as third:
            with mock.patch.object(db, "read", read):
                attached = await third.start(wire.Attach(token=token))
                await found.wait()
                await eva.client.call(change)
                go.set()
                await attached
            assert await third.refusal(wire.PageRead(page=0)) is ErrorCode.UNAUTHORISED


async def test_a_sign_in_that_has_ended_changes_nothing(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        command = await eva.change(NEW_PHRASE)
        # The line has not heard of it yet.
        await eva.server.relay.parts.db.write(lambda tx: tx.run("DELETE FROM accounts_sign_ins"))
        assert await eva.refusal(command) is ErrorCode.UNAUTHORISED
        assert await eva.secrets() == 2


async def test_a_blocked_account_changes_nothing(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        command = await eva.change(NEW_PHRASE)
        await block(eva.server, EVA)
        assert await eva.refusal(command) is ErrorCode.UNAUTHORISED


async def test_without_a_sign_in_nothing_is_changed(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await EVA.create(client)
        command = await EVA.door.change(client, NEW_PHRASE)
        assert await client.refusal(command) is ErrorCode.UNAUTHORISED
        assert await opens(server, EVA.door)
