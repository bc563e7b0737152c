"""The server's own secrets: key files of 32 bytes, each readable by its owner only.

Made by `init`, read at start-up, never in `config.toml`, never logged. A file that others can read
is refused: it may have been read, and the operator should know.
"""

from __future__ import annotations

import os
import stat
from enum import Enum
from pathlib import Path

from crypto.random import Rand, random_bytes

SECRET_BYTES = 32
_FILE_MODE = 0o600
_DIR_MODE = 0o700


class SecretName(Enum):
    """Which secret; the value is the file's name."""

    PEPPER = "pepper"
    LOG_KEY = "log-key"
    # There only while a change of the log key waits for its POLICY.
    NEXT_LOG_KEY = "log-key-next"
    KEEPER_SEED = "keeper-seed"


class SecretFileError(Exception):
    """A key file is missing, exists already, or is not safe to use; never says what is in it."""


class SecretsDir:
    """The folder `secrets` below `data_dir`, or below the folders of a keeper of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "secrets"

    def has(self, name: SecretName) -> bool:
        """Tell whether there is such a file."""
        return (self.path / name.value).exists()

    def read(self, name: SecretName) -> bytes:
        """Return the 32 bytes; SecretFileError when missing, too open, foreign or cut short."""
        path = self.path / name.value
        try:
            # NOFOLLOW: a link could point at a file whose mode says nothing about this one.
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as error:
            raise SecretFileError(f"key file {path} cannot be read: {error.strerror}") from error
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
                raise SecretFileError(f"key file {path} is not a file of this user")
            if stat.S_IMODE(status.st_mode) & 0o077:
                raise SecretFileError(f"key file {path} can be read by others: chmod 600 it")
            raw = os.read(descriptor, SECRET_BYTES + 1)
        finally:
            os.close(descriptor)
        if len(raw) != SECRET_BYTES:
            raise SecretFileError(f"key file {path} does not have {SECRET_BYTES} bytes")
        return raw

    def create(self, name: SecretName, rand: Rand = random_bytes) -> bytes:
        """Draw and store a new secret; SecretFileError when there is one already.

        Atomic and durable: after a crash the file is absent or complete.
        """
        self.path.mkdir(mode=_DIR_MODE, parents=True, exist_ok=True)
        self.path.chmod(_DIR_MODE)
        path = self.path / name.value
        draft = self.path / f".{name.value}.new"
        draft.unlink(missing_ok=True)
        raw = rand(SECRET_BYTES)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
        try:
            os.write(descriptor, raw)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(draft, path)  # unlike a rename, refuses to replace a secret that exists
        except FileExistsError as error:
            raise SecretFileError(f"key file {path} exists already") from error
        finally:
            draft.unlink()
            self._sync()
        return raw

    def read_or_create(self, name: SecretName, rand: Rand = random_bytes) -> bytes:
        """Return the secret, drawn now if there was none."""
        if self.has(name):
            return self.read(name)
        return self.create(name, rand)

    def put_in_place(self, name: SecretName, of: SecretName) -> None:
        """Let one secret take another's place, whose bytes are gone then; atomic and durable."""
        os.replace(self.path / name.value, self.path / of.value)
        self._sync()

    def _sync(self) -> None:
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
