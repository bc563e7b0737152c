"""The databases have exactly the tables, columns, indexes and triggers that were published."""

from __future__ import annotations

from clientlib.audit.check import Check, Findings, Outcome, Words
from clientlib.audit.inside.machine import Machine
from clientlib.audit.inside.published import differences, noted, unexplained


async def as_published(machine: Machine) -> Outcome:
    """Compare each database with its published schema, and that with its own rules."""
    found = Findings()
    for name, database in machine.databases:
        schema = database.schema
        for words, what in differences(schema, database.connection):
            found.add(words, database=name, what=what)
        if "storage_schema" in database.tables():
            version, digest = noted(database.connection)
            if (version, digest) != (schema.version, schema.digest):
                found.add(_NOTED, database=name, version=version)
        for column in unexplained(schema):
            found.add(_UNEXPLAINED, database=name, column=column)
    relay, keeper = machine.relay.schema, machine.keeper.schema
    tables = len(relay.tables) + len(keeper.tables)
    columns = len(relay.columns) + len(keeper.columns)
    found.fact("schema", relay.digest)
    found.fact("keeper_schema", keeper.digest)
    return found.outcome(
        Words(
            de=f"{tables} Tabellen mit {columns} Spalten verglichen.",
            en=f"Compared {tables} tables of {columns} columns.",
        )
    )


_NOTED = Words(
    de="Die Datei nennt ein anderes Schema als das veröffentlichte.",
    en="The file notes another schema than the published one.",
)
_UNEXPLAINED = Words(
    de="Zu einer Spalte fehlt, was sie ist, wozu sie dient oder wie lange sie bleibt.",
    en="Of a column it is not said what it is, what it serves, or how long it is kept.",
)

SCHEMA = Check(
    id="inside.schema",
    title=Words(
        de="Gespeichert wird nur, was veröffentlicht ist", en="Only what is published is stored"
    ),
    proves=Words(
        de="Datenbank, Keeper und Spiegel haben genau die Tabellen und Spalten des "
        "veröffentlichten Schemas, keine mehr, und zu jeder Spalte ist gesagt, wozu sie dient und "
        "wie lange sie bleibt.",
        en="Database, keeper and mirror have exactly the tables and columns of the published "
        "schema, none more, and of each column it is said what it serves and how long it is kept.",
    ),
    cannot=Words(
        de="Eine zweite Datenbank an anderem Ort oder das Mitschreiben im laufenden Speicher sieht "
        "diese Prüfung nicht.",
        en="A second database in another place, or recording in running memory, this check does "
        "not see.",
    ),
    run=as_published,
)
