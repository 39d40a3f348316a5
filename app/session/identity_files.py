"""The file beside a table that keeps the identities of its faces and the labels of its events."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app import product
from app.errors import DataError
from app.session.events import KEYS, Label
from app.session.identities import LAST_FRAME, Assignment, Frames, Identities, clean_name, normalised

_MEANING = (
    "A row of the table belongs to the face_id of the entry with its track_id whose frames include its frame "
    "(first_frame <= frame <= last_frame; null: no limit). Other rows belong to the face with the ID of their track."
)
_LARGEST_ID = 2**53


def session_path(table: Path) -> Path:
    """The path of the file: `talk-session.json` for `talk.csv`."""
    return table.with_name(f"{table.stem}-session.json")


def session_text(table: Path, identities: Identities, labels: Sequence[Label]) -> str:
    """The file's content: JSON with one entry per line."""
    faces = [json.dumps(described) for described in described_assignments(identities)]
    names = [
        f"{json.dumps(str(face_id))}: {json.dumps(name, ensure_ascii=False)}"
        for face_id, name in sorted(identities.names.items())
    ]
    kinds = [json.dumps(described, ensure_ascii=False) for described in described_labels(labels)]
    lists = {"faces": _listed(faces, "[]"), "names": _listed(names, "{}"), "labels": _listed(kinds, "[]")}
    listed = ",\n".join(f'  "{name}": {entries}' for name, entries in lists.items())
    return (
        f'{{\n  "product": "{product.NAME}",\n  "table": {json.dumps(table.name, ensure_ascii=False)},\n'
        f'  "meaning": {json.dumps(_MEANING)},\n'
        f"{listed}\n}}\n"
    )


def described_assignments(identities: Identities) -> list[dict[str, int | None]]:
    """The assignments as JSON."""
    return [
        {
            "track_id": part.track_id,
            "first_frame": part.frames.first or None,
            "last_frame": None if part.frames.last == LAST_FRAME else part.frames.last,
            "face_id": part.face_id,
        }
        for part in identities.assigned
    ]


def described_labels(labels: Sequence[Label]) -> list[dict[str, str]]:
    """The labels as JSON."""
    return [
        {
            "name": label.name,
            "colour": label.colour,
            "key": label.key,
            "marks": "ranges" if label.ranges else "moments",
        }
        for label in labels
    ]


def session_in(content: bytes, name: str) -> tuple[Identities, tuple[Label, ...]]:
    """The identities and labels in a file's content. `name`: the file's, for messages.

    Raises DataError if it is not valid.
    """
    try:
        saved = json.loads(content.decode("utf-8-sig"))
        parts = normalised(_assignment(entry) for entry in saved.get("faces", ()))
        names = {_face_id(int(face_id)): clean_name(_text(known)) for face_id, known in saved.get("names", {}).items()}
        labels = labels_in(saved.get("labels", ()))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = str(error) if type(error) is ValueError else "it is not as this program writes it"
        raise DataError(
            f"The faces and labels in {name} cannot be read: {reason}.",
            advice="Fix or delete the file. Until then, the faces are those of the table, and changes are not saved.",
        ) from error
    return Identities(parts, names), labels


def labels_in(entries: Sequence[Mapping[str, Any]]) -> tuple[Label, ...]:
    """Raises ValueError, KeyError, TypeError or AttributeError for entries that are not labels."""
    labels: dict[str, Label] = {}
    keys: set[str] = set()
    for entry in entries:
        name, colour, key = clean_name(_text(entry["name"])), _text(entry["colour"]), _text(entry.get("key", ""))
        if not name or not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
            raise ValueError(f"“{name or colour[:40]}” is not a label with a colour")
        free = key if key in KEYS and key not in keys else ""
        keys.add(free)
        labels[name] = Label(name, colour.upper(), free, entry.get("marks") != "moments")
    return tuple(labels.values())


def _assignment(entry: Mapping[str, Any]) -> Assignment:
    first, last = entry.get("first_frame"), entry.get("last_frame")
    frames = Frames(0 if first is None else _frame(first), LAST_FRAME if last is None else _frame(last))
    return Assignment(_face_id(entry["track_id"]), frames, _face_id(entry["face_id"]))


def _face_id(number: object) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or abs(number) > _LARGEST_ID:
        raise ValueError(f"“{str(number)[:40]}” is not the ID of a face")
    return number


def _frame(number: object) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= LAST_FRAME:
        raise ValueError(f"“{str(number)[:40]}” is not the number of a frame")
    return number


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"“{str(value)[:40]}” is not text")  # noqa: TRY004 - the file is wrong, not a type in the code
    return value


def _listed(entries: Sequence[str], brackets: str) -> str:
    if not entries:
        return brackets
    lines = ",\n".join(f"    {entry}" for entry in entries)
    return f"{brackets[0]}\n{lines}\n  {brackets[1]}"
