"""A source in, an annotated film and a pose table out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.analysis.drawing import draw
from app.analysis.style import Style
from app.errors import Cancelled
from app.flow.handoff import Stop, ahead
from app.frames import Analysis, Frame
from app.outputs.tables import PoseTable
from app.video import Sink

FRAMES_AHEAD = 4
"""How many frames each hand-off holds: enough to even out a slow frame, little enough for 4K (25 MB each)."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export went through."""

    frames: int
    faces: int
    frames_with_face: int


def export(
    frames: Iterable[Frame],
    analyze: Callable[[Frame], Analysis],
    *,
    style: Style,
    sink: Sink | None,
    table: PoseTable | None,
    progress: Callable[[], object],
    stop: Stop | None = None,
) -> Exported:
    """Takes every frame through analysis into the open sink and table.

    Decoding and analysis each run ahead in a thread of their own, and lose nothing; drawing and encoding happen in
    the caller's. `progress` is called after each frame.
    Raises Cancelled after `stop.request()`, and whatever frames, analyzer, sink or table raise.
    """
    frames_done = faces = frames_with_face = 0
    with (
        ahead(frames, capacity=FRAMES_AHEAD, stop=stop) as decoded,
        ahead(map(analyze, decoded), capacity=FRAMES_AHEAD, stop=stop) as analyses,
    ):
        for analysis in analyses:
            if sink is not None:
                sink.write(draw(analysis, style), analysis.frame.time)
            if table is not None:
                table.write(analysis)
            frames_done += 1
            faces += len(analysis.faces)
            frames_with_face += bool(analysis.faces)
            progress()
    if stop is not None and stop.requested:
        raise Cancelled("The export was cancelled.")
    return Exported(frames_done, faces, frames_with_face)
