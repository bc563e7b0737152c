"""The own profile in real browsers: what a counsellor saves is what a seeker and colleagues see."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from tests.browser.conftest import Windows
from tests.browser.people import CounsellorPage, House, SeekerPage
from tests.browser.writing import WriterPage
from tests.helpers.files import with_exif
from tests.helpers.portraits import portrait

PHOTO = with_exif(portrait(90, width=640, height=480), b"52.5N 13.4E, at home")
MARKUP = '<img src=x onerror="window.hit=1"> & <b>ich</b>'


class ProfilePage(CounsellorPage):
    """A counsellor at "Mein Profil"."""

    def opens_profile(self) -> None:
        self.page.get_by_role("button", name="Mein Profil").click()
        expect(self.page.get_by_label("Anzeigename")).to_be_visible()

    def types(self, label: str, words: str) -> None:
        self.page.get_by_label(label).fill(words)

    def speaks(self, *languages: str) -> None:
        self.page.get_by_text("Sprachen, in denen Sie beraten").first.click()
        for language in languages:
            self.page.get_by_role("checkbox", name=language).check()

    def chooses_a_picture(self, raw: bytes) -> None:
        chosen = FilePayload(name="ich.jpg", mimeType="image/jpeg", buffer=raw)
        self.page.locator("input[type=file]").set_input_files(files=[chosen])
        expect(self.preview.locator("img")).to_be_visible()

    def saves(self) -> None:
        self.page.get_by_role("button", name="Profil speichern").click()

    def has_saved(self) -> None:
        expect(self.page.get_by_role("status").filter(has_text="Gespeichert.")).to_be_visible()

    @property
    def preview(self) -> Locator:
        return self.page.get_by_role("region", name="So sehen Ratsuchende Sie")


def shown_to(anna: WriterPage, name: str) -> Locator:
    """Open the list of whom one may write to, and find somebody there."""
    anna.begins()
    anna.page.get_by_text("Lieber an eine bestimmte Person").click()
    found = anna.page.locator(".recipient", has_text=name)
    found.scroll_into_view_if_needed()
    return found


def pixel_of(place: Locator) -> int:
    """The grey in the middle of a picture."""
    image = place.locator("img")
    expect(image).to_be_visible()
    grey = """async (image) => {
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0, 1, 1);
      return context.getImageData(0, 0, 1, 1).data[0];
    }"""
    return int(image.evaluate(grey))


@pytest.fixture
def maria(house: House, windows: Windows) -> ProfilePage:
    maria = ProfilePage(house, windows.desk().page)
    maria.signs_in("maria")
    maria.opens_profile()
    return maria


def test_what_a_counsellor_saves_is_what_others_see(
    house: House, windows: Windows, maria: ProfilePage
) -> None:
    maria.types("Anzeigename", "Maria vom Deich")
    maria.speaks("Deutsch", "Türkisch")
    maria.types("Über mich, auf Deutsch", f"Ich höre zu.\n{MARKUP}")
    maria.types("Über mich, auf Englisch", "I listen.")
    maria.types("Statuszeile", "Urlaub bis 4. Januar")
    maria.chooses_a_picture(PHOTO)
    maria.saves()
    maria.has_saved()
    expect(maria.page.locator(".rail__me-who")).to_contain_text("Maria vom Deich")

    phone = windows.phone().page
    asked: list[tuple[str, str]] = []
    phone.on("request", lambda request: asked.append((request.resource_type, request.url)))
    anna = WriterPage(house, phone)
    anna.has_an_access("kiesel-900")
    seen = shown_to(anna, "Maria vom Deich")
    for words in (
        "Berät auf: Deutsch und Türkisch",
        "Urlaub bis 4. Januar",
        "Ich höre zu.",
        MARKUP,
    ):
        expect(seen).to_contain_text(words)
    expect(seen).not_to_contain_text("I listen.")
    assert abs(pixel_of(seen) - 90) <= 3
    assert phone.evaluate("() => window.hit") is None
    # No address of it is ever asked for: it comes over the line.
    images = [url for kind, url in asked if kind == "image" and "/static/" not in url]
    assert [url for url in images if not url.startswith("blob:")] == []
    expect(anna.page.get_by_text("Lesen kann es das Team")).to_contain_text("Maria vom Deich")

    stored = house.server.run(lambda: _picture_of(house))
    assert (b"at home" in stored, b"Exif" in stored) == (False, False)

    # A colleague too, who signs in later.
    jonas = ProfilePage(house, windows.desk().page)
    anna.types(subject="Wer liest das?")
    anna.sends()
    jonas.signs_in("jonas")
    jonas.page.get_by_role("tab", name="Schriftlich").click()
    jonas.page.locator(".row--written", has_text="Wer liest das?").click()
    expect(jonas.page.get_by_text("Maria vom Deich", exact=False).first).to_be_visible()
    # Whoever takes everything back leaves nothing behind.
    maria.types("Anzeigename", "Maria B.")
    maria.page.get_by_role("button", name="Bild entfernen").click()
    maria.saves()
    maria.has_saved()
    assert house.server.run(lambda: _picture_of(house)) == b""


def test_of_two_devices_the_second_is_told(
    house: House, windows: Windows, maria: ProfilePage
) -> None:
    other = ProfilePage(house, windows.desk().page)
    other.signs_in("maria")
    other.opens_profile()
    maria.types("Statuszeile", "Vom ersten Gerät")
    maria.saves()
    maria.has_saved()
    other.types("Statuszeile", "Vom zweiten Gerät")
    other.saves()
    expect(other.page.get_by_text("auf einem anderen Gerät geändert")).to_be_visible()
    expect(other.page.get_by_label("Statuszeile")).to_have_value("Vom zweiten Gerät")
    other.page.get_by_role("button", name="Die andere Fassung nehmen").click()
    expect(other.page.get_by_label("Statuszeile")).to_have_value("Vom ersten Gerät")
    other.types("Statuszeile", "")
    other.saves()
    other.has_saved()


def test_a_live_chat_shows_the_face_of_who_is_there(
    house: House, windows: Windows, maria: ProfilePage
) -> None:
    maria.chooses_a_picture(PHOTO)
    maria.saves()
    maria.has_saved()
    maria.page.get_by_role("button", name=re.compile("^Erstanfragen")).click()
    maria.becomes_reachable()
    page = windows.desk().page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    seeker = SeekerPage(house, page)
    seeker.comes_to_the_portal()
    seeker.confirms_the_privacy_notice()
    seeker.is_waiting()
    # What draws a face comes when somebody shows one.
    assert "person.js" not in asked
    maria.accepts(seeker.number)
    assert abs(pixel_of(page.get_by_role("dialog").locator(".avatar")) - 90) <= 3
    seeker.says_yes()
    assert abs(pixel_of(page.locator(".chat__who .avatar")) - 90) <= 3
    seeker.ends_the_chat()
    seeker.sees_the_end()


async def _picture_of(house: House) -> bytes:
    """Return what the database holds of the pictures of all."""
    db = house.server.server.relay.parts.db
    rows = await db.read(lambda tx: tx.all("SELECT picture FROM staff_profiles"))
    return b"".join(row[0] for row in rows)
