"""What is mutated: the verification paths and the transcript machine, in both languages.

A file is judged by the tests of `tests/crypto` that enter the changed function, and its twin by
test files of `tests/js`; both are named here without "test_" and ".test.js".
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.mutation.mutants import ROOT


@dataclass(frozen=True, slots=True)
class Judges:
    """Test files that notice what is wrong with a file, by language."""

    python: tuple[str, ...]
    javascript: tuple[str, ...]


_MACHINE = Judges(
    ("transcript", "commit", "envelope", "epoch", "chain"),
    ("judge", "transcript", "commit", "boxgap"),
)
_LOG = Judges(("logview", "logview_asked", "statement", "staffview"), ("logview", "statement"))
_MERKLE = Judges(("merkle",), ("merkle",))
_ENTRY = Judges(("account", "credential"), ("account", "resume"))
TARGETS: dict[str, Judges] = {
    # The transcript machine.
    "transcript": _MACHINE,
    "judge": _MACHINE,
    "boxstate": _MACHINE,
    "reading": Judges(("transcript", "letter", "grant"), ("transcript", "letter")),
    "chain": Judges(("chain",), ("chain",)),
    "commit": _MACHINE,
    "roster": _MACHINE,
    "epoch": Judges(("epoch", "envelope", "transcript"), ("epoch", "envelope")),
    "envelope": Judges(("envelope", "transcript"), ("envelope", "transcript")),
    # The log, and who is certified by it.
    "merkle": _MERKLE,
    "merkleproofs": _MERKLE,
    "checkpoint": Judges(("checkpoint", "logview"), ("checkpoint",)),
    "checkpointsigning": Judges((), ("checkpoint",)),
    "cosignature": Judges(("cosignature", "witnesses"), ("cosignature", "witnesses")),
    "witnesses": Judges(("witnesses",), ("witnesses",)),
    "tiles": Judges(("tiles",), ()),
    "logrules": _LOG,
    "logstate": _LOG,
    "logview": Judges(_LOG.python, (*_LOG.javascript, "offer")),
    "statement": _LOG,
    "publication": _LOG,
    "certificate": Judges(("certificate", "statement"), ("certificate", "statement")),
    "staffview": Judges(("staffview",), ("staffview",)),
    "acceptance": Judges(("logview",), ("offer", "logview")),
    "fingerprint": Judges(("fingerprint",), ("fingerprint",)),
    # What is gone.
    "evidence": Judges(("evidence",), ("evidence",)),
    "daylist": Judges(("evidence",), ("evidence",)),
    # What lets somebody in.
    "letter": Judges(("letter", "transcript"), ("letter",)),
    "grant": Judges(("grant", "letter", "transcript"), ("grant", "letter", "transcript")),
    "doors": _ENTRY,
    "credential": _ENTRY,
    "generation": _ENTRY,
}


def paths_of(name: str) -> list[str]:
    """The file and its twin; Merkle proofs are a file of their own in JavaScript only."""
    both = (f"crypto/{name}.py", f"web/js/crypto/{name}.js")
    return [path for path in both if (ROOT / path).exists()]
