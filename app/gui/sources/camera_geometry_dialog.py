"""Asks for the geometry of a source's camera."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.kit.number_box import NumberBox
from hopenet.camera_geometry import NARROWEST_DEG, WIDEST_DEG, CameraGeometry

_USUAL_DEG = 60.0
_TEXT_WIDTH = 460


class CameraGeometryDialog(QDialog):
    """Chooses a horizontal field of view or a file, and whether perspective is corrected.

    `file_wanted`: the user wants to choose a file; give its geometry to `show_file`.
    """

    file_wanted = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        """`title`: of the source, for people."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Camera geometry"))
        self._camera: CameraGeometry | None = None
        self._file = ""
        explanation = _lines(
            self.tr(
                "What the camera of “{}” sees. With it, rough positions of heads are in centimetres, and perspective "
                "can be corrected."
            ).format(title)
        )
        self._unknown = QRadioButton(self.tr("&Not known"))
        self._by_angle = QRadioButton(self.tr("&Horizontal field of view"))
        self._by_file = QRadioButton(self.tr("From a &file"))
        group = QButtonGroup(self)
        for button in (self._unknown, self._by_angle, self._by_file):
            group.addButton(button)
            button.toggled.connect(self._update)
        self._angle = NumberBox()
        self._angle.setRange(NARROWEST_DEG, WIDEST_DEG)
        self._angle.setDecimals(1)
        self._angle.setSuffix("°")
        self._angle.setValue(_USUAL_DEG)
        self._angle.setAccessibleName(self.tr("Horizontal field of view in degrees"))
        self._angle.valueChanged.connect(lambda _degrees: self._by_angle.setChecked(True))
        self._choose = QPushButton(self.tr("&Choose…"))
        self._choose.setAccessibleName(self.tr("Choose a camera file"))
        self._choose.setToolTip(self.tr("A file from “calibrate-camera”, OpenCV, ROS or Kalibr: YAML, JSON or XML"))
        self._choose.clicked.connect(self.file_wanted)
        self._about_file, self._problem = _lines(), _lines()
        self._problem.setObjectName("warning")
        self._problem.hide()
        self._correct = QCheckBox(self.tr("Correct &perspective"))
        meaning = _lines(
            self.tr(
                "Angles are then relative to the camera's axis. Otherwise they are relative to the line of sight to "
                "each face: someone at the rim of a wide picture who looks into the camera has a yaw of 0°."
            )
        )
        meaning.setMinimumWidth(_TEXT_WIDTH)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._unknown, 0, 0, 1, 2)
        grid.addWidget(self._by_angle, 1, 0)
        grid.addWidget(self._angle, 1, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self._by_file, 2, 0)
        grid.addWidget(self._choose, 2, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self._about_file, 3, 1)
        grid.addWidget(self._problem, 4, 0, 1, 2)
        layout = self._column = QVBoxLayout(self)
        layout.addWidget(explanation)
        layout.addLayout(grid)
        layout.addWidget(self._correct)
        layout.addWidget(meaning)
        layout.addWidget(self._buttons)
        self.show_camera(None, None, "", correct=False)

    def show_camera(
        self, field_of_view_deg: float | None, geometry: CameraGeometry | None, file: str, *, correct: bool
    ) -> None:
        """Shows what is known so far."""
        if field_of_view_deg is not None:
            self._angle.setValue(field_of_view_deg)
        button = self._by_angle if field_of_view_deg is not None else self._unknown
        if geometry is not None:
            self.show_file(geometry, file)
            button = self._by_file
        button.setChecked(True)
        self._correct.setChecked(correct and button is not self._unknown)
        self._update()

    def propose_field_of_view(self) -> None:
        """Chooses a field of view and the correction, because the user wants it and nothing is known."""
        self._by_angle.setChecked(True)
        self._correct.setChecked(True)
        self._angle.setFocus()
        self._angle.selectAll()

    def show_file(self, geometry: CameraGeometry, file: str) -> None:
        """Chooses the geometry of a file of this name."""
        self._camera, self._file = geometry, file
        distortion = self.tr("with distortion") if any(geometry.distortion) else self.tr("without distortion")
        self._about_file.setText(
            self.tr("{}: {}×{} pixels, {:.1f}° wide, {}").format(
                Path(file).name, geometry.width, geometry.height, geometry.field_of_view_deg, distortion
            )
        )
        self._problem.hide()
        self._by_file.setChecked(True)
        self._update()
        self._make_room()

    def show_problem(self, text: str) -> None:
        """Says why a file cannot be used. What was chosen before stays chosen."""
        self._problem.setText(text)
        self._problem.show()
        self._make_room()

    def _make_room(self) -> None:
        """Qt does not do it for lines that appear in a window that is shown."""
        self._column.activate()
        self.resize(self.width(), max(self.height(), self._column.totalHeightForWidth(self.width())))

    @property
    def field_of_view_deg(self) -> float | None:
        return round(self._angle.value(), 1) if self._by_angle.isChecked() else None

    @property
    def camera(self) -> CameraGeometry | None:
        return self._camera if self._by_file.isChecked() else None

    @property
    def file(self) -> str:
        return self._file if self._by_file.isChecked() else ""

    @property
    def corrects(self) -> bool:
        return self._correct.isChecked() and not self._unknown.isChecked()

    def _update(self) -> None:
        self._correct.setEnabled(not self._unknown.isChecked())
        ready = not self._by_file.isChecked() or self._camera is not None
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(ready)


def _lines(text: str = "") -> QLabel:
    """A label with a text of several lines."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
