"""The report: what was claimed, tried and found, as JSON that the auditor has signed.

The file is JSON in one form only (sorted keys, one space of indent), so that its bytes follow from
its content. `signature` is Ed25519 over `PREFIX` and the bytes of the same form without that entry:
any tool that knows Ed25519 can check it. The page for people (`page`) is drawn from the signed JSON
and carries it, so a page that says something else than what was signed is found out too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clientlib.audit.check import Finding, Result, State, Words, exit_status
from crypto import primitives
from crypto.errors import RemoteError
from crypto.keys import SignPublic, SignSecret

FORMAT = "vieraugen-audit-report/1"
PREFIX = b"vieraugen-audit-report/1\n"
MAX_REPORT_BYTES = 64 * 1024 * 1024


class BadReport(Exception):
    """Not a report, or not the one its auditor signed; `words` say which."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


NOT_A_REPORT = Words(
    de="Diese Datei ist kein Prüfbericht dieses Programms.",
    en="This file is not a report of this program.",
)
BAD_SIGNATURE = Words(
    de="Die Unterschrift passt nicht: Der Bericht wurde nach dem Unterschreiben verändert, oder "
    "er stammt nicht von dem Schlüssel, den er nennt.",
    en="The signature does not match: the report was changed after it was signed, or it is not "
    "from the key that it names.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One run. `kind` says what was looked at: `outside` a service, `inside` a machine."""

    kind: str
    # What was looked at, by name: url, fingerprint …
    subject: tuple[tuple[str, str], ...]
    began_ms: int
    ended_ms: int
    results: tuple[Result, ...]

    @property
    def exit_status(self) -> int:
        """As the command ends."""
        return exit_status(self.results)

    def signed(self, secret: SignSecret) -> bytes:
        """Return the report's file."""
        content = self._content(primitives.sign_public(secret))
        signature = primitives.sign_raw(secret, PREFIX + render(content))
        return render({**content, "signature": signature.hex()})

    def _content(self, auditor: SignPublic) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "kind": self.kind,
            "subject": dict(self.subject),
            "began_ms": self.began_ms,
            "ended_ms": self.ended_ms,
            "exit_status": self.exit_status,
            "counts": counts(self.results),
            "checks": [_result(one) for one in self.results],
            "auditor": auditor.raw.hex(),
        }


def read_report(raw: bytes, auditor: SignPublic | None = None) -> dict[str, Any]:
    """Return a report's content; BadReport unless whoever it names (and `auditor`) signed it."""
    try:
        content = json.loads(raw) if len(raw) <= MAX_REPORT_BYTES else None
    except (ValueError, RecursionError) as error:
        raise BadReport(NOT_A_REPORT) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BadReport(NOT_A_REPORT)
    try:
        signature = bytes.fromhex(content.pop("signature"))
        public = SignPublic(bytes.fromhex(content["auditor"]))
        primitives.verify_raw(public, signature, PREFIX + render(content))
    except (KeyError, TypeError, ValueError, RemoteError) as error:
        raise BadReport(BAD_SIGNATURE) from error
    # One form only: what a person reads in the file is what was signed, each entry once.
    is_form = raw == render({**content, "signature": signature.hex()})
    if not is_form or (auditor is not None and not primitives.equal(auditor.raw, public.raw)):
        raise BadReport(BAD_SIGNATURE)
    return content


def render(content: dict[str, Any]) -> bytes:
    """Return the one form of a report's content."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    return (text + "\n").encode("utf-8", "backslashreplace")


def counts(results: Sequence[Result]) -> dict[str, int]:
    """Return how many checks ended in each state."""
    return {state.value: sum(one.outcome.state is state for one in results) for state in State}


def _result(one: Result) -> dict[str, Any]:
    outcome = one.outcome
    return {
        "id": one.id,
        "title": _words(one.title),
        "proves": _words(one.proves),
        "cannot": _words(one.cannot),
        "state": outcome.state.value,
        "words": _words(outcome.words),
        "found": outcome.found,
        "findings": [_finding(finding) for finding in outcome.findings],
        "until_ms": outcome.until_ms,
        "facts": dict(outcome.facts),
        "took_ms": one.took_ms,
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {"words": _words(one.words), "evidence": dict(one.evidence)}


def _words(one: Words) -> dict[str, str]:
    return {"de": one.de, "en": one.en}
