"""What the pages say and offer: only what works, and the figures of the configuration."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from e2e_server.web import build_web
from tests.web.built import QUALITY, SITE, Built, Tags, site_with

SHELLS = ("/chat", "/zugang", "/team", "/einladung")
LEGAL = ("datenschutz", "impressum", "barrierefreiheit", "sicher-surfen", "pruefen")
# What the relay answers itself.
ANSWERED = ("/healthz", "/log/checkpoint")


def test_every_link_of_every_page_leads_somewhere(built: Built) -> None:
    for path in built.pages():
        tags = Tags(built.html(path))
        ids = {attributes.get("id") for _, attributes in tags.found}
        for attributes in tags.named("a") + tags.named("link"):
            href = attributes["href"]
            if href.startswith("#"):
                assert href[1:] in ids, (path, href)
            elif href.endswith(("/zugang#neu", "/zugang#schreiben")):
                # What stands behind the # is a wish that the access room reads.
                assert href.partition("#")[0] in built.routes, (path, href)
            elif not href.startswith(("tel:", "mailto:")):
                is_there = href in built.routes or href in ANSWERED
                assert is_there or "/vendor/fonts/" in href, (path, href)


def test_no_page_has_inline_code_or_style_or_a_foreign_address(built: Built) -> None:
    for path in built.pages():
        html = built.html(path)
        for _, attributes in Tags(html).found:
            assert "style" not in attributes
            assert not any(name.startswith("on") for name in attributes)
        assert "<style" not in html
        assert not re.search(r"https?://", html), path


def test_every_page_of_a_seeker_has_the_quick_exit_first(built: Built) -> None:
    for path in built.pages():
        tags = Tags(built.html(path))
        exits = [tag for tag in tags.named("a") if "data-quick-exit" in tag]
        if path.endswith(("/team", "/einladung")):
            assert exits == []
            continue
        assert tags.named("a")[0]["href"] == "/exit"
        assert [tag["href"] for tag in exits] == ["/exit", "/exit"]
        assert any(tag.get("src", "").endswith("js/exit.js") for tag in tags.named("script"))


def test_the_exit_leads_on_at_once_and_clears_what_the_browser_kept(built: Built) -> None:
    assert built.routes["/exit"]["status"] == 303
    headers = built.headers("/exit")
    assert headers["Location"] == "https://example.org/wetter"
    assert headers["Clear-Site-Data"] == '"cookies", "storage"'
    assert headers["Referrer-Policy"] == "no-referrer"
    html = built.html("/exit")
    assert "Beratung" not in html
    assert "example.org/wetter" in html


def test_each_page_says_its_language_and_has_one_heading(built: Built) -> None:
    for path in built.pages():
        tags = Tags(built.html(path))
        assert tags.named("html") == [{"lang": "en" if path.startswith("/en/") else "de"}]
        # The shells hold two headings that exclude each other, until the app draws its own.
        assert len(tags.named("h1")) == (2 if path.endswith(SHELLS) else 1)


def test_every_page_has_its_sibling_in_the_other_language(built: Built) -> None:
    german = {path for path in built.pages() if not path.startswith("/en/")}
    english = {path.removeprefix("/en") for path in built.pages() if path.startswith("/en/")}
    assert german == english
    assert german == {
        "/", "/team", "/team/einladung", *(f"/{name}" for name in LEGAL),
        *(f"/p/{slug}{end}" for slug in ("leben", "trennung") for end in ("", "/chat", "/zugang")),
    }  # fmt: skip


def test_only_the_page_of_an_invitation_loads_its_application(built: Built) -> None:
    """Nothing leads there and nothing is fetched ahead: who has no link has no business there."""
    pages = [path for path in built.pages() if not path.endswith("/pruefen")]
    named = [path for path in pages if "enrolment" in built.html(path)]
    assert named == ["/en/team/einladung", "/team/einladung"]
    for path in named:
        headers = built.headers(path)
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
        app = next(tag for _, tag in Tags(built.html(path)).found if tag.get("id") == "app")
        site = json.loads(SITE.read_text("utf-8"))
        assert app["data-fingerprint"] == site["fingerprint"]
        assert app["data-work-href"] == path.removesuffix("/einladung")
        teams = [one["team16"] for one in json.loads(app["data-portals"])]
        assert teams == [one["team16"] for one in site["portals"]]
    assert not any("einladung" in built.html(path) for path in built.pages() if path not in named)


def test_the_chat_shell_hands_the_app_what_it_must_not_fetch(built: Built) -> None:
    app = next(
        tag for _, tag in Tags(built.html("/en/p/trennung/chat")).found if tag.get("id") == "app"
    )
    site = json.loads(SITE.read_text("utf-8"))
    assert app["data-language"] == "en"
    assert app["data-portal16"] == site["portals"][1]["portal16"]
    assert app["data-team16"] == site["portals"][1]["team16"]
    assert app["data-fingerprint"] == site["fingerprint"]
    assert app["data-deployment-id"] == site["deployment_id"]
    assert app["data-retention-hours"] == "48"
    assert json.loads(app["data-crisis"])[1] == {
        "tel": "0800 111 0 111",
        "href": "tel:08001110111",
        "label": "TelefonSeelsorge (crisis line)",
    }


def test_the_workspace_shell_knows_every_portal(built: Built) -> None:
    app = next(tag for _, tag in Tags(built.html("/team")).found if tag.get("id") == "app")
    assert [portal["slug"] for portal in json.loads(app["data-portals"])] == ["leben", "trennung"]


def test_the_rooms_where_people_write_know_promise_topics_and_holidays(built: Built) -> None:
    for path, topics in (
        ("/p/leben/zugang", ["Angst und Sorgen", "Einsamkeit"]),
        ("/en/p/leben/zugang", ["Fear and worries", "Loneliness"]),
        ("/p/trennung/zugang", []),
        ("/team", None),
    ):
        app = next(tag for _, tag in Tags(built.html(path)).found if tag.get("id") == "app")
        assert (app["data-answer-days"], app["data-unaccepted-days"]) == ("2", "30")
        assert app["data-idle-days"] == "183"
        holidays = json.loads(app["data-holidays"])
        # The day of Reformation is one in the fixture's part of the country only.
        assert {"2026-10-31", "2028-12-25"} <= set(holidays)
        if topics is None:
            portals = json.loads(app["data-portals"])
            assert portals[0]["topics"] == ["Angst und Sorgen", "Einsamkeit"]
            assert portals[1]["topics"] == []
        else:
            assert json.loads(app["data-topics"]) == topics
    # Chats are answered at once: their page carries none of it.
    assert "data-holidays" not in built.html("/p/leben/chat")


def test_the_privacy_page_says_the_figures_of_the_configuration(
    web_root: Path, tmp_path: Path
) -> None:
    site = site_with(tmp_path, retention_hours=24, limits={"chat_minutes": 90})
    build_web(site, web_root, tmp_path / "out", brotli_quality=QUALITY)
    page = Built(tmp_path / "out")
    privacy = page.html("/datenschutz")
    assert "24 Stunden nach dem Ende" in privacy
    assert "höchstens 90 Minuten" in privacy
    assert "48" not in re.sub(r"<head>.*?</head>", "", privacy, flags=re.DOTALL)
    assert "bis zu 90 Minuten" in page.html("/p/leben")
    assert "Zeitgrenze von 90 Minuten" in page.html("/barrierefreiheit")


def test_the_privacy_page_promises_only_what_holds(built: Built) -> None:
    privacy = built.html("/datenschutz")
    assert "Wir speichern keine IP-Adresse" in privacy
    assert "noch nicht von unabhängigen Fachleuten geprüft" in privacy
    assert "Diese Grenze ist wesentlich" in built.html("/barrierefreiheit")


def test_the_portal_leads_who_has_an_access_and_who_wants_one_to_the_access_room(
    built: Built,
) -> None:
    for path, sign_in, create in (
        ("/p/leben", "Anmelden", "Zugang anlegen"),
        ("/en/p/leben", "Sign in", "Create an access"),
    ):
        html = built.html(path)
        assert f'<a class="button" href="{path}/zugang">{sign_in}</a>' in html
        assert f'<a href="{path}/zugang#neu">{create}</a>' in html
        assert f'<a class="button" href="{path}/zugang#schreiben">' in html
        # The way into a chat comes first and stays the only loud one.
        assert html.count("button--primary") == 1
        assert html.index(f'href="{path}/chat"') < html.index(f'href="{path}/zugang"')


def test_the_portal_promises_an_answer_as_the_site_does(web_root: Path, tmp_path: Path) -> None:
    for days, words in ((1, "bis zum nächsten Werktag"), (5, "innerhalb von 5 Werktagen")):
        site = site_with(tmp_path, limits={"answer_days": days})
        build_web(site, web_root, tmp_path / "out", brotli_quality=QUALITY)
        assert words in Built(tmp_path / "out").html("/p/trennung")


def test_the_access_shell_is_a_room_of_its_own_over_the_chats_shell(
    web_root: Path, tmp_path: Path
) -> None:
    site = site_with(tmp_path, limits={"idle_minutes": 7})
    build_web(site, web_root, tmp_path / "out", brotli_quality=QUALITY)
    page = Built(tmp_path / "out")
    html = page.html("/en/p/trennung/zugang")
    tags = Tags(html)
    app = next(tag for _, tag in tags.found if tag.get("id") == "app")
    assert (app["data-role"], app["data-idle-minutes"]) == ("access", "7")
    assert app["data-access-href"] == "/en/p/trennung/zugang"
    assert any(tag.get("content") == "noindex" for tag in tags.named("meta"))
    sheets = [tag["href"] for tag in tags.named("link") if tag.get("rel") == "stylesheet"]
    assert [href.rpartition("/")[2] for href in sheets] == ["all.css", "access.css"]
    assert "Your passphrase and your conversations are encrypted" in html
    # The chat's page carries nothing of it.
    assert "access.css" not in page.html("/en/p/trennung/chat")


@pytest.mark.parametrize("path", ["/", "/p/leben", "/p/leben/chat", "/en/p/leben"])
def test_nothing_is_offered_that_does_not_work_yet(built: Built, path: str) -> None:
    html = built.html(path)
    for words in ("Termin", "Leichte Sprache", "Gebärden"):
        assert words not in html


@pytest.mark.parametrize(
    "path", ["/", "/p/leben", "/p/leben/chat", "/p/leben/zugang", "/en/p/trennung/chat"]
)
def test_crisis_numbers_can_be_called_from_every_entrance(built: Built, path: str) -> None:
    called = {tag["href"] for tag in Tags(built.html(path)).named("a")}
    assert {"tel:112", "tel:08001110111", "tel:116016"} <= called


def test_opening_hours_are_shown_by_day(built: Built) -> None:
    html = built.html("/p/trennung")
    assert html.index("09:00 bis 12:00 Uhr") < html.index("Sonntag")
    assert "18:00 bis 24:00 Uhr" in html
    assert "Dienstag" not in re.sub(r'data-texts="[^"]*"', "", html)
    assert "Rund um die Uhr" in built.html("/p/leben")


def test_what_an_operator_writes_is_text_and_never_markup(web_root: Path, tmp_path: Path) -> None:
    name = "<script>alert(1)</script>"
    build_web(
        site_with(tmp_path, name=name),
        web_root,
        tmp_path / "out",
        brotli_quality=QUALITY,
    )
    html = Built(tmp_path / "out").html("/")
    assert name not in html
    assert "&lt;script&gt;" in html


def test_the_page_is_the_same_for_everybody(built: Built) -> None:
    for path in built.pages():
        assert "nonce" not in built.html(path)
