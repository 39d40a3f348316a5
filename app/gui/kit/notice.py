"""A message above the picture, with buttons for what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget


class Notice(QFrame):
    """Shows one message at a time; a newer one replaces it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = QToolButton()
        self._close.setText("✕")
        self._close.setAutoRaise(True)
        self._close.setAccessibleName(self.tr("Dismiss"))
        self._close.setToolTip(self.tr("Dismiss"))
        self._close.clicked.connect(self.dismiss)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(14, 8, 8, 8)
        self._layout.addWidget(self._text)
        self._layout.addWidget(self._close)
        self._buttons: list[QPushButton] = []
        self.topic = ""
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def say(
        self, text: str, buttons: Sequence[tuple[str, Callable[[], object]]] = (), *, topic: str, good: bool = False
    ) -> None:
        """Shows a message. `buttons` are their titles and calls, `topic` is for `dismiss_topic`.

        `good` marks a message that reports a success.
        """
        self.topic = topic
        if self.property("good") != good:
            self.setProperty("good", good)
            self.style().unpolish(self)
            self.style().polish(self)
        self._text.setText(text)
        self._text.setAccessibleName(text)
        for button in self._buttons:
            self._layout.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for title, call in buttons:
            button = QPushButton(title)
            button.clicked.connect(lambda _checked=False, call=call: call())
            self._layout.insertWidget(self._layout.count() - 1, button)
            self._buttons.append(button)
        self.show()

    def set_text(self, text: str, *, topic: str) -> None:
        """Changes the text of the message about this topic and leaves its buttons as they are; does nothing if another
        message is shown."""
        if self.topic == topic and self._text.text() != text:
            self._text.setText(text)
            self._text.setAccessibleName(text)

    def dismiss(self) -> None:
        self.topic = ""
        self.hide()

    def dismiss_topic(self, topic: str) -> None:
        """Hides the message if it is about this topic."""
        if self.topic == topic:
            self.dismiss()
