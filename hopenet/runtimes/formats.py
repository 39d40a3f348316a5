"""The formats that snapshots are exported to. Needs none of their packages."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from hopenet.preprocess import BgrImage

if TYPE_CHECKING:
    from hopenet.runtimes.interface import Interface
    from hopenet.runtimes.source import ExportSource

PRECISIONS = ("fp32", "fp16", "int8")

Angles = npt.NDArray[np.float64]
"""(N, 3): yaw, pitch and roll in degrees."""

Runner = Callable[[Sequence[BgrImage]], Angles]
"""Runs a written file on crops (H, W, 3) in BGR; each is prepared as the file's interface says."""


class FormatModule(Protocol):
    """What the module of a format has."""

    def write(
        self, source: ExportSource, interface: Interface, faces: Sequence[BgrImage], folder: Path, stem: str
    ) -> None:
        """Writes `stem` with the format's suffixes into an empty folder.

        `faces`: crops on which the ranges of 8-bit numbers are measured; not used for other precisions.
        Raises ValueError if the snapshot cannot be written in this format.
        """
        ...

    def runner(self, path: Path, interface: Interface) -> Runner | None:
        """What runs the written file; None if this system cannot."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files.

    `suffixes`: of the files that belong together, the one to be opened first. `package`: what writes it, as it is
    imported, and `extra`: the extra of this project that installs it; both empty if it is always there. `resizes`:
    whether a file with decoding takes crops of any size. `batch`: the number of faces at once; None for any number.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    precisions: tuple[str, ...] = PRECISIONS
    package: str = ""
    extra: str = ""
    resizes: bool = False
    batch: int | None = None

    def missing(self) -> str:
        """What is not installed, as a package's name; empty if nothing is missing."""
        return self.package if self.package and importlib.util.find_spec(self.package) is None else ""

    def load(self) -> FormatModule:
        module: FormatModule = importlib.import_module(f"hopenet.runtimes.{self.name}_files")
        return module


FORMATS: tuple[Format, ...] = (
    Format("onnx", "ONNX", (".onnx",), resizes=True),
    Format("openvino", "OpenVINO", (".xml", ".bin"), package="openvino", extra="openvino"),
    Format("torch", "torch.export", (".pt2",), ("fp32", "fp16")),
    Format("coreml", "Core ML", (".mlpackage",), package="coremltools", extra="coreml"),
    Format("tflite", "LiteRT (TensorFlow Lite)", (".tflite",), package="litert_torch", extra="litert", batch=1),
)


def format_named(name: str) -> Format:
    return next(one for one in FORMATS if one.name == name)
