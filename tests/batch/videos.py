"""Small videos for batches."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.photograph import astronaut


def write_video(
    path: Path, *, seed: int = 0, frames: int = 25, key_frames_every: int = 10, cut_at: int | None = None
) -> Path:
    """The astronaut's head, moving by a few pixels per frame; `seed` moves it, so that no two videos are equal.

    From frame `cut_at` on, it is mirrored and upon a light ground: another shot.
    """
    photograph = astronaut()
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25, options={"g": str(key_frames_every), "preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = 192, 144, "yuv420p"
        for index in range(frames):
            shift = round(12 * np.sin(index / 6 + seed)) + seed
            picture = np.roll(photograph[40:184, 132:324], (shift // 2, shift), axis=(0, 1))
            if cut_at is not None and index >= cut_at:
                picture = picture[:, ::-1].copy()
                picture[:40] = picture[-30:] = 255
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return path


def write_videos(folder: Path, number: int) -> Path:
    """Videos `one/0.mp4` … and `two/…`, half of them in each folder; returns the folder."""
    for seed in range(number):
        write_video(folder / ("one" if seed < number // 2 else "two") / f"{seed}.mp4", seed=seed)
    return folder
