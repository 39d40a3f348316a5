"""Adds videos to the queue: finds them in folders and reads their properties in a worker, with progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QProgressDialog, QWidget

from app.errors import StudioError
from app.export.export_settings import ToExport
from app.export.finding import FolderContent, content_of, probed, without_repetition
from app.gui.kit.bridge import LatestValue
from app.gui.state.studio import Studio
from app.outputs.collisions import is_folder
from app.threads.signals import Stop

T = TypeVar("T")

_PATIENCE_MS = 400
"""What takes less shows no progress."""


class Adding(QObject):
    """Prepares what the user wants to export, and passes it to `then(videos, note)`, with a sentence to show or "".

    Thread: the GUI's.
    """

    def __init__(self, window: QWidget, studio: Studio, then: Callable[[Sequence[ToExport], str], object]) -> None:
        super().__init__(window)
        self._window = window
        self._studio = studio
        self._then = then

    def add(self, paths: Sequence[Path], *, watch: Callable[[Path], object] | None = None) -> None:
        """Prepares files and folders. With `watch`, a single folder without videos is watched instead."""
        paths = tuple(paths)

        def look(stop: Stop, _progress: Callable[[int], object]) -> tuple[list[FolderContent], list[Path]]:
            folders = [content_of(path, wanted=lambda: not stop.requested) for path in paths if is_folder(path)]
            return folders, [path for path in paths if not is_folder(path)]

        self._run(self.tr("Searching for videos…"), 0, look, lambda result: self._found(*result, paths, watch))

    def _found(
        self,
        folders: Sequence[FolderContent],
        files: Sequence[Path],
        paths: Sequence[Path],
        watch: Callable[[Path], object] | None,
    ) -> None:
        with_videos = [folder for folder in folders if folder.everything]
        others = [folder.folder for folder in folders if not folder.everything]
        if not with_videos:
            if len(paths) == 1 and watch is not None:
                watch(paths[0])
            else:
                self.prepare([*files, *others])  # Folders of pictures.
        elif any(folder.deeper for folder in with_videos) or watch is not None:
            self._ask(with_videos, [*files, *others], watch if len(paths) == 1 else None)
        else:
            self.prepare([*files, *others, *(video for folder in with_videos for video in folder.videos)])

    def _ask(
        self, folders: Sequence[FolderContent], others: Sequence[Path], watch: Callable[[Path], object] | None
    ) -> None:
        """Asks whether to export the videos of folders, with or without those of their subfolders."""
        own = [video for folder in folders for video in folder.videos]
        everything = [video for folder in folders for video in folder.everything]
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        name = folders[0].folder.name if len(folders) == 1 else self.tr("{} folders").format(len(folders))
        deeper = len(everything) - len(own)
        if not own:
            box.setText(self.tr("The folders inside {} have {}.").format(name, self._videos(deeper)))
        elif deeper:
            text = self.tr("{} has {}, and {} more in folders inside it.")
            box.setText(text.format(name, self._videos(len(own)), deeper))
        else:
            box.setText(self.tr("{} has {}.").format(name, self._videos(len(own))))
        copies = sum(folder.copies for folder in folders)
        if copies:
            box.setInformativeText(self.tr("Annotated copies that exports wrote are left out: {}.").format(copies))
        role = QMessageBox.ButtonRole
        for videos, text in ((own, self.tr("&Export {}")), (everything, self.tr("Export &all {}"))):
            if videos and (videos is own or deeper):
                button = box.addButton(text.format(self._videos(len(videos))), role.AcceptRole)
                button.clicked.connect(lambda _checked=False, videos=videos: self.prepare([*others, *videos]))
        if watch is not None and folders[0].has_pictures:
            button = box.addButton(self.tr("&Watch its pictures"), role.ActionRole)
            button.clicked.connect(lambda _checked=False: watch(folders[0].folder))
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.open()

    def prepare(self, paths: Sequence[Path]) -> None:
        """Reads the properties of these files; those that are queued already are left out if there are several."""
        paths = tuple(paths)
        queued = [row.task.source for row in self._studio.queue.rows if not row.is_over] if len(paths) > 1 else []

        def read(stop: Stop, progress: Callable[[int], object]) -> tuple[list[ToExport], int]:
            kept, repeated = without_repetition(paths, queued)
            return list(probed(kept, progress=progress, wanted=lambda: not stop.requested)), repeated

        text = self.tr("Reading {}…").format(self._videos(len(paths)))
        self._run(text, len(paths), read, lambda result: self._prepared(*result))

    def _prepared(self, videos: Sequence[ToExport], repeated: int) -> None:
        if videos:
            left_out = self.tr("Left out, because they are in the queue already: {}.").format(self._videos(repeated))
            self._then(videos, left_out if repeated else "")
        elif repeated:
            box = QMessageBox(self._window)
            box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            box.setIcon(QMessageBox.Icon.Information)
            box.setText(self.tr("All of these videos are in the queue already."))
            box.open()

    def _run(
        self,
        text: str,
        maximum: int,
        work: Callable[[Stop, Callable[[int], object]], T],
        then: Callable[[T], object],
    ) -> None:
        """Runs `work(stop, progress)` in a worker, with a progress dialog if it takes long."""
        stop = Stop()
        dialog = QProgressDialog(text, self.tr("Cancel"), 0, maximum, self._window)
        dialog.setWindowTitle(self.tr("Export"))
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.setMinimumDuration(_PATIENCE_MS)
        dialog.setAutoReset(False)
        dialog.canceled.connect(stop.request)
        done: LatestValue[int] = LatestValue()

        def attempt() -> T | StudioError:
            try:
                return work(stop, done.put)
            except StudioError as error:
                return error

        def end(result: T | StudioError) -> None:
            cancelled = stop.requested
            stop.request()  # A number that is still on its way has no dialog any more.
            dialog.deleteLater()
            if isinstance(result, StudioError):
                self._studio.failed.emit(result)
            elif not cancelled:
                then(result)

        done.on_value(lambda count: None if stop.requested else dialog.setValue(count))
        self._studio.workers.run(attempt, end)

    def _videos(self, count: int) -> str:
        return self.tr("1 video") if count == 1 else self.tr("{} videos").format(count)
