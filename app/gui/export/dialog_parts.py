"""Parts of the export dialog: the range of the video, and the analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.export.export_settings import ExportSettings
from app.gui.kit.labelled_slider import LabelledSlider
from app.gui.kit.path_edit import PathEdit
from app.gui.kit.picture_box import PictureBox
from app.gui.kit.time_box import TimeBox
from app.gui.kit.titles import translated_title
from app.settings import AUTO, LARGEST_STEP, ZERO_LAG, AnalysisSettings, DetectorChoice
from detectors import DETECTORS


class RangePart(QWidget):
    """The whole video, or a range of it. Of a folder, the range counts its `pictures`."""

    changed = Signal()

    def __init__(
        self,
        end_s: float | None,
        present_s: float | None,
        parent: QWidget | None = None,
        *,
        pictures: int | None = None,
    ) -> None:
        super().__init__(parent)
        self._end_s = end_s
        self.whole = QRadioButton(self.tr("The &whole video") if pictures is None else self.tr("&All pictures"))
        self.part = QRadioButton(self.tr("From") if pictures is None else self.tr("From picture"))
        group = QButtonGroup(self)
        group.addButton(self.whole)
        group.addButton(self.part)
        self.whole.setChecked(True)
        self.since, self.until = (
            (TimeBox(self.tr("From")), TimeBox(self.tr("To")))
            if pictures is None
            else (
                PictureBox(self.tr("From picture"), "start", pictures),
                PictureBox(self.tr("To picture"), "end", pictures),
            )
        )
        if end_s is not None:
            if pictures is None:
                for box in (self.since, self.until):
                    box.setMaximum(end_s)
            self.until.setValue(end_s)
        else:
            self.until.setSpecialValueText(self.tr("the end"))
        if present_s is not None:
            self.since.setValue(present_s)
        row = QHBoxLayout()
        row.addWidget(self.part)
        row.addWidget(self.since)
        row.addWidget(QLabel(self.tr("to")))
        row.addWidget(self.until)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.whole)
        column.addLayout(row)
        self.whole.toggled.connect(self._update_enabled)
        for box in (self.since, self.until):
            box.valueChanged.connect(self.changed)
        self._update_enabled()

    def show_marked(self, start_s: float | None, end_s: float | None) -> None:
        """Chooses the range between the video's in and out marks; None leaves a side open, both change nothing."""
        if start_s is None and end_s is None:
            return
        self.part.setChecked(True)
        self.since.setValue(start_s or 0.0)
        if end_s is not None:
            self.until.setValue(end_s)

    @property
    def limits(self) -> tuple[Fraction, Fraction | None]:
        """Start and end in seconds; an end of None is the video's own."""
        if self.whole.isChecked():
            return Fraction(0), None
        return self.since.time, None if self._to_the_end else self.until.time

    @property
    def _to_the_end(self) -> bool:
        if self._end_s is None:
            return not self.until.value()
        return self.until.value() >= round(self._end_s, 3)

    def show_limits(self, since: Fraction, until: Fraction | None) -> None:
        """Chooses the whole video, or this range."""
        self.whole.setChecked(not since and until is None)
        self.part.setChecked(bool(since) or until is not None)
        self.since.setValue(float(since))
        if until is not None:
            self.until.setValue(float(until))

    def problem(self) -> str:
        since, until = self.limits
        if (until is None and (self._end_s is None or since < self._end_s)) or (until is not None and since < until):
            return ""
        return self.tr("The range is empty. Choose an end after the start.")

    def _update_enabled(self) -> None:
        for box in (self.since, self.until):
            box.setEnabled(self.part.isChecked())
        self.changed.emit()


class AnalysisPart(QWidget):
    """Snapshot, detector, which frames are measured, and smoothing."""

    changed = Signal()

    def __init__(
        self,
        snapshots: Sequence[tuple[str, str]],
        snapshot: str,
        detector: DetectorChoice,
        settings: AnalysisSettings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._choice = detector
        self._settings = settings
        self.snapshot = QComboBox()
        for key, title in snapshots:
            self.snapshot.addItem(title, key)
        self.snapshot.setCurrentIndex(max(0, self.snapshot.findData(snapshot)))
        self.detector = QComboBox()
        self.detector.addItem(self.tr("Automatic"), AUTO)
        for kind in DETECTORS:
            self.detector.addItem(translated_title(kind.title), kind.name)
        self.detector.setCurrentIndex(max(0, self.detector.findData(detector.name)))
        for box in (self.snapshot, self.detector):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(26)
            box.currentTextChanged.connect(box.setToolTip)  # A long title is cut.
            box.setToolTip(box.currentText())
        self.boxes = PathEdit(self.tr("Box file"), self.tr("Choose box file"), folder=False)
        if detector.boxes is not None:
            self.boxes.edit.setText(str(detector.boxes))
        self.smoothing = LabelledSlider(
            self, self.tr("Smoothing"), 0, 1, step=0.05, text_of=lambda value: f"{100 * value:.0f} %"
        )
        self.smoothing.set_value(settings.smoothing)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.addRow(self.tr("Sna&pshot"), self.snapshot)
        self._form.addRow(self.tr("&Detector"), self.detector)
        self._form.addRow(self.tr("Box file"), self.boxes)
        row = QHBoxLayout()
        row.addWidget(self.smoothing.slider)
        row.addWidget(self.smoothing.value)
        self._form.addRow(self.smoothing.name, row)
        self.zero_lag = QCheckBox(self.tr("Without dela&y"))
        self.zero_lag.setToolTip(
            self.tr("Smooth forwards and backwards in time, so that turns stay where they are. It takes longer.")
        )
        self.zero_lag.setChecked(settings.filter == ZERO_LAG)
        self.zero_lag.toggled.connect(self.changed)
        self._form.addRow("", self.zero_lag)
        self.every = QSpinBox(minimum=1, maximum=LARGEST_STEP)
        self.every.setPrefix(self.tr("1 of "))
        self.every.setSuffix(self.tr(" frames"))
        self.every.setSpecialValueText(self.tr("every frame"))
        self.every.setToolTip(
            self.tr(
                "Tables have rows of the measured frames only, which takes much less time. An annotated video shows "
                "each measurement until the next one."
            )
        )
        self.every.setValue(settings.measure_every)
        self.every.valueChanged.connect(self.changed)
        self._form.insertRow(self._form.rowCount() - 2, self.tr("&Measure"), self.every)
        self.perspective = QCheckBox(self.tr("Correct perspecti&ve"))
        self.perspective.setToolTip(self.tr("Give angles relative to the camera's axis, whose geometry is known."))
        self._show_camera(settings)
        self.perspective.toggled.connect(self.changed)
        self._form.addRow("", self.perspective)
        self.detector.currentIndexChanged.connect(self._update_enabled)
        self.boxes.edit.textChanged.connect(self.changed)
        self._update_enabled()

    def show_settings(self, settings: ExportSettings) -> None:
        """Chooses what is in these settings. A snapshot that is not listed, for example a removed file, is added."""
        self._choice, self._settings = settings.detector, settings.settings
        if settings.snapshot is not None:
            if self.snapshot.findData(settings.snapshot) < 0:
                self.snapshot.addItem(Path(settings.snapshot).name, settings.snapshot)
            self.snapshot.setCurrentIndex(self.snapshot.findData(settings.snapshot))
        self.detector.setCurrentIndex(max(0, self.detector.findData(settings.detector.name)))
        self.boxes.edit.setText("" if settings.detector.boxes is None else str(settings.detector.boxes))
        self.smoothing.set_value(settings.settings.smoothing)
        self.zero_lag.setChecked(settings.settings.filter == ZERO_LAG)
        self.every.setValue(settings.settings.measure_every)
        self._show_camera(settings.settings)

    def _show_camera(self, settings: AnalysisSettings) -> None:
        """Offers the correction if the camera is known."""
        known = settings.camera_geometry is not None or settings.field_of_view_deg is not None
        self.perspective.setVisible(known)
        self.perspective.setChecked(settings.correct_perspective)

    @property
    def snapshot_key(self) -> str | None:
        key: str | None = self.snapshot.currentData()
        return key

    @property
    def choice(self) -> DetectorChoice:
        boxes = Path(self.boxes.text) if self._needs_boxes and self.boxes.text else None
        return replace(self._choice, name=self.detector.currentData(), boxes=boxes)

    @property
    def settings(self) -> AnalysisSettings:
        smoother: Literal["one-euro", "zero-lag"] = ZERO_LAG if self.zero_lag.isChecked() else "one-euro"
        return replace(
            self._settings,
            smoothing=self.smoothing.number,
            filter=smoother,
            measure_every=self.every.value(),
            correct_perspective=self.perspective.isChecked(),
        )

    @property
    def _needs_boxes(self) -> bool:
        return any(kind.needs_boxes for kind in DETECTORS if kind.name == self.detector.currentData())

    def leave_unsmoothed(self) -> None:
        """For pictures, of which each is judged alone."""
        for widget in (self.smoothing.name, self.smoothing.slider, self.smoothing.value, self.zero_lag):
            widget.setEnabled(False)
            widget.setToolTip(self.tr("Each picture is judged alone, so there is nothing to smooth."))
        self.every.setEnabled(False)
        self.every.setToolTip(self.tr("Each picture is measured."))

    def problem(self, videos: int) -> str:
        if not self._needs_boxes:
            return ""
        if videos > 1:
            return self.tr("A box file belongs to one video. Choose another detector, or export the videos one by one.")
        return "" if self.boxes.text else self.tr("This detector reads a box file. Choose one.")

    def _update_enabled(self) -> None:
        self._form.setRowVisible(self.boxes, self._needs_boxes)
        self.changed.emit()
