"""When something is in a session, as people read it: a time, or the number of a picture."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.gui.kit import number_format
from app.outputs.exclusions import Span
from app.outputs.table_data import PoseTableData


def moment_text(table: PoseTableData | None, time_s: float) -> str:
    """The time; in a table of pictures, the number of the picture, counted from 1."""
    if table is None or not table.stands_alone:
        return number_format.clock(time_s, tenths=True)
    return QCoreApplication.translate("SessionTime", "picture {}").format(table.picture_at(time_s)[0] + 1)


def span_text(table: PoseTableData | None, span: Span, decimals: int) -> str:
    """From when to when, and how long, with so many decimals; of pictures, from which to which."""
    if table is None or not table.stands_alone:
        start, end = (number_format.clock(edge, tenths=True) for edge in span)
        return f"{start} – {end} ({span.end_s - span.start_s:.{decimals}f} s)"
    first, end_frame = table.picture_at(span.start_s)[0], table.picture_at(span.end_s)[0]
    text = QCoreApplication.translate("SessionTime", "pictures {first} – {last}")
    return text.format(first=first + 1, last=max(first + 1, end_frame))


def position_text(table: PoseTableData, time_s: float) -> str:
    """Which picture is shown, and its name if it is known."""
    frame, name = table.picture_at(time_s)
    count = max(table.frame_count, frame + 1)
    text = QCoreApplication.translate("SessionTime", "picture {number} of {count}").format(
        number=frame + 1, count=count
    )
    return f"{text} · {name}" if name else text
