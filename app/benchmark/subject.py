"""What is measured: a video, the models, and the settings; and what every stage of it needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from pathlib import Path

from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, VideoReformatter

from app.analysis.analyzer import Analyzer, crop_rule
from app.errors import SourceError
from app.export.annotating import Annotating, Drawn
from app.frames import Analysis, Frame
from app.models.opening import face_detector, load_estimator
from app.settings import AnalysisSettings, DetectorChoice, EngineChoice, Style
from app.video import Sink, Source, SourceFacts, VideoOptions, open_sink, open_source
from app.video.colour import PIXEL_FORMAT, usual_matrix
from app.video.encoders import choose_encoder
from app.video.planes import Overwriting
from app.video.writer import output_tick
from app.weights import ModelStore
from detectors import BgrImage, Detection, FaceDetector
from hopenet import CropRule, HeadPoseEstimator

SILENT = VideoOptions(sound=False)
"""Videos are written as `annotate` writes them, but without sound, which costs next to nothing."""

STYLE = Style()

_MOST_BYTES = 3 * 2**29
_COPIES = 3.0
"""Of each frame in memory: its pixels, at most as much as drawn, and both in YUV 4:2:0."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Which video is measured, up to how many frames of it, with which models and settings."""

    source: Path
    frames: int
    snapshot: str | None
    engine: EngineChoice
    detector: DetectorChoice
    settings: AnalysisSettings


@dataclass(frozen=True, slots=True)
class Models:
    """The open models, and the crop that the snapshot takes of the detector's boxes.

    `estimators`: the one that exports use, and the same with one thread if that one may use several. In an export,
    whose cores are busy, a network's other threads seldom find one; alone, they lose more time with waiting for each
    other than small networks take.
    """

    detector: FaceDetector
    estimators: tuple[HeadPoseEstimator, ...]
    crop: CropRule

    @property
    def estimator(self) -> HeadPoseEstimator:
        return self.estimators[0]


@contextmanager
def opened(subject: Subject, *, for_stages: bool = False) -> Iterator[tuple[Source, Models]]:
    """The video and the models, for the time of the block. Raises what `annotate` raises.

    `for_stages`: with all of `Models.estimators`, not only the one for exports.
    """
    store = ModelStore.standard()
    estimators = [load_estimator(subject.snapshot, subject.engine, store=store, progress=False)]
    if for_stages and estimators[0].engine.name == "onnx-cpu" and subject.engine.threads is None:
        one_thread = replace(subject.engine, threads=1)
        estimators.append(load_estimator(subject.snapshot, one_thread, store=store, progress=False))
    with (
        open_source(subject.source, keep_decoded=True) as source,
        face_detector(subject.detector, store=store, frame_count=None, progress=False) as detector,
    ):
        yield source, Models(detector, tuple(estimators), crop_rule(estimators[0], subject.settings, detector.name))


@dataclass(frozen=True, slots=True)
class Material:
    """What stages that run alone are given. The frames are held in memory, so that decoding is not measured with them.

    `detections`: of each frame that the detector looks at. `drawn`: what is drawn on the frames. `coded`: the annotated
    pictures as the encoder's own frames, with their times in ticks.
    """

    facts: SourceFacts
    frames: tuple[Frame, ...]
    detections: tuple[tuple[Detection, ...], ...]
    analyses: tuple[Analysis, ...]
    drawn: tuple[Drawn, ...]
    coded: tuple[tuple[VideoFrame, int], ...]
    tick: Fraction

    @property
    def faces(self) -> float:
        return sum(len(analysis.faces) for analysis in self.analyses) / len(self.analyses)


def material(source: Source, models: Models, subject: Subject) -> Material:
    """Reads and analyses the first frames: as many as asked for, or fit into memory. Raises SourceError if none can."""
    width, height = source.facts.size
    count = max(1, min(subject.frames, int(_MOST_BYTES / (_COPIES * 3 * width * height))))
    with closing(source.frames()) as reading:  # type: ignore[type-var]
        frames = tuple(islice(reading, count))
    if not frames:
        raise SourceError(f"{subject.source} has no frames to measure.")
    recorder = _Recorder(models.detector)
    analyses = tuple(map(Analyzer(recorder, models.estimator, subject.settings), frames))
    sink = annotated_sink(source.facts, Path())
    drawn = tuple(Annotating(sink, STYLE).draw(analysis) for analysis in analyses)
    tick = output_tick(source.facts.time_base)
    coded = tuple(_coded(drawn, source.facts, tick))
    return Material(source.facts, frames, tuple(recorder.found), analyses, drawn, coded, tick)


def annotated_sink(facts: SourceFacts, folder: Path) -> Sink:
    """What an export of the video writes to."""
    return open_sink(folder / "benchmark.mp4", source=facts, options=SILENT)


def _coded(drawn: tuple[Drawn, ...], facts: SourceFacts, tick: Fraction) -> Iterator[tuple[VideoFrame, int]]:
    width, height = choose_encoder(SILENT).size_for(facts.size)
    matrix = facts.matrix or usual_matrix(width, height)
    convert, overwrite = VideoReformatter(), Overwriting(matrix)
    for frame, image, areas in drawn:
        if areas is not None and frame.decoded is not None:
            yield overwrite(frame.decoded, image, areas), round(frame.time / tick)
            continue
        coded = convert.reformat(
            VideoFrame.from_ndarray(image, format="bgr24"),
            width=width,
            height=height,
            format=PIXEL_FORMAT,
            dst_colorspace=matrix,
            dst_color_range=ColorRange.MPEG,
        )
        yield coded, round(frame.time / tick)


class _Recorder:
    """A detector that keeps what it has found."""

    def __init__(self, detector: FaceDetector) -> None:
        self._detector = detector
        self.name = detector.name
        self.found: list[tuple[Detection, ...]] = []

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        found = self._detector.detect(image, index=index, time_s=time_s)
        self.found.append(found)
        return found

    def close(self) -> None:
        """Does nothing: whoever has opened the detector closes it."""
