"""The demo's server as a process of its own: its commands, its start, its end."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from clientlib.terminal import UsageError

PROGRAM_ROOT = Path(__file__).resolve().parents[1]
_SERVING = '"event":"serving"'


def command(config: Path, *arguments: str) -> list[str]:
    """Return the command line; the server is known here by its commands only."""
    return [sys.executable, "-m", "e2e_server", "--config", str(config), *arguments]


def run_command(config: Path, *arguments: str) -> None:
    """Run one command to its end; UsageError with its own sentence when it fails."""
    done = subprocess.run(  # noqa: S603 - our own program, no word of it comes from outside
        command(config, *arguments), capture_output=True, text=True, cwd=PROGRAM_ROOT, check=False
    )
    if done.returncode != 0:
        raise UsageError(last_line(done.stderr) or f"»{arguments[0]}« ist nicht gelungen.")


def last_line(text: str) -> str:
    """Return the last line that says something."""
    return next((line for line in reversed(text.splitlines()) if line.strip()), "")


class RunningServer:
    """A server that listens; `ended` waits for an end that nobody asked for."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log
        self._said = ""
        self._is_serving = False
        self._settled = asyncio.Event()
        self._reading = asyncio.get_running_loop().create_task(self._read())

    async def listens(self) -> None:
        """Wait until it listens; UsageError when it ended instead."""
        await self._settled.wait()
        if not self._is_serving:
            raise UsageError(self._said or "Der Server ist gleich wieder beendet.")

    async def ended(self) -> None:
        """Wait for its end, which is a UsageError with its last words."""
        await self._process.wait()
        await self._reading
        raise UsageError(f"Der Server ist beendet: {self._said}")

    async def stop(self) -> None:
        """End it in its own time; idempotent."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
        await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        """Copy what it says into its log until it ends."""
        assert self._process.stderr is not None
        with self._log.open("ab") as file:
            async for line in self._process.stderr:
                file.write(line)
                file.flush()
                self._said = line.decode("utf-8", "replace").strip()
                if _SERVING in self._said:
                    self._is_serving = True
                    self._settled.set()
        self._settled.set()


@asynccontextmanager
async def serving(config: Path, log: Path) -> AsyncIterator[RunningServer]:
    """Start the server, and stop it again whatever happens."""
    process = await asyncio.create_subprocess_exec(
        *command(config, "serve"), stderr=asyncio.subprocess.PIPE, cwd=PROGRAM_ROOT
    )
    server = RunningServer(process, log)
    try:
        await server.listens()
        yield server
    finally:
        await asyncio.shield(server.stop())
