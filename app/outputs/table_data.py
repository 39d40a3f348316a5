"""A pose table that was read back: the track of each face through the video."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from app.frames import Face
from app.outputs.record import LIVE, WATCHED_VIDEO
from app.outputs.record_reading import correcting_camera
from app.outputs.rows import Columns, Numbers
from app.outputs.sorted_rows import FaceTrack, FrameClock, row_at
from app.settings import Reference
from detectors import Box
from hopenet import HeadPose, PoseSpread
from hopenet.camera_geometry import ON_AXIS, CameraGeometry

_RECORDED_KINDS = (LIVE, WATCHED_VIDEO, "film, as watched")
"""The kinds of source of recordings. The last one is how the first version wrote WATCHED_VIDEO."""

_LARGEST_COUNT = 100_000_000
_LARGEST_SINCE_S = 1e9
"""Larger numbers in a record are not of a video."""

PICTURES_PER_S = 25.0
"""The times of a folder's pictures, which have none of their own."""

_SAME_TIME_S = 0.004
"""Containers round times to ticks, Matroska's of a millisecond; frames are further apart than this."""

_ROUNDED_S = 0.001
"""By how much a time that a container rounded is early at most."""


@dataclass(frozen=True, eq=False)
class PoseTableData:
    """A pose table as it is on disk, and the record beside it if there is one.

    `columns`: the rows in the file's order. `tracks`: the same rows by face, in the order of the face IDs. `clock`: the
    times of the frames with a face. `reference`: what the angles are relative to, according to the record. `names`: of
    the faces that were given one, by face ID. `files`: of the pictures by frame, where only the table has their names,
    and those without a face have none; empty for a video.
    """

    path: Path
    columns: Columns
    tracks: tuple[FaceTrack, ...]
    clock: FrameClock
    record: Mapping[str, Any] | None
    reference: Reference
    names: Mapping[int, str] = field(default_factory=dict)
    files: Sequence[str] = ()

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def title(self) -> str:
        """The snapshot's name if it is recorded, otherwise the file's."""
        return str(self._recorded("snapshot", "name") or self.name)

    @property
    def source_name(self) -> str | None:
        """The name of the video that was analysed; None if it is unknown, and for recordings, which have their own."""
        name = None if self.is_recording else self._recorded("source", "name")
        return str(name) if name else None

    @property
    def is_recording(self) -> bool:
        """Whether it was recorded while watching: the video beside it has the overlays drawn on it."""
        return self._recorded("source", "kind") in _RECORDED_KINDS

    @property
    def since_s(self) -> float:
        """Where in its video the table starts. The annotated video that was exported with it starts there too."""
        since = self._recorded("source", "since_s")
        known = isinstance(since, int | float) and math.isfinite(since) and abs(since) < _LARGEST_SINCE_S
        return float(since) if known else 0.0  # type: ignore[arg-type]

    @property
    def step(self) -> int:
        """Every so many frames of the video were measured: those whose number is a multiple of this."""
        return self.tracks[0].step if self.tracks else 1

    @property
    def first_frame(self) -> int:
        """The first frame that was measured. A table of a part of a video counts its frames from the video's start, and
        its record those of the part: then it is taken to begin with a face."""
        frame = self.clock.frame
        return int(frame[0]) if len(frame) and int(frame[-1]) >= self.frame_count * self.step else 0

    @property
    def end_frame(self) -> int:
        """The frame after those that the last measurement is about."""
        return self.first_frame + self.frame_count * self.step

    @property
    def frame_count(self) -> int:
        """The number of frames measured, from the record; without one, of those up to the last one with a face."""
        counted = self._recorded("counts", "frames")
        seen = len(self.clock.frame)
        if isinstance(counted, int) and seen <= counted <= _LARGEST_COUNT:
            return counted
        return int(self.clock.frame[-1]) // self.step + 1 if seen else 0

    @property
    def duration_s(self) -> float:
        """The time of the last row."""
        return float(self.clock.time_s.max(initial=0.0))

    @property
    def end_s(self) -> float:
        """Where the part of the source ends that was measured, according to the record; infinite without one."""
        ends = (self._recorded("source", "until_s"), self._recorded("source", "duration_s"))
        known = [float(end) for end in ends if isinstance(end, int | float) and math.isfinite(end)]
        return max(min(known), self.duration_s) if known else math.inf

    @property
    def stands_alone(self) -> bool:
        """Whether its frames are pictures that stand alone: one face ID in two of them can be two people."""
        return self._recorded("source", "kind") == "folder" or bool(self.pictures)

    @property
    def pictures(self) -> Sequence[str]:
        """The names of a folder's pictures by frame; empty if they are not known."""
        names = (self.record or {}).get("pictures")
        return names if isinstance(names, list) else self.files

    def picture_at(self, time_s: float) -> tuple[int, str]:
        """The frame of the picture at this time, and the picture's name, which is empty if it is not known."""
        frame = max(0, math.floor(time_s * PICTURES_PER_S + _SAME_TIME_S))
        name = self.pictures[frame] if frame < len(self.pictures) else ""
        return frame, name if isinstance(name, str) else ""

    def track(self, face_id: int) -> FaceTrack | None:
        place = bisect_left(self.tracks, face_id, key=lambda track: track.face_id)
        return self.tracks[place] if place < len(self.tracks) and self.tracks[place].face_id == face_id else None

    def frame_at(self, time_s: float) -> int | None:
        """The frame at that time; None if no face is in it."""
        times, frames = self.clock.time_s, self.clock.frame
        if not len(times):
            return None
        nearest = int(np.abs(times - time_s).argmin())
        return int(frames[nearest]) if abs(times[nearest] - time_s) < _SAME_TIME_S else None

    def frame_shown(self, number: int | None, time_s: float) -> int | None:
        """The frame of the table that a video shows at a time, in its frame of this number; None if no face is in it.

        It is the one with the number if that has the time, and else the one of the time: a copy of the video with
        another frame rate has other numbers.
        """
        frames, times = self.clock
        row = int(np.searchsorted(frames, number)) if number is not None else len(frames)
        if row < len(frames) and frames[row] == number and abs(times[row] - time_s) < _SAME_TIME_S:
            return number
        shown = row_at(frames, times, time_s + _ROUNDED_S, self.step)
        return int(frames[shown]) if shown is not None else None

    def faces_at(self, frame: int) -> tuple[Face, ...]:
        """The faces of a frame as they were analysed, not relative to the reference, which is what `draw` needs."""
        rows = ((track, track.at(frame)) for track in self.tracks)
        return tuple(self._face(track, row) for track, row in rows if row is not None)

    def _face(self, track: FaceTrack, row: int) -> Face:
        spread = track.spread[row]
        box = Box(*(float(edge) for edge in track.box[row]))
        return Face(
            track.face_id,
            box,
            float(track.score[row]),
            self._pose(track.raw[row]),
            self._pose(track.smoothed[row]),
            None if np.isnan(spread).any() else PoseSpread(*(float(value) for value in spread)),
            name=self.names.get(track.face_id, ""),
            sight=ON_AXIS if self._camera is None else self._camera.sight(box.centre),
        )

    @cached_property
    def _camera(self) -> CameraGeometry | None:
        return correcting_camera(self.record)

    def _pose(self, angles: Numbers) -> HeadPose | None:
        if np.isnan(angles).any():
            return None
        return _absolute(HeadPose(*(float(angle) for angle in angles)), self.reference)

    def _recorded(self, part: str, name: str) -> object:
        section = (self.record or {}).get(part)
        return section.get(name) if isinstance(section, Mapping) else None


def _absolute(relative: HeadPose, reference: Reference) -> HeadPose:
    """The pose that `reference.apply` turned into these angles."""
    signs = reference.signs
    pose = HeadPose(relative.yaw * signs.yaw, relative.pitch * signs.pitch, relative.roll * signs.roll)
    if reference.neutral is None:
        return pose
    return HeadPose.from_matrix(reference.neutral.matrix() @ pose.matrix(), full_range=True)
