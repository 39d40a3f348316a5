"""Network streams: RTSP, RTMP, HTTP, MPEG-TS over TCP or UDP."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import av
import av.error
from av.container import InputContainer

from app.errors import SourceError
from app.frames import Frame
from app.video.capture import captured_frames
from app.video.newest_frame import NewestFrame
from app.video.reading import video_stream

PROTOCOLS = ("rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "tcp", "udp")

OPEN_S = 2.5
READ_S = 2.0
"""FFmpeg gives up after this many seconds without a connection, or without data."""

_OPTIONS = {"probesize": "500000", "analyzeduration": "200000"}
"""Analyses the stream for a fifth of a second instead of FFmpeg's five. `nobuffer` would discard the analysed data: the
first frame would arrive later, and no frame earlier (docs/adr/0007)."""

_OPTIONS_BY_PROTOCOL = {
    "rtsp": {"rtsp_transport": "tcp"},
    "rtsps": {"rtsp_transport": "tcp"},
    "udp": {"overrun_nonfatal": "1", "fifo_size": "50000"},
}

_WITHOUT_CLOCK = frozenset({"mpjpeg", "mjpeg", "image2pipe", "jpeg_pipe", "h264", "hevc"})
"""Formats without times: FFmpeg makes up times at an assumed frame rate."""

_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (av.error.ExitError, "no data arrived for too long"),
    (av.error.TimeoutError, "there is no answer"),
    (av.error.ConnectionRefusedError, "nothing is listening at this address"),
    (av.error.ConnectionResetError, "the connection was interrupted"),
    (av.error.BrokenPipeError, "the connection was interrupted"),
    (av.error.HTTPUnauthorizedError, "it requires a user name and a password"),
    (av.error.HTTPForbiddenError, "access is forbidden"),
    (av.error.HTTPNotFoundError, "there is nothing at this address"),
    (av.error.HTTPError, "the server answers with an error"),
    (av.error.ProtocolNotFoundError, "this kind of address is not supported on this machine"),
    (av.error.InvalidDataError, "the data is not a video"),
    (av.error.EOFError, "the sender has closed it"),
)


class StreamSource:
    """A network stream. It is opened when its frames are requested."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.title = without_password(address)
        self._newest_frame = NewestFrame(f"The stream {self.title}", self._read)

    def frames(self) -> Iterator[Frame]:
        """As `LiveSource.frames`."""
        return self._newest_frame.frames()

    def close(self) -> None:
        """As `LiveSource.close`."""
        self._newest_frame.close()

    def _read(self, wanted: Callable[[], bool]) -> Iterator[Frame]:
        with self._open() as container:
            stream = video_stream(container, self.title)
            ends = bool(container.duration)
            has_clock = container.format.name not in _WITHOUT_CLOCK
            try:
                yield from captured_frames(container, stream, wanted, has_clock=has_clock)
            except (av.error.FFmpegError, OSError) as error:
                raise self._lost(_reason(error, unclear="the connection was interrupted")) from error
            if wanted() and not ends:
                raise self._lost("the sender has closed it")

    def _open(self) -> InputContainer:
        options = _OPTIONS | _OPTIONS_BY_PROTOCOL.get(urlsplit(self._address).scheme.lower(), {})
        try:
            return av.open(self._address, "r", options=options, timeout=(OPEN_S, READ_S), metadata_errors="replace")
        except (av.error.FFmpegError, OSError) as error:
            raise SourceError(
                f"The stream {self.title} cannot be opened: {_reason(error, unclear='the host does not answer')}.",
                advice="Check the address, and that the sender is running.",
            ) from error

    def _lost(self, reason: str) -> SourceError:
        return SourceError(
            f"The stream {self.title} was lost: {reason}.", advice="Reconnect, or choose another source."
        )


def without_password(address: str) -> str:
    """The address without user name and password, so that it can be shown."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _reason(error: BaseException, *, unclear: str) -> str:
    """The reason in words. `unclear` is for EIO, which FFmpeg uses for errors that have no number of their own."""
    if getattr(error, "errno", None) == errno.EIO:
        return unclear
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text)[:1].lower() + str(text)[1:].rstrip(".")
