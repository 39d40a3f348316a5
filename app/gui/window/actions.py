"""What the user can do in the main window, and in which menu: a table of actions and a table of menus."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from app.drawing.overlays import OVERLAYS
from app.gui.kit.action_table import ActionRow, MenuRow

CONTEXT = "Actions"
"""The translation context of the texts in both tables."""

ACTIONS: tuple[ActionRow, ...] = (
    ActionRow("open_video", QT_TRANSLATE_NOOP("Actions", "&Open video or picture…"), "Ctrl+O", "video"),
    ActionRow("open_folder", QT_TRANSLATE_NOOP("Actions", "Open &folder of pictures…"), "Ctrl+Shift+O", "folder"),
    ActionRow("open_camera", QT_TRANSLATE_NOOP("Actions", "Open &camera…"), "Ctrl+K", "camera"),
    ActionRow("open_address", QT_TRANSLATE_NOOP("Actions", "Open &network stream…"), "Ctrl+L", "stream"),
    ActionRow("open_sample", QT_TRANSLATE_NOOP("Actions", "Sample &video"), icon="sample"),
    ActionRow("open_synthetic", QT_TRANSLATE_NOOP("Actions", "S&ynthetic camera"), icon="camera"),
    ActionRow(
        "open_session",
        QT_TRANSLATE_NOOP("Actions", "Open &session…"),
        "Ctrl+T",
        tip=QT_TRANSLATE_NOOP("Actions", "Review a video together with its pose table"),
    ),
    ActionRow(
        "save_picture",
        QT_TRANSLATE_NOOP("Actions", "Save &picture…"),
        "Ctrl+S",
        "picture",
        tip=QT_TRANSLATE_NOOP("Actions", "Save the picture as it is shown"),
    ),
    ActionRow(
        "record",
        QT_TRANSLATE_NOOP("Actions", "Recor&d"),
        "Ctrl+Shift+R",
        "record",
        tip=QT_TRANSLATE_NOOP("Actions", "Record the live view as a video with a pose table"),
        checkable=True,
    ),
    ActionRow(
        "export",
        QT_TRANSLATE_NOOP("Actions", "&Export…"),
        "Ctrl+E",
        "export",
        tip=QT_TRANSLATE_NOOP("Actions", "Analyse every frame of a video, and write an annotated video and tables"),
    ),
    ActionRow("show_queue", QT_TRANSLATE_NOOP("Actions", "Export q&ueue"), "Ctrl+Shift+E"),
    ActionRow(
        "close_source",
        QT_TRANSLATE_NOOP("Actions", "C&lose"),
        "Ctrl+W",
        tip=QT_TRANSLATE_NOOP("Actions", "Close the video, camera or stream"),
    ),
    ActionRow("quit", QT_TRANSLATE_NOOP("Actions", "&Quit"), "Ctrl+Q"),
    *(ActionRow(overlay.name, overlay.text, overlay.shortcut, checkable=True) for overlay in OVERLAYS),
    ActionRow("mirror", QT_TRANSLATE_NOOP("Actions", "&Mirror picture"), "M", checkable=True),
    ActionRow("side_panel", QT_TRANSLATE_NOOP("Actions", "&Side panel"), "Ctrl+B", checkable=True),
    ActionRow("chart", QT_TRANSLATE_NOOP("Actions", "C&hart"), "Ctrl+J", checkable=True),
    ActionRow("full_screen", QT_TRANSLATE_NOOP("Actions", "&Full screen"), "F11", checkable=True),
    ActionRow("play", QT_TRANSLATE_NOOP("Actions", "&Play/pause"), "Space"),
    ActionRow("previous_frame", QT_TRANSLATE_NOOP("Actions", "Pre&vious frame"), ","),
    ActionRow("next_frame", QT_TRANSLATE_NOOP("Actions", "&Next frame"), "."),
    ActionRow("skip_back", QT_TRANSLATE_NOOP("Actions", "Jump &back 5 s"), "Left"),
    ActionRow("skip_forward", QT_TRANSLATE_NOOP("Actions", "Jump &forward 5 s"), "Right"),
    ActionRow("to_start", QT_TRANSLATE_NOOP("Actions", "&Go to start"), "Home"),
    ActionRow("slower", QT_TRANSLATE_NOOP("Actions", "&Slower"), "["),
    ActionRow("faster", QT_TRANSLATE_NOOP("Actions", "F&aster"), "]"),
    ActionRow("loop", QT_TRANSLATE_NOOP("Actions", "&Loop"), "L", checkable=True),
    ActionRow(
        "reconnect",
        QT_TRANSLATE_NOOP("Actions", "&Reconnect"),
        "Ctrl+R",
        tip=QT_TRANSLATE_NOOP("Actions", "Connect to the camera or stream again"),
    ),
    ActionRow(
        "set_neutral",
        QT_TRANSLATE_NOOP("Actions", "Set &neutral pose"),
        "N",
        tip=QT_TRANSLATE_NOOP("Actions", "Measure angles from the current pose of the face that is followed"),
    ),
    ActionRow(
        "reset_neutral",
        QT_TRANSLATE_NOOP("Actions", "&Reset neutral pose"),
        "Shift+N",
        tip=QT_TRANSLATE_NOOP("Actions", "Measure angles from facing the camera"),
    ),
    ActionRow("follow_next", QT_TRANSLATE_NOOP("Actions", "Follow ne&xt face"), "F"),
    ActionRow("follow_largest", QT_TRANSLATE_NOOP("Actions", "Follow &largest face"), "Esc"),
    ActionRow("shortcuts", QT_TRANSLATE_NOOP("Actions", "&Keyboard shortcuts"), "F1"),
    ActionRow("show_log", QT_TRANSLATE_NOOP("Actions", "Show &log"), "Ctrl+Shift+L"),
    ActionRow("about", QT_TRANSLATE_NOOP("Actions", "&About")),
)

MENUS: tuple[MenuRow, ...] = (
    (
        QT_TRANSLATE_NOOP("Actions", "&File"),
        (
            "open_video open_folder open_camera open_address recent sample open_session"
            " | save_picture record | export show_queue | close_source quit"
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Actions", "&View"),
        f"{' '.join(overlay.name for overlay in OVERLAYS)} | mirror | side_panel chart full_screen | theme",
    ),
    (
        QT_TRANSLATE_NOOP("Actions", "&Playback"),
        "play previous_frame next_frame | skip_back skip_forward to_start | slower faster loop | reconnect",
    ),
    (QT_TRANSLATE_NOOP("Actions", "P&ose"), "set_neutral reset_neutral | follow_next follow_largest"),
    (QT_TRANSLATE_NOOP("Actions", "&Help"), "shortcuts show_log | about"),
)
"""In the order of the menu bar; the menus of snapshot, detector and device stand before the last one.

`recent`, `sample` and `theme` are submenus.
"""
SAMPLE: MenuRow = (QT_TRANSLATE_NOOP("Actions", "Open s&ample"), "open_sample open_synthetic")
