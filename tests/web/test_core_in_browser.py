"""The browser's floor without a page: self-test and Argon2id Worker, under the real header set."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

WEB = Path(__file__).resolve().parents[2] / "web"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
    "worker-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types app"
)
SHELL = '<!doctype html><title>probe</title><script type="module" src="/probe.js"></script>'
PROBE = """
import { argon2id } from './js/core/argon2.js';
import { selfTest } from './js/core/selftest.js';
import { scriptUrl } from './js/core/trusted.js';
import { ready } from './js/crypto/primitives.js';

async function probe() {
  await ready();
  await selfTest(argon2id);
  try {
    scriptUrl(new URL('https://elsewhere.example/a.js'));
  } catch (error) {
    return `passed, then ${error.name}`;
  }
}
globalThis.outcome = probe().catch((error) => String(error));
"""


class _Handler(BaseHTTPRequestHandler):
    def change(self, kind: str, body: bytes) -> bytes:
        """What becomes of a file on the way; here nothing."""
        return body

    def do_GET(self) -> None:
        if self.path == "/":
            self._answer("text/html", SHELL.encode())
        elif self.path == "/probe.js":
            self._answer("text/javascript", PROBE.encode())
        elif self.path.startswith(("/js/", "/vendor/")):
            kind = "application/wasm" if self.path.endswith(".wasm") else "text/javascript"
            body = (WEB / self.path[1:]).read_bytes()
            self._answer(kind, self.change(kind, body))
        else:
            self.send_error(404)

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stays quiet."""


class _ChangingHandler(_Handler):
    def change(self, kind: str, body: bytes) -> bytes:
        return body[:-1] + b"\0" if kind == "application/wasm" else body


@contextmanager
def _serving(handler: type[_Handler] = _Handler) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_self_test_passes_under_the_real_policy_with_argon2id_in_a_worker(
    browser: Browser,
) -> None:
    workers: list[Any] = []
    problems: list[str] = []
    with _serving() as address, browser.new_context() as context:
        page = context.new_page()
        page.on("worker", lambda worker: workers.append(worker))
        page.on("console", lambda line: problems.append(f"{line.type} {line.text}"))
        page.goto(address)
        page.wait_for_function("globalThis.outcome !== undefined")
        outcome = page.evaluate("globalThis.outcome")
    # Under Trusted Types the policy's own refusal arrives as it was thrown.
    assert outcome == "passed, then TypeError"
    assert len(workers) == 1
    assert [line for line in problems if "favicon" not in line and "404" not in line] == []


def test_a_webassembly_that_was_changed_on_the_way_is_not_run(browser: Browser) -> None:
    with _serving(_ChangingHandler) as address, browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        page.wait_for_function("globalThis.outcome !== undefined")
        outcome = page.evaluate("globalThis.outcome")
    assert outcome.startswith("TypeError: Failed to fetch")
