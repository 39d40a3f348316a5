from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.errors import UsageError
from app.session.saved_plot import save_plot
from app.session.session import session_of
from tests.session.test_faces import table

SAVING = """
import sys
from pathlib import Path
from app.outputs.reading import read_pose_table
from app.session.saved_plot import save_plot
from app.session.session import session_of
save_plot(session_of([read_pose_table(Path(sys.argv[1]))]), 1, Path(sys.argv[2]))
print("matplotlib" in sys.modules)
"""


def test_a_plot_is_drawn_in_another_process_because_drawing_would_block_the_window(tmp_path: Path) -> None:
    table(tmp_path / "a.csv", {1: range(10)})
    picture = tmp_path / "a.png"
    done = subprocess.run(
        [sys.executable, "-c", SAVING, str(tmp_path / "a.csv"), str(picture)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False"]
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_what_is_wrong_is_said_in_this_process(tmp_path: Path) -> None:
    session = session_of([table(tmp_path / "a.csv", {1: range(10)})])
    with pytest.raises(UsageError, match=r"cannot be written as a\.bmp") as refused:
        save_plot(session, 1, tmp_path / "a.bmp")
    assert refused.value.advice == "Use the extension .png or .svg."
    with pytest.raises(UsageError, match="no face to plot"):
        save_plot(session, None, tmp_path / "a.png")
