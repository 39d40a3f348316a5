"""Measures videos: all parts of a round one after another, and round after round, so that slow minutes slow all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from statistics import median
from typing import Any

from app.benchmark.cost import Cost, Others
from app.benchmark.figures import Angles, Figures, Round, Start, VideoFigures
from app.benchmark.ideal import IdealStages
from app.benchmark.machine import this_machine, versions
from app.benchmark.published import PosedFrame, PublishedWay
from app.benchmark.stages import stage_costs
from app.benchmark.subject import SILENT, Material, Models, Subject, material, opened
from app.benchmark.whole import Run, WholeExport
from app.errors import ModelError, SourceError
from app.frames import Analysis
from app.threads.processes import HelperProcess
from app.video import Source
from app.video.encoders import choose_encoder
from detectors.base import overlap
from hopenet import HeadPose

LOG = logging.getLogger(__name__)

_COMPARED_FRAMES = 60
_SAME_FACE = 0.5
"""The least overlap of the boxes of one face, found in two decodings of a frame."""


def measure(
    subjects: Sequence[Subject],
    *,
    repeats: int,
    published: bool,
    start: Callable[[], Start | None],
    check: Callable[[Mapping[str, object], Mapping[str, str]], object],
    progress: Callable[[str], object],
) -> Figures:
    """Measures each video, and then what `start` measures. `published`: also the published way.

    `check` gets the settings and the snapshot before anything is measured, and may raise. `progress` hears what is
    being measured.

    Raises what `annotate` raises.
    """
    videos, described = [], None
    for subject in subjects:
        progress(f"{subject.source.name}: reading")
        with opened(subject, for_stages=True) as (source, models):
            described = described or _described(subject, models)
            check(described["settings"], described["snapshot"])
            videos.append(_video(subject, source, models, repeats=repeats, published=published, progress=progress))
    if described is None:
        raise ValueError("There is nothing to measure.")
    return Figures(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=this_machine(),
        versions=versions(),
        settings={**described["settings"], "repeats": repeats},
        snapshot=described["snapshot"],
        videos=tuple(videos),
        start=start(),
    )


def _video(
    subject: Subject,
    source: Source,
    models: Models,
    *,
    repeats: int,
    published: bool,
    progress: Callable[[str], object],
) -> VideoFigures:
    held = material(source, models, subject)
    with ExitStack() as stack:
        whole = stack.enter_context(closing(HelperProcess(WholeExport, subject)))
        old = _published(subject, stack) if published else None
        bare = IdealStages(subject, models, held)
        parts = _Parts(lambda: stage_costs(source, models, held, subject), bare.costs, whole, old, len(held.frames))
        rounds = []
        for number in range(repeats):
            progress(f"{subject.source.name}: round {number + 1} of {repeats}")
            rounds.append(parts.round(backwards=bool(number % 2)))
        angles = _angles(old, held) if old is not None else None
    return VideoFigures(
        name=subject.source.name,
        size=held.facts.size,
        frame_rate=float(held.facts.frame_rate),
        frames=len(held.frames),
        faces=held.faces,
        rounds=tuple(rounds),
        memory_mib=parts.memory_mib,
        file_kib=parts.file_kib,
        angles=angles,
    )


def _published(subject: Subject, stack: ExitStack) -> HelperProcess | None:
    """None, with the reason in the log, if torch cannot run the snapshot."""
    try:
        return stack.enter_context(closing(HelperProcess(PublishedWay, subject)))
    except (ModelError, SourceError) as error:
        LOG.warning("The published way is not measured: %s", error)
        return None


class _Parts:
    """What a round consists of. The processes of an export and of the published way wait while others are measured."""

    def __init__(
        self,
        stages: Callable[[], dict[str, Cost]],
        ideal: Callable[[], dict[str, Cost]],
        whole: HelperProcess,
        published: HelperProcess | None,
        count: int,
    ) -> None:
        self._here = {"stages": stages, "ideal": ideal}
        self._there = {"loop": (whole, "run_in_one_loop"), "export": (whole, "run")}
        if published is not None:
            self._there["published"] = published, "run"
        self._count = count
        self.memory_mib: dict[str, float] = {}
        self.file_kib: dict[str, float] = {}

    def round(self, *, backwards: bool) -> Round:
        """Measures all parts once. `backwards`: in the opposite order, so that none is always before the others."""
        costs: dict[str, dict[str, Cost]] = {}
        runs: dict[str, Run] = {}
        others: dict[str, float | None] = {}
        names = (*self._here, *self._there)
        for name in reversed(names) if backwards else names:
            if name in self._here:
                with Others() as meanwhile:
                    costs[name] = self._here[name]()
                others[name] = meanwhile.share
            else:
                process, method = self._there[name]
                runs[name] = process.call(method, self._count)
                others[name] = runs[name].others
                if name != "loop":  # In the process of the export, whose memory is meant.
                    self.file_kib[name] = runs[name].file_kib
                    self.memory_mib.update(_known(name, runs[name].peak_memory_mib))
        old = runs["published"].cost if "published" in runs else None
        known = {name: share for name, share in others.items() if share is not None}
        return Round(costs["stages"], costs["ideal"], runs["loop"].cost, runs["export"].cost, old, known)


def _known(name: str, value: float | None) -> dict[str, float]:
    return {} if value is None else {name: value}


def _described(subject: Subject, models: Models) -> Mapping[str, Any]:
    """The settings and the snapshot, as they are written."""
    encoder = choose_encoder(SILENT)
    options, settings = subject.detector.options, subject.settings
    return {
        "settings": {
            "detector": models.detector.name,
            "minimum score": options.minimum_score,
            "largest faces": options.largest_faces,
            "region": None if options.region is None else list(options.region),
            "detection size": options.detection_size,
            "tiles": options.tiles,
            "detect every": settings.detect_every,
            "smoothing": settings.smoothing,
            "crop": settings.crop,
            "threads": subject.engine.threads,
            "encoder": encoder.codec,
            "encoder options": dict(encoder.options),
            "most frames": subject.frames,
        },
        "snapshot": {
            "name": models.estimator.record.name,
            "sha256": models.estimator.sha256,
            "engine": models.estimator.engine.name,
        },
    }


def _angles(published: HelperProcess, held: Material) -> Angles:
    own = held.analyses[:_COMPARED_FRAMES]
    boxes = [[face.box for face in analysis.faces] for analysis in own]
    poses: list[list[HeadPose | None]] = published.call("poses_of", boxes)
    same = [
        _difference(face.pose, pose)
        for analysis, of_frame in zip(own, poses, strict=True)
        for face, pose in zip(analysis.faces, of_frame, strict=True)
        if face.pose is not None and pose is not None
    ]
    decoded: list[PosedFrame] = published.call("poses")
    differing = [
        difference
        for analysis, of_frame in zip(held.analyses, decoded, strict=False)
        for difference in _differences(analysis, of_frame)
    ]
    return Angles(max(same, default=None), median(differing) if differing else None, len(same))


def _differences(analysis: Analysis, found: PosedFrame) -> list[float]:
    """Of the faces that both have found."""
    return [
        _difference(face.pose, other.pose)
        for face in analysis.faces
        for other in found
        if face.pose is not None and overlap(face.box, other.box) > _SAME_FACE
    ]


def _difference(a: HeadPose, b: HeadPose) -> float:
    """The largest of the three angles' differences, in degrees."""
    return max(abs(one - other) for one, other in zip(a, b, strict=True))
