"""The line of progress: rates, the time left, and what it looks like in a file."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from app.batch.job import Done, Failed
from app.batch.progress import Progress, duration
from tests.batch.test_plan import job

DONE = Done({}, frames=25, faces=25, video_s=90.0, wall_s=1.0, processor_s=1.0)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    """Goes on when it is told to."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_the_line_has_rates_and_the_time_left_by_the_sizes_of_the_files() -> None:
    clock = Clock()
    jobs = [replace(job(Path("/out"), f"{number}.mp4"), size_bytes=size) for number, size in enumerate((100, 100, 800))]
    progress = Progress(jobs, stream=io.StringIO(), clock=clock)
    assert progress.line(2) == "0 of 3 videos, 2 running"
    clock.now_s += 20
    progress.ended(jobs[0], DONE)
    assert progress.line(2) == "1 of 3 videos, 2 running, 3.00 videos/min, 4.5 h of video per hour, 3 min left"
    clock.now_s += 5
    progress.ended(jobs[1], Failed("It has no picture."))
    assert "2 of 3 videos, 1 running, 1 failed" in progress.line(1)
    assert "100 s" not in progress.line(1) and "2 min left" in progress.line(1)


def test_a_terminal_shows_one_line_and_keeps_what_went_wrong() -> None:
    stream = Terminal()
    one = job(Path("/out"), "a.mp4")
    progress = Progress([one], stream=stream)
    progress.tick(1)
    progress.ended(one, Failed("It has no picture."))
    progress.tick(0)
    progress.close()
    assert "hopenet-studio: a.mp4: It has no picture.\n" in stream.getvalue()
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().endswith("\r\x1b[K")


def test_a_file_gets_a_line_a_minute() -> None:
    clock, stream = Clock(), io.StringIO()
    progress = Progress([job(Path("/out"), "a.mp4")], stream=stream, clock=clock)
    for _ in range(150):
        clock.now_s += 1
        progress.tick(1)
    assert stream.getvalue() == "hopenet-studio: 0 of 1 videos, 1 running\n" * 2


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.44, "0.4 s"),
        (89, "89 s"),
        (150, "2 min"),
        (5400, "1 h 30 min"),
        (90000, "25 h 00 min"),
        (36_000_000, "10,000 h"),
    ],
)
def test_durations_are_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text
