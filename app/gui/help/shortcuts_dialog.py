"""A searchable list of the keyboard shortcuts."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)


class ShortcutsDialog(QDialog):
    """Shows rows of section, action and shortcut in the given order."""

    def __init__(self, rows: Iterable[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        search = QLineEdit()
        search.setPlaceholderText(self.tr("Search actions and keys"))
        search.setAccessibleName(self.tr("Search actions and keys"))
        search.setClearButtonEnabled(True)
        search.textChanged.connect(self._filter)
        self._tree = QTreeWidget()
        self._tree.setAccessibleName(self.tr("Keyboard shortcuts"))
        self._tree.setHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self._tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._tree.header().setStretchLastSection(False)
        self._tree.setRootIsDecorated(False)
        self._tree.setIndentation(14)
        self._tree.setSelectionMode(QTreeWidget.SelectionMode.SingleSelection)
        self._no_match = QLabel(self.tr("No matching shortcuts."))
        self._no_match.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._no_match.setObjectName("quiet")
        self._no_match.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(search)
        layout.addWidget(self._tree)
        layout.addWidget(self._no_match)
        layout.addWidget(buttons)
        self._fill(rows)
        self.resize(520, 620)
        search.setFocus()

    def _fill(self, rows: Iterable[tuple[str, str, str]]) -> None:
        sections: dict[str, QTreeWidgetItem] = {}
        for section, action, keys in rows:
            if section not in sections:
                head = QTreeWidgetItem([section])
                font = head.font(0)
                font.setBold(True)
                head.setFont(0, font)
                head.setFlags(Qt.ItemFlag.ItemIsEnabled)
                self._tree.addTopLevelItem(head)
                head.setFirstColumnSpanned(True)
                sections[section] = head
            sections[section].addChild(QTreeWidgetItem([action, keys or "–"]))
        self._tree.expandAll()

    def _filter(self, search: str) -> None:
        words = search.casefold().split()
        for section in self._sections():
            for item in _children(section):
                text = f"{section.text(0)} {item.text(0)} {item.text(1)}".casefold()
                item.setHidden(not all(word in text for word in words))
            section.setHidden(all(item.isHidden() for item in _children(section)))
        self._no_match.setVisible(all(section.isHidden() for section in self._sections()))

    def _sections(self) -> list[QTreeWidgetItem]:
        items = (self._tree.topLevelItem(row) for row in range(self._tree.topLevelItemCount()))
        return [item for item in items if item is not None]


def _children(section: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    items = (section.child(row) for row in range(section.childCount()))
    return [item for item in items if item is not None]
