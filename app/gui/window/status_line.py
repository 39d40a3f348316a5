"""The status bar: the models in use, downloads, the recording, and the frame rate."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar, QWidget

from app.gui.kit.titles import translated_title
from app.models.loader import LoadedModels, LoadEvent, Loading
from app.watch.shown_frame import Pace
from detectors import DETECTORS

_TEXT_EVERY_MS = 250
_BYTES_PER_MB = 1e6
_CANCELLABLE = ("downloading", "checking", "converting")
"""Opening a file takes too short to be cancelled."""


class StatusLine(QStatusBar):
    """Models and a download's progress on the left, the recording and the pace on the right."""

    cancel_wanted = Signal()
    """The user wants the models in use to stay."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = QLabel(textFormat=Qt.TextFormat.PlainText)  # a snapshot's name may be anything
        self._bar = QProgressBar(textVisible=False)
        self._bar.setMaximumSize(180, 12)
        self._bar.setAccessibleName(self.tr("Download"))
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setFlat(True)
        self._cancel.clicked.connect(self.cancel_wanted)
        self._recording = QLabel()
        self._recording.setObjectName("recordingMark")
        self._sending = QLabel()
        self._pace = QLabel()
        self._since = QElapsedTimer()
        self._running = False
        self.addWidget(self._models)
        self.addWidget(self._bar)
        self.addWidget(self._cancel)
        self.addPermanentWidget(self._recording)
        self.addPermanentWidget(self._sending)
        self.addPermanentWidget(self._pace)
        self._show_progress(None)
        self._recording.hide()
        self._sending.hide()

    def show_sending(self, outputs: int) -> None:
        """How many live outputs are switched on."""
        self._sending.setVisible(outputs > 0)
        several = self.tr("Sending to {} live outputs").format(outputs)
        self._sending.setText(self.tr("Sending to 1 live output") if outputs == 1 else several)

    def show_load(self, event: LoadEvent | None, models: LoadedModels | None) -> None:
        """Shows what is being loaded, or else the models in use."""
        if isinstance(event, Loading):
            self._models.setText(self.loading_text(event))
            self._show_progress(event)
            return
        self._show_progress(None)
        self._models.setText(self.models_text(models))

    def loading_text(self, event: Loading) -> str:
        """What is being loaded now, as a sentence."""
        if not event.what:
            return self.tr("Loading the models…")
        texts = {
            "downloading": self.tr("Downloading {}…"),
            "checking": self.tr("Checking {}…"),
            "converting": self.tr("Converting {} for this computer (only this once)…"),
            "opening": self.tr("Loading {}…"),
        }
        return texts[event.phase].format(translated_title(event.what))

    def models_text(self, models: LoadedModels | None) -> str:
        """The models in use, named as on the buttons, for example “MediaPipe · compact · CPU”."""
        if models is None:
            return self.tr("No models are loaded.")
        return f"{self.detector_texts(models)[0]} · {models.estimator.record.name} · {self.engine_text(models)}"

    def detector_texts(self, models: LoadedModels) -> tuple[str, str]:
        """The detector's title without its part in brackets, and the whole title."""
        name = models.detector.detector.name
        title = next((kind.title for kind in DETECTORS if kind.name == name), name)
        title = translated_title(title)
        return title.partition(" (")[0], title

    def engine_text(self, models: LoadedModels) -> str:
        """The device that the network runs on."""
        titles = {
            "onnx-cpu": self.tr("CPU"),
            "torch-cpu": self.tr("CPU (torch)"),
            "torch-cuda": self.tr("NVIDIA GPU"),
            "onnx-cuda": self.tr("NVIDIA GPU"),
            "torch-mps": self.tr("Apple GPU"),
        }
        return titles.get(models.estimator.engine.name, models.estimator.engine.name)

    def show_running(self, running: bool) -> None:
        """Shows the pace only while a video plays or a live source is connected."""
        self._running = running
        self._since.invalidate()
        if not running:
            self._pace.clear()

    def show_pace(self, pace: Pace, *, live: bool) -> None:
        """Shows the pace, a few times a second at most, because flickering digits cannot be read."""
        if not self._running:
            return
        if self._since.isValid() and self._since.elapsed() < _TEXT_EVERY_MS:
            return
        self._since.start()
        texts = [self.tr("{:.1f} frames/s").format(pace.analysed_per_s)]
        if pace.delay_ms is not None:
            texts.append(self.tr("{:.0f} ms").format(pace.delay_ms))
        texts.append((self.tr("{} dropped") if live else self.tr("{} skipped")).format(pace.dropped))
        self._pace.setText(" · ".join(texts))
        layout = self.layout()
        if layout is not None:
            layout.activate()  # Otherwise it may be painted once in its former width, and cut.

    def show_recording(self, frames: int, dropped: int, elapsed_s: float) -> None:
        minutes, seconds = divmod(int(elapsed_s), 60)
        text = self.tr("● {:02d}:{:02d}  {} frames").format(minutes, seconds, frames)
        if dropped:
            text += self.tr(", {} dropped").format(dropped)
        self._recording.setText(text)
        self._recording.show()

    def hide_recording(self) -> None:
        self._recording.hide()

    def _show_progress(self, event: Loading | None) -> None:
        downloads = event is not None and event.phase == "downloading"
        self._bar.setVisible(downloads)
        self._cancel.setVisible(event is not None and event.phase in _CANCELLABLE)
        if event is None or not downloads:
            return
        total = event.total_bytes
        self._bar.setRange(0, 1000 if total else 0)
        text = self.tr("{:.1f} MB").format(event.done_bytes / _BYTES_PER_MB)
        if total:
            self._bar.setValue(round(1000 * event.done_bytes / total))
            text = self.tr("{:.1f} of {:.1f} MB").format(event.done_bytes / _BYTES_PER_MB, total / _BYTES_PER_MB)
        self._bar.setToolTip(text)
        self._bar.setAccessibleDescription(text)
