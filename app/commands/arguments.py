"""Options that several commands share: each `add_…_arguments` adds a group, the function below it reads that group."""

from __future__ import annotations

import argparse
import math
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.drawing.overlays import OVERLAYS
from app.errors import UsageError
from app.export.task import DECODERS
from app.settings import (
    AUTO,
    CROP_CHOICES,
    FILTER_CHOICES,
    KEEP_TURNED_S,
    ZERO_LAG,
    AnalysisSettings,
    DetectorChoice,
    EngineChoice,
    Reference,
    Signs,
    Style,
)
from app.video import ENCODERS, VideoOptions
from app.video.limits import DEFAULT_MEGAPIXELS, set_maximum_megapixels
from detectors import DETECTORS, Box, DetectorOptions
from hopenet import HeadPose
from hopenet.engines import DEVICES, ENGINES
from hopenet.pose import ANGLES

MAXIMUM_THREADS = 256
"""ONNX Runtime starts as many threads as it is asked for, and never gets to work with tens of thousands."""

MAXIMUM_TILES = 16
"""More cut a picture into parts that no face fits into, and take hundreds of times as long."""

_FULL_TURN_DEG = 360.0
_LONGEST_S = 10**9
"""Thirty years: longer than any video, and short enough for every container."""

_TIME = re.compile(r"(\d+:){0,2}\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class NetworkArguments:
    """Which snapshot (None: the default one), and where it runs."""

    snapshot: str | None
    engine: EngineChoice


@dataclass(frozen=True, slots=True)
class AnalysisArguments:
    """Snapshot, engine, detector and settings of an analysis."""

    snapshot: str | None
    engine: EngineChoice
    detector: DetectorChoice
    settings: AnalysisSettings


def add_network_arguments(
    parser: argparse.ArgumentParser, *, engine_option: str = "--engine", default_threads: str = "all cores"
) -> None:
    """`engine_option`: for a command in which --engine means something else. `default_threads`: what the help says."""
    network = parser.add_argument_group("network")
    network.add_argument(
        "--snapshot", metavar="NAME|FILE", help="a name from “weights list”, or a file (default: the bundled snapshot)"
    )
    network.add_argument("--device", choices=DEVICES, default=AUTO, help="where the network runs (default: auto)")
    network.add_argument(
        engine_option, dest="engine", choices=ENGINES, default=AUTO, help="ONNX Runtime or torch (default: auto)"
    )
    network.add_argument(
        "--threads", type=int, metavar="N", help=f"threads for ONNX Runtime (default: {default_threads})"
    )


def network_arguments(namespace: argparse.Namespace) -> NetworkArguments:
    """Raises UsageError for an impossible number of threads."""
    threads: int | None = namespace.threads
    if threads is not None and not 1 <= threads <= MAXIMUM_THREADS:
        raise UsageError(f"--threads must be between 1 and {MAXIMUM_THREADS}, not {threads}.")
    return NetworkArguments(namespace.snapshot, EngineChoice(namespace.device, namespace.engine, threads))


def add_analysis_arguments(
    parser: argparse.ArgumentParser, *, engine_option: str = "--engine", default_threads: str = "all cores"
) -> None:
    add_network_arguments(parser, engine_option=engine_option, default_threads=default_threads)
    detector = parser.add_argument_group("detector")
    names = ", ".join((AUTO, *(kind.name for kind in DETECTORS)))
    detector.add_argument("--detector", default=AUTO, metavar="NAME", help=f"one of {names} (default: auto)")
    detector.add_argument("--boxes", type=Path, metavar="FILE", help="box file for the detector “boxes”")
    add_detection_arguments(detector)
    detector.add_argument("--max-faces", type=int, metavar="N", help="keep only the N largest faces")
    detector.add_argument("--region", metavar="X1,Y1,X2,Y2", help="detect only inside this rectangle, in pixels")
    detector.add_argument(
        "--detect-every", type=int, default=1, metavar="N", help="detect on every n-th measured frame (default: 1)"
    )
    detector.add_argument(
        "--keep-turned",
        type=float,
        metavar="SECONDS",
        help=f"how long to follow a head that turned away from the detector; 0: not at all (default: {KEEP_TURNED_S:g} "
        "with a snapshot for the full range, otherwise 0)",
    )
    poses = parser.add_argument_group("poses")
    poses.add_argument(
        "--crop", choices=CROP_CHOICES, default="measured", help="margins around the face box (default: measured)"
    )
    poses.add_argument(
        "--smoothing",
        type=float,
        default=0.5,
        metavar="0…1",
        help="smoothing of the drawn angles; 0 draws raw angles (default: 0.5)",
    )
    poses.add_argument(
        "--filter",
        choices=FILTER_CHOICES,
        help="how angles are smoothed: one-euro is calmer, low-delay follows turns sooner, for games (default: "
        "one-euro)",
    )
    _add_camera_arguments(parser)


def analysis_arguments(namespace: argparse.Namespace) -> AnalysisArguments:
    """Raises UsageError for values out of range."""
    network = network_arguments(namespace)
    options = detector_options(
        namespace, namespace.detector, maximum_faces=namespace.max_faces, region=_region(namespace.region)
    )
    try:
        settings = AnalysisSettings(
            namespace.detect_every,
            namespace.smoothing,
            filter=namespace.filter or FILTER_CHOICES[0],
            crop=namespace.crop,
            keep_turned_s=namespace.keep_turned,
            **_camera_settings(namespace),
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    detector = DetectorChoice(namespace.detector, options, namespace.boxes)
    return AnalysisArguments(network.snapshot, network.engine, detector, settings)


def _add_camera_arguments(parser: argparse.ArgumentParser) -> None:
    camera = parser.add_argument_group("camera")
    camera.add_argument(
        "--camera-geometry",
        type=Path,
        metavar="FILE",
        help="focal length and distortion of the camera: from “calibrate-camera”, OpenCV or ROS (YAML, JSON, XML)",
    )
    camera.add_argument(
        "--field-of-view", type=float, metavar="DEG", help="the camera's horizontal field of view, instead of a file"
    )
    camera.add_argument(
        "--correct-perspective",
        action="store_true",
        help="give angles relative to the camera's axis, not to the line of sight to each face; for wide pictures",
    )


def _camera_settings(namespace: argparse.Namespace) -> dict[str, Any]:
    """Raises UsageError for a file that cannot be used, for two geometries, and for a correction without one."""
    geometry, field_of_view_deg = None, namespace.field_of_view
    if namespace.camera_geometry is not None:
        if field_of_view_deg is not None:
            raise UsageError(
                "--camera-geometry and --field-of-view cannot be combined: the file contains the field of view.",
                advice="Leave out one of the two.",
            )
        from app.calibration.files import read_camera_geometry

        geometry = read_camera_geometry(namespace.camera_geometry)
    if namespace.correct_perspective and geometry is None and field_of_view_deg is None:
        raise UsageError(
            "--correct-perspective needs to know the camera.",
            advice="Add --camera-geometry FILE, or --field-of-view DEG (horizontal).",
        )
    return {
        "camera_geometry": geometry,
        "field_of_view_deg": field_of_view_deg,
        "correct_perspective": namespace.correct_perspective,
    }


def add_detection_arguments(group: argparse._ArgumentGroup) -> None:
    """Limits that every use of a detector has."""
    group.add_argument("--min-score", type=float, metavar="X", help="minimum score, on the detector's own scale")
    group.add_argument(
        "--detection-size", type=int, metavar="PX", help="first shrink frames until the longer side has PX pixels"
    )
    group.add_argument(
        "--tiles",
        type=int,
        default=1,
        metavar="N",
        help="also detect in N×N overlapping tiles, for small faces (MediaPipe)",
    )


def detector_options(
    namespace: argparse.Namespace, detector: str, *, maximum_faces: int | None = None, region: Box | None = None
) -> DetectorOptions:
    """Raises UsageError for limits out of range. `detector`: its name, which decides the scale of its scores."""
    _check_score(namespace.min_score, detector)
    if namespace.tiles > MAXIMUM_TILES:
        raise UsageError(f"--tiles must be at most {MAXIMUM_TILES}, not {namespace.tiles}.")
    try:
        return DetectorOptions(
            minimum_score=namespace.min_score,
            largest_faces=maximum_faces,
            region=region,
            detection_size=namespace.detection_size,
            tiles=namespace.tiles,
        )
    except ValueError as error:
        raise UsageError(str(error)) from error


def _check_score(score: float | None, detector: str) -> None:
    if score is None:
        return
    if not math.isfinite(score):
        raise UsageError("--min-score must be a number.")
    # AUTO begins with the first detector of the table.
    highest = next((kind.highest_score for kind in DETECTORS if detector in (AUTO, kind.name)), None)
    if highest is not None and score > highest:
        raise UsageError(
            f"--min-score {score:g} would leave out every face: the scores of this detector are at most {highest:g}.",
            advice="Choose a smaller score, or a detector with another scale.",
        )


def _region(text: str | None) -> Box | None:
    if text is None:
        return None
    try:
        region = Box(*(float(number) for number in text.split(",")))
    except (TypeError, ValueError):
        region = None
    if region is None or not all(map(math.isfinite, region)):
        raise UsageError(f"--region takes four numbers, such as 0,0,640,480, not “{text}”.")
    return region


def add_style_arguments(parser: argparse.ArgumentParser) -> None:
    drawing = parser.add_argument_group("drawing")
    names = ", ".join(overlay.name for overlay in OVERLAYS)
    default = ",".join(overlay.name for overlay in OVERLAYS if getattr(Style(), overlay.name))
    drawing.add_argument(
        "--draw", default=default, metavar="LIST", help=f"any of {names}, or none (default: {default})"
    )
    drawing.add_argument(
        "--axis-size", type=float, default=1.0, metavar="X", help="relative length of the axes (default: 1)"
    )
    drawing.add_argument(
        "--line-width", type=float, default=1.0, metavar="X", help="relative width of lines (default: 1)"
    )
    drawing.add_argument(
        "--opacity", type=float, default=1.0, metavar="0…1", help="opacity of everything drawn (default: 1)"
    )


def style(namespace: argparse.Namespace) -> Style:
    """What is drawn. Raises UsageError for an unknown name or a value out of range."""
    known = tuple(overlay.name for overlay in OVERLAYS)
    names = [name.strip() for name in namespace.draw.split(",")]
    unknown = [name for name in names if name not in (*known, "none")]
    if unknown:
        raise UsageError(f"“{unknown[0]}” cannot be drawn.", advice=f"Choose from {', '.join((*known, 'none'))}.")
    if "none" in names and len(set(names)) > 1:
        raise UsageError("--draw none cannot be combined with other names.", advice="Leave out “none”, or the others.")
    try:
        return Style(
            **{name: name in names for name in known},
            size=namespace.axis_size,
            width=namespace.line_width,
            opacity=namespace.opacity,
        )
    except ValueError as error:
        raise UsageError(str(error)) from error


def add_size_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-megapixels",
        type=int,
        metavar="N",
        help=f"read pictures of up to N megapixels (default: {DEFAULT_MEGAPIXELS}); large ones can fill the memory",
    )


def apply_size_limit(namespace: argparse.Namespace) -> None:
    """Sets the limit for this process and those that it starts. Raises UsageError if it is out of range."""
    if namespace.max_megapixels is not None:
        set_maximum_megapixels(namespace.max_megapixels)


def add_encoding_arguments(outputs: argparse._ArgumentGroup) -> None:
    """How annotated videos are written."""
    encoders = ", ".join(encoder.name for encoder in ENCODERS)
    outputs.add_argument("--encoder", default="h264", metavar="NAME", help=f"one of {encoders} (default: h264)")
    outputs.add_argument("--quality", type=int, metavar="N", help="the encoder's constant quality; smaller is better")
    outputs.add_argument("--preset", metavar="NAME", help="the encoder's speed, such as ultrafast or slow")
    outputs.add_argument("--no-sound", action="store_true", help="leave out the sound")
    outputs.add_argument(
        "--no-metadata", action="store_true", help="leave out the source's title, date, timecode and chapters"
    )


def video_options(namespace: argparse.Namespace) -> VideoOptions:
    return VideoOptions(
        namespace.encoder,
        namespace.quality,
        namespace.preset,
        sound=not namespace.no_sound,
        metadata=not namespace.no_metadata,
    )


def add_zero_lag_argument(outputs: argparse._ArgumentGroup) -> None:
    outputs.add_argument(
        "--zero-lag",
        action="store_true",
        help="smooth without delay, forwards and backwards through time; the video is decoded twice",
    )


def with_zero_lag(settings: AnalysisSettings, namespace: argparse.Namespace) -> AnalysisSettings:
    """The settings, with smoothing without delay if that was asked for.

    Raises UsageError if a filter was chosen as well.
    """
    if namespace.zero_lag and namespace.filter is not None:
        raise UsageError("--zero-lag is a filter of its own.", advice="Leave out --filter.")
    return replace(settings, filter=ZERO_LAG) if namespace.zero_lag else settings


def add_decoder_argument(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--decoder",
        choices=DECODERS,
        default="cpu",
        help="what decodes the video: the processor, or an NVIDIA card if there is one (default: cpu)",
    )


def add_every_argument(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--every",
        type=int,
        default=1,
        metavar="K",
        help="of videos, measure only the frames 0, K, 2K, … (default: 1, every frame): tables have no rows of others, "
        "and an annotated video shows each measurement until the next one",
    )


def with_every(settings: AnalysisSettings, namespace: argparse.Namespace) -> AnalysisSettings:
    """The settings, with the frames to measure. Raises UsageError for a number out of range."""
    try:
        return replace(settings, measure_every=namespace.every)
    except ValueError as error:
        raise UsageError(f"--every: {error}") from error


def add_range_arguments(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Returns the group, for more options about which frames are analysed."""
    part = parser.add_argument_group("part of the video")
    part.add_argument(
        "--from",
        dest="since",
        type=moment,
        default=Fraction(0),
        metavar="TIME",
        help="start, in seconds or h:mm:ss, such as 12.5 or 1:02:03.5 (default: 0); of a folder, the number of the "
        "first picture, counted from 1",
    )
    part.add_argument(
        "--to",
        dest="until",
        type=moment,
        metavar="TIME",
        help="end, not included (default: the video's end); of a folder, the number of the last picture",
    )
    return part


def moment(text: str) -> Fraction:
    """Exact seconds of a time such as 12, 12.5, 3:25 or 1:02:03.5. Raises ArgumentTypeError for anything else."""
    if not _TIME.fullmatch(text.strip()):
        raise argparse.ArgumentTypeError(f"a time is seconds or h:mm:ss, such as 12.5 or 1:02:03.5, not “{text}”")
    first, *others = (Fraction(part) for part in text.strip().split(":"))
    if any(part >= 60 for part in others):
        raise argparse.ArgumentTypeError(f"minutes and seconds after a colon must be below 60, not “{text}”")
    seconds = first
    for part in others:
        seconds = 60 * seconds + part
    if seconds > _LONGEST_S:
        raise argparse.ArgumentTypeError(f"a time must be at most {_LONGEST_S} seconds, not “{text[:30]}”")
    return seconds


def add_reference_arguments(parser: argparse.ArgumentParser) -> None:
    angles = parser.add_argument_group("angles")
    angles.add_argument(
        "--flip", metavar="LIST", help="angles to report with the opposite sign: any of yaw, pitch, roll"
    )
    angles.add_argument(
        "--neutral", metavar="Y,P,R", help="pose that counts as straight ahead, in degrees, such as --neutral=-5,10,0"
    )


def reference(namespace: argparse.Namespace) -> Reference:
    """Raises UsageError for an unknown angle or a neutral pose that is not three numbers."""
    return Reference(_neutral(namespace.neutral), _signs(namespace.flip))


def _signs(text: str | None) -> Signs:
    names = [name.strip() for name in text.split(",")] if text else []
    unknown = [name for name in names if name not in ANGLES]
    if unknown:
        raise UsageError(f"“{unknown[0]}” is not an angle.", advice=f"Choose from {', '.join(ANGLES)}.")
    yaw, pitch, roll = (-1 if name in names else 1 for name in ANGLES)
    return Signs(yaw, pitch, roll)  # type: ignore[arg-type]


def _neutral(text: str | None) -> HeadPose | None:
    if text is None:
        return None
    try:
        yaw, pitch, roll = (float(number) for number in text.split(","))
    except ValueError:
        yaw = pitch = roll = math.nan
    if not all(abs(angle) <= _FULL_TURN_DEG for angle in (yaw, pitch, roll)):  # NaN is not
        raise UsageError(
            f"--neutral takes three numbers of degrees from -360 to 360, such as --neutral=5,-10,0, not “{text}”."
        )
    return HeadPose(yaw, pitch, roll)
