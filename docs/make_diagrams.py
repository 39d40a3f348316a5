"""Draws the diagrams of docs/architecture.md: `python docs/make_diagrams.py`.

The rooms and their arrows are read from the code's own imports; the threads are laid out by hand below. A test compares
the files in docs/pictures with what this script draws.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import grimp

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"

_FONT = 'font-family="DejaVu Sans, Segoe UI, Helvetica, Arial, sans-serif"'
_INK, _PALE, _LINE, _PAPER, _ACCENT = "#1f2937", "#6b7280", "#9ca3af", "#ffffff", "#dbeafe"
_LETTER_PX, _BOX_HEIGHT, _GAP, _FLOOR = 7.4, 30, 18, 78

ROOMS = {
    "app.main": "start",
    "app.cli": "command line",
    "app.commands": "one file a command",
    "app.gui": "the window",
    "app.export": "videos to files",
    "app.watch": "live viewing",
    "app.session": "a video with its tables",
    "app.batch": "many videos",
    "app.benchmark": "speed and its bounds",
    "app.live_outputs": "angles to other programs",
    "app.doctor": "what works here",
    "app.licences": "what is installed",
    "app.calibration": "geometry of a camera",
    "app.evaluation": "figures on labelled heads",
    "app.models": "open and load models",
    "app.drawing": "overlays",
    "app.analysis": "one frame's analysis",
    "app.outputs": "pose tables",
    "app.video": "videos, cameras, streams",
    "app.weights": "model files",
    "app.threads": "all waiting",
    "hopenet": "networks, training",
    "detectors": "face detectors",
}
"""The rooms worth a box, with a word for the newcomer. Small modules that everyone uses are left out."""

GUI_ROOMS = {
    "app.gui.application": "start and end",
    "app.gui.window": "menus, main window",
    "app.gui.session": "session viewer",
    "app.gui.export": "dialog and queue",
    "app.gui.panels": "beside the picture",
    "app.gui.picture": "picture and playback",
    "app.gui.help": "log, about, report",
    "app.gui.state": "state without widgets",
    "app.gui.sources": "choosing a source",
    "app.gui.kit": "small widgets, workers",
}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with a title and a line of explanation; x and y are its upper left corner in pixels."""

    x: float
    y: float
    width: float
    title: str
    text: str = ""
    fill: str = _PAPER
    height: float = _BOX_HEIGHT

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def rooms_svg() -> str:
    """The rooms of the whole project above the rooms inside the window."""
    graph = grimp.build_graph("app", "hopenet", "detectors", cache_dir=None)
    whole, width, height = _plan(_imports(graph, ROOMS), ROOMS, top=44)
    inside, inner_width, bottom = _plan(_imports(graph, GUI_ROOMS), GUI_ROOMS, top=height + 60)
    parts = [
        _heading("An arrow means “imports”. Arrows that follow from others are left out.", 20),
        *whole,
        _heading("Inside app.gui", height + 36),
        *inside,
    ]
    return _svg(max(width, inner_width), bottom, parts)


def threads_svg() -> str:
    """The way of a frame through the threads, live and in an export."""
    parts: list[str] = []
    y = 44.0
    for title, lanes in (("Live: the newest frame wins", _LIVE), ("Export: every frame counts", _EXPORT)):
        parts.append(_heading(title, y - 18))
        for lane, boxes in lanes:
            parts.append(_lane(lane, y))
            parts += [
                _box(Box(150 + 205 * column, y + 8, 190, name, text, _ACCENT, 44)) for column, name, text in boxes
            ]
            y += 66
        y += 46
    for start, end, text in _HANDOFFS:
        parts.append(_handoff(start, end, text))
    return _svg(1000, y - 30, parts)


_Lane = tuple[str, Sequence[tuple[int, str, str]]]

_LIVE: Sequence[_Lane] = (
    ("source", [(0, "Camera, stream, Player", "app.video, app.watch.player")]),
    ("view loop", [(1, "Analyzer", "track, estimate, smooth")]),
    ("detector", [(1, "BackgroundDetector", "may take longer than a frame")]),
    ("painter", [(2, "draw()", "app.drawing")]),
    ("GUI", [(3, "VideoView, panels", "app.gui")]),
    ("recording", [(2, "Recording", "a ViewListener")]),
    ("live outputs", [(2, "OutputThread", "app.live_outputs, one each")]),
)

_EXPORT: Sequence[_Lane] = (
    ("ahead 1", [(0, "decode", "app.video")]),
    ("ahead 2", [(1, "Analyzer", "detect, estimate, smooth")]),
    ("export", [(2, "draw() and encode", "app.drawing, app.video"), (3, "pose tables", "app.outputs")]),
)

_LIVE_Y, _LANE = 44.0, 66.0
_EXPORT_Y = _LIVE_Y + len(_LIVE) * _LANE + 46

_Point = tuple[float, float]


def _at(start: float, lane: int, column: int, side: str) -> _Point:
    x, y = 150 + 205 * column, start + lane * _LANE + 8
    return {"right": (x + 190, y + 22), "left": (x, y + 22), "top": (x + 95, y), "bottom": (x + 95, y + 44)}[side]


_HANDOFFS: Sequence[tuple[_Point, _Point, str]] = (
    (_at(_LIVE_Y, 0, 0, "right"), _at(_LIVE_Y, 1, 1, "top"), "ahead(capacity=1, overwrite)"),
    (_at(_LIVE_Y, 1, 1, "bottom"), _at(_LIVE_Y, 2, 1, "top"), ""),
    (_at(_LIVE_Y, 1, 1, "right"), _at(_LIVE_Y, 3, 2, "top"), "Newest"),
    (_at(_LIVE_Y, 3, 2, "right"), _at(_LIVE_Y, 4, 3, "top"), "LatestValue"),
    (_at(_LIVE_Y, 1, 1, "left"), _at(_LIVE_Y, 5, 2, "left"), "on_analysed → Inbox(12)"),
    (_at(_LIVE_Y, 1, 1, "left"), _at(_LIVE_Y, 6, 2, "left"), "on_analysed → Newest"),
    (_at(_EXPORT_Y, 0, 0, "right"), _at(_EXPORT_Y, 1, 1, "top"), "ahead(capacity=4)"),
    (_at(_EXPORT_Y, 1, 1, "right"), _at(_EXPORT_Y, 2, 2, "top"), "ahead(capacity=4)"),
    (_at(_EXPORT_Y, 2, 2, "right"), _at(_EXPORT_Y, 2, 3, "left"), ""),
)


def _imports(graph: grimp.ImportGraph, rooms: Iterable[str]) -> dict[str, set[str]]:
    """Which room imports which, without the arrows that follow from others. Shapes: room → rooms."""
    names = list(rooms)
    direct: dict[str, set[str]] = {name: set() for name in names}

    def room_of(module: str) -> str | None:
        return next((name for name in names if module == name or module.startswith(name + ".")), None)

    for module in graph.modules:
        room = room_of(module)
        if room is not None:
            found = (room_of(imported) for imported in graph.find_modules_directly_imported_by(module))
            direct[room] |= {other for other in found if other is not None and other != room}
    reached = {name: _reachable(direct, name) for name in names}
    return {
        name: {other for other in direct[name] if not any(other in reached[via] for via in direct[name] - {other})}
        for name in names
    }


def _reachable(direct: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(direct[start])
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += direct[name]
    return seen


def _plan(imports: Mapping[str, set[str]], texts: Mapping[str, str], *, top: float) -> tuple[list[str], float, float]:
    """Boxes in floors, each above everything that it imports; with the width and the bottom of the plan."""
    floor = _floors(imports)
    floors = 1 + max(floor.values())
    boxes: dict[str, Box] = {}
    widest = 0.0
    for level in reversed(range(floors)):
        row = [name for name in imports if floor[name] == level]
        row.sort(key=lambda name: _mean(boxes[user].middle for user in boxes if name in imports[user]))
        widths = [max(len(name), len(texts[name])) * _LETTER_PX + 22 for name in row]
        x = 0.0
        for name, width in zip(row, widths, strict=True):
            boxes[name] = Box(x, top + (floors - 1 - level) * _FLOOR, width, name, texts[name], _ACCENT, 44)
            x += width + _GAP
        widest = max(widest, x - _GAP)
    for level in range(floors):
        row = [name for name in imports if floor[name] == level]
        spare = widest - max(boxes[name].x + boxes[name].width for name in row)
        for place, name in enumerate(sorted(row, key=lambda name: boxes[name].x)):
            box = boxes[name]
            shift = spare * (place + 1) / (len(row) + 1)
            boxes[name] = Box(20 + box.x + shift, box.y, box.width, box.title, box.text, box.fill, box.height)
    arrows = [_arrow(boxes[name], boxes[other]) for name in imports for other in sorted(imports[name])]
    return [*arrows, *map(_box, boxes.values())], widest + 40, top + floors * _FLOOR - 20


def _floors(imports: Mapping[str, set[str]]) -> dict[str, int]:
    """The floor of each room: directly below the lowest of those that import it, so that arrows are short."""
    lowest: dict[str, int] = {}

    def lowest_floor(name: str) -> int:
        if name not in lowest:
            lowest[name] = 1 + max((lowest_floor(other) for other in imports[name]), default=-1)
        return lowest[name]

    floor: dict[str, int] = {}
    for name in sorted(imports, key=lowest_floor, reverse=True):
        users = [floor[user] for user in imports if user in floor and name in imports[user]]
        floor[name] = min(users) - 1 if users else lowest_floor(name)
    return floor


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0


def _box(box: Box) -> str:
    title_y = box.y + (19 if box.text else box.height / 2 + 5)
    text = (
        f'<text x="{box.middle:.0f}" y="{box.y + 35:.0f}" font-size="11" fill="{_PALE}">{escape(box.text)}</text>'
        if box.text
        else ""
    )
    return (
        f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{box.height:.0f}" rx="6" '
        f'fill="{box.fill}" stroke="{_LINE}"/>'
        f'<text x="{box.middle:.0f}" y="{title_y:.0f}" font-size="13" fill="{_INK}">{escape(box.title)}</text>{text}'
    )


def _arrow(upper: Box, lower: Box) -> str:
    x1, y1, x2, y2 = upper.middle, upper.y + upper.height, lower.middle, lower.y - 3
    bend = (y1 + y2) / 2
    path = f"M{x1:.0f},{y1:.0f} C{x1:.0f},{bend:.0f} {x2:.0f},{bend:.0f} {x2:.0f},{y2:.0f}"
    return f'<path d="{path}" fill="none" stroke="{_LINE}" marker-end="url(#tip)"/>'


def _handoff(start: _Point, end: _Point, text: str) -> str:
    (x1, y1), (x2, y2) = start, end
    if x1 < x2 or y1 == y2:
        path = f"M{x1:.0f},{y1:.0f} H{x2:.0f} V{y2 - 3:.0f}" if y1 != y2 else f"M{x1:.0f},{y1:.0f} H{x2 - 3:.0f}"
        label = (x1 + 8, y1 - 6)
    else:
        path, label = f"M{x1:.0f},{y1:.0f} V{y2 - 3:.0f}", (x1 + 8, (y1 + y2) / 2)
    if text.startswith("on_analysed"):
        path, label = f"M{x1:.0f},{y1:.0f} H{x1 - 14:.0f} V{y2:.0f} H{x2 - 3:.0f}", (x1 - 6, y2 - 6)
    place = f'x="{label[0]:.0f}" y="{label[1]:.0f}"'
    words = f'<text {place} font-size="11" fill="{_PALE}" text-anchor="start">{escape(text)}</text>'
    return f'<path d="{path}" fill="none" stroke="{_INK}" marker-end="url(#tip)"/>{words if text else ""}'


def _lane(name: str, y: float) -> str:
    return (
        f'<rect x="10" y="{y:.0f}" width="980" height="60" fill="#f9fafb"/>'
        f'<text x="24" y="{y + 35:.0f}" font-size="13" fill="{_INK}" text-anchor="start">{escape(name)}</text>'
    )


def _heading(text: str, y: float) -> str:
    return f'<text x="20" y="{y:.0f}" font-size="13" fill="{_PALE}" text-anchor="start">{escape(text)}</text>'


def _svg(width: float, height: float, parts: Iterable[str]) -> str:
    tip = (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0,0 L8,4 L0,8 z" fill="{_PALE}"/></marker></defs>'
    )
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" {_FONT} text-anchor="middle">\n'
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="{_PAPER}"/>\n{tip}\n{body}\n</svg>\n'
    )


def axes_svg() -> str:
    """The axes and positive turns of live outputs: in the picture, from above, and of an avatar in Unity."""
    ink = _INK
    parts = [
        _panel(0, "In the picture", ("x to the right, y up, z away", "from the camera")),
        *_front_head(160, 150),
        _line("M160,150 H268", "x", (278, 154)),
        _line("M160,150 V58", "y", (160, 52)),
        _bent("M200,232 A70,26 0 0 1 118,230", "yaw > 0", (160, 264)),
        _bent("M64,196 A120,120 0 0 1 64,106", "pitch > 0", (62, 88)),
        _bent("M118,82 A80,80 0 0 1 206,84", "roll > 0", (232, 76)),
        _panel(330, "From above", ("Angles and positions have these axes", "in all outputs but VMC.")),
        _text(f'<rect x="472" y="238" width="36" height="22" rx="4" fill="{ink}"/>', "camera", (490, 276), 11),
        _head_from_above(490, 110, 25),
        _line("M490,110 H598", "x", (608, 114)),
        _line("M490,110 V48", "z", (490, 42)),
        _bent("M502,186 A78,78 0 0 1 442,172", "yaw > 0", (420, 206)),
        _panel(
            660,
            "An avatar in Unity (VMC)",
            ("x to its right, y up, z to its front;", "the user’s left is the avatar’s left."),
        ),
        *_front_head(820, 150),
        _line("M820,150 H712", "x", (702, 154)),
        _line("M820,150 V58", "y", (820, 52)),
        f'<circle cx="820" cy="150" r="7" fill="{_PAPER}" stroke="{ink}" stroke-width="2"/>',
        _text(f'<circle cx="820" cy="150" r="2.5" fill="{ink}"/>', "z", (836, 172), 13),
        _bent("M860,232 A70,26 0 0 1 778,230", "turn about y > 0", (820, 264)),
    ]
    return _svg(990, 340, parts)


def _panel(x: float, title: str, lines: Sequence[str]) -> str:
    texts = "".join(
        f'<text x="{x + 160:.0f}" y="{304 + 16 * row:.0f}" font-size="12" fill="{_PALE}">{escape(line)}</text>'
        for row, line in enumerate(lines)
    )
    return (
        f'<rect x="{x + 6:.0f}" y="8" width="308" height="276" rx="6" fill="#f9fafb" stroke="{_LINE}"/>'
        f'<text x="{x + 20:.0f}" y="30" font-size="13" font-weight="bold" fill="{_INK}" text-anchor="start">'
        f"{escape(title)}</text>{texts}"
    )


def _front_head(x: float, y: float) -> list[str]:
    """A head that looks at the viewer."""
    eyes = "".join(f'<circle cx="{x + side:.0f}" cy="{y - 14:.0f}" r="5" fill="{_INK}"/>' for side in (-20, 20))
    mouth = f'<path d="M{x - 16:.0f},{y + 34:.0f} Q{x:.0f},{y + 44:.0f} {x + 16:.0f},{y + 34:.0f}" fill="none"'
    return [
        f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="48" ry="62" fill="{_ACCENT}" stroke="{_LINE}"/>',
        f'{eyes}{mouth} stroke="{_INK}" stroke-width="2"/>',
    ]


def _head_from_above(x: float, y: float, turn_deg: float) -> str:
    """A head whose nose points down in the drawing, towards the camera, and then turned clockwise."""
    nose = f"M{x - 9:.0f},{y + 44:.0f} L{x:.0f},{y + 64:.0f} L{x + 9:.0f},{y + 44:.0f} z"
    return (
        f'<g transform="rotate({turn_deg:.0f} {x:.0f} {y:.0f})">'
        f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="42" ry="50" fill="{_ACCENT}" stroke="{_LINE}"/>'
        f'<path d="{nose}" fill="{_ACCENT}" stroke="{_LINE}"/></g>'
    )


def _text(shape: str, text: str, place: _Point, size: int) -> str:
    return f'{shape}<text x="{place[0]:.0f}" y="{place[1]:.0f}" font-size="{size}" fill="{_INK}">{escape(text)}</text>'


def _line(path: str, name: str, place: _Point) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="{_INK}" stroke-width="2" marker-end="url(#tip)"/>'
        f'<text x="{place[0]:.0f}" y="{place[1]:.0f}" font-size="13" fill="{_INK}">{name}</text>'
    )


def _bent(path: str, text: str, place: _Point) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="#b91c1c" stroke-width="2.5" marker-end="url(#tip)"/>'
        f'<text x="{place[0]:.0f}" y="{place[1]:.0f}" font-size="12" fill="#b91c1c">{escape(text)}</text>'
    )


def signs_svg() -> str:
    """The positive and the negative direction of each angle, as seen in the picture."""
    parts = []
    for column, (angle, positive, negative) in enumerate(_SIGNS):
        for row, (sign, meaning) in enumerate((("> 0", positive), ("< 0", negative))):
            x, y = 20 + 230 * column, 20 + 230 * row
            turn = 1 - 2 * row
            parts += [
                f'<rect x="{x}" y="{y}" width="210" height="210" rx="6" fill="#f9fafb" stroke="{_LINE}"/>',
                _sign_text(x + 105, y + 24, 'font-size="14" font-weight="bold"', _INK, f"{angle} {sign}"),
                _turned_head(x + 105, y + 108, *(turn * (angle == name) for name in ("yaw", "pitch", "roll"))),
                _sign_text(x + 105, y + 196, 'font-size="11"', _PALE, meaning),
            ]
    return _svg(710, 480, parts)


_SIGNS = (
    ("yaw", "the nose points to the picture’s left", "… to the picture’s right"),
    ("pitch", "the nose points up", "… down"),
    ("roll", "the head is tilted clockwise", "… counter-clockwise"),
)


def _sign_text(x: float, y: float, font: str, colour: str, text: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" {font} fill="{colour}">{escape(text)}</text>'


def _turned_head(x: float, y: float, yaw: float, pitch: float, roll: float) -> str:
    """A head as the picture shows it, turned by 1 or −1 about one axis, and an arrow along which it has turned."""
    dx, dy = x - 20 * yaw, y - 18 * pitch
    eyes = "".join(f'<circle cx="{dx + side:.0f}" cy="{dy - 12:.0f}" r="4" fill="{_INK}"/>' for side in (-16, 16))
    nose_x, nose_y = dx - 16 * yaw, dy + 11 - 22 * pitch
    features = (
        f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="44" ry="56" fill="{_ACCENT}" stroke="{_LINE}"/>{eyes}'
        f'<path d="M{dx:.0f},{dy + 1:.0f} L{nose_x:.0f},{nose_y:.0f}" stroke="{_INK}" stroke-width="3"/>'
        f'<path d="M{dx - 12:.0f},{dy + 28:.0f} H{dx + 12:.0f}" stroke="{_INK}" stroke-width="2"/>'
    )
    if yaw:
        way = f"M{x:.0f},{y + 68:.0f} H{x - 52 * yaw:.0f}"
    elif pitch:
        way = f"M{x + 62:.0f},{y:.0f} V{y - 46 * pitch:.0f}"
    else:
        way = f"M{x - 40 * roll:.0f},{y - 60:.0f} Q{x:.0f},{y - 76:.0f} {x + 40 * roll:.0f},{y - 60:.0f}"
    return (
        f'<g transform="rotate({22 * roll:.0f} {x:.0f} {y:.0f})">{features}</g>'
        f'<path d="{way}" fill="none" stroke="#b91c1c" stroke-width="2.5" marker-end="url(#tip)"/>'
    )


DIAGRAMS = {
    "rooms.svg": rooms_svg,
    "threads.svg": threads_svg,
    "output-axes.svg": axes_svg,
    "sign-conventions.svg": signs_svg,
}


def main() -> None:
    """Writes all diagrams into docs/pictures."""
    sys.path.insert(0, str(ROOT))
    for name, draw in DIAGRAMS.items():
        (PICTURES / name).write_text(draw(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
