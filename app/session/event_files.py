"""The file of events beside a table: CSV that spreadsheets and scripts read, and that people may edit by hand."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.errors import DataError
from app.outputs.csv_reading import text_encoding
from app.outputs.rows import from_text_field, text_field
from app.outputs.sorted_rows import FrameClock
from app.outputs.text import decimal
from app.session.events import DECIMALS, LONGEST_NOTE, Event, Events, frames_of, in_order, time_of_frame
from app.session.identities import clean_name

COLUMNS = ("start_s", "end_s", "label", "face", "note", "start_frame", "end_frame", "face_name")

_DELIMITERS = (",", ";", "\t")
_LARGEST_S = 1e9
_MAXIMUM_EVENTS = 200_000


def events_path(table: Path) -> Path:
    """The path of a table's events: `talk.events.csv` for `talk.csv`."""
    return table.with_name(f"{table.stem}.events.csv")


def events_text(events: Sequence[Event], clock: FrameClock, names: Mapping[int, str]) -> str:
    """The events as CSV. A moment has no end. The times count; frames and the face's name are there for readers."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(COLUMNS)
    frames = frames_of(events, clock)
    for place, event in enumerate(events):
        first, last = ("", "") if frames is None else frames[place]
        lines.writerow(
            [
                decimal(event.start_s, DECIMALS),
                "" if event.is_moment else decimal(event.end_s, DECIMALS),
                text_field(event.label),
                "" if event.face_id is None else event.face_id,
                text_field(event.note),
                first,
                "" if event.is_moment else last,
                "" if event.face_id is None else text_field(names.get(event.face_id, "")),
            ]
        )
    return text.getvalue()


def events_of(content: bytes, name: str, clock: FrameClock, names: Mapping[int, str]) -> Events:
    """The events in a file's content, in order. `name`: the file's, for messages.

    Spreadsheets may have changed the delimiter, the decimal point and the encoding; columns may be in any order, and
    only `start_s` (or `start_frame`) and `label` are needed. A face may be given by its ID or its name.

    Raises DataError, with the row, for a value that cannot be used.
    """
    try:
        text = content.decode(text_encoding(content[:2]))
        if text.startswith("sep="):  # Excel's hint
            text = text.partition("\n")[2]
        header = text.partition("\n")[0]
        delimiter = max(_DELIMITERS, key=header.count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        return _events(rows, delimiter, clock, {known.casefold(): face_id for face_id, known in names.items()})
    except (ValueError, csv.Error) as error:
        reason = "it is not a text in UTF-8 or UTF-16" if isinstance(error, UnicodeDecodeError) else str(error)
        raise DataError(
            f"The events in {name} cannot be read: {reason}.",
            advice="Fix or delete the file. Until then, no events are shown, and changes of events are not saved.",
        ) from error


def _events(rows: Sequence[Sequence[str]], delimiter: str, clock: FrameClock, faces: Mapping[str, int]) -> Events:
    header = [field.strip().lower() for field in rows[0]] if rows else []
    for needed, other in (("start_s", "start_frame"), ("label", "label")):
        if needed not in header and other not in header:
            raise ValueError(f"the column {needed} is missing")
    if len(rows) > _MAXIMUM_EVENTS:
        raise ValueError(f"it has more than {_MAXIMUM_EVENTS:,} rows, which is the maximum")
    events: list[Event] = []
    for number, fields in enumerate(rows[1:], start=1):
        if not any(field.strip() for field in fields):
            continue
        row = {name: field.strip() for name, field in zip(header, fields, strict=False)}
        try:
            events.append(_event(row, delimiter, clock, faces))
        except ValueError as error:
            raise ValueError(f"row {number} {error}") from error
    return in_order(events)


def _event(row: Mapping[str, str], delimiter: str, clock: FrameClock, faces: Mapping[str, int]) -> Event:
    label = clean_name(from_text_field(row.get("label", "")))
    if not label:
        raise ValueError("has no label")
    start_s = _time(row, "start", delimiter, clock, after=0)
    if start_s is None:
        raise ValueError("has no start")
    end_s = _time(row, "end", delimiter, clock, after=1)
    if end_s is None:
        end_s = start_s
    if end_s < start_s:
        raise ValueError("ends before it starts")
    note = from_text_field(row.get("note", ""))[:LONGEST_NOTE]
    return Event(start_s, end_s, label, _face(row.get("face", ""), faces), note)


def _time(row: Mapping[str, str], edge: str, delimiter: str, clock: FrameClock, *, after: int) -> float | None:
    text = row.get(f"{edge}_s", "")
    if text:
        return _seconds(text.replace(",", ".") if delimiter != "," else text, f"{edge}_s")
    frame = row.get(f"{edge}_frame", "")
    if not frame:
        return None
    if not re.fullmatch(r"\d{1,8}", frame):
        raise ValueError(f"has “{frame[:40]}” as its {edge}_frame, which is not a frame's number")
    time_s = time_of_frame(int(frame) + after, clock)
    return None if time_s is None else max(0.0, round(time_s, DECIMALS))


def _seconds(text: str, column: str) -> float:
    """Seconds, or a clock such as 1:02:03.5."""
    parts = text.replace("−", "-").split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = [math.nan]
    seconds = sum(number * 60.0**place for place, number in enumerate(reversed(numbers)))
    if len(parts) > 3 or not 0 <= seconds < _LARGEST_S:
        raise ValueError(f"has “{text[:40]}” as its {column}, which is not a time in seconds")
    return round(seconds, DECIMALS)


def _face(text: str, faces: Mapping[str, int]) -> int | None:
    text = from_text_field(text)
    if not text:
        return None
    if text.casefold() in faces:
        return faces[text.casefold()]
    number = re.fullmatch(r"(-?\d{1,15})(?:\.0+)?", text)
    if number is None:
        raise ValueError(f"is about the face “{text[:40]}”, which is neither an ID nor a name in this session")
    return int(number[1])
