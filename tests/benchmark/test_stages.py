"""The stages of an export, each alone: they do the work of an export, and hold no more memory than one."""

from __future__ import annotations

import weakref
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from app.analysis.analyzer import Analyzer
from app.benchmark import stages, subject
from app.benchmark.figures import STAGES
from app.benchmark.ideal import IdealStages
from app.benchmark.stages import stage_costs
from app.benchmark.subject import Subject, material, opened
from app.drawing.drawing import draw
from app.export import annotating
from app.settings import AnalysisSettings, DetectorChoice, EngineChoice
from app.video import VideoWriter
from tests.photograph import astronaut

FRAMES = 6


@pytest.fixture
def measured(tmp_path: Path) -> Subject:
    """Six frames with a face, which a box file names in each of them."""
    path, boxes = tmp_path / "video.mp4", tmp_path / "boxes.txt"
    picture = np.ascontiguousarray(astronaut()[0:256, 100:356])
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 256, 256, "yuv420p"
        for index in range(FRAMES):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    boxes.write_text("".join(f"{number} 80 60 170 160 0.99\n" for number in range(1, FRAMES + 1)), encoding="utf-8")
    detector = DetectorChoice("boxes", boxes=boxes)
    return Subject(path, 100, None, EngineChoice("cpu", threads=1), detector, AnalysisSettings())


def test_every_stage_and_every_bare_counterpart_is_measured(measured: Subject) -> None:
    with opened(measured) as (source, models):
        held = material(source, models, measured)
        costs = stage_costs(source, models, held, measured)
        bare = IdealStages(measured, models, held).costs()
    assert (len(held.frames), held.faces) == (FRAMES, 1.0)
    assert tuple(costs) == STAGES
    assert set(bare) == {"decode", "infer", "encode"}  # a box file has no network
    assert all(cost.wall_ms > 0 for cost in (*costs.values(), *bare.values()))


def test_no_more_frames_are_held_than_fit_into_memory(measured: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "_MOST_BYTES", 2 * 3.0 * 256 * 256 * 3 + 1)
    with opened(measured) as (source, models):
        assert len(material(source, models, measured).frames) == 2


def test_a_picture_that_was_drawn_is_let_go_before_the_next(measured: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[weakref.ref[Any]] = []

    def watched(*arguments: Any) -> Any:
        assert not [one for one in drawn if one() is not None]
        picture: Any = draw(*arguments)
        drawn.append(weakref.ref(picture))
        return picture

    monkeypatch.setattr(VideoWriter, "takes", lambda _self, _decoded: False)
    with opened(measured) as (source, models):
        held = material(source, models, measured)
        monkeypatch.setattr(annotating, "draw", watched)
        stage_costs(source, models, held, measured)
    assert len(drawn) == FRAMES


def test_tracking_alone_gives_the_same_faces_as_the_whole_analysis(
    measured: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []

    class Kept(Analyzer):
        def __call__(self, frame: Any) -> Any:
            found.append(super().__call__(frame))
            return found[-1]

    with opened(measured) as (source, models):
        held = material(source, models, measured)
        monkeypatch.setattr(stages, "Analyzer", Kept)
        stage_costs(source, models, held, measured)
    assert [analysis.faces for analysis in found] == [analysis.faces for analysis in held.analyses]
