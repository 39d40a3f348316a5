"""Asks for files and folders, starting in the folder that was used last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

VIDEOS = (
    "*.mp4 *.mov *.m4v *.mkv *.avi *.webm *.mpg *.mpeg *.ts *.mts *.m2ts *.wmv *.flv *.ogv *.3gp *.3g2 *.mxf *.vob "
    "*.dv *.gif *.apng"
)
"""File name patterns of videos. FFmpeg reads more: “All files” offers the rest."""


class FileDialogs:
    """The file dialogs of a window. Each returns None, or an empty list, if the user cancels it.

    `folder` returns the folder to start in, None for the system's choice; `remember_folder` receives the folder of what
    was chosen.
    """

    def __init__(
        self, window: QWidget, folder: Callable[[], str | None], remember_folder: Callable[[Path], object]
    ) -> None:
        self._window = window
        self._folder = folder
        self._remember_folder = remember_folder

    def open_file(self, title: str, filters: str, *, remember: bool = True) -> Path | None:
        path, _ = QFileDialog.getOpenFileName(self._window, title, self._start, filters)
        return self._chosen(path, remember=remember)

    def open_files(self, title: str, filters: str) -> list[Path]:
        paths, _ = QFileDialog.getOpenFileNames(self._window, title, self._start, filters)
        if paths:
            self._remember_folder(Path(paths[0]).parent)
        return [Path(path) for path in paths]

    def open_folder(self, title: str) -> Path | None:
        path = QFileDialog.getExistingDirectory(self._window, title, self._start)
        if path:
            self._remember_folder(Path(path))
        return Path(path) if path else None

    def save_file(
        self,
        title: str,
        name: str,
        filters: str,
        *,
        suffix: str,
        confirm_overwrite: bool = True,
        folder: str | None = None,
    ) -> Path | None:
        """`name` is the proposed file name, or path; `suffix` is added to a name without one. `folder`: where to start
        instead of the folder that was used last, which it then does not become."""
        option = QFileDialog.Option(0) if confirm_overwrite else QFileDialog.Option.DontConfirmOverwrite
        proposed = str(Path(folder or self._start) / name)
        path, _ = QFileDialog.getSaveFileName(self._window, title, proposed, filters, options=option)
        chosen = self._chosen(path, remember=folder is None)
        return chosen if chosen is None or chosen.suffix else chosen.with_suffix(suffix)

    @property
    def _start(self) -> str:
        return self._folder() or ""

    def _chosen(self, path: str, *, remember: bool) -> Path | None:
        if not path:
            return None
        if remember:
            self._remember_folder(Path(path).parent)
        return Path(path)
