"""Another passphrase, another recovery code: what replaces what, who may, and what opens then."""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from crypto import labels
from crypto.credential import sign_door
from crypto.keys import SignSecret
from crypto.primitives import kdf
from crypto.wire import accounts as wire
from crypto.wire.accounts import AccountKind, DoorKind
from crypto.wire.codec import RefusalFrame
from crypto.wire.errors import ErrorCode
from e2e_server import paths
from e2e_server.features.accounts import store
from e2e_server.features.accounts.creating import BEGINS_PER_HOUR
from e2e_server.features.accounts.doors import Doors
from e2e_server.keeper.port import KeeperError
from e2e_server.kernel.clock import MS_PER_HOUR, MS_PER_MINUTE
from tests.helpers.accounts import Account, Door, block, generations
from tests.helpers.organisation import seed
from tests.helpers.rawclient import RawClient
from tests.helpers.server import Server, serving

EVA = Account("eva", has_recovery=True)
NEW_PHRASE = EVA.door.renamed("new phrase")
NEW_SHEET = Door("new sheet", DoorKind.RECOVERY)
BOTH = (NEW_PHRASE, NEW_SHEET)


@asynccontextmanager
async def signed_in(
    folder: Path, account: Account = EVA
) -> AsyncIterator[tuple[Server, RawClient, wire.SignInFinishReply]]:
    """A relay with this account, signed in by the passphrase."""
    async with serving(folder) as server, await server.connect() as client:
        await account.create(client)
        yield server, client, await account.sign_in(client)


async def opens(server: Server, door: Door) -> bool:
    """Tell whether a door opens, by its key and by the slot that it hands out."""
    async with await server.connect() as client:
        facts = await door.start(client)
        answer = await (await client.start(door.proof(facts)))
        if isinstance(answer, RefusalFrame):
            assert answer.code is ErrorCode.UNAUTHORISED
            return False
        return facts.slot == door.slot


# --- what replaces what ----------------------------------------------------------------------


@pytest.mark.parametrize("signer", [EVA.door, EVA.recovery], ids=["phrase", "sheet"])
async def test_either_door_signs_for_both(tmp_path: Path, signer: Door) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        await client.call(await signer.change(client, *BOTH))
        for door in (EVA.door, EVA.recovery):
            assert not await opens(server, door)
        for door in BOTH:
            assert await opens(server, door)
        assert await generations(server) == 2
        assert (await client.call(wire.AccountStock())).doors == 2


async def test_a_new_phrase_leaves_the_sheet_and_the_pages(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, before):
        await client.call(await EVA.door.change(client, NEW_PHRASE))
        assert not await opens(server, EVA.door)
        async with await server.connect() as other:
            assert (await NEW_PHRASE.sign_in(other)).pages == before.pages
            assert (await EVA.recovery.sign_in(other)).pages == before.pages


async def test_a_sheet_is_added_and_replaced(tmp_path: Path) -> None:
    async with signed_in(tmp_path, Account("eva")) as (server, client, _):
        assert not await opens(server, EVA.recovery)
        await client.call(await EVA.door.change(client, EVA.recovery))
        assert await opens(server, EVA.recovery)
        await client.call(await EVA.door.change(client, NEW_SHEET))
        assert await opens(server, NEW_SHEET)
        assert not await opens(server, EVA.recovery)
        assert await generations(server) == 2


async def test_a_sheet_may_keep_its_id(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        again = EVA.recovery.renamed("same code")
        await client.call(await EVA.door.change(client, again))
        assert await opens(server, again)
        assert not await opens(server, EVA.recovery)
        assert await generations(server) == 2


async def test_the_keeper_answers_under_the_secret_of_the_new_door(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (_, client, _):
        alpha = NEW_PHRASE.alpha()
        begun = await client.call(wire.AccountBegin(alpha=alpha, stamp=b""))
        door = EVA.door.signed(NEW_PHRASE, begun.keeper_token)
        await client.call(wire.DoorChange(old_id16=EVA.id16, doors=(door,)))
        start = wire.SignInStart(id16=EVA.id16, alpha=alpha, device_token=b"", stamp=b"")
        assert (await client.call(start)).beta == begun.beta


async def test_a_name_that_is_free_again_is_anybodys_sheet(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        await client.call(await EVA.door.change(client, NEW_SHEET))
        other = Account("ute")
        await other.create(client)
        await other.sign_in(client)
        await client.call(await other.door.change(client, EVA.recovery))
        assert await opens(server, EVA.recovery)


async def test_staff_change_their_phrase_and_get_no_sheet(tmp_path: Path) -> None:
    staff = Account("Anna", AccountKind.STAFF)
    async with signed_in(tmp_path, staff) as (server, client, _):
        phrase, sheet = staff.door.renamed("new phrase"), staff.recovery
        for doors in ((sheet,), (phrase, sheet)):
            refused = await client.refusal(await staff.door.change(client, *doors))
            assert refused is ErrorCode.MALFORMED
        await client.call(await staff.door.change(client, phrase))
        assert await opens(server, phrase)


# --- other sign-ins --------------------------------------------------------------------------


async def test_all_other_sign_ins_end_at_once(tmp_path: Path) -> None:
    async with (
        signed_in(tmp_path) as (server, client, mine),
        await server.connect() as second,
        await server.connect() as third,
        await server.connect() as stranger,
    ):
        theirs = await EVA.recovery.sign_in(second)
        await third.call(wire.Attach(token=theirs.token))
        await Account("ute").create(stranger)
        await Account("ute").sign_in(stranger)
        await client.call(await EVA.door.change(client, *BOTH))
        for other in (second, third):
            assert await other.refusal(wire.PageRead(page=0)) is ErrorCode.UNAUTHORISED
            assert await other.refusal(wire.Attach(token=theirs.token)) is ErrorCode.UNAUTHORISED
        assert (await client.call(wire.AccountStock())).sign_ins == 1
        await second.call(wire.Attach(token=mine.token))
        await stranger.call(wire.PageRead(page=0))


async def test_a_sign_in_that_ends_while_it_binds_to_a_line_is_not_bound(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _), await server.connect() as second:
        token = (await EVA.sign_in(second)).token
        change = await EVA.door.change(client, NEW_PHRASE)
        db, found, go = server.relay.parts.db, asyncio.Event(), asyncio.Event()
        plain = db.read

        async def read(work: Any) -> Any:
            result = await plain(work)
            if not found.is_set():
                found.set()
                await go.wait()
            return result

        async with await server.connect() as third:
            with mock.patch.object(db, "read", read):
                attached = await third.start(wire.Attach(token=token))
                await found.wait()
                await client.call(change)
                go.set()
                await attached
            assert await third.refusal(wire.PageRead(page=0)) is ErrorCode.UNAUTHORISED


async def test_a_sign_in_that_has_ended_changes_nothing(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        command = await EVA.door.change(client, NEW_PHRASE)
        # The line has not heard of it yet.
        await server.relay.parts.db.write(lambda tx: tx.run("DELETE FROM accounts_sign_ins"))
        assert await client.refusal(command) is ErrorCode.UNAUTHORISED
        assert await generations(server) == 2


async def test_a_blocked_account_changes_nothing(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        command = await EVA.door.change(client, NEW_PHRASE)
        await block(server, EVA)
        assert await client.refusal(command) is ErrorCode.UNAUTHORISED


async def test_without_a_sign_in_nothing_is_changed(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await EVA.create(client)
        command = await EVA.door.change(client, NEW_PHRASE)
        assert await client.refusal(command) is ErrorCode.UNAUTHORISED
        assert await opens(server, EVA.door)


# --- refusals --------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["auth_pk", "slot", "keeper_token", "id16"])
async def test_the_signature_covers_the_new_door(tmp_path: Path, part: str) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        command = await EVA.door.change(client, NEW_SHEET)
        other = {
            "auth_pk": seed("another key"),
            "slot": Door("another").slot,
            "keeper_token": await NEW_SHEET.begin(client),
            "id16": seed("another id", 16),
        }[part]
        forged = dataclasses.replace(command.doors[0], **{part: other})
        command = dataclasses.replace(command, doors=(forged,))
        assert await client.refusal(command) is ErrorCode.UNAUTHORISED
        assert await opens(server, EVA.recovery)


async def test_every_door_needs_its_signature(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        command = await EVA.door.change(client, *BOTH)
        first, second = command.doors
        unsigned = dataclasses.replace(second, signature=first.signature)
        command = dataclasses.replace(command, doors=(first, unsigned))
        assert await client.refusal(command) is ErrorCode.UNAUTHORISED
        assert await opens(server, EVA.door)
        assert await generations(server) == 2


async def test_another_deployments_signature_does_not_count(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (_, client, _):
        with mock.patch("tests.helpers.accounts.DEPLOYMENT_ID", seed("elsewhere", 16)):
            command = await EVA.door.change(client, NEW_PHRASE)
        assert await client.refusal(command) is ErrorCode.UNAUTHORISED


async def test_only_a_door_of_the_own_account_signs(tmp_path: Path) -> None:
    ute = Account("ute")
    async with signed_in(tmp_path) as (server, client, _):
        await ute.create(client)
        keeper = server.relay.parts.keeper
        refused = []
        for signer in (ute.door, Door("nobody's"), NEW_PHRASE):
            command = await signer.change(client, NEW_PHRASE)
            with mock.patch.object(keeper, "adopt", side_effect=AssertionError) as adopted:
                refused.append(await client.refusal(command))
            adopted.assert_not_called()
        # A door that names the own id, signed by another key, is no better.
        command = await ute.door.change(client, NEW_PHRASE)
        command = dataclasses.replace(command, old_id16=EVA.id16)
        refused.append(await client.refusal(command))
        assert refused == [ErrorCode.UNAUTHORISED] * 4
        assert await opens(server, EVA.door)


async def test_a_decoys_key_signs_nothing(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        doors = server.relay.parts.services.get(Doors)
        decoy = SignSecret(kdf(doors._pepper, labels.DECOY_SLOT, [seed("free", 16), 3]))
        command = await EVA.door.change(client, NEW_PHRASE)
        with mock.patch("tests.helpers.accounts.sign_door", lambda _, it: sign_door(decoy, it)):
            command = await EVA.door.change(client, NEW_PHRASE)
        command = dataclasses.replace(command, old_id16=seed("free", 16))
        assert await client.refusal(command) is ErrorCode.UNAUTHORISED


@pytest.mark.parametrize("kind", list(DoorKind))
async def test_somebody_elses_door_is_never_touched(tmp_path: Path, kind: DoorKind) -> None:
    ute = Account("ute", has_recovery=True)
    async with signed_in(tmp_path) as (server, client, _):
        await ute.create(client)
        theirs = ute.door if kind is DoorKind.PASSPHRASE else ute.recovery
        keeper = server.relay.parts.keeper
        sheet = dataclasses.replace(theirs.renamed("stolen"), kind=DoorKind.RECOVERY)
        phrase = dataclasses.replace(theirs.renamed("stolen"), kind=DoorKind.PASSPHRASE)
        for stolen, code in ((sheet, ErrorCode.NAME_TAKEN), (phrase, ErrorCode.MALFORMED)):
            command = await EVA.door.change(client, stolen)
            with mock.patch.object(keeper, "adopt", side_effect=AssertionError) as adopted:
                assert await client.refusal(command) is code
            adopted.assert_not_called()
        assert await generations(server) == 4
        assert await opens(server, theirs)


async def test_a_passphrase_door_keeps_its_id_and_the_sheet_has_another(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        moved = Door("another pseudonym")
        assert await client.refusal(await EVA.door.change(client, moved)) is ErrorCode.MALFORMED
        same = dataclasses.replace(NEW_PHRASE, kind=DoorKind.RECOVERY)
        assert await client.refusal(await EVA.door.change(client, same)) is ErrorCode.NAME_TAKEN
        assert await opens(server, EVA.door)
        assert await generations(server) == 2


async def test_a_change_of_the_wrong_shape_is_refused(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        command = await EVA.door.change(client, *BOTH)
        first, second = command.doors
        for doors in (
            (),
            (first, first),
            (dataclasses.replace(first, kind=0),),
            (first, dataclasses.replace(second, kind=DoorKind.PASSPHRASE)),
            (first, dataclasses.replace(second, id16=first.id16)),
            (dataclasses.replace(first, slot=bytes(113)),),
        ):
            async with await server.connect() as other:
                await EVA.sign_in(other)
                odd = dataclasses.replace(command, doors=doors)
                assert await other.refusal(odd) is ErrorCode.MALFORMED
        await client.call(command)


async def test_a_change_answers_about_names_as_seldom_as_a_new_account(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        command = await EVA.door.change(client, NEW_PHRASE)
        for _ in range(BEGINS_PER_HOUR):
            server.relay.parts.limits.count("account_begin", bytes([127, 0, 0, 0]))
        assert await client.refusal(command) is ErrorCode.RATE_LIMITED
        server.clock.elapse(MS_PER_HOUR)
        # Ten minutes have gone, and with them the keeper's secret.
        assert await client.refusal(command) is ErrorCode.EXPIRED
        await client.call(await EVA.door.change(client, NEW_PHRASE))


@pytest.mark.parametrize("spoiled", [0, 1])
async def test_a_token_that_has_died_changes_nothing(tmp_path: Path, spoiled: int) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        tokens = [await one.begin(client) for one in BOTH]
        tokens[spoiled] = seed("never given out")
        doors = tuple(EVA.door.signed(*one) for one in zip(BOTH, tokens, strict=True))
        command = wire.DoorChange(old_id16=EVA.id16, doors=doors)
        assert await client.refusal(command) is ErrorCode.EXPIRED
        # The one that was adopted is gone again.
        assert await generations(server) == 2
        for door in (EVA.door, EVA.recovery):
            assert await opens(server, door)
        await client.call(await EVA.door.change(client, *BOTH))


async def test_one_token_makes_one_door(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        token = await NEW_PHRASE.begin(client)
        doors = tuple(EVA.door.signed(one, token) for one in BOTH)
        command = wire.DoorChange(old_id16=EVA.id16, doors=doors)
        assert await client.refusal(command) is ErrorCode.EXPIRED
        assert await generations(server) == 2


# --- repeats, races, copies ------------------------------------------------------------------


async def test_a_repeated_change_is_harmless(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, mine):
        command = await EVA.door.change(client, *BOTH)
        await client.call(command)
        await client.call(command)
        await server.restart()
        server.clock.elapse(11 * MS_PER_MINUTE)
        async with await server.connect() as again:
            await again.call(wire.Attach(token=mine.token))
            async with await server.connect() as other:
                theirs = await NEW_PHRASE.sign_in(other)
                # Done already: nobody else's sign-in ends a second time.
                await again.call(command)
                await other.call(wire.PageRead(page=0))
                await other.call(wire.Attach(token=theirs.token))
        assert await generations(server) == 2


async def test_an_older_change_is_not_played_again(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        first = await EVA.door.change(client, NEW_PHRASE)
        await client.call(first)
        newest = EVA.door.renamed("newest")
        await client.call(await NEW_PHRASE.change(client, newest))
        assert await client.refusal(first) is ErrorCode.UNAUTHORISED
        assert await opens(server, newest)
        assert await generations(server) == 2


async def test_of_two_changes_at_once_one_wins(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _), await server.connect() as other:
        await EVA.sign_in(other)
        rival = EVA.door.renamed("rival phrase")
        commands = [
            (client, await EVA.door.change(client, NEW_PHRASE)),
            (other, await EVA.door.change(other, rival)),
        ]
        started = [await line.start(command) for line, command in commands]
        answers = await asyncio.gather(*started)
        refused = [one.code for one in answers if isinstance(one, RefusalFrame)]
        assert refused == [ErrorCode.UNAUTHORISED]
        won = NEW_PHRASE if not isinstance(answers[0], RefusalFrame) else rival
        lost = rival if won is NEW_PHRASE else NEW_PHRASE
        assert await opens(server, won)
        assert not await opens(server, lost)
        assert not await opens(server, EVA.door)
        assert await generations(server) == 2


async def test_two_accounts_reach_for_one_sheet_at_once(tmp_path: Path) -> None:
    ute = Account("ute")
    async with signed_in(tmp_path) as (server, client, _), await server.connect() as other:
        await ute.create(other)
        await ute.sign_in(other)
        commands = [
            (client, await EVA.door.change(client, NEW_SHEET)),
            (other, await ute.door.change(other, NEW_SHEET)),
        ]
        started = [await line.start(command) for line, command in commands]
        answers = await asyncio.gather(*started)
        refused = [one.code for one in answers if isinstance(one, RefusalFrame)]
        assert refused == [ErrorCode.NAME_TAKEN]
        assert await opens(server, NEW_SHEET)
        assert await generations(server) == len(
            await server.relay.parts.db.read(store.door_generations)
        )


@pytest.mark.parametrize("repeated", [False, True], ids=["job", "repeat"])
async def test_a_keeper_that_fails_is_told_again(tmp_path: Path, repeated: bool) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        command = await EVA.door.change(client, NEW_PHRASE)
        keeper = server.relay.parts.keeper
        with mock.patch.object(keeper, "settle", side_effect=KeeperError):
            # Stored, but not done: the old secret is still there.
            assert await client.refusal(command) is ErrorCode.STORAGE
            assert await generations(server) == 3
        if repeated:
            await client.call(command)
        else:
            await server.elapse(0)
        assert await generations(server) == 2
        assert await opens(server, NEW_PHRASE)


async def test_a_new_sheet_settles_although_the_keeper_failed(tmp_path: Path) -> None:
    async with signed_in(tmp_path, Account("eva")) as (server, client, _):
        command, keeper = await EVA.door.change(client, NEW_SHEET), server.relay.parts.keeper
        with mock.patch.object(keeper, "settle", side_effect=KeeperError):
            assert await client.refusal(command) is ErrorCode.STORAGE
        await server.elapse(0)
        doors = await server.relay.parts.db.read(store.door_generations)
        assert [one.settled for one in await keeper.door_states(doors)] == [True, True]


async def test_a_door_whose_secret_the_keeper_has_lost_can_be_changed(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        keeper, doors = server.relay.parts.keeper, server.relay.parts.services.get(Doors)
        await keeper.drop(doors.key(EVA.id16))
        await client.call(await EVA.door.change(client, NEW_PHRASE))
        assert await opens(server, NEW_PHRASE)
        assert await generations(server) == 2


async def test_a_sheet_is_replaced_while_the_phrases_secret_is_lost(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        keeper, doors = server.relay.parts.keeper, server.relay.parts.services.get(Doors)
        await keeper.drop(doors.key(EVA.id16))
        await client.call(await EVA.door.change(client, NEW_SHEET))
        assert await opens(server, NEW_SHEET)


async def test_no_older_copy_of_the_database_opens_to_the_old_secrets(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as (server, client, _):
        path, copy = paths.database_path(server.settings), tmp_path / "an older copy"
        await server.relay.parts.db.checkpoint()
        shutil.copyfile(path, copy)
        alpha = EVA.alpha()
        before = {door: await beta(client, door, alpha) for door in (EVA.door, EVA.recovery)}
        await client.call(await EVA.door.change(client, *BOTH))
        await server.stop()
        shutil.copyfile(copy, path)
        await server.start()
        async with await server.connect() as again:
            for door, old in before.items():
                reply = await again.call(
                    wire.SignInStart(id16=door.id16, alpha=alpha, device_token=b"", stamp=b"")
                )
                # The slot is back, and nothing that opens it.
                assert reply.slot == door.slot
                assert reply.beta != old


async def beta(client: RawClient, door: Door, alpha: bytes) -> bytes:
    start = wire.SignInStart(id16=door.id16, alpha=alpha, device_token=b"", stamp=b"")
    return (await client.call(start)).beta
