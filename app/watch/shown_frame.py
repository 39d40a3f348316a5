"""What the window is told of a frame: everything that its panels show at one moment, so that nothing is out of step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.analysis.style import Style
from app.settings import Reference

if TYPE_CHECKING:
    from app.frames import Analysis, Face
    from detectors import BgrImage


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """How a frame is to be shown: the user's style and reference, the face followed, the size of the place for it.

    `followed` is a track id, None for the largest face. `size` is width and height in device pixels, None where the
    frame's own size will do.
    """

    style: Style = Style()
    reference: Reference = Reference()
    followed: int | None = None
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast it goes. Rates are per second over the last seconds; `delay_ms` from the frame's capture to its being
    handed to the window, None for videos; `dropped` counts frames that were not analysed since the source was opened.
    """

    analysed_per_s: float = 0.0
    source_per_s: float = 0.0
    delay_ms: float | None = None
    dropped: int = 0
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    """The mean of the last second, by stage: track, detect, crop, infer, draw."""
    looking: bool = False
    """Whether the detector in use has not yet told of a single frame, as a slow one at first."""


@dataclass(frozen=True, slots=True, eq=False)
class ShownFrame:
    """One frame as the window shows it.

    `picture` is BGR uint8, annotated, fitted into `options.size` with its proportions kept, and mirrored where the
    style says so. `network_view` is the square BGR picture that the network saw of `face`.
    """

    analysis: Analysis
    picture: BgrImage
    options: ViewOptions
    face: Face | None
    network_view: BgrImage | None
    pace: Pace
