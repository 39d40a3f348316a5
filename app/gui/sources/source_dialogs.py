"""Dialogs to choose a camera with its mode, or the address of a network stream."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
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

from app.video.camera import Camera
from app.video.live_addresses import is_stream_address
from app.video.stream_address import DEFAULT_TRANSPORT, RTSP_TRANSPORTS, is_rtsp, transport_of, with_transport
from app.video.streams import PROTOCOLS, without_password

_EXAMPLES = ("rtsp://192.168.1.20/stream", "http://192.168.1.20:8080/video", "tcp://127.0.0.1:5000")


class CameraDialog(QDialog):
    """Chooses a camera and its mode. `address` is what `open_live` expects.

    The dialog does not search for cameras itself: show the found ones, and search again on `search_requested`.
    """

    search_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open camera"))
        self._cameras: tuple[Camera, ...] = ()
        self._camera = QComboBox()
        self._mode = QComboBox()
        self._hint = QLabel(self.tr("Searching for cameras…"))
        self._hint.setWordWrap(True)
        search = QPushButton(self.tr("&Search again"))
        search.clicked.connect(self.search_requested)
        form = QFormLayout()
        form.addRow(self.tr("&Camera"), self._camera)
        form.addRow(self.tr("&Mode"), self._mode)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        self._buttons.addButton(search, QDialogButtonBox.ButtonRole.ResetRole)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._hint)
        layout.addWidget(self._buttons)
        self.setMinimumWidth(420)
        self._camera.currentIndexChanged.connect(self._show_modes)
        self.show_searching()

    def show_searching(self) -> None:
        self._cameras = ()
        self._camera.clear()
        self._hint.setText(self.tr("Searching for cameras…"))
        self._update_enabled()

    def show_cameras(self, cameras: Sequence[Camera]) -> None:
        self._cameras = tuple(cameras)
        self._camera.clear()
        for camera in cameras:
            self._camera.addItem(camera.shown_name)
        none = self.tr("No camera found. Connect one and search again, or try File › Open sample › Synthetic camera.")
        self._hint.setText("" if cameras else none)
        self._hint.setVisible(not cameras)
        self._update_enabled()

    @property
    def address(self) -> str:
        options: str = self._mode.currentData()
        return self._cameras[self._camera.currentIndex()].address + options

    def _show_modes(self, row: int) -> None:
        self._mode.clear()
        self._mode.addItem(self.tr("Camera default"), "")
        for mode in self._cameras[row].modes if 0 <= row < len(self._cameras) else ():
            for pixel_format in mode.formats or ("",):  # macOS lists sizes without formats.
                text = [f"{mode.width} × {mode.height}", *([pixel_format.upper()] if pixel_format else [])]
                options = [f"size={mode.width}x{mode.height}", *([f"format={pixel_format}"] if pixel_format else [])]
                if mode.rate is not None:
                    text.insert(1, self.tr("{:g} frames/s").format(mode.rate))
                    options.append(f"rate={mode.rate:g}")
                self._mode.addItem("   ".join(text), "?" + "&".join(options))

    def _update_enabled(self) -> None:
        self._buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(bool(self._cameras))
        self._camera.setEnabled(bool(self._cameras))
        self._mode.setEnabled(bool(self._cameras))


class AddressDialog(QDialog):
    """Asks for the address of a network stream, and proposes the latest of the recent sources that is one.

    A password in the proposed address is not shown. It is used if the address is accepted as it is.
    """

    def __init__(self, recent: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open network stream"))
        self._edit = QLineEdit()
        self._edit.setPlaceholderText(_EXAMPLES[0])
        self._edit.setAccessibleName(self.tr("Address"))
        streams = [source for source in recent if is_stream_address(source)]
        self._proposed = with_transport(streams[0], DEFAULT_TRANSPORT) if streams else ""
        self._edit.setText(without_password(self._proposed))
        self._transport = QComboBox()
        for name in RTSP_TRANSPORTS:
            self._transport.addItem(name.upper() if name != "multicast" else self.tr("Multicast"), name)
        self._transport.setToolTip(
            self.tr("How RTSP sends its pictures. TCP loses none and passes firewalls; UDP may have less delay.")
        )
        if streams:
            self._transport.setCurrentIndex(self._transport.findData(transport_of(streams[0])))
        form = QFormLayout()
        form.addRow(self.tr("&Transport"), self._transport)
        hint = self.tr("Address of an IP camera or network stream, for example\n{}").format("\n".join(_EXAMPLES))
        self._hint = QLabel(hint)
        self._hint.setObjectName("quiet")
        self._hint.setWordWrap(True)
        self._hint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._edit)
        layout.addLayout(form)
        layout.addWidget(self._hint)
        layout.addWidget(self._buttons)
        self.setMinimumWidth(460)
        self._edit.textChanged.connect(self._update_enabled)
        self._update_enabled()

    @property
    def address(self) -> str:
        text = self._edit.text().strip()
        if self._proposed and text == without_password(self._proposed):
            text = self._proposed
        named = with_transport(text, DEFAULT_TRANSPORT) != text
        return with_transport(text, self._transport.currentData()) if is_rtsp(text) and not named else text

    def _update_enabled(self) -> None:
        valid = is_stream_address(self.address)
        self._transport.setEnabled(is_rtsp(self._edit.text().strip()))
        starts = ", ".join(f"{protocol}://" for protocol in PROTOCOLS)
        open_button = self._buttons.button(QDialogButtonBox.StandardButton.Open)
        open_button.setEnabled(valid)
        open_button.setToolTip("" if valid else self.tr("The address must start with one of {}.").format(starts))
