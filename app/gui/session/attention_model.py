"""Attention in the session viewer: computes it in a worker whenever something that it depends on changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.gui.kit.workers import Workers
from app.outputs.rows import Numbers
from app.outputs.sorted_rows import FaceTrack
from app.session.attention import FaceAttention, attention
from app.session.attention_files import attention_of_faces, write_attention
from app.session.directions import density
from app.session.events import spans_of
from app.session.looks import frame_times, rows_of
from app.session.session import Kind, Session
from app.session.statistics import angles_of
from app.session.targets import STRAIGHT_AHEAD, SavedTargets, Targets, read_targets, write_targets

if TYPE_CHECKING:
    from app.gui.session.model import SessionModel


@dataclass(frozen=True, slots=True, eq=False)
class ShownAttention:
    """The attention of the selected face in the first table, and how long it points where."""

    attention: FaceAttention
    density: Numbers


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What attention depends on."""

    session: Session
    targets: Targets
    face_id: int
    kind: Kind
    strength: float | None
    label: str

    def is_same(self, other: _Wanted | None) -> bool:
        if other is None:
            return False
        own_edits, edits = self.session.edits, other.session.edits
        return (
            self.session.tables == other.session.tables
            and own_edits.excluded == edits.excluded
            and (not self.label or own_edits.events == edits.events)
            and replace(self, session=other.session) == other
        )


class AttentionModel(QObject):
    """Thread: the GUI's."""

    changed = Signal(object)
    """ShownAttention, or None if there is no face."""
    targets_changed = Signal(object)
    """Targets"""

    def __init__(self, model: SessionModel, workers: Workers) -> None:
        super().__init__(model)
        self.label = ""
        """Restricts the attention to events with this label; empty: everything that is not excluded."""
        self._model, self._workers = model, workers
        self._usual = Targets((replace(STRAIGHT_AHEAD, name=self.tr("Straight ahead")),))
        self._requested: _Wanted | None = None
        self._shown_targets: Targets | None = None
        model.session_changed.connect(self.update)
        model.statistics_changed.connect(self.update)

    @property
    def targets(self) -> Targets:
        """Those of the session, or the usual ones."""
        return self._model.session.edits.targets or self._usual

    def set_targets(self, targets: Targets, title: str) -> None:
        """Changes the targets, which can be undone. `title` names the change in the menu."""
        if targets != self.targets and self._model.session.first is not None:
            self._model.edit(lambda session: replace(session.edits, targets=targets), title)

    def set_label(self, label: str) -> None:
        self.label = label
        self.update()

    def load(self, path: Path) -> None:
        """Takes the targets from a file."""

        def use(saved: SavedTargets) -> None:
            first = self._model.session.first
            if first is None:
                return
            self.set_targets(saved.for_table(first.reference), self.tr("load targets"))
            doubt = saved.doubt_about(first.reference)
            if doubt is not None:
                self._model.saving.saved.emit(doubt)

        self._workers.run(partial(read_targets, path), use)

    def save_targets(self, path: Path) -> None:
        """Writes the targets to a file, for other tables."""
        first = self._model.session.first
        if first is not None:
            self._model.saving.save(path, partial(write_targets, path, self.targets, first.reference))

    def save(self, path: Path) -> None:
        """Writes the attention of every face as CSV."""
        prepared, targets, kind, label = self._model.prepared(), self.targets, self._model.kind, self.label
        self._model.saving.save(
            path, lambda: write_attention(path, [attention_of_faces(prepared(), targets, kind, label)])
        )

    def update(self) -> None:
        """Computes again if anything has changed that it depends on."""
        if self._shown_targets != self.targets:
            self._shown_targets = self.targets
            self.targets_changed.emit(self.targets)
        wanted, before = self._wanted(), self._requested
        self._requested = wanted
        if wanted is None:
            self.changed.emit(None)
        elif not wanted.is_same(before):
            self._workers.run(partial(_compute, wanted, self._model.prepared()), partial(self._show, wanted))

    def _wanted(self) -> _Wanted | None:
        model = self._model
        if model.face_id is None or model.session.first is None or model.session.stands_alone:
            return None
        return _Wanted(model.session, self.targets, model.face_id, model.kind, model.strength, self.label)

    def _show(self, wanted: _Wanted, shown: ShownAttention | None) -> None:
        if wanted.is_same(self._requested):
            self.changed.emit(shown)


def direction_at(track: FaceTrack, kind: Kind, time_s: float) -> tuple[float, float] | None:
    """Yaw and pitch of a track at this time; None while the face is absent."""
    row = track.row_at(time_s)
    if row is None:
        return None
    yaw, pitch, _ = angles_of(track, kind)[row].tolist()
    return None if np.isnan(yaw) or np.isnan(pitch) else (yaw, pitch)


def _compute(wanted: _Wanted, prepared: Callable[[], Session]) -> ShownAttention | None:
    session = prepared()
    table = session.first
    track = table.track(wanted.face_id) if table is not None else None
    if table is None or track is None:
        return None
    times = frame_times(table)
    only = spans_of(session.edits.events, wanted.label, wanted.face_id) if wanted.label else None
    found = attention(table, track, wanted.targets, kind=wanted.kind, excluded=session.excluded, only=only, times=times)
    rows = rows_of(track, times, found.left_out)
    return ShownAttention(found, density(angles_of(track, wanted.kind), rows.counted_s))
