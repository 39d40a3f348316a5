"""What can be done with the picture and the faces in it, by menu and by key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton

from app.gui.window.main_window import MainWindow
from app.product import SAMPLE
from app.settings import Reference, Signs
from app.watch.angles_text import angles_text
from app.watch.playback_sound import SoundStatus
from tests.gui.find import find

Until = Callable[..., None]


@pytest.fixture
def paused(window: MainWindow, until: Until) -> MainWindow:
    """The window with the sample video, paused with a face."""
    window.studio.live_view.open(str(SAMPLE))
    until(lambda: window.studio.live_view.newest is not None and window.studio.live_view.newest.face is not None)
    window.action("pause").trigger()
    until(lambda: not window._playback._running)
    until(lambda: window.studio.live_view.newest is not None and window.studio.live_view.newest.pace.rest == "settled")
    return window


def menu_at(window: MainWindow, face: object) -> QMenu:
    window.view.menu_wanted.emit(QPoint(50, 50), face)
    (menu,) = [one for one in window.findChildren(QMenu) if one.isVisible()]
    return menu


def texts(menu: QMenu) -> list[str]:
    return [action.text().replace("&", "").removesuffix("…") for action in menu.actions() if action.text()]


def test_the_menu_of_a_face_follows_it_and_takes_its_pose_as_neutral(paused: MainWindow, until: Until) -> None:
    newest = paused.studio.live_view.newest
    assert newest is not None and newest.face is not None
    menu = menu_at(paused, newest.face)
    assert texts(menu)[:3] == ["Follow face 1", "Set neutral pose", "Copy angles of face 1"]
    menu.actions()[1].trigger()
    menu.close()
    assert paused.studio.live_view.options.followed == 1
    assert paused.studio.live_view.options.reference.neutral == newest.face.smoothed


def test_the_menu_outside_all_faces_is_about_the_picture(paused: MainWindow) -> None:
    menu = menu_at(paused, None)
    assert texts(menu)[:2] == ["Copy picture", "Save picture"]
    menu.close()


def test_copied_angles_are_those_that_are_shown_with_names_and_units(paused: MainWindow, until: Until) -> None:
    paused.action("copy_angles").trigger()
    newest = paused.studio.live_view.newest
    assert newest is not None and newest.face is not None and newest.face.smoothed is not None
    names, values = (line.split("\t") for line in QGuiApplication.clipboard().text().splitlines())
    assert names == ["face", "frame", "time (s)", "yaw (°)", "pitch (°)", "roll (°)"]
    pose = newest.options.reference.apply(newest.face.smoothed)
    assert [float(value) for value in values[3:]] == pytest.approx([pose.yaw, pose.pitch, pose.roll], abs=5e-4)
    assert values[1] == str(newest.analysis.frame.index)
    flipped = angles_text(newest.analysis.frame, newest.face, Reference(signs=Signs(yaw=-1))).split("\t")
    assert float(flipped[-3]) == pytest.approx(-newest.face.smoothed.yaw, abs=5e-4)


def test_the_picture_is_copied_in_its_own_size_even_when_it_is_enlarged(paused: MainWindow, until: Until) -> None:
    QGuiApplication.clipboard().clear()
    paused.action("zoom_in").trigger()
    paused.action("copy_picture").trigger()
    until(lambda: not QGuiApplication.clipboard().image().isNull())
    assert QGuiApplication.clipboard().image().size().toTuple() == (640, 360)


def test_the_record_button_tells_the_time_and_a_clean_video_is_written_beside(
    paused: MainWindow, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(tmp_path / "a.mp4"), ""))
    kept: list[str] = []
    paused.studio.recorder.saved.connect(lambda text, _path: kept.append(text))
    paused.action("record_clean").trigger()
    paused.action("record").trigger()
    until(lambda: paused.studio.recorder.recording is not None)
    button = paused.menus.tools.widgetForAction(paused.action("record"))
    assert isinstance(button, QToolButton)
    until(lambda: button.text() == "Stop 00:00")
    assert paused.action("record").text().replace("&", "") == "Stop recording"
    paused.action("play").trigger()
    until(lambda: button.text() == "Stop 00:01")
    paused.action("record").trigger()
    until(lambda: bool(kept))
    assert button.text() == "Record"
    drawn, clean = (pictures(tmp_path / name) for name in ("a.mp4", "a-clean.mp4"))
    assert len(drawn) == len(clean) > 5
    assert all(np.abs(one.astype(int) - two).max() > 60 for one, two in zip(drawn, clean, strict=True))


def pictures(video: Path) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    with av.open(str(video)) as container:
        return [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in container.decode(video=0)]


def test_volume_is_remembered_and_a_missing_device_is_told_in_the_tool_tip(
    window: MainWindow, until: Until, tmp_path: Path
) -> None:
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("mjpeg", 25, width=64, height=64, pix_fmt="yuvj420p")
        sound = container.add_stream("pcm_s16le", rate=48000, layout="stereo")
        for index in range(100):
            picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "bgr24")
            picture.pts = index
            container.mux(video.encode(picture))
            wave = av.AudioFrame.from_ndarray(np.zeros((1, 3840), np.int16), format="s16", layout="stereo")
            wave.sample_rate = 48000
            container.mux(sound.encode(wave))
        for stream in (video, sound):
            container.mux(stream.encode(None))
    row = window.workspace.transport.volume
    window.studio.live_view.open("synthetic")
    until(lambda: window.studio.live_view.newest is not None)
    assert not row.isVisible() and not window.action("mute").isEnabled()
    window.studio.live_view.open(str(path))
    until(row.isVisible)
    mute = find(row, QToolButton, "Mute")
    until(lambda: "No device for sound was found. The video plays without sound." in mute.toolTip())
    assert not window.notice.isVisible()
    row.show_status(SoundStatus("playing"))
    for _ in range(5):
        window.action("quieter").trigger()
    assert window.studio.preferences.current.volume == 0.75
    window.action("mute").trigger()
    assert window.studio.preferences.current.muted and mute.isChecked()
    row.slider.setValue(row.slider.value() + 1)
    assert not window.studio.preferences.current.muted
    assert window.studio.preferences.current.volume == 0.8
