"""The detector's limits: the least score, how many faces, small faces, how often it looks."""

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

from app.preferences import Preferences
from detectors import DETECTORS

_USUAL = -0.1
"""Below every score: the spin box shows words there."""


class LimitsDialog(QDialog):
    """Edits what is asked of the detector."""

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Limits of the detector"))
        kind = next((kind for kind in DETECTORS if kind.name == preferences.detector), DETECTORS[0])
        self._score = QDoubleSpinBox(minimum=_USUAL, maximum=10.0, singleStep=0.05, decimals=2)
        self._score.setSpecialValueText(self.tr("usual ({:g})").format(kind.default_minimum_score))
        given = preferences.minimum_score
        self._score.setValue(_USUAL if given is None else given)
        self._faces = QSpinBox(minimum=0, maximum=1000)
        self._faces.setSpecialValueText(self.tr("all"))
        self._faces.setValue(preferences.largest_faces or 0)
        self._tiles = QCheckBox(self.tr("Also look at parts of the picture, for small faces (MediaPipe; slower)"))
        self._tiles.setChecked(preferences.tiles > 1)
        self._every = QSpinBox(minimum=1, maximum=1000)
        self._every.setValue(preferences.detect_every)
        self._every.setToolTip(self.tr("In between, boxes are carried along by optical flow."))
        form = QFormLayout()
        form.addRow(self.tr("&Least score"), self._score)
        form.addRow(self.tr("&Most faces, the largest first"), self._faces)
        form.addRow(self.tr("Look at every &n-th frame"), self._every)
        form.addRow(self._tiles)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(buttons)

    @property
    def minimum_score(self) -> float | None:
        value = self._score.value()
        return None if value < 0 else round(value, 2)

    @property
    def largest_faces(self) -> int | None:
        return self._faces.value() or None

    @property
    def tiles(self) -> int:
        return 2 if self._tiles.isChecked() else 1

    @property
    def detect_every(self) -> int:
        return self._every.value()
