"""What the log states since the last sign-in, as lines for people; twin of the page's card.

Where nobody of the own teams' profiles gives a name, the words of the key stand alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from clientlib import rootwords
from clientlib.counterpart import profile_of
from clientlib.staff import Staff
from clientlib.terminal import plain
from crypto import fingerprint
from crypto.certificate import Certificate
from crypto.errors import RemoteError
from crypto.logview import Entry, LogView
from crypto.statement import Kind, Role, Team
from crypto.wire.errors import WireError
from crypto.witnesses import Witnessed
from crypto.words import Language

_ROLES = {
    Role.ADMIN: "Jetzt bestätigt als Verwaltung",
    Role.COUNSELLOR: "Jetzt bestätigt als Beratung",
    Role.LEAD: "Jetzt bestätigt als Leitung",
    Role.AUDITOR: "Jetzt bestätigt zum Prüfen des Dienstes",
}
_PLAIN = {
    Kind.POLICY: "Die Regeln des Dienstes wurden geändert.",
    Kind.ROOT_CHANGE: "Der Hauptschlüssel der Organisation wurde ersetzt.",
    Kind.RELEASE: "Eine Version des Programms wurde freigegeben.",
    Kind.SITE: "Die Seiten des Dienstes wurden neu veröffentlicht.",
}
_OWN = (
    "Für Sie selbst wurde eine Bestätigung ausgestellt. Haben Sie damit gerechnet? Wenn nicht, "
    "sagen Sie bitte sofort der Leitung Bescheid."
)


async def lines_of(staff: Staff) -> list[str]:
    """Return a line for each statement since the last sign-in; none at the first one."""
    found = [await _line(staff, entry) for entry in staff.news]
    if not found:
        return []
    return ["Neu im Verzeichnis seit Ihrer letzten Anmeldung:", *(f"  {one}" for one in found)]


def witnessed_line(witnessed: Witnessed) -> str:
    """Return when the witnesses of POLICY were there last."""
    when = datetime.fromtimestamp(witnessed.at_ms // 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"Zuletzt von Zeugen bestätigt: {when}, {witnessed.size} Einträge"


async def _line(staff: Staff, entry: Entry) -> str:
    assert entry.leaf is not None  # a valid one
    view, kind, subject16 = staff.log.view, entry.leaf.kind, entry.leaf.subject16
    if isinstance(entry.payload, Team):
        how = "von der Verwaltung neu begonnen" if entry.payload.restart else "neuer Stand"
        return f"Team {subject16.hex()}: {how}, {len(entry.payload.members)} Mitglieder"
    if kind in _PLAIN:
        return _PLAIN[Kind(kind)]
    every = view.own_certificates(subject16)
    who = await _who(staff, every[-1])
    if kind == Kind.REVOKE:
        return f"Bestätigung zurückgenommen: {who}"
    if subject16 == staff.subject16:
        return _OWN
    return f"{_certified(every, entry)}: {who}"


def _certified(every: Sequence[Certificate], entry: Entry) -> str:
    at = next(n for n, one in enumerate(every) if one.index == entry.index)
    if at > 0 and every[at - 1].role == every[at].role:
        return "Bestätigung verlängert"
    return _ROLES[Role(every[at].role)]


async def _who(staff: Staff, certificate: Certificate) -> str:
    view = staff.log.view
    words = " ".join(
        fingerprint.person_words(certificate.sign_pk, certificate.kem_pk, _language(view))
    )
    name = await _name(staff, certificate)
    return f"{plain(name)} ({words})" if name else words


async def _name(staff: Staff, certificate: Certificate) -> str:
    view = staff.log.view
    for team16 in view.team_ids():
        latest = view.latest_team(team16)
        if latest is None or certificate.subject16 not in latest.team.members:
            continue
        try:
            profile = await profile_of(staff.relay, team16, certificate)
        except (RemoteError, WireError):
            continue
        if profile is not None:
            return profile.name
    return ""


def _language(view: LogView) -> Language:
    org = view.org()
    return rootwords.language_of(org.language if org else "de")
