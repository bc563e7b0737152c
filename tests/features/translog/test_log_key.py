"""Changing the log's key: both are held until POLICY names the new one, then the old is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from crypto import checkpoint, witnesses
from crypto.errors import NotWitnessed
from crypto.keys import SignPublic, SignSecret
from crypto.primitives import sign_public
from crypto.wire.errors import ErrorCode
from crypto.wire.translog import LogRead
from e2e_server import cli, paths
from e2e_server.features.translog import log_of
from e2e_server.kernel.clock import MS_PER_DAY
from e2e_server.kernel.errors import StartError
from e2e_server.secrets_dir import SecretFileError, SecretName, SecretsDir
from tests.features.translog.test_cosigning import hand_in, witnessed
from tests.features.translog.test_translog import organisation_with_anna, statement
from tests.helpers.accounts import publish
from tests.helpers.organisation import NOW_MS, ORIGIN, Organisation
from tests.helpers.rawclient import RawClient
from tests.helpers.server import Server, serving, write_config
from tests.vectors.make.cosignature import WITNESSES


def draw(server: Server) -> SignPublic:
    """As the operator does; the organisation's next POLICY names the key."""
    assert cli.main(["--config", str(write_config(server)), "new-log-key"]) == 0
    secret = SignSecret(SecretsDir(server.settings.data_dir).read(SecretName.NEXT_LOG_KEY))
    written = paths.next_log_key_path(server.settings).read_text("ascii")
    assert SignPublic(bytes.fromhex(written)) == sign_public(secret)
    server.organisation.log_key = secret
    return sign_public(secret)


async def opens(client: RawClient, organisation: Organisation, key: SignPublic) -> bool:
    """Tell whether the relay's newest note is that key's, as every client opens it."""
    reply = await client.call(LogRead(start=0))
    return checkpoint.open_checkpoint(reply.checkpoint, ORIGIN, key).size == reply.size


async def test_the_log_goes_on_under_a_new_key_once_policy_names_it(tmp_path: Path) -> None:
    organisation = organisation_with_anna()
    async with serving(tmp_path, organisation=organisation) as server:
        old_secret = organisation.log_key
        old, secrets = sign_public(old_secret), SecretsDir(server.settings.data_dir)
        async with await server.connect() as client:
            await publish(client, organisation)
            new = draw(server)
            organisation.policy(NOW_MS + 1)
            # Nothing would sign for it before the relay has read the key.
            assert await client.refusal(statement(organisation)) is ErrorCode.BAD_STATEMENT
        await server.restart()
        async with await server.connect() as client:
            assert await opens(client, organisation, old)
            await client.call(statement(organisation))
            assert await opens(client, organisation, new)
            await server.elapse(MS_PER_DAY)
            view = log_of(server.relay.parts).view
            assert view.deletion_days() == (NOW_MS // MS_PER_DAY,)
            reply = await client.call(LogRead(start=0))
            assert view.check_checkpoint(reply.checkpoint).size == view.size
        await server.restart()
        assert SignSecret(secrets.read(SecretName.LOG_KEY)) == organisation.log_key
        assert not secrets.has(SecretName.NEXT_LOG_KEY)
        assert not paths.next_log_key_path(server.settings).exists()
        written = paths.log_key_path(server.settings).read_text("ascii")
        assert bytes.fromhex(written) == new.raw
        async with await server.connect() as client:
            assert await opens(client, organisation, new)
            # Whoever has the old key cannot have it put in force again.
            organisation.log_key = old_secret
            organisation.policy(server.clock.now_ms() + 2)
            assert await client.refusal(statement(organisation)) is ErrorCode.BAD_STATEMENT


async def test_a_crash_while_the_old_key_goes_is_made_good_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation = organisation_with_anna()
    async with serving(tmp_path, organisation=organisation) as server:
        new = draw(server)
        await server.restart()
        async with await server.connect() as client:
            organisation.policy(NOW_MS + 1)
            await publish(client, organisation)
        with monkeypatch.context() as broken:  # the disk fails before the last step
            broken.setattr(SecretsDir, "put_in_place", _fails)
            with pytest.raises(OSError, match="full"):
                await server.restart()
        await server.start()
        async with await server.connect() as client:
            assert await opens(client, organisation, new)


def _fails(*_: object) -> None:
    raise OSError("the disk is full")


async def test_a_relay_without_the_key_of_policy_does_not_start(tmp_path: Path) -> None:
    organisation = organisation_with_anna()
    async with serving(tmp_path, organisation=organisation) as server:
        async with await server.connect() as client:
            await publish(client, organisation)
        await server.stop()
        path = SecretsDir(server.settings.data_dir).path / SecretName.LOG_KEY.value
        held = path.read_bytes()
        path.write_bytes(bytes(32))
        with pytest.raises(StartError, match="POLICY names a log key that is not here"):
            await server.start()
        path.write_bytes(held)
        await server.start()


async def test_the_next_key_is_drawn_once_and_beside_one_only(tmp_path: Path) -> None:
    server = Server(tmp_path)
    await server.set_up()
    assert draw(server) == draw(server)
    (SecretsDir(server.settings.data_dir).path / SecretName.LOG_KEY.value).unlink()
    with pytest.raises(SecretFileError):
        SecretsDir(server.settings.data_dir).read(SecretName.LOG_KEY)
    assert cli.main(["--config", str(write_config(server)), "new-log-key"]) == 1


async def test_witnesses_cosign_anew_under_the_new_key(tmp_path: Path) -> None:
    organisation = witnessed(1)
    async with serving(tmp_path, organisation=organisation) as server:
        draw(server)
        organisation.log_key = SignSecret(
            SecretsDir(server.settings.data_dir).read(SecretName.LOG_KEY)
        )
        await server.restart()
        async with await server.connect() as client:
            await publish(client, organisation)
            await hand_in(server, client, 0)
            now_ms = server.clock.now_ms()
            note = (await client.call(LogRead(start=0))).cosigned
            assert witnesses.check(organisation.view(), note, now_ms) is not None
            draw(server)
            organisation.policy(at_ms=NOW_MS + 2, quorum=1, witnesses=WITNESSES)
            await client.call(statement(organisation))
            with pytest.raises(NotWitnessed):
                witnesses.check(organisation.view(), note, now_ms)
            assert (await client.call(LogRead(start=0))).cosigned == b""
            await hand_in(server, client, 0)
            note = (await client.call(LogRead(start=0))).cosigned
            assert witnesses.check(organisation.view(), note, now_ms) is not None
