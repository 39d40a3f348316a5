"""Decoding by an NVIDIA card (NVDEC), where PyAV's FFmpeg and the driver can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av.error
from av.codec.hwaccel import HWAccel
from av.container import InputContainer

from app.errors import SourceError
from app.frames import Note

_DEVICE = "cuda"

BY_CARD = Note(
    "decoder",
    "An NVIDIA card decoded the video where it knows the format. It does not say which frames are damaged, so none is "
    "marked.",
)


def by_card() -> HWAccel:
    """What FFmpeg is opened with. Formats that the card does not know are decoded by the processor."""
    return HWAccel(device_type=_DEVICE, allow_software_fallback=True)


def refusal(path: Path, open_by_card: Callable[[Path], InputContainer]) -> Note | None:
    """Why no card can decode a video, as a note: the processor does. None if one can, as far as opening it shows."""
    try:
        open_by_card(path).close()
    except SourceError as error:
        reason: object = error.__cause__ or error.message
    except (av.error.FFmpegError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        reason = error
    else:
        return None
    said = getattr(reason, "strerror", None) or str(reason).rstrip(".") or type(reason).__name__
    return Note("decoder", f"The processor decoded the video, because no NVIDIA card can be used: {said}.")
