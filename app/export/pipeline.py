"""Frames in; annotated frames and table rows out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from app.errors import Cancelled
from app.export.annotating import Annotating
from app.export.segments import SegmentedVideo
from app.export.together import analysed_ahead, decoded_ahead
from app.frames import Analysis, Frame
from app.outputs.record import Counts
from app.outputs.tables import PoseTable
from app.settings import Reference, Style
from app.threads.signals import Gate, Stop
from app.video import Sink
from app.weights import ProgressBar

LOG = logging.getLogger(__name__)

FIRST_FRAME = "The first frame has been annotated."
"""What the log says of the start of an export; `benchmark` waits for it."""

_AS_MEASURED = Reference()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunControl:
    """How an export reports its progress, and how it is paused and stopped.

    `progress(done, total)`: called once everything is open, with 0, and after each frame; `total` is an estimate, None
    if it is unknown. `downloads`: shows the progress of downloads; True: on the terminal; False: not at all.
    `gate`: while it is closed, the export pauses. `stop`: ends it, even in the middle of a frame.
    """

    progress: Callable[[int, int | None], object] = lambda _done, _total: None
    downloads: bool | ProgressBar = False
    gate: Gate = field(default_factory=Gate)
    stop: Stop = field(default_factory=Stop)


def export_frames(
    frames: Iterable[Frame],
    analyze: Callable[[Frame], Analysis],
    *,
    style: Style,
    reference: Reference = _AS_MEASURED,
    sink: Sink | None,
    tables: Sequence[PoseTable] = (),
    expected: int | None = None,
    control: RunControl,
) -> Counts:
    """Analyses every frame and writes it to the open sink and, unless it shows an earlier analysis, to the tables.

    Decoding and both halves of the analysis each run ahead in a thread of their own, without dropping frames; drawing
    and encoding run in the caller's thread. `reference` is what drawn angles are relative to; tables have their own.
    `expected` is the number of frames that `control.progress` gets as the total.

    Raises Cancelled after `control.stop.request()`, and whatever frames, analysis, sink and tables raise.
    """
    stop = control.stop
    done = measured = faces = frames_with_face = damaged = undefined = 0
    control.progress(done, expected)
    annotating = Annotating(sink, style, reference) if sink is not None else None
    with (
        decoded_ahead(frames, stop=stop) as decoded,
        analysed_ahead(decoded, analyze, stop=stop) as analyses,
    ):
        for analysis in analyses:
            control.gate.pass_through(stop)
            if stop.requested:
                break
            if isinstance(sink, SegmentedVideo) and not sink.wants_picture:
                sink.pass_over(analysis.frame.time)
            elif annotating is not None:
                annotating.write(analysis)
            if not done:
                LOG.info(FIRST_FRAME)
            done += 1
            if not analysis.is_held:
                for table in tables:
                    table.write(analysis)
                measured += 1
                faces += len(analysis.faces)
                frames_with_face += bool(analysis.faces)
                damaged += analysis.frame.damaged
                undefined += sum(face.undefined for face in analysis.faces)
            control.progress(done, expected)
    if stop.requested:
        raise Cancelled("The export was cancelled.")
    return Counts(measured, faces, frames_with_face, damaged, undefined)
