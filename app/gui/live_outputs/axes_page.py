"""How each axis is changed before it is sent, with its curve and the present value on it."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.kit import theme
from app.gui.kit.number_box import NumberBox
from app.gui.live_outputs.curve_preview import CurvePreview
from app.gui.live_outputs.sending_page import quiet
from app.live_outputs.mapping import (
    AXES,
    LARGEST_DEAD_ZONE,
    LARGEST_GAIN,
    AxesMapping,
    AxisMapping,
    CurvePoint,
    curve_as_text,
    curve_from_text,
)
from app.live_outputs.sender import SentNow
from hopenet.pose import ANGLES


class AxesPage(QWidget):
    """Shows the mapping of one axis at a time, and reports a mapping that the user has chosen instead."""

    mapping_changed = Signal(object)
    """AxesMapping"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mapping = AxesMapping()
        self._axis = QComboBox()
        texts = {
            "yaw": self.tr("Yaw"),
            "pitch": self.tr("Pitch"),
            "roll": self.tr("Roll"),
            "x": self.tr("x: to the side"),
            "y": self.tr("y: up"),
            "z": self.tr("z: distance"),
        }
        for name in AXES:
            self._axis.addItem(texts[name], name)
        self._gain = NumberBox()
        self._gain.setRange(0.0, LARGEST_GAIN)
        self._gain.setSingleStep(0.1)
        self._gain.setPrefix("× ")
        self._invert = QCheckBox(self.tr("&Invert"))
        self._dead = NumberBox()
        self._dead.setRange(0.0, LARGEST_DEAD_ZONE)
        self._dead.setSingleStep(0.5)
        self._dead.setDecimals(1)
        self._dead.setToolTip(self.tr("Smaller movements are not sent at all."))
        self._curve = QLineEdit()
        self._curve.setPlaceholderText(self.tr("such as 10:5/30:60"))
        self._curve.setToolTip(
            self.tr(
                "Points that the curve goes through: a value, a colon, what is sent for it, and a slash before the next"
            )
        )
        self._error = QLabel()
        self._error.setObjectName("quiet")
        self._error.setWordWrap(True)
        self._reset = QPushButton(self.tr("&Reset this axis"))
        self._reset.setAutoDefault(False)
        self.preview = CurvePreview()
        self._now = QLabel()
        self._now.setFont(theme.tabular_digits(self._now.font()))
        self._now.setAccessibleName(self.tr("Present value"))
        self._lay_out()
        self._axis.currentIndexChanged.connect(self._show_axis)
        for number in (self._gain, self._dead):
            number.setKeyboardTracking(False)
            number.valueChanged.connect(self._report)
        self._invert.clicked.connect(self._report)
        self._curve.textEdited.connect(self._report)
        self._curve.editingFinished.connect(self._tidy_curve)
        self._reset.clicked.connect(lambda: self._change(AxisMapping()))
        self.preview.points_changed.connect(self._take_points)
        self._show_axis()
        self.show_now(None)

    @property
    def axis(self) -> str:
        """The name of the axis that is shown."""
        name: str = self._axis.currentData()
        return name

    def show_mapping(self, mapping: AxesMapping) -> None:
        changed = mapping != self._mapping
        self._mapping = mapping
        if changed:
            self._show_axis()

    def show_now(self, now: SentNow | None) -> None:
        """The present values before and after the mapping."""
        index = AXES.index(self.axis)
        measured, sent = (math.nan, math.nan) if now is None else (now.measured[index], now.sent[index])
        self.preview.show_now(measured, sent)
        if math.isnan(measured):
            text = self.tr("No face, or nothing is sent")
        else:
            text = self.tr("{} becomes {}").format(self.preview.text_of(measured), self.preview.text_of(sent))
        if text != self._now.text():
            self._now.setText(text)

    @property
    def _present(self) -> AxisMapping:
        mapping: AxisMapping = getattr(self._mapping, self.axis)
        return mapping

    def _show_axis(self) -> None:
        axis, unit = self._present, "°" if self.axis in ANGLES else self.tr(" cm")
        blockers = [QSignalBlocker(widget) for widget in (self._gain, self._dead)]
        self._gain.setValue(axis.gain)
        self._dead.setSuffix(unit)
        self._dead.setValue(axis.dead_zone)
        del blockers
        self._invert.setChecked(axis.invert)
        if not _is_text_of(axis.curve, self._curve.text()):
            # What is being typed stays as it is: without its last character, “10:5.” would go on as “10:55”.
            self._curve.setText(curve_as_text(axis.curve))
        self._error.clear()
        self._reset.setEnabled(axis != AxisMapping())
        self.preview.show_mapping(axis, is_angle=self.axis in ANGLES)

    def _tidy_curve(self) -> None:
        self._show_axis()
        self._curve.setText(curve_as_text(self._present.curve))

    def _report(self, _value: object = None) -> None:
        try:
            axis = AxisMapping(
                round(self._gain.value(), 2),
                self._invert.isChecked(),
                round(self._dead.value(), 1),
                curve_from_text(self._curve.text()),
            )
        except ValueError:
            self._error.setText(self.tr("A curve is written like 10:5/30:60, with rising values that never fall."))
            return
        self._change(axis)

    def _take_points(self, points: tuple[CurvePoint, ...]) -> None:
        self._curve.setText(curve_as_text(points))
        self._change(replace(self._present, curve=points))

    def _change(self, axis: AxisMapping) -> None:
        self._mapping = replace(self._mapping, **{self.axis: axis})
        self._show_axis()
        self.mapping_changed.emit(self._mapping)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(self.tr("&Axis"), self._axis)
        form.addRow(self.tr("&Gain"), self._gain)
        form.addRow("", self._invert)
        form.addRow(self.tr("Dead &zone"), self._dead)
        form.addRow(self.tr("&Curve"), self._curve)
        form.addRow(self._error)
        left = QVBoxLayout()
        left.addLayout(form)
        buttons = QHBoxLayout()
        buttons.addWidget(self._reset)
        buttons.addStretch(1)
        left.addLayout(buttons)
        left.addWidget(
            quiet(self.tr("In this order: dead zone, curve, gain, direction. Angles are relative to the neutral pose."))
        )
        left.addStretch(1)
        grid = QGridLayout(self)
        grid.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.SPACE)
        grid.addLayout(left, 0, 0, 2, 1)
        grid.addWidget(self.preview, 0, 1)
        grid.addWidget(self._now, 1, 1, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(1, 1)


def _is_text_of(points: tuple[CurvePoint, ...], text: str) -> bool:
    try:
        return curve_from_text(text) == points
    except ValueError:
        return False
