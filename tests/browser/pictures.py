"""Takes a picture of every screen of the first journey: `python -m tests.browser.pictures FOLDER`.

Each at 390 and 1280 px, light and dark, from real pages of a running service, to be looked at.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect

from e2e_server.web import build_web
from tests.browser.access import OWN_PHRASE, AccessPage
from tests.browser.desk import DeskPage, Writer
from tests.browser.people import CounsellorPage, House, SeekerPage
from tests.browser.writing import Answerer, WriterPage
from tests.helpers.chromium import running_chromium
from tests.helpers.clock import FakeClock
from tests.helpers.organisation import Organisation
from tests.helpers.server import ThreadedServer, portal_entry, write_site

ROOT = Path(__file__).parents[2]
SIZES = {"phone": (390, 844), "desk": (1280, 800)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


WRITERS = (
    ("farn-702", "", "Ich weiß nicht, ob ich hier richtig bin, und möchte es trotzdem versuchen"),
    ("nebel-703", "Sucht", ""),
    ("amsel-704", "Trennung", "Umzug und niemand, der hilft"),
)
STORY = (
    "Seit dem Frühjahr streiten wir fast jeden Tag.\n\n"
    "Ich schlafe schlecht und denke die ganze Nacht daran.\n\n"
    "- Was kann ich sagen?\n- Mit wem kann ich reden?"
)


class Camera:
    """Takes one screen in all its forms."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, page: Page, name: str) -> None:
        """Picture the page in both sizes and both schemes, then leave it as it was."""
        before = page.viewport_size
        page.evaluate("() => document.fonts.ready.then(() => undefined)")
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=str(self._folder / f"{name}-{size}-{scheme}.png"))
        page.emulate_media(color_scheme="light")
        if before is not None:
            page.set_viewport_size(before)


def walk(house: House, browser: Browser, camera: Camera) -> None:
    """Lead a seeker and a counsellor through the journey and picture each screen."""
    desk, phone = _page(browser, "desk"), _page(browser, "phone")
    maria, seeker = CounsellorPage(house, desk), SeekerPage(house, phone)
    desk.goto(f"{house.url}/team")
    expect(desk.get_by_label("Anmeldename")).to_be_visible()
    camera.take(desk, "10-sign-in")
    maria.signs_in("maria")
    camera.take(desk, "11-not-reachable")
    maria.becomes_reachable()
    camera.take(desk, "12-nobody-waits")
    phone.goto(f"{house.url}/p/leben")
    expect(phone.get_by_text("Jetzt geöffnet")).to_be_visible()
    camera.take(phone, "01-portal")
    seeker.comes_to_the_portal()
    expect(phone.get_by_role("button", name="Bestätigen")).to_be_visible()
    camera.take(phone, "02-before")
    seeker.confirms_the_privacy_notice()
    seeker.is_waiting()
    camera.take(phone, "03-waiting")
    expect(maria.row(seeker.number)).to_be_visible()
    camera.take(desk, "13-queue")
    maria.accepts(seeker.number)
    expect(desk.get_by_role("button", name="Antworten")).to_be_visible()
    camera.take(desk, "14-accepted")
    expect(phone.get_by_role("button", name="Jetzt chatten")).to_be_visible()
    camera.take(phone, "04-offer")
    maria.answers()
    camera.take(desk, "15-greeting")
    seeker.says_yes()
    _talk(seeker, maria)
    camera.take(phone, "05-chat")
    camera.take(desk, "16-chat")
    desk.get_by_role("button", name="Eigener Name und Farbe").click()
    camera.take(desk, "18-own-name")
    desk.keyboard.press("Escape")
    phone.get_by_role("button", name="Beenden").first.click()
    camera.take(phone, "06-end-dialog")
    phone.get_by_role("dialog").get_by_role("button", name="Chat beenden").click()
    seeker.sees_the_end()
    camera.take(phone, "07-ended")
    maria.sees_the_end()
    camera.take(desk, "17-ended")
    for slug in ("datenschutz", "impressum", "barrierefreiheit", "sicher-surfen", "en/p/leben"):
        phone.goto(f"{house.url}/{slug}")
        camera.take(phone, f"20-{slug.replace('/', '-')}")


def walk_access(house: House, browser: Browser, camera: Camera) -> None:
    """Lead somebody through the access room: the three steps, home, settings, the way by sheet."""
    phone = _page(browser, "phone")
    anna = AccessPage(house, phone)
    anna.comes()
    camera.take(phone, "30-access-sign-in")
    anna.presses("Zugang anlegen")
    expect(anna.heading("Wie möchten Sie hier heißen?")).to_be_visible()
    camera.take(phone, "31-access-name")
    anna.presses("Weiter")
    camera.take(phone, "32-access-passphrase")
    anna.chooses_a_passphrase(OWN_PHRASE)
    camera.take(phone, "33-access-own-passphrase")
    anna.presses("Zugang anlegen")
    expect(phone.get_by_role("img", name="QR-Code mit demselben Code").first).to_be_visible()
    camera.take(phone, "34-access-sheet")
    anna.presses("Ich habe es an einem sicheren Ort")
    camera.take(phone, "35-access-trial")
    anna.presses("Blatt noch einmal ansehen")
    anna.presses("Später erinnern")
    anna.is_home()
    expect(phone.get_by_text("Noch keine Gespräche")).to_be_visible()
    camera.take(phone, "36-access-home")
    anna.opens_settings("Was ist noch auf dem Server")
    expect(phone.get_by_text("eine verschlüsselte Seite")).to_be_visible()
    camera.take(phone, "37-access-stock")
    anna.presses("Zurück")
    camera.take(phone, "38-access-settings")
    phone.get_by_role("button", name="Zugang löschen").click()
    expect(phone.get_by_role("dialog")).to_contain_text("Das lässt sich nicht rückgängig machen")
    camera.take(phone, "39-access-delete")


def walk_writing(house: House, browser: Browser, camera: Camera) -> None:
    """Lead somebody through writing: the form, sent, taken, answered, the question at the end."""
    phone = _page(browser, "phone")
    anna, maria = WriterPage(house, phone), Answerer(house)
    anna.has_an_access("kiesel-702")
    anna.begins()
    anna.types(STORY, "Wie weiter?")
    phone.get_by_text("Lieber an eine bestimmte Person").click()
    camera.take(phone, "50-writing-form")
    anna.sends()
    camera.take(phone, "51-writing-sent")
    case = maria.takes()
    maria.says(case, "Guten Tag. Danke, dass Sie schreiben.")
    anna.stands("beantwortet")
    anna.who_reads()
    camera.take(phone, "52-writing-answered")
    phone.get_by_role("button", name="Anliegen schließen").click()
    camera.take(phone, "53-writing-close")
    phone.keyboard.press("Escape")
    anna.goes_home()
    expect(anna.row("Wie weiter?")).to_contain_text("beantwortet")
    camera.take(phone, "54-writing-list")


def walk_written(house: House, browser: Browser, camera: Camera) -> None:
    """Lead a counsellor through written requests: list, request, conversation, done, closing."""
    desk = _page(browser, "desk")
    maria = DeskPage(house, desk)
    maria.signs_in("maria")
    maria.opens_written()
    expect(desk.get_by_text("Gerade ist keine schriftliche Anfrage offen.")).to_be_visible()
    camera.take(desk, "40-written-none")
    for name, topic, subject in WRITERS:
        Writer(house, name).writes(subject, STORY, topic=topic)
        expect(maria.enquiry_row(subject or "Ohne Betreff")).to_be_visible()
    camera.take(desk, "41-written-list")
    anna = Writer(house, "kiesel-701")
    anna.writes("Streit mit meiner Chefin", STORY, topic="Arbeit")
    anna.sends_a_file(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "brief.pdf")
    maria.opens_enquiry("Streit mit meiner Chefin")
    expect(desk.get_by_text("brief.pdf")).to_be_visible()
    camera.take(desk, "42-written-request")
    maria.takes()
    maria.has_taken()
    camera.take(desk, "43-written-taken")
    maria.answers_now()
    maria.writes_back("Guten Tag. Das klingt anstrengend. Wollen wir mit den Nächten beginnen?")
    anna.says("Ja, gern.")
    maria.reads("Ja, gern.")
    camera.take(desk, "44-written-conversation")
    desk.get_by_role("button", name="Schließen und löschen").click()
    camera.take(desk, "45-written-close")
    desk.keyboard.press("Escape")
    desk.get_by_role("button", name="Abschließen").click()
    maria.stands("abgeschlossen")
    camera.take(desk, "46-written-done")
    maria.opens_messages("Erledigt")
    camera.take(desk, "47-written-shelf")


def main(folder: Path) -> None:
    """Build, serve, enrol, walk."""
    organisation = Organisation()
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        site = write_site(base / "site.json", organisation, [portal_entry(organisation)])
        build_web(site, ROOT / "web", base / "out", brotli_quality=1)
        clock = FakeClock(time.time_ns() // 1_000_000)
        with (
            ThreadedServer(base / "house", site_dir=base / "out", clock=clock) as server,
            running_chromium() as chromium,
        ):
            house = House(server)
            house.enrol()
            walk(house, chromium, Camera(folder))
            walk_access(house, chromium, Camera(folder))
            walk_written(house, chromium, Camera(folder))
            walk_writing(house, chromium, Camera(folder))
            house.close()


def _page(browser: Browser, size: str) -> Page:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="de-DE",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    return context.new_page()


def _talk(seeker: SeekerPage, maria: CounsellorPage) -> None:
    maria.reads("Nur Sie und")
    maria.writes("Guten Abend, ich bin Maria aus dem Team. Schön, dass Sie da sind.")
    seeker.reads("Guten Abend, ich bin Maria")
    seeker.writes("Guten Abend. Ich liege seit Stunden wach und denke an die Arbeit.")
    maria.reads("Ich liege seit Stunden wach")
    maria.writes("Das klingt anstrengend. Mögen Sie erzählen, was **abends** passiert?")
    seeker.writes("Es sind drei Dinge:\n- Termine\n- der Streit mit meiner Chefin\n- die Nächte")
    maria.reads("der Streit mit meiner Chefin")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
