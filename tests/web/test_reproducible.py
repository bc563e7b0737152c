"""A build shows nothing of where and when it was made, and a built folder can be checked again."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest

from e2e_server.web import build_web, differences, render
from tests.helpers.rebuild import ELSEWHERE, HERE, World, run_in
from tests.web.built import QUALITY, SITE, Built

BUILD = """
import sys
from pathlib import Path
from e2e_server.web import build_web
site, web, out = map(Path, sys.argv[1:])
build_web(site, web, out, brotli_quality=1)
"""
TELL = """
import datetime, os, time
mask = os.umask(0)
print(datetime.datetime.now().isoformat(), datetime.date.today(), int(time.time()), oct(mask))
"""


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def copied(tree: Path, to: Path, *, is_backwards: bool) -> Path:
    """The same tree, its files made in another order and with another age."""
    files = sorted(path for path in tree.rglob("*") if path.is_file())
    for age, path in enumerate(reversed(files) if is_backwards else files):
        target = to / path.relative_to(tree)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
        os.utime(target, (age, age))
    return to


def test_two_worlds_differ_in_what_they_are_made_of(tmp_path: Path) -> None:
    """Else the next test could not fail."""
    said = [run_in(world, tmp_path / "world", ["-c", TELL]) for world in (HERE, ELSEWHERE)]
    assert said == [
        "2026-10-14T19:46:40 2026-10-14 1792000000 0o22\n",
        "2034-01-01T13:59:59 2034-01-01 2019686399 0o77\n",
    ]


def test_two_worlds_build_the_same_bytes(web_root: Path, tmp_path: Path) -> None:
    built = []
    worlds: tuple[tuple[str, World], ...] = (("one", HERE), ("a second folder", ELSEWHERE))
    for name, world in worlds:
        folder = tmp_path / name
        web = copied(web_root, folder / "web", is_backwards=world is ELSEWHERE)
        out = folder / "out"
        run_in(world, folder / "world", ["-c", BUILD, str(SITE), str(web), str(out)])
        built.append(content(out))
    assert built[0] == built[1]
    assert len(built[0]) > 50


def test_a_folder_is_what_was_rendered(web_root: Path, built: Built) -> None:
    assert differences(built.out, render(SITE.read_bytes(), web_root)) == ()


def _changed(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


def _packed(path: Path) -> None:
    path.write_bytes(brotli.compress(b"something else"))


def _zipped(path: Path) -> None:
    path.write_bytes(gzip.compress(b"something else"))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:9])


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("pages/index.html", _changed, "pages/index.html differs"),
        ("MANIFEST.code.json", _changed, "MANIFEST.code.json differs"),
        ("site.json", _changed, "site.json differs"),
        ("headers.json", Path.unlink, "headers.json is missing"),
        ("pages/p/more.html", Path.touch, "pages/p/more.html belongs to no page"),
        ("pages/index.html.br", _packed, "pages/index.html.br holds something else"),
        ("pages/index.html.gz", _zipped, "pages/index.html.gz holds something else"),
        ("pages/index.html.br", _cut, "pages/index.html.br cannot be unpacked"),
        ("pages/index.html.gz", _cut, "pages/index.html.gz cannot be unpacked"),
    ],
)
def test_whatever_was_changed_in_a_folder_is_named(
    web_root: Path, built: Built, name: str, change: Callable[[Path], None], words: str
) -> None:
    change(built.out / name)
    assert differences(built.out, render(SITE.read_bytes(), web_root)) == (words,)


def test_what_another_program_builds_is_named_file_by_file(web_root: Path, built: Built) -> None:
    worker = web_root / "js" / "worker.js"
    worker.write_text("self.onmessage = null;\n", "utf-8")
    found = differences(built.out, render(SITE.read_bytes(), web_root))
    assert "MANIFEST.code.json differs" in found
    build_web(SITE, web_root, built.out, brotli_quality=QUALITY)
    assert differences(built.out, render(SITE.read_bytes(), web_root)) == ()
