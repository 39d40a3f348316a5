"""What an exported file says about itself: what goes in, what comes out, and what the angles mean.

The text lies in the file's metadata under INTERFACE_KEY as JSON. Someone who has nothing but the file can prepare its
input and read its output by it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hopenet.crops import crop_to_plain
from hopenet.pose import ANGLES
from hopenet.preprocess import MINIMUM_CROP_PX
from hopenet.records import SnapshotRecord

INTERFACE_KEY = "hopenet_interface"
INTERFACE_VERSION = 1

IMAGE, LOGITS = "image", "logits"
"""The names of the network's own input and output."""

CROP, DEGREES, SPREAD = "crop", "angles", "spread"
"""Those of a file with decoding."""

_SIGNS = {
    "yaw": "above 0, the nose points to the left of the picture",
    "pitch": "above 0, the nose points up",
    "roll": "above 0, the head is tilted clockwise as seen in the picture",
    "matrix": "R = Rx(pitch) · Ry(yaw) · Rz(roll), Rx = [1 0 0; 0 c s; 0 -s c], Ry = [c 0 -s; 0 1 0; s 0 c], "
    "Rz = [c s 0; -s c 0; 0 0 1]",
    "unit": "degrees",
}

_CROP_RULES = (
    "square: length = √(width · height) of the detector's box; side = round(scale · length); left = round(centre x "
    "- side / 2); top = round(centre y + shift_down · length - side / 2). margins: each edge of the box moves out by "
    "its fraction of the box's width or height, is cut to a whole pixel, and moves out by its pixels; the result is "
    "clipped to the picture. Pixels outside the picture are black. Halves are rounded to the even number."
)


@dataclass(frozen=True, slots=True)
class Interface:
    """How a file is used.

    `decoding`: whether it takes pixels and gives degrees. `any_size`: with decoding, whether it takes crops of any size
    and resizes them itself. `batch`: the number of faces at once, None for any number. `sha256`: of the snapshot that
    it was made from.
    """

    record: SnapshotRecord
    sha256: str
    precision: str
    decoding: bool
    any_size: bool = False
    batch: int | None = None

    @property
    def input_name(self) -> str:
        return CROP if self.decoding else IMAGE

    @property
    def output_names(self) -> tuple[str, ...]:
        return (DEGREES, SPREAD) if self.decoding else (LOGITS,)

    def to_json(self) -> str:
        return json.dumps(self.to_plain(), ensure_ascii=False, indent=1)

    def to_plain(self) -> dict[str, Any]:
        record = self.record
        return {
            "version": INTERFACE_VERSION,
            "made_by": "Hopenet Studio",
            "what": "head pose of a face: yaw, pitch and roll",
            "precision": self.precision,
            "inputs": [self._pixels() if self.decoding else self._normalised()],
            "resize": self._resize(),
            "crop": {
                "rule": _CROP_RULES,
                "smallest_px": MINIMUM_CROP_PX,
                "by_detector": {name: crop_to_plain(rule) for name, rule in record.crops.items()},
            },
            "outputs": self._outputs(),
            "decoding": self._decoding(),
            "signs": _SIGNS,
            "snapshot": {
                "name": record.name,
                "architecture": record.architecture,
                "sha256": self.sha256,
                "licence": record.licence or "not stated",
                "training_data": record.training_data,
                "source": record.source,
                "figures": dict(record.figures),
            },
        }

    @property
    def _faces(self) -> int | str:
        return "faces" if self.batch is None else self.batch

    def _pixels(self) -> dict[str, Any]:
        side = self.record.input_size
        size: list[int | str] = ["height", "width"] if self.any_size else [side, side]
        return {
            "name": CROP,
            "type": "uint8",
            "shape": [self._faces, *size, 3],
            "channel_order": "RGB",
            "values": "0 to 255",
        }

    def _normalised(self) -> dict[str, Any]:
        side = self.record.input_size
        return {
            "name": IMAGE,
            "type": "float32",
            "shape": [self._faces, 3, side, side],
            "channel_order": "RGB",
            "values": "(value / 255 - mean) / std, each channel by its own",
            "mean": list(self.record.mean),
            "std": list(self.record.std),
        }

    def _resize(self) -> dict[str, Any]:
        return {
            "where": "in the file" if self.any_size else "before the file",
            "side": self.record.input_size,
            "rule": "the shorter side becomes `side`, the longer one side · longer / shorter without its fraction; "
            "bilinear with a filter that widens when shrinking (antialiased, as Pillow's BILINEAR), rounded to whole "
            "values; then the central square",
        }

    def _outputs(self) -> list[dict[str, Any]]:
        shape: list[int | str] = [self._faces, 3]
        if not self.decoding:
            bins = self.record.decoding.bins
            return [{"name": LOGITS, "type": "float32", "shape": [*shape, bins], "order": list(ANGLES)}]
        return [
            {"name": name, "type": "float32", "shape": shape, "order": list(ANGLES), "unit": "degrees"}
            for name in (DEGREES, SPREAD)
        ]

    def _decoding(self) -> Mapping[str, Any]:
        decoding = self.record.decoding
        angle, off = "Σ p · value", "value - angle"
        if decoding.circular:
            angle = "atan2(Σ p · sin(value), Σ p · cos(value)), in degrees"
            off = "difference of value and angle, the shorter way round the circle"
        return {
            "where": "in the file" if self.decoding else "after the file",
            "rule": "p = softmax(logits) over the bins; value of bin i = first_deg + i · width_deg; "
            f"angle = {angle}; spread = factor · √(Σ p · ({off})²)",
            "bins": decoding.bins,
            "first_deg": decoding.first_deg,
            "width_deg": decoding.width_deg,
            "spread_factors": list(decoding.spread_factors),
            "circular": decoding.circular,
        }
