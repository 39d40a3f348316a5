"""Exports whose angles are smoothed without delay: every frame is analysed before the first one is written.

The pictures are decoded twice, since a video does not fit into the memory; detector and network run once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from app.analysis.tracking import Track
from app.analysis.trails import Trails
from app.analysis.zero_lag import zero_lag
from app.errors import Cancelled, SourceError
from app.export.pipeline import RunControl
from app.export.together import analysed_ahead, decoded_ahead
from app.frames import Analysis, Face, Frame


@dataclass(frozen=True, slots=True)
class _Kept:
    """An analysis without its picture."""

    time: Fraction
    faces: tuple[Face, ...]
    detector: str


class SmoothedAnalyses:
    """The analyses of a whole video, with poses that are smoothed without delay. Called with each frame in turn.

    Thread: one at a time.
    """

    def __init__(self, kept: dict[int, _Kept], strength: float) -> None:
        self._kept = _smoothed(kept, strength)
        self._trails = Trails()

    def __call__(self, frame: Frame) -> Analysis:
        """Raises SourceError if this frame was not there when the video was read before."""
        known = self._kept.get(frame.index)
        if known is None or known.time != frame.time:
            raise SourceError(
                f"Frame {frame.index} is another one than when the video was read first.",
                advice="Do not change the video while it is exported.",
            )
        faces = tuple(self._with_trail(face, frame.time_s) for face in known.faces)
        self._trails.keep_only({face.track_id for face in faces})
        return Analysis(frame, faces, detector=known.detector)

    def _with_trail(self, face: Face, time_s: float) -> Face:
        if face.smoothed is None:
            return face
        track = Track(face.track_id, face.box, face.score, time_s)
        return replace(face, trail=self._trails.extended(track, face.smoothed, time_s, face.sight))


def analyses_without_delay(
    frames: Iterable[Frame],
    analyze: Callable[[Frame], Analysis],
    *,
    strength: float,
    expected: int | None,
    control: RunControl,
    written_for_each: int = 1,
) -> tuple[SmoothedAnalyses, RunControl]:
    """Analyses all frames, and returns what they become, with a control that counts on from here.

    `analyze` must not smooth. Half of the progress is reported here, half when the frames are written:
    `written_for_each` of them for each that is analysed.
    Raises Cancelled after `control.stop.request()`, and whatever frames and analysis raise.
    """
    kept: dict[int, _Kept] = {}
    stop = control.stop
    control.progress(0, expected)
    with (
        decoded_ahead(frames, stop=stop) as decoded,
        analysed_ahead(decoded, analyze, stop=stop) as analyses,
    ):
        for analysis in analyses:
            control.gate.pass_through(stop)
            if stop.requested:
                break
            faces = tuple(replace(face, trail=()) for face in analysis.faces)
            kept[analysis.frame.index] = _Kept(analysis.frame.time, faces, analysis.detector)
            control.progress(len(kept) // 2, expected)
    if stop.requested:
        raise Cancelled("The export was cancelled.")
    count, progress = len(kept), control.progress
    second = replace(
        control, progress=lambda done, _total: progress((count + -(-done // written_for_each)) // 2, count)
    )
    return SmoothedAnalyses(kept, strength), second


def _smoothed(kept: dict[int, _Kept], strength: float) -> dict[int, _Kept]:
    """The same with the smoothed poses of each track in place of the raw ones."""
    tracks: dict[int, list[tuple[int, Face]]] = {}
    for index in sorted(kept):
        for face in kept[index].faces:
            tracks.setdefault(face.track_id, []).append((index, face))
    smoothed: dict[tuple[int, int], Face] = {}
    for track_id, faces in tracks.items():
        times_s = [float(kept[index].time) for index, _ in faces]
        poses = zero_lag([face.pose for _, face in faces], times_s, strength)
        for (index, face), pose in zip(faces, poses, strict=True):
            smoothed[index, track_id] = replace(face, smoothed=pose)
    return {index: replace(one, faces=tuple(_of(one.faces, index, smoothed))) for index, one in kept.items()}


def _of(faces: Iterable[Face], index: int, smoothed: dict[tuple[int, int], Face]) -> Iterator[Face]:
    return (smoothed[index, face.track_id] for face in faces)
