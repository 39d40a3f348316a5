"""`attention`: how long and how often the faces of pose tables point at named targets, as CSV."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from app import product
from app.commands.command import Command
from app.errors import DataError, OutputError, StudioError, UsageError
from app.outputs.collisions import check_distinct, is_there
from app.outputs.tables import READABLE_SUFFIXES
from app.session.attention_files import TableAttention, attention_of_faces, attention_text, write_attention
from app.session.session import Kind, Session
from app.session.smoothing import recorded_strength, with_zero_lag
from app.session.storage import read_session
from app.session.targets import SavedTargets, Targets, parsed_target, read_targets, targets_path

_KINDS: tuple[Kind, ...] = ("smoothed", "raw", "zero-lag")


@dataclass(frozen=True, slots=True)
class AttentionArguments:
    """Which tables and targets.

    `targets`: those for all tables; None: those saved beside each table, or straight ahead. `bridge_s`, `error_deg`:
    in place of those of the targets. `labels`: restricts to the events with these labels; empty: everything.
    `strength`: of zero-lag smoothing; None: that of each table. `minimum_s`: faces that are visible for less are left
    out. `output`: the CSV to write; None: standard output.
    """

    tables: tuple[Path, ...]
    targets: SavedTargets | None
    bridge_s: float | None
    error_deg: float | None
    labels: tuple[str, ...]
    kind: Kind
    strength: float | None
    minimum_s: float
    with_excluded: bool
    output: Path | None

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> AttentionArguments:
        """Raises UsageError for values out of range, DataError if the targets cannot be read."""
        tables = tuple(_tables(namespace.tables))
        output: Path | None = namespace.output
        if output is not None:
            named = [namespace.targets] if namespace.targets is not None else []
            check_distinct([output], (*tables, *named))
            if is_there(output) and not namespace.force:
                raise OutputError(f"{output} exists.", advice="Add --force to replace it, or choose another name.")
        if namespace.strength is not None and not 0 <= namespace.strength <= 1:
            raise UsageError(f"--strength must be between 0 and 1, not {namespace.strength:g}.")
        if namespace.strength is not None and namespace.angles != "zero-lag":
            raise UsageError("--strength is for --angles zero-lag.", advice="Leave it out, or add --angles zero-lag.")
        arguments = cls(
            tables,
            _targets(namespace.targets, namespace.target),
            namespace.bridge,
            namespace.error,
            tuple(namespace.label),
            namespace.angles,
            namespace.strength,
            namespace.min_visible,
            namespace.with_excluded,
            output,
        )
        arguments.changed(Targets())
        return arguments

    def changed(self, targets: Targets) -> Targets:
        """The targets with the bridge and the error that were asked for. Raises UsageError if these are invalid."""
        bridge_s = targets.bridge_s if self.bridge_s is None else self.bridge_s
        error_deg = targets.error_deg if self.error_deg is None else self.error_deg
        try:
            return replace(targets, bridge_s=bridge_s, error_deg=error_deg)
        except ValueError as error:
            raise UsageError(str(error)) from error


def _tables(names: Sequence[str]) -> Iterator[Path]:
    """The files that these names, patterns and folders stand for. Raises UsageError for one without any."""
    for name in names:
        path = Path(name)
        if path.is_dir():
            # Tables that the program wrote have a record beside them, as other files in a folder have not.
            found = sorted(
                file
                for file in path.iterdir()
                if file.suffix.lower() in READABLE_SUFFIXES and file.with_suffix(".json").is_file()
            )
            if not found:
                raise UsageError(
                    f"There are no pose tables with a record in {name}.", advice="Name the tables instead."
                )
            yield from found
        elif any(wild in name for wild in "*?[") and not is_there(path):
            root = Path(path.anchor)
            matching = sorted(root.glob(str(path.relative_to(root))))
            if not matching:
                raise UsageError(f"No file matches {name}.", advice="Check the name and the folder.")
            yield from map(Path, matching)
        else:
            yield path


def _targets(file: Path | None, typed: Sequence[str]) -> SavedTargets | None:
    saved = read_targets(file) if file is not None else None
    if not typed:
        return saved
    saved = saved or SavedTargets(Targets(()))
    try:
        for text in typed:
            target = parsed_target(text, saved.targets.targets)
            saved = replace(saved, targets=replace(saved.targets, targets=(*saved.targets.targets, target)))
    except ValueError as error:
        raise UsageError(str(error)) from error
    return saved


def run(arguments: AttentionArguments) -> int:
    """Measures all tables, writes the CSV and prints what could not be read. Returns 2 if that is anything, else 0.

    Raises DataError if no table could be read, OutputError if the CSV cannot be written.
    """
    found: list[TableAttention] = []
    failed = 0
    for path in tqdm(arguments.tables, unit=" tables", disable=None if len(arguments.tables) > 1 else True):
        try:
            found += _of_table(path, arguments)
        except StudioError as error:
            failed += 1
            _say(str(error))
    if failed == len(arguments.tables):
        raise DataError("No table could be read.", advice="See above.")
    if arguments.output is None:
        print(attention_text(found), end="")
    else:
        write_attention(arguments.output, found)
        _print_summary(arguments.output, found)
    return 2 if failed else 0


def _of_table(path: Path, arguments: AttentionArguments) -> Iterator[TableAttention]:
    session, saved = read_session([path])
    for error in saved.errors:
        raise error
    table = session.tables[0]
    targets = _targets_of(path, session, arguments)
    if arguments.kind == "zero-lag":
        strength = recorded_strength(table) if arguments.strength is None else arguments.strength
        table = with_zero_lag(table, strength)
        session = replace(session, tables=(table,))
    for label in arguments.labels or ("",):
        found = attention_of_faces(session, targets, arguments.kind, label, with_excluded=arguments.with_excluded)
        yield replace(found, faces=tuple(face for face in found.faces if face.visible_s >= arguments.minimum_s))


def _targets_of(path: Path, session: Session, arguments: AttentionArguments) -> Targets:
    saved = arguments.targets
    beside = targets_path(path)
    if saved is None and is_there(beside):
        saved = read_targets(beside)
    if saved is None:
        return arguments.changed(Targets())
    reference = session.tables[0].reference
    doubt = saved.doubt_about(reference)
    if doubt is not None:
        _say(f"{path.name}: {doubt} Check that they mean the same.")
    return arguments.changed(saved.for_table(reference))


def _print_summary(output: Path, found: Sequence[TableAttention]) -> None:
    faces = sum(len(table.faces) for table in found)
    tables = len({table.table for table in found})
    print(f"{output}: {_counted(tables, 'table')}, {_counted(faces, 'face')}.")
    for table in found:
        for face in table.faces:
            of_label = f", {table.label}" if table.label else ""
            shares = ", ".join(f"{target.name} {100 * target.share:.1f} %" for target in face.targets)
            visible = f"visible {face.visible_s:.1f} of {face.counted_s:.1f} s"
            print(f"  {table.table}{of_label}, face {face.face_id}: {visible}; {shares}")


def _counted(number: int, thing: str) -> str:
    return f"1 {thing}" if number == 1 else f"{number} {thing}s"


def _say(sentence: str) -> None:
    print(f"{product.NAME}: {sentence}", file=sys.stderr)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    usual = Targets()
    parser.add_argument(
        "tables", nargs="+", metavar="TABLE", help="a pose table, a pattern such as day1/*.csv, or a folder of tables"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="CSV", help="file to write (default: print the CSV)")
    parser.add_argument("--force", action="store_true", help="replace an existing file")
    targets = parser.add_argument_group("targets")
    targets.add_argument(
        "--targets",
        type=Path,
        metavar="FILE",
        help="targets saved by the session viewer (default: those of each table)",
    )
    targets.add_argument(
        "--target",
        action="append",
        default=[],
        metavar="NAME,YAW,PITCH,RADIUS",
        help="one more target, in degrees and in the signs of the tables, such as --target=screen,-20,5,15",
    )
    targets.add_argument(
        "--bridge",
        type=float,
        metavar="S",
        help=f"do not count interruptions of a look below S seconds; 0 counts all (default: {usual.bridge_s:g})",
    )
    targets.add_argument(
        "--error",
        type=float,
        metavar="DEG",
        help=f"error of directions for share_low and share_high (default: {usual.error_deg:g})",
    )
    chosen = parser.add_argument_group("what is measured")
    chosen.add_argument("--angles", choices=_KINDS, default="smoothed", help="which angles to use (default: smoothed)")
    chosen.add_argument("--strength", type=float, metavar="0…1", help="of zero-lag (default: that of each table)")
    chosen.add_argument(
        "--label", action="append", default=[], metavar="LABEL", help="only events with this label; repeat it for more"
    )
    chosen.add_argument("--with-excluded", action="store_true", help="do not leave out the excluded ranges")
    chosen.add_argument(
        "--min-visible",
        type=float,
        default=0.0,
        metavar="S",
        help="leave out faces that are visible for less (default: 0)",
    )


COMMAND = Command(
    name="attention",
    description="Measures how long, how often and in which order the faces of pose tables point at targets: cones "
    "around a direction, such as a screen or the road. It leaves out the ranges that were excluded in the session "
    "viewer, and uses the identities and events saved there. Writes one line for each measure; docs/attention.md "
    "explains them. The direction is that of the head, not of the eyes, and has the error of the angles.",
    add_arguments=_add_arguments,
    run=lambda namespace: run(AttentionArguments.from_namespace(namespace)),
)
