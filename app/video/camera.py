"""What a camera is: its name, its modes, and the address that opens it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class CameraMode:
    """A size in pixels, its highest rate in frames per second (None if unknown), and its formats by FFmpeg's names."""

    width: int
    height: int
    rate: float | None
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera of this machine. No modes means that the system does not list any.

    `id`: what opens it today; after it was plugged in again, it may be another. `place`: what tells it from others of
    its name, and stays if it is plugged in again at the same place: a USB port, or on Windows a number made from it.
    `label`: the name with the place, if other cameras have the name as well; empty if not.
    """

    id: str
    name: str
    modes: tuple[CameraMode, ...] = ()
    place: str = ""
    label: str = ""

    @property
    def shown_name(self) -> str:
        return self.label or self.name

    @property
    def address(self) -> str:
        """By name, which stays when cameras are plugged in in another order; by ID if the name is not unambiguous."""
        name = self.shown_name
        usable = bool(name.strip()) and name == name.strip() and not name.isdecimal() and "?" not in name
        return f"camera:{name if usable else self.id}"

    def is_called(self, name: str) -> bool:
        """Whether this is its name, with or without its place."""
        return name.casefold() in {self.name.casefold(), self.label.casefold(), _labelled(self.name, self.place)}


def with_labels(cameras: Iterable[Camera]) -> tuple[Camera, ...]:
    """The cameras, with labels for those that share their name."""
    found = tuple(cameras)
    names = Counter(camera.name for camera in found)
    labels: Counter[str] = Counter()
    labelled = []
    for number, camera in enumerate(found, 1):
        if names[camera.name] == 1:
            labelled.append(camera)
            continue
        label = f"{camera.name} [{camera.place or number}]"
        labels[label] += 1  # Two lenses of one device have one place.
        extra = f" {labels[label]}" if labels[label] > 1 else ""
        labelled.append(replace(camera, label=label[:-1] + extra + "]"))
    return tuple(labelled)


def sorted_modes(found: Iterable[tuple[int, int, float, str]]) -> tuple[CameraMode, ...]:
    """Modes from (width, height, rate or 0, format): one for each size and rate with all its formats, largest first."""
    formats: dict[tuple[int, int, float], list[str]] = {}
    for width, height, rate, name in found:
        names = formats.setdefault((width, height, rate), [])
        if name and name not in names:
            names.append(name)
    ordered = sorted(formats, key=lambda mode: (mode[0] * mode[1], mode[2]), reverse=True)
    return tuple(CameraMode(w, h, rate or None, tuple(formats[w, h, rate])) for w, h, rate in ordered)


def _labelled(name: str, place: str) -> str:
    return f"{name} [{place}]".casefold()
