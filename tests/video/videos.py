"""Makes small videos with PyAV alone, so that what the tests read was not written by the code under test."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]

CORNERS_BGR = ((0, 0, 220), (0, 200, 0), (220, 0, 0), (200, 200, 200))
"""Top left red, top right green, bottom left blue, bottom right light grey."""


def painted(width: int, height: int, shade: int = 0) -> Picture:
    """A picture (height, width, 3) of four coloured quarters; a `shade` from 0 to 30 makes frames differ."""
    image = np.empty((height, width, 3), np.uint8)
    half_x, half_y = width // 2, height // 2
    for corner, colour in enumerate(CORNERS_BGR):
        rows = slice(0, half_y) if corner < 2 else slice(half_y, None)
        columns = slice(0, half_x) if corner % 2 == 0 else slice(half_x, None)
        image[rows, columns] = colour
    return image + np.uint8(shade)


def corners(image: Picture) -> list[tuple[int, ...]]:
    """The mean colour well inside each quarter, in the order of `CORNERS_BGR`."""
    height, width = image.shape[:2]
    spots = []
    for y in (height // 4, 3 * height // 4):
        for x in (width // 4, 3 * width // 4):
            patch = image[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3).mean(axis=0)
            spots.append(tuple(round(float(value)) for value in patch))
    return spots


def make_video(
    path: Path,
    *,
    size: tuple[int, int] = (64, 48),
    ticks: Sequence[int] = tuple(range(12)),
    time_base: Fraction = Fraction(1, 25),
    rate: Fraction = Fraction(25),
    codec: str = "libx264",
    pixels: str = "yuv420p",
    tone: str | None = None,
    tone_s: float = 0.5,
    tone_rate: int = 44100,
    tone_start_s: float = 0.0,
    options: dict[str, str] | None = None,
    codec_options: dict[str, str] | None = None,
) -> Path:
    """Writes a video of painted frames at the given ticks, with a 440 Hz tone if `tone` names a codec."""
    with av.open(str(path), "w", container_options=options or {}) as container:
        video = container.add_stream(codec, rate=rate, time_base=time_base, options=codec_options or {})
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = *size, pixels
        audio = container.add_stream(tone, rate=tone_rate, layout="mono") if tone else None
        for index, tick in enumerate(ticks):
            frame = av.VideoFrame.from_ndarray(painted(*size, shade=index % 30), format="bgr24")
            frame.pts, frame.time_base = tick, time_base
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio is not None:
            assert isinstance(audio, av.AudioStream)
            step = 1024
            for start in range(0, int(tone_s * tone_rate), step):
                wave = np.sin(2 * np.pi * 440 * np.arange(start, start + step) / tone_rate) * 0.4
                sound = av.AudioFrame.from_ndarray(wave.astype(np.float32)[None], format="fltp", layout="mono")
                sound.sample_rate, sound.pts = tone_rate, start + round(tone_start_s * tone_rate)
                sound.time_base = Fraction(1, tone_rate)
                container.mux(audio.encode(sound))
            container.mux(audio.encode(None))
    return path
