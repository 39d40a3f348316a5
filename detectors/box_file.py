"""Faces that another program has found, read from a text file in dockerface's format."""

from __future__ import annotations

import codecs
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from detectors.base import BgrImage, Box, Detection, DetectorOptions
from detectors.limits import check_image, selected

MINIMUM_SCORE = math.nextafter(0.98, 1.0)
"""Hopenet's published video script uses boxes with a confidence above .98; this is the next number above it."""

SCORE_WITHOUT_CONFIDENCE = 1.0
"""The score of a line without confidence, which is always used: the file's author has already chosen the box."""

_FORM = "n_frame x_min y_min x_max y_max [confidence]"


@dataclass(frozen=True, slots=True, eq=False)
class BoxLines:
    """The content of a box file.

    `by_index`: the detections by frame index (from 0), in the file's order, with any score and not clipped.
    `last_index`: the highest frame index in the file, even if its boxes are not used; it shows whether the file belongs
    to a longer video.
    `skipped`: number of lines with an empty box (x_max ≤ x_min or y_max ≤ y_min).
    """

    by_index: Mapping[int, tuple[Detection, ...]]
    last_index: int
    skipped: int


def read_box_file(path: Path) -> BoxLines:
    """The boxes in a text file, one per line: `n_frame x_min y_min x_max y_max [confidence]`.

    Frames are counted from 1 and may come in any order, with any number of lines each. Fields are separated by white
    space, and blank lines are ignored. A line without confidence gets a score of 1.

    Raises FileNotFoundError (or another OSError) if the file cannot be read; ValueError if it is not text, has no
    boxes, or has an invalid line, whose number is in the message.

    Source: dockerface (Ruiz and Rehg, 2017, arXiv:1708.04370), as read by Hopenet's `test_on_video_dockerface.py`.
    """
    by_index: dict[int, list[Detection]] = {}
    last_index = -1
    skipped = 0
    for number, line in enumerate(_text(path).splitlines(), start=1):
        fields = line.split()
        if not fields:
            continue
        try:
            index, detection = _parsed(fields)
        except ValueError as error:
            raise ValueError(f"line {number} of {path.name}: {error}") from None
        last_index = max(last_index, index)
        if detection.box.is_empty:
            skipped += 1
        else:
            by_index.setdefault(index, []).append(detection)
    if last_index < 0:
        raise ValueError(f"{path.name} contains no boxes. A box file has lines of the form {_FORM}.")
    frozen = {index: tuple(detections) for index, detections in by_index.items()}
    return BoxLines(MappingProxyType(frozen), last_index, skipped)


def _text(path: Path) -> str:
    if not path.exists():
        raise FileNotFoundError(f"There is no box file {path}.")
    if path.is_dir():
        raise IsADirectoryError(f"The box file {path} is a folder.")
    raw = path.read_bytes()
    # Output redirected in a Windows shell is UTF-16 with a byte order mark.
    encoding = "utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise ValueError(f"{path.name} is not a text file. A box file has lines of the form {_FORM}.")
    return text


def _parsed(fields: list[str]) -> tuple[int, Detection]:
    if len(fields) not in (5, 6):
        raise ValueError(f"{len(fields)} field{'s' if len(fields) > 1 else ''} instead of 5 or 6 ({_FORM}).")
    try:
        numbers = [float(field) for field in fields]
    except ValueError:
        raise ValueError(f"“{' '.join(fields)}” must contain only numbers ({_FORM}).") from None
    if not all(map(math.isfinite, numbers)):
        raise ValueError("every number must be finite.")
    frame = numbers[0]
    if frame < 1 or not frame.is_integer():
        raise ValueError(f"the frame must be a whole number of at least 1, not {fields[0]}.")
    score = numbers[5] if len(numbers) == 6 else SCORE_WITHOUT_CONFIDENCE
    return int(frame) - 1, Detection(Box(*numbers[1:5]), score)


class BoxFileDetector:
    """Returns the boxes of a file by frame index; the pixels are not used.

    With a region, only boxes with their centre inside it are returned. The detection size is ignored. Scores are the
    file's confidences, usually from 0 to 1.
    """

    name = "boxes"

    def __init__(self, path: Path, *, options: DetectorOptions | None = None) -> None:
        """Reads the file. Raises what `read_box_file` raises."""
        self._options = options or DetectorOptions()
        self._minimum_score = MINIMUM_SCORE if self._options.minimum_score is None else self._options.minimum_score
        self._lines = read_box_file(path)
        self._outside: dict[int, int] = {}
        self._closed = False

    @property
    def last_index(self) -> int:
        """The highest frame index in the file, from 0. A shorter video is not the one that the file was made for."""
        return self._lines.last_index

    @property
    def skipped(self) -> int:
        """Number of lines not used because their box is empty or outside the pictures so far; each counts once."""
        return self._lines.skipped + sum(self._outside.values())

    def detect(
        self,
        image: BgrImage,
        *,
        index: int,
        time_s: float,  # noqa: ARG002  (the protocol's)
    ) -> tuple[Detection, ...]:
        """The file's boxes for frame `index`, in the form of `FaceDetector.detect`; `time_s` is not used."""
        if self._closed:
            raise ValueError("The box file detector is closed.")
        check_image(image)
        height, width = image.shape[:2]
        inside = []
        outside = 0
        for detection in self._lines.by_index.get(index, ()):
            if detection.box.clipped(width, height).is_empty:
                outside += 1
            elif self._in_region(detection.box.clipped(width, height)):
                inside.append(detection)
        if outside:
            self._outside[index] = outside
        return selected(inside, image, minimum_score=self._minimum_score, options=self._options)

    def _in_region(self, box: Box) -> bool:
        region = self._options.region
        if region is None:
            return True
        x, y = box.centre
        return region.x1 <= x < region.x2 and region.y1 <= y < region.y2

    def close(self) -> None:
        """Ends the use of the detector. May be called twice."""
        self._closed = True
