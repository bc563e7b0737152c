"""Checks by the auditor's own trial: a chat and a written enquiry work, and stay between two."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from clientlib.audit import canary, enquiry
from clientlib.audit.access import Access, AuditPortal, audit_portal
from clientlib.audit.canary import Canary, answers
from clientlib.audit.check import CannotRun, Findings, NotRun, Outcome, Words
from clientlib.audit.outside import Outside
from clientlib.relay import RelayClient
from clientlib.staff import NotInForce
from crypto import encoding, padding
from crypto.errors import WrongKey
from crypto.primitives import NONCE_BYTES, TAG_BYTES
from crypto.random import Rand
from crypto.wire.boxes import GetShare, Post, Read
from crypto.wire.outer import KID_BYTES, SUITE, OuterKind

Play = Callable[[Outside, Access, AuditPortal, Findings], Awaitable[Canary]]


async def written(audit: Outside) -> Outcome:
    """Have a chat with oneself, unless one is waiting already to be looked after."""
    return await _tried(
        audit,
        canary.play,
        Words(
            de="Im Portal für Prüfungen ein Gespräch mit sich selbst geführt: in beide Richtungen "
            "ein Merkwort, eine Datei, dann beendet. Mit den Geheimnissen dieses Gesprächs ein "
            "anderes zu öffnen versucht, und nach dem Ende noch zu schreiben.",
            en="Had a conversation with oneself in the portal for audits: a marker in each "
            "direction, a file, then the end. Tried to open another conversation with its "
            "secrets, and to write after the end.",
        ),
    )


async def asked(audit: Outside) -> Outcome:
    """Write an enquiry to oneself, unless one is waiting already; go on with one broken off."""
    return await _tried(
        audit,
        enquiry.play,
        Words(
            de="Einen Zugang mit ausgedachtem Namen angelegt und damit eine Anfrage an das Portal "
            "für Prüfungen geschrieben: Merkwort und Datei, dann übernommen, mit einem Merkwort "
            "beantwortet, als erledigt markiert und beendet. Mit den Geheimnissen dieser Anfrage "
            "anderes zu öffnen versucht, und nach dem Ende noch zu schreiben. Der Zugang bleibt, "
            "bis die Löschung nachgewiesen ist.",
            en="Made an access under an invented name and wrote an enquiry to the portal for "
            "audits: a marker and a file, then taken over, answered with a marker, marked as done "
            "and ended. Tried to open others with this enquiry’s secrets, and to write after the "
            "end. The access stays until there is evidence of the deletion.",
        ),
    )


async def _tried(audit: Outside, play: Play, tried: Words) -> Outcome:
    if audit.access is None:
        raise (CannotRun if audit.requires_canary else NotRun)(_NO_ACCESS)
    if await _waiting(audit, is_enquiry=play is enquiry.play):
        raise NotRun(_WAITING)
    portal = audit_portal(await audit.site())
    if portal is None:
        raise (CannotRun if audit.requires_canary else NotRun)(_NO_PORTAL)
    found = Findings()
    try:
        one = await play(audit, audit.access, portal, found)
    except (WrongKey, NotInForce) as error:
        raise CannotRun(_NO_SIGN_IN) from error
    await _strangers(audit, one, found)
    return found.outcome(tried)


async def _waiting(audit: Outside, *, is_enquiry: bool) -> bool:
    now_ms, kept = audit.now_ms(), await canary.waiting(audit)
    return any(one.due_ms > now_ms and bool(one.name) is is_enquiry for one in kept.values())


async def _strangers(audit: Outside, one: Canary, found: Findings) -> None:
    """This box's capabilities must open no other, nobody else's this one; and it takes no more."""
    box16, other = bytes.fromhex(one.box16), audit.rand(16)
    caps = [bytes.fromhex(cap) for cap in one.caps]
    attempts = (
        *((Read(box16=other, start=1), cap) for cap in caps),
        (Read(box16=box16, start=1), audit.rand(32)),
        (GetShare(box16=box16), audit.rand(32)),
    )
    async with RelayClient(audit.url) as relay:
        for command, cap in attempts:
            if await answers(relay, command, cap):
                found.add(_OPENED, command=command.META.name)
        for cap in caps:
            if await answers(relay, Post(box16=box16, e1=_sealed(box16, audit.rand)), cap):
                found.add(_TAKES_MORE, tomb=one.tomb)


def _sealed(box16: bytes, rand: Rand) -> bytes:
    """Return an envelope of the right form that nobody sealed."""
    sealed = rand(padding.MIN_BUCKET_BYTES + TAG_BYTES)
    kind = OuterKind.E1.value
    return encoding.encode([SUITE, kind, box16, rand(KID_BYTES), rand(NONCE_BYTES), sealed])


_NO_ACCESS = Words(
    de="Kein Zugang einer prüfenden Person (--access).",
    en="No auditor access (--access).",
)
_NO_SIGN_IN = Words(
    de="Mit diesem Zugang geht keine Anmeldung: Name oder Passphrase stimmt nicht, oder das "
    "Zertifikat der prüfenden Person gilt nicht mehr.",
    en="This access does not sign in: name or passphrase is wrong, or the auditor’s certificate "
    "is no longer in force.",
)
_NO_PORTAL = Words(
    de="Dieser Dienst hat kein Portal für Prüfungen.",
    en="This service has no portal for audits.",
)
_WAITING = Words(
    de="Eine Probe von einem früheren Lauf wartet noch auf ihr Ende.",
    en="A trial of an earlier run is still waiting for its end.",
)
_OPENED = Words(
    de="Ein Gespräch ließ sich mit einem fremden Geheimnis öffnen.",
    en="A conversation could be opened with somebody else’s secret.",
)
_TAKES_MORE = Words(
    de="Ein beendetes Gespräch nimmt noch Nachrichten an.",
    en="A finished conversation still takes messages.",
)
