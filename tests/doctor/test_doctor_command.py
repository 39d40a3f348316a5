"""`doctor` as a program, where packages are missing and displays are not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from app import cli
from app.doctor.finding import Finding, Report, as_json
from app.doctor.texts import TOPICS
from app.start import main

ROOT = Path(__file__).parents[2]


def doctor(environment: dict[str, str], *, python: str = sys.executable) -> tuple[int, dict[str, Any]]:
    """The exit code and the document of `doctor --json`."""
    run = subprocess.run(
        [python, str(ROOT / "main.py"), "doctor", "--json"],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert run.stderr == ""
    document: dict[str, Any] = json.loads(run.stdout)
    return run.returncode, document


def marks(document: dict[str, Any]) -> dict[str, str]:
    return {finding["id"]: finding["mark"] for finding in document["findings"]}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_without_a_display_everything_else_is_checked_and_works() -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    environment.pop("QT_QPA_PLATFORM", None)
    code, document = doctor(environment)
    found = marks(document)
    assert (code, document["works"], document["format"]) == (0, True, 1), document
    assert found["window.no-display"] == "warning"
    assert {found[name] for name in ("packages.all", "video.encodes", "networks.runs", "models.bundled")} == {"ok"}


@pytest.fixture
def without(tmp_path: Path) -> Any:
    """Makes the environment of a Python whose packages are those of this one, except some."""

    def make(*removed: str) -> dict[str, str]:
        folder = tmp_path / "packages"
        folder.mkdir()
        for entry in Path(sysconfig.get_paths()["purelib"]).iterdir():
            if not entry.name.lower().startswith(removed):
                (folder / entry.name).symlink_to(entry)
        return os.environ | {"PYTHONPATH": str(folder), "PYTHONNOUSERSITE": "1"}

    if sys.platform == "win32" or sys.prefix == sys.base_prefix:
        pytest.skip("needs a virtual environment, and links to files")
    return make


@pytest.mark.slow
def test_a_missing_package_is_named_and_the_other_commands_refer_to_doctor(without: Any) -> None:
    environment, python = without("platformdirs"), str(Path(sys.base_prefix) / "bin" / "python3")
    code, document = doctor(environment, python=python)
    failed = [finding for finding in document["findings"] if finding["mark"] == "failed"]
    if not failed:
        pytest.skip("the Python below the virtual environment has the package")
    assert code == 1
    assert [(finding["id"], finding["values"]["package"]) for finding in failed] == [
        ("packages.missing", "platformdirs")
    ]
    assert failed[0]["fix"] == 'python -m pip install "platformdirs>=4.3"'
    run = subprocess.run(
        [python, str(ROOT / "main.py"), "demo"],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert "platformdirs" in run.stderr and "“python main.py doctor” shows what to do." in run.stderr
    assert run.stderr.count("\n") == 1


def test_a_python_that_is_too_old_is_told_before_anything_is_imported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    assert main(["doctor"]) == 2
    assert capsys.readouterr().err.startswith(
        "hopenet-studio: Python 3.9.2 is too old: Python 3.11 or later is needed."
    )


def test_the_window_says_which_library_of_the_system_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setattr("app.cli.x_responds", lambda: True)
    monkeypatch.setattr("app.cli.missing", lambda _names: ["libxcb-cursor.so.0"])
    monkeypatch.setattr("shutil.which", lambda name: name if name == "apt-get" else None)
    assert cli.window_arguments([]) is None
    assert capsys.readouterr().err == (
        "hopenet-studio: The window needs libraries of the system that are missing: libxcb-cursor.so.0. "
        "To install them: sudo apt-get install libxcb-cursor0\n"
    )


def test_the_document_has_the_fields_that_docs_doctor_md_describes() -> None:
    described = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    finding = Finding("cameras.none", "note")
    document = as_json(Report.of("Program", [finding]))
    names = [*document, *(f"findings[].{name}" for name in document["findings"][0])]
    assert [name for name in names if f"| `{name}` |" not in described] == []
    assert all(f"`{topic}`" in described for topic in TOPICS)
