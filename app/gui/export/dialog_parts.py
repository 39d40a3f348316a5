"""The parts of the export dialog: the range of the video, the analysis, and the outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.export.task import TableOutput
from app.gui.kit import theme
from app.gui.kit.labelled_slider import LabelledSlider
from app.gui.kit.path_edit import PathEdit
from app.gui.kit.time_box import TimeBox
from app.outputs.tables import FORMATS
from app.settings import AUTO, AnalysisSettings, DetectorChoice
from app.video import ENCODERS, SourceFacts, VideoOptions, available_encoders
from app.video.picture_files import PICTURE_SUFFIXES
from app.video.sink import PICTURE_OPTIONS
from app.video.writer import VIDEO_FORMATS
from detectors import DETECTORS

_BETTER, _SMALLER = 6, 7
"""Steps of the encoders' constant quality that give about twice and half the file size."""


@dataclass(frozen=True, slots=True)
class ToExport:
    """A video, a picture or a folder to export. `facts` is None if it could not be opened."""

    path: Path
    facts: SourceFacts | None = None

    @property
    def is_picture(self) -> bool:
        return self.path.suffix.lower() in PICTURE_SUFFIXES and (self.facts is None or self.facts.kind == "picture")

    @property
    def end_s(self) -> float | None:
        if self.facts is None:
            return None
        return self.facts.duration_s if self.facts.end is None else float(self.facts.end)

    @property
    def folder(self) -> Path:
        return self.path.parent

    @property
    def stem(self) -> str:
        """The name without its extension; a folder has no extension."""
        is_folder = self.facts is not None and self.facts.kind == "folder"
        return self.path.name if is_folder else self.path.stem


class RangePart(QWidget):
    """The whole video, or a range of it."""

    changed = Signal()

    def __init__(self, end_s: float | None, present_s: float | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._end_s = end_s
        self.whole = QRadioButton(self.tr("The &whole video"))
        self.part = QRadioButton(self.tr("From"))
        group = QButtonGroup(self)
        group.addButton(self.whole)
        group.addButton(self.part)
        self.whole.setChecked(True)
        self.since = TimeBox(self.tr("From"))
        self.until = TimeBox(self.tr("To"))
        if end_s is not None:
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
    """Snapshot, detector and smoothing."""

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
            self.detector.addItem(kind.title, kind.name)
        self.detector.setCurrentIndex(max(0, self.detector.findData(detector.name)))
        for box in (self.snapshot, self.detector):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(26)
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
        self.detector.currentIndexChanged.connect(self._update_enabled)
        self.boxes.edit.textChanged.connect(self.changed)
        self._update_enabled()

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
        return replace(self._settings, smoothing=round(self.smoothing.slider.value() * 0.05, 2))

    @property
    def _needs_boxes(self) -> bool:
        return any(kind.needs_boxes for kind in DETECTORS if kind.name == self.detector.currentData())

    def problem(self, videos: int) -> str:
        if not self._needs_boxes:
            return ""
        if videos > 1:
            return self.tr("A box file belongs to one video. Choose another detector, or export the videos one by one.")
        return "" if self.boxes.text else self.tr("This detector reads a box file. Choose one.")

    def _update_enabled(self) -> None:
        self._form.setRowVisible(self.boxes, self._needs_boxes)
        self.changed.emit()


class OutputsPart(QWidget):
    """Which files are written: video, table and published text; and their formats."""

    changed = Signal()

    def __init__(self, *, picture: bool, sound: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self.video = QCheckBox(self.tr("Annotated &picture") if picture else self.tr("Annotated &video"))
        self.table = QCheckBox(self.tr("Pose &table"))
        self.text = QCheckBox(self.tr("Te&xt (published format)"))
        self.text.setToolTip(self.tr("One line per face: frame, yaw, pitch, roll, as written by the published scripts"))
        self.video.setChecked(True)
        self.table.setChecked(True)
        self.container = _combo(self.tr("Video format"), [(suffix[1:].upper(), suffix) for suffix in VIDEO_FORMATS])
        self.container.removeItem(self.container.findData(".m4v"))
        self.encoder = _combo(
            self.tr("Encoder"), [(one.title, one.name) for one in ENCODERS if one.name in available_encoders()]
        )
        qualities = [
            (self.tr("Best quality"), "best"),
            (self.tr("Good quality"), "good"),
            (self.tr("Small file"), "small"),
        ]
        self.quality = _combo(self.tr("Quality"), qualities, chosen=1)
        self.sound = QCheckBox(self.tr("&Sound"))
        self.sound.setChecked(sound)
        self.sound.setVisible(not picture)
        formats = [(one.title, one.name) for one in FORMATS if one.name != "txt"]
        self.format = _combo(self.tr("Table format"), formats)
        for box in (self.container, self.encoder, self.quality):
            box.setVisible(not picture)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self.video, 0, 0)
        for column, widget in enumerate((self.container, self.encoder, self.quality, self.sound), start=1):
            grid.addWidget(widget, 0, column)
        grid.addWidget(self.table, 1, 0)
        grid.addWidget(self.format, 1, 1, 1, 2)
        grid.addWidget(self.text, 2, 0)
        grid.setColumnMinimumWidth(0, self.table.sizeHint().width() + theme.MARGIN)
        grid.setColumnStretch(5, 1)
        grid.setHorizontalSpacing(10)
        self._has_sound = sound
        for check in (self.video, self.table, self.text):
            check.toggled.connect(self._update_enabled)
        for box in (self.container, self.format):
            box.currentIndexChanged.connect(self.changed)
        self._update_enabled()

    @property
    def video_options(self) -> VideoOptions:
        name = self.encoder.currentData()
        default = next(one for one in ENCODERS if one.name == name).codecs[0].quality
        quality = {"best": default - _BETTER, "good": None, "small": default + _SMALLER}[self.quality.currentData()]
        return VideoOptions(name, quality, sound=self.sound.isChecked() and self.sound.isEnabled())

    def video_of(self, one: ToExport, place: Path, stem: str) -> Path | None:
        if not self.video.isChecked():
            return None
        own = one.path.suffix.lower()
        if one.is_picture:
            return place / f"{stem}{own if own in PICTURE_OPTIONS else '.png'}"
        return place / f"{stem}{'.mp4' if self._picture else self.container.currentData()}"

    def tables_of(self, place: Path, stem: str) -> tuple[TableOutput, ...]:
        chosen = next(one for one in FORMATS if one.name == self.format.currentData())
        tables = []
        if self.table.isChecked():
            named = None if chosen.suffix else chosen.name
            tables.append(TableOutput(place / f"{stem}{chosen.suffix or '.csv'}", named))
        if self.text.isChecked():
            tables.append(TableOutput(place / f"{stem}.txt"))
        return tuple(tables)

    def problem(self) -> str:
        chosen = any(check.isChecked() for check in (self.video, self.table, self.text))
        return "" if chosen else self.tr("No output is chosen. Choose a video, a table, or a text.")

    def _update_enabled(self) -> None:
        for widget in (self.container, self.encoder, self.quality):
            widget.setEnabled(self.video.isChecked())
        self.sound.setEnabled(self.video.isChecked() and self._has_sound)
        self.format.setEnabled(self.table.isChecked())
        self.changed.emit()


def _combo(name: str, entries: Sequence[tuple[str, str]], *, chosen: int = 0) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setToolTip(name)
    for title, key in entries:
        combo.addItem(title, key)
    combo.setCurrentIndex(chosen)
    return combo
