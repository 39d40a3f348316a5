"""Which face is sent, how often, how smoothly, and what while it is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.gui.kit import theme
from app.gui.kit.labelled_slider import LabelledSlider
from app.gui.kit.number_box import NumberBox
from app.live_outputs.settings import HIGHEST_RATE, LONGEST_RETURN_S, OutputSettings
from hopenet.camera_geometry import NARROWEST_DEG, WIDEST_DEG


class SendingPage(QWidget):
    """Shows settings, and reports those that the user has chosen instead."""

    settings_changed = Signal(object)
    """OutputSettings"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = OutputSettings()
        self._face = _combo(
            (
                ("followed", self.tr("The face that is followed")),
                ("largest", self.tr("The largest face")),
                ("centre", self.tr("The face nearest to the middle")),
                ("all", self.tr("All faces")),
            )
        )
        self._face.setToolTip(self.tr("Protocols for one head get the first of all faces, which is the largest."))
        self._lost = _combo(
            (
                ("hold", self.tr("Send its last angles")),
                ("neutral", self.tr("Return to the neutral pose")),
                ("nan", self.tr("Send “not a number”")),
                ("nothing", self.tr("Send nothing")),
            )
        )
        self._return = NumberBox()
        self._return.setRange(0.1, LONGEST_RETURN_S)
        self._return.setSingleStep(0.5)
        self._return.setDecimals(1)
        self._return.setSuffix(self.tr(" s"))
        self._return.setAccessibleName(self.tr("Duration of the return"))
        self._rate = NumberBox()
        self._rate.setRange(0.0, HIGHEST_RATE)
        self._rate.setDecimals(0)
        self._rate.setSuffix(self.tr(" per second"))
        self._rate.setSpecialValueText(self.tr("each frame"))
        self._filter = _combo(
            (
                (None, self.tr("As in the window")),
                ("one-euro", self.tr("Calm (One-Euro)")),
                ("low-delay", self.tr("Quick, for games")),
            )
        )
        self._filter.setToolTip(self.tr("The quick filter follows turns sooner, and is less calm in slow motion."))
        self._strength = LabelledSlider(
            self, self.tr("Smoothing"), 0.0, 1.0, step=0.05, text_of=lambda strength: f"{100 * strength:.0f} %"
        )
        self._position = QCheckBox(self.tr("Send the rough &position"))
        self._position.setToolTip(
            self.tr("From the size of the face box: wrong by as much as the face is larger or smaller than usual.")
        )
        self._view = NumberBox()
        self._view.setRange(NARROWEST_DEG, WIDEST_DEG)
        self._view.setDecimals(0)
        self._view.setSuffix("°")
        self._view.setToolTip(self.tr("Of the camera, from the left to the right edge of the picture"))
        self._calm = LabelledSlider(
            self,
            self.tr("Smoothing of the position"),
            0.0,
            1.0,
            step=0.05,
            text_of=lambda strength: f"{100 * strength:.0f} %",
        )
        self._lay_out()
        for box in (self._face, self._lost, self._filter):
            box.activated.connect(self._report)
        for number in (self._return, self._rate, self._view):
            number.setKeyboardTracking(False)
            number.valueChanged.connect(self._report)
        for slider in (self._strength, self._calm):
            slider.changed.connect(self._report)
        self._position.clicked.connect(self._report)
        self.show_settings(self._settings)

    def show_settings(self, settings: OutputSettings) -> None:
        self._settings = settings
        blockers = [QSignalBlocker(number) for number in (self._return, self._rate, self._view)]
        for box, value in ((self._face, settings.face), (self._lost, settings.lost), (self._filter, settings.filter)):
            box.setCurrentIndex(max(0, box.findData(value)))
        self._return.setValue(settings.return_s)
        self._rate.setValue(settings.rate_per_s or 0.0)
        self._view.setValue(settings.field_of_view_deg)
        self._strength.set_value(settings.strength)
        self._calm.set_value(settings.position_smoothing)
        self._position.setChecked(settings.position)
        del blockers
        self._return.setEnabled(settings.lost == "neutral")
        self._strength.slider.setEnabled(settings.filter is not None)
        self._view.setEnabled(settings.position)
        self._calm.slider.setEnabled(settings.position)

    def _report(self, _value: object = None) -> None:
        self._settings = replace(
            self._settings,
            face=self._face.currentData(),
            lost=self._lost.currentData(),
            return_s=round(self._return.value(), 1),
            rate_per_s=self._rate.value() or None,
            filter=self._filter.currentData(),
            strength=self._strength.number,
            position=self._position.isChecked(),
            field_of_view_deg=self._view.value(),
            position_smoothing=self._calm.number,
        )
        self.settings_changed.emit(self._settings)

    def _lay_out(self) -> None:
        lost = QHBoxLayout()
        lost.addWidget(self._lost, 1)
        lost.addWidget(self._return)
        form = QFormLayout()
        form.addRow(self.tr("&Face"), self._face)
        form.addRow(self.tr("While it is &lost"), lost)
        form.addRow(self.tr("&At most"), self._rate)
        form.addRow(self.tr("Filte&r"), self._filter)
        form.addRow(self._strength.name, _slider_row(self._strength))
        form.addRow(self._position)
        form.addRow(self.tr("Field of &view"), self._view)
        form.addRow(self._calm.name, _slider_row(self._calm))
        form.labelForField(lost).setBuddy(self._lost)  # type: ignore[attr-defined]  # A label.
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.addLayout(form)
        column.addStretch(1)


def _combo(choices: Sequence[tuple[str | None, str]]) -> QComboBox:
    box = QComboBox()
    for value, text in choices:
        box.addItem(text, value)
    return box


def _slider_row(slider: LabelledSlider) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(slider.slider, 1)
    row.addWidget(slider.value)
    return row


def quiet(text: str) -> QLabel:
    """A line that explains something."""
    label = QLabel(text)
    label.setObjectName("quiet")
    label.setWordWrap(True)
    return label
