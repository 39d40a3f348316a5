"""The log of a recording keeps from which side each head is seen, so that a recovered video is drawn as it was."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from app.frames import Analysis, Face, Frame
from app.watch.analysis_log import AnalysisLog, LogReader, RecordingPlan
from app.watch.listener import ViewRequest
from detectors import Box
from hopenet import HeadPose
from hopenet.camera_geometry import ON_AXIS, Sight


def test_lines_of_sight_are_read_back_and_cost_nothing_without_a_correction(tmp_path: Path) -> None:
    pose = HeadPose(30, -5, 2)
    plain = Face(1, Box(10, 10, 60, 60), 0.9, pose, pose, None)
    corrected = Face(2, Box(200, 10, 260, 70), 0.9, pose, pose, None, sight=Sight(0.75, -0.25))
    frame = Frame(np.zeros((100, 300, 3), np.uint8), 0, Fraction(0))
    log = AnalysisLog(tmp_path / "log", RecordingPlan(None, tmp_path / "a.csv", "a", "camera:0", "2026-01-01T00:00:00"))
    log.write(Analysis(frame, (plain, corrected)), ViewRequest(), (300, 100))
    log.end(dropped=0)
    log.close()

    (read,) = LogReader(tmp_path / "log").frames()

    assert [face.sight for face in read.faces] == [ON_AXIS, Sight(0.75, -0.25)]
    assert read.faces == (plain, corrected)
