"""Where canaries are looked for, and in which forms."""

from __future__ import annotations

import base64
import gzip
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.browser.people import House


def forms(marker: str) -> list[bytes]:
    """The marker as it could lie somewhere: each form long enough not to meet by chance."""
    raw = marker.encode()
    # Three alignments of base64: the ends that depend on the neighbours are cut off.
    shifted = [base64.b64encode(bytes(i) + raw)[4:-4] for i in range(3)]
    return [
        raw,
        marker.encode("utf-16-le"),
        raw.hex().encode(),
        raw.hex().upper().encode(),
        urllib.parse.quote(marker).encode(),
        *shifted,
    ]


def holds(content: bytes, marker: str) -> bool:
    """Whether the marker is in there in any form."""
    return any(form in content for form in forms(marker))


def files_of(house: House) -> dict[str, bytes]:
    """Every file of relay and keeper: database, WAL, blobs, mirror, copy, secrets."""
    settings = house.server.server.settings
    folders = (
        settings.data_dir,
        settings.keeper_dir,
        settings.keeper_mirror_dir,
        settings.keeper_copy_dir,
    )
    return {
        str(path): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def served_files(house: House) -> Iterator[tuple[str, bytes]]:
    """What the relay hands out to anybody: every built file and its open addresses."""
    for path in sorted(Path(house.server.server.settings.site_dir).rglob("*")):
        if path.is_file() and path.suffix != ".br":
            content = path.read_bytes()
            yield str(path), gzip.decompress(content) if path.suffix == ".gz" else content
    pages = ("/", "/p/leben", "/p/leben/chat", "/p/leben/zugang", "/team", "/team/einladung")
    for address in pages:
        with urllib.request.urlopen(house.url + address) as answer:
            yield address, answer.read()
