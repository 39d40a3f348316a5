"""Which of the faces in a frame is sent."""

from __future__ import annotations

import math

from app.frames import Analysis, Face
from app.live_outputs.settings import FaceChoice

HANDOVER_S = 1.0
"""After a face has been lost for so long, the largest one takes its place if no face was chosen by the user."""


class FaceChooser:
    """Thread: one at a time."""

    def __init__(self) -> None:
        self._chosen: int | None = None
        self._seen_s = -math.inf

    def forget(self) -> None:
        """Track IDs start again."""
        self._chosen = None

    def faces(self, analysis: Analysis, choice: FaceChoice, followed: int | None) -> tuple[Face, ...]:
        """Those that are sent, the most important first; none if the chosen one is lost. `followed`: by the user."""
        usable = sorted(
            (face for face in analysis.faces if face.smoothed is not None), key=lambda face: face.box.area, reverse=True
        )
        if choice == "all":
            return tuple(usable)
        if choice == "followed":
            chosen = self._followed(usable, analysis.frame.time_s, followed)
        elif choice == "centre":
            width, height = analysis.frame.size
            middle = width / 2, height / 2
            chosen = min(usable, key=lambda face: math.dist(face.box.centre, middle), default=None)
        else:
            chosen = next(iter(usable), None)
        return () if chosen is None else (chosen,)

    def _followed(self, usable: list[Face], time_s: float, followed: int | None) -> Face | None:
        if followed is not None:
            self._chosen = None
            return next((face for face in usable if face.track_id == followed), None)
        face = next((face for face in usable if face.track_id == self._chosen), None)
        if face is None and (self._chosen is None or not 0 <= time_s - self._seen_s < HANDOVER_S):
            face = next(iter(usable), None)
        if face is not None:
            self._chosen, self._seen_s = face.track_id, time_s
        return face
