"""What people change in a session. Each change is one value, so that it can be undone and saved as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.outputs.exclusions import DECIMALS, Span, Spans, merged
from app.session.events import Event, Events, Label, in_order, with_labels_of
from app.session.identities import Identities
from app.session.targets import Targets


@dataclass(frozen=True, slots=True)
class Edits:
    """Excluded ranges, the identities of faces, events and their labels, and targets; None: the usual ones."""

    excluded: Spans = ()
    identities: Identities = Identities()
    events: Events = ()
    labels: tuple[Label, ...] = ()
    targets: Targets | None = None

    def excluding(self, span: Span) -> Edits:
        """With one more excluded range, whose times are rounded as they will be saved."""
        start_s, end_s = (round(edge, DECIMALS) for edge in (min(span), max(span)))
        return replace(self, excluded=merged((*self.excluded, Span(start_s, end_s))))

    def including(self, span: Span) -> Edits:
        """With a range included again, whether all of it or only parts were excluded."""
        parts: list[Span] = []
        for kept in self.excluded:
            parts += [
                Span(kept.start_s, min(kept.end_s, span.start_s)),
                Span(max(kept.start_s, span.end_s), kept.end_s),
            ]
        return replace(self, excluded=merged(parts))

    def adding(self, *events: Event) -> Edits:
        """With more events, and labels for those that are new."""
        return replace(self, events=in_order((*self.events, *events)), labels=with_labels_of(self.labels, events))

    def removing(self, events: Iterable[Event]) -> Edits:
        removed = set(events)
        return replace(self, events=tuple(event for event in self.events if event not in removed))

    def with_label(self, label: Label, former: str | None = None) -> Edits:
        """With a label added, or in place of the one called `former`, whose events take the new name.

        No other label keeps its key.
        """
        others = [
            replace(other, key="") if other.key and other.key == label.key else other
            for other in self.labels
            if other.name != former
        ]
        place = next((place for place, other in enumerate(self.labels) if other.name == former), len(others))
        others = [other for other in others if other.name != label.name]
        others.insert(place, label)
        renamed = (replace(event, label=label.name) if event.label == former else event for event in self.events)
        return replace(self, labels=tuple(others), events=in_order(renamed))

    def without_label(self, name: str) -> Edits:
        """Without a label and its events."""
        return replace(
            self,
            labels=tuple(label for label in self.labels if label.name != name),
            events=tuple(event for event in self.events if event.label != name),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A change that can be undone or redone: its name for people, and the edits on the other side of it."""

    title: str
    edits: Edits
