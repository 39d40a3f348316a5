"""One frame with everything that the window shows of it, so that picture and panels never disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from app.drawing.zooming import Zoom
from app.settings import Reference, Style

if TYPE_CHECKING:
    from app.frames import Analysis, Face
    from detectors import BgrImage


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """How a frame is shown.

    `style` says what is drawn, `reference` what the angles are relative to. `followed` is a track id, None for the
    largest face. `size` is the width and height of the place for the picture in device pixels, None for the frame's
    own size. `zoom` is the part of the picture that is shown there.
    """

    style: Style = Style()
    reference: Reference = Reference()
    followed: int | None = None
    size: tuple[int, int] | None = None
    zoom: Zoom = Zoom()


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast frames are analysed and shown.

    Rates are per second over the last seconds. `delay_ms` is from the frame's capture until it is handed to the window,
    None for videos. `dropped` counts the frames that were not analysed since the source was opened.
    """

    analysed_per_s: float = 0.0
    source_per_s: float = 0.0
    delay_ms: float | None = None
    dropped: int = 0
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    """The mean of the last second, by stage: track, detect, crop, infer, draw."""
    waiting_for: Literal["", "models", "faces"] = ""
    """What is missing before the picture's faces are known: the models are being loaded, or the detector has not looked
    at this picture, shot or place of the video yet. Empty: whoever is not among the faces was not found."""
    rest: Literal["", "settling", "settled"] = ""
    """Of a picture that stands still: "settling" while what precedes it is being analysed, so that its numbers may
    still change, then "settled"."""


@dataclass(frozen=True, slots=True, eq=False)
class ShownFrame:
    """One frame as the window shows it.

    `picture` is BGR uint8, annotated, fitted into `options.size` with its proportions kept, and mirrored if the style
    says so. `network_view` is the square BGR picture that the network saw of `face`.
    """

    analysis: Analysis
    picture: BgrImage
    options: ViewOptions
    face: Face | None
    network_view: BgrImage | None
    pace: Pace
