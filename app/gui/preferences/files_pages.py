"""The pages of the preferences dialog about files: where they go by default, and where the program keeps its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import shiboken6
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app import logs
from app.gui.kit.folders import show_in_folder
from app.gui.kit.path_edit import PathEdit
from app.gui.preferences.page import Page
from app.gui.state.studio import Studio
from app.outputs.collisions import is_folder
from app.preferences import Preferences, preferences_path
from app.weights import ModelStore


class FilesPage(Page):
    """Folders of what is written, recent videos, and what is asked."""

    fields = ("export_folder", "recording_folder", "picture_folder", "ask_before_closing")

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, "")
        self.title = self.tr("Files")
        beside, last = self.tr("beside the video"), self.tr("where you last saved something")
        rows = (
            ("export_folder", self.tr("Exports"), beside),
            ("recording_folder", self.tr("Recordings"), last),
            ("picture_folder", self.tr("Pictures"), last),
        )
        self._folders: dict[str, PathEdit] = {}
        form = QFormLayout()
        for name, title, otherwise in rows:
            edit = PathEdit(title, self.tr("Choose folder"), folder=True)
            edit.edit.setPlaceholderText(otherwise)
            edit.edit.setClearButtonEnabled(True)
            edit.choose.setAutoDefault(False)
            edit.edit.textChanged.connect(partial(self._change_folder, name))
            self._folders[name] = edit
            form.addRow(title, edit)
        self._problem = QLabel(wordWrap=True)
        self._problem.setObjectName("quiet")
        self._recent = QLabel()
        clear = self._clear = QPushButton(self.tr("&Clear"))
        clear.setAutoDefault(False)
        clear.setAccessibleName(self.tr("Clear the list of recent sources"))
        clear.clicked.connect(lambda: studio.preferences.change(recent=()))
        row = QHBoxLayout()
        row.addWidget(self._recent, 1)
        row.addWidget(clear)
        self._ask = QCheckBox(self.tr("&Ask before closing while exports are unfinished"))
        self._ask.setToolTip(self.tr("Without a question, they continue at the next start"))
        self._ask.clicked.connect(lambda ask: studio.preferences.change(ask_before_closing=ask))
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self._problem)
        column.addLayout(row)
        column.addWidget(self._ask)
        column.addStretch(1)

    def show_preferences(self, preferences: Preferences) -> None:
        for name, edit in self._folders.items():
            folder = getattr(preferences, name) or ""
            if edit.text != folder:
                edit.edit.blockSignals(True)
                edit.edit.setText(folder)
                edit.edit.blockSignals(False)
        self._problem.setVisible(bool(self._problem.text()))
        self._recent.setText(self.tr("Recent videos and other sources: {}").format(len(preferences.recent)))
        self._clear.setEnabled(bool(preferences.recent))
        self._ask.setChecked(preferences.ask_before_closing)

    def _change_folder(self, name: str, text: str) -> None:
        """Takes a folder that is there. While its path is being typed, the one before stays."""
        folder = text.strip()
        is_there = not folder or is_folder(Path(folder))
        self._problem.setText("" if is_there else self.tr("There is no folder {}.").format(folder))
        self._problem.setVisible(not is_there)
        if is_there:
            self.studio.preferences.change(**{name: folder or None})


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file or folder of the program's own. `size_bytes` is 0 if it is not there."""

    path: Path
    size_bytes: int


class StoragePage(Page):
    """Where the settings, the models and the log are, and how large they are."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, "")
        self.title = self.tr("Storage")
        titles = {"settings": self.tr("Settings"), "models": self.tr("Downloaded models"), "log": self.tr("Log")}
        self._labels: dict[str, QLabel] = {}
        self._shows: dict[str, QPushButton] = {}
        column = QVBoxLayout(self)
        for name, title in titles.items():
            label = self._labels[name] = QLabel(wordWrap=True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setAccessibleName(title)
            button = self._shows[name] = QPushButton(self.tr("Show in folder"))
            button.setAutoDefault(False)
            button.setAccessibleName(self.tr("{}: show in folder").format(title))
            head = QLabel(title)
            head.setObjectName("sectionTitle")
            column.addWidget(head)
            row = QHBoxLayout()
            row.addWidget(label, 1)
            row.addWidget(button)
            column.addLayout(row)
        column.addStretch(1)
        studio.workers.run(_look, self._show_kept)

    def show_preferences(self, preferences: Preferences) -> None:
        """Nothing here can be changed."""

    def _show_kept(self, kept: dict[str, _Kept]) -> None:
        if not shiboken6.isValid(self):
            return  # Closed before the worker was done.
        for name, one in kept.items():
            size = QLocale.c().formattedDataSize(one.size_bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
            empty = self.tr("empty")
            self._labels[name].setText(f"{one.path}\n{size if one.size_bytes else empty}")
            self._shows[name].clicked.connect(partial(_show, one.path, self))


def _show(path: Path, parent: QWidget, _checked: bool = False) -> None:
    show_in_folder(path, parent)


def _look() -> dict[str, _Kept]:
    places = {"settings": preferences_path(), "models": ModelStore.standard().folder, "log": logs.log_folder()}
    return {name: _Kept(path, _size_of(path)) for name, path in places.items()}


def _size_of(path: Path) -> int:
    """Of a file, or of all files in a folder; those that vanish meanwhile do not count."""
    total = 0
    for one in [path, *(path.rglob("*") if is_folder(path) else ())]:
        try:
            total += one.stat().st_size if one.is_file() else 0
        except OSError:
            continue
    return total
