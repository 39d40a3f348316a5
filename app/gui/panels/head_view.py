"""A small 3D head in the pose of the selected face."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.drawing.colours import AXIS_COLOURS
from app.drawing.geometry import head_axes
from app.gui.kit import theme
from app.gui.kit.directions import spoken_angle
from app.gui.kit.pacing import Paced
from app.gui.panels.head_mesh import DARK, HAIR, LIPS, SHADOW, SKIN, WHITE, Mesh, head_mesh, on_face
from app.gui.panels.panel import Panel
from app.settings import Signs
from app.watch.shown_frame import ShownFrame
from hopenet import ANGLES, HeadPose

Array = npt.NDArray[np.float64]

_SIDE = 140
_DESCRIBED_EVERY_MS = 1000
_EVERY_MS = 50
"""Painting takes about three milliseconds, so it is not done for every frame."""

_RADIUS = 6.0
_LIGHT = np.array([-0.35, -0.55, 0.76])
_SHADES = 48
_COLOURS = {
    False: {SKIN: "#D9B79C", WHITE: "#FFFFFF", DARK: "#2B2F36", LIPS: "#A8645A", HAIR: "#5A4A42", SHADOW: "#A07F69"},
    True: {SKIN: "#C9A68C", WHITE: "#F2F2F2", DARK: "#15171A", LIPS: "#935349", HAIR: "#3F342F", SHADOW: "#90735F"},
}
_SURFACE = np.array([0.76, 1.02, 1.12])
_TIPS = np.array([1.32, 1.38, 1.62])
_FAINT = 0.3
_OVERSAMPLING = 2
_HALF_VIEW = 1.5
"""Half of the view's height, in the units of the mesh."""


class HeadView(Panel):
    """Shows the smoothed pose as seen in the picture, mirrored if the picture is; the head is faint without a face."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Head"))
        self.setToolTip(self.tr("The head's pose: it pitches about its red axis, yaws about green, rolls about blue"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pose: HeadPose | None = None
        self._painting = Paced[ShownFrame](self, _EVERY_MS, self._show)
        self._description = Paced[ShownFrame](self, _DESCRIBED_EVERY_MS, self._describe)

    def show_frame(self, shown: ShownFrame) -> None:
        self._painting.offer(shown)
        self._description.offer(shown)

    def show_pose(self, pose: HeadPose | None) -> None:
        if pose != self._pose:
            self._pose = pose
            self.update()

    def clear(self) -> None:
        self._painting.forget()
        self._description.forget()
        self.setAccessibleDescription("")
        self.show_pose(None)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            side = min(self.width(), self.height())
            place = QRectF((self.width() - side) / 2, 0, side, side)
            paint_plate(painter, place)
            paint_head(painter, place, self._pose)

    def _describe(self, shown: ShownFrame) -> None:
        pose = shown.face.smoothed if shown.face is not None else None
        if pose is None:
            self.setAccessibleDescription(self.tr("No pose"))
            return
        sides = (spoken_angle(angle, degrees, Signs()) for angle, degrees in zip(ANGLES, pose, strict=True))
        self.setAccessibleDescription(self.tr("Yaw {}; pitch {}; roll {}").format(*sides))

    def _show(self, shown: ShownFrame) -> None:
        pose = shown.face.smoothed if shown.face is not None else None
        if pose is not None and shown.options.style.mirror:
            pose = HeadPose(-pose.yaw, pose.pitch, -pose.roll)
        self.show_pose(pose)


def paint_plate(painter: QPainter, place: QRectF) -> None:
    """The ground that a head is painted on. Whatever follows stays inside it."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.colours().base))
    painter.drawRoundedRect(place, _RADIUS, _RADIUS)
    painter.setClipRect(place)


def paint_head(painter: QPainter, place: QRectF, pose: HeadPose | None) -> None:
    """A head in a square place as seen in a picture, with its axes; None: faint, without axes."""
    pose_drawn = pose or HeadPose(0.0, 0.0, 0.0)
    axes = head_axes(pose_drawn)
    side = max(1, round(place.width() * painter.device().devicePixelRatio()))
    head = _head_image(pose_drawn, side, theme.is_dark())
    if pose is None:
        painter.setOpacity(_FAINT)
        painter.drawImage(place, head)
        return
    behind = [axis for axis in range(3) if axes[axis, 2] < -0.05]
    _draw_axes(painter, place, axes, behind)
    painter.drawImage(place, head)
    _draw_axes(painter, place, axes, [axis for axis in range(3) if axis not in behind])


@lru_cache(maxsize=1)
def _mesh() -> Mesh:
    return head_mesh()


@lru_cache(maxsize=1)
def _features() -> tuple[tuple[Array, int], ...]:
    """Flat outlines on the face, each with its material: eyes, eyebrows, nostrils, mouth."""
    turn = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    ovals = [oval for side in (-1, 1) for oval in _paired_ovals(side)]
    ovals.append((0.0, 0.58, 0.20, 0.045, 0.015, LIPS))
    x, y, width, height, lift = np.array([oval[:5] for oval in ovals])[:, :, None].swapaxes(0, 1)
    across, down = x + width * np.cos(turn), y + height * np.sin(turn)
    outlines = on_face(across.ravel(), down.ravel()).reshape(len(ovals), len(turn), 3)
    outlines[:, :, 2] += lift
    return tuple((outline, oval[5]) for outline, oval in zip(outlines, ovals, strict=True))


def _paired_ovals(side: int) -> list[tuple[float, float, float, float, float, int]]:
    """What is on one side of the face: x, y, width, height, how far it stands out, and the material."""
    return [
        (side * 0.27, -0.12, 0.125, 0.072, 0.015, WHITE),
        (side * 0.27, -0.12, 0.058, 0.066, 0.025, DARK),
        (side * 0.28, -0.30, 0.15, 0.032, 0.02, HAIR),
        (side * 0.075, 0.345, 0.05, 0.03, 0.02, SHADOW),
    ]


@lru_cache(maxsize=2)
def _shades(dark: bool) -> Array:
    """The colours of each material from dark to light, as opaque BGRA. Shape: (materials, _SHADES, 4)."""
    levels = np.linspace(0.42, 1.06, _SHADES)
    materials = [QColor(_COLOURS[dark][material]) for material in sorted(_COLOURS[dark])]
    plain = np.array([(colour.blue(), colour.green(), colour.red()) for colour in materials], np.float64)
    shaded = np.clip(plain[:, None] * levels[:, None], 0, 255)
    return np.concatenate([shaded, np.full((*shaded.shape[:2], 1), 255.0)], axis=2)


@lru_cache(maxsize=8)  # A head that stands still is painted again whenever something around it changes.
def _head_image(pose: HeadPose, side: int, dark: bool) -> QImage:
    """The head on a transparent background, `side` pixels wide. OpenCV fills its thousand quads ten times as fast as
    QPainter."""
    axes, mesh, shades = head_axes(pose), _mesh(), _shades(dark)
    canvas = np.zeros((_OVERSAMPLING * side, _OVERSAMPLING * side, 4), np.uint8)

    def on_canvas(points: Array) -> npt.NDArray[np.int32]:
        return np.rint((points[..., :2] / _HALF_VIEW + 1) * (_OVERSAMPLING * side / 2) * 16).astype(np.int32)

    corners, normals = mesh.corners @ axes, mesh.normals @ axes
    visible = np.flatnonzero(normals[:, 2] > -0.2)
    visible = visible[np.argsort(corners[mesh.quads[visible], 2].mean(1))]
    light = np.clip(normals[visible] @ _LIGHT * 0.5 + 0.5, 0, 1)
    colours = shades[mesh.materials[visible], np.rint(light * (_SHADES - 1)).astype(int)].tolist()
    for quad, colour in zip(on_canvas(corners)[mesh.quads[visible]], colours, strict=True):
        cv2.fillConvexPoly(canvas, quad, colour, cv2.LINE_8, 4)
    for outline, material in _features():
        turned = outline @ axes
        (ax, ay), (bx, by) = turned[5, :2] - turned[0, :2], turned[10, :2] - turned[0, :2]
        if ax * by > ay * bx:
            colour = shades[material, round(0.8 * (_SHADES - 1))].tolist()
            cv2.fillConvexPoly(canvas, on_canvas(turned), colour, cv2.LINE_8, 4)
    small = np.asarray(cv2.resize(canvas, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
    return QImage(small.data, side, side, 4 * side, QImage.Format.Format_ARGB32_Premultiplied).copy()


def _draw_axes(painter: QPainter, place: QRectF, axes: Array, which: list[int]) -> None:
    painter.save()
    painter.translate(place.center())
    painter.scale(place.width() / 2 / _HALF_VIEW, place.width() / 2 / _HALF_VIEW)
    for axis in sorted(which, key=lambda axis: axes[axis, 2]):
        blue, green, red = AXIS_COLOURS[axis]
        start, end = axes[axis] * _SURFACE[axis], axes[axis] * _TIPS[axis]
        painter.setPen(QPen(QColor(red, green, blue), 0.08, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(start[0], start[1]), QPointF(end[0], end[1]))
    painter.restore()
