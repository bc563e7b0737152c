"""What it costs to replay and check a whole log: `python -m bench.logs [leaves ...] [--slower N]`.

Judged as at every sign-in: each leaf decoded, its payload hashed, its signature and its right
checked, the tree built, the log key's checkpoint and the cosignatures of two witnesses verified. In
Python, and in Chromium with the page's processor slowed down. A quarter of the leaves are new
certificates, a half renewals, a quarter days of deletions.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from crypto import tiles, witnesses
from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.cosignature import cosign, with_line
from crypto.keys import KemPublic, SignSecret
from crypto.logview import LogView, replay
from crypto.primitives import sign_public
from crypto.publication import Deletions
from crypto.random import random_bytes
from crypto.statement import DAY_MS, Role, Staff
from tests.helpers.chromium import running_chromium
from tests.helpers.organisation import NOW_MS, ORIGIN, Organisation
from tests.vectors.make.cosignature import NAMES, SECRETS, WITNESSES

SIZES = (4_096, 65_536)
SLOWER = 4
ROUNDS = 3
WEB = Path(__file__).parents[1] / "web"
# As the relay hands them out, so that the page gets a word in between.
_PART = 256
_IN_PAGE = """
async ({ fingerprint, note, nowMs, part }) => {
  const { ready } = await import('/js/crypto/primitives.js');
  const { LogView } = await import('/js/crypto/logview.js');
  const witnesses = await import('/js/crypto/witnesses.js');
  await ready();
  const bundle = async (name) => {
    const raw = new Uint8Array(await (await fetch(name)).arrayBuffer());
    const entries = [];
    for (let place = 0; place < raw.length;) {
      const start = place + 2;
      place = start + raw[place] * 256 + raw[place + 1];
      entries.push(raw.slice(start, place));
    }
    return entries;
  };
  const [leaves, payloads] = [await bundle('/leaves'), await bundle('/payloads')];
  const begun = performance.now();
  const view = new LogView(Uint8Array.from(fingerprint));
  for (let at = 0; at < leaves.length; at += part) {
    view.take(leaves.slice(at, at + part), payloads.slice(at, at + part));
    await new Promise((resolve) => setTimeout(resolve));
  }
  view.checkCheckpoint(Uint8Array.from(note));
  witnesses.check(view, Uint8Array.from(note), nowMs);
  const spent = performance.now() - begun;
  const valid = view.staffStatementsSince(0).length;
  return { spent, valid };
}
"""


class Log:
    """A log of `size` leaves that all count, and its note with the lines of two witnesses."""

    def __init__(self, size: int) -> None:
        organisation = Organisation()
        organisation.found()
        organisation.policy(NOW_MS + 1, quorum=2, witnesses=WITNESSES)
        admin = organisation.admin("Ada")
        people: list[tuple[bytes, Staff]] = []
        day = NOW_MS // DAY_MS - size // 4 - 1
        for number in range(size - len(organisation.log)):
            at_ms = NOW_MS + 2 + number
            if number % 4 == 0:
                deletions = Deletions(day=day, count=3, root=random_bytes(32))
                day += 1
                organisation.add(
                    organisation.log_key, organisation.deployment_id, deletions, at_ms, 0
                )
                continue
            if number % 4 == 1:
                people.append((random_bytes(16), _newcomer(organisation)))
            subject16, payload = people[number // 3 % len(people)]
            if number % 4 == 1:
                subject16, payload = people[-1]
            organisation.add(admin.sign, subject16, payload, at_ms, at_ms + 80 * DAY_MS)
        self.fingerprint = organisation.fingerprint
        self.leaves = [leaf for leaf, _ in organisation.log]
        self.payloads = [payload for _, payload in organisation.log]
        self.note = self._noted(organisation)

    def replayed(self) -> LogView:
        """Judge it all, in Python."""
        view = replay(self.fingerprint, self.leaves, self.payloads)
        view.check_checkpoint(self.note)
        witnesses.check(view, self.note, NOW_MS)
        return view

    def _noted(self, organisation: Organisation) -> bytes:
        view = replay(self.fingerprint, self.leaves, self.payloads)
        assert all(entry.is_valid for entry in view.entries)
        made = Checkpoint(origin=ORIGIN, size=view.size, root=view.root())
        note = sign_checkpoint(organisation.log_key, made)
        for name, secret in zip(NAMES, SECRETS, strict=True):
            note = with_line(note, cosign(secret, name, note, NOW_MS // 1000))
        return note


def _newcomer(organisation: Organisation) -> Staff:
    return Staff(
        deployment_id=organisation.deployment_id,
        role=Role.COUNSELLOR,
        sign_pk=sign_public(SignSecret(random_bytes(32))),
        kem_pk=KemPublic(random_bytes(KemPublic.SIZE_BYTES)),
    )


def in_python(log: Log, rounds: int = ROUNDS) -> float:
    """Return the median of seconds of processor time."""
    spent = []
    for _ in range(rounds):
        begun = time.process_time()
        log.replayed()
        spent.append(time.process_time() - begun)
    return statistics.median(spent)


def in_browser(log: Log, page: Page, slower: int, rounds: int = ROUNDS) -> float:
    """Return the median of seconds by the page's clock, `slower` times slowed down."""
    given = {
        "fingerprint": list(log.fingerprint),
        "note": list(log.note),
        "nowMs": NOW_MS,
        "part": _PART,
    }
    spent = []
    with _served(log) as url:
        page.goto(url)
        line = page.context.new_cdp_session(page)
        line.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        for _ in range(rounds):
            found = page.evaluate(_IN_PAGE, given)
            if found["valid"] != len(log.leaves):
                raise SystemExit("the browser judged otherwise")
            spent.append(found["spent"] / 1000)
        line.detach()
    return statistics.median(spent)


@contextmanager
def _served(log: Log) -> Iterator[str]:
    """Serve the modules as they are, and the log, on a free port of this machine."""
    bundles = {
        "/leaves": tiles.encode_bundle(log.leaves),
        "/payloads": tiles.encode_bundle(log.payloads),
        "/": b"<!doctype html><title>log</title>",
    }

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(WEB))

        def do_GET(self) -> None:  # named by http.server
            raw = bundles.get(self.path)
            if raw is None:
                super().do_GET()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.logs")
    parser.add_argument("leaves", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--slower", type=int, default=SLOWER)
    options = parser.parse_args()
    with running_chromium() as browser:
        for size in options.leaves:
            log = Log(size)
            python_s = in_python(log)
            page = browser.new_page()
            browser_s = in_browser(log, page, options.slower)
            page.close()
            sys.stdout.write(
                f"{size:7} leaves   Python {python_s:6.2f} s   "
                f"Chromium at {options.slower}x {browser_s:6.2f} s\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
