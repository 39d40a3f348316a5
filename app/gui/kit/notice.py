"""A line over the picture that says what is wrong, and offers a way on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget


class Notice(QFrame):
    """One sentence with buttons. A newer one takes its place: there is never a heap of them."""

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
        self, text: str, ways_on: Sequence[tuple[str, Callable[[], object]]] = (), *, topic: str, good: bool = False
    ) -> None:
        """Shows the sentence. `topic` is what `dismiss_topic` later takes it back by; `good` news are shown quietly."""
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
        for title, call in ways_on:
            button = QPushButton(title)
            button.clicked.connect(lambda _checked=False, call=call: call())
            self._layout.insertWidget(self._layout.count() - 1, button)
            self._buttons.append(button)
        self.show()

    def dismiss(self) -> None:
        self.topic = ""
        self.hide()

    def dismiss_topic(self, topic: str) -> None:
        """Takes the sentence back where it is still about this."""
        if self.topic == topic:
            self.dismiss()
