"""The terminal: what people read and type, and the clock of this machine.

What others wrote is shown without control characters: they could rewrite the screen, or the title
of the window, and so put words into somebody else's mouth.
"""

from __future__ import annotations

import asyncio
import getpass
import sys
import threading
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
# Emoji are joined by these two.
_JOINERS = "\u200d\ufe0f"


class UsageError(Exception):
    """The person can mend it; the text is the one sentence that they read."""


class Terminal:
    """Lines in, lines out. `lines` gives None once the input has ended."""

    def __init__(self, say: Callable[[str], None], lines: asyncio.Queue[str | None]) -> None:
        self.say = say
        self.lines = lines


def open_terminal() -> Terminal:
    """Read this process's standard input; needs a running loop."""
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        # A thread that nobody waits for: at the end the process must not hang in a read.
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line.rstrip("\n"))
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    return Terminal(say, lines)


def say(line: str) -> None:
    """Write a line to people."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def complain(line: str) -> None:
    """Write a line about what went wrong."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def plain(text: str) -> str:
    """Return what somebody else wrote, harmless to a terminal; line breaks are indented."""
    kept = (
        character
        if character in _JOINERS or unicodedata.category(character) not in _HIDDEN
        else "\ufffd"
        for character in text.replace("\r\n", "\n").replace("\t", " ").replace("\n", "\u23ce")
    )
    return "".join(kept).replace("\u23ce", "\n    ")


def now_ms() -> int:
    """Return this machine's time."""
    return time.time_ns() // 1_000_000


def ask_secret(question: str, file: Path | None) -> str:
    """Return a secret from a file's first line, else typed unseen; never from the command line."""
    if file is None:
        return getpass.getpass(question + ": ")
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"{file} lässt sich nicht lesen: {error.strerror}.") from error
    if not lines:
        raise UsageError(f"{file} ist leer.")
    return lines[0]


def ask_yes(question: str) -> bool:
    """Ask on the terminal; anything but "ja" is a no, also the end of the input."""
    say(f"{question} [ja/nein]")
    return sys.stdin.readline().strip().lower() == "ja"
