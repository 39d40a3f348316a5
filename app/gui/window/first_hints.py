"""The hints of the main window: where to open something, choose models, and export."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.gui.guide.hints import Hint, Hints
from app.gui.kit.action_table import ActionTable
from app.gui.state.studio import Studio
from app.gui.window.menus import Menus


class FirstHints(QObject):
    """Shows them at the first start, and when the user asks for them again.

    Thread: the GUI's.
    """

    def __init__(self, window: QWidget, studio: Studio, menus: Menus, actions: ActionTable, notice: QWidget) -> None:
        super().__init__(window)
        self._studio = studio
        opening, models, export = (menus.button(name) for name in ("open", "snapshot", "export"))
        self.hints = Hints(
            window,
            (
                Hint(
                    self.tr("Start here: open a video, a camera or a stream. Or drop files anywhere on the window."),
                    opening,
                    lambda: studio.live_view.state.status == "empty",
                ),
                Hint(
                    self.tr("Choose another network or detector here at any time, even while a video plays."),
                    models,
                    lambda: studio.live_view.newest is not None,
                ),
                Hint(
                    self.tr("Export analyses every frame, and writes an annotated video and a table of all angles."),
                    export,
                    lambda: studio.live_view.newest is not None,
                ),
            ),
            notice,
        )
        self.hints.begun.connect(lambda: studio.preferences.change(hints_seen=True))
        studio.live_view.state_changed.connect(self._show_watcher)
        studio.live_view.frame_shown.connect(lambda _frame: self.hints.update())
        for name, target in (("snapshot", models), ("detector", models), ("device", models)):
            menus.choices[name].aboutToShow.connect(lambda target=target: self.hints.used(target))
        actions["export"].triggered.connect(lambda _checked=False: self.hints.used(export))
        actions.connect_calls({"hints": self.hints.start})
        self._opening = opening

    def show_first(self) -> None:
        """Shows them, unless they have been shown before."""
        if not self._studio.preferences.current.hints_seen:
            self.hints.start()

    def _show_watcher(self, _state: object) -> None:
        if self._studio.live_view.state.status not in ("empty", "refused"):
            self.hints.used(self._opening)
        self.hints.update()
