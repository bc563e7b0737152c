"""Serves a finished build over loopback exactly as `headers.json` says, for browser tests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent / "fixtures"
OPEN_STATE: dict[str, Any] = {"open": True, "waiting": 2, "next_open_ms": 0}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    out: Path
    table: dict[str, Any]

    def do_GET(self) -> None:
        if self.path.startswith("/api/portal/"):
            self._answer(200, {"Content-Type": "application/json"}, json.dumps(OPEN_STATE).encode())
        elif self.path.startswith("/sample/"):
            self._sample(self.path.removeprefix("/sample/"))
        elif self.path in self.table["routes"]:
            route = self.table["routes"][self.path]
            headers = dict(self.table["classes"][route["class"]])
            headers["Content-Type"] = route["type"]
            self._answer(route["status"], headers, (self.out / route["file"]).read_bytes())
        else:
            self._answer(404, {"Content-Type": "text/plain"}, b"not found")

    def _sample(self, name: str) -> None:
        prefix = next(path for path in self.table["routes"] if path.endswith("css/all.css"))
        html = (FIXTURES / f"{name}.html").read_text("utf-8")
        html = html.replace("@PREFIX@", prefix.removesuffix("css/all.css"))
        self._answer(200, {"Content-Type": "text/html; charset=utf-8"}, html.encode("utf-8"))

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stays quiet."""


@contextmanager
def serving(out: Path) -> Iterator[str]:
    """Yields the origin, "http://127.0.0.1:<port>"."""
    table = json.loads((out / "headers.json").read_text("utf-8"))
    handler = type("Handler", (_Handler,), {"out": out, "table": table})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
