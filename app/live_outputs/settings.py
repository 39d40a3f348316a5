"""What a user can choose about live outputs, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.analysis.head_position import DEFAULT_FIELD_OF_VIEW_DEG
from app.live_outputs.mapping import AxesMapping
from app.settings import FilterChoice
from hopenet.camera_geometry import check_field_of_view

FaceChoice = Literal["followed", "largest", "centre", "all"]
FACE_CHOICES: tuple[FaceChoice, ...] = ("followed", "largest", "centre", "all")

LostChoice = Literal["hold", "nan", "nothing", "neutral"]
LOST_CHOICES: tuple[LostChoice, ...] = ("hold", "nan", "nothing", "neutral")

LOWEST_RATE, HIGHEST_RATE = 0.1, 240.0
LONGEST_RETURN_S = 60.0


@dataclass(frozen=True)
class OutputSettings:
    """What is sent to live outputs.

    `face`: "followed", the face that is followed in the view, or else the largest, which stays the chosen one until it
    is lost; "largest", at every frame; "centre", the one nearest to the middle of the picture; "all" of them, the
    largest first, where the protocol has room for more than one.
    `lost`: what is sent while the face is lost. "hold", its last values; "nan", values that are not a number;
    "nothing"; "neutral", its last values, which within `return_s` seconds return to the neutral pose.
    `rate_per_s`: at most so many frames a second; None: each frame.
    `filter`: how angles are smoothed; None: as in the view. `strength`: of this filter, from 0 to 1.
    `position`: whether the rough position is sent. `field_of_view_deg`: of the camera, horizontally.
    `position_smoothing`: from 0 to 1.

    Raises ValueError for a value out of range.
    """

    face: FaceChoice = "followed"
    lost: LostChoice = "hold"
    return_s: float = 2.0
    rate_per_s: float | None = None
    filter: FilterChoice | None = None
    strength: float = 0.5
    position: bool = True
    field_of_view_deg: float = DEFAULT_FIELD_OF_VIEW_DEG
    position_smoothing: float = 0.5
    mapping: AxesMapping = AxesMapping()

    def __post_init__(self) -> None:
        if self.face not in FACE_CHOICES:
            raise ValueError(f"Unknown choice of faces “{self.face}”. Choose one of: {', '.join(FACE_CHOICES)}.")
        if self.lost not in LOST_CHOICES:
            raise ValueError(f"Unknown choice for lost faces “{self.lost}”. Choose one of: {', '.join(LOST_CHOICES)}.")
        if not 0 < self.return_s <= LONGEST_RETURN_S:
            raise ValueError(
                f"The return to the neutral pose must take more than 0 and at most {LONGEST_RETURN_S:g} seconds, "
                f"not {self.return_s:g}."
            )
        if self.rate_per_s is not None and not LOWEST_RATE <= self.rate_per_s <= HIGHEST_RATE:
            raise ValueError(
                f"The rate must be between {LOWEST_RATE:g} and {HIGHEST_RATE:g} frames per second, "
                f"not {self.rate_per_s:g}."
            )
        for strength in (self.strength, self.position_smoothing):
            if not 0 <= strength <= 1:
                raise ValueError(f"Smoothing must be between 0 (raw) and 1, not {strength:g}.")
        check_field_of_view(self.field_of_view_deg)


@dataclass(frozen=True)
class ListedOutput:
    """An output that the user has added: its address, and whether it is switched on."""

    address: str
    on: bool = False


@dataclass(frozen=True)
class Profile:
    """Saved settings of live outputs, with their addresses.

    `send_at_start`: begin to send when the program starts. `neutral_key`: the name of a key that sets the neutral pose
    while another program is used; empty for none.
    """

    settings: OutputSettings = OutputSettings()
    outputs: tuple[ListedOutput, ...] = ()
    send_at_start: bool = False
    neutral_key: str = ""
