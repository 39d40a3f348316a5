"""Reads and writes what people changed in a session: small files beside its table, which is never changed itself.

talk.csv             the table
talk-excluded.json   excluded ranges
talk-session.json    identities of faces, labels of events
talk.events.csv      events
talk-targets.json    targets of attention
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.atomic_files import replacing, writing
from app.errors import DataError, OutputError, StudioError
from app.outputs.collisions import is_there
from app.outputs.exclusions import exclusions_of, exclusions_path, exclusions_text
from app.outputs.reading import read_pose_table
from app.outputs.table_data import PoseTableData
from app.preferences import preferences_path
from app.session.edits import Edits
from app.session.event_files import events_of, events_path, events_text
from app.session.events import Label, with_labels_of
from app.session.identities import Identities, identified
from app.session.identity_files import described_labels, labels_in, session_in, session_path, session_text
from app.session.session import Session, session_of
from app.session.targets import Targets, targets_in, targets_path, targets_text

_LARGEST_FILE = 1 << 26

Contents = Mapping[Path, bytes | None]
"""What files contained when they were last read or written, None if they did not exist. Files that could not be read
are missing."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What is on disk: the edits, and the files' contents. `errors`: of files that could not be read or written."""

    edits: Edits = Edits()
    contents: Contents = field(default_factory=dict)
    errors: tuple[StudioError, ...] = ()


def edit_paths(table: Path) -> tuple[Path, Path, Path, Path]:
    """The files of a table's edits: excluded ranges, identities and labels, events, targets."""
    return exclusions_path(table), session_path(table), events_path(table), targets_path(table)


def read_edits(table: PoseTableData) -> Saved:
    """The edits beside a table as it is on disk. What cannot be read is left out, and its error is in `errors`.

    Without a file of labels, the labels are those that were used last.
    """
    edits, contents, errors = Edits(), dict[Path, bytes | None](), list[StudioError]()
    for path, read in zip(edit_paths(table.path), _READERS, strict=True):
        try:
            content = _content(path)
            if content is not None:
                edits = read(edits, content, path.name, table)
            contents[path] = content
        except StudioError as error:
            errors.append(error)
    if contents.get(session_path(table.path), b"") is None and not edits.labels:
        edits = replace(edits, labels=remembered_labels())
    edits = replace(edits, labels=with_labels_of(edits.labels, edits.events))
    return Saved(edits, contents, tuple(errors))


def read_session(paths: Sequence[Path], stopped: Callable[[], bool] = lambda: False) -> tuple[Session, Saved]:
    """The session of one table, or two to compare, with the edits of the first.

    Raises DataError if a table cannot be read, UsageError if the two cannot be compared.
    """
    first = read_pose_table(paths[0], stopped=stopped)
    others = [read_for_comparison(path, stopped) for path in paths[1:]]
    saved = read_edits(first)
    return session_of([first, *others], saved.edits), saved


def read_for_comparison(path: Path, stopped: Callable[[], bool] = lambda: False) -> PoseTableData:
    """A table by the identities that were saved with it. Raises DataError if they or the table cannot be read."""
    table = read_pose_table(path, stopped=stopped)
    content = _content(session_path(path))
    if content is None:
        return table
    identities, _ = session_in(content, session_path(path).name)
    return identified(table, identities)


def write_edits(table: PoseTableData, edits: Edits, saved: Saved, *, anyway: bool = False) -> Saved:
    """Writes what differs from `saved`, and returns what is on disk now.

    A file that another program changed, or that could not be read, is not replaced, and its error is in `errors`; with
    `anyway` it is replaced, but kept under another name.
    """
    names = _names(table, edits.identities)
    before = saved.edits
    wanted = (
        (edits.excluded != before.excluded, exclusions_text(table.path, edits.excluded)),
        (
            (edits.identities, edits.labels) != (before.identities, before.labels)
            # Labels that were used before are kept with the first events.
            or (bool(edits.events) and saved.contents.get(session_path(table.path), b"") is None),
            session_text(table.path, edits.identities, edits.labels),
        ),
        (
            (edits.events, edits.identities.names) != (before.events, before.identities.names),
            events_text(edits.events, table.clock, names),
        ),
        (
            edits.targets != before.targets,
            targets_text(edits.targets or Targets(), table.reference),
        ),
    )
    contents, errors = dict(saved.contents), list[StudioError]()
    for path, (changed, text) in zip(edit_paths(table.path), wanted, strict=True):
        if not changed:
            continue
        if path == events_path(table.path) and not edits.events and contents.get(path, b"") is None:
            continue
        try:
            contents[path] = _written(path, text, contents, anyway=anyway)
        except StudioError as error:
            errors.append(error)
    return Saved(edits if not errors else saved.edits, contents, tuple(errors))


def copy_edits(session: Session, path: Path, *, whole: bool) -> None:
    """Writes the edits of a session beside another table at `path`, whose rows have its identities. `whole`: the rows
    of the excluded ranges are there too.

    Files of edits that are there are kept under other names. Raises OutputError if one cannot be written.
    """
    first, edits = session.first, session.edits
    if first is None:
        return
    texts = (
        exclusions_text(path, edits.excluded) if edits.excluded and whole else None,
        session_text(path, Identities(), edits.labels) if edits.events else None,
        events_text(edits.events, first.clock, _names(first, edits.identities)) if edits.events else None,
        targets_text(edits.targets, first.reference) if edits.targets else None,
    )
    for target, text in zip(edit_paths(path), texts, strict=True):
        if text is not None:
            _written(target, text, {}, anyway=True)
        elif is_there(target):
            _keep_former(target)


def remembered_labels() -> tuple[Label, ...]:
    """The labels that were used last, in any session; empty if they cannot be read."""
    try:
        return labels_in(json.loads(_labels_path().read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ()


def remember_labels(labels: tuple[Label, ...]) -> None:
    """Keeps labels for the next session. Raises OutputError if they cannot be written."""
    path = _labels_path()
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part, writing(path):
        part.write_text(json.dumps(described_labels(labels), indent=2, ensure_ascii=False), encoding="utf-8")


def _labels_path() -> Path:
    return preferences_path().with_name("event-labels.json")


def _with_excluded(edits: Edits, content: bytes, name: str, _: PoseTableData) -> Edits:
    return replace(edits, excluded=exclusions_of(content, name))


def _with_session(edits: Edits, content: bytes, name: str, table: PoseTableData) -> Edits:
    identities, labels = session_in(content, name)
    identified(table, identities)  # Refuses identities that do not fit the table.
    return replace(edits, identities=identities, labels=labels)


def _with_events(edits: Edits, content: bytes, name: str, table: PoseTableData) -> Edits:
    return replace(edits, events=events_of(content, name, table.clock, _names(table, edits.identities)))


def _with_targets(edits: Edits, content: bytes, name: str, table: PoseTableData) -> Edits:
    return replace(edits, targets=targets_in(content, name).for_table(table.reference))


_READERS = (_with_excluded, _with_session, _with_events, _with_targets)
"""For each of the `edit_paths`."""


def _names(table: PoseTableData, identities: Identities) -> Mapping[int, str]:
    return {face_id: name for face_id, name in {**table.names, **identities.names}.items() if name}


def _content(path: Path) -> bytes | None:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise DataError(f"{path.name} is too large to be a file of a session.", advice="Delete or rename it.")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DataError(f"{path.name} cannot be read: {error.strerror}.", advice="Check its permissions.") from error


def _written(path: Path, text: str, contents: Contents, *, anyway: bool) -> bytes:
    content = text.encode()
    present = _content(path)
    if present == content:
        return content
    if path not in contents or contents[path] != present:
        if not anyway:
            raise OutputError(
                f"{path.name} was changed by another program, or could not be read, so it is not replaced.",
                advice="Save changes (Ctrl+S) writes yours and keeps the other file under another name; "
                "opening the table again shows the other.",
            )
        if present is not None:
            _keep_former(path)
    with replacing(path) as part, writing(path):
        part.write_bytes(content)
    return content


def _keep_former(path: Path) -> None:
    former = path.with_name(f"{path.stem}.former{path.suffix}")
    number = 1
    while former.exists():
        number += 1
        former = path.with_name(f"{path.stem}.former-{number}{path.suffix}")
    with writing(former):
        path.replace(former)
