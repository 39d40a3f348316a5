"""Compares each detector's boxes with MediaPipe's short-range boxes of the same faces, and derives crops from them.

    python -m benchmarks.crop_presets PICTURE_FOLDER VIDEO … --detectors mediapipe-full dlib-hog --every 15

One crop has been measured: the square of 1.5 times MediaPipe's short-range box, 0.08 of its side higher. The crop
printed for another detector covers the same part of the head in the median. No pose labels are used.

The median is taken within each video or picture first, and then over these, so that a long video has the same weight as
a photograph. docs/adr/0004-crops.md has the latest figures.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from app.frames import Frame
from app.models.opening import face_detector
from app.settings import DetectorChoice
from app.video import open_source
from app.weights import ModelStore
from detectors import DETECTORS, Box, DetectorOptions, overlap
from hopenet.crops import SquareCrop

REFERENCE = "mediapipe"
REFERENCE_CROP = SquareCrop(1.5, -0.08)
"""Measured with SqueezeNet 1.0 on 497 pictures of AFLW2000: 5.51°, compared with 6.17° for 1.75 and 6.99° for 2.0."""

SAME_FACE_OVERLAP = 0.3


@dataclass(frozen=True, slots=True)
class Relation:
    """A detector's box relative to the reference box of the same face.

    Convention: a box's length is √(width · height). `size` is the box's length; `right` and `down` are the offset of
    its centre from the reference box's centre, all in lengths of the reference box; x to the right, y down.
    """

    size: float
    right: float
    down: float

    @classmethod
    def between(cls, box: Box, reference: Box) -> Relation:
        length = reference.area**0.5
        (x, y), (reference_x, reference_y) = box.centre, reference.centre
        return cls((box.area**0.5) / length, (x - reference_x) / length, (y - reference_y) / length)

    def crop(self) -> SquareCrop:
        """The crop around this box that equals REFERENCE_CROP around the reference box."""
        return SquareCrop(REFERENCE_CROP.scale / self.size, (REFERENCE_CROP.shift_down - self.down) / self.size)


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parsed(arguments)
    store = ModelStore.standard()
    relations: dict[str, dict[str, list[Relation]]] = {name: defaultdict(list) for name in options.detectors}
    reference_faces = pictures = 0
    with ExitStack() as stack:
        reference, *others = (
            stack.enter_context(
                face_detector(
                    DetectorChoice(name, DetectorOptions(tiles=options.tiles)),
                    store=store,
                    frame_count=None,
                    progress=False,
                )
            )
            for name in (REFERENCE, *options.detectors)
        )
        for position, (group, frame) in enumerate(_frames(options)):
            if position == options.at_most:
                break
            pictures += 1
            faces = [
                face.box
                for face in reference.detect(frame.image, index=position, time_s=position)
                if _inside(face.box, frame)
            ]
            reference_faces += len(faces)
            if not faces:
                continue
            for detector in others:
                boxes = [found.box for found in detector.detect(frame.image, index=position, time_s=position)]
                relations[detector.name][group] += _relations(boxes, faces, frame)

    print(f"{pictures} pictures, {reference_faces} faces found by {REFERENCE}")
    print(
        "detector         faces groups   size (quartiles)      right   down (quartiles)        crop: scale, shift down"
    )
    for name, groups in relations.items():
        _print_row(name, [group for group in groups.values() if group])


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    names = [kind.name for kind in DETECTORS if not kind.needs_boxes and kind.name != REFERENCE]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+", type=Path, help="pictures, folders of pictures, videos")
    parser.add_argument("--detectors", nargs="+", choices=names, default=names)
    parser.add_argument("--every", type=int, default=20, help="use every n-th frame of a video")
    parser.add_argument("--every-picture", type=int, default=1, help="use every n-th picture of a folder")
    parser.add_argument("--tiles", type=int, default=1, help="have MediaPipe search tiles, to find smaller faces")
    parser.add_argument("--at-most", type=int, help="stop after this many pictures")
    return parser.parse_args(arguments)


def _frames(options: argparse.Namespace) -> Iterator[tuple[str, Frame]]:
    """Frames with the name of their group: the video, or the picture itself."""
    for path in options.sources:
        is_folder = path.is_dir()
        every = options.every_picture if is_folder else options.every
        with open_source(path) as source:
            for frame in source.frames():
                if frame.index % every == 0:
                    yield f"{path} {frame.index if is_folder else ''}", frame


def _relations(boxes: Sequence[Box], faces: Sequence[Box], frame: Frame) -> Iterator[Relation]:
    for face in faces:
        nearest = max(boxes, key=lambda box: overlap(box, face), default=None)
        if nearest is not None and overlap(nearest, face) > SAME_FACE_OVERLAP and _inside(nearest, frame):
            yield Relation.between(nearest, face)


def _inside(box: Box, frame: Frame) -> bool:
    """Whether the box lies entirely inside the picture; otherwise its true size is unknown."""
    height, width = frame.image.shape[:2]
    return box.x1 > 0 and box.y1 > 0 and box.x2 < width and box.y2 < height


def _print_row(name: str, groups: Sequence[Sequence[Relation]]) -> None:
    if len(groups) < 2:  # quartiles need two
        print(f"{name:16s} too few faces")
        return
    sizes, rights, downs = (
        [median(getattr(relation, field) for relation in group) for group in groups]
        for field in ("size", "right", "down")
    )
    crop = Relation(median(sizes), median(rights), median(downs)).crop()
    faces = sum(map(len, groups))
    print(
        f"{name:16s} {faces:5d} {len(groups):6d}   {_spread(sizes, '.2f'):20s} {median(rights):+6.2f}   "
        f"{_spread(downs, '+.2f'):22s}  {crop.scale:.2f}, {crop.shift_down:+.2f}"
    )


def _spread(values: Sequence[float], form: str) -> str:
    low, _, high = quantiles(values, n=4, method="inclusive")
    return f"{median(values):{form}} ({low:{form}} … {high:{form}})"


if __name__ == "__main__":
    main()
