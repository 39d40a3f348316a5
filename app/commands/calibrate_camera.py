"""`calibrate-camera`: measures the geometry of a camera with a checkerboard."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.command import Command
from app.errors import OutputError, UsageError

if TYPE_CHECKING:
    from app.calibration.board import Board
    from app.calibration.gathering import Progress
    from app.calibration.solving import Calibration

SUFFIXES = (".yaml", ".yml", ".json", ".xml")


@dataclass(frozen=True, slots=True)
class CalibrateArguments:
    """Where the board is seen, what it is like, and the file to write. `check`: the picture to look at; None: none."""

    source: str
    board: str
    square_mm: float
    output: Path
    check: Path | None
    duration_s: float
    force: bool

    def __post_init__(self) -> None:
        if self.output.suffix.lower() not in SUFFIXES:
            raise UsageError(
                f"{self.output} has no extension of a camera file.", advice=f"Choose one of: {', '.join(SUFFIXES)}."
            )
        if not 1 <= self.duration_s <= 3600:
            raise UsageError(f"--duration must be between 1 and 3600 seconds, not {self.duration_s:g}.")
        if not self.force:
            for path in (self.output, self.check):
                if path is not None and path.exists():
                    raise OutputError(f"{path} exists already.", advice="Add --force to replace it.")

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> CalibrateArguments:
        """Raises UsageError for values out of range, OutputError for a file that exists."""
        output: Path = namespace.output
        check = None if namespace.no_check_picture else output.with_name(f"{output.stem}-check.png")
        return cls(
            namespace.source, namespace.board, namespace.square, output, check, namespace.duration, namespace.force
        )


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="a video or a folder of pictures of the board, or camera:0 to film it now: move it slowly to all parts of "
        "the picture, near and far, tilted to all sides",
    )
    parser.add_argument(
        "--board",
        default="9x6",
        metavar="CxR",
        help="inner corners of the board, where four squares meet: 10 by 7 squares are 9x6 (default: 9x6)",
    )
    parser.add_argument(
        "--square",
        type=float,
        default=25.0,
        metavar="MM",
        help="side of a square in millimetres; the geometry does not depend on it (default: 25)",
    )
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help=f"camera file ({', '.join(SUFFIXES)})"
    )
    parser.add_argument(
        "--no-check-picture",
        action="store_true",
        help="do not write FILE-check.png, which shows the board with and without the lens's distortion",
    )
    parser.add_argument(
        "--duration", type=float, default=60.0, metavar="S", help="watch a camera for at most S seconds (default: 60)"
    )
    parser.add_argument("--force", action="store_true", help="replace existing files")


def run(arguments: CalibrateArguments) -> int:
    """Raises SourceError, DataError for a calibration that cannot be trusted, and OutputError."""
    import cv2

    from app.atomic_files import check_writable, replacing, together, writing
    from app.calibration.board import Board
    from app.calibration.check_picture import check_picture
    from app.calibration.files import camera_file_text
    from app.calibration.gathering import gathered_views
    from app.calibration.solving import calibrated
    from app.errors import DataError

    board = Board.parsed(arguments.board, arguments.square_mm)
    for path in (arguments.output, arguments.check):
        if path is not None:
            check_writable(path)  # Not only after a whole video has been read.
    progress = _TerminalProgress()
    try:
        views = gathered_views(arguments.source, board, duration_s=arguments.duration_s, report=progress.show)
    finally:
        progress.end()
    try:
        calibration = calibrated(views, board)
    except DataError as error:
        raise DataError(f"{error.message} No file was written.", advice=error.advice) from error
    further: dict[str, float | str] = {
        "board": board.name,
        "square_mm": board.square_mm,
        "views": len(calibration.views),
        "avg_reprojection_error": round(calibration.error_px, 4),
        "horizontal_field_of_view_deg": round(calibration.geometry.field_of_view_deg, 2),
    }
    with together():
        with replacing(arguments.output) as part, writing(arguments.output):
            part.write_text(camera_file_text(calibration.geometry, arguments.output.suffix, further), encoding="utf-8")
        if arguments.check is not None:
            _, png = cv2.imencode(".png", check_picture(calibration, board))
            with replacing(arguments.check) as part, writing(arguments.check):
                part.write_bytes(png.tobytes())
    _print(calibration, board, arguments)
    return 0


def _print(calibration: Calibration, board: Board, arguments: CalibrateArguments) -> None:
    geometry = calibration.geometry
    print(
        f"Board of {board.name} corners, {len(calibration.views)} views of {geometry.width}×{geometry.height} pixels:"
    )
    for view, error_px in zip(calibration.views, calibration.errors_px, strict=True):
        print(f"  {view.name:24s} error {error_px:5.2f} px")
    print(f"Reprojection error: {calibration.error_px:.2f} px")
    missing = calibration.coverage.missing
    note = f" (hardly any of: {', '.join(missing)})" if missing else ""
    print(f"Coverage: {calibration.coverage.share:.0%} of the picture{note}")
    print(
        f"Focal length: {geometry.fx:.1f} × {geometry.fy:.1f} px (± {calibration.focal_uncertainty:.2%}); "
        f"principal point: {geometry.cx:.1f}, {geometry.cy:.1f}"
    )
    print("Distortion: " + (", ".join(f"{one:.4f}" for one in geometry.distortion) or "none"))
    print(f"Horizontal field of view: {geometry.field_of_view_deg:.1f}°")
    written = [str(arguments.output), *([str(arguments.check)] if arguments.check is not None else [])]
    print(f"{' and '.join(written)}: written.")


class _TerminalProgress:
    """One line on the error stream; silent unless that is a terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._width = 0

    def show(self, progress: Progress) -> None:
        if not self._shown:
            return
        of = f" of {progress.expected}" if progress.expected is not None else ""
        text = f"frame {progress.frames}{of}: {progress.views} with the board"
        if progress.coverage is not None:
            missing = ", ".join(progress.coverage.missing)
            text += f", {progress.coverage.share:.0%} of the picture" + (f"; missing: {missing}" if missing else "")
        print(f"\r{text.ljust(self._width)}", end="", file=sys.stderr, flush=True)
        self._width = len(text)

    def end(self) -> None:
        if self._shown and self._width:
            print(file=sys.stderr)
            self._width = 0


COMMAND = Command(
    name="calibrate-camera",
    description="Measures a camera's focal length and distortion with a checkerboard.",
    add_arguments=_add_arguments,
    run=lambda namespace: run(CalibrateArguments.from_namespace(namespace)),
)
