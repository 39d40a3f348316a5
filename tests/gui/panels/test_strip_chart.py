"""The strip chart shows the last seconds with their gaps, and its vertical axis rarely changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from app.frames import Analysis, Face, Frame
from app.gui.panels import strip_history
from app.gui.panels.strip_chart import StripChart
from app.gui.panels.strip_history import StripHistory, y_limit
from app.settings import Reference
from app.watch.shown_frame import Pace, ShownFrame, ViewOptions
from detectors import Box
from hopenet import HeadPose, PoseSpread
from tests.gui.find import find

_POSE = HeadPose(1.0, 2.0, 3.0)
_PLOT = "Angles over the last seconds"


def at(time_s: float, pose: HeadPose | None = _POSE, *, track_id: int = 1) -> ShownFrame:
    face = None
    if pose is not None:
        face = Face(track_id, Box(0, 0, 9, 9), 0.9, pose, pose, PoseSpread(2.0, 2.0, 2.0))
    picture = np.zeros((2, 2, 3), np.uint8)
    frame = Frame(picture, 0, Fraction(time_s).limit_denominator(1000))
    return ShownFrame(Analysis(frame, (face,) if face else ()), picture, ViewOptions(), face, None, Pace())


def filled(*frames: ShownFrame) -> StripHistory:
    history = StripHistory()
    for frame in frames:
        history.add(frame)
    return history


def _yaws(history: StripHistory) -> list[float | None]:
    return [None if np.isnan(yaw) else float(yaw) for yaw in history.last(10)[:, 1]]


def test_the_band_of_the_spread_can_be_switched_off(qtbot: QtBot) -> None:
    chart = StripChart()
    qtbot.addWidget(chart)
    chart.show()
    qtbot.waitUntil(lambda: plot(chart) is not None)
    chart.show_frame(at(0.0))
    chart.show_frame(at(0.1))
    for shown in (False, True):
        chart.show_spread(shown)
        assert [band.isVisible() for band in plot(chart).bands] == [shown] * 3


@pytest.mark.parametrize(
    ("frames", "yaws"),
    [
        ((at(0.0), at(0.1)), [1.0, 1.0]),
        ((at(0.0), at(0.1, None), at(0.2)), [1.0, None, 1.0]),
        ((at(0.0), at(0.1, track_id=2)), [1.0, None, 1.0]),
        ((at(0.0), at(3.0)), [1.0, None, 1.0]),
        ((at(5.0), at(5.1), at(2.0)), [1.0]),
        ((at(0.0), at(0.0, HeadPose(9.0, 0.0, 0.0))), [9.0]),
    ],
    ids=["together", "the face away", "another face", "a long pause", "time going backwards", "the same frame again"],
)
def test_lines_are_interrupted_by_gaps(frames: tuple[ShownFrame, ...], yaws: list[float | None]) -> None:
    assert _yaws(filled(*frames)) == yaws


def test_another_reference_holds_for_the_earlier_samples_too() -> None:
    neutral = ViewOptions(reference=Reference(neutral=HeadPose(1.0, 2.0, 3.0)))
    history = filled(at(0.0), at(0.1, None), replace(at(0.2), options=neutral))
    assert _yaws(history) == [pytest.approx(0.0), None, pytest.approx(0.0)]
    history.add(at(0.2))  # In a paused video, the same frame comes again.
    assert _yaws(history) == [pytest.approx(1.0), None, pytest.approx(1.0)]
    assert history.last(10)[0].tolist() == pytest.approx([0.0, 1.0, 2.0, 3.0, 2.0, 2.0, 2.0])


def test_what_is_farthest_from_the_present_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strip_history, "MOST_SAMPLES", 100)
    history = filled(*(at(0.5 * step) for step in range(200)))
    assert history.last(1000)[:, 0].tolist() == [0.5 * step for step in range(100, 200)]
    history.add(at(50.25))
    history.add(at(99.0))
    assert history.last(1000)[-1, 0] == 99.0


def test_what_was_seen_is_still_there_after_seeking_back_and_forth() -> None:
    history = filled(*(at(0.1 * step, HeadPose(step, 0, 0)) for step in range(50)))
    history.add(at(2.0, HeadPose(20, 0, 0)))
    assert _yaws(history) == list(range(21))
    history.add(at(4.9, HeadPose(49, 0, 0)))
    assert _yaws(history) == list(range(50))


def test_no_line_crosses_a_seek() -> None:
    history = filled(at(0.0), at(0.1), at(9.0), at(9.1))
    assert _yaws(history) == [1.0, 1.0, None, 1.0, 1.0]
    history = filled(at(5.0), at(5.1), at(4.5), at(4.6), at(5.1))
    assert _yaws(history) == [1.0, 1.0, None, 1.0, 1.0]


def test_a_step_back_does_not_interrupt_the_line() -> None:
    history = filled(*(at(0.1 * step) for step in range(5)), at(0.3), at(0.2))
    history.add(at(0.4))
    assert _yaws(history) == [1.0] * 5


def test_what_is_watched_again_replaces_what_was_there() -> None:
    first = [at(0.1 * step) for step in range(10)]
    again = [at(0.25 + 0.1 * step, HeadPose(7, 0, 0)) for step in range(3)]
    history = filled(*first, *again)
    assert _yaws(history)[-3:] == [7.0, 7.0, 7.0]
    history.add(at(0.9))
    # The part between is not known to belong to either run, and no line joins them.
    assert _yaws(history) == [1.0, 1.0, 1.0, None, 7.0, 7.0, 7.0, None, 1.0, 1.0, 1.0, 1.0, 1.0]


def test_a_video_has_its_own_time_on_the_axis(qtbot: QtBot) -> None:
    chart = StripChart()
    qtbot.addWidget(chart)
    chart.show()
    qtbot.waitUntil(lambda: plot(chart) is not None)
    for step in range(100):
        chart.show_frame(at(60 + 0.1 * step))
    qtbot.waitUntil(lambda: "now" in _ticks(chart))
    chart.show_clock(True)
    assert _ticks(chart) == ["01:00", "01:02", "01:04", "01:06", "01:08"]


@pytest.mark.parametrize(("is_video", "yaws"), [(False, [5.0]), (True, [1.0, 5.0])], ids=["live", "video"])
def test_a_live_source_that_is_opened_again_begins_a_new_line(qtbot: QtBot, is_video: bool, yaws: list[float]) -> None:
    chart = StripChart()
    qtbot.addWidget(chart)
    chart.show_clock(is_video)
    for time_s, yaw in ((0.1, 1.0), (0.3, 1.0), (0.2, 5.0)):
        chart.show_frame(at(time_s, HeadPose(yaw, 0, 0)))
    assert [yaw for yaw in _yaws(chart._history) if yaw is not None] == yaws


def _ticks(chart: StripChart) -> list[str]:
    return [text for _, text in plot(chart).bottom._tickLevels[0]]


def test_the_chart_tells_screen_readers_what_it_shows(qtbot: QtBot) -> None:
    chart = StripChart()
    qtbot.addWidget(chart)
    chart.show()
    qtbot.waitUntil(lambda: plot(chart) is not None)
    chart.show_frame(at(0.0, HeadPose(-20.04, 2, 3)))
    chart.show_frame(at(0.1, HeadPose(-12.34, 2, 3)))
    qtbot.waitUntil(lambda: plot(chart).accessibleDescription().startswith("Yaw: −12.3°, from −20.0° to −12.3°"))


@pytest.mark.parametrize(
    ("largest", "limit"), [(0.0, 30), (28.0, 30), (29.0, 60), (70.0, 90), (100.0, 180), (179.9, 180)]
)
def test_the_axis_has_one_of_a_few_ranges(largest: float, limit: float) -> None:
    assert y_limit(np.array([0.0, -largest, np.nan])) == limit


def test_only_a_choice_of_the_span_by_the_user_is_emitted(qtbot: QtBot) -> None:
    chart = StripChart()
    qtbot.addWidget(chart)
    with qtbot.assertNotEmitted(chart.span_changed):
        chart.set_span(30.0)
        chart.set_span(42.0)
    spans = find(chart, QComboBox, "Time span")
    assert spans.currentText() == "42 s"
    with qtbot.waitSignal(chart.span_changed) as chosen:
        spans.setCurrentIndex(0)
    assert chosen.args == [5.0]


def plot(chart: StripChart) -> Any:
    """The pyqtgraph widget, which is made after the chart is first shown."""
    return next((child for child in chart.findChildren(QWidget) if child.accessibleName() == _PLOT), None)


def test_an_empty_chart_and_one_with_a_single_frame_can_be_painted(qtbot: QtBot) -> None:
    chart = StripChart()
    qtbot.addWidget(chart)
    chart.show()
    chart.grab()
    qtbot.waitUntil(lambda: plot(chart) is not None)
    chart.grab()
    chart.show_frame(at(0.0))
    chart.grab()
    low, high = plot(chart).box.viewRange()[1]
    assert -33 < low < -30 and 30 < high < 33


def test_the_chart_looks_as_it_did(qtbot: QtBot, same_picture: Callable[[QWidget, str], None]) -> None:
    chart = StripChart()
    qtbot.addWidget(chart)
    chart.resize(640, 170)
    chart.show()
    qtbot.waitUntil(lambda: plot(chart) is not None)
    for step in range(200):
        time_s = step / 20
        wave = np.sin(time_s)
        away = 80 < step < 110
        chart.show_frame(at(time_s, None if away else HeadPose(40 * wave, 12 * np.cos(time_s), 5 - time_s)))
    qtbot.waitUntil(lambda: bool(plot(chart).lines[0].xData[0] == pytest.approx(-9.95)))
    same_picture(chart, "chart")
