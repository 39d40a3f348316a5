"""Network streams: RTSP, RTMP, HTTP, MPEG-TS over TCP or UDP."""

from __future__ import annotations

import errno
import logging
import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import av
import av.error
from av.container import InputContainer

from app.errors import SourceError
from app.frames import Frame
from app.threads.handoff import Patience
from app.video.capture import captured_frames
from app.video.newest_frame import NewestFrame, Reading
from app.video.opening import stream_options
from app.video.reading import video_stream
from app.video.stream_address import DEFAULT_TRANSPORT, RTSP_TRANSPORTS, parsed

LOG = logging.getLogger(__name__)

PROTOCOLS = ("rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "tcp", "udp")

OPEN_S = READ_S = 20.0
"""FFmpeg gives up after this many seconds without a connection, or without data, and its thread ends."""

PATIENCE = Patience(first_s=15.0, next_s=2.5, end_s=1.0, alive_s=60.0)
"""A stream may send a picture every ten seconds, and a key picture, which is the first that can be decoded, even less
often. One that has run for a while and falls silent is reported sooner, after several of its usual pauses."""

WAITING_S = 3.0
"""After this many seconds of data without a picture, the user is told what is being waited for."""

_CARRIERS = (
    *("crypto", "data", "ffrtmpcrypt", "ffrtmphttp", "http", "httpproxy", "https", "rtmp", "rtmpe", "rtmps"),
    *("rtmpt", "rtmpte", "rtmpts", "rtp", "srtp", "tcp", "tls", "udp", "udplite"),
)
"""FFmpeg's protocols that streams are made of. Those that read files are not among them."""

_OPTIONS = {"probesize": "500000", "analyzeduration": "200000"}
"""Analyses the stream for a fifth of a second instead of FFmpeg's five. `nobuffer` would discard the analysed data: the
first frame would arrive later, and no frame earlier (docs/adr/0007)."""

_OPTIONS_BY_PROTOCOL = {
    "rtsp": {"rtsp_transport": "tcp"},
    "rtsps": {"rtsp_transport": "tcp"},
    "udp": {"overrun_nonfatal": "1", "fifo_size": "50000"},
}

_SECRETS = (
    *("api_?key", "auth", "key", "login", "pass", "passwd", "password", "pwd", "secret", "sig", "signature"),
    *("token", "user", "username", "usr"),
)

_CREDENTIALS = (
    (re.compile(r"^(\w+://)[^/?#]*@"), r"\1"),
    (re.compile(r"^(\w+://)[^/?#@]*:[^@]*@"), r"\1"),  # a password with a slash in it
    (re.compile(rf"(?i)((?:^|[^a-z])(?:{'|'.join(_SECRETS)})=)[^&/?#]*"), r"\1…"),
)
"""Where addresses have user names and passwords, and what is shown instead."""

_WITHOUT_CLOCK = frozenset({"mpjpeg", "mjpeg", "image2pipe", "jpeg_pipe", "h264", "hevc"})
"""Formats without times: FFmpeg makes up times at an assumed frame rate."""

_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (av.error.ExitError, "no data arrived for too long"),
    (av.error.TimeoutError, "there is no answer"),
    (av.error.ConnectionRefusedError, "nothing is listening at this address"),
    (av.error.ConnectionResetError, "the connection was interrupted"),
    (av.error.BrokenPipeError, "the connection was interrupted"),
    (av.error.HTTPUnauthorizedError, "it requires a user name and a password, or they are wrong"),
    (av.error.HTTPForbiddenError, "access is forbidden"),
    (av.error.HTTPNotFoundError, "there is nothing at this address"),
    (av.error.HTTPError, "the server answers with an error"),
    (av.error.ProtocolNotFoundError, "this kind of address is not supported on this machine"),
    (av.error.InvalidDataError, "the data is not a video"),
    (av.error.EOFError, "the sender has closed it"),
)


class StreamSource:
    """A network stream. It is opened when its frames are requested."""

    def __init__(self, address: str, on_waiting: Callable[[str], object] = lambda _sentence: None) -> None:
        self._address = parsed(address)
        self.title = without_password(address)
        self._on_waiting = on_waiting
        self._newest_frame = NewestFrame(f"The stream {self.title}", self._read, lambda: PATIENCE)

    def frames(self) -> Iterator[Frame]:
        """As `LiveSource.frames`."""
        return self._newest_frame.frames()

    def close(self) -> None:
        """As `LiveSource.close`."""
        self._newest_frame.close()

    def _read(self, reading: Reading) -> Iterator[Frame]:
        with self._open() as container:
            reading.alive()
            stream = video_stream(container, self.title)
            ends = bool(container.duration)
            has_clock = container.format.name not in _WITHOUT_CLOCK
            waiting = _Waiting(reading, self._tell)
            try:
                for frame in captured_frames(container, stream, waiting.reading, has_clock=has_clock):
                    waiting.is_over = True
                    yield frame
            except (av.error.FFmpegError, OSError) as error:
                # FFmpeg's message has the whole address, with its password.
                raise self._lost(_reason(error, unclear="the connection was interrupted")) from None
            if reading.wanted() and not ends:
                raise self._lost("the sender has closed it")

    def _open(self) -> InputContainer:
        address = self._address
        options = _OPTIONS | _OPTIONS_BY_PROTOCOL.get(urlsplit(address.url).scheme.lower(), {})
        if "rtsp_transport" in options and address.transport is not None:
            options |= {"rtsp_transport": RTSP_TRANSPORTS[address.transport]}
        try:
            return av.open(
                address.url,
                "r",
                options=options,
                container_options=stream_options(_CARRIERS),
                timeout=(OPEN_S, READ_S),
                metadata_errors="replace",
            )
        except (av.error.FFmpegError, OSError) as error:
            raise self._refused(error) from None

    def _refused(self, error: BaseException) -> SourceError:
        """Why it cannot be opened. FFmpeg's own message has the whole address, with its password."""
        advice = "Check the address, and that the sender is running."
        transport = self._address.transport or DEFAULT_TRANSPORT
        if isinstance(error, av.error.HTTPUnauthorizedError):
            known = self._address.has_credentials
            reason = "the user name or the password is wrong" if known else "it requires a user name and a password"
            advice = "Write both into the address, for example rtsp://USER:PASSWORD@HOST/PATH."
        elif getattr(error, "errno", None) == errno.EPROTONOSUPPORT:
            reason = f"the sender does not offer the transport {transport.upper()}"
            advice = f"Add #transport={'tcp' if transport != 'tcp' else 'udp'} to the end of the address."
        else:
            reason = _reason(error, unclear="the host does not answer")
        return SourceError(f"The stream {self.title} cannot be opened: {reason}.", advice=advice)

    def _tell(self) -> None:
        sentence = f"{self.title} sends data. Waiting for its next key picture, the first that can be shown."
        LOG.info(sentence)
        self._on_waiting(sentence)

    def _lost(self, reason: str) -> SourceError:
        return SourceError(
            f"The stream {self.title} was lost: {reason}.", advice="Reconnect, or choose another source."
        )


class _Waiting:
    """Calls `tell` once if data has come for some seconds without a picture."""

    def __init__(self, reading: Reading, tell: Callable[[], None]) -> None:
        self.is_over = False
        self.reading = Reading(reading.wanted, self._packet_came)
        self._alive = reading.alive
        self._tell = tell
        self._tell_at_s = time.perf_counter() + WAITING_S

    def _packet_came(self) -> None:
        self._alive()
        if not self.is_over and time.perf_counter() > self._tell_at_s:
            self.is_over = True
            self._tell()


def without_password(address: str) -> str:
    """The address without user name and password, so that it can be shown, wherever the camera expects them."""
    for credentials, shown in _CREDENTIALS:
        address = credentials.sub(shown, address)
    return address


def _reason(error: BaseException, *, unclear: str) -> str:
    """The reason in words. `unclear` is for EIO, which FFmpeg uses for errors that have no number of their own."""
    if getattr(error, "errno", None) == errno.EIO:
        return unclear
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text)[:1].lower() + str(text)[1:].rstrip(".")
