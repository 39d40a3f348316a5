"""Connects the attention page and the strip below the curves to the model of a session."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.gui.session.attention_lane import AttentionLane
from app.gui.session.attention_model import ShownAttention, direction_at
from app.gui.session.attention_page import AttentionPage
from app.gui.session.files import SessionFiles
from app.gui.session.model import SessionModel
from app.outputs.sorted_rows import FaceTrack
from app.session.session import Session


class AttentionController(QObject):
    """Thread: the GUI's."""

    refused = Signal(str)
    """Why something that was typed is not possible."""

    def __init__(self, model: SessionModel, page: AttentionPage, lane: AttentionLane, files: SessionFiles) -> None:
        super().__init__(page)
        self._model, self._page, self._lane = model, page, lane
        self._track: FaceTrack | None = None
        self._time_s = 0.0
        attention = model.attention
        model.session_changed.connect(self._show_session)
        model.tracks_changed.connect(self._show_tracks)
        attention.targets_changed.connect(page.show_targets)
        attention.changed.connect(self._show)
        page.targets_edited.connect(attention.set_targets)
        page.label_chosen.connect(attention.set_label)
        page.load_requested.connect(files.load_targets)
        page.save_targets_requested.connect(files.save_targets)
        page.refused.connect(self.refused)

    def show_time(self, time_s: float) -> None:
        """The present time, on the table's clock."""
        self._time_s = time_s
        track = self._track
        self._page.show_direction(direction_at(track, self._model.kind, time_s) if track is not None else None)

    def _show(self, shown: ShownAttention | None) -> None:
        self._page.show_attention(shown)
        self._lane.show_runs(shown.attention.runs if shown is not None else None, self._model.attention.targets)

    def _show_session(self, session: Session) -> None:
        if session.first is not None:
            self._page.show_signs(session.first.reference.signs)
        self._page.show_alone(alone=session.stands_alone)
        labels = [label.name for label in session.edits.labels]
        if self._model.attention.label not in ("", *labels):
            self._model.attention.set_label("")
        self._page.show_labels(labels, self._model.attention.label)

    def _show_tracks(self, tracks: tuple[FaceTrack, ...]) -> None:
        self._track = tracks[0] if tracks else None
        self.show_time(self._time_s)
