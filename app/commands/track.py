"""`track`: follows a camera, a stream or a video, and sends the angles to other programs while it does."""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from app.commands.arguments import (
    AnalysisArguments,
    add_analysis_arguments,
    add_reference_arguments,
    analysis_arguments,
    reference,
)
from app.commands.command import Command
from app.errors import UsageError
from app.live_outputs.mapping import AXES, AxisMapping, curve_from_text
from app.live_outputs.output import OutputAddress, ReaderGone
from app.live_outputs.settings import FACE_CHOICES, LOST_CHOICES, OutputSettings, Profile
from app.live_outputs.table import OUTPUTS, STDOUT, parse_address, place, virtual_camera
from app.settings import Reference

if TYPE_CHECKING:
    from app.live_outputs.reporting import StatusLine
    from app.live_outputs.sender import HeadSender
    from app.live_outputs.tracking import Tracking
    from app.threads.interrupts import Interrupts
    from app.threads.signals import Stop
    from app.video.live_addresses import LiveSource


@dataclass(frozen=True, slots=True)
class TrackArguments:
    """What `track` does. `neutral_after_s`: when the pose of the face becomes the neutral one."""

    source: str
    outputs: tuple[OutputAddress, ...]
    settings: OutputSettings
    reference: Reference
    analysis: AnalysisArguments
    neutral_after_s: float | None
    duration_s: float | None
    json: bool
    quiet: bool

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> TrackArguments:
        """Raises UsageError for values out of range."""
        profile = _profile(namespace.profile)
        addresses = namespace.send or [listed.address for listed in profile.outputs if listed.on]
        outputs = tuple(parse_address(text) for text in addresses)
        if namespace.virtual_camera is not None:
            outputs = (*outputs, virtual_camera(namespace.virtual_camera))
        if namespace.json and any(output.scheme == STDOUT for output in outputs):
            raise UsageError(
                "Both --json and --send - write to the standard output.", advice="Leave out one of the two."
            )
        _check_places(outputs)
        return cls(
            source=namespace.source,
            outputs=outputs,
            settings=_settings(profile.settings, namespace),
            reference=reference(namespace),
            analysis=analysis_arguments(namespace),
            neutral_after_s=_seconds("--neutral-after", namespace.neutral_after),
            duration_s=_seconds("--duration", namespace.duration),
            json=namespace.json,
            quiet=namespace.quiet,
        )


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="camera:0, the address of a stream, synthetic, or a video, which is played once in real time",
    )
    outputs = parser.add_argument_group("live outputs")
    outputs.add_argument(
        "--send",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="where to send the angles; repeat it for several. "
        + "; ".join(f"{kind.example}: {kind.help}" for kind in OUTPUTS.values()),
    )
    outputs.add_argument(
        "--virtual-camera",
        nargs="?",
        const="",
        metavar="DEVICE",
        help="show the annotated picture as a camera of this machine, for video calls; DEVICE, such as /dev/video10, "
        "if there are several (write the option after SOURCE)",
    )
    outputs.add_argument(
        "--profile",
        metavar="NAME",
        help="start from the settings of a profile that was made in the window, and without --send also send to the "
        "addresses that are switched on in it; the options below change single settings",
    )
    outputs.add_argument(
        "--face",
        choices=FACE_CHOICES,
        help="which face: the largest until it is lost (followed), the largest of each frame, the one nearest to the "
        "middle of the picture (centre), or all (default: followed)",
    )
    outputs.add_argument(
        "--lost",
        choices=LOST_CHOICES,
        help="what is sent while the face is lost: its last angles (hold), not a number (nan), nothing, or its last "
        "angles slowly returning to the neutral pose (neutral) (default: hold)",
    )
    outputs.add_argument("--return", dest="return_s", type=float, metavar="S", help="how long that takes (default: 2)")
    outputs.add_argument("--rate", type=float, metavar="N", help="send at most N frames per second (default: each)")
    outputs.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="AXIS:CHANGES",
        help="changes the values of an axis (yaw, pitch, roll, x, y or z) before they are sent: invert, gain=2, dead=1 "
        "and curve=10:5/30:60, separated by commas; the curve goes through these points, a value and what is sent",
    )
    outputs.add_argument(
        "--neutral-after",
        type=float,
        metavar="S",
        help="make the pose after S seconds the neutral one; in a terminal, the Enter key does so at any time",
    )
    outputs.add_argument(
        "--no-position",
        action="store_true",
        help="leave out the rough position, which is computed from the face box and the camera's field of view (see "
        "below; 60 degrees if it is not given)",
    )
    outputs.add_argument("--duration", type=float, metavar="S", help="end after S seconds")
    outputs.add_argument("--json", action="store_true", help="print a summary in JSON at the end")
    outputs.add_argument("--quiet", action="store_true", help="do not show the status")
    add_reference_arguments(parser)
    add_analysis_arguments(parser)


def _check_places(outputs: tuple[OutputAddress, ...]) -> None:
    """Raises UsageError if two of them mean the same place: each packet would come twice."""
    for number, later in enumerate(outputs):
        for one in outputs[:number]:
            if place(one) != place(later):
                continue
            if one.scheme != later.scheme:
                raise UsageError(
                    f"{one.text} and {later.text} cannot listen at the same port.",
                    advice="Choose another port for one of them.",
                )
            again = "is given twice" if one.text == later.text else f"means the same place as {one.text}"
            raise UsageError(f"The live output {later.text} {again}.", advice="Name each place once.")


def _profile(name: str | None) -> Profile:
    """Raises UsageError if there is no such profile."""
    if name is None:
        return Profile()
    from app.live_outputs.places import profiles_path
    from app.live_outputs.profiles import profile_named

    return profile_named(name, profiles_path())


def _settings(before: OutputSettings, namespace: argparse.Namespace) -> OutputSettings:
    """The settings, with what the options change."""
    given = {
        "face": namespace.face,
        "lost": namespace.lost,
        "return_s": namespace.return_s,
        "rate_per_s": namespace.rate,
        "field_of_view_deg": namespace.field_of_view,
        "position": False if namespace.no_position else None,
    }
    try:
        settings = replace(before, **{name: value for name, value in given.items() if value is not None})
    except ValueError as error:
        raise UsageError(str(error)) from error
    changes: dict[str, AxisMapping] = {}
    for text in namespace.map:
        axis, mapping = _axis_mapping(text)
        if axis in changes:
            raise UsageError(f"--map is given twice for {axis}.", advice="Write all its changes into one.")
        changes[axis] = mapping
    return replace(settings, mapping=replace(settings.mapping, **changes))


def _axis_mapping(text: str) -> tuple[str, AxisMapping]:
    """Raises UsageError unless it is written as the help says."""
    axis, _, changes = text.partition(":")
    if axis not in AXES or not changes:
        raise UsageError(
            f"--map {text} does not name an axis and what to change.",
            advice=f"Write for example --map yaw:gain=2,invert. The axes are {', '.join(AXES)}.",
        )
    mapping, changed = AxisMapping(), set[str]()
    for change in changes.split(","):
        name, _, value = change.strip().partition("=")
        if name not in _CHANGES or (name == "invert" and value):
            raise UsageError(
                f"“{change}” in --map {text} is not a change.",
                advice="The changes are invert, gain=2, dead=1 and curve=10:5/30:60.",
            )
        if name in changed:
            raise UsageError(f"{name} is given twice in --map {text}.", advice="Write each change once.")
        changed.add(name)
        if name != "invert" and not value.strip():
            raise UsageError(
                f"“{change}” in --map {text} has no value.", advice=f"Write for example {_EXAMPLES[name]}."
            )
        try:
            mapping = _CHANGES[name](mapping, value)
        except ValueError as error:
            raise UsageError(f"“{change}” in --map {text} is not valid: {error}") from error
    return axis, mapping


def _number(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError as error:
        raise ValueError(f"it needs a number, such as {_EXAMPLES[name]}, and commas between changes.") from error


_EXAMPLES = {"gain": "gain=2", "dead": "dead=1", "curve": "curve=10:5/30:60"}

_CHANGES: dict[str, Callable[[AxisMapping, str], AxisMapping]] = {
    "invert": lambda mapping, _: replace(mapping, invert=True),
    "gain": lambda mapping, value: replace(mapping, gain=_number("gain", value)),
    "dead": lambda mapping, value: replace(mapping, dead_zone=_number("dead", value)),
    "curve": lambda mapping, value: replace(mapping, curve=curve_from_text(value)),
}
"""What --map can change, from the text after the equals sign. They raise ValueError."""


def _seconds(option: str, value: float | None) -> float | None:
    if value is not None and not (math.isfinite(value) and value >= 0):
        raise UsageError(f"{option} takes a number of seconds, 0 or more, not {value:g}.")
    return value


def run(arguments: TrackArguments) -> int:
    """Follows the source until it ends, the duration is over, or the user interrupts it, which is the usual end.

    Raises SourceError if the source cannot be opened or is lost, OutputError if an output cannot be opened or could
    never send, and KeyboardInterrupt, after the summary, if another signal than that of Ctrl-C ended it.
    """
    from app.analysis.analyzer import Analyzer
    from app.live_outputs.reporting import StatusLine, summary
    from app.live_outputs.sender import HeadSender
    from app.live_outputs.tracking import Tracking
    from app.models.opening import face_detector, load_estimator
    from app.threads.garbage import all_kept
    from app.threads.interrupts import Interrupted
    from app.threads.signals import Stop
    from app.weights import ModelStore

    analysis, store, downloads = arguments.analysis, ModelStore.standard(), sys.stderr.isatty()
    stop = Stop()
    with ExitStack() as stack:
        sender = stack.enter_context(closing(HeadSender(arguments.settings)))
        # The outputs first: a wrong address need not wait for the models.
        ended = partial(_stop_if_ended, sender, stop)
        threads = [sender.add(address, changed=ended) for address in arguments.outputs]
        for thread in threads:
            thread.wait_until_open()
        with all_kept():
            source = _open(arguments.source)
            detector = stack.enter_context(
                face_detector(analysis.detector, store=store, frame_count=None, progress=downloads)
            )
            estimator = load_estimator(analysis.snapshot, analysis.engine, store=store, progress=downloads)
        tracking = Tracking(
            source,
            partial(Analyzer, detector, estimator, analysis.settings),
            sender,
            reference=arguments.reference,
            neutral_after_s=arguments.neutral_after_s,
            open_again=(lambda: _open(arguments.source)) if "://" in arguments.source else None,
            neutral_taken=lambda: status.say("The neutral pose is set."),
        )
        status = StatusLine(tracking, sender, quiet=arguments.quiet)
        _listen_to_enter(tracking, status)
        interrupts: Interrupts | None = None
        try:
            tracking.run(stop, duration_s=arguments.duration_s, report=status.show)
        except KeyboardInterrupt as interrupt:
            interrupts = interrupt.interrupts if isinstance(interrupt, Interrupted) else None
        stop.request()
        sender.close()
        status.end(threads)
        if arguments.json:
            print(json.dumps(summary(arguments.source, tracking, threads), indent=2, ensure_ascii=False))
        if interrupts is not None and interrupts.number == signal.SIGINT:
            interrupts.number = None  # The usual end, whose exit code depends on the outputs.
        states = [thread.state for thread in threads]
        error = next(
            (state.error for state in states if state.error and (state.status == "ended" or not state.sent)), None
        )
        if isinstance(error, ReaderGone):
            raise BrokenPipeError
        if error is not None:
            raise error
        if interrupts is not None and interrupts.number is not None:
            raise KeyboardInterrupt
    return 0


def _open(source: str) -> LiveSource:
    """Raises SourceError if it cannot be opened; a live source is opened when its frames are requested."""
    from app.video.live_addresses import is_live, open_live
    from app.video.real_time import RealTime
    from app.video.source import source_path

    return open_live(source) if is_live(source) else RealTime(source_path(source))


def _stop_if_ended(sender: HeadSender, stop: Stop) -> None:
    """Without anybody left to send to, there is nothing more to do."""
    if sender.threads and all(thread.state.status == "ended" for thread in sender.threads):
        stop.request()


def _listen_to_enter(tracking: Tracking, status: StatusLine) -> None:
    """In a terminal, the Enter key sets the neutral pose."""
    from app.threads.workers import Worker

    def listen() -> None:
        # Not through `sys.stdin`, whose lock this thread would still hold when Python ends.
        with suppress(OSError):
            while os.read(keyboard, 1024):
                _set_neutral(tracking, status)

    if _has_keyboard():
        keyboard = sys.stdin.fileno()
        Worker("enter", listen)


def _set_neutral(tracking: Tracking, status: StatusLine) -> None:
    if not tracking.progress.faces:
        status.say("There is no face to take a neutral pose from: the next one that is found is taken.")
    tracking.set_neutral()


def _has_keyboard() -> bool:
    """Whether keys typed in the terminal come to this process: one in the background would be stopped by reading."""
    try:
        if not sys.stdin.isatty():
            return False
        return not hasattr(os, "tcgetpgrp") or os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (AttributeError, OSError, ValueError):
        return False


COMMAND = Command(
    name="track",
    description="Follows the faces of a camera, a stream or a video in real time and sends their angles to other "
    "programs. Nothing is sent without --send. It ends with the source, after --duration, or with Ctrl-C. "
    "The exit code is 0 then, 2 if an output could never send, and 143 after SIGTERM.",
    add_arguments=_add_arguments,
    run=lambda namespace: run(TrackArguments.from_namespace(namespace)),
)
