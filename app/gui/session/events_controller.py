"""Marks events while a video plays, and connects their page and lanes to the model of a session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.gui.session.event_dialogs import EventDialog, LabelDialog
from app.gui.session.event_lanes import EventLanes
from app.gui.session.events_page import EventsPage
from app.gui.session.marks import Marks
from app.gui.session.model import SessionModel
from app.session.edits import Edits
from app.session.events import DECIMALS, Event, Label, following, next_label, preceding
from app.session.label_statistics import LabelStatistics, range_end
from app.session.session import Session


class EventsController(QObject):
    """Ranges start with one press of their label's key and end with the next. `now`: the time of the frame shown.

    Thread: the GUI's.
    """

    said = Signal(str)
    """What was marked, for the status bar."""
    seek_requested = Signal(float)

    def __init__(
        self, model: SessionModel, page: EventsPage, lanes: EventLanes, marks: Marks, now: Callable[[], float]
    ) -> None:
        super().__init__(page)
        self._model, self._page, self._lanes, self._marks, self._now = model, page, lanes, marks, now
        self._running: dict[str, tuple[float, int | None]] = {}
        model.session_changed.connect(self._show_session)
        model.labels_changed.connect(self._show_statistics)
        page.label_wanted.connect(self.add_label)
        page.label_edit_requested.connect(self.edit_label)
        page.label_removal_requested.connect(self._remove_label)
        page.label_pressed.connect(self.press)
        page.event_edit_requested.connect(self.edit)
        page.removal_requested.connect(self._remove)
        page.selection_changed.connect(lanes.show_selected)
        lanes.seek_requested.connect(self.seek_requested)
        lanes.event_chosen.connect(lambda event: page.select_events({event}))
        lanes.edit_requested.connect(self.edit)

    @property
    def labels(self) -> Sequence[Label]:
        return self._model.session.edits.labels

    def press_key(self, key: str) -> None:
        """A digit was pressed: its label is marked; without one, a label is added."""
        label = next((label for label in self.labels if label.key == key), None)
        if label is not None:
            self.press(label.name)
        elif self._model.session.first is not None:
            self.add_label(key)

    def press(self, name: str) -> None:
        """Marks a moment; or the marked range; or starts a range, or ends the one that has started."""
        label = next((label for label in self.labels if label.name == name), None)
        if label is None or self._model.session.first is None:
            return
        now, face_id = round(self._now(), DECIMALS), self._model.face_id if self._page.for_face.isChecked() else None
        marked = self._marks.span
        if not label.ranges:
            self._add(Event(now, now, name, face_id))
        elif name in self._running:
            start, started_for = self._running.pop(name)
            end = round(range_end(self._model.session, max(start, now)), DECIMALS)
            self._add(Event(min(start, now), end, name, started_for))
        elif marked is not None:
            self._marks.clear()
            self._add(Event(round(marked.start_s, DECIMALS), round(marked.end_s, DECIMALS), name, face_id))
        else:
            self._running[name] = (now, face_id)
            self.said.emit(
                self.tr("“{label}” has started. Press its key again to end it, Esc to drop it.").format(label=name)
            )
        self._show_running()

    def drop_running(self) -> bool:
        """Drops the ranges that have started; returns whether there were any."""
        dropped, self._running = bool(self._running), {}
        self._show_running()
        return dropped

    def end_running(self) -> None:
        """Ends the ranges that have started, before the session is closed."""
        for name in list(self._running):
            self.press(name)

    def add_label(self, key: str = "") -> None:
        if self._model.session.first is None:
            return
        label = next_label(self.labels)
        dialog = LabelDialog(replace(label, key=key or label.key), self.labels, new=True, parent=self._window())
        dialog.accepted.connect(lambda: self._keep_label(dialog.label, None))
        _open(dialog)

    def edit_label(self, name: str) -> None:
        label = next((label for label in self.labels if label.name == name), None)
        if label is not None:
            others = [other for other in self.labels if other.name != name]
            dialog = LabelDialog(label, others, new=False, parent=self._window())
            dialog.accepted.connect(lambda: self._keep_label(dialog.label, name))
            _open(dialog)

    def edit(self, event: Event) -> None:
        dialog = EventDialog(event, self._model.session, self._window())
        dialog.accepted.connect(lambda: self._replace(event, dialog.event_now))
        _open(dialog)

    def jump(self, *, forward: bool) -> None:
        """Goes to the next event, or to the one before, and selects it."""
        find = following if forward else preceding
        event = find(self._model.session.edits.events, self._now())
        if event is None:
            self.said.emit(
                self.tr("There is no event after this one.")
                if forward
                else self.tr("There is no event before this one.")
            )
            return
        self._page.select_events({event})
        self.seek_requested.emit(event.start_s)

    def _add(self, event: Event) -> None:
        self._edit(lambda session: session.edits.adding(event), self.tr("add “{}”").format(event.label))
        self._page.select_events({event})
        self.said.emit(self.tr("Marked “{}”.").format(event.label))

    def _replace(self, event: Event, changed: Event) -> None:
        self._edit(
            lambda session: session.edits.removing([event]).adding(changed), self.tr("edit “{}”").format(event.label)
        )
        self._page.select_events({changed})

    def _remove(self, events: Sequence[Event]) -> None:
        title = self.tr("delete “{}”").format(events[0].label)
        if len(events) > 1:
            title = self.tr("delete {} events").format(len(events))
        self._edit(lambda session: session.edits.removing(events), title)

    def _keep_label(self, label: Label, former: str | None) -> None:
        title = self.tr("add the label “{}”") if former is None else self.tr("edit the label “{}”")
        self._edit(lambda session: session.edits.with_label(label, former), title.format(label.name))

    def _remove_label(self, name: str) -> None:
        self._running.pop(name, None)
        self._edit(lambda session: session.edits.without_label(name), self.tr("remove the label “{}”").format(name))

    def _edit(self, make: Callable[[Session], Edits], title: str) -> None:
        self._model.edit(make, title)

    def _show_session(self, session: Session) -> None:
        self._page.show_session(session)
        self._lanes.show_events(session.edits.events, session.edits.labels)

    def _show_statistics(self, statistics: Sequence[LabelStatistics]) -> None:
        self._page.show_labels(statistics, {label.name: (label.key, label.colour) for label in self.labels})

    def _show_running(self) -> None:
        self._lanes.show_running({name: start for name, (start, _) in self._running.items()})

    def _window(self) -> QWidget:
        return self._page.window()


def _open(dialog: EventDialog | LabelDialog) -> None:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
