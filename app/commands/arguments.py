"""Options that several commands share, and what they become."""

from __future__ import annotations

import argparse
import math
import re
from fractions import Fraction
from pathlib import Path

from app.errors import UsageError
from app.models.opening import AUTO, DetectorChoice, EngineChoice, checked_settings
from app.settings import CROP_CHOICES, AnalysisSettings, Reference, Signs, Style
from detectors import DETECTORS, Box, DetectorOptions
from hopenet import HeadPose
from hopenet.engines import DEVICES, ENGINES

MOST_THREADS = 256
"""ONNX Runtime starts as many as it is told, and with tens of thousands never comes to work."""

_ANGLES = ("yaw", "pitch", "roll")
_TIME = re.compile(r"(\d+:){0,2}\d+(\.\d+)?")


def add_analysis_arguments(parser: argparse.ArgumentParser) -> None:
    """Snapshot, detector and analysis."""
    add_network_arguments(parser)
    detector = parser.add_argument_group("detector")
    names = ", ".join((AUTO, *(kind.name for kind in DETECTORS)))
    detector.add_argument("--detector", default=AUTO, metavar="NAME", help=f"one of {names} (default: auto)")
    detector.add_argument("--boxes", type=Path, metavar="FILE", help="box file for the detector “boxes”")
    detector.add_argument("--min-score", type=float, metavar="X", help="smallest score, on the detector's own scale")
    detector.add_argument("--max-faces", type=int, metavar="N", help="keep the N largest faces")
    detector.add_argument("--region", metavar="X1,Y1,X2,Y2", help="look only here, in pixels")
    detector.add_argument(
        "--detection-size", type=int, metavar="PX", help="shrink the longer side to so many pixels first"
    )
    detector.add_argument(
        "--tiles",
        type=int,
        default=1,
        metavar="N",
        help="also look in N×N overlapping parts, for small faces (MediaPipe)",
    )
    detector.add_argument(
        "--detect-every", type=int, default=1, metavar="N", help="detect on every n-th frame (default: 1)"
    )
    poses = parser.add_argument_group("poses")
    poses.add_argument(
        "--crop", choices=CROP_CHOICES, default="measured", help="margins around the box (default: measured)"
    )
    poses.add_argument("--smoothing", type=float, default=0.5, metavar="0…1", help="0 draws raw angles (default: 0.5)")


def add_network_arguments(parser: argparse.ArgumentParser) -> None:
    """Which snapshot, and where it runs."""
    network = parser.add_argument_group("network")
    network.add_argument(
        "--snapshot", metavar="NAME|FILE", help="a name of `weights list` or a file (default: the manifest's)"
    )
    network.add_argument("--device", choices=DEVICES, default=AUTO, help="where the network runs (default: auto)")
    network.add_argument("--engine", choices=ENGINES, default=AUTO, help="ONNX Runtime or torch (default: auto)")
    network.add_argument("--threads", type=int, metavar="N", help="threads of ONNX Runtime (default: all cores)")


def add_style_arguments(parser: argparse.ArgumentParser) -> None:
    """What is drawn."""
    drawing = parser.add_argument_group("drawing")
    drawing.add_argument(
        "--draw", default="axis,box,id,angles", metavar="LIST", help="of axis, cube, box, id, angles, none"
    )
    drawing.add_argument(
        "--axis-size", type=float, default=1.0, metavar="X", help="relative length of the axes (default: 1)"
    )
    drawing.add_argument(
        "--line-width", type=float, default=1.0, metavar="X", help="relative width of lines (default: 1)"
    )
    drawing.add_argument("--opacity", type=float, default=1.0, metavar="0…1", help="of all that is drawn (default: 1)")


def add_range_arguments(parser: argparse.ArgumentParser) -> None:
    """Which part of a video."""
    part = parser.add_argument_group("part of the video")
    part.add_argument(
        "--from",
        dest="since",
        type=moment,
        default=Fraction(0),
        metavar="TIME",
        help="take frames from here on: seconds, or 1:02:03.5",
    )
    part.add_argument(
        "--to", dest="until", type=moment, metavar="TIME", help="take frames before here (default: the end)"
    )


def add_reference_arguments(parser: argparse.ArgumentParser) -> None:
    """What the numbers are relative to."""
    told = parser.add_argument_group("how angles are told")
    told.add_argument(
        "--flip", metavar="LIST", help="of yaw, pitch, roll: these count as positive the other way than as published"
    )
    told.add_argument(
        "--neutral",
        metavar="Y,P,R",
        help="yaw, pitch and roll in degrees that count as straight ahead, as --neutral=-5,10,0",
    )


def moment(text: str) -> Fraction:
    """Seconds, exactly, of a time as 12, 12.5, 3:25 or 1:02:03.5. Raises ArgumentTypeError for anything else."""
    if not _TIME.fullmatch(text.strip()):
        raise argparse.ArgumentTypeError(f"a time is seconds or h:mm:ss, as 12.5 or 1:02:03.5, not “{text}”")
    seconds = Fraction(0)
    for part in text.strip().split(":"):
        seconds = 60 * seconds + Fraction(part)
    return seconds


def engine_choice(args: argparse.Namespace) -> EngineChoice:
    if args.threads is not None and not 1 <= args.threads <= MOST_THREADS:
        raise UsageError(f"There can be 1 to {MOST_THREADS} threads, not {args.threads}.")
    return EngineChoice(args.device, args.engine, args.threads)


def detector_choice(args: argparse.Namespace) -> DetectorChoice:
    if args.min_score is not None and math.isnan(args.min_score):
        raise UsageError("The smallest score must be a number.")
    try:
        options = DetectorOptions(
            minimum_score=args.min_score,
            largest_faces=args.max_faces,
            region=_region(args.region),
            detection_size=args.detection_size,
            tiles=args.tiles,
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    return DetectorChoice(args.detector, options, args.boxes)


def analysis_settings(args: argparse.Namespace) -> AnalysisSettings:
    return checked_settings(detect_every=args.detect_every, smoothing=args.smoothing, crop=args.crop)


def style(args: argparse.Namespace) -> Style:
    fields = {"axis": "axis", "cube": "cube", "box": "box", "id": "face_id", "angles": "angles"}
    names = [name.strip() for name in args.draw.split(",")]
    unknown = [name for name in names if name not in (*fields, "none")]
    if unknown:
        raise UsageError(f"“{unknown[0]}” cannot be drawn.", advice=f"There are {', '.join((*fields, 'none'))}.")
    try:
        return Style(
            **{field: name in names for name, field in fields.items()},
            size=args.axis_size,
            width=args.line_width,
            opacity=args.opacity,
        )
    except ValueError as error:
        raise UsageError(str(error)) from error


def reference(args: argparse.Namespace) -> Reference:
    return Reference(_neutral(args.neutral), _signs(args.flip))


def _signs(text: str | None) -> Signs:
    names = [name.strip() for name in text.split(",")] if text else []
    unknown = [name for name in names if name not in _ANGLES]
    if unknown:
        raise UsageError(f"“{unknown[0]}” is no angle to flip.", advice=f"There are {', '.join(_ANGLES)}.")
    yaw, pitch, roll = (-1 if name in names else 1 for name in _ANGLES)
    return Signs(yaw, pitch, roll)  # type: ignore[arg-type]


def _neutral(text: str | None) -> HeadPose | None:
    if text is None:
        return None
    try:
        yaw, pitch, roll = (float(number) for number in text.split(","))
    except ValueError:
        yaw = pitch = roll = math.nan
    if not all(map(math.isfinite, (yaw, pitch, roll))):
        raise UsageError(f"A neutral pose is three numbers of degrees, as 5,-10,0, not “{text}”.")
    return HeadPose(yaw, pitch, roll)


def _region(text: str | None) -> Box | None:
    if text is None:
        return None
    try:
        region = Box(*(float(number) for number in text.split(",")))
    except (TypeError, ValueError):
        region = None
    if region is None or not all(map(math.isfinite, region)):
        raise UsageError(f"A region is four numbers, as 0,0,640,480, not “{text}”.")
    return region
