"""What can be done with the picture and the face under the pointer: zooming, copying, and the context menu."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import QMenu, QWidget

from app.drawing.drawing import draw
from app.errors import StudioError
from app.frames import Face
from app.gui.kit.action_table import ActionTable
from app.gui.kit.notice import Notice
from app.gui.kit.qt_frame import display_image
from app.gui.picture.video_view import ZOOM_STEP, VideoView
from app.gui.state.studio import Studio
from app.watch.angles_text import angles_text
from app.watch.shown_frame import ShownFrame

_PAN = 0.15
"""One press of a key shows a part that is further by this share of the picture's place."""

_MENU = "copy_picture save_picture | zoom_in zoom_out zoom_fit zoom_full | full_screen"


class PictureMenu(QObject):
    """Connects the picture's actions, and shows its context menu.

    Thread: the GUI's. Pictures are drawn in a worker.
    """

    def __init__(self, window: QWidget, studio: Studio, view: VideoView, actions: ActionTable, notice: Notice) -> None:
        super().__init__(window)
        self._window, self._studio, self._view = window, studio, view
        self._actions, self._notice = actions, notice
        view.zoom_wanted.connect(studio.live_view.set_zoom)
        view.menu_wanted.connect(self._show_menu)
        actions.connect_calls(
            {
                "zoom_in": lambda: view.zoom_by(ZOOM_STEP),
                "zoom_out": lambda: view.zoom_by(1 / ZOOM_STEP),
                "zoom_fit": view.zoom_fit,
                "zoom_full": view.zoom_original,
                "pan_left": lambda: view.pan_by(-_PAN, 0),
                "pan_right": lambda: view.pan_by(_PAN, 0),
                "pan_up": lambda: view.pan_by(0, -_PAN),
                "pan_down": lambda: view.pan_by(0, _PAN),
                "copy_picture": self._copy_picture,
                "copy_angles": lambda: self._copy_angles(None),
            }
        )

    def _show_menu(self, place: QPoint, face: Face | None) -> None:
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if face is not None:
            follow = QAction(self.tr("Fo&llow face {}").format(face.track_id), menu)
            follow.triggered.connect(partial(self._studio.live_view.follow, face.track_id))
            neutral = QAction(self.tr("Set &neutral pose"), menu)
            neutral.triggered.connect(partial(self._set_neutral, face))
            copy = QAction(self.tr("Copy &angles of face {}").format(face.track_id), menu)
            copy.triggered.connect(partial(self._copy_angles, face))
            for action in (follow, neutral, copy):
                menu.addAction(action)
            for action in (neutral, copy):
                action.setEnabled(face.smoothed is not None)
            menu.addSeparator()
        self._actions.fill(menu, _MENU)
        menu.popup(place)

    def _set_neutral(self, face: Face, _checked: bool = False) -> None:
        self._studio.live_view.follow(face.track_id)
        self._studio.live_view.set_neutral(face)

    def _copy_picture(self) -> None:
        shown = self._shown()
        if shown is not None:
            self._studio.workers.run(partial(_drawn, shown), self._take_picture)

    def _take_picture(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self._notice.say(self.tr("The picture was copied."), topic="saved", good=True)

    def _copy_angles(self, face: Face | None, _checked: bool = False) -> None:
        shown = self._shown()
        face = face or (shown.face if shown is not None else None)
        if shown is None:
            return
        if face is None:
            message = "There is no face to copy angles from."
            self._studio.failed.emit(StudioError(message, advice="Wait until a face is shown."))
            return
        QGuiApplication.clipboard().setText(angles_text(shown.analysis.frame, face, shown.options.reference))
        self._notice.say(self.tr("The angles of face {} were copied.").format(face.track_id), topic="saved", good=True)

    def _shown(self) -> ShownFrame | None:
        shown = self._studio.live_view.newest
        if shown is None:
            self._studio.failed.emit(StudioError("There is no picture to copy.", advice="Open a source first."))
        return shown


def _drawn(shown: ShownFrame) -> QImage:
    return display_image(draw(shown.analysis, shown.options.style, shown.options.reference))
