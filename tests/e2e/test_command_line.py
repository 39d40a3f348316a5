from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from app.video import read_back

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "assets" / "sample.mp4"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
@pytest.mark.parametrize("arguments", [(), ("-v",), ("synthetic",), (SAMPLE, "--detector", "dlib-hog")], ids=str)
def test_without_a_display_the_window_is_refused_in_one_sentence(
    arguments: tuple[object, ...], run_in_process: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    outcome = run_in_process(*arguments)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert outcome.err.startswith("hopenet-studio: The window needs a display")


@pytest.mark.skipif(sys.platform != "linux", reason="only X may be named and not be there")
def test_a_display_that_does_not_answer_is_told_in_one_sentence(
    run_in_process: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":9876")
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    outcome = run_in_process()
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert "does not answer" in outcome.err


def test_an_address_of_another_kind_is_refused_with_those_that_there_are(run: Callable[..., Any]) -> None:
    outcome = run("ftp://host/video.mp4")
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert "rtsp://" in outcome.err


@pytest.mark.parametrize(
    ("word", "told"),
    [("fly", "Check the name"), ("anotate", "Did you mean the command annotate?"), ("gone.mp4", "Check the name")],
)
def test_a_word_that_is_neither_file_nor_address_nor_command_is_refused_in_one_sentence(
    word: str, told: str, run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run(word)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert outcome.err.startswith(f"hopenet-studio: There is no file “{word}”.")
    assert told in outcome.err


def test_the_version_is_that_of_the_package(run: Callable[..., Any]) -> None:
    outcome = run("--version")
    assert (outcome.code, outcome.out.strip()) == (0, metadata.version("hopenet-studio"))


@pytest.mark.parametrize("command", [(), ("annotate",), ("demo",), ("benchmark",), ("weights",)], ids=str)
def test_every_command_explains_itself(command: tuple[str, ...], run: Callable[..., Any]) -> None:
    outcome = run(*command, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    assert "usage: hopenet-studio" in outcome.out


@pytest.mark.parametrize(
    "arguments",
    [("annotate",), ("annotate", "x.mp4", "--device", "abacus"), ("synthetic", "--fly"), ("synthetic", "annotate")],
    ids=str,
)
def test_arguments_that_cannot_be_understood_exit_with_2(arguments: tuple[str, ...], run: Callable[..., Any]) -> None:
    outcome = run(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert "usage: hopenet-studio" in outcome.err


def test_away_from_a_terminal_it_is_quiet(
    run_in_process: Callable[..., Any], video: Path, snapshot: Path, blazeface: Path, tmp_path: Path
) -> None:
    name = "out put ü.mp4"
    outcome = run_in_process("annotate", video, "-o", name, "--snapshot", snapshot, "--detector", "mediapipe")
    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out.startswith(f"{name}: 12 frames, ")
    assert outcome.out.count("\n") == 1
    assert len(read_back(tmp_path / name).times) == 12


def test_a_terminal_that_cannot_show_a_name_does_not_break_the_end(
    run_in_process: Callable[..., Any], video: Path, boxes: Path, snapshot: Path, tmp_path: Path
) -> None:
    script = """
import sys
sys.stdout.reconfigure(encoding="ascii", errors="strict")
from app.main import main
sys.exit(main())
"""
    arguments = ("annotate", video, "-o", "頭.mp4", "--boxes", boxes, "--snapshot", snapshot)
    outcome = run_in_process(*arguments, program=("-c", script))
    assert (outcome.code, outcome.err) == (0, "")
    assert (tmp_path / "頭.mp4").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send Ctrl-C to another one alone there")
@pytest.mark.parametrize("bytes_written", [0, 1], ids=["while it loads", "while it encodes"])
def test_ctrl_c_leaves_no_half_video_and_exits_130(
    bytes_written: int, boxes: Path, snapshot: Path, tmp_path: Path
) -> None:
    out, table = tmp_path / "out.mp4", tmp_path / "out.csv"
    command = [sys.executable, ROOT / "main.py", "annotate", SAMPLE, "-o", out, "--poses", table]
    options = ["--boxes", boxes, "--snapshot", snapshot, "--preset", "veryslow", "--device", "cpu"]
    # A process that ignores Ctrl-C, as one in the background does, would hand that down.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen([*map(str, command + options)], stderr=subprocess.PIPE, encoding="utf-8")
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        part = out.with_name("out.mp4.part")
        while process.poll() is None and not (part.exists() and part.stat().st_size >= bytes_written):
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.strip() == "hopenet-studio: stopped; nothing half-made was left."
    assert {entry.name for entry in tmp_path.iterdir()} == {boxes.name}


@pytest.mark.parametrize(
    "becomes", [ImportError("initialization failed"), 2], ids=["an error of the library", "an exit code"]
)
def test_ctrl_c_that_a_library_swallows_while_it_loads_still_exits_130(
    becomes: Exception | int, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(arguments: object) -> int:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        if isinstance(becomes, Exception):
            raise becomes
        return becomes

    monkeypatch.setattr("app.cli.run", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        outcome = run("annotate")
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert outcome.code == 130
    assert outcome.err.strip() == "hopenet-studio: stopped; nothing half-made was left."


def test_demo_leaves_video_table_record_and_plot_and_can_be_repeated(
    run: Callable[..., Any],
    video: Path,
    boxes: Path,
    snapshot: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    results = {"sample-poses.mp4", "sample-poses.csv", "sample-poses.json", "sample-angles.png"}
    for frames in (240, 12):
        outcome = run("demo", "--boxes", boxes, "--snapshot", snapshot)
        assert (outcome.code, outcome.err) == (0, "")
        assert {path.name for path in (tmp_path / "demo").iterdir()} == results
        assert len(read_back(tmp_path / "demo" / "sample-poses.mp4").times) == frames
        assert (tmp_path / "demo" / "sample-angles.png").stat().st_size > 10_000
        # The second time a short video will do.
        monkeypatch.setattr("app.commands.demo.SAMPLE", video)


def test_demo_into_a_place_that_is_a_file_is_told(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("not a folder", encoding="utf-8")
    outcome = run("demo", "--folder", tmp_path / "demo")
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert (tmp_path / "demo").read_text(encoding="utf-8") == "not a folder"


def test_neither_torch_nor_qt_is_loaded_where_the_converted_model_is_there(
    run: Callable[..., Any],
    run_in_process: Callable[..., Any],
    video: Path,
    boxes: Path,
    snapshot: Path,
    tmp_path: Path,
) -> None:
    arguments = (
        "annotate",
        video,
        "--poses",
        tmp_path / "out.csv",
        "--boxes",
        boxes,
        "--snapshot",
        snapshot,
        "--force",
    )
    assert run(*arguments, "--device", "cpu").code == 0
    script = """
import sys
from app.main import main
code = main()
print(*sorted({"torch", "PySide6", "matplotlib", "pyarrow"} & sys.modules.keys()), sep=",")
sys.exit(code)
"""
    outcome = run_in_process(*arguments, "--device", "cpu", program=("-c", script))
    assert outcome.code == 0
    assert outcome.out.splitlines()[-1] == ""


def test_benchmark_measures_every_stage_and_the_whole(
    run: Callable[..., Any], video: Path, boxes: Path, snapshot: Path, tmp_path: Path
) -> None:
    arguments = ("benchmark", video, "--frames", 4, "--repeats", 1, "--boxes", boxes, "--snapshot", snapshot)
    outcome = run(*arguments, "--json", tmp_path / "figures.json")
    assert (outcome.code, outcome.err) == (0, "")
    for stage in ("decode", "detect", "track", "crop", "infer", "draw", "encode", "export", "bound"):
        assert f"\n{stage}" in outcome.out
    assert '"ratio"' in (tmp_path / "figures.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "options",
    [("--frames", "0"), ("--repeats", "0"), ("--json", "no/such/folder/figures.json")],
    ids=["no frames", "no repeats", "folder of the figures missing"],
)
def test_benchmark_refuses_what_it_cannot_do_in_one_sentence(
    options: tuple[str, ...], run: Callable[..., Any], video: Path, boxes: Path, snapshot: Path
) -> None:
    outcome = run("benchmark", video, "--boxes", boxes, "--snapshot", snapshot, "--repeats", 1, "--frames", 2, *options)
    assert outcome.code == 2
    assert outcome.err.startswith("hopenet-studio: ")
    assert outcome.err.count("\n") == 1
