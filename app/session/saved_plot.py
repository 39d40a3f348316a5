"""The plot of a session: a face's angles over time in each table."""

from __future__ import annotations

from pathlib import Path

from app.errors import UsageError
from app.outputs.plot import PlottedEvents, plot_comparison
from app.session.faces import face_text
from app.session.label_statistics import events_of
from app.session.session import Session
from app.threads.processes import run_in_process


def save_plot(session: Session, face_id: int | None, path: Path) -> None:
    """Plots a face of each table, with the excluded ranges and events, as PNG or SVG according to the extension.

    Raises UsageError if there is no face or for another extension, OutputError if the file cannot be written.
    """
    if face_id is None or session.first is None:
        raise UsageError("There is no face to plot.", advice="First open a table that contains faces.")
    tracks = session.tracks(face_id)
    named = list(zip(session.titles, tracks, strict=False))
    alone = session.stands_alone
    face = f"face {face_id} of each picture" if alone else face_text(session.first.names, face_id)
    run_in_process(  # Matplotlib draws for half a second without letting another thread run.
        plot_comparison,
        path,
        named,
        () if alone else session.excluded,
        title=f"{session.first.source_name or session.first.name}, {face}",
        signs=session.first.reference.signs,
        events=() if alone else _plotted(session, face_id),
        pictures=alone,
    )


def _plotted(session: Session, face_id: int) -> tuple[PlottedEvents, ...]:
    """The events of a face and of no face, by label."""
    found = (
        PlottedEvents(label.name, label.colour, tuple(event.span for event in events_of(session, label.name, face_id)))
        for label in session.edits.labels
    )
    return tuple(own for own in found if own.spans)
