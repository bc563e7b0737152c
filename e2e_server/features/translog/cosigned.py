"""Checkpoints with the lines of witnesses: in memory as in the table, a few of the newest sizes.

One witness comes after the other, and the log may have grown in between. So several sizes are kept
until enough witnesses have seen one of them; what lies before that one goes.
"""

from __future__ import annotations

from crypto import checkpoint, cosignature
from crypto.cosignature import Witness, with_line
from crypto.errors import RemoteError
from crypto.logview import LogView
from crypto.statement import Policy

MAX_SIZES = 8


class Cosigned:
    """`notes`: by size of the log, its checkpoint and below it one line of each witness."""

    def __init__(self, notes: dict[int, bytes]) -> None:
        self._notes = dict(sorted(notes.items()))
        self._newest: tuple[LogView, bytes] | None = None

    @property
    def notes(self) -> dict[int, bytes]:
        """Return a copy of what is kept, by size."""
        return dict(self._notes)

    def note_of(self, size: int) -> bytes:
        """Return the note about a size; empty for none."""
        return self._notes.get(size, b"")

    def newest(self, view: LogView) -> bytes:
        """Return the note about the largest size that enough witnesses have seen; empty for none.

        Enough is what POLICY asks for, and at least one. How old they are is for clients to judge.
        """
        # Asked with every read of the log, and checked once for each log.
        if self._newest is None or self._newest[0] is not view:
            self._newest = (view, self._find_newest(view.policy()))
        return self._newest[1]

    def with_note(self, view: LogView, size: int, note: bytes) -> Cosigned:
        """Return what is kept once `note` about `size` has come, without what is of no use now."""
        notes = {**self._notes, size: note}
        newest = Cosigned(notes).newest(view)
        enough = max((one for one, kept in notes.items() if kept == newest), default=0)
        later = sorted(one for one in notes if one > enough)[-MAX_SIZES:]
        return Cosigned({one: notes[one] for one in (enough, *later) if one in notes})

    def _find_newest(self, policy: Policy | None) -> bytes:
        if policy is None:
            return b""
        wanted = max(policy.witness_quorum, 1)
        notes = reversed(self._notes.values())
        return next((note for note in notes if count(note, policy) >= wanted), b"")


def count(note: bytes, policy: Policy) -> int:
    """Return how many witnesses of POLICY have cosigned; 0 for a note of another log."""
    try:
        checkpoint.open_checkpoint(note, policy.log_origin, policy.log_pk)
        return len(cosignature.cosigned(note, policy.witnesses))
    except RemoteError:
        return 0


def joined(plain: bytes, before: bytes, line: str, witness: Witness) -> bytes:
    """Return the `plain` note with the lines of `before` but this witness's, and then `line`."""
    note = plain
    for other in checkpoint.split_note(before)[1] if before else ():
        lone = with_line(plain, other)
        if other not in plain.decode() and not cosignature.cosigned(lone, [witness]):
            note = with_line(note, other)
    return with_line(note, line)
