"""What a snapshot says of itself: how to feed it, how to read its answer, and where it comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from hopenet.crops import DEFAULT, CropRule, SquareCrop, crop_from_plain, crop_to_plain

METADATA_KEY = "hopenet"
"""Where the record stands, as JSON, in a safetensors file's and an ONNX model's metadata."""

RECORD_VERSION = 1


@dataclass(frozen=True, slots=True)
class Decoding:
    """How logits become degrees: angle = Σ softmax(logits)ᵢ · (first_deg + i · width_deg).

    The published networks take a bin's lower edge for its value (first_deg = −99), which loses half a bin against
    their classification loss; it has to stay so for their published figures to hold.
    `spread_factors`: for yaw, pitch and roll, what the distribution's standard deviation is multiplied by so that about
    68 % of errors lie within one spread; 1 where nobody has measured it.
    """

    bins: int = 66
    width_deg: float = 3.0
    first_deg: float = -99.0
    spread_factors: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class SnapshotRecord:
    """Everything needed to use a snapshot as it was trained, and to cite it.

    `input_size`: side in pixels of the square input. `mean` and `std`: per channel of RGB in 0…1. `crops`: rule by
    detector name, with one under “default”. `figures`: name → value, degrees unless the name says otherwise.
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
        return json.dumps(plain, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> SnapshotRecord:
        """Raises ValueError where the text is no record, or one of a newer version."""
        try:
            plain: dict[str, Any] = json.loads(text)
            version = plain.pop("version")
            record = cls(
                **plain
                | {
                    "mean": _triple(plain["mean"]),
                    "std": _triple(plain["std"]),
                    "decoding": _decoding(plain["decoding"]),
                    "crops": {name: crop_from_plain(rule) for name, rule in plain["crops"].items()},
                }
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"The snapshot's record cannot be read: {error}.") from error
        if version > RECORD_VERSION:
            raise ValueError(f"The snapshot's record has version {version}; this program reads up to {RECORD_VERSION}.")
        if DEFAULT not in record.crops:
            raise ValueError("The snapshot's record has no default crop rule.")
        return record

    def named(self, name: str) -> SnapshotRecord:
        """The same record under a name, where it has none of its own."""
        return self if self.name else replace(self, name=name)


def _decoding(plain: dict[str, Any]) -> Decoding:
    return Decoding(**plain | {"spread_factors": _triple(plain.get("spread_factors", (1.0, 1.0, 1.0)))})


def _triple(values: Any) -> tuple[float, float, float]:
    first, second, third = values
    return float(first), float(second), float(third)


MEASURED_PUBLISHED_CROPS: Mapping[str, CropRule] = {
    # 1.5 and −0.08 were measured behind MediaPipe's short range. The others cover the same part of the head by the
    # relation of the detectors' boxes: benchmarks/crop_presets.py, docs/adr/0004-crops.md.
    "mediapipe": SquareCrop(1.5, -0.08),
    "mediapipe-full": SquareCrop(1.41, -0.03),
    "dlib-cnn": SquareCrop(1.57, 0.07),
    "dlib-hog": SquareCrop(1.49, -0.01),
    # Reasoned, not measured: no dockerface boxes were at hand. They span the whole face, from the forehead to the chin,
    # about 0.95 by 1.24 sides of MediaPipe's box.
    "boxes": SquareCrop(1.4, 0.02),
    DEFAULT: SquareCrop(1.5, -0.08),
}
"""Crops for the published snapshots behind each detector."""


def published_record(architecture: str) -> SnapshotRecord:
    """The record of a bare state dict of the published code: ImageNet's normalisation, 224 pixels, 66 bins."""
    return SnapshotRecord(architecture=architecture, training_data="300W-LP")
