"""Pictures of heads made worse in known ways: dark, small, blurred, covered, compressed, or cut out by another box.

from hopenet.evaluation.robustness import DEGRADATIONS, degraded, random_for
for kind in DEGRADATIONS:
    dark = degraded(crop, kind, random_for(name, kind))
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np

from hopenet.crops import Rectangle
from hopenet.datasets.labels import LabelledHead
from hopenet.datasets.pictures import coarsened
from hopenet.evaluation.bootstrap import Bootstrap, Statistic
from hopenet.evaluation.errors import HeadErrors, differences
from hopenet.evaluation.run import CropView, EvaluationRun, errors_of, network_crop
from hopenet.pose import FloatArray, HeadPose, geodesic_deg
from hopenet.preprocess import BgrImage, cut_out, shrink_to_square

CLEAN = "clean"
"""The crop as it is, with which the others are compared."""

SIDE_PX = 120
"""Crops with a longer side are shrunk to it first, so that noise and compression are the same for every dataset."""

NOISE_LEVELS = 4.0
"""Standard deviation of the sensor's noise, in levels of 255, for each pixel and colour."""

COVERED_SHARE = 0.4
"""Side of the square that covers part of the face, in sides of the crop."""

BLUR_SHARE = 0.12
"""Length of the horizontal motion blur, in sides of the crop."""

JPEG_QUALITY = 15

_SHIFT = 0.1


@dataclass(frozen=True, slots=True)
class Degradation:
    """One way to make a crop worse: `change` of its pixels, or another `box`.

    `title`: what was done, as a row of a table says it. `change`: takes a square crop (S, S, 3) and the random
    generator. `box`: takes the crop's rectangle and the generator.
    """

    title: str
    change: Callable[[BgrImage, np.random.Generator], BgrImage] | None = None
    box: Callable[[Rectangle, np.random.Generator], Rectangle] | None = None


def random_for(name: str, kind: str) -> np.random.Generator:
    """The random generator for a head and a kind: the same for every snapshot and in every run."""
    return np.random.default_rng(zlib.crc32(f"{kind}/{name}".encode()))


def reference_square(crop: BgrImage) -> BgrImage:
    """The centre of a crop (H, W, 3) as a square, of SIDE_PX pixels at most."""
    return shrink_to_square(crop, min(SIDE_PX, *crop.shape[:2]))


def degraded(crop: BgrImage, kind: str, random: np.random.Generator) -> BgrImage:
    """The crop (H, W, 3) made worse: a square that may have another size; the network's preprocessing resizes it.

    A box that reaches beyond the crop shows the crop mirrored there. Raises KeyError for an unknown kind.
    """
    how = DEGRADATIONS[kind]
    if how.box is not None:
        height, width = crop.shape[:2]
        crop = cut_out_mirrored(crop, how.box((0, 0, width, height), random))
    square = reference_square(crop)
    return square if how.change is None else how.change(square, random)


def cut_out_mirrored(image: BgrImage, rectangle: Rectangle) -> BgrImage:
    """The part of a picture inside a rectangle; beyond its edges, by less than its size, the picture mirrored."""
    height, width = image.shape[:2]
    x1, y1, x2, y2 = rectangle
    left, top, right, bottom = max(0, -x1), max(0, -y1), max(0, x2 - width), max(0, y2 - height)
    padded = cv2.copyMakeBorder(image, top, bottom, left, right, cv2.BORDER_REFLECT_101)
    return np.asarray(padded[y1 + top : y2 + top, x1 + left : x2 + left], np.uint8)


def _darkened(factor: float) -> Callable[[BgrImage, np.random.Generator], BgrImage]:
    def change(square: BgrImage, random: np.random.Generator) -> BgrImage:
        # The light falls on the sensor, which adds its noise and rounds to whole levels.
        levels = square.astype(np.float64) * factor + random.normal(0, NOISE_LEVELS, square.shape)
        return np.clip(np.rint(levels), 0, 255).astype(np.uint8)

    return change


def _of_size(side: int) -> Callable[[BgrImage, np.random.Generator], BgrImage]:
    def change(square: BgrImage, _: np.random.Generator) -> BgrImage:
        return shrink_to_square(square, min(side, len(square)))

    return change


def _motion_blurred(square: BgrImage, _: np.random.Generator) -> BgrImage:
    """Blurred horizontally, as by a head that turns while the shutter is open."""
    length = max(1, round(BLUR_SHARE * len(square)))
    kernel = np.full((1, length), 1 / length)
    return np.asarray(cv2.filter2D(square, -1, kernel, borderType=cv2.BORDER_REFLECT_101), np.uint8)


def _covered(square: BgrImage, random: np.random.Generator) -> BgrImage:
    """Covered by a square of one colour, anywhere inside the crop."""
    side = round(COVERED_SHARE * len(square))
    left, top = random.integers(0, len(square) - side + 1, 2)
    changed = square.copy()
    changed[top : top + side, left : left + side] = random.integers(0, 256, 3)
    return changed


def _compressed(square: BgrImage, _: np.random.Generator) -> BgrImage:
    encoded = cv2.imencode(".jpg", square, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    if decoded is None:
        raise RuntimeError("OpenCV cannot read the JPEG that it has just written.")
    return np.asarray(decoded, np.uint8)


def _scaled(factor: float) -> Callable[[Rectangle, np.random.Generator], Rectangle]:
    def box(rectangle: Rectangle, _: np.random.Generator) -> Rectangle:
        x1, y1, x2, y2 = rectangle
        width, height = round(factor * (x2 - x1)), round(factor * (y2 - y1))
        left, top = round((x1 + x2 - width) / 2), round((y1 + y2 - height) / 2)
        return left, top, left + width, top + height

    return box


def _shifted(rectangle: Rectangle, random: np.random.Generator) -> Rectangle:
    direction = random.uniform(0, 2 * math.pi)
    x1, y1, x2, y2 = rectangle
    right, down = round(_SHIFT * (x2 - x1) * math.cos(direction)), round(_SHIFT * (y2 - y1) * math.sin(direction))
    return x1 + right, y1 + down, x2 + right, y2 + down


DEGRADATIONS: Mapping[str, Degradation] = MappingProxyType(
    {
        "light-0.15": Degradation("light × 0.15, noise", _darkened(0.15)),
        "light-0.06": Degradation("light × 0.06, noise", _darkened(0.06)),
        "face-24": Degradation("face of 24 px", _of_size(24)),
        "face-16": Degradation("face of 16 px", _of_size(16)),
        "motion-blur": Degradation("motion blur of 12 % of the side", _motion_blurred),
        "covered": Degradation("square of 40 % of the side covered", _covered),
        "jpeg": Degradation(f"JPEG of quality {JPEG_QUALITY}", _compressed),
        "box-smaller": Degradation("box 20 % smaller", box=_scaled(0.8)),
        "box-larger": Degradation("box 20 % larger", box=_scaled(1.2)),
        "box-shifted": Degradation("box shifted by 10 %", box=_shifted),
    }
)
"""What `evaluate --robustness` measures, in the order of its table."""


@dataclass(frozen=True, slots=True)
class RobustnessRow:
    """The errors of a snapshot on crops that were degraded in one way, in degrees.

    `mae_worse`, `rotation_worse`: the error minus that of the same heads' clean crops. `mae_change`,
    `rotation_change`: the mean difference of the estimate from that of the clean crop, whatever the label says.
    """

    kind: str
    title: str
    heads: int
    mae: Statistic
    rotation: Statistic
    mae_worse: Statistic
    rotation_worse: Statistic
    mae_change: Statistic
    rotation_change: Statistic


def degraded_views(base: CropView) -> tuple[CropView, ...]:
    """The view's crop as it is, CLEAN, and degraded in each way.

    Another box shows more of the picture; where that is already cropped to the head, the picture mirrored at its edges.
    """
    return tuple(CropView(kind, base.rectangle, _cut(kind)) for kind in (CLEAN, *DEGRADATIONS))


def robustness(run: EvaluationRun, *, wrap: str, bootstrap: Bootstrap) -> tuple[RobustnessRow, ...]:
    """The figures of a run with the views of `degraded_views`, over the heads that its base found; () if there is none.

    The first row is CLEAN, with differences of 0.
    """
    clean = errors_of(run.evaluated, 0, wrap=wrap)
    if not len(clean):
        return ()
    answers = [_poses(run, view) for view in range(1 + len(DEGRADATIONS))]
    titles = {CLEAN: CLEAN} | {kind: how.title for kind, how in DEGRADATIONS.items()}
    return tuple(
        _row(
            kind, title, errors_of(run.evaluated, view, wrap=wrap), clean, _moved(answers[view], answers[0]), bootstrap
        )
        for view, (kind, title) in enumerate(titles.items())
    )


def _cut(kind: str) -> Callable[[str, LabelledHead, BgrImage, Rectangle], BgrImage | None]:
    def cut(name: str, head: LabelledHead, image: BgrImage, rectangle: Rectangle) -> BgrImage | None:
        random = random_for(name, kind)
        how = DEGRADATIONS.get(kind)
        if how is not None and how.box is not None:
            moved = how.box(rectangle, random)
            crop = cut_out_mirrored(image, moved) if head.cropped else cut_out(image, moved)
            crop = None if crop is None else coarsened(crop, head.coarsen)
        else:
            crop = network_crop(head, image, rectangle)
        if crop is None:
            return None
        square = reference_square(crop)
        return square if how is None or how.change is None else how.change(square, random)

    return cut


def _poses(run: EvaluationRun, view: int) -> FloatArray:
    found = [own.estimate.pose for head in run.evaluated if (own := head.estimates[view]) is not None]
    return np.asarray(found, np.float64)


def _moved(answers: FloatArray, clean: FloatArray) -> FloatArray:
    """How far each estimate is from that of the clean crop: the mean of the three angles, and as a rotation (N, 2)."""
    three = np.abs(differences(answers, clean, "360")).mean(axis=1)
    rotation = [geodesic_deg(HeadPose(*a), HeadPose(*b)) for a, b in zip(answers, clean, strict=True)]
    return np.column_stack([three, rotation])


def _row(
    kind: str, title: str, errors: HeadErrors, clean: HeadErrors, moved: FloatArray, bootstrap: Bootstrap
) -> RobustnessRow:
    own = np.column_stack([errors.mean_of_three, errors.geodesic])
    before = np.column_stack([clean.mean_of_three, clean.geodesic])
    return RobustnessRow(kind, title, len(errors), *bootstrap.means(np.column_stack([own, own - before, moved])))
