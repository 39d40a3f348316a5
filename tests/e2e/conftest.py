"""The whole program, from its arguments to its files."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from app.main import main
from tests.e2e.program import Outcome, Run, started
from tests.photograph import astronaut

SIZE = 160, 120
FRAMES = 12


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    # The program sets up logging; later tests have handlers of their own.
    root, ours = logging.getLogger(), logging.getLogger("app")
    handlers, level, our_level = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    ours.setLevel(our_level)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the program in this process; arguments may be paths and numbers."""

    def run_here(*arguments: object) -> Outcome:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
        printed = capsys.readouterr()
        return Outcome(code, printed.out, printed.err)

    return run_here


@pytest.fixture
def run_in_process(tmp_path: Path) -> Run:
    """Runs the program in its own process, in the test's folder."""

    def run_there(*arguments: object, program: Sequence[str] = ()) -> Outcome:
        with started(arguments, tmp_path, program=program) as process:
            out, err = process.communicate(timeout=500)
        return Outcome(process.returncode, out, err)

    return run_there


def write_video(path: Path, count: int = FRAMES, *, options: dict[str, str] | None = None) -> Path:
    """The astronaut's head, moving right by two pixels per frame, at 25 frames per second, with a tone."""
    photograph = astronaut()
    width, height = SIZE
    with av.open(str(path), "w", container_options=options or {}) as container:
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        sound = container.add_stream("aac", rate=44_100, layout="mono")
        for index in range(count):
            picture = np.roll(photograph[50 : 50 + height, 142 : 142 + width], 2 * index, axis=1)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        for start in range(0, count * 44_100 // 25, 1024):
            wave = 0.2 * np.sin(2 * np.pi * 440 * np.arange(start, start + 1024) / 44_100)
            samples = av.AudioFrame.from_ndarray(wave.astype(np.float32)[None], format="fltp", layout="mono")
            samples.sample_rate, samples.pts, samples.time_base = 44_100, start, Fraction(1, 44_100)
            container.mux(sound.encode(samples))
        container.mux(sound.encode(None))
    return path


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """A video of 12 frames, 160×120, with sound and its index in front."""
    return write_video(tmp_path / "video.mp4", options={"movflags": "+faststart"})


@pytest.fixture
def boxes(tmp_path: Path) -> Path:
    """The face in each frame of `video`."""
    path = tmp_path / "video-boxes.txt"
    lines = (f"{index + 1} {31 + 2 * index} 20 {130 + 2 * index} 118 0.995" for index in range(FRAMES))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """The astronaut as a picture file, 256×256."""
    path = tmp_path / "astronaut.png"
    picture = cv2.resize(astronaut(), (256, 256), interpolation=cv2.INTER_AREA)
    assert cv2.imwrite(str(path), picture)
    return path
