"""Opens a video file, and nothing else: neither an address, nor what another file or its name refers to."""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import av
import av.error
from av.codec.hwaccel import HWAccel
from av.container import InputContainer
from av.video.stream import VideoStream

from app.errors import SourceError
from app.video.limits import check_pixels, maximum_pixels

_TEXT_FORMATS = frozenset({"adf", "bin", "idf", "tty", "xbin"})
"""FFmpeg can render plain text as a video, which nobody who opens a text file wants."""

_LOCAL_FORMATS = frozenset(
    {
        *("alsa", "avfoundation", "avisynth", "concat", "decklink", "dshow", "dvdvideo", "fbdev", "gdigrab"),
        *("iec61883", "image2", "imf", "jack", "kmsgrab", "lavfi", "libcdio", "openal", "oss", "pulse", "sndio"),
        *("v4l2", "vapoursynth", "vfwcap", "video4linux2", "vobsub", "x11grab", "xcbgrab"),
    }
)
"""Formats that are lists or scripts of files of this machine, or its devices."""

_NETWORK_FORMATS = frozenset({"dash", "hls", "rtp", "rtsp", "sap", "sdp", "webm_dash_manifest"})
"""Formats that are lists or descriptions of streams, which FFmpeg would open: anybody can put such a file under the
name of a video."""

_LISTS: tuple[tuple[bytes, str], ...] = (
    (b"#EXTM3U", "a playlist"),
    (b"ffconcat", "a list of files"),
    (b"v=0", "the description of a network stream"),
    (b"<MPD", "the description of a network stream"),
    (b"<SmoothStreamingMedia", "the description of a network stream"),
    (b"[playlist]", "a playlist"),
    (b"[Reference]", "a playlist"),
    (b"# VobSub", "a list of subtitles"),
)
"""How such files begin, and what to call them."""

_HEAD_BYTES = 512


def open_video(path: Path, *, hardware: HWAccel | None = None) -> InputContainer:
    """The opened file. `hardware`: what decodes in place of the processor.

    Raises SourceError if it is not a video, or its pictures are too large.
    """
    try:
        container = open_file(path, hardware=hardware)
        if any(_lacks_size(stream) for stream in container.streams.video):
            _check_claimed_sizes(path)
    except SourceError:
        raise
    except (av.error.FFmpegError, OSError) as error:
        raise _refusal(path, error) from error
    try:
        _check(container, path)
    except SourceError:
        container.close()
        raise
    return container


def open_file(
    path: Path, options: Mapping[str, str] | None = None, *, hardware: HWAccel | None = None
) -> InputContainer:
    """The opened file, which leads to no other file, no device and no network. Raises FFmpegError or OSError.

    `options` are FFmpeg's, instead of the limit to the size of pictures.
    """
    return av.open(
        file_url(path),
        "r",
        options=dict(options) if options is not None else {"max_pixels": str(maximum_pixels())},
        container_options={
            "protocol_whitelist": "file",
            "format_whitelist": _formats(_LOCAL_FORMATS | _NETWORK_FORMATS),
            # Where a broadcast or a joined MPEG-TS gives its tracks other numbers, they go on.
            "merge_pmt_versions": "1",
        },
        metadata_errors="replace",
        hwaccel=hardware,
    )


def file_url(path: Path) -> str:
    """The address that means this file to FFmpeg, whatever its name looks like: `12:30.mp4` would be a protocol."""
    return f"file:{path}"


def _check(container: InputContainer, path: Path) -> None:
    if container.format.name in _TEXT_FORMATS:
        raise SourceError(f"{path} is a text file, not a video.")
    for stream in container.streams.video:
        if stream.codec_context is not None:
            check_pixels(path, stream.codec_context.width, stream.codec_context.height)


def _lacks_size(stream: VideoStream) -> bool:
    return stream.codec_context is not None and not stream.codec_context.width


def _check_claimed_sizes(path: Path) -> None:
    """As `_check`, of sizes that FFmpeg forgets because a decoder has refused them."""
    with open_file(path, {"skip_frame": "all"}) as container:
        _check(container, path)


def stream_options(protocols: Sequence[str]) -> dict[str, str]:
    """FFmpeg's options for a stream from the network, which must not lead to files or devices of this machine."""
    return {"protocol_whitelist": ",".join(protocols), "format_whitelist": _formats(_LOCAL_FORMATS)}


@cache
def _formats(excluded: frozenset[str]) -> str:
    names = {name for names in av.formats_available for name in names.split(",")}
    return ",".join(sorted(names - excluded))


def _refusal(path: Path, error: Exception) -> SourceError:
    if isinstance(error, PermissionError):
        return SourceError(f"The video {path} cannot be read: permission is denied.")
    if isinstance(error, FileNotFoundError):
        return SourceError(f"There is no file {path}.", advice="Check the name and the folder.")
    if getattr(error, "errno", None) == errno.EIO:
        return SourceError(f"The video {path} cannot be read: the disk reports an error.")
    head = _head(path)
    if head is not None and not head:
        return SourceError(f"The file {path} is empty.")
    for beginning, what in _LISTS if head is not None else ():
        if head is not None and beginning.lower() in head.lower():
            return SourceError(
                f"{path} is {what}, not a video: it only refers to others.", advice="Open what it refers to instead."
            )
    return SourceError(
        f"{path} cannot be read as a video: it is a file of another type, or its index is missing.",
        advice="A recording that was interrupted may lack the index at its end.",
    )


def _head(path: Path) -> bytes | None:
    """The first bytes of the file; None if they cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError:
        return None
