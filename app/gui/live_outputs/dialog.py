"""The window of live outputs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import StudioError
from app.gui.kit import theme
from app.gui.kit.global_key import KEYS, can_listen
from app.gui.kit.tall_area import TallArea
from app.gui.live_outputs.axes_page import AxesPage
from app.gui.live_outputs.output_list import OutputList
from app.gui.live_outputs.profile_row import ProfileRow
from app.gui.live_outputs.sending_page import SendingPage, quiet
from app.gui.state.studio import Studio
from app.live_outputs.table import OUTPUTS, STDOUT

_SIZE = 780, 640
_STATUS_EVERY_MS, _VALUES_EVERY_MS = 500, 60
_NEUTRAL_AFTER_MS = 3000


class LiveOutputsDialog(QDialog):
    """Every change takes effect at once. It holds no values of its own: it shows those of `studio.live_outputs`."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Live outputs"))
        self._studio = studio
        self._outputs = studio.live_outputs
        self.profiles = ProfileRow(self._outputs)
        self.list = OutputList()
        self.address, self._typed = QComboBox(), QLineEdit()
        self.address.setLineEdit(self._typed)
        self.address.setCompleter(None)  # type: ignore[arg-type]  # It would add “5” to the port 500.
        self.address.setAccessibleName(self.tr("Address"))
        self.address.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for kind in OUTPUTS.values():
            if kind.scheme != STDOUT:
                self.address.addItem(kind.example)
        self._add = QPushButton(self.tr("A&dd"))
        self._remove = QPushButton(self.tr("Re&move"))
        self._test = QPushButton(self.tr("T&est (nod)"))
        self._test.setToolTip(self.tr("Sends a nod to the outputs that are on: down and up, twice"))
        self._neutral = QPushButton(self.tr("Set &neutral pose"))
        self._neutral_soon = QPushButton(self.tr("In &3 s"))
        self._neutral_soon.setAccessibleName(self.tr("Set neutral pose in 3 s"))
        self._neutral_soon.setToolTip(
            self.tr("Sets the neutral pose in 3 seconds, so that you can go to the game first")
        )
        self._key = QComboBox()
        self._key.addItem(self.tr("none"), "")
        for key in KEYS:
            self._key.addItem(key, key)
        self._key.setToolTip(
            self.tr("While something is sent, also when a game has the keyboard")
            if can_listen()
            else self.tr("This system does not let programs listen to keys while another one is used.")
        )
        self._key.setEnabled(can_listen())
        for button in (self._add, self._remove, self._test, self._neutral, self._neutral_soon):
            button.setAutoDefault(False)
        self._problem = QLabel()
        self._problem.setWordWrap(True)
        self._problem.setObjectName("warning")
        self._problem.hide()
        self.sending, self.axes = SendingPage(), AxesPage()
        self._status_timer = QTimer(self, interval=_STATUS_EVERY_MS)
        self._values_timer = QTimer(self, interval=_VALUES_EVERY_MS)
        self._soon_timer = QTimer(self, singleShot=True, interval=_NEUTRAL_AFTER_MS)
        self._lay_out()
        self._connect()
        self._show()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        self._status_timer.start()
        self._values_timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        self._status_timer.stop()
        self._values_timer.stop()
        super().hideEvent(event)

    def _connect(self) -> None:
        outputs = self._outputs
        outputs.changed.connect(self._show)
        outputs.refused.connect(self._show_problem)
        outputs.nod_ended.connect(self._show)
        self.list.switched.connect(lambda address, on: outputs.switch(address, on=on))
        self.list.currentCellChanged.connect(lambda *_: self._remove.setEnabled(self.list.chosen is not None))
        self._add.clicked.connect(self._add_address)
        self._typed.returnPressed.connect(self._add_address)
        self._remove.clicked.connect(self._remove_chosen)
        self._test.clicked.connect(self._start_test)
        self._neutral.clicked.connect(self._set_neutral)
        self._neutral_soon.clicked.connect(self._start_soon)
        self._soon_timer.timeout.connect(self._set_neutral)
        self._key.activated.connect(lambda _row: outputs.hear_key(self._key.currentData()))
        self.sending.settings_changed.connect(
            lambda settings: outputs.use(replace(settings, mapping=outputs.settings.mapping))
        )
        self.axes.mapping_changed.connect(lambda mapping: outputs.use(replace(outputs.settings, mapping=mapping)))
        self._status_timer.timeout.connect(lambda: self.list.show_rows(outputs.rows))
        self._values_timer.timeout.connect(lambda: self.axes.show_now(outputs.latest))

    def _show(self) -> None:
        outputs = self._outputs
        self.list.show_rows(outputs.rows)
        self._remove.setEnabled(self.list.chosen is not None)
        self._test.setEnabled(not outputs.is_nodding)
        self._key.setCurrentIndex(max(0, self._key.findData(outputs.profile.neutral_key)))
        self.sending.show_settings(outputs.settings)
        self.axes.show_mapping(outputs.settings.mapping)

    def _show_problem(self, error: StudioError) -> None:
        self._problem.setText(str(error))
        self._problem.show()

    def _add_address(self) -> None:
        self._problem.hide()
        text = self.address.currentText().strip()
        if text and self._outputs.add(text):
            self.list.choose(text)

    def _remove_chosen(self) -> None:
        chosen = self.list.chosen
        if chosen is not None:
            self._outputs.remove(chosen)

    def _start_soon(self) -> None:
        self._neutral_soon.setEnabled(False)
        self._soon_timer.start()

    def _set_neutral(self) -> None:
        self._neutral_soon.setEnabled(True)
        self._studio.live_view.set_neutral()

    def _start_test(self) -> None:
        self._problem.hide()
        self._outputs.nod()
        self._test.setEnabled(not self._outputs.is_nodding)

    def _lay_out(self) -> None:
        adding = QHBoxLayout()
        label = QLabel(self.tr("Address"))
        label.setBuddy(self.address)
        adding.addWidget(label)
        adding.addWidget(self.address, 1)
        for button in (self._add, self._remove, self._test):
            adding.addWidget(button)
        tabs = QTabWidget()
        tabs.addTab(_scrolling(self.sending), self.tr("&What is sent"))
        tabs.addTab(_scrolling(self.axes), self.tr("A&xes"))
        below = QHBoxLayout()
        below.addWidget(self._neutral)
        below.addWidget(self._neutral_soon)
        by_key = QLabel(self.tr("By &key in all programs"))
        by_key.setBuddy(self._key)
        below.addWidget(by_key)
        below.addWidget(self._key)
        below.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        # Otherwise, Enter in the address or in a value would close the window as well.
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        below.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setSpacing(theme.SPACE + 2)
        column.addWidget(self.profiles)
        column.addWidget(self.list, 1)
        column.addLayout(adding)
        column.addWidget(self._problem)
        column.addWidget(
            quiet(self.tr("Nothing is sent before you switch an output on, and only to addresses that you have typed."))
        )
        column.addWidget(tabs, 4)
        column.addLayout(below)
        room = self.screen().availableSize() - theme.FRAME
        self.resize(min(_SIZE[0], room.width()), min(_SIZE[1], room.height()))
        self.list.setMinimumHeight(118)


def _scrolling(page: QWidget) -> TallArea:
    return TallArea(page)
