"""An input field for the path of a file or folder."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.gui.kit import theme


class PathEdit(QWidget):
    """A path that can be typed, or chosen with a button. `name` is for screen readers, `title` for the file dialog."""

    def __init__(self, name: str, title: str, *, folder: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._folder = title, folder
        self.edit = QLineEdit()
        self.edit.setAccessibleName(name)
        self.choose = QPushButton(self.tr("Choose…"))
        self.choose.setAccessibleName(title)
        theme.watch().changed.connect(self._draw_icon)
        self._draw_icon()
        self.choose.clicked.connect(self._ask)
        self.setFocusProxy(self.edit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit)
        row.addWidget(self.choose)

    @property
    def text(self) -> str:
        return self.edit.text().strip()

    def _draw_icon(self) -> None:
        self.choose.setIcon(theme.icon("folder"))

    def _ask(self) -> None:
        if self._folder:
            path = QFileDialog.getExistingDirectory(self, self._title, self.text)
        else:
            path, _ = QFileDialog.getOpenFileName(self, self._title, self.text)
        if path:
            self.edit.setText(path)
