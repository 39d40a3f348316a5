"""What `docs/web/prepare.py` says and writes."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "docs" / "web" / "prepare.py"


@pytest.fixture
def prepare() -> ModuleType:
    spec = importlib.util.spec_from_file_location("prepare_web_page", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_wrong_snapshot_is_told_in_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "files"
    command = [sys.executable, str(SCRIPT), "--snapshot", str(tmp_path / "nope.onnx"), "--target", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120)
    assert done.returncode == 1
    assert "nope.onnx" in done.stderr
    assert "returned non-zero exit status" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_fetched_leaves_nothing(
    prepare: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failed(*_: object) -> None:
        raise subprocess.CalledProcessError(1, ["npm", "pack"])

    monkeypatch.setattr(prepare, "add_networks", lambda folder, _: (folder / "models.json").write_text("{}"))
    monkeypatch.setattr(prepare, "add_runtime", failed)
    monkeypatch.setattr("sys.argv", ["prepare.py", "--target", str(tmp_path / "files")])
    assert prepare.main() == 1
    assert "onnxruntime-web" in (said := capsys.readouterr().err) and "exit status" not in said
    assert list(tmp_path.iterdir()) == []


def test_another_folder_is_not_called_a_page_that_is_ready(
    prepare: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(prepare, "add_networks", lambda folder, _: (folder / "models.json").write_text("{}"))
    monkeypatch.setattr(prepare, "add_runtime", lambda *_: None)
    monkeypatch.setattr("sys.argv", ["prepare.py", "--target", str(tmp_path / "elsewhere")])
    assert prepare.main() == 0
    said = capsys.readouterr().out
    assert f"The files are in {tmp_path / 'elsewhere'}. The page needs them beside it" in said
    assert "http.server" not in said
    assert (tmp_path / "elsewhere" / "models.json").read_text() == "{}"
