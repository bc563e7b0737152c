"""What an account keeps for all its devices beside conversations: page 0 of the keyring.

    settings = [sheet noted 0 | 1, [hash of a restarted TEAM that was shown...], [regular...],
                [known...], ...]
    regular  = [portal16, subject16, relation, is ended 0 | 1]
    known    = [portal16, subject16, relation]

The same for seekers and staff; what a newer client wrote behind that stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto import encoding
from crypto.encoding import Value
from crypto.errors import RemoteError
from crypto.primitives import HASH_BYTES

_ID_BYTES = 16
RELATION_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Regular:
    """A seeker's regular counsellor at a portal, and what proves it; or who was, so that reading
    an old box again does not bring them back."""

    portal16: bytes
    subject16: bytes
    relation: bytes = field(repr=False)
    is_ended: bool = False

    def value(self) -> list[Value]:
        """Return it as it is encoded."""
        return [self.portal16, self.subject16, self.relation, int(self.is_ended)]

    @staticmethod
    def read(value: Value) -> Regular:
        """Read what `value` made."""
        portal16, subject16, relation, is_ended = encoding.array(value, 4)
        return Regular(
            portal16=encoding.binary(portal16, _ID_BYTES),
            subject16=encoding.binary(subject16, _ID_BYTES),
            relation=encoding.binary(relation, RELATION_BYTES),
            is_ended=encoding.uint(is_ended, 1) == 1,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A counsellor at a portal with whom a seeker has had a conversation, and what proves it."""

    portal16: bytes
    subject16: bytes
    relation: bytes = field(repr=False)

    def value(self) -> list[Value]:
        """Return it as it is encoded."""
        return [self.portal16, self.subject16, self.relation]

    @staticmethod
    def read(value: Value) -> Known:
        """Read what `value` made."""
        portal16, subject16, relation = encoding.array(value, 3)
        return Known(
            portal16=encoding.binary(portal16, _ID_BYTES),
            subject16=encoding.binary(subject16, _ID_BYTES),
            relation=encoding.binary(relation, RELATION_BYTES),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`sheet_noted`: the sheet was typed back. `restarts`: TEAM hashes, see `restarts.py`.
    `regulars`, `known`: of a seeker, see `regulars.py`."""

    sheet_noted: bool = False
    restarts: tuple[bytes, ...] = ()
    regulars: tuple[Regular, ...] = ()
    known: tuple[Known, ...] = ()
    others: tuple[Value, ...] = ()

    def encode(self) -> bytes:
        """Return the settings bytes."""
        regulars = [one.value() for one in self.regulars]
        known = [one.value() for one in self.known]
        head: list[Value] = [int(self.sheet_noted), list(self.restarts), regulars, known]
        return encoding.encode([*head, *self.others])

    @staticmethod
    def decode(raw: bytes) -> Settings:
        """Read the settings bytes; none, or what this client cannot read, are a new account's."""
        try:
            empty: list[Value] = [0]
            noted, *rest = encoding.array(encoding.decode(raw)) if raw else empty
            lacking: list[Value] = [[], [], []]
            shown, regulars, known, *others = [*rest, *lacking[len(rest) :]]
            restarts = tuple(encoding.binary(one, HASH_BYTES) for one in encoding.array(shown))
            given = tuple(Regular.read(one) for one in encoding.array(regulars))
            had = tuple(Known.read(one) for one in encoding.array(known))
        except (RemoteError, ValueError):  # ValueError: an array without items
            return Settings()
        return Settings(
            sheet_noted=noted == 1,
            restarts=restarts,
            regulars=given,
            known=had,
            others=tuple(others),
        )
