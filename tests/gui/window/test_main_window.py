"""The main window as a whole: what it shows, what clicks and actions do, and what it reports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.gui.export.dialog import ExportDialog
from app.gui.window.main_window import MainWindow
from app.models.loader import Ready
from app.product import SAMPLE
from app.watch.shown_frame import ShownFrame
from tests.gui.find import find
from tests.photograph import astronaut

Until = Callable[..., None]


@pytest.fixture(scope="module")
def two_faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture of two heads, the right one larger."""
    photograph = astronaut()[:300, 90:390]
    canvas = np.full((320, 520, 3), 90, np.uint8)
    canvas[10:210, :200] = cv2.resize(photograph, (200, 200), interpolation=cv2.INTER_AREA)
    canvas[10:310, -300:] = photograph
    path = tmp_path_factory.mktemp("pictures") / "two heads & ä.png"
    cv2.imencode(".png", canvas)[1].tofile(path)
    return path


@pytest.fixture
def crowd(window: MainWindow, two_faces: Path, until: Until) -> MainWindow:
    """The window with the picture of two heads, drawn in the size of the view."""
    window.studio.live_view.open(str(two_faces))
    until(lambda: len(seen(window).analysis.faces) == 2 if window.studio.live_view.newest else False)
    # The place for the picture is settled only when the parts around it are shown.
    until(lambda: seen(window).options.size == window.view.device_size().toTuple())
    return window


def seen(window: MainWindow) -> ShownFrame:
    newest = window.studio.live_view.newest
    assert newest is not None
    return newest


def track_ids(window: MainWindow) -> list[int]:
    """The track ids of the faces, from left to right."""
    faces = sorted(seen(window).analysis.faces, key=lambda face: face.box.x1)
    return [face.track_id for face in faces]


def followed(window: MainWindow) -> int | None:
    face = seen(window).face
    return None if face is None else face.track_id


def place_of(window: MainWindow, track_id: int | None) -> QPoint:
    """A point in the view at which this face is; for None, a point without a face."""
    view = window.view
    for y in range(0, view.height(), 8):
        for x in range(0, view.width(), 8):
            face = view.face_at(QPointF(x, y))
            if (face.track_id if face else None) == track_id:
                return QPoint(x, y)
    raise AssertionError(f"face {track_id} is not in the view")


def test_the_largest_face_is_followed_until_another_is_clicked(crowd: MainWindow, qtbot: QtBot, until: Until) -> None:
    small, large = track_ids(crowd)
    assert followed(crowd) == large
    qtbot.mouseClick(crowd.view, Qt.MouseButton.LeftButton, pos=place_of(crowd, small))
    until(lambda: followed(crowd) == small)
    assert crowd.studio.live_view.options.followed == small
    qtbot.mouseClick(crowd.view, Qt.MouseButton.LeftButton, pos=place_of(crowd, None))
    until(lambda: followed(crowd) == large)
    assert crowd.studio.live_view.options.followed is None


def test_actions_follow_the_next_and_the_largest_face(crowd: MainWindow, until: Until) -> None:
    small, large = track_ids(crowd)
    for _ in range(3):
        before = followed(crowd)
        crowd.action("follow_next").trigger()
        until(lambda before=before: followed(crowd) != before)
    crowd.action("follow_largest").trigger()
    until(lambda: crowd.studio.live_view.options.followed is None and followed(crowd) == large)
    assert small != large


def test_a_new_source_starts_with_the_largest_face(crowd: MainWindow, until: Until) -> None:
    crowd.studio.live_view.follow(track_ids(crowd)[0])
    crowd.action("open_sample").trigger()
    until(lambda: crowd.studio.live_view.state.title == "sample.mp4" and crowd.studio.live_view.newest is not None)
    assert crowd.studio.live_view.options.followed is None


def test_angles_are_shown_relative_to_the_neutral_pose(crowd: MainWindow, until: Until) -> None:
    face = seen(crowd).face
    assert face is not None and face.smoothed is not None
    assert max(map(abs, face.smoothed)) > 0.5
    crowd.action("set_neutral").trigger()
    until(lambda: seen(crowd).options.reference.neutral is not None)
    values = [find(crowd.side.faces, QLabel, f"{angle}Value") for angle in ("yaw", "pitch", "roll")]
    until(lambda: len(values) == 3 and all(label.text().lstrip("−") == "0.0°" for label in values))
    crowd.action("reset_neutral").trigger()
    until(lambda: seen(crowd).options.reference.neutral is None)
    until(lambda: any(label.text().lstrip("−") != "0.0°" for label in values))


def test_a_neutral_pose_needs_a_face_and_a_message_says_so(window: MainWindow, until: Until) -> None:
    until(lambda: isinstance(window.studio.models.load_event, Ready))
    window.action("set_neutral").trigger()
    assert window.notice.isVisible()
    assert "no face" in window.notice.text
    assert window.studio.live_view.options.reference.neutral is None


def test_a_click_on_a_mirrored_picture_follows_the_face_under_it(crowd: MainWindow, qtbot: QtBot, until: Until) -> None:
    small, large = track_ids(crowd)
    crowd.action("mirror").trigger()
    until(lambda: seen(crowd).options.style.mirror)
    until(lambda: place_of(crowd, large).x() < place_of(crowd, small).x())
    qtbot.mouseClick(crowd.view, Qt.MouseButton.LeftButton, pos=place_of(crowd, small))
    until(lambda: followed(crowd) == small)
    assert crowd.studio.preferences.current.style.mirror


@pytest.mark.parametrize("name", ["axis", "cube", "box", "id", "angles"])
def test_each_overlay_can_be_switched(name: str, crowd: MainWindow, until: Until) -> None:
    before = seen(crowd)
    crowd.action(name).trigger()
    until(lambda: seen(crowd).options.style != before.options.style)
    assert getattr(seen(crowd).options.style, name) is not getattr(before.options.style, name)
    assert seen(crowd).analysis is before.analysis
    assert not np.array_equal(seen(crowd).picture, before.picture)
    assert crowd.action(name).isChecked() is getattr(seen(crowd).options.style, name)


def test_full_screen_shows_only_the_picture_and_escape_leaves_it(crowd: MainWindow, until: Until) -> None:
    window = crowd
    parts = (window.menuBar(), window.menus.tools, window.status, window.side, window.chart)
    before = [part.isVisible() for part in parts]
    window.action("full_screen").trigger()
    until(lambda: window.isFullScreen() and not any(part.isVisible() for part in parts))
    assert window.view.isVisible()
    window.action("follow_largest").trigger()
    until(lambda: not window.isFullScreen())
    assert [part.isVisible() for part in parts] == before
    assert not window.action("full_screen").isChecked()


@pytest.mark.parametrize(("name", "part"), [("side_panel", "side"), ("chart", "chart")])
def test_a_panel_can_be_hidden_and_shown(name: str, part: str, crowd: MainWindow) -> None:
    assert getattr(crowd, part).isVisible()
    crowd.action(name).trigger()
    assert not getattr(crowd, part).isVisible()
    crowd.action(name).trigger()
    assert getattr(crowd, part).isVisible()


def test_the_window_title_is_the_name_of_the_source(crowd: MainWindow, until: Until, two_faces: Path) -> None:
    assert crowd.windowTitle() == f"{two_faces.name} — Hopenet Studio"
    crowd.action("close_source").trigger()
    until(lambda: crowd.windowTitle() == "Hopenet Studio")


def test_a_dropped_file_is_opened(window: MainWindow, two_faces: Path, until: Until) -> None:
    window.drops.take([two_faces])
    until(lambda: window.studio.live_view.newest is not None)
    assert window.studio.live_view.state.title == two_faces.name


def test_several_dropped_files_open_the_export_dialog(window: MainWindow, two_faces: Path, until: Until) -> None:
    window.drops.take([two_faces, SAMPLE])

    def asked() -> ExportDialog | None:
        shown = (one for one in QApplication.topLevelWidgets() if isinstance(one, ExportDialog) and one.isVisible())
        return next(shown, None)

    until(lambda: asked() is not None)
    dialog = asked()
    assert dialog is not None
    assert [task.video for task in dialog.tasks]
    assert {task.source for task in dialog.tasks} == {two_faces, SAMPLE}
    dialog.reject()
    assert window.studio.live_view.state.status == "empty"


@pytest.mark.parametrize("content", [None, b"not a video"], ids=["missing", "not a video"])
def test_a_file_that_cannot_be_opened_is_reported_and_the_next_one_opens(
    content: bytes | None, window: MainWindow, until: Until, tmp_path: Path
) -> None:
    video = tmp_path / "talk.mp4"
    if content is not None:
        video.write_bytes(content)
    window.studio.live_view.open(str(video))
    until(window.notice.isVisible)
    assert "talk.mp4" in window.notice.text
    assert "\n" not in window.notice.text
    assert window.notice.topic == "source"
    window.studio.live_view.open(str(SAMPLE))
    until(lambda: window.studio.live_view.newest is not None)
    assert not window.notice.isVisible()


def test_a_video_keeps_playing_while_the_snapshot_changes(window: MainWindow, until: Until, snapshot: Path) -> None:
    window.action("open_sample").trigger()
    until(lambda: window.studio.live_view.newest is not None and window.studio.live_view.newest.face is not None)
    window.action("loop").trigger()
    first = seen(window).face
    window.studio.models.choose_snapshot("squeezenet-1.1")
    until(lambda: "squeezenet-1.1" in window.status.models_text(window.studio.models.loaded))
    frame = seen(window).analysis.frame
    until(lambda: seen(window).analysis.frame is not frame and seen(window).face is not None)
    assert first is not None
    assert seen(window).pace.analysed_per_s > 0
