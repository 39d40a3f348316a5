from __future__ import annotations

import csv
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from app.errors import OutputError, StudioError, UsageError
from app.frames import Analysis, Face, Frame
from app.models.background_detector import BackgroundDetector
from app.models.loader import LoadedModels
from app.models.opening import load_detector, load_estimator
from app.settings import AnalysisSettings, DetectorChoice, EngineChoice, ModelChoice, Reference, Signs, Style
from app.video import VideoWriter, read_back, read_picture
from app.watch.listener import Status, ViewRequest, WatcherState
from app.watch.recording import Recorded, Recording, save_still
from app.watch.recording_folder import Finished
from app.watch.shown_frame import ViewOptions
from app.watch.unfinished import find_unfinished
from app.weights import ModelStore
from detectors import BgrImage, Box
from hopenet import HeadPose, HeadPoseEstimator, PoseSpread

SIZE = 96, 64
VIDEO_TIMES = tuple(Fraction(index, 25) for index in range(8))


def analysis(time: Fraction, *, index: int = 0, size: tuple[int, int] = SIZE, live: bool = True) -> Analysis:
    image = np.full((size[1], size[0], 3), 90, np.uint8)
    image.flags.writeable = False
    pose = HeadPose(20, 10, 5)
    face = Face(1, Box(20, 10, 60, 50), 0.9, pose, pose, PoseSpread(1, 1, 1))
    return Analysis(Frame(image, index, time, captured_s=1.0 if live else None), (face,))


def of_times(times: Iterable[Fraction], *, live: bool = True) -> list[Analysis]:
    return [analysis(time, index=index, live=live) for index, time in enumerate(times)]


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Recorded]:
    """Records analyses, no more than there is room for, into a video and a table."""

    def run(analyses: Iterable[Analysis], looks: Iterable[ViewOptions] = (), *, video: str = "out.mp4") -> Recorded:
        recording = begin(tmp_path / video, tmp_path / "out.csv")
        given = iter(looks)
        for one in analyses:
            recording.on_analysed(one, ViewRequest(next(given, ViewOptions())))
        assert recording.dropped == 0
        return recording.stop()

    return run


def begin(video: Path | None, table: Path | None) -> Recording:
    return Recording(
        video,
        table,
        title="Camera",
    )


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("times", "live", "expected"),
    [
        (VIDEO_TIMES, True, VIDEO_TIMES),
        ([time + 17 for time in VIDEO_TIMES], True, VIDEO_TIMES),
        (
            [Fraction(index * 1001, 30000) for index in range(5)],
            False,
            [Fraction(index * 1001, 30000) for index in range(5)],
        ),
        ([Fraction(0), Fraction(1, 10), Fraction(3, 2), Fraction(2)], True, [0, Fraction(1, 10), Fraction(3, 2), 2]),
        (
            [Fraction(4), Fraction(101, 25), Fraction(1), Fraction(26, 25), Fraction(60), Fraction(1501, 25)],
            False,
            [Fraction(index, 25) for index in range(6)],
        ),
        (
            [Fraction(0), Fraction(1, 5), Fraction(0), Fraction(1, 5)],
            True,
            [Fraction(0), Fraction(1, 5), Fraction(2, 5), Fraction(3, 5)],
        ),
    ],
    ids=[
        "from 0",
        "from later",
        "29.97",
        "variable rate",
        "a video with seeking back and forth",
        "a stream that was restarted",
    ],
)
def test_recorded_times_start_at_0_and_rise(
    times: list[Fraction],
    live: bool,
    expected: list[Fraction],
    record: Callable[..., Recorded],
    tmp_path: Path,
) -> None:
    recorded = record(of_times(times, live=live))
    assert recorded.video == tmp_path / "out.mp4" and recorded.table == tmp_path / "out.csv"
    assert (recorded.frames, recorded.error) == (len(times), None)
    assert read_back(recorded.video).times == tuple(expected)
    table = rows(recorded.table)
    assert [int(row["frame"]) for row in table] == list(range(len(times)))
    assert [float(row["time_s"]) for row in table] == pytest.approx([float(time) for time in expected], abs=1e-6)


def test_a_frame_of_a_paused_video_is_written_once(record: Callable[..., Recorded]) -> None:
    frames = of_times(VIDEO_TIMES, live=False)
    assert record([*frames, frames[-1], frames[-1]]).frames == len(frames)


def test_a_picture_of_another_size_is_fitted(record: Callable[..., Recorded], tmp_path: Path) -> None:
    sizes = [SIZE, (200, 50), (40, 90), SIZE]
    recorded = record([analysis(Fraction(index, 25), size=size) for index, size in enumerate(sizes)])
    video = read_back(tmp_path / "out.mp4")
    assert (recorded.frames, video.size, len(video.times)) == (4, SIZE, 4)


def test_a_change_of_the_reference_is_followed_and_recorded(record: Callable[..., Recorded], tmp_path: Path) -> None:
    flipped = ViewOptions(Style(cube=True), Reference(signs=Signs(yaw=-1)))
    record(of_times(VIDEO_TIMES[:4]), [ViewOptions(), ViewOptions(), flipped, flipped])
    assert [float(row["yaw_deg"]) for row in rows(tmp_path / "out.csv")] == [20, 20, -20, -20]
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert written["reference"]["signs"]["yaw"] == 1
    (change,) = written["changes"]
    assert (change["frame"], change["reference"]["signs"]["yaw"]) == (2, -1)
    assert "settings" not in change


def test_the_record_says_that_it_was_live(record: Callable[..., Recorded], tmp_path: Path) -> None:
    record(of_times(VIDEO_TIMES))
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert (written["source"]["kind"], written["source"]["name"]) == ("live", "Camera")
    expected = {"frames": 8, "faces": 8, "frames_with_face": 8, "damaged_frames": 0, "undefined_poses": 0}
    assert written["counts"] == expected
    assert written["settings"]["smoothing"] == AnalysisSettings().smoothing


def test_the_password_of_a_stream_is_written_nowhere(tmp_path: Path) -> None:
    def written() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    recording = Recording(
        tmp_path / "out.mp4",
        tmp_path / "out.csv",
        title="rtsp://10.0.0.2/x",
        address="rtsp://user:secret@10.0.0.2/x",
        journal=tmp_path / "journal",
    )
    for one in of_times(VIDEO_TIMES):
        recording.on_analysed(one, ViewRequest())
    during = written()
    recording.stop()
    assert b"10.0.0.2" in written()
    assert b"secret" not in during + written()


def test_a_change_of_the_snapshot_is_recorded(tmp_path: Path) -> None:
    store = ModelStore.standard()
    estimator = load_estimator(None, EngineChoice("cpu"), store=store, progress=False)
    choice = DetectorChoice("dlib-hog")
    detector = BackgroundDetector(load_detector(choice, store=store, progress=False))
    used = LoadedModels(ModelChoice(detector=choice), detector, estimator)
    other = HeadPoseEstimator(estimator.engine, replace(estimator.record, name="other"), sha256="0")
    in_use = [used]
    recording = Recording(
        None,
        tmp_path / "out.csv",
        title="Camera",
    )
    with closing(detector):
        for one in of_times(VIDEO_TIMES):
            recording.on_analysed(one, ViewRequest(models=in_use[-1]))
            if one.frame.index == 3:
                in_use.append(replace(used, estimator=other))
    recording.stop()
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert (written["snapshot"]["name"], written["snapshot"]["sha256"]) == (estimator.record.name, estimator.sha256)
    assert written["detector"]["name"] == "dlib-hog"
    (change,) = written["changes"]
    assert (change["frame"], change["snapshot"]["name"], "detector" in change) == (4, "other", False)


def test_a_recording_without_frames_leaves_no_files(record: Callable[..., Recorded], tmp_path: Path) -> None:
    assert record([]) == Recorded(0, 0, None, None)
    assert list(tmp_path.iterdir()) == []


def test_analyses_that_come_too_fast_are_dropped_and_counted(tmp_path: Path) -> None:
    recording = begin(tmp_path / "out.mp4", None)
    frames = of_times(Fraction(index, 25) for index in range(300))
    for one in frames:
        recording.on_analysed(one, ViewRequest())
    recorded = recording.stop()
    assert recorded.dropped > 0
    assert recorded.frames == 300 - recorded.dropped
    assert len(read_back(tmp_path / "out.mp4").times) == recorded.frames


def test_what_a_full_disk_has_taken_is_finished_and_the_error_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[bool] = []
    recording = Recording(tmp_path / "out.mkv", tmp_path / "out.csv", title="Camera", ended=lambda: ended.append(True))
    write = VideoWriter.write

    def full(self: VideoWriter, image: BgrImage, time: Fraction) -> None:
        if time >= 1:
            raise OutputError("The disk is full.")
        write(self, image, time)

    monkeypatch.setattr(VideoWriter, "write", full)
    for one in of_times(Fraction(index, 8) for index in range(12)):
        recording.on_analysed(one, ViewRequest())
    recorded = recording.stop()
    assert str(recorded.error) == "The disk is full." and ended == [True]
    assert (recorded.frames, recorded.video, recorded.table) == (8, tmp_path / "out.mkv", tmp_path / "out.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.json", "out.mkv"]
    assert len(read_back(tmp_path / "out.mkv").times) == len(rows(tmp_path / "out.csv")) == 8


def test_what_cannot_be_finished_is_kept_and_can_be_finished_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = tmp_path / "journal"
    recording = Recording(tmp_path / "out.mp4", tmp_path / "out.csv", title="Camera", journal=journal)
    for one in of_times(VIDEO_TIMES):
        recording.on_analysed(one, ViewRequest())

    def full(self: VideoWriter, packet: object) -> None:
        raise OutputError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(VideoWriter, "copy", full)
        recorded = recording.stop()
    assert str(recorded.error) == "The disk is full."
    assert (recorded.video, recorded.table) == (None, None)
    assert recorded.unfinished == tmp_path / "out.mp4.recording"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["journal", "out.mp4.recording"]
    (unfinished,) = find_unfinished(journal)
    assert unfinished.finish() == Finished(8, tmp_path / "out.mp4", tmp_path / "out.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["journal", "out.csv", "out.json", "out.mp4"]
    assert list(journal.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="open files cannot be moved or deleted")
@pytest.mark.parametrize("moved", [True, False])
def test_a_recording_whose_folder_is_moved_or_deleted_ends_and_says_so(moved: bool, tmp_path: Path) -> None:
    ended = threading.Event()
    journal, folder = tmp_path / "journal", tmp_path / "study"
    folder.mkdir()
    recording = Recording(folder / "out.mp4", folder / "out.csv", title="Camera", journal=journal, ended=ended.set)
    first, *others = of_times(VIDEO_TIMES)
    recording.on_analysed(first, ViewRequest())
    while recording.frames == 0:
        time.sleep(0.01)
    if moved:
        folder.rename(tmp_path / "elsewhere")
    else:
        shutil.rmtree(folder)
    for one in others:
        recording.on_analysed(one, ViewRequest())
    assert ended.wait(10)
    recorded = recording.stop()
    assert (recorded.frames, recorded.video, recorded.unfinished) == (1, None, None)
    assert str(recorded.error).startswith(f"The recording has ended, because its folder {folder / 'out.mp4.recording'}")
    if moved:
        (tmp_path / "elsewhere").rename(folder)
        (unfinished,) = find_unfinished(journal)
        assert unfinished.frames == 1
        unfinished.leave()


def state(status: Status, address: str) -> WatcherState:
    return WatcherState(status, address, address, live=True)


@pytest.mark.parametrize(
    ("states", "ends"),
    [
        ([state("opening", "another.mp4")], True),
        ([state("empty", "")], True),
        ([state("lost", "camera:0"), state("opening", "camera:0"), state("watching", "camera:0")], False),
        ([state("stopped", "camera:0"), state("opening", "camera:0")], False),
        ([state("ended", "camera:0")], False),
    ],
    ids=["another source", "closed", "lost and found", "stopped and started", "ended"],
)
def test_a_recording_holds_one_source(states: list[WatcherState], ends: bool, tmp_path: Path) -> None:
    ended: list[bool] = []
    recording = Recording(
        tmp_path / "out.mp4",
        tmp_path / "out.csv",
        title="Camera",
        address="camera:0",
        ended=lambda: ended.append(True),
    )
    recording.on_analysed(analysis(Fraction(0)), ViewRequest())
    for one in states:
        recording.on_state(one)
    recording.on_analysed(analysis(Fraction(1)), ViewRequest())
    recorded = recording.stop()
    assert (recorded.source_changed, ended) == (ends, [True] if ends else [])
    assert recorded.frames == (1 if ends else 2)


def test_faces_have_numbers_of_their_own_after_the_ids_start_again(tmp_path: Path) -> None:
    recording = begin(tmp_path / "out.mp4", tmp_path / "out.csv")
    for part in range(3):
        recording.on_faces_restarted()
        for index in range(2):
            one = analysis(Fraction(2 * part + index, 25))
            second = replace(one.faces[0], track_id=2, box=Box(61, 10, 90, 50))
            recording.on_analysed(replace(one, faces=(*one.faces, second)), ViewRequest())
    recording.stop()
    numbers = [int(row["face_id"]) for row in rows(tmp_path / "out.csv")]
    assert numbers == [1, 2, 1, 2, 3, 4, 3, 4, 5, 6, 5, 6]


def test_boxes_are_in_the_pixels_of_the_recorded_video(tmp_path: Path) -> None:
    recording = begin(tmp_path / "out.mp4", tmp_path / "out.csv")
    for number, size in enumerate([(96, 64), (192, 128), (48, 64)]):
        recording.on_analysed(analysis(Fraction(number, 25), size=size), ViewRequest())
    recording.stop()
    boxes = [tuple(float(row[edge]) for edge in ("x1", "y1", "x2", "y2")) for row in rows(tmp_path / "out.csv")]
    assert boxes == [(20, 10, 60, 50), (10, 5, 30, 25), (44, 10, 84, 50)]
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [(change["frame"], change["source_size"]) for change in written["changes"]] == [
        (1, [192, 128]),
        (2, [48, 64]),
    ]


def test_a_mirrored_view_is_recorded_as_the_camera_saw_it(tmp_path: Path) -> None:
    recording = begin(tmp_path / "out.mp4", tmp_path / "out.csv")
    one = analysis(Fraction(0))
    image = one.frame.image.copy()
    image[:, :20] = 250
    mirrored = ViewRequest(ViewOptions(Style(mirror=True)))
    recording.on_analysed(Analysis(replace(one.frame, image=image), ()), mirrored)
    recording.stop()
    with av.open(str(tmp_path / "out.mp4")) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="bgr24")
    assert picture[:, :16].mean() > 230 and picture[:, -16:].mean() < 100
    assert rows(tmp_path / "out.csv") == []


def test_nothing_is_accepted_after_the_end(tmp_path: Path) -> None:
    recording = begin(tmp_path / "out.mp4", None)
    recording.on_analysed(analysis(Fraction(0)), ViewRequest())
    recording.stop()
    recording.on_analysed(analysis(Fraction(1)), ViewRequest())
    assert len(read_back(tmp_path / "out.mp4").times) == 1
    assert not [thread for thread in threading.enumerate() if thread.name == "recording"]


@pytest.mark.parametrize(
    ("video", "table", "error", "message"),
    [
        ("nowhere/out.mp4", None, OutputError, "does not exist"),
        (None, "nowhere/out.csv", OutputError, "does not exist"),
        ("out.xyz", None, UsageError, "cannot be written"),
        (None, "out.xyz", UsageError, "does not have the extension of a table format"),
        (None, None, UsageError, "video or a table"),
    ],
    ids=["video", "table", "video's extension", "table's extension", "neither"],
)
def test_a_path_that_cannot_be_written_is_reported_at_once(
    video: str | None, table: str | None, error: type[StudioError], message: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message):
        begin(video and tmp_path / video, table and tmp_path / table)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["video.mp4", "hard.mp4"])
def test_a_video_that_is_watched_is_not_recorded_over(name: str, tmp_path: Path) -> None:
    watched = tmp_path / "video.mp4"
    watched.write_bytes(b"a video")
    try:
        (tmp_path / "hard.mp4").hardlink_to(watched)
    except OSError:
        pytest.skip("needs a disk with hard links")
    with pytest.raises(UsageError, match="the source itself"):
        Recording(tmp_path / name, None, title="video.mp4", address=str(watched))
    assert {path.name for path in tmp_path.iterdir()} == {"video.mp4", "hard.mp4"}
    assert watched.read_bytes() == b"a video"


def test_a_still_replaces_neither_its_source_nor_a_picture_of_its_source(tmp_path: Path) -> None:
    picture = tmp_path / "photo.png"
    picture.write_bytes(b"a picture")
    for address in (picture, tmp_path):
        with pytest.raises(UsageError, match="the source"):
            save_still(analysis(Fraction(0)), ViewOptions(), picture, address=str(address))
    assert picture.read_bytes() == b"a picture"


def test_a_still_is_the_frame_in_its_own_size_as_it_is_shown(tmp_path: Path) -> None:
    one = analysis(Fraction(0))
    save_still(one, ViewOptions(Style(mirror=True), size=(10, 10)), tmp_path / "still.png")
    picture = read_picture(tmp_path / "still.png")
    assert (picture.shape[1], picture.shape[0]) == SIZE
    assert np.any(picture != one.frame.image)
    with pytest.raises(UsageError, match="cannot be written"):
        save_still(one, ViewOptions(), tmp_path / "still.docx")
