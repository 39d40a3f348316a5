"""Tells screen readers what is in the picture."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.gui.kit.directions import spoken_angle
from app.gui.kit.pacing import Paced
from app.gui.kit.qt_frame import QtFrame
from app.gui.picture.video_view import VideoView
from app.watch.shown_frame import ShownFrame
from hopenet import ANGLES

_EVERY_MS = 2000
_MOST_FACES = 5


class SpokenPicture(QObject):
    """Describes the picture in words, no more often than they can be listened to."""

    def __init__(self, view: VideoView) -> None:
        super().__init__(view)
        self._view = view
        self._describing = Paced[ShownFrame](self, _EVERY_MS, self._describe)

    def show_frame(self, qt_frame: QtFrame) -> None:
        self._describing.offer(qt_frame.shown)

    def _describe(self, shown: ShownFrame) -> None:
        if shown.pace.waiting_for:
            return  # The view says what it waits for.
        faces = shown.analysis.faces
        if not faces:
            self._view.setAccessibleDescription(self.tr("No face"))
            return
        parts = [self.tr("1 face") if len(faces) == 1 else self.tr("{} faces").format(len(faces))]
        for face in sorted(faces, key=lambda face: -face.box.area)[:_MOST_FACES]:
            text = self.tr("no pose")
            if face.smoothed is not None:
                reference = shown.options.reference
                pose = reference.apply(face.smoothed)
                sides = (spoken_angle(name, angle, reference.signs) for name, angle in zip(ANGLES, pose, strict=True))
                text = self.tr("yaw {}; pitch {}; roll {}").format(*sides)
            parts.append(self.tr("Face {}: {}").format(face.track_id, text))
        self._view.setAccessibleDescription(". ".join(parts))
