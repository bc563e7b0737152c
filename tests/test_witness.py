"""The witness against a real relay: what it signs, what it refuses, and what it leaves behind."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from clientlib import logproof
from clientlib.audit import cli, witness_cli
from clientlib.audit.witness import Key, Seen, Store
from clientlib.logproof import Finding
from clientlib.relay import RelayClient
from clientlib.terminal import UsageError
from clientlib.translog import LogReader
from crypto import cosignature
from crypto.cosignature import Witness
from crypto.errors import BadProof, NotWitnessed
from crypto.primitives import sign_public
from crypto.wire.translog import LogRead
from tests.helpers.accounts import publish
from tests.helpers.organisation import NOW_MS, Organisation
from tests.helpers.server import Server, serving

HOUR_MS = 3_600_000
NAME = "witness.example/one"


class Stand:
    """A witness on its own folder, and the organisation whose POLICY names it."""

    def __init__(self, folder: Path, quorum: int = 1) -> None:
        self.key_file, self.state_file = folder / "witness.key", folder / "witness.state"
        self.organisation = Organisation()
        self.store = Store(self.key_file, self.state_file)
        self.key = self.store.open(NAME, self.organisation.fingerprint)
        self.organisation.found()
        self.organisation.policy(NOW_MS + 1, quorum=quorum, witnesses=[self.as_named])

    @property
    def as_named(self) -> Witness:
        return (self.key.name, sign_public(self.key.secret))

    async def look(self, server: Server) -> int:
        fingerprint, clock = self.organisation.fingerprint, server.clock.now_ms
        return await witness_cli.once(server.url, self.store, self.key, fingerprint, clock)

    async def publish(self, server: Server) -> None:
        async with await server.connect() as client:
            await publish(client, self.organisation)

    def reader(self, server: Server, relay: RelayClient) -> LogReader:
        organisation, clock = self.organisation, server.clock.now_ms
        return LogReader(relay, organisation.fingerprint, organisation.deployment_id, now_ms=clock)


async def test_clients_wait_for_a_witness_and_not_for_long(tmp_path: Path) -> None:
    stand = Stand(tmp_path)
    async with serving(tmp_path / "house") as server:
        await stand.publish(server)
        async with RelayClient(server.url) as relay:
            log = stand.reader(server, relay)
            with pytest.raises(NotWitnessed):
                await log.update()
            assert log.view.size == 0
            assert await stand.look(server) == witness_cli.DONE
            assert (await log.update()).size == 3
            assert log.witnessed is not None
            assert (log.witnessed.size, log.witnessed.at_ms) == (3, server.clock.now_ms())

            # What comes later counts at once.
            stand.organisation.admin("Ada")
            await stand.publish(server)
            assert (await log.update()).size == 4
            assert log.witnessed.size == 3
            server.clock.elapse(24 * HOUR_MS + 1000)
            with pytest.raises(NotWitnessed):
                await log.update()
            assert await stand.look(server) == witness_cli.DONE
            assert (await log.update()).size == 4
            assert log.witnessed.size == 4


async def test_a_forked_log_is_not_signed_and_proved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand = Stand(tmp_path)
    common = list(stand.organisation.log)
    stand.organisation.admin("Ada")
    async with serving(tmp_path / "house") as server:
        await stand.publish(server)
        assert await stand.look(server) == witness_cli.DONE
    before = stand.store.load()
    stand.organisation.log = common
    stand.organisation.admin("Eve")
    stand.organisation.admin("Eva")
    async with serving(tmp_path / "other house") as server:
        await stand.publish(server)
        assert await stand.look(server) == witness_cli.CONTRADICTED
        async with await server.connect() as client:
            assert (await client.call(LogRead(start=0))).cosigned == b""
    assert stand.store.load() == before
    proof = tmp_path / "witness.state.proof-1.json"
    assert str(proof) in capsys.readouterr().err
    verdict = logproof.read(proof.read_text("utf-8"))
    assert (verdict.finding, verdict.size) == (Finding.TWO_LOGS, 4)
    assert cli.main(["proof", str(proof)]) == 1
    assert "Bewiesen" in capsys.readouterr().out


async def test_a_log_that_went_back_is_not_signed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand = Stand(tmp_path)
    stand.organisation.admin("Ada")
    async with serving(tmp_path / "house") as server:
        await stand.publish(server)
        assert await stand.look(server) == witness_cli.DONE
    before = stand.store.load()
    stand.organisation.log.pop()
    async with serving(tmp_path / "other house") as server:
        await stand.publish(server)
        assert await stand.look(server) == witness_cli.CONTRADICTED
    assert stand.store.load() == before
    assert "kürzer" in capsys.readouterr().err
    # An old log is no second one: nothing is claimed to be proved.
    with pytest.raises(BadProof):
        logproof.read((tmp_path / "witness.state.proof-1.json").read_text("utf-8"))


async def test_the_state_is_on_disk_before_anything_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = Stand(tmp_path)

    def full(self: Store, seen: Seen) -> None:
        raise OSError(28, "No space left on device")

    async with serving(tmp_path / "house") as server:
        await stand.publish(server)
        with monkeypatch.context() as patched:
            patched.setattr(Store, "save", full)
            with pytest.raises(OSError, match="No space"):
                await stand.look(server)
        async with await server.connect() as client:
            assert (await client.call(LogRead(start=0))).cosigned == b""


async def test_a_witness_outside_of_policy_gives_nothing_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand = Stand(tmp_path, quorum=0)
    stand.organisation.log = []
    stand.organisation.found()
    async with serving(tmp_path / "house") as server:
        await stand.publish(server)
        assert await stand.look(server) == witness_cli.UNUSABLE
        assert "nennt mich nicht" in capsys.readouterr().out
        assert stand.store.load().size == 2


async def test_a_clock_that_went_back_signs_nothing(tmp_path: Path) -> None:
    stand = Stand(tmp_path)
    async with serving(tmp_path / "house") as server:
        await stand.publish(server)
        assert await stand.look(server) == witness_cli.DONE
        seen = stand.store.load()
        stand.store.save(replace(seen, time_s=seen.time_s + 60))
        assert await stand.look(server) == witness_cli.UNUSABLE
        assert await stand.look(server) == witness_cli.UNUSABLE
        server.clock.elapse(60_000)
        assert await stand.look(server) == witness_cli.DONE


async def test_another_organisations_log_is_not_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand = Stand(tmp_path)
    other = Organisation("another")
    other.found()
    async with serving(tmp_path / "house", organisation=other) as server:
        async with await server.connect() as client:
            await publish(client, other)
        assert await stand.look(server) == witness_cli.UNUSABLE
    assert "kein Verzeichnis dieser Organisation" in capsys.readouterr().err
    assert stand.store.load().size == 0


def test_key_and_state_are_made_together_and_belong_together(tmp_path: Path) -> None:
    stand = Stand(tmp_path)
    fingerprint = stand.organisation.fingerprint
    for file in (stand.key_file, stand.state_file):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert cosignature.read_verifier_key(stand.key.line) == stand.as_named
    assert stand.store.open(None, fingerprint) == stand.key
    with pytest.raises(UsageError, match="gehört dem Zeugen"):
        stand.store.open("another", fingerprint)
    with pytest.raises(UsageError, match="anderen Organisation"):
        stand.store.open(None, bytes(32))
    stand.key_file.chmod(0o644)
    with pytest.raises(UsageError, match="kein Schlüssel"):
        stand.store.open(None, fingerprint)
    stand.key_file.chmod(0o600)
    kept = stand.state_file.read_text()
    stand.state_file.write_text(kept[:20])
    with pytest.raises(UsageError, match="beschädigt"):
        stand.store.open(None, fingerprint)
    stand.state_file.unlink()
    with pytest.raises(UsageError, match="gehören zusammen"):
        stand.store.open(NAME, fingerprint)
    stand.state_file.write_text(kept)
    stand.key_file.unlink()
    with pytest.raises(UsageError, match="gehören zusammen"):
        stand.store.open(NAME, fingerprint)


def test_a_witness_needs_a_name_and_runs_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, state = tmp_path / "key", tmp_path / "state"
    command = ["witness", "http://127.0.0.1:1", "--fingerprint", "ab" * 32]
    files = ["--key", str(key), "--state", str(state)]
    assert cli.main([*command, *files]) == cli.UNUSABLE
    assert "--name" in capsys.readouterr().err
    assert not key.exists()
    assert cli.main([*command[:3], "ab", *files]) == cli.UNUSABLE
    assert cli.main([*command, *files, "--name", NAME]) == cli.UNUSABLE
    said = capsys.readouterr()
    assert NAME in said.out
    assert "nicht zu erreichen" in said.err
    with Store(key, state).held():
        assert cli.main([*command, *files]) == cli.UNUSABLE
    assert "läuft schon" in capsys.readouterr().err


# --- proofs -------------------------------------------------------------------------------------


def two_logs() -> tuple[str, str]:
    """Return the files of two people who were shown two logs."""
    files = []
    for name in ("Ada", "Eve"):
        organisation = Organisation()
        organisation.found()
        organisation.admin(name)
        other = (3, bytes(32))
        files.append(logproof.write(organisation.view(), organisation.checkpoint(), stated=other))
    return files[0], files[1]


def test_the_files_of_both_sides_prove_what_one_only_claims(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = two_logs()
    assert logproof.read(one).finding is Finding.CLAIM
    assert logproof.read(one, two).finding is Finding.TWO_LOGS
    assert logproof.read(one, two).size == 3
    (tmp_path / "one").write_text(one)
    assert cli.main(["proof", str(tmp_path / "one")]) == 0
    assert "Behauptet" in capsys.readouterr().out


def changed(text: str, **parts: object) -> str:
    return json.dumps({**json.loads(text), **parts})


def test_what_proves_nothing_is_said_to_prove_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = two_logs()
    content = json.loads(one)
    note, other = content["notes"][0], json.loads(two)["notes"][0]
    stranger = Organisation("another")
    stranger.found()
    foreign = logproof.write(stranger.view(), stranger.checkpoint())
    organisation = Organisation()
    organisation.found()
    root = organisation.view().root().hex()
    for texts in (
        ("",),
        ("[]",),
        ("{}",),
        (changed(one, format="other"),),
        (changed(one, stated=None),),
        (changed(one, stated=[2, root]),),
        (changed(one, stated=[4, "00" * 32]),),
        (changed(one, stated=[3, "00" * 31]),),
        (changed(one, stated=[True, "00" * 32, 1]),),
        (changed(one, stated=[-1, "00" * 32]),),
        (changed(one, notes=[]),),
        (changed(one, notes=[note, note], stated=None),),
        (changed(one, notes=[other]),),
        (changed(one, notes=[note, other.replace("\n3\n", "\n2\n")]),),
        (changed(one, leaves=content["leaves"][2:]),),
        (changed(one, leaves=content["leaves"][:64]),),
        (changed(one, leaves="zz"),),
        (changed(one, log_key="name+00+AA=="),),
        (changed(one, log_key=content["log_key"].replace("+", "+0", 1)),),
        (changed(one, log_key=json.loads(foreign)["log_key"]),),
        (one, foreign),
    ):
        with pytest.raises(BadProof):
            logproof.read(*texts)
    (tmp_path / "junk").write_bytes(b"\xff\xfe")
    assert cli.main(["proof", str(tmp_path / "junk")]) == 0
    assert "keinen Widerspruch" in capsys.readouterr().out


def test_a_key_is_shown_as_tools_take_it(tmp_path: Path) -> None:
    stand = Stand(tmp_path)
    assert isinstance(stand.key, Key)
    assert "secret" in stand.key_file.read_text()
    assert stand.key.secret.raw.hex() not in repr(stand.key)
