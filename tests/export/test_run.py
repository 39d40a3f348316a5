from __future__ import annotations

import csv
import json
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.errors import Cancelled, UsageError
from app.export.pipeline import RunControl
from app.export.run import ExportResult, run_task
from app.export.task import ExportTask, TableOutput
from app.product import SAMPLE
from app.settings import AnalysisSettings, DetectorChoice, EngineChoice, Reference, Signs, Style
from app.threads.signals import Gate, Stop
from app.video import SourceFacts, VideoWriter, read_back
from app.weights import ModelStore
from hopenet import HeadPose
from tests.hopenet import hostile
from tests.photograph import astronaut

SIZE = 160, 120
FRAMES = 20


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A face at 25 frames a second."""
    path = tmp_path_factory.mktemp("video") / "video.mp4"
    picture = np.ascontiguousarray(astronaut()[50:170, 142:302])
    facts = SourceFacts(path, "video", *SIZE, frame_rate=Fraction(25), time_base=Fraction(1, 25))
    with VideoWriter(path, size=SIZE, source=facts) as writer:
        for index in range(FRAMES):
            writer.write(picture, Fraction(index, 25))
    return path


def boxes(path: Path, count: int, *, box: str = "31 20 130 118") -> DetectorChoice:
    """The same face in each frame."""
    path.write_text("".join(f"{index + 1} {box} 0.995\n" for index in range(count)), encoding="utf-8")
    return DetectorChoice("boxes", boxes=path)


@pytest.fixture
def choice(tmp_path: Path) -> DetectorChoice:
    return boxes(tmp_path / "boxes.txt", FRAMES)


def run(task: ExportTask, **control: Any) -> ExportResult:
    return run_task(task, store=ModelStore.standard(), control=RunControl(**control))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_one_run_writes_several_tables_that_share_a_record(video: Path, choice: DetectorChoice, tmp_path: Path) -> None:
    tables = (
        TableOutput(tmp_path / "talk.csv"),
        TableOutput(tmp_path / "talk.txt"),
        TableOutput(tmp_path / "other.dat", "openface"),
    )
    result = run(ExportTask(video, None, tables, detector=choice))
    assert result.counts.faces == FRAMES
    assert len(rows(tables[0].path)) == len(tables[1].path.read_text(encoding="utf-8").splitlines()) == FRAMES
    assert "pose_Rx" in rows(tables[2].path)[0]
    record = json.loads((tmp_path / "talk.json").read_text(encoding="utf-8"))
    assert record["table"]["format"] == "csv"
    assert [(table["name"], table["format"]) for table in record["other_tables"]] == [("talk.txt", "txt")]
    assert json.loads((tmp_path / "other.json").read_text(encoding="utf-8"))["table"]["format"] == "openface"


def test_a_face_without_a_number_has_empty_angles_and_is_counted_and_the_rest_is_kept(
    choice: DetectorChoice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The network passes its check, but computes NaN for the five pictures that are brighter."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_given, **_named: tmp_path / "cache")
    video, table = tmp_path / "video.mp4", tmp_path / "poses.csv"
    picture = np.ascontiguousarray(astronaut()[50:170, 142:302])
    bright = np.clip(picture.astype(np.float64) * 1.5 + 60, 0, 255).astype(np.uint8)
    facts = SourceFacts(video, "video", *SIZE, frame_rate=Fraction(25), time_base=Fraction(1, 25))
    with VideoWriter(video, size=SIZE, source=facts) as writer:
        for index in range(FRAMES):
            writer.write(bright if 5 <= index < 10 else picture, Fraction(index, 25))
    network = hostile.save(hostile.nan_between(0.7, 1.5), tmp_path / "network.onnx")
    task = ExportTask(
        video,
        video=tmp_path / "out.mp4",
        tables=(TableOutput(table),),
        snapshot=str(network),
        engine=EngineChoice(device="cpu"),
        detector=choice,
        settings=AnalysisSettings(smoothing=0.5),
        style=Style(trail=True, cube=True),
    )
    result = run(task)
    written = rows(table)
    empty = [index for index, row in enumerate(written) if row["yaw_deg"] == "" == row["yaw_smooth_deg"]]
    assert (len(written), empty) == (FRAMES, [5, 6, 7, 8, 9])
    assert all(np.isfinite(float(row["roll_smooth_deg"])) for row in written[:5] + written[10:])
    record = json.loads(table.with_suffix(".json").read_text(encoding="utf-8"))
    assert record["counts"]["undefined_poses"] == result.counts.undefined_poses == 5
    said = (
        "5 faces have no angles, because the network's answer is not a number, or perspective could not be corrected "
        "there. Use another snapshot, or another camera geometry."
    )
    assert [note["sentence"] for note in record["notes"]] == [note.sentence for note in result.notes] == [said]
    assert (
        caplog.messages.count("The network's answer for a face in frame 5 is not a number. Such faces have no angles.")
        == 1
    )


@pytest.mark.parametrize(
    ("since", "until", "indices"),
    [
        (Fraction(0), None, range(20)),
        (Fraction(1, 5), None, range(5, 20)),
        (Fraction(0), Fraction(1, 5), range(5)),
        (Fraction(1, 5), Fraction(2, 5), range(5, 10)),
        (Fraction(9, 100), Fraction(1, 4), range(3, 7)),
        (Fraction(1, 5), Fraction(60), range(5, 20)),
    ],
    ids=["all", "from", "to", "both", "between frames", "to after the end"],
)
def test_a_part_of_a_video_keeps_its_numbers_and_times(
    since: Fraction, until: Fraction | None, indices: range, video: Path, choice: DetectorChoice, tmp_path: Path
) -> None:
    out, table = tmp_path / "out.mp4", tmp_path / "out.csv"
    seen: list[tuple[int, int | None]] = []
    task = ExportTask(video, out, (TableOutput(table),), detector=choice, since=since, until=until)
    run(task, progress=lambda *now: seen.append(now))
    assert [int(row["frame"]) for row in rows(table)] == list(indices)
    assert [float(row["time_s"]) for row in rows(table)] == pytest.approx([index / 25 for index in indices])
    assert read_back(out).times == tuple(Fraction(index, 25) - since for index in indices)
    assert [step for step, _ in seen] == list(range(len(indices) + 1))
    assert abs((seen[-1][1] or 0) - len(indices)) <= 1
    source = json.loads(table.with_suffix(".json").read_text(encoding="utf-8"))["source"]
    assert (source["since_s"], source["until_s"]) == (float(since), None if until is None else float(until))


def test_the_sound_is_cut_with_the_picture(tmp_path: Path) -> None:
    choice = boxes(tmp_path / "boxes.txt", 240)
    out = tmp_path / "out.mp4"
    run(ExportTask(SAMPLE, out, detector=choice, since=Fraction(2), until=Fraction(3)))
    record = read_back(out)
    assert record.duration_s == pytest.approx(1, abs=0.05)
    assert record.sound_times[-1] == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(
    ("since", "until", "message"),
    [(5, 3, "5 s to 3 s is empty"), (3, 3, "is empty"), (90, None, "ends at 0.80 s"), (-1, None, "is empty")],
    ids=["backwards", "empty", "after the end", "before the start"],
)
def test_a_range_without_frames_is_reported(
    since: int, until: int | None, message: str, video: Path, choice: DetectorChoice, tmp_path: Path
) -> None:
    end = None if until is None else Fraction(until)
    with pytest.raises(UsageError, match=message):
        run(ExportTask(video, tmp_path / "out.mp4", detector=choice, since=Fraction(since), until=end))
    assert not (tmp_path / "out.mp4").exists()


def test_a_start_within_the_last_frame_names_that_frame(video: Path, choice: DetectorChoice, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"begins at or after 0.78 s: the last one is at 0.760 s"):
        run(ExportTask(video, tmp_path / "out.mp4", detector=choice, since=Fraction(78, 100)))
    assert not (tmp_path / "out.mp4").exists()


def test_angles_are_relative_to_the_reference_and_the_record_says_so(
    video: Path, choice: DetectorChoice, tmp_path: Path
) -> None:
    plain, relative = tmp_path / "plain.csv", tmp_path / "relative.csv"
    reference = Reference(HeadPose(4, -3, 2), Signs(yaw=-1))
    run(ExportTask(video, None, (TableOutput(plain),), detector=choice))
    run(ExportTask(video, None, (TableOutput(relative),), detector=choice, reference=reference))
    for before, after in zip(rows(plain), rows(relative), strict=True):
        expected = reference.apply(HeadPose(*(float(before[f"{name}_deg"]) for name in ("yaw", "pitch", "roll"))))
        assert float(after["yaw_deg"]) == pytest.approx(expected.yaw, abs=0.01)
        assert after["yaw_std_deg"] == before["yaw_std_deg"]
    record = json.loads(relative.with_suffix(".json").read_text(encoding="utf-8"))
    assert record["reference"]["signs"] == {"yaw": -1, "pitch": 1, "roll": 1}
    assert "neutral pose" in record["table"]["convention"]


def test_a_stop_during_a_pause_leaves_no_files(video: Path, choice: DetectorChoice, tmp_path: Path) -> None:
    gate, stop = Gate(), Stop()
    older = tmp_path / "out.csv"
    older.write_text("older", encoding="utf-8")
    task = ExportTask(video, tmp_path / "out.mp4", (TableOutput(older),), detector=choice, overwrite=True)
    before = set(tmp_path.iterdir())
    raised: list[BaseException] = []
    paused = threading.Event()

    def progress(frames: int, total: int | None) -> None:
        if frames == 3:
            gate.close()
            paused.set()

    def export() -> None:
        try:
            run(task, progress=progress, gate=gate, stop=stop)
        except Cancelled as error:
            raised.append(error)

    thread = threading.Thread(target=export)
    thread.start()
    paused.wait()
    stop.request()
    thread.join()
    assert [type(error) for error in raised] == [Cancelled]
    assert set(tmp_path.iterdir()) == before
    assert older.read_text(encoding="utf-8") == "older"


def test_a_paused_export_continues_where_it_was(video: Path, choice: DetectorChoice, tmp_path: Path) -> None:
    gate = Gate()
    openings: list[threading.Thread] = []

    def progress(frames: int, total: int | None) -> None:
        if frames in (2, 9):
            gate.close()
            openings.append(threading.Thread(target=gate.open))
            openings[-1].start()

    out = tmp_path / "out.mp4"
    run(ExportTask(video, out, detector=choice), progress=progress, gate=gate)
    for opening in openings:
        opening.join()
    assert len(openings) == 2
    assert len(read_back(out).times) == FRAMES
