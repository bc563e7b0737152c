"""Whether a log is witnessed as POLICY asks: enough, different, recent, and over this log."""

from __future__ import annotations

from typing import Any

from clientlib import logproof
from crypto import witnesses
from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.cosignature import cosign, with_line
from crypto.errors import NotWitnessed
from crypto.keys import SignSecret
from tests.helpers.organisation import ORIGIN, Organisation, seed, sign_secret
from tests.vectors.make.common import case, document
from tests.vectors.make.cosignature import NAMES, SECRETS, TIME_S, WITNESSES

HOUR_S = 3600
NOW_MS = TIME_S * 1000
THIRD = ("witness.example/three", sign_secret("witness.example/three"))


def organisation(quorum: int = 2) -> Organisation:
    """Return one whose POLICY asks for `quorum` of two witnesses, within 24 hours."""
    organisation = Organisation()
    organisation.found()
    organisation.policy(at_ms=NOW_MS + 1, quorum=quorum, witnesses=WITNESSES)
    organisation.admin("Ada")
    return organisation


def plain(size: int = 4, root: bytes = b"", key: SignSecret | None = None) -> bytes:
    """Return the log key's note about the first `size` leaves."""
    view = organisation().view()
    made = Checkpoint(origin=ORIGIN, size=size, root=root or view.root_at(min(size, 4)))
    return sign_checkpoint(key or organisation().log_key, made)


def noted(*times: tuple[int, int], note: bytes = b"") -> bytes:
    """Return a note with the lines of (which witness, hours ago)."""
    note = note or plain()
    for which, hours in times:
        line = cosign(SECRETS[which], NAMES[which], note, TIME_S - hours * HOUR_S)
        note = with_line(note, line)
    return note


def cases() -> dict[str, Any]:
    stranger = cosign(THIRD[1], THIRD[0], plain(), TIME_S)
    both = ((0, 0), (1, 3))
    good = {
        "both, the older counts": noted(*both),
        "both, the older first": noted(*both[::-1]),
        "an older size of the same log": noted(*both, note=plain(2)),
        "just within the hours": noted((0, 24), (1, 24)),
        "an old and a new one of the same": noted((0, 30), (0, 1), (1, 2)),
        "a stranger beside": with_line(noted(*both), stranger),
        "ten minutes ahead": _ahead(600),
    }
    bad = {
        "none": b"",
        "no lines": plain(),
        "one of two": noted((0, 0)),
        "the same twice": noted((0, 0), (0, 1)),
        "one too old": noted((0, 0), (1, 25)),
        "all too old": noted((0, 30), (1, 30)),
        "a stranger for the second": with_line(noted((0, 0)), stranger),
        "more than ten minutes ahead": _ahead(601),
        "another root": noted(*both, note=plain(4, seed("another root"))),
        "another root at an older size": noted(*both, note=plain(2, seed("another root"))),
        "a longer log than was shown": noted(*both, note=plain(5)),
        "not the log's key": noted(*both, note=plain(key=sign_secret("another log"))),
        "a line that does not verify": with_line(
            noted(*both), cosign(SECRETS[0], NAMES[0], plain(2), TIME_S)
        ),
        "not a note": b"junk",
    }
    found = [_case(name, note) for name, note in {**good, **bad}.items()]
    found.append(_case("POLICY asks for none", b"junk", quorum=0))
    found.append(_case("one suffices, the newest counts", noted(*both), quorum=1))
    late = noted((0, 24), (1, 24))
    found.append(_case("a millisecond beyond the hours", late, now_ms=NOW_MS + 1))
    found.append(_proof())
    return document("Cosigned checkpoints as POLICY asks for them", found)


def _proof() -> dict[str, Any]:
    """What a device writes down of a log, byte for byte."""
    log = organisation()
    given = {
        "op": "proof",
        "fingerprint": log.fingerprint,
        "leaves": [leaf for leaf, _ in log.log],
        "payloads": [payload for _, payload in log.log],
        "note": plain(),
    }
    return case("a file that proves", "", given, {"text": logproof.write(log.view(), plain())})


def _ahead(seconds: int) -> bytes:
    note = noted((0, 0))
    return with_line(note, cosign(SECRETS[1], NAMES[1], note, TIME_S + seconds))


def _case(name: str, note: bytes, quorum: int = 2, now_ms: int = NOW_MS) -> dict[str, Any]:
    log = organisation(quorum)
    given = {
        "op": "witnessed",
        "fingerprint": log.fingerprint,
        "leaves": [leaf for leaf, _ in log.log],
        "payloads": [payload for _, payload in log.log],
        "note": note,
        "now_ms": now_ms,
    }
    # With another quorum the log has another root: its own note stands in the place of the other.
    if quorum == 1:
        given["note"] = _renoted(log)
    try:
        found = witnesses.check(log.view(), given["note"], now_ms)  # type: ignore[arg-type]  # bytes
    except NotWitnessed:
        return case(name, "", given, None, "not_witnessed")
    out = {"witnessed": [found.size, found.at_ms] if found else []}
    return case(name, "", given, out)


def _renoted(log: Organisation) -> bytes:
    view = log.view()
    made = Checkpoint(origin=ORIGIN, size=view.size, root=view.root())
    return noted((1, 3), (0, 0), note=sign_checkpoint(log.log_key, made))
