"""Witnesses hand in their lines: whose the relay takes, over what, and what readers get."""

from __future__ import annotations

from pathlib import Path

import pytest

from crypto import checkpoint, cosignature, witnesses
from crypto.cosignature import cosign
from crypto.keys import SignSecret
from crypto.primitives import sign_public
from crypto.wire.errors import ErrorCode
from crypto.wire.translog import LogCosign, LogRead
from e2e_server.features.translog.cosigned import MAX_SIZES, Cosigned
from tests.features.translog.test_files import fetch
from tests.features.translog.test_translog import statement
from tests.helpers.accounts import publish
from tests.helpers.organisation import NOW_MS, ORIGIN, Organisation, sign_secret
from tests.helpers.rawclient import RawClient
from tests.helpers.server import Server, serving
from tests.vectors.make.cosignature import NAMES, SECRETS, WITNESSES

HOUR_S = 3600


def witnessed(quorum: int = 2) -> Organisation:
    organisation = Organisation()
    organisation.found()
    organisation.policy(at_ms=NOW_MS + 1, quorum=quorum, witnesses=WITNESSES)
    return organisation


def line(server: Server, which: int, note: bytes, ahead_s: int = 0) -> str:
    now_s = server.clock.now_ms() // 1000
    return cosign(SECRETS[which], NAMES[which], note, now_s + ahead_s)


async def hand_in(server: Server, client: RawClient, which: int, ahead_s: int = 0) -> None:
    reply = await client.call(LogRead(start=0))
    await client.call(
        LogCosign(size=reply.size, line=line(server, which, reply.checkpoint, ahead_s))
    )


async def test_readers_get_what_enough_witnesses_have_seen(tmp_path: Path) -> None:
    organisation = witnessed()
    async with serving(tmp_path) as server, await server.connect() as client:
        await publish(client, organisation)
        assert (await client.call(LogRead(start=0))).cosigned == b""
        await hand_in(server, client, 0)
        assert (await client.call(LogRead(start=0))).cosigned == b""
        await hand_in(server, client, 1)
        note = (await client.call(LogRead(start=0))).cosigned
        found = witnesses.check(organisation.view(), note, server.clock.now_ms())
        assert found is not None
        assert found.size == len(organisation.log)

        # The log goes on; what was seen stays until enough have seen more.
        organisation.admin("Ada")
        await publish(client, organisation)
        assert (await client.call(LogRead(start=0))).cosigned == note
        await hand_in(server, client, 0)
        assert (await client.call(LogRead(start=0))).cosigned == note
        await hand_in(server, client, 1)
        newer = (await client.call(LogRead(start=0))).cosigned
        assert witnesses.check(organisation.view(), newer, server.clock.now_ms()) is not None
        assert checkpoint.open_checkpoint(
            newer, ORIGIN, sign_public(organisation.log_key)
        ).size == len(organisation.log)

        await server.restart()
        async with await server.connect() as again:
            assert (await again.call(LogRead(start=0))).cosigned == newer


async def test_the_newest_line_of_a_witness_counts_and_stands_once(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await publish(client, witnessed(1))
        await hand_in(server, client, 0)
        first = await client.call(LogRead(start=0))
        again = LogCosign(size=first.size, line=line(server, 0, first.checkpoint))
        assert await client.refusal(again) is ErrorCode.STALE
        older = LogCosign(size=first.size, line=line(server, 0, first.checkpoint, -HOUR_S))
        assert await client.refusal(older) is ErrorCode.STALE
        assert (await client.call(LogRead(start=0))).cosigned == first.cosigned
        server.clock.elapse(HOUR_S * 1000)
        await hand_in(server, client, 0)
        newer = (await client.call(LogRead(start=0))).cosigned
        assert newer.count(NAMES[0].encode()) == 1
        assert list(cosignature.cosigned(newer, WITNESSES).values()) == [
            server.clock.now_ms() // 1000
        ]


async def test_what_is_no_line_of_a_witness_over_this_log_is_refused(tmp_path: Path) -> None:
    organisation = witnessed()
    async with serving(tmp_path) as server, await server.connect() as client:
        await publish(client, organisation)
        reply = await client.call(LogRead(start=0))
        good = line(server, 0, reply.checkpoint)
        stranger = cosign(sign_secret("stranger"), NAMES[0], reply.checkpoint, NOW_MS // 1000)
        other = checkpoint.sign_checkpoint(
            SignSecret(organisation.log_key.raw),
            checkpoint.Checkpoint(origin=ORIGIN, size=reply.size, root=bytes(32)),
        )
        for size, words in (
            (reply.size, stranger),
            (reply.size, line(server, 0, other)),
            (reply.size - 1, good),
            (0, good),
            (reply.size + 1, good),
            (reply.size, f"{good}\n{line(server, 1, reply.checkpoint)}"),
            (reply.size, f"{good}\n"),
            (reply.size, ""),
            (reply.size, "junk"),
        ):
            refusal = await client.refusal(LogCosign(size=size, line=words))
            assert refusal is ErrorCode.FORBIDDEN, words
        ahead = LogCosign(size=reply.size, line=line(server, 0, reply.checkpoint, 601))
        assert await client.refusal(ahead) is ErrorCode.WRONG_STATE
        assert (await client.call(LogRead(start=0))).cosigned == b""
        assert (
            await server.relay.parts.db.read(
                lambda tx: tx.all("SELECT size FROM translog_cosigned")
            )
            == []
        )


async def test_before_policy_nobody_is_a_witness(tmp_path: Path) -> None:
    organisation = witnessed()
    async with serving(tmp_path) as server, await server.connect() as client:
        await client.call(statement(organisation, 0))
        note = (await client.call(LogRead(start=0))).checkpoint
        early = LogCosign(size=1, line=line(server, 0, note))
        assert await client.refusal(early) is ErrorCode.FORBIDDEN


async def test_too_many_lines_an_hour_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("e2e_server.features.translog.cosigning.COSIGNED_PER_HOUR", 1)
    async with serving(tmp_path) as server, await server.connect() as client:
        await publish(client, witnessed())
        await hand_in(server, client, 0)
        reply = await client.call(LogRead(start=0))
        more = LogCosign(size=reply.size, line=line(server, 1, reply.checkpoint))
        assert await client.refusal(more) is ErrorCode.RATE_LIMITED


async def test_the_files_have_the_lines_too(tmp_path: Path) -> None:
    organisation = witnessed()
    async with serving(tmp_path) as server, await server.connect() as client:
        await publish(client, organisation)
        await hand_in(server, client, 0)
        note = (await fetch(server, "checkpoint"))[1]
        assert len(cosignature.cosigned(note, WITNESSES)) == 1
        assert (await fetch(server, "cosigned"))[0] == 404
        await hand_in(server, client, 1)
        assert len(cosignature.cosigned((await fetch(server, "cosigned"))[1], WITNESSES)) == 2
        organisation.admin("Ada")
        await publish(client, organisation)
        note = (await fetch(server, "checkpoint"))[1]
        assert cosignature.cosigned(note, WITNESSES) == {}
        assert len(cosignature.cosigned((await fetch(server, "cosigned"))[1], WITNESSES)) == 2


def test_only_a_few_sizes_are_kept() -> None:
    """One witness that comes alone fills nothing."""
    organisation = witnessed()
    kept = Cosigned({})
    for number in range(20):
        organisation.admin(f"Ada {number}")
        note = organisation.checkpoint()
        if number == 2:
            for which in (0, 1):
                note = cosignature.with_line(note, cosign(SECRETS[which], NAMES[which], note, 1))
        size = len(organisation.log)
        kept = kept.with_note(organisation.view(), size, note)
    assert len(kept.notes) == MAX_SIZES + 1
    assert min(kept.notes) == 3 + 3
    assert len(cosignature.cosigned(kept.newest(organisation.view()), WITNESSES)) == 2
