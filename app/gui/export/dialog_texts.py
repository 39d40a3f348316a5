"""Texts of the export dialog about what is exported, and about what is in the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.export.conflicts import Conflict
from app.export.export_settings import ToExport
from app.export.task import ExportTask
from app.gui.kit import number_format
from app.settings import Reference

translate = QCoreApplication.translate


def about(videos: Sequence[ToExport]) -> str:
    """The title of the dialog for these videos."""
    if len(videos) > 1:
        return translate("ExportDialog", "{} videos").format(len(videos))
    (video,) = videos
    if video.facts is None:
        return video.path.name
    facts = [video.path.name, f"{video.facts.width} × {video.facts.height}"]
    if not video.is_picture:
        if video.end_s is not None and not video.is_folder:
            facts.append(number_format.clock(video.end_s))
        if video.facts.frame_count is not None:
            counted = (
                translate("ExportDialog", "{} pictures") if video.is_folder else translate("ExportDialog", "{} frames")
            )
            facts.append(counted.format(video.facts.frame_count))
    return "   ·   ".join(facts)


def conflict_text(conflict: Conflict | None) -> str:
    if conflict is None:
        return ""
    texts = {
        "source": translate(
            "ExportDialog", "{} would be overwritten by its own export. Choose another name or folder."
        ),
        "promised": translate("ExportDialog", "Another queued export already writes {}. Choose another name."),
        "twice": translate(
            "ExportDialog", "Several videos would be exported to {}. Clear the folder to write next to each video."
        ),
        "read-only": translate(
            "ExportDialog", "The folder {} is read-only. Choose one folder for the files of all videos."
        ),
    }
    path = conflict.path
    return texts[conflict.kind].format(path if conflict.kind == "read-only" else path.name)


def shown_name(task: ExportTask, path: Path) -> str:
    """The name of a file or folder that an export writes."""
    return f"{path.name}/" if task.as_pictures and path == task.video else path.name


def reference_text(reference: Reference, taken_in: str) -> str:
    """How these angles differ from those that the published scripts report. `taken_in`: where the neutral pose is from,
    empty if it is not known."""
    names = {
        "yaw": translate("ExportDialog", "yaw"),
        "pitch": translate("ExportDialog", "pitch"),
        "roll": translate("ExportDialog", "roll"),
    }
    flipped = ", ".join(text for name, text in names.items() if getattr(reference.signs, name) < 0)
    if reference.neutral is None:
        return translate("ExportDialog", "Use the window's signs (flipped: {})").format(flipped)
    taken_in = taken_in or translate("ExportDialog", "the window")
    if flipped:
        both = translate("ExportDialog", "Use the neutral pose taken in {} and the window's signs (flipped: {})")
        return both.format(taken_in, flipped)
    return translate("ExportDialog", "Use the neutral pose taken in {}").format(taken_in)
