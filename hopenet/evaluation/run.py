"""Runs a snapshot on every head of a dataset. A detector is only a function that returns boxes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from hopenet.batches import LARGEST_BATCH
from hopenet.crops import LANDMARKS, BoxLike, CropRule, Rectangle, SquareCrop
from hopenet.datasets.labels import HeadSet, LabelledHead
from hopenet.datasets.pictures import coarsened, read_labelled_picture
from hopenet.decode import decode
from hopenet.engines import batch_for, logits_of
from hopenet.estimator import HeadPoseEstimator
from hopenet.evaluation.errors import HeadErrors
from hopenet.pose import PoseEstimate
from hopenet.preprocess import BgrImage, cut_out, shrink_to_square
from hopenet.records import SnapshotRecord

PUBLISHED, WHOLE = "published", "whole"
"""Names of the views that do not need a detector; the third is LANDMARKS."""

SMALLEST_OVERLAP = 0.1
"""Minimum intersection over union of a detector's box with the labelled face; below it, the box is another face."""

FindBoxes = Callable[[BgrImage, int], Iterable[BoxLike]]
"""Returns the boxes of the faces in a picture; the second argument is the picture's number, counted from 0."""


class CropView(NamedTuple):
    """One way to choose the part of a picture that the network sees.

    `rectangle`: the crop in a head's picture, whose number is the last argument; None if no face was found. `cut`: what
    the network sees of a head with this name in a picture and a rectangle, before resizing, if that is not simply the
    crop (`network_crop`); None as there.
    """

    name: str
    rectangle: Callable[[LabelledHead, BgrImage, int], Rectangle | None]
    cut: Callable[[str, LabelledHead, BgrImage, Rectangle], BgrImage | None] | None = None


class ViewEstimate(NamedTuple):
    """The network's estimate for a head, and the rectangle it is based on."""

    rectangle: Rectangle
    estimate: PoseEstimate


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedHead:
    """A head with one estimate per view, in the order of the views; None if a view did not find the head."""

    name: str
    head: LabelledHead
    estimates: tuple[ViewEstimate | None, ...]


class BadHead(NamedTuple):
    """A head that could not be evaluated, and the reason, in one sentence."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationRun:
    """The heads in the order of their names. `beyond`: how many were left out because of their angles."""

    evaluated: tuple[EvaluatedHead, ...]
    beyond: int
    bad: tuple[BadHead, ...]

    def only_views(self, first: int, end: int | None = None) -> EvaluationRun:
        """The same heads with the estimates of the views `first` to `end` alone."""
        heads = (replace(head, estimates=head.estimates[first:end]) for head in self.evaluated)
        return replace(self, evaluated=tuple(heads))


def estimate_heads(
    estimator: HeadPoseEstimator,
    heads: HeadSet,
    names: Sequence[str],
    views: Sequence[CropView],
    *,
    largest_deg: float = math.inf,
    skip_bad: bool = False,
    progress: Callable[[], object] = lambda: None,
) -> EvaluationRun:
    """Estimates the pose of each head in each view; at most one batch of crops is kept in memory.

    Heads with an angle beyond ±`largest_deg` are left out. `progress` is called once per name.
    Raises FileNotFoundError or ValueError with a one-sentence message for the first head that cannot be read or
    cropped; with `skip_bad`, such heads are left out and listed in `bad` instead. A head for which the network's answer
    is not a number is always left out and listed.
    """
    network = _Batches(estimator)
    evaluated: list[tuple[str, LabelledHead, list[ViewEstimate | None]]] = []
    bad: list[BadHead] = []
    beyond = 0
    for index, name in enumerate(names):
        try:
            head = heads.read(name)
            if max(map(abs, head.pose)) > largest_deg:
                beyond += 1
                continue
            rectangles, squares = _squares(name, head, views, index, estimator.record.input_size)
        except (FileNotFoundError, ValueError) as error:
            if not skip_bad:
                raise
            bad.append(BadHead(name, str(error)))
            continue
        finally:
            progress()
        estimates: list[ViewEstimate | None] = [None] * len(views)
        evaluated.append((name, head, estimates))
        for place, (rectangle, square) in enumerate(zip(rectangles, squares, strict=True)):
            if rectangle is not None and square is not None:
                network.add(square, rectangle, estimates, place)
    network.finish()
    undefined = [name for name, _, estimates in evaluated if id(estimates) in network.undefined]
    bad.extend(BadHead(name, "The network's answer for it is not a number.") for name in undefined)
    kept = (one for one in evaluated if id(one[2]) not in network.undefined)
    return EvaluationRun(
        tuple(EvaluatedHead(name, head, tuple(estimates)) for name, head, estimates in kept), beyond, tuple(bad)
    )


def available_crops(heads: HeadSet, names: Iterable[str]) -> tuple[str, ...]:
    """Which of LANDMARKS and PUBLISHED a dataset's labels provide; only WHOLE if its pictures are already cropped.

    The first head that can be read decides. Raises FileNotFoundError or ValueError if none can be read.
    """
    first: Exception | None = None
    for name in names:
        try:
            head = heads.read(name)
        except (FileNotFoundError, ValueError) as error:
            first = first or error
            continue
        known = {LANDMARKS: head.face_square, PUBLISHED: head.published_crop}
        crops = tuple(crop for crop, place in known.items() if place is not None)
        return crops or ((WHOLE,) if head.cropped else ())
    raise first or ValueError(f"The dataset “{heads.name}” has no heads.")


def landmark_view(record: SnapshotRecord) -> CropView:
    """The record's crop rule applied to the face's landmark square; the square itself if there is no such rule."""
    rule = record.crops.get(LANDMARKS, SquareCrop(1.0))

    def rectangle(head: LabelledHead, image: BgrImage, _: int) -> Rectangle:
        if head.face_square is None:
            raise ValueError(f"The label of {head.file.name} has no landmarks to crop by.")
        return rule.rectangle(head.face_square, picture=_size(image))

    return CropView(LANDMARKS, rectangle)


def published_view() -> CropView:
    """The crop of the published test code."""

    def rectangle(head: LabelledHead, _image: BgrImage, _: int) -> Rectangle:
        if head.published_crop is None:
            raise ValueError(f"The label of {head.file.name} has no published crop.")
        return head.published_crop

    return CropView(PUBLISHED, rectangle)


def whole_view() -> CropView:
    """The whole picture, of which the network sees the central square."""
    return CropView(WHOLE, lambda _head, image, _: (0, 0, *_size(image)))


def box_view(name: str, find: FindBoxes, rule: CropRule) -> CropView:
    """The crop rule applied to the box that the detector `name` finds for the labelled face, if it finds one.

    Of several boxes, the one that overlaps the labelled face most is used, or the largest if the label does not say
    where the face is. A crop that is too small for the network counts as not found.
    """

    def rectangle(head: LabelledHead, image: BgrImage, index: int) -> Rectangle | None:
        labelled = head.face_square or head.face_box or head.published_crop
        face = labelled or (0, 0, *_size(image))
        nearest = max(find(image, index), key=lambda box: _overlap(box, face), default=None)
        if nearest is None or (labelled and _overlap(nearest, face) < SMALLEST_OVERLAP):
            return None
        crop = rule.rectangle(nearest, picture=_size(image))
        return crop if cut_out(image, crop) is not None else None

    return CropView(name, rectangle)


def errors_of(heads: Iterable[EvaluatedHead], view: int, *, wrap: str = "none") -> HeadErrors:
    """The errors of one view, over the heads that it found."""
    found = [(head.head.pose, own.estimate) for head in heads if (own := head.estimates[view]) is not None]
    return HeadErrors.between(
        [estimate.pose for _, estimate in found],
        [label for label, _ in found],
        [estimate.spread for _, estimate in found],
        wrap=wrap,
    )


def network_crop(head: LabelledHead, image: BgrImage, rectangle: Rectangle) -> BgrImage | None:
    """The crop that the network sees, before resizing; None if it is too small or outside the picture."""
    part = cut_out(image, rectangle)
    return None if part is None else coarsened(part, head.coarsen)


def _squares(
    name: str, head: LabelledHead, views: Sequence[CropView], index: int, side: int
) -> tuple[list[Rectangle | None], list[BgrImage | None]]:
    image = read_labelled_picture(head)
    rectangles = [view.rectangle(head, image, index) for view in views]
    squares: list[BgrImage | None] = []
    for view, rectangle in zip(views, rectangles, strict=True):
        part = None
        if rectangle is not None:
            cut = view.cut
            part = network_crop(head, image, rectangle) if cut is None else cut(name, head, image, rectangle)
            if part is None:
                raise ValueError(f"The head in {head.file.name} is too small or lies outside the picture.")
        squares.append(None if part is None else shrink_to_square(part, side))
    return rectangles, squares


class _Batches:
    """Collects crops until a batch is full, runs it, and stores each estimate in its place.

    `undefined`: the identities of the lists that have a place for which the network's answer is not a number.
    """

    def __init__(self, estimator: HeadPoseEstimator) -> None:
        self.undefined: set[int] = set()
        self._estimator = estimator
        self._squares: list[BgrImage] = []
        self._places: list[tuple[Rectangle, list[ViewEstimate | None], int]] = []

    def add(self, square: BgrImage, rectangle: Rectangle, estimates: list[ViewEstimate | None], place: int) -> None:
        self._squares.append(square)
        self._places.append((rectangle, estimates, place))
        if len(self._squares) == LARGEST_BATCH:
            self.finish()

    def finish(self) -> None:
        estimator = self._estimator
        logits = logits_of(estimator.engine, batch_for(estimator.engine, estimator.record, self._squares))
        answers = decode(logits, estimator.record.decoding)
        for (rectangle, estimates, place), estimate in zip(self._places, answers, strict=True):
            if estimate.is_finite:
                estimates[place] = ViewEstimate(rectangle, estimate)
            else:
                self.undefined.add(id(estimates))
        self._squares, self._places = [], []


def _size(image: BgrImage) -> tuple[int, int]:
    height, width = image.shape[:2]
    return width, height


def _overlap(a: BoxLike, b: BoxLike) -> float:
    """Intersection over union, 0 to 1."""
    shared = max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    areas = [max(0.0, x2 - x1) * max(0.0, y2 - y1) for x1, y1, x2, y2 in (a, b)]
    return shared / (sum(areas) - shared) if shared else 0.0
