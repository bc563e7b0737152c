"""An auditor's access to the portal that is for audits alone: as a file, and signing in with it.

    {"name": "…", "phrase": "…"}        readable by its owner only

The name and passphrase are those of an account that an admin has certified as auditor, whom the
TEAM of that portal lists (docs/trial.md). Such a certificate opens nothing else.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clientlib import staff
from clientlib.privatefile import write_private
from clientlib.relay import RelayClient
from clientlib.staff import Staff
from clientlib.terminal import UsageError
from clientlib.translog import LogReader
from crypto.logview import LogView


@dataclass(frozen=True, slots=True)
class Access:
    """Name and passphrase of an auditor."""

    name: str
    phrase: str = field(repr=False)

    @staticmethod
    def load(path: Path) -> Access:
        """Read the file; UsageError when it is none, or others may read it."""
        try:
            found = json.loads(path.read_text("utf-8"))
            access = Access(str(found["name"]), str(found["phrase"]))
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path} ist keine Zugangsdatei einer prüfenden Person.") from error
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise UsageError(f"{path} dürfen andere lesen; bitte »chmod 600 {path}«.")
        return access

    def save(self, path: Path) -> None:
        """Write the file, readable by its owner only; FileExistsError when there is one."""
        write_private(path, json.dumps({"name": self.name, "phrase": self.phrase}) + "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPortal:
    """The portal of a site.json that is for audits alone."""

    portal16: bytes
    team16: bytes


def audit_portal(site: dict[str, Any]) -> AuditPortal | None:
    """Return the portal for audits; None where the service has none."""
    try:
        found = next(one for one in site["portals"] if one.get("audit") is True)
        return AuditPortal(
            portal16=bytes.fromhex(found["portal16"]), team16=bytes.fromhex(found["team16"])
        )
    except (StopIteration, KeyError, TypeError, AttributeError, ValueError):
        return None


async def sign_in(
    relay: RelayClient, access: Access, view: LogView, now_ms: Callable[[], int]
) -> Staff:
    """Sign in under the auditor's certificate."""
    org = view.org()
    assert org is not None  # a judged log has one
    return await staff.sign_in(
        relay,
        LogReader(relay, view.fingerprint, org.deployment_id, for_audit=True),
        name=access.name,
        phrase=access.phrase,
        deployment_id=org.deployment_id,
        now_ms=now_ms,
    )
