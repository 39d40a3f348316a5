"""Choosing a camera by its name and mode, or an address of a stream."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.video.cameras import Camera

_EXAMPLES = ("rtsp://192.168.1.20/stream", "http://192.168.1.20:8080/video", "tcp://127.0.0.1:5000")
_SCHEMES = ("rtsp", "rtmp", "http", "https", "tcp", "udp")


class CameraDialog(QDialog):
    """Chooses a camera, and how it is to video. `address` is what `open_live` takes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open camera"))
        self._cameras: tuple[Camera, ...] = ()
        self._camera = QComboBox()
        self._mode = QComboBox()
        self._hint = QLabel(self.tr("Looking for cameras…"))
        self._hint.setWordWrap(True)
        self._again = QPushButton(self.tr("Look again"))
        """Connected by whoever can look."""
        form = QFormLayout()
        form.addRow(self.tr("&Camera"), self._camera)
        form.addRow(self.tr("&Picture"), self._mode)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        self._buttons.addButton(self._again, QDialogButtonBox.ButtonRole.ResetRole)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._hint)
        layout.addWidget(self._buttons)
        self.setMinimumWidth(420)
        self._camera.currentIndexChanged.connect(self._show_modes)
        self.look_again = self._again.clicked
        self.show_searching()

    def show_searching(self) -> None:
        self._cameras = ()
        self._camera.clear()
        self._hint.setText(self.tr("Looking for cameras…"))
        self._update_enabled()

    def show_cameras(self, cameras: Sequence[Camera]) -> None:
        self._cameras = tuple(cameras)
        self._camera.clear()
        for camera in cameras:
            self._camera.addItem(camera.name)
        none = self.tr("No camera was found. Plug one in and look again; “Synthetic camera” in the menu needs none.")
        self._hint.setText("" if cameras else none)
        self._hint.setVisible(not cameras)
        self._update_enabled()

    @property
    def address(self) -> str:
        asked: str = self._mode.currentData()
        return self._cameras[self._camera.currentIndex()].address + asked

    def _show_modes(self, position: int) -> None:
        self._mode.clear()
        self._mode.addItem(self.tr("As the camera prefers"), "")
        for mode in self._cameras[position].modes if 0 <= position < len(self._cameras) else ():
            for kind in mode.formats:
                told = [f"{mode.width} × {mode.height}", kind.upper()]
                asked = [f"size={mode.width}x{mode.height}", f"format={kind}"]
                if mode.rate is not None:
                    told.insert(1, self.tr("{:g}/s").format(mode.rate))
                    asked.append(f"rate={mode.rate:g}")
                self._mode.addItem("   ".join(told), "?" + "&".join(asked))

    def _update_enabled(self) -> None:
        self._buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(bool(self._cameras))
        self._camera.setEnabled(bool(self._cameras))
        self._mode.setEnabled(bool(self._cameras))


class AddressDialog(QDialog):
    """Asks for the address of a stream."""

    def __init__(self, recent: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open address"))
        self._edit = QLineEdit()
        self._edit.setPlaceholderText(_EXAMPLES[0])
        self._edit.setAccessibleName(self.tr("Address"))
        known = [one for one in recent if urlsplit(one).scheme in _SCHEMES]
        self._edit.setText(known[0] if known else "")
        examples = "\n".join(_EXAMPLES)
        self._why = QLabel(self.tr("Of an IP camera or of another program's stream, such as\n{}").format(examples))
        self._why.setObjectName("quiet")
        self._why.setWordWrap(True)
        self._why.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._edit)
        layout.addWidget(self._why)
        layout.addWidget(self._buttons)
        self.setMinimumWidth(460)
        self._edit.textChanged.connect(self._check)
        self._check()

    @property
    def address(self) -> str:
        return self._edit.text().strip()

    def _check(self) -> None:
        parts = urlsplit(self.address)
        fits = parts.scheme in _SCHEMES and bool(parts.netloc)
        opens = self._buttons.button(QDialogButtonBox.StandardButton.Open)
        opens.setEnabled(fits)
        opens.setToolTip(
            "" if fits else self.tr("An address begins with one of {}.").format(", ".join(f"{s}://" for s in _SCHEMES))
        )
