"""Crops of labelled heads, as the network's crop rule cuts them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hopenet.crops import LANDMARKS
from hopenet.datasets import LARGEST_ANGLE_DEG
from hopenet.datasets.labels import HeadSet
from hopenet.datasets.pictures import read_labelled_picture
from hopenet.evaluation.run import (
    PUBLISHED,
    WHOLE,
    available_crops,
    landmark_view,
    network_crop,
    published_view,
    whole_view,
)
from hopenet.records import SnapshotRecord
from hopenet.runtimes.checks import LabelledCrop


def labelled_crops(
    heads: HeadSet, names: Sequence[str], record: SnapshotRecord, *, progress: Callable[[], object] = lambda: None
) -> list[LabelledCrop]:
    """The crops and labels of the heads whose angles are within ±99°; of all heads if the bins are circular.

    Raises FileNotFoundError or ValueError for the first head that cannot be read or cropped.
    """
    known = available_crops(heads, names)
    views = {LANDMARKS: landmark_view(record), PUBLISHED: published_view(), WHOLE: whole_view()}
    preferred = (LANDMARKS, PUBLISHED, WHOLE) if LANDMARKS in record.crops else (PUBLISHED, LANDMARKS, WHOLE)
    view = next((views[name] for name in preferred if name in known), None)
    if view is None:
        raise ValueError(f"The labels of {heads.name} do not say where the face is.")
    crops = []
    for number, name in enumerate(names):
        head = heads.read(name)
        if record.decoding.circular or max(map(abs, head.pose)) <= LARGEST_ANGLE_DEG:
            image = read_labelled_picture(head)
            rectangle = view.rectangle(head, image, number)
            part = None if rectangle is None else network_crop(head, image, rectangle)
            if part is None:
                raise ValueError(f"The head in {head.file.name} is too small or lies outside the picture.")
            crops.append(LabelledCrop(part.copy(), head.pose))
        progress()
    return crops
