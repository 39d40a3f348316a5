"""Opens the dialogs and the other windows of the program."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from time import perf_counter

import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from app.gui.help.about_dialog import AboutDialog
from app.gui.help.log_viewer import LogViewer
from app.gui.help.shortcuts_dialog import ShortcutsDialog
from app.gui.kit.bridge import GuiCalls
from app.gui.kit.file_dialogs import FileDialogs
from app.gui.kit.plotting import PlottingLibrary
from app.gui.kit.turns import in_turns
from app.gui.sources.detector_settings import DetectorSettingsDialog
from app.gui.sources.source_dialogs import AddressDialog, CameraDialog
from app.gui.state.studio import Studio
from app.gui.window.camera_menu import CameraMenu
from app.gui.window.microphone_menu import MicrophoneMenu
from app.models.loader import Refused
from app.threads.workers import SerialWorker
from app.video.camera import Camera
from app.video.cameras import cameras
from hopenet.snapshots import SUFFIXES

_SESSION_VIEWER = "app.gui.session.viewer"
_PAINTED_S = 0.3


class Dialogs(QObject):
    """Opens each window once: opened again, it comes to the front.

    Thread: the GUI's. Cameras are searched for in a worker.
    """

    def __init__(self, window: QWidget, studio: Studio, files: FileDialogs) -> None:
        super().__init__(window)
        self._window = window
        self._studio = studio
        self._files = files
        self._gui_calls = GuiCalls()  # Without a parent, because a search may end after the window is gone.
        self._camera_search = SerialWorker("cameras")
        self._windows: dict[str, QWidget] = {}
        self._opening: dict[str, Generator[None, None, None]] = {}
        """The steps of the sessions whose windows are being made."""

    # Sources

    def open_camera(self) -> None:
        dialog = CameraDialog(self._window)
        dialog.search_requested.connect(lambda: self._search_cameras(dialog))
        self._show_dialog(dialog, lambda: self._studio.live_view.open(dialog.address))
        self._search_cameras(dialog)

    def search_cameras(self, menu: CameraMenu) -> None:
        """Shows the cameras of this machine in a menu."""

        def show(found: Sequence[Camera]) -> None:
            if shiboken6.isValid(menu):
                menu.show_cameras(found)

        self._camera_search.submit(lambda: self._gui_calls.post(partial(show, cameras())))

    def search_microphones(self, menu: MicrophoneMenu) -> None:
        """Shows the microphones of this machine in a menu."""

        def show(found: Sequence[str]) -> None:
            if shiboken6.isValid(menu):
                menu.show_microphones(found)

        def search() -> None:
            from app.gui.state.microphone import microphones

            self._gui_calls.post(partial(show, microphones()))

        self._camera_search.submit(search)

    def open_address(self) -> None:
        dialog = AddressDialog(self._studio.preferences.current.recent, self._window)
        self._show_dialog(dialog, lambda: self._studio.live_view.open(dialog.address))

    # Snapshot and detector

    def add_snapshot(self) -> None:
        filters = self.tr("Snapshots ({})").format(" ".join(f"*{suffix}" for suffix in SUFFIXES))
        path = self._files.open_file(self.tr("Add snapshot"), filters, remember=False)
        if path is not None:
            self._studio.models.add_snapshot(path)

    def import_model(self, refused: Refused) -> None:
        """Asks for the file of a model that could not be downloaded."""
        path = self._files.open_file(self.tr("Add model file"), self.tr("All files (*)"), remember=False)
        if path is not None:
            self._studio.models.import_model(path, refused)

    def choose_boxes(self) -> None:
        filters = self.tr("Box files (*.txt *.csv);;All files (*)")
        path = self._files.open_file(self.tr("Choose box file"), filters, remember=False)
        if path is not None:
            self._studio.models.choose_detector("boxes", path)

    def show_detector_settings(self) -> None:
        dialog = DetectorSettingsDialog(self._studio.models.choice, self._window)
        self._show_dialog(
            dialog,
            lambda: self._studio.models.choose(dialog.applied(self._studio.models.choice)),
        )

    # Other windows

    def open_session(self, video: Path | None = None, table: Path | None = None, compared: Path | None = None) -> None:
        """Opens a session viewer with these files, or an empty one. Each session has a window of its own.

        `compared`: a second table of the video.
        """
        tables = [path for path in (table, compared) if path is not None]
        name = " ".join(["session", *(str(path) for path in (video, *tables) if path is not None)])
        if name in self._windows:
            _bring_to_front(self._windows[name])
        elif name not in self._opening:
            steps = self._session_steps(name, video, tables)
            self._opening[name] = steps
            PlottingLibrary(self, _SESSION_VIEWER).request(lambda: in_turns(self, steps))

    def show_shortcuts(self, rows: list[tuple[str, str, str]]) -> None:
        self._show("shortcuts", lambda: ShortcutsDialog(rows, self._window))

    def show_preferences(self, menus: Mapping[str, QMenu]) -> None:
        """`menus`: those of snapshot, detector and device, by these names."""
        from app.gui.preferences.dialog import PreferencesDialog  # Imported when wanted, for the sake of the start.

        if self._window.findChild(PreferencesDialog) is None:
            dialog = PreferencesDialog(self._studio, menus, self._window)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.meaning_wanted.connect(self.show_numbers)
            dialog.open()

    def show_live_outputs(self) -> None:
        from app.gui.live_outputs.dialog import LiveOutputsDialog

        self._show("live outputs", lambda: LiveOutputsDialog(self._studio, self._window))

    def show_numbers(self) -> None:
        from app.gui.guide.numbers_dialog import NumbersDialog

        self._show("numbers", lambda: NumbersDialog(self._studio, self._window))

    def show_log(self) -> None:
        self._show("log", lambda: LogViewer(asdict(self._studio.preferences.current)))

    def show_check(self) -> None:
        from app.gui.help.check_dialog import CheckDialog

        self._show("check", lambda: CheckDialog(self._files, self._window))

    def show_about(self) -> None:
        self._show("about", lambda: AboutDialog(self._window))

    def close_all(self) -> None:
        """Closes every window, without asking whether to save. May be called twice."""
        for steps in list(self._opening.values()):
            steps.close()
        self._opening.clear()
        for window in list(self._windows.values()):
            close_now = getattr(window, "close_now", window.close)  # A session viewer's `close` may ask.
            close_now()
        self._camera_search.close(drop=True, wait=False)
        self._gui_calls.close()

    def _show_dialog(self, dialog: QDialog, accepted: Callable[[], object]) -> None:
        """Shows a dialog without blocking; `accepted` is called if the user accepts it."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(accepted)
        dialog.open()

    def _search_cameras(self, dialog: CameraDialog) -> None:
        dialog.show_searching()
        still_open = [dialog]
        dialog.destroyed.connect(still_open.clear)

        def show(found: object) -> None:
            if still_open:
                still_open[0].show_cameras(found)  # type: ignore[arg-type]

        self._camera_search.submit(lambda: self._gui_calls.post(partial(show, cameras())))

    def _show(self, name: str, make: Callable[[], QWidget]) -> None:
        window = self._windows.get(name)
        if window is None:
            window = make()
            window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            window.destroyed.connect(partial(self._forget, name, id(window)))
            self._windows[name] = window
        _bring_to_front(window)

    def _session_steps(self, name: str, video: Path | None, tables: Sequence[Path]) -> Generator[None, None, None]:
        from app.gui.session.viewer import SessionViewer  # It needs pyqtgraph, which delays the main window.

        viewer = SessionViewer(at_once=False)
        try:
            yield from viewer.building
            self._show(name, lambda: viewer)
            yield from _until_painted(viewer)  # Before threads compete with it.
            if name in self._windows and not viewer.model.closed:
                viewer.open(video, tables)
        finally:
            self._opening.pop(name, None)
            if name not in self._windows:
                viewer.model.close()
                viewer.deleteLater()

    def _forget(self, name: str, which: int) -> None:
        if name in self._windows and id(self._windows[name]) == which:
            del self._windows[name]


def _until_painted(window: QWidget) -> Iterator[None]:
    """Takes turns until the window system has the window's picture. One that stays hidden is not waited for long."""
    until_s = perf_counter() + _PAINTED_S
    while perf_counter() < until_s and shiboken6.isValid(window):
        handle = window.windowHandle()
        if handle is not None and handle.isExposed():
            return
        yield


def _bring_to_front(window: QWidget) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
