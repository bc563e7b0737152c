"""The auditor's own trial: a chat with marker words and a file, and what is kept of a trial.

The tool plays both sides in the portal that is for audits alone, closes the chat, and keeps what it
needs to come back after the 48 hours: the capabilities of both, the final head, the markers (for
`inside --canary`). Nobody's real conversation is touched or seen. The same of a written enquiry:
`enquiry.py`.
"""

from __future__ import annotations

import base64
from dataclasses import asdict, dataclass, field
from typing import Any

from clientlib.attachments import read_message
from clientlib.audit import access as auditors
from clientlib.audit.access import Access, AuditPortal
from clientlib.audit.check import CannotRun, Findings, Words
from clientlib.audit.outside import Outside
from clientlib.box import Box
from clientlib.relay import RelayClient
from clientlib.seeker import Seeker
from clientlib.staff import Staff
from clientlib.translog import LogReader
from crypto import chain
from crypto.acceptance import AUDITS
from crypto.envelope import Kind
from crypto.logview import LogView
from crypto.random import Rand
from crypto.wire.base import Command
from crypto.wire.boxes import BoxState
from crypto.wire.errors import ErrorCode, WireError

NAME = "canary-"
MARKER_BYTES = 15
# The purge has a minute after the 48 hours; another for clocks.
GRACE_MINUTES = 2
_GONE = (ErrorCode.UNKNOWN, ErrorCode.UNAUTHORISED, ErrorCode.CLOSED, ErrorCode.EXPIRED)
# What the two say to each other; each sentence has a word that stands nowhere else.
_SENTENCES = ("Prüfung, bitte nicht wundern: {}", "Verstanden, die Antwort lautet {}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One finished trial; ids and secrets in hex, as they lie in the state folder.

    `deployment` says of which service. `name` and `phrase` are those of the access that wrote an
    enquiry; both empty for a chat, which needs none.
    """

    deployment: str
    box16: str
    caps: tuple[str, str] = field(repr=False)
    blob16: str
    tomb: str
    close_minute: int
    due_ms: int
    markers: tuple[str, ...]
    name: str = ""
    phrase: str = field(default="", repr=False)

    @staticmethod
    def read(kept: dict[str, Any]) -> Canary:
        """Take a kept trial up again; CannotRun when the file is damaged."""
        try:
            first, second = kept["caps"]
            return Canary(
                deployment=str(kept["deployment"]),
                box16=str(kept["box16"]),
                caps=(str(first), str(second)),
                blob16=str(kept["blob16"]),
                tomb=str(kept["tomb"]),
                close_minute=int(kept["close_minute"]),
                due_ms=int(kept["due_ms"]),
                markers=tuple(str(one) for one in kept["markers"]),
                name=str(kept["name"]),
                phrase=str(kept["phrase"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise CannotRun(DAMAGED) from error

    def kept(self) -> dict[str, Any]:
        """Return what goes into the state folder."""
        return asdict(self)

    def keep(self, audit: Outside) -> None:
        """Put it into the auditor's folder; a repeat changes nothing."""
        audit.state.save(NAME + self.tomb[:16], self.kept())


async def waiting(audit: Outside) -> dict[str, Canary]:
    """Return what is kept of finished trials at this very service, by their names in the folder."""
    every = {name: Canary.read(audit.state.load(name)) for name in audit.state.names(NAME)}
    if not every:
        return {}
    deployment = (await audit.organisation()).deployment_id.hex()
    return {name: one for name, one in every.items() if one.deployment == deployment}


def due_ms(view: LogView, close_minute: int) -> int:
    """Return when a trial that ended at `close_minute` must be gone."""
    hours = view.retention_hours("live")
    return (close_minute + hours * 60 + GRACE_MINUTES) * 60_000


async def answers(relay: RelayClient, command: Command[Any], cap: bytes) -> bool:
    """Tell whether the relay does it; what has gone, or was never open to `cap`, it refuses."""
    try:
        await relay.request(command, cap)
    except WireError as error:
        if error.code not in _GONE:
            raise
        return False
    return True


async def play(audit: Outside, access: Access, portal: AuditPortal, found: Findings) -> Canary:
    """Have one chat with oneself, from the queue to the close; what is odd goes into `found`."""
    view = await audit.view()
    org = await audit.organisation()
    markers = tuple(marker(audit.rand) for _ in range(3))
    async with RelayClient(audit.url) as theirs, RelayClient(audit.url) as mine:
        auditor = await auditors.sign_in(theirs, access, view, audit.now_ms)
        seeker = Seeker(
            mine,
            LogReader(mine, view.fingerprint, org.deployment_id, for_audit=True),
            portal16=portal.portal16,
            team16=portal.team16,
            language="de",
            now_ms=audit.now_ms,
            roles=AUDITS,
        )
        counselling, asking = await _meet(auditor, seeker, portal)
        try:
            blob16 = await _talk(counselling, asking, markers, found)
            one = await _end(audit, auditor, seeker, (counselling, asking), blob16, markers)
            one.keep(audit)
            return one
        finally:
            await asking.stop()
            await counselling.stop()
            await auditor.set_duty((portal.portal16,), on=False)


def marker(rand: Rand) -> str:
    """Draw a word that stands nowhere else: 24 letters and digits."""
    return base64.b32encode(rand(MARKER_BYTES)).decode("ascii").lower()


def file_of(word: str) -> bytes:
    """Return a small PDF that holds a marker."""
    return f"%PDF-1.4\n1 0 obj\n({word})\nendobj\ntrailer<<>>\n%%EOF\n".encode("ascii")


async def _meet(auditor: Staff, seeker: Seeker, portal: AuditPortal) -> tuple[Box, Box]:
    """Wait, accept, confirm, join: both sides' box, the auditor's first."""
    await auditor.set_duty((portal.portal16,), on=True)
    await auditor.read_queue((portal.portal16,))
    await seeker.wait()
    await auditor.wait_until(lambda: seeker.ticket16 in auditor.rows)
    await auditor.accept(seeker.ticket16)
    await seeker.offered()
    asking = await seeker.confirm()
    joined = await auditor.read_inbox()
    return next(one for one in joined if one.box16 == asking.box16), asking


async def _talk(counselling: Box, asking: Box, markers: tuple[str, ...], found: Findings) -> bytes:
    """Say a marker in each direction and send a file; the file's blob16."""
    question, answer = (one.format(word) for one, word in zip(_SENTENCES, markers, strict=False))
    await asking.say(question)
    await counselling.wait_until(lambda: _has(counselling, Kind.TEXT))
    await counselling.say(answer)
    await asking.send_file(file_of(markers[2]), "pruefung.pdf")
    await asking.wait_until(lambda: _has(asking, Kind.TEXT))
    await counselling.wait_until(lambda: _has(counselling, Kind.FILE))
    sent = next(one for one in counselling.said if one.kind == Kind.FILE and not one.mine)
    received = await counselling.fetch_file(sent)
    heard = (_text(counselling), _text(asking), received.raw)
    if heard != (question, answer, file_of(markers[2])):
        found.add(GARBLED)
    return read_message(sent.payload).blob16


async def _end(
    audit: Outside,
    auditor: Staff,
    seeker: Seeker,
    both: tuple[Box, Box],
    blob16: bytes,
    markers: tuple[str, ...],
) -> Canary:
    counselling, asking = both
    await counselling.close()
    await counselling.read_on()
    await counselling.wait_until(lambda: counselling.clock.state is BoxState.CLOSED)
    minute = counselling.clock.close_minute
    tomb = chain.tomb(asking.box16, counselling.transcript.state.heads[-1], minute)
    return Canary(
        deployment=(await audit.organisation()).deployment_id.hex(),
        box16=asking.box16.hex(),
        caps=(seeker.visit.keys.cap.raw.hex(), auditor.caseload.cap(asking.box16).raw.hex()),
        blob16=blob16.hex(),
        tomb=tomb.hex(),
        close_minute=minute,
        due_ms=due_ms(await audit.view(), minute),
        markers=markers,
    )


def _has(box: Box, kind: Kind) -> bool:
    return any(one.kind == kind and not one.mine for one in box.said)


def _text(box: Box) -> str | None:
    return next((one.text for one in box.said if one.kind == Kind.TEXT and not one.mine), None)


GARBLED = Words(
    de="Was auf der einen Seite gesagt wurde, kam auf der anderen anders an.",
    en="What was said on one side arrived differently on the other.",
)
DAMAGED = Words(
    de="Die gemerkte Probe im Ordner des Prüfers ist beschädigt.",
    en="The kept trial in the auditor’s folder is damaged.",
)
