"""Serves pages over loopback for browser tests: a finished build exactly as `headers.json` says.

with serving(out) as origin: page.goto(origin + "/p/leben")
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent / "fixtures"
OPEN_STATE: dict[str, Any] = {"open": True, "waiting": 2, "next_open_ms": 0, "closes_ms": 0}

HEALTHY: dict[str, Any] = {
    "purge_last_run_ms": 1_792_000_000_000,
    "purge_next_run_ms": 1_792_000_020_000,
    "purge_overdue": 0,
    "pages_signed": 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a request for one path gets."""

    body: bytes
    headers: Mapping[str, str]
    status: int = 200


NOT_FOUND = Answer(status=404, headers={"Content-Type": "text/plain"}, body=b"not found")
Answers = Callable[[str], Answer]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answers: Answers

    def do_GET(self) -> None:
        answer = type(self).answers(self.path)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stays quiet."""


@contextmanager
def answering(answers: Answers) -> Iterator[str]:
    """Yields the origin, "http://127.0.0.1:<port>", at which every path gets its answer."""
    handler = type("Handler", (_Handler,), {"answers": staticmethod(answers)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def serving(out: Path) -> Iterator[str]:
    """Yields the origin of a finished build and of the samples in its styles."""
    table = json.loads((out / "headers.json").read_text("utf-8"))
    css = next(path for path in table["routes"] if path.endswith("css/all.css"))

    def answer(path: str) -> Answer:
        if path.startswith("/api/portal/"):
            state = json.dumps(OPEN_STATE).encode("utf-8")
            return Answer(headers={"Content-Type": "application/json"}, body=state)
        if path == "/healthz":
            healthy = json.dumps(HEALTHY).encode("utf-8")
            return Answer(headers={"Content-Type": "application/json"}, body=healthy)
        if path.startswith("/sample/"):
            html = (FIXTURES / f"{path.removeprefix('/sample/')}.html").read_text("utf-8")
            html = html.replace("@PREFIX@", css.removesuffix("css/all.css"))
            headers = {"Content-Type": "text/html; charset=utf-8"}
            return Answer(headers=headers, body=html.encode("utf-8"))
        if path not in table["routes"]:
            return NOT_FOUND
        route = table["routes"][path]
        headers = table["classes"][route["class"]] | {"Content-Type": route["type"]}
        body = (out / route["file"]).read_bytes()
        return Answer(status=route["status"], headers=headers, body=body)

    with answering(answer) as origin:
        yield origin
