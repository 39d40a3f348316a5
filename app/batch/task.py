"""The export of one video of a batch: where its outputs are in the batch's folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from app.batch.naming import partition_name
from app.export.task import ExportTask, TableOutput
from app.outputs.tables import FORMATS

PARQUET = "parquet"
TABLES = ("csv", PARQUET)
"""The formats that are written if none is named."""

_VIDEOS, _POSES, _PART = "videos", "poses", "part.parquet"


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of a batch in `folder`.

    `videos/KEY.csv` and other text tables, their record `videos/KEY.json`, the annotated video `videos/KEY-poses.mp4`,
    and `poses/video=KEY/part.parquet`: all Parquet tables are one partitioned data set. So nothing else may be in its
    folders, and the record of a Parquet table is with the others.

    `tables`: names of formats. `container`: the extension of annotated videos; None: none is written.
    """

    folder: Path
    tables: tuple[str, ...] = TABLES
    container: str | None = None

    def task(self, key: str, task: ExportTask) -> ExportTask:
        """The task with the outputs of the video of this key. They replace what is there."""
        place = self.folder / _VIDEOS
        record = place / f"{key}.json"
        tables = []
        for kind in (one for one in FORMATS if one.name in self.tables):
            if kind.name == PARQUET:
                path = self.folder / _POSES / f"video={partition_name(key)}" / _PART
            else:
                path = place / f"{key}{kind.suffix or f'.{kind.name}.csv'}"
            tables.append(TableOutput(path, kind.name, record))
        video = None if self.container is None else place / f"{key}-poses{self.container}"
        return replace(task, video=video, tables=tuple(tables), overwrite=True)


def own_folders(task: ExportTask) -> list[Path]:
    """The folders of a video's outputs that no other video has files in."""
    return [path.parent for path in task.outputs if path.name == _PART]


def in_folder(task: ExportTask, before: Path, folder: Path) -> ExportTask:
    """The task with its outputs in another folder."""

    def moved(path: Path | None) -> Path | None:
        return None if path is None else folder / path.relative_to(before)

    tables = tuple(
        replace(table, path=folder / table.path.relative_to(before), record_at=moved(table.record_at))
        for table in task.tables
    )
    return replace(task, video=moved(task.video), tables=tables)
