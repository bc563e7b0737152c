"""What operators read: events of the service, one JSON object a line, never about a person.

An entry is a fixed event name with numbers and names from the code. A text with digits is refused,
so that no id in hex and no address can slip in; of an exception only its class and place are noted,
because messages may quote what somebody sent. There is no access log.
"""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Callable

from crypto.errors import LocalError
from e2e_server.kernel.clock import Clock

_NAME = re.compile(r"[A-Za-z_.]{1,60}")
_PLACE = re.compile(r"[A-Za-z_.]{1,80}:[0-9]{1,5}")
_PACKAGE = "e2e_server"


class OpLog:
    """Writes entries; `write` gets one line without its end."""

    def __init__(self, clock: Clock, write: Callable[[str], None]) -> None:
        self._clock = clock
        self._write = write

    def note(self, event: str, **facts: int | str) -> None:
        """Write one entry; LocalError for a text that is no name of the code."""
        for fact in (event, *facts.values()):
            if isinstance(fact, str) and not (_NAME.fullmatch(fact) or _PLACE.fullmatch(fact)):
                raise LocalError("only names of the code may be logged")
        entry = {"at_ms": self._clock.now_ms(), "event": event, **facts}
        self._write(json.dumps(entry, separators=(",", ":")))

    def fault(self, event: str, error: BaseException, **facts: int | str) -> None:
        """Note a failure of our own by its class and the line it came from."""
        self.note(event, error=_letters(type(error).__name__), place=_place(error), **facts)


def _place(error: BaseException) -> str:
    """Return `kernel.dispatch:88`, the innermost line of ours that `error` passed."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        _, found, inner = frame.filename.replace("\\", "/").rpartition(f"/{_PACKAGE}/")
        if found:
            return f"{_letters(inner.removesuffix('.py').replace('/', '.'))}:{frame.lineno or 0}"
    return "outside:0"


def _letters(name: str) -> str:
    return re.sub(r"[^A-Za-z_.]", "_", name)[:80]
