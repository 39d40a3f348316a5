"""Six videos in a folder, one of them broken: the program is closed in the middle, and goes on at the next start."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QInputDialog, QMessageBox

from app.export.queue_rows import Failed
from app.gui.export.dialog import ExportDialog
from app.gui.window.main_window import MainWindow
from benchmarks.driving import Step, after
from tests.e2e.journeys.journey import Journey, copy_frames, later, shown, the

PRESET = "Tables only"
FRAMES = 50


def start(window: MainWindow, journey: Journey) -> Iterator[Step]:
    folder = journey.folder / "videos"
    folder.mkdir()
    for number in (1, 2, 4, 5, 6):
        copy_frames(folder / f"{number}.mp4", FRAMES, first=5 * number)
    (folder / "3.mp4").write_bytes((folder / "1.mp4").read_bytes()[:2000])
    journey.step("adding a folder")
    window.exports.export([folder])
    yield lambda: shown(ExportDialog) is not None
    dialog = the(ExportDialog)
    assert dialog.preset is not None
    dialog.outputs.video.setChecked(False)
    yield lambda: dialog.problem == ""
    dialog.preset.save.click()
    yield lambda: bool(dialog.findChildren(QInputDialog))
    (name,) = dialog.findChildren(QInputDialog)
    name.setTextValue(PRESET)
    name.accept()
    yield lambda: dialog.preset_name == PRESET
    dialog.accept()
    queue = window.studio.queue
    yield lambda: len(queue.rows) == 6
    assert {row.preset for row in queue.rows} == {PRESET}
    journey.step("exporting")
    yield lambda: sum(row.is_over for row in queue.rows) >= 2
    journey.step("closing in the middle")
    later(window.close)
    yield lambda: shown(QMessageBox) is not None
    box = the(QMessageBox)
    journey.told["question"] = box.text()
    journey.end()
    next(button for button in box.buttons() if "next time" in button.text()).click()
    yield after(60)  # The program ends meanwhile.
    raise AssertionError("the program was not closed")


def go_on(window: MainWindow, journey: Journey) -> Iterator[Step]:
    journey.step("starting again")
    yield lambda: shown(QMessageBox) is not None
    box = the(QMessageBox)
    journey.told["question"] = box.text()
    next(button for button in box.buttons() if "Continue" in button.text()).click()
    queue = window.studio.queue
    yield lambda: bool(queue.rows)
    journey.step("going on")
    yield lambda: all(row.is_over for row in queue.rows)
    journey.told["states"] = {row.task.source.name: row.state for row in queue.rows}
    journey.told["reasons"] = [str(row.outcome.error) for row in queue.rows if isinstance(row.outcome, Failed)]
    journey.told["presets"] = sorted({row.preset for row in queue.rows})
    yield after(0.3)
