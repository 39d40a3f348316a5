"""Attention as CSV: one line for each measure, of one table or of many."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from app.atomic_files import replacing, writing
from app.errors import UsageError
from app.outputs.rows import file_field, text_field
from app.session.attention import Durations, FaceAttention, attention
from app.session.events import spans_of
from app.session.looks import frame_times
from app.session.session import Kind, Session
from app.session.smoothing import known_strength
from app.session.targets import Target, Targets

COLUMNS = ("table", "label", "face_id", "face_name", "angles", "target", "measure", "value", "unit")
"""`label`: the label of the events to which it is restricted; empty: everything that is not excluded. `angles`: which
ones were used. `target`: empty in measures of the face as a whole."""

ELSEWHERE = "(elsewhere)"
"""In the place of a target: directions that are in no cone. No target can have this name."""

_DECIMALS = 4


class Measure(NamedTuple):
    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class TableAttention:
    """The attention of some faces of a table, and how it was computed. `strength`: of smoothing, NaN if unsmoothed or
    unknown."""

    table: str
    targets: Targets
    kind: Kind
    faces: tuple[FaceAttention, ...]
    label: str = ""
    names: Mapping[int, str] = field(default_factory=dict)
    strength: float = math.nan


def attention_of_faces(
    session: Session, targets: Targets, kind: Kind, label: str = "", *, with_excluded: bool = False
) -> TableAttention:
    """The attention of every face of the first table, in events with this label, or everywhere.

    `with_excluded`: excluded ranges count too. Raises UsageError if there is no table.
    """
    table = session.first
    if table is None:
        raise UsageError("There is no table.", advice="Open one first.")
    if table.stands_alone:
        raise UsageError(
            f"{table.name} is of pictures, in which there is no time to look and no face that goes on.",
            advice="Attention needs the table of a video.",
        )
    times = frame_times(table)
    tracks = (table.track(face_id) for face_id in session.face_ids)
    faces = tuple(
        attention(
            table,
            track,
            targets,
            kind=kind,
            excluded=() if with_excluded else session.excluded,
            only=spans_of(session.edits.events, label, track.face_id) if label else None,
            times=times,
        )
        for track in tracks
        if track is not None
    )
    strength = known_strength(table) if kind != "raw" else None
    return TableAttention(
        table.name, targets, kind, faces, label, table.names, math.nan if strength is None else strength
    )


def attention_text(tables: Iterable[TableAttention]) -> str:
    """The CSV of these tables. Numbers have four decimals, counts none; what is undefined is empty."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(COLUMNS)
    for table in tables:
        for face in table.faces:
            name = text_field(table.names.get(face.face_id, ""))
            for target, measure in _measures(face, table.targets, table.strength):
                about = (file_field(table.table), text_field(table.label), face.face_id, name, table.kind, target)
                lines.writerow((*about, measure.name, _number(measure.value), measure.unit))
    return text.getvalue()


def write_attention(path: Path, tables: Iterable[TableAttention]) -> None:
    """Writes the CSV of these tables. Raises OutputError if the file cannot be written."""
    text = attention_text(tables)
    with replacing(path) as part, writing(path):
        part.write_text(text, encoding="utf-8", newline="\n")


def _measures(face: FaceAttention, targets: Targets, strength: float) -> Iterator[tuple[str, Measure]]:
    for measure in (
        Measure("analysed_time", face.counted_s, "s"),
        Measure("visible_time", face.visible_s, "s"),
        Measure("visible_share", face.visible_share, "1"),
        Measure("bridged_below", targets.bridge_s, "s"),
        Measure("assumed_error", targets.error_deg, "deg"),
        Measure("smoothing", strength, "1"),
    ):
        yield "", measure
    for target, found in zip(targets.targets, face.targets, strict=True):
        for measure in (
            *_cone(target),
            Measure("time", found.time_s, "s"),
            Measure("share", found.share, "1"),
            Measure("share_low", found.share_low, "1"),
            Measure("share_high", found.share_high, "1"),
            Measure("share_undecided", found.undecided, "1"),
            Measure("first_look", found.first_look_s, "s"),
            *_looks("looks", "dwell", found.looks, face),
            *_looks("looks_away", "away", found.away, face),
        ):
            yield target.name, measure
    for measure in (
        Measure("time", face.elsewhere_s, "s"),
        Measure("share", face.elsewhere_share, "1"),
        *_looks("looks", "dwell", face.elsewhere, face),
    ):
        yield ELSEWHERE, measure
    for target, row in zip(targets.targets, face.transitions, strict=True):
        for following, count in zip(targets.targets, row, strict=True):
            yield target.name, Measure(f"next_look:{following.name}", count, "1")


def _cone(target: Target) -> tuple[Measure, ...]:
    return (
        Measure("yaw", target.yaw_deg, "deg"),
        Measure("pitch", target.pitch_deg, "deg"),
        Measure("radius", target.radius_deg, "deg"),
    )


def _looks(name: str, each: str, looks: Durations, face: FaceAttention) -> tuple[Measure, ...]:
    return (
        Measure(name, looks.number, "1"),
        Measure(f"{name}_per_minute", face.per_minute(looks.number), "1/min"),
        Measure(f"{each}_mean", looks.mean_s, "s"),
        Measure(f"{each}_median", looks.median_s, "s"),
        Measure(f"{each}_longest", looks.longest_s, "s"),
    )


def _number(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return "" if math.isnan(value) else f"{value:z.{_DECIMALS}f}"
