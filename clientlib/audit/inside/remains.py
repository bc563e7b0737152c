"""What is deleted is gone from every byte of the database: free pages, gaps and the log as well.

Ciphertext is known by its outside: whatever in the files begins like an envelope must be one that a
row names. Ids and hashes of purged boxes may stay in gaps until the nightly compaction, as the
schema's words say; they open nothing.
"""

from __future__ import annotations

import asyncio
import re

from clientlib.audit.check import Check, Findings, Outcome, Words
from clientlib.audit.inside.machine import Database, Machine
from crypto import envelope
from crypto.errors import RemoteError

# [1, 1, box16, kid8, n24, as it begins in msgpack.
_ENVELOPE = re.compile(
    rb"\x96\x01\x01\xc4\x10(?P<box>.{16})\xc4\x08.{8}\xc4\x18(?P<nonce>.{24})", re.DOTALL
)


async def no_remains(machine: Machine) -> Outcome:
    """Look for envelopes that no row names, and for free slots that are not empty."""
    left = remains_of(machine.relay)
    if left and machine.patience_s:
        # A purge may be under way; its log is emptied within the minute.
        await asyncio.sleep(machine.patience_s)
        left = remains_of(machine.fresh_relay())
    found = Findings()
    for file, count in left.items():
        found.add(_REMAINS, file=file, envelopes=count)
    full = int(
        machine.relay.value(
            """
            SELECT count(*) FROM boxes_free_slots JOIN boxes_slots USING (slot)
            WHERE bytes_sealed <> zeroblob(size_bytes)
            """
        )
    )
    if full:
        found.add(_FULL, slots=full)
    kept = int(
        machine.keeper.value(
            """
            SELECT count(*) FROM keeper_free_slots JOIN keeper_secrets USING (slot)
            WHERE secret_raw <> zeroblob(32)
            """
        )
    )
    if kept:
        found.add(_SECRETS, slots=kept)
    return found.outcome(
        Words(
            de="Datenbank und Schreibprotokoll Byte für Byte durchsucht.",
            en="Searched database and write-ahead log byte by byte.",
        )
    )


def remains_of(relay: Database) -> dict[str, int]:
    """Count the beginnings of envelopes that no row names, by file."""
    named = set()
    rows = relay.rows("SELECT bytes_sealed FROM boxes_envelopes JOIN boxes_slots USING (slot)")
    for (raw,) in rows:
        try:
            outer = envelope.parse_outer(raw)
        except RemoteError:
            continue
        named.add((outer.box16, outer.nonce24))
    left: dict[str, int] = {}
    with relay.raw() as files:
        for name, content in files:
            met = {(one["box"], one["nonce"]) for one in _ENVELOPE.finditer(content)}
            if strangers := len(met - named):
                left[name] = strangers
    return left


_REMAINS = Words(
    de="In den Bytes der Datei stehen noch Nachrichten, die gelöscht sein sollten.",
    en="In the bytes of the file there still are envelopes that should be deleted.",
)
_FULL = Words(
    de="Plätze gelöschter Nachrichten sind nicht überschrieben.",
    en="Places of deleted envelopes are not overwritten.",
)
_SECRETS = Words(
    de="Der Keeper hat gelöschte Geheimnisse nicht überschrieben.",
    en="The keeper has not overwritten deleted secrets.",
)

REMAINS = Check(
    id="inside.remains",
    title=Words(
        de="Gelöschtes ist aus den Dateien verschwunden",
        en="What is deleted is gone from the files",
    ),
    proves=Words(
        de="Kein Byte der Datenbank und ihres Schreibprotokolls gehört noch zu einer Nachricht, "
        "die kein Eintrag mehr nennt, und gelöschte Plätze sind mit Nullen überschrieben.",
        en="No byte of the database and its write-ahead log belongs to an envelope that no entry "
        "names any more, and places of deleted ones are overwritten with zeros.",
    ),
    cannot=Words(
        de="Was ein Datenträger selbst aufhebt (verschobene Blöcke einer SSD, Schnappschüsse des "
        "Dateisystems), sieht diese Prüfung nicht: Davor schützt, dass der Keeper seinen Anteil "
        "löscht. Gelesene Briefe können im Schreibprotokoll stehen, bis es das nächste Mal geleert "
        "wird.",
        en="What a disk keeps by itself (moved blocks of an SSD, snapshots of a file system) this "
        "check does not see: against that the keeper deletes its share. Letters that were read may "
        "stand in the write-ahead log until it is next emptied.",
    ),
    run=no_remains,
)
