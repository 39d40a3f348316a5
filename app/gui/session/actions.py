"""What the user can do in the session viewer, and in which menu: a table of actions and a table of menus."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtWidgets import QMainWindow

from app.gui.kit.action_table import ActionRow, ActionTable, MenuRow
from app.session.edits import Step
from app.session.events import KEYS, Label

_ACTIONS: tuple[ActionRow, ...] = (
    ActionRow("open_video", QT_TRANSLATE_NOOP("Session", "Open &video…"), "Ctrl+O", "video"),
    ActionRow("open_table", QT_TRANSLATE_NOOP("Session", "Open pose &table…"), "Ctrl+T", "chart"),
    ActionRow("compare", QT_TRANSLATE_NOOP("Session", "&Compare with table…"), "Ctrl+Shift+T", "plus"),
    ActionRow("stop_comparing", QT_TRANSLATE_NOOP("Session", "Stop co&mparing")),
    ActionRow("save_changes", QT_TRANSLATE_NOOP("Session", "&Save changes"), "Ctrl+S", "done"),
    ActionRow("save_table", QT_TRANSLATE_NOOP("Session", "Save table with &faces…"), "Ctrl+Alt+S"),
    ActionRow("save_filtered", QT_TRANSLATE_NOOP("Session", "Save filte&red table…"), "Ctrl+Shift+S"),
    ActionRow("save_plot", QT_TRANSLATE_NOOP("Session", "Save &plot…"), "Ctrl+P", "picture"),
    ActionRow("save_statistics", QT_TRANSLATE_NOOP("Session", "Save stat&istics…"), "Ctrl+E"),
    ActionRow("save_attention", QT_TRANSLATE_NOOP("Session", "Save atte&ntion…"), "Ctrl+Shift+E"),
    ActionRow("load_targets", QT_TRANSLATE_NOOP("Session", "Load tar&gets…")),
    ActionRow("save_targets", QT_TRANSLATE_NOOP("Session", "Save targets &as…")),
    ActionRow("close", QT_TRANSLATE_NOOP("Session", "C&lose"), "Ctrl+W"),
    ActionRow("exclude", QT_TRANSLATE_NOOP("Session", "&Exclude ranges"), "M", checkable=True),
    ActionRow("undo", QT_TRANSLATE_NOOP("Session", "&Undo"), "Ctrl+Z"),
    ActionRow("redo", QT_TRANSLATE_NOOP("Session", "Red&o"), "Ctrl+Shift+Z"),
    ActionRow("exclude_marked", QT_TRANSLATE_NOOP("Session", "E&xclude marked range"), "X"),
    ActionRow("include", QT_TRANSLATE_NOOP("Session", "&Delete event or exclusion"), "Del"),
    ActionRow("include_all", QT_TRANSLATE_NOOP("Session", "Remove &all exclusions")),
    ActionRow("add_target", QT_TRANSLATE_NOOP("Session", "Add &target in this direction"), "T"),
    ActionRow("mark_start", QT_TRANSLATE_NOOP("Session", "Mark &start of range"), "I"),
    ActionRow("mark_end", QT_TRANSLATE_NOOP("Session", "Mark e&nd of range"), "O"),
    ActionRow("drop", QT_TRANSLATE_NOOP("Session", "Drop mar&ks"), "Esc"),
    ActionRow("name_face", QT_TRANSLATE_NOOP("Session", "&Name face…"), "F2"),
    ActionRow("merge_faces", QT_TRANSLATE_NOOP("Session", "Selected faces are the same &person"), "P"),
    ActionRow("split_face", QT_TRANSLATE_NOOP("Session", "&Split face here"), "S"),
    ActionRow("move_face", QT_TRANSLATE_NOOP("Session", "&Move face…"), "R"),
    ActionRow("restore_faces", QT_TRANSLATE_NOOP("Session", "&Restore faces of the table")),
    ActionRow("next_face", QT_TRANSLATE_NOOP("Session", "Ne&xt face"), "F"),
    ActionRow("previous_face", QT_TRANSLATE_NOOP("Session", "Pre&vious face"), "Shift+F"),
    ActionRow("add_label", QT_TRANSLATE_NOOP("Session", "Add &label…"), "L"),
    ActionRow("edit_event", QT_TRANSLATE_NOOP("Session", "&Edit event…"), "E"),
    ActionRow("next_event", QT_TRANSLATE_NOOP("Session", "&Next event"), "N"),
    ActionRow("previous_event", QT_TRANSLATE_NOOP("Session", "&Previous event"), "Shift+N"),
    *(ActionRow(f"mark_{key}", QT_TRANSLATE_NOOP("Session", "Mark label"), key) for key in KEYS),
    ActionRow("play", QT_TRANSLATE_NOOP("Session", "&Play/pause"), "Space", "play"),
    ActionRow("previous_frame", QT_TRANSLATE_NOOP("Session", "Pre&vious frame"), "Left", "previous"),
    ActionRow("next_frame", QT_TRANSLATE_NOOP("Session", "&Next frame"), "Right", "next"),
    ActionRow("second_back", QT_TRANSLATE_NOOP("Session", "Jump &back 1 s"), "Shift+Left"),
    ActionRow("second_forward", QT_TRANSLATE_NOOP("Session", "Jump &forward 1 s"), "Shift+Right"),
    ActionRow("back_10_s", QT_TRANSLATE_NOOP("Session", "Jump back 10 s"), "Ctrl+Left"),
    ActionRow("forward_10_s", QT_TRANSLATE_NOOP("Session", "Jump forward 10 s"), "Ctrl+Right"),
    ActionRow("to_start", QT_TRANSLATE_NOOP("Session", "&Go to start"), "Home"),
    ActionRow("to_end", QT_TRANSLATE_NOOP("Session", "Go to en&d"), "End"),
    ActionRow("go_to", QT_TRANSLATE_NOOP("Session", "Go &to time or frame…"), "Ctrl+G"),
    ActionRow("zoom_in", QT_TRANSLATE_NOOP("Session", "Zoom &in"), "Ctrl++; Ctrl+="),
    ActionRow("zoom_out", QT_TRANSLATE_NOOP("Session", "Zoom o&ut"), "Ctrl+-"),
    ActionRow("zoom_fit", QT_TRANSLATE_NOOP("Session", "Fit window"), "Ctrl+0"),
    ActionRow("zoom_full", QT_TRANSLATE_NOOP("Session", "&Original size"), "Ctrl+1"),
    ActionRow("show_all", QT_TRANSLATE_NOOP("Session", "Show &whole video"), "0"),
)
_EVENTS = QT_TRANSLATE_NOOP("Session", "E&vents")
_MENUS: tuple[MenuRow, ...] = (
    (
        QT_TRANSLATE_NOOP("Session", "&File"),
        (
            "open_video open_table compare stop_comparing | save_changes save_table save_filtered save_plot "
            "save_statistics save_attention | load_targets save_targets | close"
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Session", "&Edit"),
        "undo redo | mark_start mark_end drop | exclude exclude_marked include include_all | add_target",
    ),
    (
        QT_TRANSLATE_NOOP("Session", "F&aces"),
        "name_face merge_faces | split_face move_face | restore_faces | next_face previous_face",
    ),
    (
        _EVENTS,
        "add_label | edit_event | next_event previous_event",
    ),
    (
        QT_TRANSLATE_NOOP("Session", "&Playback"),
        (
            "play | previous_frame next_frame second_back second_forward back_10_s forward_10_s to_start to_end go_to"
            " | show_all | zoom_in zoom_out zoom_fit zoom_full"
        ),
    ),
)


class SessionActions(ActionTable):
    """The actions of a session viewer, in its menu bar. `calls` are the functions to call, by the actions' names."""

    def __init__(self, window: QMainWindow, calls: Mapping[str, Callable[[], object]]) -> None:
        super().__init__(window, _ACTIONS, context="Session")
        self.connect_calls(calls)
        menus = {row[0]: self.make_menu(row) for row in _MENUS}
        for menu in menus.values():
            window.menuBar().addMenu(menu)
        self._events = menus[_EVENTS]

    def show_playing(self, *, playing: bool) -> None:
        self.set_icon("play", "pause" if playing else "play")

    def show_steps(self, done: Sequence[Step], undone: Sequence[Step]) -> None:
        """Names what would be undone and redone."""
        for name, steps in (("undo", done), ("redo", undone)):
            plain, with_title = (
                (self.tr("&Undo"), self.tr("&Undo {}")) if name == "undo" else (self.tr("Red&o"), self.tr("Red&o {}"))
            )
            self[name].setText(with_title.format(steps[-1].title) if steps else plain)
            self[name].setEnabled(bool(steps))

    def show_labels(self, labels: Sequence[Label]) -> None:
        """Names the labels that digits mark, and lists them in the menu. The other digits add a label."""
        for key in KEYS:
            label = next((label for label in labels if label.key == key), None)
            action = self[f"mark_{key}"]
            self._events.removeAction(action)
            if label is not None:
                action.setText(self.tr("Mark “{}”").format(label.name.replace("&", "&&")))
                self._events.insertAction(self["edit_event"], action)

    def enable(
        self,
        *,
        table: bool,
        faces: bool,
        persons: bool,
        unsaved: bool,
        compared: bool,
        excluded: bool,
        corrected: bool,
        events: bool,
    ) -> None:
        """Enables the actions that have something to act on. `persons`: faces that go on from frame to frame."""
        for name, able in (
            ("save_filtered", table),
            ("save_table", faces),
            *((name, table) for name in ("exclude_marked", "mark_start", "mark_end", "drop", "add_label")),
            *((f"mark_{key}", table) for key in KEYS),
            *((name, persons) for name in ("name_face", "merge_faces", "split_face", "move_face")),
            *((name, faces) for name in ("next_face", "previous_face")),
            ("restore_faces", corrected),
            *((name, events) for name in ("edit_event", "next_event", "previous_event")),
            ("save_statistics", table),
            ("save_attention", persons),
            ("load_targets", table),
            ("save_targets", table),
            ("add_target", persons),
            ("exclude", table),
            ("save_plot", faces),
            ("save_changes", unsaved),
            ("stop_comparing", compared),
            ("include", excluded or events),
            ("include_all", excluded),
        ):
            self[name].setEnabled(able)
