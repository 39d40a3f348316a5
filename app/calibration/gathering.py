"""Looks for a board in the frames of a video, a folder of pictures, or a camera."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from app.calibration.board import Board, BoardView, find_board, similar_board
from app.calibration.solving import FEWEST_VIEWS
from app.calibration.views import MOST_VIEWS, Coverage, chosen_views
from app.errors import DataError
from app.frames import Frame
from app.video import is_live, open_live, open_source

MOST_FRAMES = 150
"""Of a video, about so many frames are looked at, at equal intervals; of a folder, all pictures."""

_TRIED_FOR_OTHERS = 4
"""In so many frames, a board of another size is looked for if the one that was named is in none."""

_UNKNOWN_EVERY = 10
"""The interval for videos that do not say how long they are."""

_CAMERA_EVERY_S = 0.3
ENOUGH_COVERAGE = 0.7
"""Of a camera's picture: with as many views as are used at most, it need not be filmed any longer."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the search is. `frames`: that were looked at; `expected`: how many there will be, None if unknown."""

    frames: int
    expected: int | None
    views: int
    coverage: Coverage | None


OnProgress = Callable[[Progress], object]


def gathered_views(address: str, board: Board, *, duration_s: float, report: OnProgress) -> list[BoardView]:
    """The views that the calibration uses. `duration_s`: how long a camera is watched at most.

    Raises SourceError if the source cannot be read, DataError if the board is in none of its frames or its pictures
    differ in size.
    """
    frames, expected = (_of_camera(address, duration_s), None) if is_live(address) else _of_file(Path(address))
    found: list[BoardView] = []
    looked_at: list[Frame] = []
    coverage: Coverage | None = None
    number = 0
    with closing(frames):  # type: ignore[type-var]
        for number, frame in enumerate(frames, start=1):
            view = find_board(frame.image, board, frame.name or f"frame {frame.index}")
            if view is not None:
                if found and view.size != found[0].size:
                    raise DataError(
                        f"The pictures have different sizes: {view.name} has {view.size[0]}×{view.size[1]} pixels, "
                        f"others {found[0].size[0]}×{found[0].size[1]}.",
                        advice="Use pictures that the camera took in one format, without cropping.",
                    )
                found.append(view)
                coverage = coverage or Coverage(view.size)
                coverage.add(view)
            elif not found and len(looked_at) < _TRIED_FOR_OTHERS:
                looked_at.append(frame)
            report(Progress(number, expected, len(found), coverage))
            if is_live(address) and _is_enough(found, board, coverage):
                break
    if not found:
        raise _nothing_found(board, looked_at, number)
    return chosen_views(found, board)


def _is_enough(found: list[BoardView], board: Board, coverage: Coverage | None) -> bool:
    if coverage is None or coverage.share < ENOUGH_COVERAGE or len(found) < MOST_VIEWS:
        return False
    return len(chosen_views(found, board)) >= MOST_VIEWS - FEWEST_VIEWS


def _nothing_found(board: Board, frames: list[Frame], number: int) -> DataError:
    for frame in frames:
        other = similar_board(frame.image, board)
        if other is not None:
            return DataError(
                f"There is no board of {board.name} inner corners in the source, but one of {other.name}.",
                advice=f"Give --board {other.name}.",
            )
    return DataError(
        f"No board of {board.name} inner corners was found in {number} frames.",
        advice="The whole board must be in the picture, with a white margin around it, flat and sharp. --board counts "
        "where four squares meet, not squares.",
    )


def _of_camera(address: str, duration_s: float) -> Iterator[Frame]:
    source = open_live(address)
    ends_s = time.monotonic() + duration_s
    next_s = 0.0
    try:
        for frame in source.frames():
            now_s = time.monotonic()
            if now_s > ends_s:
                return
            if now_s >= next_s:
                next_s = now_s + _CAMERA_EVERY_S
                yield frame
    finally:
        source.close()


def _of_file(path: Path) -> tuple[Iterator[Frame], int | None]:
    source = open_source(path)
    count = source.facts.frame_count
    every = max(1, count // MOST_FRAMES if count is not None else _UNKNOWN_EVERY) if source.facts.kind == "video" else 1

    def frames() -> Iterator[Frame]:
        with source:
            yield from islice(source.frames(), 0, None, every)

    return frames(), None if count is None else -(-count // every)
