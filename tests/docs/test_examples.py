"""The quick starts, the tutorials and the library page run as they stand.

A page's blocks run in their order, in a folder of its own with the files that the pages speak of: Python in one
namespace, and the lines of `console` blocks. Blocks that install, need a camera, open the window or take long say so
after the word `console`.
"""

from __future__ import annotations

import logging
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from app.main import main
from hopenet.trial_pictures import ordinary_faces

ROOT = Path(__file__).parents[2]
PAGES = (
    *(ROOT / "docs" / "guide").glob("*.md"),
    *(ROOT / "docs" / "tutorials").glob("*.md"),
    ROOT / "docs" / "reference" / "library.md",
)
_BLOCK = re.compile(r"^```(?P<language>python|console)(?P<kind>[ \w]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_NOT_RUN = {"install", "window", "camera", "long"}
SECONDS = 1.2
"""Of the sample video: enough for faces to be followed."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the pages speak of: a video, one of two people, a photograph, and crops with their labels."""
    folder = tmp_path_factory.mktemp("material")
    frames = _start_of_sample()
    _write_video(folder / "talk.mp4", frames)
    parts = [frame[:, 180:460] for frame in frames]
    _write_video(folder / "two-people.mp4", [np.hstack([part, part[:, ::-1]]) for part in parts])
    assert cv2.imwrite(str(folder / "face.jpg"), frames[0])
    pictures = folder / "pictures"
    pictures.mkdir()
    lines = ["file,yaw_deg,pitch_deg,roll_deg"]
    for number, face in enumerate(3 * ordinary_faces(112)):
        assert cv2.imwrite(str(pictures / f"{number}.jpg"), face)
        lines.append(f"{number}.jpg,{number - 10},{number % 5},0")
    (pictures / "labels.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _start_of_sample() -> list[Any]:
    with av.open(str(ROOT / "assets" / "sample.mp4")) as container:
        frames = []
        for frame in container.decode(video=0):
            if frame.time >= SECONDS:
                break
            frames.append(frame.to_ndarray(format="bgr24"))
    return frames


def _write_video(path: Path, frames: list[Any]) -> None:
    height, width = frames[0].shape[:2]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"preset": "ultrafast", "crf": "18"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="bgr24")))
        container.mux(stream.encode(None))


@pytest.fixture
def folder(material: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder of a page, with the program on the path, as after its installation."""
    shutil.copytree(material, tmp_path, dirs_exist_ok=True)
    (tmp_path / "study").mkdir()
    shutil.copy(tmp_path / "talk.mp4", tmp_path / "study")
    (tmp_path / "weights").mkdir()
    shutil.copy(ROOT / "weights" / "compact.onnx", tmp_path / "weights")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOPENET_OFFLINE", "1")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":" if sys.platform != "win32" else ";")
    root, ours = logging.getLogger(), logging.getLogger("app")
    handlers, level, our_level = root.handlers[:], root.level, ours.level
    yield tmp_path
    root.handlers[:] = handlers
    root.setLevel(level)
    ours.setLevel(our_level)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_run(page: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = page.read_text(encoding="utf-8")
    if "subprocess" in text and shutil.which("hopenet-studio") is None:
        pytest.skip("needs the command hopenet-studio: pip install -e .")
    if "import pandas" in text:
        pytest.importorskip("pandas")
    names: dict[str, Any] = {}
    for block in _BLOCK.finditer(text):
        if block["language"] == "python":
            exec(compile(block["code"], f"{page.name}, line {text[: block.start()].count(chr(10)) + 2}", "exec"), names)
        elif block["kind"].strip() not in _NOT_RUN:
            for line in block["code"].splitlines():
                _run(line, capsys)


def _run(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    program, *words = shlex.split(line)
    assert program == "hopenet-studio", line
    capsys.readouterr()
    code = main(words)
    printed = capsys.readouterr()
    assert code == 0, f"{line}\n{printed.out}{printed.err}"


def test_every_kind_of_block_is_known() -> None:
    kinds = {block["kind"].strip() for page in PAGES for block in _BLOCK.finditer(page.read_text(encoding="utf-8"))}
    assert kinds <= {"", *_NOT_RUN}
