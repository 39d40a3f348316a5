"""Every keyboard shortcut, by section, with a search."""

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
    """Shows rows of section, action and shortcut, in the order given."""

    def __init__(self, rows: Iterable[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search actions and keys"))
        self.search.setAccessibleName(self.tr("Search actions and keys"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(self.tr("Keyboard shortcuts"))
        self.tree.setHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setStretchLastSection(False)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(14)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.SingleSelection)
        self._nothing = QLabel(self.tr("No shortcut fits the search."))
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setObjectName("quiet")
        self._nothing.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.search)
        layout.addWidget(self.tree)
        layout.addWidget(self._nothing)
        layout.addWidget(buttons)
        self._fill(rows)
        self.resize(520, 620)
        self.search.setFocus()

    @property
    def shown(self) -> list[tuple[str, str, str]]:
        """The rows that fit the search."""
        return [
            (section.text(0), item.text(0), item.text(1))
            for section in self._sections()
            for item in _children(section)
            if not item.isHidden()
        ]

    def _fill(self, rows: Iterable[tuple[str, str, str]]) -> None:
        sections: dict[str, QTreeWidgetItem] = {}
        for section, action, keys in rows:
            if section not in sections:
                head = QTreeWidgetItem([section])
                font = head.font(0)
                font.setBold(True)
                head.setFont(0, font)
                head.setFlags(Qt.ItemFlag.ItemIsEnabled)
                self.tree.addTopLevelItem(head)
                head.setFirstColumnSpanned(True)
                sections[section] = head
            sections[section].addChild(QTreeWidgetItem([action, keys or "–"]))
        self.tree.expandAll()

    def _filter(self, wanted: str) -> None:
        words = wanted.casefold().split()
        for section in self._sections():
            hidden = 0
            for item in _children(section):
                text = f"{section.text(0)} {item.text(0)} {item.text(1)}".casefold()
                item.setHidden(not all(word in text for word in words))
                hidden += item.isHidden()
            section.setHidden(hidden == section.childCount())
        self._nothing.setVisible(not self.shown)

    def _sections(self) -> list[QTreeWidgetItem]:
        items = (self.tree.topLevelItem(place) for place in range(self.tree.topLevelItemCount()))
        return [item for item in items if item is not None]


def _children(section: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    items = (section.child(row) for row in range(section.childCount()))
    return [item for item in items if item is not None]
