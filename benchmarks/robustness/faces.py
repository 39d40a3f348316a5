"""Which faces are looked at: some in frames all over a video, and some followed through frames in a row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from app.analysis.optical_flow import GreyView, is_cut
from app.analysis.tracking import Tracker
from app.frames import Frame
from app.video import open_source
from detectors import BgrImage, Box, Detection, FaceDetector, overlap

SAME_FACE_OVERLAP = 0.3
UNKNOWN_LENGTH_STEP = 10
SHORTEST_RUN = 3
"""A second difference takes three frames."""


def sampled(path: Path, *, frames: int, step: int | None) -> Iterator[Frame]:
    """So many frames, `step` apart from the first one on, or else evenly over the whole video."""
    with open_source(path) as source:
        count = source.facts.frame_count
        apart = step or (count / frames if count is not None else UNKNOWN_LENGTH_STEP)
        first = 0 if step else apart / 2
        wanted = [int(first + position * apart) for position in range(frames)]
        for frame in islice(source.frames(), wanted[-1] + 1):
            if frame.index in wanted:
                yield frame


def stretch(path: Path, start: int, length: int) -> Iterator[Frame]:
    """Frames in a row."""
    with open_source(path) as source:
        yield from islice(source.frames(), start, start + length)


def followed(frames: Iterator[Frame], detector: FaceDetector, *, most: int) -> list[dict[int, Box]]:
    """The boxes, by frame index, of the heads that are seen in most frames; as in an analysis, cuts end a head."""
    tracker, view = Tracker(), None
    heads: dict[int, dict[int, Box]] = {}
    for frame in frames:
        before, view = view, GreyView(frame.image)
        if before is not None and is_cut(before, view):
            tracker.forget()
        for track in tracker.update(found(detector, frame.image), frame.time_s):
            heads.setdefault(track.track_id, {})[frame.index] = track.box
    longest = sorted(heads.values(), key=lambda boxes: -len(boxes))[:most]
    return [boxes for boxes in longest if len(boxes) >= SHORTEST_RUN]


def found(detector: FaceDetector, image: BgrImage) -> tuple[Detection, ...]:
    """A picture's faces, in whatever order pictures come: no detector here remembers the one before."""
    return detector.detect(image, index=0, time_s=0.0)


def same_face(detector: FaceDetector, image: BgrImage, box: Box) -> Box | None:
    """The box that the detector finds about where `box` is."""
    boxes = [detection.box for detection in found(detector, image)]
    nearest = max(boxes, key=lambda candidate: overlap(candidate, box), default=None)
    return nearest if nearest is not None and overlap(nearest, box) > SAME_FACE_OVERLAP else None
