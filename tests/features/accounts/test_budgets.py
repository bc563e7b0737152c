"""What guessing costs, and that nothing of it is written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from crypto import stamp
from crypto.wire import accounts as wire
from crypto.wire.errors import ErrorCode
from crypto.wire.kernel import Challenge, Ping
from e2e_server.features.accounts.starting import (
    FREE_STARTS_PER_DAY,
    FREE_STARTS_PER_HOUR,
    MAX_DELAY_MS,
    delay_ms,
)
from e2e_server.kernel.clock import MS_PER_HOUR
from e2e_server.kernel.dispatch import LATE_START_BITS, LATE_START_COMMAND
from e2e_server.kernel.limits import FREE_STAMPED
from tests.helpers.accounts import Account
from tests.helpers.rawclient import RawClient
from tests.helpers.server import serving

ANNA, NOBODY = Account("anna"), Account("nobody")


def start(account: Account, given: bytes = b"") -> wire.SignInStart:
    return wire.SignInStart(id16=account.id16, alpha=account.alpha(), device_token=b"", stamp=given)


def all_bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def stamped(client: RawClient, command: str) -> bytes:
    offer = await client.call(Challenge(command=command))
    return offer.challenge + stamp.make(offer.challenge, command, offer.difficulty)


@pytest.mark.parametrize("account", [ANNA, NOBODY])
async def test_late_starts_cost_a_stamp_and_time_and_are_not_refused(
    tmp_path: Path, account: Account
) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await ANNA.create(client)
        for _ in range(FREE_STARTS_PER_HOUR):
            await client.call(start(account))
        assert await client.refusal(start(account)) is ErrorCode.STAMP_NEEDED
        answer = await client.start(start(account, await stamped(client, LATE_START_COMMAND)))
        while not server.clock.sleeping:
            await client.call(Ping())
        # What was refused for want of a stamp counts for nothing: this is the first late one.
        server.clock.elapse(delay_ms(1) - 1)
        await client.call(Ping())
        assert not answer.done()
        server.clock.elapse(1)
        await answer
        # Another door from the same network is not concerned.
        await client.call(start(Account("somebody else")))
        server.clock.elapse(MS_PER_HOUR)
        await client.call(start(account))


async def test_who_gets_in_has_spent_nothing_that_a_neighbour_could_notice(tmp_path: Path) -> None:
    """Both sit behind one address: the tenth wrong try is free however often the owner came in."""
    async with serving(tmp_path) as server, await server.connect() as client:
        await ANNA.create(client)
        for _ in range(3):
            await ANNA.sign_in(client)
        for account in (ANNA, NOBODY):
            for _ in range(FREE_STARTS_PER_HOUR):
                await client.call(start(account))
            assert await client.refusal(start(account)) is ErrorCode.STAMP_NEEDED


async def test_a_start_that_did_not_get_in_is_not_forgiven_by_one_that_did(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await ANNA.create(client)
        for _ in range(FREE_STARTS_PER_HOUR - 1):
            await client.call(start(ANNA))
        await ANNA.sign_in(client)
        await client.call(start(ANNA))
        assert await client.refusal(start(ANNA)) is ErrorCode.STAMP_NEEDED


async def test_the_day_has_a_budget_too(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        for i in range(FREE_STARTS_PER_DAY):
            if i % FREE_STARTS_PER_HOUR == 0:
                server.clock.elapse(MS_PER_HOUR)
            await client.call(start(NOBODY))
        server.clock.elapse(MS_PER_HOUR)
        assert await client.refusal(start(NOBODY)) is ErrorCode.STAMP_NEEDED


async def test_a_network_that_tries_many_doors_pays_for_each(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        for _ in range(600):
            server.relay.parts.limits.count("starts", bytes([127, 0, 0, 0]))
        assert await client.refusal(start(NOBODY)) is ErrorCode.STAMP_NEEDED
        await client.call(start(NOBODY, await stamped(client, LATE_START_COMMAND)))


def test_the_delay_grows_to_thirty_seconds() -> None:
    assert [delay_ms(over) for over in (1, 2, 3, 7, 8, 1000)] == [
        500,
        1000,
        2000,
        MAX_DELAY_MS,
        MAX_DELAY_MS,
        MAX_DELAY_MS,
    ]


async def test_a_challenge_for_a_late_start_always_costs_work(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        late = await client.call(Challenge(command=LATE_START_COMMAND))
        assert late.difficulty == LATE_START_BITS
        assert (await client.call(Challenge(command="wait"))).difficulty == 0
        assert await client.refusal(Challenge(command="wärt")) is ErrorCode.UNKNOWN


async def test_new_accounts_cost_a_stamp_when_there_are_many(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        for _ in range(FREE_STAMPED):
            server.relay.parts.limits.stamps.spend("account_begin", b"")
        begin = wire.AccountBegin(alpha=ANNA.alpha(), stamp=b"")
        assert await client.refusal(begin) is ErrorCode.STAMP_NEEDED
        paid = wire.AccountBegin(alpha=ANNA.alpha(), stamp=await stamped(client, "account_begin"))
        await client.call(paid)
        assert await client.refusal(paid) is ErrorCode.STAMP_NEEDED


async def test_one_network_begins_only_so_many_accounts(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        for _ in range(300):
            server.relay.parts.limits.count("account_begin", bytes([127, 0, 0, 0]))
        begin = wire.AccountBegin(alpha=ANNA.alpha(), stamp=b"")
        assert await client.refusal(begin) is ErrorCode.RATE_LIMITED


async def test_neither_log_nor_database_names_a_door_or_a_token(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        async with await server.connect() as client:
            await ANNA.create(client)
            facts = await ANNA.begin_sign_in(client)
            token = (await client.call(ANNA.proof(facts))).token
            wrong = wire.SignInFinish(signature=bytes(64), subject16=b"", staff_signature=b"")
            await client.call(start(NOBODY))
            assert await client.refusal(wrong) is ErrorCode.UNAUTHORISED
        await server.stop()
        stored = all_bytes_below(tmp_path)
        assert ANNA.handle in stored
        for secret in (ANNA.id16, NOBODY.id16, token, facts.alpha, facts.beta, facts.challenge):
            assert secret not in stored
            assert secret.hex() not in "".join(server.log)
