"""Streams from the network: RTSP, RTMP, HTTP, MPEG-TS over TCP or UDP."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import av
import av.error
from av.container import InputContainer

from app.errors import SourceError
from app.frames import Frame
from app.video.capture import captured
from app.video.newest_frame import NewestFrame
from app.video.reading import picture_stream

PROTOCOLS = ("rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "tcp", "udp")

OPEN_S = 2.5
READ_S = 2.0
"""FFmpeg gives up after so long without a connection, or without a byte."""

_OPTIONS = {"probesize": "500000", "analyzeduration": "200000"}
"""A fifth of a second of looking at what kind of stream it is, instead of FFmpeg's five. `nobuffer` would throw away
what was looked at: the first picture then comes later and none comes sooner (docs/adr/0007)."""

_OPTIONS_BY_PROTOCOL = {
    "rtsp": {"rtsp_transport": "tcp"},
    "rtsps": {"rtsp_transport": "tcp"},
    "udp": {"overrun_nonfatal": "1", "fifo_size": "50000"},
}

_WITHOUT_CLOCK = frozenset({"mpjpeg", "mjpeg", "image2pipe", "jpeg_pipe", "h264", "hevc"})
"""Bare pictures: FFmpeg numbers them at a rate that it makes up."""


class Stream:
    """A stream from the network. It is opened when its frames are asked for."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.title = without_password(address)
        self._newest_frame = NewestFrame(f"The stream {self.title}", self._read)

    def frames(self) -> Iterator[Frame]:
        """The frames, as `LiveSource.frames`."""
        return self._newest_frame.frames()

    def close(self) -> None:
        """As `LiveSource.close`."""
        self._newest_frame.close()

    def _read(self, wanted: Callable[[], bool]) -> Iterator[Frame]:
        with self._open() as container:
            stream = picture_stream(container, self.title)
            ends = bool(container.duration)
            has_clock = container.format.name not in _WITHOUT_CLOCK
            try:
                yield from captured(container, stream, wanted, has_clock=has_clock)
            except (av.error.FFmpegError, OSError) as error:
                raise self._lost(_reason(error, unclear="the connection was cut")) from error
            if wanted() and not ends:
                raise self._lost("the other side has closed it")

    def _open(self) -> InputContainer:
        options = _OPTIONS | _OPTIONS_BY_PROTOCOL.get(urlsplit(self._address).scheme.lower(), {})
        try:
            return av.open(self._address, "r", options=options, timeout=(OPEN_S, READ_S), metadata_errors="replace")
        except (av.error.FFmpegError, OSError) as error:
            raise SourceError(
                f"The stream {self.title} cannot be opened: {_reason(error, unclear='no such host answers')}.",
                advice="Check the address, and that whatever sends it is running.",
            ) from error

    def _lost(self, reason: str) -> SourceError:
        return SourceError(
            f"The stream {self.title} was lost: {reason}.", advice="Reconnect, or choose another source."
        )


def without_password(address: str) -> str:
    """The address as it may be shown: what a user signs in with is left out."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (av.error.ExitError, "nothing came for too long"),
    (av.error.TimeoutError, "nobody answers"),
    (av.error.ConnectionRefusedError, "nobody listens at that address"),
    (av.error.ConnectionResetError, "the connection was cut"),
    (av.error.BrokenPipeError, "the connection was cut"),
    (av.error.HTTPUnauthorizedError, "it asks for a user name and a password"),
    (av.error.HTTPForbiddenError, "access is forbidden"),
    (av.error.HTTPNotFoundError, "there is nothing at that address"),
    (av.error.HTTPError, "the server answers with an error"),
    (av.error.ProtocolNotFoundError, "this kind of address is not supported here"),
    (av.error.InvalidDataError, "what comes is no video"),
    (av.error.EOFError, "the other side has closed it"),
)


def _reason(error: BaseException, *, unclear: str) -> str:
    """In words. `unclear` stands for an input or output error, under which FFmpeg files what it has no number for."""
    if getattr(error, "errno", None) == errno.EIO:
        return unclear
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text)[:1].lower() + str(text)[1:].rstrip(".")
