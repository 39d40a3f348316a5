"""The detector's settings: minimum score, maximum faces, detection interval, tiles."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.gui.kit.number_box import NumberBox
from app.settings import ModelChoice
from detectors import DETECTORS

_DEFAULT = -0.1
"""Below every score. The spin box shows the word “default” for it."""


class DetectorForm(QWidget):
    """The fields of the detector's settings; `applied` puts their values into a choice."""

    changed = Signal()
    """The user changed a field; not emitted by `show_choice`."""

    def __init__(self, choice: ModelChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._score = NumberBox()
        self._score.setRange(_DEFAULT, 10.0)
        self._score.setSingleStep(0.05)
        self._faces = QSpinBox(minimum=0, maximum=1000)
        self._faces.setSpecialValueText(self.tr("all"))
        self._tiles = QCheckBox(self.tr("Also search &tiles of the picture for small faces (MediaPipe; slower)"))
        self._every = QSpinBox(minimum=1, maximum=1000)
        self._every.setToolTip(self.tr("In the frames in between, boxes are tracked by optical flow."))
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.addRow(self.tr("Minimum &score"), self._score)
        self.form.addRow(self.tr("Maximum &faces (largest first)"), self._faces)
        self.form.addRow(self.tr("Detect every &n-th frame"), self._every)
        self.form.addRow(self._tiles)
        self.show_choice(choice)
        for box in (self._score, self._faces, self._every):
            box.setKeyboardTracking(False)  # A detector is opened for a number that is complete, not for each digit.
            box.valueChanged.connect(self.changed)
        self._tiles.toggled.connect(self.changed)

    def show_choice(self, choice: ModelChoice) -> None:
        blockers = [QSignalBlocker(widget) for widget in (self._score, self._faces, self._tiles, self._every)]
        kind = next((kind for kind in DETECTORS if kind.name == choice.detector.name), DETECTORS[0])
        options = choice.detector.options
        self._score.setSpecialValueText(self.tr("default ({:g})").format(kind.default_minimum_score))
        self._score.setValue(_DEFAULT if options.minimum_score is None else options.minimum_score)
        self._faces.setValue(options.largest_faces or 0)
        self._tiles.setChecked(options.tiles > 1)
        self._every.setValue(choice.detect_every)
        del blockers

    def applied(self, choice: ModelChoice) -> ModelChoice:
        """The choice with what the fields say. A number of tiles above 2, from the settings file, stays."""
        score, detector = self._score.value(), choice.detector
        options = replace(
            detector.options,
            minimum_score=None if score < 0 else round(score, 2),
            largest_faces=self._faces.value() or None,
            tiles=max(2, detector.options.tiles) if self._tiles.isChecked() else 1,
        )
        return replace(choice, detector=replace(detector, options=options), detect_every=self._every.value())


class DetectorSettingsDialog(QDialog):
    """Edits the settings of the detector; `applied` puts them into a choice."""

    def __init__(self, choice: ModelChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Detector settings"))
        self._form = DetectorForm(choice)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._form)
        layout.addWidget(buttons)

    def applied(self, choice: ModelChoice) -> ModelChoice:
        return self._form.applied(choice)
