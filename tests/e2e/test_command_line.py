from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import pytest

from app.benchmark.files import read_figures
from app.product import SAMPLE
from app.video import read_back
from tests.e2e.program import ROOT, Run


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
@pytest.mark.parametrize("arguments", [(), ("-v",), ("synthetic",), (SAMPLE, "--detector", "dlib-hog")], ids=str)
def test_without_a_display_the_window_is_refused_in_one_line(
    arguments: tuple[object, ...], run_in_process: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    outcome = run_in_process(*arguments)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert outcome.err.startswith("hopenet-studio: The window needs a display")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only an X display can be named and be missing")
def test_a_display_that_does_not_respond_is_reported_in_one_line(
    run_in_process: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":9876")
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    outcome = run_in_process()
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert "does not respond" in outcome.err


def test_an_unsupported_address_is_refused_with_the_supported_ones(run: Run) -> None:
    outcome = run("ftp://host/video.mp4")
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert "rtsp://" in outcome.err


@pytest.mark.parametrize(
    ("word", "advice"),
    [("fly", "Check the name"), ("anotate", "Did you mean the command “annotate”?"), ("gone.mp4", "Check the name")],
)
def test_a_word_that_is_neither_a_file_nor_an_address_nor_a_command_is_refused_in_one_line(
    word: str, advice: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run(word)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert outcome.err.startswith(f"hopenet-studio: There is no file “{word}”.")
    assert advice in outcome.err


@pytest.mark.parametrize("word", ["anotate", "Annotate", "annotat"])
def test_a_misspelt_command_is_named_even_with_options(word: str, run: Run) -> None:
    outcome = run(word, "talk.mp4", "-o", "out.mp4", "--poses", "out.csv")
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert "Did you mean the command “annotate”?" in outcome.err


def test_the_version_is_that_of_the_package(run: Run) -> None:
    outcome = run("--version")
    assert (outcome.code, outcome.out.strip()) == (0, metadata.version("hopenet-studio"))


@pytest.mark.parametrize("arguments", [("--help",), ("talk.mp4", "--help"), ("--snapshot", "x", "-h")], ids=str)
def test_help_is_given_before_anything_is_opened(arguments: tuple[str, ...], run: Run) -> None:
    outcome = run(*arguments)
    assert (outcome.code, outcome.err) == (0, "")
    assert "Without a command, the window opens." in outcome.out


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_no_large_library(option: str, run_in_process: Run) -> None:
    script = """
import sys
from app.benchmark.files import read_figures
from app.main import main
try:
    main()
finally:
    print(*sorted({"torch", "PySide6", "mediapipe", "onnxruntime", "matplotlib", "pyarrow"} & sys.modules.keys()))
"""
    outcome = run_in_process(option, program=("-c", script))
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[-1] == ""


@pytest.mark.parametrize(
    "arguments",
    [("annotate",), ("annotate", "x.mp4", "--device", "abacus"), ("synthetic", "--fly"), ("synthetic", "annotate")],
    ids=str,
)
def test_unknown_arguments_exit_with_2_and_show_the_usage(arguments: tuple[str, ...], run: Run) -> None:
    outcome = run(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert "usage: hopenet-studio" in outcome.err


@pytest.mark.slow
def test_without_a_terminal_only_the_summary_is_printed(
    run_in_process: Run, video: Path, snapshot: Path, blazeface: Path, tmp_path: Path
) -> None:
    name = "out put ü.mp4"
    outcome = run_in_process("annotate", video, "-o", name, "--snapshot", snapshot, "--detector", "mediapipe")
    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out.startswith(f"{name}: 12 frames, ")
    assert outcome.out.count("\n") == 1
    assert len(read_back(tmp_path / name).times) == 12


@pytest.mark.slow
def test_a_file_name_that_the_terminal_cannot_display_does_not_make_the_run_fail(
    run_in_process: Run, video: Path, boxes: Path, snapshot: Path, tmp_path: Path
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


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to a single process there")
@pytest.mark.parametrize(
    ("name", "bytes_written"),
    [("SIGINT", 0), ("SIGINT", 1), ("SIGTERM", 0), ("SIGTERM", 1), ("SIGHUP", 1)],
    ids=["Ctrl-C while loading", "Ctrl-C while encoding", "ended while loading", "ended", "terminal closed"],
)
def test_a_signal_leaves_no_incomplete_file_and_exits_with_its_code(
    name: str, bytes_written: int, boxes: Path, snapshot: Path, tmp_path: Path
) -> None:
    number = signal.Signals[name]
    out, table = tmp_path / "out.mp4", tmp_path / "out.csv"
    command = [sys.executable, ROOT / "main.py", "annotate", SAMPLE, "-o", out, "--poses", table]
    options = ["--boxes", boxes, "--snapshot", snapshot, "--preset", "veryslow", "--device", "cpu"]
    # A process that ignores a signal, such as one in the background, would pass that on.
    before = signal.signal(number, signal.SIG_DFL)
    try:
        process = subprocess.Popen([*map(str, command + options)], stderr=subprocess.PIPE, encoding="utf-8")
    finally:
        signal.signal(number, before)
    with process:
        while process.poll() is None and not any(
            part.stat().st_size >= bytes_written for part in tmp_path.glob(".out.mp4.*.part")
        ):
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert err.strip() == "hopenet-studio: Interrupted. No incomplete files were left behind."
    assert {entry.name for entry in tmp_path.iterdir()} == {boxes.name}


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="needs /dev/full")
@pytest.mark.parametrize(("full", "code"), [(True, 2), (False, 141)], ids=["full disk", "closed pipe"])
def test_an_output_that_cannot_be_printed_gives_no_traceback(full: bool, code: int) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with Path("/dev/full").open("wb") as device, os.fdopen(writing, "wb") as pipe:
        ended = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), "weights", "list"],
            stdout=device if full else pipe,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
    assert ended.returncode == code
    assert ended.stderr.strip() == (
        "hopenet-studio: The output cannot be written: the disk is full. Free some space." if full else ""
    )


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_run_loses_nothing_and_the_next_one_removes_its_parts(
    boxes: Path, snapshot: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "out.mp4"
    out.write_bytes(b"precious")
    download = tmp_path / "out.mp4.part"
    download.write_bytes(b"a browser's")
    command = [sys.executable, ROOT / "main.py", "annotate", SAMPLE, "-o", out, "--poses", tmp_path / "out.csv"]
    options = ["--boxes", boxes, "--snapshot", snapshot, "--preset", "veryslow", "--device", "cpu", "--force"]
    with subprocess.Popen([*map(str, command + options)], stderr=subprocess.PIPE) as process:
        while process.poll() is None and len(list(tmp_path.glob(".*.part"))) < 2:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        process.kill()
    assert list(tmp_path.glob(".*.part"))
    assert run("weights", "list").code == 0
    assert out.read_bytes() == b"precious"
    assert download.read_bytes() == b"a browser's"
    assert {entry.name for entry in tmp_path.iterdir()} == {boxes.name, out.name, download.name}


@pytest.mark.parametrize("becomes", [ImportError("initialization failed"), 2], ids=["library error", "exit code"])
def test_ctrl_c_that_a_library_hides_while_loading_still_exits_with_130(
    becomes: Exception | int, run: Run, monkeypatch: pytest.MonkeyPatch
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
    assert outcome.err.strip() == "hopenet-studio: Interrupted. No incomplete files were left behind."


@pytest.mark.slow
def test_demo_writes_video_table_record_and_plot_and_can_be_repeated(
    run: Run,
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
        # A short video is enough for the second time.
        monkeypatch.setattr("app.commands.demo.SAMPLE", video)


@pytest.mark.slow
def test_demo_keeps_all_earlier_results_if_its_plot_cannot_be_written(
    run: Run, video: Path, boxes: Path, snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.commands.demo.SAMPLE", video)
    results = ("sample-poses.mp4", "sample-poses.csv", "sample-poses.json")
    for name in results:
        (tmp_path / name).write_text("earlier", encoding="utf-8")
    (tmp_path / "sample-angles.png").mkdir()
    outcome = run("demo", "--folder", tmp_path, "--boxes", boxes, "--snapshot", snapshot)
    assert (outcome.code, outcome.out) == (2, "")
    assert "sample-angles.png cannot be written: it is a folder" in outcome.err
    assert {(tmp_path / name).read_text(encoding="utf-8") for name in results} == {"earlier"}


def test_demo_refuses_a_folder_that_is_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("not a folder", encoding="utf-8")
    outcome = run("demo", "--folder", tmp_path / "demo")
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert (tmp_path / "demo").read_text(encoding="utf-8") == "not a folder"


@pytest.mark.slow
def test_neither_torch_nor_qt_is_loaded_once_the_model_is_converted(
    run: Run,
    run_in_process: Run,
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
print(*sorted({"torch", "PySide6", "matplotlib", "pyarrow", "scipy"} & sys.modules.keys()), sep=",")
sys.exit(code)
"""
    outcome = run_in_process(*arguments, "--device", "cpu", program=("-c", script))
    assert outcome.code == 0
    assert outcome.out.splitlines()[-1] == ""


def test_benchmark_measures_every_stage_and_the_whole_export(
    run: Run, video: Path, boxes: Path, snapshot: Path, tmp_path: Path
) -> None:
    models = ("--boxes", boxes, "--snapshot", snapshot, "--no-published")
    arguments = ("benchmark", video, "--frames", 4, "--repeats", 1, *models)
    outcome = run(*arguments, "--json", tmp_path / "figures.json", "--plot", tmp_path / "plot.png")
    assert outcome.code == 0
    for stage in ("decode", "detect", "track", "crop", "infer", "draw", "encode", "export", "bound", "ideal bound"):
        assert f"\n{stage} " in outcome.out
    figures = read_figures(tmp_path / "figures.json")
    assert (figures.videos[0].frames, figures.settings["detector"]) == (4, "boxes")
    assert figures.videos[0].rounds[0].published is None
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")
    again = run(*arguments, "--compare", tmp_path / "figures.json")
    assert again.code == 0 and "now ÷ then" in again.out
    other = run(*arguments, "--crop", "published", "--compare", tmp_path / "figures.json")
    assert (other.code, other.out) == (2, "")
    assert "another crop: measured instead of published" in other.err


@pytest.mark.slow
def test_benchmark_finds_the_angles_of_the_published_way_equal(
    run: Run, video: Path, boxes: Path, tmp_path: Path
) -> None:
    arguments = ("benchmark", video, "--frames", 4, "--repeats", 1, "--boxes", boxes)
    assert run(*arguments, "--json", tmp_path / "figures.json").code == 0
    (measured,) = read_figures(tmp_path / "figures.json").videos
    assert measured.rounds[0].published is not None
    assert measured.angles is not None and measured.angles.same_pixels is not None
    assert (measured.angles.poses, measured.angles.same_pixels < 0.1) == (4, True)


@pytest.mark.parametrize(
    "options",
    [
        ("--frames", "0"),
        ("--repeats", "0"),
        ("--json", "no/such/folder/figures.json"),
        ("--plot", "plot.txt"),
        ("--compare", "missing.json"),
    ],
    ids=["no frames", "no repeats", "missing folder", "not a picture", "nothing to compare with"],
)
def test_benchmark_refuses_impossible_options_in_one_line(
    options: tuple[str, ...], run: Run, video: Path, boxes: Path, snapshot: Path
) -> None:
    outcome = run("benchmark", video, "--boxes", boxes, "--snapshot", snapshot, "--repeats", 1, "--frames", 2, *options)
    assert outcome.code == 2
    assert outcome.err.startswith("hopenet-studio: ")
    assert outcome.err.count("\n") == 1
