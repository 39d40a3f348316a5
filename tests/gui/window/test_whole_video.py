"""The chart of the whole video: its numbers are those of an export, and it seeks, zooms, and tells what is outdated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QMessageBox, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from app.gui.panels.whole_plots import WholePlots
from app.gui.window.main_window import MainWindow
from app.main import main
from app.outputs.reading import read_pose_table
from app.product import SAMPLE
from tests.gui.conftest import Until
from tests.gui.find import find
from tests.photograph import astronaut


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample video under another name, so that tables beside it belong to this test."""
    path = tmp_path / "talk.mp4"
    path.write_bytes(SAMPLE.read_bytes())
    return path


@pytest.fixture
def open_chart(window: MainWindow, sample: Path, until: Until) -> Callable[[], MainWindow]:
    def open_it() -> MainWindow:
        window.studio.live_view.open(str(sample))
        until(lambda: window.studio.live_view.newest is not None and window.studio.models.loaded is not None)
        window.studio.live_view.watcher.player.pause()  # type: ignore[union-attr]
        return window

    return open_it


@pytest.fixture
def analysed(open_chart: Callable[[], MainWindow], until: Until) -> MainWindow:
    """A window that has analysed the video through once."""
    window = open_chart()
    window.action("analyse_video").trigger()
    until(lambda: window.studio.whole_video.state.curves is not None)
    until(lambda: window.chart.whole.plots is not None and window.chart.whole.plots.isVisible())
    return window


def plots(window: MainWindow) -> WholePlots:
    shown = window.chart.whole.plots
    assert shown is not None
    return shown


def values(window: MainWindow) -> str:
    return next(label.text() for label in window.chart.whole.header.findChildren(QLabel))


@pytest.mark.slow
def test_the_numbers_are_exactly_those_of_an_export(analysed: MainWindow, sample: Path, until: Until) -> None:
    saved, exported = sample.with_name("saved.csv"), sample.with_name("exported.csv")
    analysed.studio.whole_video.save(saved)
    until(saved.exists)
    assert main(["annotate", str(sample), "--poses", str(exported), "--detector", "mediapipe"]) == 0
    assert saved.read_bytes() == exported.read_bytes()
    table = read_pose_table(exported)
    curves = analysed.studio.whole_video.state.curves
    assert curves is not None
    for track in table.tracks:
        curve = curves.face(track.face_id)
        assert curve is not None
        np.testing.assert_array_equal(curve.angles, track.smoothed)
    record, own = read_pose_table(saved).record, table.record
    assert record is not None and own is not None
    assert {**record, "created": ""} == {**own, "created": ""}


def test_a_click_seeks_and_the_values_there_are_shown(analysed: MainWindow, qtbot: QtBot, until: Until) -> None:
    chart = plots(analysed)
    place = chart._rows[0].box.mapViewToScene(QPointF(1.0, 0.0))
    view = chart._view.viewport()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(place.x()), round(place.y())))
    player = analysed.studio.live_view.watcher.player
    assert player is not None
    until(lambda: abs(player.state.position_s - 1.0) < 0.1)
    until(lambda: "00:01" in values(analysed) or "00:00.9" in values(analysed))
    assert "°" in values(analysed)


def test_keys_zoom_and_move_in_time_and_leave_the_video_where_it_is(
    analysed: MainWindow, qtbot: QtBot, until: Until
) -> None:
    chart, player = plots(analysed), analysed.studio.live_view.watcher.player
    assert player is not None
    whole, position_s = chart.shown_s, player.state.position_s
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_Plus)
    zoomed = chart.shown_s
    assert zoomed[1] - zoomed[0] == pytest.approx((whole[1] - whole[0]) / 1.5)
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.shown_s[0] > zoomed[0]
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    assert chart.shown_s[0] == pytest.approx(0)
    qtbot.keyClick(chart, Qt.Key.Key_0)
    assert chart.shown_s == pytest.approx(whole)
    assert player.state.position_s == position_s


def test_a_changed_setting_is_said_and_another_analysis_offered(analysed: MainWindow, until: Until) -> None:
    again = next(button for button in analysed.chart.whole.header.findChildren(QPushButton) if "gain" in button.text())
    assert not again.isVisible()
    analysed.studio.preferences.change(smoothing=0.9)
    assert again.isVisible()
    assert "another smoothing" in values(analysed)
    again.click()
    until(lambda: analysed.studio.whole_video.state.running is None)
    until(lambda: not analysed.studio.whole_video.state.differences)
    assert not again.isVisible()


def test_the_curves_follow_signs_and_the_neutral_pose(analysed: MainWindow, until: Until) -> None:
    whole = analysed.studio.whole_video
    assert whole.state.curves is not None
    before = whole.state.curves.faces[0].angles
    signs = analysed.studio.preferences.current.signs
    analysed.studio.preferences.change(signs=type(signs)(yaw=-1))
    until(lambda: whole.state.curves is not None and (whole.state.curves.faces[0].angles[:, 0] == -before[:, 0]).all())
    assert not whole.state.differences


def test_a_table_beside_the_video_is_used_at_once(
    open_chart: Callable[[], MainWindow], sample: Path, until: Until
) -> None:
    sample.with_suffix(".csv").write_text(
        "frame,time_s,face_id,x1,y1,x2,y2,score,yaw_deg,pitch_deg,roll_deg,yaw_smooth_deg,pitch_smooth_deg,"
        "roll_smooth_deg,yaw_std_deg,pitch_std_deg,roll_std_deg\n"
        "0,0,7,0,0,9,9,0.9,1,2,3,1,2,3,1,1,1\n1,0.04,7,0,0,9,9,0.9,1,2,3,4,5,6,1,1,1\n"
    )
    window = open_chart()
    state = window.studio.whole_video
    until(lambda: state.state.curves is not None)
    window.action("whole_chart").trigger()
    assert state.state.table_name == "talk.csv"
    assert state.state.differences == ("no record",)
    assert find(window.chart, QComboBox, "Faces in the chart").currentText() == "Face 7"
    assert "settings that are not recorded" in values(window)
    assert not window.action("save_analysis").isEnabled()


def test_a_cancelled_analysis_leaves_what_was_there(analysed: MainWindow, until: Until) -> None:
    before = analysed.studio.whole_video.state.curves
    analysed.action("analyse_video").trigger()
    analysed.studio.whole_video.cancel()
    until(lambda: analysed.studio.whole_video.state.running is None)
    assert analysed.studio.whole_video.state.curves is before


def test_what_was_analysed_is_still_there_when_the_video_is_opened_again(
    analysed: MainWindow, sample: Path, until: Until
) -> None:
    live_view, whole = analysed.studio.live_view, analysed.studio.whole_video
    live_view.close_source()
    until(lambda: whole.state.source is None)
    assert whole.state.curves is None
    live_view.open(str(sample))
    until(lambda: whole.state.curves is not None)
    assert whole.state.table_name == ""


def test_closing_asks_about_a_long_analysis_that_is_not_saved(
    analysed: MainWindow, sample: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = analysed.studio.whole_video
    assert whole.unsaved(0.0) == (sample,)
    assert whole.unsaved(3600.0) == ()  # One that took less than an hour.
    monkeypatch.setattr("app.gui.window.unsaved_question.WORTH_A_QUESTION_S", 0.0)
    asked: list[str] = []

    def keep_open() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        find(box, QPushButton, "Keep open").click()

    QTimer.singleShot(0, keep_open)
    analysed.close()
    assert analysed.isVisible() and asked == ["The analysis of the whole video is not saved: talk.mp4"]
    saved: list[Path] = []
    whole.saved.connect(saved.append)
    whole.save(sample.with_name("saved.csv"))
    until(lambda: saved)
    assert whole.unsaved(0.0) == ()
    analysed.close()
    assert not analysed.isVisible()


def test_no_line_joins_the_faces_of_pictures_which_are_counted_in_place_of_times(
    window: MainWindow, tmp_path: Path, until: Until
) -> None:
    window.chart.set_mode("live")
    for number in range(3):
        cv2.imwrite(str(tmp_path / f"{number}.png"), astronaut())
    window.studio.live_view.open(str(tmp_path))
    until(lambda: window.studio.live_view.newest is not None and window.studio.models.loaded is not None)
    assert window.chart.mode == "whole"
    assert not find(window, QToolButton, "Last seconds").isEnabled()
    assert find(window, QToolButton, "All pictures").toolTip() == "All faces over all pictures"
    assert find(window, QPushButton, "Analyse all pictures").isVisible()
    assert "whole video" not in " ".join(label.text() for label in window.chart.findChildren(QLabel)).lower()
    assert window.action("analyse_video").text() == "Anal&yse all pictures"
    window.action("analyse_video").trigger()
    until(lambda: window.studio.whole_video.state.curves is not None)
    until(lambda: window.chart.whole.plots is not None and window.chart.whole.plots.isVisible())
    row = plots(window)._rows[0]
    until(lambda: row._lines and len(row._lines[0].getData()[0]) == 3)
    assert all(isinstance(item, pg.ScatterPlotItem) for item in row._lines)
    assert row.plot.bottom.tickStrings([0.0, 2 / row.plot.bottom.per_s], 1.0, 1.0) == ["1", "3"]
    window.action("next_frame").trigger()
    until(lambda: "picture 2" in values(window))
    window.studio.live_view.open(str(SAMPLE))
    until(lambda: find(window, QToolButton, "Last seconds").isEnabled())
    assert find(window, QToolButton, "Whole video").isEnabled()
    assert window.action("analyse_video").text() == "Anal&yse whole video"


def test_a_live_source_has_no_whole_video(window: MainWindow, until: Until) -> None:
    window.studio.live_view.open("synthetic")
    until(lambda: window.studio.live_view.state.status == "watching")
    assert not window.action("analyse_video").isEnabled()
    assert not window.action("whole_chart").isEnabled()
    assert window.chart.mode == "live"
