"""Attention in the side panel of the session viewer: where a face points, its targets, and how long it looks there."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.kit import number_format, theme
from app.gui.kit.number_box import NumberBox
from app.gui.session.attention_model import ShownAttention
from app.gui.session.attention_tables import Line, MeasuresTable, TargetsTable, with_target
from app.gui.session.direction_map import DirectionMap
from app.gui.session.page import title
from app.session.attention import Durations, FaceAttention, TargetAttention
from app.session.targets import LARGEST_ERROR_DEG, LONGEST_BRIDGE_S, STRAIGHT_AHEAD, Target, Targets
from app.settings import Signs

_NEW_RADIUS_DEG = 12.0
_LONGEST_HEADING = 9


class AttentionPage(QWidget):
    """Shows the attention of one face, and emits what the user changes."""

    targets_edited = Signal(object, str)
    """The new Targets, and what to call the change in the menu."""
    label_chosen = Signal(str)
    load_requested = Signal()
    save_targets_requested = Signal()
    refused = Signal(str)
    """Why something that was typed is not possible."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._targets, self._selected, self._signs = Targets(), 0, Signs()
        self._direction: tuple[float, float] | None = None
        self._map = DirectionMap()
        self._map.setToolTip(
            self.tr(
                "Where the head points, as seen in the picture: the darker, the longer. Drag a circle to move it, its "
                "edge to resize it; double-click to add one. With the keyboard: arrows, +, − and Del."
            )
        )
        self._table = TargetsTable()
        self._add, self._remove, self._colour = self._buttons()
        self._label = QComboBox()
        self._label.setAccessibleName(self.tr("Part of the video"))
        self._bridge = _box(self.tr("Bridge interruptions below"), LONGEST_BRIDGE_S, 0.05, 2, " s")
        self._bridge.setToolTip(
            self.tr("Shorter interruptions do not divide a look. They do not count as looking; 0 bridges none.")
        )
        self._error = _box(self.tr("Error of the direction"), LARGEST_ERROR_DEG, 0.5, 1, "°")
        self._error.setToolTip(self._error_text())
        self._alone = False
        self._seen = QLabel()
        self._seen.setWordWrap(True)
        self._seen.setObjectName("quiet")
        self._shares = MeasuresTable(self.tr("Shares of time"), ("", self.tr("Share"), self.tr("Range")))
        headings = ("", self.tr("Count"), self.tr("/min"), self.tr("Mean"), self.tr("Longest"))
        self._looks = MeasuresTable(self.tr("Looks"), headings)
        self._away = MeasuresTable(self.tr("Looks away"), headings)
        self._next = MeasuresTable(self.tr("Next look"))
        self._next_title = title(self.tr("Next look (from row to column)"))
        self._lay_out()
        self._connect()
        self.show_targets(Targets())
        self.show_attention(None)

    def _buttons(self) -> tuple[QPushButton, QPushButton, QPushButton]:
        add = QPushButton(self.tr("&Add"))
        menu = QMenu(add)
        menu.addAction(self.tr("&Straight ahead (neutral pose)"), self._add_straight_ahead)
        self._from_frame = menu.addAction(self.tr("Direction in this &frame"), self.add_from_frame)
        menu.addSeparator()
        menu.addAction(self.tr("&Load targets…"), self.load_requested.emit)
        menu.addAction(self.tr("Save targets &as…"), self.save_targets_requested.emit)
        add.setMenu(menu)
        remove = QPushButton(self.tr("Re&move"))
        remove.clicked.connect(lambda: self._remove_target(self._selected))
        colour = QPushButton(self.tr("&Colour…"))
        colour.clicked.connect(self._choose_colour)
        for button in (add, remove, colour):  # As in a ButtonGrid: Space plays the video after a click.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return add, remove, colour

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(self._map)
        layout.addWidget(self._table)
        row = QHBoxLayout()
        for button in (self._add, self._remove, self._colour):
            row.addWidget(button)
        row.addStretch()
        layout.addLayout(row)
        layout.addSpacing(theme.SPACE)
        layout.addWidget(title(self.tr("Attention (excluded ranges left out)")))
        layout.addWidget(self._seen)
        layout.addWidget(self._shares)
        for name, table in ((self.tr("Looks"), self._looks), (self.tr("Looks away"), self._away)):
            layout.addWidget(title(name))
            layout.addWidget(table)
        layout.addWidget(self._next_title)
        layout.addWidget(self._next)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("&Only in"), self._label)
        form.addRow(self.tr("&Bridge below"), self._bridge)
        form.addRow(self.tr("&Error"), self._error)
        layout.addLayout(form)
        note = QLabel(self.tr("The direction is that of the head, not of the eyes."))
        note.setObjectName("quiet")
        note.setWordWrap(True)
        note.setToolTip(self._error_text())
        layout.addWidget(note)
        layout.addStretch()

    def _connect(self) -> None:
        for part in (self._map, self._table):
            part.chosen.connect(self._select)
            part.edited.connect(self._replace_target)
            part.removed.connect(self._remove_target)
        self._table.refused.connect(self.refused)
        self._map.added.connect(self._add_direction)
        self._label.activated.connect(lambda _: self.label_chosen.emit(self._label.currentData()))
        for box in (self._bridge, self._error):
            box.setKeyboardTracking(False)
            box.valueChanged.connect(self._change_numbers)

    # Showing

    def show_targets(self, targets: Targets) -> None:
        self._targets = targets
        self._selected = max(0, min(self._selected, len(targets.targets) - 1))
        self._show_selection()
        for box, value in ((self._bridge, targets.bridge_s), (self._error, targets.error_deg)):
            with QSignalBlocker(box):
                box.setValue(value)

    def show_signs(self, signs: Signs) -> None:
        """The signs of the table's angles, which say where left and right are."""
        self._signs = signs
        self._show_selection()

    def show_labels(self, labels: Sequence[str], chosen: str) -> None:
        """The labels of events to which attention can be restricted."""
        self._label.clear()
        self._label.addItem(self.tr("Whole video"), "")
        for label in labels:
            self._label.addItem(label, label)
        self._label.setCurrentIndex(max(0, self._label.findData(chosen)))

    def show_direction(self, direction: tuple[float, float] | None) -> None:
        """Yaw and pitch of the face in the present frame; None if it is not in it."""
        self._direction = direction
        self._from_frame.setEnabled(direction is not None)
        self._map.show_direction(direction)

    def show_alone(self, *, alone: bool) -> None:
        """`alone`: the table is of pictures, which have no attention."""
        if alone != self._alone:
            self._alone = alone
            self.show_attention(None)

    def show_attention(self, shown: ShownAttention | None) -> None:
        self._map.show_density(shown.density if shown is not None else None)
        found = shown.attention if shown is not None else None
        if found is None or len(found.targets) != len(self._targets.targets):
            self._seen.setText(
                self.tr("Pictures have no attention: there is no time to look, and no face that goes on.")
                if self._alone
                else ""
            )
            for table in (self._shares, self._looks, self._away, self._next):
                table.show_lines([])
            return
        self._seen.setText(
            self.tr("Visible for {visible} of {all} s ({share})").format(
                visible=f"{found.visible_s:.1f}",
                all=f"{found.counted_s:.1f}",
                share=number_format.share(found.visible_share),
            )
        )
        self._shares.show_lines(
            [
                *(
                    Line(target.colour, target.name, (number_format.share(own.share), _range(own)), self._tip(own))
                    for target, own in zip(self._targets.targets, found.targets, strict=True)
                ),
                Line("", self.tr("Elsewhere"), (number_format.share(found.elsewhere_share), "")),
            ]
        )
        elsewhere = Line("", self.tr("Elsewhere"), _numbers(found.elsewhere, found))
        self._looks.show_lines([*self._looks_at(found, [own.looks for own in found.targets]), elsewhere])
        self._away.show_lines(self._looks_at(found, [own.away for own in found.targets]))
        self._show_transitions(found)

    def _looks_at(self, found: FaceAttention, looks: Sequence[Durations]) -> list[Line]:
        return [
            Line(target.colour, target.name, _numbers(own_looks, found), self._tip(own))
            for target, own, own_looks in zip(self._targets.targets, found.targets, looks, strict=True)
        ]

    def _show_transitions(self, found: FaceAttention) -> None:
        several = len(found.targets) > 1
        self._next_title.setVisible(several)
        self._next.setVisible(several)
        names = [_elided(own.name) for own in found.targets]
        lines = [
            Line(target.colour, target.name, tuple(map(str, row)))
            for target, row in zip(self._targets.targets, found.transitions, strict=True)
        ]
        self._next.show_lines(lines, ("", *names))

    def _tip(self, own: TargetAttention) -> str:
        undecided = "–" if math.isnan(own.undecided) else number_format.share(own.undecided)
        first = "–" if math.isnan(own.first_look_s) else number_format.clock(own.first_look_s, tenths=True)
        return "\n".join(
            (
                self.tr("{name}: {time} s in all, first look at {first}, median {median}").format(
                    name=own.name, time=f"{own.time_s:.1f}", first=first, median=_seconds(own.looks.median_s)
                ),
                self.tr("Range: the share if every direction is wrong by up to {}").format(
                    number_format.angle(self._targets.error_deg)
                ),
                self.tr("Nearer to the edge than the spread: {} of the time").format(undecided),
            )
        )

    def _error_text(self) -> str:
        return self.tr(
            "The direction that the bundled snapshot gives is off by about 5° on average, and by more for faces that "
            "are small or blurred. A difference between two shares means little if "
            "their ranges overlap. A face that turns until it is no longer found counts as not visible, not as "
            "looking away."
        )

    # Changing

    def add_from_frame(self) -> None:
        """Adds a target in the direction of the face in the present frame."""
        if self._direction is not None:
            self._add_direction(*self._direction)

    def _add_direction(self, yaw_deg: float, pitch_deg: float) -> None:
        name = self._targets.free_name(self.tr("Target"))
        yaw, pitch = round(yaw_deg, 1), round(pitch_deg, 1)
        self._add_target(Target(name, yaw, pitch, _NEW_RADIUS_DEG, self._targets.free_colour()))

    def _add_straight_ahead(self) -> None:
        name = self._targets.free_name(self.tr("Straight ahead"))
        self._add_target(replace(STRAIGHT_AHEAD, name=name, colour=self._targets.free_colour()))

    def _add_target(self, target: Target) -> None:
        place = len(self._targets.targets)
        self._change(lambda: with_target(self._targets, place, target), self.tr("add a target"))
        self._select(place)

    def _replace_target(self, place: int, target: Target) -> None:
        self._selected = place
        self._change(lambda: with_target(self._targets, place, target), self.tr("change a target"))

    def _remove_target(self, place: int) -> None:
        if place < len(self._targets.targets):
            self._change(lambda: with_target(self._targets, place, None), self.tr("remove a target"))

    def _choose_colour(self) -> None:
        if self._selected >= len(self._targets.targets):
            return
        place, target = self._selected, self._targets.targets[self._selected]
        dialog = QColorDialog(QColor(target.colour), self)
        dialog.setWindowTitle(self.tr("Colour of {}").format(target.name))
        dialog.colorSelected.connect(
            lambda colour: self._replace_target(place, replace(target, colour=colour.name().upper()))
        )
        dialog.open()

    def _change_numbers(self) -> None:
        bridge_s, error_deg = round(self._bridge.value(), 2), round(self._error.value(), 1)
        self._change(
            lambda: replace(self._targets, bridge_s=bridge_s, error_deg=error_deg), self.tr("change how looks count")
        )

    def _change(self, make: Callable[[], Targets], what: str) -> None:
        try:
            targets = make()
        except ValueError as error:
            self.refused.emit(str(error))
            return
        self.targets_edited.emit(targets, what)

    def _select(self, place: int) -> None:
        self._selected = place
        self._show_selection()

    def _show_selection(self) -> None:
        self._table.show_targets(self._targets, self._selected)
        self._map.show_targets(self._targets, self._selected, self._signs)
        for button in (self._remove, self._colour):
            button.setEnabled(self._selected < len(self._targets.targets))


def _box(name: str, maximum: float, step: float, decimals: int, unit: str) -> NumberBox:
    box = NumberBox()
    box.setAccessibleName(name)
    box.setRange(0.0, maximum)
    box.setSingleStep(step)
    box.setDecimals(decimals)
    box.setSuffix(unit)
    return box


def _numbers(looks: Durations, found: FaceAttention) -> tuple[str, str, str, str]:
    rate = found.per_minute(looks.number)
    per_minute = number_format.ABSENT if math.isnan(rate) else f"{rate:.1f}"
    return str(looks.number), per_minute, _seconds(looks.mean_s), _seconds(looks.longest_s)


def _seconds(value: float) -> str:
    if math.isnan(value):
        return number_format.ABSENT
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def _range(own: TargetAttention) -> str:
    if math.isnan(own.share):
        return number_format.ABSENT
    return f"{100 * own.share_low:.1f}–{100 * own.share_high:.1f} %"


def _elided(name: str) -> str:
    return name if len(name) <= _LONGEST_HEADING else name[: _LONGEST_HEADING - 1] + "…"
