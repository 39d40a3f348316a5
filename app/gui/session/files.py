"""Asks which files to open, where to save, and what to do with unsaved changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.gui.session.model import SessionModel
from app.outputs.tables import FORMATS, READABLE_SUFFIXES
from app.session.belonging import RECORD_SUFFIX


class SessionFiles(QObject):
    """The file dialogs of a session viewer, and its question about changes that cannot be saved."""

    def __init__(self, window: QWidget, model: SessionModel) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._question: QMessageBox | None = None

    def choose_video(self, then: Callable[[Path], None]) -> None:
        self._choose(self.tr("Open video"), self.tr("All files (*)"), then)

    def choose_table(self, then: Callable[[Path], None]) -> None:
        filters = self.tr("Pose tables and records ({})").format(_patterns((*READABLE_SUFFIXES, RECORD_SUFFIX)))
        self._choose(self.tr("Open pose table"), filters, then)

    def choose_second_table(self) -> None:
        self._choose(self.tr("Compare with pose table"), self._table_filter(), self._model.compare_with)

    def save_filtered(self) -> None:
        self._save_table("filtered", self._model.saving.filtered)

    def save_table(self) -> None:
        self._save_table("faces", self._model.saving.table)

    def save_plot(self) -> None:
        self._save("plot", ".png", self.tr("Pictures (*.png *.svg)"), self._model.saving.plot)

    def save_statistics(self) -> None:
        self._save("statistics", ".csv", self.tr("Comma-separated values (*.csv)"), self._model.saving.statistics)

    def save_attention(self) -> None:
        self._save("attention", ".csv", self.tr("Comma-separated values (*.csv)"), self._model.attention.save)

    def load_targets(self) -> None:
        self._choose(self.tr("Load targets"), self.tr("Targets (*.json)"), self._model.attention.load)

    def save_targets(self) -> None:
        self._save("targets-copy", ".json", self.tr("Targets (*.json)"), self._model.attention.save_targets)

    def when_saved(self, call: Callable[[], object]) -> None:
        """Calls `call` when all changes are saved. If they cannot be, it asks what to do."""
        if self._question is not None:
            self._question.raise_()
        elif self._model.unsaved:
            self._model.editing.save(call, partial(self._ask, call))
        else:
            call()

    def _ask(self, call: Callable[[], object]) -> None:
        if self._question is not None:
            return
        button = QMessageBox.StandardButton
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Your last changes are not saved. Save them anyway?"))
        box.setInformativeText(
            self.tr("Files that another program changed are kept under another name. Otherwise your changes are lost.")
        )
        box.setStandardButtons(button.Save | button.Discard | button.Cancel)
        box.setDefaultButton(button.Save)
        box.finished.connect(partial(self._answered, call))
        self._question = box
        box.open()

    def _answered(self, call: Callable[[], object], answer: int) -> None:
        box, self._question = self._question, None
        if box is not None:
            box.deleteLater()
        if answer == QMessageBox.StandardButton.Save:
            self._model.editing.save(call, anyway=True)
        elif answer == QMessageBox.StandardButton.Discard:
            call()

    def _choose(self, title: str, filters: str, then: Callable[[Path], None]) -> None:
        path, _ = QFileDialog.getOpenFileName(self._window, title, self._folder(), filters)
        if path:
            then(Path(path))

    def _save(self, content: str, suffix: str, filters: str, then: Callable[[Path], None]) -> None:
        first = self._model.session.first
        if first is None:
            return
        proposed = first.path.with_name(f"{first.path.stem}-{content}{suffix}")
        chosen, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save as"), str(proposed), filters)
        if chosen:
            path = Path(chosen)
            then(path if path.suffix else path.with_suffix(suffix))

    def _save_table(self, content: str, then: Callable[[Path, str | None], None]) -> None:
        first = self._model.session.first
        if first is None:
            return
        suffix = first.path.suffix
        own = {f"{known.title} (*{known.suffix or '.csv'})": known for known in FORMATS}
        kinds = sorted(own, key=lambda text: own[text].suffix != suffix)
        proposed = first.path.with_name(f"{first.path.stem}-{content}{suffix}")
        chosen, kind = QFileDialog.getSaveFileName(self._window, self.tr("Save as"), str(proposed), ";;".join(kinds))
        if chosen:
            path = Path(chosen)
            # Formats without an extension of their own are chosen by name; the others by the extension that was typed.
            format_name = own[kind].name if kind in own and own[kind].suffix is None else None
            wanted = (own[kind].suffix or ".csv") if kind in own else suffix
            then(path if path.suffix else path.with_suffix(wanted), format_name)

    def _table_filter(self) -> str:
        return self.tr("Pose tables ({})").format(_patterns(READABLE_SUFFIXES))

    def _folder(self) -> str:
        first, video = self._model.session.first, self._model.video
        opened = first.path if first is not None else video.path if video is not None else None
        return str(opened.parent) if opened is not None else ""


def _patterns(suffixes: Sequence[str]) -> str:
    return " ".join(f"*{suffix}" for suffix in suffixes)
