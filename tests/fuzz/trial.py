"""Analyses one film and exports it, in a process that may crash, and compares the result with what FFmpeg decodes."""

from __future__ import annotations

import csv
import multiprocessing
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal, NamedTuple

Verdict = Literal["equal", "said", "refused", "refused though decodable", "WRONG", "ERROR", "HANG", "CRASH", "MEMORY"]
GOOD: frozenset[Verdict] = frozenset({"equal", "said", "refused"})

LONGEST_S = 120.0
"""A film of a second that takes longer than this hangs."""

MEMORY_LIMIT_MB = 1500
TICK_S = 0.0021
"""Matroska's times are whole milliseconds, in the film that is read as well as in the one that is written."""

LARGEST_FILM = 4096 * 4096
"""More pixels than this may be refused, although FFmpeg decodes them."""

_TECHNICAL = re.compile(r"Traceback|patches welcome|Errno|\[\w+ @ |Error\(|\n")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to a film. `reason`: what was wrong, or what the program said."""

    verdict: Verdict
    reason: str = ""
    memory_mb: int = 0

    @property
    def is_good(self) -> bool:
        return self.verdict in GOOD


class Decoded(NamedTuple):
    """What FFmpeg decodes of a film's best video track: its frames' times in seconds, and the size of the first one."""

    times: tuple[Fraction | None, ...]
    size: tuple[int, int]


def decoded_by_ffmpeg(path: Path) -> Decoded:
    """All frames that FFmpeg decodes in one thread, with the packets that it marks corrupt, skipping what fails."""
    import av
    from av.stream import Disposition

    times: list[Fraction | None] = []
    size = (0, 0)
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
            best = container.streams.best("video")
            stream = best if best in moving else moving[0]
            stream.codec_context.thread_count = 1
            packets = container.demux(stream)
            while True:
                try:
                    packet = next(packets, None)
                except (av.FFmpegError, OSError):
                    packet = None
                with suppress(av.FFmpegError, OSError):
                    for frame in stream.decode(packet):
                        ticks = frame.pts if frame.pts is not None else frame.dts
                        tick_s = frame.time_base or stream.time_base or Fraction(1)
                        times.append(None if ticks is None else ticks * tick_s)
                        size = size if size[0] else (frame.width, frame.height)
                if packet is None or not packet.size:
                    break
    except Exception:  # noqa: BLE001 — whatever FFmpeg cannot open has no frames
        return Decoded(tuple(times), size)
    return Decoded(tuple(times), size)


def try_film(path: Path, folder: Path) -> Outcome:
    """Exports the film to a video and a table in `folder`, and compares both with what FFmpeg decodes."""
    from app.errors import StudioError
    from app.export.pipeline import RunControl
    from app.export.run import run_task
    from app.export.task import ExportTask, TableOutput
    from app.settings import DetectorChoice
    from app.weights import ModelStore

    expected = decoded_by_ffmpeg(path)
    task = ExportTask(
        source=path,
        video=folder / "out.mkv",
        tables=(TableOutput(folder / "out.csv"),),
        detector=DetectorChoice("dlib-hog"),
    )
    try:
        result = run_task(task, store=ModelStore.standard(), control=RunControl())
    except StudioError as error:
        return _refused(error.message, expected, folder)
    said = [*([result.damage] if result.damage else []), *(note.sentence for note in result.notes)]
    if wording := [sentence for sentence in said if _TECHNICAL.search(sentence)]:
        return Outcome("WRONG", f"not a sentence for people: {wording[0]!r}")
    film = decoded_by_ffmpeg(folder / "out.mkv")
    if wrong := _difference_of_outputs(film, _rows(folder), result.counts.frames):
        return Outcome("WRONG", wrong)
    difference = _difference(film, expected)
    if difference is None:
        return Outcome("equal", " ".join(said))
    if said:
        return Outcome("said", f"{difference}; {' '.join(said)}")
    return Outcome("WRONG", difference)


def _refused(message: str, expected: Decoded, folder: Path) -> Outcome:
    left = sorted(path.name for path in folder.iterdir())
    if left:
        return Outcome("WRONG", f"refused, but it left {left}: {message}")
    if _TECHNICAL.search(message) or not message.rstrip().endswith("."):
        return Outcome("WRONG", f"not a sentence for people: {message!r}")
    if expected.times and expected.size[0] * expected.size[1] <= LARGEST_FILM:
        return Outcome("refused though decodable", f"{len(expected.times)} frames of {expected.size}: {message}")
    return Outcome("refused", message)


def _rows(folder: Path) -> list[tuple[int, float]]:
    """The number and time of each frame with a face, as the table has them."""
    with (folder / "out.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = [(int(row["frame"]), float(row["time_s"])) for row in csv.DictReader(file)]
    return list(dict.fromkeys(rows))


def _difference_of_outputs(film: Decoded, rows: list[tuple[int, float]], count: int) -> str | None:
    if len(film.times) != count:
        return f"{count} frames were counted, but the film has {len(film.times)}"
    for number, time_s in rows:
        shown = film.times[number] if 0 <= number < count else None
        if shown is None or abs(float(shown) - time_s) > TICK_S:
            return f"frame {number} is at {time_s} s in the table, but at {shown} s in the film"
    return None


def _difference(film: Decoded, expected: Decoded) -> str | None:
    if len(film.times) != len(expected.times):
        return f"FFmpeg decodes {len(expected.times)} frames, but {len(film.times)} were written"
    times, written = ([time for time in one.times if time is not None] for one in (expected, film))
    if len(times) < len(written) or any(later <= earlier for earlier, later in pairwise(times)):
        return None  # Without times that grow, there is nothing to compare.
    for number, (time, shown) in enumerate(zip(times, written, strict=True)):
        if abs(float(time - times[0]) - float(shown - written[0])) > TICK_S:
            after_s, found_s = float(time - times[0]), float(shown - written[0])
            return f"frame {number} comes {after_s:.4f} s after the first one, but {found_s:.4f} s in the film"
    return None


class Trials:
    """Tries films one after another in a process of its own, which is replaced if it crashes or hangs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._context = multiprocessing.get_context("spawn")
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def run(self, path: Path) -> Outcome:
        if self._process is None or not self._process.is_alive():
            self._start()
        assert self._pipe is not None
        try:
            self._pipe.send(path)
            if not self._pipe.poll(LONGEST_S):
                self.close()
                return Outcome("HANG", f"no answer after {LONGEST_S:g} s")
            outcome = self._pipe.recv()
        except (EOFError, OSError):
            code = self._code()
            return Outcome("CRASH", f"the process ended with {code}")
        assert isinstance(outcome, Outcome)
        if outcome.memory_mb > MEMORY_LIMIT_MB:
            return Outcome("MEMORY", f"{outcome.memory_mb} MB", outcome.memory_mb)
        return outcome

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        self._process = None

    def _start(self) -> None:
        self._pipe, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_serve, args=(theirs, self._folder), daemon=True)
        self._process.start()
        theirs.close()

    def _code(self) -> int | None:
        assert self._process is not None
        self._process.join(10)
        code = self._process.exitcode
        self.close()
        return code


def _serve(pipe: Connection, parent: Path) -> None:
    """Answers each path with an Outcome."""
    import logging
    import tempfile

    logging.disable(logging.CRITICAL)
    while True:
        try:
            path = pipe.recv()
        except EOFError:
            return
        with tempfile.TemporaryDirectory(dir=parent) as folder, _memory() as used:
            try:
                outcome = try_film(path, Path(folder))
            except Exception as error:  # noqa: BLE001 — this is what the trial looks for
                outcome = Outcome("ERROR", _described(error))
        pipe.send(Outcome(outcome.verdict, outcome.reason, used[0]))


def _described(error: BaseException) -> str:
    import traceback

    places = [f"{Path(place.filename).name}:{place.lineno}" for place in traceback.extract_tb(error.__traceback__)[-4:]]
    return f"{type(error).__name__}: {error} ({' > '.join(places)})"


@contextmanager
def _memory() -> Iterator[list[int]]:
    """The largest amount of memory in the block in MB; 0 if the system does not report it."""
    used = [0]
    if sys.platform == "linux":
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    yield used
    if sys.platform == "linux":
        match = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
        used[0] = int(match[1]) // 1000 if match else 0
