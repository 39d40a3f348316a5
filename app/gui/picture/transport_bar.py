"""The controls below the picture: for a video, playback; for a live source, starting and stopping."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from app.gui.kit import number_format, theme
from app.gui.kit.number_format import ABSENT
from app.gui.picture.seek_slider import SeekSlider
from app.gui.picture.volume_row import VolumeRow

if TYPE_CHECKING:
    from app.watch.player import PlayerState

SPEEDS = (0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
_ICON_PX = 20
_NAME_PX = 160
_WIDE_PX = 700
"""A narrower bar has no slider for the volume, so that the one for the position is long enough."""
_FRAMES_PER_S = 60
"""For the room that a frame's number needs; a video with more only makes the slider a little shorter."""


class TransportBar(QWidget):
    """Shows a state and requests changes of it; playback itself is controlled elsewhere."""

    play_requested = Signal()
    pause_requested = Signal()
    seek_requested = Signal(float)
    """Seconds from the start."""
    step_requested = Signal(int)
    """The number of frames to step forward; negative to step back."""
    speed_requested = Signal(float)
    loop_requested = Signal(bool)
    start_requested = Signal()
    stop_requested = Signal()
    reconnect_requested = Signal()
    damage_requested = Signal()
    """What is unusual about the source is to be told."""
    place_requested = Signal()
    """The user wants to type a time or the number of a frame."""
    preview_requested = Signal(float)
    """A picture of the video at this time is wanted by `show_preview`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._playing = self._running = False
        self._available, self._away = True, False
        self._icons: dict[QToolButton, str] = {}
        self._pages = QStackedLayout()
        self._pages.addWidget(self._video_page())
        self._pages.addWidget(self._live_page())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 3, 8, 3)
        outer.addLayout(self._pages)
        theme.watch().changed.connect(self._draw_icons)
        self._draw_icons()

    def set_available(self, available: bool) -> None:
        """Whether there is something to play, so that the bar is shown."""
        self._available = available
        self.setVisible(available and not self._away)

    def set_away(self, away: bool) -> None:
        """Hides the bar for the moment, as in the full screen."""
        self._away = away
        self.setVisible(self._available and not away)

    def show_state(self, state: PlayerState, *, pictures: Sequence[str] = ()) -> None:
        """Shows the playback of a video, or of a folder with pictures of these names."""
        self._pages.setCurrentIndex(0)
        self._playing = state.playing
        play = self.tr("Pause (Space)") if state.playing else self.tr("Play (Space)")
        if state.ended and not state.playing:
            play = self.tr("Play from the start (Space)")
        self._set_button(self._play, "pause" if state.playing else "play", play)
        self.seek.show_position(state.position_s, state.duration_s)
        self.seek.set_pictures(pictures if state.duration_s else ())
        if pictures and state.duration_s:
            self._show_picture(state, pictures)
        else:
            self._show_time(state)
        self._show_speed(state.speed)
        self._loop.setChecked(state.loop)
        self._damage.setVisible(state.damage is not None)
        if state.damage is not None:
            self._damage.setToolTip(str(state.damage))
            self._damage.setAccessibleName(str(state.damage))

    def show_live(self, running: bool, elapsed_s: float, *, lost: bool = False) -> None:
        """Shows a live source, and for how long it has been open. `lost`: it is being looked for again."""
        self._pages.setCurrentIndex(1)
        self._running = running
        switch = self.tr("Stop (Space)") if running else self.tr("Start (Space)")
        self._set_button(self._switch, "stop" if running else "play", switch)
        self._live_mark.setEnabled(running)
        self._live_mark.setText(self.tr("LIVE") if running else self.tr("LOST") if lost else self.tr("STOPPED"))
        self._elapsed.setText(number_format.clock(elapsed_s))

    def show_marks(self, start_s: float | None, end_s: float | None) -> None:
        """Marks a range of the video in seconds; None leaves a side open."""
        self.seek.show_marks(start_s, end_s)

    def show_preview(self, time_s: float, image: QImage) -> None:
        self.seek.show_preview(time_s, image)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.volume.slider.setVisible(self.width() >= _WIDE_PX)

    def _video_page(self) -> QWidget:
        page, row = _page()
        back = self._button("previous", self.tr("Previous frame (,)"))
        back.setAutoRepeat(True)
        back.clicked.connect(lambda: self.step_requested.emit(-1))
        self._play = self._button("play", self.tr("Play (Space)"))
        self._play.clicked.connect(self._play_or_pause)
        forward = self._button("next", self.tr("Next frame (.)"))
        forward.setAutoRepeat(True)
        forward.clicked.connect(lambda: self.step_requested.emit(1))
        self.seek = SeekSlider()
        self.seek.seek_requested.connect(self.seek_requested)
        self.seek.preview_requested.connect(self.preview_requested)
        self._time = QToolButton()
        self._time.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._time.setFont(theme.tabular_digits(self.font()))
        self._time.setAccessibleName(self.tr("Time"))
        self._time.setToolTip(self.tr("Time, length and number of the frame. Go to a time or a frame (Ctrl+G)"))
        self._time.clicked.connect(self.place_requested)
        self._damage = self._button("warning", "")
        self._damage.clicked.connect(self.damage_requested)
        self._damage.hide()
        self._speed = QToolButton()
        self._speed.setAccessibleName(self.tr("Speed"))
        self._speed.setToolTip(self.tr("Speed (slower [, faster ])"))
        self._speed.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._speed.setMenu(self._speed_menu())
        self._speed.setMinimumWidth(self.fontMetrics().horizontalAdvance("0.25×") + 34)
        self._loop = self._button("loop", self.tr("Loop (Shift+L)"))
        self._loop.setCheckable(True)
        self._loop.clicked.connect(self.loop_requested)
        self.volume = VolumeRow()
        self.volume.hide()
        for button in (back, self._play, forward):
            row.addWidget(button)
        row.addWidget(self.seek, 1)
        row.addWidget(self._damage)
        row.addWidget(self._time)
        row.addWidget(self._speed)
        row.addWidget(self._loop)
        row.addWidget(self.volume)
        self._show_speed(1.0)
        return page

    def _live_page(self) -> QWidget:
        page, row = _page()
        self._switch = self._button("stop", self.tr("Stop (Space)"))
        self._switch.clicked.connect(self._start_or_stop)
        reconnect = self._button("reconnect", self.tr("Reconnect (Ctrl+R)"))
        reconnect.clicked.connect(self.reconnect_requested)
        self._live_mark = QLabel(self.tr("LIVE"))
        self._live_mark.setObjectName("liveMark")
        self._live_mark.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._elapsed = QLabel()
        self._elapsed.setFont(theme.tabular_digits(self.font()))
        self._elapsed.setAccessibleName(self.tr("Elapsed"))
        for widget in (self._switch, reconnect, self._live_mark, self._elapsed):
            row.addWidget(widget)
        row.addStretch(1)
        return page

    def _speed_menu(self) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        self._speeds: dict[float, QAction] = {}
        for speed in SPEEDS:
            action = menu.addAction(_speed_text(speed))
            action.setCheckable(True)
            action.triggered.connect(lambda _checked=False, speed=speed: self.speed_requested.emit(speed))
            group.addAction(action)
            self._speeds[speed] = action
        return menu

    def _show_time(self, state: PlayerState) -> None:
        hours = (state.duration_s or state.position_s) >= 3600
        text = number_format.clock(state.position_s, tenths=True, hours=hours)
        widest = number_format.clock(0, tenths=True, hours=hours)
        digits = 5
        if state.duration_s is not None:
            length = number_format.clock(state.duration_s, tenths=True, hours=hours)
            text, widest = f"{text} / {length}", f"{widest} / {length}"
            digits = max(digits, len(str(round(state.duration_s * _FRAMES_PER_S))))
        text += f" · {frame_text(state.frame)}"
        widest += f" · #{'0' * digits}"
        # The button keeps the width of its widest text, so that the slider does not change its length.
        width = self._time.fontMetrics().horizontalAdvance(widest) + 2 * theme.SPACE
        self._time.setMinimumWidth(width)
        self._say_time(text)

    def _show_picture(self, state: PlayerState, pictures: Sequence[str]) -> None:
        number = self.seek.picture_at(state.position_s) if state.frame is None else state.frame
        count, metrics = self.tr("picture {} of {}"), self._time.fontMetrics()
        name = metrics.elidedText(pictures[number], Qt.TextElideMode.ElideMiddle, _NAME_PX)
        widest = count.format(len(pictures), len(pictures))
        self._time.setMinimumWidth(_NAME_PX + metrics.horizontalAdvance(f"{widest} · ") + 16)
        self._say_time(f"{name} · {count.format(number + 1, len(pictures))}")
        self._time.setAccessibleDescription(f"{pictures[number]}, {count.format(number + 1, len(pictures))}")

    def _say_time(self, text: str) -> None:
        self._time.setText(text)
        self._time.setAccessibleDescription(text)
        self.seek.setAccessibleDescription(text)

    def _show_speed(self, speed: float) -> None:
        self._speed.setText(_speed_text(speed))
        for known, action in self._speeds.items():
            action.setChecked(known == speed)

    def _play_or_pause(self) -> None:
        (self.pause_requested if self._playing else self.play_requested).emit()

    def _start_or_stop(self) -> None:
        (self.stop_requested if self._running else self.start_requested).emit()

    def _button(self, icon: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setIconSize(QSize(_ICON_PX, _ICON_PX))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icons[button] = icon
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _set_button(self, button: QToolButton, icon: str, tip: str) -> None:
        if button.toolTip() != tip:
            button.setToolTip(tip)
            button.setAccessibleName(tip)
        if self._icons[button] != icon:
            self._icons[button] = icon
            button.setIcon(theme.icon(icon))

    def _draw_icons(self) -> None:
        for button, icon in self._icons.items():
            button.setIcon(theme.icon(icon))


def _page() -> tuple[QWidget, QHBoxLayout]:
    page = QWidget()
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    return page, row


def frame_text(number: int | None) -> str:
    """A frame's number, counted from 0, for example #307."""
    return f"#{ABSENT if number is None else number}"


def _speed_text(speed: float) -> str:
    return f"{speed:g}×"
