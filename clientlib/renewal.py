"""What runs out and is renewed in time: certificates by an admin, an admin's by the root.

A renewal keeps subject and keys; the log refuses anything else under a known subject. TEAM is
renewed by `teams.renew_teams`.
"""

from __future__ import annotations

from clientlib import org
from clientlib.org import Root
from clientlib.relay import RelayClient
from clientlib.staff import Staff
from clientlib.translog import LogReader, publish
from crypto.certificate import Certificate
from crypto.logview import LogView
from crypto.statement import Kind

RENEW_CERTIFICATE_DAYS = 30
_DAY_MS = 86_400_000


def due(view: LogView, kind: Kind, now_ms: int) -> tuple[Certificate, ...]:
    """Return everybody's newest certificate of this kind that ends within 30 days or has ended.

    One that was revoked is not among them: a renewal would undo the revocation.
    """
    newest: dict[bytes, Certificate] = {}
    for entry in view.entries:
        found = view.certificate(entry.hash)
        if found is not None and found.kind is kind:
            newest[found.subject16] = found
    limit_ms = now_ms + RENEW_CERTIFICATE_DAYS * _DAY_MS
    return tuple(
        one for one in newest.values() if one.revoked_at is None and one.not_after_ms < limit_ms
    )


async def renew_admins(relay: RelayClient, log: LogReader, root: Root, now_ms: int) -> int:
    """Sign anew, by the root, every admin who is due; return how many. Needs no sign-in."""
    found = due(await log.update(), Kind.ADMIN, now_ms)
    for one in found:
        signed = root.admin(now_ms, subject16=one.subject16, sign_pk=one.sign_pk, kem_pk=one.kem_pk)
        await publish(relay, *signed)
    if found:
        await log.update()
    return len(found)


async def renew_colleagues(admin: Staff, now_ms: int) -> int:
    """Sign anew every colleague who is due; return how many."""
    found = due(await admin.log.update(), Kind.COUNSELLOR, now_ms)
    for one in found:
        await org.certify(admin, one.sign_pk, one.kem_pk, one.role, one.subject16, now_ms)
    if found:
        await admin.log.update()
    return len(found)
