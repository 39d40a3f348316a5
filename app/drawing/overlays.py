"""Everything that can be drawn on a face, as one table.

To add an overlay, write its function here and give it a row in OVERLAYS, add a switch of the same name to
`app.settings.Style`, and mark its text for translation in `app.gui.panels.overlay_panel`. The overlay panel, the View
menu, the list of shortcuts and `--draw` all read the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.drawing.angle_text import angle_text
from app.drawing.canvas import Canvas
from app.drawing.colours import ANGLES_ON_DARK, AXIS_COLOURS, DARK, bgr, face_colour
from app.drawing.geometry import Points, axis_endpoints, cube_corners, head_axes
from app.drawing.plates import Caption, NamedValue
from app.drawing.strokes import dashed, dot, line_width, polylines, ring, stroke, tint
from app.frames import Face, TrailPoint
from app.settings import Reference, Style
from hopenet.pose import ANGLES

_CUBE_EDGES = tuple((i, i | 1 << bit, bit) for bit in range(3) for i in range(8) if not i & 1 << bit)
_CUBE_SIGNS = np.array([[1 if i & 1 else -1, 1 if i & 2 else -1, -1 if i & 4 else 1] for i in range(8)])
_NOSE_SIDE = (0, 1, 3, 2)
_CUBE_SIDE = 1.5
"""In lengths of the axes."""

_blue, _green, _red = AXIS_COLOURS[2]
_BEHIND = (round(0.6 * _blue), round(0.6 * _green), round(0.6 * _red))
"""The colour of what is on the nose's side of a head seen from behind."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """One thing that can be drawn on each face: a shape on the picture, or text on the face's plate.

    `name`: its switch in `Style`, its name in `--draw`, and the name of its action in the window. `text`: what menus
    call it, in English, with an ampersand before the access key. `shortcut`: the key that switches it.
    `shape`: adds it to a canvas; `layer` orders the shapes of a face from the lowest to the highest.
    `caption`: gives the text of a face before the picture is mirrored.
    """

    name: str
    text: str
    shortcut: str
    shape: Callable[[Canvas, Face, Style], None] | None = None
    layer: int = 0
    caption: Callable[[Face, Reference], Caption] | None = None


def _draw_axis(canvas: Canvas, face: Face, style: Style) -> None:
    """The axes from the middle of the box, the farthest first. Of a face turned away, the nose's axis is dashed."""
    if face.smoothed is None:
        return
    width = line_width(canvas, face.box, style)
    start = np.asarray(face.box.centre)
    ends = axis_endpoints(face.smoothed, face.box.centre, _axis_length(face.box.height, style), face.sight)
    depth = head_axes(face.smoothed, face.sight)[:, 2]
    for axis in np.argsort(depth):
        if axis == 2 and depth[2] < 0:
            _draw_turned_away(canvas, start, ends[2], width)
            continue
        stroke(canvas, np.stack([start, ends[axis]]), AXIS_COLOURS[axis], width)
        if axis == 2:
            dot(canvas, ends[axis], AXIS_COLOURS[axis], 0.5 + 1.3 * width)


def _draw_turned_away(canvas: Canvas, start: Points, end: Points, width: int) -> None:
    """The axis of a nose behind the head: darker, dashed, and with a ring in place of the dot at its tip."""
    radius = 1.5 + 2 * width
    for colour, wider in ((DARK, 2), (_BEHIND, 0)):
        dashed(canvas, start, end, colour, width + wider)
        ring(canvas, end, colour, radius, max(1, width // 2) + wider)


def _draw_cube(canvas: Canvas, face: Face, style: Style) -> None:
    """The cube around the middle of the box, with thin hidden edges, and the nose's side tinted or, if it is hidden,
    the side of the back of the head crossed out."""
    if face.smoothed is None:
        return
    width = line_width(canvas, face.box, style)
    size = _CUBE_SIDE * _axis_length(face.box.height, style)
    corners = cube_corners(face.smoothed, face.box.centre, size, face.sight)
    towards_viewer = head_axes(face.smoothed, face.sight)[:, 2]
    depth = _CUBE_SIGNS @ towards_viewer
    hidden = int(np.argmin(depth))
    edges = sorted(_CUBE_EDGES, key=lambda edge: depth[edge[0]] + depth[edge[1]])
    for i, j, axis in edges:
        if hidden in (i, j):
            stroke(canvas, corners[[i, j]], AXIS_COLOURS[axis], max(1, width // 2), outline=False)
    if towards_viewer[2] > 0:
        tint(canvas, corners[list(_NOSE_SIDE)], AXIS_COLOURS[2])
    else:
        polylines(canvas, [corners[[4, 7]], corners[[5, 6]]], _BEHIND, max(1, width // 2), closed=False)
    for i, j, axis in edges:
        if hidden not in (i, j):
            stroke(canvas, corners[[i, j]], AXIS_COLOURS[axis], width)


def _draw_box(canvas: Canvas, face: Face, style: Style) -> None:
    """The face box as a thin outline with thick corners."""
    box, width = face.box, line_width(canvas, face.box, style)
    corners = np.array([[box.x1, box.y1], [box.x2, box.y1], [box.x2, box.y2], [box.x1, box.y2]])
    thin = max(1, round(0.5 * width))
    thick = max(width, thin + 1)
    arm = 0.18 * min(box.width, box.height)
    brackets = [
        np.stack([_towards(corner, before, arm), corner, _towards(corner, after, arm)])
        for before, corner, after in zip(np.roll(corners, 1, 0), corners, np.roll(corners, -1, 0), strict=True)
    ]
    for colour, grown in ((DARK, 2), (face_colour(face.track_id), 0)):
        polylines(canvas, [corners], colour, thin + grown, closed=True)
        polylines(canvas, brackets, colour, thick + grown, closed=False)


def _draw_trail(canvas: Canvas, face: Face, style: Style) -> None:
    """The path of the nose axis's tip, thinner and darker with age."""
    width = line_width(canvas, face.box, style)
    tips = [_nose_tip(point, style) for point in face.trail]
    colour = face_colour(face.track_id)
    for step, (start, end) in enumerate(pairwise(tips), start=1):
        youth = step / len(tips)
        dimmed = tuple(round(dark + youth * (bright - dark)) for dark, bright in zip(DARK, colour, strict=True))
        stroke(canvas, np.stack([start, end]), dimmed, max(1, round(youth * width)), outline=False)  # type: ignore[arg-type]


def _id_caption(face: Face, _: Reference) -> Caption:
    return Caption(chip=face.name or str(face.track_id))


def _angles_caption(face: Face, reference: Reference) -> Caption:
    if face.smoothed is None:
        return Caption()
    values = zip(ANGLES, map(bgr, ANGLES_ON_DARK), reference.apply(face.smoothed), strict=True)
    return Caption(values=tuple(NamedValue(name, name[0], angle_text(angle), colour) for name, colour, angle in values))


def _axis_length(box_height: float, style: Style) -> float:
    return style.size * box_height / 2


def _nose_tip(point: TrailPoint, style: Style) -> Points:
    tip: Points = axis_endpoints(point.pose, point.centre, _axis_length(point.height, style), point.sight)[2]
    return tip


def _towards(start: Points, end: Points, distance: float) -> Points:
    length = float(np.linalg.norm(end - start))
    moved: Points = start + (end - start) * min(1.0, distance / length) if length else start
    return moved


OVERLAYS: tuple[Overlay, ...] = (
    Overlay("axis", "&Axis", "1", shape=_draw_axis, layer=3),
    Overlay("cube", "&Cube", "2", shape=_draw_cube, layer=2),
    Overlay("box", "&Box", "3", shape=_draw_box, layer=0),
    Overlay("id", "&ID", "4", caption=_id_caption),
    Overlay("angles", "An&gles", "5", caption=_angles_caption),
    Overlay("trail", "&Trail", "6", shape=_draw_trail, layer=1),
)
"""In the order of menus and shortcuts; captions share a plate in this order."""


def switched_on(style: Style) -> tuple[Overlay, ...]:
    """The overlays to draw, from the lowest layer to the highest."""
    return tuple(sorted((row for row in OVERLAYS if getattr(style, row.name)), key=lambda row: row.layer))
