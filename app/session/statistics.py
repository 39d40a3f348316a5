"""Statistics of a session: each face's angles outside the excluded ranges, and how two tables differ."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.atomic_files import replacing, writing
from app.outputs.exclusions import within
from app.outputs.rows import Numbers, file_field, text_field
from app.outputs.sorted_rows import FaceTrack
from app.outputs.table_data import PoseTableData
from app.session.label_statistics import LabelStatistics, frames_with_label, label_statistics
from app.session.session import Kind, Session
from app.session.smoothing import known_strength
from hopenet.pose import ANGLES, wrapped
from hopenet.records import FULL_CIRCLE

_FRAMES_AT_ONCE = 1_000_000

_HEADER = (
    *("table", "face_id", "angle", "kind", "frames", "share_of_frames"),
    *("mean_deg", "std_deg", "least_deg", "most_deg", "range_deg"),
    *("difference_mean_deg", "difference_mean_absolute_deg"),
    *("face_name", "label", "label_count", "label_s", "label_share"),
    *("smoothing", "faces"),
)
"""`smoothing`: the strength; empty if unsmoothed or unknown. `face_id`: empty for all faces of a table of pictures.
`faces`: the number of faces in all frames, more than `frames` only there."""


@dataclass(frozen=True, slots=True)
class AngleStatistics:
    """One angle of one face over the frames that have it, in degrees. NaN if there are too few.

    Angles on both sides of ±180° are neighbours: of 170° and −170°, the mean is 180°, the least 170° and the most
    −170°. So `maximum` may be the smaller number, and is then reached by way of 180°.
    """

    mean: float
    std: float
    minimum: float
    maximum: float

    @property
    def range(self) -> float:
        return self.maximum - self.minimum + (FULL_CIRCLE if self.maximum < self.minimum else 0.0)


@dataclass(frozen=True, slots=True)
class Difference:
    """Second table minus first, over the frames in which both have the angle: its mean and mean absolute value."""

    mean: float
    mean_absolute: float


@dataclass(frozen=True, slots=True)
class TableStatistics:
    """One face in one table. `frames`: how many it is in; `share`: of all frames that are not excluded, from 0 to 1.
    `angles`: yaw, pitch, roll.

    `face_id`: None in a table of pictures that stand alone, where it is about all their faces, `faces` in number.
    """

    table: str
    face_id: int | None
    frames: int
    faces: int
    share: float
    angles: tuple[AngleStatistics, AngleStatistics, AngleStatistics]


@dataclass(frozen=True, slots=True)
class FaceStatistics:
    """One face in each table that has it. `differences`: of yaw, pitch and roll; empty if only one table has it.

    `face_id`: None for all faces of pictures that stand alone.
    """

    face_id: int | None
    tables: tuple[TableStatistics, ...]
    differences: tuple[Difference, ...]
    shared_frames: int


def face_statistics(session: Session, face_id: int, kind: Kind = "smoothed", label: str = "") -> FaceStatistics:
    """The statistics of a face of the first table, without the excluded ranges; of pictures, those of all faces, since
    one face ID in two pictures can be two people.

    `label`: only in the events with this label that are about this face or no face; empty: everywhere.
    """
    if session.stands_alone:
        return _picture_statistics(session, kind, label)
    return _face_statistics(session, face_id, kind, label, _all_frames_kept(session, label, face_id))


def _picture_statistics(session: Session, kind: Kind, label: str) -> FaceStatistics:
    """The statistics of all faces of all pictures in each table."""
    totals = _all_frames_kept(session, label)
    tables: list[TableStatistics] = []
    for name, table, total in zip(session.file_names, session.tables, totals, strict=True):
        tracks = [_within_label(session, table, session.kept(track), label, None) for track in table.tracks]
        angles = np.concatenate([angles_of(track, kind) for track in tracks] or [np.empty((0, 3))])
        frames = len({frame for track in tracks for frame in track.frame.tolist()})
        tables.append(_of_angles(name, None, angles, frames, total))
    return FaceStatistics(None, tuple(tables), (), 0)


def _face_statistics(session: Session, face_id: int, kind: Kind, label: str, totals: Sequence[int]) -> FaceStatistics:
    """`totals`: the number of frames of each table that count."""
    tracks = tuple(
        _within_label(session, table, session.kept(track), label, face_id)
        for table, track in zip(session.tables, session.tracks(face_id), strict=False)
    )
    tables = tuple(
        _table_statistics(name, track, kind, total)
        for name, track, total in zip(session.file_names, tracks, totals, strict=False)
    )
    if len(tracks) < 2:
        return FaceStatistics(face_id, tables, (), 0)
    differing = _differing(tracks[0], tracks[1], kind)
    differences = tuple(
        Difference(_mean(differing[:, angle]), _mean(np.abs(differing[:, angle]))) for angle in range(len(ANGLES))
    )
    return FaceStatistics(face_id, tables, differences, int(np.count_nonzero(~np.isnan(differing).any(axis=1))))


def angles_of(track: FaceTrack, kind: Kind) -> Numbers:
    """Yaw, pitch and roll of a track in degrees, of shape (N, 3)."""
    return track.raw if kind == "raw" else track.smoothed


def write_statistics(session: Session, path: Path, kind: Kind = "smoothed") -> None:
    """Writes the statistics of every face as CSV, one line for each table, face and angle; degrees with four decimals.

    Lines without a label are about everything that is not excluded; those with one about its events, which the last
    columns count. Raises OutputError if the file cannot be written.
    """
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(_HEADER)
    everywhere = _all_frames_kept(session)
    if session.stands_alone:
        _write_face(lines, session, _picture_statistics(session, kind, ""), kind, None)
        for label in label_statistics(session):
            if label.count:
                _write_face(lines, session, _picture_statistics(session, kind, label.label), kind, label)
    for face_id in session.face_ids if not session.stands_alone else ():
        _write_face(lines, session, _face_statistics(session, face_id, kind, "", everywhere), kind, None)
        for label in label_statistics(session, face_id):
            if label.count:
                of_face = face_statistics(session, face_id, kind, label.label)
                _write_face(lines, session, of_face, kind, label)
    with replacing(path) as part, writing(path):
        part.write_text(text.getvalue(), encoding="utf-8", newline="\n")


def _write_face(
    lines: Any, session: Session, of_face: FaceStatistics, kind: Kind, label: LabelStatistics | None
) -> None:
    of_label = ("", "", "", "")
    if label is not None:
        of_label = (text_field(label.label), str(label.count), f"{label.total_s:.3f}", f"{label.share:.4f}")
    name = text_field(session.name_of(of_face.face_id)) if of_face.face_id is not None else ""
    for place, own in enumerate(of_face.tables):
        for index, angle in enumerate(ANGLES):
            degrees = own.angles[index]
            difference = of_face.differences[index] if place == 1 else Difference(np.nan, np.nan)
            numbers = (
                *(degrees.mean, degrees.std, degrees.minimum, degrees.maximum, degrees.range),
                *(difference.mean, difference.mean_absolute),
            )
            texts = ["" if np.isnan(number) else f"{number:z.4f}" for number in numbers]
            face_id = "" if own.face_id is None else own.face_id
            about = (file_field(own.table), face_id, angle, kind, own.frames, f"{own.share:.4f}")
            lines.writerow([*about, *texts, name, *of_label, _strength(session.tables[place], kind), own.faces])


def _strength(table: PoseTableData, kind: Kind) -> str:
    """The strength with which the angles were smoothed; empty if they were not, or if that is not known."""
    strength = None if kind == "raw" or table.stands_alone else known_strength(table)
    return "" if strength is None else f"{strength:g}"


def _within_label(
    session: Session, table: PoseTableData, track: FaceTrack, label: str, face_id: int | None
) -> FaceTrack:
    return track.kept(frames_with_label(session, table, track.frame, label, face_id)) if label else track


def _table_statistics(table: str, track: FaceTrack, kind: Kind, total: int) -> TableStatistics:
    return _of_angles(table, track.face_id, angles_of(track, kind), len(track), total)


def _of_angles(table: str, face_id: int | None, angles: Numbers, frames: int, total: int) -> TableStatistics:
    yaw, pitch, roll = (_angle_statistics(angles[:, index]) for index in range(len(ANGLES)))
    share = min(1.0, frames / total) if total else 0.0
    return TableStatistics(table, face_id, frames, len(angles), share, (yaw, pitch, roll))


def _angle_statistics(angle: Numbers) -> AngleStatistics:
    known = angle[~np.isnan(angle)]
    if not known.size:
        return AngleStatistics(np.nan, np.nan, np.nan, np.nan)
    spread = float(known.std(ddof=1)) if known.size > 1 else np.nan
    plain = AngleStatistics(float(known.mean()), spread, float(known.min()), float(known.max()))
    return _around_the_seam(known) if plain.range > FULL_CIRCLE / 2 else plain


def _around_the_seam(angle: Numbers) -> AngleStatistics:
    """The statistics of angles more than half a circle apart, as differences from the direction of their mean vector,
    each the shorter way round. Unless some are beyond ±180° from there, they are the plain ones."""
    radians = np.radians(angle)
    middle = float(np.degrees(np.arctan2(np.sin(radians).mean(), np.cos(radians).mean())))
    off = wrapped(angle - middle)
    mean, least, most = wrapped(middle + np.array([off.mean(), off.min(), off.max()])).tolist()
    return AngleStatistics(mean, float(off.std(ddof=1)), least, most)


def _differing(first: FaceTrack, second: FaceTrack, kind: Kind) -> Numbers:
    """Second minus first, wrapped to −180 … 180°, in the frames that both have: of shape (frames, 3)."""
    _, in_first, in_second = np.intersect1d(first.frame, second.frame, assume_unique=True, return_indices=True)
    difference = angles_of(second, kind)[in_second] - angles_of(first, kind)[in_first]
    return wrapped(difference)


def _all_frames_kept(session: Session, label: str = "", face_id: int | None = None) -> tuple[int, ...]:
    return tuple(frames_kept(session, table, label, face_id) for table in session.tables)


def frames_kept(session: Session, table: PoseTableData, label: str = "", face_id: int | None = None) -> int:
    """The number of analysed frames that are not excluded, and have the label if there is one. A frame without a face
    is not in the table, so its time is interpolated."""
    if not session.excluded and not label:
        return table.frame_count
    frame, time_s = table.clock
    if len(frame) < 2:
        return table.frame_count
    period_s = (time_s[-1] - time_s[0]) / (frame[-1] - frame[0])
    begin, end, step = table.first_frame, table.end_frame, table.step
    kept = 0
    for start in range(begin, end, step * _FRAMES_AT_ONCE):
        every = np.arange(start, min(start + step * _FRAMES_AT_ONCE, end), step)
        times = np.interp(every, frame, time_s)
        times[every < frame[0]] = time_s[0] + (every[every < frame[0]] - frame[0]) * period_s
        times[every > frame[-1]] = time_s[-1] + (every[every > frame[-1]] - frame[-1]) * period_s
        which = ~within(session.excluded, times)
        if label:
            which &= frames_with_label(session, table, every, label, face_id)
        kept += int(np.count_nonzero(which))
    return kept


def _mean(values: Numbers) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else np.nan
