"""Canaries of an enrolment: the link's secret, name and passphrase are in no file, no log, no
request and on no line; and the browser keeps nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Request

from crypto import invitelink
from tests.browser.canary import files_of, holds, served_files
from tests.browser.conftest import Windows
from tests.browser.lines import Traffic
from tests.browser.newcomer import NewcomerPage, Office
from tests.browser.people import House
from tests.browser.scenes import KEPT, NOTHING

NAME = "Kanarienvogel-8801"
PHRASE = "Kanarienvogel zieht ein 8802"
TYPED = (NAME, NAME.lower(), PHRASE)


@dataclass(frozen=True)
class Enrolled:
    """Everything that an enrolment left anywhere."""

    link: str
    files: dict[str, bytes]
    served: dict[str, bytes]
    log: bytes
    frames: list[bytes]
    requests: list[str]
    title: str
    state: object
    kept: object

    @property
    def markers(self) -> list[str]:
        """What was typed, and the invitation as it is written."""
        written = self.link.partition("#")[2]
        bare = written.replace("-", "")
        return [*TYPED, written, bare, bare[:26], invitelink.read(written).secret.hex()]

    def holds(self, content: bytes) -> bool:
        secret = invitelink.read(self.link).secret
        return secret in content or any(holds(content, marker) for marker in self.markers)


@pytest.fixture(scope="module")
def enrolled(house: House, desks: Windows) -> Enrolled:
    """From the link to the workspace, walked through once."""
    office, window = Office(house), desks.desk()
    page = window.page
    traffic = Traffic(page)
    requests: list[str] = []

    def note(request: Request) -> None:
        body = request.post_data_buffer or b""
        requests.append(f"{request.url} {request.headers} {body!r}")

    page.on("request", note)
    newcomer = NewcomerPage(house, page)
    link = office.invites()
    newcomer.enrols(link, NAME, PHRASE)
    files = files_of(house)
    state, title = page.evaluate("[history.state, document.referrer, location.href]"), page.title()
    kept = page.evaluate(KEPT)
    office.admits(office.approves(link))
    newcomer.is_confirmed()
    return Enrolled(
        link=link,
        files=files | files_of(house),
        served=dict(served_files(house)),
        log="\n".join(house.server.server.log).encode(),
        frames=[*traffic.sent, *traffic.received],
        requests=requests,
        title=title,
        state=state,
        kept=kept,
    )


def test_no_file_and_no_log_line_holds_it(enrolled: Enrolled) -> None:
    for name, content in {**enrolled.files, "log": enrolled.log}.items():
        assert not enrolled.holds(content), name


def test_no_served_file_holds_it(enrolled: Enrolled) -> None:
    for name, content in enrolled.served.items():
        assert not enrolled.holds(content), name


def test_no_line_carries_it(enrolled: Enrolled) -> None:
    assert len(enrolled.frames) > 15
    for frame in enrolled.frames:
        assert not enrolled.holds(frame)


def test_no_request_carries_it(enrolled: Enrolled) -> None:
    address = enrolled.link.partition("#")[0]
    assert sum(one.startswith(f"{address} ") for one in enrolled.requests) == 1
    for request in enrolled.requests:
        assert not enrolled.holds(request.encode()), request


def test_the_browser_keeps_nothing(enrolled: Enrolled) -> None:
    assert enrolled.kept == NOTHING
    assert not enrolled.holds(enrolled.title.encode())
    address = enrolled.link.partition("#")[0]
    assert enrolled.state == [None, "", address]
