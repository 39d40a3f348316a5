"""The data sets there are, as one table, and how to open one by its name.

    from hopenet.datasets import open_dataset
    heads = open_dataset("aflw2000", Path("AFLW2000"), list_file=Path("AFLW2000_filename_filtered.txt"))
    for name in heads.names:
        head = heads.read(name)  # the picture's file, its pose in degrees, and where to look

Nothing is held but names (and the rows of a table): each head is read when it is asked for.
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
from hopenet.datasets.labels import LARGEST_ANGLE_DEG, HeadSet, LabelledHead, angles_beyond, published_training_crop
from hopenet.datasets.table import TableSet
from hopenet.datasets.w300lp import W300LpSet

__all__ = [
    "DATASETS",
    "LARGEST_ANGLE_DEG",
    "DatasetKind",
    "HeadSet",
    "LabelledHead",
    "TableSet",
    "angles_beyond",
    "open_dataset",
    "published_training_crop",
    "read_list",
]

Names = Sequence[str] | None


TABLE = "labels.csv"
"""Name of the table in the folder, where none is given."""


@dataclass(frozen=True, slots=True)
class DatasetKind:
    """One way in which heads lie on a disk. `description` is one line for people: what it is, and its files.

    `open` takes the folder, the names (None: all that are found), and, where the kind `needs_table`, the table and the
    name of its column of doubt, if it has one.
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
        "AFLW2000-3D made coarse by 3: NAME.jpg and NAME.mat",
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
        "AFLW cut out: FOLDER/NAME.jpg and NAME.txt (radians)",
        lambda root, names, *_: AflwSet(root, names),
    ),
    "afw": DatasetKind(
        "AFW: PICTURE.jpg and PICTURE_SUFFIX.txt (degrees), one a face",
        lambda root, names, *_: AfwSet(root, names),
    ),
    "csv": DatasetKind(
        f"pictures of one head each, and a table ({TABLE}) with file,yaw_deg,pitch_deg,roll_deg",
        lambda root, names, table, doubt: TableSet(table, pictures=root, names=names, doubt_column=doubt),
        needs_table=True,
    ),
}


def open_dataset(
    name: str,
    root: Path,
    *,
    list_file: Path | None = None,
    table: Path | None = None,
    doubt_column: str | None = None,
) -> HeadSet:
    """A data set by its name in `DATASETS`, of the pictures under `root`.

    `list_file`: only the names of that list, in its order, and they are not looked for until they are read; without
    it all that is found. `table` (None: `labels.csv` in the folder) and `doubt_column` are for `csv` alone.

    Raises ValueError for an unknown name, a table where none is used, a list or table of the wrong content, or a
    folder without any head of that set; FileNotFoundError where folder, list or table is not there.
    """
    if name not in DATASETS:
        raise ValueError(f"There is no data set “{name}”; there are: {', '.join(DATASETS)}.")
    kind = DATASETS[name]
    if not kind.needs_table and (table is not None or doubt_column is not None):
        raise ValueError(f"The data set “{name}” has its own labels and takes no table.")
    if not root.is_dir():
        raise FileNotFoundError(f"There is no folder {root}.")
    names = None if list_file is None else read_list(list_file)
    heads = kind.open(root, names, root / TABLE if table is None else table, doubt_column)
    if not heads.names:
        raise ValueError(f"No head of the data set “{name}” was found in {root} ({kind.description}).")
    return heads
