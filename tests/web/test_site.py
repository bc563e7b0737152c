"""`site.json` is read strictly: whatever is wrong is refused by its place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from e2e_server.web import SiteError, load_site
from e2e_server.web.site import parse_site
from tests.web.built import SITE, site_with


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"fingerprint": "00"}, "site.fingerprint"),
        ({"fingerprint": "AB" * 32}, "site.fingerprint"),
        ({"deployment_id": 5}, "site.deployment_id"),
        ({"language": "fr"}, "site.language"),
        ({"exit_url": "http://example.org"}, "site.exit_url"),
        ({"portals": []}, "site.portals"),
        ({"crisis": [{"tel": "call me", "label": {"de": "a", "en": "b"}}]}, "site.crisis[0].tel"),
        ({"crisis": [{"tel": "112", "label": {"de": "a"}}]}, "site.crisis[0].label.en"),
        ({"operator": {"name": "x"}}, "site.operator.street"),
        ({"retention_hours": -1}, "site.retention_hours"),
        ({"retention_hours": True}, "site.retention_hours"),
        ({"limits": 3}, "site.limits"),
        ({"limits": {"answer_days": 0}}, "site.limits.answer_days"),
        ({"limits": {"unaccepted_days": "30"}}, "site.limits.unaccepted_days"),
        ({"limits": {"idle_days": 0}}, "site.limits.idle_days"),
        ({"region": 49}, "site.region"),
        ({"year": 2025}, "site.year is not a whole number of at least 2026"),
        ({"year": "2026"}, "site.year"),
        ({"words": "fr"}, "site.words"),
        ({"surprise": 1}, "site.surprise"),
    ],
)
def test_a_wrong_site_is_refused_by_place(
    tmp_path: Path, changes: dict[str, Any], place: str
) -> None:
    with pytest.raises(SiteError, match=re.escape(place)):
        load_site(site_with(tmp_path, **changes))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"slug": "Groß"}, "slug"),
        ({"slug": "../x"}, "slug"),
        ({"portal16": "zz"}, "portal16"),
        ({"hours": "mostly"}, "hours"),
        ({"hours": [[7, "09:00", "10:00"]]}, "hours"),
        ({"hours": [[1, "10:00", "09:00"]]}, "ends before it begins"),
        ({"hours": [[1, "9:00", "10:00"]]}, "not a time"),
        ({"colour": "red"}, "colour"),
        ({"leads16": "22"}, "leads16 is not 16 bytes"),
        ({"leads16": "22" * 16}, "leads16 of leben is the team of leben"),
        ({"leads16": "99" * 16, "level": "streng"}, "level is none of ganz-offen, offen"),
        ({"level": "eingeschraenkt"}, "needs a team of leads"),
        ({"level": "stark-eingeschraenkt"}, "needs a team of leads"),
        ({"level": "ganz offen"}, "level is none of ganz-offen"),
        ({"topics": "many"}, "topics is not a list"),
        ({"topics": ["fear"]}, r"topics\[0\] is not an object"),
        ({"topics": [{"de": "Angst"}]}, r"topics\[0\].en is missing"),
        ({"topics": [{"de": "", "en": "Fear"}]}, r"topics\[0\].de"),
        ({"topics": [{"de": "Angst", "en": "Fear", "fr": "Peur"}]}, "fr is not known"),
    ],
)
def test_a_wrong_portal_is_refused(tmp_path: Path, changes: dict[str, Any], place: str) -> None:
    portals = json.loads(SITE.read_text("utf-8"))["portals"]
    with pytest.raises(SiteError, match=place):
        load_site(site_with(tmp_path, portals=[portals[0] | changes]))


@pytest.mark.parametrize("field", ["slug", "portal16"])
def test_two_portals_share_nothing_that_names_them(tmp_path: Path, field: str) -> None:
    portals = json.loads(SITE.read_text("utf-8"))["portals"]
    portals[1][field] = portals[0][field]
    with pytest.raises(SiteError, match=f"share one {field}"):
        load_site(site_with(tmp_path, portals=portals))


def test_leads_are_the_team_of_no_other_portal(tmp_path: Path) -> None:
    portals = json.loads(SITE.read_text("utf-8"))["portals"]
    portals[0] |= {"leads16": portals[1]["team16"], "level": "eingeschraenkt"}
    with pytest.raises(SiteError, match="leads16 of leben is the team of trennung"):
        load_site(site_with(tmp_path, portals=portals))
    # The same leads may stand behind several portals.
    for one in portals:
        one |= {"leads16": "99" * 16}
    found = load_site(site_with(tmp_path, portals=portals)).portals
    assert [(one.leads16, one.level) for one in found] == [
        ("99" * 16, "eingeschraenkt"),
        ("99" * 16, "offen"),
    ]


def test_a_file_that_is_not_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site.json").write_text("{", "utf-8")
    with pytest.raises(SiteError, match="not JSON"):
        load_site(tmp_path / "site.json")


@pytest.mark.parametrize("minutes", [0, -1, "10", True])
def test_a_page_that_would_lock_at_once_is_refused(tmp_path: Path, minutes: object) -> None:
    with pytest.raises(SiteError, match=r"site\.limits\.idle_minutes"):
        load_site(site_with(tmp_path, limits={"idle_minutes": minutes}))
    assert load_site(SITE).limits.idle_minutes == 10


def test_what_is_promised_about_writing_has_defaults() -> None:
    written = json.loads(SITE.read_text("utf-8"))
    del written["region"], written["limits"], written["portals"][0]["topics"]
    loaded = parse_site(written)
    limits = loaded.limits
    assert (limits.answer_days, limits.unaccepted_days, limits.idle_days) == (2, 30, 183)
    assert loaded.region == "DE"
    assert loaded.portals[0].topics == ()


def test_topics_keep_their_order_and_both_languages() -> None:
    topics = load_site(SITE).portals[0].topics
    assert [one.in_language("de") for one in topics] == ["Angst und Sorgen", "Einsamkeit"]
    assert [one.in_language("en") for one in topics] == ["Fear and worries", "Loneliness"]
