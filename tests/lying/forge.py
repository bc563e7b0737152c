"""A whole box made outside the relay: what somebody who holds a seeker's key, or none, could send.

`Forged` is right in everything; a test changes one thing of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from clientlib.begin import COUNSELLOR_SIDX, SEEKER_SIDX
from crypto import chain, commit, epoch, kem, letter
from crypto.certificate import Certificate
from crypto.envelope import Body, Kind, Opened, open_e1, seal_e1
from crypto.keys import CapSecret, EpochSecret, KemSecret, Share, SignSecret
from crypto.letter import Letter, LetterKind, Welcome
from crypto.logview import LogView
from crypto.primitives import sign_public
from crypto.random import random_bytes
from crypto.roster import BoxKind, Role, RosterEntry
from crypto.wire import boxes
from crypto.wire.base import Command, Done, Reply
from crypto.wire.codec import CommandFrame
from tests.lying.proxy import Lie, Line

FORGED_LETTER = 999_999


@dataclass(slots=True, kw_only=True)
class Forged:
    """Box, commit 0 and welcome for `certificate`, by the owner of `sign`."""

    view: LogView
    certificate: Certificate
    sign: SignSecret
    ticket16: bytes
    now_ms: int
    box16: bytes = field(default_factory=lambda: random_bytes(16))
    es: EpochSecret = field(default_factory=lambda: EpochSecret(random_bytes(32)))
    share: Share = field(default_factory=lambda: Share(random_bytes(32)))
    kem: KemSecret = field(default_factory=lambda: KemSecret(random_bytes(32)))
    join_cap: CapSecret = field(default_factory=lambda: CapSecret(random_bytes(32)))
    # What a test changes; empty or None: as it should be.
    commit_sign: SignSecret | None = None
    commit_es: EpochSecret | None = None
    commit_share: Share | None = None
    roster: tuple[RosterEntry, ...] = ()
    body: dict[str, Any] = field(default_factory=dict)
    commit: dict[str, Any] = field(default_factory=dict)
    welcome: dict[str, Any] = field(default_factory=dict)
    letter: dict[str, Any] = field(default_factory=dict)

    def seeker_entry(self) -> RosterEntry:
        """The entry of who makes the commit."""
        return RosterEntry(
            sidx=SEEKER_SIDX,
            role=Role.SEEKER,
            sign_pk=sign_public(self.commit_sign or self.sign),
            kem_pk=kem.public(self.kem),
        )

    def counsellor_entry(self) -> RosterEntry:
        """The entry of who accepted."""
        return RosterEntry(
            sidx=COUNSELLOR_SIDX,
            role=Role.COUNSELLOR,
            sign_pk=self.certificate.sign_pk,
            kem_pk=self.certificate.kem_pk,
            certificate_hash=self.certificate.hash,
        )

    def e1(self) -> bytes:
        """Commit 0 as it stands in the box."""
        key = epoch.key(self.es, self.box16, 0, self.share)
        roster = self.roster or (self.seeker_entry(), self.counsellor_entry())
        es, share = self.commit_es or self.es, self.commit_share or self.share
        made = commit.make_commit0(self.box16, BoxKind.CASE, roster, es, share)
        facts: dict[str, Any] = {
            "kind": Kind.COMMIT,
            "sidx": SEEKER_SIDX,
            "stream": 7,
            "i": 0,
            "epoch_hash": commit.NO_EPOCH_HASH,
            "sent_ms": self.now_ms,
            "head_n": 0,
            "head": chain.start(self.box16),
            "log_n": self.view.size,
            "log_root": self.view.root(),
            "payload": _changed(made, self.commit).encode(),
        }
        body = Body(**(facts | self.body))
        return seal_e1(key, self.commit_sign or self.sign, body)

    def opened(self, e1: bytes) -> Opened:
        """The commit as the letter quotes it."""
        return open_e1(e1, epoch.key(self.es, self.box16, 0, self.share))

    def e2(self, e1: bytes) -> bytes:
        """The sealed welcome."""
        facts: dict[str, Any] = {
            "box16": self.box16,
            "epoch": 0,
            "es": self.es,
            "commit": self.opened(e1),
            "join_cap": self.join_cap,
            "ticket16": self.ticket16,
        }
        note = Letter(
            kind=LetterKind.WELCOME,
            certificate_hash=letter.NO_CERTIFICATE,
            sign_pk=sign_public(self.sign),
            sent_ms=self.now_ms,
            payload=Welcome(**(facts | self.welcome)).encode(),
        )
        return letter.seal_letter(self.certificate.kem_pk, self.sign, _changed(note, self.letter))


class Slips(Lie):
    """Puts a forged letter beside the real ones and plays its box as far as anybody asks."""

    def __init__(self, forged: Forged, *, e2: bytes = b"", share: bytes = b"") -> None:
        self.forged = forged
        self.e1 = forged.e1()
        self.e2 = e2 or forged.e2(self.e1)
        self.share = share or forged.share.raw

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | Reply:
        command = sent.command
        if getattr(command, "box16", b"") != self.forged.box16:
            return sent
        if isinstance(command, boxes.GetShare):
            return boxes.ShareReply(share=self.share)
        if isinstance(command, boxes.Read):
            rows = (boxes.Numbered(n=1, e1=self.e1),) if command.start <= 1 else ()
            return boxes.ReadReply(
                rows=rows,
                head_n=1,
                state=boxes.BoxState.OPEN,
                reason=boxes.CloseReason.NONE,
                ends_ms=self.forged.now_ms + 1,
                closes_hour=0,
                close_minute=0,
                purge_minute=0,
            )
        return Done()

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(reply, boxes.InboxReadReply) and getattr(command, "start", 0) == 0:
            ticket16 = self.forged.ticket16
            slipped = boxes.StoredLetter(letter=FORGED_LETTER, ticket16=ticket16, e2=self.e2)
            return boxes.InboxReadReply(letters=(*reply.letters, slipped))
        return reply


def _changed(one: Any, changes: dict[str, Any]) -> Any:

    return replace(one, **changes)
