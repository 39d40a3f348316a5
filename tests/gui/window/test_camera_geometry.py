"""The camera's geometry in the window: chosen for a source, remembered, and used for its angles and exports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import pytest
from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QLabel, QPushButton, QRadioButton

from app.calibration.files import camera_file_text
from app.frames import Face
from app.gui.export.dialog import ExportDialog
from app.gui.kit.number_box import NumberBox
from app.gui.sources.camera_geometry_dialog import CameraGeometryDialog
from app.gui.state.known_cameras import MOST_KNOWN, KnownCamera, known_camera, with_camera
from app.gui.window.main_window import MainWindow
from app.preferences import Preferences, read_preferences, write_preferences
from hopenet.camera_geometry import ON_AXIS, CameraGeometry
from hopenet.perspective import turn_towards
from tests.gui.find import find
from tests.photograph import FACE, astronaut
from tests.turned_camera import seen_turned

Until = Callable[..., None]
WIDE = CameraGeometry.from_field_of_view(90, (900, 600))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two pictures with a face 30° to the right of the camera's axis."""
    towards = CameraGeometry.from_field_of_view(75, (512, 512))
    turn = turn_towards(WIDE.sight((700, 300))) @ turn_towards(towards.sight(FACE.centre)).T
    picture = seen_turned(astronaut(), towards, turn, WIDE)
    folder = tmp_path_factory.mktemp("wide")
    paths = folder / "one.png", folder / "two.png"
    for path in paths:
        cv2.imencode(".png", picture)[1].tofile(path)
    return paths


def face(window: MainWindow) -> Face | None:
    newest = window.studio.live_view.newest
    return newest.analysis.faces[0] if newest is not None and newest.analysis.faces else None


def sight_x(window: MainWindow) -> float:
    shown = face(window)
    return -9.0 if shown is None else shown.sight.x


def yaw(window: MainWindow) -> float:
    shown = face(window)
    assert shown is not None and shown.pose is not None
    return shown.pose.yaw


def dialog_of(window: MainWindow) -> CameraGeometryDialog:
    (dialog,) = (one for one in window.findChildren(CameraGeometryDialog) if one.isVisible())
    return dialog


def accept(dialog: CameraGeometryDialog) -> None:
    find(dialog, QDialogButtonBox, "").button(QDialogButtonBox.StandardButton.Ok).click()


def test_perspective_is_corrected_once_the_field_of_view_is_known_and_only_in_that_source(
    window: MainWindow, pictures: tuple[Path, Path], until: Until
) -> None:
    first, second = map(str, pictures)
    assert not window.action("correct_perspective").isEnabled()
    window.open(first)
    until(lambda: sight_x(window) == 0)
    before = yaw(window)

    window.action("correct_perspective").trigger()
    dialog = dialog_of(window)
    assert find(dialog, QRadioButton, "Horizontal field of view").isChecked()
    assert find(dialog, QCheckBox, "Correct perspective").isChecked()
    find(dialog, NumberBox, "Horizontal field of view in degrees").setValue(90)
    accept(dialog)
    until(lambda: sight_x(window) > 0.4)
    assert yaw(window) - before > 20
    assert window.action("correct_perspective").isChecked()

    window.open(second)
    until(lambda: sight_x(window) == 0)
    assert not window.action("correct_perspective").isChecked()
    window.open(first)
    until(lambda: sight_x(window) > 0.4)
    window.action("correct_perspective").trigger()
    until(lambda: sight_x(window) == 0)
    assert window.studio.live_view.camera == KnownCamera(90)


def test_a_camera_file_is_read_shown_and_remembered(
    window: MainWindow, pictures: tuple[Path, Path], tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = tmp_path / "webcam.yaml"
    camera.write_text(camera_file_text(WIDE.for_size((1800, 1200)), ".yaml", {}))
    monkeypatch.setattr("app.gui.kit.file_dialogs.QFileDialog.getOpenFileName", lambda *_: (str(camera), ""))
    window.open(str(pictures[0]))
    until(lambda: face(window) is not None)

    window.action("camera_geometry").trigger()
    dialog = dialog_of(window)
    find(dialog, QRadioButton, "From a file").setChecked(True)
    assert not find(dialog, QDialogButtonBox, "").button(QDialogButtonBox.StandardButton.Ok).isEnabled()
    find(dialog, QPushButton, "Choose a camera file").click()
    said = "webcam.yaml: 1800×1200 pixels, 90.0° wide, without distortion"
    until(lambda: said in [label.text() for label in dialog.findChildren(QLabel)])
    find(dialog, QCheckBox, "Correct perspective").setChecked(True)
    accept(dialog)

    until(lambda: sight_x(window) > 0.4)
    known = window.studio.live_view.camera
    assert known is not None and known.file == str(camera) and known.geometry == WIDE.for_size((1800, 1200))


def test_forgetting_a_camera_ends_the_correction_there_and_nowhere_else(
    window: MainWindow, pictures: tuple[Path, Path], until: Until
) -> None:
    first, second = map(str, pictures)
    for path in (first, second):
        window.open(path)
        until(lambda: face(window) is not None)
        window.studio.live_view.use_camera(KnownCamera(90), correct=True)
        until(lambda: sight_x(window) > 0.4)

    window.action("camera_geometry").trigger()
    dialog = dialog_of(window)
    assert find(dialog, QRadioButton, "Horizontal field of view").isChecked()
    find(dialog, QRadioButton, "Not known").setChecked(True)
    assert not find(dialog, QCheckBox, "Correct perspective").isEnabled()
    accept(dialog)

    until(lambda: sight_x(window) == 0)
    assert window.studio.live_view.camera is None
    window.open(first)
    until(lambda: sight_x(window) > 0.4)


def test_exports_have_the_camera_of_their_own_video_only(
    window: MainWindow, pictures: tuple[Path, Path], until: Until
) -> None:
    window.open(str(pictures[0]))
    until(lambda: face(window) is not None)
    window.studio.live_view.use_camera(KnownCamera(90), correct=True)
    until(lambda: sight_x(window) > 0.4)
    window.studio.live_view.set_neutral(face(window))

    window.action("export").trigger()
    until(lambda: window.findChild(ExportDialog) is not None)
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    settings = dialog.settings.settings
    assert (settings.field_of_view_deg, settings.correct_perspective) == (90, True)
    assert dialog.settings.for_any_source().settings.field_of_view_deg is None
    assert dialog.settings.reference.neutral is not None
    dialog.analysis.perspective.setChecked(False)
    assert not dialog.settings.settings.correct_perspective and dialog.settings.reference.neutral is None
    dialog.reject()


def test_a_geometry_of_another_shape_is_refused_in_a_notice(
    window: MainWindow, pictures: tuple[Path, Path], until: Until
) -> None:
    window.open(str(pictures[0]))
    until(lambda: face(window) is not None)
    square = KnownCamera(geometry=CameraGeometry.from_field_of_view(60, (500, 500)), file="square.yaml")
    window.studio.live_view.use_camera(square, correct=True)
    until(lambda: "is for pictures of 500×500 pixels" in window.notice.text)
    assert [button.text() for button in window.notice.findChildren(QPushButton)] == ["Camera geometry…"]
    find(window.notice, QPushButton, "Camera geometry").click()
    dialog_of(window).reject()
    window.studio.live_view.use_camera(None, correct=False)
    until(lambda: sight_x(window) == ON_AXIS.x)
    assert not window.notice.isVisible()


def test_why_a_camera_file_cannot_be_used_is_said_in_the_dialog(
    window: MainWindow, pictures: tuple[Path, Path], tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong, right = tmp_path / "wrong.yaml", tmp_path / "right.yaml"
    wrong.write_text("%YAML:1.0\nhello: 3\n")
    right.write_text(camera_file_text(WIDE.for_size((1800, 1200)), ".yaml", {}))
    chosen = [str(wrong), str(right)]
    monkeypatch.setattr("app.gui.kit.file_dialogs.QFileDialog.getOpenFileName", lambda *_: (chosen.pop(0), ""))
    window.open(str(pictures[0]))
    until(lambda: face(window) is not None)
    window.action("camera_geometry").trigger()
    dialog = dialog_of(window)
    problem = find(dialog, QLabel, "warning")
    find(dialog, QPushButton, "Choose a camera file").click()
    until(problem.isVisible)
    assert "wrong.yaml cannot be used" in problem.text() and not window.notice.isVisible()
    assert dialog.height() >= dialog.heightForWidth(dialog.width())
    assert find(dialog, QRadioButton, "Not known").isChecked()

    find(dialog, QPushButton, "Choose a camera file").click()
    until(lambda: find(dialog, QRadioButton, "From a file").isChecked())
    assert not problem.isVisible()
    assert dialog.height() >= dialog.heightForWidth(dialog.width())
    dialog.reject()


def test_cameras_are_kept_in_the_settings_file(tmp_path: Path) -> None:
    bent = CameraGeometry(1280, 720, 900.5, 910.25, 640, 359, (-0.2, 0.05, 0.001))
    kept = with_camera(Preferences(), "camera:0", KnownCamera(geometry=bent, file="a b.yaml"))
    kept = with_camera(kept, "/videos/x.mp4", KnownCamera(71.5))

    write_preferences(kept, tmp_path / "settings.toml")
    read = read_preferences(tmp_path / "settings.toml")

    assert read == kept
    assert known_camera(read, "camera:0") == KnownCamera(geometry=bent, file="a b.yaml")
    assert known_camera(read, "/videos/x.mp4") == KnownCamera(71.5)
    assert known_camera(with_camera(read, "camera:0", None), "camera:0") is None


def test_a_camera_is_the_same_in_each_of_its_modes_and_no_password_is_kept() -> None:
    kept = with_camera(Preferences(), "camera:0?size=1280x720&rate=60", KnownCamera(71.5))
    kept = with_camera(kept, "rtsp://me:secret@192.168.1.20/stream", KnownCamera(100))

    assert known_camera(kept, "camera:0?size=640x360") == known_camera(kept, "camera:0") == KnownCamera(71.5)
    assert known_camera(kept, "camera:1") is None
    assert known_camera(kept, "rtsp://me:secret@192.168.1.20/stream") == KnownCamera(100)
    assert "secret" not in str(kept)


def test_a_camera_that_was_damaged_in_the_settings_file_is_not_known() -> None:
    for numbers in ((), (500.0,), (1.0, 2.0), (1280.0, 720.0, -5.0, 5.0, 1.0, 1.0)):
        assert known_camera(Preferences(cameras=(("camera:0", "", numbers),)), "camera:0") is None


def test_the_oldest_cameras_are_forgotten() -> None:
    kept = Preferences()
    for number in range(MOST_KNOWN + 3):
        kept = with_camera(kept, f"camera:{number}", KnownCamera(60))
    assert len(kept.cameras) == MOST_KNOWN
    assert known_camera(kept, "camera:0") is None and known_camera(kept, f"camera:{MOST_KNOWN}") is not None


def test_a_neutral_pose_counts_only_with_the_correction_that_it_was_set_with(
    window: MainWindow, pictures: tuple[Path, Path], until: Until
) -> None:
    live_view = window.studio.live_view
    window.open(str(pictures[0]))
    until(lambda: face(window) is not None)
    live_view.set_neutral(face(window))
    neutral = live_view.options.reference.neutral
    assert neutral is not None

    live_view.use_camera(KnownCamera(90), correct=False)
    assert live_view.options.reference.neutral == neutral
    live_view.use_camera(KnownCamera(90), correct=True)
    until(lambda: sight_x(window) > 0.4)
    assert live_view.options.reference.neutral is None and "Set it again" in window.notice.text
    live_view.set_neutral(face(window))
    turned = live_view.options.reference.neutral
    assert turned is not None and turned.yaw - neutral.yaw > 20

    window.action("correct_perspective").trigger()
    until(lambda: sight_x(window) == 0)
    assert live_view.options.reference.neutral == neutral and not window.notice.isVisible()
