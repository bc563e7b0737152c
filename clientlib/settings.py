"""What an account keeps for all its devices beside conversations: page 0 of the keyring.

    settings = [sheet noted 0 | 1, [hash of a restarted TEAM that was shown...], ...]

The same for seekers and staff; what a newer client wrote behind that stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from crypto import encoding
from crypto.encoding import Value
from crypto.errors import RemoteError
from crypto.primitives import HASH_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`sheet_noted`: the sheet was typed back. `restarts`: TEAM hashes, see `restarts.py`."""

    sheet_noted: bool = False
    restarts: tuple[bytes, ...] = ()
    others: tuple[Value, ...] = ()

    def encode(self) -> bytes:
        """Return the settings bytes."""
        return encoding.encode([int(self.sheet_noted), list(self.restarts), *self.others])

    @staticmethod
    def decode(raw: bytes) -> Settings:
        """Read the settings bytes; none, or what this client cannot read, are a new account's."""
        try:
            noted, *rest = encoding.array(encoding.decode(raw)) if raw else [0]
            shown, *others = rest or [[]]
            restarts = tuple(encoding.binary(one, HASH_BYTES) for one in encoding.array(shown))
        except (RemoteError, ValueError):  # ValueError: an array without items
            return Settings()
        return Settings(sheet_noted=noted == 1, restarts=restarts, others=tuple(others))
