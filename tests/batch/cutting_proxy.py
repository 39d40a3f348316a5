"""A proxy before a server, which cuts connections in the middle of a transfer."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self

_AT_ONCE = 4096


class CuttingProxy:
    """Passes everything on. `cuts`: how many connections are cut after `after_bytes` in one direction.

    Small answers, such as those about a file, are never cut.
    """

    def __init__(self, port: int, *, cuts: int, after_bytes: int) -> None:
        self.cuts_left = cuts
        self._after_bytes = after_bytes
        self._port = port
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._port))
            self._open += [client, server]
            for one, other in ((client, server), (server, client)):
                thread = threading.Thread(target=self._pass, args=(one, other), daemon=True)
                thread.start()
                self._threads.append(thread)

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        passed = 0
        with suppress(OSError):
            while data := one.recv(_AT_ONCE):
                passed += len(data)
                if passed > self._after_bytes:
                    with self._lock:
                        cut, self.cuts_left = self.cuts_left > 0, max(0, self.cuts_left - 1)
                    if cut:
                        break
                    passed = 0
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
