"""Connects the page of faces to the model of a session."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.gui.session.faces_page import FacesPage
from app.gui.session.model import SessionModel
from app.gui.session.move_face_dialog import MoveFaceDialog
from app.outputs.exclusions import Span
from app.outputs.table_data import PoseTableData
from app.session.edits import Edits
from app.session.faces import frames_between, merge_faces, name_face, reassign_face, restore_faces, swap_faces
from app.session.identities import ALL_FRAMES, Frames
from app.session.session import Session


class FacesController(QObject):
    """Corrects faces. `now`: the time of the frame that is shown. `marked`: the marked range, if there is one.

    Thread: the GUI's.
    """

    def __init__(
        self, model: SessionModel, page: FacesPage, now: Callable[[], float], marked: Callable[[], Span | None]
    ) -> None:
        super().__init__(page)
        self._model, self._page = model, page
        self._now, self._marked = now, marked
        model.session_changed.connect(lambda session: page.show_session(session, model.face_id))
        page.face_chosen.connect(model.select_face)
        page.name_typed.connect(self.name)
        page.merge_requested.connect(self.merge)
        page.split_requested.connect(self.split)
        page.move_requested.connect(self.ask_move)
        page.restore_requested.connect(self.restore)

    def name(self, face_id: int, name: str) -> None:
        title = self.tr("name face {}").format(face_id)
        self._edit(lambda session: name_face(session, face_id, name), title)

    def merge(self) -> None:
        """The selected faces are one person."""
        chosen = self._page.selected
        names = [self._name(face_id) for face_id in sorted(chosen)]
        title = self.tr("merge {faces} and {last}").format(faces=", ".join(names[:-1]), last=names[-1] if names else "")
        self._edit(lambda session: merge_faces(session, chosen), title)

    def split(self) -> None:
        """The face is another person from the present frame on."""
        face_id, now = self._model.face_id, self._now()
        if face_id is not None:
            title = self.tr("split {}").format(self._name(face_id))
            span = Span(now, float("inf"))
            self._edit(lambda session: reassign_face(session, face_id, None, _frames(session.first, span)), title)

    def ask_move(self) -> None:
        face_id = self._model.face_id
        if face_id is None:
            return
        dialog = MoveFaceDialog(self._model.session, face_id, self._now(), self._marked(), self._page.window())
        dialog.accepted.connect(lambda: self._move(face_id, dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def restore(self) -> None:
        self._edit(restore_faces, self.tr("restore the faces of the table"))

    def select_next(self, by: int) -> None:
        """Selects the next face in the list, or the previous one for −1."""
        faces = self._model.session.face_ids
        if faces:
            place = faces.index(self._model.face_id) if self._model.face_id in faces else -1
            self._model.select_face(faces[(place + by) % len(faces)])

    def _move(self, face_id: int, dialog: MoveFaceDialog) -> None:
        target, span, swapped = dialog.target, dialog.span, dialog.swapped

        def moved(session: Session) -> Edits:
            frames = _frames(session.first, span)
            if swapped and target is not None:
                return swap_faces(session, face_id, target, frames)
            return reassign_face(session, face_id, target, frames)

        if swapped and target is not None:
            title = self.tr("swap {face} and {other}").format(face=self._name(face_id), other=self._name(target))
        else:
            title = self.tr("move {}").format(self._name(face_id))
        self._edit(moved, title)

    def _edit(self, make: Callable[[Session], Edits], title: str) -> None:
        self._model.edit(make, title, heavy=True)

    def _name(self, face_id: int) -> str:
        return self._model.session.name_of(face_id) or self.tr("face {}").format(face_id)


def _frames(table: PoseTableData | None, span: Span | None) -> Frames:
    return ALL_FRAMES if table is None or span is None else frames_between(table, *span)
