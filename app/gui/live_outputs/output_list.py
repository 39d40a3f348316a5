"""The list of outputs: which are on, where they send to, and how they do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from app.gui.state.live_outputs import OutputRow
from app.live_outputs.output_thread import OutputState

_ADDRESS, _STATUS = range(2)


class OutputList(QTableWidget):
    """A box before each address switches the output on; Space does so for the chosen row."""

    switched = Signal(str, bool)
    """An address, and whether it is to be on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 2, parent)
        self._items: list[tuple[QTableWidgetItem, QTableWidgetItem]] = []
        self.setAccessibleName(self.tr("Outputs"))
        self.setHorizontalHeaderLabels([self.tr("Send to"), self.tr("Status")])
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.itemChanged.connect(self._report)

    @property
    def chosen(self) -> str | None:
        """The address of the chosen row."""
        row = self.currentRow()
        return self._items[row][_ADDRESS].text() if 0 <= row < len(self._items) else None

    def show_rows(self, rows: Sequence[OutputRow]) -> None:
        blocker = QSignalBlocker(self)
        chosen = self.chosen
        if [row.address for row in rows] != self._addresses():
            self.setRowCount(0)
            self.setRowCount(len(rows))
            self._items = []
            for number, row in enumerate(rows):
                address = QTableWidgetItem(row.address)
                address.setFlags(
                    Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
                )
                self.setItem(number, _ADDRESS, address)
                status = QTableWidgetItem()
                self.setItem(number, _STATUS, status)
                self._items.append((address, status))
                if row.address == chosen:
                    self.setCurrentCell(number, _ADDRESS)
        for number, row in enumerate(rows):
            self._show_row(number, row)
        del blocker

    def choose(self, address: str) -> None:
        if address in self._addresses():
            self.setCurrentCell(self._addresses().index(address), _ADDRESS)

    def status_text(self, state: OutputState | None) -> str:
        """How an output does, in a few words."""
        if state is None:
            return self.tr("off")
        if state.status == "opening":
            return self.tr("connecting…")
        if state.error is not None:
            return str(state.error)
        if state.clients == 0:
            return self.tr("on, nobody is connected")
        if state.delay_median_ms is None or state.delay_95_ms is None:
            return self.tr("on, nothing sent yet")
        text = self.tr("{:.0f}/s, delay {:.0f} ms (95 %: {:.0f} ms)")
        text = text.format(state.per_s, state.delay_median_ms, state.delay_95_ms)
        return text if state.clients is None else self.tr("{}, {} connected").format(text, state.clients)

    def _show_row(self, number: int, row: OutputRow) -> None:
        address, status = self._items[number]
        on = Qt.CheckState.Checked if row.state is not None else Qt.CheckState.Unchecked
        if address.checkState() != on or address.data(Qt.ItemDataRole.CheckStateRole) is None:
            address.setCheckState(on)
        text = self.status_text(row.state)
        if status.text() != text:
            status.setText(text)
            status.setToolTip(text)

    def _addresses(self) -> list[str]:
        return [address.text() for address, _ in self._items]

    def _report(self, item: QTableWidgetItem) -> None:
        if item.column() == _ADDRESS:
            self.switched.emit(item.text(), item.checkState() == Qt.CheckState.Checked)
