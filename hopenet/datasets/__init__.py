"""The supported datasets as one table, and how to open one by name.

    from hopenet.datasets import open_dataset
    heads = open_dataset("aflw2000", Path("AFLW2000"), list_file=Path("AFLW2000_filename_filtered.txt"))
    for name in heads.names:
        head = heads.read(name)  # the picture's file, the pose in degrees, and where the head is

Only names (and the rows of a table) are kept in memory: each head is read when it is requested.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hopenet.datasets.aflw import AflwSet
from hopenet.datasets.aflw2000 import COARSE, Aflw2000Set
from hopenet.datasets.afw import AfwSet
from hopenet.datasets.biwi import BiwiSet
from hopenet.datasets.files import read_list
from hopenet.datasets.joined import JoinedHeads
from hopenet.datasets.labels import LARGEST_ANGLE_DEG, HeadSet, LabelledHead, angles_beyond, published_training_crop
from hopenet.datasets.table import TableSet
from hopenet.datasets.w300lp import W300LpSet

__all__ = [
    "DATASETS",
    "LARGEST_ANGLE_DEG",
    "DatasetKind",
    "HeadSet",
    "JoinedHeads",
    "LabelledHead",
    "TableSet",
    "angles_beyond",
    "open_dataset",
    "published_training_crop",
    "read_list",
]

Names = Sequence[str] | None

TABLE = "labels.csv"
"""Default name of the table in the dataset's folder."""


@dataclass(frozen=True, slots=True)
class DatasetKind:
    """One dataset format. `description` is one line for users: the dataset and its files.

    `open` takes the folder, the names (None for all that are found), and, if the format `needs_table`, the table and
    the name of its column of label disagreement (None if it has none).
    """

    description: str
    open: Callable[[Path, Names, Path, str | None], HeadSet]
    needs_table: bool = False


DATASETS: Mapping[str, DatasetKind] = {
    "aflw2000": DatasetKind(
        "AFLW2000-3D: NAME.jpg and NAME.mat",
        lambda root, names, *_: Aflw2000Set(root, names),
    ),
    "aflw2000-ds": DatasetKind(
        "AFLW2000-3D downsampled by 3: NAME.jpg and NAME.mat",
        lambda root, names, *_: Aflw2000Set(root, names, coarsen=COARSE),
    ),
    "300w-lp": DatasetKind(
        "300W-LP: SUBSET/NAME.jpg and SUBSET/NAME.mat",
        lambda root, names, *_: W300LpSet(root, names),
    ),
    "biwi": DatasetKind(
        "BIWI: SEQUENCE/frame_NNNNN_rgb.png and _pose.txt, with or without dockerface-frame_NNNNN_rgb.txt",
        lambda root, names, *_: BiwiSet(root, names),
    ),
    "aflw": DatasetKind(
        "AFLW, cropped: FOLDER/NAME.jpg and NAME.txt (radians)",
        lambda root, names, *_: AflwSet(root, names),
    ),
    "afw": DatasetKind(
        "AFW: PICTURE.jpg and PICTURE_SUFFIX.txt (degrees), one per face",
        lambda root, names, *_: AfwSet(root, names),
    ),
    "csv": DatasetKind(
        f"pictures of one head each, and a table ({TABLE}) with file,yaw_deg,pitch_deg,roll_deg",
        lambda root, names, table, column: TableSet(table, pictures=root, names=names, disagreement_column=column),
        needs_table=True,
    ),
}


def open_dataset(
    name: str,
    root: Path,
    *,
    list_file: Path | None = None,
    table: Path | None = None,
    disagreement_column: str | None = None,
) -> HeadSet:
    """A dataset by its name in `DATASETS`, with its pictures under `root`.

    `list_file`: use only the names in that list, in its order; their files are not looked up before they are read.
    Without a list, all heads found are used. `table` (None for `labels.csv` in the folder) and `disagreement_column`
    apply to `csv` only.

    Raises ValueError for an unknown name, a table for a dataset that does not use one, an invalid list or table, or a
    folder without a head of this dataset; FileNotFoundError if the folder, list or table does not exist.
    """
    if name not in DATASETS:
        raise ValueError(f"Unknown dataset “{name}”. Choose one of: {', '.join(DATASETS)}.")
    kind = DATASETS[name]
    if not kind.needs_table and (table is not None or disagreement_column is not None):
        raise ValueError(f"The dataset “{name}” has its own labels and does not use a table.")
    if not root.is_dir():
        raise FileNotFoundError(f"There is no folder {root}.")
    names = None if list_file is None else read_list(list_file)
    heads = kind.open(root, names, root / TABLE if table is None else table, disagreement_column)
    if not heads.names:
        raise ValueError(f"No head of the dataset “{name}” was found in {root} ({kind.description}).")
    return heads
