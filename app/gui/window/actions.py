"""What the user can do in the main window, and in which menu: a table of actions and a table of menus."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from app.drawing.overlays import OVERLAYS
from app.gui.kit.action_table import ActionRow, MenuRow

CONTEXT = "Actions"
"""The translation context of the texts in both tables."""

ACTIONS: tuple[ActionRow, ...] = (
    ActionRow("open_video", QT_TRANSLATE_NOOP("Actions", "&Open videos or pictures…"), "Ctrl+O", "video"),
    ActionRow("open_folder", QT_TRANSLATE_NOOP("Actions", "Open &folder…"), "Ctrl+Shift+O", "folder"),
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
        "open_own_session",
        QT_TRANSLATE_NOOP("Actions", "Open session of th&is video"),
        "Ctrl+Shift+T",
        tip=QT_TRANSLATE_NOOP("Actions", "Review the video that is open together with the pose table of its export"),
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
    ActionRow(
        "copy_picture",
        QT_TRANSLATE_NOOP("Actions", "Copy pic&ture"),
        "Ctrl+C",
        tip=QT_TRANSLATE_NOOP("Actions", "Copy the picture as it is shown, in its own size"),
    ),
    ActionRow(
        "microphone",
        QT_TRANSLATE_NOOP("Actions", "Record with &microphone"),
        checkable=True,
        tip=QT_TRANSLATE_NOOP("Actions", "The next recording of a camera or stream gets the microphone's sound"),
    ),
    ActionRow(
        "record_clean",
        QT_TRANSLATE_NOOP("Actions", "Record without drawings too"),
        checkable=True,
        tip=QT_TRANSLATE_NOOP("Actions", "The next recording is also written as a video without anything drawn on it"),
    ),
    ActionRow(
        "live_outputs",
        QT_TRANSLATE_NOOP("Actions", "Live outputs…"),
        "Ctrl+U",
        "stream",
        tip=QT_TRANSLATE_NOOP("Actions", "Send the angles to games, avatars and other programs while a source is open"),
    ),
    ActionRow(
        "virtual_camera",
        QT_TRANSLATE_NOOP("Actions", "Virtual camera"),
        checkable=True,
        tip=QT_TRANSLATE_NOOP("Actions", "Offer the annotated picture to other programs as a camera"),
    ),
    ActionRow("show_queue", QT_TRANSLATE_NOOP("Actions", "Export q&ueue"), "Ctrl+Shift+E"),
    ActionRow(
        "close_source",
        QT_TRANSLATE_NOOP("Actions", "C&lose"),
        "Ctrl+W",
        tip=QT_TRANSLATE_NOOP("Actions", "Close the video, camera or stream"),
    ),
    ActionRow("preferences", QT_TRANSLATE_NOOP("Actions", "Preferences…"), "Ctrl+,"),
    ActionRow("quit", QT_TRANSLATE_NOOP("Actions", "&Quit"), "Ctrl+Q"),
    *(ActionRow(overlay.name, overlay.text, overlay.shortcut, checkable=True) for overlay in OVERLAYS),
    ActionRow("mirror", QT_TRANSLATE_NOOP("Actions", "&Mirror picture"), "M", checkable=True),
    ActionRow("side_panel", QT_TRANSLATE_NOOP("Actions", "&Side panel"), "Ctrl+B", checkable=True),
    ActionRow("chart", QT_TRANSLATE_NOOP("Actions", "C&hart"), "Ctrl+J", checkable=True),
    ActionRow(
        "whole_chart",
        QT_TRANSLATE_NOOP("Actions", "Chart of the &whole video"),
        "Ctrl+Shift+J",
        tip=QT_TRANSLATE_NOOP("Actions", "Show the angles over the whole video, instead of the last seconds"),
        checkable=True,
    ),
    ActionRow(
        "chart_spread",
        QT_TRANSLATE_NOOP("Actions", "Sp&read in the chart"),
        "Ctrl+Shift+B",
        tip=QT_TRANSLATE_NOOP("Actions", "Show the spread of each angle as a band in the chart of the last seconds"),
        checkable=True,
    ),
    ActionRow(
        "analyse_video",
        QT_TRANSLATE_NOOP("Actions", "Anal&yse whole video"),
        "Ctrl+Shift+A",
        tip=QT_TRANSLATE_NOOP("Actions", "Analyse every frame once in the background, for the chart"),
    ),
    ActionRow(
        "save_analysis",
        QT_TRANSLATE_NOOP("Actions", "Save pose ta&ble…"),
        "Ctrl+Shift+S",
        tip=QT_TRANSLATE_NOOP("Actions", "Save the angles of the whole video, with their record"),
    ),
    ActionRow("zoom_in", QT_TRANSLATE_NOOP("Actions", "Zoom i&n"), "Ctrl++; Ctrl+="),
    ActionRow("zoom_out", QT_TRANSLATE_NOOP("Actions", "Zoom o&ut"), "Ctrl+-"),
    ActionRow("zoom_fit", QT_TRANSLATE_NOOP("Actions", "Fit win&dow"), "Ctrl+0"),
    ActionRow("zoom_full", QT_TRANSLATE_NOOP("Actions", "&Original size"), "Ctrl+1"),
    ActionRow("pan_left", QT_TRANSLATE_NOOP("Actions", "&Left"), "Alt+Left"),
    ActionRow("pan_right", QT_TRANSLATE_NOOP("Actions", "&Right"), "Alt+Right"),
    ActionRow("pan_up", QT_TRANSLATE_NOOP("Actions", "&Up"), "Alt+Up"),
    ActionRow("pan_down", QT_TRANSLATE_NOOP("Actions", "&Down"), "Alt+Down"),
    ActionRow("full_screen", QT_TRANSLATE_NOOP("Actions", "&Full screen"), "F11", checkable=True),
    ActionRow("play", QT_TRANSLATE_NOOP("Actions", "&Play/pause"), "Space"),
    ActionRow("pause", QT_TRANSLATE_NOOP("Actions", "Pa&use"), "K"),
    ActionRow(
        "play_faster",
        QT_TRANSLATE_NOOP("Actions", "Play, then &faster"),
        "L",
        tip=QT_TRANSLATE_NOOP("Actions", "Play; while playing, play faster"),
    ),
    ActionRow("previous_frame", QT_TRANSLATE_NOOP("Actions", "Pre&vious frame"), ",; J"),
    ActionRow("next_frame", QT_TRANSLATE_NOOP("Actions", "&Next frame"), "."),
    ActionRow("back_1_s", QT_TRANSLATE_NOOP("Actions", "Back &1 s"), "Shift+Left"),
    ActionRow("forward_1_s", QT_TRANSLATE_NOOP("Actions", "F&orward 1 s"), "Shift+Right"),
    ActionRow("skip_back", QT_TRANSLATE_NOOP("Actions", "&Back 5 s"), "Left"),
    ActionRow("skip_forward", QT_TRANSLATE_NOOP("Actions", "For&ward 5 s"), "Right"),
    ActionRow("back_10_s", QT_TRANSLATE_NOOP("Actions", "Back 1&0 s"), "Ctrl+Left"),
    ActionRow("forward_10_s", QT_TRANSLATE_NOOP("Actions", "Fo&rward 10 s"), "Ctrl+Right"),
    ActionRow("to_start", QT_TRANSLATE_NOOP("Actions", "Go to s&tart"), "Home"),
    ActionRow("to_end", QT_TRANSLATE_NOOP("Actions", "Go to &end"), "End"),
    ActionRow("go_to", QT_TRANSLATE_NOOP("Actions", "&Go to time or frame…"), "Ctrl+G"),
    ActionRow(
        "mark_start",
        QT_TRANSLATE_NOOP("Actions", "Set &in mark"),
        "I",
        tip=QT_TRANSLATE_NOOP("Actions", "Exports and loops begin with the frame that is shown"),
    ),
    ActionRow(
        "mark_end",
        QT_TRANSLATE_NOOP("Actions", "Set &out mark"),
        "O",
        tip=QT_TRANSLATE_NOOP("Actions", "Exports and loops end with the frame that is shown"),
    ),
    ActionRow("clear_start", QT_TRANSLATE_NOOP("Actions", "&Clear in mark"), "Shift+I"),
    ActionRow("clear_end", QT_TRANSLATE_NOOP("Actions", "Clear out mar&k"), "Shift+O"),
    ActionRow("slower", QT_TRANSLATE_NOOP("Actions", "&Slower"), "["),
    ActionRow("faster", QT_TRANSLATE_NOOP("Actions", "F&aster"), "]"),
    ActionRow("loop", QT_TRANSLATE_NOOP("Actions", "&Loop"), "Shift+L", checkable=True),
    ActionRow("mute", QT_TRANSLATE_NOOP("Actions", "&Mute"), "Shift+M", checkable=True),
    ActionRow("louder", QT_TRANSLATE_NOOP("Actions", "&Louder"), "Ctrl+Up"),
    ActionRow("quieter", QT_TRANSLATE_NOOP("Actions", "&Quieter"), "Ctrl+Down"),
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
    ActionRow(
        "copy_angles",
        QT_TRANSLATE_NOOP("Actions", "&Copy angles"),
        "Ctrl+Shift+C",
        tip=QT_TRANSLATE_NOOP("Actions", "Copy the angles of the face that is followed, for a spreadsheet"),
    ),
    ActionRow(
        "camera_geometry",
        QT_TRANSLATE_NOOP("Actions", "Camera &geometry…"),
        tip=QT_TRANSLATE_NOOP("Actions", "Say how wide the camera sees, or choose its calibration"),
    ),
    ActionRow(
        "correct_perspective",
        QT_TRANSLATE_NOOP("Actions", "Correct &perspective"),
        "Ctrl+Shift+P",
        tip=QT_TRANSLATE_NOOP(
            "Actions", "Measure angles from the camera's axis, not from the line of sight to each face"
        ),
        checkable=True,
    ),
    ActionRow("follow_next", QT_TRANSLATE_NOOP("Actions", "Follow ne&xt face"), "F"),
    ActionRow("follow_largest", QT_TRANSLATE_NOOP("Actions", "Follow &largest face"), "Esc"),
    ActionRow(
        "region",
        QT_TRANSLATE_NOOP("Actions", "Detect only in a re&gion…"),
        "Ctrl+D",
        tip=QT_TRANSLATE_NOOP("Actions", "Draw the part of the picture in which faces are detected"),
    ),
    ActionRow("clear_region", QT_TRANSLATE_NOOP("Actions", "Detect in the &whole picture"), "Ctrl+Shift+D"),
    ActionRow("numbers", QT_TRANSLATE_NOOP("Actions", "What do the &numbers mean?"), "Shift+F1"),
    ActionRow("hints", QT_TRANSLATE_NOOP("Actions", "Show h&ints")),
    ActionRow("shortcuts", QT_TRANSLATE_NOOP("Actions", "&Keyboard shortcuts"), "F1"),
    ActionRow("show_log", QT_TRANSLATE_NOOP("Actions", "Show &log"), "Ctrl+Shift+L"),
    ActionRow("check", QT_TRANSLATE_NOOP("Actions", "&Check this computer…")),
    ActionRow("about", QT_TRANSLATE_NOOP("Actions", "&About")),
)

MENUS: tuple[MenuRow, ...] = (
    (
        QT_TRANSLATE_NOOP("Actions", "&File"),
        (
            "open_video open_folder open_camera cameras open_address recent sample open_session open_own_session"
            " | save_picture copy_picture save_analysis"
            " | record microphone microphones record_clean live_outputs virtual_camera"
            " | export show_queue | close_source | preferences | quit"
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Actions", "&View"),
        (
            f"{' '.join(overlay.name for overlay in OVERLAYS)} | mirror | zoom_in zoom_out zoom_fit zoom_full pan |"
            " side_panel chart whole_chart chart_spread full_screen | theme"
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Actions", "&Playback"),
        (
            "play pause play_faster slower faster loop | previous_frame next_frame jump go_to"
            " | mark_start mark_end clear_start clear_end | analyse_video | sound | reconnect"
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Actions", "P&ose"),
        "set_neutral reset_neutral | copy_angles | follow_next follow_largest | camera_geometry correct_perspective",
    ),
    (QT_TRANSLATE_NOOP("Actions", "&Help"), "numbers hints shortcuts | check show_log | about"),
)
"""In the order of the menu bar; the menus of snapshot, detector and device stand before the last one.

`recent`, `cameras`, `microphones`, `sample`, `pan` and `theme` are submenus.
"""
REGION: MenuRow = (QT_TRANSLATE_NOOP("Actions", "Detector"), "region clear_region")
"""In the menu of detectors, which has other entries as well."""
SAMPLE: MenuRow = (QT_TRANSLATE_NOOP("Actions", "Open s&ample"), "open_sample open_synthetic")
JUMP: MenuRow = (
    QT_TRANSLATE_NOOP("Actions", "&Jump"),
    "back_1_s forward_1_s | skip_back skip_forward | back_10_s forward_10_s | to_start to_end",
)
SOUND: MenuRow = (QT_TRANSLATE_NOOP("Actions", "Soun&d"), "mute louder quieter")
PAN: MenuRow = (QT_TRANSLATE_NOOP("Actions", "Mo&ve zoomed picture"), "pan_left pan_right pan_up pan_down")
LISTED = (*MENUS, JUMP, SOUND, PAN, REGION)
"""What the list of shortcuts shows."""
