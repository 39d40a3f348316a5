"""Asks which files to open and how to name what is saved, and before changes would be lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.gui.session.model import SessionModel

TABLE_SUFFIXES = (".csv", ".jsonl", ".parquet")


class SessionFiles(QObject):
    """The questions of a session viewer."""

    def __init__(self, window: QWidget, model: SessionModel) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._asking: QMessageBox | None = None

    @property
    def asking(self) -> QMessageBox | None:
        """The question that is open."""
        return self._asking

    def choose_video(self, then: Callable[[Path], None]) -> None:
        self._choose(self.tr("Open video"), self.tr("All files (*)"), then)

    def choose_table(self, then: Callable[[Path], None]) -> None:
        self._choose(self.tr("Open table"), self._tables(), then)

    def choose_second(self) -> None:
        self._choose(self.tr("Compare with table"), self._tables(), self._model.compare_with)

    def name_filtered(self) -> None:
        first = self._model.session.first
        self._name(
            "filtered", first.path.suffix if first is not None else "", self._tables(), self._model.save_filtered
        )

    def name_plot(self) -> None:
        self._name("plot", ".png", self.tr("Pictures (*.png *.svg)"), self._model.save_plot)

    def name_figures(self) -> None:
        self._name("statistics", ".csv", self.tr("Comma-separated (*.csv)"), self._model.save_figures)

    def when_settled(self, call: Callable[[], object]) -> None:
        """Does it, after asking where exclusions would be lost."""
        if not self._model.unsaved:
            call()
            return
        if self._asking is not None:
            self._asking.raise_()
            return
        button = QMessageBox.StandardButton
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Save the excluded ranges beside the table?"))
        box.setInformativeText(self.tr("They were changed since they were last saved."))
        box.setStandardButtons(button.Save | button.Discard | button.Cancel)
        box.setDefaultButton(button.Save)
        box.finished.connect(partial(self._settle, call))
        self._asking = box
        box.open()

    def _settle(self, call: Callable[[], object], answer: int) -> None:
        box, self._asking = self._asking, None
        if box is not None:
            box.deleteLater()
        if answer == QMessageBox.StandardButton.Save:
            self._model.save_exclusions(then=call)
        elif answer == QMessageBox.StandardButton.Discard:
            call()

    def _choose(self, title: str, kinds: str, then: Callable[[Path], None]) -> None:
        path, _ = QFileDialog.getOpenFileName(self._window, title, self._folder(), kinds)
        if path:
            then(Path(path))

    def _name(self, what: str, suffix: str, kinds: str, then: Callable[[Path], None]) -> None:
        first = self._model.session.first
        if first is None:
            return
        proposed = first.path.with_name(f"{first.path.stem}-{what}{suffix}")
        named, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save as"), str(proposed), kinds)
        if named:
            path = Path(named)
            then(path if path.suffix else path.with_suffix(suffix))

    def _tables(self) -> str:
        return self.tr("Pose tables ({})").format(" ".join(f"*{suffix}" for suffix in TABLE_SUFFIXES))

    def _folder(self) -> str:
        first, video = self._model.session.first, self._model.video
        known = first.path if first is not None else video.path if video is not None else None
        return str(known.parent) if known is not None else ""
