"""Builds the pages in another world: folder, clock, time zone, language, umask, order of hashes.

`python -m tests.helpers.rebuild` (`make manifests`) clones this repository twice, installs the
browser modules in each, builds in two such worlds and compares all manifests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = ("MANIFEST.code.json", "MANIFEST.site.json", "headers.json", "site.json")
# Python runs it before anything else when it finds it on its path.
_CLOCK = """\
import datetime, time
seconds = {seconds}
time.time = lambda: float(seconds)
time.time_ns = lambda: seconds * 10**9
class Moment(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(seconds, tz)
    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(seconds, datetime.timezone.utc).replace(tzinfo=None)
    @classmethod
    def today(cls):
        return cls.fromtimestamp(seconds)
class Day(datetime.date):
    @classmethod
    def today(cls):
        return cls.fromtimestamp(seconds)
datetime.datetime = Moment
datetime.date = Day
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What must not show in a build."""

    seconds: int  # of its clock, since the epoch
    umask: int
    environment: Mapping[str, str]


HERE = World(
    seconds=1_792_000_000,
    umask=0o022,
    environment={"TZ": "Europe/Berlin", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
)
ELSEWHERE = World(
    seconds=2_019_686_399,  # the last second of a year
    umask=0o077,
    environment={"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "2"},
)


def run_in(world: World, scratch: Path, arguments: Sequence[str], root: Path = ROOT) -> str:
    """Run Python with `arguments` in a world, with the program at `root`; return what it says."""
    scratch.mkdir(parents=True, exist_ok=True)
    (scratch / "sitecustomize.py").write_text(_CLOCK.format(seconds=world.seconds), "ascii")
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{scratch}{os.pathsep}{root}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "SOURCE_DATE_EPOCH": str(world.seconds),
            **world.environment,
        },
        umask=world.umask,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


def main() -> int:
    """Compare two clean clones; return 0 when they give the same manifests."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for name, world in (("one", HERE), ("a second folder", ELSEWHERE)):
            clone = Path(folder) / name / "clone"
            _run("git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone), at=ROOT)
            _run("npm", "ci", "--ignore-scripts", "--silent", at=clone / "web")
            _run("node", "vendor.mjs", at=clone / "web")
            out = clone.parent / "out"
            site = clone / "tests" / "web" / "fixtures" / "site.json"
            build = ["-m", "e2e_server", "build-web", "--quality", "0"]
            run_in(world, clone.parent, [*build, "--site", str(site), "--out", str(out)], clone)
            found.append({file: (out / file).read_bytes() for file in MANIFESTS})
    differ = [file for file in MANIFESTS if found[0][file] != found[1][file]]
    sys.stdout.write(f"differ: {', '.join(differ)}\n" if differ else "the same manifests twice\n")
    return 1 if differ else 0


def _run(*command: str, at: Path) -> None:
    subprocess.run(command, cwd=at, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    raise SystemExit(main())
