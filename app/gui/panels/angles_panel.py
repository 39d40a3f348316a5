"""How angles are displayed: their smoothing, neutral pose and signs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.gui.kit import number_format, theme
from app.gui.kit.directions import sides
from app.gui.kit.labelled_slider import LabelledSlider
from app.gui.panels.panel import Panel
from app.settings import Signs
from app.watch.shown_frame import ShownFrame
from hopenet import ANGLES, HeadPose


class AnglesPanel(Panel):
    """Controls for the displayed and written angles. Signals report changes made by the user only."""

    smoothing_changed = Signal(float)
    signs_changed = Signal(Signs)
    neutral_requested = Signal()
    neutral_reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None, *, neutral: bool = True) -> None:
        """`neutral`: whether there is a source whose neutral pose can be set."""
        super().__init__(parent)
        self._signs = Signs()
        self._smoothing = LabelledSlider(
            self, self.tr("Smoothing"), 0.0, 1.0, step=0.05, text_of=lambda strength: f"{100 * strength:.0f} %"
        )
        self._smoothing.slider.setToolTip(self.tr("How much the displayed angles are smoothed over time"))
        self._smoothing.changed.connect(self.smoothing_changed)
        self._neutral: tuple[HeadPose, str] | None = None
        self._neutral_text = QLabel()
        self._neutral_text.setObjectName("quiet")
        self._neutral_text.setFont(theme.tabular_digits(self.font()))
        self._neutral_text.setWordWrap(True)
        self._set = QPushButton(self.tr("Set neutral pose"))
        self._set.setToolTip(self.tr("Measure angles from the current pose (N)"))
        self._set.clicked.connect(self.neutral_requested)
        self._reset = QPushButton(self.tr("Reset"))
        self._reset.setToolTip(self.tr("Measure angles from facing the camera again (Shift+N)"))
        self._reset.setAccessibleName(self.tr("Reset the neutral pose"))
        self._reset.clicked.connect(self.neutral_reset_requested)
        self._choices = {angle: _choice(*sides(angle)) for angle in ANGLES}
        theme.watch().changed.connect(self._draw_icons)
        self._draw_icons()
        self._lay_out()
        for widget in (self._set, self._reset, self._neutral_text):
            widget.setVisible(neutral)
        self.show_signs(self._signs)
        self.show_neutral(None)

    def show_frame(self, shown: ShownFrame) -> None:
        reference = shown.options.reference
        self.show_neutral(reference.neutral, reference.neutral_source)
        self._set.setEnabled(shown.face is not None and shown.face.smoothed is not None)

    def clear(self) -> None:
        self._set.setEnabled(False)

    def show_smoothing(self, strength: float) -> None:
        self._smoothing.set_value(strength)

    def show_signs(self, signs: Signs) -> None:
        self._signs = signs
        for name, choice in self._choices.items():
            choice.blockSignals(True)
            choice.setCurrentIndex(choice.findData(getattr(signs, name)))
            choice.blockSignals(False)

    def show_neutral(self, neutral: HeadPose | None, source: str = "") -> None:
        """`source`: the path or address of what the neutral pose was taken in."""
        self._reset.setEnabled(neutral is not None)
        if neutral is None:
            text = self.tr("Neutral pose: facing the camera")
        elif (neutral, source) == self._neutral:
            return
        else:
            angles = "  ".join(number_format.angle(angle) for angle in neutral)
            text = self.tr("Neutral pose: {}").format(angles)
            if source:
                text += "\n" + self.tr("Taken in {}").format(source if "://" in source else Path(source).name)
        self._neutral = None if neutral is None else (neutral, source)
        if self._neutral_text.text() != text:
            self._neutral_text.setText(text)

    def _lay_out(self) -> None:
        smoothing = QGridLayout()
        smoothing.setHorizontalSpacing(10)
        self._smoothing.add_to(smoothing, 0)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._set, 1)
        buttons.addWidget(self._reset)
        signs = QGridLayout()
        signs.setHorizontalSpacing(10)
        signs.setVerticalSpacing(4)
        signs.setColumnStretch(1, 1)
        texts = {
            "yaw": self.tr("Positive yaw"),
            "pitch": self.tr("Positive pitch"),
            "roll": self.tr("Positive roll"),
        }
        for row, (name, choice) in enumerate(self._choices.items()):
            choice.setAccessibleName(texts[name])
            choice.currentIndexChanged.connect(lambda _index, name=name: self._change(name))
            label = QLabel(texts[name])
            label.setBuddy(choice)
            signs.addWidget(label, row, 0)
            signs.addWidget(choice, row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, 0, theme.MARGIN, theme.MARGIN)
        column.setSpacing(8)
        column.addLayout(smoothing)
        column.addLayout(buttons)
        column.addWidget(self._neutral_text)
        column.addLayout(signs)

    def _draw_icons(self) -> None:
        self._set.setIcon(theme.icon("neutral"))
        self._reset.setIcon(theme.icon("reset"))

    def _change(self, name: str) -> None:
        self._signs = replace(self._signs, **{name: self._choices[name].currentData()})
        self.signs_changed.emit(self._signs)


def _choice(as_measured: str, other: str) -> QComboBox:
    choice = QComboBox()
    choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    choice.setMinimumContentsLength(10)
    choice.addItem(as_measured, 1)
    choice.addItem(other, -1)
    return choice
