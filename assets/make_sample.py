"""Generates `sample.mp4`, the video that `demo` and the tests use, from one photograph in the public domain.

    python assets/make_sample.py [-o assets/sample.mp4]

Eight seconds, 640×360, 30 frames per second, with a soft chord. A virtual camera moves over the photograph: it zooms
in, rocks about the face by a known angle, `roll_deg`, moves away from the face, and returns. The same library versions
produce the same bytes.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import skimage.data

RATE = 30
DURATION_S = 8.0
WIDTH, HEIGHT = 640, 360

ROCKING_S = (1.0, 5.0)
"""The picture rocks during this interval, one full swing to each side; outside it, the picture is upright."""
ROCKING_DEG = 25.0
AWAY_S = (5.9, 6.7)
"""During this interval, no part of the face is in the picture."""

_TURNING_AWAY_S, _BACK_S = 5.1, 7.5
_FACE = (226.0, 112.0)
"""The centre of the face in the photograph, in pixels: the picture rotates about it."""
_ELSEWHERE = (258.0, 345.0)
"""What the camera shows while the face is out of the picture: the suit and the helmet."""
_MARGIN_PX = 320
_TONE_RATE = 44_100
_TONE_HZ = (220.0, 277.18, 329.63)
_TONE_LEVEL = 0.02

Image = npt.NDArray[np.uint8]


def roll_deg(time_s: float) -> float:
    """The rotation of the photograph about the face at this time, in degrees; positive is clockwise in the picture.

    The astronaut's head is slightly tilted in the photograph, so a measured roll has a constant offset from this angle.
    """
    start, end = ROCKING_S
    if not start <= time_s <= end:
        return 0.0
    return ROCKING_DEG * math.sin(2 * math.pi * (time_s - start) / (end - start))


def camera(time_s: float) -> npt.NDArray[np.float64]:
    """The 2×3 matrix that maps a point of the photograph to its position in the video, both in pixels."""
    zoom = 1.3 + 0.35 * _ease(time_s / 3.2) - 0.3 * _ease((time_s - _TURNING_AWAY_S) / (_BACK_S - _TURNING_AWAY_S))
    away = _ease((time_s - _TURNING_AWAY_S) / (AWAY_S[0] - _TURNING_AWAY_S))
    away -= _ease((time_s - AWAY_S[1]) / (_BACK_S - AWAY_S[1]))
    looked_at = [_FACE[axis] + away * (_ELSEWHERE[axis] - _FACE[axis]) for axis in (0, 1)]
    drift_px = 46.0 * math.sin(2 * math.pi * time_s / 4.6), 10.0 * math.sin(2 * math.pi * time_s / 3.1)
    angle = math.radians(roll_deg(time_s))
    cosine, sine = zoom * math.cos(angle), zoom * math.sin(angle)
    turn = np.array([[cosine, -sine], [sine, cosine]])
    centre = np.array([WIDTH / 2 + drift_px[0], 0.47 * HEIGHT + drift_px[1]])
    return np.column_stack([turn, centre - turn @ np.array(looked_at)])


def pictures() -> Iterator[Image]:
    """The video's frames in order, RGB uint8 of shape (360, 640, 3)."""
    scenery = _scenery()
    for index in range(round(DURATION_S * RATE)):
        matrix = camera(index / RATE)
        matrix[:, 2] -= matrix[:, :2] @ np.array([_MARGIN_PX, _MARGIN_PX])
        frame = cv2.warpAffine(scenery, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        yield np.asarray(frame, np.uint8)


def tone() -> npt.NDArray[np.float32]:
    """A quiet chord that fades in and out, mono, of shape (1, samples)."""
    time_s = np.arange(round(DURATION_S * _TONE_RATE)) / _TONE_RATE
    chord = sum((np.sin(2 * np.pi * pitch * time_s) for pitch in _TONE_HZ), np.zeros_like(time_s))
    fade = np.clip(np.minimum(time_s, DURATION_S - time_s) / 0.8, 0, 1)
    breath = 0.75 + 0.25 * np.sin(2 * np.pi * time_s / 4)
    return (_TONE_LEVEL * chord * fade * breath).astype(np.float32)[None]


def write(path: Path) -> None:
    """Writes the video: H.264 and AAC in MP4, with the index at the front."""
    with av.open(path, "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}) as container:
        video = container.add_stream("libx264", rate=RATE, options={"crf": "21", "preset": "slow", "threads": "1"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.codec_context.flags |= av.codec.context.Flags.bitexact
        sound = container.add_stream("aac", rate=_TONE_RATE, layout="mono")
        sound.bit_rate = 64_000
        sound.codec_context.flags |= av.codec.context.Flags.bitexact
        for index, picture in enumerate(pictures()):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, RATE)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        samples = av.AudioFrame.from_ndarray(tone(), format="fltp", layout="mono")
        samples.sample_rate, samples.pts, samples.time_base = _TONE_RATE, 0, Fraction(1, _TONE_RATE)
        container.mux(sound.encode(samples))
        container.mux(sound.encode(None))


def _scenery() -> Image:
    """The photograph with a wide margin that continues its edges, increasingly blurred with the distance."""
    photo: Image = skimage.data.astronaut()
    height, width = photo.shape[:2]
    mirrored = np.pad(photo, ((_MARGIN_PX, _MARGIN_PX), (_MARGIN_PX, _MARGIN_PX), (0, 0)), mode="reflect").astype(
        np.float32
    )
    inside = np.zeros(mirrored.shape[:2], np.uint8)
    inside[_MARGIN_PX : _MARGIN_PX + height, _MARGIN_PX : _MARGIN_PX + width] = 1
    distance_px = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5)
    scenery: npt.NDArray[np.float32] = mirrored
    for blur_px, begins_px in ((4, 0), (12, 10), (32, 24)):
        share = np.clip((distance_px - begins_px) / 24, 0, 1)[..., None]
        blurred = cv2.GaussianBlur(mirrored, (0, 0), blur_px)
        scenery = (scenery * (1 - share) + blurred * share).astype(np.float32)
    return np.asarray(np.clip(np.rint(scenery), 0, 255), np.uint8)


def _ease(share: float) -> float:
    """Smoothly from 0 to 1, slow at both ends."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def main() -> None:
    parser = argparse.ArgumentParser(description="Generates the sample video.")
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).with_name("sample.mp4"))
    write(parser.parse_args().output)


if __name__ == "__main__":
    main()
