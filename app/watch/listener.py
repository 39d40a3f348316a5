"""What is asked of a view, and what it reports to whoever listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.errors import StudioError
from app.frames import Analysis
from app.models.loader import LoadedModels
from app.settings import AnalysisSettings
from app.video import SourceFacts
from app.watch.shown_frame import ShownFrame, ViewOptions

Status = Literal["empty", "opening", "watching", "stopped", "ended", "lost", "refused"]


@dataclass(frozen=True, slots=True, eq=False)
class ViewRequest:
    """Everything that is wanted of the view at one moment. The view asks for the newest one at each frame.

    `models` is None until some are loaded; frames are shown without faces then.
    """

    options: ViewOptions = ViewOptions()
    settings: AnalysisSettings = AnalysisSettings()
    models: LoadedModels | None = None


@dataclass(frozen=True, slots=True)
class WatcherState:
    """What is being watched. `address` is what the user typed or chose, `title` its short name for people.

    `status`: "empty" without a source; "opening" until a live source has given its first frame; "watching"; "stopped"
    by the user; "ended" on its own (a stream); "lost" after it has been seen; "refused" if it could not be opened.
    `error` is the reason for "lost" and "refused"; `retry_in_s` is set if it will be opened again automatically.
    `facts` describe a video, a folder or a picture; None for live sources. `waiting`: while "opening", a sentence on
    what is being waited for if a stream sends data but no picture.
    """

    status: Status = "empty"
    address: str = ""
    title: str = ""
    live: bool = False
    facts: SourceFacts | None = None
    error: StudioError | None = None
    retry_in_s: float | None = None
    waiting: str = ""


class ViewListener:
    """Hears what a view does; each method does nothing unless it is overridden.

    Thread: named at each method. None may wait or raise: it is called in the thread that does the work.
    """

    def on_state(self, state: WatcherState) -> None:
        """The watcher's state has changed. Thread: the watcher's."""

    def on_faces_restarted(self) -> None:
        """Track IDs start again: the faces that follow are not those before. Thread: the view loop's."""

    def on_analysed(self, analysis: Analysis, request: ViewRequest) -> None:
        """A frame has been analysed as requested and will be drawn next. Thread: the view loop's."""

    def on_shown(self, shown: ShownFrame) -> None:
        """A frame has been drawn. Frames that come too fast are left out. Thread: the painter's."""

    def on_models_failed(self, error: StudioError) -> None:
        """The models failed during an analysis; they are not used for any other frame. Thread: the view loop's."""


class Listeners(ViewListener):
    """Several listeners behind one.

    Thread: any. A listener that is removed may still hear what is being reported at that moment.
    """

    def __init__(self) -> None:
        self._all: tuple[ViewListener, ...] = ()

    def add(self, listener: ViewListener) -> None:
        self._all = (*self._all, listener)

    def remove(self, listener: ViewListener) -> None:
        """Does nothing if it is not there."""
        self._all = tuple(one for one in self._all if one is not listener)

    def on_state(self, state: WatcherState) -> None:
        for listener in self._all:
            listener.on_state(state)

    def on_faces_restarted(self) -> None:
        for listener in self._all:
            listener.on_faces_restarted()

    def on_analysed(self, analysis: Analysis, request: ViewRequest) -> None:
        for listener in self._all:
            listener.on_analysed(analysis, request)

    def on_shown(self, shown: ShownFrame) -> None:
        for listener in self._all:
            listener.on_shown(shown)

    def on_models_failed(self, error: StudioError) -> None:
        for listener in self._all:
            listener.on_models_failed(error)
