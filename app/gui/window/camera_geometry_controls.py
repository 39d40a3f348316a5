"""Connects the actions for the camera's geometry and the correction of perspective."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.errors import StudioError, UsageError
from app.gui.kit.action_table import ActionTable
from app.gui.kit.file_dialogs import FileDialogs
from app.gui.kit.notice import Notice
from app.gui.sources.camera_geometry_dialog import CameraGeometryDialog
from app.gui.state.known_cameras import KnownCamera
from app.gui.state.studio import Studio
from app.threads.failures import without_traceback
from app.watch.listener import WatcherState
from hopenet.camera_geometry import CameraGeometry

_TOPIC = "camera geometry"


class CameraGeometryControls(QObject):
    """Thread: the GUI's."""

    def __init__(
        self, window: QWidget, studio: Studio, actions: ActionTable, files: FileDialogs, notice: Notice
    ) -> None:
        super().__init__(window)
        self._window, self._studio, self._actions, self._files = window, studio, actions, files
        self._notice = notice
        self._dialog: CameraGeometryDialog | None = None
        self._refused: tuple[str, KnownCamera | None] | None = None
        """The source, and its camera, that the message above the picture is about."""
        actions.connect_calls({"camera_geometry": partial(self._ask, correct=None)})
        actions["correct_perspective"].triggered.connect(self._switch)
        studio.preferences.changed.connect(lambda _preferences: self._show())
        studio.live_view.state_changed.connect(self._show_watcher)
        studio.live_view.models_failed.connect(self._show_failure)
        self._show()

    def _show_watcher(self, _state: WatcherState) -> None:
        self._show()

    def _show(self) -> None:
        live_view = self._studio.live_view
        is_open = live_view.state.status != "empty"
        for name in ("camera_geometry", "correct_perspective"):
            self._actions[name].setEnabled(is_open)
        self._actions["correct_perspective"].setChecked(is_open and live_view.settings.correct_perspective)
        if self._refused is not None and self._refused != (live_view.address, live_view.camera):
            self._refused = None
            self._notice.dismiss_topic(_TOPIC)

    def _show_failure(self, error: StudioError) -> None:
        """Says that the geometry is not for pictures of this source."""
        live_view = self._studio.live_view
        if isinstance(error, UsageError) and live_view.camera is not None:
            self._refused = live_view.address, live_view.camera
            self._notice.say(
                str(error), [(self.tr("Camera geometry…"), self._actions["camera_geometry"].trigger)], topic=_TOPIC
            )

    def _switch(self, switched_on: bool) -> None:
        live_view = self._studio.live_view
        if switched_on and live_view.camera is None:
            self._show()
            self._ask(correct=True)
        else:
            live_view.use_camera(live_view.camera, correct=switched_on)

    def _ask(self, *, correct: bool | None) -> None:
        """`correct`: what is proposed; None: as it is."""
        live_view = self._studio.live_view
        if live_view.state.status == "empty" or self._dialog is not None:
            return
        dialog = CameraGeometryDialog(live_view.state.title, self._window)
        known = live_view.camera or KnownCamera()
        shown = live_view.settings.correct_perspective if correct is None else correct
        dialog.show_camera(known.field_of_view_deg, known.geometry, known.file, correct=shown)
        if correct and live_view.camera is None:
            dialog.propose_field_of_view()
        dialog.file_wanted.connect(self._choose_file)
        dialog.accepted.connect(partial(self._use, dialog, live_view.address))
        dialog.finished.connect(self._forget)
        self._dialog = dialog
        dialog.open()

    def _choose_file(self) -> None:
        path = self._files.open_file(
            self.tr("Choose a camera file"), self.tr("Camera files (*.yaml *.yml *.json *.xml);;All files (*)")
        )
        if path is not None:
            self._studio.workers.run(partial(_read, path), partial(self._show_file, path))

    def _show_file(self, path: Path, read: CameraGeometry | StudioError) -> None:
        if self._dialog is None:
            return
        if isinstance(read, StudioError):
            self._dialog.show_problem(read.message)
        else:
            self._dialog.show_file(read, str(path))

    def _use(self, dialog: CameraGeometryDialog, address: str) -> None:
        camera = KnownCamera(dialog.field_of_view_deg, dialog.camera, dialog.file)
        is_known = camera.field_of_view_deg is not None or camera.geometry is not None
        # Forgetting one camera does not switch the correction off where others are known.
        correct = dialog.corrects if is_known else self._studio.preferences.current.correct_perspective
        self._studio.live_view.use_camera(camera if is_known else None, correct=correct, address=address)

    def _forget(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
        self._dialog = None


def _read(path: Path) -> CameraGeometry | StudioError:
    """The geometry in a file, or why there is none: it is told in the dialog, which covers the window."""
    from app.calibration.files import read_camera_geometry

    try:
        return read_camera_geometry(path)
    except StudioError as error:
        return without_traceback(error)
