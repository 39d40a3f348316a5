"""“What do the numbers mean?”: the signs of the angles as a picture, and short texts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from app.gui.guide.signs_picture import SignsPicture
from app.gui.kit import number_format, theme
from app.gui.kit.tall_area import TallArea
from app.gui.state.studio import Studio
from app.settings import Reference, Signs
from hopenet.pose import ANGLES


class NumbersDialog(QDialog):
    """Explains the angles as they are shown now: by the user's signs, neutral pose and snapshot."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("What do the numbers mean?"))
        self._studio = studio
        self.picture = SignsPicture(Signs())
        self._texts = {name: _paragraph() for name in ("signs", "angles", "spread", "neutral", "written")}
        titles = {
            "angles": self.tr("Angles"),
            "spread": self.tr("Spread"),
            "neutral": self.tr("Neutral pose"),
            "written": self.tr("Tables"),
        }
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, theme.MARGIN, 0)
        column.addWidget(self.picture)
        for name, paragraph in self._texts.items():
            if name in titles:
                title = QLabel(titles[name])
                title.setObjectName("sectionTitle")
                column.addWidget(title)
            column.addWidget(paragraph)
        column.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 6, 14)
        layout.addWidget(TallArea(body))
        layout.addWidget(buttons)
        room = self.screen().availableSize() - theme.FRAME
        self.resize(min(720, room.width()), min(620, room.height()))
        studio.preferences.changed.connect(self.show_present)
        studio.models.load_reported.connect(self.show_present)
        studio.live_view.frame_shown.connect(self._show_reference)
        self._reference = Reference()
        self.show_present()

    def show_present(self, _change: object = None) -> None:
        """Shows what holds now."""
        self._reference = reference = self._studio.live_view.options.reference
        self.picture.show_signs(reference.signs)
        texts = {
            "signs": self._signs_text(reference.signs),
            "angles": self.tr(
                "In degrees, always in the order yaw, pitch, roll. All three are 0 when the face looks straight into "
                "the camera. Left and right are those of the picture as it was recorded: mirroring it changes no "
                "number. For a head that is turned about several axes at once: first roll, then yaw, then pitch, each "
                "about an axis of the picture."
            ),
            "spread": self._spread_text(),
            "neutral": self._neutral_text(reference),
            "written": self.tr(
                "A table has the angles of each frame and the smoothed ones, which the window shows. Its record says "
                "which signs and which neutral pose they have."
            ),
        }
        for name, text in texts.items():
            self._texts[name].setText(text)
            self._texts[name].setVisible(bool(text))

    def _show_reference(self, _frame: object) -> None:
        if self._studio.live_view.options.reference != self._reference:
            self.show_present()

    def _signs_text(self, signs: Signs) -> str:
        titles = {"yaw": self.tr("yaw"), "pitch": self.tr("pitch"), "roll": self.tr("roll")}
        flipped = [titles[name] for name in ANGLES if getattr(signs, name) < 0]
        if not flipped:
            return self.tr("This is the convention of 300W-LP, AFLW2000 and Hopenet.")
        return self.tr(
            "You have flipped: {}. The convention of 300W-LP, AFLW2000 and Hopenet has the other sign."
        ).format(", ".join(flipped))

    def _spread_text(self) -> str:
        text = self.tr(
            "± 2.5° is how sure the network is: a standard deviation, for each face and angle. It is calibrated if "
            "it was scaled to the errors on pictures whose angles are known: about two of three errors are then "
            "smaller."
        )
        models = self._studio.models.loaded
        if models is None:
            return text
        name = models.estimator.record.name
        if models.estimator.record.decoding.is_calibrated:
            own = self.tr("That of the snapshot {} is calibrated.")
            return f"{text} {own.format(name)}"
        own = self.tr("That of the snapshot {} is not: a larger value is less sure, but its size says nothing.").format(
            name
        )
        return f"{text} {own}"

    def _neutral_text(self, reference: Reference) -> str:
        text = self.tr(
            "Angles are measured from facing the camera, or from a pose that you set while somebody holds it (N): for "
            "a camera that is not straight in front. It belongs to the video in which it was set. Axes and cubes on "
            "the picture do not change."
        )
        if reference.neutral is None:
            return text
        angles = ", ".join(number_format.angle(angle) for angle in reference.neutral)
        now = self.tr("Now: yaw, pitch, roll {}.")
        return f"{text} {now.format(angles)}"


def _paragraph() -> QLabel:
    paragraph = QLabel()
    paragraph.setWordWrap(True)
    paragraph.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return paragraph
