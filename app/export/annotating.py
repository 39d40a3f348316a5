"""Draws analyses and writes them to a video or a picture."""

from __future__ import annotations

from typing import NamedTuple

from app.drawing.canvas import Area
from app.drawing.drawing import ChangesOnly, draw
from app.frames import Analysis, Frame
from app.settings import Reference, Style
from app.video import DecodedSink, Sink
from detectors import BgrImage

_AS_MEASURED = Reference()


class Drawn(NamedTuple):
    """A frame's picture with what is drawn on it. Unless `areas` is None, the picture is valid in these alone."""

    frame: Frame
    picture: BgrImage
    areas: tuple[Area, ...] | None


class Annotating:
    """Writes analyses to an open sink with their drawing.

    Where the written video may have the pixels of its source, only what the drawing changes is converted, and the rest
    of the picture reaches the encoder exactly as it was decoded.

    Thread: the sink's.
    """

    def __init__(self, sink: Sink, style: Style, reference: Reference = _AS_MEASURED) -> None:
        self._sink, self._style, self._reference = sink, style, reference
        self._keeping = sink if isinstance(sink, DecodedSink) and not style.mirror else None
        self._changes = ChangesOnly()

    def write(self, analysis: Analysis) -> None:
        """Raises what the sink raises."""
        self.put(self.draw(analysis))

    def draw(self, analysis: Analysis) -> Drawn:
        """The first half of `write`. What is drawn is valid until the next call."""
        frame = analysis.frame
        if self._keeping is not None and frame.decoded is not None and self._keeping.takes(frame.decoded):
            return Drawn(frame, *self._changes(analysis, self._style, self._reference))
        return Drawn(frame, draw(analysis, self._style, self._reference), None)

    def put(self, drawn: Drawn) -> None:
        """The second half."""
        frame = drawn.frame
        if self._keeping is not None and frame.decoded is not None and drawn.areas is not None:
            self._keeping.write_over(frame.decoded, drawn.picture, drawn.areas, frame.time)
        else:
            self._sink.write(drawn.picture, frame.time)
