"""Connects the menus of snapshot, detector and device to the models, and shows which models are in use."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from app.errors import ModelNotDownloaded, StudioError, UsageError
from app.gui.kit.notice import Notice
from app.gui.state.studio import Studio
from app.gui.window.dialogs import Dialogs
from app.gui.window.menus import Menus
from app.gui.window.status_line import StatusLine
from app.models.loader import LoadedModels, LoadEvent, Loading, Ready, Refused
from app.models.opening import AUTO_ORDER
from app.settings import AUTO

_TOPIC = "models"


class ModelControls(QObject):
    """Thread: the GUI's."""

    calibration_known = Signal(bool)
    """Whether the spread of the snapshot in use is calibrated"""

    def __init__(
        self, parent: QObject, studio: Studio, *, menus: Menus, dialogs: Dialogs, status: StatusLine, notice: Notice
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._menus = menus
        self._status = status
        self._notice = notice
        self._dialogs = dialogs
        self._tells_of_none = False
        models = studio.models
        models.load_reported.connect(self._show_load)
        models.catalogue_changed.connect(self._show_snapshots)
        models.fell_back.connect(self._show_fallback)
        studio.live_view.models_failed.connect(self._show_failure)
        menus.snapshot.chosen.connect(models.choose_snapshot)
        menus.snapshot.add_wanted.connect(dialogs.add_snapshot)
        menus.snapshot.forget_wanted.connect(models.forget_snapshot)
        menus.snapshot.cancel_wanted.connect(models.loader.cancel)
        status.cancel_wanted.connect(models.loader.cancel)
        menus.detector.chosen.connect(models.choose_detector)
        menus.detector.boxes_wanted.connect(dialogs.choose_boxes)
        menus.detector.settings_wanted.connect(dialogs.show_detector_settings)
        menus.device.chosen.connect(models.choose_device)
        self._show_load(models.load_event)

    def show_choice(self) -> None:
        """Checks the entries that are chosen, and shows the models in use on the buttons of the tool bar."""
        models, menus = self._studio.models, self._menus
        self._show_snapshots()
        menus.detector.show_choice(models.choice.detector.name, video=self._studio.live_view.state.facts is not None)
        menus.device.show_choice(models.choice.engine.device)
        loaded = models.loaded
        if loaded is None:
            waiting = self.tr("loading…") if isinstance(models.load_event, Loading | None) else ""
            for name in ("snapshot", "detector", "device"):
                menus.show_choice(name, waiting)
        else:
            entry = next((one for one in models.catalogue if one.key == models.choice.snapshot), None)
            menus.show_choice("snapshot", loaded.estimator.record.name, entry.title if entry is not None else "")
            menus.show_choice("detector", *self._status.detector_texts(loaded))
            menus.show_choice("device", self._status.engine_text(loaded))

    def _show_snapshots(self) -> None:
        models = self._studio.models
        downloading = isinstance(models.load_event, Loading) and models.load_event.phase == "downloading"
        current = models.choice.snapshot or models.default_snapshot
        self._menus.snapshot.show_entries(models.catalogue, current, downloading=downloading)

    def _show_load(self, event: LoadEvent | None) -> None:
        self._status.show_load(event, self._studio.models.loaded)
        if isinstance(event, Refused) and event.kept is not None:
            stays = self.tr("{} stays in use.").format(self._status.models_text(event.kept))
            self._show_refusal(event, stays, topic=_TOPIC)
        elif isinstance(event, Refused):
            self._show_refusal(event, "", topic=_TOPIC, again=True)
            self._tells_of_none = True
        elif isinstance(event, Loading) and self._tells_of_none:
            self._tells_of_none = False  # Another try has begun.
            self._notice.dismiss_topic(_TOPIC)
        elif isinstance(event, Ready):
            for topic in (_TOPIC, "action"):
                self._notice.dismiss_topic(topic)
            self.calibration_known.emit(event.models.estimator.record.decoding.is_calibrated)
            self._show_substitute(event.models)
        self.show_choice()

    def _show_substitute(self, models: LoadedModels) -> None:
        """Says so if the automatic choice had to take a detector that finds far fewer faces."""
        name, _title = self._status.detector_texts(models)
        if models.choice.detector.name == AUTO and models.detector.detector.name in AUTO_ORDER[1:]:
            text = self.tr("{} is used, because the model file of MediaPipe is not available. It finds fewer faces.")
            choose = partial(self._studio.models.choose_detector, AUTO_ORDER[0])
            self._notice.say(text.format(name), [(self.tr("Get MediaPipe"), choose)], topic=_TOPIC)

    def _show_fallback(self, refused: Refused) -> None:
        self._show_refusal(refused, self.tr("The default models are used instead."), topic="start")

    def _show_refusal(self, refused: Refused, outcome: str, *, topic: str, again: bool = False) -> None:
        """Says why models are not available, what is used instead, and for a file that has to be downloaded by hand,
        from where."""
        error = refused.error
        text, buttons = f"{error} {outcome}", []
        if isinstance(error, ModelNotDownloaded):
            how = self.tr("Download {} in a browser from {}, then add the file.").format(error.filename, error.address)
            text = f"{error.message} {how} {outcome}"
            address = QUrl(error.address)
            buttons = [
                (self.tr("Open address"), lambda: QDesktopServices.openUrl(address)),
                (self.tr("Copy address"), lambda: QGuiApplication.clipboard().setText(error.address)),
                (self.tr("Add file…"), lambda: self._dialogs.import_model(refused)),
            ]
        if again:
            buttons.append((self.tr("Try again"), self._studio.models.retry))
        self._notice.say(text.strip(), buttons, topic=topic)

    def _show_failure(self, error: StudioError) -> None:
        if isinstance(error, UsageError) and self._studio.live_view.camera is not None:
            return  # Not the models, but the camera's geometry: its controls say so.
        titles = {"snapshot": self.tr("Snapshot…"), "detector": self.tr("Detector…"), "device": self.tr("Device…")}
        buttons = [(title, partial(self._menus.open_menu, name)) for name, title in titles.items()]
        self._notice.say(str(error), buttons, topic=_TOPIC)
