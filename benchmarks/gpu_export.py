"""Exports with the network, and then also the encoder, on a GPU, compared with the CPU."""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.export.pipeline import RunControl
from app.export.run import run_task
from app.export.task import ExportTask, TableOutput
from app.settings import EngineChoice
from app.video import VideoOptions
from app.weights import ModelStore
from hopenet.engines import Device

SECONDS = 10
"""How much of the video is exported."""

_ANGLES = ("yaw_deg", "pitch_deg", "roll_deg")


def compared_exports(video: Path, device: Device) -> dict[str, Any]:
    """Frames per second of each export, and the largest difference of an angle from the one on the CPU."""
    ways = {
        "cpu": (EngineChoice("cpu"), VideoOptions()),
        device: (EngineChoice(device, "torch"), VideoOptions()),
        f"{device}, encoder h264-nvidia": (EngineChoice(device, "torch"), VideoOptions("h264-nvidia")),
    }
    if device == "cpu":
        ways = {"cpu": ways["cpu"], "cpu, torch": (EngineChoice("cpu", "torch"), VideoOptions("h264-nvidia"))}
    figures: dict[str, Any] = {}
    print(f"\nExport of {video.name}:")
    with tempfile.TemporaryDirectory() as folder:
        tables = []
        for number, (way, (engine, options)) in enumerate(ways.items()):
            out = Path(folder) / str(number)
            out.mkdir()
            figures[way], table = _export(video, out, engine, options)
            tables.append(table)
            figures[way]["largest_difference_deg"] = largest_difference(tables[0], table)
            print(
                f"  {way}: {figures[way]['frames_per_s']:.1f} frames/s, "
                f"processor {figures[way]['processor_ms_per_frame']:.1f} ms a frame, "
                f"angles differ by up to {figures[way]['largest_difference_deg']:.3f}°"
            )
            for note in figures[way]["notes"]:
                print(f"    {note}")
    return figures


def _export(video: Path, folder: Path, engine: EngineChoice, options: VideoOptions) -> tuple[dict[str, Any], Path]:
    table = folder / "poses.csv"
    began_s: list[float] = []

    def progress(done: int, _total: int | None) -> None:
        if done == 1:  # Opening the models takes seconds, and is not the export's speed.
            began_s.extend((time.perf_counter(), time.process_time()))

    task = ExportTask(
        source=video,
        video=folder / "annotated.mp4",
        tables=(TableOutput(table),),
        engine=engine,
        video_options=options,
        until=Fraction(SECONDS),
    )
    result = run_task(task, store=ModelStore.standard(), control=RunControl(progress=progress))
    wall_s, processor_s = time.perf_counter() - began_s[0], time.process_time() - began_s[1]
    frames = result.counts.frames - 1
    return {
        "frames": result.counts.frames,
        "faces": result.counts.faces,
        "frames_per_s": frames / wall_s,
        "processor_ms_per_frame": 1000 * processor_s / max(frames, 1),
        "notes": [note.sentence for note in result.notes],
    }, table


def largest_difference(one: Path, other: Path) -> float:
    """Of yaw, pitch or roll, in degrees. Raises ValueError if the tables have other faces."""
    worst = 0.0
    for row, same in zip(_rows(one), _rows(other), strict=True):
        if (row["frame"], row["face_id"]) != (same["frame"], same["face_id"]):
            raise ValueError(f"Frame {row['frame']} has other faces in {other}.")
        worst = max(worst, *(abs(float(row[angle] or 0) - float(same[angle] or 0)) for angle in _ANGLES))
    return worst


def _rows(table: Path) -> Iterator[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
