"""What all tests share: the order, people on a server, and one browser for all that need one."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import hypothesis
import pytest
from playwright.sync_api import Browser

from crypto import primitives
from tests.helpers import atrest
from tests.helpers.actors import Cast
from tests.helpers.chromium import SHELL, running_chromium
from tests.helpers.server import serving

# A busy machine fails nothing; speed is shown by bench/.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

# Where Python is told to keep nothing compiled, each of a run's many processes compiles everything.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

BROWSERS = {"browser", "firefox"}
HOMES = {Path(__file__).parent / name for name in ("browser", "web")}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, and put it last.

    Playwright keeps a running loop in this thread from its first page to its last; no asynchronous
    test could run in between.
    """
    for item in items:
        if BROWSERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
        # There `make test` looks for them, and nowhere else.
        if item.get_closest_marker("browser") and HOMES.isdisjoint(item.path.parents):
            raise pytest.UsageError(f"{item.nodeid} belongs below tests/browser or tests/web")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session", autouse=True)
def argon2id_once() -> Iterator[None]:
    """Compute Argon2id at its full cost, but for the same words only once in a run.

    People of these tests make an account and sign in with it a second later, again and again.
    """
    once = cache(primitives.sodium.crypto_pwhash_alg)
    with mock.patch.object(primitives.sodium, "crypto_pwhash_alg", once):
        yield


@pytest.fixture(scope="session", autouse=True)
def houses_at_rest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Prepare once in a run what many tests begin with."""
    with atrest.kept_in(tmp_path_factory.mktemp("at-rest")):
        yield


@pytest.fixture
def settings() -> dict[str, Any]:
    """What the relay of `cast` is set to; a file that needs more has a fixture of this name."""
    # Tests of one scene after another write more than a person would.
    return {"enquiries_per_day": 1_000}


@pytest.fixture
async def cast(tmp_path: Path, settings: dict[str, Any]) -> AsyncIterator[Cast]:
    """People on a server that nobody has met."""
    async with serving(tmp_path, **settings) as server:
        found = Cast(server)
        yield found
        await found.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One engine of Chromium; whoever shares nothing with others opens a context of their own."""
    with running_chromium(SHELL) as chromium:
        yield chromium
