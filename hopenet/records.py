"""A snapshot's record: how to prepare its input, how to decode its output, and where it comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from hopenet.crops import DEFAULT, CropRule, SquareCrop, crop_from_plain, crop_to_plain
from hopenet.record_schema import LARGEST_ANGLE, LONGEST_NAME, check_fields, parsed, shown, shown_name

METADATA_KEY = "hopenet"
"""The key of the record, stored as JSON, in the metadata of safetensors files and ONNX models."""

RECORD_VERSION = 1

FULL_CIRCLE = 360.0

_ROUNDING_DEG = 1e-6
"""Widths of bins such as 360 ÷ 7 are rounded."""

MEASURED_PUBLISHED_CROPS: Mapping[str, CropRule] = {
    # 1.5 and −0.08 were measured with MediaPipe's short-range detector. The others cover the same part of the head,
    # derived from how the detectors' boxes relate: benchmarks/crop_presets.py, docs/adr/0004-crops.md.
    "mediapipe": SquareCrop(1.5, -0.08),
    "mediapipe-full": SquareCrop(1.41, -0.03),
    "dlib-cnn": SquareCrop(1.57, 0.07),
    "dlib-hog": SquareCrop(1.49, -0.01),
    # Estimated, not measured: no dockerface boxes were available. They span the whole face, from forehead to chin,
    # about 0.95 by 1.24 sides of MediaPipe's box.
    "boxes": SquareCrop(1.4, 0.02),
    DEFAULT: SquareCrop(1.5, -0.08),
}
"""Crops of the published snapshots, by detector."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """How logits become degrees: angle = Σ softmax(logits)ᵢ · (first_deg + i · width_deg).

    `circular`: the bins cover the full circle, so that the last one is next to the first, and the angle is the
    direction of the distribution's mean vector, atan2(Σ pᵢ sin, Σ pᵢ cos), from −180° to 180°.

    Raises ValueError for circular bins that do not add up to 360°.

    The published networks use a bin's lower edge as its value (first_deg = −99), half a bin off from their
    classification loss; their published figures hold only with this value.
    `spread_factors`: for yaw, pitch and roll, the factor for the distribution's standard deviation that makes about
    68 % of errors lie within one spread; 1 if it has not been measured.
    """

    bins: int = 66
    width_deg: float = 3.0
    first_deg: float = -99.0
    spread_factors: tuple[float, float, float] = (1.0, 1.0, 1.0)
    circular: bool = False

    def __post_init__(self) -> None:
        if self.circular and abs(self.bins * self.width_deg - FULL_CIRCLE) > _ROUNDING_DEG:
            raise ValueError(
                f"its {self.bins} circular bins of {self.width_deg:g}° cover {self.bins * self.width_deg:g}°, "
                f"but must cover {FULL_CIRCLE:g}°"
            )

    @property
    def is_calibrated(self) -> bool:
        """Whether the spread has been compared with errors. Otherwise it is the network's own distribution, which may
        be far too narrow."""
        return self.spread_factors != (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class SnapshotRecord:
    """Everything needed to use a snapshot the way it was trained, and to cite it.

    `input_size`: side of the square input in pixels. `mean` and `std`: per RGB channel, for values from 0 to 1.
    `crops`: crop rule by detector name, including one for “default”. `figures`: name → value, in degrees unless the
    name says otherwise.
    """

    architecture: str
    name: str = ""
    input_size: int = 224
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    crops: Mapping[str, CropRule] = field(default_factory=lambda: MEASURED_PUBLISHED_CROPS)
    decoding: Decoding = Decoding()
    training_data: str = ""
    licence: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    source: str = ""

    def to_json(self) -> str:
        plain = asdict(self) | {
            "version": RECORD_VERSION,
            "crops": {name: crop_to_plain(rule) for name, rule in self.crops.items()},
        }
        if not self.decoding.circular:
            # Programs from before there were circular bins read such a record. They refuse the others, rightly.
            del plain["decoding"]["circular"]
        return json.dumps(plain, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str, *, file: str = "The snapshot") -> SnapshotRecord:
        """The record in a JSON text. `file` names the file it is from, in messages.

        Raises ValueError if it is not a record, is one of a newer version, or a field is missing, unknown, or out of
        range: `hopenet.record_schema` has the ranges.
        """
        try:
            plain = _checked(text)
        except ValueError as error:
            raise ValueError(f"{file} cannot be used, because its record cannot be read: {error}.") from error
        fields = {key: value for key, value in plain.items() if key != "version"}
        return cls(
            **fields
            | {
                "mean": _triple(plain["mean"]),
                "std": _triple(plain["std"]),
                "decoding": _decoding(plain["decoding"]),
                "crops": {name: crop_from_plain(rule) for name, rule in plain["crops"].items()},
            }
        )

    def named(self, name: str) -> SnapshotRecord:
        """This record with `name` filled in if it has no name of its own. The name may be any file's."""
        return self if self.name else replace(self, name=shown_name(name)[:LONGEST_NAME])


def _checked(text: str) -> dict[str, Any]:
    """The fields in a JSON text. Raises ValueError, as part of a sentence, if they are not those of a record."""
    plain = parsed(text)
    version = plain.get("version") if isinstance(plain, dict) else None
    if type(version) is int and version > RECORD_VERSION:
        raise ValueError(
            f"it has version {shown(version)}, but this program supports versions up to {RECORD_VERSION} "
            "(a newer program can read it)"
        )
    check_fields(plain, "")
    fields: dict[str, Any] = plain
    if DEFAULT not in fields["crops"]:
        raise ValueError("it has no default crop rule")
    decoding = _decoding(fields["decoding"])
    last_deg = decoding.first_deg + decoding.width_deg * (decoding.bins - 1)
    if last_deg > LARGEST_ANGLE:
        raise ValueError(
            f"the last of its {decoding.bins} bins is at {last_deg:g}°, but must be at {LARGEST_ANGLE:g}° at most"
        )
    return fields


def _decoding(plain: dict[str, Any]) -> Decoding:
    return Decoding(**plain | {"spread_factors": _triple(plain.get("spread_factors", (1.0, 1.0, 1.0)))})


def _triple(values: Any) -> tuple[float, float, float]:
    first, second, third = values
    return float(first), float(second), float(third)


def published_record(architecture: str) -> SnapshotRecord:
    """The record for a bare state dict of the published code: ImageNet normalisation, 224 pixels, 66 bins."""
    return SnapshotRecord(architecture=architecture, training_data="300W-LP")
