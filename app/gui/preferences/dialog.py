"""The dialog for everything that the window remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.gui.kit import theme
from app.gui.kit.tall_area import TallArea
from app.gui.preferences.files_pages import FilesPage, StoragePage
from app.gui.preferences.page import Page
from app.gui.preferences.pages import AnglesPage, AppearancePage, ModelsPage
from app.gui.state.studio import Studio
from app.preferences import Preferences

_SIZE = 640, 560
_OTHERS = ("choice", "layout", "folder", "added_snapshots")
"""Fields that Cancel does not put back as they were: the choice of models has its own way, and the others are not
preferences."""


class PreferencesDialog(QDialog):
    """Applies every change at once, so that its effect is seen. Cancel puts back what was there when it opened.

    It holds no values of its own: its pages show those of the preference store, whoever changes them.
    """

    meaning_wanted = Signal()
    """The user wants to read what the numbers mean."""

    def __init__(self, studio: Studio, menus: Mapping[str, QMenu], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Preferences"))
        self._studio = studio
        self._before = studio.preferences.current
        angles = AnglesPage(studio)
        angles.meaning_wanted.connect(self.meaning_wanted)
        self._pages: tuple[Page, ...] = (
            AppearancePage(studio),
            angles,
            ModelsPage(studio, menus),
            FilesPage(studio),
            StoragePage(studio),
        )
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Pages"))
        self._list.addItems([page.title for page in self._pages])
        self._list.setFixedWidth(150)
        self._stack = QStackedWidget()
        for page in self._pages:
            self._stack.addWidget(_scrolling(page))
        self._list.currentRowChanged.connect(self._show_page)
        kind = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(kind.Ok | kind.Cancel | kind.RestoreDefaults)
        self._buttons.button(kind.RestoreDefaults).clicked.connect(self._restore_defaults)
        self._buttons.button(kind.RestoreDefaults).setToolTip(self.tr("Restores the defaults of this page"))
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self._list)
        row.addWidget(self._stack, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(row, 1)
        layout.addWidget(self._buttons)
        room = self.screen().availableSize() - theme.FRAME
        self.resize(min(_SIZE[0], room.width()), min(_SIZE[1], room.height()))
        studio.preferences.changed.connect(self._show)
        self._show(self._before)
        self._list.setCurrentRow(0)

    def reject(self) -> None:
        """Closes the dialog, with everything as it was before."""
        before = {field.name: getattr(self._before, field.name) for field in fields(self._before)}
        self._studio.preferences.change(**{name: value for name, value in before.items() if name not in _OTHERS})
        self._studio.models.choose(self._before.choice)
        super().reject()

    def _show(self, preferences: Preferences) -> None:
        for page in self._pages:
            page.show_preferences(preferences)

    def _show_page(self, row: int) -> None:
        self._stack.setCurrentIndex(row)
        page = self._pages[row]
        button = self._buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults)
        button.setEnabled(not isinstance(page, StoragePage))

    def _restore_defaults(self) -> None:
        self._pages[self._list.currentRow()].restore_defaults()


def _scrolling(page: Page) -> TallArea:
    area = TallArea(page)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
