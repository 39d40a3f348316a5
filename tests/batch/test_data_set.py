"""The Parquet tables of a batch are one data set for pyarrow, pandas, Polars and DuckDB."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.batch.task import Layout
from app.export.task import ExportTask
from app.frames import Analysis, Face, Frame
from app.outputs.tables import open_pose_table
from detectors import Box
from hopenet import HeadPose

KEYS = ("t.mp4", "a/t.mp4", "a/Übung 1 = 50 %.mov", "b/t 'quoted' #1.mp4", "2024-01-01.mkv")

Read = Callable[[Path], list[tuple[str, int, float]]]
"""Reads the data set: the video, frame and yaw of each row."""


def by_pyarrow(folder: Path) -> list[tuple[str, int, float]]:
    import pyarrow.dataset as ds

    rows = ds.dataset(folder, partitioning="hive").to_table(columns=["video", "frame", "yaw_deg"]).to_pylist()
    return [(row["video"], row["frame"], row["yaw_deg"]) for row in rows]


def by_pandas(folder: Path) -> list[tuple[str, int, float]]:
    pandas = pytest.importorskip("pandas")
    table = pandas.read_parquet(folder)
    return list(zip(table["video"].astype(str), table["frame"], table["yaw_deg"], strict=True))


def by_polars(folder: Path) -> list[tuple[str, int, float]]:
    polars = pytest.importorskip("polars")
    rows: list[tuple[str, int, float]] = (
        polars.scan_parquet(folder).select("video", "frame", "yaw_deg").collect().rows()
    )
    return rows


def by_duckdb(folder: Path) -> list[tuple[str, int, float]]:
    duckdb = pytest.importorskip("duckdb")
    rows: list[tuple[str, int, float]] = duckdb.execute(
        "SELECT video, frame, yaw_deg FROM read_parquet(?, hive_partitioning = true)", [f"{folder}/*/*.parquet"]
    ).fetchall()
    return rows


@pytest.fixture(scope="module")
def data_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch")
    for number, key in enumerate(KEYS):
        (table,) = Layout(folder, ("parquet",)).task(key, ExportTask(Path(key))).tables
        table.path.parent.mkdir(parents=True)
        with open_pose_table(table.path) as poses:
            for index in range(3):
                pose = HeadPose(10.0 * number + index, 0.0, 0.0)
                frame = Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, 25))
                poses.write(Analysis(frame, (Face(1, Box(0, 0, 1, 1), 1.0, pose, pose, None),)))
    return folder / "poses"


@pytest.mark.parametrize("read", [by_pyarrow, by_pandas, by_polars, by_duckdb])
def test_all_tables_are_read_as_one_with_the_video_as_a_column(read: Read, data_set: Path) -> None:
    expected = [(key, index, 10.0 * number + index) for number, key in enumerate(KEYS) for index in range(3)]
    assert sorted(read(data_set)) == sorted(expected)
