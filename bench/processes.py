"""Servers under load as processes of their own, and what the system says they cost."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

HOST = "127.0.0.1"
PROGRAM_ROOT = Path(__file__).resolve().parents[1]
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class Running:
    """A server process that listens on `port` of this machine."""

    def __init__(self, pid: int, port: int) -> None:
        self.port = port
        self._folder = Path(f"/proc/{pid}")

    def cpu_s(self) -> float:
        """Processor time so far, of all threads, in and outside the kernel."""
        fields = (self._folder / "stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S

    def resident_bytes(self) -> int:
        """Memory held at this moment."""
        return self._status_bytes("VmRSS")

    def peak_bytes(self) -> int:
        """The most memory held since `forget_peak`."""
        return self._status_bytes("VmHWM")

    def forget_peak(self) -> None:
        """Begin to look for the peak anew."""
        (self._folder / "clear_refs").write_text("5", "ascii")

    def _status_bytes(self, name: str) -> int:
        for line in (self._folder / "status").read_text("ascii").splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
        raise LookupError(name)


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[Running]:
    """Run `python -m bench.servers` with these arguments until the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.servers",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=PROGRAM_ROOT,
    )
    try:
        assert process.stdout is not None
        said = (await process.stdout.readline()).decode("ascii").strip()
        if not said.isdigit():
            raise SystemExit(f"the server {arguments[0]} did not start")
        yield Running(process.pid, int(said))
    finally:
        assert process.stdin is not None
        # Its standard input ends, and so does it; also when this process is killed.
        with contextlib.suppress(ConnectionError):
            process.stdin.close()
        await process.wait()
