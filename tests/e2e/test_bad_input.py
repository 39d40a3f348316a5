"""Every error is one line with exit code 2, and files that existed before are unchanged."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from app.video import read_back
from tests.e2e.program import Run

PRECIOUS = b"an older file that must not be lost"


def sound_only(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        sound = container.add_stream("aac", rate=44_100, layout="mono")
        samples = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), format="fltp", layout="mono")
        samples.sample_rate, samples.pts = 44_100, 0
        container.mux(sound.encode(samples))
        container.mux(sound.encode(None))
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def made_folder(path: Path) -> Path:
    path.mkdir()
    return path


Arguments = Callable[[Path, Path], Sequence[object]]

CASES: dict[str, tuple[Arguments, str]] = {
    "missing video": (lambda folder, video: (folder / "gone.mp4",), "gone.mp4"),
    "text as video": (lambda folder, video: (written(folder / "text.mp4", b"words " * 99),), "text.mp4"),
    "empty video": (lambda folder, video: (written(folder / "empty.mp4", b""),), "empty.mp4"),
    "video without picture": (lambda folder, video: (sound_only(folder / "sound.mp4"),), "only sound"),
    "video without its index": (
        lambda folder, video: (written(folder / "cut.mp4", video.read_bytes()[:60]),),
        "cut.mp4",
    ),
    "text as picture": (lambda folder, video: (written(folder / "text.png", b"words"),), "cannot be read as a picture"),
    "empty folder": (lambda folder, video: (made_folder(folder / "none"),), "contains no pictures"),
    "output folder missing": (lambda folder, video: (video, "-o", folder / "no" / "out.mp4"), "does not exist"),
    "table folder missing": (lambda folder, video: (video, "--poses", folder / "no" / "out.csv"), "does not exist"),
    "output is a folder": (
        lambda folder, video: (video, "-o", made_folder(folder / "d.mp4")),
        "folder",
    ),
    "output is the source": (lambda folder, video: (video, "-o", video), "the source itself"),
    "table is the video": (lambda folder, video: (video, "-o", folder / "x.mp4", "--poses", folder / "x.mp4"), ""),
    "unknown video suffix": (lambda folder, video: (video, "-o", folder / "out.xyz"), ".xyz"),
    "unknown table suffix": (lambda folder, video: (video, "--poses", folder / "out.xyz"), "out.xyz"),
    "video into a picture": (lambda folder, video: (video, "-o", folder / "out.png"), "is a picture"),
    "unknown encoder": (lambda folder, video: (video, "--encoder", "h263"), "h263"),
    "unknown snapshot": (lambda folder, video: (video, "--snapshot", "squeezenet-9"), "squeezenet-9"),
    "missing snapshot": (lambda folder, video: (video, "--snapshot", folder / "gone.pkl"), "gone.pkl"),
    "text as snapshot": (
        lambda folder, video: (video, "--snapshot", written(folder / "text.pkl", b"words\n")),
        "text.pkl",
    ),
    "pickle of something else": (
        lambda folder, video: (video, "--snapshot", written(folder / "other.pkl", pickle.dumps([1, 2], protocol=2))),
        "other.pkl",
    ),
    "unknown detector": (lambda folder, video: (video, "--detector", "viola"), "“viola”"),
    "boxes without a file": (lambda folder, video: (video, "--detector", "boxes"), "--boxes FILE"),
    "missing box file": (lambda folder, video: (video, "--boxes", folder / "gone.txt"), "gone.txt"),
    "box file of another video": (
        lambda folder, video: (video, "--boxes", written(folder / "b.txt", b"99 1 1 9 9 1\n")),
        "another video",
    ),
    "bad line in the box file": (
        lambda folder, video: (video, "--boxes", written(folder / "b.txt", b"1 1 1 9 9 1\n\n2 1 1 nine 9 1\n")),
        "line 3",
    ),
    "video as box file": (lambda folder, video: (video, "--boxes", video), "not a text file"),
    "detection never": (lambda folder, video: (video, "--detect-every", 0), "at least 1 (every frame)"),
    "smoothing out of range": (lambda folder, video: (video, "--smoothing", 2), "between 0"),
    "region of words": (lambda folder, video: (video, "--region", "left half"), "four numbers"),
    "region of three numbers": (lambda folder, video: (video, "--region", "1,2,3"), "four numbers"),
    "empty region": (lambda folder, video: (video, "--region", "50,50,50,90"), "empty"),
    "region that is not a number": (lambda folder, video: (video, "--region", "0,0,nan,9"), "region"),
    "no faces": (lambda folder, video: (video, "--max-faces", 0), "at least 1"),
    "no tiles": (lambda folder, video: (video, "--tiles", 0), "at least 1"),
    "detection size too small": (lambda folder, video: (video, "--detection-size", 8), "at least 32"),
    "no threads": (lambda folder, video: (video, "--threads", 0), "between 1 and 256"),
    "more threads than any machine has cores": (lambda folder, video: (video, "--threads", 100_000), "threads"),
    "unknown drawing": (lambda folder, video: (video, "--draw", "axis,hat"), "“hat”"),
    "axes without length": (lambda folder, video: (video, "--axis-size", 0), "size must be above 0"),
    "axes that are not a number": (lambda folder, video: (video, "--axis-size", "nan"), "size must be above 0"),
    "infinite axes": (lambda folder, video: (video, "--axis-size", "inf"), "at most 10"),
    "lines wider than any video": (lambda folder, video: (video, "--line-width", "1e9"), "at most 10"),
    "score that is not a number": (lambda folder, video: (video, "--min-score", "nan"), "--min-score"),
    "no opacity": (lambda folder, video: (video, "--opacity", 0), "opacity"),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_reported_in_one_line_and_loses_nothing(
    name: str, run: Run, video: Path, snapshot: Path, tmp_path: Path
) -> None:
    make, message = CASES[name]
    outputs = [written(tmp_path / f"out{suffix}", PRECIOUS) for suffix in (".mp4", ".csv", ".json")]
    before = video.read_bytes()
    given = [*map(str, make(tmp_path, video))]
    usual = {"--detector": "dlib-hog", "--snapshot": snapshot, "-o": outputs[0], "--poses": outputs[1]}
    added = [part for option, value in usual.items() if option not in given for part in (option, value)]
    if "--boxes" in given or "boxes" in given:
        added = [part for part in added if part not in ("--detector", "dlib-hog")]

    outcome = run("annotate", *given, *added, "--device", "cpu", "--force")

    assert outcome.code == 2
    assert outcome.err.startswith("hopenet-studio: ")
    assert outcome.err.count("\n") == 1, "more than one line"
    assert message in outcome.err
    assert outcome.out == ""
    assert [path.read_bytes() for path in outputs] == [PRECIOUS] * 3
    assert video.read_bytes() == before
    assert not list(tmp_path.rglob("*.part"))


def test_a_command_without_an_output_is_refused(run: Run, video: Path) -> None:
    outcome = run("annotate", video)
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert "-o VIDEO" in outcome.err


@pytest.mark.parametrize("existing", ["out.mp4", "out.csv", "out.json"])
def test_an_existing_output_is_replaced_only_with_force(
    existing: str, run: Run, video: Path, boxes: Path, snapshot: Path, tmp_path: Path
) -> None:
    path = written(tmp_path / existing, PRECIOUS)
    arguments = ("annotate", video, "-o", tmp_path / "out.mp4", "--poses", tmp_path / "out.csv", "--boxes", boxes)
    outcome = run(*arguments, "--snapshot", snapshot)
    assert outcome.code == 2
    assert f"{path} already exists. Add --force" in outcome.err
    assert path.read_bytes() == PRECIOUS
    assert {entry.name for entry in tmp_path.iterdir()} == {video.name, boxes.name, existing}
    assert run(*arguments, "--snapshot", snapshot, "--force").code == 0
    assert path.read_bytes() != PRECIOUS


def test_the_source_is_recognised_under_another_name(run: Run, video: Path, tmp_path: Path) -> None:
    before = video.read_bytes()
    link = tmp_path / "link.mp4"
    try:
        link.hardlink_to(video)
    except OSError:
        pytest.skip("needs a disk with hard links")
    for name in (tmp_path / "." / "x" / ".." / video.name, link):
        outcome = run("annotate", video, "-o", name, "--force", "--detector", "dlib-hog")
        assert outcome.code == 2
        assert outcome.err.count("\n") == 1
    assert video.read_bytes() == before


def test_the_readable_part_of_a_truncated_video_is_kept_and_reported(
    run: Run, video: Path, boxes: Path, snapshot: Path, tmp_path: Path
) -> None:
    whole = video.read_bytes()
    cut = written(tmp_path / "cut.mp4", whole[: len(whole) * 6 // 10])
    out, table = tmp_path / "out.mp4", tmp_path / "out.csv"
    outcome = run("annotate", cut, "-o", out, "--poses", table, "--boxes", boxes, "--snapshot", snapshot)
    assert outcome.code == 2
    assert "breaks off after" in outcome.err
    kept = len(read_back(out).times)
    assert 0 < kept < 12
    assert f"{kept} frames" in outcome.out
    assert len(table.read_text(encoding="utf-8").splitlines()) == kept + 1
    assert "breaks off" in table.with_suffix(".json").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    "option",
    [("--snapshot", "squeezenet-1.1", "--detector", "dlib-hog"), ("--detector", "mediapipe")],
    ids=["snapshot", "detector"],
)
def test_a_model_that_is_not_available_offline_is_reported_with_the_way_to_import_it(
    option: tuple[str, ...],
    run_in_process: Run,
    video: Path,
    snapshot: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOPENET_OFFLINE", "1")
    monkeypatch.delenv("HOPENET_WEIGHTS")
    # The variables that say where caches are, on each system.
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    arguments = (
        (*option, "--device", "cpu")
        if "--snapshot" in option
        else (*option, "--engine", "torch", "--snapshot", snapshot)
    )
    outcome = run_in_process("annotate", video, "-o", tmp_path / "out.mp4", *arguments)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert "HOPENET_OFFLINE" in outcome.err and "weights import FILE" in outcome.err
    assert not (tmp_path / "out.mp4").exists()


@pytest.mark.parametrize("full", ["out.mp4", "out.csv"])
def test_a_full_disk_is_reported_and_loses_nothing(
    full: str, run: Run, video: Path, boxes: Path, snapshot: Path, tmp_path: Path, full_disk: Callable[[Path], None]
) -> None:
    path = written(tmp_path / full, PRECIOUS)
    full_disk(path)
    option = "-o" if full.endswith("mp4") else "--poses"
    outcome = run("annotate", video, option, path, "--boxes", boxes, "--snapshot", snapshot, "--force")
    assert outcome.code == 2
    assert (outcome.err.count("\n"), "the disk is full" in outcome.err) == (1, True)
    assert path.read_bytes() == PRECIOUS
    assert {entry.name for entry in tmp_path.iterdir()} == {video.name, boxes.name, full}


@pytest.mark.parametrize("full", ["out.mp4", "out.csv", "out.parquet", "out.json"])
def test_no_output_of_a_run_appears_if_one_of_them_fails(
    full: str, run: Run, video: Path, boxes: Path, snapshot: Path, tmp_path: Path, full_disk: Callable[[Path], None]
) -> None:
    outputs = [written(tmp_path / f"out{suffix}", PRECIOUS) for suffix in (".mp4", ".csv", ".json")]
    full_disk(tmp_path / full)
    tables = ("--poses", outputs[1], "--poses", tmp_path / "out.parquet")
    outcome = run("annotate", video, "-o", outputs[0], *tables, "--boxes", boxes, "--snapshot", snapshot, "--force")
    assert outcome.code == 2
    assert (outcome.err.count("\n"), f"{full} cannot be written: the disk is full" in outcome.err) == (1, True)
    assert [path.read_bytes() for path in outputs] == [PRECIOUS] * 3
    assert {entry.name for entry in tmp_path.iterdir()} == {video.name, boxes.name, *(path.name for path in outputs)}


@pytest.mark.parametrize(
    "words",
    [
        ("benchmark", "VIDEO", "--json", "VIDEO"),
        ("evaluate", "--dataset", "csv", "--root", "FOLDER", "--csv", "FOLDER/labels.csv"),
        ("evaluate", "--dataset", "csv", "--root", "FOLDER", "--table", "VIDEO", "--json", "LINK"),
        ("lists", "--dataset", "csv", "--root", "FOLDER", "--angles", "all", "--out", "FOLDER/labels.csv", "--force"),
        ("train", "--out", "FOLDER/run", "--dataset", "csv", "--root", "FOLDER", "--start-from", "FOLDER/run/run.onnx"),
        ("annotate", "VIDEO", "--poses", "LINK", "--table-format", "csv", "--force"),
    ],
    ids=lambda words: " ".join(words),
)
def test_no_command_replaces_what_it_reads(words: tuple[str, ...], run: Run, video: Path, tmp_path: Path) -> None:
    labels = written(tmp_path / "labels.csv", b"file,yaw_deg,pitch_deg,roll_deg\nvideo.mp4,1,2,3\n")
    (tmp_path / "run").mkdir()
    weights = written(tmp_path / "run" / "run.onnx", PRECIOUS)
    try:
        (tmp_path / "link.mp4").hardlink_to(video)
    except OSError:
        pytest.skip("needs a disk with hard links")
    before = {path: path.read_bytes() for path in (video, labels, weights)}
    places = {"VIDEO": str(video), "LINK": str(tmp_path / "link.mp4"), "FOLDER": str(tmp_path)}
    for name, place in places.items():
        words = tuple(word.replace(name, place) for word in words)
    outcome = run(*words)
    assert outcome.code == 2
    assert "the source itself, or another input" in outcome.err
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="needs a folder that this user may not write to"
)
def test_a_read_only_folder_is_reported(run: Run, video: Path, boxes: Path, snapshot: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    folder.chmod(0o555)
    try:
        outcome = run("annotate", video, "-o", folder / "out.mp4", "--boxes", boxes, "--snapshot", snapshot)
    finally:
        folder.chmod(0o755)
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert "read-only" in outcome.err
    assert not list(folder.iterdir())


def test_a_detector_that_fails_in_the_middle_of_a_video_leaves_no_file_and_does_not_hang(
    run: Run, video: Path, boxes: Path, snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from detectors import BoxFileDetector

    original = BoxFileDetector.detect

    def fails(self: BoxFileDetector, image: Any, *, index: int, time_s: float) -> Any:
        if index == 7:
            raise RuntimeError("the detector broke")
        return original(self, image, index=index, time_s=time_s)

    monkeypatch.setattr(BoxFileDetector, "detect", fails)
    older = written(tmp_path / "out.mp4", PRECIOUS)
    arguments = ("annotate", video, "-o", older, "--poses", tmp_path / "out.csv", "--boxes", boxes, "--force")
    with pytest.raises(RuntimeError, match="the detector broke"):
        run(*arguments, "--snapshot", snapshot)
    assert older.read_bytes() == PRECIOUS
    assert {entry.name for entry in tmp_path.iterdir()} == {video.name, boxes.name, older.name}
