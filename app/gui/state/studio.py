"""The running program without its window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.export.in_process import ExportProcess
from app.export.queue import ExportQueue
from app.export.queue_file import QueueFile, queues_folder
from app.export.queue_rows import QueueRow
from app.gui.kit.bridge import LatestValue
from app.gui.kit.workers import Workers
from app.gui.state.live_view import LiveView
from app.gui.state.marks import MarkStore
from app.gui.state.model_selection import ModelSelection
from app.gui.state.preference_store import PreferenceStore
from app.gui.state.recorder import Recorder
from app.gui.state.whole_video import WholeVideo
from app.live_outputs.places import profiles_path
from app.preferences import Preferences
from app.weights import ModelStore

if TYPE_CHECKING:
    from app.gui.state.live_outputs import LiveOutputs


class Studio(QObject):
    """Holds what the window's widgets act on: preferences, models, the live view, recordings and exports.

    Thread: the GUI's. Whatever takes time runs in workers and comes back through signals.
    """

    failed = Signal(object)
    """StudioError: an action of the user's failed."""
    queue_changed = Signal(object)
    """tuple[QueueRow, …]"""
    sending_changed = Signal(int)
    """How many live outputs are switched on."""

    def __init__(
        self, preferences: Preferences, make_store: Callable[[], ModelStore], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.workers = Workers("studio", self.failed.emit, threads=2)
        self.preferences = PreferenceStore(preferences, self)
        self.models = ModelSelection(self.preferences, make_store, self.workers, self)
        self.live_view = LiveView(self.preferences, self.models, self)
        self.marks = MarkStore(self)
        self.recorder = Recorder(self.live_view, self.workers, self)
        self.whole_video = WholeVideo(self.live_view, self.models, self.preferences, make_store, self)
        for part in (self.preferences, self.models, self.live_view, self.recorder, self.whole_video):
            part.failed.connect(self.failed)
        self._rows: LatestValue[tuple[QueueRow, ...]] = LatestValue()
        self._rows.on_value(self.queue_changed.emit)
        self.queue = ExportQueue(
            make_store, changed=self._rows.put, file=QueueFile(queues_folder()), make_runner=ExportProcess
        )
        self._live_outputs: LiveOutputs | None = None

    @property
    def live_outputs(self) -> LiveOutputs:
        """Imported and made when they are first wanted: most people never send anything."""
        if self._live_outputs is None:
            from app.gui.state.live_outputs import LiveOutputs

            self._live_outputs = LiveOutputs(self.live_view, self.workers, self)
            self._live_outputs.failed.connect(self.failed)
            self._live_outputs.sending_changed.connect(self.sending_changed)
        return self._live_outputs

    def resume_live_outputs(self) -> None:
        """Sends to live outputs again, if the user has asked for that."""
        self.workers.run(_sends_at_start, lambda wanted: self.live_outputs.resume() if wanted else None)

    def close(self) -> None:
        """Ends everything that runs, and waits for it."""
        self.workers.stop.request()
        if self._live_outputs is not None:
            self._live_outputs.close()
        self.whole_video.close()
        self.live_view.close()
        self.queue.close()
        self.models.close()
        self.workers.close(wait=True)
        self.recorder.close()
        self.preferences.close()


def _sends_at_start() -> bool:
    """Whether the profile of live outputs in use asks for it. Thread: a worker's."""
    path = profiles_path()
    if not path.exists():
        return False
    from app.live_outputs.profiles import read_profiles

    return read_profiles(path).profile.send_at_start
