"""`render-heads`: renders a set of labelled heads."""

from __future__ import annotations

import argparse
import json
import os
from collections import deque
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from app.atomic_files import replacing, writing
from app.commands.command import Command
from app.errors import DataError, OutputError, StudioError, UsageError
from app.threads.processes import HelperEnded, HelperProcess
from app.threads.workers import Worker
from app.weights.head_assets import VARIABLE, HeadAssetFiles

TABLE = "labels.csv"
RECORD = "heads.json"
"""The settings that a set was rendered with. A set without a table is not complete yet."""

_ROWS = "rows"
"""The folder for rows of finished blocks, until the table is written."""

_BLOCK = 100
"""Pictures whose rows are written together: at most these, of each worker, are rendered again after an interruption."""

_PICTURES_PER_PERSON = 8
_LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class Settings:
    """What determines every picture of a set. Raises UsageError for values that are not valid."""

    count: int
    seed: int
    yaw_deg: tuple[float, float]
    frontal: float
    persons: int
    side: int
    split: str
    plain: bool

    def __post_init__(self) -> None:
        if min(self.count, self.persons) < 1:
            raise UsageError("--count and --persons must be at least 1.")
        if self.persons > self.count:
            raise UsageError(f"--persons must be at most --count, which is {self.count}.")
        if self.seed < 0:
            raise UsageError("--seed must be at least 0.")
        if not 32 <= self.side <= 1024:
            raise UsageError("--size must be from 32 to 1024 pixels.")
        low, high = self.yaw_deg
        if not -180 <= low < high <= 180:
            raise UsageError("--yaw must be two angles from -180 to 180, the smaller one first, such as --yaw -95 95.")
        if not 0 <= self.frontal <= 1:
            raise UsageError("--frontal must be a share from 0 to 1.")
        if self.frontal and (low > -35 or high < 35):
            raise UsageError("--frontal needs a range of yaw that contains -35 to 35.")

    def plain_values(self) -> dict[str, Any]:
        return {**asdict(self), "yaw_deg": list(self.yaw_deg)}


@dataclass(frozen=True, slots=True)
class RenderArguments:
    """A set to render, where to, and with what. Raises UsageError for less than one worker."""

    settings: Settings
    out: Path
    workers: int
    assets: Path | None
    force: bool

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise UsageError("--workers must be at least 1.")

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> RenderArguments:
        count: int = namespace.count
        persons: int | None = namespace.persons
        settings = Settings(
            count=count,
            seed=namespace.seed,
            yaw_deg=(namespace.yaw[0], namespace.yaw[1]),
            frontal=namespace.frontal,
            persons=persons if persons is not None else -(-count // _PICTURES_PER_PERSON),
            side=namespace.size,
            split=namespace.split,
            plain=namespace.plain,
        )
        return cls(settings, namespace.out, namespace.workers, namespace.assets, namespace.force)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--out", required=True, type=Path, metavar="DIR", help=f"folder for images/ and {TABLE}")
    add("--count", required=True, type=int, metavar="N", help="pictures to render")
    add("--seed", type=int, default=0, metavar="N", help="another seed gives other people and scenes (default: 0)")
    add(
        "--yaw",
        nargs=2,
        type=float,
        default=(-180.0, 180.0),
        metavar=("MIN", "MAX"),
        help="range of yaw in degrees (default: -180 180, all around)",
    )
    add(
        "--frontal",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="share of pictures whose yaw is normally distributed around 0 with a standard deviation of 35 degrees"
        " instead of uniform (default: 0)",
    )
    add("--persons", type=int, metavar="N", help=f"people (default: one for {_PICTURES_PER_PERSON} pictures)")
    add("--size", type=int, default=128, metavar="PX", help="side of the pictures in pixels (default: 128)")
    add(
        "--split",
        choices=("train", "held-out"),
        default="train",
        help="held-out: people that no training set of the same seed contains (default: train)",
    )
    add("--plain", action="store_true", help="no hair, brows and skin textures: needs only the package anny")
    add("--workers", type=int, default=1, metavar="N", help="processes; the pictures do not depend on it (default: 1)")
    add(
        "--assets",
        type=Path,
        metavar="DIR",
        help=f"folder with the files of weights/head-assets.toml, searched before they are downloaded (default:"
        f" the one that {VARIABLE} names)",
    )
    add("--force", action="store_true", help="replace a set that is there")


def run(arguments: RenderArguments) -> int:
    """Renders what is missing of a set, and writes its table last.

    Raises OutputError if another or a complete set is there or the set cannot be written, ModelError if assets are
    missing, and DataError if this machine cannot render or an asset cannot be read.
    """
    settings, out = arguments.settings, arguments.out
    rows = out / _ROWS
    blocks = [range(start, min(start + _BLOCK, settings.count)) for start in range(0, settings.count, _BLOCK)]
    _check_place(arguments)
    files = HeadAssetFiles.standard(arguments.assets).paths(plain=settings.plain)
    _prepare_place(arguments)
    missing = [block for block in blocks if not _rows_file(rows, block).exists()]
    if missing:
        _render(arguments, files, missing, done=settings.count - sum(map(len, missing)))
    _write_table(out, rows, blocks)
    print(f"{settings.count} heads of {settings.persons} people, written to {out}")
    return 0


def _check_place(arguments: RenderArguments) -> None:
    out, force = arguments.out, arguments.force
    if force:
        return
    if (out / TABLE).exists():
        raise OutputError(
            f"{out / TABLE} already exists.", advice="Add --force to replace the set, or choose another folder."
        )
    try:
        before = json.loads((out / RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise OutputError(f"{out / RECORD} cannot be read.", advice="Add --force to start again.") from error
    for name, value in arguments.settings.plain_values().items():
        if not isinstance(before, dict) or before.get(name) != value:
            raise OutputError(
                f"{out} has an unfinished set that was started with another value of {name}.",
                advice="Use the same options to complete it, or add --force to start again.",
            )


def _prepare_place(arguments: RenderArguments) -> None:
    """Creates the folders and the record; with --force, forgets what is there. Pictures are replaced one by one."""
    out, rows = arguments.out, arguments.out / _ROWS
    with writing(out):
        (out / "images").mkdir(parents=True, exist_ok=True)
        rows.mkdir(exist_ok=True)
        if arguments.force:
            (out / TABLE).unlink(missing_ok=True)
            for former in rows.glob("*.csv"):
                former.unlink()
    with replacing(out / RECORD) as part, writing(out / RECORD):
        text = json.dumps(arguments.settings.plain_values(), indent=2)
        part.write_text(text + "\n", encoding="utf-8", newline="\n")


def _render(arguments: RenderArguments, files: Mapping[str, Path], missing: list[range], *, done: int) -> None:
    """Renders blocks in processes of their own and writes the rows of each."""
    # Mesa's software renderer would start threads in each process. Read when the library is loaded there.
    os.environ.setdefault("LP_NUM_THREADS", "0")
    rows = arguments.out / _ROWS
    left = deque(missing)
    failures: list[Exception] = []
    with ExitStack() as stack:
        bar = stack.enter_context(tqdm(total=arguments.settings.count, initial=done, unit="heads", disable=None))

        def serve(helper: HelperProcess) -> None:
            try:
                while left and not failures:
                    block = left.popleft()
                    text: str = helper.call("write", block)
                    with replacing(_rows_file(rows, block)) as part:
                        part.write_text(text, encoding="utf-8", newline="\n")
                    bar.update(len(block))
            except IndexError:  # another worker took the last block
                pass
            except Exception as error:  # noqa: BLE001 - raised again below
                failures.append(error)

        try:
            helpers = []
            for _ in range(min(arguments.workers, len(missing))):
                helper = HelperProcess(_writer, dict(files), arguments.settings, arguments.out)
                stack.callback(helper.close)
                helpers.append(helper)
        except StudioError:
            raise
        except (OSError, ValueError, KeyError) as error:
            raise DataError(f"An asset cannot be read ({error}).", advice="Download the assets again.") from error
        except HelperEnded as error:
            raise _explained(error) from error
        threads = [Worker(f"render {number}", partial(serve, helper)) for number, helper in enumerate(helpers, 1)]
        for thread in threads:
            while not thread.join(_LOOK_S):
                pass
    if failures:
        raise _explained(failures[0])


def _explained(error: Exception) -> Exception:
    if isinstance(error, HelperEnded):
        return DataError("A process that renders has ended unexpectedly.", advice="Run the same command to continue.")
    if isinstance(error, OSError) and not isinstance(error, OutputError):
        return OutputError(f"A picture cannot be written: {error.strerror or error}.")
    return error


def _writer(files: Mapping[str, Path], settings: Settings, out: Path) -> object:
    """What a worker process serves."""
    try:
        from hopenet.rendering.poses import PoseRange
        from hopenet.rendering.renderer import NoRenderer
        from hopenet.rendering.scenes import SetPlan
        from hopenet.rendering.sets import BlockWriter
    except ModuleNotFoundError as error:
        if error.name != "moderngl":
            raise
        raise DataError("Rendering needs the package moderngl.", advice=_INSTALL) from error
    plan = SetPlan(
        seed=settings.seed,
        count=settings.count,
        persons=settings.persons,
        poses=PoseRange(settings.yaw_deg, settings.frontal),
        held_out=settings.split == "held-out",
        side=settings.side,
    )
    try:
        return BlockWriter(files, plan, out)
    except NoRenderer as error:
        raise DataError(f"No OpenGL context could be created ({error}).", advice=_NO_OPENGL) from error


_INSTALL = "Install it with: pip install hopenet-studio[render]"
_NO_OPENGL = "On Linux, install the packages libegl1 and libgl1-mesa-dri; elsewhere, update the graphics driver."


def _write_table(out: Path, rows: Path, blocks: list[range]) -> None:
    """Joins the rows of all blocks to the table, and removes them."""
    from hopenet.rendering.sets import COLUMNS

    with replacing(out / TABLE) as part, writing(out / TABLE):
        text = "".join(_rows_file(rows, block).read_text(encoding="utf-8") for block in blocks)
        part.write_text(",".join(COLUMNS) + "\n" + text, encoding="utf-8", newline="\n")
    with writing(rows):
        for block in blocks:
            _rows_file(rows, block).unlink()
        rows.rmdir()


def _rows_file(rows: Path, block: range) -> Path:
    return rows / f"{block.start:07d}.csv"


COMMAND = Command(
    name="render-heads",
    description="""\
Renders labelled heads from MakeHuman's CC0 assets: people of any age and shape in any light, from any side, with exact
angles. Pictures are squares around the face's landmarks, and train and evaluate read the table (--dataset csv). Each
picture depends on the settings and its index alone. The same command completes an interrupted set.""",
    add_arguments=_add_arguments,
    run=lambda namespace: run(RenderArguments.from_namespace(namespace)),
)
