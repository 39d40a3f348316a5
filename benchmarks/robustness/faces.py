"""Chooses faces to measure: in frames spread over a video, and followed through consecutive frames."""

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
"""A second difference needs three frames."""


def sampled(path: Path, *, frames: int, step: int | None) -> Iterator[Frame]:
    """This many frames, `step` apart starting with the first, or spread evenly over the whole video if it is None."""
    with open_source(path) as source:
        count = source.facts.frame_count
        apart = step or (count / frames if count is not None else UNKNOWN_LENGTH_STEP)
        first = 0 if step else apart / 2
        wanted = [int(first + position * apart) for position in range(frames)]
        for frame in islice(source.frames(), wanted[-1] + 1):
            if frame.index in wanted:
                yield frame


def consecutive(path: Path, start: int, length: int) -> Iterator[Frame]:
    """Consecutive frames."""
    with open_source(path) as source:
        yield from islice(source.frames(), start, start + length)


def followed(frames: Iterator[Frame], detector: FaceDetector, *, maximum: int) -> list[dict[int, Box]]:
    """The boxes by frame index of the `maximum` heads with the most frames. As in an analysis, a cut ends all heads."""
    tracker, view = Tracker(), None
    heads: dict[int, dict[int, Box]] = {}
    for frame in frames:
        before, view = view, GreyView(frame.image)
        if before is not None and is_cut(before, view):
            tracker.forget()
        for track in tracker.update(found(detector, frame.image), frame.time_s):
            heads.setdefault(track.track_id, {})[frame.index] = track.box
    longest = sorted(heads.values(), key=lambda boxes: -len(boxes))[:maximum]
    return [boxes for boxes in longest if len(boxes) >= SHORTEST_RUN]


def found(detector: FaceDetector, image: BgrImage) -> tuple[Detection, ...]:
    """The faces in a picture. The order of the pictures does not matter: no detector here depends on earlier ones."""
    return detector.detect(image, index=0, time_s=0.0)


def same_face(detector: FaceDetector, image: BgrImage, box: Box) -> Box | None:
    """The detector's box for the face at `box`; None if it does not find one there."""
    boxes = [detection.box for detection in found(detector, image)]
    nearest = max(boxes, key=lambda candidate: overlap(candidate, box), default=None)
    return nearest if nearest is not None and overlap(nearest, box) > SAME_FACE_OVERLAP else None
