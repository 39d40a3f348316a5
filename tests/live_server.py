"""Sends a video in real time over loopback, as a network camera would; tests can cut the connection and restore it.

Each picture carries its number in its top row of blocks, so that a test knows which one arrived, and when it was sent.
"""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]

SAMPLE = Path(__file__).parents[1] / "assets" / "sample.mp4"
RATE = 25
_BLOCK_PX = 8
_BITS = 16
_PICTURES = 75


def stamped(image: Picture, number: int) -> Picture:
    """The picture with its number in black and white blocks along the upper edge, the lowest bit first."""
    image = image.copy()
    for bit in range(_BITS):
        image[:_BLOCK_PX, bit * _BLOCK_PX : (bit + 1) * _BLOCK_PX] = 255 * (number >> bit & 1)
    return image


def stamp_of(image: Picture) -> int:
    """The number that `stamped` put on the picture, also after lossy compression."""
    middles = image[_BLOCK_PX // 2, _BLOCK_PX // 2 : _BITS * _BLOCK_PX : _BLOCK_PX].mean(axis=1)
    return sum(1 << bit for bit, level in enumerate(middles) if level > 127)


class LiveServer:
    """Listens on a free port and sends to every client. `sent_s`: when each picture was handed to the encoder."""

    scheme = "tcp"

    def __init__(self, video: Path = SAMPLE) -> None:
        self.sent_s: dict[int, float] = {}
        self._pictures = pictures_of(video)
        self._ended = threading.Event()
        self._hushed = threading.Event()
        self._connections: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = self._listen(0)
        self.port: int = self._listener.getsockname()[1]

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @staticmethod
    def number_of(image: Picture) -> int:
        """The number that the picture carries."""
        return stamp_of(image)

    def hush(self) -> None:
        """Stops sending, but keeps the connections open."""
        self._hushed.set()

    def cut(self) -> None:
        """Closes every connection and stops listening."""
        self._ended.set()
        self._listener.close()
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for connection in self._connections:
            connection.close()
        self._connections, self._threads = [], []

    def back(self) -> None:
        """Listens again, on the same port."""
        self._ended.clear()
        self._hushed.clear()
        self._listener = self._listen(self.port)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        listener.settimeout(0.1)
        self._start(self._accept, listener)
        return listener

    def _start(self, target: Callable[..., None], *arguments: socket.socket) -> None:
        thread = threading.Thread(target=target, args=arguments, name="live server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            connection.settimeout(5)
            self._connections.append(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, av.error.FFmpegError):
            self._send(connection)

    def _send(self, connection: socket.socket) -> None:
        raise NotImplementedError

    def _live(self) -> Iterator[tuple[int, Picture]]:
        began_s = time.perf_counter()
        back_and_forth = itertools.cycle([*self._pictures, *self._pictures[-2:0:-1]])
        for number, picture in enumerate(back_and_forth):
            if self._ended.wait(max(0.0, began_s + number / RATE - time.perf_counter())):
                return
            if self._hushed.is_set():
                self._ended.wait()
                return
            self.sent_s[number] = time.perf_counter()
            yield number, stamped(picture, number)


class TsServer(LiveServer):
    """H.264 in MPEG-TS over TCP, with a key picture every half second."""

    key_distance = 12

    def _keeps(self, number: int) -> bool:
        """Whether this packet is sent."""
        return True

    def _send(self, connection: socket.socket) -> None:
        with av.open(_Pipe(connection), "w", format="mpegts", options={"flush_packets": "1"}) as container:
            options = {"preset": "ultrafast", "tune": "zerolatency", "g": str(self.key_distance)}
            video = container.add_stream("libx264", rate=RATE, options=options)
            video.height, video.width = self._pictures[0].shape[:2]
            video.pix_fmt = "yuv420p"
            for number, picture in self._live():
                frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
                frame.pts, frame.time_base = number, Fraction(1, RATE)
                packets = video.encode(frame)
                if self._keeps(number):
                    container.mux(packets)


class MjpegServer(LiveServer):
    """JPEG pictures in an endless HTTP response, as network cameras send them."""

    scheme = "http"

    def _send(self, connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=frame\r\n\r\n")
        for _, picture in self._live():
            jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            connection.sendall(head.encode() + jpeg + b"\r\n")


class _Pipe:
    """The file object that PyAV writes to."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def write(self, content: bytes) -> int:
        self._connection.sendall(content)
        return len(content)


def pictures_of(video: Path) -> list[Picture]:
    with av.open(str(video)) as container:
        frames = itertools.islice(container.decode(video=0), _PICTURES)
        return [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in frames]
