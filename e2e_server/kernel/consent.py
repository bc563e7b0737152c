"""An operator's yes to a sweep that would delete much, asked once (protocol section 1).

At the start, database and keeper are compared. What a crash leaves behind is a few rows; a large
difference most likely means that the wrong copy was put back, and sweeping would make that final.
"""

from __future__ import annotations

from pathlib import Path

from e2e_server.kernel.errors import StartError

FREE_ROWS = 10
FREE_PART = 20


def is_large(touched: int, rows: int) -> bool:
    """Tell whether a sweep needs a yes: more than ten rows and more than one in twenty."""
    return touched > FREE_ROWS and touched * FREE_PART > rows


class Consent:
    """A file that the operator creates to say yes, and that counts for one sweep."""

    def __init__(self, data_dir: Path, name: str) -> None:
        self._path = data_dir / name

    def need(self, finding: str) -> None:
        """StartError with `finding` and the way out, unless the operator has said yes."""
        if not self._path.exists():
            raise StartError(
                f"database and keeper do not fit together: {finding}; put back the copy that fits,"
                f" or create the file {self._path} to have these deleted for good"
            )

    def spend(self) -> None:
        """Forget the yes, after the sweep it was for."""
        self._path.unlink(missing_ok=True)
