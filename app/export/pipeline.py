"""A source in, an annotated video and pose tables out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.analysis.style import Style
from app.drawing.drawing import draw
from app.errors import Cancelled
from app.frames import Analysis, Frame
from app.outputs.tables import PoseTable
from app.settings import Reference
from app.threads.handoff import Gate, Stop, ahead
from app.video import Sink

FRAMES_AHEAD = 4
"""How many frames each hand-off holds: enough to even out a slow frame, little enough for 4K (25 MB each)."""

_AS_MEASURED = Reference()


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
    reference: Reference = _AS_MEASURED,
    sink: Sink | None,
    tables: Sequence[PoseTable] = (),
    progress: Callable[[], object],
    gate: Gate | None = None,
    stop: Stop | None = None,
) -> Exported:
    """Takes every frame through analysis into the open sink and tables.

    Decoding and analysis each run ahead in a thread of their own, and lose nothing; drawing and encoding happen in
    the caller's. `progress` is called after each frame. While `gate` is closed nothing goes on, once the frames ahead
    are ready. `reference` is what drawn numbers are told by; tables have their own.
    Raises Cancelled after `stop.request()`, and whatever frames, analyzer, sink or tables raise.
    """
    frames_done = faces = frames_with_face = 0
    with (
        ahead(frames, capacity=FRAMES_AHEAD, stop=stop) as decoded,
        ahead(map(analyze, decoded), capacity=FRAMES_AHEAD, stop=stop) as analyses,
    ):
        for analysis in analyses:
            if gate is not None:
                gate.pass_through(stop)
            if stop is not None and stop.requested:
                break
            if sink is not None:
                sink.write(draw(analysis, style, reference), analysis.frame.time)
            for table in tables:
                table.write(analysis)
            frames_done += 1
            faces += len(analysis.faces)
            frames_with_face += bool(analysis.faces)
            progress()
    if stop is not None and stop.requested:
        raise Cancelled("The export was cancelled.")
    return Exported(frames_done, faces, frames_with_face)
