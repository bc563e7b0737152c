"""Key files: created once, atomically, readable by their owner only."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e_server.secrets_dir import SecretFileError, SecretName, SecretsDir


def test_a_created_secret_is_read_back_and_differs_from_the_next(tmp_path: Path) -> None:
    secrets = SecretsDir(tmp_path)
    made = [secrets.create(name) for name in SecretName]
    assert [secrets.read(name) for name in SecretName] == made
    assert len(set(made)) == len(SecretName)
    assert {path.stat().st_mode & 0o777 for path in secrets.path.iterdir()} == {0o600}
    assert secrets.path.stat().st_mode & 0o777 == 0o700


def test_an_existing_secret_is_never_replaced(tmp_path: Path) -> None:
    secrets = SecretsDir(tmp_path)
    first = secrets.create(SecretName.PEPPER)
    with pytest.raises(SecretFileError, match="exists already"):
        secrets.create(SecretName.PEPPER)
    assert secrets.read_or_create(SecretName.PEPPER) == first
    assert [path.name for path in secrets.path.iterdir()] == ["pepper"]


def test_read_or_create_draws_when_there_is_none(tmp_path: Path) -> None:
    secrets = SecretsDir(tmp_path)
    assert secrets.read_or_create(SecretName.LOG_KEY, rand=lambda size: b"x" * size) == b"x" * 32
    assert secrets.read(SecretName.LOG_KEY) == b"x" * 32


def test_a_missing_secret_is_named(tmp_path: Path) -> None:
    with pytest.raises(SecretFileError, match="pepper cannot be read"):
        SecretsDir(tmp_path).read(SecretName.PEPPER)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620])
def test_a_secret_that_others_can_reach_is_refused(mode: int, tmp_path: Path) -> None:
    secrets = SecretsDir(tmp_path)
    secrets.create(SecretName.PEPPER)
    (secrets.path / "pepper").chmod(mode)
    with pytest.raises(SecretFileError, match="can be read by others"):
        secrets.read(SecretName.PEPPER)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_secret_of_another_size_is_refused(size: int, tmp_path: Path) -> None:
    secrets = SecretsDir(tmp_path)
    secrets.create(SecretName.PEPPER)
    (secrets.path / "pepper").write_bytes(b"k" * size)
    with pytest.raises(SecretFileError, match="does not have 32 bytes") as caught:
        secrets.read(SecretName.PEPPER)
    assert "kkk" not in str(caught.value)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    secrets = SecretsDir(tmp_path)
    secrets.create(SecretName.PEPPER)
    (secrets.path / "log-key").symlink_to(secrets.path / "pepper")
    with pytest.raises(SecretFileError, match="log-key cannot be read"):
        secrets.read(SecretName.LOG_KEY)


def test_a_folder_in_the_place_of_a_secret_is_refused(tmp_path: Path) -> None:
    secrets = SecretsDir(tmp_path)
    (secrets.path / "pepper").mkdir(parents=True)
    with pytest.raises(SecretFileError, match="not a file of this user"):
        secrets.read(SecretName.PEPPER)


def test_what_a_crash_left_behind_does_not_stop_the_next_start(tmp_path: Path) -> None:
    secrets = SecretsDir(tmp_path)
    secrets.path.mkdir()
    (secrets.path / ".pepper.new").write_bytes(b"half")
    assert len(secrets.create(SecretName.PEPPER)) == 32
