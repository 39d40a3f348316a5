"""The log of a recording: what its table and its record will say, line by line as it happens.

Each line is a JSON object that is on its way to the disk when `write` returns. If the process is killed, every line but
perhaps the last is whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.frames import Analysis, Face
from app.outputs.record import described_models, described_reference
from app.settings import Reference, Signs
from app.watch.listener import ViewRequest
from detectors import Box
from hopenet import HeadPose, PoseSpread
from hopenet.camera_geometry import ON_AXIS, Sight


@dataclass(frozen=True, slots=True)
class RecordingPlan:
    """What is recorded, and where to.

    `title`, `address`: the source's. `started`: the time of day, in ISO 8601. `clean`: where the video without anything
    drawn on it goes; None: there is none. `microphone`: whether its sound is recorded.
    """

    video: Path | None
    table: Path | None
    title: str
    address: str
    started: str
    clean: Path | None = None
    microphone: bool = False


@dataclass(frozen=True, slots=True)
class LogStart:
    """How the first frame was made. `size`: its width and height. `models`: the record's parts about them."""

    size: tuple[int, int]
    live: bool
    models: Mapping[str, Mapping[str, object]]
    reference: Reference


@dataclass(frozen=True, slots=True)
class LoggedFrame:
    """A frame of the recording, without its picture. `change`: what is different from here on, for the record."""

    time: Fraction
    faces: tuple[Face, ...]
    damaged: bool
    reference: Reference
    change: Mapping[str, object]


_PATHS = ("video", "table", "clean")


class AnalysisLog:
    """A log being written. Thread: the recording's."""

    def __init__(self, path: Path, plan: RecordingPlan) -> None:
        """Raises OSError."""
        self._file = path.open("x", encoding="utf-8", newline="\n", buffering=1)
        self._before: tuple[ViewRequest, tuple[int, int]] | None = None
        self._line({"plan": {**asdict(plan), **{name: _text(getattr(plan, name)) for name in _PATHS}}})

    def write(self, analysis: Analysis, request: ViewRequest, size: tuple[int, int]) -> None:
        """Adds a frame whose boxes are in the pixels of the recorded video. `size`: the source's own at this moment.

        Raises OSError if the disk refuses the data.
        """
        frame = analysis.frame
        line: dict[str, object] = {
            "frame": str(frame.time),
            "damaged": frame.damaged,
            "faces": [_face(face) for face in analysis.faces],
        }
        if self._before is None:
            described = _described(request)
            self._line({"start": {"size": size, "live": frame.captured_s is not None, **described}})
        else:
            change = _change(self._before, (request, size))
            if change:
                line["change"] = change
        self._before = request, size
        self._line(line)

    def end(self, *, dropped: int) -> None:
        """Completes the log. `dropped`: the number of frames that were left out of the recording. Raises OSError."""
        self._line({"dropped": dropped})

    def close(self) -> None:
        """Raises OSError."""
        self._file.close()

    def _line(self, line: Mapping[str, object]) -> None:
        self._file.write(json.dumps(line, separators=(",", ":"), default=str) + "\n")


class LogReader:
    """A log being read. `plan` is None if there is no such log, `start` if no frame was recorded."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.plan: RecordingPlan | None = None
        self.start: LogStart | None = None
        self.dropped: int | None = None
        """After the last frame: how many frames were left out; None if the recording was not ended."""
        for line in self._lines():
            if "plan" in line:
                self.plan = _plan(line["plan"])
            else:
                self.start = _start(line["start"]) if "start" in line else None
                break

    def frames(self) -> Iterator[LoggedFrame]:
        """The frames, as far as the log is whole."""
        if self.start is None:
            return
        reference = self.start.reference
        for line in self._lines():
            if "frame" in line:
                change = line.get("change", {})
                if "reference" in change:
                    reference = _reference(change["reference"])
                faces = tuple(map(_read_face, line["faces"]))
                yield LoggedFrame(Fraction(line["frame"]), faces, line["damaged"], reference, change)
            elif "dropped" in line:
                self.dropped = line["dropped"]

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            with self._path.open(encoding="utf-8", errors="replace") as file:
                for line in file:
                    try:
                        yield json.loads(line)
                    except ValueError:
                        return
        except FileNotFoundError:
            return


def _change(before: tuple[ViewRequest, tuple[int, int]], after: tuple[ViewRequest, tuple[int, int]]) -> dict[str, Any]:
    (old_request, old_size), (request, size) = before, after
    change: dict[str, object] = {} if size == old_size else {"source_size": size}
    if not _is_same(old_request, request):
        old = _described(old_request)
        change |= {name: value for name, value in _described(request).items() if value != old[name]}
    return change


def _is_same(one: ViewRequest, other: ViewRequest) -> bool:
    """Whether the numbers of both requests have the same meaning. Quick: it is asked for every frame."""
    return (
        one.options.reference == other.options.reference
        and one.models is other.models
        and one.settings == other.settings
    )


def _described(request: ViewRequest) -> dict[str, dict[str, object]]:
    models = request.models
    reference = described_reference(request.options.reference)
    if models is None:
        return {"reference": reference, "snapshot": {}, "detector": {}, "settings": asdict(request.settings)}
    choice = models.choice
    described = described_models(
        models.estimator,
        models.detector.detector.name,
        choice=choice.detector,
        engine=choice.engine,
        settings=replace(request.settings, detect_every=choice.detect_every),
    )
    return {"reference": reference, **described}


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _plan(line: Mapping[str, Any]) -> RecordingPlan:
    video, table, clean = (None if line.get(name) is None else Path(line[name]) for name in _PATHS)
    return RecordingPlan(
        video, table, line["title"], line["address"], line["started"], clean, line.get("microphone", False)
    )


def _start(line: Mapping[str, Any]) -> LogStart:
    width, height = line["size"]
    models = {name: line[name] for name in ("snapshot", "detector", "settings")}
    return LogStart((width, height), line["live"], models, _reference(line["reference"]))


def _reference(line: Mapping[str, Any]) -> Reference:
    neutral = line["neutral"]
    source = line.get("neutral_source", "")  # Logs of earlier versions do not say.
    return Reference(None if neutral is None else HeadPose(**neutral), Signs(**line["signs"]), source)


def _face(face: Face) -> list[object]:
    three = (face.pose, face.smoothed, face.spread)
    numbers = [None if one is None else [float(one.yaw), float(one.pitch), float(one.roll)] for one in three]
    sight = [] if face.sight == ON_AXIS else [list(face.sight)]
    return [face.track_id, [float(edge) for edge in face.box], float(face.score), *numbers, face.undefined, *sight]


def _read_face(line: list[Any]) -> Face:
    track_id, box, score, pose, smoothed, spread, undefined, *sight = line
    return Face(
        track_id,
        Box(*box),
        score,
        None if pose is None else HeadPose(*pose),
        None if smoothed is None else HeadPose(*smoothed),
        None if spread is None else PoseSpread(*spread),
        undefined=undefined,
        sight=Sight(*sight[0]) if sight else ON_AXIS,
    )
