"""Connects the menus of snapshot, detector and device to the models, and shows which models are in use."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from app.errors import StudioError
from app.gui.kit.notice import Notice
from app.gui.state.studio import Studio
from app.gui.window.dialogs import Dialogs
from app.gui.window.menus import Menus
from app.gui.window.status_line import StatusLine
from app.models.loader import LoadEvent, Loading, Ready, Refused

_TOPIC = "models"


class ModelControls(QObject):
    """Thread: the GUI's."""

    def __init__(
        self, parent: QObject, studio: Studio, *, menus: Menus, dialogs: Dialogs, status: StatusLine, notice: Notice
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._menus = menus
        self._status = status
        self._notice = notice
        models = studio.models
        models.load_reported.connect(self._show_load)
        models.catalogue_changed.connect(self._show_snapshots)
        models.fell_back.connect(lambda error: notice.say(str(error), topic="start"))
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
            self._notice.say(f"{event.error} {stays}", topic=_TOPIC)
        elif isinstance(event, Refused):
            self._notice.say(str(event.error), [(self.tr("Try again"), self._studio.models.retry)], topic=_TOPIC)
        elif isinstance(event, Ready):
            for topic in (_TOPIC, "action"):
                self._notice.dismiss_topic(topic)
        self.show_choice()

    def _show_failure(self, error: StudioError) -> None:
        titles = {"snapshot": self.tr("Snapshot…"), "detector": self.tr("Detector…"), "device": self.tr("Device…")}
        buttons = [(title, partial(self._menus.open_menu, name)) for name, title in titles.items()]
        self._notice.say(str(error), buttons, topic=_TOPIC)
