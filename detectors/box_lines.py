"""Reads box files: faces that another program has found, in dockerface's text format, kept as arrays."""

from __future__ import annotations

import codecs
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from detectors.base import Box, BoxArray, Detection

SCORE_WITHOUT_CONFIDENCE = 1.0
"""The score of a line without confidence, which is always used: the file's author has already chosen the box."""

MAXIMUM_BOXES = 20_000_000
"""A box takes 48 bytes in memory, so a file of this many takes 1 GB."""

_FORM = "n_frame x_min y_min x_max y_max [confidence]"

_LARGEST_FRAME = 2**53
"""From here on, whole numbers are not exact in a text that was written from floating-point numbers."""

_LARGEST_EDGE = 1e9
"""In pixels. A box may extend beyond the picture, but areas have to remain finite and exact."""

_CHUNK_BYTES = 1 << 22
_LONGEST_LINE_BYTES = 1 << 20


class BoxesByFrame(Mapping[int, tuple[Detection, ...]]):
    """The detections of each frame index, made from arrays when they are asked for. Thread: any; it never changes."""

    def __init__(self, index: npt.NDArray[np.int64], boxes: BoxArray, score: npt.NDArray[np.float64]) -> None:
        """The rows in the order of their index, those of one frame in the file's order."""
        self._boxes, self._score = boxes, score
        new = np.concatenate([[True], index[1:] != index[:-1]]) if len(index) else np.zeros(0, bool)
        starts = np.flatnonzero(new)
        self._indices = index[starts]
        self._starts = np.append(starts, len(index))

    def __getitem__(self, index: int) -> tuple[Detection, ...]:
        boxes, score = self.arrays(index)
        if not len(score):
            raise KeyError(index)
        return tuple(Detection(Box(*edges), own) for edges, own in zip(boxes.tolist(), score.tolist(), strict=True))

    def __iter__(self) -> Iterator[int]:
        return iter(self._indices.tolist())

    def __len__(self) -> int:
        return len(self._indices)

    def arrays(self, index: int) -> tuple[BoxArray, npt.NDArray[np.float64]]:
        """The boxes (N, 4) and scores (N,) of a frame; N is 0 if it has none."""
        place = int(np.searchsorted(self._indices, index))
        if place == len(self._indices) or self._indices[place] != index:
            return self._boxes[:0], self._score[:0]
        rows = slice(int(self._starts[place]), int(self._starts[place + 1]))
        return self._boxes[rows], self._score[rows]

    def fullest(self, minimum_score: float) -> tuple[int, int]:
        """The frame index with the most boxes of at least this score, and how many it has; (0, 0) without boxes."""
        if not len(self._indices):
            return 0, 0
        counts = np.add.reduceat((self._score >= minimum_score).astype(np.int64), self._starts[:-1])
        fullest = int(counts.argmax())
        return int(self._indices[fullest]), int(counts[fullest])


@dataclass(frozen=True, slots=True, eq=False)
class BoxLines:
    """The content of a box file.

    `by_index`: the detections by frame index (from 0), in the file's order, with any score and not clipped.
    `last_index`: the highest frame index in the file, even if its boxes are not used; it shows whether the file belongs
    to a longer video.
    `skipped`: number of lines with an empty box (x_max ≤ x_min or y_max ≤ y_min).
    """

    by_index: BoxesByFrame
    last_index: int
    skipped: int


def read_box_file(path: Path) -> BoxLines:
    """The boxes in a text file, one per line: `n_frame x_min y_min x_max y_max [confidence]`.

    Frames are counted from 1 and may come in any order, with any number of lines each. Fields are separated by white
    space, and blank lines are ignored. A line without confidence gets a score of 1.

    Raises FileNotFoundError (or another OSError) if the file cannot be read; ValueError if it is not text, has no
    boxes or more than MAXIMUM_BOXES, or has an invalid line, whose number is in the message.

    Source: dockerface (Ruiz and Rehg, 2017, arXiv:1708.04370), as read by Hopenet's `test_on_video_dockerface.py`.
    """
    if not path.exists():
        raise FileNotFoundError(f"There is no box file {path}.")
    if path.is_dir():
        raise IsADirectoryError(f"The box file {path} is a folder.")
    boxes = _Boxes(path.stat().st_size if path.is_file() else None)
    lines_before = 0
    with path.open("rb") as file:
        for chunk in _chunks(file, path):
            if not boxes.add(_numbers(chunk, path, lines_before)):
                raise ValueError(f"{path.name} contains more than {MAXIMUM_BOXES:,} boxes, which is the maximum.")
            lines_before += len(chunk.splitlines())
    if boxes.last_index < 0:
        raise ValueError(f"{path.name} contains no boxes. A box file has lines of the form {_FORM}.")
    return boxes.lines()


class _Boxes:
    """Collects boxes in arrays that are large enough from the start: pages that stay unused take no memory."""

    def __init__(self, file_bytes: int | None) -> None:
        """`file_bytes`: None if the size is not known, as for a pipe."""
        most = MAXIMUM_BOXES if file_bytes is None else min(MAXIMUM_BOXES, file_bytes // len("1 0 0 1 1\n") + 1)
        self._index, self._boxes, self._score = np.empty(most, np.int64), np.empty((most, 4)), np.empty(most)
        self._count = self._skipped = 0
        self.last_index = -1

    def add(self, numbers: npt.NDArray[np.float64]) -> bool:
        """Adds rows of frame, edges and score, of shape (N, 6). False if there are too many."""
        filled = numbers[(numbers[:, 3] > numbers[:, 1]) & (numbers[:, 4] > numbers[:, 2])]
        end = self._count + len(filled)
        if end > len(self._score):
            return False
        rows = slice(self._count, end)
        self._index[rows], self._boxes[rows], self._score[rows] = filled[:, 0] - 1, filled[:, 1:5], filled[:, 5]
        self._count = end
        self._skipped += len(numbers) - len(filled)
        self.last_index = max(self.last_index, int(numbers[:, 0].max(initial=0)) - 1)
        return True

    def lines(self) -> BoxLines:
        index, boxes, score = self._index[: self._count], self._boxes[: self._count], self._score[: self._count]
        if (index[1:] < index[:-1]).any():
            order = np.argsort(index, kind="stable")
            index, boxes, score = index[order], boxes[order], score[order]
        return BoxLines(BoxesByFrame(index, boxes, score), self.last_index, self._skipped)


def _chunks(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """The file in parts of whole lines, as UTF-8 without byte order mark."""
    start = file.read(2)
    file.seek(0)
    # Output redirected in a Windows shell is UTF-16 with a byte order mark.
    utf_16 = start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    decoder = codecs.getincrementaldecoder("utf-16" if utf_16 else "utf-8-sig")()
    rest = b""
    while True:
        part = file.read(_CHUNK_BYTES)
        try:
            text = decoder.decode(part, final=not part)
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            raise ValueError(f"{path.name} is not a text file. A box file has lines of the form {_FORM}.")
        whole = rest + text.encode()
        # A carriage return at the end may be the first half of a line end.
        end = max(whole.rfind(b"\n"), whole.rfind(b"\r", 0, len(whole) - 1)) + 1 if part else len(whole)
        rest = whole[end:]
        if len(rest) > _LONGEST_LINE_BYTES:
            raise ValueError(f"{path.name} has a line without an end. A box file has lines of the form {_FORM}.")
        if end:
            yield whole[:end]
        if not part:
            return


def _numbers(chunk: bytes, path: Path, lines_before: int) -> npt.NDArray[np.float64]:
    """Frame, edges and score of each line that is not blank: of shape (N, 6)."""
    lines = chunk.splitlines()
    counts = {len(line.split()) for line in lines[:1]}
    fields = counts.pop() if counts else 0
    if fields in (5, 6) and chunk.isascii():
        numbers = _table_of(chunk, len(lines), fields)
        if numbers is not None and _valid(numbers):
            return numbers
    return _line_by_line(lines, path, lines_before)


def _table_of(chunk: bytes, lines: int, fields: int) -> npt.NDArray[np.float64] | None:
    """The numbers if every line has this many fields, otherwise None. Most files are like that, and this is fast."""
    characters = np.frombuffer(chunk, np.uint8)
    space = (characters == 0x20) | ((characters >= 0x09) & (characters <= 0x0D))
    starts = np.flatnonzero(~space & np.concatenate([[True], space[:-1]]))
    if len(starts) != lines * fields:
        return None
    line_ends = np.flatnonzero((characters == 0x0A) | (characters == 0x0D))
    # The k-th line must start with field k × fields: no line end lies between the fields of one line.
    place = np.searchsorted(line_ends, starts).reshape(lines, fields)
    if (place != place[:, :1]).any() or (np.diff(place[:, 0]) < 1).any():
        return None
    words = chunk.split()
    try:
        table = np.fromiter(map(float, words), np.float64, len(words)).reshape(lines, fields)
    except ValueError:
        return None
    if fields == 6:
        return table
    return np.concatenate([table, np.full((lines, 1), SCORE_WITHOUT_CONFIDENCE)], axis=1)


def _valid(numbers: npt.NDArray[np.float64]) -> bool:
    frame = numbers[:, 0]
    return bool(
        np.isfinite(numbers).all()
        and (frame >= 1).all()
        and (frame < _LARGEST_FRAME).all()
        and (frame == np.floor(frame)).all()
        and (np.abs(numbers[:, 1:5]) <= _LARGEST_EDGE).all()
    )


def _line_by_line(lines: list[bytes], path: Path, lines_before: int) -> npt.NDArray[np.float64]:
    """The same for lines of any form. Raises ValueError with the number of the first invalid one."""
    rows: list[tuple[float, ...]] = []
    for number, line in enumerate(lines, start=lines_before + 1):
        fields = line.decode().split()
        if not fields:
            continue
        try:
            rows.append(_parsed(fields))
        except ValueError as error:
            raise ValueError(f"line {number} of {path.name}: {error}") from None
    return np.array(rows, np.float64).reshape(-1, 6)


def _parsed(fields: list[str]) -> tuple[float, ...]:
    if len(fields) not in (5, 6):
        raise ValueError(
            f"{len(fields)} field{'s' if len(fields) != 1 else ''} instead of 5 or 6 ({_FORM}){_hint(fields)}."
        )
    try:
        numbers = [float(field) for field in fields]
    except ValueError:
        raise ValueError(f"“{_shortened(fields)}” must contain only numbers ({_FORM}){_hint(fields)}.") from None
    if not all(map(math.isfinite, numbers)):
        raise ValueError("every number must be finite.")
    frame = numbers[0]
    if not 1 <= frame < _LARGEST_FRAME or not frame.is_integer():
        raise ValueError(f"the frame must be a whole number of at least 1, not {_shortened(fields[:1])}.")
    if max(map(abs, numbers[1:5])) > _LARGEST_EDGE:
        raise ValueError(f"the edges of a box are in pixels, at most {_LARGEST_EDGE:,.0f}.")
    return (*numbers, SCORE_WITHOUT_CONFIDENCE)[:6]


def _hint(fields: list[str]) -> str:
    separators = {",": "commas", ";": "semicolons"}
    found = [name for character, name in separators.items() if any(character in field for field in fields)]
    return f"; fields are separated by spaces, not {found[0]}, and decimals by a point" if found else ""


def _shortened(fields: list[str]) -> str:
    text = " ".join(fields)
    return text if len(text) <= 80 else f"{text[:80]}…"
