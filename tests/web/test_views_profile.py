"""The own profile, and the faces of a team, over sample models: what people meet there."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from crypto import picture
from tests.browser.axe import faults
from tests.browser.keyboard import Keys
from tests.helpers.files import png, with_exif
from tests.web.views_page import ACCESS, SEEKER, WORK, show

pytestmark = pytest.mark.browser
DESK = 1280
STATES = (
    "profile",
    "profile-new",
    "profile-unread",
    "profile-conflict",
    "profile-hostile",
    "profile-full",
)

# Half red, half blue, along the longer side.
DRAW = """async ([width, height, busy]) => {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d');
  const [x, y] = width > height ? [1, 0] : [0, 1];
  ['#c81e1e', '#1e1ec8'].forEach((colour, n) => {
    context.fillStyle = colour;
    context.fillRect(x * n * width / 2, y * n * height / 2, width, height);
  });
  if (busy) {
    const noise = context.createImageData(width, height);
    noise.data.forEach((_, at) => { noise.data[at] = Math.random() * 256; });
    context.putImageData(noise, 0, 0);
  }
  return canvas.toDataURL('image/jpeg', 0.95).split(',')[1];
}"""
CORNERS = """async (image) => {
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: 256, height: 256 });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return [2, 253].map((at) => {
    const [red, , blue] = context.getImageData(at, at, 1, 1).data;
    return red > blue + 60 ? 'red' : blue > red + 60 ? 'blue' : 'both';
  });
}"""


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


def opens(page: Page, state: str = "profile", width: int = DESK) -> None:
    """Go to the own profile."""
    show(page, WORK, state, width)
    if width < 960:
        page.get_by_role("button", name="Mehr", exact=True).click()
    page.get_by_role("button", name="Mein Profil").click()
    expect(page.get_by_role("heading", name="Mein Profil")).to_be_focused()


def preview(page: Page) -> Locator:
    return page.get_by_role("region", name="So sehen Ratsuchende Sie")


def picks(page: Page, raw: bytes, name: str = "ich.jpg", mime: str = "image/jpeg") -> None:
    """Choose a photo."""
    chosen = FilePayload(name=name, mimeType=mime, buffer=raw)
    page.locator("input[type=file]").set_input_files(files=[chosen])


def drawn(page: Page, width: int, height: int, *, busy: bool = False) -> bytes:
    """Return a photo, red at its start and blue at its end, that says where it was taken."""
    return with_exif(
        base64.b64decode(page.evaluate(DRAW, [width, height, busy])), b"52.5N 13.4E, Anna"
    )


def chosen_picture(page: Page) -> bytes:
    return bytes(page.evaluate("() => [...model.profile.picture.value]"))


def colours_of(page: Page) -> list[str]:
    """Say what stands at the first and at the last corner of the picture in the preview."""
    image = preview(page).locator("img")
    expect(image).to_be_visible()
    return [str(one) for one in image.evaluate(CORNERS)]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("width", [390, DESK])
def test_the_profile_is_accessible_in_every_state(page: Page, state: str, width: int) -> None:
    opens(page, state, width)
    assert faults(page) == []


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_wider_than_the_smallest_phone(page: Page, state: str) -> None:
    opens(page, state, 320)
    room = page.locator(".workspace__scroll")
    assert room.evaluate("(room) => room.scrollWidth <= room.clientWidth")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320


def test_what_is_typed_stands_in_the_preview_at_once(page: Page) -> None:
    opens(page)
    page.get_by_label("Anzeigename").fill("M. aus dem Norden")
    page.get_by_label("Über mich, auf Deutsch").fill("Erste Zeile\nZweite Zeile")
    page.get_by_label("Statuszeile").fill("Freitags nicht da")
    page.get_by_text("Sprachen, in denen Sie beraten").first.click()
    page.get_by_role("checkbox", name="Polnisch").check()
    page.get_by_role("checkbox", name="Englisch").uncheck()
    for words in ("M. aus dem Norden", "Freitags nicht da", "Deutsch, Polnisch und Türkisch"):
        expect(preview(page)).to_contain_text(words)
    expect(preview(page).get_by_text("Erste Zeile\nZweite Zeile")).to_be_visible()
    expect(page.get_by_text("Noch nicht gespeichert.")).to_be_visible()
    page.get_by_role("button", name="Profil speichern").click()
    expect(page.get_by_role("status").filter(has_text="Gespeichert.")).to_be_visible()
    assert faults(page) == []


def test_the_preview_says_whether_one_is_reachable(page: Page) -> None:
    opens(page)
    expect(preview(page)).to_contain_text("Gerade im Livechat erreichbar")
    page.get_by_role("switch", name="Erreichbar").click()
    expect(preview(page)).not_to_contain_text("Gerade im Livechat erreichbar")
    expect(preview(page)).to_contain_text("nicht für Livechats erreichbar")


def test_markup_in_any_field_stays_text(page: Page) -> None:
    opens(page, "profile-hostile")
    expect(preview(page)).to_contain_text("<img src=x onerror")
    expect(preview(page)).to_contain_text("<script>window.hit=1</script>")
    expect(preview(page)).to_contain_text('"><svg onload')
    assert page.evaluate("() => window.hit") is None
    assert preview(page).locator("script, svg, b, img").count() == 0


def test_what_is_missing_is_said_at_its_field(page: Page) -> None:
    opens(page, "profile-new")
    expect(preview(page)).to_contain_text("Noch kein Name")
    page.get_by_role("button", name="Profil speichern").click()
    field = page.get_by_label("Anzeigename")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Bitte geben Sie an, wie Sie")).to_be_visible()
    field.fill("x" * 81)
    page.get_by_role("button", name="Profil speichern").click()
    expect(page.get_by_text("Höchstens 80 Zeichen. Jetzt sind es 81.")).to_be_visible()
    assert faults(page) == []


def test_what_fails_keeps_everything_typed(page: Page) -> None:
    opens(page, "profile-offline")
    page.get_by_label("Statuszeile").fill("Gleich zurück")
    page.get_by_role("button", name="Profil speichern").click()
    expect(page.get_by_role("alert").filter(has_text="Keine Verbindung")).to_be_visible()
    expect(page.get_by_label("Statuszeile")).to_have_value("Gleich zurück")


def test_another_device_was_faster_and_both_versions_can_be_had(page: Page) -> None:
    opens(page, "profile-conflict")
    said = page.get_by_role("alert").filter(has_text="auf einem anderen Gerät geändert")
    expect(said).to_be_visible()
    page.get_by_label("Statuszeile").fill("Von hier")
    page.get_by_role("button", name="Die andere Fassung nehmen").click()
    expect(page.get_by_label("Statuszeile")).to_have_value("Urlaub bis 4. Januar")
    expect(said).to_have_count(0)


def test_eight_languages_are_enough(page: Page) -> None:
    opens(page)
    page.get_by_text("Sprachen, in denen Sie beraten").first.click()
    for name in ("Polnisch", "Russisch", "Dari", "Arabisch", "Somali"):
        page.get_by_role("checkbox", name=name).check()
    expect(page.get_by_role("checkbox", name="Ukrainisch")).to_be_disabled()
    page.get_by_role("checkbox", name="Dari").uncheck()
    expect(page.get_by_role("checkbox", name="Ukrainisch")).to_be_enabled()


@pytest.mark.parametrize("size", [(1200, 400), (400, 1200)])
def test_a_photo_becomes_a_square_that_says_nothing_of_its_place(
    page: Page, size: tuple[int, int]
) -> None:
    opens(page, "profile-new")
    picks(page, drawn(page, *size))
    assert colours_of(page) == ["red", "blue"]
    raw = chosen_picture(page)
    picture.check_picture(raw)
    assert (b"Anna" in raw, b"Exif" in raw) == (False, False)
    slider = page.get_by_role("slider", name="Ausschnitt verschieben")
    image = preview(page).locator("img")
    for key, colour in (("Home", "red"), ("End", "blue")):
        before = image.get_attribute("src") or ""
        slider.press(key)
        expect(image).not_to_have_attribute("src", before)
        assert colours_of(page) == [colour, colour]
    assert faults(page) == []


def test_a_png_becomes_a_picture_too_and_a_square_has_nothing_to_move(page: Page) -> None:
    opens(page, "profile-new")
    picks(page, png(40, 40, b"taken at home"), "ich.png", "image/png")
    expect(preview(page).locator("img")).to_be_visible()
    picture.check_picture(chosen_picture(page))
    expect(page.get_by_role("slider")).to_have_count(0)


def test_a_busy_picture_becomes_small_enough(page: Page) -> None:
    opens(page, "profile-new")
    picks(page, drawn(page, 1200, 1200, busy=True))
    expect(preview(page).locator("img")).to_be_visible()
    picture.check_picture(chosen_picture(page))


@pytest.mark.parametrize("raw", [b"<svg onload=alert(1)>", b"", b"\xff\xd8\xff\xe0 broken"])
def test_what_is_no_picture_is_refused_in_words(page: Page, raw: bytes) -> None:
    opens(page)
    before = chosen_picture(page)
    picks(page, raw)
    expect(page.get_by_role("alert").filter(has_text="lässt sich nicht öffnen")).to_be_visible()
    assert chosen_picture(page) == before


def test_a_picture_is_taken_away_and_the_focus_stays(page: Page) -> None:
    opens(page)
    expect(preview(page).locator("img")).to_be_visible()
    page.get_by_role("button", name="Bild entfernen").click()
    expect(page.get_by_role("button", name="Bild wählen")).to_be_focused()
    expect(preview(page)).to_contain_text("MB")
    expect(preview(page).locator("img")).to_have_count(0)


def test_the_own_key_is_shown_small(page: Page) -> None:
    opens(page)
    page.get_by_text("Mein Schlüssel").click()
    expect(page.locator(".words__word")).to_have_count(8)
    expect(page.get_by_text(re.compile(r"Ihr Zertifikat gilt bis \d+\."))).to_be_visible()
    assert faults(page) == []


def test_the_keyboard_walks_through_the_form(page: Page) -> None:
    opens(page, "profile-new")
    expect(page.get_by_label("Anzeigename")).to_be_visible()
    expect(page.get_by_role("heading", name="Mein Profil")).to_be_focused()
    keys = Keys(page)
    keys.tab()
    expect(page.get_by_label("Anzeigename")).to_be_focused()
    page.keyboard.type("Eva")
    keys.tab()
    expect(page.get_by_role("button", name="Bild wählen")).to_be_focused()
    keys.tab()
    page.keyboard.press("Enter")
    keys.tab()
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox").first).to_be_checked()
    page.get_by_label("Statuszeile").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Gespeichert.")).to_be_visible()


def test_one_may_go_elsewhere_and_come_back(page: Page) -> None:
    opens(page)
    page.get_by_label("Statuszeile").fill("Angefangen")
    page.get_by_role("button", name=re.compile("^Erstanfragen")).click()
    expect(page.get_by_role("heading", name="Erstanfragen")).to_be_focused()
    page.get_by_role("button", name="Mein Profil").click()
    expect(page.get_by_label("Statuszeile")).to_have_value("Angefangen")


# --- where seekers see it --------------------------------------------------------------------


def test_a_seeker_chooses_among_faces_which_are_fetched_when_they_are_looked_at(page: Page) -> None:
    show(page, ACCESS, "write")
    assert page.evaluate("() => window.fetched") is None
    page.get_by_text("Lieber an eine bestimmte Person").click()
    maria = page.locator(".recipient", has_text="Maria B.")
    maria.scroll_into_view_if_needed()
    expect(maria.locator("img")).to_be_visible()
    assert page.evaluate("() => window.fetched") == 1
    expect(maria).to_contain_text("Gerade im Livechat erreichbar")
    expect(maria).to_contain_text("Berät auf: Deutsch und Englisch")
    jonas = page.locator(".recipient", has_text="Jonas K.")
    expect(jonas.locator(".avatar")).to_have_text("JK")
    expect(jonas).to_contain_text("Urlaub bis 4. Januar")
    assert faults(page) == []


def test_an_english_page_shows_the_english_text_or_the_only_one(page: Page) -> None:
    show(page, f"/en{ACCESS}", "writePerson")
    maria = page.locator(".recipient", has_text="Maria B.")
    expect(maria.locator("[lang=en]")).to_have_text("I have been a counsellor for twelve years.")
    only = page.locator(".recipient", has_text="Ayse T.")
    expect(only.locator("[lang=de]")).to_have_text("Ich schreibe meistens abends.")


@pytest.mark.parametrize("state", ["offerFace", "chatFace"])
def test_a_live_chat_shows_the_face_of_who_is_there(page: Page, state: str) -> None:
    show(page, SEEKER, state, DESK)
    expect(page.locator(".avatar > img")).to_be_visible()
    assert faults(page) == []


def test_places_are_chosen_typed_and_saved(page: Page) -> None:
    opens(page)
    card = page.get_by_role("region", name="Neue Anfragen")
    expect(card.get_by_role("radio", name="So viele, wie kommen")).to_be_checked()
    card.get_by_role("radio", name="Höchstens eine bestimmte Zahl").check()
    number, save = card.get_by_label("So viele zugleich"), card.get_by_role("button")
    number.fill("0")
    save.click()
    expect(number).to_be_focused()
    expect(card.get_by_role("alert")).to_contain_text("von 1 bis 999")
    number.fill("3")
    expect(card).to_contain_text("erst, wenn eine davon abgeschlossen ist")
    save.click()
    expect(card.get_by_role("status")).to_contain_text("Gespeichert")
    assert page.evaluate("() => window.places") == 3


def test_places_can_be_chosen_with_the_keyboard_alone(page: Page) -> None:
    opens(page, "profile-full")
    card = page.get_by_role("region", name="Neue Anfragen")
    card.get_by_role("radio", name="Höchstens eine bestimmte Zahl").focus()
    keys = Keys(page)
    page.keyboard.press("ArrowDown")
    expect(card.get_by_role("radio", name="Gerade keine")).to_be_checked()
    keys.tab()
    page.keyboard.press("Enter")
    expect(card.get_by_role("status")).to_contain_text("Gespeichert")
    assert page.evaluate("() => window.places") == 0
