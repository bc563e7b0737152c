"""Unknown, wrong and blocked look the same: in bytes, in codes, and in the work that is done."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from crypto.credential import is_slot_shape
from crypto.wire import accounts as wire
from crypto.wire.errors import ErrorCode
from e2e_server.features.accounts import deleting, signing_in, store
from e2e_server.features.accounts.doors import Doors
from tests.helpers.accounts import Account, Door, block
from tests.helpers.rawclient import RawClient
from tests.helpers.server import serving

KNOWN, UNKNOWN, BLOCKED = (
    Account(name, has_recovery=True) for name in ("known", "unknown", "blocked")
)


async def start(client: RawClient, account: Account | Door) -> wire.SignInStartReply:
    return await client.call(
        wire.SignInStart(id16=account.id16, alpha=KNOWN_ALPHA, device_token=b"", stamp=b"")
    )


KNOWN_ALPHA = KNOWN.alpha()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the steps of a start and a finish; there is no seam to pass a counter through."""
    steps: Counter[str] = Counter()

    def count(owner: Any, name: str) -> None:
        plain = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            steps[name] += 1
            return plain(*args, **kwargs)

        monkeypatch.setattr(owner, name, wrapped)

    count(store, "door")
    count(Doors, "decoy")
    count(Doors, "key")
    count(signing_in, "verify_sign_in")
    count(deleting, "verify_delete")
    return steps


WRONG_FINISH = wire.SignInFinish(signature=bytes(64), subject16=b"", staff_signature=b"")
WRONG_DELETE = wire.AccountDelete(signature=bytes(64))


@pytest.mark.parametrize("answer", [WRONG_FINISH, WRONG_DELETE], ids=["sign in", "delete"])
async def test_unknown_and_blocked_doors_answer_like_known_ones(
    tmp_path: Path, counted: Counter[str], answer: wire.SignInFinish | wire.AccountDelete
) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await KNOWN.create(client)
        await BLOCKED.create(client)
        await block(server, BLOCKED)
        seen = []
        for account in (KNOWN, UNKNOWN, BLOCKED):
            for door in (account.door, account.recovery):
                counted.clear()
                reply = await start(client, door)
                assert is_slot_shape(reply.slot)
                code = await client.refusal(answer)
                seen.append((len(reply.slot), len(reply.beta), code, dict(counted)))
        assert seen == seen[:1] * 6
        assert seen[0][2] is ErrorCode.UNAUTHORISED


@pytest.mark.parametrize("door", [BLOCKED.door, BLOCKED.recovery], ids=["passphrase", "recovery"])
async def test_a_blocked_account_is_not_deleted_and_not_entered_by_its_own_key(
    tmp_path: Path, door: Door
) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await BLOCKED.create(client)
        # Blocked before the start: a decoy is proved, not the door.
        await block(server, BLOCKED)
        for answer in (door.proof, door.farewell):
            assert await client.refusal(answer(await door.start(client))) is ErrorCode.UNAUTHORISED


@pytest.mark.parametrize("door", [BLOCKED.door, BLOCKED.recovery], ids=["passphrase", "recovery"])
async def test_what_was_started_before_the_block_ends_with_it(tmp_path: Path, door: Door) -> None:
    async with (
        serving(tmp_path) as server,
        await server.connect() as client,
        await server.connect() as other,
    ):
        await BLOCKED.create(client)
        proof = door.proof(await door.start(client))
        farewell = door.farewell(await door.start(other))
        await block(server, BLOCKED)
        assert await client.refusal(proof) is ErrorCode.UNAUTHORISED
        assert await other.refusal(farewell) is ErrorCode.UNAUTHORISED


async def test_an_unknown_door_answers_the_same_each_time(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        first, second = await start(client, UNKNOWN), await start(client, UNKNOWN)
        assert (first.beta, first.slot) == (second.beta, second.slot)
        assert first.challenge != second.challenge
        await server.restart()
    async with serving(tmp_path) as server, await server.connect() as client:
        third = await start(client, UNKNOWN)
        assert (third.beta, third.slot) == (first.beta, first.slot)


async def test_a_blocked_door_shows_nothing_of_its_account_and_its_sign_ins_end(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await BLOCKED.create(client)
        before = await start(client, BLOCKED)
        facts = await BLOCKED.begin_sign_in(client)
        await block(server, BLOCKED)
        assert await client.refusal(BLOCKED.proof(facts)) is ErrorCode.UNAUTHORISED
        after = await start(client, BLOCKED)
        assert before.slot == BLOCKED.slot
        assert after.slot != BLOCKED.slot
        assert after.beta != before.beta
        facts = await BLOCKED.begin_sign_in(client)
        assert await client.refusal(BLOCKED.proof(facts)) is ErrorCode.UNAUTHORISED


async def test_a_blocked_account_does_not_attach(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await BLOCKED.create(client)
        token = (await BLOCKED.sign_in(client)).token
        await block(server, BLOCKED)
        assert await client.refusal(wire.Attach(token=token)) is ErrorCode.UNAUTHORISED
