"""The dialog for the detector's settings: minimum score, maximum faces, detection interval, tiles."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.settings import ModelChoice
from detectors import DETECTORS

_DEFAULT = -0.1
"""Below every score. The spin box shows the word “default” for it."""


class DetectorSettingsDialog(QDialog):
    """Edits the settings of the detector; its properties have the values."""

    def __init__(self, choice: ModelChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Detector settings"))
        kind = next((kind for kind in DETECTORS if kind.name == choice.detector.name), DETECTORS[0])
        options = choice.detector.options
        self._score = QDoubleSpinBox(minimum=_DEFAULT, maximum=10.0, singleStep=0.05, decimals=2)
        self._score.setSpecialValueText(self.tr("default ({:g})").format(kind.default_minimum_score))
        score = options.minimum_score
        self._score.setValue(_DEFAULT if score is None else score)
        self._faces = QSpinBox(minimum=0, maximum=1000)
        self._faces.setSpecialValueText(self.tr("all"))
        self._faces.setValue(options.largest_faces or 0)
        self._tiles = QCheckBox(self.tr("Also search &tiles of the picture for small faces (MediaPipe; slower)"))
        self._tiles.setChecked(options.tiles > 1)
        self._every = QSpinBox(minimum=1, maximum=1000)
        self._every.setValue(choice.detect_every)
        self._every.setToolTip(self.tr("In the frames in between, boxes are tracked by optical flow."))
        form = QFormLayout()
        form.addRow(self.tr("Minimum &score"), self._score)
        form.addRow(self.tr("Maximum &faces (largest first)"), self._faces)
        form.addRow(self.tr("Detect every &n-th frame"), self._every)
        form.addRow(self._tiles)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(buttons)

    @property
    def minimum_score(self) -> float | None:
        score = self._score.value()
        return None if score < 0 else round(score, 2)

    @property
    def largest_faces(self) -> int | None:
        return self._faces.value() or None

    @property
    def tiles(self) -> int:
        return 2 if self._tiles.isChecked() else 1

    @property
    def detect_every(self) -> int:
        return self._every.value()
