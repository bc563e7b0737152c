"""Files between two browsers: a picture without its traces, a document, cancelling, refusals."""

from __future__ import annotations

import base64
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, Route, expect

from tests.browser.conftest import Window, Windows
from tests.browser.people import CounsellorPage, House
from tests.browser.scenes import chat
from tests.helpers import files
from tests.helpers.chromium import CHROMIUM, launched

EXIF_WORDS = b"aufgenommen-in-der-Lindenstrasse"
WHOLE_BUTTON = "Datei anhängen"
MIB = 1024 * 1024
DRAW = """([width, height]) => new Promise((resolve) => {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  context.fillStyle = '#2a6a3e';
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#f0c36b';
  context.fillRect(width / 4, height / 4, width / 2, height / 2);
  canvas.toBlob(async (blob) => {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    resolve(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')));
  }, 'image/jpeg', 0.95);
})"""
MOVE = """(kind) => {
  const data = new DataTransfer();
  data.items.add(new File(['%PDF-1.7 x'], 'Ablage.pdf'));
  const event = kind === 'drop'
    ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
    : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
  document.getElementById('message-field').dispatchEvent(event);
}"""
IMAGE_SIZE = """(image) => image.decode().then(() => [image.naturalWidth, image.naturalHeight])"""


class Pair:
    """A seeker and a counsellor in one running chat, in two windows."""

    def __init__(self, house: House, maria: CounsellorPage, phone: Window) -> None:
        self.house = house
        self.maria = maria
        self.phone = phone
        self.seeker, _ = chat(house, maria, phone)


@pytest.fixture(scope="module")
def browser(browser: Browser) -> Iterator[Browser]:
    """All of Chromium: what saves a file lies around the engine."""
    with launched(browser.browser_type, CHROMIUM) as whole:
        yield whole


@pytest.fixture(scope="module")
def pair(house: House, maria: CounsellorPage, desks: Windows) -> Pair:
    return Pair(house, maria, desks.phone())


def attach(page: Page, name: str, mime: str, raw: bytes) -> Locator:
    """Choose a file; return the sheet that opens."""
    field = page.locator("input[type=file]")
    if len(raw) > MIB:
        # From the disk, as people do it; the test's own line carries no megabytes.
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(raw)
            field.set_input_files(path)
            expect(page.get_by_role("dialog").get_by_text(re.compile("vorbereitet"))).to_have_count(
                0
            )
    else:
        field.set_input_files(FilePayload(name=name, mimeType=mime, buffer=raw))
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    return sheet


def send(sheet: Locator) -> None:
    sheet.get_by_role("button", name="Datei senden").click()
    expect(sheet).to_have_count(0)


def bubble(page: Page, name: str) -> Locator:
    return page.get_by_role("log").locator("li").filter(has_text=name)


def saved(page: Page, button: Locator) -> tuple[str, bytes]:
    """Press a button that saves; return the name and the bytes."""
    with page.expect_download() as found:
        button.click()
    return found.value.suggested_filename, Path(found.value.path()).read_bytes()


def photo(page: Page, width: int, height: int) -> bytes:
    """Return a JPEG with traces of where it was taken."""
    drawn = base64.b64decode(page.evaluate(DRAW, [width, height]))
    return files.with_exif(drawn, EXIF_WORDS)


def test_a_picture_arrives_without_its_traces(pair: Pair) -> None:
    seeker, maria = pair.seeker.page, pair.maria.page
    raw = photo(seeker, 3000, 1500)
    assert EXIF_WORDS in raw
    sheet = attach(seeker, "IMG_2041.JPG", "image/jpeg", raw)
    expect(sheet.get_by_text("IMG_2041.jpg")).to_be_visible()
    expect(
        sheet.get_by_text("Aufnahmedaten wie Ort, Zeit und Gerät werden entfernt")
    ).to_be_visible()
    expect(sheet.get_by_role("img", name="Vorschau: IMG_2041.jpg")).to_be_visible()
    # A seeker is not asked: the traces always go.
    expect(sheet.get_by_role("checkbox")).to_have_count(0)
    send(sheet)
    expect(
        bubble(seeker, "IMG_2041.jpg").get_by_title(re.compile("zugestellt|gelesen"))
    ).to_be_visible()

    entry = bubble(maria, "IMG_2041.jpg")
    expect(entry.get_by_role("img", name="IMG_2041.jpg")).to_have_count(0)
    entry.get_by_role("button", name="Bild ansehen").click()
    image = entry.get_by_role("img", name="IMG_2041.jpg")
    expect(image).to_be_visible()
    assert image.evaluate(IMAGE_SIZE) == [2400, 1200]
    name, arrived = saved(maria, entry.get_by_role("button", name="IMG_2041.jpg speichern"))
    assert name == "IMG_2041.jpg"
    assert arrived.startswith(b"\xff\xd8\xff")
    assert EXIF_WORDS not in arrived
    assert b"Exif" not in arrived
    expect(entry.get_by_text("Die Datei liegt jetzt in Ihren Downloads")).to_be_visible()
    entry.get_by_role("button", name="Bild verbergen").click()
    expect(image).to_have_count(0)


def test_a_document_goes_the_other_way(pair: Pair) -> None:
    seeker, maria = pair.seeker.page, pair.maria.page
    raw = files.docx()
    sheet = attach(maria, "Wochen\u202eplan.docx", "", raw)
    expect(sheet.get_by_text("In Dokumenten können Namen")).to_be_visible()
    send(sheet)
    entry = bubble(seeker, "Wochenplan.docx")
    expect(entry.get_by_text("Word-Dokument")).to_be_visible()
    open_it = entry.get_by_role("button", name="Wochenplan.docx speichern")
    assert saved(seeker, open_it) == ("Wochenplan.docx", raw)
    expect(entry.get_by_text("Die Datei liegt jetzt in Ihren Downloads")).to_be_visible()


def test_a_counsellor_may_send_the_original(pair: Pair) -> None:
    maria, seeker = pair.maria.page, pair.seeker.page
    raw = photo(maria, 60, 40)
    sheet = attach(maria, "Plan vom Haus.jpg", "image/jpeg", raw)
    box = sheet.get_by_role("checkbox", name=re.compile("Aufnahmedaten entfernen"))
    expect(box).to_be_checked()
    box.uncheck()
    send(sheet)
    entry = bubble(seeker, "Plan vom Haus.jpg")
    entry.get_by_role("button", name="Bild ansehen").click()
    save_it = entry.get_by_role("button", name="Plan vom Haus.jpg speichern")
    assert saved(seeker, save_it) == ("Plan vom Haus.jpg", raw)


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("Brief.pdf", b"MZ\x90\0" + bytes(200), "Diese Art von Datei geht hier nicht"),
        ("Brief.docx", files.docx("word/vbaProject.bin"), "enthält Makros"),
        ("leer.pdf", b"", "Die Datei ist leer"),
        ("kaputt.jpg", files.jpeg_start() + bytes(50), "lässt sich nicht öffnen"),
        ("gross.pdf", files.pdf().ljust(25 * MIB + 1), "zu groß. Möglich sind 25 MB"),
    ],
    ids=["program", "macros", "empty", "broken picture", "too large"],
)
def test_what_is_not_passed_on_is_refused_in_words(
    pair: Pair, name: str, raw: bytes, words: str
) -> None:
    seeker = pair.seeker.page
    sheet = attach(seeker, name, "application/pdf", raw)
    expect(sheet.get_by_role("alert")).to_contain_text(words)
    expect(sheet.get_by_role("button", name="Datei senden")).to_have_count(0)
    sheet.get_by_role("button", name="Schließen").click()
    expect(sheet).to_have_count(0)
    expect(bubble(seeker, name)).to_have_count(0)


def test_cancelling_leaves_no_parts_behind(pair: Pair) -> None:
    seeker, house = pair.seeker.page, pair.house
    before = blobs(house)
    held: list[Route] = []

    def hold_the_second(route: Route) -> None:
        if route.request.url.endswith("/1"):
            held.append(route)
        else:
            route.continue_()

    seeker.route("**/blob/**", hold_the_second)
    send(attach(seeker, "Viel.pdf", "application/pdf", files.pdf().ljust(3 * MIB)))
    entry = bubble(seeker, "Viel.pdf")
    expect(entry.get_by_text("1 MB von")).to_be_visible()
    assert len(blobs(house)) > len(before)
    entry.get_by_role("button", name="Viel.pdf abbrechen").click()
    expect(entry).to_have_count(0)
    # The relay's answer to the cancellation comes before that of this message.
    pair.seeker.writes("Doch nicht.")
    pair.maria.reads("Doch nicht.")
    assert blobs(house) == before
    seeker.unroute("**/blob/**")


def test_a_lost_line_costs_no_file(pair: Pair) -> None:
    seeker, maria = pair.seeker.page, pair.maria.page
    lost: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.url)
        route.fetch()
        # The part has arrived, its answer has not.
        route.fulfill(status=408, body="no_answer")

    seeker.route("**/blob/**", lose_the_first_answer)
    raw = files.pdf().ljust(2 * MIB)
    send(attach(seeker, "Trotzdem.pdf", "application/pdf", raw))
    entry = bubble(maria, "Trotzdem.pdf")
    open_it = entry.get_by_role("button", name="Trotzdem.pdf speichern")
    assert saved(maria, open_it) == ("Trotzdem.pdf", raw)
    assert len(lost) == 1
    # The browser itself notes an answer that did not come; it is the only thing it may note.
    assert len(pair.phone.faults) == 1
    assert "408" in pair.phone.faults.pop()
    seeker.unroute("**/blob/**")


def test_what_came_changed_is_not_opened(pair: Pair) -> None:
    seeker, maria = pair.seeker.page, pair.maria.page
    send(attach(seeker, "Heil.pdf", "application/pdf", files.pdf()))
    entry = bubble(maria, "Heil.pdf")

    def change(route: Route) -> None:
        body = bytearray(route.fetch().body())
        body[100] ^= 1
        route.fulfill(status=200, body=bytes(body))

    maria.route("**/blob/**", change)
    entry.get_by_role("button", name="Heil.pdf speichern").click()
    expect(entry.get_by_role("alert")).to_contain_text("beschädigt oder verändert")
    maria.unroute("**/blob/**")
    name, _ = saved(maria, entry.get_by_role("button", name="Heil.pdf speichern"))
    assert name == "Heil.pdf"


def test_dropping_and_pasting_open_the_sheet(pair: Pair) -> None:
    maria = pair.maria.page
    for kind in ("drop", "paste"):
        maria.evaluate(
            MOVE,
            kind,
        )
        sheet = maria.get_by_role("dialog")
        expect(sheet.get_by_text("Ablage.pdf")).to_be_visible()
        maria.keyboard.press("Escape")
        expect(sheet).to_have_count(0)


def test_nothing_of_a_file_is_readable_on_the_server(pair: Pair) -> None:
    """T5: neither name, nor type, nor first bytes, in rows, log or files."""
    seeker, house = pair.seeker.page, pair.house
    raw = b"%PDF-1.7\n% inhalt-kanarie-4711\n"
    send(attach(seeker, "name-kanarie-4712.pdf", "application/pdf", raw))
    expect(bubble(pair.maria.page, "name-kanarie-4712.pdf")).to_be_visible()
    root = house.server.server.settings.data_dir.parent
    stored = [path for path in root.rglob("*") if path.is_file()]
    assert len(stored) > 5
    for needle in (b"kanarie-4711", b"kanarie-4712", raw[:16], b"application/pdf\0"):
        hits = [path.name for path in stored if needle in path.read_bytes()]
        assert hits == []


def test_after_the_end_the_counsellor_still_opens_files(pair: Pair) -> None:
    pair.seeker.ends_the_chat()
    pair.seeker.sees_the_end()
    pair.maria.sees_the_end()
    entry = bubble(pair.maria.page, "Heil.pdf")
    name, raw = saved(pair.maria.page, entry.get_by_role("button", name="Heil.pdf speichern"))
    assert (name, raw) == ("Heil.pdf", files.pdf())
    expect(pair.maria.page.get_by_role("button", name=WHOLE_BUTTON)).to_have_count(0)
    storage = "[sessionStorage.length, localStorage.length]"
    assert pair.seeker.page.evaluate(storage) == [0, 0]


def blobs(house: House) -> list[str]:
    """Name every file in the relay's blob store."""
    folder = house.server.server.settings.data_dir / "blobs"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())
