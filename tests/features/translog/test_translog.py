"""Publishing and reading the staff log."""

from __future__ import annotations

from pathlib import Path

import pytest

from crypto.errors import RemoteError
from crypto.logview import replay
from crypto.primitives import sign_public
from crypto.statement import Role
from crypto.wire.errors import ErrorCode
from crypto.wire.translog import LogGrown, LogPublish, LogRead, Statement
from tests.helpers.accounts import publish
from tests.helpers.organisation import NOW_MS, ORIGIN, Organisation, sign_secret
from tests.helpers.server import serving


def organisation_with_anna() -> Organisation:
    organisation = Organisation()
    organisation.found()
    admin = organisation.admin("Ada")
    organisation.team(admin, [organisation.counsellor(admin, "Anna")])
    return organisation


def statement(organisation: Organisation, index: int = -1) -> LogPublish:
    leaf, payload = organisation.log[index]
    return LogPublish(statement=Statement(leaf=leaf, payload=payload))


async def test_what_is_published_is_read_whole_under_a_fitting_checkpoint(tmp_path: Path) -> None:
    organisation = organisation_with_anna()
    async with serving(tmp_path) as server, await server.connect() as client:
        await publish(client, organisation)
        reply = await client.call(LogRead(start=0))
        assert reply.size == len(organisation.log)
        leaves = [one.leaf for one in reply.statements]
        payloads = [one.payload for one in reply.statements]
        assert list(zip(leaves, payloads, strict=True)) == organisation.log
        view = replay(organisation.fingerprint, leaves, payloads, organisation.deployment_id)
        assert view.check_checkpoint(reply.checkpoint).size == reply.size
        rest = await client.call(LogRead(start=3))
        assert [one.leaf for one in rest.statements] == leaves[3:]
        assert rest.checkpoint == reply.checkpoint


async def test_an_empty_log_can_be_read(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        reply = await client.call(LogRead(start=0))
        assert (reply.statements, reply.size) == ((), 0)


async def test_the_same_leaf_again_gets_the_same_place(tmp_path: Path) -> None:
    organisation = organisation_with_anna()
    async with serving(tmp_path) as server, await server.connect() as client:
        await publish(client, organisation)
        again = await client.call(statement(organisation, 2))
        assert again.index == 2
        assert (await client.call(LogRead(start=0))).size == len(organisation.log)


async def test_a_log_begins_with_the_organisation_of_the_site(tmp_path: Path) -> None:
    other = Organisation("another")
    other.found()
    organisation = organisation_with_anna()
    async with serving(tmp_path) as server, await server.connect() as client:
        assert await client.refusal(statement(other, 0)) is ErrorCode.BAD_STATEMENT
        assert await client.refusal(statement(organisation, 1)) is ErrorCode.BAD_STATEMENT
        noise = LogPublish(statement=Statement(leaf=bytes(64), payload=b"x"))
        assert await client.refusal(noise) is ErrorCode.BAD_STATEMENT
        assert (await client.call(LogRead(start=0))).size == 0


async def test_a_statement_that_does_not_count_is_refused(tmp_path: Path) -> None:
    organisation = organisation_with_anna()
    async with serving(tmp_path) as server, await server.connect() as client:
        await publish(client, organisation)
        size = len(organisation.log)
        organisation.add(
            sign_secret("a stranger"),
            organisation.team16,
            organisation.staff(organisation.admin("Eve"), Role.ADMIN),
            NOW_MS,
            NOW_MS + 1000,
        )
        assert await client.refusal(statement(organisation)) is ErrorCode.BAD_STATEMENT
        leaf, payload = organisation.log[size]
        swapped = LogPublish(statement=Statement(leaf=leaf, payload=payload + b"x"))
        assert await client.refusal(swapped) is ErrorCode.BAD_STATEMENT
        flipped = LogPublish(statement=Statement(leaf=leaf[:-1] + b"\x00", payload=payload))
        assert await client.refusal(flipped) is ErrorCode.BAD_STATEMENT
        assert (await client.call(LogRead(start=0))).size == size


async def test_a_policy_under_another_log_key_is_refused(tmp_path: Path) -> None:
    organisation = Organisation()
    organisation.log_key = sign_secret("log of this relay")
    stranger = Organisation()
    stranger.log_key = sign_secret("log of another relay")
    stranger.found()
    async with (
        serving(tmp_path, organisation=organisation) as server,
        await server.connect() as client,
    ):
        await client.call(statement(stranger, 0))
        assert await client.refusal(statement(stranger, 1)) is ErrorCode.BAD_STATEMENT
        organisation.found()
        await publish(client, organisation)
        assert sign_public(organisation.log_key) != sign_public(stranger.log_key)


@pytest.mark.parametrize(
    "retention",
    [(("live", 49),), (), (("written", 48),), (("live", 48), ("written", 72))],
    ids=["longer", "none", "not of chats", "longer for another kind"],
)
async def test_a_policy_that_promises_other_hours_than_are_kept_is_refused(
    tmp_path: Path, retention: tuple[tuple[str, int], ...]
) -> None:
    organisation = organisation_with_anna()
    async with serving(tmp_path) as server, await server.connect() as client:
        await publish(client, organisation)
        organisation.policy(NOW_MS + 1, retention=retention)
        assert await client.refusal(statement(organisation)) is ErrorCode.BAD_STATEMENT
        assert (await client.call(LogRead(start=0))).size == len(organisation.log) - 1
        organisation.policy(NOW_MS + 2, retention=(("live", 48), ("written", 48)))
        assert (await client.call(statement(organisation))).index == len(organisation.log) - 2


async def test_readers_of_the_log_hear_that_it_has_grown(tmp_path: Path) -> None:
    organisation = organisation_with_anna()
    async with (
        serving(tmp_path) as server,
        await server.connect() as client,
        await server.connect() as reader,
        await server.connect() as stranger,
    ):
        await reader.call(LogRead(start=0))
        await client.call(statement(organisation, 0))
        assert (await reader.event(LogGrown)).size == 1
        await publish(client, organisation)
        size = 1
        while size < len(organisation.log):
            size = (await reader.event(LogGrown)).size
        assert stranger.events == []


async def test_the_log_is_judged_again_at_the_start(tmp_path: Path) -> None:
    organisation = organisation_with_anna()
    async with serving(tmp_path) as server:
        async with await server.connect() as client:
            await publish(client, organisation)
            before = await client.call(LogRead(start=0))
        await server.restart()
        async with await server.connect() as client:
            assert await client.call(LogRead(start=0)) == before
            admin = organisation.counsellor(organisation.admin("Bo"), "Berta")
            await publish(client, organisation)
            assert admin.name == "Berta"
            reply = await client.call(LogRead(start=0))
            assert reply.size == before.size + 2


async def test_the_checkpoint_is_the_log_keys_under_the_origin_of_the_policy(
    tmp_path: Path,
) -> None:
    organisation = organisation_with_anna()
    async with serving(tmp_path) as server, await server.connect() as client:
        await publish(client, organisation)
        note = (await client.call(LogRead(start=0))).checkpoint
        assert note.startswith(ORIGIN.encode() + b"\n")
        assert note == organisation.checkpoint()
        tampered = note.replace(b"\n5\n", b"\n4\n")
        try:
            organisation.view().check_checkpoint(tampered)
        except RemoteError:
            return
        raise AssertionError("a changed checkpoint was taken")
