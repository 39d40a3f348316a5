"""Which arguments open the window, and how it starts."""

from __future__ import annotations

import pytest

from app import cli
from app.product import SAMPLE


@pytest.fixture(autouse=True)
def _a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], False),
        (["-v"], False),
        (["synthetic"], False),
        (["video.mp4", "--snapshot", "compact"], False),
        (["fly"], False),
        (["annotate", "video.mp4"], True),
        (["-v", "annotate", "video.mp4"], True),
        (["--verbose", "weights"], True),
        (["--help"], True),
        (["-h"], True),
        (["--version"], True),
        (["video.mp4", "--help"], True),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_command_is_distinguished_from_a_source(arguments: list[str], expected: bool) -> None:
    assert cli.is_command(arguments) is expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], cli.WindowArguments(None, None, None, verbose=False)),
        (["-v"], cli.WindowArguments(None, None, None, verbose=True)),
        (["camera:0?size=640x480"], cli.WindowArguments("camera:0?size=640x480", None, None, verbose=False)),
        (
            ["rtsp://host/1", "--detector", "mediapipe"],
            cli.WindowArguments("rtsp://host/1", None, "mediapipe", verbose=False),
        ),
        ([str(SAMPLE), "--snapshot", "x.pkl"], cli.WindowArguments(str(SAMPLE), "x.pkl", None, verbose=False)),
        ([str(SAMPLE.parent)], cli.WindowArguments(str(SAMPLE.parent), None, None, verbose=False)),
    ],
    ids=["nothing", "verbose", "camera", "stream", "video", "folder"],
)
def test_arguments_become_what_the_window_starts_with(arguments: list[str], expected: cli.WindowArguments) -> None:
    assert cli.window_arguments(arguments) == expected


def test_a_relative_path_becomes_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SAMPLE.parent)
    arguments = cli.window_arguments([SAMPLE.name])
    assert arguments is not None
    assert arguments.source == str(SAMPLE)


def test_a_missing_source_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.window_arguments(["gone.mp4"]) is None
    assert capsys.readouterr().err.count("\n") == 1
