"""Presets are kept whenever they are saved, and whoever else saves some."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.export.export_settings import ExportSettings
from app.export.presets import presets_path, read_presets, write_presets
from app.gui.export.preset_store import PresetStore
from app.gui.kit.workers import Workers

ONE, TWO, THREE = (ExportSettings(added=added) for added in ("-1", "-2", "-3"))


@pytest.fixture
def workers(qapp: QApplication, settings_file: object) -> Iterator[Workers]:
    workers = Workers("presets", print, threads=2)
    yield workers
    workers.close(wait=True)


def test_a_preset_that_is_saved_before_the_file_is_read_joins_those_in_it(workers: Workers, qtbot: QtBot) -> None:
    write_presets({"One": ONE}, presets_path())
    store = PresetStore(workers)
    store.put("Two", TWO)
    assert store.presets == {"Two": TWO}
    qtbot.waitUntil(lambda: len(store.presets) == 2)
    qtbot.wait(50)
    assert store.presets == {"One": ONE, "Two": TWO} == read_presets(presets_path())


def test_two_windows_keep_each_others_presets(workers: Workers, qtbot: QtBot) -> None:
    first, second = PresetStore(workers), PresetStore(workers)
    first.put("One", ONE)
    qtbot.waitUntil(lambda: read_presets(presets_path()) == {"One": ONE})
    second.put("Two", TWO)
    qtbot.waitUntil(lambda: len(second.presets) == 2)
    first.remove("One")
    first.put("Three", THREE)
    qtbot.waitUntil(lambda: len(read_presets(presets_path())) == 2 and len(first.presets) == 2)
    assert read_presets(presets_path()) == {"Two": TWO, "Three": THREE} == first.presets
