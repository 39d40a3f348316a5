from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import logs

PROGRAM = """
import os, sys
from app.logs import native_messages_in_file
with native_messages_in_file():
    os.write(2, b"native\\n")
    print("python", file=sys.stderr)
os.write(2, b"afterwards\\n")
print("at the end", file=sys.stderr)
"""


def test_native_messages_go_to_a_file_and_pythons_own_do_not() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stderr.split() == ["python", "afterwards", "at", "the", "end"]


def test_an_error_within_the_block_is_still_shown() -> None:
    program = PROGRAM.replace('os.write(2, b"native\\n")', 'raise RuntimeError("broken")')
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "RuntimeError: broken" in done.stderr


@pytest.fixture
def window_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[logs.WindowLog]:
    monkeypatch.setattr(logs, "log_folder", lambda: tmp_path / "logs")
    log = logs.start_window_log()
    yield log
    log.close()


LOG = logging.getLogger("app.some.part")


def test_the_windows_log_keeps_the_applications_messages_and_all_warnings(window_log: logs.WindowLog) -> None:
    LOG.info("%d frames", 3)
    LOG.debug("too detailed to keep")
    logging.getLogger("library").info("not ours")
    logging.getLogger("library").warning("odd")
    assert [(line.level_name, line.source, line.text) for line in logs.recent()] == [
        ("info", "app.some.part", "3 frames"),
        ("warning", "library", "odd"),
    ]


def test_an_error_is_kept_with_its_traceback(window_log: logs.WindowLog) -> None:
    LOG.error("It failed.", exc_info=ValueError("broken"))
    assert logs.recent()[-1].text.splitlines()[0] == "It failed."
    assert logs.recent()[-1].text.splitlines()[-1] == "ValueError: broken"


def test_the_file_has_all_lines_once_the_log_is_closed(window_log: logs.WindowLog) -> None:
    LOG.warning("kept ✓")
    window_log.close()
    window_log.close()
    assert window_log.path is not None
    assert "WARNING app.some.part: kept ✓" in window_log.path.read_text(encoding="utf-8")
    assert logs.recent() == ()


def test_only_the_last_lines_are_kept_and_numbering_continues() -> None:
    ring = logs.Ring(capacity=3)
    for number in range(5):
        ring.handle(logging.makeLogRecord({"msg": str(number), "levelno": logging.INFO}))
    assert [(line.number, line.text) for line in ring.lines()] == [(3, "2"), (4, "3"), (5, "4")]
    assert [line.text for line in ring.lines(after=4)] == ["4"]


def test_a_watcher_is_called_for_each_line_until_it_ends_that() -> None:
    ring, counts = logs.Ring(), list[int]()
    unwatch = ring.watch(lambda: counts.append(len(ring.lines())))
    record = logging.makeLogRecord({"msg": "a message", "levelno": logging.INFO})
    ring.handle(record)
    unwatch()
    unwatch()
    ring.handle(record)
    assert counts == [1]


def test_starting_the_log_again_gives_the_same_log(window_log: logs.WindowLog) -> None:
    assert logs.start_window_log() is window_log is logs.window_log()


def test_without_a_log_folder_the_lines_are_kept_in_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(logs, "log_folder", lambda: tmp_path / "file" / "logs")
    log = logs.start_window_log()
    LOG.warning("kept")
    assert log.path is None
    assert logs.recent()[-1].text == "kept"
    log.close()
