"""Nothing lies about that belongs to nobody: rows, files and shares compared both ways."""

from __future__ import annotations

from collections.abc import Iterator

from clientlib.audit.check import Check, Findings, Outcome, Words
from clientlib.audit.inside.machine import DAY_MS, HOUR_MS, Machine
from crypto import labels
from crypto.primitives import hash_

# A share is made just before its box; the hour of it is rounded down.
SHARE_HOURS = 2
# A letter goes ahead of the enquiry it opens, which a device without a network sends days later.
LETTER_DAYS = 30
AHEAD_DAYS = 7

_NO_BOX = Words(
    de="Etwas gehört zu einem Gespräch, das es nicht gibt.",
    en="Something belongs to a conversation that does not exist.",
)
_NO_TICKET = Words(
    de="Etwas gehört zu einer Anfrage, die es nicht gibt.",
    en="Something belongs to a request that does not exist.",
)
_SLOTS = Words(
    de="Verschlüsselte Bytes gehören zu keiner Nachricht und keinem Brief.",
    en="Encrypted bytes belong to no envelope and no letter.",
)
_PARTS = Words(
    de="Ein fertiger Anhang wird noch als begonnen geführt.",
    en="A finished attachment is still noted as begun.",
)
_REFERENCE = Words(
    de="Ein Eintrag verweist auf einen, den es nicht gibt.",
    en="An entry points at one that does not exist.",
)
_NO_ROW = Words(
    de="Eine Datei im Ordner der Anhänge gehört zu keinem Eintrag.",
    en="A file in the folder of attachments belongs to no entry.",
)
_NO_FILE = Words(de="Zu einem Anhang fehlt die Datei.", en="The file of an attachment is missing.")
_NO_SHARE = Words(
    de="Zu einem Gespräch fehlt der Anteil des Keepers: Niemand kann es mehr lesen, und doch "
    "liegt es noch da.",
    en="The keeper's share of a conversation is missing: nobody can read it any more, and still it "
    "lies there.",
)
_SHARE = Words(
    de="Der Keeper hält einen Anteil zu einem Gespräch, das es nicht gibt: Eine Kopie davon "
    "ließe sich noch lesen.",
    en="The keeper holds a share of a conversation that does not exist: a copy of it could still "
    "be read.",
)

_SECRET = Words(
    de="Der Keeper hält ein Geheimnis, das zu nichts gehört.",
    en="The keeper holds a secret that belongs to nothing.",
)

_UNOWNED = """
slot NOT IN (
  SELECT slot FROM keeper_free_slots UNION ALL SELECT slot FROM keeper_doors
  UNION ALL SELECT slot FROM keeper_shares
)
"""
_BOXES = "SELECT box16 FROM boxes_boxes"
_TICKETS = "SELECT ticket16 FROM live_tickets UNION SELECT ticket16 FROM enquiries_tickets"
_QUESTIONS = (
    (_NO_BOX, "boxes_envelopes", f"box16 NOT IN ({_BOXES})"),
    (_NO_BOX, "boxes_caps", f"box16 NOT IN ({_BOXES})"),
    (_NO_BOX, "blobs_blobs", f"box16 NOT IN ({_BOXES})"),
    (_NO_BOX, "live_tickets", f"box16 IS NOT NULL AND box16 NOT IN ({_BOXES})"),
    (_NO_TICKET, "enquiries_contacts", "ticket16 NOT IN (SELECT ticket16 FROM enquiries_tickets)"),
    (
        _NO_TICKET,
        "boxes_letters",
        f"ticket16 IS NOT NULL AND ends_hour < :letter_hour AND ticket16 NOT IN ({_TICKETS})",
    ),
    (
        _SLOTS,
        "boxes_slots",
        """
        slot NOT IN (
          SELECT slot FROM boxes_free_slots UNION ALL SELECT slot FROM boxes_envelopes
          UNION ALL SELECT slot FROM boxes_letters UNION ALL SELECT slot FROM enquiries_contacts
        )
        """,
    ),
    (_PARTS, "blobs_parts", "blob NOT IN (SELECT blob FROM blobs_blobs WHERE parts = 0)"),
)


async def orphans(machine: Machine) -> Outcome:
    """Compare rows with rows, rows with files, boxes with shares."""
    found, relay = Findings(), machine.relay
    arrived = machine.now_ms + (LETTER_DAYS - AHEAD_DAYS) * DAY_MS
    for words, table, where in _QUESTIONS:
        sql = f"SELECT count(*) FROM {table} WHERE {where}"  # noqa: S608  # our own constants
        sql = sql.replace(":letter_hour", str(arrived // HOUR_MS))
        if rows := int(relay.value(sql)):
            found.add(words, table=table, rows=rows)
    for name, database in machine.databases[:2]:
        for row in database.rows("PRAGMA foreign_key_check"):
            found.add(_REFERENCE, database=name, table=row[0], refers_to=row[2])
    for words, name in _files(machine):
        found.add(words, file=name[:8])
    if rows := int(machine.keeper.value(f"SELECT count(*) FROM keeper_secrets WHERE {_UNOWNED}")):  # noqa: S608
        found.add(_SECRET, secrets=rows)
    boxes, shares = _shares(machine, found)
    return found.outcome(
        Words(
            de=f"{boxes} Gespräche mit {shares} Anteilen, alle Einträge und Dateien verglichen.",
            en=f"{boxes} conversations compared with {shares} shares, and all entries and files.",
        )
    )


def share_key(box16: bytes) -> bytes:
    """HASH("share-of",box16): the name under which the keeper files a box's share."""
    return hash_(labels.SHARE_OF, box16)


def _files(machine: Machine) -> Iterator[tuple[Words, str]]:
    rows = {
        row["key16"].hex(): row["parts"] > 0
        for row in machine.relay.rows("SELECT key16, parts FROM blobs_blobs")
    }
    whole = set()
    for path in sorted(machine.config.blobs.glob("??/*")):
        name, _, kind = path.name.partition(".")
        if not kind:
            whole.add(name)
        # A file without a row, or an upload whose row says it is finished.
        if name not in rows or (kind and rows[name]):
            yield _NO_ROW, path.name
    for name, is_whole in rows.items():
        if is_whole and name not in whole:
            yield _NO_FILE, name


def _shares(machine: Machine, found: Findings) -> tuple[int, int]:
    boxes = {share_key(row[0]) for row in machine.relay.rows(_BOXES)}
    shares = {
        bytes(row[0]): int(row[1])
        for row in machine.keeper.rows("SELECT share_key, created_hour FROM keeper_shares")
    }
    young = machine.now_ms // HOUR_MS - SHARE_HOURS
    if missing := len(boxes - shares.keys()):
        found.add(_NO_SHARE, conversations=missing)
    if extra := [key for key in shares.keys() - boxes if shares[key] <= young]:
        found.add(_SHARE, shares=len(extra))
    return len(boxes), len(shares)


ORPHANS = Check(
    id="inside.orphans",
    title=Words(de="Nichts liegt herrenlos herum", en="Nothing lies about without an owner"),
    proves=Words(
        de="Jede Nachricht, jeder Brief, jede Datei und jeder Anteil des Keepers gehört zu "
        "einem Gespräch oder einer Anfrage, und umgekehrt fehlt keinem etwas.",
        en="Each envelope, letter, file and share of the keeper belongs to a conversation or a "
        "request, and none of those lacks anything.",
    ),
    cannot=Words(
        de="Ein Brief darf seiner Anfrage vorausgehen, solange ein Gerät noch sendet; er fällt "
        "erst nach sieben Tagen auf. Ordner außerhalb des Dienstes kennt diese Prüfung nicht.",
        en="A letter may go ahead of its request while a device is still sending; it stands out "
        "after seven days only. Folders outside of the service this check does not know.",
    ),
    run=orphans,
)
