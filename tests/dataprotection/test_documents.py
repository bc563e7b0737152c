"""The data protection documents: every figure is the one in force, and no name becomes markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pytest

from crypto.daylist import LISTED_DAYS
from e2e_server import paths
from e2e_server.config import SETTINGS, Settings
from e2e_server.dataprotection import DOCUMENTS, Facts, documents, gather
from e2e_server.dataprotection.facts import german_period, wording
from e2e_server.dataprotection.html import page
from e2e_server.dataprotection.writing import KEEPER_SCHEMA_PATH
from e2e_server.features.accounts.signing_in import SIGN_IN_HOURS
from e2e_server.features.boxes.letters import LETTER_DAYS
from e2e_server.features.invitations.handlers import VALID_HOURS
from e2e_server.features.retention import SWEEP_EVERY_S
from e2e_server.storage.schema import Schema, load_schema, parse_schema
from e2e_server.web.site import parse_site
from tests.helpers.organisation import Organisation
from tests.helpers.server import portal_entry, site_json

SCHEMA = load_schema(paths.SCHEMA_PATH)
KEEPER = load_schema(KEEPER_SCHEMA_PATH)
ORGANISATION = Organisation()
DECIDED_BY_PERIODS = (
    "datenschutzhinweis",
    "verarbeitungsverzeichnis",
    "loeschkonzept",
    "folgenabschaetzung",
)


def facts(*, site: dict[str, Any] | None = None, schema: Schema = SCHEMA, **settings: Any) -> Facts:
    chosen = replace(Settings(), **settings)
    declared = site_json(ORGANISATION, [portal_entry(ORGANISATION)], chosen) | (site or {})
    return gather(chosen, parse_site(json.loads(json.dumps(declared))), schema, KEEPER)


def drawn(**changed: Any) -> dict[str, str]:
    return documents(facts(**changed))


def cells(text: str) -> list[list[str]]:
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def test_every_column_of_the_schema_is_in_the_processing_record() -> None:
    record = drawn()["verarbeitungsverzeichnis.md"]
    for schema in (SCHEMA, KEEPER):
        for table in schema.tables:
            names = [one.name for one in schema.columns if one.table == table]
            listed = ", ".join(f"`{name}`" for name in names)
            assert any(row[0] == f"`{table}`" and row[2] == listed for row in cells(record)), table
            annex = record.split(f"### {table}\n")[1].split("\n#")[0]
            assert [row[0] for row in cells(annex)[2:]] == [f"`{name}`" for name in names]


def test_a_column_that_is_added_appears_with_its_reason_and_period() -> None:
    sql = paths.SCHEMA_PATH.read_text("utf-8") + (
        "\nCREATE TABLE some_things (\n"
        "  colour TEXT NOT NULL -- a colour | by hand; purpose: to see it; keep: for ever\n"
        ") STRICT;\n"
    )
    record = drawn(schema=parse_schema(sql))["verarbeitungsverzeichnis.md"]
    assert "| `colour` | a colour \\| by hand – to see it | for ever |" in record
    assert "`some_things`" in record


def test_every_table_and_every_period_has_german_words() -> None:
    words = wording()
    for schema in (SCHEMA, KEEPER):
        assert [name for name in schema.tables if name not in words["tables"]] == []
        for column in schema.columns:
            period = german_period(column.keep, Settings(), words["periods"])
            assert period != column.keep, f"{column.table}.{column.name}: {column.keep}"
    for activity, _ in words["tables"].values():
        assert activity in words["activities"]


@pytest.mark.parametrize(
    ("name", "value", "shown", "where"),
    [
        ("retention_hours", 72, "72 Stunden nach dem Ende", DECIDED_BY_PERIODS),
        ("retention_hours", 1, "1 Stunde nach dem Ende", ("datenschutzhinweis", "loeschkonzept")),
        ("chat_minutes", 75, "75 Minuten", ("datenschutzhinweis", "loeschkonzept")),
        ("unaccepted_days", 21, "21 Tage", ("datenschutzhinweis", "loeschkonzept")),
        ("idle_days", 99, "99 Tage", ("datenschutzhinweis", "folgenabschaetzung")),
        ("resting_hours", 7, "7 Stunden", ("datenschutzhinweis", "loeschkonzept")),
        ("resume_minutes", 4, "4 Minuten", ("datenschutzhinweis", "loeschkonzept")),
        ("reserve_minutes", 13, "(13 Minuten)", ("verarbeitungsverzeichnis",)),
        ("duty_lease_seconds", 120, "(120 Sekunden)", ("verarbeitungsverzeichnis",)),
        ("max_waiting_per_portal", 17, "17 wartende Anfragen", ("massnahmen",)),
        ("enquiries_per_day", 6, "6 schriftliche Anliegen", ("massnahmen",)),
        ("attachment_max_bytes", 1234567, "1234567 Bytes", ("massnahmen",)),
        ("keeper_mirror_dir", Path("/srv/zwei"), "`/srv/zwei`", ("loeschkonzept",)),
    ],
)
def test_a_changed_setting_changes_the_documents(
    name: str, value: Any, shown: str, where: tuple[str, ...]
) -> None:
    before, after = drawn(), drawn(**{name: value})
    for document in where:
        assert shown not in before[f"{document}.md"]
        assert shown in after[f"{document}.md"], document
        assert shown.strip("`") in after[f"{document}.html"], document


def test_every_setting_stands_in_the_measures_as_it_is() -> None:
    rows = {row[0]: row[1] for row in cells(drawn(listen_port=4711)["massnahmen.md"])}
    assert all(f"`{setting.name}`" in rows for setting in SETTINGS)
    assert rows["`listen_port`"] == "4711"
    assert rows["`behind_proxy`"] == "nein"


def test_what_the_program_fixes_is_said_as_it_is_fixed() -> None:
    text = drawn()["loeschkonzept.md"]
    for fixed in (
        f"| Anmeldung | {SIGN_IN_HOURS} Stunden |",
        f"| Brief an einen Posteingang | {LETTER_DAYS} Tage |",
        f"| Einladung für einen neuen Zugang | {VALID_HOURS} Stunden |",
        f"wird alle {SWEEP_EVERY_S} Sekunden",
        f"Die Liste wird nach {LISTED_DAYS} Tagen gelöscht",
    ):
        assert fixed in text


def test_the_same_input_gives_the_same_bytes() -> None:
    assert drawn() == drawn()
    assert sorted(drawn()) == sorted(
        f"{name}.{kind}" for name in DOCUMENTS for kind in ("md", "html")
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_is_a_draft_with_marked_blanks_and_an_english_summary(name: str) -> None:
    files = drawn()
    text, html = files[f"{name}.md"], files[f"{name}.html"]
    assert "**Entwurf, erzeugt aus der Konfiguration dieses Dienstes.**" in text
    assert "keine Rechtsberatung" in text
    assert "Beratung Nordstadt e. V., Lindenweg 4, 00000 Nordstadt" in text
    blanks = re.findall(r"\[Ausfüllen: ([^\]]+)\]", text)
    assert len(blanks) >= 5
    assert html.count("<mark>") == len(blanks)
    assert text.split("\n## ")[-1].startswith("English summary\n")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_page_loads_nothing_and_runs_nothing(name: str) -> None:
    html = drawn()[f"{name}.html"]
    for word in ("<script", "<link", "<img", "src=", "href=", "@import", "url("):
        assert word not in html
    assert html.count("<h1>") == 1


@pytest.mark.parametrize("begins", ["#", "-", ">", "|"])
def test_what_an_operator_writes_is_text_and_never_markup(begins: str) -> None:
    nasty = f"{begins} A|B `c` **d** [Ausfüllen: e] <script>f</script>\n| g"
    operator = {"name": nasty, "street": "S", "town": "T", "email": "e@example.org"}
    files = drawn(site={"name": nasty, "operator": operator})
    for name in DOCUMENTS:
        text, html = files[f"{name}.md"], files[f"{name}.html"]
        assert "<script" not in html
        shown = f"{begins} A|B `c` **d** [Ausfüllen: e] <script>f</script> | g"
        assert escape(shown) in html
        assert "[Ausfüllen: e]" not in re.sub(r"\\.", "", text)
        assert html.count("<h1>") == 1
        assert f"<p>{escape(shown)}, S, T" in html


def test_who_reads_is_said_for_each_portal_by_its_level() -> None:
    first = portal_entry(ORGANISATION)
    second = first | {
        "slug": "zwei",
        "portal16": "22" * 16,
        "leads16": "33" * 16,
        "level": "stark-eingeschraenkt",
        "name": {"de": "Zwei", "en": "Two"},
    }
    before = drawn(site={"portals": [first]})["datenschutzhinweis.md"]
    after = drawn(site={"portals": [first, second]})["datenschutzhinweis.md"]
    assert "| offen | das Team, bis jemand übernimmt; danach diese Person |" in before
    assert "Kontaktdaten" not in before
    assert "| Zwei | stark-eingeschraenkt | die Leitung, bis jemand übernimmt" in after
    assert "**Kontaktdaten, wenn Sie welche hinterlassen:**" in after
    wide = drawn(site={"portals": [first | {"level": "ganz-offen"}]})
    assert "| ganz-offen | das Team, die ganze Zeit |" in wide["folgenabschaetzung.md"]


def test_a_portal_for_audits_is_none_where_people_are_counselled() -> None:
    first = portal_entry(ORGANISATION)
    trial = {"slug": "probe", "portal16": "22" * 16, "team16": "44" * 16, "audit": True}
    named = {"name": {"de": "Nur zur Probe", "en": "Trial"}}
    files = drawn(site={"portals": [first, first | trial | named]})
    assert all("Nur zur Probe" not in text for text in files.values())
    assert "mit 1 Portal:" in files["verarbeitungsverzeichnis.md"]


def test_proxy_and_transport_are_said_as_they_are_configured() -> None:
    alone, proxied = drawn()["massnahmen.md"], drawn(behind_proxy=True)["massnahmen.md"]
    own = drawn(tls_cert=Path("/etc/chain.pem"), tls_key=Path("/etc/key.pem"))["massnahmen.md"]
    assert "Derzeit keiner" in alone
    assert "kein Proxy" in alone
    assert "Der vorgeschaltete Proxy" in proxied
    assert "Derzeit keiner" not in proxied + own
    assert "Der Server selbst spricht TLS" in own
    assert "Protokolle des vorgeschalteten Proxys" in drawn(behind_proxy=True)["loeschkonzept.md"]


def test_where_the_keeper_runs_is_said_as_it_is_configured() -> None:
    assert "**Keeper als Teil des Servers:**" in drawn()["massnahmen.md"]
    own = drawn(keeper_socket=Path("/run/k/s"), keeper_user="vier-keeper", relay_user="vier")
    assert "**Keeper als eigener Prozess** unter dem Benutzer `vier-keeper`" in own["massnahmen.md"]
    assert "als Teil des Servers" not in own["massnahmen.md"]


def test_marks_of_the_small_markdown_become_html_and_nothing_else_does() -> None:
    text = (
        "# Ü & <b>\n\n> eins\n> zwei\n\n- a & <i> **b `c`**\n- d\n  e\n\n"
        "| x | y |\n|---|---|\n| 1\\|2 | [Ausfüllen: z] |"
    )
    html = page(text)
    assert "<title>Ü &amp; &lt;b&gt;</title>" in html
    assert "<h1>Ü &amp; &lt;b&gt;</h1>" in html
    assert '<p class="note">eins zwei</p>' in html
    assert "<li>a &amp; &lt;i&gt; <strong>b <code>c</code></strong></li>\n<li>d\n  e</li>" in html
    assert "<td>1|2</td><td><mark>[Ausfüllen: z]</mark></td>" in html
