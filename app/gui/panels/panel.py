"""What the side panel expects of its panels."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.watch.shown_frame import ShownFrame


class Panel(QWidget):
    """The content of a section of the side panel. Override what is needed; by default nothing is shown."""

    def show_frame(self, shown: ShownFrame) -> None:
        """Shows a frame. Called for every frame, so expensive updates are paced."""

    def set_region(self, has_region: bool) -> None:
        """Whether faces are looked for in a region of the picture only."""

    def clear(self) -> None:
        """Shows that no source is open."""
