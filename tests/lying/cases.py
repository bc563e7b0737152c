"""Every lie of the relay that the protocol names (section 10), against both clients.

A row names tests, the verdict, and by key what the person sees; `report.py` makes
docs/lying-relay.md of it, `test_cases.py` sees to it that no row is without a test and no test
without a row.

A test is `file::name` below `tests/`, or a whole file. Tests of `js/` run the browser's own code in
Node, over shared vectors (`js/transcript.test.js::old_epoch`) or against a relay made for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Met:
    """What one client does about a lie. `sees`: keys of `web/text`, or names in `clientlib`."""

    tests: tuple[str, ...]
    verdict: str
    sees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One lie. `relay`: how the relay itself behaves where an attacker is somebody else."""

    key: str
    title: str
    python: Met
    browser: Met
    relay: tuple[str, ...] = field(default=())


def named(file: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{file}::test_{name}" for name in names)


ENVELOPES, CHAT, SEEKER = (
    "lying/test_envelopes.py",
    "browser/test_lies_chat.py",
    "browser/test_lies.py",
)
ACCESS, WORK = "browser/test_lies_access.py", "browser/test_lies_workspace.py"
WITNESSES = "browser/test_lies_witnesses.py"
MACHINE = "js/transcript.test.js"
NOT_TRUSTED = ("offer.not_trusted_title", "offer.not_trusted")
