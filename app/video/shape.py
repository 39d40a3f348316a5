"""The shape of a decoded picture: how its stored pixels become an upright picture with square pixels."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.video.orientation import Orientation, orientation_of

SQUARE = Fraction(1)

_NEARLY_SQUARE = Fraction(1, 100)
"""Containers round the shape of their pixels. Scaling a whole picture by less than this would blur it for nothing."""

_EXTREME = 8
"""No camera, disc or lens has pixels that are longer than wide by more than this: a stated value beyond is wrong."""

_STATES_ASPECT = ("matroska", "mp4", "mxf")
"""Containers that state the pixels' shape for the whole track, which counts more than what the pictures say."""


class Shape(NamedTuple):
    """`width`, `height`: of the stored picture. `aspect`: the width of its pixels divided by their height."""

    width: int
    height: int
    aspect: Fraction
    orientation: Orientation

    @property
    def square(self) -> tuple[int, int]:
        """Width and height before rotation, in square pixels: the shorter side of a pixel is stretched, so that no
        detail is lost. Even numbers stay even, which videos prefer."""
        if self.aspect > 1:
            return _scaled(self.width, self.aspect), self.height
        return self.width, _scaled(self.height, 1 / self.aspect)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the upright picture."""
        width, height = self.square
        return (height, width) if self.orientation.transposed else (width, height)


def _scaled(length: int, factor: Fraction) -> int:
    if factor == 1:
        return length
    return round(length * factor) if length % 2 else 2 * round(length * factor / 2)


class Shapes:
    """Gives each decoded picture of a video its shape. `is_nonsense`: the file states an impossible one for pixels."""

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._context = stream.codec_context
        aspect = stream.sample_aspect_ratio
        self.is_nonsense = aspect is not None and not _is_possible(aspect)
        self._aspect = _usable(aspect)
        # A picture may change its mind only where the container has no opinion.
        self._fixed = aspect != self._context.sample_aspect_ratio or any(
            name in container.format.name for name in _STATES_ASPECT
        )

    def of(self, picture: VideoFrame) -> Shape:
        """The shape of the picture that the decoder has just given."""
        if not self._fixed and picture.key_frame:
            self._aspect = _usable(self._context.sample_aspect_ratio)
        return Shape(picture.width, picture.height, self._aspect, orientation_of(picture))


def _usable(aspect: Fraction | None) -> Fraction:
    if aspect is None or not _is_possible(aspect) or abs(aspect - 1) < _NEARLY_SQUARE:
        return SQUARE
    return Fraction(aspect)


def _is_possible(aspect: Fraction) -> bool:
    return Fraction(1, _EXTREME) <= aspect <= _EXTREME
