"""The geometry of the cameras that the user has told, by source."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.preferences import Preferences
from app.settings import AnalysisSettings
from app.video.live_addresses import is_live
from app.video.streams import without_password
from hopenet.camera_geometry import CameraGeometry

MOST_KNOWN = 30
"""Of sources whose camera is known; those told longest ago are forgotten."""

_BEFORE_DISTORTION = 6


@dataclass(frozen=True, slots=True)
class KnownCamera:
    """A horizontal field of view, or the geometry from a file of this name."""

    field_of_view_deg: float | None = None
    geometry: CameraGeometry | None = None
    file: str = ""

    def applied(self, settings: AnalysisSettings, *, correct: bool) -> AnalysisSettings:
        return replace(
            settings,
            camera_geometry=self.geometry,
            field_of_view_deg=self.field_of_view_deg,
            correct_perspective=correct,
        )


def known_camera(preferences: Preferences, address: str) -> KnownCamera | None:
    """What is known of the camera of a source; None if nothing is, or if the settings file was damaged."""
    wanted = _key(address)
    for source, file, numbers in preferences.cameras:
        if source == wanted:
            try:
                return _from_numbers(file, numbers)
            except ValueError:
                return None
    return None


def with_camera(preferences: Preferences, address: str, camera: KnownCamera | None) -> Preferences:
    """The preferences with this camera of a source; None forgets it."""
    key = _key(address)
    others = tuple(one for one in preferences.cameras if one[0] != key)
    own = () if camera is None else ((key, camera.file, _numbers(camera)),)
    return replace(preferences, cameras=(*own, *others)[:MOST_KNOWN])


def _key(address: str) -> str:
    """The address without a camera's mode, which changes the size of its pictures but not the camera, and without a
    password."""
    if not is_live(address):
        return address
    return address.partition("?")[0] if address.startswith("camera:") else without_password(address)


def _numbers(camera: KnownCamera) -> tuple[float, ...]:
    geometry = camera.geometry
    if geometry is None:
        return () if camera.field_of_view_deg is None else (camera.field_of_view_deg,)
    size = float(geometry.width), float(geometry.height)
    return (*size, geometry.fx, geometry.fy, geometry.cx, geometry.cy, *geometry.distortion)


def _from_numbers(file: str, numbers: tuple[float, ...]) -> KnownCamera:
    if len(numbers) == 1:
        camera = KnownCamera(field_of_view_deg=numbers[0])
        AnalysisSettings(field_of_view_deg=numbers[0])  # Raises for an angle out of range.
        return camera
    if len(numbers) < _BEFORE_DISTORTION:
        raise ValueError("Numbers are missing.")
    width, height, fx, fy, cx, cy, *distortion = numbers
    return KnownCamera(geometry=CameraGeometry(int(width), int(height), fx, fy, cx, cy, tuple(distortion)), file=file)
