"""What the preferences dialog expects of its pages."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.gui.state.studio import Studio
from app.preferences import Preferences
from app.settings import ModelChoice


class Page(QWidget):
    """Shows some fields of the preferences, and changes them at once when the user does.

    `fields`: the names in `Preferences` that “Restore defaults” resets.
    """

    fields: tuple[str, ...] = ()

    def __init__(self, studio: Studio, title: str) -> None:
        super().__init__()
        self.studio = studio
        self.title = title

    def show_preferences(self, preferences: Preferences) -> None:
        """Sets the controls without changing anything."""
        raise NotImplementedError

    def restore_defaults(self) -> None:
        defaults = Preferences()
        self.studio.preferences.change(**{name: getattr(defaults, name) for name in self.fields})

    def choose(self, choice: ModelChoice) -> None:
        self.studio.models.choose(choice)
