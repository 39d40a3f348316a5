"""Which words open the window, and with what."""

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
def test_a_command_is_told_from_a_source(arguments: list[str], expected: bool) -> None:
    assert cli.is_command(arguments) is expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], cli.WindowOptions(None, None, None, verbose=False)),
        (["-v"], cli.WindowOptions(None, None, None, verbose=True)),
        (["camera:0?size=640x480"], cli.WindowOptions("camera:0?size=640x480", None, None, verbose=False)),
        (
            ["rtsp://host/1", "--detector", "mediapipe"],
            cli.WindowOptions("rtsp://host/1", None, "mediapipe", verbose=False),
        ),
        ([str(SAMPLE), "--snapshot", "x.pkl"], cli.WindowOptions(str(SAMPLE), "x.pkl", None, verbose=False)),
        ([str(SAMPLE.parent)], cli.WindowOptions(str(SAMPLE.parent), None, None, verbose=False)),
    ],
    ids=["nothing", "more told", "camera", "stream", "video", "folder"],
)
def test_what_the_window_is_to_show_is_read(arguments: list[str], expected: cli.WindowOptions) -> None:
    assert cli.window_options(arguments) == expected


def test_a_video_named_from_its_folder_is_found_again_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SAMPLE.parent)
    request = cli.window_options([SAMPLE.name])
    assert request is not None
    assert request.source == str(SAMPLE)


def test_a_source_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.window_options(["gone.mp4"]) is None
    assert capsys.readouterr().err.count("\n") == 1
