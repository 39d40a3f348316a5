"""Opens the dialogs and the other windows, and hands on what is chosen in them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from app.gui.help.about_dialog import AboutDialog
from app.gui.help.log_viewer import LogViewer
from app.gui.help.shortcuts_dialog import ShortcutsDialog
from app.gui.kit.bridge import GuiCalls
from app.gui.sources.limits_dialog import LimitsDialog
from app.gui.sources.source_dialogs import AddressDialog, CameraDialog
from app.gui.state.live_view import LiveView
from app.video.cameras import cameras
from app.video.pictures import PICTURE_SUFFIXES
from hopenet.snapshots import SUFFIXES

VIDEOS = "*.mp4 *.mov *.m4v *.mkv *.avi *.webm *.mpg *.mpeg *.ts *.mts *.wmv *.flv *.ogv"


class Dialogs(QObject):
    """One of each at most: asked for again, the one that is open comes to the front."""

    def __init__(self, window: QWidget, live_view: LiveView) -> None:
        super().__init__(window)
        self._window = window
        self._live_view = live_view
        self._gui_calls = GuiCalls(self)
        self._search = ThreadPoolExecutor(1, thread_name_prefix="cameras")
        self._open: dict[str, QWidget] = {}

    # Sources

    def open_video(self) -> None:
        pictures = " ".join(f"*{suffix}" for suffix in sorted(PICTURE_SUFFIXES))
        filters = ";;".join(
            (
                self.tr("Videos and pictures ({})").format(f"{VIDEOS} {pictures}"),
                self.tr("All files (*)"),
            )
        )
        path, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open video or picture"), self.folder, filters)
        if path:
            self.keep_folder(Path(path).parent)
            self._live_view.open(path)

    def open_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self._window, self.tr("Open folder of pictures"), self.folder)
        if path:
            self.keep_folder(Path(path))
            self._live_view.open(path)

    def open_camera(self) -> None:
        dialog = CameraDialog(self._window)
        dialog.look_again.connect(lambda: self._look_for_cameras(dialog))
        self._ask(dialog, lambda: self._live_view.open(dialog.address))
        self._look_for_cameras(dialog)

    def open_address(self) -> None:
        dialog = AddressDialog(self._live_view.preferences.recent, self._window)
        self._ask(dialog, lambda: self._live_view.open(dialog.address))

    # Parts

    def add_snapshot(self) -> None:
        kinds = self.tr("Snapshots ({})").format(" ".join(f"*{suffix}" for suffix in SUFFIXES))
        path, _ = QFileDialog.getOpenFileName(self._window, self.tr("Add snapshot"), self.folder, kinds)
        if path:
            self._live_view.add_snapshot(Path(path))

    def choose_boxes(self) -> None:
        texts = self.tr("Box files (*.txt *.csv);;All files (*)")
        path, _ = QFileDialog.getOpenFileName(self._window, self.tr("Choose box file"), self.folder, texts)
        if path:
            self._live_view.choose_detector("boxes", Path(path))

    def limit_detector(self) -> None:
        dialog = LimitsDialog(self._live_view.preferences, self._window)
        self._ask(
            dialog,
            lambda: self._live_view.limit_detector(
                minimum_score=dialog.minimum_score,
                largest_faces=dialog.largest_faces,
                tiles=dialog.tiles,
                detect_every=dialog.detect_every,
            ),
        )

    # Other windows

    def open_session(self, video: Path | None = None, table: Path | None = None) -> None:
        self._show("session", lambda: _session_viewer(video, table), new=video is not None)

    def show_shortcuts(self, rows: list[tuple[str, str, str]]) -> None:
        self._show("shortcuts", lambda: ShortcutsDialog(rows, self._window))

    def show_log(self) -> None:
        self._show("log", self._make_log)

    def _make_log(self) -> LogViewer:
        viewer = LogViewer()
        viewer.settings = asdict(self._live_view.preferences)
        return viewer

    def show_about(self) -> None:
        self._show("about", lambda: AboutDialog(self._window))

    def close_all(self) -> None:
        for window in list(self._open.values()):
            close_now = getattr(window, "close_now", window.close)  # Without asking, where a window would ask.
            close_now()
        self._search.shutdown(wait=False, cancel_futures=True)

    @property
    def folder(self) -> str:
        return self._live_view.preferences.folder or ""

    def keep_folder(self, folder: Path) -> None:
        self._live_view.change_preferences(replace(self._live_view.preferences, folder=str(folder)))

    def _ask(self, dialog: QDialog, accepted: Callable[[], object]) -> None:
        """Shows a dialog without stopping anything behind it."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(accepted)
        dialog.open()

    def _look_for_cameras(self, dialog: CameraDialog) -> None:
        dialog.show_searching()
        alive = [dialog]
        dialog.destroyed.connect(alive.clear)

        def tell(found: object) -> None:
            if alive:
                alive[0].show_cameras(found)  # type: ignore[arg-type]

        self._search.submit(lambda: self._gui_calls.post(partial(tell, cameras())))

    def _show(self, name: str, make: Callable[[], QWidget], *, new: bool = False) -> None:
        window = self._open.get(name)
        if window is not None and new:
            window.close()
            window = None
        if window is None:
            window = make()
            window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            window.destroyed.connect(partial(self._forget, name, id(window)))
            self._open[name] = window
        window.show()
        window.raise_()
        window.activateWindow()

    def _forget(self, name: str, which: int) -> None:
        if name in self._open and id(self._open[name]) == which:
            del self._open[name]


def _session_viewer(video: Path | None, table: Path | None) -> QWidget:
    from app.gui.session.viewer import SessionViewer  # With pyqtgraph, which the first sight of the window need not.

    return SessionViewer(video, [table] if table is not None else [])
