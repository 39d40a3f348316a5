"""What a run without a window says of itself: a status line while it lasts, and a summary."""

from __future__ import annotations

import sys
import time

from app.live_outputs.output_thread import OutputThread
from app.live_outputs.sender import HeadSender
from app.live_outputs.tracking import Tracking
from app.video.streams import without_password

_STATUS_EVERY_S = 1.0
_LINE_EVERY_S = 10.0
"""Without a terminal, the status is a line of its own, and a log should not fill with them."""


class StatusLine:
    """A line on the error stream: renewed every second in a terminal, a new one every ten seconds elsewhere; at the end
    another one.

    Thread: `say` any, the others one.
    """

    def __init__(self, tracking: Tracking, sender: HeadSender, *, quiet: bool) -> None:
        self._tracking, self._sender, self._quiet = tracking, sender, quiet or sys.stderr is None
        self._in_place = sys.stderr is not None and sys.stderr.isatty()
        self._every_s = _STATUS_EVERY_S if self._in_place else _LINE_EVERY_S
        self._next_s = time.monotonic() + self._every_s
        self._width = 0

    def show(self) -> None:
        now_s = time.monotonic()
        if self._quiet or now_s < self._next_s:
            return
        self._next_s = now_s + self._every_s
        text = self._text()
        if self._in_place:
            padded, self._width = text.ljust(self._width), len(text)
            print(f"\r{padded}", end="", file=sys.stderr, flush=True)
        else:
            print(text, file=sys.stderr, flush=True)

    def say(self, text: str) -> None:
        """A line that stays."""
        if not self._quiet:
            before = "\r" if self._width else ""
            print(f"{before}{text.ljust(self._width)}", file=sys.stderr, flush=True)

    def end(self, threads: list[OutputThread]) -> None:
        """Says what was sent in all."""
        progress = self._tracking.progress
        faces = f"{progress.frames_with_face} with a face"
        parts = [f"{progress.frames} frames in {progress.passed_s:.1f} s, {faces}"]
        for thread in threads:
            state = thread.state
            error = f", {state.error.message}" if state.error is not None else ""
            parts.append(f"{thread.address.text}: {state.sent} sent, {state.dropped} replaced{error}")
        self.say(" | ".join(parts if threads else [*parts, "nothing was sent, because there is no --send"]))

    def _text(self) -> str:
        progress = self._tracking.progress
        faces = "1 face" if progress.faces == 1 else f"{progress.faces} faces"
        parts = [f"{progress.per_s:.1f} frames/s, {faces}"]
        for thread in self._sender.threads:
            state = thread.state
            text = f"{thread.address.text}: {state.per_s:.1f}/s"
            if state.delay_median_ms is not None and state.delay_95_ms is not None:
                text += f", delay {state.delay_median_ms:.0f} ms (95 %: {state.delay_95_ms:.0f} ms)"
            if state.clients is not None:
                text += f", {state.clients} connected"
            if state.error is not None:
                text = f"{thread.address.text}: {state.error.message}"
            parts.append(text)
        return " | ".join(parts)


def summary(source: str, tracking: Tracking, threads: list[OutputThread]) -> dict[str, object]:
    """The run as values for JSON; the source without its password."""
    progress = tracking.progress
    return {
        "source": without_password(source),
        "seconds": round(progress.passed_s, 3),
        "frames": progress.frames,
        "frames_per_second": round(progress.frames / progress.passed_s, 2) if progress.passed_s else None,
        "frames_skipped": progress.skipped,
        "frames_with_face": progress.frames_with_face,
        "outputs": [
            {
                "address": thread.address.text,
                "frames_sent": thread.state.sent,
                "frames_replaced": thread.state.dropped,
                "delay_ms_median": _rounded(thread.overall_delay_ms(0.5)),
                "delay_ms_95": _rounded(thread.overall_delay_ms(0.95)),
                "error": None if thread.state.error is None else str(thread.state.error),
            }
            for thread in threads
        ],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
