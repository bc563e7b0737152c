"""The operator's public key, to which the keeper's copy is sealed: one line of hex in a file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from e2e_server.kernel.errors import StartError

OPERATOR_KEY_BYTES = 32


def read_operator_key(path: Path, made_by: str = "init") -> bytes:
    """Return the key's 32 bytes; StartError says which command would make a missing file."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError as error:
        raise StartError(f"{path} is missing: run e2e-server {made_by}") from error
    except OSError as error:
        raise StartError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise StartError(f"{path} is not a key in hex") from error
    if len(key) != OPERATOR_KEY_BYTES:
        raise StartError(f"{path} is not a key of {OPERATOR_KEY_BYTES} bytes")
    return key


def keep_operator_key(kept: Path, given: Path, key: bytes) -> None:
    """Copy the file `given`, which holds `key`; StartError where another key is kept."""
    if not kept.exists():
        draft = kept.with_name(kept.name + ".new")
        shutil.copyfile(given, draft)
        os.replace(draft, kept)
    elif read_operator_key(kept) != key:
        raise StartError(f"{kept} holds another operator key; it is not replaced")
