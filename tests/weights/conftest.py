"""A server of files, and an environment without settings for model files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from tests.weights.tiny_models import MODEL, PACKED


class FileServer(BaseHTTPRequestHandler):
    """Serves whole files by name. /cut hangs up halfway; /unannounced-cut does so too, without a Content-Length."""

    files: ClassVar = {
        "/model.bin": MODEL,
        "/model.bin.bz2": PACKED,
        "/half.bz2": PACKED[:-40],
        "/other.bin": b"another file",
    }

    def do_GET(self) -> None:
        cut = self.path in ("/cut", "/unannounced-cut")
        content = MODEL if cut else self.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        if self.path != "/unannounced-cut":
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)

    def log_message(self, *args: Any, **named: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), FileServer) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOPENET_OFFLINE", "HOPENET_WEIGHTS"):
        monkeypatch.delenv(name, raising=False)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
