"""Every value in every published column: is it what it claims to be, and does it look sealed?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clientlib.audit import opacity
from clientlib.audit.check import Check, Findings, Outcome, Words
from clientlib.audit.inside.forms import ROWS_SQL, form_of, is_blob_size, is_known_text
from clientlib.audit.inside.machine import DAY_MS, HOUR_MS, MINUTE_MS, Database, Machine
from clientlib.audit.inside.published import Column
from crypto import chain
from crypto.errors import RemoteError

# Times at rest are counted in their unit: a millisecond in a column of hours would be exact.
_UNITS = {"hour": HOUR_MS, "minute": MINUTE_MS, "day": DAY_MS, "ms": 1}
_FIRST_MS = 50 * 365 * DAY_MS  # 2020
_FAR_MS = 30 * 365 * DAY_MS
# Of a file so much is judged at a time, and of a large one its beginning, middle and end.
_PIECE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one value brought: bytes that claim to be sealed or drawn, or a fault's code."""

    column: Column
    opaque: bytes = b""
    fault: str = ""


async def fields(machine: Machine) -> Outcome:
    """Parse every value as what it claims to be."""
    found, count = Findings(), 0
    for name, database in machine.databases:
        for (complaint,) in database.rows("PRAGMA integrity_check"):
            if complaint != "ok":
                found.add(_INCONSISTENT, database=name, said=complaint)
        for piece in _pieces(database):
            count += 1
            if piece.fault:
                column = f"{piece.column.table}.{piece.column.name}"
                found.add(_NO_FORM, database=name, column=column, why=piece.fault)
        for column, value in _odd_times(database, machine.now_ms):
            found.add(_ODD_TIME, database=name, column=column, value=value)
    for box, why in _odd_boxes(machine.relay, machine.now_ms):
        found.add(_ODD_BOX, box=box, why=why)
    for path, size in _odd_files(machine):
        found.add(_ODD_FILE, file=path.name[:8], bytes=size)
    found.fact("values", count)
    return found.outcome(
        Words(de=f"{count} Werte einzeln gelesen.", en=f"{count} values read one by one.")
    )


async def looks_sealed(machine: Machine) -> Outcome:
    """Judge every sealed value by itself, and the short ones by their column."""
    found, count, public = Findings(), 0, machine.public_ids()
    for name, database in machine.databases[:2]:
        short: dict[Column, list[bytes]] = {}
        for piece in _pieces(database):
            if not piece.opaque or piece.opaque in public:
                continue
            count += 1
            if len(piece.opaque) < opacity.LONG_BYTES:
                short.setdefault(piece.column, []).append(piece.opaque)
            elif reason := opacity.suspicion(piece.opaque):
                column = f"{piece.column.table}.{piece.column.name}"
                found.add(_OPEN, database=name, column=column, why=reason.value)
        for column_of, values in short.items():
            if reason := opacity.suspicion_of_many(values):
                column = f"{column_of.table}.{column_of.name}"
                found.add(_OPEN, database=name, column=column, why=reason.value)
    for path in sorted(machine.config.blobs.glob("??/*")):
        if path.suffix != ".parts":
            count += 1
            if reason := _of_file(path):
                found.add(_OPEN_FILE, file=path.name[:8], why=reason.value)
    return found.outcome(
        Words(
            de=f"{count} verschlossene Werte und Dateien angesehen; im Mittel wäre höchstens einer "
            "von einer Milliarde ehrlichen zu Unrecht aufgefallen.",
            en=f"Looked at {count} sealed values and files; of honest ones, at most one in a "
            "billion would stand out wrongly.",
        )
    )


def _pieces(database: Database) -> Iterator[Piece]:
    there = set(database.tables())
    for table in database.schema.tables:
        columns = [one for one in database.schema.of(table) if one.sql_type in ("BLOB", "TEXT")]
        if table not in there or not columns:
            continue
        try:
            for row in database.rows(ROWS_SQL.get(table, f'SELECT * FROM "{table}"')):  # noqa: S608
                for column in columns:
                    yield from _of_value(column, row)
        except (sqlite3.Error, IndexError):
            # The schema's own check names what is missing.
            continue


def _of_value(column: Column, row: sqlite3.Row) -> Iterator[Piece]:
    value = row[column.name]
    if value is None:
        return
    if column.sql_type == "TEXT":
        is_known = isinstance(value, str) and is_known_text(column, value)
        yield Piece(column=column, fault="" if is_known else "text")
        return
    form = form_of(column)
    if form is None:
        yield Piece(column=column, fault="no form is known")
        return
    try:
        opaque = form(bytes(value), row)
    except RemoteError as error:
        yield Piece(column=column, fault=error.code)
        return
    yield Piece(column=column)
    for one in opaque:
        yield Piece(column=column, opaque=one)


def _odd_times(database: Database, now_ms: int) -> Iterator[tuple[str, int]]:
    there = set(database.tables())
    for column in database.schema.columns:
        unit = _UNITS.get(column.name.rpartition("_")[2])
        if unit is None or column.sql_type != "INTEGER" or column.table not in there:
            continue
        first, last = _FIRST_MS // unit, (now_ms + _FAR_MS) // unit
        sql = f"""
        SELECT "{column.name}" FROM "{column.table}"
        WHERE "{column.name}" <> 0 AND NOT "{column.name}" BETWEEN ? AND ?
        """  # noqa: S608  # names of the published schema
        for (value,) in database.rows(sql, first, last):
            yield f"{column.table}.{column.name}", value


def _odd_boxes(relay: Database, now_ms: int) -> Iterator[tuple[str, str]]:
    """Boxes whose chain does not follow from their envelopes; one that is being purged may."""
    due = now_ms // MINUTE_MS
    for box in relay.rows(
        "SELECT * FROM boxes_boxes WHERE purge_minute = 0 OR purge_minute > ?", due
    ):
        head, last = chain.start(box["box16"]), 0
        rows = relay.rows(
            "SELECT n, env_id FROM boxes_envelopes WHERE box16 = ? ORDER BY n", box["box16"]
        )
        for n, env_id in rows:
            if n != last + 1:
                break
            head, last = chain.extend(head, env_id), n
        if (head, last) != (box["head"], box["last_n"]):
            yield box["box16"].hex()[:8], f"{last} of {box['last_n']}"


def _odd_files(machine: Machine) -> Iterator[tuple[Path, int]]:
    sizes = {
        row["key16"].hex(): row["size_bytes"]
        for row in machine.relay.rows("SELECT key16, size_bytes FROM blobs_blobs WHERE parts > 0")
    }
    for path in sorted(machine.config.blobs.glob("??/*")):
        if path.suffix or path.name not in sizes:
            continue
        size = path.stat().st_size
        if size != sizes[path.name] or not is_blob_size(size):
            yield path, size


def _of_file(path: Path) -> opacity.Reason | None:
    size = path.stat().st_size
    starts = sorted({0, max(0, size // 2), max(0, size - _PIECE_BYTES)})
    with path.open("rb") as file:
        for start in starts if size > _PIECE_BYTES else (0,):
            file.seek(start)
            piece = file.read(_PIECE_BYTES)
            if len(piece) >= opacity.BLOCK_BYTES and (reason := opacity.suspicion(piece)):
                return reason
    return None


_INCONSISTENT = Words(
    de="Die Datenbank widerspricht ihren eigenen Regeln.",
    en="The database contradicts its own rules.",
)
_NO_FORM = Words(
    de="Ein Wert ist nicht, was seine Spalte verspricht.",
    en="A value is not what its column promises.",
)
_ODD_TIME = Words(
    de="Eine Zeit steht nicht in der Einheit, die ihre Spalte verspricht: Sie wäre genauer.",
    en="A time is not in the unit that its column promises: it would be more exact.",
)
_ODD_BOX = Words(
    de="Die Kette eines Gesprächs folgt nicht aus seinen Nachrichten: Eine fehlt, ist zu viel oder "
    "wurde getauscht.",
    en="The chain of a conversation does not follow from its envelopes: one is missing, too many, "
    "or was swapped.",
)
_ODD_FILE = Words(
    de="Ein Anhang hat eine Größe, die kein verschlossener Anhang haben kann.",
    en="An attachment has a size that no sealed attachment can have.",
)
_OPEN = Words(
    de="Was verschlossen sein soll, sieht nicht so aus.",
    en="What should be sealed does not look so.",
)
_OPEN_FILE = Words(
    de="Ein Anhang sieht nicht verschlossen aus.", en="An attachment does not look sealed."
)

FIELDS = Check(
    id="inside.fields",
    title=Words(
        de="Jeder gespeicherte Wert ist, was er sein soll",
        en="Each stored value is what it should be",
    ),
    proves=Words(
        de="Jeder Wert in Datenbank, Keeper und Spiegel wurde einzeln gelesen: Er hat genau die "
        "Form und Größe, die für ihn veröffentlicht ist; Zeiten stehen nur auf die Stunde, die "
        "Minute oder den Tag genau; die Nachrichten jedes Gesprächs sind vollzählig.",
        en="Each value in database, keeper and mirror was read one by one: it has exactly the form "
        "and size published for it; times are kept to the hour, minute or day only; the envelopes "
        "of each conversation are complete.",
    ),
    cannot=Words(
        de="Was in einem verschlossenen Wert steht, sieht auch diese Prüfung nicht. In Zahlen und "
        "zufälligen Kennungen ließen sich wenige Zeichen verstecken.",
        en="What is inside a sealed value this check does not see either. A few characters could "
        "be hidden in numbers and random ids.",
    ),
    run=fields,
)
OPACITY = Check(
    id="inside.opacity",
    title=Words(
        de="Was verschlossen sein soll, sieht verschlossen aus",
        en="What should be sealed looks sealed",
    ),
    proves=Words(
        de="Kein verschlossener Wert und kein Anhang enthält lesbaren Text, bekannte Dateianfänge, "
        "gepackten Text, Wiederholungen oder eine ungleiche Verteilung, auch nicht in anderer "
        "Schreibweise.",
        en="No sealed value and no attachment holds readable text, known beginnings of files, "
        "packed text, repetitions or an uneven spread, in other notations neither.",
    ),
    cannot=Words(
        de="Gut Verschlüsseltes sieht immer gleich aus. Ob der Betrieb einen Schlüssel dazu hat, "
        "zeigt kein Blick auf die Bytes, sondern nur der geprüfte Programmtext der Clients.",
        en="What is well encrypted always looks the same. Whether the operator has a key to it is "
        "not shown by looking at bytes, only by the reviewed source of the clients.",
    ),
    run=looks_sealed,
)
