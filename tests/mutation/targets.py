"""What is mutated: the verification paths and the transcript machine, in both languages.

A Python file is judged by all tests of `tests/crypto` that enter the changed function; a JavaScript
file by the test files named here.
"""

from __future__ import annotations

from tests.mutation.mutants import ROOT

_MACHINE = ("transcript", "commit", "boxgap")
_LOG = ("logview", "statement")
TARGETS: dict[str, tuple[str, ...]] = {
    # The transcript machine.
    "transcript": _MACHINE,
    "judge": _MACHINE,
    "boxstate": _MACHINE,
    "reading": (*_MACHINE, "letter"),
    "chain": ("chain", "transcript"),
    "commit": ("commit", "transcript"),
    "roster": ("commit", "transcript"),
    "epoch": ("epoch", "envelope"),
    "envelope": ("envelope", "transcript"),
    # The log, and who is certified by it.
    "merkle": ("merkle",),
    "merkleproofs": ("merkle",),
    "checkpoint": ("checkpoint",),
    "logrules": _LOG,
    "logview": (*_LOG, "offer"),
    "statement": _LOG,
    "certificate": _LOG,
    "staffview": ("sharedlog", "transcript", "logview"),
    "acceptance": ("offer", "logview"),
    "fingerprint": ("fingerprint",),
    # What lets somebody in.
    "letter": ("letter",),
    "grant": ("grant", "letter"),
    "doors": ("account",),
    "credential": ("account", "resume"),
    "generation": ("account",),
}


def paths_of(name: str) -> list[str]:
    """The file and its twin; Merkle proofs are a file of their own in JavaScript only."""
    both = (f"crypto/{name}.py", f"web/js/crypto/{name}.js")
    return [path for path in both if (ROOT / path).exists()]
