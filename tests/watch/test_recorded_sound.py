"""Recordings with a microphone's sound, and with a second video without drawings."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from app.errors import SourceError
from app.frames import Analysis, Face, Frame
from app.settings import Style
from app.watch.listener import ViewRequest
from app.watch.recorded_sound import RATE, SoundFile
from app.watch.recording import Hear, Recording
from app.watch.recording_folder import finish
from app.watch.shown_frame import ViewOptions
from app.watch.unfinished import find_unfinished
from detectors import Box
from hopenet import HeadPose

SIZE = 96, 64
STARTED_S = 50.0
"""When the first frame was captured."""


class FakeMicrophone:
    """A microphone that hears what the test says."""

    def __init__(self, hear: Hear) -> None:
        self.hear = hear
        self.closed = False

    def close(self) -> None:
        self.closed = True


def analysis(index: int) -> Analysis:
    image = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
    pose = HeadPose(20, 10, 5)
    face = Face(1, Box(20, 10, 60, 50), 0.9, pose, pose, None)
    return Analysis(Frame(image, index, Fraction(index, 25), captured_s=STARTED_S + index / 25), (face,))


def begin(folder: Path, microphones: list[FakeMicrophone], *, journal: Path | None = None) -> Recording:
    def make(hear: Hear) -> FakeMicrophone:
        microphones.append(FakeMicrophone(hear))
        return microphones[-1]

    return Recording(
        folder / "a.mp4",
        folder / "a.csv",
        title="Camera",
        address="camera:0",
        clean=folder / "a-clean.mp4",
        open_microphone=make,
        journal=journal,
    )


def tone(count: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return (8000 * np.sin(np.arange(count) * 2 * np.pi * 1000 / RATE)).astype(np.int16)


def wait(holds: Callable[[], object]) -> None:
    ends_s = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < ends_s
        time.sleep(0.01)


def wait_for_frames(recording: Recording, count: int) -> None:
    wait(lambda: recording.frames == count)


def feed(recording: Recording, microphone: FakeMicrophone, seconds: int = 2) -> None:
    """Frames of this many seconds, and a tone that is heard in the second half of each second."""
    request = ViewRequest(ViewOptions(Style(opacity=1.0)))
    for index in range(25 * seconds):
        recording.on_analysed(analysis(index), request)
        wait_for_frames(recording, index + 1)
        heard = np.zeros(RATE // 25, np.int16) if index % 25 < 13 else tone(RATE // 25)
        microphone.hear(heard, STARTED_S + index / 25)


def loud_from(video: Path) -> float:
    """When the sound of a video first becomes loud, in seconds."""
    with av.open(str(video)) as container:
        for frame in container.decode(audio=0):
            loud = np.flatnonzero(np.abs(frame.to_ndarray()[0]) > 0.05)
            if len(loud):
                assert frame.time is not None
                return frame.time + int(loud[0]) / frame.sample_rate
    raise AssertionError


def test_a_recording_has_sound_in_step_and_a_video_without_drawings(tmp_path: Path) -> None:
    microphones: list[FakeMicrophone] = []
    recording = begin(tmp_path, microphones)
    microphones[0].hear(tone(RATE), STARTED_S - 1.5)  # Before the first frame: it is left out.
    feed(recording, microphones[0])
    recorded = recording.stop()
    assert recorded.error is None and recorded.frames == 50
    assert microphones[0].closed
    for name in ("a.mp4", "a-clean.mp4"):
        assert loud_from(tmp_path / name) == pytest.approx(13 / 25, abs=0.03)
    colours = {}
    for name in ("a.mp4", "a-clean.mp4"):
        with av.open(str(tmp_path / name)) as container:
            pictures = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
        assert len(pictures) == 50
        colours[name] = pictures[25].reshape(-1, 3).std(axis=0).max()
    assert colours["a.mp4"] > 10 > 3 > colours["a-clean.mp4"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-clean.mp4", "a.csv", "a.json", "a.mp4"]


def test_what_a_killed_recording_has_heard_is_recovered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    microphones: list[FakeMicrophone] = []
    recording = begin(tmp_path, microphones)
    feed(recording, microphones[0], seconds=4)
    # What is on the disk at this moment is what a kill leaves behind.
    left = tmp_path / "left"
    shutil.copytree(tmp_path / "a.mp4.recording", left)
    recording.stop()
    assert (left / "sound.wav").stat().st_size == pytest.approx(44 + 2 * 4 * RATE, abs=4)
    plan = replace(recording._folder._plan, video=tmp_path / "b.mp4", table=None, clean=tmp_path / "b-clean.mp4")
    finished = finish(left, plan=plan, recovered=True)
    assert finished is not None and finished.frames > 0
    for name in ("b.mp4", "b-clean.mp4"):
        assert loud_from(tmp_path / name) == pytest.approx(13 / 25, abs=0.03)


def test_a_killed_recording_is_found_with_all_its_files_under_free_names(tmp_path: Path) -> None:
    microphones: list[FakeMicrophone] = []
    journal = tmp_path / "journal"
    recording = begin(tmp_path, microphones, journal=journal)
    feed(recording, microphones[0], seconds=4)
    shutil.copytree(tmp_path / "a.mp4.recording", tmp_path / "kept")
    (note,) = journal.iterdir()
    text = note.read_text().replace("a.mp4.recording", "kept")
    recording.stop()
    note.write_text(text)
    (unfinished,) = find_unfinished(journal)
    unfinished.finish()
    assert {"a-recovered.mp4", "a-clean-recovered.mp4", "a-recovered.csv"} <= {path.name for path in tmp_path.iterdir()}


def test_sound_follows_the_frames_when_a_camera_comes_back(tmp_path: Path) -> None:
    file = SoundFile(tmp_path / "s.wav")
    file.place(Fraction(0), 10.0)
    file.add(np.full(RATE, 1000, np.int16), 10.0)
    file.place(Fraction(1), 20.0)  # Nothing came for 9 seconds, which the recording leaves out.
    file.add(np.full(RATE, 2000, np.int16), 20.0)
    file.add(np.full(RATE, 3000, np.int16), 22.0)  # A second was not heard: it is silent.
    file.close()
    wave = np.frombuffer((tmp_path / "s.wav").read_bytes()[44:], np.int16)
    assert [int(wave[int(RATE * at)]) for at in (0.5, 1.5, 2.5, 3.5)] == [1000, 2000, 0, 3000]
    assert len(wave) == 4 * RATE


def test_without_a_microphone_nothing_is_begun(tmp_path: Path) -> None:
    def refuse(_hear: Hear) -> FakeMicrophone:
        raise SourceError("No microphone was found.")

    with pytest.raises(SourceError):
        Recording(tmp_path / "a.mp4", None, title="Camera", address="camera:0", open_microphone=refuse)
    assert list(tmp_path.iterdir()) == []
