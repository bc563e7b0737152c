"""Changes of doors that are refused: forged, misshapen, at somebody else's door, too often."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from unittest import mock

import pytest

from crypto import labels
from crypto.credential import sign_door
from crypto.keys import SignSecret
from crypto.primitives import kdf
from crypto.wire import accounts as wire
from crypto.wire.accounts import DoorKind
from crypto.wire.errors import ErrorCode
from e2e_server.features.accounts.creating import BEGINS_PER_HOUR
from e2e_server.features.accounts.doors import Doors
from e2e_server.kernel.clock import MS_PER_HOUR
from tests.helpers.accounts import Door
from tests.helpers.changing import BOTH, EVA, NEW_PHRASE, NEW_SHEET, UTE, signed_in
from tests.helpers.organisation import seed


@pytest.mark.parametrize("part", ["auth_pk", "slot", "keeper_token", "id16"])
async def test_the_signature_covers_the_new_door(tmp_path: Path, part: str) -> None:
    async with signed_in(tmp_path) as eva:
        command = await eva.change(NEW_SHEET)
        other = {
            "auth_pk": seed("another key"),
            "slot": Door("another").slot,
            "keeper_token": await NEW_SHEET.begin(eva.client),
            "id16": seed("another id", 16),
        }[part]
        forged = dataclasses.replace(command.doors[0], **{part: other})
        command = dataclasses.replace(command, doors=(forged,))
        assert await eva.refusal(command) is ErrorCode.UNAUTHORISED
        assert await eva.opens(EVA.recovery)


async def test_every_door_needs_its_signature(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        command = await eva.change(*BOTH)
        first, second = command.doors
        unsigned = dataclasses.replace(second, signature=first.signature)
        command = dataclasses.replace(command, doors=(first, unsigned))
        assert await eva.refusal(command) is ErrorCode.UNAUTHORISED
        assert await eva.opens(EVA.door)
        assert await eva.secrets() == 2


async def test_another_deployments_signature_does_not_count(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        with mock.patch("tests.helpers.accounts.DEPLOYMENT_ID", seed("elsewhere", 16)):
            command = await eva.change(NEW_PHRASE)
        assert await eva.refusal(command) is ErrorCode.UNAUTHORISED


async def test_only_a_door_of_the_own_account_signs(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        await UTE.create(eva.client)
        keeper = eva.server.relay.parts.keeper
        refused = []
        for signer in (UTE.door, Door("nobody's"), NEW_PHRASE):
            command = await eva.change(NEW_PHRASE, by=signer)
            with mock.patch.object(keeper, "adopt", side_effect=AssertionError) as adopted:
                refused.append(await eva.refusal(command))
            adopted.assert_not_called()
        # A door that names the own id, signed by another key, is no better.
        command = await eva.change(NEW_PHRASE, by=UTE.door)
        command = dataclasses.replace(command, old_id16=EVA.id16)
        refused.append(await eva.refusal(command))
        assert refused == [ErrorCode.UNAUTHORISED] * 4
        assert await eva.opens(EVA.door)


async def test_a_decoys_key_signs_nothing(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        doors = eva.server.relay.parts.services.get(Doors)
        decoy = SignSecret(kdf(doors._pepper, labels.DECOY_SLOT, [seed("free", 16), 3]))
        command = await eva.change(NEW_PHRASE)
        with mock.patch("tests.helpers.accounts.sign_door", lambda _, it: sign_door(decoy, it)):
            command = await eva.change(NEW_PHRASE)
        command = dataclasses.replace(command, old_id16=seed("free", 16))
        assert await eva.refusal(command) is ErrorCode.UNAUTHORISED


@pytest.mark.parametrize("kind", list(DoorKind))
async def test_somebody_elses_door_is_never_touched(tmp_path: Path, kind: DoorKind) -> None:
    async with signed_in(tmp_path) as eva:
        await UTE.create(eva.client)
        theirs = UTE.door if kind is DoorKind.PASSPHRASE else UTE.recovery
        keeper = eva.server.relay.parts.keeper
        sheet = dataclasses.replace(theirs.renamed("stolen"), kind=DoorKind.RECOVERY)
        phrase = dataclasses.replace(theirs.renamed("stolen"), kind=DoorKind.PASSPHRASE)
        for stolen, code in ((sheet, ErrorCode.NAME_TAKEN), (phrase, ErrorCode.MALFORMED)):
            command = await eva.change(stolen)
            with mock.patch.object(keeper, "adopt", side_effect=AssertionError) as adopted:
                assert await eva.refusal(command) is code
            adopted.assert_not_called()
        assert await eva.secrets() == 4
        assert await eva.opens(theirs)


async def test_a_passphrase_door_keeps_its_id_and_the_sheet_has_another(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        moved = Door("another pseudonym")
        assert await eva.refusal(await eva.change(moved)) is ErrorCode.MALFORMED
        same = dataclasses.replace(NEW_PHRASE, kind=DoorKind.RECOVERY)
        assert await eva.refusal(await eva.change(same)) is ErrorCode.NAME_TAKEN
        assert await eva.opens(EVA.door)
        assert await eva.secrets() == 2


async def test_a_change_of_the_wrong_shape_is_refused(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        command = await eva.change(*BOTH)
        first, second = command.doors
        for doors in (
            (),
            (first, first),
            (dataclasses.replace(first, kind=0),),
            (first, dataclasses.replace(second, kind=DoorKind.PASSPHRASE)),
            (first, dataclasses.replace(second, id16=first.id16)),
            (dataclasses.replace(first, slot=bytes(113)),),
        ):
            async with await eva.server.connect() as other:
                await EVA.sign_in(other)
                odd = dataclasses.replace(command, doors=doors)
                assert await other.refusal(odd) is ErrorCode.MALFORMED
        await eva.client.call(command)


async def test_a_change_answers_about_names_as_seldom_as_a_new_account(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        command = await eva.change(NEW_PHRASE)
        for _ in range(BEGINS_PER_HOUR):
            eva.server.relay.parts.limits.count("account_begin", bytes([127, 0, 0, 0]))
        assert await eva.refusal(command) is ErrorCode.RATE_LIMITED
        eva.server.clock.elapse(MS_PER_HOUR)
        # Ten minutes have gone, and with them the keeper's secret.
        assert await eva.refusal(command) is ErrorCode.EXPIRED
        await eva.changes(NEW_PHRASE)


@pytest.mark.parametrize("spoiled", [0, 1])
async def test_a_token_that_has_died_changes_nothing(tmp_path: Path, spoiled: int) -> None:
    async with signed_in(tmp_path) as eva:
        tokens = [await one.begin(eva.client) for one in BOTH]
        tokens[spoiled] = seed("never given out")
        doors = tuple(EVA.door.signed(*one) for one in zip(BOTH, tokens, strict=True))
        command = wire.DoorChange(old_id16=EVA.id16, doors=doors)
        assert await eva.refusal(command) is ErrorCode.EXPIRED
        # The one that was adopted is gone again.
        assert await eva.secrets() == 2
        for door in (EVA.door, EVA.recovery):
            assert await eva.opens(door)
        await eva.changes(*BOTH)


async def test_one_token_makes_one_door(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        token = await NEW_PHRASE.begin(eva.client)
        doors = tuple(EVA.door.signed(one, token) for one in BOTH)
        command = wire.DoorChange(old_id16=EVA.id16, doors=doors)
        assert await eva.refusal(command) is ErrorCode.EXPIRED
        assert await eva.secrets() == 2
