"""Yaw, pitch and roll of all faces over the whole video, or the offer to analyse it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.kit import number_format, theme
from app.gui.kit.pacing import TEXT_EVERY_MS, Paced
from app.gui.kit.plotting import PlottingLibrary
from app.gui.state.whole_video import Running, WholeVideoState
from app.session.video_curves import FaceCurve, VideoCurves
from app.session.whole_tables import Difference

if TYPE_CHECKING:
    from app.gui.panels.whole_plots import Pointer, WholePlots

MOST_LINES = 12
"""Of the faces seen longest: more lines in one plot cannot be told apart."""

_ZOOM = 2.0
_PERMILLE = 1000
_DESCRIBED_EVERY_MS = 1000


class WholeChart(QWidget):
    """`header` is the row of controls above the plots, which its owner may place elsewhere."""

    seek_requested = Signal(float)
    analysis_requested = Signal()
    cancel_requested = Signal()
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = WholeVideoState()
        self._curves: VideoCurves | None = None
        self._time_s: float | None = None
        self._pointer: Pointer | None = None
        self._length_s = 0.0
        self._marks: tuple[float | None, float | None] = (None, None)
        self.plots: WholePlots | None = None
        self._pictures_per_s = 0.0
        self._library = PlottingLibrary(self)
        self.header = QWidget()
        self._text = QLabel()
        self._faces = QComboBox()
        self._buttons = [QToolButton() for _ in range(3)]
        self._save = QToolButton()
        self._analyse = QPushButton()
        self._progress = QProgressBar()
        self._offer = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._start = QPushButton()
        self._pages = QStackedWidget()
        self._lay_out()
        self._values: Paced[bool] = Paced(self, TEXT_EVERY_MS, lambda _due: self._show_values())
        self._description: Paced[bool] = Paced(self, _DESCRIBED_EVERY_MS, lambda _due: self._describe())
        theme.watch().changed.connect(self._draw_icons)
        self._draw_icons()
        self._show_texts()
        self.show_state(self._state)

    def show_state(self, state: WholeVideoState) -> None:
        """Shows what is known about the whole video."""
        self._state = state
        running = state.running
        own = running is not None and running.source == state.source
        self._show_button(running)
        self._progress.setVisible(running is not None)
        if running is not None:
            self._show_progress(running, own=own)
        self._save.setEnabled(state.curves is not None and not state.table_name)
        self._start.setVisible(running is None)
        self._start.setEnabled(state.source is not None)
        self._offer.setText(self._offer_text(running, own=own))
        if state.curves is not self._curves:
            self._curves = state.curves
            self._list_faces()
        self._pages.setCurrentIndex(0 if self._curves is None else 1)
        for widget in (self._faces, *self._buttons, self._save):
            widget.setVisible(self._curves is not None)
        self._show_values()

    def show_pictures(self, per_s: float) -> None:
        """Shows the faces of pictures as points that no line joins, so many pictures in a second; 0: of a video."""
        if per_s == self._pictures_per_s:
            return
        self._pictures_per_s = per_s
        self._show_texts()
        self.show_state(self._state)
        self._update_plots()

    def show_length(self, length_s: float | None) -> None:
        """Sets the length of the video; None if it is unknown."""
        self._length_s = length_s or 0.0
        self._update_plots()

    def show_time(self, time_s: float | None) -> None:
        """Moves the cursor to the time of the frame that is shown."""
        self._time_s = time_s
        if self.plots is not None:
            self.plots.move_cursor(time_s)
        self._values.offer(True)
        self._description.offer(True)

    def show_marks(self, start_s: float | None, end_s: float | None) -> None:
        self._marks = start_s, end_s
        if self.plots is not None:
            self.plots.show_marks(start_s, end_s)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._library.request(self._make_plots)

    # Layout

    def _lay_out(self) -> None:
        self._text.setFont(theme.tabular_digits(self.font()))
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._faces.setAccessibleName(self.tr("Faces in the chart"))
        self._faces.setToolTip(self.tr("Which faces are drawn"))
        self._faces.setMinimumContentsLength(6)
        self._faces.currentIndexChanged.connect(lambda _index: self._choose_faces())
        calls = self._zoom_in, self._zoom_out, self._show_all
        for button, call in zip(self._buttons, calls, strict=True):
            button.setAutoRaise(True)
            button.clicked.connect(call)
        self._save.setToolTip(self.tr("Save these angles as a pose table, with its record"))
        self._save.setAccessibleName(self.tr("Save pose table…"))
        self._save.setAutoRaise(True)
        self._save.clicked.connect(self.save_requested)
        self._analyse.clicked.connect(self._analyse_or_cancel)
        self._start.clicked.connect(self.analysis_requested)
        self._progress.setRange(0, _PERMILLE)
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(80)
        self._progress.setAccessibleName(self.tr("Progress of the analysis"))
        row = QHBoxLayout(self.header)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._text, 1)
        # What appears and vanishes takes its place from the text, and moves nothing else.
        for widget in (self._progress, self._analyse, self._faces, *self._buttons, self._save):
            row.addWidget(widget)
        texts = self.tr("Cancel"), self.tr("Analyse"), self.tr("Analyse again")
        self._analyse.setMinimumWidth(max(map(self._button_width, texts)))
        offer = QWidget()
        column = QVBoxLayout(offer)
        column.addStretch(1)
        column.addWidget(self._offer)
        column.addWidget(self._start, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)
        self._pages.addWidget(offer)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addWidget(self.header)
        whole.addWidget(self._pages, 1)

    def _button_width(self, text: str) -> int:
        return QPushButton(text).sizeHint().width()

    def _draw_icons(self) -> None:
        for button, name in zip((*self._buttons, self._save), ("plus", "minus", "reset", "export"), strict=True):
            button.setIcon(theme.icon(name))

    def _make_plots(self) -> None:
        from app.gui.panels.whole_plots import WholePlots

        self.plots = WholePlots()
        self.plots.seek_requested.connect(self.seek_requested)
        self.plots.hovered.connect(self._point)
        self._show_texts()
        self._pages.addWidget(self.plots)
        self._pages.setCurrentIndex(0 if self._curves is None else 1)
        self._update_plots()
        self.plots.show_marks(*self._marks)
        self.plots.move_cursor(self._time_s)

    # Contents

    def _show_texts(self) -> None:
        """The texts that name the source: a video, or pictures."""
        pictures = bool(self._pictures_per_s)
        self._start.setText(self.tr("Analyse all pictures") if pictures else self.tr("Analyse whole video"))
        everything = self.tr("Show all pictures (0)") if pictures else self.tr("Show the whole video (0)")
        for button, tip in zip(
            self._buttons, (self.tr("Zoom in (+)"), self.tr("Zoom out (−)"), everything), strict=True
        ):
            button.setToolTip(tip)
            button.setAccessibleName(tip)
        if self.plots is not None:
            name = self.tr("Angles over all pictures") if pictures else self.tr("Angles over the whole video")
            self.plots.setAccessibleName(name)

    def _show_button(self, running: Running | None) -> None:
        again = self._state.curves is not None
        text = self.tr("Cancel") if running is not None else self.tr("Analyse again") if again else self.tr("Analyse")
        self._analyse.setText(text)
        self._analyse.setAccessibleName(self.tr("Cancel the analysis") if running is not None else text)
        self._analyse.setEnabled(self._state.source is not None or running is not None)
        stale = bool(self._state.differences) and running is None
        self._analyse.setVisible(running is not None or stale)

    def _show_progress(self, running: Running, *, own: bool) -> None:
        total = running.total
        self._progress.setRange(0, _PERMILLE if total else 0)
        if total:
            self._progress.setValue(round(_PERMILLE * running.done / total))
        left = "" if running.left_s is None else self.tr("{} left").format(number_format.clock(running.left_s))
        self._progress.setToolTip(left if own else f"{running.source.name} {left}")

    def _offer_text(self, running: Running | None, *, own: bool) -> str:
        if running is not None:
            percent = f"{100 * running.done / running.total:.0f} %" if running.total else ""
            left = "" if running.left_s is None else self.tr("{} left").format(number_format.clock(running.left_s))
            name = "" if own else running.source.name
            return "  ".join(part for part in (self.tr("Analysing…"), name, percent, left) if part)
        if self._pictures_per_s:
            return self.tr("Every picture is analysed once with the present models and settings, in the background.")
        return self.tr("Every frame is analysed once with the present models and settings, in the background.")

    def _list_faces(self) -> None:
        chosen = self._faces.currentData()
        self._faces.blockSignals(True)
        self._faces.clear()
        curves = self._curves.faces if self._curves is not None else ()
        if len(curves) != 1:
            hidden = len(curves) - MOST_LINES
            text = self.tr("{} longest").format(MOST_LINES) if hidden > 0 else self.tr("All faces")
            self._faces.addItem(text, None)
        for curve in curves:
            self._faces.addItem(self.tr("Face {}").format(curve.face_id), curve.face_id)
        self._faces.setCurrentIndex(max(0, self._faces.findData(chosen)))
        self._faces.blockSignals(False)
        self._update_plots()

    def _choose_faces(self) -> None:
        self._update_plots()
        self._show_values()
        self._description.offer(True)

    @property
    def _drawn(self) -> tuple[FaceCurve, ...]:
        if self._curves is None:
            return ()
        chosen = self._faces.currentData()
        if chosen is None:
            return self._curves.faces[:MOST_LINES]
        return tuple(curve for curve in self._curves.faces if curve.face_id == chosen)

    def _update_plots(self) -> None:
        if self.plots is None or self._curves is None:
            return
        self.plots.show_pictures(self._pictures_per_s)
        self.plots.set_length(max(self._length_s, self._curves.end_s))
        self.plots.show_faces(self._drawn, by_angle=self._faces.currentData() is not None)

    def _point(self, pointer: Pointer | None) -> None:
        self._pointer = pointer
        if self.plots is not None:
            self.plots.show_pointer(None if pointer is None else pointer.time_s)
        self._values.offer(True)

    def _show_values(self) -> None:
        """Shows the angles under the pointer, otherwise those at the cursor; a warning instead if there is one."""
        at_s = self._pointer.time_s if self._pointer is not None else self._time_s
        warning = self._warning() if self._pointer is None else ""
        if warning or self._curves is None or at_s is None:
            self._text.setText(f'<span style="color:{theme.colours().quiet}">{warning}</span>')
            self._text.setToolTip(warning)
            return
        shown = self._values_at(at_s)
        parts = [self._place(at_s)]
        for curve, row in shown[:1]:
            if len(self._drawn) > 1:
                ink = theme.face_line(curve.face_id).name()
                parts.append(f'<span style="color:{ink}">■</span>&nbsp;{curve.face_id}')
            for colour, angle in zip(theme.angle_colours(), curve.angles[row], strict=True):
                text = number_format.ABSENT if np.isnan(angle) else number_format.angle(float(angle))
                parts.append(f'<span style="color:{colour.name()}">●</span>&nbsp;{text}')
        self._text.setText("&nbsp; ".join(parts))
        self._text.setToolTip(self._state.table_name)

    def _place(self, time_s: float) -> str:
        """The time, or the number of the picture."""
        if self._pictures_per_s:
            return self.tr("picture {}").format(int(time_s * self._pictures_per_s + 1e-6) + 1)
        return number_format.clock(time_s, tenths=True)

    def _values_at(self, time_s: float) -> list[tuple[FaceCurve, int]]:
        """The faces that are in the frame at this time, of those that are drawn, and their rows.

        The face whose line is next to the pointer is the first one.
        """
        rows = ((curve, curve.row_at(time_s)) for curve in self._drawn)
        found = [(curve, row) for curve, row in rows if row is not None]
        if self._pointer is not None:
            _, which, angle = self._pointer
            found.sort(key=lambda face: float(np.nan_to_num(abs(face[0].angles[face[1], which] - angle), nan=np.inf)))
        return found

    def _warning(self) -> str:
        if not self._state.differences or self._curves is None:
            return ""
        names: dict[Difference, str] = {
            "snapshot": self.tr("another snapshot"),
            "detector": self.tr("another detector"),
            "smoothing": self.tr("another smoothing"),
            "other settings": self.tr("other settings"),
            "range": self.tr("only a part of the video"),
            "no record": self.tr("settings that are not recorded"),
        }
        given = ", ".join(names[difference] for difference in self._state.differences)
        source = self._state.table_name
        return self.tr("{}: {}").format(source, given) if source else self.tr("Analysed with {}").format(given)

    def _describe(self) -> None:
        """Tells screen readers what is seen in the chart."""
        if self.plots is None or self._curves is None or self._time_s is None:
            return
        parts = [self.tr("At {}").format(self._place(self._time_s))]
        for curve, row in self._values_at(self._time_s):
            yaw, pitch, roll = (number_format.angle(float(angle)) for angle in curve.angles[row])
            parts.append(self.tr("Face {}: yaw {}, pitch {}, roll {}").format(curve.face_id, yaw, pitch, roll))
        self.plots.setAccessibleDescription(". ".join(parts))

    # From the user

    def _analyse_or_cancel(self) -> None:
        (self.cancel_requested if self._state.running is not None else self.analysis_requested).emit()

    def _zoom_in(self) -> None:
        if self.plots is not None:
            self.plots.zoom(_ZOOM)

    def _zoom_out(self) -> None:
        if self.plots is not None:
            self.plots.zoom(1 / _ZOOM)

    def _show_all(self) -> None:
        if self.plots is not None:
            self.plots.show_all()
